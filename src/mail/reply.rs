//! The own words of a reply: what its writer wrote, without what the program quoted, and without
//! signatures.
//!
//! Used for one thing alone: what a member of staff answers to one of our own mails. Total, and
//! bounded by the constants here and in [`super::parse`]: any bytes give some words or none.

mod html;
mod own;

use super::parse::mime::{Part, param, walk};
use super::parse::{MAX_BODY, encoded_words as encoded, header, mime};

/// Characters of a reply's own words that are kept.
pub const MAX_WORDS: usize = 8_000;

/// Reads a whole mail, or its first bytes. `None`: no text was found in them; it may lie further
/// behind.
#[must_use]
pub fn own_words(bytes: &[u8]) -> Option<String> {
    let bytes = encoded::ascii_compatible(bytes);
    let split = header::split(&bytes);
    let body = &bytes[split.body?..];
    let body = &body[..body.len().min(MAX_BODY)];
    let value = |name| split.last(name).map(encoded::value).unwrap_or_default();
    let content = mime::content_type(&value("content-type"));
    let parts = walk(body, &content, &value("content-transfer-encoding"));
    let of = |mime: &'static str| {
        let is_text = move |part: &&Part| !part.attached && part.content.mime == mime;
        parts.iter().filter(is_text)
    };
    let plain = of("text/plain").map(|part| own::words(&plain(part)));
    let html = of("text/html").map(|part| own::words(&html::to_text(&part.text())));
    that_say_something(plain.chain(html))
}

/// A picture or a signature may divide the text; the first part that says something is the reply. A
/// program that puts nothing into the plain part of an alternative has written in HTML.
fn that_say_something(all: impl Iterator<Item = String>) -> Option<String> {
    let mut found = None;
    for words in all {
        if !words.is_empty() && !own::is_stub(&words) {
            return Some(words.chars().take(MAX_WORDS).collect());
        }
        found = Some(words);
    }
    found
}

/// A plain part, its soft lines joined (`format=flowed`, RFC 3676).
fn plain(part: &Part) -> String {
    let text = part.text();
    let has = |name: &str, value: &str| {
        param(&part.content, name).is_some_and(|found| found.eq_ignore_ascii_case(value))
    };
    if has("format", "flowed") {
        own::unflowed(&text, has("delsp", "yes"))
    } else {
        text
    }
}

#[cfg(test)]
mod tests;
