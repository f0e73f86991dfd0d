//! Messages are read once more, to prove that none is missing. Most of them are known and settled:
//! nothing that a second look at them could find changes anything, and they are let go here, before
//! parts of them are asked for and before anything is written.

use super::Engine;
use super::arrived::Arrived;
use super::batch::Intake;
use super::evidence::trace;
use super::remembered::Known;
use crate::domain::folders::{Role, Watched};
use crate::domain::identify::{identity, is_strong};
use crate::domain::item::ItemId;
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
        let Some(id) = self.db().known_folder(mailbox, &folder.name)? else {
            return Ok(batch);
        };
        let known = self.which_are_known(mailbox, folder, &batch, now)?;
        let (mut let_go, mut unsettled) = (Vec::new(), Vec::new());
        for (arrived, known) in batch.into_iter().zip(known) {
            if let Some(known) = known {
                self.remembered.is(id, arrived.uid, known);
            }
            match known {
                Some(Known::Closed(_) | Known::Sent) => let_go.push(arrived.uid),
                Some(Known::Waiting(_)) | None => unsettled.push(arrived),
            }
        }
        self.were_read(mailbox, &folder.name, &let_go)?;
        Ok(unsettled)
    }

    fn which_are_known(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        batch: &[Arrived],
        now: DateTime<Utc>,
    ) -> Result<Vec<Option<Known>>, StoreError> {
        let (board, start) = (self.board(mailbox)?, self.start_of(mailbox)?);
        let (municipality, texts) = (Arc::clone(&self.municipality), Arc::clone(&self.texts));
        self.look(now, |db| {
            let intake = Intake {
                again: true,
                ..Intake::new(&municipality, &board, db, &texts, folder, start, now)?
            };
            batch
                .iter()
                .map(|arrived| intake.known_as(arrived))
                .collect()
        })
    }
}

impl Intake<'_> {
    /// As which the register knows a message.
    fn known_as(&self, arrived: &Arrived) -> Result<Option<Known>, StoreError> {
        let message = &arrived.message;
        let is_sent = self.folder.role == Role::Sent && self.is_ours_by_place(message);
        if is_sent || self.own_to_citizen(message)?.is_some() {
            let identity = self.identity_of_sent(arrived);
            let known = self.db.known_sent(&self.board.name, &identity)?;
            return Ok(known.map(|_| Known::Sent));
        }
        let pledge = self.board.pledge_for(message, &self.folder.name);
        let known = if is_strong(message, pledge.letter) {
            self.known_by_id(arrived)?
        } else {
            self.known_by_trace(arrived)?
        };
        Ok(match known {
            Some(item) if self.db.is_closed(item)? => Some(Known::Closed(item)),
            Some(item) => Some(Known::Waiting(item)),
            None => self.is_copy_of_sent(arrived)?.then_some(Known::Sent),
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
