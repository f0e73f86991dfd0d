//! FETCH: its items, how an answer becomes a message, and how one bad message is kept from spoiling
//! the rest.

use super::command::Command;
use super::conn::{Conn, Event, FOREIGN, Fault};
use crate::mail::parse::MAX_HEADER;
use crate::ports::{Fetched, Flags};
use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, HashSet};
use tokio::sync::mpsc;

/// Messages handed over at a time.
pub const BATCH: usize = 500;
/// Header bytes handed over at a time, 1 MiB: strangers choose how long a header is, and several
/// batches are under way at once. A batch is larger by one message's header at most, of which no
/// more is kept than the parser reads.
pub const BATCH_BYTES: usize = 1 << 20;
/// Longest set of UIDs in one command, in bytes: RFC 7162 §4 asks for lines of at most 8192.
pub const MAX_SET: usize = 7000;

/// Most messages of one fetch: far above any folder, and 100 MB of UIDs at most.
pub const MAX_MESSAGES: usize = 5_000_000;

/// The items of a bulk fetch. Never ENVELOPE or BODYSTRUCTURE: a sender can make those arbitrarily
/// costly to parse.
#[derive(Clone, Debug)]
pub(super) struct Items {
    fields: String,
}

impl Items {
    /// `None` for a name that cannot be a header field (RFC 5322 §2.2).
    pub(super) fn new(fields: &[String]) -> Option<Self> {
        let valid = |name: &String| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        };
        fields.iter().all(valid).then(|| Self {
            fields: fields.join(" "),
        })
    }

    pub(super) fn all(&self) -> String {
        format!(
            "(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({})])",
            self.fields
        )
    }

    /// Ever less, for a message whose answer cannot be read: most likely first.
    pub(super) fn ladder(&self) -> [String; 4] {
        [
            self.all(),
            format!(
                "(UID FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS ({})])",
                self.fields
            ),
            "(UID FLAGS INTERNALDATE RFC822.SIZE)".to_owned(),
            "(UID FLAGS)".to_owned(),
        ]
    }
}

/// Where fetched messages go: in batches, each UID once.
pub(super) struct Sink {
    batches: mpsc::Sender<Vec<Fetched>>,
    batch: Vec<Fetched>,
    /// Header bytes in the batch.
    bytes: usize,
    seen: HashSet<u32>,
    /// Messages of which the server gave nothing, though it said that they are there.
    hollow: Vec<u32>,
}

impl Sink {
    pub(super) fn new(batches: mpsc::Sender<Vec<Fetched>>) -> Self {
        Self {
            batches,
            batch: Vec::new(),
            bytes: 0,
            seen: HashSet::new(),
            hollow: Vec::new(),
        }
    }

    pub(super) fn has(&self, uid: u32) -> bool {
        self.seen.contains(&uid)
    }

    /// The messages to ask for once more.
    pub(super) fn take_hollow(&mut self) -> Vec<u32> {
        std::mem::take(&mut self.hollow)
    }

    /// Takes a message unless it came before; says whether it is new.
    pub(super) async fn push(&mut self, message: Fetched) -> Result<bool, Fault> {
        if self.seen.len() >= MAX_MESSAGES {
            return Err(Fault::Lost(format!(
                "more than {MAX_MESSAGES} messages came: one folder cannot hold so many"
            )));
        }
        let is_new = self.seen.insert(message.uid);
        if is_new {
            self.bytes += message.header.len();
            self.batch.push(message);
        }
        if self.batch.len() >= BATCH || self.bytes >= BATCH_BYTES {
            self.flush().await?;
        }
        Ok(is_new)
    }

    pub(super) async fn flush(&mut self) -> Result<(), Fault> {
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        self.bytes = 0;
        let sent = self.batches.send(batch).await;
        sent.map_err(|_| Fault::Lost("no one takes the fetched messages any more".to_owned()))
    }
}

