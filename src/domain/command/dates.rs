//! Dates as people write them: `2026-12-04`, `4/12`, `den 4:e december`, `fredag 4 dec`, `Dec 4th`,
//! `i går`, `fredag`, `fredag nästa vecka`, `måndag vecka 50`, `om två veckor`.
//!
//! Day before month, as in Sweden. Without a year it is the one that lies nearest, for a promise
//! the next one; a day that neither year has (29 February) is not a date. A day of the week that
//! does not fit its date is reported, not guessed, and so is `nästa fredag`, which people
//! understand in two ways. Weeks are those of ISO 8601, which are in every Swedish calendar.

mod words;

use super::line::Token;
use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday as Day};
use serde::Serialize;
use words::{day_of, is_number, month_of, number_of, weekday_of, without_ordinal};

/// A day of the week as it was written: 0 is Monday.
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
    /// It begins one and there is no such day, or it can be understood in two ways.
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

/// Days within which a day without a year lies.
const A_YEAR: i64 = 366;

/// The same of the number of a week.
const WEEKS_JUST_PASSED: u32 = 8;

/// Words before a date: `på fredag`, `den 4 december`.
const BEFORE: [&str; 6] = ["den", "d", "the", "pa", "on", "nu"];

/// The date at the beginning of `tokens`, and how many words it takes.
pub(super) fn read(tokens: &[Token], direction: Direction, today: NaiveDate) -> (Found, usize) {
    let key = |at: usize| tokens.get(at).map_or("", |token| token.key.as_str());
    let reading = Reading {
        key: &key,
        direction,
        today,
    };
    let (found, words) = reading.whole();
    let words = if found == Found::Nothing {
        0
    } else {
        words + reading.time_of_day(words)
    };
    (found, words)
}

struct Reading<'a, F> {
    key: &'a F,
    direction: Direction,
    today: NaiveDate,
}

/// A day, `None` when there is no such one, and the words it takes.
type Words = (Option<NaiveDate>, usize);

