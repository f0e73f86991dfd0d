//! The sort of mail that a message is: the classification, with all that the register and the
//! configuration know.

use super::batch::Intake;
use super::own::Own;
use crate::domain::classify::{Channel, Context, Conversation, Ours, Verdict, classify};
use crate::domain::folders::Role;
use crate::domain::message::Message;
use crate::domain::pledge::Pledge;
use crate::store::StoreError;

impl Intake<'_> {
    pub(super) fn verdict(
        &self,
        message: &Message,
        pledge: &Pledge,
        conversation: Conversation,
    ) -> Result<Verdict, StoreError> {
        let ours = match self.own(message)? {
            None => Ours::No,
            Some(Own::Known(_)) => Ours::ById,
            Some(Own::Forgotten(_)) => Ours::ByTag,
        };
        Ok(classify(
            message,
            &Context {
                own: &self.own,
                ours,
                letter: pledge.letter,
                notify_senders: &self.board.notify_senders,
                in_junk: self.folder.role == Role::Junk,
                in_sent: self.is_ours_by_place(message),
                conversation,
                house: self.board.house_of(message),
                never_notify: &self.board.never_notify,
                channel: self.board.channel_of(message).map(|channel| Channel {
                    notice: channel.notice,
                }),
                trust: self.trust_of(message)?,
            },
        ))
    }
}
