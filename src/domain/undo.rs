//! The last command on an item, and how it is taken back: from the item's history alone.
//!
//! Nothing is removed from a history: taking back is a new event that makes the item as before. A
//! command that has been taken back, or that a later one has changed, can no longer be taken back.

use crate::domain::event::{AssignedBy, Event, EvidenceKind, Fact, SYSTEM, Standing};
use crate::domain::reason::{DueChange, Reason};
use chrono::NaiveDate;

/// How a command is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Undo {
    /// It settled the item: open it again, and settle it with what had settled it before, oldest
    /// first.
    Reopen(Vec<Fact>),
    /// It assigned the item: who had it before.
    HandBack {
        to: Option<String>,
        how: Option<AssignedBy>,
    },
    /// It set the stamp: the day from which the time ran before.
    Arrival(NaiveDate),
    /// It promised this day.
    Promise(NaiveDate),
    /// It barred the notice or let it go: how that stood before.
    Notice { barred: bool, freed: bool },
    /// It put the item under another pledge: the one before.
    Pledge(String),
    /// It made several letters of its mail.
    Split,
}

/// What a command can have changed. Each is taken back by itself.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    State,
    Handler,
    Stamp,
    Promise,
    Notice,
    Pledge,
    Letters,
}

/// The events later than the one at hand, going back through the history.
#[derive(Clone, Copy, Default)]
struct Later {
    /// Takings back that have not met yet what they took back.
    taken_back: u32,
    /// A person has changed it since.
    overtaken: bool,
}

/// The newest command of a person that still counts, of those that may be meant, by their place in
/// the history. `history` is oldest first.
#[must_use]
pub fn last_command(history: &[Event], may_be_meant: impl Fn(usize) -> bool) -> Option<Undo> {
    let mut later = [Later::default(); 7];
    for (index, event) in history.iter().enumerate().rev() {
        let Some((part, takes_back)) = touches(&event.fact) else {
            continue;
        };
        let later = &mut later[part as usize];
        if part == Part::State && (takes_back || is_as_before(history, index)) {
            // An item that was opened again is open, however often it had been settled.
            later.overtaken = true;
        } else if takes_back {
            later.taken_back += 1;
        } else if later.taken_back > 0 {
            later.taken_back -= 1;
        } else if !later.overtaken && is_command(event) && may_be_meant(index) {
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
        Fact::Reopened { .. } | Fact::NotAnswered { .. } | Fact::NoticedByHand { .. } => {
            (Part::State, true)
        }
        // The assignment when an item opens is not an act of its own.
        Fact::Assigned {
            how: AssignedBy::Default,
            ..
        } => return None,
        Fact::Assigned { .. } => (Part::Handler, false),
        Fact::HandedBack { .. } => (Part::Handler, true),
        Fact::DueChanged {
            why: why @ (DueChange::Stamp | DueChange::StampUndone),
            ..
        } => (Part::Stamp, *why == DueChange::StampUndone),
        Fact::Promised { .. } => (Part::Promise, false),
        Fact::Unpromised { .. } => (Part::Promise, true),
        _ => return touches_besides(fact),
    })
}

/// The notice, the pledge, the letters of a mail.
fn touches_besides(fact: &Fact) -> Option<(Part, bool)> {
    Some(match fact {
        Fact::NoticeBarred { .. } | Fact::NoticeFreed { .. } => (Part::Notice, false),
        Fact::NoticeReset { .. } => (Part::Notice, true),
        Fact::Repledged { back, .. } => (Part::Pledge, *back),
        Fact::Letters { others } => (Part::Letters, others.is_empty()),
        _ => return None,
    })
}

fn is_command(event: &Event) -> bool {
    match &event.fact {
        Fact::Closed { evidence, .. } => evidence.kind == EvidenceKind::Command,
        // A person said that the sign is the answer.
        Fact::Answered { .. } => event.by != SYSTEM && !event.by.starts_with("cli:"),
        Fact::Excluded {
            reason: Reason::Person(_),
        }
        | Fact::Promised { .. }
        | Fact::NoticeBarred { .. }
        | Fact::NoticeFreed { .. }
        | Fact::Repledged { .. }
        | Fact::Letters { .. } => !event.by.starts_with("cli:"),
        Fact::Assigned { how, .. } => *how == AssignedBy::Command,
        Fact::DueChanged { why, .. } => *why == DueChange::Stamp,
        _ => false,
    }
}

