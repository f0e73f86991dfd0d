//! Dates as people write them: `2026-12-04`, `4/12`, `den 4:e december`, `fredag 4 dec`, `Dec 4th`,
//! `i går`, `fredag`, `fredag nästa vecka`, `måndag vecka 50`, `om två veckor`.
//!
//! Day before month, as in Sweden. Without a year it is the one that lies nearest, for a promise
//! the next one; a day that neither year has (29 February) is not a date. A day of the week that
//! does not fit its date is reported, not guessed, and so is `nästa fredag`, which people
//! understand in two ways. Weeks are those of ISO 8601, which are in every Swedish calendar.

mod again;
mod hours;
mod in_words;
mod weeks;
mod whole_weeks;
mod words;

use super::token::Token;
pub(super) use again::{Again, again};
use chrono::{Datelike, Days, NaiveDate, TimeDelta, Weekday as Day};
use serde::Serialize;
use weeks::in_week;
pub(super) use whole_weeks::whole_weeks;
use words::{
    day_of, is_number, month_of, number_of, short_weekday_of, weekday_of, without_ordinal,
};

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

/// Words before a day of the week, which point at it in two ways.
const NEXT: [&str; 4] = ["nasta", "nastkommande", "kommande", "next"];

/// Words before a date: `på fredag`, `den 4 december`.
const BEFORE: [&str; 6] = ["den", "d", "the", "pa", "on", "nu"];

/// Between the numbers of a date.
const MARKS: [char; 3] = ['-', '/', '.'];

