//! Items that cannot be read, set aside so that all the others go on: a row that is damaged, a log
//! that does not fold.
//!
//! Such an item's row has the state `defective`, which no other reading asks for. It is never lost:
//! its message and its log stay, it is listed and reported, and it is tried again at every start
//! and by `rebuild`.

use super::items::AT_ONCE;
use super::{Db, StoreError, from_millis, to_millis};
use crate::domain::item::{Item, ItemId};
use chrono::{DateTime, Utc};

/// The state of a row whose item cannot be read.
pub const DEFECTIVE: &str = "defective";

/// An item that is set aside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    pub item: ItemId,
    pub mailbox: String,
    pub since: DateTime<Utc>,
    /// Which row, and its fault; nothing of its contents.
    pub why: String,
}

impl Db<'_> {
    /// Sets an item aside. Returns the conversation it was in, when that can still be read.
    pub fn set_aside(
        &self,
        item: ItemId,
        why: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<ItemId>, StoreError> {
        self.run(
            "INSERT INTO aside (item, since, why) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            (item.0, to_millis(now), why),
        )?;
        // A row that is missing altogether gets one, so that the item is listed.
        self.run(
            "INSERT OR IGNORE INTO item (id, mailbox, state, conversation, fold)
             VALUES (?1, '', ?2, ?1, '')",
            (item.0, DEFECTIVE),
        )?;
        self.run(
            "UPDATE item SET state = ?2, wake_at = NULL, rest_at = NULL, away = 0 WHERE id = ?1",
            (item.0, DEFECTIVE),
        )?;
        self.first(
            "SELECT conversation FROM item WHERE id = ?1",
            [item.0],
            |row| row.get(0).map(ItemId),
        )
    }

    /// Tries to make an item's row again from its log. Whether the item can be read and watched
    /// again.
    pub fn mend(&self, id: ItemId) -> Result<bool, StoreError> {
        let folded = self
            .read_message(id)
            .and_then(|row| Ok((row.is_some(), self.fold_anew(id)?)));
        let item: Item = match folded {
            Ok((true, item)) => item,
            Ok((false, _)) | Err(StoreError::Defective { .. } | StoreError::Defect(_)) => {
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        self.run("DELETE FROM aside WHERE item = ?1", [id.0])?;
        self.save_item(&item, item.may_owe_mail().then_some(AT_ONCE))?;
        Ok(true)
    }

    /// Everything that is set aside, the oldest reference first.
    pub fn aside(&self) -> Result<Vec<Aside>, StoreError> {
        self.all(
            "SELECT aside.item, item.mailbox, aside.since, aside.why
             FROM aside JOIN item ON item.id = aside.item ORDER BY aside.item",
            [],
            |row| {
                Ok(Aside {
                    item: ItemId(row.get(0)?),
                    mailbox: row.get(1)?,
                    since: from_millis(row.get(2)?),
                    why: row.get(3)?,
                })
            },
        )
    }
}
