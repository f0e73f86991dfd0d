//! What needs no answer, and why: bounces, automatic replies and what staff reply to us, tied to
//! the mail or the item that they are about; copies of answers; what its class excludes.

use super::arrived::Arrived;
use super::batch::Intake;
use super::commands::is_a_persons;
use super::{SYSTEM, covering};
use crate::domain::admit::Thread;
use crate::domain::classify::{Class, Mark, Verdict};
use crate::domain::event::{Effect, Fact, Failure, Flag};
use crate::domain::folders::Role;
use crate::domain::identify::mid_key;
use crate::domain::item::{Done, Item, ItemId};
use crate::domain::kept::to_clue;
use crate::domain::message::Message;
use crate::domain::obeying::Act;
use crate::domain::reason::Reason;
use crate::store::StoreError;
use crate::store::outbox::OutboxRow;
use chrono::Duration;

/// How long after our notice a bounce without any id is still taken to be about it.
const BOUNCE_DAYS: i64 = 5;

impl Intake<'_> {
    /// Whether the message needs no answer, by its class or by what it belongs to; with the reason.
    pub(super) fn settles_itself(
        &self,
        arrived: &Arrived,
        verdict: &Verdict,
        thread: &Thread,
    ) -> Result<Option<Reason>, StoreError> {
        let message = &arrived.message;
        match verdict.class {
            Class::Own => {
                self.own_mail_seen(arrived)?;
                return Ok(Some(Reason::OwnMail));
            }
            Class::Bounce => return self.bounced(message).map(Some),
            Class::AutoReply => {
                if let Some(reason) = self.automatic_reply(message, thread)? {
                    return Ok(Some(reason));
                }
            }
            _ => {}
        }
        if self.folder.role == Role::Junk {
            self.answer_in_junk(arrived)?;
        }
        if may_be_an_answer(verdict)
            && self.folder.role != Role::Junk
            && let Some(reason) = self.copy_of_answer(arrived)?
        {
            return Ok(Some(reason));
        }
        if let Some(reason) = self.reply_to_us(arrived)? {
            return Ok(Some(reason));
        }
        Ok((!verdict.needs_answer).then(|| Reason::Signs(verdict.reasons.clone())))
    }

    /// A bounce. Returns the reason why it needs no answer, with what it was tied to.
    pub(super) fn bounced(&self, message: &Message) -> Result<Reason, StoreError> {
        let returned = message.returned.clone().unwrap_or_default();
        if returned
            .action
            .as_deref()
            .is_some_and(|action| action != "failed")
        {
            return Ok(Reason::NoFailure);
        }
        let ids = returned
            .message_id
            .iter()
            .chain(&message.in_reply_to)
            .chain(message.references.iter().rev());
        for id in ids.take(10) {
            if let Some(mail) = self.db.own_mail(id)? {
                return self.own_mail_bounced(&mail, &returned.failed);
            }
            let conversation = self
                .db
                .conversation_of_sent(&self.board.name, mid_key(id))?;
            if let Some(conversation) = conversation {
                self.answer_bounced(id, conversation)?;
                return Ok(Reason::AnswerBounced { conversation });
            }
        }
        self.notice_bounced(&returned.failed)
    }

    fn own_mail_bounced(&self, mail: &OutboxRow, failed: &[String]) -> Result<Reason, StoreError> {
        // Of a notice two copies may come back; only the citizen's says that the citizen has none.
        // The same with a letter and the registrar's.
        let has = |known: &str| failed.iter().any(|one| one.eq_ignore_ascii_case(known));
        let of_us = failed.iter().any(|address| self.board.is_own(address));
        let of_copy = mail.copy.as_deref().is_some_and(has);
        if (of_us && mail.is_for_citizen() || of_copy) && !has(&mail.address) {
            return Ok(Reason::OwnCopyBounced);
        }
        if self.folder.role == Role::Junk {
            self.maybe_lost(mail)?;
        } else {
            self.lost(mail, Failure::Bounced)?;
        }
        Ok(Reason::OwnMailBounced { kind: mail.kind })
    }

    /// The answer with this id has come back.
    fn answer_bounced(&self, id: &String, conversation: ItemId) -> Result<(), StoreError> {
        for item in self.db.conversation(conversation)? {
            let is_evidence = item
                .settled
                .as_ref()
                .is_some_and(|s| s.evidence.message_id.as_ref() == Some(id));
            if is_evidence && self.folder.role != Role::Junk {
                self.flag(item, Flag::AnswerBounced)?;
            }
        }
        Ok(())
    }

    /// A bounce that names no mail, by the addresses that have failed.
    fn notice_bounced(&self, failed: &[String]) -> Result<Reason, StoreError> {
        for address in failed {
            for item in self.db.live_by_clue(&to_clue(address))? {
                let recent = item
                    .noticed_at()
                    .is_some_and(|at| self.now - at <= Duration::days(BOUNCE_DAYS));
                if recent && item.mailbox == self.board.name {
                    // Anyone can write this: it is reported, and changes nothing.
                    let reason = Reason::NoticeBounced { item: item.id };
                    self.flag(item, Flag::MaybeBounced)?;
                    return Ok(reason);
                }
            }
        }
        Ok(Reason::StrangeBounce)
    }

    /// An automatic reply; `None` when it belongs to nothing known and a person should look at it.
    pub(super) fn automatic_reply(
        &self,
        message: &Message,
        thread: &Thread,
    ) -> Result<Option<Reason>, StoreError> {
        for id in message
            .in_reply_to
            .iter()
            .chain(message.references.iter().rev())
            .take(10)
        {
            let Some(mail) = self.db.own_mail(id)? else {
                continue;
            };
            // The registrar's absence says nothing about the handler who posts a letter.
            let wrote = |address: &String| {
                message
                    .from
                    .iter()
                    .any(|from| from.addr.eq_ignore_ascii_case(address))
            };
            let of_copy = mail.copy.as_ref().is_some_and(wrote);
            if !mail.is_for_citizen() && !of_copy {
                self.lost(&mail, Failure::Absent)?;
            }
            return Ok(Some(Reason::AutoReplyToUs { kind: mail.kind }));
        }
        Ok(thread
            .conversation
            .map(|conversation| Reason::AutoReplyIn { conversation }))
    }

    /// A report in Junk says that a mail to a citizen did not arrive: it is reported, and changes
    /// nothing.
    fn maybe_lost(&self, mail: &OutboxRow) -> Result<(), StoreError> {
        for (id, effect) in self.db.effects_of(mail.id)? {
            if let Some(item) = self
                .db
                .item(id)?
                .filter(|item| item.state.is_live() && effect.is_for_citizen())
            {
                self.flag(item, Flag::MaybeBounced)?;
            }
        }
        Ok(())
    }

    /// One of our own mails did not reach its reader.
    fn lost(&self, mail: &OutboxRow, failure: Failure) -> Result<(), StoreError> {
        for (id, effect) in self.db.effects_of(mail.id)? {
            let Some(mut item) = self.db.item(id)? else {
                continue;
            };
            // An absent supervisor means the next step at once, an absent deputy the next one in
            // line; an absent handler is a hint, the reminder did arrive.
            let handlers = |done: &Done| {
                item.handler
                    .as_ref()
                    .is_some_and(|handler| done.to.contains(handler))
            };
            let is_to_the_handler = item.done.get(&effect).is_some_and(handlers);
            if failure == Failure::Absent
                && is_to_the_handler
                && !matches!(effect, Effect::Escalation(_))
            {
                self.flag(item, Flag::HandlerAway)?;
            } else {
                self.fail(&mut item, effect, failure)?;
            }
        }
        Ok(())
    }

    fn fail(&self, item: &mut Item, effect: Effect, failure: Failure) -> Result<(), StoreError> {
        if item
            .done
            .get(&effect)
            .is_none_or(|done| done.failed.is_some())
        {
            return Ok(());
        }
        let fact = Fact::Failed {
            effect,
            failure,
            why: None,
        };
        self.db.happen(item, self.now, SYSTEM, fact)?;
        self.db.save_awake(item)?;
        match effect {
            Effect::Notice => covering::uncover(self.db, item.id, item.conversation, self.now),
            _ => Ok(()),
        }
    }

    /// Marks an item, once.
    pub(super) fn flag(&self, mut item: Item, flag: Flag) -> Result<(), StoreError> {
        if item.flags.contains(&flag) {
            return Ok(());
        }
        self.db
            .happen(&mut item, self.now, SYSTEM, Fact::Flagged { flag })?;
        self.db.save_awake(&item)
    }

    /// A member of staff answers one of our own mails to staff, or one who claims to be asks for
    /// something in their name.
    fn reply_to_us(&self, arrived: &Arrived) -> Result<Option<Reason>, StoreError> {
        let message = &arrived.message;
        let reply = self
            .board
            .staff_reply(self.db, self.folder, message, self.now)?;
        let Some(reply) =
            reply.filter(|reply| reply.act != Act::Ask || is_a_persons(self.board, message))
        else {
            return Ok(None);
        };
        if reply.act != Act::Ask {
            self.handler_is_back(message, arrived.internal_date.unwrap_or(self.now))?;
        }
        let is_command = arrived
            .words
            .as_deref()
            .is_some_and(|words| !self.orders(&message.subject, words, self.now).is_empty());
        Ok(Some(if is_command {
            Reason::StaffCommand
        } else {
            Reason::StaffReply
        }))
    }
}

fn may_be_an_answer(verdict: &Verdict) -> bool {
    let is_ours = verdict.counts_as_answer || verdict.marks.contains(&Mark::FromOurselves);
    // No person writes our mark.
    is_ours && !verdict.marks.contains(&Mark::ForgedMark)
}
