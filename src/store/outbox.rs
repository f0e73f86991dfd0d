//! The outbox: mails that were decided, with their final bytes, and how far each has come
//! ([`OutboxState`]). What is asked about a mail of ours is in `our_mails`.

use super::{Db, StoreError, from_millis, to_millis};
use crate::domain::effect::Kind;
use crate::domain::event::Effect;
use crate::domain::item::ItemId;
use crate::domain::reader::Reader;
use chrono::{DateTime, Utc};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{Row, ToSql};
use std::collections::{BTreeMap, BTreeSet};

/// How far a mail has come: `queued` → `sending` → `committing` → `sent` or `failed`; back to
/// `queued` when nothing can have been accepted. Only `committing` is doubtful after a crash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxState {
    Queued,
    /// The attempt is counted, nothing has been handed over.
    Sending,
    /// The server said 354: from here on it may have been accepted.
    Committing,
    Sent,
    /// It was given up.
    Failed,
    /// It had become wrong before any attempt.
    Withdrawn,
}

impl OutboxState {
    /// As the outbox stores it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Committing => "committing",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl ToSql for OutboxState {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl ToSql for Kind {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Kind {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Self::parse(value.as_str()?).ok_or(FromSqlError::InvalidType)
    }
}

impl ToSql for Reader {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for Reader {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str().map(Self::parse)
    }
}

/// A mail to put into the outbox.
#[derive(Clone, Debug)]
pub struct NewMail {
    pub mailbox: String,
    pub kind: Kind,
    pub message_id: String,
    pub reader: Reader,
    pub address: String,
    /// One more reader's address; their refusal decides nothing about the mail.
    pub copy: Option<String>,
    /// The member of staff whom a notice names.
    pub names: Option<String>,
    pub mail: Vec<u8>,
    /// A copy is to be put into Sent afterwards.
    pub save: bool,
    pub created_at: DateTime<Utc>,
}

/// One row of work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    pub id: i64,
    pub mailbox: String,
    pub kind: Kind,
    pub message_id: String,
    pub reader: Reader,
    pub address: String,
    pub copy: Option<String>,
    /// The member of staff whom a notice names.
    pub names: Option<String>,
    pub mail: Vec<u8>,
    pub attempts: u32,
    pub created_at: DateTime<Utc>,
    pub tried_at: Option<DateTime<Utc>>,
    /// When the server first put it off for its reader's sake.
    pub put_off_at: Option<DateTime<Utc>>,
    /// Until when it is looked for, once it may have been accepted.
    pub doubt_until: Option<DateTime<Utc>>,
    /// Where a copy of it can lie at the earliest.
    pub seek: Seek,
}

/// UIDVALIDITY and first UID that had not been read, of each folder, when the server gave the
/// go-ahead: later messages are behind that.
pub type Seek = BTreeMap<String, (u32, u32)>;

impl OutboxRow {
    #[must_use]
    pub fn is_for_citizen(&self) -> bool {
        self.reader == Reader::Citizen
    }

    pub(super) fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        let moment = |column| {
            let millis: Option<i64> = row.get(column)?;
            Ok::<_, rusqlite::Error>(millis.map(from_millis))
        };
        Ok(Self {
            id: row.get("id")?,
            mailbox: row.get("mailbox")?,
            kind: row.get("kind")?,
            message_id: row.get("message_id")?,
            reader: row.get("recipient")?,
            address: row.get("address")?,
            copy: row.get("copy")?,
            names: row.get("names")?,
            mail: row.get::<_, Option<Vec<u8>>>("mail")?.unwrap_or_default(),
            attempts: row.get("attempts")?,
            created_at: from_millis(row.get("created_at")?),
            tried_at: moment("tried_at")?,
            put_off_at: moment("put_off_at")?,
            doubt_until: moment("doubt_until")?,
            // Without it every folder is searched from its beginning, which only costs time.
            seek: row
                .get::<_, Option<String>>("seek")?
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default(),
        })
    }
}

/// The condition of the index of unfinished work, word for word: `SQLite` uses a partial index only
/// where it can see that the query implies it. The outbox keeps every mail ever sent. For a list of
/// more than two values `SQLite` would make a table, each time that a mail is written.
pub(super) const UNFINISHED: &str =
    "(state = 'queued' OR state = 'sending' OR state = 'committing')";

/// Mails to citizens, as their indexes are defined.
pub(super) const TO_CITIZENS: &str = "recipient = 'citizen'";

/// By the index of unfinished work.
const HURRY: &str = "UPDATE outbox SET next_at = ?1 WHERE state = 'queued' AND next_at > ?1";

pub(super) const COLUMNS: &str = "id, mailbox, kind, message_id, recipient, address, copy, mail, attempts, created_at, tried_at, doubt_until, seek, \
     put_off_at, names";

