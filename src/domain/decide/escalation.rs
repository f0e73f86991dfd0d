//! When which supervisors get mail: step by step up the ladder, then again and again while an item
//! is still late.

use super::{Act, DEFAULT_ESCALATION, Plan, Planner, World};
use crate::domain::event::Effect;
use crate::domain::hands::Hands;
use crate::domain::item::{Done, Item};
use crate::domain::pledge::{Due, Moment};
use crate::domain::reader::Reader;
use crate::domain::staff::Member;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeSet;

/// Working days after the last configured escalation, and between any two that follow: the top of
/// the ladder hears of every item that is still late, in one mail ([`repeat`]).
pub const ESCALATION_GAP: i32 = 5;

/// Working days after an escalation that reached no reader, before it is tried once more.
const LOST_GAP: i32 = 2;

/// Working days that an escalation may lie past due; far above any item's life, it only bounds the
/// counting.
const MAX_OFFSET: i32 = 2_000;

/// The escalation of an item that had its last step on an earlier day, and its reader, whether or
/// not it falls due: it is in the next mail of that kind to its reader.
#[must_use]
pub fn repeat(item: &Item, world: &World<'_>, now: DateTime<Utc>) -> Option<(Effect, Reader)> {
    let (step, done) = item.escalations().next_back()?;
    let calendar = world.calendar;
    let was_last = usize::from(step) >= world.pledge.escalation.len().max(1);
    let earlier =
        calendar.local_date(done.queued_at) < calendar.local_date(now) && done.failed.is_none();
    if !was_last || !earlier || !item.state.is_live() {
        return None;
    }
    let planner = Planner {
        item,
        world,
        now,
        plan: Plan::default(),
    };
    let ladder = planner.ladder();
    let reader = ladder.get(usize::from(step)).or(ladder.last())?;
    Some((
        Effect::Escalation(step.saturating_add(1)),
        Reader::Staff(reader.clone()),
    ))
}

/// Who hears below that a step was taken: the person who has the item, unless it was repeated only
/// because others are late, and its citizen waits for a day that was promised.
#[must_use]
pub fn told_below(item: &Item, world: &World<'_>, now: DateTime<Utc>, step: u16) -> Option<Reader> {
    let today = world.calendar.local_date(now);
    let repeats = usize::from(step) > world.pledge.escalation.len().max(1);
    let waits = repeats
        && item
            .running_promise()
            .is_some_and(|promise| promise >= today);
    let hands = world.office().hands(item, today);
    let member = hands
        .member
        .filter(|_| !hands.doubtful && !waits && item.state.is_live())?;
    Some(Reader::Staff(member.id.clone()))
}

