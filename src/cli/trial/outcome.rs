//! What a year of a mailbox shows, in bounds: an answer is seen in time, seen later, or not seen.
//! Pure.
//!
//! A mailbox does not show that a pledge was broken: an answer by telephone, from an own address,
//! or one whose copy was thrown away is not in it. Months of which it is plain that mail is
//! missing, or that arrivals were given new times by a migration, are marked and left out of the
//! shares.

use crate::domain::board::Board;
use crate::domain::item::{Item, State};
use crate::domain::pledge::Due;
use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use std::collections::BTreeMap;

/// A month with fewer messages than this share of the usual month, in percent, has been thinned.
const THINNED_PERCENT: u32 = 20;

/// From this many arrivals in one hour they may be a migration.
const MOVED_IN_HOUR: u32 = 50;
/// The share of their month, in percent, that these arrivals have at least.
const MOVED_PERCENT: u32 = 30;

/// The state of a question at the end of the trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    InTime,
    Later,
    Never,
    /// Its time had not ended.
    NotYet,
}

impl Seen {
    /// Those whose time has ended.
    pub const ENDED: [Seen; 3] = [Seen::InTime, Seen::Later, Seen::Never];

    fn of(item: &Item, due: &Due, now: DateTime<Utc>) -> Self {
        let settled = item.settled.as_ref().filter(|_| !item.state.is_live());
        match settled.map(|settled| settled.at) {
            Some(at) if at < due.closes => Self::InTime,
            Some(_) => Self::Later,
            None if now < due.closes => Self::NotYet,
            None => Self::Never,
        }
    }
}

/// Why a month cannot be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// Most arrivals are missing.
    FewArrivals,
    /// Sent holds hardly anything.
    FewAnswers,
    /// Arrivals share an hour: they were given new times.
    Moved,
}

/// One month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Month {
    pub arrivals: u32,
    pub sent: u32,
    pub questions: BTreeMap<Seen, u32>,
    /// Questions without an answer in time for which a notice would have left in time.
    pub notices: u32,
    pub marks: Vec<Mark>,
    hours: BTreeMap<(u32, u32), u32>,
}

impl Month {
    #[must_use]
    pub fn of(&self, seen: Seen) -> u32 {
        self.questions.get(&seen).copied().unwrap_or(0)
    }

    /// A question; `is_noticed`: a notice would have left in time.
    fn asks(&mut self, seen: Seen, is_noticed: bool) {
        *self.questions.entry(seen).or_default() += 1;
        self.notices += u32::from(is_noticed && matches!(seen, Seen::Later | Seen::Never));
    }

    /// Why it cannot be believed.
    fn doubts(&self, is_whole: bool, usual: &Usual) -> impl Iterator<Item = Mark> + use<> {
        let is_few = |count: u32, usual: u32| {
            is_whole && usual >= 10 && count * 100 < usual * THINNED_PERCENT
        };
        let most = self.hours.values().max().copied().unwrap_or(0);
        let are_moved = most >= MOVED_IN_HOUR && most * 100 >= self.arrivals * MOVED_PERCENT;
        let doubts = [
            (Mark::FewArrivals, is_few(self.arrivals, usual.arrivals)),
            (Mark::FewAnswers, is_few(self.sent, usual.sent)),
            (Mark::Moved, are_moved),
        ];
        let held = doubts.into_iter().filter(|(_, holds)| *holds);
        held.map(|(mark, _)| mark)
    }

    /// Questions whose time has ended.
    #[must_use]
    pub fn decided(&self) -> u32 {
        self.of(Seen::InTime) + self.of(Seen::Later) + self.of(Seen::Never)
    }
}

/// The month in the middle, by each figure.
struct Usual {
    arrivals: u32,
    sent: u32,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// By the first of each month.
    pub months: BTreeMap<NaiveDate, Month>,
    /// Messages that are not questions, or that a rule left out.
    pub no_question: u32,
    /// Questions without a seen answer that are marked as answered in the mailbox.
    pub marked: u32,
    /// How many items supervisors would have been told of.
    pub escalated: u32,
}

impl Outcome {
    /// An arrival of any kind.
    pub fn arrives(&mut self, day: NaiveDate, hour: u32) {
        let month = self.month(day);
        month.arrivals += 1;
        *month.hours.entry((day.day(), hour)).or_default() += 1;
    }

    /// A mail that was sent.
    pub fn sends(&mut self, day: NaiveDate) {
        self.month(day).sent += 1;
    }