/// The date at the beginning of `tokens`, and how many words it takes.
pub(super) fn read(tokens: &[Token], direction: Direction, today: NaiveDate) -> (Found, usize) {
    let reading = Reading {
        tokens,
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

pub(super) fn names_month(word: &str) -> bool {
    month_of(word).is_some()
}

/// A number in words.
pub(super) fn is_count(word: &str) -> bool {
    number_of(word).is_some()
}

struct Reading<'a> {
    tokens: &'a [Token],
    direction: Direction,
    today: NaiveDate,
}

/// A day, `None` when there is no such one, and the words it takes.
type Words = (Option<NaiveDate>, usize);

impl<'a> Reading<'a> {
    /// Days from today on.
    fn ahead(tokens: &'a [Token], today: NaiveDate) -> Self {
        Self {
            tokens,
            direction: Direction::Future,
            today,
        }
    }

    /// The word at a place; nothing behind the last one.
    fn key(&self, at: usize) -> &'a str {
        self.tokens.get(at).map_or("", |token| token.key.as_str())
    }

    fn is_article(&self, at: usize) -> bool {
        ["den", "the"].contains(&self.key(at))
    }

    /// So many days from today, that way.
    fn away(&self, days: u64) -> Option<NaiveDate> {
        match self.direction {
            Direction::Future => self.today.checked_add_days(Days::new(days)),
            Direction::Past => self.today.checked_sub_days(Days::new(days)),
        }
    }

    fn whole(&self) -> (Found, usize) {
        if let Some(found) = self.last_weekday() {
            return found;
        }
        let mut at = 0;
        while BEFORE.contains(&self.key(at)) && self.week(at).is_none() {
            at += 1;
        }
        let article = at > 0 && self.is_article(at - 1);
        if let Some((monday, words)) = self.week(at) {
            return self.day_in_week(monday, at, words);
        }
        match self.weekday_at(at) {
            Some((said, words)) => self.behind_weekday(said, at + words),
            None => self.without_weekday(at, article),
        }
    }

    /// The day of the week that is named here, and the words it takes. Its shortest form, and the
    /// one behind «nästa», count before a date alone.
    fn weekday_at(&self, at: usize) -> Option<(Day, usize)> {
        let before_date = |at: usize| self.by_number_or_name(at, true).is_some();
        let word = self.key(at);
        let den = usize::from(self.is_article(at + 2));
        if NEXT.contains(&word)
            && let Some(day) = weekday_of(self.key(at + 1))
            && before_date(at + 2 + den)
        {
            return Some((day, 2));
        }
        let short = || short_weekday_of(word).filter(|_| before_date(at + 1));
        weekday_of(word).or_else(short).map(|day| (day, 1))
    }

    fn behind_weekday(&self, said: Day, at: usize) -> (Found, usize) {
        if let Some((monday, words)) = self.week(at) {
            return (in_week(monday, said), at + words);
        }
        let at = at + usize::from(["den", "d", "the"].contains(&self.key(at)));
        match self.by_number_or_name(at, true) {
            Some((Some(date), words)) if date.weekday() != said => {
                let said = Weekday(said as u8);
                (Found::Weekday { date, said }, at + words)
            }
            Some((date, words)) => (found(date), at + words),
            None => (self.weekday(said), at),
        }
    }

    fn without_weekday(&self, at: usize, article: bool) -> (Found, usize) {
        match self.by_number_or_name(at, article) {
            Some((date, words)) => (found(date), at + words),
            // «Nästa fredag» is this week's to one reader and next week's to another.
            None if NEXT.contains(&self.key(at)) => (Found::Strange, at + 1),
            None if at > 0 => (Found::Missing, at),
            None => (Found::Nothing, at),
        }
    }

    fn by_number_or_name(&self, at: usize, article: bool) -> Option<Words> {
        self.absolute(at, article).or_else(|| self.relative(at))
    }

    /// `article`: a word before it shows that a day follows.
    fn absolute(&self, at: usize, article: bool) -> Option<Words> {
        let word = self.key(at);
        let first = without_ordinal(word);
        let mut numbers = first.split(MARKS);
        if first.is_empty() || !numbers.all(is_number) {
            return self.in_words(at, article).or_else(|| self.month_first(at));
        }
        self.in_numbers(at, first, article || first != word, article)
    }

    fn in_numbers(
        &self,
        at: usize,
        written: &str,
        is_ordinal: bool,
        article: bool,
    ) -> Option<Words> {
        let numbers: Vec<&str> = written.split(MARKS).collect();
        let marks: String = written.chars().filter(|c| !c.is_ascii_digit()).collect();
        match &numbers[..] {
            [all] if matches!(all.len(), 6 | 8) => of_digits(all),
            // `den 4:e`: of this month or the next one.
            [day] if day.len() <= 2 => self
                .before_month(at, day)
                .or_else(|| is_ordinal.then(|| (self.day_of_month(day), 1))),
            [day, month]
                if marks == "/"
                    || marks == "." && is_month(month) && self.is_no_time(at, article) =>
            {
                self.day_and_month(at, day, month)
            }
            // `2026 12 04`.
            [year] if year.len() == 4 => self.year_first(at),
            [first, second, third] => Some((of_three(first, second, third, &marks), 1)),
            // `4-6/12-26` is no day.
            [_, _, _, ..] => Some((None, 1)),
            _ => None,
        }
    }

    /// `4.12` may be a time of day; `4.12.`, `fredag 4.12` and `4.12 2026` are none.
    fn is_no_time(&self, at: usize, article: bool) -> bool {
        article || self.stops(at) || self.year(at + 1).is_some()
    }

    fn year_first(&self, at: usize) -> Option<Words> {
        self.year(at)?;
        let part = |ahead: usize| Some(self.key(at + ahead)).filter(|part| part.len() == 2);
        let (month, day) = (part(1)?, part(2)?);
        (is_number(month) && is_number(day)).then(|| (day_of(self.key(at), month, day), 3))
    }

    /// `4/12`, `4/12 2026`, `4.12.`
    fn day_and_month(&self, at: usize, day: &str, month: &str) -> Option<Words> {
        let (year, words) = self.year_after(at, 1);
        Some((self.day(year, month.parse().ok()?, day), words))
    }

    /// `4 december`, `4th of December 2026`, `4. 12. 2026`.
    fn before_month(&self, at: usize, day: &str) -> Option<Words> {
        let of = usize::from(self.key(at + 1) == "of");
        let (month, words) = match month_of(self.key(at + 1 + of)) {
            Some(month) => (month, 2 + of),
            None => (self.month_with_stops(at)?, 2),
        };
        let (year, words) = self.year_after(at, words);
        Some((self.day(year, month, day), words))
    }

    /// The year behind so many words, and the words with it.
    fn year_after(&self, at: usize, words: usize) -> (Option<i32>, usize) {
        self.year(at + words)
            .map_or((None, words), |year| (Some(year), words + 1))
    }

    /// The month of `4. 12.`
    fn month_with_stops(&self, at: usize) -> Option<u32> {
        let month = self.key(at + 1);
        let is_month = is_number(month) && month.len() <= 2 && self.stops(at) && self.stops(at + 1);
        is_month.then(|| month.parse().ok())?
    }

    /// A full stop stands behind the word.
    fn stops(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(Token::ends_with_stop)
    }

    /// `December 4`, `Dec 4th 2026`.
    fn month_first(&self, at: usize) -> Option<Words> {
        let month = month_of(self.key(at))?;
        let day = without_ordinal(self.key(at + 1));
        if !is_number(day) || day.len() > 2 {
            return None;
        }
        let year = self.year(at + 2);
        Some((self.day(year, month, day), 2 + usize::from(year.is_some())))
    }

    fn relative(&self, at: usize) -> Option<Words> {
        let key = |ahead: usize| self.key(at + ahead);
        let (days, words) = match (key(0), key(1)) {
            ("i", day) => (days_from_today(day)?, 2),
            (
                "idag" | "ikvall" | "today" | "nyss" | "formiddagen" | "eftermiddagen" | "morgonen",
                _,
            ) => (0, 1),
            ("igar" | "yesterday", _) => (-1, 1),
            ("imorgon" | "imorron" | "tomorrow", _) => (1, 1),
            ("overmorgon", _) => (2, 1),
            ("forrgar", _) => (-2, 1),
            ("om" | "inom" | "in" | "within", number) => {
                (i64::from(number_of(number)?) * days_of(key(2))?, 3)
            }
            _ => return None,
        };
        Some((self.today.checked_add_signed(TimeDelta::days(days)), words))
    }

    /// `i fredags`: the one before today.
    fn last_weekday(&self) -> Option<(Found, usize)> {
        if self.key(0) != "i" {
            return None;
        }
        let day = weekday_of(self.key(1).strip_suffix('s')?)?;
        if self.direction == Direction::Future {
            return Some((Found::Strange, 2));
        }
        let mut before = (1..=7).filter_map(|days| self.away(days));
        Some((found(before.find(|date| date.weekday() == day)), 2))
    }

    /// A day of the week alone: the nearest one that way. Today's name could mean today or a week
    /// from it.
    fn weekday(&self, day: Day) -> Found {
        let mut near = (1..=6).filter_map(|days| self.away(days));
        found(near.find(|date| date.weekday() == day))
    }

    /// Of four digits, or this year or the next one in two: `4 dec -26`.
    fn year(&self, at: usize) -> Option<i32> {
        let text = self.key(at);
        let year: i32 = text.parse().ok()?;
        let this = self.today.year();
        match text.len() {
            4 => (1990..=2100).contains(&year).then_some(year),
            2 => (this..=this + 1).find(|near| near % 100 == year),
            _ => None,
        }
    }

    fn day(&self, year: Option<i32>, month: u32, day: &str) -> Option<NaiveDate> {
        let day: u32 = day.parse().ok()?;
        if let Some(year) = year {
            return NaiveDate::from_ymd_opt(year, month, day);
        }
        let this = self.today.year();
        let away = |date: &NaiveDate| (*date - self.today).num_days().abs();
        let years = this - 1..=this + 1;
        let around = years.filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
        let around: Vec<NaiveDate> = around.filter(|date| away(date) <= A_YEAR).collect();
        let nearest = *around.iter().min_by_key(|date| away(date))?;
        let has_passed = nearest < self.today && away(&nearest) > JUST_PASSED;
        if has_passed && self.direction == Direction::Future {
            return around.into_iter().find(|date| *date >= self.today);
        }
        Some(nearest)
    }

    /// The nearest day of that number, within a month that way.
    fn day_of_month(&self, day: &str) -> Option<NaiveDate> {
        let day: u32 = day.parse().ok()?;
        let mut near = (1..=28).filter_map(|days| self.away(days));
        near.find(|date| date.day() == day)
    }
}