impl<'a, F: Fn(usize) -> &'a str> Reading<'a, F> {
    fn whole(&self) -> (Found, usize) {
        if let Some(found) = self.last_weekday() {
            return found;
        }
        let mut at = 0;
        while at < 3 && BEFORE.contains(&(self.key)(at)) && self.week(at).is_none() {
            at += 1;
        }
        let article = at
            .checked_sub(1)
            .is_some_and(|before| ["den", "the"].contains(&(self.key)(before)));
        if let Some((monday, words)) = self.week(at) {
            return self.day_in_week(monday, at, words);
        }
        let said = weekday_of((self.key)(at));
        at += usize::from(said.is_some());
        if let (Some(day), Some((monday, words))) = (said, self.week(at)) {
            return (in_week(monday, day), at + words);
        }
        at += usize::from(said.is_some() && ["den", "d", "the"].contains(&(self.key)(at)));
        match (
            said,
            self.absolute(at, article).or_else(|| self.relative(at)),
        ) {
            (Some(day), Some((Some(date), words))) if date.weekday() != day => (
                Found::Weekday {
                    date,
                    said: Weekday(day as u8),
                },
                at + words,
            ),
            (_, Some((date, words))) => (date.map_or(Found::Strange, Found::Date), at + words),
            (Some(day), None) => (self.weekday(day), at),
            // «Nästa fredag» is this week's to one reader and next week's to another.
            (None, None) if ["nasta", "next"].contains(&(self.key)(at)) => (Found::Strange, at + 1),
            (None, None) => (
                if at > 0 {
                    Found::Missing
                } else {
                    Found::Nothing
                },
                at,
            ),
        }
    }

    fn absolute(&self, at: usize, article: bool) -> Option<Words> {
        let word = (self.key)(at);
        let first = without_ordinal(word);
        let numbers: Vec<&str> = first.split(['-', '/', '.']).collect();
        if first.is_empty() || !numbers.iter().all(|part| is_number(part)) {
            return self.month_first(at);
        }
        let year_after = |words: usize| {
            self.year(at + words)
                .map_or((None, words), |year| (Some(year), words + 1))
        };
        let marks: String = first.chars().filter(|c| !c.is_ascii_digit()).collect();
        match (&numbers[..], marks.as_str()) {
            ([all], _) if all.len() == 8 => {
                Some((day_of(all.get(..4)?, all.get(4..6)?, all.get(6..)?), 1))
            }
            ([all], _) if all.len() == 6 => {
                Some((day_of(all.get(..2)?, all.get(2..4)?, all.get(4..)?), 1))
            }
            ([day], _) if day.len() <= 2 => {
                let of = usize::from((self.key)(at + 1) == "of");
                if let Some(month) = month_of((self.key)(at + 1 + of)) {
                    let (year, words) = year_after(2 + of);
                    return Some((self.day(year, month, day), words));
                }
                // `den 4:e`: of this month or the next one.
                (article || first != word).then(|| (self.day_of_month(day), 1))
            }
            ([day, month], "/") => {
                let (year, words) = year_after(1);
                Some((self.day(year, month.parse().ok()?, day), words))
            }
            ([year, month, day], "--" | "//" | "..")
                if year.len() == 4 || marks == "--" && day.len() == 2 =>
            {
                Some((day_of(year, month, day), 1))
            }
            ([day, month, year], "--" | "//" | ".." | "/-") => Some((day_of(year, month, day), 1)),
            // `4-5/12` are two days.
            ([_, _, _, ..], _) => Some((None, 1)),
            _ => None,
        }
    }

    /// `December 4`, `Dec 4th 2026`.
    fn month_first(&self, at: usize) -> Option<Words> {
        let month = month_of((self.key)(at))?;
        let day = without_ordinal((self.key)(at + 1));
        if !is_number(day) || day.len() > 2 {
            return None;
        }
        let year = self.year(at + 2);
        Some((self.day(year, month, day), 2 + usize::from(year.is_some())))
    }

    fn relative(&self, at: usize) -> Option<Words> {
        let key = |ahead: usize| (self.key)(at + ahead);
        let (days, words) = match (key(0), key(1)) {
            ("i", "dag") => (0, 2),
            ("i", "gar") => (-1, 2),
            ("i", "morgon") => (1, 2),
            ("i", "overmorgon") => (2, 2),
            ("i", "forrgar") => (-2, 2),
            ("idag" | "today", _) => (0, 1),
            ("igar" | "yesterday", _) => (-1, 1),
            ("imorgon" | "imorron" | "tomorrow", _) => (1, 1),
            ("overmorgon", _) => (2, 1),
            ("forrgar", _) => (-2, 1),
            ("om" | "inom" | "in" | "within", number) => {
                let unit = match key(2) {
                    "dag" | "dagar" | "day" | "days" => 1,
                    "vecka" | "veckor" | "week" | "weeks" => 7,
                    _ => return None,
                };
                (i64::from(number_of(number)?) * unit, 3)
            }
            _ => return None,
        };
        Some((self.today.checked_add_signed(TimeDelta::days(days)), words))
    }

    /// `i fredags`: the one before today.
    fn last_weekday(&self) -> Option<(Found, usize)> {
        let name = (self.key)(1)
            .strip_suffix('s')
            .filter(|_| (self.key)(0) == "i")?;
        let day = weekday_of(name)?;
        let before = (1..=7).filter_map(|n| self.today.checked_sub_days(Days::new(n)));
        let date = before
            .into_iter()
            .find(|date| date.weekday() == day && self.direction == Direction::Past);
        Some((date.map_or(Found::Strange, Found::Date), 2))
    }

    /// A day of the week alone: the nearest one that way. Today's name could mean today or a week
    /// from it.
    fn weekday(&self, day: Day) -> Found {
        let away = |n: u64| match self.direction {
            Direction::Future => self.today.checked_add_days(Days::new(n)),
            Direction::Past => self.today.checked_sub_days(Days::new(n)),
        };
        (1..=6)
            .filter_map(away)
            .find(|date| date.weekday() == day)
            .map_or(Found::Strange, Found::Date)
    }

    /// The Monday of the week that is named, `None` when it is not certain, and the words it takes.
    fn week(&self, at: usize) -> Option<Words> {
        let key = |ahead: usize| (self.key)(at + ahead);
        let week = |name: &str| ["vecka", "veckan", "v", "week", "wk"].contains(&name);
        let ahead = |weeks: u32| {
            let monday = self.today.week(Day::Mon).first_day();
            monday.checked_add_days(Days::new(u64::from(weeks) * 7))
        };
        match (key(0), key(1), key(2)) {
            ("nasta" | "next", name, _) if week(name) => Some((ahead(1), 2)),
            ("denna" | "this", name, _) if week(name) => Some((ahead(0), 2)),
            ("den" | "i", "har", name) if week(name) => Some((ahead(0), 3)),
            // Without a day of the week it counts in days from today.
            ("om" | "in", number, "vecka" | "veckor" | "week" | "weeks") if at > 0 => {
                Some((ahead(number_of(number)?), 3))
            }
            (name, number, _) if week(name) && is_number(number) => {
                Some((self.monday_of(number), 2))
            }
            (name, ..) => {
                let number = name.strip_prefix("v.").or_else(|| name.strip_prefix('v'))?;
                is_number(number).then(|| (self.monday_of(number), 1))
            }
        }
    }

    /// The week was written first: its day must follow.
    fn day_in_week(&self, monday: Option<NaiveDate>, at: usize, words: usize) -> (Found, usize) {
        let after = at + words;
        let on = usize::from(["pa", "on"].contains(&(self.key)(after)));
        match weekday_of((self.key)(after + on)) {
            Some(day) => (in_week(monday, day), after + on + 1),
            None => (Found::Strange, after),
        }
    }

    /// The next week of that number; one that has just passed is a slip.
    fn monday_of(&self, number: &str) -> Option<NaiveDate> {
        let number: u32 = number.parse().ok()?;
        let this = self.today.iso_week();
        let passed = this.week().saturating_sub(number);
        let year = match (self.direction, passed) {
            (_, 0) | (Direction::Past, _) => this.year(),
            (Direction::Future, 1..=WEEKS_JUST_PASSED) => return None,
            (Direction::Future, _) => this.year() + 1,
        };
        NaiveDate::from_isoywd_opt(year, number, Day::Mon)
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
        let around: Vec<NaiveDate> = (this - 1..=this + 1)
            .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
            .collect();
        let around: Vec<NaiveDate> = around
            .into_iter()
            .filter(|date| (*date - self.today).num_days().abs() <= A_YEAR)
            .collect();
        let nearest = *around
            .iter()
            .min_by_key(|date| (**date - self.today).num_days().abs())?;
        let slipped = (self.today - nearest).num_days() <= JUST_PASSED;
        match self.direction {
            Direction::Future if nearest < self.today && !slipped => {
                around.into_iter().find(|date| *date >= self.today)
            }
            _ => Some(nearest),
        }
    }

    /// The nearest day of that number, within a month that way.
    fn day_of_month(&self, day: &str) -> Option<NaiveDate> {
        let day: u32 = day.parse().ok()?;
        let away = |n: u64| match self.direction {
            Direction::Future => self.today.checked_add_days(Days::new(n)),
            Direction::Past => self.today.checked_sub_days(Days::new(n)),
        };
        (1..=28).filter_map(away).find(|date| date.day() == day)
    }

    /// `kl. 15`, `em`: the day is what counts.
    fn time_of_day(&self, at: usize) -> usize {
        match ((self.key)(at), (self.key)(at + 1)) {
            ("kl" | "klockan" | "at", time) if time.starts_with(|c: char| c.is_ascii_digit()) => 2,
            ("fm" | "em" | "am" | "pm", _) => 1,
            _ => 0,
        }
    }
}

fn in_week(monday: Option<NaiveDate>, day: Day) -> Found {
    let date = monday.and_then(|monday| {
        monday.checked_add_days(Days::new(u64::from(day.num_days_from_monday())))
    });
    date.map_or(Found::Strange, Found::Date)
}
