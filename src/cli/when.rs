//! Times as people type them on the command line.

use crate::domain::calendar::{Calendar, holidays::KNOWN_YEARS};
use crate::failure::Failure;
use chrono::{DateTime, Datelike, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};

/// A moment or a day as it was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    Instant(DateTime<Utc>),
    /// Local time of the configured zone.
    Local(NaiveDateTime),
    /// A local date alone.
    Day(NaiveDate),
}

/// Reads RFC 3339, or local time as `YYYY-MM-DD`, `YYYY-MM-DD HH:MM` or `YYYY-MM-DD HH:MM:SS` (`T`
/// may replace the space, and a fraction may follow).
pub fn read(text: &str, calendar: &Calendar) -> Result<Typed, String> {
    let text = text.trim();
    let normal = text.replacen('T', " ", 1);
    let typed = if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        Typed::Instant(at.to_utc())
    } else if let Some(date) = date(text) {
        Typed::Day(date)
    } else {
        let local = normal
            .split_once(' ')
            .and_then(|(day, time)| Some(date(day)?.and_time(clock(time)?)));
        Typed::Local(local.ok_or_else(|| wrong(text))?)
    };
    let year = match typed {
        Typed::Instant(at) => calendar.local_date(at).year(),
        Typed::Local(local) => local.year(),
        Typed::Day(date) => date.year(),
    };
    if KNOWN_YEARS.contains(&year) {
        return Ok(typed);
    }
    Err(format!(
        "{text:?} is out of range: the calendar covers {} to {}",
        KNOWN_YEARS.start(),
        KNOWN_YEARS.end()
    ))
}

impl Typed {
    /// The instant. A date alone is its first one; a local time that a clock change skipped is the
    /// end of the gap, and of one that came twice it is the first: no day is ever changed by that.
    #[must_use]
    pub fn nearest(self, calendar: &Calendar) -> DateTime<Utc> {
        match self {
            Self::Instant(at) => at,
            Self::Local(local) => calendar.instant(local.date(), local.time()),
            Self::Day(date) => calendar.instant(date, NaiveTime::MIN),
        }
    }

    /// As [`Typed::nearest`], but a local time that a clock change skipped or repeated is refused
    /// with an explanation: for times that are logged as facts, where a guess would be an untruth.
    pub fn exact(self, calendar: &Calendar) -> Result<DateTime<Utc>, String> {
        if let Self::Local(local) = self {
            let shown = local.format("%Y-%m-%d %H:%M:%S");
            match calendar.zone.from_local_datetime(&local) {
                LocalResult::Single(_) => {}
                LocalResult::Ambiguous(first, second) => {
                    return Err(format!(
                        "{shown} happened twice, because the clock was set back that day; write {} or {}",
                        first.to_rfc3339(),
                        second.to_rfc3339()
                    ));
                }
                LocalResult::None => {
                    let after = calendar
                        .local(self.nearest(calendar))
                        .format("%Y-%m-%d %H:%M");
                    return Err(format!(
                        "{shown} never was, because the clock was set forward over it; that day has {after} instead"
                    ));
                }
            }
        }
        Ok(self.nearest(calendar))
    }
}

/// `YYYY-MM-DD`, with no digit left out.
fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|_| text.len() == 10)
}

/// `HH:MM` or `HH:MM:SS`, with a fraction or without; no leap second.
fn clock(text: &str) -> Option<NaiveTime> {
    let whole = text.split('.').next()?;
    let format = match whole.len() {
        5 if whole == text => "%H:%M",
        8 if !whole.ends_with("60") => "%H:%M:%S%.f",
        _ => return None,
    };
    NaiveTime::parse_from_str(text, format).ok()
}

fn wrong(text: &str) -> String {
    format!(
        "{text:?} is not a time: write 2026-11-19, \"2026-11-19 09:12\" (local time) or 2026-11-19T09:12:00+01:00"
    )
}

/// A day alone: a time beside it means something else.
pub(super) fn day(text: &str, calendar: &Calendar) -> Result<NaiveDate, Failure> {
    match read(text, calendar).map_err(Failure::Usage)? {
        Typed::Day(day) => Ok(day),
        _ => Err(Failure::Usage(format!(
            "{text:?} is not a day: write it like 2026-12-04"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::sweden;

    fn exact(text: &str, calendar: &Calendar) -> Result<DateTime<Utc>, String> {
        read(text, calendar)?.exact(calendar)
    }

    fn check(text: &str, expected: Result<&str, &str>) {
        match (exact(text, &sweden()), expected) {
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
        for text in [
            "",
            "x",
            "2026-6-18",
            "2026-06-31",
            "2026-06-18 24:00",
            "2026-06-18 9:12",
            "2026-06-18 23:59:60",
        ] {
            check(text, Err("is not a time"));
        }
        check("2026-06-18T23:59:59.5", Ok("2026-06-18T21:59:59.500+00:00"));
        check("1970-01-01", Err("covers 1990 to 2100"));
        check("2036-01-01T00:00:00+25:00", Err("is not a time"));
    }

    #[test]
    fn clock_changes_are_explained() {
        check(
            "2026-03-29 02:30",
            Err("set forward over it; that day has 2026-03-29 03:00 instead"),
        );
        check(
            "2026-10-25 02:30",
            Err("write 2026-10-25T02:30:00+02:00 or 2026-10-25T02:30:00+01:00"),
        );
        check("2026-10-25T02:30:00+01:00", Ok("2026-10-25T01:30:00+00:00"));
        // Havana sets its clock forward at midnight.
        let havana = Calendar {
            zone: chrono_tz::America::Havana,
            ..sweden()
        };
        let at = exact("2026-03-08", &havana);
        assert_eq!(
            at.map(|at| at.to_rfc3339()),
            Ok("2026-03-08T05:00:00+00:00".to_owned())
        );
    }
}
