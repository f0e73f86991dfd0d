//! The keyed tag in our Message-IDs: by it a mail of ours is known again that the register has
//! forgotten (a restored backup, the other of two hosts), and only we can write one.
//!
//! The tag is a MAC over the rest of the id, the kind of the mail, its reader, the references that it
//! is about and the date that it promises for each. The key opens nothing: it is a row of the
//! register, in backups and replicas, never in exports.

use super::citizen;
use super::classify::own::{MAX_REFS, OwnMark};
use super::effect::Kind;
use super::item::ItemId;
use super::message::Message;
use chrono::NaiveDate;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::fmt;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Bytes of a block of the hash.
const BLOCK_BYTES: usize = 64;
/// Bytes kept of the MAC: sixteen cannot be guessed.
const TAG_BYTES: usize = 16;

/// The register's key. It is never shown.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Key(pub [u8; KEY_BYTES]);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key")
    }
}

/// What makes the id of one mail: something unique, and the key of its tag.
#[derive(Clone, Debug)]
pub struct Seal {
    pub unique: String,
    pub key: Key,
}

/// What a mail of ours is, as far as its tag says.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    pub kind: Kind,
    pub reader: &'a str,
    /// The references that it is about, in any order; of more than [`MAX_REFS`] the first ones.
    pub refs: &'a [ItemId],
    /// The date that it promises for each of them, in their order; none: it promises nothing.
    pub dates: &'a [NaiveDate],
}

/// A mail of ours that its tag proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The id that it left under.
    pub id: String,
    pub kind: Kind,
    pub refs: Vec<ItemId>,
    /// The date that it promises for each of them.
    pub dates: Vec<NaiveDate>,
}

impl Proven {
    /// The date that it promises for an item, which may have another reference in this register:
    /// then only one that holds for all says anything.
    #[must_use]
    pub fn date_for(&self, item: ItemId) -> Option<NaiveDate> {
        let (first, others) = self.dates.split_first()?;
        if others.iter().all(|date| date == first) {
            return Some(*first);
        }
        let at = self.refs.iter().position(|named| *named == item)?;
        self.dates.get(at).copied()
    }
}

impl Key {
    /// An id of ours with its tag: `unique@domain` becomes `unique.tag@domain`.
    #[must_use]
    pub fn tagged(&self, id: &str, claim: Claim<'_>) -> String {
        let (unique, domain) = id.rsplit_once('@').unwrap_or((id, ""));
        let tag = hex(&self.mac(unique, domain, claim).finalize().into_bytes());
        format!("{unique}.{tag}@{domain}")
    }

    /// Whether an id, without angle brackets, has the tag of such a mail.
    #[must_use]
    pub fn is_genuine(&self, id: &str, claim: Claim<'_>) -> bool {
        let Some((unique, tag, domain)) = parts(id) else {
            return false;
        };
        // Compared in constant time, as the crate does it.
        unhex(tag).is_some_and(|tag| {
            self.mac(unique, domain, claim)
                .verify_truncated_left(&tag)
                .is_ok()
        })
    }

    /// A name for these parts that says nothing to who lacks the key.
    #[must_use]
    pub fn hidden(&self, parts: &[&[u8]]) -> String {
        let mut mac = self.keyed();
        // No id begins with nothing.
        for part in std::iter::once(&&b""[..]).chain(parts) {
            add(&mut mac, part);
        }
        hex(&mac.finalize().into_bytes())
    }

    /// The kind of a mail with our mark, if one of its ids has the tag of just such a mail to one
    /// of its readers.
    #[must_use]
    pub fn proves(&self, message: &Message) -> Option<Proven> {
        let mark = OwnMark::of(message)?;
        let kind = Kind::parse(&mark.kind)?;
        let refs: Vec<ItemId> = mark
            .refs
            .iter()
            .filter_map(|reference| ItemId::parse(reference))
            .collect();
        let is_ours = |id: &&str| {
            message.to.iter().any(|to| {
                self.is_genuine(
                    id,
                    Claim {
                        kind,
                        reader: &to.addr,
                        refs: &refs,
                        dates: &mark.dates,
                    },
                )
            })
        };
        let id = message.own_ids().find(is_ours)?.to_owned();
        Some(Proven {
            id,
            kind,
            refs,
            dates: mark.dates,
        })
    }

    fn mac(&self, unique: &str, domain: &str, claim: Claim<'_>) -> Hmac<Sha256> {
        let mut refs: Vec<String> = claim
            .refs
            .iter()
            .take(MAX_REFS)
            .enumerate()
            .map(|(at, id)| match claim.dates.get(at) {
                Some(date) => format!("{id} {date}"),
                None => id.to_string(),
            })
            .collect();
        refs.sort();
        refs.dedup();
        let mut mac = self.keyed();
        for part in [
            unique,
            &domain.to_ascii_lowercase(),
            claim.kind.as_str(),
            &citizen::key(claim.reader),
            &refs.join(","),
        ] {
            add(&mut mac, part.as_bytes());
        }
        mac
    }