impl Planner<'_> {
    /// When supervisors get their first mail, and at which time of day.
    pub(super) fn first_time(&self) -> Moment {
        self.world
            .pledge
            .escalation
            .first()
            .copied()
            .unwrap_or(DEFAULT_ESCALATION)
    }

    pub(super) fn escalate(&mut self, due: &Due, hands: Hands<'_>) {
        let unmanned = hands.member.is_none() || hands.doubtful;
        let ladder = self.ladder();
        let last = self.item.escalations().next_back();
        let step = last.map_or(1, |(step, _)| step.saturating_add(1));
        let rung = |step: u16| ladder.get(usize::from(step.max(1)) - 1).or(ladder.last());
        let at = match last {
            None if unmanned => self.now,
            None => self.first_step(due),
            // A lost escalation does not delay the next one, unless the next one would go to the
            // same address.
            Some((
                step_done,
                Done {
                    failed: Some((at, _)),
                    ..
                },
            )) if rung(step) != rung(step_done) => *at,
            Some((step_done, done)) => self.next_step(due, step_done, done),
        };
        let to = rung(step).map_or(Reader::Operator, |member| Reader::Staff(member.clone()));
        self.staff_mail(Effect::Escalation(step), at, to);
        self.climbed(step);
    }

    /// The person who has a climbing item hears of it in the mail of the same morning.
    fn climbed(&mut self, step: u16) {
        let told = step.saturating_sub(1);
        let climbs = |act: &Act| act.effect == Effect::Escalation(step);
        let step = if self.plan.acts.iter().any(climbs) {
            step
        } else {
            told
        };
        let is_news = |done: &Done| {
            done.failed.is_none() && self.world.calendar.local_date(done.queued_at) == self.today()
        };
        let is_known = step == 0
            || self
                .item
                .done
                .get(&Effect::Escalation(step))
                .is_some_and(|done| !is_news(done));
        if let Some(reader) =
            told_below(self.item, self.world, self.now, step).filter(|_| !is_known)
        {
            self.staff_mail(Effect::Climbed(step), self.now, reader);
        }
    }

    /// When supervisors hear of it first: at the pledge's moment, or after a promise that was to be
    /// kept before that.
    fn first_step(&self, due: &Due) -> DateTime<Utc> {
        let (first, calendar) = (self.first_time(), self.world.calendar);
        let at = first.at(due.date, calendar);
        let at = self.item.running_promise().map_or(at, |promise| {
            at.min(calendar.instant(calendar.add_working_days(promise, 1), first.time))
        });
        // What became a question later climbs from the next working day on.
        self.item
            .question_since
            .filter(|since| at <= *since)
            .map_or(at, |since| {
                calendar.instant(
                    calendar.add_working_days(calendar.local_date(since), 1),
                    first.time,
                )
            })
    }

    /// When the step after `done` is due: by the pledge's own moments, or by the promise once a
    /// citizen relies on one, and never sooner after the last step than the steps lie apart. The
    /// step after the last one counts from the mail about it, which may have left early together
    /// with other late questions; and from the last mail that arrived, if that one did not.
    fn next_step(&self, due: &Due, done: u16, last: &Done) -> DateTime<Utc> {
        let calendar = self.world.calendar;
        let steps = &self.world.pledge.escalation;
        // Mailed early because no member had the item: at the pledge's first moment the mail that
        // it is overdue still goes. A date that has moved since brings no step of its own.
        let first = self.first_time().at(due.date, calendar);
        if last.early && last.queued_at < first {
            let next_day = calendar.add_working_days(calendar.local_date(last.queued_at), 1);
            return first.max(calendar.instant(next_day, self.first_time().time));
        }
        let done = usize::from(done);
        let time = steps
            .get(done)
            .or(steps.last())
            .unwrap_or(&DEFAULT_ESCALATION)
            .time;
        let spaced = calendar.instant(self.apart(done, last), time);
        // No reader has heard of it: a lost mail does not move the next step out, and a promise
        // buys no time.
        if self.is_unheard() {
            return spaced;
        }
        let scheduled = match self.item.running_promise() {
            Some(promise) => calendar.instant(calendar.add_working_days(promise, 1), time),
            None if done >= steps.len() => spaced,
            None => calendar.instant(
                calendar.add_working_days(due.date, self.offset_of(done).min(MAX_OFFSET)),
                time,
            ),
        };
        scheduled.max(spaced)
    }

    /// Every step so far was lost.
    fn is_unheard(&self) -> bool {
        self.item.heard_at().is_none()
    }

    /// The first day that lies far enough from the last step.
    fn apart(&self, done: usize, last: &Done) -> NaiveDate {
        let calendar = self.world.calendar;
        let gap = if self.world.pledge.escalation.is_empty() {
            ESCALATION_GAP
        } else {
            (self.offset_of(done) - self.offset_of(done - 1)).max(1)
        };
        let gap = if self.is_unheard() {
            gap.min(LOST_GAP)
        } else {
            gap
        };
        let last_day = calendar.local_date(last.queued_at);
        match self.item.heard_at() {
            Some(heard_at) if last.failed.is_some() => calendar
                .add_working_days(calendar.local_date(heard_at), gap)
                .max(calendar.add_working_days(last_day, LOST_GAP)),
            _ => calendar.add_working_days(last_day, gap),
        }
    }

    /// Working days past due of a step of a pledge that has steps.
    fn offset_of(&self, step: usize) -> i32 {
        let steps = &self.world.pledge.escalation;
        let beyond = i32::try_from(step.saturating_sub(steps.len() - 1)).unwrap_or(i32::MAX / 4);
        let own = steps
            .get(step)
            .or(steps.last())
            .map_or(1, |moment| i32::from(moment.days));
        if step < steps.len() {
            own
        } else {
            own + beyond.saturating_mul(ESCALATION_GAP)
        }
    }

    /// Whom to mail today, from the first step up.
    pub(super) fn ladder(&self) -> Vec<String> {
        ladder(self.item, self.world, self.today())
    }
}

/// Whom to mail on a day, from the first step up. No reader hears of an item that they have
/// themselves.
pub(super) fn ladder(item: &Item, world: &World<'_>, today: NaiveDate) -> Vec<String> {
    let (hands, staff) = (world.office().hands(item, today), world.staff);
    let acting = hands.member.map(|member| member.id.as_str());
    let handler = item.handler.as_deref();
    let known = handler.filter(|id| staff.get(id).is_some());
    let above = known.map(|id| staff.ladder(id, acting, today));
    let ladder = above
        .filter(|above| !above.is_empty())
        .unwrap_or_else(|| without_a_chain(world, [handler, acting], today));
    ladder.iter().map(|member| member.id.clone()).collect()
}

/// The mailbox's supervisor and those above, but for who has the item.
fn without_a_chain<'a>(
    world: &World<'a>,
    has_it: [Option<&str>; 2],
    today: NaiveDate,
) -> Vec<&'a Member> {
    let (staff, mut met) = (world.staff, BTreeSet::from(has_it));
    let Some(supervisor) = world.supervisor else {
        return Vec::new();
    };
    let first = staff.present(supervisor, today).into_iter();
    let up = first.chain(staff.ladder(supervisor, has_it[1], today));
    let mut members = Vec::new();
    for member in up {
        if met.insert(Some(&member.id)) {
            members.push(member);
        }
    }
    members
}