fn undo_of(part: Part, command: &Fact, before: &[Event]) -> Option<Undo> {
    match (part, command) {
        (Part::Promise, Fact::Promised { date, .. }) => Some(Undo::Promise(*date)),
        (Part::Notice, _) => Some(notice_before(before)),
        (Part::Pledge, Fact::Repledged { old: Some(old), .. }) => Some(Undo::Pledge(old.clone())),
        (Part::Promise | Part::Pledge, _) => None,
        (Part::State, _) => Some(reopen(before, command)),
        (Part::Letters, _) => Some(Undo::Split),
        (Part::Handler, _) => {
            let had = before.iter().rev().find_map(handler_after);
            let (to, how) = had.unwrap_or_default();
            Some(Undo::HandBack { to, how })
        }
        (Part::Stamp, _) => {
            let day = before.iter().rev().find_map(arrival_after);
            day.map(Undo::Arrival)
        }
    }
}

/// Whether an event only says again how the item was settled before a command that was taken back:
/// it was opened by the same person at the same moment.
fn is_as_before(history: &[Event], index: usize) -> bool {
    let event = &history[index];
    let by_the_same = |before: &&Event| before.at == event.at && before.by == event.by;
    history[..index]
        .iter()
        .rev()
        .take_while(by_the_same)
        .any(|before| matches!(before.fact, Fact::Reopened { .. }))
}

/// It is opened, and settled with all that had settled it since it was open last. A probable answer
/// holds the notice again, unless the command was about that answer itself.
fn reopen(before: &[Event], command: &Fact) -> Undo {
    let opens = |event: &Event| {
        matches!(
            event.fact,
            Fact::Logged(_)
                | Fact::Reopened { .. }
                | Fact::NotAnswered { .. }
                | Fact::NoticedByHand { .. }
        )
    };
    let open = before.iter().rposition(opens).unwrap_or(0);
    let was_confirmed = matches!(command, Fact::Answered { .. });
    let holds = |fact: &Fact| !was_confirmed || !matches!(fact, Fact::ProbablyAnswered { .. });
    let since = before[open..].iter();
    let settled = since.filter_map(|event| settles(&event.fact)).filter(holds);
    Undo::Reopen(settled.collect())
}

/// An event that settles an item, as it can be said again.
fn settles(fact: &Fact) -> Option<Fact> {
    match fact {
        Fact::Closed { .. }
        | Fact::Excluded { .. }
        | Fact::Answered { .. }
        | Fact::ProbablyAnswered { .. }
        | Fact::Presumed { .. }
        | Fact::Lapsed => Some(fact.clone()),
        Fact::Logged(logged) => match &logged.standing {
            Standing::Excluded { reason } => Some(Fact::Excluded {
                reason: reason.clone(),
            }),
            Standing::NoQuestion { why, .. } => Some(Fact::Presumed { why: *why }),
            Standing::Open { .. } | Standing::History => None,
        },
        _ => None,
    }
}

/// Who has the item since an event, and how it came to them; `None`: the event says nothing of it.
fn handler_after(event: &Event) -> Option<(Option<String>, Option<AssignedBy>)> {
    match &event.fact {
        Fact::Assigned { to, how } => Some((Some(to.clone()), Some(*how))),
        Fact::HandedBack { to, how } => Some((to.clone(), *how)),
        Fact::Logged(logged) => match &logged.standing {
            Standing::Open {
                handler,
                assigned_by,
                ..
            }
            | Standing::NoQuestion {
                handler,
                assigned_by,
                ..
            } => Some((handler.clone(), *assigned_by)),
            Standing::History | Standing::Excluded { .. } => None,
        },
        _ => None,
    }
}

/// The day of arrival since an event, if the event says it.
fn arrival_after(event: &Event) -> Option<NaiveDate> {
    match &event.fact {
        Fact::DueChanged { due, .. } | Fact::Reopened { due, .. } => Some(due.arrival_date),
        Fact::Logged(logged) => match &logged.standing {
            Standing::Open { due, .. } | Standing::NoQuestion { due, .. } => Some(due.arrival_date),
            Standing::History | Standing::Excluded { .. } => None,
        },
        _ => None,
    }
}