    fn keyed(&self) -> Hmac<Sha256> {
        // A shorter key is one with zeros behind it (RFC 2104 §2).
        let mut block = [0; BLOCK_BYTES];
        block[..KEY_BYTES].copy_from_slice(&self.0);
        <Hmac<Sha256> as Mac>::new(&block.into())
    }
}

fn add(mac: &mut Hmac<Sha256>, part: &[u8]) {
    mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
    mac.update(part);
}

/// Whether an id has the form of one with a tag.
#[must_use]
pub fn has_tag(id: &str) -> bool {
    parts(id).is_some()
}

fn parts(id: &str) -> Option<(&str, &str, &str)> {
    let (left, domain) = id.rsplit_once('@')?;
    let (unique, tag) = left.rsplit_once('.')?;
    let is_tag =
        tag.len() == 2 * TAG_BYTES && tag.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    (is_tag && !unique.is_empty() && !domain.is_empty()).then_some((unique, tag, domain))
}

fn hex(mac: &[u8]) -> String {
    let nibbles = mac
        .iter()
        .take(TAG_BYTES)
        .flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles
        .map(|nibble| char::from_digit(nibble.into(), 16).unwrap_or('0'))
        .collect()
}

fn unhex(tag: &str) -> Option<[u8; TAG_BYTES]> {
    let mut bytes = [0; TAG_BYTES];
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(tag.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Address;

    const KEY: Key = Key([7; KEY_BYTES]);

    fn claim<'a>(kind: Kind, reader: &'a str, refs: &'a [ItemId]) -> Claim<'a> {
        Claim {
            kind,
            reader,
            refs,
            dates: &[],
        }
    }

    #[test]
    fn only_the_same_mail_has_the_tag() {
        let (one, two) = (ItemId::new(2026, 42), ItemId::new(2026, 43));
        let refs = [one, two];
        let right = claim(Kind::Notice, "kim@example.net", &refs);
        let id = KEY.tagged("sl.5f2a@example.se", right);
        assert!(KEY.is_genuine(&id, right), "{id}");
        assert!(has_tag(&id));
        // The order of the references and the case of an address do not belong to the mail.
        assert!(KEY.is_genuine(&id, claim(Kind::Notice, "KIM@Example.net", &[two, one])));
        assert!(KEY.is_genuine(&id.replace("@example.se", "@EXAMPLE.SE"), right));
        let wrong =
            |id: &str, claim: Claim<'_>| assert!(!KEY.is_genuine(id, claim), "{id} {claim:?}");
        wrong(&id, claim(Kind::Reminder, "kim@example.net", &refs));
        wrong(&id, claim(Kind::Notice, "bo@example.net", &refs));
        wrong(&id, claim(Kind::Notice, "kim@example.net", &[one]));
        wrong(&id, claim(Kind::Notice, "kim@example.net", &[]));
        wrong(&id.replace("5f2a", "5f2b"), right);
        wrong(&id.replace("example.se", "example.org"), right);
        wrong(&id.replace('.', ""), right);
        for odd in [
            "",
            "@",
            "a@b",
            ".00000000000000000000000000000000@b",
            "a.0@b",
            "a.0000000000000000000000000000000g@b",
        ] {
            wrong(odd, right);
        }
        assert!(!Key([8; KEY_BYTES]).is_genuine(&id, right));
        assert!(!has_tag("5f2a@example.se"));
        assert_eq!(format!("{KEY:?}"), "Key");
    }

    #[test]
    fn a_mail_is_proven_by_one_of_its_ids_and_what_it_says_of_itself() {
        let refs = [ItemId::new(2026, 42)];
        let id = KEY.tagged(
            "servicelofte-5f2a@example.se",
            claim(Kind::Notice, "kim@example.net", &refs),
        );
        let to = |addr: &str| Address {
            name: None,
            addr: addr.to_owned(),
        };
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let right = Message {
            message_id: Some(id.clone()),
            to: vec![to("bo@example.net"), to("kim@example.net")],
            headers: vec![field("x-servicelofte", "notice; ref=SL-2026-00042")],
            ..Message::default()
        };
        let check = |message: &Message, proven: bool| {
            let expected = Proven {
                id: id.clone(),
                kind: Kind::Notice,
                refs: refs.to_vec(),
                dates: Vec::new(),
            };
            assert_eq!(
                KEY.proves(message),
                proven.then_some(expected),
                "{message:?}"
            );
        };
        check(&right, true);
        // Under another id, as some relays send it on: by what it says of its first one.
        let given = Message {
            message_id: Some("0102-000000@relay.example".to_owned()),
            ..right.clone()
        };
        check(
            &Message {
                references: vec![id.clone(), "q1@x".to_owned()],
                ..given.clone()
            },
            true,
        );
        check(
            &Message {
                references: vec!["q1@x".to_owned(), id.clone()],
                ..given.clone()
            },
            false,
        );
        let original = field("x-microsoft-original-message-id", &format!("<{id}>"));
        check(
            &Message {
                headers: vec![right.headers[0].clone(), original],
                ..given.clone()
            },
            true,
        );
        check(&given, false);
        // What a forger can have of it.
        check(
            &Message {
                headers: Vec::new(),
                ..right.clone()
            },
            false,
        );
        check(
            &Message {
                to: vec![to("kf@example.se")],
                ..right.clone()
            },
            false,
        );
        for mark in [
            "reminder; ref=SL-2026-00042",
            "notice; ref=SL-2026-00043",
            "notice; ref=SL-2026-00042; date=2026-12-04",
            "notice",
            "post; ref=SL-2026-00042",
        ] {
            check(
                &Message {
                    headers: vec![field("x-servicelofte", mark)],
                    ..right.clone()
                },
                false,
            );
        }
        let citizens = Message {
            message_id: Some("q1@x".to_owned()),
            in_reply_to: vec![id.clone()],
            ..right
        };
        check(&citizens, false);
    }

    #[test]
    fn a_hidden_name_is_of_its_parts_and_its_key() {
        let name = KEY.hidden(&[b"notice", b"kim@example.net"]);
        assert_eq!(name.len(), 2 * TAG_BYTES);
        assert_eq!(name, KEY.hidden(&[b"notice", b"kim@example.net"]));
        for other in [
            KEY.hidden(&[b"notice", b"bo@example.net"]),
            KEY.hidden(&[b"noticekim", b"@example.net"]),
            KEY.hidden(&[b"notice", b"kim@example.net", b""]),
            Key([8; KEY_BYTES]).hidden(&[b"notice", b"kim@example.net"]),
        ] {
            assert_ne!(name, other);
        }
    }

    #[test]
    fn the_date_that_a_mail_promises_belongs_to_it() {
        let (one, two) = (ItemId::new(2026, 42), ItemId::new(2026, 43));
        let day = |day| NaiveDate::from_ymd_opt(2026, 12, day).expect("a date");
        let (refs, dates) = ([one, two], [day(4), day(9)]);
        let right = Claim {
            dates: &dates,
            ..claim(Kind::NewDate, "kim@example.net", &refs)
        };
        let id = KEY.tagged("servicelofte-5f2a@example.se", right);
        let swapped = (&[two, one], &[day(9), day(4)]);
        let same = Claim {
            refs: swapped.0,
            dates: swapped.1,
            ..right
        };
        assert!(KEY.is_genuine(&id, right) && KEY.is_genuine(&id, same));
        for dates in [&[day(9), day(4)][..], &[day(4), day(4)], &[day(4)], &[]] {
            assert!(!KEY.is_genuine(&id, Claim { dates, ..right }), "{dates:?}");
        }
        let says = |mark: &str| {
            KEY.proves(&Message {
                message_id: Some(id.clone()),
                to: vec![crate::domain::message::Address {
                    name: None,
                    addr: "kim@example.net".to_owned(),
                }],
                headers: vec![("x-servicelofte".to_owned(), mark.to_owned())],
                ..Message::default()
            })
        };
        let proven = says("new_date; ref=SL-2026-00042,SL-2026-00043; date=2026-12-04,2026-12-09")
            .expect("it is ours");
        assert_eq!(proven.date_for(one), Some(day(4)));
        assert_eq!(proven.date_for(two), Some(day(9)));
        assert_eq!(proven.date_for(ItemId::new(2026, 1)), None);
        for mark in [
            "new_date; ref=SL-2026-00042,SL-2026-00043",
            "new_date; ref=SL-2026-00042,SL-2026-00043; date=2026-12-04",
            "new_date; ref=SL-2026-00042,SL-2026-00043; date=2026-12-09,2026-12-04",
        ] {
            assert_eq!(says(mark), None, "{mark}");
        }
        // One date for all holds also under a reference of another life of the register.
        let alike = Proven {
            dates: vec![day(4), day(4)],
            ..proven
        };
        assert_eq!(alike.date_for(ItemId::new(2026, 1)), Some(day(4)));
    }
}
