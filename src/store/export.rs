//! The register row by row, for the code that writes it out: one row is in memory at a time, and
//! one that is damaged does not hide the others.

use super::items::read_fold;
use super::messages::{COLUMNS, read as read_message};
use super::{Db, StoreError, from_millis};
use crate::domain::citizen::same_address;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::MessageRow;
use crate::domain::sent::SentMail;
use chrono::{DateTime, Utc};
use rusqlite::Row;
use std::collections::BTreeSet;

/// A line of the log, unchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: i64,
    pub at: DateTime<Utc>,
    pub item: Option<ItemId>,
    pub by: String,
    pub event: String,
    /// JSON of the fact.
    pub detail: String,
    /// The facts of the message, on the line by which it became an item.
    pub message: Option<MessageRow>,
}

/// A mail that the register knows of, beside the log: a mail to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub at: DateTime<Utc>,
    pub mailbox: String,
    /// Of our own mails their kind; `None` for one that staff sent.
    pub kind: Option<String>,
    pub subject: Option<String>,
    pub message_id: Option<String>,
}

impl Db<'_> {
    /// The items whose message names this address as its writer's.
    pub fn items_of_person(&self, address: &str) -> Result<BTreeSet<ItemId>, StoreError> {
        let mut statement = self.0.prepare(&format!(
            "SELECT id, {COLUMNS} FROM message WHERE sender IS NOT NULL"
        ))?;
        let mut rows = statement.query([])?;
        let mut items = BTreeSet::new();
        while let Some(row) = rows.next()? {
            // A row that cannot be read hides no other one.
            let Ok(message) = read_message(row) else {
                continue;
            };
            if message
                .citizen_addresses()
                .any(|known| same_address(known, address))
            {
                items.insert(ItemId(row.get("id")?));
            }
        }
        Ok(items)
    }

    /// The mails to an address: our mails, and those of staff as they were found in Sent; oldest
    /// first.
    pub fn written_to(&self, address: &str) -> Result<Vec<Written>, StoreError> {
        let mut written = self.ours_to(address)?;
        written.extend(self.of_staff_to(address)?);
        written.sort_by_key(|written| written.at);
        Ok(written)
    }

    fn ours_to(&self, address: &str) -> Result<Vec<Written>, StoreError> {
        let mut written = Vec::new();
        let mut statement = self
            .0
            .prepare("SELECT created_at, mailbox, kind, message_id, address FROM outbox WHERE recipient = 'citizen'")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            if same_address(&row.get::<_, String>(4)?, address) {
                let (kind, message_id) = (Some(row.get(2)?), Some(row.get(3)?));
                let at = from_millis(row.get(0)?);
                written.push(Written {
                    at,
                    mailbox: row.get(1)?,
                    kind,
                    subject: None,
                    message_id,
                });
            }
        }
        Ok(written)
    }

    fn of_staff_to(&self, address: &str) -> Result<Vec<Written>, StoreError> {
        let mut written = Vec::new();
        let mut statement = self
            .0
            .prepare("SELECT at, mailbox, facts FROM sent WHERE facts <> ''")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let Ok(mail) = serde_json::from_str::<SentMail>(&row.get::<_, String>(2)?) else {
                continue;
            };
            if mail
                .recipients
                .iter()
                .any(|known| same_address(known, address))
            {
                let at = from_millis(row.get(0)?);
                let (subject, message_id) = (Some(mail.subject), mail.message_id);
                written.push(Written {
                    at,
                    mailbox: row.get(1)?,
                    kind: None,
                    subject,
                    message_id,
                });
            }
        }
        Ok(written)
    }

    /// Every line of the log, in the order in which it was written. Returns the items whose message
    /// cannot be read.
    pub fn each_line<E: From<StoreError>>(
        &self,
        mut work: impl FnMut(Line) -> Result<(), E>,
    ) -> Result<Vec<ItemId>, E> {
        let sql = format!(
            "SELECT log.id, log.at, log.item, log.by, log.event, log.detail, message.id AS known, {COLUMNS}
             FROM log LEFT JOIN message ON message.id = log.item AND log.event = 'logged' ORDER BY log.id"
        );
        let mut statement = self.0.prepare(&sql).map_err(StoreError::from)?;
        let mut rows = statement.query([]).map_err(StoreError::from)?;
        let mut defective = Vec::new();
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let mut line = Line::read(row).map_err(StoreError::from)?;
            let known = row.get::<_, Option<i64>>("known");
            if let Some(id) = known.map_err(StoreError::from)? {
                match read_message(row) {
                    Ok(message) => line.message = Some(message),
                    Err(StoreError::Defect(_)) => defective.push(ItemId(id)),
                    Err(error) => return Err(error.into()),
                }
            }
            work(line)?;
        }
        Ok(defective)
    }

    /// Every item, with all of its steps and with the facts of its message, in the order of
    /// references. Returns those that cannot be read.
    pub fn each_item<E: From<StoreError>>(
        &self,
        mut work: impl FnMut(&Item, &MessageRow) -> Result<(), E>,
    ) -> Result<Vec<ItemId>, E> {
        let sql = format!(
            "SELECT item.id AS known, item.state, item.fold, {COLUMNS}
             FROM item JOIN message ON message.id = item.id ORDER BY item.id"
        );
        let mut statement = self.0.prepare(&sql).map_err(StoreError::from)?;
        let mut rows = statement.query([]).map_err(StoreError::from)?;
        let mut defective = Vec::new();
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            let (id, state, fold) = heads(row).map_err(StoreError::from)?;
            if state == "defective" {
                defective.push(id);
                continue;
            }
            let item = read_fold(id, &fold).and_then(|item| self.with_all_steps(item));
            match item.and_then(|item| Ok((item, read_message(row)?))) {
                Ok((item, message)) => work(&item, &message)?,
                Err(error) if error.is_of_one_row() => defective.push(id),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(defective)
    }
}

impl Line {
    /// Without its message.
    fn read(row: &Row<'_>) -> Result<Self, rusqlite::Error> {
        Ok(Self {
            number: row.get(0)?,
            at: from_millis(row.get(1)?),
            item: row.get::<_, Option<i64>>(2)?.map(ItemId),
            by: row.get(3)?,
            event: row.get(4)?,
            detail: row.get(5)?,
            message: None,
        })
    }
}

/// An item's number, state and fold.
fn heads(row: &Row<'_>) -> Result<(ItemId, String, String), rusqlite::Error> {
    Ok((ItemId(row.get(0)?), row.get(1)?, row.get(2)?))
}
