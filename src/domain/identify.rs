//! What makes a message this message: Message-ID, From, Date and subject together, never the
//! Message-ID alone (senders reuse it) and never the UID (servers renumber).
//!
//! Where the Message-ID or the Date is missing, or a scanner sent it (their clocks and ids repeat),
//! arrival and size take part too, and messages that are alike even then are kept apart by their
//! order in the folder.

use crate::domain::item_id::ItemId;
use crate::domain::message::Message;
use crate::domain::subject::normalised_subject;
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

/// By what a message is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// From the Message-ID alone; finds candidates and threads.
    pub mid: i64,
    /// From everything that makes it this message.
    pub whole: [u8; 16],
}

/// The key of a Message-ID: finds candidates; the text itself is compared before anything is
/// concluded from it.
#[must_use]
pub fn mid_key(message_id: &str) -> i64 {
    let hash = Sha256::digest(message_id.as_bytes());
    i64::from_be_bytes(first(&hash))
}

/// The server's facts that take part in a weak identity.
#[derive(Clone, Copy, Debug)]
pub struct Trace {
    pub internal_date: Option<DateTime<Utc>>,
    pub size: u32,
    /// How many messages with the same weak identity lie before it in its folder.
    pub occurrence: u32,
}

/// Whether Message-ID and Date suffice.
#[must_use]
pub fn is_strong(message: &Message, letter: bool) -> bool {
    message.message_id.is_some() && message.date.is_some() && !letter
}

/// The identity of a message in a mailbox. `trace` is given for weak ones only.
#[must_use]
pub fn identity(mailbox: &str, message: &Message, trace: Option<Trace>) -> Identity {
    let hash = Sha256::digest(hashed(mailbox, message, trace));
    let whole: [u8; 16] = first(&hash);
    let mid = message
        .message_id
        .as_deref()
        .map_or_else(|| i64::from_be_bytes(first(&hash)), mid_key);
    Identity { mid, whole }
}

/// What the identity is a hash of, each part behind its length.
fn hashed(mailbox: &str, message: &Message, trace: Option<Trace>) -> Vec<u8> {
    let mut whole = Vec::with_capacity(ROOM);
    let mut part = |bytes: &[u8]| {
        whole.extend_from_slice(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        whole.extend_from_slice(bytes);
    };
    let from = message.from.first().map_or("", |from| &from.addr);
    part(mailbox.as_bytes());
    part(message.message_id.as_deref().unwrap_or_default().as_bytes());
    part(from.as_bytes());
    match message.date {
        Some(date) => part(&date.timestamp().to_be_bytes()),
        None => part(message.date_raw.as_deref().unwrap_or_default().as_bytes()),
    }
    part(normalised_subject(&message.subject).as_bytes());
    if let Some(trace) = trace {
        part(&trace.seconds().to_be_bytes());
        part(&trace.size.to_be_bytes());
        part(&trace.occurrence.to_be_bytes());
    }
    whole
}

/// The identity of a message that is another than the one which has its identity, by what sets it
/// apart.
#[must_use]
pub fn besides(identity: Identity, apart: &str) -> Identity {
    let hash = Sha256::digest([&identity.whole[..], apart.as_bytes()].concat());
    Identity {
        whole: first(&hash),
        ..identity
    }
}

/// The identity of a letter beside the first in the mail of an item. No message has it: the mail is
/// known by that item.
#[must_use]
pub fn part_of_scan(item: ItemId, number: u32) -> Identity {
    let hash = Sha256::digest(format!("letter {number} of {item}").as_bytes());
    Identity {
        mid: i64::from_be_bytes(first(&hash)),
        whole: first(&hash),
    }
}

/// Bytes that a message's parts seldom need more than: hashed in one go, since the hash is as quick
/// as it is put together.
const ROOM: usize = 512;

fn first<const N: usize>(hash: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    bytes.copy_from_slice(&hash[..N]);
    bytes
}

impl Trace {
    fn seconds(&self) -> i64 {
        self.internal_date.map_or(0, |at| at.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Address;
    use std::collections::BTreeSet;

    const ID: Option<&str> = Some("a@example.net");

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn message(id: Option<&str>, from: &str, date: &str, subject: &str) -> Message {
        let from = vec![Address {
            name: None,
            addr: from.to_owned(),
        }];
        Message {
            message_id: id.map(str::to_owned),
            from,
            date: Some(at(date)),
            subject: subject.to_owned(),
            ..Message::default()
        }
    }

    fn kims() -> Message {
        message(ID, "kim@example.net", "2026-11-20T09:00:00Z", "Skolskjuts")
    }

    #[test]
    fn id_and_date_suffice_but_for_a_letter() {
        let without = |change: &dyn Fn(&mut Message)| {
            let mut message = kims();
            change(&mut message);
            is_strong(&message, false)
        };
        assert!(without(&|_| {}));
        assert!(!without(&|message| message.message_id = None));
        assert!(!without(&|message| message.date = None));
        assert!(!is_strong(&kims(), true));
    }

    #[test]
    fn every_part_makes_it_another_message() {
        let date = "2026-11-20T09:00:00Z";
        let trace = |internal_date, size, occurrence| {
            Some(Trace {
                internal_date,
                size,
                occurrence,
            })
        };
        let bare = |date_raw: &str| Message {
            date: None,
            date_raw: Some(date_raw.to_owned()),
            ..kims()
        };
        let (of, first) = (
            |message: &Message| identity("kf", message, None),
            Some(at(date)),
        );
        let identities = [
            of(&kims()),
            identity("bygg", &kims(), None),
            of(&message(None, "kim@example.net", date, "Skolskjuts")),
            of(&message(ID, "olle@example.net", date, "Skolskjuts")),
            of(&message(
                ID,
                "kim@example.net",
                "2026-11-20T09:00:01Z",
                "Skolskjuts",
            )),
            of(&message(ID, "kim@example.net", date, "Parkering")),
            of(&bare("i fredags")),
            of(&bare("i lördags")),
            identity("kf", &kims(), trace(None, 500, 0)),
            identity("kf", &kims(), trace(first, 500, 0)),
            identity(
                "kf",
                &kims(),
                trace(Some(at("2026-11-20T09:00:01Z")), 500, 0),
            ),
            identity("kf", &kims(), trace(first, 501, 0)),
            identity("kf", &kims(), trace(first, 500, 1)),
            besides(of(&kims()), "another"),
        ];
        let whole: BTreeSet<[u8; 16]> = identities.iter().map(|one| one.whole).collect();
        assert_eq!(whole.len(), identities.len());
        // A mail program's prefix does not.
        let answer = message(ID, "kim@example.net", date, "SV: Skolskjuts");
        assert_eq!(of(&kims()), of(&answer));
        let mids: BTreeSet<i64> = identities.iter().map(|one| one.mid).collect();
        assert_eq!(mids.len(), 2, "by the Message-ID alone, or by all the rest");
        assert_ne!(mid_key("a@example.net"), mid_key("b@example.net"));
    }
}
