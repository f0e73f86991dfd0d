//! Messages are read once more, to prove that none is missing. Most of them are known and settled:
//! nothing that a second look at them could find changes anything, and they are let go here, before
//! parts of them are asked for and before anything is written.

use super::Engine;
use super::arrived::Arrived;
use super::batch::Intake;
use super::evidence::trace;
use crate::domain::folders::{Role, Watched};
use crate::domain::identify::{identity, is_strong};
use crate::domain::item::{ItemId, State};
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use std::sync::Arc;

impl Engine {
    /// Of messages that are read once more, those that the register does not know, or about which a
    /// second look may still change something. That the others were read is noted.
    pub fn unsettled(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        batch: Vec<Arrived>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Arrived>, StoreError> {
        if self.db().known_folder(mailbox, &folder.name)?.is_none() {
            return Ok(batch);
        }
        let settled = self.which_are_settled(mailbox, folder, &batch, now)?;
        let mut settled = settled.into_iter();
        let (let_go, unsettled): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .partition(|_| settled.next().unwrap_or_default());
        let uids: Vec<u32> = let_go.iter().map(|arrived| arrived.uid).collect();
        self.were_read(mailbox, &folder.name, &uids)?;
        Ok(unsettled)
    }

    fn which_are_settled(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        batch: &[Arrived],
        now: DateTime<Utc>,
    ) -> Result<Vec<bool>, StoreError> {
        let (board, start) = (self.board(mailbox)?, self.start_of(mailbox)?);
        let (municipality, texts) = (Arc::clone(&self.municipality), Arc::clone(&self.texts));
        self.look(now, |db| {
            let intake = Intake {
                again: true,
                ..Intake::new(&municipality, &board, db, &texts, folder, start, now)?
            };
            batch
                .iter()
                .map(|arrived| intake.is_settled(arrived))
                .collect()
        })
    }
}

impl Intake<'_> {
    /// Whether the register knows a message, and has closed the book on it.
    fn is_settled(&self, arrived: &Arrived) -> Result<bool, StoreError> {
        let message = &arrived.message;
        if self.folder.role == Role::Sent && self.is_ours_by_place(message) {
            return self.is_known_sent(arrived);
        }
        if self.own_to_citizen(message)?.is_some() {
            return self.is_known_sent(arrived);
        }
        let pledge = self.board.pledge_for(message, &self.folder.name);
        let known = if is_strong(message, pledge.letter) {
            self.known_by_id(arrived)?
        } else {
            self.known_by_trace(arrived)?
        };
        match known {
            Some(item) => self.is_closed(item),
            None => self.is_copy_of_sent(arrived),
        }
    }

    fn is_known_sent(&self, arrived: &Arrived) -> Result<bool, StoreError> {
        let known = self
            .db
            .known_sent(&self.board.name, &self.identity_of_sent(arrived))?;
        Ok(known.is_some())
    }

    /// Wherever its message lies, that changes nothing any more.
    fn is_closed(&self, item: ItemId) -> Result<bool, StoreError> {
        Ok(match self.db.state_of(item)? {
            None => false,
            Some(State::NoQuestion) => !self.db.item_of(item)?.has_clock(),
            Some(state) => !state.is_live(),
        })
    }

    /// By what it says itself; never one of several that are alike in that.
    fn known_by_id(&self, arrived: &Arrived) -> Result<Option<ItemId>, StoreError> {
        let strong = identity(&self.board.name, &arrived.message, None);
        let Some(item) = self.db.known_message(&strong)? else {
            return Ok(None);
        };
        Ok(self.same_or_another(item, strong, arrived)?.ok())
    }

    /// By where and when it lies, as long as it lies there alone.
    fn known_by_trace(&self, arrived: &Arrived) -> Result<Option<ItemId>, StoreError> {
        let here = self.db.copy_at(self.folder_id, arrived.uid)?;
        let traced = identity(&self.board.name, &arrived.message, Some(trace(arrived)));
        let known = self.db.known_message(&traced)?;
        Ok(known.filter(|known| here == Some(*known)))
    }
}
