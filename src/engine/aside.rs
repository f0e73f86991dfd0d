//! One defective row is one item's trouble: the item is set aside, the step is done again without
//! it, and the operator gets its reference. All others go on.
//!
//! The alternative, to stop the mailbox until a person repairs the row, would let every other
//! pledge of the mailbox be broken for the sake of one; to skip it without a word would lose it.

use super::{Engine, SYSTEM, covering};
use crate::store::{Db, Store, StoreError};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// Items set aside in one step; more are not an accident of single rows but a damaged database,
/// which stops the step.
pub const MAX_ASIDE: usize = 100;

impl Engine {
    /// One transaction, done again without the items that fail it.
    pub(super) fn step<T>(
        &mut self,
        now: DateTime<Utc>,
        work: impl Fn(&Db<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.without_defects(now, |store| store.write(&work))
    }

    /// The same for a look at one state of the register that writes nothing.
    pub(super) fn look<T>(
        &mut self,
        now: DateTime<Utc>,
        work: impl Fn(&Db<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.without_defects(now, |store| store.read(&work))
    }

    fn without_defects<T>(
        &mut self,
        now: DateTime<Utc>,
        work: impl Fn(&mut Store) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut mended = BTreeSet::new();
        for _ in 0..MAX_ASIDE {
            let (item, why) = match work(&mut self.store) {
                Err(StoreError::Defective { item, why }) => (item, why),
                other => return other,
            };
            self.store.write(|db| {
                // The log is the truth: a row that only repeats it is made again. Once: then
                // something else is wrong.
                if mended.insert(item) && db.mend(item)? {
                    return db.note(
                        now,
                        SYSTEM,
                        &format!("{item} was made anew from its log: {why}"),
                    );
                }
                let is_new = db.aside()?.iter().all(|aside| aside.item != item);
                if !is_new {
                    return Err(StoreError::Defective {
                        item,
                        why: why.clone(),
                    });
                }
                let conversation = db.set_aside(item, &why, now)?;
                db.note(now, SYSTEM, &format!("{item} was set aside: {why}"))?;
                // Nothing climbs for what its notice covers.
                match conversation {
                    Some(conversation) => covering::uncover(db, item, conversation, now),
                    None => Ok(()),
                }
            })?;
        }
        work(&mut self.store)
    }

    /// At a start: items that were set aside are tried again.
    pub(super) fn mend_all(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.store.write(|db| {
            for aside in db.aside()? {
                if db.mend(aside.item)? {
                    db.note(now, SYSTEM, &format!("{} can be read again", aside.item))?;
                }
            }
            Ok(())
        })
    }
}
