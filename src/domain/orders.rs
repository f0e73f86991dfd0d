//! What a person's order does to an item, on the server or by mail: the facts, or why not.
//!
//! A refusal says what to do instead. Not decided here: who may order it ([`super::command`] reads
//! the mails).

mod letters;
mod notices;
mod refusal;

pub use letters::{NoLetters, may_join, may_split, part};
pub use notices::{no_notice, notify, posted, returns, urge};
pub use refusal::{NoDay, NoNotice, NoRecords, NoReminder, NoStaff, NoStart, Refusal};

use super::board::Board;
use super::classify::Class;
use super::event::{AssignedBy, Effect, Evidence, Fact, Flag, How};
use super::item::{Item, Settled, State};
use super::kept_by::KeptBy;
use super::pledge::{Due, NoticeText};
use super::reason::{DueChange, Reason};
use super::stamp::OLDEST_STAMP_DAYS;
use super::undo::Undo;
use chrono::{DateTime, Days, NaiveDate, Utc};

/// Days before its arrival on which the time of an item can have begun, at another office for
/// example.
pub const EARLIEST_START: u64 = 366;

/// How an item is closed by a person.
#[derive(Clone, Debug)]
pub struct Closing {
    pub how: How,
    pub at: DateTime<Utc>,
    pub note: Option<String>,
    pub evidence: Evidence,
    /// `at` is what the person said.
    pub self_reported: bool,
}

type Facts = Result<Vec<Fact>, Refusal>;

/// Gives an item to a member of staff.
pub fn assign(board: &Board, item: &Item, to: &str, how: AssignedBy) -> Facts {
    let Some(member) = board
        .staff
        .get(to)
        .filter(|member| board.serves(&member.id))
    else {
        let known = board
            .staff
            .members
            .keys()
            .map(String::as_str)
            .filter(|id| board.serves(id));
        let known = known.collect::<Vec<_>>().join(", ");
        return Err(NoStaff::Unknown(to.to_owned(), known).into());
    };
    if member.left {
        return Err(NoStaff::HasLeft(to.to_owned()).into());
    }
    is_live(item, "reopen it first")?;
    Ok(vec![Fact::Assigned {
        to: to.to_owned(),
        how,
    }])
}

/// Closes an item, or adds the note that its closing lacks.
pub fn close(board: &Board, item: &Item, closing: Closing, now: DateTime<Utc>) -> Facts {
    may_close(board, item, &closing, now)?;
    let Closing {
        how,
        at,
        note,
        evidence,
        self_reported,
    } = closing;
    let pledge = board.pledge_of(item);
    if item.state.is_live() && !pledge.kept_by.is_ended_by(how) {
        return Ok(vec![Fact::Contacted {
            at,
            answered_by: None,
            evidence,
        }]);
    }
    // A settled item keeps its time: only the note is new, or how it was done.
    let adds_note = item.flags.contains(&Flag::NoteMissing);
    let known = item
        .settled
        .as_ref()
        .filter(|_| adds_note || item.is_filed());
    let at = known
        .filter(|_| !self_reported)
        .map_or(at, |settled| settled.at);
    let evidence = known
        .filter(|_| adds_note)
        .map_or(evidence, |settled| settled.evidence.clone());
    Ok(vec![Fact::Closed {
        at,
        how,
        note,
        evidence,
        self_reported,
    }])
}

fn may_close(
    board: &Board,
    item: &Item,
    closing: &Closing,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let at = closing.at;
    if at > now {
        return Err(NoDay::InFuture(at).into());
    }
    if closing.self_reported && at < item.received_at {
        return Err(NoDay::BeforeArrival(at).into());
    }
    is_not_erased(item)?;
    if item.state == State::Closed && !item.is_filed() && !item.flags.contains(&Flag::NoteMissing) {
        return Err(wrong_state(item, "it needs no closing"));
    }
    let pledge = board.pledge_of(item);
    if pledge.kept_by == KeptBy::Note && closing.note.is_none() {
        return Err(Refusal::NeedsNote {
            item: item.id,
            pledge: pledge.name.clone(),
        });
    }
    Ok(())
}

/// Promises an answer by a date, or moves an earlier promise.
pub fn promise(
    board: &Board,
    item: &Item,
    date: NaiveDate,
    reason: Option<String>,
    now: DateTime<Utc>,
) -> Facts {
    is_live(item, "only an open item can be promised; reopen it first")?;
    item.may_promise(date, reason.as_deref(), board.calendar.local_date(now))?;
    Ok(vec![Fact::Promised {
        date,
        old: item.promise,
        reason,
    }])
}

