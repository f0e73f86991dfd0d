//! Dates as people write them: `2026-12-04`, `4/12`, `den 4 december`, `fredag 4 dec`, `Dec 4`, `i går`, `fredag`.
//!
//! Day before month, as in Sweden. Without a year it is the one that lies nearest, for a promise the next one. A day of the
//! week that does not fit its date is told, not guessed.

use super::line::Token;
use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use serde::Serialize;

/// A day of the week as somebody wrote it: 0 is Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Weekday(pub u8);

/// Which way a date without a year, or a day of the week alone, looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Past,
    Future,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    Date(NaiveDate),
    /// The next word begins no date.
    Nothing,
    /// It begins one and there is no such day.
    Strange,
    /// A word that comes before a date, and no date.
    Missing,
    Weekday {
        date: NaiveDate,
        said: Weekday,
    },
}

/// A promised date without a year that was just passed is a slip, not next year's.
const JUST_PASSED: i64 = 60;

const WEEKDAYS: [[&str; 4]; 7] = [
    ["mandag", "man", "monday", "mon"],
    ["tisdag", "tis", "tuesday", "tue"],
    ["onsdag", "ons", "wednesday", "wed"],
    ["torsdag", "tors", "thursday", "thu"],
    ["fredag", "fre", "friday", "fri"],
    ["lordag", "lor", "saturday", "sat"],
    ["sondag", "son", "sunday", "sun"],
];

const MONTHS: [[&str; 4]; 12] = [
    ["januari", "jan", "january", "jan"],
    ["februari", "feb", "february", "febr"],
    ["mars", "mar", "march", "mar"],
    ["april", "apr", "april", "apr"],
    ["maj", "maj", "may", "may"],
    ["juni", "jun", "june", "jun"],
    ["juli", "jul", "july", "jul"],
    ["augusti", "aug", "august", "aug"],
    ["september", "sep", "sept", "sep"],
    ["oktober", "okt", "october", "oct"],
    ["november", "nov", "november", "nov"],
    ["december", "dec", "december", "dec"],
];

/// The date at the beginning of `tokens`, and how many words it takes.
pub(super) fn read(tokens: &[Token], direction: Direction, today: NaiveDate) -> (Found, usize) {
    let key = |at: usize| tokens.get(at).map_or("", |token| token.key.as_str());
    let mut at = usize::from(["den", "d", "the"].contains(&key(0)));
    let said = WEEKDAYS.iter().position(|names| names.contains(&key(at))).and_then(|day| u8::try_from(day).ok());
    at += usize::from(said.is_some());
    at += usize::from(said.is_some() && ["den", "d", "the"].contains(&key(at)));
    let reading = Reading { key: &key, direction, today };
    let (found, words) = match (reading.absolute(at), said) {
        (Some((Some(date), words)), _) => (Found::Date(date), words),
        (Some((None, words)), _) => (Found::Strange, words),
        (None, None) => match reading.relative(at) {
            Some((date, words)) => (Found::Date(date), words),
            None => (if at > 0 { Found::Missing } else { Found::Nothing }, 0),
        },
        (None, Some(day)) => (reading.weekday(day), 0),
    };
    match (found, said) {
        (Found::Date(date), Some(day)) if date.weekday().num_days_from_monday() != u32::from(day) => {
            (Found::Weekday { date, said: Weekday(day) }, at + words)
        }
        (Found::Nothing, _) => (found, 0),
        _ => (found, at + words),
    }
}

struct Reading<'a, F> {
    key: &'a F,
    direction: Direction,
    today: NaiveDate,
}

/// A day, `None` when there is no such one, and the words it takes.
type Day = (Option<NaiveDate>, usize);

