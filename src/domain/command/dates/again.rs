//! A day that is said again in other words: «4/12 (fredag)», «i morgon, fredag», «4/12 v. 49».

use super::words::{short_weekday_of, weekday_of};
use super::{Direction, Found, Reading, Token, Weekday, read};
use chrono::{Datelike, NaiveDate};

/// What stands behind a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::domain::command) enum Again {
    /// Nothing of the kind.
    Not,
    /// The same day, in so many words.
    Same(usize),
    /// The day of the week, and it is another one.
    Weekday(Weekday),
}

/// Whether these words say `date` again, behind a mark at most.
pub(in crate::domain::command) fn again(
    tokens: &[Token],
    date: NaiveDate,
    today: NaiveDate,
) -> Again {
    let marks = usize::from(tokens.first().is_some_and(Token::is_mark));
    match said(&tokens[marks..], date, today) {
        Again::Same(words) => Again::Same(marks + words),
        other => other,
    }
}

fn said(tokens: &[Token], date: NaiveDate, today: NaiveDate) -> Again {
    let (found, words) = read(tokens, Direction::Future, today);
    if found == Found::Date(date) {
        return Again::Same(words);
    }
    match weekday(tokens) {
        Some(said) if words <= 1 && said == date.weekday() => Again::Same(1),
        Some(said) if words <= 1 => Again::Weekday(Weekday(said as u8)),
        _ => week(tokens, date, today),
    }
}

/// The day of the week with which these words begin; in brackets also in its shortest form.
fn weekday(tokens: &[Token]) -> Option<chrono::Weekday> {
    let first = tokens.first()?;
    let short = || short_weekday_of(&first.key).filter(|_| first.in_brackets());
    weekday_of(&first.key).or_else(short)
}

fn week(tokens: &[Token], date: NaiveDate, today: NaiveDate) -> Again {
    match Reading::ahead(tokens, today).week(0) {
        Some((Some(monday), words)) if monday.iso_week() == date.iso_week() => Again::Same(words),
        _ => Again::Not,
    }
}
