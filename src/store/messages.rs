//! What arrived: the facts of each distinct message, written once.

use super::{Db, StoreError, from_millis, to_millis};
use crate::domain::citizen::same_address;
use crate::domain::identify::Identity;
use crate::domain::item_id::{ITEMS_PER_YEAR, ItemId};
use crate::domain::kept::{MessageRow, More, to_clue};
use crate::domain::message::Address;
use rusqlite::Row;

pub(super) const COLUMNS: &str = "received_at, size, message_id, sender, name, subject, more";

/// Reads a row of `message`.
pub(super) fn read(row: &Row<'_>) -> Result<MessageRow, StoreError> {
    let more: String = row.get("more")?;
    Ok(MessageRow {
        received_at: from_millis(row.get("received_at")?),
        size: row.get("size")?,
        message_id: row.get("message_id")?,
        sender: row.get("sender")?,
        name: row.get("name")?,
        subject: row.get("subject")?,
        more: serde_json::from_str(&more)?,
    })
}

impl Db<'_> {
    /// The item of a message that was logged before.
    pub fn known_message(&self, identity: &Identity) -> Result<Option<ItemId>, StoreError> {
        let known = self.first(
            "SELECT id FROM message WHERE mid = ?1 AND identity = ?2",
            (identity.mid, identity.whole),
            |row| row.get(0),
        )?;
        if known.is_some() {
            return Ok(known.map(ItemId));
        }
        self.first(
            "SELECT item FROM also WHERE mid = ?1 AND identity = ?2",
            (identity.mid, identity.whole),
            |row| row.get(0).map(ItemId),
        )
    }

    /// The message of an item is known by another identity too.
    pub fn add_identity(&self, item: ItemId, identity: &Identity) -> Result<(), StoreError> {
        self.run(
            "INSERT OR IGNORE INTO also (mid, identity, item) VALUES (?1, ?2, ?3)",
            (identity.mid, identity.whole, item.0),
        )
    }

    /// Writes down what became known of a message since.
    pub fn set_more(&self, id: ItemId, more: &More) -> Result<(), StoreError> {
        self.run(
            "UPDATE message SET more = ?2 WHERE id = ?1",
            (id.0, serde_json::to_string(more)?),
        )
    }

    /// A mailbox's items whose message has this Message-ID, oldest first; a sender may have used it
    /// more than once. Of very many the newest: those are what people answer. Of an erased one the
    /// hash is all that is left of it.
    pub fn items_with_message_id(
        &self,
        mailbox: &str,
        mid: i64,
        message_id: &str,
    ) -> Result<Vec<ItemId>, StoreError> {
        let mut items: Vec<ItemId> = self.all(
            "SELECT message.id FROM message JOIN item ON item.id = message.id
             WHERE message.mid = ?1 AND (message.message_id = ?2 OR item.erased)
               AND item.mailbox = ?3
             ORDER BY message.id DESC LIMIT 100",
            (mid, message_id, mailbox),
            |row| row.get(0).map(ItemId),
        )?;
        items.reverse();
        Ok(items)
    }

    /// Items of other mailboxes whose message has this Message-ID, oldest first.
    pub fn elsewhere_with_message_id(
        &self,
        mailbox: &str,
        mid: i64,
        message_id: &str,
    ) -> Result<Vec<ItemId>, StoreError> {
        self.all(
            "SELECT message.id FROM message JOIN item ON item.id = message.id
             WHERE message.mid = ?1 AND message.message_id = ?2 AND item.mailbox <> ?3
             ORDER BY message.id LIMIT 100",
            (mid, message_id, mailbox),
            |row| row.get(0).map(ItemId),
        )
    }

    /// By what the message of an item is known again, in every life of the register.
    pub fn identity_of(&self, item: ItemId) -> Result<Option<[u8; 16]>, StoreError> {
        self.first(
            "SELECT identity FROM message WHERE id = ?1",
            [item.0],
            |row| row.get(0),
        )
    }

    /// The highest numbers of this year and of the one before that have items.
    pub fn highest_numbers(&self) -> Result<Vec<ItemId>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT max(id) FROM message WHERE id < ?1")?;
        let mut highest = Vec::new();
        let mut below = i64::MAX;
        for _ in 0..2 {
            let id: Option<i64> = statement.query_row([below], |row| row.get(0))?;
            let Some(id) = id.map(ItemId) else { break };
            below = id.year() * ITEMS_PER_YEAR;
            highest.push(id);
        }
        highest.reverse();
        Ok(highest)
    }

    /// Writes a new message under the next reference of `year`.
    pub fn insert_message(
        &self,
        year: i32,
        identity: &Identity,
        row: &MessageRow,
    ) -> Result<ItemId, StoreError> {
        let first = i64::from(year) * ITEMS_PER_YEAR;
        let highest: Option<i64> = self.one(
            "SELECT max(id) FROM message WHERE id BETWEEN ?1 AND ?2",
            (first, first + ITEMS_PER_YEAR - 1),
            |row| row.get(0),
        )?;
        let told = first + self.told_number(i64::from(year))?;
        let id = highest.unwrap_or(first).max(told) + 1;
        if id >= first + ITEMS_PER_YEAR {
            return Err(StoreError::Defect(format!(
                "more than {ITEMS_PER_YEAR} items in {year}"
            )));
        }
        self.run(
            "INSERT INTO message (id, mid, identity, received_at, size, message_id, sender, name,
                                  subject, more)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            (
                id,
                identity.mid,
                identity.whole,
                to_millis(row.received_at),
                row.size,
                &row.message_id,
                &row.sender,
                &row.name,
                &row.subject,
                serde_json::to_string(&row.more)?,
            ),
        )?;
        Ok(ItemId(id))
    }

    /// The facts of a message; `None` when there is none of that reference, or when its item is set
    /// aside.
    pub fn message(&self, id: ItemId) -> Result<Option<MessageRow>, StoreError> {
        let is_aside = self.one(
            "SELECT EXISTS (SELECT 1 FROM item WHERE id = ?1 AND state = 'defective')",
            [id.0],
            |row| row.get(0),
        )?;
        if is_aside {
            return Ok(None);
        }
        self.read_message(id)
    }

    pub(super) fn read_message(&self, id: ItemId) -> Result<Option<MessageRow>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached(&format!("SELECT {COLUMNS} FROM message WHERE id = ?1"))?;
        let mut rows = statement.query([id.0])?;
        let row = rows.next()?.map(read).transpose();
        row.map_err(|error| error.of(id, "message"))
    }

    /// The facts of an item that must have them.
    pub fn message_of(&self, id: ItemId) -> Result<MessageRow, StoreError> {
        self.message(id)?
            .ok_or_else(|| StoreError::Defect("it is missing".to_owned()).of(id, "message"))
    }

    /// Live items of a mailbox that a clue points at and that have a message of the same sender,
    /// subject and size. Of a clue that points at very many, the newest are looked at: a double
    /// comes soon after its twin.
    pub fn live_twins(
        &self,
        mailbox: &str,
        clue: &str,
        row: &MessageRow,
    ) -> Result<Vec<ItemId>, StoreError> {
        self.all(
            "SELECT near.item FROM
               (SELECT item FROM clue WHERE value = ?1 ORDER BY item DESC LIMIT 200) AS near
             JOIN message ON message.id = near.item JOIN item ON item.id = near.item
             WHERE message.size = ?2 AND message.sender = ?3 AND message.subject = ?4
               AND item.state IN ('open', 'probably_answered') AND item.mailbox = ?5",
            (clue, row.size, &row.sender, &row.subject, mailbox),
            |row| row.get(0).map(ItemId),
        )
    }

    /// Whether mail of that sender, among its newest, names another in Reply-To than these.
    pub fn has_written_for_another(
        &self,
        sender: &str,
        reply_to: &[Address],
    ) -> Result<bool, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT DISTINCT message.more ->> '$.reply_to[0]' FROM
               (SELECT item FROM clue WHERE value = ?1 ORDER BY item DESC LIMIT 200) AS near
             JOIN message ON message.id = near.item
             WHERE message.sender = ?2 AND message.more ->> '$.reply_to[0]' IS NOT NULL",
        )?;
        let mut known = statement.query((to_clue(sender), sender))?;
        while let Some(row) = known.next()? {
            let known: String = row.get(0)?;
            if !reply_to.iter().any(|to| same_address(&to.addr, &known)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
