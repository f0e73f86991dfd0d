//! A copy of the register, consistent while the daemon writes, and the proof that it is whole.
//!
//! `VACUUM INTO` and not the online backup interface: it reads one state of the register in a
//! transaction, for which no writer waits; it reads every row on the way, so that a damaged page is
//! found today; it leaves out the free pages, in which erased personal data would live on; and what
//! it makes is one file, while a copy of the pages would be in WAL mode as the register is, and
//! want files beside it as soon as it is opened. It costs more processor time. It does not bring
//! the copy to the disk: the caller who named the file does that.

use super::{Store, StoreError, immutable_uri, schema};
use rusqlite::{Connection, OpenFlags};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Where a database of `SQLite` says whose it is (file format, §1.3).
const SQLITE_HEADER: &[u8; 16] = b"SQLite format 3\0";
const APPLICATION_ID_AT: std::ops::Range<usize> = 68..72;

/// What a copy that was found whole holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    pub items: u64,
    /// Lines of the log.
    pub lines: u64,
    pub bytes: u64,
}

impl Store {
    /// Copies the register into a file that is empty or not there. The path must be absolute.
    pub fn copy_into(&self, path: &Path) -> Result<(), StoreError> {
        let name = path
            .to_str()
            .ok_or_else(|| StoreError::Io("the file's name is not UTF-8".to_owned()))?;
        self.connection.execute("VACUUM INTO ?1", [name])?;
        Ok(())
    }
}

/// Opens a copy as a register, and checks every page, index and reference of it.
pub fn verify(path: &Path) -> Result<Contents, StoreError> {
    let absolute = std::path::absolute(path).map_err(|error| StoreError::Io(error.to_string()))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(immutable_uri(&absolute), flags)?;
    if schema::version(&connection, path)? == 0 {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    is_sound(&connection)?;
    let count = |table: &str| {
        let sql = format!("SELECT count(*) FROM {table}");
        connection
            .query_row(&sql, [], |row| row.get::<_, i64>(0))
            .map(i64::unsigned_abs)
    };
    let bytes = std::fs::metadata(path)
        .map_err(|error| StoreError::Io(error.to_string()))?
        .len();
    Ok(Contents {
        items: count("message")?,
        lines: count("log")?,
        bytes,
    })
}

fn is_sound(connection: &Connection) -> Result<(), StoreError> {
    let found: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        return Err(StoreError::Corrupt(found));
    }
    if connection.prepare("PRAGMA foreign_key_check")?.exists([])? {
        let why = "a row belongs to one that is not there".to_owned();
        return Err(StoreError::Corrupt(why));
    }
    Ok(())
}

/// Whether a file is a register or a copy of one, in any version and state.
pub fn is_register(path: &Path) -> std::io::Result<bool> {
    let mut head = [0; 100];
    let read = File::open(path)?.read_exact(&mut head);
    let is_ours = head.starts_with(SQLITE_HEADER)
        && head[APPLICATION_ID_AT] == schema::APPLICATION_ID.to_be_bytes();
    Ok(read.is_ok() && is_ours)
}
