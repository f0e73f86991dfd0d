//! The notice that an item may get: whether, when, whom it names and which day it promises.

use super::{World, escalation};
use crate::domain::calendar::Calendar;
use crate::domain::event::Effect;
use crate::domain::item::{Item, State};
use crate::domain::pledge::{Due, NoticeText};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// Working days past due after which a notice would only puzzle its reader.
pub const NOTICE_GRACE: i32 = 5;

/// The possible answer lies in Junk: on the last day the notice waits until this time for a person
/// to look.
pub const JUNK_IS_LOOKED_AT: NaiveTime =
    NaiveTime::from_hms_opt(17, 0, 0).expect("17:00 is a time");

/// What became a question after the moment of its notice is noticed at once, but only between these
/// times of the day.
pub const NOTICE_HOURS: (NaiveTime, NaiveTime) = (
    NaiveTime::from_hms_opt(7, 0, 0).expect("07:00 is a time"),
    NaiveTime::from_hms_opt(20, 0, 0).expect("20:00 is a time"),
);

/// The notice that an item may get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// [`Effect::Notice`], or [`Effect::Letter`] to the person who posts it.
    pub effect: Effect,
    /// When it falls due, be that past or to come.
    pub at: DateTime<Utc>,
    /// Who has the item today.
    pub names: String,
    pub promise: NaiveDate,
}

/// The notice that an item may get, by itself or in the mail about another one; `None` when it may
/// get none (any more), or when there is no person whom it could name.
#[must_use]
pub fn notice(item: &Item, world: &World<'_>, now: DateTime<Utc>) -> Option<Notice> {
    let (pledge, calendar, due) = (world.pledge, world.calendar, item.due.as_ref()?);
    let effect = if pledge.letter {
        Effect::Letter
    } else {
        Effect::Notice
    };
    if !may_be_noticed(item, world) || now >= last(due, calendar) {
        return None;
    }
    let (names, promise) = word(item, world, now)?;
    if is_done(item, effect, &names) {
        return None;
    }
    // Why a decision takes longer, only a person can say (11 § förvaltningslagen).
    if pledge.text == NoticeText::Decision && item.reason_for(promise).is_none() {
        return None;
    }
    Some(Notice {
        effect,
        at: leaves_at(item, world, due, now)?,
        names,
        promise,
    })
}

/// From when on a notice would only puzzle its reader.
fn last(due: &Due, calendar: &Calendar) -> DateTime<Utc> {
    calendar.closes(calendar.add_working_days(due.date, NOTICE_GRACE))
}

/// A notice leaves once. The mail with a letter to post may have been refused for a person who has
/// it no more: whoever has it now gets the letter.
fn is_done(item: &Item, effect: Effect, names: &str) -> bool {
    let Some(done) = item.done.get(&effect) else {
        return false;
    };
    let had_it = done.to.iter().any(|to| to == names);
    had_it || !item.is_letter_refused(effect)
}

/// The moment of a notice; `None`: its pledge has none.
fn leaves_at(
    item: &Item,
    world: &World<'_>,
    due: &Due,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let (pledge, calendar) = (world.pledge, world.calendar);
    let at = moment(item, world, due)?;
    // A question after its moment, and a notice that a person let go after it, leave at once.
    Some(match item.question_since.max(item.freed) {
        _ if pledge.letter => calendar.staff_mail_at(at.max(now)),
        Some(since) if at < since => in_daytime(since, calendar),
        _ => at,
    })
}

fn moment(item: &Item, world: &World<'_>, due: &Due) -> Option<DateTime<Utc>> {
    let calendar = world.calendar;
    let at = world.pledge.notice?.at(due.date, calendar);
    let looked_at = calendar.instant(due.date, JUNK_IS_LOOKED_AT);
    Some(if item.may_lie_answered_in_junk() {
        at.max(looked_at)
    } else {
        at
    })
}

/// Whether the moment of an item's notice has come, by the pledge and the calendar of today.
#[must_use]
pub fn notice_has_come(item: &Item, world: &World<'_>, now: DateTime<Utc>) -> bool {
    let due = item.due.as_ref();
    due.and_then(|due| moment(item, world, due))
        .is_some_and(|at| at <= now)
}

/// Whether a notice that left at some time, by no person's word, can have been about an item.
#[must_use]
pub fn can_have_left(item: &Item, world: &World<'_>, at: DateTime<Utc>) -> bool {
    let due = item.due.as_ref();
    let in_time = due.is_some_and(|due| at < last(due, world.calendar));
    in_time && item.may_have_been_told(at) && notice_has_come(item, world, at)
}

fn may_be_noticed(item: &Item, world: &World<'_>) -> bool {
    // What a forger can have written holds no notice back.
    let is_open =
        item.state == State::Open || world.border_speaks && item.is_probably_by_unverified();
    let may_be_printed = world.pledge.letter && !item.no_notice && item.covered_by.is_none();
    is_open && (item.may_be_noticed() || may_be_printed)
}

/// Whom a notice of today names, and which day it promises; `None` when there is no person whom it
/// could name.
#[must_use]
pub fn word(item: &Item, world: &World<'_>, now: DateTime<Utc>) -> Option<(String, NaiveDate)> {
    let today = world.calendar.local_date(now);
    let names = named(item, world, today)?;
    // A second paper says what the first one says.
    let printed = item.printed.as_ref().and_then(|done| done.promise);
    let promise = match item.promise.or(printed) {
        Some(promised) if promised > today || promised == today && !item.by_hand.is_empty() => {
            promised
        }
        _ => Due::date_after(today, world.pledge.promise, world.calendar),
    };
    Some((names, promise))
}

/// Whom a notice names: who has the item; where no member is there who could, the supervisor who
/// hears of it at once. A letter is printed only for a person who may open the mailbox.
///
/// Rejected: to name the mailbox where no person at all is there. Its notice would promise a date
/// that no person has heard of; the operator hears at once instead, and the pledge is broken.
#[must_use]
pub fn named(item: &Item, world: &World<'_>, today: NaiveDate) -> Option<String> {
    let hands = world.office().hands(item, today);
    let above = || escalation::ladder(item, world, today).into_iter().next();
    match hands.member {
        Some(member) => Some(member.id.clone()),
        None if world.pledge.letter => None,
        None => above(),
    }
}

/// The first instant from `at` on at which a notice may leave that comes after its moment.
fn in_daytime(at: DateTime<Utc>, calendar: &Calendar) -> DateTime<Utc> {
    let (from, until) = NOTICE_HOURS;
    let (day, time) = (calendar.local_date(at), calendar.local(at).time());
    if time < from {
        calendar.instant(day, from)
    } else if time < until {
        at
    } else {
        calendar.instant(day.succ_opt().unwrap_or(day), from)
    }
}
