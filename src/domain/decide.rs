//! What to do about one item now, and when to look at it again. Pure and total.
//!
//! The caller sees to it that `now` is the moment of a fresh view: every watched folder, Sent above
//! all, has been read since. So a moment that has come was seen with everything that could have
//! settled it.
//!
//! Rules that hold for every history (they are tested one by one below, and all at once by the
//! simulation):
//! - a mail that was once caused is never caused again: the effect is the natural key;
//! - only an open item that may be noticed causes a notice, and only where it can name a person who
//!   is there and knows of it: the handler, a deputy, or the supervisor who hears of it for want of
//!   both; never later than [`NOTICE_GRACE`] working days past due; a new date is mailed only to a
//!   citizen who had a notice;
//! - staff get nothing outside office hours of a working day;
//! - a person who has the item when its reminder has gone to another one hears of it, before or
//!   with the notice that names them;
//! - a message that is presumed no question is shown, and closes by itself; staff hear nothing else
//!   of it;
//! - after an outage at most one escalation is due at a time: the next step counts from the last
//!   one, not only from the calendar.

mod escalation;
mod notice;
mod presumed;

pub use escalation::{ESCALATION_GAP, repeat, told_below};
pub use notice::{
    JUNK_IS_LOOKED_AT, NOTICE_GRACE, NOTICE_HOURS, Notice, can_have_left, named, notice,
    notice_has_come, word,
};

use crate::domain::calendar::Calendar;
use crate::domain::event::{Effect, Flag};
use crate::domain::hands::{Hands, Office};
use crate::domain::item::{Item, State};
use crate::domain::pledge::{Due, Moment, Pledge};
use crate::domain::reader::Reader;
use crate::domain::staff::{Member, Staff};
use crate::domain::stand_ins::StandIns;
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use std::collections::BTreeSet;

/// How long after a promise was moved its citizen gets the new date: a slip of the pen is mended
/// within minutes.
pub const MOVE_GRACE: Duration = Duration::minutes(15);

/// How long after a weak sign of an answer its handler is asked. A mail program marks the question
/// as answered first and stores the answer's copy a little later; a handler must not be asked about
/// an answer that is sent.
pub const CONFIRM_GRACE: Duration = Duration::hours(1);

/// The flags that held a due notice, of which its handler hears.
const HELD: [Flag; 3] = [
    Flag::NoticeHeldByCap,
    Flag::NoticeHeldByHour,
    Flag::NoticeHeldByPause,
];

/// Everything besides the item that a decision depends on.
#[derive(Clone, Copy, Debug)]
pub struct World<'a> {
    pub calendar: &'a Calendar,
    pub staff: &'a Staff,
    /// The item's pledge, as configured today.
    pub pledge: &'a Pledge,
    /// Who hears of items that no member has.
    pub supervisor: Option<&'a str>,
    /// Ids of staff who are for other mailboxes only.
    pub not_here: &'a BTreeSet<String>,
    /// Who stands in where a handler is a list.
    pub stand_ins: &'a StandIns,
    /// It is known whose word on senders is believed.
    pub border_speaks: bool,
}

impl<'a> World<'a> {
    #[must_use]
    pub fn office(&self) -> Office<'a> {
        Office {
            calendar: self.calendar,
            staff: self.staff,
            not_here: self.not_here,
            stand_ins: self.stand_ins,
        }
    }
}

/// One mail to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub effect: Effect,
    pub to: Reader,
    /// The member of staff whom it names to a citizen.
    pub names: Option<String>,
    /// The date that a notice or a letter promises.
    pub promise: Option<NaiveDate>,
}

/// All that is to be done now, and when to decide again; no `wake_at` means not before something
/// happens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    pub acts: Vec<Act>,
    /// The message that is presumed no question has been shown for long enough: it closes.
    pub lapses: bool,
    pub wake_at: Option<DateTime<Utc>>,
}

