//! The days that a country's law takes out of the working week, computed from the year.
//!
//! A country is a file of this folder and a line in [`COUNTRIES`]; the configuration chooses one.
//! Its days have the names that its law gives them. A language that has other names for them has
//! these in its words, by the day's code.

mod known;
mod sweden;

pub use sweden::SWEDEN;

use crate::domain::language::Language;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use known::Known;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;
use std::ops::RangeInclusive;

/// The countries whose calendar is known.
pub static COUNTRIES: [&Country; 1] = [&SWEDEN];

/// The years that the rules are known and tested for; configuration and commands refuse others. In
/// any other year the functions here still give an answer, by the rule of the nearest known year,
/// so that nothing in the core can fail.
pub const KNOWN_YEARS: RangeInclusive<i32> = 1990..=2100;

/// A country's law on working days.
pub struct Country {
    /// As it is written in the configuration.
    pub name: &'static str,
    /// Of its law: programs read its days in it, whatever language people are spoken to in.
    pub language: Language,
    /// In the order of the year in which they usually come.
    pub holidays: &'static [Holiday],
    /// Eves that the law puts on a level with a holiday.
    pub eves: &'static [Holiday],
    known: Known,
}

/// A day that a law takes out of the working week.
#[derive(Clone, Copy)]
pub struct Holiday {
    /// In the log, for ever; one code for the day in every country that has it.
    pub code: &'static str,
    /// As the law calls it.
    pub name: &'static str,
    /// The law, by its number.
    pub law: &'static str,
    falls: fn(&Date) -> bool,
}

/// A date as the rules ask about it.
#[derive(Clone, Copy, Debug)]
pub struct Date {
    pub year: i32,
    pub month: u32,
    pub day: u32,
    pub weekday: Weekday,
    /// Days from the Easter Sunday of its year; negative before it.
    pub from_easter: i64,
}

impl Country {
    /// The public holidays on a date: none, one, or two when a movable one meets a fixed one.
    pub fn holidays_on(&self, date: NaiveDate) -> impl Iterator<Item = Holiday> {
        let date = Date::from(date);
        let falls = move |day: &&Holiday| (day.falls)(&date);
        self.holidays.iter().filter(falls).copied()
    }

    #[must_use]
    pub fn eve_on(&self, date: NaiveDate) -> Option<Holiday> {
        let date = Date::from(date);
        self.eves.iter().find(|eve| (eve.falls)(&date)).copied()
    }

    /// Whether it is a holiday or an eve. Allocates nothing.
    #[must_use]
    pub fn is_off(&self, date: NaiveDate) -> bool {
        let falls = |date| self.falls(date);
        self.known
            .is_off(date, falls)
            .unwrap_or_else(|| falls(date))
    }

    fn falls(&self, date: NaiveDate) -> bool {
        let date = Date::from(date);
        let mut days = self.holidays.iter().chain(self.eves);
        days.any(|day| (day.falls)(&date))
    }
}

/// A country is its name.
impl PartialEq for Country {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Country {}

/// A day is its code: the same in the law of every country that has it.
impl PartialEq for Holiday {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Holiday {}

impl fmt::Debug for Holiday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// Its name alone: a calendar is compared with that of the last run by this text.
impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl Serialize for Holiday {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code)
    }
}

impl<'de> Deserialize<'de> for Holiday {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let code = String::deserialize(from)?;
        let mut days = COUNTRIES
            .iter()
            .flat_map(|country| country.holidays.iter().chain(country.eves));
        days.find(|day| day.code == code)
            .copied()
            .ok_or_else(|| de::Error::custom(format!("unknown holiday {code:?}")))
    }
}

impl From<NaiveDate> for Date {
    fn from(date: NaiveDate) -> Self {
        Self {
            year: date.year(),
            month: date.month(),
            day: date.day(),
            weekday: date.weekday(),
            from_easter: days_from_easter(date),
        }
    }
}

impl Date {
    #[must_use]
    pub fn is(&self, month: u32, day: u32) -> bool {
        (self.month, self.day) == (month, day)
    }
}

/// Days from the Easter Sunday of the date's year; negative before it.
fn days_from_easter(date: NaiveDate) -> i64 {
    let golden = date.year().rem_euclid(19);
    let century = date.year().div_euclid(100);
    // The Gregorian computus: the paschal full moon, in days after 21 March. From year to year it
    // comes 11 days earlier (or 19 later); each leap day that a century drops makes it one day
    // later, and eight days in 2500 years keep up with the moon itself.
    let cycle = (19 * golden + century - century.div_euclid(4) - (8 * century + 13).div_euclid(25)
        + 15)
        .rem_euclid(30);
    // It never falls later than 18 April, and two years of one 19-year cycle never share a date.
    let late = cycle == 29 || (cycle == 28 && golden > 10);
    let full_moon = u64::from((cycle - i32::from(late)).unsigned_abs());
    let Some(moon) = NaiveDate::from_ymd_opt(date.year(), 3, 21)
        .and_then(|d| d.checked_add_days(Days::new(full_moon)))
    else {
        return i64::MAX;
    };
    // Easter is the Sunday after the full moon, never on it.
    let easter = i64::from(7 - moon.weekday().num_days_from_sunday());
    (date - moon).num_days() - easter
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::date;
    use std::collections::BTreeMap;

    #[test]
    fn easter_follows_the_church_tables() {
        // Earliest and latest dates, both corrections of the full moon, and years outside the known
        // ones.
        for easter in [
            "1818-03-22",
            "1943-04-25",
            "1954-04-18",
            "1981-04-19",
            "2000-04-23",
            "2008-03-23",
            "2026-04-05",
            "2038-04-25",
            "2049-04-18",
            "2076-04-19",
            "2100-03-28",
            "2285-03-22",
            "4000-04-09",
        ] {
            assert_eq!(days_from_easter(date(easter)), 0, "{easter}");
        }
    }

    /// The log knows a day by its code alone, whichever country's law it was counted by.
    #[test]
    fn a_code_is_one_day() {
        let mut rules = BTreeMap::new();
        for country in COUNTRIES {
            for day in country.holidays.iter().chain(country.eves) {
                let stored = serde_json::to_string(day).unwrap();
                assert_eq!(serde_json::from_str::<Holiday>(&stored).unwrap(), *day);
                let other = rules.insert((country.name, day.code), day.name);
                assert_eq!(other, None, "{}: {} stands twice", country.name, day.code);
            }
        }
        assert!(serde_json::from_str::<Holiday>(r#""shrove_tuesday""#).is_err());
    }

    #[test]
    fn a_day_off_is_one_by_the_rules() {
        for country in COUNTRIES {
            let days = date("1989-01-01").iter_days();
            for day in days.take_while(|day| day.year() < 2102) {
                assert_eq!(country.is_off(day), country.falls(day), "{day}");
            }
        }
    }

    #[test]
    fn no_date_is_too_far() {
        for country in COUNTRIES {
            for far in [
                NaiveDate::MIN,
                NaiveDate::MAX,
                date("0001-01-01"),
                date("9999-12-31"),
            ] {
                let found = (country.holidays_on(far).count(), country.eve_on(far));
                assert_eq!(country.is_off(far), found != (0, None));
            }
        }
    }
}
