//! Dates, times and names of things, in words.
//!
//! What belongs together (`kl. 09.12`, `19 november`, `2 arbetsdagar`) is joined by a no-break
//! space, which [`super::wrap`] turns into an ordinary one after it has broken the lines.

use crate::domain::language::Language;
use crate::domain::pledge::Span;
use crate::words::{NO_BREAK, of};
use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};

/// The same with a capital at its start.
#[must_use]
pub fn upper_first(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(rest).collect()
}

/// The same with a small letter at its start: a sentence goes on in a line.
#[must_use]
pub fn lower_first(text: &str) -> String {
    let mut rest = text.chars();
    let first = rest.next().map(char::to_lowercase);
    first.into_iter().flatten().chain(rest).collect()
}

/// `torsdag 19 november 2026`, `Thursday 19 November 2026`.
#[must_use]
pub fn date(language: Language, date: NaiveDate) -> String {
    format!(
        "{} {}",
        weekday(language, date),
        date_without_weekday(language, date)
    )
}

/// `19 november 2026`.
#[must_use]
pub fn date_without_weekday(language: Language, date: NaiveDate) -> String {
    format!("{} {}", brief(language, date), date.year())
}

/// `19 november`, where the year is plain.
#[must_use]
pub fn brief(language: Language, date: NaiveDate) -> String {
    let month = of(language).dates.months[date.month0() as usize];
    format!("{}{NO_BREAK}{month}", date.day())
}

/// `torsdag`, `Thursday`.
#[must_use]
pub fn weekday(language: Language, date: NaiveDate) -> &'static str {
    of(language).dates.weekdays[date.weekday().num_days_from_monday() as usize]
}

/// `kl. 09.12`, `at 09:12`.
#[must_use]
pub fn time(language: Language, time: NaiveTime) -> String {
    (of(language).dates.time)(time.hour(), time.minute())
}

/// `i dag, måndag 23 november 2026`; the same for yesterday and tomorrow; else the date alone.
#[must_use]
pub fn relative(language: Language, day: NaiveDate, today: NaiveDate) -> String {
    let words = &of(language).dates;
    let name = match (day - today).num_days() {
        -1 => words.yesterday,
        0 => words.today,
        1 => words.tomorrow,
        _ => return date(language, day),
    };
    format!("{name}, {}", date(language, day))
}

/// `2 arbetsdagar`, `4 weeks`.
#[must_use]
pub fn span(language: Language, span: Span) -> String {
    (of(language).dates.span)(span)
}

/// How soon: `inom 2 arbetsdagar`, `samma arbetsdag`.
#[must_use]
pub fn within(language: Language, time: Span) -> String {
    match time {
        Span::WorkingDays(0) => span(language, time),
        _ => (of(language).dates.within)(&span(language, time)),
    }
}

/// What a pledge is about, for the usual names of pledges; another name stays as the municipality
/// wrote it.
#[must_use]
pub fn pledge(language: Language, name: &str) -> &str {
    (of(language).dates.pledge)(name).unwrap_or(name)
}

/// A folder as the mail program shows it: IMAP's `INBOX` (RFC 3501 §5.1) is shown by its name in
/// that language.
#[must_use]
pub fn folder(language: Language, name: &str) -> String {
    let inbox = of(language).dates.inbox;
    match name.get(..5) {
        Some(start) if start.eq_ignore_ascii_case("INBOX") => match name[5..].chars().next() {
            None => inbox.to_owned(),
            Some('/' | '.') => format!("{inbox}{}", &name[5..]),
            Some(_) => name.to_owned(),
        },
        _ => name.to_owned(),
    }
}
