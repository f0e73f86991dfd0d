//! What the retention time takes away: the personal columns of `message`, `sent` and `outbox`, the
//! clues, and people's own words in the log. The rows stay, so that every figure stays, and so do
//! the hashes by which a message is recognised that still lies in the mailbox.
//!
//! The log stays append-only but for those words: its trigger lets nothing through but their
//! replacement by an empty text, of an item that is erased. The rejected alternative, to keep them
//! in a table beside the log, would have left behind what older versions have written into it.

use super::outbox::UNFINISHED;
use super::{Db, StoreError, from_millis, to_millis};
use crate::domain::event::Fact;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::MessageRow;
use crate::domain::sent::SentMail;
use chrono::{DateTime, Utc};

/// A place in the order in which things are looked at, so that what cannot go yet is passed over
/// once a day.
pub type Place = (i64, i64);

/// Before everything.
pub const BEGINNING: Place = (i64::MIN, i64::MIN);

/// An item that is old enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resting {
    pub item: ItemId,
    pub conversation: ItemId,
    pub received_at: DateTime<Utc>,
    pub place: Place,
}

/// A mail of staff that is old enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OldSent {
    pub id: i64,
    pub conversation: Option<ItemId>,
    pub place: Place,
}

impl Db<'_> {
    /// Items at rest since before `cutoff`, the longest resting first, behind a place.
    pub fn resting(
        &self,
        cutoff: DateTime<Utc>,
        behind: Place,
        limit: u32,
    ) -> Result<Vec<Resting>, StoreError> {
        self.all(
            "SELECT item.id, item.conversation, item.rest_at, message.received_at
             FROM item CROSS JOIN message ON message.id = item.id
             WHERE item.rest_at IS NOT NULL AND item.rest_at < ?1
               AND (item.rest_at, item.id) > (?2, ?3)
             ORDER BY item.rest_at, item.id LIMIT ?4",
            (to_millis(cutoff), behind.0, behind.1, limit),
            |row| {
                let id: i64 = row.get(0)?;
                Ok(Resting {
                    item: ItemId(id),
                    conversation: ItemId(row.get(1)?),
                    received_at: from_millis(row.get(3)?),
                    place: (row.get(2)?, id),
                })
            },
        )
    }

    /// Mails of staff sent before `cutoff` that still name their readers, the oldest first, behind
    /// a place.
    pub fn old_sent(
        &self,
        cutoff: DateTime<Utc>,
        behind: Place,
        limit: u32,
    ) -> Result<Vec<OldSent>, StoreError> {
        self.all(
            "SELECT id, coalesce((SELECT item.conversation FROM item WHERE item.id = sent.conversation),
                                 sent.conversation), at FROM sent
             WHERE facts <> '' AND at < ?1 AND (at, id) > (?2, ?3) ORDER BY at, id LIMIT ?4",
            (to_millis(cutoff), behind.0, behind.1, limit),
            |row| {
                let id: i64 = row.get(0)?;
                Ok(OldSent {
                    id,
                    conversation: row.get::<_, Option<i64>>(1)?.map(ItemId),
                    place: (row.get(2)?, id),
                })
            },
        )
    }

    /// Whether a conversation is over for the retention time: all of it at rest since before
    /// `cutoff` or erased, nothing on hold, nothing set aside.
    pub fn is_over(&self, conversation: ItemId, cutoff: DateTime<Utc>) -> Result<bool, StoreError> {
        // Its first item may be history, which the index of conversations leaves out.
        self.one(
            "SELECT NOT EXISTS (SELECT 1 FROM item WHERE conversation = ?1 AND state <> 'history'
                             AND erased = 0 AND coalesce(rest_at >= ?2, 1))
             AND NOT EXISTS (SELECT 1 FROM item WHERE id = ?1
                             AND erased = 0 AND coalesce(rest_at >= ?2, 1))",
            (conversation.0, to_millis(cutoff)),
            |row| row.get(0),
        )
    }

    /// Whether a mail that speaks for the item has still to leave, or may have left just now.
    pub fn mail_waits(&self, item: ItemId) -> Result<bool, StoreError> {
        self.one(
            &format!(
                "SELECT EXISTS (SELECT 1 FROM effect JOIN outbox ON outbox.id = effect.outbox
                 WHERE effect.item = ?1 AND {UNFINISHED})"
            ),
            [item.0],
            |row| row.get(0),
        )
    }

    /// Erases an item's personal data, which the log notes in the same transaction. The item is
    /// folded again: it no longer holds what the log no longer holds.
    pub fn erase_item(
        &self,
        id: ItemId,
        now: DateTime<Utc>,
        by: &str,
        decision: &str,
    ) -> Result<Item, StoreError> {
        let mut item = self.item_of(id)?;
        let row = self.message_of(id)?;
        self.happen(
            &mut item,
            now,
            by,
            Fact::Erased {
                decision: decision.to_owned(),
            },
        )?;
        self.save_item(&item, None)?;
        for clue in row.clues() {
            self.run(
                "DELETE FROM clue WHERE value = ?1 AND item = ?2",
                (clue, id.0),
            )?;
        }
        self.run(
            "UPDATE message SET message_id = NULL, sender = NULL, name = NULL, subject = '',
             more = '{}' WHERE id = ?1",
            [id.0],
        )?;
        self.erase_words(id)?;
        self.erase_mails(id)?;
        let item = self.fold_anew(id)?;
        self.save_item(&item, None)?;
        Ok(item)
    }

    /// What people wrote and servers answered, and the ids of mails that prove an answer. The log's
    /// trigger knows this expression and lets no other pass.
    fn erase_words(&self, id: ItemId) -> Result<(), StoreError> {
        self.run(
            "UPDATE log SET detail = CASE event
               WHEN 'promised' THEN json_replace(detail, '$.reason', '')
               ELSE json_replace(detail, '$.note', '', '$.reason.person', '', '$.why.server', '',
                                 '$.evidence.message_id', NULL) END
             WHERE item = ?1 AND event IN
               ('promised', 'held', 'closed', 'excluded', 'failed', 'answered', 'probably_answered',
                'contacted', 'not_answered', 'notice_barred', 'remarked')",
            [id.0],
        )
    }

    /// The mails that spoke for the item: whom they went to, if to a citizen, and the rest of their
    /// bytes.
    fn erase_mails(&self, id: ItemId) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET mail = NULL, saved = 1,
                    address = CASE recipient WHEN 'citizen' THEN '' ELSE address END,
                    last_error = CASE WHEN recipient <> 'citizen' OR last_error = 'no_copy'
                                 THEN last_error END
             WHERE id IN (SELECT outbox FROM effect WHERE item = ?1)",
            [id.0],
        )
    }

    /// Erases to whom and about what a mail of staff was; that it was sent, and when, stays.
    /// `clues` says by what it can be found.
    pub fn erase_sent(
        &self,
        id: i64,
        clues: impl FnOnce(&SentMail) -> Vec<String>,
    ) -> Result<(), StoreError> {
        let question = "SELECT facts FROM sent WHERE id = ?1";
        let facts: Option<String> = self.first(question, [id], |row| row.get(0))?;
        // A row that cannot be read keeps its contents all the same; only its clues say more.
        if let Some(mail) = facts.and_then(|facts| serde_json::from_str(&facts).ok()) {
            for clue in clues(&mail) {
                self.run(
                    "DELETE FROM sent_clue WHERE value = ?1 AND sent = ?2",
                    (clue, id),
                )?;
            }
        }
        self.run("UPDATE sent SET facts = '' WHERE id = ?1", [id])
    }

    /// Mails of those days that never got a copy in Sent and speak for no item: their bytes are of
    /// no use any more.
    pub fn forget_old_mails(&self, cutoff: DateTime<Utc>) -> Result<(), StoreError> {
        self.run(
            "UPDATE outbox SET mail = NULL, saved = 1
             WHERE state = 'sent' AND saved = 0 AND created_at < ?1
               AND NOT EXISTS (SELECT 1 FROM effect WHERE effect.outbox = outbox.id)",
            [to_millis(cutoff)],
        )
    }

    /// A fact of the service: how much was erased.
    pub fn purged(&self, at: DateTime<Utc>, by: &str, fact: Fact) -> Result<(), StoreError> {
        self.append(
            None,
            &crate::domain::event::Event {
                at,
                by: by.to_owned(),
                fact,
            },
        )
    }
}

impl MessageRow {
    /// The rest of it holds nothing personal; a message that had neither sender nor subject looks
    /// the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.message_id.is_none() && self.sender.is_none() && self.subject.is_empty()
    }
}
