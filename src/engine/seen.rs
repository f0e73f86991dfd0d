//! A message of the log is seen again: in another folder, in a done folder, or marked as answered.

use super::SYSTEM;
use super::intake::{Arrived, Intake};
use crate::domain::event::{Evidence, EvidenceKind, Fact, Flag, How};
use crate::domain::folders::Role;
use crate::domain::item::{Item, ItemId, State};
use crate::store::StoreError;

impl Intake<'_> {
    /// A message of the log is seen in a folder again: perhaps it was moved.
    pub(super) fn seen_again(&self, id: ItemId, arrived: &Arrived, strong: bool) -> Result<(), StoreError> {
        let Some(mut item) = self.db.item(id)? else { return Ok(()) };
        if item.state.is_live() || !strong {
            self.db.add_copy(self.folder_id, arrived.uid, id)?;
        }
        if !item.state.is_live() {
            return Ok(());
        }
        let was_gone = item.flags.contains(&Flag::Gone);
        if was_gone || (item.folder != self.folder.name && self.takes_over(&item)?) {
            let fact = Fact::Moved { folder: self.folder.name.clone() };
            self.db.happen(&mut item, self.now, SYSTEM, fact)?;
            self.db.save_awake(&item)?;
        }
        if self.folder.role == Role::Done {
            self.close_done(&mut item)?;
        } else if arrived.flags.answered {
            self.flagged_answered(&mut item)?;
        }
        Ok(())
    }

    /// Whether an item counts as lying here from now on: unless its former folder still holds it.
    fn takes_over(&self, item: &Item) -> Result<bool, StoreError> {
        let former = self.db.folder_id(&item.mailbox, &item.folder)?;
        Ok(!self.db.has_copy_in(former, item.id)?)
    }

    pub(super) fn close_done(&self, item: &mut Item) -> Result<(), StoreError> {
        let evidence = Evidence {
            kind: EvidenceKind::DoneFolder,
            folder: Some(self.folder.name.clone()),
            message_id: None,
            matched_by: None,
        };
        let fact = Fact::Closed { at: self.now, how: How::DoneFolder, note: None, evidence, self_reported: false };
        self.settle(item, fact)
    }

    /// `\Answered` alone: somebody pressed "reply" somewhere, and no copy of the answer is known.
    pub(super) fn flagged_answered(&self, item: &mut Item) -> Result<(), StoreError> {
        if item.state != State::Open {
            return Ok(());
        }
        let evidence = Evidence {
            kind: EvidenceKind::AnsweredFlag,
            folder: Some(self.folder.name.clone()),
            message_id: None,
            matched_by: None,
        };
        self.settle(item, Fact::ProbablyAnswered { at: self.now, answered_by: None, evidence })
    }
}