/// Fetches a range into the sink, up to the tagged OK.
pub(super) async fn stream(
    conn: &mut Conn,
    (first, last): (u32, u32),
    items: &str,
    sink: &mut Sink,
) -> Result<(), Fault> {
    conn.begin(Command::new(
        "FETCH",
        &format!("UID FETCH {first}:{last} {items}"),
    ))
    .await?;
    while let Event::Untagged(message) = conn.next(message).await? {
        if let Some(message) = message
            && (first..=last).contains(&message.uid)
        {
            if is_hollow(&message) {
                sink.hollow.push(message.uid);
            } else if sink.push(message).await? {
                conn.progressed();
            }
        }
    }
    sink.flush().await
}

/// UIDs that exist in a range, ascending.
pub(super) async fn existing(
    conn: &mut Conn,
    (first, last): (u32, u32),
) -> Result<Vec<u32>, Fault> {
    let mut uids = Vec::new();
    let command = Command::new("FETCH", &format!("UID FETCH {first}:{last} (UID)"));
    conn.exec(command, |response| {
        if uids.len() <= MAX_MESSAGES {
            uids.extend(uid_of(response).filter(|uid| (first..=last).contains(uid)));
        }
    })
    .await?;
    if uids.len() > MAX_MESSAGES {
        return Err(Fault::Refused(format!(
            "{}: more than {MAX_MESSAGES} messages in a folder",
            conn.server()
        )));
    }
    uids.sort_unstable();
    uids.dedup();
    Ok(uids)
}

/// UIDs that a search says are in a range, ascending.
pub(super) async fn listed(conn: &mut Conn, (first, last): (u32, u32)) -> Result<Vec<u32>, Fault> {
    let mut uids = Vec::new();
    let command = Command::new("SEARCH", &format!("UID SEARCH UID {first}:{last}"));
    conn.exec(command, |response| {
        if let Response::MailboxData(MailboxDatum::Search(found)) = response
            && uids.len() < MAX_MESSAGES
        {
            uids.extend(found.iter().filter(|uid| (first..=last).contains(*uid)));
        }
    })
    .await?;
    uids.sort_unstable();
    uids.dedup();
    Ok(uids)
}

/// The last message's UID.
pub(super) async fn last(conn: &mut Conn) -> Result<Option<u32>, Fault> {
    let mut uid = None;
    conn.exec(Command::new("FETCH", "FETCH * (UID)"), |response| {
        uid = uid_of(response).max(uid);
    })
    .await?;
    Ok(uid)
}

/// One message alone; `None` when it is gone.
pub(super) async fn one(conn: &mut Conn, uid: u32, items: &str) -> Result<Option<Fetched>, Fault> {
    let mut found = None;
    let command = Command::new("FETCH", &format!("UID FETCH {uid} {items}"));
    let mut is_foreign = false;
    conn.exec(command, |response| {
        let attributes = attributes(response);
        if uid_of(response) == Some(uid) && (found.is_none() || attributes.len() > 2) {
            found = Some(read(uid, attributes));
            is_foreign = has_foreign(attributes);
        }
    })
    .await?;
    if is_foreign && found.as_ref().is_some_and(is_hollow) {
        return Err(conn.garbled("FETCH", FOREIGN));
    }
    Ok(found)
}

/// Flags of those of `uids` that exist, ascending.
pub(super) async fn flags(conn: &mut Conn, uids: &[u32]) -> Result<Vec<(u32, Flags)>, Fault> {
    let mut wanted = uids.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    wanted.retain(|&uid| uid > 0);
    let mut found = BTreeMap::new();
    let mut is_foreign = false;
    for set in sets(&wanted) {
        let command = Command::new("FETCH", &format!("UID FETCH {set} (UID FLAGS)"));
        conn.exec(command, |response| {
            let Some(uid) = uid_of(response).filter(|uid| wanted.binary_search(uid).is_ok()) else {
                return;
            };
            if let Some(flags) = flags_in(response) {
                found.insert(uid, flags);
            } else {
                is_foreign |= has_foreign(attributes(response));
            }
        })
        .await?;
    }
    if is_foreign {
        return Err(conn.garbled("FETCH", FOREIGN));
    }
    Ok(found.into_iter().collect())
}