/// Decides about one item.
#[must_use]
pub fn decide(item: &Item, world: &World<'_>, now: DateTime<Utc>) -> Plan {
    if item.erased.is_some() {
        return Plan::default();
    }
    let mut planner = Planner {
        item,
        world,
        now,
        plan: Plan::default(),
    };
    planner.answer_bounced();
    planner.note_missing();
    planner.filed();
    if item.state.is_live()
        && let Some(due) = &item.due
    {
        match item.covered_by {
            Some(_) => planner.covered(),
            None => planner.live(due),
        }
    }
    if item.is_presumed() {
        planner.presumed();
    }
    planner.plan
}

struct Planner<'a> {
    item: &'a Item,
    world: &'a World<'a>,
    now: DateTime<Utc>,
    plan: Plan,
}

impl<'a> Planner<'a> {
    fn live(&mut self, due: &Due) {
        let hands = self.hands();
        if let Some(member) = hands.member {
            let handler = Reader::Staff(member.id.clone());
            self.ask_or_remind(due, &handler);
            self.lies_aside(&handler);
            self.tell_of_notice(&handler);
            self.tell_at_once(due, &handler);
            self.pass_on(member);
            self.urge(member);
            self.remind_of_promise(due, handler);
        }
        self.notice();
        self.new_date();
        self.escalate(due, hands);
        self.wake_at_the_next_change();
    }

    /// The handler is asked about a sign of an answer, or else reminded; and asked again on the day
    /// of the reminder, if no word has come since an earlier day.
    fn ask_or_remind(&mut self, due: &Due, handler: &Reader) {
        let is_probable = self.item.state == State::ProbablyAnswered;
        if is_probable {
            let at = self.item.since + CONFIRM_GRACE;
            self.staff_mail(Effect::Confirm, at, handler.clone());
        }
        let Some(reminder) = self.world.pledge.reminder else {
            return;
        };
        let at = self.not_before_it_was_asked(reminder.at(due.date, self.world.calendar));
        if !is_probable || self.was_asked_before_the_day_of(at) {
            self.staff_mail(Effect::Reminder, at, handler.clone());
        }
    }

    fn was_asked_before_the_day_of(&self, at: DateTime<Utc>) -> bool {
        let day = |at| self.world.calendar.local_date(at);
        let asked = self.item.done.get(&Effect::Confirm);
        asked.is_some_and(|asked| day(asked.queued_at) < day(at))
    }

    /// The handler hears that a notice was lost, or is held.
    fn tell_of_notice(&mut self, handler: &Reader) {
        let notice = self.item.done.get(&Effect::Notice);
        let is_lost = notice.is_some_and(|notice| notice.failed.is_some());
        let is_held = notice.is_none() && HELD.iter().any(|flag| self.item.flags.contains(flag));
        if is_lost || self.item.is_new_date_lost() {
            self.staff_mail(Effect::NoticeTrouble, self.now, handler.clone());
        }
        if is_held && self.item.state == State::Open {
            self.staff_mail(Effect::NoticeHeld, self.now, handler.clone());
        }
    }

    fn tell_at_once(&mut self, due: &Due, handler: &Reader) {
        if self.world.pledge.tell_at_once
            && !self.item.done.contains_key(&Effect::Reminder)
            && self.now < due.closes
        {
            self.staff_mail(Effect::Arrival, self.now, handler.clone());
        }
    }

    fn remind_of_promise(&mut self, due: &Due, handler: Reader) {
        let Some(promise) = self.item.running_promise() else {
            return;
        };
        // On the pledge's own last day its own reminder speaks.
        if promise != due.date || self.world.pledge.reminder.is_none() {
            let moment = self.first_time().at_offset(0);
            let at = moment.at(promise, self.world.calendar);
            self.staff_mail(Effect::PromiseReminder(promise), at, handler);
        }
    }

