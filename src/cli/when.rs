//! Times as people type them on the command line.

use crate::domain::calendar::holidays::KNOWN_YEARS;
use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

/// Reads RFC 3339, or local time of `zone` as `YYYY-MM-DD`, `YYYY-MM-DD HH:MM` or `YYYY-MM-DD HH:MM:SS` (`T` may stand
/// for the space). A date alone is its first instant. A local time that a clock change skipped or repeated is refused
/// with an explanation, since guessing could move a deadline.
pub fn parse(text: &str, zone: Tz) -> Result<DateTime<Utc>, String> {
    let text = text.trim();
    let at = match DateTime::parse_from_rfc3339(text) {
        Ok(at) => at.to_utc(),
        Err(_) => local(text, zone)?,
    };
    if KNOWN_YEARS.contains(&at.with_timezone(&zone).year()) {
        return Ok(at);
    }
    Err(format!("{text:?} is not within the years {} to {}", KNOWN_YEARS.start(), KNOWN_YEARS.end()))
}

fn local(text: &str, zone: Tz) -> Result<DateTime<Utc>, String> {
    if let Some(date) = date(text) {
        return first_instant(date, zone).ok_or_else(|| wrong(text));
    }
    let normal = text.replacen('T', " ", 1);
    let (day, time) = normal.split_once(' ').ok_or_else(|| wrong(text))?;
    let local = date(day).zip(clock(time)).map(|(date, time)| date.and_time(time)).ok_or_else(|| wrong(text))?;
    match zone.from_local_datetime(&local) {
        LocalResult::Single(at) => Ok(at.to_utc()),
        LocalResult::Ambiguous(first, second) => Err(format!(
            "{text:?} happened twice, because the clock was set back that day; write {} or {}",
            first.to_rfc3339(),
            second.to_rfc3339()
        )),
        LocalResult::None => Err(skipped(text, local, zone)),
    }
}

/// `YYYY-MM-DD`, with no digit left out.
fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10)
}

/// `HH:MM` or `HH:MM:SS`; no leap second.
fn clock(text: &str) -> Option<NaiveTime> {
    let format = match text.len() {
        5 => "%H:%M",
        8 if !text.ends_with("60") => "%H:%M:%S",
        _ => return None,
    };
    NaiveTime::parse_from_str(text, format).ok()
}

/// Midnight, or the end of the gap where a clock change takes midnight away.
fn first_instant(date: NaiveDate, zone: Tz) -> Option<DateTime<Utc>> {
    let midnight = date.and_time(NaiveTime::MIN);
    let mut quarters = (0..=GAP_QUARTERS).map(|n| midnight + chrono::Duration::minutes(15 * n));
    quarters.find_map(|local| zone.from_local_datetime(&local).earliest()).map(|at| at.to_utc())
}

/// Quarters of an hour that are searched for the end of a gap: no zone has skipped more than a day.
const GAP_QUARTERS: i64 = 96;

fn skipped(text: &str, local: NaiveDateTime, zone: Tz) -> String {
    let after = (1..=GAP_QUARTERS)
        .map(|n| local + chrono::Duration::minutes(15 * n))
        .find_map(|local| zone.from_local_datetime(&local).earliest());
    let hint =
        after.map_or(String::new(), |after| format!("; that day has {} instead", after.format("%Y-%m-%d %H:%M")));
    format!("{text:?} never was, because the clock was set forward over it{hint}")
}

fn wrong(text: &str) -> String {
    format!(
        "{text:?} is not a time; write it as 2026-11-19, \"2026-11-19 09:12\" (local time) or 2026-11-19T09:12:00+01:00"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let got = parse(text, chrono_tz::Europe::Stockholm);
        match (got, expected) {
            (Ok(at), Ok(expected)) => assert_eq!(at.to_rfc3339(), expected, "{text}"),
            (Err(why), Err(expected)) => assert!(why.contains(expected), "{text}: {why}"),
            (got, expected) => panic!("{text}: {got:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn times_as_people_type_them() {
        check("2026-11-19T09:12:00+01:00", Ok("2026-11-19T08:12:00+00:00"));
        check("2026-11-19T08:12:00Z", Ok("2026-11-19T08:12:00+00:00"));
        check("2026-11-19 09:12", Ok("2026-11-19T08:12:00+00:00"));
        check("2026-06-18T23:59:59", Ok("2026-06-18T21:59:59+00:00"));
        check(" 2026-06-18 ", Ok("2026-06-17T22:00:00+00:00"));
        check("1990-01-01", Ok("1989-12-31T23:00:00+00:00"));
        for text in ["", "x", "2026-6-18", "2026-06-31", "2026-06-18 24:00", "2026-06-18 9:12", "2026-06-18 23:59:60"] {
            check(text, Err("is not a time"));
        }
        check("1970-01-01", Err("is not within the years"));
        check("2036-01-01T00:00:00+25:00", Err("is not a time"));
    }

    #[test]
    fn clock_changes_are_explained() {
        check("2026-03-29 02:30", Err("set forward over it; that day has 2026-03-29 03:00 instead"));
        check("2026-10-25 02:30", Err("write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00"));
        check("2026-10-25T02:30:00+01:00", Ok("2026-10-25T01:30:00+00:00"));
        // Havana sets its clock forward at midnight.
        let at = parse("2026-03-08", chrono_tz::America::Havana);
        assert_eq!(at.map(|at| at.to_rfc3339()), Ok("2026-03-08T05:00:00+00:00".to_owned()));
    }
}
