//! What is presumed no question: when it is shown to a person, and when it closes by itself.

use super::{DEFAULT_ESCALATION, Planner};
use crate::domain::event::Effect;
use crate::domain::no_question;
use crate::domain::reader::Reader;
use chrono::{DateTime, NaiveDate, Utc};

impl Planner<'_> {
    /// Most likely no question: shown on the day it came and on its last day, to a person who is
    /// there. Which of them a mail names, and which it counts, is decided where it is written.
    pub(super) fn presumed(&mut self) {
        let last_day = self.last_day_of_showing();
        let ends = last_day.map(|day| self.world.calendar.closes(day));
        if ends.is_some_and(|ends| self.now >= ends) {
            self.plan.lapses = true;
            return;
        }
        if let Some(ends) = ends {
            self.wake(ends);
        }
        let at = match last_day {
            None => self.first_showing(),
            Some(day) => self.last_showing(day),
        };
        if let (Some(at), Some(member)) = (at, self.hands().member) {
            let showings = self.item.showings().count();
            let next = u16::try_from(showings)
                .unwrap_or(u16::MAX)
                .saturating_add(1);
            let reader = Reader::Staff(member.id.clone());
            self.staff_mail(Effect::NoQuestion(next), at, reader);
        }
        self.wake_at_the_next_change();
    }

    /// Counted from the first mail that has shown it to a person.
    fn last_day_of_showing(&self) -> Option<NaiveDate> {
        let calendar = self.world.calendar;
        let mut showings = self.item.showings();
        let taken = showings.find_map(|done| done.sent_at.filter(|_| done.failed.is_none()))?;
        let first_day = calendar.local_date(taken);
        Some(calendar.add_working_days(first_day, no_question::WORKING_DAYS))
    }

    /// On the morning of its last day, unless it was shown since.
    fn last_showing(&self, last_day: NaiveDate) -> Option<DateTime<Utc>> {
        let morning = self
            .world
            .calendar
            .instant(last_day, DEFAULT_ESCALATION.time);
        let mut shown = self.item.showings();
        (!shown.any(|done| done.queued_at >= morning)).then_some(morning)
    }

    /// When it is shown as long as no person has seen it; `None`: the last mail about it is on its
    /// way.
    fn first_showing(&self) -> Option<DateTime<Utc>> {
        match self.item.showings().next_back() {
            None => Some(self.morning_after(self.item.since)),
            // A mail that shadow withheld has shown it to no person.
            Some(last) if last.withheld => Some(self.morning_after(last.queued_at)),
            Some(last) => last.failed.map(|(at, _)| self.morning_after(at)),
        }
    }
}
