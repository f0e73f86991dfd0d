//! Our own mails: by their Message-ID, by its tag, and what the mark that every one of them carries
//! says.

use super::context::{Context, Ours};
use super::signs;
use crate::domain::message::Message;
use crate::domain::reason::Sign;
use crate::domain::subject;
use chrono::NaiveDate;

/// References read from one mark.
pub const MAX_REFS: usize = 200;

/// The header `X-Servicelofte: <kind>; ref=<ref>[,<ref>…][; date=<date>[,<date>…]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnMark {
    /// `notice`, `reminder`, `escalation`, `digest` …
    pub kind: String,
    pub refs: Vec<String>,
    /// The date that a mail to a citizen promises, for each reference; it is written once where it
    /// holds for all.
    pub dates: Vec<NaiveDate>,
}

impl OwnMark {
    /// Reads the mark of a message, from any sender; `None` without one or when it is not in our
    /// form.
    #[must_use]
    pub fn of(message: &Message) -> Option<Self> {
        let value = message.header("x-servicelofte")?;
        let (kind, rest) = value.split_once(';').unwrap_or((value, ""));
        let kind = kind.trim().to_ascii_lowercase();
        if kind.is_empty()
            || !kind
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'-')
        {
            return None;
        }
        let refs: Vec<String> = list(rest, "ref=")
            .filter(|r| subject::is_reference(r))
            .take(MAX_REFS)
            .map(str::to_owned)
            .collect();
        let dates = dates(rest, refs.len());
        Some(Self { kind, refs, dates })
    }
}

/// The value of the field.
fn list<'a>(rest: &'a str, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
    let mut lists = rest
        .split(';')
        .filter_map(|part| part.trim().strip_prefix(name));
    lists.next().unwrap_or_default().split(',').map(str::trim)
}

/// A date for each of so many references, or none.
fn dates(rest: &str, references: usize) -> Vec<NaiveDate> {
    let dates: Vec<NaiveDate> = list(rest, "date=")
        .map_while(|date| date.parse().ok())
        .take(MAX_REFS)
        .collect();
    match &dates[..] {
        [one] => vec![*one; references],
        _ if dates.len() == references => dates,
        _ => Vec::new(),
    }
}

/// The sign that a message is a mail of ours. A mail with our mark in Sent was at least put there
/// by us: it is not a handler's answer.
#[must_use]
pub fn sign(message: &Message, context: &Context) -> Option<Sign> {
    let by_mark = || {
        let from_us = message
            .from
            .iter()
            .any(|from| context.own.contains(&from.addr));
        (from_us && OwnMark::of(message).is_some()).then_some(Sign::OwnMark)
    };
    match context.ours {
        Ours::ById => Some(Sign::OwnMessageId),
        Ours::ByTag => Some(Sign::OwnTag),
        Ours::No => by_mark().filter(|_| context.in_sent),
        Ours::NotLookedUp => by_mark().filter(|_| !signs::dmarc_failed(message)),
    }
}
