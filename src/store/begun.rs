//! A transaction, whose commands are prepared once: `rusqlite`'s own compiles them anew each time,
//! which a look at a quiet mailbox notices.

use super::StoreError;
use rusqlite::Connection;

/// A transaction that is rolled back unless it is committed.
pub(super) struct Begun<'a>(&'a Connection);

impl<'a> Begun<'a> {
    pub(super) fn by(command: &str, connection: &'a Connection) -> Result<Self, StoreError> {
        run(connection, command)?;
        Ok(Self(connection))
    }

    pub(super) fn commit(self) -> Result<(), StoreError> {
        Ok(run(self.0, "COMMIT")?)
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        // After some errors SQLite itself has rolled back. One that cannot be is over with its
        // connection.
        if !self.0.is_autocommit()
            && let Err(error) = run(self.0, "ROLLBACK")
        {
            tracing::error!(%error, "a transaction could not be rolled back");
        }
    }
}

fn run(connection: &Connection, command: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(command)?.execute([]).map(drop)
}
