//! A host begins to lead, and ends: the register gets a new generation, and after a take-over every
//! mailbox waits until the last mails sent must have come to be seen
//! ([`crate::domain::taking_over`]).

use super::{Engine, SYSTEM};
use crate::domain::item::ItemId;
use crate::domain::taking_over::Wait;
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

impl Engine {
    /// This host leads from now on. `waits`: mails may have left that the register does not know,
    /// and their traces come within so many minutes.
    pub fn lead(
        &mut self,
        generation: i64,
        who: &str,
        waits: Option<i64>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let boards = &self.municipality.boards;
        let waiting: Option<BTreeMap<String, Wait>> = waits.map(|minutes| {
            let wait = Wait {
                since: now,
                minutes,
            };
            boards
                .iter()
                .map(|board| (board.name.clone(), wait))
                .collect()
        });
        self.store.write(|db| {
            db.set_generation(generation)?;
            let how = match &waiting {
                Some(waiting) => {
                    db.set_waits(waiting)?;
                    db.set_whole_since(generation)?;
                    "takes over"
                }
                None => "leads",
            };
            db.note(
                now,
                SYSTEM,
                &format!("{who} {how}, generation {generation}"),
            )
        })?;
        self.waits = self.store.db().waits()?;
        Ok(())
    }

    /// Up to these numbers items are known to people, by what another host has sent: others get
    /// higher ones.
    pub fn numbers_given(&mut self, numbers: &[ItemId]) -> Result<(), StoreError> {
        self.store.write(|db| db.number_above(numbers))
    }

    /// This host ends in order, and nothing of its mails is under way. The other may go on at once.
    pub fn ends(&mut self) -> Result<(), StoreError> {
        self.catch_up()?;
        self.store.write(|db| db.set_ended(db.generation()?))
    }

    /// Whether nothing may be decided about a mailbox or leave it yet, since mails may have left
    /// that the register does not know.
    pub(super) fn waits(&self, mailbox: &str) -> bool {
        self.waits.contains_key(mailbox)
    }

    /// Whether the time and the mails sent are known well enough to hand over another.
    pub(super) fn may_send(&self, mailbox: &str) -> bool {
        !self.steadiness.doubts() && !self.waits(mailbox)
    }

    /// Whether nothing may be decided or given up by the clock of now.
    #[must_use]
    pub fn is_clock_held(&self) -> bool {
        self.steadiness.holds()
    }

    /// A mailbox has been read as a whole, beginning at `began`.
    pub(super) fn has_been_read(
        &mut self,
        mailbox: &str,
        began: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Some(wait) = self.waits.get(mailbox).copied() else {
            return Ok(());
        };
        let left = wait.after(began);
        if left == Some(wait) {
            return Ok(());
        }
        let mut waits = self.waits.clone();
        waits.remove(mailbox);
        waits.extend(left.map(|left| (mailbox.to_owned(), left)));
        self.store.write(|db| {
            db.set_waits(&waits)?;
            match left {
                Some(_) => Ok(()),
                None => db.note(
                    began,
                    SYSTEM,
                    &format!("mailbox {mailbox}: what was sent before the take-over has been seen"),
                ),
            }
        })?;
        self.waits = waits;
        Ok(())
    }
}
