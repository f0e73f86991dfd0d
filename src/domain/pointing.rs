//! What a message from outside points at: In-Reply-To and References, Outlook's Thread-Index, our
//! reference in the subject from an address that belongs to it. Subject and address alone make a
//! conversation probable, no more.

use crate::domain::board::Board;
use crate::domain::item::ItemId;
use crate::domain::kept::MessageRow;
use crate::domain::message::Message;
use crate::domain::subject::normalised_subject;
use chrono::{DateTime, Duration, Utc};

/// How long a subject and an address alone make a conversation probable.
pub const PROBABLE_DAYS: i64 = 30;

/// A mail from an address this soon after our notice to it, and tied to nothing, may be a machine's
/// acknowledgement; another notice would be acknowledged too.
pub const ECHO: Duration = Duration::minutes(15);

/// How far the server's clock, by which messages come, may be behind ours, by which notices leave.
pub const CLOCKS_DIFFER: Duration = Duration::minutes(1);

/// Ids of a message that are looked up: the newest ones matter.
pub const LOOKED_UP: usize = 20;

/// The ids that a message names, the newest first: it names the mail that was really answered.
pub fn named_ids(message: &Message) -> impl Iterator<Item = &String> {
    message
        .in_reply_to
        .iter()
        .chain(message.references.iter().rev())
        .take(LOOKED_UP)
}

/// What the register has for each way of pointing. A way is looked up when none before it led
/// anywhere.
#[derive(Clone, Debug, Default)]
pub struct Pointers {
    /// The newest id that the register knows.
    pub by_id: Option<ItemId>,
    /// The youngest item of the same Thread-Index.
    pub by_thread_index: Option<ItemId>,
    /// Items of this mailbox whose reference is in the subject.
    pub by_reference: Vec<(ItemId, MessageRow)>,
}

impl Pointers {
    /// What an item is about at which our reference points.
    #[must_use]
    pub fn subjects_of(&self, item: ItemId) -> Vec<String> {
        let row = self.by_reference.iter().find(|(id, _)| *id == item);
        row.map(|(_, row)| row.subjects().cloned().collect())
            .unwrap_or_default()
    }
}

/// The one thing that a message points at.
#[must_use]
pub fn points_at(message: &Message, pointers: &Pointers, board: &Board) -> Option<ItemId> {
    let by_reference = || {
        let believed = pointers
            .by_reference
            .iter()
            .find(|(_, row)| belongs(message, row, board));
        believed.map(|(item, _)| *item)
    };
    pointers
        .by_id
        .or(pointers.by_thread_index)
        .or_else(by_reference)
}

/// Our reference is believed only from an address that belongs to the item: its citizen's, or that
/// of staff.
fn belongs(message: &Message, row: &MessageRow, board: &Board) -> bool {
    message.from.iter().any(|from| {
        row.citizen_addresses().any(|known| known == from.addr)
            || board.staff_at(&from.addr).is_some()
    })
}

