//! When is it answered? A mail of staff that points at the item and has one of the citizen's addresses among its
//! recipients is an answer, at its own time. The same without pointing is a probable answer: a person is asked.
//!
//! Not an answer: our own mails, automatic replies, forwards to colleagues, drafts, a mail without the citizen.

use super::SYSTEM;
use super::commands::is_a_persons;
use super::intake::{Arrived, Intake, id_clue, thread_index_clue, to_clue};
use crate::domain::classify::{Class, Conversation};
use crate::domain::event::{AssignedBy, Event, Evidence, EvidenceKind, Fact, Flag, MatchedBy};
use crate::domain::identify::{Trace, identity, is_strong};
use crate::domain::item::{Item, ItemId, State};
use crate::domain::kept::MessageRow;
use crate::domain::message::Message;
use crate::domain::reason::Reason;
use crate::domain::subject::{normalised_subject, references};
use crate::store::StoreError;
use crate::store::sent::SentMail;
use chrono::{DateTime, Datelike, Duration, Utc};

/// Mails that staff sent longer before the start of the service than this cannot matter and are not kept.
const SENT_HORIZON: Duration = Duration::days(30);

/// What staff wrote longer ago does not tell that they are back: a mailbox that is read for the first time is full of it.
const NEWS: Duration = Duration::days(2);

/// Recipients of one mail that are kept; a mail to more people than this is no answer to one of them.
const KEPT_RECIPIENTS: usize = 100;

/// Ids of one mail that are kept as what it answers.
const KEPT_IDS: usize = 20;

