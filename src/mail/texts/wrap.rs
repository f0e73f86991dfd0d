//! Rendered template text to the text of the mail.
//!
//! Lines that follow each other are one paragraph and are filled again; a line that starts with a
//! blank, and a list line (`- `), stays a line of its own, and what does not fit on it hangs two
//! columns further in; a heading has a line of its own. So a template can put each condition on its
//! own line without the mail showing it.

use super::layout;
use crate::words::NO_BREAK;

/// Width of a line, in characters: with two quote marks of a reply it still fits 78 (RFC 5322
/// §2.1.1).
pub const WIDTH: usize = 72;

/// Paragraphs filled, lines broken at blanks, blank lines never doubled, none first or last. A word
/// longer than a line (a web address) is kept whole.
#[must_use]
pub fn wrap(text: &str) -> String {
    filled(text, WIDTH).replace(NO_BREAK, " ")
}

/// The same with every paragraph on one line, and what belongs together still joined: for code that
/// breaks lines by other measures.
#[must_use]
pub fn unwrapped(text: &str) -> String {
    filled(text, usize::MAX)
}

fn filled(text: &str, width: usize) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut paragraph = String::new();
    for line in text.lines().filter_map(layout::in_text) {
        let line = line.trim_end();
        let heading = layout::heading(line);
        let own_line = line.starts_with([' ', '\t']) || line.starts_with("- ");
        if !line.is_empty() && !own_line && heading.is_none() {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(line);
            continue;
        }
        flush(&mut paragraph, width, &mut out);
        if let Some((_, text)) = heading {
            fill(text, width, "", "", &mut out);
        } else if own_line {
            line_of_its_own(line, width, &mut out);
        } else if out.last().is_some_and(|last| !last.is_empty()) {
            out.push(String::new());
        }
    }
    flush(&mut paragraph, width, &mut out);
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    let mut text = out.join("\n");
    text.push('\n');
    text
}

/// A line that is joined with no other; a long one hangs.
fn line_of_its_own(line: &str, width: usize, out: &mut Vec<String>) {
    let content = line.trim_start();
    let indent = " ".repeat((line.len() - content.len()).min(WIDTH / 4));
    let mark = if content.starts_with("- ") { "- " } else { "" };
    let (first, hanging) = (format!("{indent}{mark}"), format!("{indent}  "));
    fill(&content[mark.len()..], width, &first, &hanging, out);
}

fn flush(paragraph: &mut String, width: usize, out: &mut Vec<String>) {
    if !paragraph.is_empty() {
        fill(paragraph, width, "", "", out);
        paragraph.clear();
    }
}

/// `first` starts the first line, `hanging` the others.
fn fill(text: &str, width: usize, first: &str, hanging: &str, out: &mut Vec<String>) {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split([' ', '\t']).filter(|word| !word.is_empty()) {
        if !empty && line.chars().count() + 1 + word.chars().count() > width {
            out.push(std::mem::replace(&mut line, hanging.to_owned()));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    if !empty {
        out.push(line);
    }
}

#[cfg(test)]
mod tests {
    use super::{WIDTH, unwrapped, wrap};

    #[test]
    fn paragraphs_are_filled_and_own_lines_kept() {
        let text = "\n\nEtt\ntvå\n\n\n\n  namn\n  telefon\n- punkt ett\nTre\u{a0}fyra\n\n";
        assert_eq!(
            wrap(text),
            "Ett två\n\n  namn\n  telefon\n- punkt ett\nTre fyra\n"
        );
    }

    #[test]
    fn a_paragraph_on_one_line_keeps_what_is_joined() {
        let text = format!("\n{}\nslut\n\n\n  namn\n- 19\u{a0}maj\n", "åäö ".repeat(40));
        assert_eq!(
            unwrapped(&text),
            format!("{}slut\n\n  namn\n- 19\u{a0}maj\n", "åäö ".repeat(40))
        );
    }

    #[test]
    fn lines_break_at_blanks_only_and_lists_hang() {
        let text = format!("  - {}\nhttps://{}\n", "åäö ".repeat(40), "x".repeat(90));
        let wrapped = wrap(&text);
        let lines: Vec<&str> = wrapped.lines().collect();
        assert!(
            lines[0].starts_with("  - åäö") && lines[1].starts_with("    åäö"),
            "{wrapped}"
        );
        assert!(
            lines
                .iter()
                .all(|l| l.chars().count() <= WIDTH || l.starts_with("https://")),
            "{wrapped}"
        );
        assert!(lines.last().is_some_and(|l| l.len() == 98), "{wrapped}");
    }

    #[test]
    fn what_belongs_together_is_not_parted() {
        let wrapped = wrap(&format!("{} kl.\u{a0}09.12", "x".repeat(WIDTH - 5)));
        assert!(wrapped.contains("\nkl. 09.12\n"), "{wrapped}");
    }
}
