//! The folders that are left out of the reading and may hold questions, as the last reading of a
//! mailbox found them.

use super::{Db, StoreError};

impl Db<'_> {
    /// Their names, as the server has them.
    pub fn unread_folders(&self, mailbox: &str) -> Result<Vec<String>, StoreError> {
        let names = self.meta(&key(mailbox))?;
        Ok(names.map_or_else(|| Ok(Vec::new()), |names| serde_json::from_str(&names))?)
    }

    pub fn set_unread_folders(&self, mailbox: &str, names: &[String]) -> Result<(), StoreError> {
        self.set_meta(&key(mailbox), &serde_json::to_string(names)?)
    }
}

fn key(mailbox: &str) -> String {
    format!("unread.{mailbox}")
}
