//! A host begins to lead: the register gets a new generation, and after a take-over no view of a
//! mailbox is believed before the second reading, so that what the other host did last has come to
//! be seen.

use super::{Engine, SYSTEM};
use crate::store::StoreError;
use chrono::{DateTime, Utc};

impl Engine {
    /// This host leads from now on. `taken_over`: another may have led since this register was
    /// written.
    pub fn lead(
        &mut self,
        generation: i64,
        who: &str,
        taken_over: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let boards = &self.municipality.boards;
        let unsettled: Vec<String> = boards.iter().map(|board| board.name.clone()).collect();
        self.store.write(|db| {
            db.set_generation(generation)?;
            if taken_over {
                db.set_unsettled(&unsettled)?;
            }
            let how = if taken_over { "takes over" } else { "leads" };
            db.note(
                now,
                SYSTEM,
                &format!("{who} {how}, generation {generation}"),
            )
        })?;
        self.unsettled = self.store.db().unsettled()?.into_iter().collect();
        Ok(())
    }

    /// A mailbox has been read as a whole. Whether that is a view to decide by: not the first one
    /// after a take-over.
    pub(super) fn settles(&mut self, mailbox: &str) -> Result<bool, StoreError> {
        if !self.unsettled.contains(mailbox) {
            return Ok(true);
        }
        let left: Vec<String> = self
            .unsettled
            .iter()
            .filter(|name| *name != mailbox)
            .cloned()
            .collect();
        self.store.write(|db| db.set_unsettled(&left))?;
        self.unsettled.remove(mailbox);
        Ok(false)
    }
}
