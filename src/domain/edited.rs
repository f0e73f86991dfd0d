//! Messages that differ and are one, and others that seem to be one: a registrar puts a diary
//! number into the subject; a web form sends another citizen's question under the same id. Identity
//! ([`super::identify`]) is compared before.

use super::citizen::has_list_signs;
use super::kept::MessageRow;
use super::message::Message;
use super::subject::fold;
use chrono::{DateTime, Duration, Utc};

/// The server keeps the time of a message whose subject is changed, to within this.
const SAME_TIME: Duration = Duration::minutes(1);

/// Copies of one message that differ more than this in size are two messages, if all else says so
/// too.
const OTHER_SIZE: u32 = 16 * 1024;

/// Copies of one message that came within this are not looked at more closely.
const LATER: Duration = Duration::hours(1);

/// Whether a message with the id, the sender and the date of a known one, whose copy is gone, is
/// that one with another subject.
#[must_use]
pub fn is_edited(known: &MessageRow, new: &MessageRow) -> bool {
    let same_time = (new.received_at - known.received_at).abs() <= SAME_TIME;
    let (old, now) = (fold(&known.subject), fold(&new.subject));
    known.more.reply_to == new.more.reply_to && (same_time || !old.is_empty() && now.contains(&old))
}

/// A copy with the identity of a message of the register.
#[derive(Clone, Copy, Debug)]
pub struct Copy {
    /// The known copy lies in a watched folder still.
    pub known_is_there: bool,
    pub internal_date: Option<DateTime<Utc>>,
    /// It is read in its turn, not once more.
    pub is_news: bool,
}

/// Whether a message with the identity of a known one is another: it is to be answered elsewhere,
/// or the known one lies there still and this one came much later in another size.
#[must_use]
pub fn is_another(known: &MessageRow, new: &MessageRow, message: &Message, copy: Copy) -> bool {
    if has_list_signs(message) {
        return false;
    }
    let later = copy
        .internal_date
        .is_some_and(|at| at - known.received_at > LATER);
    let resized = known.size.abs_diff(new.size) > OTHER_SIZE;
    known.more.reply_to != new.more.reply_to
        || copy.known_is_there && copy.is_news && later && resized
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::kept::More;

    fn row(subject: &str, reply_to: &str, minute: i64, size: u32) -> MessageRow {
        let reply_to = if reply_to.is_empty() {
            Vec::new()
        } else {
            vec![reply_to.to_owned()]
        };
        MessageRow {
            received_at: DateTime::from_timestamp(1_795_000_000 + 60 * minute, 0).expect("a time"),
            size,
            message_id: Some("a@x".to_owned()),
            sender: Some("kim@example.net".to_owned()),
            name: None,
            subject: subject.to_owned(),
            more: More {
                reply_to,
                ..More::default()
            },
        }
    }

    #[test]
    fn a_changed_subject_is_no_other_message() {
        let known = row("Fråga om buss", "", 0, 500);
        let check =
            |new: MessageRow, expected| assert_eq!(is_edited(&known, &new), expected, "{new:?}");
        check(row("KS 2026/123 Fråga om buss", "", 500, 520), true);
        check(row("Fråga om buss (Dnr 2026/7)", "", 500, 520), true);
        check(row("[Klart] FRÅGA om  buss", "", 500, 520), true);
        check(row("KS 2026/123", "", 0, 520), true);
        check(row("KS 2026/123", "", 1, 520), true);
        check(row("KS 2026/123", "", 2, 520), false);
        check(
            row("KS 2026/123 Fråga om buss", "bo@example.net", 0, 520),
            false,
        );
        let without = row("", "", 0, 500);
        assert!(
            is_edited(&without, &row("KS 2026/123", "", 1, 500))
                && !is_edited(&without, &row("KS", "", 2, 500))
        );
    }

    #[test]
    fn an_equal_identity_may_be_another_message() {
        let known = row("Formulär", "kim@example.net", 0, 5_000);
        let at = |minute| row("", "", minute, 0).received_at;
        let usual = Copy {
            known_is_there: true,
            internal_date: Some(at(61)),
            is_news: true,
        };
        let plain = Message::default();
        let check = |new: &MessageRow, message: &Message, copy: Copy, expected| {
            assert_eq!(
                is_another(&known, new, message, copy),
                expected,
                "{new:?} {copy:?}"
            );
        };
        let same = row("Formulär", "kim@example.net", 61, 5_000);
        check(&same, &plain, usual, false);
        check(
            &row("Formulär", "bo@example.net", 0, 5_000),
            &plain,
            usual,
            true,
        );
        check(&row("Formulär", "", 0, 5_000), &plain, usual, true);
        let large = MessageRow {
            size: 25_000,
            ..same
        };
        check(&large, &plain, usual, true);
        check(
            &MessageRow {
                size: 5_000 + OTHER_SIZE,
                ..large.clone()
            },
            &plain,
            usual,
            false,
        );
        check(
            &large,
            &plain,
            Copy {
                internal_date: Some(at(60)),
                ..usual
            },
            false,
        );
        check(
            &large,
            &plain,
            Copy {
                internal_date: None,
                ..usual
            },
            false,
        );
        check(
            &large,
            &plain,
            Copy {
                known_is_there: false,
                ..usual
            },
            false,
        );
        check(
            &large,
            &plain,
            Copy {
                is_news: false,
                ..usual
            },
            false,
        );
        let listed = Message {
            headers: vec![("list-id".to_owned(), "<nytt>".to_owned())],
            ..Message::default()
        };
        check(&large, &listed, usual, false);
        check(
            &row("Formulär", "lista@example.net", 0, 5_000),
            &listed,
            usual,
            false,
        );
    }
}
