//! The register on disk: one SQLite file, WAL, `synchronous=FULL`, STRICT tables, foreign keys.
//!
//! Primary tables (the truth): `log` (append-only), `message` (facts of what arrived, written once,
//! personal columns erasable), `sent` (facts of what staff sent), `outbox` and `effect` (the mails
//! that were decided), `folder` and `span` (how far we have read), `comparison`, `blind`, `alarm`
//! and `report` (what the service knows of its own work). Projections (`item`, `clue`): `rebuild`
//! makes them again from the others and must reproduce them exactly. [`retention`] says what the
//! retention time takes away.
//!
//! All instants are milliseconds since 1970-01-01 UTC, dates are `YYYY-MM-DD`.
//! Deliberately absent: bodies of mails that people wrote, and any write without a transaction.

pub mod aside;
mod asking;
pub mod backup;
mod begun;
pub mod blind;
pub mod confirmations;
pub mod coverage;
mod error;
pub mod export;
mod files;
mod folds;
pub mod folders;
pub mod former;
pub mod gate;
pub mod gauges;
pub mod generation;
pub mod items;
pub mod log;
pub mod messages;
mod meta;
mod our_mails;
pub mod outbox;
pub mod own_ids;
pub mod place;
pub mod rebuild;
pub mod reopened;
pub mod reports;
pub mod retention;
mod schema;
pub mod sent;
pub mod temporary;
pub mod unread;

use begun::Begun;
use chrono::{DateTime, Utc};
pub use error::StoreError;
use files::{immutable_uri, is_at_rest, make_own, take_lock};
use folds::Folds;
use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags};
use serde::Serialize;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use temporary::One;

/// How long a writer waits for another one (a command of the registrar, a backup) before it gives
/// up.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How long emptying the write-ahead log waits for a reader; it is tried again.
const READERS_WAIT: Duration = Duration::from_millis(250);

/// Page cache, in KiB. As much as `SQLite`'s own choice: the daily writes touch few pages, and
/// those of the others are in the system's cache.
const CACHE_KIB: i64 = 2 * 1024;

/// The same while very many messages are written: the indexes of some hundred thousand of them,
/// which each new row touches at random.
const FULL_CACHE_KIB: i64 = 16 * 1024;

/// Pages of the write-ahead log after which they are carried over into the database file: a first
/// reading writes many pages (those of the indexes) again and again, and each is carried over once.
/// `SQLite`'s own choice is 1 000, which is less than one batch.
const CHECKPOINT_PAGES: u32 = 4_000;

/// Prepared statements kept; all of ours fit, which are some 160.
const STATEMENT_CACHE: usize = 256;

/// The open register.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    /// Held for as long as this process is the daemon.
    _lock: Option<std::fs::File>,
    disk: Option<Disk>,
    /// Page cache, in KiB, while few messages are written.
    cache_kib: i64,
    /// The page cache is as large as very many new messages want it.
    roomy: bool,
    folds: Folds,
    /// `None`: each step is a transaction.
    one: Option<One>,
}

/// A disk that can fail, for the simulation: it is asked twice about every transaction, before its
/// first and after its last statement, and what it refuses is never committed.
pub struct Disk(pub Box<dyn FnMut() -> Result<(), StoreError> + Send>);

impl std::fmt::Debug for Disk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Disk")
    }
}

/// Who opens it, and so may do how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The daemon: alone, creates and migrates.
    Daemon,
    /// A command that writes while the daemon may run; the database must exist.
    Command,
    /// A command that reads.
    Reader,
}

