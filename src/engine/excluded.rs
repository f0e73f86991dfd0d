//! Unwatched messages, reported once a working day so that a person can catch a wrong exclusion:
//! new senders and doubtful signs one by one, known ones as a count, once a week.

use super::drafting::NOTE_TIME;
use super::writing::Writer;
use crate::domain::board::Board;
use crate::domain::item::{Item, ItemId, State};
use crate::domain::kept::MessageRow;
use crate::domain::reader::Reader;
use crate::domain::reason::{Reason, Sign};
use crate::store::{Db, StoreError};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::collections::BTreeSet;

/// Signs that a person should look at, from any sender.
const DOUBTFUL: [Sign; 7] = [
    Sign::NoConversation,
    Sign::SubjectAlone,
    Sign::BulkAlone,
    Sign::UnsubscribeAlone,
    Sign::CampaignAlone,
    Sign::FailureInWords,
    Sign::InJunk,
];

/// The last note of a mailbox: its day, the lines of the log that it was about, and the line up to
/// which the known ones have been counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Noted {
    pub on: Option<NaiveDate>,
    pub until: i64,
    pub since: i64,
    pub counted: i64,
}

impl Noted {
    pub fn of(db: &Db<'_>, mailbox: &str) -> Result<Self, StoreError> {
        let text = db.meta(&key(mailbox))?.unwrap_or_default();
        let mut words = text.split(' ');
        let on = words.next().and_then(|day| day.parse().ok());
        let mut line = || words.next().and_then(|line| line.parse().ok());
        let (until, since) = (line().unwrap_or(0), line().unwrap_or(0));
        Ok(Self {
            on,
            until,
            since,
            counted: line().unwrap_or(until),
        })
    }

    /// The one after it, of the log up to a line.
    fn next(self, today: NaiveDate, until: i64, is_new_week: bool) -> Self {
        let counts = is_new_week || self.on.is_none();
        Self {
            on: Some(today),
            until,
            since: self.until,
            counted: if counts { until } else { self.counted },
        }
    }

    /// As the register keeps it: where, and what.
    pub fn kept(&self, mailbox: &str) -> (String, String) {
        let on = self
            .on
            .map_or_else(|| "-".to_owned(), |day| day.to_string());
        (
            key(mailbox),
            format!("{on} {} {} {}", self.until, self.since, self.counted),
        )
    }
}

/// The last note of each mailbox that the items are of was taken back: it has reached no reader.
pub(super) fn note_again(db: &Db<'_>, items: &[ItemId]) -> Result<(), StoreError> {
    let mut mailboxes = BTreeSet::new();
    for id in items {
        let excluded = db.item(*id)?.filter(|item| item.state == State::Excluded);
        mailboxes.extend(excluded.map(|item| item.mailbox));
    }
    for mailbox in mailboxes {
        let noted = Noted::of(db, &mailbox)?;
        let (key, kept) = Noted {
            on: None,
            until: noted.since,
            ..noted
        }
        .kept(&mailbox);
        db.set_meta(&key, &kept)?;
    }
    Ok(())
}

fn key(mailbox: &str) -> String {
    format!("excluded-note.{mailbox}")
}

/// What a mailbox has to say.
#[derive(Clone, Debug)]
pub(super) struct Note {
    pub mailbox: String,
    pub items: Vec<(Item, MessageRow)>,
    pub known: Option<usize>,
    pub noted: Noted,
}

impl Note {
    /// The note that is due, and who reads it.
    pub fn of(writer: &Writer<'_>, db: &Db<'_>) -> Result<Option<(Reader, Self)>, StoreError> {
        let board = writer.board;
        let today = board.calendar.local_date(writer.now);
        let last = Noted::of(db, &board.name)?;
        // One that waits leaves first, or grows stale and is written again: never two of them at
        // once.
        let is_due = is_time(board, writer.now) && last.on != Some(today);
        if !is_due || db.note_waits(&board.name)? {
            return Ok(None);
        }
        let Some(reader) = writer.note_reader() else {
            return Ok(None);
        };
        let until = db.end_of_log()?;
        // Where the last note ended in the log, not when: a message that is read while a note is
        // decided is in the next one.
        let (items, _) = told_apart(db, &board.name, last.until)?;
        // The first working day of a week counts the week before.
        let is_new_week = last.on.is_some_and(|on| on.iso_week() != today.iso_week());
        let known = if is_new_week {
            Some(told_apart(db, &board.name, last.counted)?.1)
        } else {
            None
        };
        let note = Self {
            mailbox: board.name.clone(),
            items,
            known,
            noted: last.next(today, until, is_new_week),
        };
        Ok(Some((reader, note)))
    }
}

/// The person who gave a command knows its result.
fn told_of(db: &Db<'_>, mailbox: &str, since: i64) -> Result<Vec<Item>, StoreError> {
    let mut items = db.excluded_since(mailbox, since)?;
    // It did what it ordered, and a letter that is none of its own has that of its mail.
    let is_known = |reason: &Option<Reason>| {
        matches!(reason, Some(Reason::StaffCommand | Reason::PartOf { .. }))
    };
    items.retain(|item| !is_known(&item.excluded_reason));
    Ok(items)
}

/// Whether a person should see what it is. What a pledge without a clock covers is only counted.
fn is_told_singly(
    db: &Db<'_>,
    mailbox: &str,
    item: &Item,
    row: &MessageRow,
) -> Result<bool, StoreError> {
    Ok(item.excluded_reason != Some(Reason::WithoutClock)
        && (is_doubtful(item) || is_new_sender(db, mailbox, item, row)?))
}

/// A person decided, or the signs are not strong.
fn is_doubtful(item: &Item) -> bool {
    match &item.excluded_reason {
        Some(Reason::Signs(signs)) => signs.iter().any(|sign| DOUBTFUL.contains(sign)),
        // A colleague's own matter: shown, since only a person knows whether it is a question.
        Some(Reason::Internal) | None => true,
        Some(_) => false,
    }
}

/// Nothing of that sender was left unwatched before.
fn is_new_sender(
    db: &Db<'_>,
    mailbox: &str,
    item: &Item,
    row: &MessageRow,
) -> Result<bool, StoreError> {
    match row.sender.as_deref() {
        Some(sender) if !sender.is_empty() => Ok(!db.was_excluded(mailbox, sender, item.id)?),
        _ => Ok(true),
    }
}

/// Office hours of a working day, from [`NOTE_TIME`] on.
fn is_time(board: &Board, now: DateTime<Utc>) -> bool {
    let calendar = &board.calendar;
    let today = calendar.local_date(now);
    let due = calendar.staff_mail_at(calendar.instant(today, NOTE_TIME));
    now >= due && calendar.staff_mail_at(now) == now
}

/// The items excluded since a line of the log: the items that a person should look at, and how
/// many are known ones.
fn told_apart(
    db: &Db<'_>,
    mailbox: &str,
    since: i64,
) -> Result<(Vec<(Item, MessageRow)>, usize), StoreError> {
    let (mut doubtful, mut known) = (Vec::new(), 0);
    for item in told_of(db, mailbox, since)? {
        let row = db.message_of(item.id)?;
        if is_told_singly(db, mailbox, &item, &row)? {
            doubtful.push((item, row));
        } else {
            known += 1;
        }
    }
    Ok((doubtful, known))
}
