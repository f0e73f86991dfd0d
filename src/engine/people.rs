//! What people do about an item: assign, close, promise, start, exclude, reopen, hold; the registrar on the server, staff by
//! mail ([`super::commands`]). Who did it is logged; what cannot be done is refused with a sentence that says what to do.

use super::{Engine, board_in};
use crate::domain::board::Board;
use crate::domain::event::{AssignedBy, Evidence, EvidenceKind, Fact, Flag, How};
use crate::domain::item::{Item, ItemId, State};
use crate::domain::pledge::Due;
use crate::domain::promise::NoPromise;
use crate::domain::reason::{DueChange, Reason};
use crate::store::{Db, StoreError};
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::sync::Arc;

/// Days before its arrival on which the time of an item can have begun, at another office for example.
pub const EARLIEST_START: u64 = 366;

/// Why a command was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    #[error("there is no item {0}: `servicelofte list` shows them all")]
    NoSuchItem(ItemId),
    #[error("there is no member of staff {0:?}: add a [[staff]] section with that id, or choose one of {1}")]
    NoSuchStaff(String, String),
    #[error("{0} has left: choose somebody who is there")]
    HasLeft(String),
    #[error("{item} is {state}: {remedy}")]
    WrongState { item: ItemId, state: &'static str, remedy: &'static str },
    #[error("{item} is under the pledge {pledge}: its closing says what was done; add --note")]
    NeedsNote { item: ItemId, pledge: String },
    #[error("the time of {item} runs from its arrival: only a pledge with set_start = true has another start")]
    NoStart { item: ItemId },
    #[error("{item} waits for the same answer as {leader}: set the start there")]
    NoStartBehind { item: ItemId, leader: ItemId },
    #[error("{date} cannot be the start of {item}: give a day from {first} to today")]
    NoSuchStart { item: ItemId, date: NaiveDate, first: NaiveDate },
    #[error("{item} was erased by decision {decision}: who wrote and about what is not known any more")]
    Erased { item: ItemId, decision: String },
    #[error("{0} is in the future: give the time at which it was done")]
    InFuture(DateTime<Utc>),
    #[error("{0} is before the message arrived: give the time at which it was done")]
    BeforeArrival(DateTime<Utc>),
    #[error(transparent)]
    Promise(#[from] NoPromise),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Engine {
    /// Gives an item to a member of staff.
    pub fn assign(&mut self, id: ItemId, to: &str, by: &str, now: DateTime<Utc>) -> Result<Item, Refusal> {
        self.by_hand(id, by, now, |board, item| board.assigning(item, to, AssignedBy::Cli))
    }

    /// Closes an item: answered otherwise, or needing no answer. `at` is when it was done; default now.
    pub fn close(
        &mut self,
        id: ItemId,
        how: How,
        at: Option<DateTime<Utc>>,
        note: Option<String>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Item, Refusal> {
        let evidence = Evidence { kind: EvidenceKind::Cli, folder: None, message_id: None, matched_by: None };
        let done = Closing { how, at: at.unwrap_or(now), note, evidence, self_reported: at.is_some() };
        self.by_hand(id, by, now, |board, item| board.closing(item, done, now))
    }

    /// Promises an answer by a date, or moves what was promised. It buys time and keeps nothing: only an answer or a
    /// notice keeps the pledge. The questions that wait behind this one are promised with it.
    pub fn promise(
        &mut self,
        id: ItemId,
        date: NaiveDate,
        reason: Option<String>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Item, Refusal> {
        self.by_hand(id, by, now, |board, item| board.promising(item, date, reason, now))
    }

    /// Sets the day from which the time of an item runs: its due date is reckoned anew, and with it that of what waits
    /// behind it.
    pub fn start(&mut self, id: ItemId, date: NaiveDate, by: &str, now: DateTime<Utc>) -> Result<Item, Refusal> {
        let today = self.municipality.calendar.local_date(now);
        self.by_hand(id, by, now, |board, item| {
            let (pledge, calendar) = (board.pledge(item.pledge.as_deref()), &board.calendar);
            let received_on = calendar.local_date(item.received_at);
            let first = received_on.checked_sub_days(Days::new(EARLIEST_START)).unwrap_or(received_on);
            if !item.state.is_live() {
                return Err(wrong_state(item, "only an open item has a start; reopen it first"));
            }
            if !pledge.set_start {
                return Err(Refusal::NoStart { item: item.id });
            }
            if let Some(leader) = item.leader {
                return Err(Refusal::NoStartBehind { item: item.id, leader });
            }
            if date > today || date < first {
                return Err(Refusal::NoSuchStart { item: item.id, date, first });
            }
            let due = Box::new(Due::of_arrival(item.received_at, date, pledge.time, calendar));
            Ok(vec![Fact::DueChanged { old: item.due.as_ref().map(|due| due.date), due, why: DueChange::Start }])
        })
    }

    /// Takes an item out of the pledge, with the reason.
    pub fn exclude(&mut self, id: ItemId, reason: &str, by: &str, now: DateTime<Utc>) -> Result<Item, Refusal> {
        self.by_hand(id, by, now, |_, item| excluding(item, reason))
    }

    /// Opens an item again; its due date is reckoned from its arrival.
    pub fn reopen(&mut self, id: ItemId, by: &str, now: DateTime<Utc>) -> Result<Item, Refusal> {
        self.by_hand(id, by, now, Board::reopening)
    }

    /// Keeps an item, and with it its whole conversation, from being erased, or no longer. Whether that is new. An item of
    /// a mailbox that is not configured any more can be kept too.
    pub fn hold(
        &mut self,
        id: ItemId,
        on: bool,
        note: Option<String>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(Item, bool), Refusal> {
        self.store.transact(|db| {
            let mut item = db.item(id)?.ok_or(Refusal::NoSuchItem(id))?;
            not_erased(&item)?;
            let is_new = item.flags.contains(&Flag::OnHold) != on;
            if is_new {
                db.happen(&mut item, now, by, if on { Fact::Held { note } } else { Fact::Released })?;
                db.save_awake(&item)?;
            }
            Ok((item, is_new))
        })
    }

    /// One transaction, from looking at the item to writing it back: the daemon may be at work on it.
    fn by_hand(
        &mut self,
        id: ItemId,
        by: &str,
        now: DateTime<Utc>,
        facts: impl FnOnce(&Board, &Item) -> Result<Vec<Fact>, Refusal>,
    ) -> Result<Item, Refusal> {
        let municipality = Arc::clone(&self.municipality);
        self.store.transact(|db| {
            let mut item = db.item(id)?.ok_or(Refusal::NoSuchItem(id))?;
            let board = board_in(&municipality, &item.mailbox)?;
            let facts = facts(board, &item)?;
            board.carry_out(db, &mut item, facts, by, now)?;
            Ok(item)
        })
    }
}

/// How an item is closed by a person.
pub(super) struct Closing {
    pub how: How,
    pub at: DateTime<Utc>,
    pub note: Option<String>,
    pub evidence: Evidence,
    /// `at` is what the person said.
    pub self_reported: bool,
}

/// What a person's act comes to, on the server or by mail: the facts, or why not.
impl Board {
    pub(super) fn assigning(&self, item: &Item, to: &str, how: AssignedBy) -> Result<Vec<Fact>, Refusal> {
        let Some(member) = self.staff.get(to).filter(|member| self.serves(&member.id)) else {
            let known = self.staff.members.keys().map(String::as_str).filter(|id| self.serves(id));
            return Err(Refusal::NoSuchStaff(to.to_owned(), known.collect::<Vec<_>>().join(", ")));
        };
        if member.left {
            return Err(Refusal::HasLeft(to.to_owned()));
        }
        if !item.state.is_live() {
            return Err(wrong_state(item, "reopen it first"));
        }
        Ok(vec![Fact::Assigned { to: to.to_owned(), how }])
    }

    pub(super) fn closing(&self, item: &Item, closing: Closing, now: DateTime<Utc>) -> Result<Vec<Fact>, Refusal> {
        let Closing { how, at, note, evidence, self_reported } = closing;
        if at > now {
            return Err(Refusal::InFuture(at));
        }
        if self_reported && at < item.received_at {
            return Err(Refusal::BeforeArrival(at));
        }
        not_erased(item)?;
        let adds_note = item.flags.contains(&Flag::NoteMissing);
        if item.state == State::Closed && !adds_note {
            return Err(wrong_state(item, "it needs no closing"));
        }
        let pledge = self.pledge(item.pledge.as_deref());
        if pledge.needs_note && note.is_none() {
            return Err(Refusal::NeedsNote { item: item.id, pledge: pledge.name.clone() });
        }
        // What was settled keeps its time and its proof: only the note is new.
        let (at, evidence) = match item.settled.as_ref().filter(|_| adds_note) {
            Some(settled) if self_reported => (at, settled.evidence.clone()),
            Some(settled) => (settled.at, settled.evidence.clone()),
            None => (at, evidence),
        };
        Ok(vec![Fact::Closed { at, how, note, evidence, self_reported }])
    }

    pub(super) fn promising(
        &self,
        item: &Item,
        date: NaiveDate,
        reason: Option<String>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Fact>, Refusal> {
        if !item.state.is_live() {
            return Err(wrong_state(item, "only an open item can be promised; reopen it first"));
        }
        item.may_promise(date, reason.as_deref(), self.calendar.local_date(now))?;
        Ok(vec![Fact::Promised { date, old: item.promise, reason }])
    }

    pub(super) fn reopening(&self, item: &Item) -> Result<Vec<Fact>, Refusal> {
        if item.state.is_live() {
            return Err(wrong_state(item, "it needs no opening"));
        }
        not_erased(item)?;
        let pledge = self.pledge(item.pledge.as_deref());
        // By itself: what had waited behind an older question carries that one's date.
        let due = Box::new(self.own_due(item));
        let mut facts = vec![Fact::Reopened { pledge: pledge.name.clone(), due }];
        if item.handler.is_none()
            && let Some(handler) = &self.handler
        {
            facts.push(Fact::Assigned { to: handler.clone(), how: AssignedBy::Default });
        }
        Ok(facts)
    }

    /// Appends the facts of a person's act, and writes the item back.
    pub(super) fn carry_out(
        &self,
        db: &Db<'_>,
        item: &mut Item,
        facts: Vec<Fact>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        for fact in facts {
            match fact {
                Fact::Closed { .. } | Fact::Excluded { .. } => self.settle(db, item, now, by, fact)?,
                _ => {
                    tell_followers(db, item, &fact, by, now)?;
                    db.happen(item, now, by, fact)?;
                    db.save_awake(item)?;
                }
            }
        }
        // What was history has no clues yet.
        db.add_clues(item.id, &db.message_of(item.id)?.clues())
    }
}

fn not_erased(item: &Item) -> Result<(), Refusal> {
    match &item.erased {
        Some(erased) => Err(Refusal::Erased { item: item.id, decision: erased.decision.clone() }),
        None => Ok(()),
    }
}

fn wrong_state(item: &Item, remedy: &'static str) -> Refusal {
    Refusal::WrongState { item: item.id, state: item.state.as_str(), remedy }
}

/// The fact of taking an item out of the pledge.
pub(super) fn excluding(item: &Item, reason: &str) -> Result<Vec<Fact>, Refusal> {
    if !item.state.is_live() {
        return Err(wrong_state(item, "only an open item can be excluded"));
    }
    Ok(vec![Fact::Excluded { reason: Reason::Person(reason.to_owned()) }])
}

/// The answer that is promised, or no longer, or that has another start, is the one that they wait for too.
fn tell_followers(db: &Db<'_>, leader: &Item, fact: &Fact, by: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let concerns = match fact {
        Fact::Promised { .. } | Fact::Unpromised { .. } => true,
        // It is the same matter: its time runs from the same day.
        Fact::DueChanged { why, .. } => *why == DueChange::Start,
        _ => false,
    };
    if !concerns {
        return Ok(());
    }
    for mut item in db.live_in_conversation(leader.conversation)? {
        if item.leader == Some(leader.id) {
            let fact = match fact {
                Fact::Promised { date, reason, .. } => {
                    Fact::Promised { date: *date, old: item.promise, reason: reason.clone() }
                }
                Fact::DueChanged { due, why, .. } => {
                    let old = item.due.as_ref().map(|due| due.date);
                    Fact::DueChanged { old, due: due.clone(), why: *why }
                }
                other => other.clone(),
            };
            db.happen(&mut item, now, by, fact)?;
            db.save_awake(&item)?;
        }
    }
    Ok(())
}

impl Board {
    /// Appends a settling event, writes the item back, and lets the younger questions that waited behind it go on: the
    /// oldest of them has a clock of its own, the others wait behind that one.
    pub(super) fn settle(
        &self,
        db: &Db<'_>,
        item: &mut Item,
        now: DateTime<Utc>,
        by: &str,
        fact: Fact,
    ) -> Result<(), StoreError> {
        db.happen(item, now, by, fact)?;
        let is_answer = matches!(item.state, State::Answered | State::Closed);
        let needs_note = is_answer && !item.noted && self.pledge(item.pledge.as_deref()).needs_note;
        if needs_note && !item.flags.contains(&Flag::NoteMissing) {
            db.happen(item, now, super::SYSTEM, Fact::Flagged { flag: Flag::NoteMissing })?;
        }
        db.save_awake(item)?;
        if item.state.is_live() {
            return Ok(());
        }
        let waiting = db.live_in_conversation(item.conversation)?.into_iter();
        self.lead(db, waiting.filter(|other| other.leader == Some(item.id)).collect(), now)
    }

    /// Lets questions that waited behind one that leads no more go on: the oldest first, which leads the others.
    pub(super) fn lead(&self, db: &Db<'_>, waiting: Vec<Item>, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut leader: Option<(ItemId, Due)> = None;
        for mut follower in waiting {
            // Reckoned while it still follows: afterwards the leader's arrival would be taken for its own.
            let own = self.own_due(&follower);
            let fact = Fact::Follows { leader: leader.as_ref().map(|(id, _)| id.0) };
            db.happen(&mut follower, now, super::SYSTEM, fact)?;
            let due = match &leader {
                Some((_, first)) if first.date <= own.date => first.clone(),
                _ => own,
            };
            super::recompute::change_due(db, &mut follower, due.clone(), DueChange::LeaderSettled, now)?;
            db.save_awake(&follower)?;
            leader.get_or_insert((follower.id, due));
        }
        Ok(())
    }
}
