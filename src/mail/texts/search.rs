//! What a handler types into Outlook's search field to find a message: a day, and what the mailbox
//! allows to be shown.
//!
//! The English property names (`received:`, `from:`, `subject:`) are understood in a program of any
//! language, for they are words of the server's own query language; the Swedish ones (`mottaget:`,
//! `från:`, `ämne:`) are only understood by a Swedish desktop program. A date in ISO form is read
//! alike everywhere.

use super::facts::Shown;
use super::foreign;
use chrono::NaiveDate;

/// Characters of a subject that are searched for: enough to find one of a day's mails, short enough
/// to copy.
const MAX_WORDS: usize = 60;

/// `received:2026-11-19`, and as far as it is shown
/// `from:kim@example.net subject:"Trasig gatlampa"`.
pub(super) fn outlook(received: NaiveDate, shown: &Shown) -> String {
    let mut query = format!("received:{received}");
    if let Some(sender) = shown.sender().filter(|sender| !sender.is_empty()) {
        query.extend([" from:", &quoted(sender)]);
    }
    if let Some(subject) = shown.subject() {
        let words = quoted(subject);
        if !words.is_empty() {
            query.extend([" subject:", &words]);
        }
    }
    query
}

/// Without the signs that would end the quotation, cut after a whole word; quoted if it is more
/// than one word.
fn quoted(text: &str) -> String {
    let plain = foreign::one_line(&text.replace(['"', '”', '“', '„'], " "));
    let mut kept = String::new();
    for word in plain.split(' ') {
        if !kept.is_empty() && kept.chars().count() + 1 + word.chars().count() > MAX_WORDS {
            break;
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(word);
    }
    let kept = foreign::clip(&kept, MAX_WORDS)
        .trim_end_matches('…')
        .to_owned();
    if kept.contains(' ') {
        format!("\"{kept}\"")
    } else {
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::{Shown, outlook};
    use chrono::NaiveDate;

    #[track_caller]
    fn check(is_shown: bool, subject: &str, expected: &str) {
        let shown = Shown::new(is_shown, subject, "kim@example.net");
        assert_eq!(
            outlook(NaiveDate::from_ymd_opt(2026, 11, 19).unwrap(), &shown),
            expected
        );
    }

    #[test]
    fn a_search_shows_no_more_than_the_mailbox_allows() {
        check(false, "Trasig lampa", "received:2026-11-19");
        check(
            true,
            "Trasig lampa",
            "received:2026-11-19 from:kim@example.net subject:\"Trasig lampa\"",
        );
        check(
            true,
            "Lampa",
            "received:2026-11-19 from:kim@example.net subject:Lampa",
        );
    }

    #[test]
    fn a_subject_cannot_end_its_quotation() {
        let from = "received:2026-11-19 from:kim@example.net";
        check(
            true,
            "Om \"lampan\" OR from:x",
            &format!("{from} subject:\"Om lampan OR from:x\""),
        );
        check(true, "\" \"", from);
        check(
            true,
            &"å".repeat(300),
            &format!("{from} subject:{}", "å".repeat(59)),
        );
        check(
            true,
            &"ord ".repeat(40),
            &format!("{from} subject:\"{}\"", "ord ".repeat(15).trim()),
        );
    }
}
