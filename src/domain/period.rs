//! Periods of a report: local dates, both included.

use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// The longest period of one report, in days: ten years.
pub const LONGEST_PERIOD: i64 = 3_660;

/// Local dates, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Period {
    pub from: NaiveDate,
    pub to: NaiveDate,
}

impl Period {
    /// `None` when it is empty or longer than [`LONGEST_PERIOD`].
    #[must_use]
    pub fn new(from: NaiveDate, to: NaiveDate) -> Option<Self> {
        ((0..LONGEST_PERIOD).contains(&(to - from).num_days())).then_some(Self { from, to })
    }

    /// A calendar month, written `2026-11`.
    #[must_use]
    pub fn month(text: &str) -> Option<Self> {
        let (year, month) = text
            .split_once('-')
            .filter(|(year, month)| year.len() == 4 && month.len() == 2)?;
        Self::of_month(NaiveDate::from_ymd_opt(
            year.parse().ok()?,
            month.parse().ok()?,
            1,
        )?)
    }

    /// The calendar month before the one of `today`.
    #[must_use]
    pub fn last_month(today: NaiveDate) -> Option<Self> {
        Self::of_month(today.with_day(1)?.checked_sub_months(Months::new(1))?)
    }

    /// The week, Monday to Sunday, before the one of `today`.
    #[must_use]
    pub fn last_week(today: NaiveDate) -> Option<Self> {
        let monday =
            today.checked_sub_days(Days::new(u64::from(today.weekday().num_days_from_monday())))?;
        Self::new(monday.checked_sub_days(Days::new(7))?, monday.pred_opt()?)
    }

    /// The calendar month of a date.
    #[must_use]
    pub fn of_month(date: NaiveDate) -> Option<Self> {
        let first = date.with_day(1)?;
        Self::new(
            first,
            first
                .checked_add_months(Months::new(1))?
                .checked_sub_days(Days::new(1))?,
        )
    }

    /// Whether it is exactly one calendar month.
    #[must_use]
    pub fn is_month(self) -> bool {
        self.from.day() == 1 && Self::of_month(self.from) == Some(self)
    }

    #[must_use]
    pub fn holds(self, date: NaiveDate) -> bool {
        (self.from..=self.to).contains(&date)
    }

    /// Whether all of the other lies in it.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        self.from <= other.from && other.to <= self.to
    }

    /// The period before it: of a month the month before, else as many days.
    #[must_use]
    pub fn before(self) -> Option<Self> {
        if self.is_month() {
            return Self::last_month(self.from);
        }
        let to = self.from.pred_opt()?;
        Self::new(to - (self.to - self.from), to)
    }

    /// The same days a year before.
    #[must_use]
    pub fn year_before(self) -> Option<Self> {
        let year = Months::new(12);
        if self.is_month() {
            return Self::of_month(self.from.checked_sub_months(year)?);
        }
        Self::new(
            self.from.checked_sub_months(year)?,
            self.to.checked_sub_months(year)?,
        )
    }

    /// The `count` calendar months up to that of its last day, oldest first.
    #[must_use]
    pub fn months_until(self, count: u32) -> Vec<Self> {
        let back = |months| {
            Self::of_month(
                self.to
                    .with_day(1)?
                    .checked_sub_months(Months::new(months))?,
            )
        };
        (0..count).rev().filter_map(back).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn months_are_read_and_bounded() {
        for (text, expected) in [
            ("2026-11", Some(("2026-11-01", "2026-11-30"))),
            ("2028-02", Some(("2028-02-01", "2028-02-29"))),
            ("2026-12", Some(("2026-12-01", "2026-12-31"))),
            ("2026-13", None),
            ("26-11", None),
            ("2026-1", None),
            ("november", None),
        ] {
            let expected = expected.map(|(from, to)| Period {
                from: day(from),
                to: day(to),
            });
            assert_eq!(Period::month(text), expected, "{text}");
        }
        assert_eq!(
            Period::last_month(day("2026-01-31")),
            Period::month("2025-12")
        );
        assert_eq!(Period::new(day("2026-11-02"), day("2026-11-01")), None);
        assert_eq!(Period::new(day("2016-01-01"), day("2026-11-01")), None);
        assert!(Period::month("2026-11").is_some_and(Period::is_month));
        assert!(!Period::new(day("2026-11-01"), day("2026-11-29")).is_some_and(Period::is_month));
    }

    #[test]
    fn a_period_has_one_before_it_and_one_a_year_before() {
        for (from, to, before, year_before) in [
            (
                "2026-11-01",
                "2026-11-30",
                ("2026-10-01", "2026-10-31"),
                ("2025-11-01", "2025-11-30"),
            ),
            (
                "2028-02-01",
                "2028-02-29",
                ("2028-01-01", "2028-01-31"),
                ("2027-02-01", "2027-02-28"),
            ),
            (
                "2026-11-09",
                "2026-11-15",
                ("2026-11-02", "2026-11-08"),
                ("2025-11-09", "2025-11-15"),
            ),
        ] {
            let period = Period::new(day(from), day(to)).expect("a period");
            let of = |(from, to)| Period::new(day(from), day(to));
            assert_eq!(
                (period.before(), period.year_before()),
                (of(before), of(year_before)),
                "{from}"
            );
        }
        assert_eq!(
            Period::last_week(day("2026-11-16")),
            Period::new(day("2026-11-09"), day("2026-11-15"))
        );
        assert_eq!(
            Period::last_week(day("2026-11-22")),
            Period::new(day("2026-11-09"), day("2026-11-15"))
        );
    }

    #[test]
    fn twelve_months_end_with_that_of_the_period() {
        let months = Period::month("2026-11").expect("a month").months_until(12);
        assert_eq!(months.first().copied(), Period::month("2025-12"));
        assert_eq!(
            (months.last().copied(), months.len()),
            (Period::month("2026-11"), 12)
        );
    }
}
