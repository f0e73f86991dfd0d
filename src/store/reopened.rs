//! Items that wait again after they were settled. Nobody asked meanwhile whether their messages
//! still lie where they lay, and a server that tells changes since the last reading will not say it
//! of its own accord: they are asked about once without that, in the next complete reading.

use super::folders::Places;
use super::{Db, StoreError, json};
use crate::domain::item::{Item, ItemId};
use std::collections::BTreeSet;

impl Db<'_> {
    /// From now on the item waits, and did not before.
    pub(super) fn waits_again(&self, item: &Item) -> Result<(), StoreError> {
        let mut again = self.waiting_again(&item.mailbox)?;
        if !again.insert(item.id) {
            return Ok(());
        }
        self.set_meta(&key(&item.mailbox), &json(&again)?)
    }

    /// The items of a mailbox that wait again, and have not been asked about since.
    pub fn waiting_again(&self, mailbox: &str) -> Result<BTreeSet<ItemId>, StoreError> {
        match self.meta(&key(mailbox))? {
            Some(text) => Ok(serde_json::from_str(&text)?),
            None => Ok(BTreeSet::new()),
        }
    }

    /// The same of all mailboxes.
    pub fn all_waiting_again(&self) -> Result<BTreeSet<ItemId>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT value FROM meta WHERE substr(key, 1, length(?1)) = ?1")?;
        let mut rows = statement.query([key("")])?;
        let mut again = BTreeSet::new();
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            again.extend(serde_json::from_str::<BTreeSet<ItemId>>(&text)?);
        }
        Ok(again)
    }

    /// Where the messages of these items lay at the last reading.
    pub fn places_of_all(&self, items: &BTreeSet<ItemId>) -> Result<Places, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT folder.name, copy.uid FROM copy JOIN folder ON folder.id = copy.folder WHERE copy.item = ?1",
        )?;
        let mut places = Places::new();
        for item in items {
            let mut rows = statement.query([item.0])?;
            while let Some(row) = rows.next()? {
                let folder: String = row.get(0)?;
                places.entry(folder).or_default().insert(row.get(1)?);
            }
        }
        Ok(places)
    }

    /// These have been asked about, wherever they lay.
    pub fn asked_again(&self, mailbox: &str, asked: &BTreeSet<ItemId>) -> Result<(), StoreError> {
        let mut again = self.waiting_again(mailbox)?;
        again.retain(|item| !asked.contains(item));
        self.set_meta(&key(mailbox), &json(&again)?)
    }
}

fn key(mailbox: &str) -> String {
    format!("waiting-again.{mailbox}")
}
