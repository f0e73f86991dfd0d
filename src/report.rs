//! The compliance report: how the pledges were kept in a period, and how far the register can be trusted for it.
//!
//! [`gather`] reads the register, [`figures`] counts (pure: the same facts always give the same figures), [`document`]
//! puts the figures into words, and [`text`], [`html`] and [`csv`] show that document; JSON is the figures themselves.
//!
//! Promises: nothing of any citizen stands in a report, neither address nor subject nor reference; a notice is never
//! counted as an answer; what a report that was handed over said is kept, and what has changed since is told as a
//! correction. Deliberately absent: shares by person, which nobody has promised to keep.

pub mod csv;
mod definitions;
pub mod document;
pub mod figures;
pub mod gather;
pub mod hours;
pub mod html;
pub mod text;
mod words;

use chrono::{Datelike, Days, Months, NaiveDate};

/// The longest period of one report, in days: ten years.
pub const LONGEST_PERIOD: i64 = 3_660;

/// Earlier reports whose figures are compared with what the register says now.
pub const COMPARED_REPORTS: u32 = 12;

/// Local dates, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        let (year, month) = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2)?;
        Self::of_month(NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, 1)?)
    }

    /// The calendar month before the one of `today`.
    #[must_use]
    pub fn last_month(today: NaiveDate) -> Option<Self> {
        Self::of_month(today.with_day(1)?.checked_sub_months(Months::new(1))?)
    }

    /// The calendar month that begins on `first`.
    fn of_month(first: NaiveDate) -> Option<Self> {
        Self::new(first, first.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1))?)
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_and_bounded() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        for (text, expected) in [
            ("2026-11", Some(("2026-11-01", "2026-11-30"))),
            ("2028-02", Some(("2028-02-01", "2028-02-29"))),
            ("2026-12", Some(("2026-12-01", "2026-12-31"))),
            ("2026-13", None),
            ("26-11", None),
            ("2026-1", None),
            ("november", None),
        ] {
            let expected = expected.map(|(from, to)| Period { from: day(from), to: day(to) });
            assert_eq!(Period::month(text), expected, "{text}");
        }
        assert_eq!(Period::last_month(day("2026-01-31")), Period::month("2025-12"));
        assert_eq!(Period::new(day("2026-11-02"), day("2026-11-01")), None);
        assert_eq!(Period::new(day("2016-01-01"), day("2026-11-01")), None);
        assert!(Period::month("2026-11").is_some_and(Period::is_month));
        assert!(!Period::new(day("2026-11-01"), day("2026-11-29")).is_some_and(Period::is_month));
    }
}