    /// An item, at the end. `is_marked`: the mailbox says that it was answered.
    pub fn counts(
        &mut self,
        item: &Item,
        board: &Board,
        now: DateTime<Utc>,
        is_marked: bool,
    ) -> Option<Seen> {
        if item.state == State::History {
            return None;
        }
        let arrived = board.calendar.local(item.received_at);
        self.arrives(arrived.date_naive(), arrived.hour());
        let Some(due) = item.due.as_ref().filter(|_| item.state != State::Excluded) else {
            self.no_question += 1;
            return None;
        };
        let seen = Seen::of(item, due, now);
        let is_noticed = item.noticed_at().is_some_and(|at| at < due.closes);
        let is_escalated = item.escalations().next().is_some();
        self.marked += u32::from(is_marked && seen == Seen::Never);
        self.escalated += u32::from(is_escalated);
        self.month(arrived.date_naive()).asks(seen, is_noticed);
        Some(seen)
    }

    /// Marks the months that cannot be believed; to be called when all is counted.
    pub fn judge(&mut self) {
        let usual = Usual {
            arrivals: self.median(|month| month.arrivals),
            sent: self.median(|month| month.sent),
        };
        let mut days = self.months.keys().copied();
        let (first, last) = (days.next(), days.next_back());
        for (day, month) in &mut self.months {
            // The first and the last month of a trial are seldom whole.
            let is_whole = Some(*day) != first && last.is_some_and(|last| *day != last);
            month.marks = month.doubts(is_whole, &usual).collect();
        }
    }

    fn median(&self, count: fn(&Month) -> u32) -> u32 {
        let mut counts: Vec<u32> = self.months.values().map(count).collect();
        counts.sort_unstable();
        counts.get(counts.len() / 2).copied().unwrap_or(0)
    }

    /// The months that can be believed, added up.
    #[must_use]
    pub fn believed(&self) -> Month {
        let mut sum = Month::default();
        for month in self.months.values().filter(|month| month.marks.is_empty()) {
            sum.arrivals += month.arrivals;
            sum.sent += month.sent;
            sum.notices += month.notices;
            for (seen, count) in &month.questions {
                *sum.questions.entry(*seen).or_default() += count;
            }
        }
        sum
    }

    /// Questions of all months whose answers are seen.
    #[must_use]
    pub fn answered(&self) -> u32 {
        let months = self.months.values();
        months
            .map(|month| month.of(Seen::InTime) + month.of(Seen::Later))
            .sum()
    }

    fn month(&mut self, day: NaiveDate) -> &mut Month {
        self.months
            .entry(day.with_day(1).unwrap_or(day))
            .or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Months as `arrivals/sent`, each spread over hours, or `N@1` for all in one hour.
    fn marks(months: &[(u32, u32, bool)]) -> Vec<Vec<Mark>> {
        let mut outcome = Outcome::default();
        for (number, (arrivals, sent, at_once)) in (1..).zip(months) {
            let first = NaiveDate::from_ymd_opt(2026, number, 1).expect("a month");
            for n in 0..*arrivals {
                let day = if *at_once {
                    first
                } else {
                    first + chrono::Days::new(u64::from(n % 28))
                };
                outcome.arrives(day, if *at_once { 9 } else { 8 + n % 9 });
            }
            for _ in 0..*sent {
                outcome.sends(first);
            }
        }
        outcome.judge();
        outcome
            .months
            .values()
            .map(|month| month.marks.clone())
            .collect()
    }

    #[test]
    fn months_that_cannot_be_believed_are_marked() {
        let usual = (100, 80, false);
        let none: Vec<Mark> = vec![];
        let check = |third: (u32, u32, bool), expected: &[Mark]| {
            let found = marks(&[usual, usual, third, usual, usual]);
            assert_eq!(found[2], expected, "{third:?}");
            assert!(
                found
                    .iter()
                    .enumerate()
                    .all(|(n, marks)| n == 2 || marks.is_empty()),
                "{found:?}"
            );
        };
        check(usual, &none);
        check((30, 30, false), &none);
        check((10, 80, false), &[Mark::FewArrivals]);
        check((100, 3, false), &[Mark::FewAnswers]);
        check((5, 0, false), &[Mark::FewArrivals, Mark::FewAnswers]);
        check((400, 80, true), &[Mark::Moved]);
        assert_eq!(
            marks(&[(3, 0, false), usual, usual, (2, 1, false)])[0],
            none,
            "a part of a month"
        );
        assert_eq!(
            marks(&[(3, 2, false), (0, 0, false), (2, 1, false)]).concat(),
            none,
            "too few to judge"
        );
    }
}