/// Sets the day from which the time of an item runs.
pub fn start(board: &Board, item: &Item, date: NaiveDate, now: DateTime<Utc>) -> Facts {
    let (pledge, calendar) = (board.pledge_of(item), &board.calendar);
    let received_on = calendar.local_date(item.received_at);
    let first = received_on
        .checked_sub_days(Days::new(EARLIEST_START))
        .unwrap_or(received_on);
    is_live(item, "only an open item has a start; reopen it first")?;
    if !pledge.set_start {
        return Err(NoStart::NotSet { item: item.id }.into());
    }
    if date > calendar.local_date(now) || date < first {
        let item = item.id;
        return Err(NoStart::NotThen { item, date, first }.into());
    }
    let due = pledge.due_of_arrival(item.received_at, date, calendar);
    Ok(vec![due_changed(item, due, DueChange::Start)])
}

/// The day on a letter's stamp: not after its scan, nor so far before it that it is a slip of the
/// pen.
pub fn stamp(board: &Board, item: &Item, day: NaiveDate) -> Facts {
    let pledge = board.pledge_of(item);
    if !pledge.letter {
        return Err(NoDay::NotALetter(item.id).into());
    }
    is_live(item, "reopen it first")?;
    let scanned = board.calendar.local_date(item.received_at);
    if day > scanned {
        return Err(NoDay::AfterScan { day, scanned }.into());
    }
    if (scanned - day).num_days() > i64::try_from(OLDEST_STAMP_DAYS).unwrap_or(i64::MAX) {
        return Err(NoDay::BeforeScan(day).into());
    }
    Ok(vec![due_changed(
        item,
        pledge.due_from(day, &board.calendar),
        DueChange::Stamp,
    )])
}

/// Takes an item out of the pledge, with the reason.
pub fn exclude(item: &Item, reason: &str) -> Facts {
    if !item.is_presumed() {
        is_live(item, "only an open item can be excluded")?;
    }
    Ok(vec![Fact::Excluded {
        reason: Reason::Person(reason.to_owned()),
    }])
}

/// Opens an item again; its due date is counted from its arrival.
pub fn reopen(board: &Board, item: &Item) -> Facts {
    if item.state.is_live() {
        return Err(wrong_state(item, "it needs no opening"));
    }
    is_not_erased(item)?;
    let pledge = board.pledge_of(item);
    let due = Box::new(board.own_due(item));
    let mut facts = vec![Fact::Reopened {
        pledge: pledge.name.clone(),
        due,
    }];
    if item.handler.is_none()
        && let Some(handler) = &board.handler
    {
        facts.push(Fact::Assigned {
            to: handler.clone(),
            how: AssignedBy::Default,
        });
    }
    Ok(facts)
}

/// Its probable answer is one; a message that is presumed no question is none; what was filed as
/// done was answered by then.
pub fn confirm(item: &Item, evidence: Evidence, now: DateTime<Utc>) -> Facts {
    if let Some((how, at)) = closed_by_yes(item, now) {
        return Ok(vec![Fact::Closed {
            at,
            how,
            note: None,
            evidence,
            self_reported: false,
        }]);
    }
    match item
        .settled
        .as_ref()
        .filter(|_| item.state == State::ProbablyAnswered)
    {
        // Its pledge may be another one since: a mail is contact then, and no end.
        Some(Settled {
            at, by, evidence, ..
        }) if !item.is_ended_by_an_answer() => Ok(vec![
            Fact::Contacted {
                at: *at,
                answered_by: by.clone(),
                evidence: evidence.clone(),
            },
            Fact::NotAnswered { evidence: None },
        ]),
        Some(Settled {
            at, by, evidence, ..
        }) => Ok(vec![Fact::Answered {
            at: *at,
            answered_by: by.clone(),
            evidence: evidence.clone(),
        }]),
        None => Err(wrong_state(
            item,
            "only what is probably answered can be confirmed",
        )),
    }
}

/// How and when an item was done whose closing a person confirms.
fn closed_by_yes(item: &Item, now: DateTime<Utc>) -> Option<(How, DateTime<Utc>)> {
    if item.is_presumed() {
        return Some((How::NoQuestion, now));
    }
    let is_answered = item.is_filed() && item.is_ended_by_an_answer();
    let filed = item.settled.as_ref().filter(|_| is_answered)?;
    Some((How::Answered, filed.at))
}

/// Its probable answer is none; a message that is presumed no question is one; what was filed as
/// done is not.
pub fn deny(board: &Board, item: &Item) -> Facts {
    if item.is_presumed() || item.is_filed() {
        return reopen(board, item);
    }
    if item.state != State::ProbablyAnswered {
        return Err(wrong_state(
            item,
            "only what is probably answered can be denied",
        ));
    }
    Ok(vec![Fact::NotAnswered { evidence: None }])
}

