//! What the commands of a reply do: each order to each item that it is about, and its writer's
//! answer.

use super::arrived::Arrived;
use super::batch::Intake;
use super::people::Kept;
use super::told::Told;
use crate::domain::board::Board;
use crate::domain::command::{Order, Targets, Unclear, Verb};
use crate::domain::event::{AssignedBy, Evidence, EvidenceKind, Fact, MatchedBy};
use crate::domain::item::{Item, ItemId};
use crate::domain::kind::Kind;
use crate::domain::message::Message;
use crate::domain::orders::{self, Closing, Refusal};
use crate::domain::promise::NoPromise;
use crate::domain::staff::Member;
use crate::domain::undo::{Undo, last_command};
use crate::mail::texts::confirmation::{Change, Deed, Why};
use crate::mail::texts::words;
use crate::store::StoreError;
use crate::store::confirmations::Answer;
use crate::store::outbox::OutboxRow;
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// Histories that one mail shows.
const MAX_HISTORIES: usize = 5;

/// Items that `ALLA` is about without being asked back.
pub const MAX_ALL: usize = 5;

/// One reply, and what its commands may be about.
pub(super) struct Reply<'a> {
    pub intake: &'a Intake<'a>,
    pub arrived: &'a Arrived,
    pub member: &'a Member,
    pub at: DateTime<Utc>,
    /// The mail of ours that it answers, if the register knows it.
    pub mail: Option<&'a OutboxRow>,
    pub about: &'a [ItemId],
}