impl Store {
    /// Opens the database file.
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        let lock = if access == Access::Daemon {
            Some(take_lock(path)?)
        } else if path.exists() {
            None
        } else {
            return Err(StoreError::Missing(path.to_owned()));
        };
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if access == Access::Daemon {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
            make_own(path)?;
        }
        match Self::open_with(path, access, flags, lock) {
            Err(StoreError::Open { .. } | StoreError::ReadOnly | StoreError::Io(_))
                if access == Access::Reader && is_at_rest(path) =>
            {
                Self::open_at_rest(path)
            }
            other => other,
        }
    }

    fn open_with(
        path: &Path,
        access: Access,
        flags: OpenFlags,
        lock: Option<std::fs::File>,
    ) -> Result<Self, StoreError> {
        let not_opened = |why: String| StoreError::Open {
            path: path.to_owned(),
            why,
        };
        let connection = Connection::open_with_flags(path, flags)
            .map_err(|error| not_opened(error.to_string()))?;
        let mut store = Self::of(connection, lock);
        store.prepare(access, path)?;
        if access == Access::Daemon {
            let place = place::Place::of(path).map_err(|error| not_opened(error.to_string()))?;
            store.write_to(Disk(Box::new(move || place.holds())));
        }
        Ok(store)
    }

    /// Opens a database for a user who may only read it. `SQLite` would want to make the shared
    /// memory of WAL beside it, which a read-only folder forbids; `immutable` (`SQLite`, "URI
    /// Filenames") does without, which is right as long as no process writes.
    fn open_at_rest(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let absolute = std::path::absolute(path).map_err(|error| StoreError::Open {
            path: path.to_owned(),
            why: error.to_string(),
        })?;
        let connection =
            Connection::open_with_flags(immutable_uri(&absolute), flags).map_err(|error| {
                StoreError::Open {
                    path: path.to_owned(),
                    why: error.to_string(),
                }
            })?;
        let mut store = Self::of(connection, None);
        store.prepare(Access::Reader, path)?;
        Ok(store)
    }

    /// A register in memory, for the simulation and tests. They open very many, so that each is a
    /// copy of an empty one, whose tables were made once.
    pub fn in_memory() -> Result<Self, StoreError> {
        static EMPTY: Mutex<Option<Store>> = Mutex::new(None);
        let prepared = |mut store: Self| {
            store.prepare(Access::Daemon, Path::new(":memory:"))?;
            // Else writing it anew goes by way of a file.
            store
                .connection
                .pragma_update(None, "temp_store", "memory")?;
            Ok::<_, StoreError>(store)
        };
        let mut store = Self::of(Connection::open_in_memory()?, None);
        let mut empty = EMPTY.lock().unwrap_or_else(PoisonError::into_inner);
        let empty = match &mut *empty {
            Some(empty) => empty,
            none => none.insert(prepared(Self::of(Connection::open_in_memory()?, None))?),
        };
        Backup::new(&empty.connection, &mut store.connection)?.step(-1)?;
        prepared(store)
    }

    /// Not prepared yet.
    fn of(connection: Connection, lock: Option<std::fs::File>) -> Self {
        Self {
            connection,
            _lock: lock,
            disk: None,
            cache_kib: CACHE_KIB,
            roomy: false,
            folds: Folds::of(folds::FEW),
            one: None,
        }
    }

    /// Writes go through `disk` from now on.
    pub fn write_to(&mut self, disk: Disk) {
        self.disk = Some(disk);
    }

    /// Very many messages are being written, or no longer; the page cache is made to fit.
    pub fn make_room(&mut self, roomy: bool) -> Result<(), StoreError> {
        if self.roomy != roomy {
            let size = if roomy {
                FULL_CACHE_KIB
            } else {
                self.cache_kib
            };
            self.connection.pragma_update(None, "cache_size", -size)?;
            self.roomy = roomy;
        }
        Ok(())
    }

    fn prepare(&mut self, access: Access, path: &Path) -> Result<(), StoreError> {
        let connection = &mut self.connection;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENT_CACHE);
        // A file that may not be written opens all the same and would fail at the first new
        // message. Asked before the first look into it, which would leave files behind that cannot
        // be written either.
        if access != Access::Reader && connection.is_readonly(MAIN_DB)? {
            return Err(StoreError::ReadOnly);
        }
        let version = schema::version(connection, path)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        if access == Access::Daemon {
            connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
        }
        connection.pragma_update(None, "synchronous", "full")?;
        // Removed rows are overwritten: a mail that has left, and personal data past its retention
        // time.
        connection.pragma_update_and_check(None, "secure_delete", "on", |_| Ok(()))?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        connection
            .pragma_update_and_check(None, "wal_autocheckpoint", CHECKPOINT_PAGES, |_| Ok(()))?;
        // Plans that do not look at bound values: else many a statement is compiled again with
        // every value.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        schema::migrate(connection, version, access == Access::Daemon, path)
    }

    /// One transaction: all of `work`, or nothing.
    pub fn write<T>(
        &mut self,
        work: impl FnOnce(&Db<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.transact(work)
    }

    /// As [`Store::write`], for work that can also be refused for reasons of its own.
    pub fn transact<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Db<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let Self {
            connection,
            disk,
            folds,
            one,
            ..
        } = self;
        if let Some(one) = one {
            return one.step(|| work(&Db(connection, folds)));
        }
        let mut ask = || disk.as_mut().map_or(Ok(()), |Disk(ask)| ask());
        ask()?;
        let begun = Begun::by("BEGIN IMMEDIATE", connection)?;
        let value = work(&Db(connection, folds))?;
        ask()?;
        begun.commit()?;
        Ok(value)
    }

    /// Several readings of one state of the register, also while others write.
    pub fn read<T>(
        &mut self,
        work: impl FnOnce(&Db<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.read_out(work)
    }

    /// As [`Store::read`], for work that can also fail for reasons of its own.
    pub fn read_out<T, E: From<StoreError>>(
        &mut self,
        work: impl FnOnce(&Db<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.one.is_some() {
            return work(&self.db());
        }
        let _begun = Begun::by("BEGIN DEFERRED", &self.connection)?;
        work(&self.db())
    }

    /// Reads.
    #[must_use]
    pub fn db(&self) -> Db<'_> {
        Db(&self.connection, &self.folds)
    }

    /// Carries the write-ahead log over and empties its file, which else keeps the written pages.
    /// Whether it could be done at once: not during a reading.
    pub fn empty_log(&mut self) -> Result<bool, StoreError> {
        self.connection.busy_timeout(READERS_WAIT)?;
        let busy = self
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                row.get::<_, bool>(0)
            });
        self.connection.busy_timeout(BUSY_TIMEOUT)?;
        Ok(!busy?)
    }

    /// Writes the file again, whole. `secure_delete` overwrites removed rows, but not the copies
    /// that `SQLite` left behind in the gaps of its pages when it once moved a row to another one;
    /// a newly written file has no such gaps.
    pub fn write_anew(&mut self) -> Result<(), StoreError> {
        if let Some(Disk(ask)) = &mut self.disk {
            ask()?;
        }
        Ok(self.connection.execute_batch("VACUUM")?)
    }

    /// Whether the file can be written now; used by `check` and by the disk alarm.
    pub fn probe(&mut self) -> Result<(), StoreError> {
        self.write(|db| db.set_meta("probe", "written"))
    }
}

/// A value as the columns of JSON hold it.
fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    let mut text = Vec::with_capacity(JSON_ROOM);
    serde_json::to_writer(&mut text, value)?;
    String::from_utf8(text).map_err(|error| StoreError::Defect(error.to_string()))
}

/// Bytes that an item or a line of the log seldom needs more than.
const JSON_ROOM: usize = 1_024;

/// The tables, inside or outside a transaction. Its methods are in this module's files, a file for
/// each table group.
#[derive(Debug)]
pub struct Db<'a>(pub(crate) &'a Connection, &'a Folds);

impl Db<'_> {
    /// A number that changes whenever another connection has written, and only then (`SQLite`,
    /// `PRAGMA data_version`).
    pub fn writes_of_others(&self) -> Result<i64, StoreError> {
        Ok(self
            .0
            .pragma_query_value(None, "data_version", |row| row.get(0))?)
    }
}

/// An instant as it is stored.
#[must_use]
pub fn to_millis(at: DateTime<Utc>) -> i64 {
    at.timestamp_millis()
}

/// A stored instant; one outside chrono's range cannot have been written by [`to_millis`] and reads
/// as the epoch.
#[must_use]
pub fn from_millis(millis: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(millis).unwrap_or_default()
}
