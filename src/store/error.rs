//! Why the register could not do it, in words that say what to do.

use crate::domain::item::{Illegal, ItemId};
use std::path::PathBuf;

/// Why the register could not do it. Each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "the database {0} does not exist: start the daemon once (`servicelofte run`), or correct service.database"
    )]
    Missing(PathBuf),
    #[error(
        "cannot open the database {path}: {why}; check that the folder exists and belongs to the service's user"
    )]
    Open { path: PathBuf, why: String },
    #[error(
        "the database is of version {found}, this program knows versions up to {known}: install the newer program again, or restore the backup made before the upgrade"
    )]
    Newer { found: i64, known: i64 },
    #[error(
        "the database could not be brought to this version ({step}: {why}): nothing of it was changed; go on with the program that wrote it last, and report this"
    )]
    Migration { step: &'static str, why: String },
    #[error("{0} is not a database of servicelofte: correct service.database")]
    Foreign(PathBuf),
    #[error(
        "another servicelofte runs on this database (lock {0}): stop it first, or use one that is not in use"
    )]
    Locked(PathBuf),
    #[error(
        "the database cannot be written: it or its folder is read-only; give the service's user the right to write"
    )]
    ReadOnly,
    #[error("the disk is full: nothing was written; free space on the database's disk")]
    Full,
    #[error(
        "the database {path} {how} while the service ran: nothing more is written, and the service stops; put the file back, or restore a backup, before it is started again"
    )]
    Moved { path: PathBuf, how: &'static str },
    #[error("the database was busy for too long: another program holds it; try again")]
    Busy,
    #[error("the database is damaged ({0}): stop the service and restore a backup")]
    Corrupt(String),
    #[error("disk trouble while using the database ({0}): look at the disk and the system log")]
    Io(String),
    #[error("defect in the register: {0}")]
    Defect(String),
    /// One item cannot be read; the others can.
    #[error(
        "defect in the register: {item}: {why}; stop the service and run `servicelofte rebuild`"
    )]
    Defective { item: ItemId, why: String },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        match error.sqlite_error_code() {
            Some(Code::DiskFull) => Self::Full,
            Some(Code::ReadOnly) => Self::ReadOnly,
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Busy,
            Some(Code::DatabaseCorrupt | Code::NotADatabase) => Self::Corrupt(error.to_string()),
            Some(Code::SystemIoFailure | Code::CannotOpen | Code::PermissionDenied) => {
                Self::Io(error.to_string())
            }
            _ => Self::Defect(error.to_string()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Defect(format!("a row does not hold what it should: {error}"))
    }
}

impl From<Illegal> for StoreError {
    fn from(error: Illegal) -> Self {
        Self::Defective {
            item: error.item,
            why: error.to_string(),
        }
    }
}

impl StoreError {
    /// The same, known to concern one item when a row of it does not hold what it should.
    pub(super) fn of(self, item: ItemId, table: &str) -> Self {
        match self {
            Self::Defect(why) => Self::Defective {
                item,
                why: format!("{table}: {why}"),
            },
            other => other,
        }
    }

    /// Whether one row does not hold what it should, so that the others can be read all the same.
    #[must_use]
    pub fn is_of_one_row(&self) -> bool {
        matches!(self, Self::Defective { .. } | Self::Defect(_))
    }
}