impl Intake<'_> {
    /// A message of a Sent folder. Whether it was new.
    pub(super) fn sent(&self, arrived: &Arrived) -> Result<bool, StoreError> {
        let message = &arrived.message;
        let at = arrived.internal_date.or(message.date).unwrap_or(self.now);
        if at < self.start - SENT_HORIZON {
            return Ok(false);
        }
        let trace = Trace { internal_date: arrived.internal_date, size: arrived.size, occurrence: 0 };
        let identity = identity(&self.board.name, message, if is_strong(message, false) { None } else { Some(trace) });
        if self.db.known_sent(&self.board.name, &identity)?.is_some() {
            return Ok(false);
        }
        let pledge = self.board.pledge(None);
        let verdict = self.verdict(message, pledge, Conversation::NotLookedUp)?;
        if verdict.class == Class::Own {
            self.own_mail_seen(message, arrived.internal_date)?;
        }
        let mail = self.sent_mail(message, at, false);
        if verdict.class == Class::AutoReply {
            self.handler_is_away(&mail)?;
        } else {
            self.handler_is_back(message, at)?;
        }
        let counts = verdict.counts_as_answer && !arrived.flags.draft && is_really_sent(message);
        let conversation = if counts { self.evaluate(&mail)? } else { None };
        // What does not count is remembered too, without clues: it must not be looked at again.
        let clues = if counts { clues_of_sent(&mail) } else { Vec::new() };
        self.db.insert_sent(&self.board.name, &identity, &mail, conversation, &clues)?;
        if let Some(conversation) = conversation {
            self.tie_automatic_replies(&mail, conversation)?;
        }
        Ok(true)
    }

    /// An answer and the absence reply to it often lie there when the mailbox is looked at next, and Sent is read last:
    /// the reply seemed to belong to nothing. It does, and nobody need look at it.
    fn tie_automatic_replies(&self, mail: &SentMail, conversation: ItemId) -> Result<(), StoreError> {
        let Some(id) = &mail.message_id else { return Ok(()) };
        for recipient in &mail.recipients {
            for mut item in self.db.live_by_clue(&to_clue(recipient))? {
                let untied = item.mailbox == self.board.name && item.flags.contains(&Flag::UntiedAutoReply);
                if untied && self.db.message_of(item.id)?.more.references.contains(id) {
                    let reason = Reason::AutoReplyIn { conversation };
                    self.settle(&mut item, Fact::Excluded { reason })?;
                }
            }
        }
        Ok(())
    }

    /// A message in the inbox that a member of staff wrote to a citizen, with the mailbox in Cc or Bcc: the answer's
    /// copy. Returns the reason why it needs no answer itself.
    pub(super) fn copy_of_answer(&self, arrived: &Arrived) -> Result<Option<Reason>, StoreError> {
        let message = &arrived.message;
        let from_staff = message.from.first().is_some_and(|from| self.board.staff_at(&from.addr).is_some());
        if !from_staff || !is_really_sent(message) {
            return Ok(None);
        }
        let mail = self.sent_mail(message, arrived.internal_date.unwrap_or(self.now), true);
        if !self.is_about_another(&mail)? {
            return Ok(None);
        }
        self.handler_is_back(message, mail.at)?;
        let conversation = self.evaluate(&mail)?;
        let names_a_mail = !mail.in_reply_to.is_empty() || !mail.references.is_empty();
        // What it answers may lie in a folder that is read later: then it is known by that time.
        if conversation.is_some() || names_a_mail {
            let trace = Trace { internal_date: arrived.internal_date, size: arrived.size, occurrence: 0 };
            let identity = identity(&self.board.name, message, Some(trace));
            self.db.insert_sent(&self.board.name, &identity, &mail, conversation, &clues_of_sent(&mail))?;
        }
        Ok(conversation.map(|conversation| Reason::CopyOfAnswer { conversation }))
    }

    /// Whether a mail of staff in the inbox is said to somebody else: to the citizen of an item, or only to colleagues.
    /// What says something to the mailbox (a member of staff who asks as a citizen, or asks about an item) is a message.
    fn is_about_another(&self, mail: &SentMail) -> Result<bool, StoreError> {
        let from = mail.from.as_deref().unwrap_or_default();
        let mut others = mail.recipients.iter().filter(|to| !self.board.is_own(to) && *to != from).peekable();
        let passed_on = others.peek().is_some() && others.all(|to| self.board.staff_at(to).is_some());
        let pointed = self.pointed_at(mail)?;
        for (_, id) in &pointed {
            let Some(row) = self.db.message(*id)? else { continue };
            // Who asked is not known any more: perhaps this very member of staff.
            if self.db.item(*id)?.is_some_and(|item| item.erased.is_some()) {
                continue;
            }
            if row.citizen_addresses().all(|address| address != from) && (passed_on || self.reaches(mail, &row)) {
                return Ok(true);
            }
        }
        // Pointing at nothing it may still be a probable answer, and stays a message either way.
        Ok(pointed.is_empty())
    }

    /// An automatic reply of the handler's own is a hint of absence; one of the mailbox itself says nothing of anybody.
    fn handler_is_away(&self, mail: &SentMail) -> Result<(), StoreError> {
        let from = mail.from.as_deref().unwrap_or_default();
        let Some(member) = self.board.staff_at(from) else { return Ok(()) };
        for (_, id) in self.pointed_at(mail)? {
            let Some(item) = self.db.item(id)? else { continue };
            if item.state.is_live() && item.handler.as_deref() == Some(&member.id) {
                self.flag(item, Flag::HandlerAway)?;
            }
        }
        Ok(())
    }

    /// Whoever writes by hand, from an address of their own, is back: none of their items is with the deputy any more. An
    /// invitation's answer, a receipt or a machine's mail under their name says nothing of where they are.
    pub(super) fn handler_is_back(&self, message: &Message, at: DateTime<Utc>) -> Result<(), StoreError> {
        let from = message.from.first().map_or("", |from| &from.addr);
        let Some(member) = self.board.staff_at(from).filter(|_| self.now - at <= NEWS) else { return Ok(()) };
        if !is_a_persons(self.board, message) {
            return Ok(());
        }
        for mut item in self.db.live_of_handler(&self.board.name, &member.id)? {
            let flag = Flag::HandlerAway;
            let said = |event: &Event| event.fact == Fact::Flagged { flag } && event.at >= at;
            if item.flags.contains(&flag) && !self.db.history(item.id)?.iter().any(said) {
                self.db.happen(&mut item, self.now, SYSTEM, Fact::Unflagged { flag })?;
                self.db.save_awake(&item)?;
            }
        }
        Ok(())
    }

    pub(super) fn sent_mail(&self, message: &Message, at: DateTime<Utc>, copy: bool) -> SentMail {
        SentMail {
            at,
            folder: self.folder.name.clone(),
            copy,
            message_id: message.message_id.clone(),
            from: message.from.first().map(|from| from.addr.clone()),
            in_reply_to: message.in_reply_to.iter().take(KEPT_IDS).cloned().collect(),
            references: message.references.iter().rev().take(KEPT_IDS).rev().cloned().collect(),
            recipients: message.recipients().map(|to| to.addr.clone()).take(KEPT_RECIPIENTS).collect(),
            subject: message.subject.clone(),
            thread_index: message.thread_index.clone(),
        }
    }

    /// Settles what a mail of staff settles. Returns the conversation it belongs to.
    fn evaluate(&self, mail: &SentMail) -> Result<Option<ItemId>, StoreError> {
        let mut conversation = None;
        for (matched_by, id) in self.pointed_at(mail)? {
            let Some(mut item) = self.db.item(id)? else { continue };
            if item.mailbox != self.board.name {
                continue;
            }
            conversation.get_or_insert(item.conversation);
            let row = self.db.message_of(id)?;
            if self.reaches(mail, &row) {
                if item.state.is_live() {
                    self.answered(&mut item, mail, matched_by)?;
                } else {
                    self.answered_earlier(&item, mail, matched_by)?;
                }
            } else if item.state.is_live() {
                self.forwarded(&mut item, mail)?;
            }
        }
        if conversation.is_none() {
            self.probably_answered(mail)?;
        }
        Ok(conversation)
    }

    /// Items that a mail points at, and by what.
    fn pointed_at(&self, mail: &SentMail) -> Result<Vec<(MatchedBy, ItemId)>, StoreError> {
        let mut found: Vec<(MatchedBy, ItemId)> = Vec::new();
        let ids = mail
            .in_reply_to
            .iter()
            .map(|id| (MatchedBy::InReplyTo, id))
            .chain(mail.references.iter().rev().map(|id| (MatchedBy::References, id)));
        for (matched_by, id) in ids {
            found.extend(self.meant_by(id, mail)?.into_iter().map(|item| (matched_by, item)));
            // An answer to our own notice answers what the notice was about.
            if let Some(own) = self.db.own_mail(id)?
                && own.is_for_citizen()
            {
                found.extend(self.db.effects_of(own.id)?.into_iter().map(|(item, _)| (matched_by, item)));
            }
        }
        if found.is_empty()
            && let Some(index) = &mail.thread_index
        {
            let items = self.db.live_by_clue(&thread_index_clue(index))?;
            // It names the conversation, not the mail that was answered: only what had come before.
            let before = items.into_iter().filter(|item| item.received_at <= mail.at);
            found.extend(before.map(|item| (MatchedBy::ThreadIndex, item.id)));
        }
        if found.is_empty() {
            for id in references(&mail.subject, self.now.year()) {
                if let Some(row) = self.db.message(id)?
                    && self.reaches(mail, &row)
                {
                    found.push((MatchedBy::Reference, id));
                }
            }
        }
        found.sort_by_key(|(matched_by, item)| (*item, *matched_by));
        found.dedup_by_key(|(_, item)| *item);
        Ok(found)
    }

    /// Items of a Message-ID that a mail names. Of a sender who uses one id for everything: what had come before the mail,
    /// and of that, what has its subject; if nothing has, it is not known which (a person is asked). The only one that is known may be younger than the mail, if
    /// it has its subject (a migrated mailbox has new times); else the mail answered another that was never seen.
    fn meant_by(&self, id: &str, mail: &SentMail) -> Result<Vec<ItemId>, StoreError> {
        let items = self.items_of_this_mailbox(id)?;
        let subject = normalised_subject(&mail.subject);
        if let [only] = items[..] {
            // Of an item that is set aside nothing can be compared.
            let Some(row) = self.db.message(only)? else { return Ok(items) };
            let meant = row.received_at <= mail.at || normalised_subject(&row.subject) == subject;
            return Ok(if meant { items } else { Vec::new() });
        }
        let mut alike = Vec::new();
        for item in items {
            let Some(row) = self.db.message(item)? else { continue };
            if row.received_at <= mail.at && normalised_subject(&row.subject) == subject {
                alike.push(item);
            }
        }
        Ok(alike)
    }

    fn answer(&self, mail: &SentMail, matched_by: MatchedBy) -> Fact {
        Fact::Answered { at: mail.at, answered_by: self.who(mail), evidence: evidence_of(mail, matched_by) }
    }

    fn answered(&self, item: &mut Item, mail: &SentMail, matched_by: MatchedBy) -> Result<(), StoreError> {
        let fact = self.answer(mail, matched_by);
        // One answer later than several questions of the same citizen settles them all; the younger ones first, so that
        // none of them gets a clock of its own in between. Each is read anew: settling one may touch another.
        for other in self.db.live_in_conversation(item.conversation)?.iter().rev() {
            let is_settled_too = other.received_at < mail.at && self.reaches(mail, &self.db.message_of(other.id)?);
            if other.id == item.id || is_settled_too {
                self.settle(&mut self.db.item_of(other.id)?, fact.clone())?;
            }
        }
        *item = self.db.item_of(item.id)?;
        Ok(())
    }

    /// The same of items that are answered already, by what was sent later but read sooner: the first answer is what the
    /// pledge is measured by.
    fn answered_earlier(&self, item: &Item, mail: &SentMail, matched_by: MatchedBy) -> Result<(), StoreError> {
        for mut other in self.db.conversation(item.conversation)? {
            let may = other.may_have_been_answered_at(mail.at) && other.received_at < mail.at;
            if may && (other.id == item.id || self.reaches(mail, &self.db.message_of(other.id)?)) {
                self.settle(&mut other, self.answer(mail, matched_by))?;
            }
        }
        Ok(())
    }

    /// To the citizen's address, later than the question, but pointing at nothing: a person is asked.
    fn probably_answered(&self, mail: &SentMail) -> Result<(), StoreError> {
        for recipient in mail.recipients.iter().filter(|to| !self.board.is_own(to)) {
            for mut item in self.db.live_by_clue(&to_clue(recipient))? {
                if item.state == State::Open && item.mailbox == self.board.name && item.received_at < mail.at {
                    let fact = Fact::ProbablyAnswered {
                        at: mail.at,
                        answered_by: self.who(mail),
                        evidence: evidence_of(mail, MatchedBy::Address),
                    };
                    self.settle(&mut item, fact)?;
                }
            }
        }
        Ok(())
    }

    /// The citizen is not among the recipients: with one colleague among them, that colleague has it from now on.
    fn forwarded(&self, item: &mut Item, mail: &SentMail) -> Result<(), StoreError> {
        let mut colleagues: Vec<&str> = mail
            .recipients
            .iter()
            .filter_map(|to| self.board.staff_at(to))
            .filter(|member| !member.left)
            .map(|member| member.id.as_str())
            .collect();
        colleagues.sort_unstable();
        colleagues.dedup();
        if let [colleague] = colleagues[..]
            && item.handler.as_deref() != Some(colleague)
            && is_latest_word(item, mail)
        {
            let fact = Fact::Assigned { to: colleague.to_owned(), how: AssignedBy::Forward };
            let by = self.who(mail).unwrap_or_else(|| SYSTEM.to_owned());
            self.db.happen(item, self.now, &by, fact)?;
            self.db.save_awake(item)?;
        }
        Ok(())
    }

    /// An item is new, and its answer may have been seen before it: Sent can be read a moment later than the inbox.
    pub(super) fn settle_with_known_sent(&self, item: &mut Item, row: &MessageRow) -> Result<(), StoreError> {
        if !self.db.knows_sent()? {
            // A mailbox that is read for the first time: Sent comes last.
            return Ok(());
        }
        let mailbox = &self.board.name;
        let mut pointing = Vec::new();
        if let Some(id) = &row.message_id {
            for mail in self.db.sent_by_clue(mailbox, &id_clue(id))? {
                if self.meant_by(id, &mail)?.contains(&item.id) {
                    pointing.push(mail);
                }
            }
        }
        if pointing.is_empty()
            && let Some(index) = &row.more.thread_index
        {
            let later = self.db.sent_by_clue(mailbox, &thread_index_clue(index))?;
            pointing.extend(later.into_iter().filter(|mail| mail.at >= item.received_at));
        }
        pointing.sort_by_key(|mail| mail.at);
        for mail in pointing {
            let matched_by = match &row.message_id {
                Some(id) if mail.in_reply_to.contains(id) => MatchedBy::InReplyTo,
                Some(id) if mail.references.contains(id) => MatchedBy::References,
                _ => MatchedBy::ThreadIndex,
            };
            if !item.state.is_live() {
                break;
            }
            if self.reaches(&mail, row) {
                self.answered(item, &mail, matched_by)?;
                self.is_only_a_copy(&mail, item.conversation)?;
            } else {
                self.forwarded(item, &mail)?;
            }
        }
        if item.state == State::Open {
            self.settle_with_later_mail(item, row)?;
        }
        Ok(())
    }

    /// An answer's copy in the inbox was read before what it answers, and taken for a message.
    fn is_only_a_copy(&self, mail: &SentMail, conversation: ItemId) -> Result<(), StoreError> {
        let Some(id) = mail.message_id.as_deref().filter(|_| mail.copy) else { return Ok(()) };
        for copy in self.items_of_this_mailbox(id)? {
            let from_there = self.db.message(copy)?.is_some_and(|row| row.sender == mail.from);
            let live = self.db.item(copy)?.filter(|item| from_there && item.state.is_live());
            if let Some(mut item) = live {
                self.settle(&mut item, Fact::Excluded { reason: Reason::CopyOfAnswer { conversation } })?;
            }
        }
        Ok(())
    }

    fn settle_with_later_mail(&self, item: &mut Item, row: &MessageRow) -> Result<(), StoreError> {
        for address in row.citizen_addresses().filter(|address| !self.board.is_own(address)) {
            for mail in self.db.sent_by_clue(&self.board.name, &to_clue(address))? {
                let points_elsewhere = !self.pointed_at(&mail)?.is_empty();
                if mail.at > item.received_at && !points_elsewhere && item.state == State::Open {
                    let fact = Fact::ProbablyAnswered {
                        at: mail.at,
                        answered_by: self.who(&mail),
                        evidence: evidence_of(&mail, MatchedBy::Address),
                    };
                    self.settle(item, fact)?;
                }
            }
        }
        Ok(())
    }

    /// Appends a settling event and lets the younger questions that waited behind the item go on without it.
    pub(super) fn settle(&self, item: &mut Item, fact: Fact) -> Result<(), StoreError> {
        self.board.settle(self.db, item, self.now, SYSTEM, fact)
    }

    /// One of the citizen's addresses is among the recipients. What was sent as the mailbox itself (a form, a note, a
    /// scan) has its writer in Reply-To, if anywhere: a copy to ourselves answers nobody.
    fn reaches(&self, mail: &SentMail, row: &MessageRow) -> bool {
        let mut addresses = row.citizen_addresses().filter(|address| !self.board.is_own(address));
        addresses.any(|address| mail.recipients.iter().any(|to| to == address))
    }

    /// Who sent it: the staff id when the address is known, else the address of the mailbox it was sent from.
    fn who(&self, mail: &SentMail) -> Option<String> {
        let from = mail.from.as_deref()?;
        match self.board.staff_at(from) {
            Some(member) => Some(member.id.clone()),
            None => self.board.is_own(from).then(|| from.to_owned()),
        }
    }
}

