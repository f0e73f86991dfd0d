//! The report's clock: working days and office hours between two instants, by the municipality's
//! calendar.

use crate::domain::calendar::{Calendar, Counting};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// The longest time that is measured, in days; a longer time counts as this one.
pub const LONGEST: usize = 3_660;

/// Working days, counted once for all items.
#[derive(Debug)]
pub struct WorkingDays<'a> {
    calendar: &'a Calendar,
    first: NaiveDate,
    /// How many working days lie from `first` until before each day.
    before: Vec<u32>,
}

impl<'a> WorkingDays<'a> {
    /// Quick between these dates; right outside them too.
    #[must_use]
    pub fn new(calendar: &'a Calendar, first: NaiveDate, last: NaiveDate) -> Self {
        let mut before = vec![0];
        let mut count = 0;
        for date in first
            .iter_days()
            .take_while(|date| *date <= last)
            .take(4 * LONGEST)
        {
            count += u32::from(calendar.is_working_day(date));
            before.push(count);
        }
        Self {
            calendar,
            first,
            before,
        }
    }

    #[must_use]
    pub fn calendar(&self) -> &'a Calendar {
        self.calendar
    }

    /// Working days after `from` up to and with `until`; 0 when `until` is not after it.
    #[must_use]
    pub fn between(&self, from: NaiveDate, until: NaiveDate) -> u32 {
        let until = from
            .checked_add_days(Days::new(LONGEST as u64))
            .map_or(until, |last| last.min(until));
        let index = |date: NaiveDate| {
            let days = (date.succ_opt()? - self.first).num_days();
            self.before.get(usize::try_from(days).ok()?).copied()
        };
        if let (Some(from), Some(until)) = (index(from), index(until)) {
            return until.saturating_sub(from);
        }
        let days = from
            .iter_days()
            .skip(1)
            .take(LONGEST)
            .take_while(|date| *date <= until);
        u32::try_from(
            days.filter(|date| self.calendar.is_working_day(*date))
                .count(),
        )
        .unwrap_or(u32::MAX)
    }

    /// Working days from the arrival to an answer, as the pledge counts them: day 0 is the day of
    /// arrival, by rule B the first working day from then on.
    #[must_use]
    pub fn to_answer(&self, arrival: NaiveDate, answer: DateTime<Utc>) -> u32 {
        let start = match self.calendar.counting {
            Counting::ArrivalDate => arrival,
            Counting::NextWorkingDay => self.calendar.working_day_from(arrival),
        };
        self.between(start, self.calendar.local_date(answer))
    }

    /// Minutes of office hours on working days between two instants; 0 when `until` is not after
    /// `from`.
    #[must_use]
    pub fn office_minutes(&self, from: DateTime<Utc>, until: DateTime<Utc>) -> u32 {
        let (begin, end) = (
            self.calendar.local_date(from),
            self.calendar.local_date(until),
        );
        if begin == end {
            return self.of_day(begin, from, until);
        }
        if end < begin {
            return 0;
        }
        let earliest = end
            .checked_sub_days(Days::new(LONGEST as u64))
            .unwrap_or(begin);
        let begin = begin.max(earliest);
        let (opens, closes) = self.calendar.office_hours;
        let whole = u32::try_from((closes - opens).num_minutes()).unwrap_or(0);
        let between = end.pred_opt().map_or(0, |last| self.between(begin, last));
        let parts = self.of_day(begin, from, until) + self.of_day(end, from, until);
        parts.saturating_add(between.saturating_mul(whole))
    }

    fn of_day(&self, date: NaiveDate, from: DateTime<Utc>, until: DateTime<Utc>) -> u32 {
        if !self.calendar.is_working_day(date) {
            return 0;
        }
        let (opens, closes) = self.calendar.office_hours;
        let begin = self.calendar.instant(date, opens).max(from);
        let end = self.calendar.instant(date, closes).min(until);
        u32::try_from((end - begin).num_minutes()).unwrap_or(0)
    }
}

