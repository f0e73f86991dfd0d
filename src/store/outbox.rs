//! The outbox: mails that were decided, with their final bytes, and how far each has come
//! ([`OutboxState`]).

use super::{Db, StoreError, from_millis, to_millis};
use crate::domain::effect::Kind;
use crate::domain::event::Effect;
use crate::domain::item::ItemId;
use crate::domain::reader::Reader;
use crate::domain::reason::Undelivered;
use chrono::{DateTime, Utc};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSqlOutput, ValueRef};
use rusqlite::{OptionalExtension, Row, ToSql};
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

pub(super) const COLUMNS: &str = "id, mailbox, kind, message_id, recipient, address, copy, mail, attempts, created_at, tried_at, doubt_until, seek, \
     put_off_at, names";

impl Db<'_> {
    /// Whether this effect was caused before.
    pub fn has_effect(&self, item: ItemId, effect: Effect) -> Result<bool, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM effect WHERE item = ?1 AND effect = ?2)",
        )?;
        Ok(statement.query_row((item.0, effect.to_string()), |row| row.get(0))?)
    }

    /// Puts a mail into the outbox under the natural keys of what it does. A key that is taken
    /// refuses it all.
    pub fn enqueue(&self, mail: &NewMail, effects: &[(ItemId, Effect)]) -> Result<i64, StoreError> {
        self.0
            .prepare_cached(
                "INSERT INTO outbox (mailbox, kind, message_id, recipient, address, mail, state, created_at, next_at,
                                     saved, names, copy)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?11, ?7, ?7, ?8, ?9, ?10)",
            )?
            .execute((
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
            ))?;
        let id = self.0.last_insert_rowid();
        for (item, effect) in effects {
            self.0
                .prepare_cached("INSERT INTO effect (item, effect, outbox) VALUES (?1, ?2, ?3)")?
                .execute((item.0, effect.to_string(), id))?;
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
            self.0
                .prepare_cached("UPDATE outbox SET about = ?2 WHERE id = ?1")?
                .execute((id, super::json(&all)?))?;
        }
        Ok(id)
    }

    /// What a mail does, for which items.
    pub fn effects_of(&self, outbox: i64) -> Result<Vec<(ItemId, Effect)>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT item, effect FROM effect WHERE outbox = ?1 ORDER BY item, effect",
        )?;
        let mut rows = statement.query([outbox])?;
        let mut effects = Vec::new();
        while let Some(row) = rows.next()? {
            let effect: String = row.get(1)?;
            effects.push((
                ItemId(row.get(0)?),
                effect.parse().map_err(StoreError::Defect)?,
            ));
        }
        Ok(effects)
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
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM outbox WHERE id = coalesce(
               (SELECT min(id) FROM outbox
                WHERE mailbox = ?1 AND state = 'queued' AND next_at <= ?2 AND recipient = 'citizen'
                  AND coalesce(tried_at, 0) < ?3),
               (SELECT min(id) FROM outbox
                WHERE mailbox = ?1 AND state = 'queued' AND next_at <= ?2 AND recipient <> 'citizen'))"
        ))?;
        let view = fresh_view.map_or(0, to_millis);
        Ok(statement
            .query_row((mailbox, to_millis(now), view), OutboxRow::read)
            .optional()?)
    }

    /// Whether there is one, without its bytes.
    pub fn has_queued(
        &self,
        mailbox: &str,
        now: DateTime<Utc>,
        fresh_view: Option<DateTime<Utc>>,
    ) -> Result<bool, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM outbox
             WHERE mailbox = ?1 AND state = 'queued' AND next_at <= ?2
               AND (recipient <> 'citizen' OR coalesce(tried_at, 0) < ?3))",
        )?;
        let view = fresh_view.map_or(0, to_millis);
        Ok(statement.query_row((mailbox, to_millis(now), view), |row| row.get(0))?)
    }

    /// Mails to staff that wait to be tried, or tried again.
    pub fn queued_to_staff(&self, mailbox: &str) -> Result<Vec<OutboxRow>, StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM outbox
             WHERE mailbox = ?1 AND state = 'queued' AND recipient <> 'citizen' ORDER BY id"
        ))?;
        let rows = statement.query_map([mailbox], OutboxRow::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Mails that a crash or a lost connection left in the middle: `sending` was surely not
    /// accepted, `committing` may have been.
    pub fn interrupted(
        &self,
        mailbox: &str,
        state: OutboxState,
    ) -> Result<Vec<OutboxRow>, StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM outbox
             WHERE mailbox = ?1 AND state = ?2 AND {UNFINISHED} ORDER BY id"
        ))?;
        let rows = statement.query_map((mailbox, state), OutboxRow::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Sent mails whose copy is still to be put into Sent.
    pub fn unsaved(&self, mailbox: &str) -> Result<Vec<OutboxRow>, StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM outbox WHERE mailbox = ?1 AND state = 'sent' AND saved = 0 ORDER BY id LIMIT 100"
        ))?;
        let rows = statement.query_map([mailbox], OutboxRow::read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn count_attempt(&self, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE outbox SET state = ?3, attempts = attempts + 1, tried_at = ?2 WHERE id = ?1")?
            .execute((id, to_millis(now), OutboxState::Sending))?;
        Ok(())
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
        self.0
            .prepare_cached("UPDATE outbox SET state = ?5, tried_at = ?2, doubt_until = ?3, seek = ?4 WHERE id = ?1")?
            .execute((
                id,
                to_millis(now),
                to_millis(doubt_until),
                serde_json::to_string(seek)?,
                OutboxState::Committing,
            ))?;
        Ok(())
    }

    /// A mail whose copy was seen, that was waited for, had been given up or was still to be sent
    /// (the register is a restored backup: its later life sent it): when it was tried, if that is
    /// known. `None`: its fate was known.
    pub fn doubted(&self, id: i64) -> Result<Option<Option<DateTime<Utc>>>, StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT state = 'queued', tried_at FROM outbox
             WHERE id = ?1 AND ({UNFINISHED} OR (state = 'failed' AND last_error = ?2))"
        ))?;
        let no_copy = Undelivered::NoCopy.as_str();
        let found = statement.query_row((id, no_copy), |row| {
            Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?))
        });
        // An attempt after which it was queued again is not the one that succeeded.
        Ok(found
            .optional()?
            .map(|(queued, tried_at): (bool, _)| tried_at.filter(|_| !queued).map(from_millis)))
    }

    pub fn mark_sent(&self, id: i64, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE outbox SET state = ?3, sent_at = ?2, last_error = NULL, seek = NULL,
                        mail = CASE WHEN saved = 1 THEN NULL ELSE mail END WHERE id = ?1",
            )?
            .execute((id, to_millis(at), OutboxState::Sent))?;
        Ok(())
    }

    /// Its copy lies in Sent; the bytes are no longer needed.
    pub fn mark_saved(&self, id: i64) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE outbox SET saved = 1, mail = NULL WHERE id = ?1")?
            .execute([id])?;
        Ok(())
    }

    /// Mails whose next moment was reckoned by a clock that was ahead are looked at now; one that has
    /// to wait is put off anew.
    pub fn hurry(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE outbox SET next_at = ?1 WHERE next_at > ?1 AND state IN ('queued', 'sent')",
            )?
            .execute([to_millis(now)])?;
        Ok(())
    }

    pub fn requeue(&self, id: i64, next_at: DateTime<Utc>, error: &str) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE outbox SET state = ?4, next_at = ?2, last_error = ?3 WHERE id = ?1",
            )?
            .execute((id, to_millis(next_at), error, OutboxState::Queued))?;
        Ok(())
    }

    /// Back into the queue because of its reader; when that began is kept.
    pub fn put_off(
        &self,
        id: i64,
        now: DateTime<Utc>,
        next_at: DateTime<Utc>,
        error: &str,
    ) -> Result<(), StoreError> {
        self.0
            .prepare_cached(
                "UPDATE outbox SET put_off_at = coalesce(put_off_at, ?2) WHERE id = ?1",
            )?
            .execute((id, to_millis(now)))?;
        self.requeue(id, next_at, error)
    }

    /// Readers to whom something was tried since then, in its order: why it was refused, or nothing
    /// where it was taken.
    pub fn tried_since(
        &self,
        since: DateTime<Utc>,
    ) -> Result<Vec<(String, Option<String>)>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT address, CASE state WHEN 'sent' THEN NULL ELSE last_error END FROM outbox
             WHERE tried_at >= ?1 AND (state = 'sent' OR state IN ('queued', 'failed') AND last_error IS NOT NULL)
             ORDER BY tried_at, id",
        )?;
        let rows = statement.query_map([to_millis(since)], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    pub fn mark_failed(&self, id: i64, error: &str) -> Result<(), StoreError> {
        self.0
            .prepare_cached("UPDATE outbox SET state = ?3, last_error = ?2, mail = NULL, saved = 1 WHERE id = ?1")?
            .execute((id, error, OutboxState::Failed))?;
        Ok(())
    }

    /// The mail that does this for an item, as long as its fate is open.
    pub fn unfinished_by(
        &self,
        item: ItemId,
        effect: Effect,
    ) -> Result<Option<OutboxRow>, StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM outbox
             WHERE id = (SELECT outbox FROM effect WHERE item = ?1 AND effect = ?2) AND {UNFINISHED}"
        ))?;
        Ok(statement
            .query_row((item.0, effect.to_string()), OutboxRow::read)
            .optional()?)
    }

    /// The mail that does this for an item, as long as surely nothing of it was handed over.
    pub fn waiting_by(
        &self,
        item: ItemId,
        effect: Effect,
    ) -> Result<Option<OutboxRow>, StoreError> {
        let unfinished = self.unfinished_by(item, effect)?;
        let Some(row) = unfinished else {
            return Ok(None);
        };
        let mut statement = self
            .0
            .prepare_cached("SELECT state <> ?2 FROM outbox WHERE id = ?1")?;
        let waits = statement.query_row((row.id, OutboxState::Committing), |row| row.get(0))?;
        Ok(Some(row).filter(|_| waits))
    }

    /// Message-IDs of the mails of this kind to that citizen of which the register knows what became
    /// of them, the last ones.
    pub fn ended_alike(&self, row: &OutboxRow) -> Result<Vec<String>, StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT message_id FROM outbox
             WHERE {TO_CITIZENS} AND address = ?1 AND kind = ?2
               AND (state = 'sent' OR state = 'failed' OR state = 'withdrawn')
             ORDER BY id DESC LIMIT 100"
        ))?;
        let rows = statement.query_map((&row.address, row.kind.as_str()), |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether a mail was taken back.
    pub fn is_withdrawn(&self, id: i64) -> Result<bool, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT state = ?2 FROM outbox WHERE id = ?1")?;
        Ok(statement.query_row((id, OutboxState::Withdrawn), |row| row.get(0))?)
    }

    /// Lets an effect be caused once more if the mail that caused it was not taken.
    pub fn free_refused(&self, item: ItemId, effect: Effect) -> Result<(), StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT 1 FROM effect JOIN outbox ON outbox.id = effect.outbox
             WHERE effect.item = ?1 AND effect.effect = ?2 AND outbox.state = ?3",
        )?;
        if statement.exists((item.0, effect.to_string(), OutboxState::Failed))? {
            self.free_key(item, effect)?;
        }
        Ok(())
    }

    /// Lets an effect be caused once more: its mail did not arrive. Who answers that mail all the
    /// same means the item that it speaks of.
    pub fn free_key(&self, item: ItemId, effect: Effect) -> Result<(), StoreError> {
        self.keep_what_it_speaks_of(item, effect)?;
        self.0
            .prepare_cached("DELETE FROM effect WHERE item = ?1 AND effect = ?2")?
            .execute((item.0, effect.to_string()))?;
        Ok(())
    }

    /// Takes a mail back that is not to leave any more, and frees its natural keys.
    pub fn withdraw(&self, id: i64, why: &str) -> Result<(), StoreError> {
        self.0
            .prepare_cached("DELETE FROM effect WHERE outbox = ?1")?
            .execute([id])?;
        self.0
            .prepare_cached("UPDATE outbox SET state = ?3, last_error = ?2, mail = NULL, saved = 1 WHERE id = ?1")?
            .execute((id, why, OutboxState::Withdrawn))?;
        Ok(())
    }

    /// Notices to an address since `since`; withdrawn ones do not count.
    pub fn notices_to(&self, address: &str, since: DateTime<Utc>) -> Result<u32, StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT count(*) FROM outbox
             WHERE {TO_CITIZENS} AND address = ?1 AND created_at >= ?2 AND state <> 'withdrawn'"
        ))?;
        Ok(statement.query_row((address, to_millis(since)), |row| row.get(0))?)
    }

    /// Other notices to an address that were handed over, or perhaps were, since `since`.
    pub fn notices_tried(
        &self,
        address: &str,
        since: DateTime<Utc>,
        except: i64,
    ) -> Result<u32, StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT count(*) FROM outbox
             WHERE {TO_CITIZENS} AND address = ?1 AND tried_at >= ?2 AND id <> ?3
               AND (state = 'sent' OR state = 'failed' OR state = 'committing')"
        ))?;
        Ok(statement.query_row((address, to_millis(since), except), |row| row.get(0))?)
    }

    /// Notices of a mailbox after `since`; withdrawn ones do not count.
    pub fn notices_since(&self, mailbox: &str, since: DateTime<Utc>) -> Result<u32, StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT count(*) FROM outbox
             WHERE {TO_CITIZENS} AND mailbox = ?1 AND created_at > ?2 AND state <> 'withdrawn'"
        ))?;
        Ok(statement.query_row((mailbox, to_millis(since)), |row| row.get(0))?)
    }

    /// When the oldest of them was made, after so many others.
    pub fn notice_since(
        &self,
        mailbox: &str,
        since: DateTime<Utc>,
        after: u32,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT created_at FROM outbox
             WHERE {TO_CITIZENS} AND mailbox = ?1 AND created_at > ?2 AND state <> 'withdrawn'
             ORDER BY created_at LIMIT 1 OFFSET ?3"
        ))?;
        let made: Option<i64> = statement
            .query_row((mailbox, to_millis(since), after), |row| row.get(0))
            .optional()?;
        Ok(made.map(from_millis))
    }

    /// A mail whose fate is still open; `None` once it was sent, failed or withdrawn.
    pub fn unfinished(&self, id: i64) -> Result<Option<OutboxRow>, StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM outbox WHERE id = ?1 AND {UNFINISHED}"
        ))?;
        Ok(statement.query_row([id], OutboxRow::read).optional()?)
    }

    /// Whether a mail to staff with the note of exclusions in that mailbox waits to be sent.
    pub fn note_waits(&self, mailbox: &str) -> Result<bool, StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT EXISTS (SELECT 1 FROM
               (SELECT about FROM outbox WHERE {UNFINISHED} AND about IS NOT NULL AND kind NOT IN ('report', 'confirmation'))
               AS note, json_each(note.about) AS told JOIN item ON item.id = told.value
             WHERE item.mailbox = ?1 AND item.state = 'excluded')"
        ))?;
        Ok(statement.query_row([mailbox], |row| row.get(0))?)
    }

    /// Mails that wait, and the oldest one's age; for `check`, the status line and the sending
    /// alarm.
    pub fn waiting(&self, mailbox: &str) -> Result<(u32, Option<DateTime<Utc>>), StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT count(*), min(created_at) FROM outbox WHERE mailbox = ?1 AND {UNFINISHED}"
        ))?;
        Ok(statement.query_row([mailbox], |row| {
            Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(from_millis)))
        })?)
    }
}

#[cfg(test)]
mod tests {
    use super::{OutboxState, UNFINISHED};

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
}