/// How the notice stood.
fn notice_before(before: &[Event]) -> Undo {
    let (barred, freed) = before
        .iter()
        .fold((false, false), |(barred, freed), event| match &event.fact {
            Fact::NoticeBarred { .. } => (true, freed),
            Fact::NoticeFreed { .. } => (false, true),
            Fact::NoticeReset { barred, freed } => (*barred, *freed),
            _ => (barred, freed),
        });
    Undo::Notice { barred, freed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{Evidence, How};
    use crate::domain::pledge::{Due, Span};
    use crate::domain::presumed::Presumed;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, day).unwrap()
    }

    fn at(hour: i64) -> chrono::DateTime<chrono::Utc> {
        chrono::DateTime::UNIX_EPOCH + chrono::Duration::hours(hour)
    }

    fn closed(kind: EvidenceKind) -> Fact {
        let evidence = Evidence::without_mail(kind, None);
        Fact::Closed {
            at: at(0),
            how: How::Phone,
            note: None,
            evidence,
            self_reported: false,
        }
    }

    fn given(to: &str, how: AssignedBy) -> Fact {
        Fact::Assigned {
            to: to.to_owned(),
            how,
        }
    }

    fn due(arrival: u32, why: DueChange) -> Fact {
        let calendar = crate::domain::calendar::tests::sweden();
        Fact::DueChanged {
            old: None,
            due: Box::new(Due::reckon(day(arrival), Span::WorkingDays(5), &calendar)),
            why,
        }
    }

    /// One event an hour.
    fn undone(facts: &[&Fact], only: Option<usize>) -> Option<Undo> {
        let event = |(hour, fact): (i64, &&Fact)| Event {
            at: at(hour),
            by: "anna".to_owned(),
            fact: Fact::clone(fact),
        };
        let history: Vec<Event> = (1..).zip(facts).map(event).collect();
        last_command(&history, |index| {
            only.is_none_or(|number| index + 1 == number)
        })
    }

    fn back(to: Option<&str>, how: Option<AssignedBy>) -> Undo {
        Undo::HandBack {
            to: to.map(str::to_owned),
            how,
        }
    }

    #[test]
    fn the_last_command_that_stands_is_taken_back() {
        let open_again = Some(Undo::Reopen(vec![]));
        let (command, cli) = (closed(EvidenceKind::Command), closed(EvidenceKind::Cli));
        let open = Fact::Reopened {
            pledge: "email".to_owned(),
            due: Box::new(match due(19, DueChange::Stamp) {
                Fact::DueChanged { due, .. } => *due,
                _ => unreachable!("it is one"),
            }),
        };
        let check = |facts: &[&Fact], only, expected| {
            assert_eq!(undone(facts, only), expected, "{facts:?}");
        };
        check(&[], None, None);
        check(&[&command], None, open_again.clone());
        check(&[&cli], None, None);
        check(&[&command, &open], None, None);
        check(&[&command, &open, &cli], None, None);
        check(&[&command, &open, &command], None, open_again.clone());
        check(&[&command, &command, &open], None, None);
        // A person confirmed the sign; and what a person denied is open.
        let evidence = Evidence::without_mail(EvidenceKind::Sent, None);
        let confirmed = Fact::Answered {
            at: at(0),
            answered_by: None,
            evidence,
        };
        check(&[&confirmed], None, open_again.clone());
        check(
            &[&command, &Fact::NotAnswered { evidence: None }],
            None,
            None,
        );
        // It is settled again as it was, once.
        let excluded = Fact::Excluded {
            reason: Reason::Person("behöver inget svar".to_owned()),
        };
        let settle = |facts: &[&Fact]| {
            let facts = facts.iter().copied().cloned().collect();
            Some(Undo::Reopen(facts))
        };
        check(&[&excluded, &command], None, settle(&[&excluded]));
        check(&[&cli, &command], None, settle(&[&cli]));
        check(&[&confirmed, &command], None, settle(&[&confirmed]));
        let probable = Fact::ProbablyAnswered {
            at: at(0),
            answered_by: None,
            evidence: Evidence::without_mail(EvidenceKind::Sent, None),
        };
        check(&[&probable, &command], None, settle(&[&probable]));
        check(&[&probable, &confirmed], None, open_again.clone());
        let presumed = Fact::Presumed {
            why: Presumed::Thanks,
        };
        check(&[&presumed, &command], None, settle(&[&presumed]));
        check(
            &[&presumed, &Fact::Lapsed, &command],
            None,
            settle(&[&presumed, &Fact::Lapsed]),
        );
        check(&[&excluded, &open, &command], None, open_again.clone());
        // In answer to a confirmation only what it confirms.
        check(&[&command], Some(1), open_again.clone());
        check(&[&command], Some(2), None);
        check(&[&command, &open, &command], Some(1), None);
    }

    #[test]
    fn an_item_goes_back_to_whoever_had_it() {
        let (a, b) = (
            given("a", AssignedBy::Command),
            given("b", AssignedBy::Command),
        );
        let check = |facts: &[&Fact], only, expected| {
            assert_eq!(undone(facts, only), expected, "{facts:?}");
        };
        check(&[&a], None, Some(back(None, None)));
        check(
            &[&given("x", AssignedBy::Rule), &a],
            None,
            Some(back(Some("x"), Some(AssignedBy::Rule))),
        );
        check(
            &[&a, &b],
            None,
            Some(back(Some("a"), Some(AssignedBy::Command))),
        );
        // Once more, and once too often.
        let handed = Fact::HandedBack {
            to: Some("a".to_owned()),
            how: Some(AssignedBy::Command),
        };
        check(&[&a, &b, &handed], None, Some(back(None, None)));
        let nobody = Fact::HandedBack {
            to: None,
            how: None,
        };
        check(&[&a, &b, &handed, &nobody], None, None);
        // Another person has assigned it since.
        check(&[&a, &given("y", AssignedBy::Cli)], None, None);
        check(&[&a, &b], Some(1), None);
    }

    #[test]
    fn what_was_said_of_the_notice_and_the_pledge_is_taken_back() {
        let (barred, freed) = (
            Fact::NoticeBarred { note: None },
            Fact::NoticeFreed { elsewhere: false },
        );
        let reset = |barred, freed| Fact::NoticeReset { barred, freed };
        let was = |barred, freed| Some(Undo::Notice { barred, freed });
        let check =
            |facts: &[&Fact], expected| assert_eq!(undone(facts, None), expected, "{facts:?}");
        check(&[&barred], was(false, false));
        check(&[&barred, &freed], was(true, false));
        check(&[&freed, &barred], was(false, true));
        check(&[&barred, &freed, &reset(true, false)], was(false, false));
        check(&[&barred, &reset(false, false)], None);
        let Fact::DueChanged { due, .. } = due(19, DueChange::Stamp) else {
            unreachable!("it is one")
        };
        let moved = |back| {
            let (pledge, old) = ("records".to_owned(), Some("email".to_owned()));
            Fact::Repledged {
                pledge,
                old,
                due: due.clone(),
                back,
            }
        };
        check(&[&moved(false)], Some(Undo::Pledge("email".to_owned())));
        check(&[&moved(false), &moved(true)], None);
        let [split, joined] = [vec![43], Vec::new()].map(|others| Fact::Letters { others });
        check(&[&split], Some(Undo::Split));
        check(&[&split, &joined], None);
        check(&[&split, &joined, &split], Some(Undo::Split));
    }

    /// It was read first, and written after the word that takes something back.
    #[test]
    fn a_command_that_was_written_later_is_not_taken_back() {
        let promised = |n: u32| Fact::Promised {
            date: day(n),
            old: None,
            reason: None,
        };
        let (first, later) = (promised(20), promised(24));
        let command = closed(EvidenceKind::Command);
        for (name, facts, expected) in [
            ("alone", vec![&later], None),
            ("it has changed the first", vec![&first, &later], None),
            (
                "of something else",
                vec![&command, &later],
                Some(Undo::Reopen(vec![])),
            ),
        ] {
            let event = |fact: &Fact| Event {
                at: at(1),
                by: "anna".to_owned(),
                fact: fact.clone(),
            };
            let history: Vec<Event> = facts.iter().copied().map(event).collect();
            let written_before = |index: usize| index + 1 < history.len();
            assert_eq!(last_command(&history, written_before), expected, "{name}");
        }
    }

    #[test]
    fn stamps_and_promises_are_their_own() {
        let promised = |n: u32| Fact::Promised {
            date: day(n),
            old: None,
            reason: None,
        };
        let check =
            |facts: &[&Fact], expected| assert_eq!(undone(facts, None), expected, "{facts:?}");
        check(
            &[&due(19, DueChange::Reckoning), &due(17, DueChange::Stamp)],
            Some(Undo::Arrival(day(19))),
        );
        check(
            &[
                &due(19, DueChange::Reckoning),
                &due(17, DueChange::Stamp),
                &due(19, DueChange::StampUndone),
            ],
            None,
        );
        check(
            &[&promised(20), &promised(24)],
            Some(Undo::Promise(day(24))),
        );
        check(
            &[
                &promised(20),
                &promised(24),
                &Fact::Unpromised { date: day(24) },
            ],
            Some(Undo::Promise(day(20))),
        );
        // The daemon's new due dates since leave the commands alone.
        check(
            &[&promised(20), &due(19, DueChange::Reckoning)],
            Some(Undo::Promise(day(20))),
        );
        check(
            &[
                &due(19, DueChange::Reckoning),
                &closed(EvidenceKind::Command),
                &promised(20),
            ],
            Some(Undo::Promise(day(20))),
        );
    }
}
