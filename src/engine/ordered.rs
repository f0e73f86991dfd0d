//! The facts of one order about one item, in the words of the domain.

use super::obeying::Reply;
use super::refused::Stop;
use crate::domain::command::Verb;
use crate::domain::effect::Kind;
use crate::domain::event::{AssignedBy, Effect, Evidence, EvidenceKind, Fact, MatchedBy};
use crate::domain::how::How;
use crate::domain::item::{Item, ItemId};
use crate::domain::message::Message;
use crate::domain::orders::{self, Closing};
use crate::domain::undo::{Undo, last_command};
use crate::mail::texts::confirmation::Why;
use crate::mail::texts::foreign;
use crate::store::StoreError;
use crate::store::confirmations::Answer;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use std::collections::BTreeSet;
use std::ops::Range;

impl Reply<'_> {
    /// What the order does to the item, or why it does nothing. One row for each verb in one table:
    /// parted by topic, a new verb could be forgotten.
    pub(super) fn facts(&self, item: &Item, verb: &Verb) -> Result<Vec<Fact>, Stop> {
        let (board, now) = (self.board_of(item)?, self.read_at());
        let facts = match verb {
            Verb::Done { how, on, note } => return self.closing(item, *how, *on, note.as_deref()),
            Verb::NoAnswer { reason } => orders::exclude(item, &foreign::one_line(reason)),
            Verb::TakeOver { whom } => {
                let to = self.person(board, whom.as_deref()).map_err(Stop::Why)?;
                orders::assign(board, item, &to, AssignedBy::Command)
            }
            Verb::Stamp { day } => orders::stamp(board, item, *day),
            Verb::Reopen => orders::reopen(board, item),
            Verb::DoneBy { date, reason } => {
                let reason = reason.as_deref().map(foreign::one_line);
                orders::promise(board, item, *date, reason, now)
            }
            Verb::Undo => return self.undoing(item),
            Verb::Yes => orders::confirm(item, self.evidence(), now),
            Verb::No => orders::deny(board, item),
            Verb::Question => orders::question(board, item),
            Verb::NoNotice { reason } => {
                orders::no_notice(item, reason.as_deref().map(foreign::one_line))
            }
            Verb::Posted { on } => orders::posted(board, item, *on, self.at),
            Verb::Returns { date } => return self.returning(item, *date),
            Verb::Notify { to } => {
                let row = self.intake.db.message_of(item.id)?;
                orders::notify(board, item, &row, to.as_deref(), now)
            }
            Verb::Sender { .. } => orders::sender(board, item),
            Verb::Records => orders::records(board, item),
            Verb::Remind => orders::urge(board, item, Some(&self.member.id), now),
            Verb::Note { text } => orders::remark(item, foreign::one_line(text)),
            // They are about people, are answered by showing something, or make items of their own.
            Verb::Away { .. }
            | Verb::Back { .. }
            | Verb::List
            | Verb::Show
            | Verb::Letters { .. } => {
                return Err(Stop::Why(Why::NoItem));
            }
        };
        facts.map_err(|refusal| self.stop(item, refusal))
    }

    /// It was answered in some way, perhaps on another day.
    fn closing(
        &self,
        item: &Item,
        how: How,
        on: Option<NaiveDate>,
        note: Option<&str>,
    ) -> Result<Vec<Fact>, Stop> {
        let closing = Closing {
            how,
            at: self.done_at(item, on)?,
            note: note.map(foreign::one_line),
            evidence: self.evidence(),
            self_reported: on.is_some(),
        };
        let closed = orders::close(self.board_of(item)?, item, closing, self.intake.latest);
        closed.map_err(|refusal| self.stop(item, refusal))
    }

    /// The mail of the last day only says who comes back.
    fn returning(&self, item: &Item, date: Option<NaiveDate>) -> Result<Vec<Fact>, Stop> {
        let waits = self.intake.db.waiting_by(item.id, Effect::Notice)?;
        let board = self.board_of(item)?;
        let facts = orders::returns(board, item, date, waits.is_some(), self.at);
        facts.map_err(|refusal| self.stop(item, refusal))
    }

    /// When it was done: when the reply arrived, or on a day that is given: its end, as late as it
    /// can have been.
    fn done_at(&self, item: &Item, on: Option<NaiveDate>) -> Result<DateTime<Utc>, Stop> {
        let Some(day) = on else {
            return Ok(self.at.max(item.received_at).min(self.intake.latest));
        };
        let calendar = &self.intake.board.calendar;
        let (today, arrived) = (
            calendar.local_date(self.at),
            calendar.local_date(item.received_at),
        );
        if day > today {
            return Err(Stop::Why(Why::InFuture { date: day }));
        }
        if day < arrived {
            return Err(Stop::Why(Why::BeforeArrival { date: day, arrived }));
        }
        let last = calendar.closes(day) - Duration::seconds(1);
        let last = if day == today {
            last.min(self.at)
        } else {
            last
        };
        Ok(if day == arrived {
            last.max(item.received_at)
        } else {
            last
        })
    }

    /// The items of the mail with a command that can be taken back.
    pub(super) fn commanded(&self) -> Result<Vec<ItemId>, StoreError> {
        let mut commanded = Vec::new();
        for id in self.about {
            if self.to_undo(*id)?.is_some() {
                commanded.push(*id);
            }
        }
        Ok(commanded)
    }

    /// How the last command on an item is taken back; in answer to a confirmation, the one that it
    /// confirms.
    pub(super) fn to_undo(&self, id: ItemId) -> Result<Option<Undo>, StoreError> {
        let db = self.intake.db;
        // A mail that only says why nothing was done confirms nothing that could be meant.
        let only = match self.mail.filter(|mail| mail.kind == Kind::Confirmation) {
            Some(mail) if !db.says(mail.id, Answer::Refused)? => {
                Some(db.confirmed_of(mail.id, id)?)
            }
            _ => None,
        };
        let mut later = BTreeSet::new();
        for (place, (line, at, _)) in db.lines_of(id)?.into_iter().enumerate() {
            if at > self.at && self.is_before(line)? {
                later.insert(place);
            }
        }
        let may_be_meant = |place: usize| {
            let is_confirmed =
                |only: &Vec<Range<usize>>| only.iter().any(|run| run.contains(&place));
            only.as_ref().is_none_or(is_confirmed) && !later.contains(&place)
        };
        Ok(last_command(&db.history(id)?, may_be_meant))
    }

    /// Whether this reply was written before the one that caused a line of the log, which was read
    /// first, in another folder or mailbox.
    pub(super) fn is_before(&self, line: i64) -> Result<bool, StoreError> {
        let reply = self.intake.db.reply_of(line)?;
        Ok(reply.is_some_and(|reply| self.at < reply.written_at()))
    }

    fn undoing(&self, item: &Item) -> Result<Vec<Fact>, Stop> {
        let undo = self
            .to_undo(item.id)?
            .ok_or(Stop::Why(Why::NothingToUndo))?;
        orders::undo(self.board_of(item)?, item, undo).map_err(|refusal| self.stop(item, refusal))
    }

    fn evidence(&self) -> Evidence {
        Evidence {
            kind: EvidenceKind::Command,
            folder: Some(self.intake.folder.name.clone()),
            message_id: self.arrived.message.message_id.clone(),
            matched_by: Some(self.matched_by()),
            verified: None,
        }
    }

    fn matched_by(&self) -> MatchedBy {
        let Message {
            in_reply_to,
            references,
            ..
        } = &self.arrived.message;
        match self.mail.map(|mail| &mail.message_id) {
            None => MatchedBy::Reference,
            Some(id) if references.contains(id) && !in_reply_to.contains(id) => {
                MatchedBy::References
            }
            Some(_) => MatchedBy::InReplyTo,
        }
    }
}