/// The value below or at which `percent` of 100 of the values lie (nearest rank); `None` without
/// values.
#[must_use]
pub fn percentile(sorted: &[u32], percent: usize) -> Option<u32> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// The mean, rounded down to whole minutes.
#[must_use]
pub fn mean(values: &[u32]) -> Option<u32> {
    let sum: u64 = values.iter().copied().map(u64::from).sum();
    sum.checked_div(values.len() as u64)
        .and_then(|mean| u32::try_from(mean).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::{date, sweden};

    fn at(text: &str) -> DateTime<Utc> {
        text.parse::<DateTime<Utc>>().expect("a time")
    }

    #[test]
    fn only_office_hours_of_working_days_count() {
        let calendar = sweden();
        for (from, until, minutes) in [
            // Within a day; before it opens; after it closes.
            ("2026-11-19T09:00:00+01:00", "2026-11-19T10:30:00+01:00", 90),
            ("2026-11-19T06:00:00+01:00", "2026-11-19T08:01:00+01:00", 1),
            ("2026-11-19T17:00:00+01:00", "2026-11-19T23:00:00+01:00", 0),
            // Over a night, and over a weekend.
            (
                "2026-11-19T16:00:00+01:00",
                "2026-11-20T09:00:00+01:00",
                120,
            ),
            (
                "2026-11-20T16:00:00+01:00",
                "2026-11-23T09:00:00+01:00",
                120,
            ),
            (
                "2026-11-21T16:00:00+01:00",
                "2026-11-24T09:00:00+01:00",
                600,
            ),
            // Ascension Day, then a day closed by decision, then a weekend.
            ("2026-05-13T16:30:00+02:00", "2026-05-18T08:30:00+02:00", 60),
            // The clock changes in the night to Sunday.
            (
                "2026-10-23T16:00:00+02:00",
                "2026-10-26T09:00:00+01:00",
                120,
            ),
            ("2026-11-19T10:00:00+01:00", "2026-11-19T09:00:00+01:00", 0),
            ("2026-11-20T10:00:00+01:00", "2026-11-19T09:00:00+01:00", 0),
        ] {
            for first in ["2026-01-01", "2026-11-22", "2027-01-01"] {
                let days = WorkingDays::new(&calendar, date(first), date("2026-12-31"));
                assert_eq!(
                    days.office_minutes(at(from), at(until)),
                    minutes,
                    "{from} {until} {first}"
                );
            }
        }
    }

    #[test]
    fn working_days_to_an_answer_are_counted_as_the_pledge_counts() {
        // Thursday; the same day; the day after; Friday to Monday; over a weekend and the days of
        // Ascension.
        for (arrival, answer, rule_a, rule_b) in [
            ("2026-11-19", "2026-11-19T22:00:00+01:00", 0, 0),
            ("2026-11-19", "2026-11-20T08:00:00+01:00", 1, 1),
            ("2026-11-20", "2026-11-23T08:00:00+01:00", 1, 1),
            ("2026-11-21", "2026-11-23T08:00:00+01:00", 1, 0),
            ("2026-11-21", "2026-11-22T08:00:00+01:00", 0, 0),
            ("2026-05-13", "2026-05-18T08:00:00+02:00", 1, 1),
            ("2026-05-14", "2026-05-19T08:00:00+02:00", 2, 1),
        ] {
            for (counting, expected) in [
                (Counting::ArrivalDate, rule_a),
                (Counting::NextWorkingDay, rule_b),
            ] {
                let calendar = Calendar {
                    counting,
                    ..sweden()
                };
                let days = WorkingDays::new(&calendar, date("2026-01-01"), date("2026-12-31"));
                assert_eq!(
                    days.to_answer(date(arrival), at(answer)),
                    expected,
                    "{arrival} {answer} {counting:?}"
                );
            }
        }
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        for (values, median, ninetieth, average) in [
            (vec![], None, None, None),
            (vec![7], Some(7), Some(7), Some(7)),
            (vec![1, 9], Some(1), Some(9), Some(5)),
            (
                vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
                Some(5),
                Some(9),
                Some(5),
            ),
        ] {
            assert_eq!(
                (percentile(&values, 50), percentile(&values, 90)),
                (median, ninetieth),
                "{values:?}"
            );
            assert_eq!(mean(&values), average, "{values:?}");
        }
    }
}
