//! Our own mails, found in the mailbox: the proof that one was accepted, and after a restored backup the only trace of
//! what was sent since.

use super::SYSTEM;
use super::delivery;
use super::intake::{Arrived, Intake};
use crate::domain::classify::{OwnMark, dmarc_failed};
use crate::domain::event::{Effect, Fact};
use crate::domain::identify::{Trace, identity, is_strong};
use crate::domain::item::{ItemId, State};
use crate::domain::message::Message;
use crate::domain::sent::SentMail;
use crate::store::StoreError;
use chrono::{DateTime, Utc};

impl Intake<'_> {
    /// A message in the inbox, or in a folder to which a rule or a person moved it, that is the own copy of a notice or
    /// another mail that we sent: known by its Message-ID, which nobody can guess, and from our own address. It is
    /// evidence that the mail was accepted, and no item. Whether it was new; `None`: it is none.
    pub(super) fn own_copy(&self, arrived: &Arrived) -> Result<Option<bool>, StoreError> {
        let message = &arrived.message;
        // What a receiving server calls forged is logged, as every message is.
        let from_us = message.from.first().is_some_and(|from| self.board.is_own(&from.addr)) && !dmarc_failed(message);
        let (Some(id), Some(_), true) = (&message.message_id, OwnMark::of(message), from_us) else { return Ok(None) };
        let known = self.db.own_mail(id)?.filter(|row| row.mailbox == self.board.name && row.is_for_citizen());
        let Some(row) = known else { return Ok(None) };
        delivery::seen(self.db, &row, arrived.internal_date.unwrap_or(self.now))?;
        let trace = Trace { internal_date: arrived.internal_date, size: arrived.size, occurrence: 0 };
        let identity = identity(&self.board.name, message, if is_strong(message, false) { None } else { Some(trace) });
        let is_new = self.db.known_sent(&self.board.name, &identity)?.is_none();
        if is_new {
            let mail = SentMail::of(message, arrived.internal_date.unwrap_or(self.now), &self.folder.name, true);
            self.db.insert_sent(&self.board.name, &identity, &mail, None, &[])?;
        }
        Ok(Some(is_new))
    }

    /// Our own mail was found in Sent or in the inbox. One in doubt was accepted. A notice that the register does not
    /// know was sent by an earlier life of it (a restored backup): the citizen has had it, so it is noted and never
    /// sent again.
    pub(super) fn own_mail_seen(
        &self,
        message: &Message,
        internal_date: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let Some(id) = &message.message_id else { return Ok(()) };
        let at = internal_date.or(message.date).unwrap_or(self.now);
        if let Some(row) = self.db.own_mail(id)? {
            return delivery::seen(self.db, &row, at);
        }
        let mark = OwnMark::of(message).filter(|mark| mark.kind == "notice");
        let Some(mark) = mark else { return Ok(()) };
        for id in self.spoken_for(&mark, message)? {
            let Some(mut item) = self.db.item(id)? else { continue };
            // Also of one that is settled by now: it may be opened again.
            if item.state != State::History && !item.done.contains_key(&Effect::Notice) {
                let fact = Fact::Sent { effect: Effect::Notice, at };
                self.db.happen(&mut item, self.now, SYSTEM, fact)?;
                self.db.save_awake(&item)?;
            }
        }
        Ok(())
    }

    /// The items that a notice which the register does not know speaks for: those that it answers, and, of a sender who
    /// uses one id for everything, the one whose reference it bears. If it bears none of theirs, it is of another life of
    /// the register, where the references were other messages', and all of them are meant.
    fn spoken_for(&self, mark: &OwnMark, message: &Message) -> Result<Vec<ItemId>, StoreError> {
        let mut answered = Vec::new();
        for id in &message.in_reply_to {
            answered.extend(self.items_of_this_mailbox(id)?);
        }
        let named: Vec<ItemId> = mark.refs.iter().filter_map(|reference| ItemId::parse(reference)).collect();
        let agreed: Vec<ItemId> = answered.iter().copied().filter(|id| named.contains(id)).collect();
        if agreed.is_empty() && !answered.is_empty() {
            return Ok(answered);
        }
        let mut about = agreed;
        for reference in named {
            // What it does not answer stands in it only: a message without Message-ID, which cannot be pointed at, and the
            // further questions of a notice for several.
            if !about.contains(&reference) && self.can_be_meant(reference, message, !about.is_empty())? {
                about.push(reference);
            }
        }
        Ok(about)
    }

    /// Whether a reference in a notice can be that item's: its reader wrote it, and the notice is of this life of the
    /// register or nothing else could tell.
    fn can_be_meant(&self, reference: ItemId, notice: &Message, of_this_life: bool) -> Result<bool, StoreError> {
        let Some(row) = self.db.message(reference)? else { return Ok(false) };
        let is_reader = row.citizen_addresses().any(|address| notice.recipients().any(|to| to.addr == address));
        Ok(is_reader && (of_this_life || row.message_id.is_none()) && self.is_ours(reference)?)
    }
}
