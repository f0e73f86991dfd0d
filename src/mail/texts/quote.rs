//! A citizen's subject as a mail of ours quotes it.
//!
//! The mail has the municipality's name, so it lends that name to nothing that came from outside:
//! no address that a mail program would turn into a link, and no long number (a personal identity
//! number, an account, a telephone to call). The writer of the subject recognises it all the same.

use super::foreign;

/// Longest quotation, in characters.
pub const MAX_QUOTED: usize = 60;

/// This many digits in a row are not quoted.
const MIN_DIGITS: usize = 6;

/// Replaces the words that are left out.
const LEFT_OUT: &str = "…";

/// The subject without addresses and long numbers, on one line; empty when nothing else is in it.
#[must_use]
pub fn subject(subject: &str) -> String {
    let line = foreign::one_line(subject);
    let mut kept: Vec<String> = Vec::new();
    for word in line.split_whitespace() {
        let word = if is_address(word) {
            LEFT_OUT.to_owned()
        } else {
            without_long_numbers(word)
        };
        if word != LEFT_OUT || kept.last().is_none_or(|last| last != LEFT_OUT) {
            kept.push(word);
        }
    }
    let quoted = foreign::clip(&kept.join(" "), MAX_QUOTED);
    if quoted.chars().any(char::is_alphanumeric) {
        quoted
    } else {
        String::new()
    }
}

/// A web or mail address, or a name that a mail program makes into one: `https://…`, `www.…`,
/// `example.se/x`, `a@b.se`.
fn is_address(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    if word.contains("://") || word.contains('@') || word.to_lowercase().starts_with("www.") {
        return true;
    }
    let host = word.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let mut labels = host.split('.').rev();
    // `m.fl`, `bl.a` and `12.30` are none.
    let top = labels
        .next()
        .filter(|top| top.chars().count() >= 2 && top.chars().all(char::is_alphabetic));
    top.is_some()
        && labels
            .clone()
            .next()
            .is_some_and(|label| label.chars().count() >= 2)
        && labels.all(|label| !label.is_empty())
}

/// A run of digits that is long enough goes, with the digits that a hyphen or a plus sign joins to
/// it.
fn without_long_numbers(word: &str) -> String {
    let joins = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '\u{2011}' | '–');
    let mut out = String::with_capacity(word.len());
    let mut rest = word;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let number = &rest[start..];
        let number = &number[..number.find(|c| !joins(c)).unwrap_or(number.len())];
        out.push_str(&rest[..start]);
        let longest = number
            .split(|c: char| !c.is_ascii_digit())
            .map(str::len)
            .max()
            .unwrap_or(0);
        out.push_str(if longest >= MIN_DIGITS {
            LEFT_OUT
        } else {
            number
        });
        rest = &rest[start + number.len()..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::{MAX_QUOTED, subject};

    #[test]
    fn a_subject_is_quoted_without_addresses_and_long_numbers() {
        for (written, quoted) in [
            (
                "Trasig gatlampa på Storgatan 3",
                "Trasig gatlampa på Storgatan 3",
            ),
            (
                "Bl.a. trottoaren m.fl. kl. 12.30 den 2026-11-23",
                "Bl.a. trottoaren m.fl. kl. 12.30 den 2026-11-23",
            ),
            ("Se https://evil.example/x?a=1 nu", "Se … nu"),
            (
                "Se www.evil.example, (evil.example/x) och a@b.se",
                "Se … och …",
            ),
            ("Vinn på EVIL.EXAMPLE!", "Vinn på …"),
            ("Om 19800101-1234 och 800101+1234", "Om … och …"),
            ("Ärende 12345 och 123456", "Ärende 12345 och …"),
            ("Ring0490254000nu", "Ring…nu"),
            ("https://evil.example", ""),
            ("0490254000", ""),
            ("a\r\nBcc: b", "a Bcc: b"),
            ("", ""),
        ] {
            assert_eq!(subject(written), quoted, "{written:?}");
        }
        assert_eq!(subject(&"å".repeat(200)).chars().count(), MAX_QUOTED);
    }
}