/// Not the minutes of `12.00`.
fn is_month(number: &str) -> bool {
    number.len() > 2 || (1..=12).contains(&number.parse::<u32>().unwrap_or_default())
}

fn found(date: Option<NaiveDate>) -> Found {
    date.map_or(Found::Strange, Found::Date)
}

/// Three numbers with marks between them; `None` for two days.
fn of_three(first: &str, second: &str, third: &str, marks: &str) -> Option<NaiveDate> {
    match marks {
        "--" | "//" | ".." if first.len() == 4 || marks == "--" && third.len() == 2 => {
            day_of(first, second, third)
        }
        "--" | "//" | ".." | "/-" => day_of(third, second, first),
        // `4-5/12`.
        _ => None,
    }
}

/// The days that a word counts in.
fn days_of(unit: &str) -> Option<i64> {
    match unit {
        "dag" | "dagar" | "dgr" | "day" | "days" => Some(1),
        "vecka" | "veckor" | "v" | "week" | "weeks" => Some(7),
        _ => None,
    }
}

/// The day behind `i`.
fn days_from_today(day: &str) -> Option<i64> {
    match day {
        "dag" | "morse" | "formiddags" | "eftermiddag" | "kvall" => Some(0),
        "gar" => Some(-1),
        "morgon" => Some(1),
        "overmorgon" => Some(2),
        "forrgar" => Some(-2),
        _ => None,
    }
}

/// `20261204`, `261204`.
fn of_digits(all: &str) -> Option<Words> {
    let (year, rest) = all.split_at_checked(all.len().checked_sub(4)?)?;
    let (month, day) = rest.split_at_checked(2)?;
    Some((day_of(year, month, day), 1))
}
