//! Message ids, Outlook's conversation id, dates and trace lines.

use super::encoded_words;
use super::limits::{MAX_ID, MAX_RAW};
use crate::domain::message::{MAX_REFERENCES, Received};
use chrono::{DateTime, Utc};

/// Ids kept from the start of a thread when there are too many; the others are the last ones.
const KEPT_FIRST: usize = 10;
/// Bytes of a Thread-Index's head: one reserved, five of time, sixteen of the conversation.
const THREAD_HEAD: usize = 22;

/// The ids of a Message-ID, In-Reply-To or References field, without brackets, in order. Prose,
/// comments and commas between them are skipped. Without any bracket, every word with an `@` is
/// one, and a lone word as well.
pub fn all(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        rest = &rest[open + 1..];
        let end = rest
            .find(['<', '>'])
            .unwrap_or_else(|| rest.find([' ', '\t', ',']).unwrap_or(rest.len()));
        found.extend(id(&rest[..end]));
        rest = &rest[end..];
    }
    if found.is_empty() && !text.contains('<') {
        let words: Vec<&str> = text
            .split([' ', '\t', ','])
            .filter(|w| !w.is_empty())
            .collect();
        let alone = words.len() == 1;
        found.extend(
            words
                .into_iter()
                .filter(|w| alone || w.contains('@'))
                .filter_map(id),
        );
    }
    found
}

/// [`all`] of a raw field, in encoded words too; of one longer than [`MAX_RAW`] the beginning and
/// the end are read.
pub fn of_field(raw: &[u8]) -> Vec<String> {
    if raw.len() <= MAX_RAW {
        return all(&encoded_words::decode(encoded_words::text(raw)));
    }
    let tail = &raw[raw.len() - MAX_RAW / 2..];
    let whole = tail.iter().position(|&b| b == b'<').unwrap_or(tail.len());
    let mut found = all(&encoded_words::text(&raw[..MAX_RAW / 2]));
    found.pop();
    found.extend(all(&encoded_words::text(&tail[whole..])));
    found
}

fn id(text: &str) -> Option<String> {
    if text.len() <= MAX_ID && text.bytes().all(|b| b.is_ascii_graphic() && b != b'>') {
        return (!text.is_empty()).then(|| text.to_owned());
    }
    let id: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control() && *c != '>')
        .collect();
    (!id.is_empty() && id.len() <= MAX_ID).then_some(id)
}

/// Adds ids; of more than [`MAX_REFERENCES`] the first and the last ones stay.
pub fn append(list: &mut Vec<String>, found: Vec<String>) {
    list.extend(found);
    if list.len() > MAX_REFERENCES {
        let tail = list.len() - (MAX_REFERENCES - KEPT_FIRST);
        list.drain(KEPT_FIRST..tail);
    }
}

/// The conversation id of Outlook's `Thread-Index`, as lower-case hex.
pub fn thread_index(value: &str) -> Option<String> {
    let bytes = encoded_words::base64(value.as_bytes());
    let id = bytes.get(6..THREAD_HEAD)?;
    Some(id.iter().fold(String::with_capacity(32), |mut hex, byte| {
        for nibble in [byte >> 4, byte & 15] {
            hex.push(char::from_digit(nibble.into(), 16).unwrap_or('0'));
        }
        hex
    }))
}

/// A date as mail writes it (RFC 5322 §3.3, obsolete zones and two-digit years too); `None` unless
/// it is a real one.
pub fn date(value: &str) -> Option<DateTime<Utc>> {
    match mail_parser::DateTime::parse_rfc822(value).filter(mail_parser::DateTime::is_valid) {
        Some(date) => DateTime::from_timestamp(date.to_timestamp(), 0),
        // Two-digit years; then a date that forgot its zone, which is taken for UTC.
        None => DateTime::parse_from_rfc2822(value)
            .or_else(|_| DateTime::parse_from_rfc2822(&format!("{value} +0000")))
            .ok()
            .map(|date| date.to_utc()),
    }
}

/// A trace line; `None` when its date cannot be read.
pub fn received(value: &str) -> Option<Received> {
    let (trace, stamp) = value.rsplit_once(';')?;
    let at = date(stamp.trim())?;
    let mut words = trace
        .split_ascii_whitespace()
        .skip_while(|word| !word.eq_ignore_ascii_case("by"))
        .skip(1);
    let by = words
        .next()
        .map(|host| host.trim_end_matches(['.', ',', ';']).to_lowercase());
    Some(Received {
        by: by.filter(|host| !host.is_empty()),
        from: handed_over_by(trace),
        at,
    })
}

/// The host behind `from`: of `from helo (name [address])` the name, which the DNS knows, unless
/// there is none.
fn handed_over_by(trace: &str) -> Option<String> {
    let rest = trace.trim_start();
    let rest = rest
        .get(..5)
        .filter(|word| word.eq_ignore_ascii_case("from "))
        .map(|_| rest[5..].trim_start())?;
    let helo = rest.split_ascii_whitespace().next()?;
    let behind = rest[helo.len()..]
        .trim_start()
        .strip_prefix('(')
        .and_then(|comment| comment.split_once(')'));
    let looked_up = behind.and_then(|(comment, _)| {
        let name = comment
            .split(['[', ' '])
            .next()
            .unwrap_or_default()
            .trim_end_matches('.');
        let is_name = name == "unknown"
            || (name.contains('.') && name.contains(|c: char| c.is_ascii_alphabetic()));
        (is_name && !name.contains(['=', ':'])).then_some(name)
    });
    let host = looked_up
        .unwrap_or(helo)
        .trim_end_matches(['.', ',', ';'])
        .to_lowercase();
    (!host.is_empty()).then_some(host)
}