    /// Where it lies, or where its answer may lie, asks for a look. A message thrown away is asked
    /// about the next morning.
    fn lies_aside(&mut self, handler: &Reader) {
        if self.item.may_lie_answered_in_junk() {
            self.staff_mail(Effect::AnswerInJunk, self.now, handler.clone());
        }
        if let Some(trashed) = self.item.trashed_at {
            self.staff_mail(
                Effect::Trashed,
                self.morning_after(trashed),
                handler.clone(),
            );
        }
    }

    /// The citizen has a notice, and the question of that notice climbs for both: only the person
    /// who has this one hears of it, the next morning.
    fn covered(&mut self) {
        if let Some(member) = self.hands().member {
            let handler = Reader::Staff(member.id.clone());
            if self.item.state == State::ProbablyAnswered {
                self.staff_mail(Effect::Confirm, self.item.since + CONFIRM_GRACE, handler);
            } else {
                self.staff_mail(
                    Effect::Reminder,
                    self.morning_after(self.item.since),
                    handler,
                );
            }
            self.pass_on(member);
            self.urge(member);
        }
        self.wake_at_the_next_change();
    }

    /// A moment that had passed when it became a question is the next morning mail.
    fn not_before_it_was_asked(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.item
            .question_since
            .filter(|since| at < *since)
            .map_or(at, |since| self.morning_after(since))
    }

    /// The first morning mail after `at`.
    fn morning_after(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let calendar = self.world.calendar;
        let morning = |day| calendar.instant(day, DEFAULT_ESCALATION.time);
        let day = calendar.local_date(at);
        let today = calendar.staff_mail_at(morning(day));
        if at < today {
            today
        } else {
            morning(calendar.add_working_days(day, 1))
        }
    }