/// Whether a forward comes after whatever else people said of who has the item. A move has no time but the one at which
/// it was seen.
fn is_latest_word(item: &Item, forward: &SentMail) -> bool {
    match item.assigned_by {
        Some(AssignedBy::Cli | AssignedBy::Command) => item.assigned_at.is_some_and(|at| forward.at > at),
        Some(AssignedBy::Folder) => item.assigned_at.is_none_or(|at| forward.at > at),
        _ => true,
    }
}

/// A mail that left: it has a date and somebody to go to. A draft stored in Sent has not.
fn is_really_sent(message: &Message) -> bool {
    message.date.is_some() && message.recipients().next().is_some()
}

fn evidence_of(mail: &SentMail, matched_by: MatchedBy) -> Evidence {
    Evidence {
        kind: if mail.copy { EvidenceKind::Copy } else { EvidenceKind::Sent },
        folder: Some(mail.folder.clone()),
        message_id: mail.message_id.clone(),
        matched_by: Some(matched_by),
    }
}

pub(super) fn clues_of_sent(mail: &SentMail) -> Vec<String> {
    let ids = mail.in_reply_to.iter().chain(&mail.references).map(|id| id_clue(id));
    let recipients = mail.recipients.iter().map(|to| to_clue(to));
    let index = mail.thread_index.iter().map(|index| thread_index_clue(index));
    let mut clues: Vec<String> = ids.chain(recipients).chain(index).collect();
    clues.sort();
    clues.dedup();
    clues
}
