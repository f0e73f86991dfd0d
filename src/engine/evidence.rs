//! What staff sent is read, and what it proves is written down ([`crate::domain::evidence`]
//! judges).

use super::SYSTEM;
use super::arrived::Arrived;
use super::batch::Intake;
use super::commands::is_a_persons;
use super::own::Traces;
use crate::domain::classify::{Class, Conversation};
use crate::domain::event::{Event, Fact, Flag};
use crate::domain::evidence::told_before::was_opened_after;
use crate::domain::evidence::{Finding, Judge, Question};
use crate::domain::folders::Role;
use crate::domain::identify::{Identity, Trace, identity, is_strong, mid_key};
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::{MessageRow, id_clue, thread_index_clue, to_clues};
use crate::domain::message::Message;
use crate::domain::reason::Reason;
use crate::domain::sent::{SentMail, may_answer, sent_at};
use crate::domain::trust::Belief;
use crate::domain::whose::Whose;
use crate::store::StoreError;
use chrono::{DateTime, Duration, Utc};
use std::collections::BTreeMap;

/// Mails that staff sent longer before the start of the service than this cannot matter and are not
/// kept.
const SENT_HORIZON: Duration = Duration::days(30);

/// A mail that staff wrote longer ago does not show that they are back: a mailbox that is read for
/// the first time is full of it.
const NEWS: Duration = Duration::days(2);

pub(super) fn trace(arrived: &Arrived) -> Trace {
    Trace {
        internal_date: arrived.internal_date,
        size: arrived.size,
        occurrence: 0,
    }
}