impl<'a, F: Fn(usize) -> &'a str> Reading<'a, F> {
    fn absolute(&self, at: usize) -> Option<Day> {
        let first = (self.key)(at);
        let numbers: Vec<&str> = first.split(['-', '/', '.']).collect();
        if first.is_empty() || !numbers.iter().all(|part| is_number(part)) {
            return self.month_first(at);
        }
        let year_after = |words: usize| self.year(at + words).map_or((None, words), |year| (Some(year), words + 1));
        match numbers[..] {
            [all] if all.len() == 8 => Some((day_of(all.get(..4)?, all.get(4..6)?, all.get(6..)?), 1)),
            [all] if all.len() == 6 => Some((day_of(all.get(..2)?, all.get(2..4)?, all.get(4..)?), 1)),
            [day] if day.len() <= 2 => {
                let month = month_of((self.key)(at + 1))?;
                let (year, words) = year_after(2);
                Some((self.day(year, month, day), words))
            }
            [day, month] if first.contains('/') => {
                let (year, words) = year_after(1);
                Some((self.day(year, month.parse().ok()?, day), words))
            }
            [year, month, day] if year.len() == 4 || first.contains('-') && !first.contains('/') && year.len() == 2 => {
                Some((day_of(year, month, day), 1))
            }
            [day, month, year] => Some((day_of(year, month, day), 1)),
            _ => None,
        }
    }

    /// `December 4`, `Dec 4 2026`.
    fn month_first(&self, at: usize) -> Option<Day> {
        let month = month_of((self.key)(at))?;
        let day = (self.key)(at + 1).trim_end_matches(['t', 'h', 's', 'n', 'd', 'r']);
        if !is_number(day) || day.len() > 2 {
            return None;
        }
        let year = self.year(at + 2);
        Some((self.day(year, month, day), 2 + usize::from(year.is_some())))
    }

    fn relative(&self, at: usize) -> Option<(NaiveDate, usize)> {
        let (days, words) = match ((self.key)(at), (self.key)(at + 1)) {
            ("i", "dag") => (0, 2),
            ("i", "gar") => (-1, 2),
            ("i", "morgon") => (1, 2),
            ("idag" | "today", _) => (0, 1),
            ("igar" | "yesterday", _) => (-1, 1),
            ("imorgon" | "tomorrow", _) => (1, 1),
            _ => return None,
        };
        Some((self.today.checked_add_signed(TimeDelta::days(days))?, words))
    }

    /// A day of the week alone: the nearest one that way. Today's name could mean today or a week from it.
    fn weekday(&self, day: u8) -> Found {
        let days: Box<dyn Iterator<Item = NaiveDate>> = match self.direction {
            Direction::Future => Box::new((1..=6).filter_map(|n| self.today.checked_add_days(Days::new(n)))),
            Direction::Past => Box::new((1..=6).filter_map(|n| self.today.checked_sub_days(Days::new(n)))),
        };
        let mut days = days;
        days.find(|date| date.weekday().num_days_from_monday() == u32::from(day)).map_or(Found::Strange, Found::Date)
    }

    fn year(&self, at: usize) -> Option<i32> {
        let text = (self.key)(at);
        let year: i32 = text.parse().ok()?;
        (text.len() == 4 && (1990..=2100).contains(&year)).then_some(year)
    }

    fn day(&self, year: Option<i32>, month: u32, day: &str) -> Option<NaiveDate> {
        let day: u32 = day.parse().ok()?;
        if let Some(year) = year {
            return NaiveDate::from_ymd_opt(year, month, day);
        }
        let this = self.today.year();
        // 29 February lies up to eight years away.
        let around = (this - 1..=this + 8).filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
        let nearest = around.clone().min_by_key(|date| (*date - self.today).num_days().abs())?;
        let slipped = (self.today - nearest).num_days() <= JUST_PASSED;
        match self.direction {
            Direction::Future if nearest < self.today && !slipped => {
                around.into_iter().find(|date| *date >= self.today)
            }
            _ => Some(nearest),
        }
    }
}

fn is_number(text: &str) -> bool {
    (1..=8).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn month_of(name: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|names| names.contains(&name))?;
    u32::try_from(at + 1).ok()
}

/// Two digits of a year are of this century.
fn day_of(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let number: i32 = year.parse().ok()?;
    let year = if year.len() == 2 { 2000 + number } else { number };
    if !(1990..=2100).contains(&year) {
        return None;
    }
    NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
}
