//! What vouches for a message in a junk folder is often read after it: Sent comes after the junk
//! folder, or before it, and several mailboxes are read one after the other. The order decides
//! nothing, so presumed junk is judged again when it turns out who wrote to whom.

use super::SYSTEM;
use super::batch::Intake;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::to_clues;
use crate::domain::orders;
use crate::domain::sent::SentMail;
use crate::store::StoreError;

impl Intake<'_> {
    /// A mail of staff was read, and with it what messages are that were read before it.
    pub(super) fn tells_of_earlier(
        &self,
        mail: &SentMail,
        conversation: Option<ItemId>,
    ) -> Result<(), StoreError> {
        if let Some(conversation) = conversation {
            self.tie_automatic_replies(mail, conversation)?;
            self.thanked_for(mail)?;
        }
        self.vouches(mail)
    }

    /// Mail from its receivers after it is no junk, in any mailbox.
    fn vouches(&self, mail: &SentMail) -> Result<(), StoreError> {
        for clue in mail.recipients.iter().flat_map(|to| to_clues(to)) {
            for item in self.db.live_by_clue(&clue)? {
                if item.is_presumed_junk()
                    && self.db.was_written_to(&self.db.message_of(item.id)?)?
                {
                    self.is_a_question(item)?;
                }
            }
        }
        Ok(())
    }

    /// Against what was presumed of it. In a junk folder it is without an automatic notice: that
    /// mark stays.
    pub(super) fn is_a_question(&self, mut item: Item) -> Result<(), StoreError> {
        let Some(board) = self.municipality.board(&item.mailbox) else {
            return Ok(());
        };
        for fact in orders::question(board, &item).unwrap_or_default() {
            self.db.happen(&mut item, self.now, SYSTEM, fact)?;
        }
        self.db.save_awake(&item)
    }
}