impl Intake<'_> {
    /// By what a message of a Sent folder is known again.
    pub(super) fn identity_of_sent(&self, arrived: &Arrived) -> Identity {
        let message = &arrived.message;
        let is_weak = !is_strong(message, false);
        identity(&self.board.name, message, is_weak.then(|| trace(arrived)))
    }

    /// A message of a Sent folder. Whether it was new.
    pub(super) fn sent(&self, arrived: &Arrived) -> Result<bool, StoreError> {
        let at = self.sent_at(arrived);
        if at < self.start - SENT_HORIZON {
            return Ok(false);
        }
        let identity = self.identity_of_sent(arrived);
        if self.db.known_sent(&self.board.name, &identity)?.is_some() {
            return Ok(false);
        }
        self.take_sent(arrived, at, &identity)?;
        Ok(true)
    }

    fn take_sent(
        &self,
        arrived: &Arrived,
        at: DateTime<Utc>,
        identity: &Identity,
    ) -> Result<(), StoreError> {
        let message = &arrived.message;
        let pledge = self.board.pledge(None);
        let verdict = self.verdict(message, pledge, Conversation::NotLookedUp)?;
        let traces = self.traces_of(verdict.class, arrived)?;
        self.numbers_in_subject(message)?;
        let mail = SentMail::of(message, at, &self.folder.name, false).telling(traces.told);
        if verdict.class == Class::AutoReply {
            self.handler_is_away(&mail)?;
        } else {
            self.handler_is_back(message, at)?;
        }
        let counts = verdict.counts_as_answer && !arrived.flags.draft && may_answer(message);
        let conversation = self.keep_sent(&mail, identity, counts, traces.clues)?;
        let known = self.db.known_message(identity)?;
        if let Some(item) = known.filter(|_| self.goes_to_others(message)) {
            self.is_only_a_copy(item, conversation)?;
        }
        self.tells_of_earlier(&mail, conversation)
    }

    /// Writes it down, and what it proves if it counts as an answer. What does not count is
    /// remembered too, by the `traces` alone: it must not be looked at again.
    fn keep_sent(
        &self,
        mail: &SentMail,
        identity: &Identity,
        counts: bool,
        traces: Vec<String>,
    ) -> Result<Option<ItemId>, StoreError> {
        let (conversation, clues) = if counts {
            (self.evaluate(mail)?, clues_of_sent(mail))
        } else {
            (None, traces)
        };
        self.db
            .insert_sent(&self.board.name, identity, mail, conversation, &clues)?;
        Ok(conversation)
    }

    fn traces_of(&self, class: Class, arrived: &Arrived) -> Result<Traces, StoreError> {
        if class == Class::Own {
            self.own_mail_seen(arrived)
        } else {
            Ok(Traces::default())
        }
    }

    /// Whether a message lies in Sent and says that it is from the municipality: its place proves
    /// it. Another that was filed there is a message as anywhere.
    pub(super) fn is_ours_by_place(&self, message: &Message) -> bool {
        self.folder.role == Role::Sent && self.board.is_from_inside(message)
    }

    fn sent_at(&self, arrived: &Arrived) -> DateTime<Utc> {
        sent_at(arrived.message.date, arrived.internal_date, self.now)
    }

    /// An answer and the absence reply to it often lie there when the mailbox is looked at next,
    /// and Sent is read last: the reply seemed to belong to nothing. It does, and no person need
    /// look at it.
    pub(super) fn tie_automatic_replies(
        &self,
        mail: &SentMail,
        conversation: ItemId,
    ) -> Result<(), StoreError> {
        let Some(id) = &mail.message_id else {
            return Ok(());
        };
        for recipient in &mail.recipients {
            for mut item in self.live_of(recipient)? {
                if item.has_clock()
                    && item.flags.contains(&Flag::UntiedAutoReply)
                    && self.db.message_of(item.id)?.more.references.contains(id)
                {
                    let reason = Reason::AutoReplyIn { conversation };
                    self.settle(&mut item, Fact::Excluded { reason })?;
                }
            }
        }
        Ok(())
    }

    /// A message in the inbox that the municipality wrote to a citizen, with the mailbox in Cc or
    /// Bcc: the answer's copy. Returns the reason why it needs no answer itself.
    pub(super) fn copy_of_answer(&self, arrived: &Arrived) -> Result<Option<Reason>, StoreError> {
        let message = &arrived.message;
        let is_inside = message.from.len() == 1 && self.board.is_from_inside(message);
        if !is_inside || !may_answer(message) {
            return Ok(None);
        }
        let mut mail = SentMail::of(message, self.sent_at(arrived), &self.folder.name, true);
        let Some(belief) = self.belief(message)? else {
            self.is_forged(&mail)?;
            return Ok(None);
        };
        mail.belief = belief;
        if !self.is_copy_of_answer(&mail)? {
            return Ok(None);
        }
        self.handler_is_back(message, mail.at)?;
        let identity = identity(&self.board.name, message, Some(trace(arrived)));
        let conversation = self.keep_sent(&mail, &identity, true, Vec::new())?;
        self.tells_of_earlier(&mail, conversation)?;
        Ok(conversation.map(|conversation| Reason::CopyOfAnswer { conversation }))
    }

    fn judge<'j>(&'j self, mail: &'j SentMail) -> Judge<'j, 'j> {
        Judge {
            mail,
            whose: Box::new(|address| self.board.whose(address)),
            diary: &self.board.organisation.diary,
        }
    }

    fn is_copy_of_answer(&self, mail: &SentMail) -> Result<bool, StoreError> {
        let judge = self.judge(mail);
        let pointed = self.pointed_at(&judge)?;
        // What it answers may lie in a folder that is read later: then it is known by that time.
        Ok(judge.is_about_another(pointed.as_ref()) || pointed.is_none() && mail.names_a_mail())
    }

    /// How far a mail outside Sent that claims to be ours is believed; `None`: it failed, and
    /// proves nothing.
    fn belief(&self, message: &Message) -> Result<Option<Belief>, StoreError> {
        if is_strong(message, false) {
            let identity = identity(&self.board.name, message, None);
            if self.db.known_sent(&self.board.name, &identity)?.is_some() {
                return Ok(Some(Belief::Verified));
            }
        }
        Ok(self.board.belief(message))
    }

    /// In Junk nothing changes a state. A mail that would be an answer elsewhere is reported to the
    /// handler of its question.
    pub(super) fn answer_in_junk(&self, arrived: &Arrived) -> Result<(), StoreError> {
        let message = &arrived.message;
        let from_us = self.board.is_from_inside(message);
        if !from_us || !may_answer(message) || self.board.belief(message).is_none() {
            return Ok(());
        }
        self.flag_answered(
            &SentMail::of(message, self.sent_at(arrived), &self.folder.name, true),
            Flag::AnswerInJunk,
        )
    }

    /// A mail that is not genuine answers a question: its handler hears of it.
    fn is_forged(&self, mail: &SentMail) -> Result<(), StoreError> {
        self.flag_answered(mail, Flag::ForgedAnswer)
    }

    /// Marks the questions that a mail would answer if it were believed.
    fn flag_answered(&self, mail: &SentMail, flag: Flag) -> Result<(), StoreError> {
        let judge = self.judge(mail);
        let Some(pointed) = self.pointed_at(&judge)? else {
            return Ok(());
        };
        let questions = pointed.questions.into_iter();
        for question in questions.filter(|question| judge.would_answer(question)) {
            self.flag(question.item, flag)?;
        }
        Ok(())
    }

    /// An automatic reply of the handler's own is a hint of absence; one of the mailbox itself says
    /// nothing of anybody.
    fn handler_is_away(&self, mail: &SentMail) -> Result<(), StoreError> {
        let from = mail.from.as_deref().unwrap_or_default();
        let Some(member) = self.board.staff_at(from) else {
            return Ok(());
        };
        let pointed = self.pointed_at(&self.judge(mail))?;
        for question in pointed.into_iter().flat_map(|pointed| pointed.questions) {
            let item = question.item;
            if item.state.is_live() && item.handler.as_deref() == Some(&member.id) {
                self.flag(item, Flag::HandlerAway)?;
            }
        }
        Ok(())
    }

    /// A member who writes by hand, from an address of their own, is back: none of their items is
    /// with the deputy any more. An invitation's answer, a receipt or a machine's mail under their
    /// name says nothing of where they are.
    pub(super) fn handler_is_back(
        &self,
        message: &Message,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let from = message.from.first().map_or("", |from| &from.addr);
        let Some(member) = self.board.staff_at(from).filter(|_| self.now - at <= NEWS) else {
            return Ok(());
        };
        if !is_a_persons(self.board, message) {
            return Ok(());
        }
        for mut item in self.db.live_of_the_away(&self.board.name, &member.id)? {
            let flag = Flag::HandlerAway;
            let said = |event: &Event| event.fact == Fact::Flagged { flag } && event.at >= at;
            if !self.db.history(item.id)?.iter().any(said) {
                self.db
                    .happen(&mut item, self.now, SYSTEM, Fact::Unflagged { flag })?;
                self.db.save_awake(&item)?;
            }
        }
        Ok(())
    }

    /// Writes down what a mail of staff proves. Returns the conversation it belongs to.
    fn evaluate(&self, mail: &SentMail) -> Result<Option<ItemId>, StoreError> {
        let (findings, conversation) = self.findings(mail)?;
        for finding in findings {
            self.write_down(finding)?;
        }
        Ok(conversation)
    }

    /// What a mail of staff proves, and the conversation it belongs to.
    fn findings(&self, mail: &SentMail) -> Result<(Vec<Finding>, Option<ItemId>), StoreError> {
        let judge = self.judge(mail);
        let pointed = self.pointed_at(&judge)?;
        let joined = match &pointed {
            Some(pointed) => self.joined(pointed)?,
            None => Vec::new(),
        };
        let of_recipients = if pointed.is_none() || mail.recipients.len() > 1 {
            self.open_at_recipients(mail)?
        } else {
            Vec::new()
        };
        let findings = judge.findings(pointed.as_ref(), &joined, &of_recipients);
        let first = pointed.and_then(|pointed| pointed.questions.into_iter().next());
        Ok((findings, first.map(|question| question.item.conversation)))
    }

    /// The open questions of all to whom a mail went, each once.
    fn open_at_recipients(&self, mail: &SentMail) -> Result<Vec<Question>, StoreError> {
        let mut open = BTreeMap::new();
        let others = mail.recipients.iter();
        for recipient in others.filter(|to| self.board.whose(to) != Whose::Own) {
            let theirs = self.open_at(recipient, mail.at)?;
            open.extend(theirs.into_iter().map(|item| (item.id, item)));
        }
        self.questions(open.into_values())
    }

    /// Settling one may touch another: each is read again.
    fn write_down(&self, Finding { item, by, fact }: Finding) -> Result<(), StoreError> {
        let mut item = self.db.item_of(item)?;
        match fact {
            Fact::Flagged { flag } => self.flag(item, flag),
            Fact::Assigned { .. } | Fact::NotAnswered { .. } | Fact::Contacted { .. } => {
                self.db
                    .happen(&mut item, self.now, by.as_deref().unwrap_or(SYSTEM), fact)?;
                self.db.save_awake(&item)
            }
            settling => {
                self.settle(&mut item, settling)?;
                self.settle_twins(&item)
            }
        }
    }

    /// An item is new, and its answer may have been seen before it: Sent can be read a moment later
    /// than the inbox.
    pub(super) fn settle_with_known_sent(
        &self,
        item: &mut Item,
        row: &MessageRow,
    ) -> Result<(), StoreError> {
        if !self.db.knows_sent()? {
            // A mailbox that is read for the first time: Sent comes last.
            return Ok(());
        }
        for mail in self.sent_before(item, row)? {
            let conversation = self.proves_now(&mail, Some(item.id))?;
            *item = self.db.item_of(item.id)?;
            if !item.state.is_live() {
                self.copies_are_no_items(&mail, conversation)?;
                break;
            }
        }
        self.settle_as_its_twin(item)
    }

    /// Writes down what a mail that was read before proves now, of a `new` item if there is one.
    /// Returns the conversation it belongs to.
    pub(super) fn proves_now(
        &self,
        mail: &SentMail,
        new: Option<ItemId>,
    ) -> Result<Option<ItemId>, StoreError> {
        let (findings, conversation) = self.findings(mail)?;
        for finding in findings {
            if !finding.was_told_before(new)
                && !was_opened_after(mail.at, &self.db.history(finding.item)?)
            {
                self.write_down(finding)?;
            }
        }
        self.explain_away(mail)?;
        // What answers it belongs to the matter too.
        if let Some((conversation, id)) = conversation.zip(mail.message_id.as_deref()) {
            self.db
                .tie_sent(&self.board.name, mid_key(id), conversation)?;
            self.thanked_for(mail)?;
        }
        Ok(conversation)
    }

    /// The mails that may answer it, oldest first: later ones to its people, and any that names it.
    pub(super) fn sent_before(
        &self,
        item: &Item,
        row: &MessageRow,
    ) -> Result<Vec<SentMail>, StoreError> {
        let id = row.message_id.as_deref();
        let clues = id.map(id_clue).into_iter().chain(row.clues());
        let mut mails = Vec::new();
        for clue in clues {
            mails.extend(self.db.sent_by_clue(&self.board.name, &clue)?);
        }
        if let Some(id) = id {
            // Its answer may have been filed in another mailbox's Sent.
            mails.extend(self.db.sent_elsewhere(&self.board.name, &id_clue(id))?);
        }
        let names_it = |mail: &SentMail| {
            let mut named = mail.in_reply_to.iter().chain(&mail.references);
            id.is_some_and(|id| named.any(|named| named == id))
        };
        mails.retain(|mail| mail.at > item.asked_at() || names_it(mail));
        mails.sort_by(|a, b| (a.at, &a.message_id).cmp(&(b.at, &b.message_id)));
        mails.dedup();
        Ok(mails)
    }

    /// What a mail points at is known now, and what it was taken for the answer of before is not
    /// that.
    fn explain_away(&self, mail: &SentMail) -> Result<(), StoreError> {
        let judge = self.judge(mail);
        let Some(pointed) = self.pointed_at(&judge)? else {
            return Ok(());
        };
        let mut theirs = BTreeMap::new();
        let others = mail.recipients.iter();
        for recipient in others.filter(|to| self.board.whose(to) != Whose::Own) {
            let live = self.live_of(recipient)?;
            theirs.extend(live.into_iter().map(|item| (item.id, item)));
        }
        let theirs = self.questions(theirs.into_values())?;
        judge
            .explained_away(&pointed, &theirs)
            .into_iter()
            .try_for_each(|finding| self.write_down(finding))
    }

    /// Whether a mail of staff names the message: a person pressed "reply", and this is the result.
    pub(super) fn is_replied_to(&self, item: &Item) -> Result<bool, StoreError> {
        let Some(id) = self.db.message_of(item.id)?.message_id else {
            return Ok(false);
        };
        let mails = self.db.sent_by_clue(&self.board.name, &id_clue(&id))?;
        Ok(mails
            .iter()
            .any(|mail| !mail.copy && mail.at >= item.received_at))
    }

    /// Appends a settling event and lets the younger questions that waited behind the item go on
    /// without it.
    pub(super) fn settle(&self, item: &mut Item, fact: Fact) -> Result<(), StoreError> {
        self.board.settle(self.db, item, self.now, SYSTEM, fact)
    }
}

pub(super) fn clues_of_sent(mail: &SentMail) -> Vec<String> {
    let ids = mail
        .in_reply_to
        .iter()
        .chain(&mail.references)
        .map(|id| id_clue(id));
    let recipients = mail.recipients.iter().flat_map(|to| to_clues(to));
    let index = mail
        .thread_index
        .iter()
        .map(|index| thread_index_clue(index));
    let mut clues: Vec<String> = ids.chain(recipients).chain(index).collect();
    clues.sort();
    clues.dedup();
    clues
}
