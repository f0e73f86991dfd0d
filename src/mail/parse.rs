//! Any bytes to a [`Message`]: total, linear in the bytes, bounded by the constants below; it never
//! panics.
//!
//! It takes a header block alone (what IMAP's `HEADER.FIELDS` returns) as well as a whole mail or
//! its first part. Of a whole mail the MIME parts are walked for their content types and for what a
//! delivery report returns. Bodies are never kept. Faults are listed in `defects`, in words without
//! any mail content.
//!
//! Written by hand rather than on a mail library's message parser, for three reasons: only some
//! thirty fields are wanted, in microseconds; header bytes without a declared charset must become
//! windows-1252, not replacement characters; and a letter split over two encoded words must come
//! out whole. The library gives dates and rare charsets.

mod address;
pub(super) mod header;
mod ids;
mod limits;
pub(super) mod mime;
mod report;
pub(super) mod encoded_words;

use crate::domain::message::{Address, ContentType, FromFault, Message};
/// One address as every [`Message`] holds it, for those who compare addresses with a configured
/// one.
pub use address::normal as normal_address;
use header::Split;
pub use limits::{
    FIELDS, MAX_ADDRESS, MAX_ADDRESSES, MAX_BODY, MAX_DEPTH, MAX_FAILED, MAX_FIELDS, MAX_HEADER,
    MAX_ID, MAX_PARTS, MAX_RAW, MAX_RECEIVED, MAX_TEXT, MAX_VALUE,
};

/// Reads any bytes; see the module.
#[must_use]
pub fn message(bytes: &[u8]) -> Message {
    let bytes = encoded_words::ascii_compatible(bytes);
    let split = header::split(&bytes);
    let mut message = Message::default();
    header_facts(&split, &mut message);
    let body = split.body.map_or(&b""[..], |at| &bytes[at..]);
    if body.iter().any(|b| !b.is_ascii_whitespace()) {
        body_facts(&split, &body[..body.len().min(MAX_BODY)], &mut message);
    }
    message
}

fn header_facts(split: &Split, message: &mut Message) {
    message.headers.reserve_exact(split.fields.len());
    for field in &split.fields {
        let name = field.name.to_ascii_lowercase();
        let name = String::from_utf8(name).unwrap_or_default();
        let value = encoded_words::value(field.value);
        if name == "from" {
            from_fault(message, field.spaced, FromFault::Blank);
        }
        structured(&name, field.value, &value, message);
        message.headers.push((name, value));
    }
    if split.stray {
        defect(message, "a line in the header is no field");
    }
    if split.cut {
        defect(message, "the header is longer than what is read");
    }
    from_fault(
        message,
        split.bare_return && message.header("from").is_some(),
        FromFault::BareReturn,
    );
    if message.from.is_empty() {
        defect(
            message,
            if message.header("from").is_some() {
                "no usable address in From"
            } else {
                "no From"
            },
        );
    }
    if message.content.is_empty() {
        message.content.push(ContentType {
            mime: "text/plain".into(),
            params: Vec::new(),
        });
    }
}

/// Fields that are more than their text. Of a field that may occur once, the first that says
/// something counts.
fn structured(name: &str, raw: &[u8], value: &str, message: &mut Message) {
    match name {
        "from" => from(raw, message),
        "sender" | "reply-to" | "to" | "cc" | "bcc" => people(name, raw, message),
        "date" if message.date_raw.is_none() => date(value, message),
        "subject" if message.subject.is_empty() => value.clone_into(&mut message.subject),
        "subject" => defect(message, "several Subject fields"),
        "message-id" => message_id(raw, message),
        "in-reply-to" => ids::append(&mut message.in_reply_to, ids::of_field(raw)),
        "references" => ids::append(&mut message.references, ids::of_field(raw)),
        "thread-index" if message.thread_index.is_none() => {
            message.thread_index = ids::thread_index(value);
        }
        "received" if message.received.len() < MAX_RECEIVED => {
            message.received.extend(ids::received(value));
        }
        "content-type" if message.content.is_empty() => {
            message.content.push(mime::content_type(value));
        }
        _ => {}
    }
}

fn from(raw: &[u8], message: &mut Message) {
    if message.headers.iter().any(|(name, _)| name == "from") {
        from_fault(message, true, FromFault::Twice);
        defect(message, "several From fields");
    }
    if message.from.is_empty() {
        let text = encoded_words::text(raw);
        let list = address::list(&text);
        for fault in address::faults(&text, &list) {
            from_fault(message, true, fault);
        }
        if list.dropped {
            defect(message, "an address in From cannot be used");
        }
        message.from = list.addresses;
    }
}

/// The other fields of addresses.
fn people(name: &str, raw: &[u8], message: &mut Message) {
    match name {
        "sender" if message.sender.is_none() => {
            let found = addresses(raw, message, "an address in Sender cannot be used");
            message.sender = found.into_iter().next();
        }
        "reply-to" if message.reply_to.is_empty() => {
            message.reply_to = addresses(raw, message, "an address in Reply-To cannot be used");
        }
        "to" | "cc" | "bcc" => {
            let found = addresses(raw, message, "a recipient's address cannot be used");
            let list = match name {
                "to" => &mut message.to,
                "cc" => &mut message.cc,
                _ => &mut message.bcc,
            };
            let room = MAX_ADDRESSES.saturating_sub(list.len());
            list.extend(found.into_iter().take(room));
        }
        _ => {}
    }
}

fn date(value: &str, message: &mut Message) {
    message.date = ids::date(value);
    message.date_raw = Some(value.to_owned());
    if message.date.is_none() {
        defect(message, "Date cannot be read");
    }
}
fn message_id(raw: &[u8], message: &mut Message) {
    let found = ids::of_field(raw);
    if found.len() > 1 || (message.message_id.is_some() && !found.is_empty()) {
        defect(message, "several Message-IDs");
    }
    if found.is_empty() {
        defect(message, "Message-ID cannot be read");
    }
    if message.message_id.is_none() {
        message.message_id = found.into_iter().next();
    }
}

fn addresses(raw: &[u8], message: &mut Message, trouble: &'static str) -> Vec<Address> {
    let list = address::list(&encoded_words::text(raw));
    if list.dropped {
        defect(message, trouble);
    }
    list.addresses
}

fn body_facts(split: &Split, body: &[u8], message: &mut Message) {
    let encoding = split
        .last("content-transfer-encoding")
        .map(encoded_words::value)
        .unwrap_or_default();
    let parts = mime::walk(body, &message.content[0], &encoding);
    message.content.extend(
        parts
            .iter()
            .filter(|part| !part.whole)
            .take(MAX_PARTS)
            .map(|part| part.content.clone()),
    );
    mime::calendar_methods(&parts, &mut message.content);
    report::read(&parts, message);
}

/// Notes a fault of From once, if it is there.
fn from_fault(message: &mut Message, is_there: bool, fault: FromFault) {
    if is_there && !message.from_faults.contains(&fault) {
        message.from_faults.push(fault);
    }
}

/// Notes a defect once.
fn defect(message: &mut Message, text: &'static str) {
    if !message.defects.iter().any(|d| d == text) {
        message.defects.push(text.to_owned());
    }
}

#[cfg(test)]
mod tests;
