//! The keyed tag in our Message-IDs: by it a mail of ours is known again that the register has forgotten (a restored
//! backup, the other of two hosts), and nobody else can write one.
//!
//! The tag is a MAC over the rest of the id, the kind of the mail, its reader and the references that it is about. The
//! key opens nothing: it is a row of the register, in backups and replicas, never in exports.

use super::citizen;
use super::item::ItemId;
use super::kind::Kind;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
/// Bytes of a block of the hash.
const BLOCK_BYTES: usize = 64;
/// Bytes kept of the MAC: nobody guesses sixteen.
const TAG_BYTES: usize = 16;

/// What a mail of ours is, as far as its tag says.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    pub kind: Kind,
    pub reader: &'a str,
    /// The references that it is about, in any order.
    pub refs: &'a [ItemId],
}

/// The id with its tag: `unique.tag@domain`.
#[must_use]
pub fn tagged(key: &[u8; KEY_BYTES], unique: &str, domain: &str, claim: Claim<'_>) -> String {
    let tag = hex(&mac(key, unique, domain, claim).finalize().into_bytes());
    format!("{unique}.{tag}@{domain}")
}

/// Whether an id, without angle brackets, has the tag of such a mail.
#[must_use]
pub fn is_genuine(key: &[u8; KEY_BYTES], id: &str, claim: Claim<'_>) -> bool {
    let Some((unique, tag, domain)) = parts(id) else { return false };
    // Compared in constant time, as the crate does it.
    unhex(tag).is_some_and(|tag| mac(key, unique, domain, claim).verify_truncated_left(&tag).is_ok())
}

/// Whether an id has the form of one with a tag.
#[must_use]
pub fn has_tag(id: &str) -> bool {
    parts(id).is_some()
}

fn parts(id: &str) -> Option<(&str, &str, &str)> {
    let (left, domain) = id.rsplit_once('@')?;
    let (unique, tag) = left.rsplit_once('.')?;
    let is_tag = tag.len() == 2 * TAG_BYTES && tag.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    (is_tag && !unique.is_empty() && !domain.is_empty()).then_some((unique, tag, domain))
}

fn mac(key: &[u8; KEY_BYTES], unique: &str, domain: &str, claim: Claim<'_>) -> Hmac<Sha256> {
    let mut refs: Vec<String> = claim.refs.iter().map(ToString::to_string).collect();
    refs.sort();
    refs.dedup();
    // A shorter key is one with zeros behind it (RFC 2104 §2).
    let mut block = [0; BLOCK_BYTES];
    block[..KEY_BYTES].copy_from_slice(key);
    let mut mac = <Hmac<Sha256> as Mac>::new(&block.into());
    for part in
        [unique, &domain.to_ascii_lowercase(), claim.kind.as_str(), &citizen::key(claim.reader), &refs.join(",")]
    {
        mac.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac
}

fn hex(mac: &[u8]) -> String {
    let nibbles = mac.iter().take(TAG_BYTES).flat_map(|byte| [byte >> 4, byte & 15]);
    nibbles.map(|nibble| char::from_digit(nibble.into(), 16).unwrap_or('0')).collect()
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

    const KEY: [u8; KEY_BYTES] = [7; KEY_BYTES];

    fn claim<'a>(kind: Kind, reader: &'a str, refs: &'a [ItemId]) -> Claim<'a> {
        Claim { kind, reader, refs }
    }

    #[test]
    fn only_the_same_mail_has_the_tag() {
        let (one, two) = (ItemId::new(2026, 42), ItemId::new(2026, 43));
        let refs = [one, two];
        let right = claim(Kind::Notice, "kim@example.net", &refs);
        let id = tagged(&KEY, "sl.5f2a", "example.se", right);
        assert!(is_genuine(&KEY, &id, right), "{id}");
        assert!(has_tag(&id));
        // The order of the references and the case of an address are no part of the mail.
        assert!(is_genuine(&KEY, &id, claim(Kind::Notice, "KIM@Example.net", &[two, one])));
        assert!(is_genuine(&KEY, &id.replace("@example.se", "@EXAMPLE.SE"), right));
        let wrong = |id: &str, claim: Claim<'_>| assert!(!is_genuine(&KEY, id, claim), "{id} {claim:?}");
        wrong(&id, claim(Kind::Reminder, "kim@example.net", &refs));
        wrong(&id, claim(Kind::Notice, "bo@example.net", &refs));
        wrong(&id, claim(Kind::Notice, "kim@example.net", &[one]));
        wrong(&id, claim(Kind::Notice, "kim@example.net", &[]));
        wrong(&id.replace("5f2a", "5f2b"), right);
        wrong(&id.replace("example.se", "example.org"), right);
        wrong(&id.replace('.', ""), right);
        for odd in
            ["", "@", "a@b", ".00000000000000000000000000000000@b", "a.0@b", "a.0000000000000000000000000000000g@b"]
        {
            wrong(odd, right);
        }
        assert!(!is_genuine(&[8; KEY_BYTES], &id, right));
        assert!(!has_tag("5f2a@example.se"));
    }
}