impl Reply<'_> {
    pub fn carry_out(&self, order: &Order, told: &mut Told) -> Result<(), StoreError> {
        if order.verb == Verb::List {
            told.list = Some(self.list()?);
            return Ok(());
        }
        let presence = match &order.verb {
            Verb::Away { whom, from, until } => Some(self.away(whom.as_deref(), *from, *until)?),
            Verb::Back { whom } => Some(self.back(whom.as_deref())?),
            _ => None,
        };
        match presence {
            None => {}
            Some(Ok(presence)) => {
                told.presences.push(presence);
                return Ok(());
            }
            Some(Err(why)) => {
                told.refuse(None, why);
                return Ok(());
            }
        }
        let undoes = order.verb == Verb::Undo;
        // Of a mail about several items the deeds are taken back, without being named when it was
        // one thing.
        let meant = if undoes {
            self.commanded()?
        } else {
            self.about.to_vec()
        };
        let items = match (&order.targets, &meant[..]) {
            (Targets::These(named), _) => named.clone(),
            (_, []) => {
                told.refuse(
                    None,
                    if undoes {
                        Why::NothingToUndo
                    } else {
                        Why::NoItem
                    },
                );
                return Ok(());
            }
            (Targets::TheOne, [only]) => vec![*only],
            (Targets::TheOne, _) => {
                told.refuse(None, Why::SeveralItems);
                return Ok(());
            }
            (Targets::All, all) if self.asks_back(&order.verb, all)? => {
                told.refuse(None, Why::AllMeant { count: all.len() });
                return Ok(());
            }
            (Targets::All, all) => all.to_vec(),
        };
        if order.verb == Verb::Show {
            return self.show(&items, told);
        }
        for id in items {
            if !self.about.contains(&id) {
                told.refuse(Some(id), Why::NotInMail);
                continue;
            }
            let Some(mut item) = self.intake.db.item(id)? else {
                told.refuse(Some(id), Why::SetAside);
                continue;
            };
            match self.deed(&mut item, &order.verb)? {
                Ok((deed, undoable)) => told.changes.push(self.change(&item, deed, undoable)),
                Err(why) => told.refuse(Some(id), why),
            }
        }
        Ok(())
    }

    /// Whether it is asked first if every one is meant: of more than a handful, unless the reply
    /// answers that question, or changes nothing that lasts. The list of messages that are most
    /// likely no question is there to be confirmed as a whole.
    fn asks_back(&self, verb: &Verb, all: &[ItemId]) -> Result<bool, StoreError> {
        if matches!(
            verb,
            Verb::Undo | Verb::Show | Verb::Remind | Verb::Note { .. }
        ) {
            return Ok(false);
        }
        if let Some(mail) = self.mail
            && self.intake.db.says(mail.id, Answer::AskedOfAll)?
        {
            return Ok(false);
        }
        let mut count = 0;
        for id in all {
            let is_presumed = *verb == Verb::Yes
                && self
                    .intake
                    .db
                    .item(*id)?
                    .is_some_and(|item| item.is_presumed());
            count += usize::from(!is_presumed);
        }
        Ok(count > MAX_ALL)
    }

    /// Any item may be asked about; whether it is shown is another matter.
    fn show(&self, items: &[ItemId], told: &mut Told) -> Result<(), StoreError> {
        for id in items {
            if told.histories.len() == MAX_HISTORIES {
                told.refuse(None, Why::Unclear(Unclear::TooMany));
                break;
            }
            match self.history(*id)? {
                Ok(history) => told.histories.push(history),
                Err(why) => told.refuse(Some(*id), why),
            }
        }
        Ok(())
    }

    /// Does it to one item. The deed, and whether `ÅNGRA` takes it back.
    fn deed(&self, item: &mut Item, verb: &Verb) -> Result<Result<(Deed, bool), Why>, StoreError> {
        let facts = match self.facts(item, verb) {
            Ok(facts) => facts,
            Err(Stop::Why(why)) => return Ok(Err(why)),
            Err(Stop::Store(error)) => return Err(error),
        };
        let Intake { db, now, .. } = self.intake;
        let board = self.board_of(item)?;
        let kept = match verb {
            Verb::Notify { to } => Kept {
                notify_at: to.clone(),
                told_sender: None,
            },
            Verb::Sender { text } => Kept {
                notify_at: None,
                told_sender: Some(words::one_line(text)),
            },
            _ => Kept {
                notify_at: None,
                told_sender: None,
            },
        };
        kept.keep(db, item.id)?;
        board.carry_out(db, item, facts.clone(), &self.member.id, *now)?;
        let prepared = self.deed_of(board, item, verb)?;
        let undoes = *verb == Verb::Undo;
        let last = facts.iter().find(|fact| !matches!(fact, Fact::Uncovered));
        let done = last.and_then(|fact| self.told(board, item, fact, verb).or(prepared));
        let undoable = !undoes
            && matches!(
                verb,
                Verb::Done { .. }
                    | Verb::NoAnswer { .. }
                    | Verb::TakeOver { .. }
                    | Verb::Stamp { .. }
                    | Verb::DoneBy { .. }
                    | Verb::NoNotice { .. }
                    | Verb::Notify { .. }
                    | Verb::Records
                    | Verb::Yes
            );
        Ok(done.map(|deed| (deed, undoable)).ok_or(Why::NothingToUndo))
    }

    fn facts(&self, item: &Item, verb: &Verb) -> Result<Vec<Fact>, Stop> {
        let Intake { now, .. } = self.intake;
        let board = self.board_of(item)?;
        Ok(match verb {
            Verb::Done { how, on, note } => {
                let at = self.done_at(item, *on)?;
                let closing = Closing {
                    how: *how,
                    at,
                    note: note.as_deref().map(words::one_line),
                    evidence: self.evidence(),
                    self_reported: on.is_some(),
                };
                orders::close(board, item, closing, *now)
                    .map_err(|refusal| self.why(item, refusal))?
            }
            Verb::NoAnswer { reason } => orders::exclude(item, &words::one_line(reason))
                .map_err(|refusal| self.why(item, refusal))?,
            Verb::TakeOver { whom } => {
                let to = self.person(board, whom.as_deref()).map_err(Stop::Why)?;
                orders::assign(board, item, &to, AssignedBy::Command)
                    .map_err(|refusal| self.why(item, refusal))?
            }
            Verb::Stamp { day } => {
                orders::stamp(board, item, *day).map_err(|refusal| self.why(item, refusal))?
            }
            Verb::Reopen => {
                orders::reopen(board, item).map_err(|refusal| self.why(item, refusal))?
            }
            Verb::DoneBy { date, reason } => {
                let reason = reason.as_deref().map(words::one_line);
                orders::promise(board, item, *date, reason, *now)
                    .map_err(|refusal| self.why(item, refusal))?
            }
            Verb::Undo => self.undoing(item)?,
            Verb::Yes => orders::confirm(item, self.evidence(), *now)
                .map_err(|refusal| self.why(item, refusal))?,
            Verb::No => orders::deny(board, item).map_err(|refusal| self.why(item, refusal))?,
            Verb::Question => {
                orders::question(board, item).map_err(|refusal| self.why(item, refusal))?
            }
            Verb::NoNotice { reason } => {
                orders::no_notice(item, reason.as_deref().map(words::one_line))
                    .map_err(|refusal| self.why(item, refusal))?
            }
            Verb::Posted { on } => orders::posted(board, item, *on, self.at)
                .map_err(|refusal| self.why(item, refusal))?,
            Verb::Returns { date } => orders::returns(board, item, *date, self.at)
                .map_err(|refusal| self.why(item, refusal))?,
            Verb::Notify { to } => {
                let row = self.intake.db.message_of(item.id)?;
                orders::notify(board, item, &row, to.as_deref(), *now)
                    .map_err(|refusal| self.why(item, refusal))?
            }
            Verb::Sender { .. } => {
                orders::sender(board, item).map_err(|refusal| self.why(item, refusal))?
            }
            Verb::Records => {
                orders::records(board, item).map_err(|refusal| self.why(item, refusal))?
            }
            Verb::Remind => orders::urge(board, item, Some(&self.member.id), *now)
                .map_err(|refusal| self.why(item, refusal))?,
            Verb::Note { text } => orders::remark(item, words::one_line(text))
                .map_err(|refusal| self.why(item, refusal))?,
            // They are about people, or are answered by showing something.
            Verb::Away { .. } | Verb::Back { .. } | Verb::List | Verb::Show => {
                return Err(Stop::Why(Why::NoItem));
            }
        })
    }

    /// The mail that is answered may speak of items of other mailboxes too.
    pub(super) fn board_of(&self, item: &Item) -> Result<&Board, StoreError> {
        super::board_in(self.intake.municipality, &item.mailbox).map(|board| &**board)
    }

    /// When it was done: when the reply arrived, or on a day that is given: its end, as late as it
    /// can have been.
    fn done_at(&self, item: &Item, on: Option<NaiveDate>) -> Result<DateTime<Utc>, Stop> {
        let Some(day) = on else {
            return Ok(self.at.max(item.received_at).min(self.intake.now));
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
    fn commanded(&self) -> Result<Vec<ItemId>, StoreError> {
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
    fn to_undo(&self, id: ItemId) -> Result<Option<Undo>, StoreError> {
        let db = self.intake.db;
        // A mail that only says why nothing was done confirms nothing that could be meant.
        let only = match self.mail.filter(|mail| mail.kind == Kind::Confirmation) {
            Some(mail) if !db.says(mail.id, Answer::Refused)? => {
                Some(db.confirmed_of(mail.id, id)?)
            }
            _ => None,
        };
        Ok(last_command(&db.history(id)?, only.as_deref()))
    }

    fn undoing(&self, item: &Item) -> Result<Vec<Fact>, Stop> {
        let undo = self
            .to_undo(item.id)?
            .ok_or(Stop::Why(Why::NothingToUndo))?;
        orders::undo(self.board_of(item)?, item, undo).map_err(|refusal| self.why(item, refusal))
    }

    /// Who is to take over: the writer, or whom the command names.
    pub(super) fn person(&self, board: &Board, whom: Option<&str>) -> Result<String, Why> {
        let Some(whom) = whom else {
            return Ok(self.member.id.clone());
        };
        let serves = |member: &&Member| board.serves(&member.id);
        if let Some(member) = board.staff.named(whom).filter(serves) {
            return Ok(member.id.clone());
        }
        let known = board
            .staff
            .members
            .values()
            .filter(serves)
            .filter(|member| !member.left);
        let known = known
            .map(|member| format!("{} ({})", member.name, member.id))
            .collect();
        Err(Why::UnknownPerson {
            whom: words::clip(whom, 60),
            known,
        })
    }

    fn why(&self, item: &Item, refusal: Refusal) -> Stop {
        let calendar = &self.intake.board.calendar;
        Stop::Why(match refusal {
            Refusal::InFuture(at) => Why::InFuture {
                date: calendar.local_date(at),
            },
            Refusal::BeforeArrival(at) => Why::BeforeArrival {
                date: calendar.local_date(at),
                arrived: calendar.local_date(item.received_at),
            },
            Refusal::HasLeft(id) => Why::HasLeft {
                name: self.name_of(&id),
            },
            Refusal::NoSuchStaff(whom, _) => Why::UnknownPerson {
                whom,
                known: Vec::new(),
            },
            Refusal::NotALetter(_) => Why::NotALetter,
            Refusal::StampAfterScan { day, scanned } => Why::StampAfterScan { day, scanned },
            Refusal::StampTooOld(day) => Why::StampTooOld { day },
            Refusal::PromiseTold(date) => Why::PromiseTold { date },
            Refusal::NoticeLeft { at, .. } => Why::NoticeLeft {
                date: calendar.local_date(at),
            },
            Refusal::NoticeBarred(_) => Why::NoticeBarred,
            Refusal::NotHeld { at, .. } => Why::NotHeld {
                at: calendar.local(at),
            },
            Refusal::InJunk(_) => Why::InJunk,
            Refusal::SpokenFor { by, .. } => Why::SpokenFor { by: by.to_string() },
            Refusal::IsALetter(_) => Why::IsALetter,
            Refusal::AddressNeeded(_) => Why::AddressNeeded,
            Refusal::NoAddress(address) => Why::NoAddress { address },
            Refusal::NoNotice(_) => Why::NoNotice,
            Refusal::ReasonNeeded(_) => Why::ReasonNeeded,
            Refusal::SenderKnown(_) => Why::SenderKnown,
            Refusal::NoRecords => Why::NoRecords,
            Refusal::IsRecords(_) => Why::IsRecords,
            Refusal::NobodyThere(_) => Why::NobodyThere,
            Refusal::OwnItem(_) => Why::OwnItem,
            Refusal::NotBelow(_) => Why::NotBelow,
            Refusal::UrgedAlready { .. } => Why::UrgedAlready,
            Refusal::NothingToPost(_) => Why::NothingToPost,
            Refusal::NotPostedThen { day, made } => Why::NotPostedThen { day, made },
            Refusal::NeedsNote { .. } => Why::NoteMissing,
            // No mail sets a start; if one did, the item's state would be the answer.
            Refusal::WrongState { .. } | Refusal::NoStart { .. } | Refusal::NoSuchStart { .. } => {
                Why::WrongState { state: item.state }
            }
            Refusal::NoSuchItem(_) => Why::SetAside,
            Refusal::Erased { .. } => Why::Erased,
            Refusal::Absence(_) => Why::NoAbsence,
            Refusal::Promise(no) => match no {
                NoPromise::Past(date) => Why::PromisePast { date },
                NoPromise::TooFar { last, .. } => Why::PromiseTooFar { last },
                NoPromise::Stands { date, .. } => Why::PromiseStands { date },
                NoPromise::NoReason { date, .. } => Why::PromiseReason { date },
                NoPromise::TooOften(_) => Why::PromiseTooOften,
            },
        })
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

    pub(super) fn name_of(&self, id: &str) -> String {
        self.intake
            .board
            .staff
            .get(id)
            .map_or_else(|| id.to_owned(), |member| member.name.clone())
    }

    fn change(&self, item: &Item, deed: Deed, undoable: bool) -> Change {
        let today = self.intake.board.calendar.local_date(self.intake.now);
        let due = item
            .running_promise()
            .or(item.due.as_ref().map(|due| due.date))
            .filter(|_| item.state.is_live());
        Change {
            reference: item.id.to_string(),
            deed,
            due,
            late: due.is_some_and(|due| due < today),
            undoable,
        }
    }
}

/// Why a command stops: for a reason that its writer gets, or because the register fails.
enum Stop {
    Why(Why),
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
