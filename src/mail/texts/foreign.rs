//! Strings that others wrote, as they may stand in a line of ours.

use crate::words::NO_BREAK;

/// One line from perhaps many: controls, line and paragraph separators become blanks, runs of
/// blanks one, and what [`is_invisible`] goes.
#[must_use]
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !is_invisible(*c)) {
        if c.is_control() || c.is_whitespace() && c != NO_BREAK {
            if !line.ends_with(' ') && !line.is_empty() {
                line.push(' ');
            }
        } else {
            line.push(c);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// At most `limit` characters: whole words, and an ellipsis for the rest. A word is cut only where
/// less than half would be left without it.
#[must_use]
pub fn clip(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let room: Vec<char> = text.chars().take(limit.max(1)).collect();
    let is_gap = |c: &char| c.is_whitespace() && *c != NO_BREAK;
    // A gap in the last place ends a whole word too: the ellipsis takes its room.
    let end = room.iter().rposition(is_gap);
    let end = end
        .filter(|end| *end >= limit / 2)
        .unwrap_or(room.len() - 1);
    let kept: String = room[..end].iter().collect();
    format!("{}…", kept.trim_end())
}

/// Characters that show nothing and can disguise a text: they turn the reading direction (Unicode
/// UAX #9) or have no width. The joiners U+200C and U+200D are letters' and signs' own, and stay.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_words() {
        for (text, limit, cut) in [
            ("Bygglov för altan", 17, "Bygglov för altan"),
            ("Bygglov för altan", 16, "Bygglov för…"),
            ("Bygglov för altan", 12, "Bygglov för…"),
            ("Bygglov för altan", 11, "Bygglov…"),
            ("Bygglov  för altan", 13, "Bygglov  för…"),
            // Half of it at least is shown.
            ("En lagfartsansökan", 12, "En lagfarts…"),
            ("Lagfartsansökan", 5, "Lagf…"),
            ("kl.\u{a0}09.12 i dag", 8, "kl.\u{a0}09.…"),
            ("Hej", 0, "…"),
            ("", 0, ""),
        ] {
            assert_eq!(clip(text, limit), cut, "{text} {limit}");
            assert_eq!(clip(cut, limit.max(1)), cut);
        }
    }
}
