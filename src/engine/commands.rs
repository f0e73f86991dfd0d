//! Commands by mail: a member of staff answers one of our mails with `KLAR TELEFON`.
//!
//! A mail of ours is known by its Message-ID, which cannot be guessed: a reply that names it has
//! the token of the thread. The reply counts when its sender is the one whom the mail went to or is
//! above them, and as far as that sender is believed ([`super::replies`]). Then its first words are
//! read, and only then. What they order is done in the transaction that logs the reply, so it is
//! done once, wherever and however often the reply is seen. One mail tells the writer the result. A
//! command that may be forged is not done: one mail asks the member of staff whom it claims, and
//! the answer acts.
//!
//! No person is nagged and no machine is answered for ever: a reply without a command gets one mail
//! a day at most, and none when it says the same as the one before; refusals and confirmations have
//! a limit a day, and a mail of an absence rule or another machine is not a command.

use super::arrived::Arrived;
use super::batch::Intake;
use super::became;
use super::obeying::Reply;
use super::replies::StaffReply;
use super::together::{Confirmed, TOGETHER};
use super::told::Told;
use super::writing::Writer;
use crate::domain::board::Board;
use crate::domain::classify::{Class, Context, classify};
use crate::domain::command::{self, Order, Unclear};
use crate::domain::gate::Gate;
use crate::domain::identify::mid_key;
use crate::domain::item::ItemId;
use crate::domain::message::Message;
use crate::domain::obeying::Act;
use crate::domain::reader::Reader;
use crate::domain::staff::Member;
use crate::mail::texts::confirmation::Why;
use crate::store::StoreError;
use crate::store::confirmations::Answer;
use crate::store::outbox::NewMail;
use chrono::{DateTime, NaiveTime, Utc};
use std::collections::BTreeSet;

/// Confirmations to one person a day; more commands are done without one.
const MAX_TOLD: u32 = 100;

/// Refusals to one person a day.
const MAX_REFUSED: u32 = 20;

/// Mails a day that ask one person whether they wrote a reply.
const MAX_ASKED: u32 = 20;

/// Mails a day to one person that a reply held no command.
const MAX_WORDS_TOLD: u32 = 1;

/// A mail that a person wrote: no absence rule, nor another machine.
pub(super) fn is_a_persons(board: &Board, message: &Message) -> bool {
    let own = board.own_addresses();
    let verdict = classify(
        message,
        &Context {
            own: &own,
            ..Context::default()
        },
    );
    matches!(verdict.class, Class::Correspondence | Class::Group)
}

