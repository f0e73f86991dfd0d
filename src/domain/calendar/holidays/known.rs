//! The days off of the known years, each year worked out once: every deadline asks about many days.

use super::KNOWN_YEARS;
use chrono::{Datelike, NaiveDate};
use std::sync::OnceLock;

/// As many as are known: each has its own bits.
const YEARS: usize = KNOWN_YEARS.end().abs_diff(*KNOWN_YEARS.start()) as usize + 1;

/// A bit for each day of a year.
type Year = [u64; 6];

/// By a country's law.
pub struct Known([OnceLock<Year>; YEARS]);

impl Known {
    pub const fn new() -> Self {
        Self([const { OnceLock::new() }; YEARS])
    }

    /// Whether a date is a day off, by `falls`, which is the same rule at each call; `None` in a year
    /// that is not known.
    pub fn is_off(&self, date: NaiveDate, falls: impl Fn(NaiveDate) -> bool) -> Option<bool> {
        let year = date.year().checked_sub(*KNOWN_YEARS.start())?;
        let year = self.0.get(usize::try_from(year).ok()?)?;
        let year = year.get_or_init(|| days_off(date.year(), falls));
        let (word, bit) = place(date);
        Some(year[word] >> bit & 1 == 1)
    }
}

fn days_off(year: i32, falls: impl Fn(NaiveDate) -> bool) -> Year {
    let mut days = Year::default();
    let of_year = (1..=366).filter_map(|day| NaiveDate::from_yo_opt(year, day));
    for date in of_year.filter(|date| falls(*date)) {
        let (word, bit) = place(date);
        days[word] |= 1 << bit;
    }
    days
}

/// The word of a day, and its bit in it.
fn place(date: NaiveDate) -> (usize, u32) {
    let day = date.ordinal0();
    (
        usize::try_from(day / u64::BITS).unwrap_or_default(),
        day % u64::BITS,
    )
}
