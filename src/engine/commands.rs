//! Commands by mail: a member of staff answers one of our mails with `KLAR TELEFON`.
//!
//! A mail of ours is known by its Message-ID, which nobody can guess: that a reply names it is the token of the thread. The
//! reply counts when its sender is the one whom the mail went to or stands above them, and as far as that sender is
//! believed ([`super::replies`]). Then its first words are read, and only then. What they order is done in the transaction
//! that logs the reply, so it is done once, wherever and however often the reply is seen. One mail tells the writer what
//! was done. What may be forged is not done: one mail asks the member of staff whom it claims, and the answer acts.
//!
//! Nobody is nagged and no machine is answered for ever: a reply without a command gets one mail a day at most, and none
//! when it says the same as the one before; refusals and confirmations have a limit a day, and what an absence rule or another machine sends is no command.

use super::Engine;
use super::intake::{Arrived, Intake};
use super::replies::StaffReply;
use super::writing::Writer;
use crate::domain::board::Board;
use crate::domain::classify::{Class, Context, classify};
use crate::domain::command::{self, Order, Targets, Unclear, Verb};
use crate::domain::event::{AssignedBy, Evidence, EvidenceKind, Fact, How, MatchedBy};
use crate::domain::folders::Watched;
use crate::domain::gate::Gate;
use crate::domain::identify::{identity, is_strong, mid_key};
use crate::domain::item::{Item, ItemId, Outcome};
use crate::domain::kind::Kind;
use crate::domain::message::Message;
use crate::domain::obeying::Act;
use crate::domain::orders::{self, Closing, Refusal};
use crate::domain::promise::NoPromise;
use crate::domain::reader::Reader;
use crate::domain::staff::Member;
use crate::domain::undo::{Undo, last_command};
use crate::mail::texts::confirmation::{Change, Deed, Refused, Why};
use crate::mail::texts::words;
use crate::store::StoreError;
use crate::store::outbox::{Answer, OutboxRow};
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};

/// Confirmations of what was done, to one person a day; more is done and not told.
const MAX_TOLD: u32 = 100;

/// Refusals to one person a day.
const MAX_REFUSED: u32 = 20;

/// Mails a day that ask one person whether they wrote a reply.
const MAX_ASKED: u32 = 20;

/// Mails a day that tell a person that a reply held no command.
const MAX_WORDS_TOLD: u32 = 1;

impl Engine {
    /// Whether a message is a reply whose first words are to be read: to a mail of ours, from staff, new, and no machine's.
    pub fn wants_words(
        &self,
        mailbox: &str,
        folder: &Watched,
        arrived: &Arrived,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let board = self.board(mailbox)?;
        let message = &arrived.message;
        let names_a_mail = !message.in_reply_to.is_empty() || !message.references.is_empty();
        if !names_a_mail && !message.from.iter().any(|from| board.staff_at(&from.addr).is_some()) {
            return Ok(false);
        }
        let db = self.db();
        let reply = board.staff_reply(&db, folder, message, now)?;
        if reply.is_none_or(|reply| reply.act == Act::Ask) {
            return Ok(false);
        }
        let is_new = db.known_message(&identity(&board.name, message, None))?.is_none();
        Ok(is_new && is_strong(message, false) && is_a_persons(&board, message))
    }
}

/// A mail that a person wrote: no absence rule, nor another machine.
pub(super) fn is_a_persons(board: &Board, message: &Message) -> bool {
    let own = board.own_addresses();
    let verdict = classify(message, &Context { own: &own, ..Context::default() });
    matches!(verdict.class, Class::Correspondence | Class::Group)
}

/// What came of the commands of one reply.
#[derive(Default)]
struct Told {
    changes: Vec<Change>,
    refusals: Vec<Refused>,
}

impl Told {
    fn refuse(&mut self, item: Option<ItemId>, why: Why) {
        self.refusals.push(Refused { reference: item.map(|id| id.to_string()), why });
    }
}