/// The first bytes of one message; `None` when it is gone.
pub(super) async fn peek(conn: &mut Conn, uid: u32, limit: u32) -> Result<Option<Vec<u8>>, Fault> {
    let mut found = None;
    let command = Command::new(
        "FETCH",
        &format!("UID FETCH {uid} (UID BODY.PEEK[]<0.{}>)", limit.max(1)),
    );
    conn.exec(command, |response| {
        if uid_of(response) != Some(uid) {
            return;
        }
        for attribute in attributes(response) {
            if let AttributeValue::BodySection {
                section: None,
                data,
                ..
            } = attribute
            {
                let data = data.as_deref().unwrap_or_default();
                let length = data.len().min(usize::try_from(limit).unwrap_or(usize::MAX));
                found = Some(data[..length].to_vec());
            }
        }
    })
    .await?;
    Ok(found)
}

/// The header fields of some parts (RFC 3501 §6.4.5, `MIME`).
pub(super) async fn part_headers(
    conn: &mut Conn,
    uid: u32,
    parts: &[&str],
) -> Result<Vec<Vec<u8>>, Fault> {
    let mut found = Vec::new();
    let sections: Vec<String> = parts
        .iter()
        .map(|part| format!("BODY.PEEK[{part}.MIME]"))
        .collect();
    let command = Command::new(
        "FETCH",
        &format!("UID FETCH {uid} (UID {})", sections.join(" ")),
    );
    conn.exec(command, |response| {
        if uid_of(response) != Some(uid) {
            return;
        }
        for attribute in attributes(response) {
            if let AttributeValue::BodySection {
                section: Some(_),
                data: Some(data),
                ..
            } = attribute
            {
                found.push(data.to_vec());
            }
        }
    })
    .await?;
    Ok(found)
}

