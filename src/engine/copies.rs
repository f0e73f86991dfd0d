//! A mail of staff to others is seen more than once: in Sent, and as a copy in the inbox. It is one
//! mail, and no item.

use super::arrived::Arrived;
use super::batch::Intake;
use crate::domain::event::Fact;
use crate::domain::identify::{identity, is_strong};
use crate::domain::item::ItemId;
use crate::domain::message::Message;
use crate::domain::reason::Reason;
use crate::domain::sent::SentMail;
use crate::domain::whose::Whose;
use crate::store::StoreError;

impl Intake<'_> {
    /// A mail to others that was seen in Sent does not become an item, wherever its copies lie.
    /// Whether this is one.
    pub(super) fn is_copy_of_sent(&self, arrived: &Arrived) -> Result<bool, StoreError> {
        let message = &arrived.message;
        let from_us = self.board.is_from_inside(message);
        if !from_us || !self.goes_to_others(message) || !is_strong(message, false) {
            return Ok(false);
        }
        let identity = identity(&self.board.name, message, None);
        Ok(self.db.known_sent(&self.board.name, &identity)?.is_some()
            && self.db.known_message(&identity)?.is_none())
    }

    pub(super) fn goes_to_others(&self, message: &Message) -> bool {
        message
            .recipients()
            .any(|to| self.board.whose(&to.addr) != Whose::Own)
    }

    /// An answer's copy in the inbox was read before what it answers, and taken for a message.
    pub(super) fn copies_are_no_items(
        &self,
        mail: &SentMail,
        conversation: Option<ItemId>,
    ) -> Result<(), StoreError> {
        let Some(id) = mail.message_id.as_deref().filter(|_| mail.copy) else {
            return Ok(());
        };
        for copy in self.items_of_this_mailbox(id)? {
            if self
                .db
                .message(copy)?
                .is_some_and(|row| row.sender == mail.from)
            {
                self.is_only_a_copy(copy, conversation)?;
            }
        }
        Ok(())
    }

    /// An item turns out to be the copy of a mail that staff sent to others.
    pub(super) fn is_only_a_copy(
        &self,
        copy: ItemId,
        conversation: Option<ItemId>,
    ) -> Result<(), StoreError> {
        let Some(mut item) = self.db.item(copy)?.filter(|item| item.state.is_live()) else {
            return Ok(());
        };
        let conversation = conversation.unwrap_or(item.conversation);
        self.settle(
            &mut item,
            Fact::Excluded {
                reason: Reason::CopyOfAnswer { conversation },
            },
        )
    }
}
