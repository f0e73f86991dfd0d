//! The keyed tag in our Message-IDs: by it a mail of ours is known again that the register has
//! forgotten (a restored backup, the other of two hosts), and only we can write one.
//!
//! The tag is a MAC over the rest of the id, the kind of the mail, its reader and the references
//! that it is about. The key opens nothing: it is a row of the register, in backups and replicas,
//! never in exports.

use super::citizen;
use super::classify::own::{MAX_REFS, OwnMark};
use super::item::ItemId;
use super::kind::Kind;
use super::message::Message;
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
}

/// A mail of ours that its tag proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proven {
    /// The id that it left under.
    pub id: String,
    pub kind: Kind,
    pub refs: Vec<ItemId>,
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
                    },
                )
            })
        };
        let id = message.own_ids().find(is_ours)?.to_owned();
        Some(Proven { id, kind, refs })
    }

    fn mac(&self, unique: &str, domain: &str, claim: Claim<'_>) -> Hmac<Sha256> {
        let mut refs: Vec<String> = claim
            .refs
            .iter()
            .take(MAX_REFS)
            .map(ToString::to_string)
            .collect();
        refs.sort();
        refs.dedup();
        // A shorter key is one with zeros behind it (RFC 2104 §2).
        let mut block = [0; BLOCK_BYTES];
        block[..KEY_BYTES].copy_from_slice(&self.0);
        let mut mac = <Hmac<Sha256> as Mac>::new(&block.into());
        for part in [
            unique,
            &domain.to_ascii_lowercase(),
            claim.kind.as_str(),
            &citizen::key(claim.reader),
            &refs.join(","),
        ] {
            mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            mac.update(part.as_bytes());
        }
        mac
    }
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
        Claim { kind, reader, refs }
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
}