impl Intake<'_> {
    /// Does what a reply of staff orders, and tells its writer. `at` is when the reply arrived.
    pub(super) fn obey(&self, arrived: &Arrived, at: DateTime<Utc>) -> Result<(), StoreError> {
        let message = &arrived.message;
        let Some(reply) = self.board.staff_reply(self.db, self.folder, message, self.now)? else { return Ok(()) };
        if !is_a_persons(self.board, message) {
            return Ok(());
        }
        let StaffReply { member, mail, about, act } = reply;
        let mut told = Told::default();
        match (act, &arrived.words) {
            (Act::Ask, _) => {
                told.refuse(None, Why::NotTied);
                return self.confirm(arrived, member, &about, told, Some(Answer::Asked));
            }
            // What could not be read may have been a command: its writer must not believe that it was obeyed.
            (Act::Obey, None) => told.refuse(None, Why::Unreadable),
            (Act::Refuse, None) => return Ok(()),
            (Act::Refuse, Some(words)) => {
                if self.orders(&message.subject, words, at).is_empty() {
                    return Ok(());
                }
                told.refuse(None, Why::NoRight);
            }
            (Act::Obey, Some(words)) => {
                let reply = Reply { intake: self, arrived, member, at, mail: mail.as_ref(), about: &about };
                for order in self.orders(&message.subject, words, at) {
                    match order {
                        Ok(order) => reply.carry_out(&order, &mut told)?,
                        Err(unclear) => told.refuse(None, Why::Unclear(unclear)),
                    }
                }
            }
        }
        if told.changes.is_empty() && told.refusals.is_empty() && self.is_said_again(arrived, member)? {
            return Ok(());
        }
        self.confirm(arrived, member, &about, told, None)
    }

    /// Whether a reply without a command says what the writer's last such reply said: a machine does that, and whoever is
    /// no machine has been told what can be answered.
    fn is_said_again(&self, arrived: &Arrived, member: &Member) -> Result<bool, StoreError> {
        let words = format!("{:016x}", mid_key(arrived.words.as_deref().unwrap_or_default()));
        let key = format!("words.{}.{}", self.board.name, member.id);
        let again = self.db.meta(&key)?.as_ref() == Some(&words);
        self.db.set_meta(&key, &words)?;
        Ok(again)
    }

    /// The commands of a reply that arrived at `at`: what is a day without a year, or yesterday, depends on it.
    pub(super) fn orders(&self, subject: &str, words: &str, at: DateTime<Utc>) -> Vec<Result<Order, Unclear>> {
        command::read_mail(subject, words, self.board.calendar.local_date(at))
    }

    /// Tells the writer of a reply what came of it. `says`: what the mail says, if not what was told.
    fn confirm(
        &self,
        arrived: &Arrived,
        member: &Member,
        about: &[ItemId],
        told: Told,
        says: Option<Answer>,
    ) -> Result<(), StoreError> {
        let of_told = match (told.changes.is_empty(), told.refusals.is_empty()) {
            (false, _) => Answer::Done,
            (true, false) => Answer::Refused,
            (true, true) => Answer::Words,
        };
        let answer = says.unwrap_or(of_told);
        let most = match answer {
            Answer::Done => MAX_TOLD,
            Answer::Refused => MAX_REFUSED,
            Answer::Asked => MAX_ASKED,
            Answer::Words => MAX_WORDS_TOLD,
        };
        let reader = Reader::Staff(member.id.clone());
        let calendar = &self.board.calendar;
        let midnight = calendar.instant(calendar.local_date(self.now), NaiveTime::MIN);
        if self.db.confirmations(&reader, answer, midnight)? >= most {
            return Ok(());
        }
        let writer = Writer { board: self.board, texts: self.texts, now: self.now, gate: Gate::Open };
        let seal = self.db.fresh_seal()?;
        match writer.confirmation(member, &arrived.message, about, told.changes, told.refusals, &seal) {
            Ok(written) => {
                let mail = writer.for_outbox(written, reader, &member.email);
                self.db.enqueue_about(&mail, about, Some(answer)).map(|_| ())
            }
            // What was ordered is done; that it cannot be told must not undo it.
            Err(problem) => self.db.note(self.now, super::SYSTEM, &format!("no confirmation: {}", problem.text)),
        }
    }
}

