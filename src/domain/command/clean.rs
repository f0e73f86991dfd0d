//! The characters of a line, as its words are read: what nobody sees is taken out.

/// Characters of one line.
pub const MAX_LINE: usize = 2_000;

/// Stands before an address that a program has made a link.
const LINK: &[u8] = b"mailto:";

/// Invisible characters go; blanks of every kind are blanks; a colon or a comma that sticks to the
/// next word lets go.
pub(super) fn clean(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().take(MAX_LINE).map(of_usual_width);
    while let Some(c) = chars.next() {
        match c {
            '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => {}
            c if c.is_control() || c.is_whitespace() => out.push(' '),
            ':' | ',' | ';' => {
                out.push(c);
                if sticks(&out, chars.clone()) {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out
}

/// Whether the mark at the end of this text has lost the blank between it and these characters.
fn sticks(text: &str, mut behind: impl Iterator<Item = char>) -> bool {
    let (first, second) = (behind.next(), behind.next());
    // Not in `4:e`.
    let ordinal = matches!(first, Some('a' | 'e' | 'A' | 'E'))
        && !second.is_some_and(char::is_alphabetic)
        && text[..text.len() - 1].ends_with(|c: char| c.is_ascii_digit());
    // Nor in `mailto:` and web addresses, nor in `kl. 10:30`.
    let last = &text.as_bytes()[text.len().saturating_sub(LINK.len())..];
    first.is_some_and(char::is_alphabetic) && !ordinal && !last.eq_ignore_ascii_case(LINK)
}

/// `ＫＬＡＲ`: letters and figures as wide as a Chinese character, which some keyboards write.
fn of_usual_width(c: char) -> char {
    const WIDE: std::ops::RangeInclusive<char> = '\u{ff01}'..='\u{ff5e}';
    /// How far the wide ones lie from the usual ones in Unicode.
    const APART: u32 = 0xfee0;
    if WIDE.contains(&c) {
        char::from_u32(u32::from(c) - APART).unwrap_or(c)
    } else {
        c
    }
}
