//! Replies of staff that do not say plainly whose they are, or to what: sent as the shared mailbox, or through a relay
//! that gave our mail another Message-ID.
//!
//! Nothing is done on their word alone, and none is silent: the member of staff is asked by a mail, and the answer to
//! that mail is acted on.

use super::commands::is_a_persons;
use super::intake::{Arrived, Intake};
use crate::domain::board::Board;
use crate::domain::classify::dmarc_failed;
use crate::domain::folders::Role;
use crate::domain::item::ItemId;
use crate::domain::message::Message;
use crate::domain::staff::Member;
use crate::domain::subject::{MAX_FOUND, Prefix, prefix};
use crate::store::StoreError;

/// A member of staff, and the items that their mail names.
pub(super) type Asked<'a> = (&'a Member, Vec<ItemId>);

impl Board {
    /// The member of staff who wrote a mail: its From, or its Sender where it was sent as the mailbox itself.
    pub(super) fn writer(&self, message: &Message) -> Option<&Member> {
        let [from] = &message.from[..] else { return None };
        let address = if self.is_own(&from.addr) { &message.sender.as_ref()?.addr } else { &from.addr };
        self.staff_at(address).filter(|member| !member.left)
    }
}

impl<'a> Intake<'a> {
    /// Whom to ask about a reply that cannot be acted on, and about which items; `None`: it is no such reply.
    pub(super) fn to_be_asked(&self, arrived: &Arrived) -> Result<Option<Asked<'a>>, StoreError> {
        let message = &arrived.message;
        let doubtful = matches!(self.folder.role, Role::Junk | Role::Sent) || dmarc_failed(message);
        if doubtful || !is_a_persons(self.board, message) {
            return Ok(None);
        }
        let is_own = |address: &str| self.board.is_own(address);
        if let Some(mail) = self.board.answered_mail(self.db, message)? {
            // As the mailbox, without a Sender: our mail tells to whom it went.
            let as_mailbox =
                matches!(&message.from[..], [from] if is_own(&from.addr)) && self.board.writer(message).is_none();
            let reader =
                mail.reader.staff().and_then(|id| self.board.staff.get(id)).filter(|reader| as_mailbox && !reader.left);
            let about = self.db.items_of_mail(mail.id)?;
            return Ok(reader.map(|reader| (reader, about)));
        }
        // A mail to others too is theirs to answer, one that belongs to a known message is a copy of an answer.
        let to_us_alone = message.recipients().next().is_some() && message.recipients().all(|to| is_own(&to.addr));
        let forwards = prefix(&message.subject) == Some(Prefix::Forward);
        let Some(writer) = self.board.writer(message).filter(|_| to_us_alone && !forwards) else { return Ok(None) };
        for id in message.in_reply_to.iter().chain(&message.references).take(MAX_FOUND) {
            if !self.items_of_this_mailbox(id)?.is_empty() {
                return Ok(None);
            }
        }
        let mut about = Vec::new();
        for id in references(&message.subject) {
            if self.is_ours(id)? && !about.contains(&id) {
                about.push(id);
            }
        }
        Ok((!about.is_empty()).then_some((writer, about)))
    }
}

/// Our references in a subject, with or without brackets.
fn references(subject: &str) -> impl Iterator<Item = ItemId> {
    let words = subject.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    words.filter_map(ItemId::parse).take(MAX_FOUND)
}