/// The parser takes a value that it cannot read for an extension that it does not know.
fn has_foreign(attributes: &[AttributeValue<'_>]) -> bool {
    attributes
        .iter()
        .any(|attribute| matches!(attribute, AttributeValue::Unknown))
}

/// A bulk answer. An answer with flags alone is the server's news about another client's change,
/// not a message; one with a value that cannot be read may be anything, and is asked for once more.
fn message(response: &Response<'_>) -> Option<Fetched> {
    let attributes = attributes(response);
    let solicited = attributes.iter().any(|attribute| {
        matches!(
            attribute,
            AttributeValue::BodySection { .. }
                | AttributeValue::InternalDate(_)
                | AttributeValue::Rfc822Size(_)
                | AttributeValue::Unknown
        )
    });
    uid_of(response)
        .filter(|_| solicited)
        .map(|uid| read(uid, attributes))
}

fn read(uid: u32, attributes: &[AttributeValue<'_>]) -> Fetched {
    let mut message = unreadable(uid);
    message.flags = flags_of(attributes).unwrap_or_default();
    for attribute in attributes {
        match attribute {
            AttributeValue::InternalDate(date) => message.internal_date = internal_date(date),
            AttributeValue::Rfc822Size(size) => message.size = *size,
            AttributeValue::BodySection {
                section: Some(_),
                data,
                ..
            } => {
                let data = data.as_deref().unwrap_or_default();
                message.header = data[..data.len().min(MAX_HEADER)].to_vec();
            }
            _ => {}
        }
    }
    message
}

/// Neither size nor header: a message that another client removes at this moment (RFC 2180 §4.1); a
/// real mail has both. Its date is nothing to go by either: Dovecot gives 1970.
pub(super) fn is_hollow(message: &Fetched) -> bool {
    message.size == 0 && message.header.is_empty()
}

/// A message of which nothing but the UID is known.
pub(super) fn unreadable(uid: u32) -> Fetched {
    Fetched {
        uid,
        internal_date: None,
        size: 0,
        flags: Flags::default(),
        header: Vec::new(),
    }
}

/// `date-time` of RFC 3501 §9, as in ` 7-Feb-1994 22:43:04 -0800`. A second 60 is the first of the
/// next minute: the register knows no other name for it.
fn internal_date(text: &str) -> Option<DateTime<Utc>> {
    let date = DateTime::parse_from_str(text.trim(), "%e-%b-%Y %H:%M:%S %z").ok()?;
    DateTime::from_timestamp_millis(date.timestamp_millis())
}

fn attributes<'a, 'b>(response: &'a Response<'b>) -> &'a [AttributeValue<'b>] {
    match response {
        Response::Fetch(_, attributes) => attributes,
        _ => &[],
    }
}

pub(super) fn uid_of(response: &Response<'_>) -> Option<u32> {
    attributes(response)
        .iter()
        .find_map(|attribute| match attribute {
            AttributeValue::Uid(uid) => Some(*uid),
            _ => None,
        })
}

/// The flags in an answer.
pub(super) fn flags_in(response: &Response<'_>) -> Option<Flags> {
    flags_of(attributes(response))
}

fn flags_of(attributes: &[AttributeValue<'_>]) -> Option<Flags> {
    let words = attributes.iter().find_map(|attribute| match attribute {
        AttributeValue::Flags(words) => Some(words),
        _ => None,
    })?;
    let has = |flag: &str| words.iter().any(|word| word.eq_ignore_ascii_case(flag));
    Some(Flags {
        answered: has("\\Answered"),
        deleted: has("\\Deleted"),
        draft: has("\\Draft"),
    })
}

/// Ascending UIDs as sets with runs joined, each below [`MAX_SET`] bytes.
pub(super) fn sets(uids: &[u32]) -> Vec<String> {
    let mut sets: Vec<String> = Vec::new();
    for run in uids.chunk_by(|a, b| b - a == 1) {
        let (first, last) = (run[0], run[run.len() - 1]);
        let text = if first == last {
            first.to_string()
        } else {
            format!("{first}:{last}")
        };
        match sets.last_mut() {
            Some(set) if set.len() + 1 + text.len() <= MAX_SET => {
                set.push(',');
                set.push_str(&text);
            }
            _ => sets.push(text),
        }
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_join_runs_and_stay_short() {
        assert_eq!(sets(&[1, 2, 3, 7, 9, 10]), ["1:3,7,9:10"]);
        assert!(sets(&[]).is_empty());
        let sparse: Vec<u32> = (0..20_000).map(|n| 4_000_000_000 + n * 2).collect();
        let found = sets(&sparse);
        assert!(found.iter().all(|set| set.len() <= MAX_SET));
        let back: Vec<u32> = found
            .iter()
            .flat_map(|set| set.split(','))
            .map(|uid| uid.parse().unwrap())
            .collect();
        assert_eq!(back, sparse);
    }

    #[test]
    fn internal_dates_are_instants() {
        for (text, instant) in [
            (" 7-Feb-1994 22:43:04 -0800", Some("1994-02-08T06:43:04Z")),
            ("17-Jul-2026 02:44:25 +0200", Some("2026-07-17T00:44:25Z")),
            ("07-Jul-2026 02:44:25 +0000", Some("2026-07-07T02:44:25Z")),
            ("31-Dec-2026 23:59:60 +0000", Some("2027-01-01T00:00:00Z")),
            ("01-Jan-2027 00:59:60 +0100", Some("2027-01-01T00:00:00Z")),
            ("31-Dec-2026 23:59:61 +0000", None),
            ("32-Jul-2026 02:44:25 +0000", None),
            ("", None),
        ] {
            assert_eq!(
                internal_date(text),
                instant.map(|i| i.parse().unwrap()),
                "{text}"
            );
        }
    }

    #[test]
    fn field_names_are_checked() {
        assert!(Items::new(&["From".to_owned(), "X-Spam-Flag".to_owned()]).is_some());
        for bad in ["", "a b", "a)", "å", "a\r\n"] {
            assert!(Items::new(&[bad.to_owned()]).is_none());
        }
    }
}