/// It is a question, against every appearance: needing no answer, answered, or thanks.
pub fn question(board: &Board, item: &Item) -> Facts {
    match item.state {
        State::Excluded | State::History | State::NoQuestion => reopen(board, item),
        State::ProbablyAnswered => deny(board, item),
        State::Open => Err(wrong_state(item, "it is a question already")),
        State::Closed if item.is_filed() => reopen(board, item),
        State::Answered | State::Closed => Err(wrong_state(item, "reopen it")),
    }
}

/// Says from whom a letter is, or a mail that another person sent on.
pub fn sender(board: &Board, item: &Item) -> Facts {
    is_not_erased(item)?;
    let is_by_another =
        item.flags.contains(&Flag::ForwardedIn) || item.class == Class::Notification;
    if !board.pledge_of(item).letter && !is_by_another {
        return Err(Refusal::SenderKnown(item.id));
    }
    Ok(vec![Fact::SenderTold])
}

/// Says that it asks for public records: it has the time of the pledge about those, from its
/// arrival.
pub fn records(board: &Board, item: &Item) -> Facts {
    is_live(item, "reopen it first")?;
    let pledge = board
        .pledges()
        .find(|pledge| pledge.text == NoticeText::Records)
        .ok_or(NoRecords::NoPledge)?;
    if board.pledge_of(item).name == pledge.name {
        return Err(NoRecords::Already(item.id).into());
    }
    let mut facts = repledge(board, item, &pledge.name, false);
    let handler = pledge
        .handler
        .as_ref()
        .filter(|handler| item.handler.as_ref() != Some(handler));
    facts.extend(handler.map(|to| Fact::Assigned {
        to: to.clone(),
        how: AssignedBy::Rule,
    }));
    Ok(facts)
}

fn repledge(board: &Board, item: &Item, pledge: &str, back: bool) -> Vec<Fact> {
    let moved = Item {
        pledge: Some(pledge.to_owned()),
        ..item.clone()
    };
    let (pledge, old, due) = (
        pledge.to_owned(),
        item.pledge.clone(),
        Box::new(board.own_due(&moved)),
    );
    let has_own_clock = item.covered_by.map(|_| Fact::Uncovered);
    has_own_clock
        .into_iter()
        .chain([Fact::Repledged {
            pledge,
            old,
            due,
            back,
        }])
        .collect()
}

/// Writes something down about an item.
pub fn remark(item: &Item, note: String) -> Facts {
    is_not_erased(item)?;
    Ok(vec![Fact::Remarked { note }])
}

/// Opens an item, and settles it as it was.
fn settle_again(board: &Board, item: &Item, before: Vec<Fact>) -> Facts {
    let mut facts = reopen(board, item)?;
    facts.extend(before);
    Ok(facts)
}

/// Takes back what the last order did.
pub fn undo(board: &Board, item: &Item, undo: Undo) -> Facts {
    if !matches!(undo, Undo::Reopen(_)) {
        is_live(item, "reopen it first")?;
    }
    Ok(vec![match undo {
        Undo::Reopen(before) => return settle_again(board, item, before),
        Undo::HandBack { to, how } => Fact::HandedBack { to, how },
        Undo::Arrival(day) => came_on(board, item, day),
        Undo::Notice { .. } if item.done.contains_key(&Effect::Notice) => {
            return Err(notices::has_left(item).into());
        }
        Undo::Notice { barred, freed } => Fact::NoticeReset { barred, freed },
        Undo::Pledge(pledge) => return Ok(repledge(board, item, &pledge, true)),
        Undo::Promise(date) if item.is_told(date) => return Err(NoDay::Told(date).into()),
        Undo::Promise(date) => Fact::Unpromised { date },
        Undo::Split => letters::joined(),
    }])
}

/// The day of arrival that a stamp had changed.
fn came_on(board: &Board, item: &Item, day: NaiveDate) -> Fact {
    let pledge = board.pledge_of(item);
    let due = pledge.due_from(day, &board.calendar);
    due_changed(item, due, DueChange::StampUndone)
}

/// Whether words that were written down about an item can still be.
pub fn is_not_erased(item: &Item) -> Result<(), Refusal> {
    match &item.erased {
        Some(erased) => Err(Refusal::Erased {
            item: item.id,
            decision: erased.decision.clone(),
        }),
        None => Ok(()),
    }
}

fn due_changed(item: &Item, due: Due, why: DueChange) -> Fact {
    Fact::DueChanged {
        old: item.due.as_ref().map(|due| due.date),
        due: Box::new(due),
        why,
    }
}

fn is_live(item: &Item, remedy: &'static str) -> Result<(), Refusal> {
    if item.state.is_live() {
        Ok(())
    } else {
        Err(wrong_state(item, remedy))
    }
}

fn wrong_state(item: &Item, remedy: &'static str) -> Refusal {
    Refusal::WrongState {
        item: item.id,
        state: item.state.as_str(),
        remedy,
    }
}

#[cfg(test)]
pub(crate) mod tests;