/// Whether a message probably goes on with the newest item of its sender: same subject, not long
/// ago.
#[must_use]
pub fn is_probable(message: &Message, received_at: DateTime<Utc>, newest: &MessageRow) -> bool {
    let subject = normalised_subject(&message.subject);
    let recent = received_at - newest.received_at <= Duration::days(PROBABLE_DAYS);
    recent && !subject.is_empty() && normalised_subject(&newest.subject) == subject
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::board::tests::board;
    use crate::domain::kept::More;
    use crate::domain::message::Address;

    const AT: &str = "2026-11-19T08:12:00Z";

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn item(number: i64) -> ItemId {
        ItemId::new(2026, number)
    }

    fn message(from: &str, subject: &str) -> Message {
        let from = vec![Address {
            name: None,
            addr: from.to_owned(),
        }];
        Message {
            from,
            subject: subject.to_owned(),
            ..Message::default()
        }
    }

    /// A question of `anna@example.com`, who wants answers at `anna@example.org` too.
    fn asked(subject: &str, received_at: &str) -> MessageRow {
        MessageRow {
            received_at: at(received_at),
            size: 500,
            message_id: None,
            sender: Some("anna@example.com".to_owned()),
            name: None,
            subject: subject.to_owned(),
            more: More {
                reply_to: vec!["anna@example.org".to_owned()],
                ..More::default()
            },
        }
    }

    #[test]
    fn an_id_counts_before_a_thread_index_and_that_before_a_reference() {
        let referred = || vec![(item(3), asked("Fråga", AT))];
        for (by_id, by_thread_index, by_reference, expected) in [
            (Some(item(1)), Some(item(2)), referred(), Some(item(1))),
            (None, Some(item(2)), referred(), Some(item(2))),
            (None, None, referred(), Some(item(3))),
            (None, None, Vec::new(), None),
        ] {
            let pointers = Pointers {
                by_id,
                by_thread_index,
                by_reference,
            };
            let got = points_at(
                &message("anna@example.com", "SV: Fråga"),
                &pointers,
                &board(),
            );
            assert_eq!(got, expected, "{pointers:?}");
        }
    }

    #[test]
    fn an_item_is_about_its_own_subjects() {
        let mut edited = asked("Bygglov", AT);
        edited.more.edited = vec!["Bygglov för altan".to_owned()];
        let pointers = Pointers {
            by_reference: vec![(item(1), asked("Skolskjuts", AT)), (item(2), edited)],
            ..Pointers::default()
        };
        let subjects = [1, 2, 3].map(|number| pointers.subjects_of(item(number)));
        assert_eq!(
            subjects.map(|subjects| subjects.join(", ")),
            ["Skolskjuts", "Bygglov, Bygglov för altan", ""]
        );
    }

    #[test]
    fn a_reference_is_believed_from_its_citizen_and_from_staff_only() {
        for (from, believed) in [
            ("anna@example.com", true),
            ("anna@example.org", true),
            ("h@example.se", true),
            ("bo@example.com", false),
            // Staff of another mailbox write here as anybody does.
            ("annan@example.se", false),
        ] {
            let pointers = Pointers {
                by_reference: vec![(item(1), asked("Fråga", AT))],
                ..Pointers::default()
            };
            let got = points_at(&message(from, "Fråga [SL-2026-00001]"), &pointers, &board());
            assert_eq!(got.is_some(), believed, "{from}");
        }
        let pointers = Pointers {
            by_reference: vec![
                (
                    item(1),
                    MessageRow {
                        sender: None,
                        ..asked("Fråga", AT)
                    },
                ),
                (item(2), asked("Fråga", AT)),
            ],
            ..Pointers::default()
        };
        let got = points_at(
            &message("anna@example.com", "SL-2026-00001 SL-2026-00002"),
            &pointers,
            &board(),
        );
        assert_eq!(got, Some(item(2)), "the first of them that she belongs to");
    }

    #[test]
    fn a_subject_and_an_address_are_probable_for_a_month() {
        for (subject, asked_with, asked_at, probable) in [
            ("SV: Bygglov", "Bygglov", "2026-11-01T08:00:00Z", true),
            ("bygglov", "Re: BYGGLOV", "2026-11-01T08:00:00Z", true),
            ("Bygglov", "Bygglov igen", "2026-11-01T08:00:00Z", false),
            ("", "", "2026-11-01T08:00:00Z", false),
            ("Bygglov", "Bygglov", "2026-10-20T08:12:00Z", true),
            ("Bygglov", "Bygglov", "2026-10-20T08:11:59Z", false),
        ] {
            let got = is_probable(
                &message("anna@example.com", subject),
                at(AT),
                &asked(asked_with, asked_at),
            );
            assert_eq!(
                got, probable,
                "{subject:?} after {asked_with:?} of {asked_at}"
            );
        }
    }

    #[test]
    fn the_newest_id_is_named_first() {
        let message = Message {
            in_reply_to: vec!["c@x".to_owned()],
            references: vec!["a@x".to_owned(), "b@x".to_owned()],
            ..Message::default()
        };
        assert_eq!(
            named_ids(&message).collect::<Vec<_>>(),
            ["c@x", "b@x", "a@x"]
        );
        let long = Message {
            references: (0..100).map(|i| format!("{i}@x")).collect(),
            ..Message::default()
        };
        assert_eq!(named_ids(&long).count(), LOOKED_UP);
    }
}
