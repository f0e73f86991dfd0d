//! Whole weeks, as people are away: `vecka 50`, `v 50–51`, `hela nästa vecka`, `resten av veckan`.

use super::weeks::WEEK;
use super::words::is_number;
use super::{Direction, Found, Reading, Token, read};
use chrono::{Days, NaiveDate};

/// From the Monday of the first week to the Friday of the last.
type Span = (NaiveDate, NaiveDate);

/// Between two weeks, as [`super::super::token::fold`] leaves them.
const DASHES: [char; 2] = ['-', '—'];

/// From a Monday to the Friday of its week.
const TO_FRIDAY: u64 = 4;

/// The weeks with which these words begin, `None` in them when there are no such ones, and how many
/// words they take. A day of one of them is none.
pub(in crate::domain::command) fn whole_weeks(
    tokens: &[Token],
    today: NaiveDate,
) -> Option<(Option<Span>, usize)> {
    let reading = Reading::ahead(tokens, today);
    let at = match (reading.key(0), reading.key(1)) {
        ("resten", "av") => 2,
        ("hela" | "under", _) => 1,
        _ => 0,
    };
    let (first, last, words) = reading
        .joined_weeks(at)
        .or_else(|| reading.weeks_in_words(at))?;
    let weeks = first.zip(last).and_then(|(first, last)| span(first, last));
    let rest = tokens.get(at + words..).unwrap_or_default();
    let is_alone = read(rest, Direction::Future, today).0 == Found::Nothing;
    is_alone.then_some((weeks, at + words))
}

/// The Mondays of the first and the last week, and the words that they take.
type Mondays = (Option<NaiveDate>, Option<NaiveDate>, usize);

impl Reading<'_> {
    /// `v 50–51`, `v50-v51`.
    fn joined_weeks(&self, at: usize) -> Option<Mondays> {
        let named = usize::from(WEEK.contains(&self.key(at)));
        let word = self.key(at + named);
        if named == 0 && !word.starts_with('v') {
            return None;
        }
        let (first, last) = word.split_once(DASHES)?;
        let number = |week| str::trim_start_matches(week, ['v', '.']);
        let (first, last) = (number(first), number(last));
        let are_numbers = is_number(first) && is_number(last);
        are_numbers.then(|| (self.monday_of(first), self.monday_of(last), named + 1))
    }

    /// `vecka 50`, `vecka 50 och 51`, `hela veckan`, `nästa vecka`.
    fn weeks_in_words(&self, at: usize) -> Option<Mondays> {
        if at > 0 && self.key(at) == "veckan" {
            return Some((self.monday_in(0), self.monday_in(0), 1));
        }
        let (monday, words) = self.week(at)?;
        let joint = self.key(at + words);
        let number = self.key(at + words + 1);
        if ["", "och", "and"].contains(&joint) && is_number(number) {
            return Some((monday, self.monday_of(number), words + 2));
        }
        Some((monday, monday, words))
    }
}

fn span(first: NaiveDate, last: NaiveDate) -> Option<Span> {
    let friday = last.checked_add_days(Days::new(TO_FRIDAY))?;
    (first <= friday).then_some((first, friday))
}
