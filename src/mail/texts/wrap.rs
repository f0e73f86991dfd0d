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
    let mut column = Column {
        width,
        lines: Vec::new(),
        paragraph: String::new(),
    };
    for line in text.lines().filter_map(layout::in_text) {
        column.take(line.trim_end());
    }
    column.end_paragraph();
    let mut lines = column.lines;
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n") + "\n"
}

/// Lines of a width, and the paragraph that goes on.
struct Column {
    width: usize,
    lines: Vec<String>,
    paragraph: String,
}

impl Column {
    fn take(&mut self, line: &str) {
        let heading = layout::heading(line);
        let is_its_own = line.starts_with([' ', '\t']) || line.starts_with("- ");
        if !line.is_empty() && !is_its_own && heading.is_none() {
            if !self.paragraph.is_empty() {
                self.paragraph.push(' ');
            }
            self.paragraph.push_str(line);
            return;
        }
        self.end_paragraph();
        if let Some((_, text)) = heading {
            self.fill(text, "", "");
        } else if is_its_own {
            self.take_alone(line);
        } else if self.lines.last().is_some_and(|last| !last.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// A line that is joined with no other; a long one hangs.
    fn take_alone(&mut self, line: &str) {
        let content = line.trim_start();
        let indent = " ".repeat((line.len() - content.len()).min(WIDTH / 4));
        let mark = if content.starts_with("- ") { "- " } else { "" };
        let (first, hanging) = (format!("{indent}{mark}"), format!("{indent}  "));
        self.fill(&content[mark.len()..], &first, &hanging);
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        self.fill(&paragraph, "", "");
    }

    /// `first` starts the first line, `hanging` the others.
    fn fill(&mut self, text: &str, first: &str, hanging: &str) {
        let mut line = first.to_owned();
        let mut empty = true;
        for word in text.split([' ', '\t']).filter(|word| !word.is_empty()) {
            if !empty && line.chars().count() + 1 + word.chars().count() > self.width {
                self.lines
                    .push(std::mem::replace(&mut line, hanging.to_owned()));
                empty = true;
            }
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
            empty = false;
        }
        if !empty {
            self.lines.push(line);
        }
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
