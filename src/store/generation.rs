//! Which life of the register this is, where several hosts share a promise: a number that grows
//! with each host that begins to lead; whether that host has ended in order; which mailboxes wait
//! since a take-over; and how a replica takes a register's place.

use super::files::{not_made, take_lock};
use super::folds::Folds;
use super::{Db, StoreError};
use crate::domain::taking_over::Wait;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the generation is kept.
const GENERATION: &str = "generation";

/// Where the generation is kept whose host has ended in order.
const ENDED: &str = "generation.ended";

/// Where the generation is kept since which the register knows what became of every mail.
const WHOLE: &str = "generation.whole";

/// Where the mailboxes are kept that wait since a take-over.
const WAITS: &str = "generation.waits";

/// What the register that gave way to a replica is called beside it.
const BEFORE: &str = ".before";

/// How long that is kept: erasing by the retention time does not reach it.
pub const BEFORE_KEPT: Duration = Duration::from_hours(30 * 24);

/// What `SQLite` keeps beside a database.
const BESIDE: [&str; 2] = ["-wal", "-shm"];

impl Db<'_> {
    /// Of the last host that began to lead with this register; 0: no host ever did.
    pub fn generation(&self) -> Result<i64, StoreError> {
        let kept = self.meta(GENERATION)?;
        kept.map_or(Ok(0), |text| {
            text.parse()
                .map_err(|_| StoreError::Defect(format!("{text:?} is no generation")))
        })
    }

    pub fn set_generation(&self, generation: i64) -> Result<(), StoreError> {
        self.set_meta(GENERATION, &generation.to_string())
    }

    /// The host that led in that generation has ended in order: nothing was sent that is not in
    /// this register.
    pub fn set_ended(&self, generation: i64) -> Result<(), StoreError> {
        self.set_meta(ENDED, &generation.to_string())
    }

    /// The first generation from which on the register knows what became of every mail; 0: it
    /// always did.
    pub fn whole_since(&self) -> Result<i64, StoreError> {
        let kept = self.meta(WHOLE)?;
        Ok(kept.and_then(|text| text.parse().ok()).unwrap_or(0))
    }

    /// A host goes on in that generation with a register that may lack mails.
    pub fn set_whole_since(&self, generation: i64) -> Result<(), StoreError> {
        self.set_meta(WHOLE, &generation.to_string())
    }

    fn has_ended(&self) -> Result<bool, StoreError> {
        let generation = self.generation()?.to_string();
        Ok(self.meta(ENDED)?.is_some_and(|ended| ended == generation))
    }

    /// Mailboxes that wait since a take-over.
    pub fn waits(&self) -> Result<BTreeMap<String, Wait>, StoreError> {
        match self.meta(WAITS)? {
            Some(text) => Ok(serde_json::from_str(&text)?),
            None => Ok(BTreeMap::new()),
        }
    }

    pub fn set_waits(&self, waits: &BTreeMap<String, Wait>) -> Result<(), StoreError> {
        self.set_meta(WAITS, &super::json(waits)?)
    }
}

/// The generation of a register that nobody has open; 0 for none. Its version may be an older one.
pub fn of_file(path: &Path) -> Result<i64, StoreError> {
    look(path).map(|found| found.map_or(0, |(generation, _)| generation))
}

/// Whether the last host that led with a register, which nobody has open, has ended in order.
pub fn has_ended(path: &Path) -> Result<bool, StoreError> {
    look(path).map(|found| found.is_some_and(|(_, has_ended)| has_ended))
}

fn look(path: &Path) -> Result<Option<(i64, bool)>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    if super::schema::version(&connection, path)? == 0 {
        return Ok(None);
    }
    let folds = Folds::of(0);
    let db = Db(&connection, &folds);
    Ok(Some((db.generation()?, db.has_ended()?)))
}

/// Whether a daemon has the register open on this host.
pub fn is_open(path: &Path) -> Result<bool, StoreError> {
    match take_lock(path) {
        Ok(_) => Ok(false),
        Err(StoreError::Locked(_)) => Ok(true),
        Err(error) => Err(error),
    }
}

/// Erases what gave way to a replica long ago.
pub fn forget(path: &Path) {
    let before = named(path, BEFORE);
    let written = before.metadata().and_then(|file| file.modified());
    let is_old = written.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > BEFORE_KEPT));
    if is_old {
        for end in BESIDE.into_iter().chain([""]) {
            // What cannot be removed now is tried again.
            let _ = std::fs::remove_file(named(&before, end));
        }
    }
}

fn named(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

/// Puts a replica in the register's place; the old file is kept beside it, once.
pub fn replace(path: &Path, replica: &Path) -> Result<(), StoreError> {
    let _lock = take_lock(path)?;
    let before = named(path, BEFORE);
    for end in BESIDE {
        let _ = std::fs::remove_file(named(&before, end));
    }
    // The log first: without its database it is nothing, the other way round something is missing.
    for end in BESIDE.into_iter().chain([""]) {
        match std::fs::rename(named(path, end), named(&before, end)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(not_made(path, &error));
            }
            _ => {}
        }
    }
    for end in BESIDE {
        let _ = std::fs::remove_file(named(replica, end));
    }
    std::fs::rename(replica, path).map_err(|error| not_made(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Access, Store};

    fn register(path: &Path, generation: i64) {
        let mut store = Store::open(path, Access::Daemon).unwrap();
        store.write(|db| db.set_generation(generation)).unwrap();
    }

    #[test]
    fn a_replica_takes_the_place_of_a_register_that_nobody_has_open() {
        let folder = tempfile::tempdir().unwrap();
        let (path, replica) = (folder.path().join("r.db"), folder.path().join("r.db.new"));
        assert_eq!(of_file(&path).unwrap(), 0);
        register(&path, 7);
        register(&replica, 9);
        let held = Store::open(&path, Access::Daemon).unwrap();
        assert!(is_open(&path).unwrap());
        assert!(matches!(
            replace(&path, &replica),
            Err(StoreError::Locked(_))
        ));
        drop(held);
        assert!(!is_open(&path).unwrap());
        replace(&path, &replica).unwrap();
        assert_eq!(of_file(&path).unwrap(), 9);
        assert_eq!(of_file(&folder.path().join("r.db.before")).unwrap(), 7);
        assert!(!replica.exists());
        // It is kept for a while.
        let before = folder.path().join("r.db.before");
        forget(&path);
        assert!(before.exists());
        let long_ago = std::fs::File::open(&before).unwrap();
        let written = long_ago.metadata().unwrap().modified().unwrap();
        long_ago
            .set_modified(written - BEFORE_KEPT - Duration::from_mins(1))
            .unwrap();
        forget(&path);
        assert!(!before.exists());
        // Where there was none.
        let (path, replica) = (folder.path().join("s.db"), folder.path().join("s.db.new"));
        register(&replica, 3);
        replace(&path, &replica).unwrap();
        assert_eq!(of_file(&path).unwrap(), 3);
    }

    #[test]
    fn a_host_ends_in_order_in_one_generation() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("r.db");
        assert!(!has_ended(&path).unwrap());
        register(&path, 7);
        assert!(!has_ended(&path).unwrap());
        let mut store = Store::open(&path, Access::Daemon).unwrap();
        store.write(|db| db.set_ended(7)).unwrap();
        drop(store);
        assert!(has_ended(&path).unwrap());
        // The next host begins with it.
        register(&path, 9);
        assert!(!has_ended(&path).unwrap());
    }
}
