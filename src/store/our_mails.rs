//! Look-ups of what the register knows of a mail of ours: what it does and for which items, whether
//! its fate is open, how many an address or a mailbox has had.

use super::outbox::{COLUMNS, OutboxRow, OutboxState, TO_CITIZENS, UNFINISHED};
use super::{Db, StoreError, from_millis, to_millis};
use crate::domain::event::Effect;
use crate::domain::item::ItemId;
use crate::domain::reason::Undelivered;
use chrono::{DateTime, Utc};

impl Db<'_> {
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

    /// A mail whose copy was seen, that was waited for, had been given up or was still to be sent
    /// (the register is a restored backup: its later life sent it): when it was tried, if that is
    /// known. `None`: its fate was known.
    pub fn doubted(&self, id: i64) -> Result<Option<Option<DateTime<Utc>>>, StoreError> {
        self.first(
            &format!(
                "SELECT state = 'queued', tried_at FROM outbox
                 WHERE id = ?1 AND ({UNFINISHED} OR (state = 'failed' AND last_error = ?2))"
            ),
            (id, Undelivered::NoCopy.as_str()),
            |row| {
                let (is_queued, tried_at): (bool, Option<i64>) = (row.get(0)?, row.get(1)?);
                // An attempt after which it was queued again is not the one that succeeded.
                Ok(tried_at.filter(|_| !is_queued).map(from_millis))
            },
        )
    }

    /// Readers to whom something was tried since then, in its order: why it was refused, or nothing
    /// where it was taken.
    pub fn tried_since(
        &self,
        since: DateTime<Utc>,
    ) -> Result<Vec<(String, Option<String>)>, StoreError> {
        self.all(
            "SELECT address, CASE state WHEN 'sent' THEN NULL ELSE last_error END FROM outbox
             WHERE tried_at >= ?1 AND
               (state = 'sent' OR state IN ('queued', 'failed') AND last_error IS NOT NULL)
             ORDER BY tried_at, id",
            [to_millis(since)],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// The mail that does this for an item, as long as its fate is open.
    pub fn unfinished_by(
        &self,
        item: ItemId,
        effect: Effect,
    ) -> Result<Option<OutboxRow>, StoreError> {
        self.first(
            &format!(
                "SELECT {COLUMNS} FROM outbox
                 WHERE id = (SELECT outbox FROM effect
                 WHERE item = ?1 AND effect = ?2) AND {UNFINISHED}"
            ),
            (item.0, effect.to_string()),
            OutboxRow::read,
        )
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
        let waits = self.one(
            "SELECT state <> ?2 FROM outbox WHERE id = ?1",
            (row.id, OutboxState::Committing),
            |row| row.get(0),
        )?;
        Ok(Some(row).filter(|_| waits))
    }

    /// Message-IDs of the mails of this kind to that citizen of which the register knows what became
    /// of them, the last ones.
    pub fn ended_alike(&self, row: &OutboxRow) -> Result<Vec<String>, StoreError> {
        self.all(
            &format!(
                "SELECT message_id FROM outbox
                 WHERE {TO_CITIZENS} AND address = ?1 AND kind = ?2
                   AND (state = 'sent' OR state = 'failed' OR state = 'withdrawn')
                 ORDER BY id DESC LIMIT 100"
            ),
            (&row.address, row.kind.as_str()),
            |row| row.get(0),
        )
    }

    /// Whether a mail was taken back.
    pub fn is_withdrawn(&self, id: i64) -> Result<bool, StoreError> {
        self.one(
            "SELECT state = ?2 FROM outbox WHERE id = ?1",
            (id, OutboxState::Withdrawn),
            |row| row.get(0),
        )
    }

    /// Notices to an address since `since`; withdrawn ones do not count.
    pub fn notices_to(&self, address: &str, since: DateTime<Utc>) -> Result<u32, StoreError> {
        self.one(
            &format!(
                "SELECT count(*) FROM outbox
                 WHERE {TO_CITIZENS} AND address = ?1 AND created_at >= ?2 AND state <> 'withdrawn'"
            ),
            (address, to_millis(since)),
            |row| row.get(0),
        )
    }

    /// Other notices to an address that were handed over, or perhaps were, since `since`.
    pub fn notices_tried(
        &self,
        address: &str,
        since: DateTime<Utc>,
        except: i64,
    ) -> Result<u32, StoreError> {
        self.one(
            &format!(
                "SELECT count(*) FROM outbox
                 WHERE {TO_CITIZENS} AND address = ?1 AND tried_at >= ?2 AND id <> ?3
                   AND (state = 'sent' OR state = 'failed' OR state = 'committing')"
            ),
            (address, to_millis(since), except),
            |row| row.get(0),
        )
    }

    /// Notices of a mailbox after `since`; withdrawn ones do not count.
    pub fn notices_since(&self, mailbox: &str, since: DateTime<Utc>) -> Result<u32, StoreError> {
        self.one(
            &format!(
                "SELECT count(*) FROM outbox
                 WHERE {TO_CITIZENS} AND mailbox = ?1 AND created_at > ?2 AND state <> 'withdrawn'"
            ),
            (mailbox, to_millis(since)),
            |row| row.get(0),
        )
    }

    /// When the oldest of them was made, after so many others.
    pub fn notice_since(
        &self,
        mailbox: &str,
        since: DateTime<Utc>,
        after: u32,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let made: Option<i64> = self.first(
            &format!(
                "SELECT created_at FROM outbox
                 WHERE {TO_CITIZENS} AND mailbox = ?1 AND created_at > ?2 AND state <> 'withdrawn'
                 ORDER BY created_at LIMIT 1 OFFSET ?3"
            ),
            (mailbox, to_millis(since), after),
            |row| row.get(0),
        )?;
        Ok(made.map(from_millis))
    }

    /// A mail whose fate is still open; `None` once it was sent, failed or withdrawn.
    pub fn unfinished(&self, id: i64) -> Result<Option<OutboxRow>, StoreError> {
        self.first(
            &format!("SELECT {COLUMNS} FROM outbox WHERE id = ?1 AND {UNFINISHED}"),
            [id],
            OutboxRow::read,
        )
    }

    /// Whether a mail to staff with the note of exclusions in that mailbox waits to be sent.
    pub fn note_waits(&self, mailbox: &str) -> Result<bool, StoreError> {
        self.one(
            &format!(
                "SELECT EXISTS (SELECT 1 FROM
                   (SELECT about FROM outbox WHERE {UNFINISHED} AND about IS NOT NULL
                   AND kind NOT IN ('report', 'confirmation'))
                   AS note, json_each(note.about) AS told JOIN item ON item.id = told.value
                 WHERE item.mailbox = ?1 AND item.state = 'excluded')"
            ),
            [mailbox],
            |row| row.get(0),
        )
    }

    /// Mails that wait, and the oldest one's age; for `check`, the status line and the sending
    /// alarm.
    pub fn waiting(&self, mailbox: &str) -> Result<(u32, Option<DateTime<Utc>>), StoreError> {
        self.one(
            &format!(
                "SELECT count(*), min(created_at) FROM outbox WHERE mailbox = ?1 AND {UNFINISHED}"
            ),
            [mailbox],
            |row| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(from_millis))),
        )
    }
}
