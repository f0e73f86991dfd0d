//! What the last command on an item was, and how it is taken back: told by the item's history alone.
//!
//! Nothing is removed from a history: taking back is a new event that makes the item stand as before. What has been taken
//! back, or was changed again by somebody since, is no longer there to be taken back.

use crate::domain::event::{AssignedBy, Event, EvidenceKind, Fact, Standing};
use crate::domain::reason::{DueChange, Reason};
use chrono::{DateTime, NaiveDate, Utc};

/// How a command is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undo {
    /// It settled the item: open it again.
    Reopen,
    /// It gave the item to somebody: who had it before.
    HandBack { to: Option<String>, how: Option<AssignedBy> },
    /// It set the stamp: the day from which the time ran before.
    Arrival(NaiveDate),
    /// It promised this day.
    Promise(NaiveDate),
}

/// What a command can have changed. Each is taken back by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    State,
    Handler,
    Stamp,
    Promise,
}

/// What came later than the event at hand, going back through the history.
#[derive(Clone, Copy, Default)]
struct Later {
    /// Takings back that have not met yet what they took back.
    taken_back: u32,
    /// Somebody has changed it since.
    overtaken: bool,
}

/// The newest command of a person that still stands; of those at `at` only, if that is given. `history` is oldest first.
#[must_use]
pub fn last_command(history: &[Event], at: Option<DateTime<Utc>>) -> Option<Undo> {
    let mut later = [Later::default(); 4];
    for (index, event) in history.iter().enumerate().rev() {
        let Some((part, takes_back)) = touches(&event.fact) else { continue };
        let later = &mut later[part as usize];
        if takes_back {
            later.taken_back += 1;
        } else if later.taken_back > 0 {
            later.taken_back -= 1;
        } else if !later.overtaken && is_command(event) && at.is_none_or(|at| at == event.at) {
            return undo_of(part, &event.fact, &history[..index]);
        } else {
            later.overtaken = true;
        }
    }
    None
}

/// What an event changes, and whether it takes back what another did.
fn touches(fact: &Fact) -> Option<(Part, bool)> {
    Some(match fact {
        Fact::Closed { .. } | Fact::Excluded { .. } | Fact::Answered { .. } => (Part::State, false),
        Fact::Reopened { .. } => (Part::State, true),
        // What opening an item gives it is no act of its own.
        Fact::Assigned { how: AssignedBy::Default, .. } => return None,
        Fact::Assigned { .. } => (Part::Handler, false),
        Fact::HandedBack { .. } => (Part::Handler, true),
        Fact::DueChanged { why: DueChange::Stamp, .. } => (Part::Stamp, false),
        Fact::DueChanged { why: DueChange::StampUndone, .. } => (Part::Stamp, true),
        Fact::Promised { .. } => (Part::Promise, false),
        Fact::Unpromised { .. } => (Part::Promise, true),
        _ => return None,
    })
}

fn is_command(event: &Event) -> bool {
    match &event.fact {
        Fact::Closed { evidence, .. } => evidence.kind == EvidenceKind::Command,
        Fact::Excluded { reason: Reason::Person(_) } => !event.by.starts_with("cli:"),
        Fact::Promised { .. } => !event.by.starts_with("cli:"),
        Fact::Assigned { how, .. } => *how == AssignedBy::Command,
        Fact::DueChanged { why, .. } => *why == DueChange::Stamp,
        _ => false,
    }
}

fn undo_of(part: Part, command: &Fact, before: &[Event]) -> Option<Undo> {
    match part {
        Part::Promise => match command {
            Fact::Promised { date, .. } => Some(Undo::Promise(*date)),
            _ => None,
        },
        Part::State => Some(Undo::Reopen),
        Part::Handler => {
            let had = before.iter().rev().find_map(|event| match &event.fact {
                Fact::Assigned { to, how } => Some((Some(to.clone()), Some(*how))),
                Fact::HandedBack { to, how } => Some((to.clone(), *how)),
                Fact::Logged(logged) => match &logged.standing {
                    Standing::Open { handler, assigned_by, .. } => Some((handler.clone(), *assigned_by)),
                    Standing::History | Standing::Excluded { .. } => None,
                },
                _ => None,
            });
            let (to, how) = had.unwrap_or_default();
            Some(Undo::HandBack { to, how })
        }
        Part::Stamp => {
            let due = before.iter().rev().find_map(|event| match &event.fact {
                Fact::DueChanged { due, .. } | Fact::Reopened { due, .. } => Some(due.arrival_date),
                Fact::Logged(logged) => match &logged.standing {
                    Standing::Open { due, .. } => Some(due.arrival_date),
                    Standing::History | Standing::Excluded { .. } => None,
                },
                _ => None,
            });
            due.map(Undo::Arrival)
        }
    }
}
