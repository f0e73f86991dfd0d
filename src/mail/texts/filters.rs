//! What templates can do with a value: [`super::words`] as filters.

use super::words;
use crate::config::Language;
use crate::domain::pledge::Span;
use chrono::{DateTime, FixedOffset, NaiveDate};
use minijinja::{Environment, Error, ErrorKind, Value};
use serde::Deserialize;

pub(super) fn add(env: &mut Environment<'static>, language: Language) {
    env.add_filter("date", move |value: &str| day(value).map(|day| words::date(language, day)));
    env.add_filter("short_date", move |value: &str| day(value).map(|d| words::date_without_weekday(language, d)));
    env.add_filter("weekday", move |value: &str| day(value).map(|day| words::weekday(language, day)));
    env.add_filter("time", move |value: &str| instant(value).map(|at| words::time(language, at.time())));
    env.add_filter("moment", move |value: &str| {
        let at = instant(value)?;
        Ok::<_, Error>(format!("{} {}", words::date(language, at.date_naive()), words::time(language, at.time())))
    });
    env.add_filter("relative", move |value: &str, today: &str| {
        Ok::<_, Error>(words::relative(language, day(value)?, day(today)?))
    });
    env.add_filter("plural", |n: u64, one: &str, many: &str| words::plural(n, one, many));
    env.add_filter("span", move |value: Value| {
        let span = Span::deserialize(value).map_err(|_| wrong("a time such as item.time is expected"))?;
        Ok::<_, Error>(words::span(language, span))
    });
    env.add_filter("pledge", move |name: &str| words::pledge(language, name).to_owned());
    env.add_filter("folder", move |name: &str| words::folder(language, name));
    env.add_filter("clip", |text: &str, limit: usize| words::clip(text, limit));
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
