//! The day that the registry stamped on a letter, as the scan's subject carries it
//! (`Ink 2026-11-19`).
//!
//! A letter's time runs from its stamp, not from its scan. A stamp that cannot be right is never
//! guessed at: the scan's arrival counts and the handler is asked.

use chrono::{Days, NaiveDate};
use regex::Regex;

/// How many days before its scan a stamp is still believed; the sixtieth is the last.
pub const OLDEST_STAMP_DAYS: u64 = 60;

/// What the subject says of the stamp day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamp {
    /// No stamp, or one whose day is not in the calendar.
    None,
    /// From the scan's date back to [`OLDEST_STAMP_DAYS`] before it.
    Believed(NaiveDate),
    /// After the scan: not believed.
    Future(NaiveDate),
    /// More than [`OLDEST_STAMP_DAYS`] before the scan: not believed.
    TooOld(NaiveDate),
}

/// Finds the stamp day in a scan's subject. Group 1 of `pattern` is `YYYY-MM-DD`; the first match
/// that is a day of the calendar counts. `scan_date` is the local date on which the scan arrived.
#[must_use]
pub fn stamp_day(subject: &str, pattern: &Regex, scan_date: NaiveDate) -> Stamp {
    let Some(date) = pattern
        .captures_iter(subject)
        .find_map(|found| day(found.get(1)?.as_str()))
    else {
        return Stamp::None;
    };
    if date > scan_date {
        Stamp::Future(date)
    } else if scan_date
        .checked_sub_days(Days::new(OLDEST_STAMP_DAYS))
        .is_some_and(|oldest| date < oldest)
    {
        Stamp::TooOld(date)
    } else {
        Stamp::Believed(date)
    }
}

/// Exactly `YYYY-MM-DD`; chrono alone would also take signs and short fields.
fn day(text: &str) -> Option<NaiveDate> {
    let shape = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    shape.then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::date;

    #[test]
    fn only_a_plausible_stamp_is_believed() {
        let pattern = Regex::new(r"Ink(?:om)? (\d{4}-\d{2}-\d{2})").unwrap();
        let believed = |text| Stamp::Believed(date(text));
        for (subject, expected) in [
            ("Ink 2026-11-19", believed("2026-11-19")),
            (
                "Skannat brev, Inkom 2026-11-16 (3 sidor)",
                believed("2026-11-16"),
            ),
            ("Ink 2026-09-20", believed("2026-09-20")),
            ("Ink 2026-09-19", Stamp::TooOld(date("2026-09-19"))),
            ("Ink 1926-11-19", Stamp::TooOld(date("1926-11-19"))),
            ("Ink 2026-11-20", Stamp::Future(date("2026-11-20"))),
            ("Ink 2062-11-19", Stamp::Future(date("2062-11-19"))),
            ("Ink 2026-02-30", Stamp::None),
            ("Ink 2026-02-30 Ink 2026-11-18", believed("2026-11-18")),
            ("Skannat brev", Stamp::None),
            ("", Stamp::None),
        ] {
            let stamp = stamp_day(subject, &pattern, date("2026-11-19"));
            assert_eq!(stamp, expected, "{subject}");
        }
    }

    #[test]
    fn a_pattern_without_its_group_finds_nothing() {
        for pattern in ["Ink", "Ink (.*)", "(x)?Ink", r"Ink (\S+)"] {
            let pattern = Regex::new(pattern).unwrap();
            assert_eq!(
                stamp_day("Ink +2026-11-9", &pattern, date("2026-11-19")),
                Stamp::None,
                "{pattern}"
            );
        }
    }

    #[test]
    fn the_edges_of_the_calendar_hold() {
        let pattern = Regex::new(r"(\d{4}-\d{2}-\d{2})").unwrap();
        assert_eq!(
            stamp_day("2026-11-19", &pattern, NaiveDate::MIN),
            Stamp::Future(date("2026-11-19"))
        );
        assert_eq!(
            stamp_day("2026-11-19", &pattern, NaiveDate::MAX),
            Stamp::TooOld(date("2026-11-19"))
        );
    }
}