    /// In whose hands the item is today.
    fn hands(&self) -> Hands<'a> {
        self.world.office().hands(self.item, self.today())
    }

    fn today(&self) -> NaiveDate {
        self.world.calendar.local_date(self.now)
    }

    /// Mails the person who has the item, if others had a mail before and they had none: the
    /// deputy, when the handler seems to be away without an entry in the register, and anyone to
    /// whom it came after the reminder.
    fn pass_on(&mut self, member: &Member) {
        let to = Reader::Staff(member.id.clone());
        if self.item.flags.contains(&Flag::HandlerAway)
            && !self.item.done.contains_key(&Effect::StandIn)
            && self
                .item
                .handler
                .as_deref()
                .is_some_and(|handler| handler != member.id && self.is_there(handler))
        {
            self.staff_mail(Effect::StandIn, self.now, to);
            return;
        }
        let is_told = self.item.was_told(&member.id);
        if self.item.state == State::Open
            && self.item.done.contains_key(&Effect::Reminder)
            && !is_told
        {
            let before = self
                .item
                .done
                .keys()
                .filter(|effect| matches!(effect, Effect::HandOver(_)))
                .count();
            let count = u16::try_from(before).unwrap_or(u16::MAX).saturating_add(1);
            self.staff_mail(Effect::HandOver(count), self.now, to);
        }
    }

    /// The supervisor has a mail about the item, and nothing says that it did not arrive.
    fn has_heard(&self, id: &str) -> bool {
        let mut steps = self.item.escalations();
        steps.any(|(_, done)| done.failed.is_none() && done.to.iter().any(|to| to == id))
    }

    /// A person wants the handler to be reminded.
    fn urge(&mut self, member: &Member) {
        if let Some(count) = self.item.urges() {
            self.staff_mail(
                Effect::Urge(count),
                self.now,
                Reader::Staff(member.id.clone()),
            );
        }
    }

    /// By the register.
    fn is_there(&self, id: &str) -> bool {
        self.world
            .staff
            .get(id)
            .is_some_and(|member| member.is_there(self.today()))
    }

    /// An absence that begins may leave no handler, and one that ends may bring one back: neither
    /// waits for a moment of the pledge.
    fn wake_at_the_next_change(&mut self) {
        let calendar = self.world.calendar;
        if let Some(handler) = self.item.handler.as_deref()
            && let Some(day) = self.world.office().next_change(handler, self.today())
        {
            self.wake(calendar.staff_mail_at(calendar.instant(day, NaiveTime::MIN)));
        }
    }

    fn notice(&mut self) {
        let Some(notice) = notice(self.item, self.world, self.now) else {
            return;
        };
        if notice.at > self.now {
            self.wake(notice.at);
            return;
        }
        if !self.may_name(&notice.names) {
            return;
        }
        let (to, names) = match notice.effect {
            Effect::Letter => (Reader::Staff(notice.names), None),
            _ => (Reader::Citizen, Some(notice.names)),
        };
        self.plan.acts.push(Act {
            effect: notice.effect,
            to,
            names,
            promise: Some(notice.promise),
        });
    }

    /// A supervisor is named only after the mail that there is no one else.
    fn may_name(&self, id: &str) -> bool {
        self.hands().member.is_some() || self.has_heard(id)
    }

    /// The citizen hears of a promise that was moved after the notice, where the pledge says so.
    fn new_date(&mut self) {
        let (item, calendar) = (self.item, self.world.calendar);
        let names = named(item, self.world, self.today()).filter(|id| self.may_name(id));
        let (Some(names), Some((number, moved))) = (names, item.untold()) else {
            return;
        };
        let effect = Effect::NewDate(number);
        if !item.hears_of_new_dates(self.world.pledge)
            || item.done.contains_key(&effect)
            || self.now >= calendar.closes(moved.date)
        {
            return;
        }
        let at = moved.at + MOVE_GRACE;
        if at > self.now {
            self.wake(at);
        } else {
            self.plan.acts.push(Act {
                effect,
                to: Reader::Citizen,
                names: Some(names),
                promise: Some(moved.date),
            });
        }
    }

    /// The person who has the item hears that the citizen never got the answer, in any state of the
    /// item; else a supervisor.
    fn answer_bounced(&mut self) {
        if self.item.flags.contains(&Flag::AnswerBounced) {
            let hands = self.hands();
            let above = || self.ladder().into_iter().next();
            let to = hands.member.map(|member| member.id.clone()).or_else(above);
            self.staff_mail(
                Effect::AnswerBounced,
                self.now,
                to.map_or(Reader::Operator, Reader::Staff),
            );
        }
    }

    /// The handler is asked once for the note of the action taken, unless it comes within the hour.
    fn note_missing(&mut self) {
        if self.item.flags.contains(&Flag::NoteMissing)
            && let Some(handler) = self.hands().member
        {
            let at = self.item.since + CONFIRM_GRACE;
            self.staff_mail(Effect::Note, at, Reader::Staff(handler.id.clone()));
        }
    }

    /// It was filed as done, and no answer is seen: the next morning mail asks whether there was one.
    fn filed(&mut self) {
        if !self.item.still_wants(Effect::Filed) {
            return;
        }
        match self.hands().member {
            Some(handler) => {
                let at = self.morning_after(self.item.since);
                self.staff_mail(Effect::Filed, at, Reader::Staff(handler.id.clone()));
            }
            None => self.wake_at_the_next_change(),
        }
    }

    /// Plans a mail to staff: now, if its moment has come within office hours, else later.
    fn staff_mail(&mut self, effect: Effect, at: DateTime<Utc>, to: Reader) {
        if self.item.done.contains_key(&effect) {
            return;
        }
        let at = self.world.calendar.staff_mail_at(at.max(self.now));
        if at > self.now {
            self.wake(at);
        } else {
            self.plan.acts.push(Act {
                effect,
                to,
                names: None,
                promise: None,
            });
        }
    }

    fn wake(&mut self, at: DateTime<Utc>) {
        self.plan.wake_at = Some(self.plan.wake_at.map_or(at, |earlier| earlier.min(at)));
    }
}

/// When a pledge names no escalation.
const DEFAULT_ESCALATION: Moment = Moment {
    days: 1,
    time: NaiveTime::from_hms_opt(8, 0, 0).expect("08:00 is a time"),
};

#[cfg(test)]
mod tests;