impl Db<'_> {
    /// Puts a mail into the outbox under the natural keys of what it does. A key that is taken
    /// refuses it all.
    pub fn enqueue(&self, mail: &NewMail, effects: &[(ItemId, Effect)]) -> Result<i64, StoreError> {
        self.run(
            "INSERT INTO outbox (mailbox, kind, message_id, recipient, address, mail, state,
             created_at, next_at,
                                 saved, names, copy)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?11, ?7, ?7, ?8, ?9, ?10)",
            (
                &mail.mailbox,
                mail.kind,
                &mail.message_id,
                &mail.reader,
                &mail.address,
                &mail.mail,
                to_millis(mail.created_at),
                !mail.save,
                &mail.names,
                &mail.copy,
                OutboxState::Queued,
            ),
        )?;
        let id = self.0.last_insert_rowid();
        for (item, effect) in effects {
            self.run(
                "INSERT INTO effect (item, effect, outbox) VALUES (?1, ?2, ?3)",
                (item.0, effect.to_string(), id),
            )?;
        }
        Ok(id)
    }

    /// The same for a mail that speaks of more than it does something about.
    pub fn enqueue_with(
        &self,
        mail: &NewMail,
        effects: &[(ItemId, Effect)],
        about: &[ItemId],
    ) -> Result<i64, StoreError> {
        let id = self.enqueue(mail, effects)?;
        if !about.is_empty() {
            let all: BTreeSet<ItemId> = effects
                .iter()
                .map(|(id, _)| *id)
                .chain(about.iter().copied())
                .collect();
            self.run(
                "UPDATE outbox SET about = ?2 WHERE id = ?1",
                (id, super::json(&all)?),
            )?;
        }
        Ok(id)
    }

    /// The next mail of a mailbox that may be tried, the oldest first; citizens before staff. A
    /// citizen's waits for a fresh view of the mailbox, one that is younger than its last attempt;
    /// `None`: without a fresh view.
    pub fn next_queued(
        &self,
        mailbox: &str,
        now: DateTime<Utc>,
        fresh_view: Option<DateTime<Utc>>,
    ) -> Result<Option<OutboxRow>, StoreError> {
        let view = fresh_view.map_or(0, to_millis);
        self.first(
            &format!(
                "SELECT {COLUMNS} FROM outbox WHERE id = coalesce(
                 (SELECT min(id) FROM outbox
                  WHERE mailbox = ?1 AND state = 'queued' AND next_at <= ?2
                    AND recipient = 'citizen' AND coalesce(tried_at, 0) < ?3),
                 (SELECT min(id) FROM outbox
                  WHERE mailbox = ?1 AND state = 'queued' AND next_at <= ?2
                    AND recipient <> 'citizen'))"
            ),
            (mailbox, to_millis(now), view),
            OutboxRow::read,
        )
    }

    /// Whether there is one, without its bytes.
    pub fn has_queued(
        &self,
        mailbox: &str,
        now: DateTime<Utc>,
        fresh_view: Option<DateTime<Utc>>,
    ) -> Result<bool, StoreError> {
        let view = fresh_view.map_or(0, to_millis);
        self.one(
            "SELECT EXISTS (SELECT 1 FROM outbox
             WHERE mailbox = ?1 AND state = 'queued' AND next_at <= ?2
               AND (recipient <> 'citizen' OR coalesce(tried_at, 0) < ?3))",
            (mailbox, to_millis(now), view),
            |row| row.get(0),
        )
    }

    /// Mails to staff that wait to be tried, or tried again.
    pub fn queued_to_staff(&self, mailbox: &str) -> Result<Vec<OutboxRow>, StoreError> {
        self.all(
            &format!(
                "SELECT {COLUMNS} FROM outbox
                 WHERE mailbox = ?1 AND state = 'queued' AND recipient <> 'citizen' ORDER BY id"
            ),
            [mailbox],
            OutboxRow::read,
        )
    }

    /// Mails that a crash or a lost connection left in the middle: `sending` was surely not
    /// accepted, `committing` may have been.
    pub fn interrupted(
        &self,
        mailbox: &str,
        state: OutboxState,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        self.all(
            &format!(
                "SELECT {COLUMNS} FROM outbox
                 WHERE mailbox = ?1 AND state = ?2 AND {UNFINISHED} ORDER BY id"
            ),
            (mailbox, state),
            OutboxRow::read,
        )
    }

    /// Sent mails whose copy is still to be put into Sent.
    pub fn unsaved(&self, mailbox: &str) -> Result<Vec<OutboxRow>, StoreError> {
        self.all(
            &format!(
                "SELECT {COLUMNS} FROM outbox WHERE mailbox = ?1 AND state = 'sent' AND saved = 0
                 ORDER BY id LIMIT 100"
            ),
            [mailbox],
            OutboxRow::read,
        )
    }

    pub fn count_attempt(&self, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET state = ?3, attempts = attempts + 1, tried_at = ?2 WHERE id = ?1",
            (id, to_millis(now), OutboxState::Sending),
        )
    }

    /// From `now` on it may have been accepted; when that stays unknown it is looked for until
    /// `doubt_until`, in the messages behind `seek`.
    pub fn mark_committing(
        &self,
        id: i64,
        now: DateTime<Utc>,
        doubt_until: DateTime<Utc>,
        seek: &Seek,
    ) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET state = ?5, tried_at = ?2, doubt_until = ?3, seek = ?4
             WHERE id = ?1",
            (
                id,
                to_millis(now),
                to_millis(doubt_until),
                serde_json::to_string(seek)?,
                OutboxState::Committing,
            ),
        )
    }

    pub fn mark_sent(&self, id: i64, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET state = ?3, sent_at = ?2, last_error = NULL, seek = NULL,
             mail = CASE WHEN saved = 1 THEN NULL ELSE mail END WHERE id = ?1",
            (id, to_millis(at), OutboxState::Sent),
        )
    }

    /// Its copy lies in Sent; the bytes are no longer needed.
    pub fn mark_saved(&self, id: i64) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET saved = 1, mail = NULL WHERE id = ?1",
            [id],
        )
    }

    /// Mails that wait for a moment that a clock that was ahead has reckoned are looked at now; one
    /// that has to wait is put off anew.
    pub fn hurry(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.run(HURRY, [to_millis(now)])
    }

    pub fn requeue(&self, id: i64, next_at: DateTime<Utc>, error: &str) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET state = ?4, next_at = ?2, last_error = ?3 WHERE id = ?1",
            (id, to_millis(next_at), error, OutboxState::Queued),
        )
    }

    /// Back into the queue because of its reader; when that began is kept.
    pub fn put_off(
        &self,
        id: i64,
        now: DateTime<Utc>,
        next_at: DateTime<Utc>,
        error: &str,
    ) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET put_off_at = coalesce(put_off_at, ?2) WHERE id = ?1",
            (id, to_millis(now)),
        )?;
        self.requeue(id, next_at, error)
    }

    pub fn mark_failed(&self, id: i64, error: &str) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET state = ?3, last_error = ?2, mail = NULL, saved = 1 WHERE id = ?1",
            (id, error, OutboxState::Failed),
        )
    }

    /// Lets an effect be caused once more if the mail that caused it was not taken.
    pub fn free_refused(&self, item: ItemId, effect: Effect) -> Result<(), StoreError> {
        let was_refused: bool = self.one(
            "SELECT EXISTS (SELECT 1 FROM effect JOIN outbox ON outbox.id = effect.outbox
             WHERE effect.item = ?1 AND effect.effect = ?2 AND outbox.state = ?3)",
            (item.0, effect.to_string(), OutboxState::Failed),
            |row| row.get(0),
        )?;
        if was_refused {
            self.free_key(item, effect)?;
        }
        Ok(())
    }

    /// Lets an effect be caused once more: its mail did not arrive. Who answers that mail all the
    /// same means the item that it speaks of.
    pub fn free_key(&self, item: ItemId, effect: Effect) -> Result<(), StoreError> {
        self.keep_what_it_speaks_of(item, effect)?;
        self.run(
            "DELETE FROM effect WHERE item = ?1 AND effect = ?2",
            (item.0, effect.to_string()),
        )
    }

    /// Takes a mail back that is not to leave any more, and frees its natural keys.
    pub fn withdraw(&self, id: i64, why: &str) -> Result<(), StoreError> {
        self.run("DELETE FROM effect WHERE outbox = ?1", [id])?;
        self.run(
            "UPDATE outbox SET state = ?3, last_error = ?2, mail = NULL, saved = 1 WHERE id = ?1",
            (id, why, OutboxState::Withdrawn),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{HURRY, OutboxState, UNFINISHED};
    use crate::store::Store;

    #[test]
    fn unfinished_work_is_in_the_states_before_the_end() {
        let states = [
            OutboxState::Queued,
            OutboxState::Sending,
            OutboxState::Committing,
        ];
        let states = states
            .map(|state| format!("state = '{}'", state.as_str()))
            .join(" OR ");
        assert_eq!(UNFINISHED, format!("({states})"));
    }

    #[test]
    fn mails_that_wait_are_hurried_without_a_look_at_those_that_left() {
        let store = Store::in_memory().unwrap();
        let plan: String = store
            .db()
            .0
            .query_row(&format!("EXPLAIN QUERY PLAN {HURRY}"), [0], |row| {
                row.get("detail")
            })
            .unwrap();
        assert_eq!(plan, "SCAN outbox USING INDEX outbox_work");
    }
}
