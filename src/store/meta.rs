//! Values by name, for which no table is made.

use super::{Db, StoreError};

impl Db<'_> {
    pub fn meta(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.first("SELECT value FROM meta WHERE key = ?1", [key], |row| {
            row.get(0)
        })
    }

    pub fn set_meta(&self, key: &str, value: &str) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE
             SET value = ?2",
            [key, value],
        )
    }
}
