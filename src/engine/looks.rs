//! Which messages are looked at a second time before they are recorded, and for what: their header
//! alone does not show what they are.

use super::Engine;
use super::arrived::Arrived;
use super::commands::is_a_persons;
use crate::domain::classify::{
    may_be_meeting, may_hold_documents, may_pass_on, may_wrap_receipt, wants_parts,
};
use crate::domain::folders::{Role, Watched};
use crate::domain::identify::{identity, is_strong};
use crate::domain::message::Message;
use crate::domain::obeying::Act;
use crate::domain::sent::may_be_reaction;
use crate::store::StoreError;
use chrono::{DateTime, Utc};

/// What a second look is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is a suspect: its first bytes show what it is, and what it is about.
    Bytes,
    /// It may be known under another UID.
    Double,
    /// Staff answer a mail of ours: their words are to be read.
    Words,
    /// In Sent, and perhaps no answer; from inside, and perhaps a forward; from a scanner, and
    /// perhaps several letters: which parts it has is to be asked.
    Form,
}

impl Engine {
    /// The second look that a message needs; of one from before `start` it matters only whether it
    /// is known.
    pub fn second_look(
        &self,
        mailbox: &str,
        folder: &Watched,
        arrived: &Arrived,
        start: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Option<Look>, StoreError> {
        let message = &arrived.message;
        let is_young = arrived.internal_date.is_none_or(|at| at >= start);
        if is_young && wants_parts(message) {
            return Ok(Some(Look::Bytes));
        }
        if is_young && self.wants_words(mailbox, folder, arrived, now)? {
            return Ok(Some(Look::Words));
        }
        if is_young
            && (has_form(folder.role, arrived)
                || self.may_hold_a_forward(mailbox, folder, message)?)
        {
            return Ok(Some(Look::Form));
        }
        if !self.alike_before(mailbox, folder, arrived)?.is_empty() {
            return Ok(Some(Look::Double));
        }
        // A scan is known by where it lies: one that may be known is a double first.
        let is_form = is_young && self.may_hold_letters(mailbox, folder, message)?;
        Ok(is_form.then_some(Look::Form))
    }

    /// Whether a message is a reply whose first words are to be read: to a mail of ours, from
    /// staff, new, and no machine's.
    fn wants_words(
        &self,
        mailbox: &str,
        folder: &Watched,
        arrived: &Arrived,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let board = self.board(mailbox)?;
        let message = &arrived.message;
        let names_a_mail = !message.in_reply_to.is_empty() || !message.references.is_empty();
        if !names_a_mail
            && !message
                .from
                .iter()
                .any(|from| board.staff_at(&from.addr).is_some())
        {
            return Ok(false);
        }
        let db = self.db();
        let reply = board.staff_reply(&db, folder, message, now)?;
        if reply.is_none_or(|reply| reply.act == Act::Ask) {
            return Ok(false);
        }
        let is_new = db
            .known_message(&identity(&board.name, message, None))?
            .is_none();
        Ok(is_new && is_strong(message, false) && is_a_persons(&board, message))
    }

    /// Whether the kinds of a message's parts are to be asked for: a scanner may have sent several
    /// letters.
    fn may_hold_letters(
        &self,
        mailbox: &str,
        folder: &Watched,
        message: &Message,
    ) -> Result<bool, StoreError> {
        let is_letter = self
            .board(mailbox)?
            .pledge_for(message, &folder.name)
            .letter;
        Ok(is_letter && may_hold_documents(message))
    }

    /// Whether the kinds of a message's parts are to be asked for: a colleague may have attached a
    /// citizen's mail.
    fn may_hold_a_forward(
        &self,
        mailbox: &str,
        folder: &Watched,
        message: &Message,
    ) -> Result<bool, StoreError> {
        let board = self.board(mailbox)?;
        let may = folder.role != Role::Sent && may_pass_on(message, board.house_of(message));
        Ok(may
            && self
                .db()
                .known_message(&identity(&board.name, message, None))?
                .is_none())
    }
}

/// Whether the kinds of its parts say what it is: a reaction of ours in Sent, a receipt below a
/// server's footer, or a calendar's mail.
fn has_form(role: Role, arrived: &Arrived) -> bool {
    match role {
        Role::Sent => may_be_reaction(&arrived.message, arrived.size),
        _ => may_wrap_receipt(&arrived.message) || may_be_meeting(&arrived.message),
    }
}
