//! A register for a trial, in a file of its own that no other process opens and that is thrown
//! away: it need not survive a crash, and so waits for no disk; it has no other reader, and so it is
//! locked once.
//!
//! Steps fail by a defect of the program alone, which is rare. So a trial lives on a register whose
//! steps are all one transaction, and takes none back: that pages are kept as they were, for a way
//! back, would cost a tenth of its time and as much memory as a morning's changes. After a step that
//! failed it lives once more, on one whose steps can be taken back.

use super::{FULL_CACHE_KIB, Store, StoreError, folds, folds::Folds};
use crate::store::Access;
use std::path::Path;

/// Whether a step that fails can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Steps {
    /// No: the register is of no use then.
    Lasting,
    /// Yes, as in every other register: each is a transaction.
    Undone,
}

/// One transaction that all steps are part of.
#[derive(Debug, Default)]
pub(super) struct One {
    /// A step failed, and what it had changed is still there.
    spoiled: bool,
}

impl One {
    pub fn step<T, E>(&mut self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let done = work();
        self.spoiled |= done.is_err();
        done
    }
}

impl Store {
    /// An empty one.
    pub fn temporary(path: &Path, steps: Steps) -> Result<Self, StoreError> {
        let mut store = Self::open(path, Access::Daemon)?;
        let connection = &store.connection;
        let journal = match steps {
            Steps::Lasting => "off",
            Steps::Undone => "memory",
        };
        // In this order: the log can be left only before the file is locked for good.
        for (setting, value) in [
            ("journal_mode", journal),
            ("locking_mode", "exclusive"),
            ("secure_delete", "off"),
        ] {
            connection.pragma_update_and_check(None, setting, value, |_| Ok(()))?;
        }
        connection.pragma_update(None, "synchronous", "off")?;
        connection.pragma_update(None, "cache_size", -FULL_CACHE_KIB)?;
        (store.disk, store.cache_kib) = (None, FULL_CACHE_KIB);
        store.folds = Folds::of(folds::MANY);
        if steps == Steps::Lasting {
            store.connection.execute_batch("BEGIN")?;
            store.one = Some(One::default());
        }
        Ok(store)
    }

    /// A step failed that could not be taken back.
    #[must_use]
    pub fn is_spoiled(&self) -> bool {
        self.one.as_ref().is_some_and(|one| one.spoiled)
    }

    /// Commits what a register that is thrown away has not yet, for one that is kept after all.
    pub fn settle(&mut self) -> Result<(), StoreError> {
        if self.one.take().is_some() {
            self.connection.execute_batch("COMMIT")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A step that writes and then fails.
    fn fails(store: &mut Store) -> Result<(), StoreError> {
        store.write(|db| {
            db.set_meta("half", "done")?;
            Err(StoreError::Defect("planted".to_owned()))
        })
    }

    #[test]
    fn a_step_that_failed_spoils_what_cannot_take_it_back() {
        for (steps, spoiled) in [(Steps::Lasting, true), (Steps::Undone, false)] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("register.db");
            let mut store = Store::temporary(&path, steps).unwrap();
            store.write(|db| db.set_meta("first", "done")).unwrap();
            assert!(!store.is_spoiled(), "{steps:?}");
            fails(&mut store).unwrap_err();
            assert_eq!(store.is_spoiled(), spoiled, "{steps:?}");
            let half = store.db().meta("half").unwrap();
            assert_eq!(half.is_some(), spoiled, "{steps:?}");
        }
    }

    #[test]
    fn one_that_is_kept_has_all_steps() {
        for steps in [Steps::Lasting, Steps::Undone] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("register.db");
            let mut store = Store::temporary(&path, steps).unwrap();
            store.write(|db| db.set_meta("first", "done")).unwrap();
            store.settle().unwrap();
            drop(store);
            let kept = Store::open(&path, Access::Reader).unwrap();
            assert_eq!(kept.db().meta("first").unwrap().as_deref(), Some("done"));
        }
    }
}
