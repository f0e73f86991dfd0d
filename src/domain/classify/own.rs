//! Our own mails: by their Message-ID, or by the mark that every one of them carries.

use super::{Context, signs};
use crate::domain::message::Message;
use crate::domain::reason::Sign;
use crate::domain::subject;

/// References read from one mark.
pub const MAX_REFS: usize = 200;

/// The header `X-Servicelofte: <kind>; ref=<ref>[,<ref>…]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMark {
    /// `notice`, `reminder`, `escalation`, `digest` …
    pub kind: String,
    pub refs: Vec<String>,
}

impl OwnMark {
    /// Reads the mark of a message, whoever wrote it; `None` without one or when it is not in our form.
    #[must_use]
    pub fn of(message: &Message) -> Option<Self> {
        let value = message.header("x-servicelofte")?;
        let (kind, rest) = value.split_once(';').unwrap_or((value, ""));
        let kind = kind.trim().to_ascii_lowercase();
        if kind.is_empty() || !kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'-') {
            return None;
        }
        let refs = rest.trim().strip_prefix("ref=").unwrap_or_default().split(',').map(str::trim);
        let refs = refs.filter(|r| subject::is_reference(r)).take(MAX_REFS).map(str::to_owned).collect();
        Some(Self { kind, refs })
    }
}

/// Anybody can write the mark: it is believed only from our own address, and not when DMARC says that this was forged.
#[must_use]
pub fn sign(message: &Message, context: &Context) -> Option<Sign> {
    if context.is_own_id {
        return Some(Sign::OwnMessageId);
    }
    let from_us = message.from.iter().any(|from| context.own.contains(&from.addr));
    (from_us && !signs::dmarc_failed(message) && OwnMark::of(message).is_some()).then_some(Sign::OwnMark)
}