impl Intake<'_> {
    /// Does what a reply of staff orders, and answers its writer. `at` is when the reply was
    /// written, by its server's time.
    pub(super) fn obey(&self, arrived: &Arrived, at: DateTime<Utc>) -> Result<(), StoreError> {
        let Some(reply) = self.reply_to_act_on(&arrived.message)? else {
            return Ok(());
        };
        self.proves_arrival(&reply, at)?;
        let before = self.db.last_line()?;
        let Some(told) = self.carried_out(&reply, arrived, at)? else {
            return Ok(());
        };
        let member = reply.member;
        let says = (reply.act == Act::Ask).then_some(Answer::Asked);
        if says.is_none() && told.is_nothing() && self.is_said_again(arrived, member)? {
            return Ok(());
        }
        self.confirm(arrived, member, (&reply.about, before), told, says)
    }

    /// The reply of a member of staff that a message is, where this is the first mailbox to read it.
    fn reply_to_act_on(&self, message: &Message) -> Result<Option<StaffReply<'_>>, StoreError> {
        let reply = self
            .board
            .staff_reply(self.db, self.folder, message, self.now)?;
        let Some(mut reply) = reply.filter(|_| is_a_persons(self.board, message)) else {
            return Ok(None);
        };
        if self.is_read_elsewhere(message)? {
            return Ok(None);
        }
        if reply.act == Act::Obey && self.needs_a_voucher(&reply) {
            reply.act = Act::Ask;
        }
        Ok(Some(reply))
    }

    /// Its reader has the mail that a reply answers: one in doubt was accepted, and leaves no second
    /// time.
    fn proves_arrival(&self, reply: &StaffReply<'_>, at: DateTime<Utc>) -> Result<(), StoreError> {
        match &reply.mail {
            Some(mail) if reply.act == Act::Obey => became::seen(self.db, mail, at),
            _ => Ok(()),
        }
    }

    /// The outcome of a reply; `None`: it is no command, and gets no answer.
    fn carried_out(
        &self,
        reply: &StaffReply<'_>,
        arrived: &Arrived,
        at: DateTime<Utc>,
    ) -> Result<Option<Told>, StoreError> {
        let subject = &arrived.message.subject;
        let words = arrived.words.as_deref();
        let orders = || words.map_or_else(Vec::new, |words| self.orders(subject, words, at));
        let mut told = Told::default();
        match reply.act {
            Act::Ask => told.refuse(None, Why::NotTied),
            // What could not be read may have been a command: its writer must not believe that it
            // was obeyed.
            Act::Obey if arrived.words.is_none() => told.refuse(None, Why::Unreadable),
            Act::Refuse if orders().is_empty() => return Ok(None),
            Act::Refuse => told.refuse(None, Why::NoRight),
            Act::Obey => {
                let reply = Reply {
                    intake: self,
                    arrived,
                    member: reply.member,
                    at: reply.written_at(at),
                    mail: reply.mail.as_ref(),
                    about: &reply.about,
                };
                reply.carry_out_all(orders(), &mut told)?;
            }
        }
        Ok(Some(told))
    }

    /// Whether a reply without a command says what the writer's last such reply said: a machine
    /// does that, and a person already knows which commands there are.
    fn is_said_again(&self, arrived: &Arrived, member: &Member) -> Result<bool, StoreError> {
        let words = format!(
            "{:016x}",
            mid_key(arrived.words.as_deref().unwrap_or_default())
        );
        let key = format!("words.{}.{}", self.board.name, member.id);
        let again = self.db.meta(&key)?.as_ref() == Some(&words);
        self.db.set_meta(&key, &words)?;
        Ok(again)
    }

    /// The commands of a reply that arrived at `at`: a day without a year, or yesterday, depends on
    /// it.
    pub(super) fn orders(
        &self,
        subject: &str,
        words: &str,
        at: DateTime<Utc>,
    ) -> Vec<Result<Order, Unclear>> {
        command::read_mail(subject, words, self.board.calendar.local_date(at))
    }

    /// Tells the writer of a reply the result. `before`: the last line of the log before it was
    /// carried out. `says`: the text of the mail, if it is not the result.
    fn confirm(
        &self,
        arrived: &Arrived,
        member: &Member,
        (about, before): (&[ItemId], i64),
        told: Told,
        says: Option<Answer>,
    ) -> Result<(), StoreError> {
        let answer = says.unwrap_or_else(|| told.answer());
        let joins = matches!(answer, Answer::Done | Answer::Refused) && told.may_join();
        let waits = self.that_waits(member, joins)?;
        if waits.is_none() && self.has_had_most(member, answer)? {
            return Ok(());
        }
        let this = self.confirmed(about, before, told)?;
        let (row, all) = match waits {
            Some((row, earlier)) => (Some(row), earlier.with(this)),
            None => (None, this),
        };
        let Some(mail) = self.confirmation(arrived, member, &all)? else {
            return Ok(());
        };
        self.answer_with(&mail, (row, joins), answer, &all)?;
        if joins {
            let message_id = mail.message_id;
            let kept = Confirmed { message_id, ..all };
            self.together.keep(&member.id, kept);
        }
        Ok(())
    }

    /// The mail that tells the result; `None`: it could not be written.
    fn confirmation(
        &self,
        arrived: &Arrived,
        member: &Member,
        all: &Confirmed,
    ) -> Result<Option<NewMail>, StoreError> {
        let seal = self.db.fresh_seal()?;
        let writer = self.writer_of(&all.mailbox)?;
        let (reply, told) = (&arrived.message, all.told.clone());
        match writer.confirmation(member, reply, &all.about, told, &seal) {
            Ok(written) => {
                let reader = Reader::Staff(member.id.clone());
                Ok(Some(writer.for_outbox(written, reader, &member.email)))
            }
            // The order is done; a confirmation that fails must not undo it.
            Err(problem) => {
                let line = format!("no confirmation: {}", problem.text);
                self.db.note(self.now, super::SYSTEM, &line)?;
                Ok(None)
            }
        }
    }

    /// What a reply came to: about each item once, those that changed first.
    fn confirmed(
        &self,
        about: &[ItemId],
        before: i64,
        told: Told,
    ) -> Result<Confirmed, StoreError> {
        let mut about: Vec<ItemId> = told.shown().chain(about.iter().copied()).collect();
        let mut seen = BTreeSet::new();
        about.retain(|id| seen.insert(*id));
        Ok(Confirmed {
            mailbox: self.board.name.clone(),
            message_id: String::new(),
            told,
            about,
            lines: vec![(before, self.db.last_line()?)],
        })
    }

    fn has_had_most(&self, member: &Member, answer: Answer) -> Result<bool, StoreError> {
        let reader = Reader::Staff(member.id.clone());
        let calendar = &self.board.calendar;
        let midnight = calendar.instant(calendar.local_date(self.now), NaiveTime::MIN);
        Ok(self.db.confirmations(&reader, answer, midnight)? >= most_a_day(answer))
    }

    /// The mail goes into the outbox, or in the place of the one that waits there in a `row`.
    fn answer_with(
        &self,
        mail: &NewMail,
        (row, joins): (Option<i64>, bool),
        answer: Answer,
        all: &Confirmed,
    ) -> Result<(), StoreError> {
        let Confirmed {
            told, about, lines, ..
        } = all;
        if let Some(row) = row {
            let says = told.answer();
            return self.db.rewrite_confirmation(row, mail, about, says, lines);
        }
        let leaves_at = if joins {
            self.room_for(mail)?
        } else {
            self.now
        };
        self.db
            .enqueue_confirmation(mail, about, answer, lines, leaves_at)
    }

    fn writer_of(&self, mailbox: &str) -> Result<Writer<'_>, StoreError> {
        Ok(Writer {
            board: super::board_in(self.municipality, mailbox)?,
            texts: self.texts,
            now: self.now,
            gate: Gate::Open,
        })
    }

    /// The confirmation to a person that has not left yet, if one `joins` it: its row in the
    /// outbox, and what it tells.
    fn that_waits(
        &self,
        member: &Member,
        joins: bool,
    ) -> Result<Option<(i64, Confirmed)>, StoreError> {
        let newest = self.together.newest(&member.id);
        let Some(newest) = newest.filter(|_| joins) else {
            return Ok(None);
        };
        let Some(board) = self.municipality.board(&newest.mailbox) else {
            return Ok(None);
        };
        if !board.organisation.is_same_unit(&self.board.organisation) {
            return Ok(None);
        }
        let row = self.db.untried(&newest.message_id)?;
        Ok(row.map(|row| (row, newest)))
    }

    /// When a confirmation leaves: with all that its reader is told in the [`TOGETHER`] from now
    /// on, and so long after the one before. One of a single run does not wait for more, nor does
    /// one that would have to wait for the morning.
    fn room_for(&self, mail: &NewMail) -> Result<DateTime<Utc>, StoreError> {
        let together = self.now + TOGETHER;
        let alone = self.db.last_confirmation(&mail.reader, self.now)?;
        let alone = alone.map_or(self.now, |last| self.now.max(last + TOGETHER));
        let calendar = &self.board.calendar;
        let is_in_hours = |at| calendar.staff_mail_at(at) == at;
        let is_last = alone == self.now && is_in_hours(self.now) && !is_in_hours(together);
        if self.together.at_once || is_last {
            return Ok(alone);
        }
        Ok(together.max(alone))
    }
}

fn most_a_day(answer: Answer) -> u32 {
    match answer {
        Answer::Done => MAX_TOLD,
        Answer::Refused => MAX_REFUSED,
        Answer::Asked | Answer::AskedOfAll => MAX_ASKED,
        Answer::Words => MAX_WORDS_TOLD,
    }
}
