//! When a folder's reading began and ended, as its cursor in the register shows: the server has
//! answered EXAMINE, and the first FETCH is about to go out; the last message is logged.

use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::{Duration, Instant};

/// One reading of the inbox up to `uid_next`, looked at from outside.
pub struct Reading<'a> {
    database: &'a Path,
    uid_next: u32,
    register: Option<Connection>,
    began: Option<Instant>,
    ended: Option<Instant>,
}

impl<'a> Reading<'a> {
    pub fn of(database: &'a Path, uid_next: u32) -> Self {
        Self {
            database,
            uid_next,
            register: None,
            began: None,
            ended: None,
        }
    }

    /// Looks once. While the register is being made there is nothing to see in it.
    pub fn look(&mut self) {
        if self.ended.is_some() {
            return;
        }
        if self.register.is_none() {
            self.register =
                Connection::open_with_flags(self.database, OpenFlags::SQLITE_OPEN_READ_ONLY).ok();
        }
        let Some(register) = &self.register else {
            return;
        };
        let cursor = "SELECT uid_next FROM folder WHERE name = 'INBOX' AND uid_validity <> 0";
        let Ok(reached) = register.query_row(cursor, [], |row| row.get::<_, u32>(0)) else {
            return;
        };
        let now = Instant::now();
        self.began.get_or_insert(now);
        if reached >= self.uid_next {
            self.ended = Some(now);
        }
    }

    /// `None` when it was not seen to its end.
    pub fn took(&self) -> Option<Duration> {
        Some(self.ended?.duration_since(self.began?))
    }
}
