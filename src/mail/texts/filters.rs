//! What templates can do with a value: [`super::in_words`] as filters.

use super::wording::Wording;
use super::{foreign, in_words, layout};
use crate::domain::language::Language;
use crate::domain::pledge::Span;
use chrono::{DateTime, FixedOffset, NaiveDate};
use minijinja::{Environment, Error, ErrorKind, Value};
use serde::Deserialize;

/// Those of a language that is the program's own on top, which staff mail needs: they have words of
/// their own.
pub(super) fn add(env: &mut Environment<'static>, wording: &Wording) {
    dates_and_times(env, wording);
    env.add_filter("plural", |n: u64, one: &str, many: &str| {
        crate::words::plural(n, one, many)
    });
    env.add_filter("clip", |text: &str, limit: usize| {
        foreign::clip(text, limit)
    });
    // The template engine's own `capitalize` and `lower` take the capitals of names away:
    // `answer by tuesday 24 november`.
    env.add_filter("upper_first", in_words::upper_first);
    env.add_filter("lower_first", in_words::lower_first);
    if let Some(language) = wording.built_in() {
        of_staff_mail(env, language);
    }
}

fn dates_and_times(env: &mut Environment<'static>, wording: &Wording) {
    of_a_day(env, "date", wording, Wording::date);
    of_a_day(env, "short_date", wording, Wording::short_date);
    of_a_day(env, "weekday", wording, Wording::weekday);
    of_an_instant(env, "time", wording, |wording, at| wording.time(at.time()));
    of_an_instant(env, "moment", wording, |wording, at| {
        wording.moment(at.date_naive(), at.time())
    });
    let wording = wording.clone();
    env.add_filter("relative", move |value: &str, today: &str| {
        Ok::<_, Error>(wording.relative(day(value)?, day(today)?))
    });
}

fn of_a_day(
    env: &mut Environment<'static>,
    name: &'static str,
    wording: &Wording,
    said: fn(&Wording, NaiveDate) -> String,
) {
    let wording = wording.clone();
    env.add_filter(name, move |value: &str| {
        day(value).map(|day| said(&wording, day))
    });
}

fn of_an_instant(
    env: &mut Environment<'static>,
    name: &'static str,
    wording: &Wording,
    said: fn(&Wording, DateTime<FixedOffset>) -> String,
) {
    let wording = wording.clone();
    env.add_filter(name, move |value: &str| {
        instant(value).map(|at| said(&wording, at))
    });
}

fn of_staff_mail(env: &mut Environment<'static>, language: Language) {
    times_of_pledges(env, language);
    env.add_filter("pledge", move |name: &str| {
        in_words::pledge(language, name).to_owned()
    });
    env.add_filter("brief", move |value: &str| {
        day(value).map(|day| in_words::brief(language, day))
    });
    env.add_filter("buttons", |value: Value| {
        let buttons: Vec<Button> = read(value, "the buttons of an item are expected")?;
        let shown = buttons
            .iter()
            .map(|one| layout::button(&one.label, &one.href));
        Ok::<_, Error>(shown.collect::<String>())
    });
    env.add_filter("folder", move |name: &str| in_words::folder(language, name));
}

fn times_of_pledges(env: &mut Environment<'static>, language: Language) {
    env.add_filter("span", move |value: Value| {
        let span: Span = read(value, "a time such as item.time is expected")?;
        Ok::<_, Error>(in_words::span(language, span))
    });
    env.add_filter("within", move |value: Value| {
        let span: Span = read(value, "a time such as time is expected")?;
        Ok::<_, Error>(in_words::within(language, span))
    });
}

/// A value as a template gives it.
fn read<'de, T: Deserialize<'de>>(value: Value, expected: &'static str) -> Result<T, Error> {
    T::deserialize(value).map_err(|_| wrong(expected))
}

/// What one touch does.
#[derive(Deserialize)]
struct Button {
    label: String,
    href: String,
}

/// The local date of a date or of an instant.
fn day(value: &str) -> Result<NaiveDate, Error> {
    if let Ok(day) = value.parse() {
        return Ok(day);
    }
    instant(value).map(|at| at.date_naive())
}

fn instant(value: &str) -> Result<DateTime<FixedOffset>, Error> {
    DateTime::parse_from_rfc3339(value).map_err(|_| wrong("a date or a time is expected"))
}

fn wrong(what: &'static str) -> Error {
    Error::new(ErrorKind::InvalidOperation, what)
}
