//! Weeks, numbered or pointed at, and a day of one: `måndag vecka 50`, `fredag nästa vecka`.

use super::words::{is_number, number_of, weekday_of};
use super::{Direction, Found, Reading, Words};
use chrono::{Datelike, Days, NaiveDate, Weekday as Day};

/// Words for a week that is numbered or pointed at.
pub(super) const WEEK: [&str; 5] = ["vecka", "veckan", "v", "week", "wk"];

/// Weeks for which a number that has just passed is a slip, and not next year's.
const JUST_PASSED: u32 = 8;

impl Reading<'_> {
    /// The Monday of the week that is named, `None` when it is not certain, and the words it takes.
    pub(super) fn week(&self, at: usize) -> Option<Words> {
        let key = |ahead: usize| self.key(at + ahead);
        let week = |name: &str| WEEK.contains(&name);
        match (key(0), key(1), key(2)) {
            ("nasta" | "next", name, _) if week(name) => Some((self.monday_in(1), 2)),
            ("denna" | "this", name, _) if week(name) => Some((self.monday_in(0), 2)),
            ("den" | "i", "har", name) if week(name) => Some((self.monday_in(0), 3)),
            // Without a day of the week it counts in days from today.
            ("om" | "in", number, "vecka" | "veckor" | "week" | "weeks") if at > 0 => {
                Some((self.monday_in(number_of(number)?), 3))
            }
            _ => self.numbered_week(at),
        }
    }

    /// `vecka 50`, `i vecka 50`, `v50`.
    fn numbered_week(&self, at: usize) -> Option<Words> {
        let i = usize::from(["i", "in"].contains(&self.key(at)));
        let (name, number) = (self.key(at + i), self.key(at + i + 1));
        if WEEK.contains(&name) && is_number(number) {
            return Some((self.monday_of(number), i + 2));
        }
        self.short_week(self.key(at))
    }

    /// `v50`, `v.50`.
    fn short_week(&self, name: &str) -> Option<Words> {
        let number = name.strip_prefix("v.").or_else(|| name.strip_prefix('v'))?;
        is_number(number).then(|| (self.monday_of(number), 1))
    }

    pub(super) fn monday_in(&self, weeks: u32) -> Option<NaiveDate> {
        let monday = self.today.week(Day::Mon).first_day();
        monday.checked_add_days(Days::new(u64::from(weeks) * 7))
    }

    /// The week was written first: its day must follow.
    pub(super) fn day_in_week(
        &self,
        monday: Option<NaiveDate>,
        at: usize,
        words: usize,
    ) -> (Found, usize) {
        let after = at + words;
        let on = usize::from(["pa", "on"].contains(&self.key(after)));
        match weekday_of(self.key(after + on)) {
            Some(day) => (in_week(monday, day), after + on + 1),
            None => (Found::Strange, after),
        }
    }

    /// The next week of that number; one that has just passed is a slip.
    pub(super) fn monday_of(&self, number: &str) -> Option<NaiveDate> {
        let number: u32 = number.parse().ok()?;
        let this = self.today.iso_week();
        let passed = this.week().saturating_sub(number);
        let year = match (self.direction, passed) {
            (_, 0) | (Direction::Past, _) => this.year(),
            (Direction::Future, 1..=JUST_PASSED) => return None,
            (Direction::Future, _) => this.year() + 1,
        };
        NaiveDate::from_isoywd_opt(year, number, Day::Mon)
    }
}

pub(super) fn in_week(monday: Option<NaiveDate>, day: Day) -> Found {
    let date = monday.and_then(|monday| {
        monday.checked_add_days(Days::new(u64::from(day.num_days_from_monday())))
    });
    date.map_or(Found::Strange, Found::Date)
}
