//! What the registrar does on the server: assign, close, exclude, reopen. Who did it is logged; what cannot be done is
//! refused with a sentence that says what to do.

use super::{Desk, Engine};
use crate::domain::event::{AssignedBy, Evidence, EvidenceKind, Fact, How};
use crate::domain::item::{Item, ItemId, State};
use crate::domain::pledge::Due;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};
use std::sync::Arc;

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
    #[error("{0} is in the future: give the time at which it was done")]
    InFuture(DateTime<Utc>),
    #[error("{0} is before the message arrived: give the time at which it was done")]
    BeforeArrival(DateTime<Utc>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Engine {
    /// Gives an item to a member of staff.
    pub fn assign(&mut self, id: ItemId, to: &str, by: &str, now: DateTime<Utc>) -> Result<Item, Refusal> {
        let staff = &self.config.staff;
        let Some(member) = staff.get(to) else {
            let known: Vec<&str> = staff.members.keys().map(String::as_str).collect();
            return Err(Refusal::NoSuchStaff(to.to_owned(), known.join(", ")));
        };
        if member.left {
            return Err(Refusal::HasLeft(to.to_owned()));
        }
        let fact = Fact::Assigned { to: to.to_owned(), how: AssignedBy::Cli };
        self.by_hand(id, by, now, |item| if item.state.is_live() { Ok(fact) } else { Err("reopen it first") })
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
        if let Some(at) = at.filter(|at| *at > now) {
            return Err(Refusal::InFuture(at));
        }
        let item = self.db().item(id)?.ok_or(Refusal::NoSuchItem(id))?;
        if let Some(at) = at.filter(|at| *at < item.received_at) {
            return Err(Refusal::BeforeArrival(at));
        }
        let evidence = Evidence { kind: EvidenceKind::Cli, folder: None, message_id: None, matched_by: None };
        let fact = Fact::Closed { at: at.unwrap_or(now), how, note, evidence, self_reported: at.is_some() };
        self.by_hand(
            id,
            by,
            now,
            |item| {
                if item.state == State::Closed { Err("it is closed already") } else { Ok(fact) }
            },
        )
    }

    /// Takes an item out of the pledge, with the reason.
    pub fn exclude(&mut self, id: ItemId, reason: &str, by: &str, now: DateTime<Utc>) -> Result<Item, Refusal> {
        let fact = Fact::Excluded { reason: reason.to_owned() };
        self.by_hand(id, by, now, |item| {
            if item.state.is_live() { Ok(fact) } else { Err("only an open item can be excluded") }
        })
    }

    /// Opens an item again; its due date is reckoned from its arrival.
    pub fn reopen(&mut self, id: ItemId, by: &str, now: DateTime<Utc>) -> Result<Item, Refusal> {
        let config = Arc::clone(&self.config);
        let item = self.db().item(id)?.ok_or(Refusal::NoSuchItem(id))?;
        let desk = Desk::new(&config, &item.mailbox)?;
        let pledge = desk.pledge(item.pledge.as_deref())?;
        let arrival = match &item.due {
            Some(due) => due.arrival_date,
            None => config.calendar.local_date(item.received_at),
        };
        let due = Box::new(Due::reckon(arrival, pledge.time, &config.calendar));
        let fact = Fact::Reopened { pledge: pledge.name.clone(), due };
        let handler = desk.mailbox.handler.clone().filter(|_| item.handler.is_none());
        self.by_hand(id, by, now, |item| if item.state.is_live() { Err("it is open already") } else { Ok(fact) })?;
        if let Some(handler) = handler {
            let fact = Fact::Assigned { to: handler, how: AssignedBy::Default };
            return self.by_hand(id, by, now, |_| Ok(fact));
        }
        self.db().item(id)?.ok_or(Refusal::NoSuchItem(id))
    }

    fn by_hand(
        &mut self,
        id: ItemId,
        by: &str,
        now: DateTime<Utc>,
        fact: impl FnOnce(&Item) -> Result<Fact, &'static str>,
    ) -> Result<Item, Refusal> {
        let config = Arc::clone(&self.config);
        let mut item = self.db().item(id)?.ok_or(Refusal::NoSuchItem(id))?;
        let desk = Desk::new(&config, &item.mailbox)?;
        let fact =
            fact(&item).map_err(|remedy| Refusal::WrongState { item: id, state: item.state.as_str(), remedy })?;
        self.store.write(|db| {
            if matches!(fact, Fact::Closed { .. } | Fact::Excluded { .. }) {
                desk.settle(db, &mut item, now, by, fact)
            } else {
                desk.happen(db, &mut item, now, by, fact)?;
                let clues = super::intake::clues_of(&db.message_of(id)?);
                db.add_clues(id, &clues)?;
                desk.save(db, &item)
            }
        })?;
        Ok(item)
    }
}

impl Desk<'_> {
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
        self.happen(db, item, now, by, fact)?;
        self.save(db, item)?;
        if item.state.is_live() {
            return Ok(());
        }
        let mut leader: Option<(ItemId, Due)> = None;
        for mut follower in db.live_in_conversation(item.conversation)? {
            if follower.leader != Some(item.id) {
                continue;
            }
            // Reckoned while it still follows: afterwards the leader's arrival would be taken for its own.
            let own = self.own_due(&follower)?;
            let fact = Fact::Follows { leader: leader.as_ref().map(|(id, _)| id.0) };
            self.happen(db, &mut follower, now, super::SYSTEM, fact)?;
            let due = match &leader {
                Some((_, first)) if first.date <= own.date => first.clone(),
                _ => own,
            };
            self.change_due(db, &mut follower, due.clone(), "the earlier question was settled without it", now)?;
            self.save(db, &follower)?;
            leader.get_or_insert((follower.id, due));
        }
        Ok(())
    }
}