/// One reply, and what its commands may be about.
struct Reply<'a> {
    intake: &'a Intake<'a>,
    arrived: &'a Arrived,
    member: &'a Member,
    at: DateTime<Utc>,
    /// The mail of ours that it answers, if the register knows it.
    mail: Option<&'a OutboxRow>,
    about: &'a [ItemId],
}

impl Reply<'_> {
    fn carry_out(&self, order: &Order, told: &mut Told) -> Result<(), StoreError> {
        let undoes = order.verb == Verb::Undo;
        // Of a mail about several items what was done is taken back, without being named when it was one thing.
        let meant = if undoes { self.commanded()? } else { self.about.to_vec() };
        let items = match (&order.targets, &meant[..]) {
            (Targets::These(named), _) => named.clone(),
            (_, []) => {
                told.refuse(None, if undoes { Why::NothingToUndo } else { Why::NoItem });
                return Ok(());
            }
            (Targets::TheOne, [only]) => vec![*only],
            (Targets::TheOne, _) => {
                told.refuse(None, Why::SeveralItems);
                return Ok(());
            }
            (Targets::All, all) => all.to_vec(),
        };
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

    /// Does it to one item. The deed, and whether `ÅNGRA` takes it back.
    fn deed(&self, item: &mut Item, verb: &Verb) -> Result<Result<(Deed, bool), Why>, StoreError> {
        let facts = match self.facts(item, verb) {
            Ok(facts) => facts,
            Err(Stop::Why(why)) => return Ok(Err(why)),
            Err(Stop::Store(error)) => return Err(error),
        };
        let Intake { board, db, now, .. } = self.intake;
        board.carry_out(db, item, facts.clone(), &self.member.id, *now)?;
        let calendar = &board.calendar;
        let undoes = *verb == Verb::Undo;
        let done = facts.first().and_then(|fact| match fact {
            Fact::Answered { at, .. } => Some(Deed::Closed {
                how: How::Answered,
                on: calendar.local_date(*at),
                self_reported: false,
                kept: item.outcome(*now) == Outcome::AnsweredInTime,
                answer_late: matches!(item.outcome(*now), Outcome::NoticedInTime | Outcome::Broken),
                by_notice: None,
                note: None,
            }),
            Fact::Closed { how: How::NoQuestion, .. } => Some(Deed::NoQuestion),
            Fact::Closed { at, how, note, self_reported, .. } => Some(Deed::Closed {
                how: *how,
                on: calendar.local_date(*at),
                self_reported: *self_reported,
                kept: item.outcome(*now) == Outcome::AnsweredInTime,
                answer_late: matches!(item.outcome(*now), Outcome::NoticedInTime | Outcome::Broken),
                by_notice: item
                    .noticed_at()
                    .filter(|_| item.outcome(*now) == Outcome::NoticedInTime)
                    .map(|at| calendar.local_date(at)),
                note: note.clone(),
            }),
            Fact::Excluded { .. } => match verb {
                Verb::NoAnswer { reason } => Some(Deed::Excluded { reason: reason.clone() }),
                _ => None,
            },
            Fact::Assigned { to, .. } => Some(Deed::Assigned { to: self.name_of(to), me: *to == self.member.id }),
            Fact::HandedBack { to, .. } => Some(Deed::HandedBack { to: to.as_deref().map(|to| self.name_of(to)) }),
            Fact::DueChanged { due, .. } if undoes => Some(Deed::Unstamped { day: due.arrival_date }),
            Fact::DueChanged { due, .. } => Some(Deed::Stamped { day: due.arrival_date }),
            Fact::Reopened { .. } if matches!(verb, Verb::Question | Verb::No) => Some(Deed::Question),
            Fact::Reopened { .. } => Some(Deed::Reopened),
            Fact::Promised { date, reason, .. } => {
                let day_off = !calendar.is_working_day(*date);
                Some(Deed::Promised { date: *date, reason: reason.clone(), day_off })
            }
            Fact::Unpromised { date } => Some(Deed::Unpromised { date: *date }),
            Fact::NotAnswered { .. } => Some(Deed::NotAnswered),
            Fact::NoticeBarred { .. } => Some(Deed::NoNotice),
            Fact::Posted { on } => {
                let kept = item.outcome(*now) == Outcome::NoticedInTime;
                Some(Deed::Posted { day: *on, kept, promise: item.promise })
            }
            _ => None,
        });
        let undoable = !undoes
            && matches!(
                verb,
                Verb::Done { .. }
                    | Verb::NoAnswer { .. }
                    | Verb::TakeOver { .. }
                    | Verb::Stamp { .. }
                    | Verb::DoneBy { .. }
                    | Verb::Yes
            );
        Ok(done.map(|deed| (deed, undoable)).ok_or(Why::NothingToUndo))
    }

    fn facts(&self, item: &Item, verb: &Verb) -> Result<Vec<Fact>, Stop> {
        let Intake { board, now, .. } = self.intake;
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
                orders::close(board, item, closing, *now).map_err(|refusal| self.why(item, refusal))?
            }
            Verb::NoAnswer { reason } => {
                orders::exclude(item, &words::one_line(reason)).map_err(|refusal| self.why(item, refusal))?
            }
            Verb::TakeOver { whom } => {
                let to = self.person(whom.as_deref())?;
                orders::assign(board, item, &to, AssignedBy::Command).map_err(|refusal| self.why(item, refusal))?
            }
            Verb::Stamp { day } => orders::stamp(board, item, *day).map_err(|refusal| self.why(item, refusal))?,
            Verb::Reopen => orders::reopen(board, item).map_err(|refusal| self.why(item, refusal))?,
            Verb::DoneBy { date, reason } => {
                let reason = reason.as_deref().map(words::one_line);
                orders::promise(board, item, *date, reason, *now).map_err(|refusal| self.why(item, refusal))?
            }
            Verb::Undo => self.undoing(item)?,
            Verb::Yes => orders::confirm(item, self.evidence(), *now).map_err(|refusal| self.why(item, refusal))?,
            Verb::No => orders::deny(board, item).map_err(|refusal| self.why(item, refusal))?,
            Verb::Question => orders::question(board, item).map_err(|refusal| self.why(item, refusal))?,
            Verb::NoNotice { reason } => orders::no_notice(item, reason.as_deref().map(words::one_line))
                .map_err(|refusal| self.why(item, refusal))?,
            Verb::Posted { on } => {
                orders::posted(board, item, *on, self.at).map_err(|refusal| self.why(item, refusal))?
            }
            _ => return Err(Stop::Why(Why::OnServer)),
        })
    }

    /// When it was done: when the reply arrived, or on a day that is given: its end, as late as it can have been.
    fn done_at(&self, item: &Item, on: Option<NaiveDate>) -> Result<DateTime<Utc>, Stop> {
        let Some(day) = on else { return Ok(self.at.max(item.received_at).min(self.intake.now)) };
        let calendar = &self.intake.board.calendar;
        let (today, arrived) = (calendar.local_date(self.at), calendar.local_date(item.received_at));
        if day > today {
            return Err(Stop::Why(Why::InFuture { date: day }));
        }
        if day < arrived {
            return Err(Stop::Why(Why::BeforeArrival { date: day, arrived }));
        }
        let last = calendar.closes(day) - Duration::seconds(1);
        let last = if day == today { last.min(self.at) } else { last };
        Ok(if day == arrived { last.max(item.received_at) } else { last })
    }

    /// The items of the mail on which a command stands that can be taken back.
    fn commanded(&self) -> Result<Vec<ItemId>, StoreError> {
        let mut commanded = Vec::new();
        for id in self.about {
            if self.to_undo(*id)?.is_some() {
                commanded.push(*id);
            }
        }
        Ok(commanded)
    }

    /// How the last command on an item is taken back; in answer to a confirmation, the one that it confirms.
    fn to_undo(&self, id: ItemId) -> Result<Option<Undo>, StoreError> {
        // A confirmation was written in the transaction of what it confirms: they bear the same time.
        let confirmed = self.mail.filter(|mail| mail.kind == Kind::Confirmation);
        let at = confirmed.map(|mail| mail.created_at);
        Ok(last_command(&self.intake.db.history(id)?, at))
    }

    fn undoing(&self, item: &Item) -> Result<Vec<Fact>, Stop> {
        let undo = self.to_undo(item.id)?.ok_or(Stop::Why(Why::NothingToUndo))?;
        orders::undo(self.intake.board, item, undo).map_err(|refusal| self.why(item, refusal))
    }

    /// Who is to take over: the writer, or whom the command names.
    fn person(&self, whom: Option<&str>) -> Result<String, Stop> {
        let Some(whom) = whom else { return Ok(self.member.id.clone()) };
        let board = self.intake.board;
        let serves = |member: &&Member| board.serves(&member.id);
        if let Some(member) = board.staff.named(whom).filter(serves) {
            return Ok(member.id.clone());
        }
        let known = board.staff.members.values().filter(serves).filter(|member| !member.left);
        let known = known.map(|member| format!("{} ({})", member.name, member.id)).collect();
        Err(Stop::Why(Why::UnknownPerson { whom: words::clip(whom, 60), known }))
    }

    fn why(&self, item: &Item, refusal: Refusal) -> Stop {
        let calendar = &self.intake.board.calendar;
        Stop::Why(match refusal {
            Refusal::InFuture(at) => Why::InFuture { date: calendar.local_date(at) },
            Refusal::BeforeArrival(at) => {
                Why::BeforeArrival { date: calendar.local_date(at), arrived: calendar.local_date(item.received_at) }
            }
            Refusal::HasLeft(id) => Why::HasLeft { name: self.name_of(&id) },
            Refusal::NoSuchStaff(whom, _) => Why::UnknownPerson { whom, known: Vec::new() },
            Refusal::NotALetter(_) => Why::NotALetter,
            Refusal::StampAfterScan { day, scanned } => Why::StampAfterScan { day, scanned },
            Refusal::StampTooOld(day) => Why::StampTooOld { day },
            Refusal::PromiseTold(date) => Why::PromiseTold { date },
            Refusal::NoticeLeft { at, .. } => Why::NoticeLeft { date: calendar.local_date(at) },
            Refusal::NoticeBarred(_) => Why::NoticeBarred,
            Refusal::NothingToPost(_) => Why::NothingToPost,
            Refusal::NotPostedThen { day, made } => Why::NotPostedThen { day, made },
            Refusal::NeedsNote { .. } => Why::NoteMissing,
            // No mail sets a start; if one did, the item's state would be what is told.
            Refusal::WrongState { .. } | Refusal::NoStart { .. } | Refusal::NoSuchStart { .. } => {
                Why::WrongState { state: item.state }
            }
            Refusal::NoSuchItem(_) => Why::SetAside,
            Refusal::Erased { .. } => Why::Erased,
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
        let Message { in_reply_to, references, .. } = &self.arrived.message;
        match self.mail.map(|mail| &mail.message_id) {
            None => MatchedBy::Reference,
            Some(id) if references.contains(id) && !in_reply_to.contains(id) => MatchedBy::References,
            Some(_) => MatchedBy::InReplyTo,
        }
    }

    fn name_of(&self, id: &str) -> String {
        self.intake.board.staff.get(id).map_or_else(|| id.to_owned(), |member| member.name.clone())
    }

    fn change(&self, item: &Item, deed: Deed, undoable: bool) -> Change {
        let today = self.intake.board.calendar.local_date(self.intake.now);
        let due = item.running_promise().or(item.due.as_ref().map(|due| due.date)).filter(|_| item.state.is_live());
        Change { reference: item.id.to_string(), deed, due, late: due.is_some_and(|due| due < today), undoable }
    }
}

/// Why a command stops: for a reason that its writer is told, or because the register fails.
enum Stop {
    Why(Why),
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
