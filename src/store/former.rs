//! What lay in a folder before its server numbered it anew. A migration may have given everything
//! new times of arrival, by which a message without Message-ID or Date is known.

use super::{Db, StoreError, from_millis};
use crate::domain::item_id::ItemId;
use chrono::{DateTime, Utc};

/// Messages alike that are compared with one; more of one sender in a folder are passed over.
const MOST_ALIKE: u32 = 1_000;

/// A message that lay there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Former {
    pub item: ItemId,
    pub received_at: DateTime<Utc>,
    pub size: u32,
    /// Empty where it is erased.
    pub subject: String,
}

impl Db<'_> {
    /// The numbers of a folder mean nothing any more: its messages are kept, instead of those
    /// kept at the last time.
    pub(super) fn keep_former(&self, folder: i64) -> Result<(), StoreError> {
        self.run("DELETE FROM former WHERE folder = ?1", [folder])?;
        self.run(
            "INSERT OR IGNORE INTO former (folder, item) SELECT folder, item FROM copy
             WHERE folder = ?1",
            [folder],
        )
    }

    /// Whether anything lay in a folder that has not been found there again.
    pub fn has_former(&self, folder: i64) -> Result<bool, StoreError> {
        self.one(
            "SELECT EXISTS (SELECT 1 FROM former WHERE folder = ?1)",
            [folder],
            |row| row.get(0),
        )
    }

    /// What lay in a folder with this Message-ID, or without one, of this sender; and what is
    /// erased, of which nobody knows.
    pub fn former_like(
        &self,
        folder: i64,
        message_id: Option<&str>,
        sender: Option<&str>,
    ) -> Result<Vec<Former>, StoreError> {
        self.all(
            "SELECT message.id, message.received_at, message.size, message.subject
             FROM former CROSS JOIN message ON message.id = former.item
             WHERE former.folder = ?1 AND (message.message_id IS ?2 AND message.sender IS ?3
                   OR message.message_id IS NULL AND message.sender IS NULL
                   AND message.subject = '')
             ORDER BY message.id LIMIT ?4",
            (folder, message_id, sender, MOST_ALIKE),
            |row| {
                Ok(Former {
                    item: ItemId(row.get(0)?),
                    received_at: from_millis(row.get(1)?),
                    size: row.get(2)?,
                    subject: row.get(3)?,
                })
            },
        )
    }

    /// It has been found there again.
    pub fn take_former(&self, folder: i64, item: ItemId) -> Result<(), StoreError> {
        self.run(
            "DELETE FROM former WHERE folder = ?1 AND item = ?2",
            (folder, item.0),
        )
    }
}
