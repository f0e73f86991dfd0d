//! Working days, and local time.
//!
//! A working day is a Monday to Friday that the country's law does not take out ([`holidays`]), and
//! that the municipality has not closed by decision. Dates are counted locally;
//! an hour count is never used across a clock change.
//!
//! Every function is total: no date, instant, zone or set of closed days makes it panic or run on
//! without end. Years outside [`KNOWN_YEARS`](holidays::KNOWN_YEARS) are refused where they come in
//! (configuration, commands); here they follow the nearest known year's rules. Local times are kept
//! apart only in the years 1 to 9999, which is also what RFC 3339 can write; dates beyond count as
//! the nearest of these. The zone table knows clock changes until 2099, and has standard time all
//! the year after that.

pub mod day_off;
pub mod holidays;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::{GapInfo, Tz};
use day_off::{DayKind, DayOff};
use holidays::{Country, Holiday};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most calendar days that a count of working days walks (547 years): some 136 000 working
/// days, twice as many as a pledge can hold. When the walk ends before an open day, its last day is
/// the answer.
pub const LONGEST_WALK: u32 = 200_000;

/// Which day is day 0 (product.md, Time).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counting {
    /// Rule A: day 1 is the first working day after the local date of arrival.
    #[default]
    ArrivalDate,
    /// Rule B: an arrival date that is not a working day first moves to the next one.
    NextWorkingDay,
}

/// One day of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: NaiveDate,
    /// `None` for a working day. What the law says comes before a decision.
    pub off: Option<DayOff>,
}

impl Day {
    #[must_use]
    pub fn is_working_day(&self) -> bool {
        self.off.is_none()
    }

    /// `None` for a working day and for a plain Saturday or Sunday.
    #[must_use]
    pub fn kind(&self) -> Option<DayKind> {
        self.off.as_ref().and_then(DayOff::kind)
    }
}

/// The municipality's calendar: the law, its closed days, its zone, its office hours and its way of
/// counting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub country: &'static Country,
    pub zone: Tz,
    pub counting: Counting,
    /// Date to the number of the decision that closed it.
    pub closed_days: BTreeMap<NaiveDate, String>,
    /// From and to, local time; `to` itself is after hours.
    pub office_hours: (NaiveTime, NaiveTime),
}

impl Calendar {
    /// What kind of day a date is.
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Day {
        let holidays: Vec<Holiday> = self.country.holidays_on(date).collect();
        let weekday = date.weekday();
        let off = if !holidays.is_empty() {
            Some(DayOff::Holidays(holidays))
        } else if let Some(eve) = self.country.eve_on(date) {
            Some(DayOff::Eve(eve))
        } else if let Some(decision) = self.closed_days.get(&date) {
            Some(DayOff::Closed(decision.clone()))
        } else {
            is_weekend(weekday).then_some(DayOff::Weekday(weekday))
        };
        Day { date, off }
    }

    /// Whether it is a Monday to Friday that neither the law nor a decision takes out. Allocates
    /// nothing.
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        !is_weekend(date.weekday())
            && !self.closed_days.contains_key(&date)
            && !self.country.is_off(date)
    }

    /// The `n`th working day after `date` (before it, when `n` is negative); `date` itself for 0.
    /// Ends after [`LONGEST_WALK`] days.
    #[must_use]
    pub fn add_working_days(&self, date: NaiveDate, n: i32) -> NaiveDate {
        let step = if n < 0 {
            NaiveDate::pred_opt
        } else {
            NaiveDate::succ_opt
        };
        let mut left = n.unsigned_abs();
        let mut at = date;
        for _ in 0..LONGEST_WALK {
            if left == 0 {
                break;
            }
            let Some(next) = step(&at) else { break };
            at = next;
            left -= u32::from(self.is_working_day(at));
        }
        at
    }

    /// `date` itself when it is a working day, else the next one.
    #[must_use]
    pub fn working_day_from(&self, date: NaiveDate) -> NaiveDate {
        if self.is_working_day(date) {
            date
        } else {
            self.add_working_days(date, 1)
        }
    }

    /// `date` itself when it is a working day, else the last one before it.
    #[must_use]
    pub fn working_day_until(&self, date: NaiveDate) -> NaiveDate {
        if self.is_working_day(date) {
            date
        } else {
            self.add_working_days(date, -1)
        }
    }

    /// The local date on which an instant falls.
    #[must_use]
    pub fn local_date(&self, at: DateTime<Utc>) -> NaiveDate {
        self.local(at).date_naive()
    }

    /// An instant in the calendar's zone, to be shown.
    #[must_use]
    pub fn local(&self, at: DateTime<Utc>) -> DateTime<Tz> {
        let first = first_date().and_time(NaiveTime::MIN).and_utc();
        let last = last_date().and_time(NaiveTime::MIN).and_utc();
        at.clamp(first, last).with_timezone(&self.zone)
    }

    /// The instant of a local time. In the gap of a clock change: the first instant after it; in
    /// the fold: the first.
    #[must_use]
    pub fn instant(&self, date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let local = date.clamp(first_date(), last_date()).and_time(time);
        self.zone
            .from_local_datetime(&local)
            .earliest()
            .or_else(|| GapInfo::new(&local, &self.zone).and_then(|gap| gap.end))
            // A gap without an end is not in any zone table; UTC is as good as any answer then.
            .map_or_else(|| local.and_utc(), |at| at.to_utc())
    }

    /// The first instant that is too late for a due date: 00:00 local time of the day after.
    #[must_use]
    pub fn closes(&self, due: NaiveDate) -> DateTime<Utc> {
        self.instant(due.succ_opt().unwrap_or(due), NaiveTime::MIN)
    }

    /// Staff mail that falls due at `at` may leave at this instant: `at` itself on a working day
    /// within office hours, else the start of the next office hours. Never earlier than `at`.
    #[must_use]
    pub fn staff_mail_at(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let local = self.local(at);
        let (from, to) = self.office_hours;
        let (today, time) = (local.date_naive(), local.time());
        let open = if !self.is_working_day(today) || time >= to {
            self.add_working_days(today, 1)
        } else if time < from {
            today
        } else {
            return at;
        };
        // The clock of a fold shows the same time twice; the first of the two may lie before `at`.
        self.instant(open, from).max(at)
    }
}

fn is_weekend(weekday: Weekday) -> bool {
    matches!(weekday, Weekday::Sat | Weekday::Sun)
}

/// The first date whose local times are kept apart: 0001-01-01.
fn first_date() -> NaiveDate {
    NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NaiveDate::MIN)
}

/// The last date whose local times are kept apart: 9999-12-30, so that in every zone its end is
/// still in that year.
fn last_date() -> NaiveDate {
    NaiveDate::from_ymd_opt(9999, 12, 30).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use chrono::{Days, TimeDelta};

    /// Sweden, rule A, open from 8 to 17, with one closed day.
    pub(crate) fn sweden() -> Calendar {
        Calendar {
            country: &holidays::SWEDEN,
            zone: chrono_tz::Europe::Stockholm,
            counting: Counting::ArrivalDate,
            closed_days: BTreeMap::from([(date("2026-05-15"), "KS 2026/12".to_owned())]),
            office_hours: (time("08:00"), time("17:00")),
        }
    }

    pub(crate) fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    pub(crate) fn time(text: &str) -> NaiveTime {
        NaiveTime::parse_from_str(text, "%H:%M").unwrap()
    }

    pub(crate) fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn each_day_off_has_its_reason() {
        let holiday = |code: &str| serde_json::from_value::<Holiday>(code.into()).unwrap();
        let closed = || DayOff::Closed("KS 2026/12".to_owned());
        let day = |text, off: Option<DayOff>, kind, law| {
            let day = sweden().day(date(text));
            assert_eq!(day.off, off, "{text}");
            assert_eq!(day.kind(), kind, "{text}");
            assert_eq!(day.off.as_ref().and_then(DayOff::law), law, "{text}");
            assert_eq!(sweden().is_working_day(day.date), day.is_working_day());
        };
        let holidays = |codes: &[&str]| {
            let days = codes.iter().map(|code| holiday(code)).collect();
            Some(DayOff::Holidays(days))
        };
        let eve = || Some(DayOff::Eve(holiday("midsummer_eve")));
        let sunday = || Some(DayOff::Weekday(Weekday::Sun));
        let (of_holidays, of_eves) = (Some("lag (1989:253)"), Some("lag (1930:173) 2 §"));
        day("2026-06-18", None, None, None);
        day("2026-06-19", eve(), Some(DayKind::Eve), of_eves);
        let midsummer = holidays(&["midsummer_day"]);
        day("2026-06-20", midsummer, Some(DayKind::Holiday), of_holidays);
        day("2026-06-21", sunday(), None, None);
        day("2026-05-15", Some(closed()), Some(DayKind::Closed), None);
        day("2026-12-27", sunday(), None, None);
        let both = holidays(&["whit_sunday", "national_day"]);
        day("2049-06-06", both, Some(DayKind::Holiday), of_holidays);
    }

    #[test]
    fn the_law_comes_before_a_decision() {
        let mut calendar = sweden();
        calendar
            .closed_days
            .insert(date("2026-12-24"), "KS 2026/99".to_owned());
        let day = calendar.day(date("2026-12-24"));
        assert_eq!(day.kind(), Some(DayKind::Eve));
    }

    #[test]
    fn adding_and_taking_away_working_days_are_inverse() {
        let calendar = sweden();
        for offset in 0..800 {
            let start = date("2025-11-01") + Days::new(offset);
            for n in 0..40 {
                let there = calendar.add_working_days(start, n);
                assert!(
                    n == 0 || calendar.is_working_day(there),
                    "{start} + {n} = {there}"
                );
                // From a day off, the way back passes the start and ends on the working day before
                // it.
                let back = calendar.add_working_days(there, -n);
                let expected = if n == 0 {
                    start
                } else {
                    calendar.working_day_until(start)
                };
                assert_eq!(back, expected, "{start} + {n} - {n}");
                assert!(
                    calendar.add_working_days(start, n + 1) > there,
                    "{start} + {n}"
                );
            }
        }
    }

    #[test]
    fn local_times_in_gap_and_fold() {
        let calendar = sweden();
        for (day, at, expected) in [
            ("2026-01-15", "08:00", "2026-01-15T07:00:00Z"),
            ("2026-07-15", "08:00", "2026-07-15T06:00:00Z"),
            // Spring: 02:00 to 03:00 does not exist.
            ("2026-03-29", "01:59", "2026-03-29T00:59:00Z"),
            ("2026-03-29", "02:00", "2026-03-29T01:00:00Z"),
            ("2026-03-29", "02:30", "2026-03-29T01:00:00Z"),
            ("2026-03-29", "03:00", "2026-03-29T01:00:00Z"),
            // Autumn: 02:00 to 03:00 comes twice.
            ("2026-10-25", "02:00", "2026-10-25T00:00:00Z"),
            ("2026-10-25", "02:30", "2026-10-25T00:30:00Z"),
            ("2026-10-25", "03:00", "2026-10-25T02:00:00Z"),
        ] {
            assert_eq!(
                calendar.instant(date(day), time(at)),
                utc(expected),
                "{day} {at}"
            );
        }
        // Midnight itself is in the gap: São Paulo in 2018, and the date that Samoa left out.
        let sao_paulo = Calendar {
            zone: chrono_tz::America::Sao_Paulo,
            ..sweden()
        };
        assert_eq!(
            sao_paulo.closes(date("2018-11-03")),
            utc("2018-11-04T03:00:00Z")
        );
        let samoa = Calendar {
            zone: chrono_tz::Pacific::Apia,
            ..sweden()
        };
        assert_eq!(
            samoa.closes(date("2011-12-29")),
            utc("2011-12-30T10:00:00Z")
        );
    }

    #[test]
    fn a_due_date_closes_at_local_midnight() {
        let calendar = sweden();
        // Across both clock changes of 2026 (case 23).
        assert_eq!(
            calendar.closes(date("2026-10-27")),
            utc("2026-10-27T23:00:00Z")
        );
        assert_eq!(
            calendar.closes(date("2026-03-31")),
            utc("2026-03-31T22:00:00Z")
        );
        for offset in 0..40_542 {
            let due = date("1990-01-01") + Days::new(offset);
            let closes = calendar.closes(due);
            let local = closes.with_timezone(&calendar.zone).naive_local();
            assert_eq!(
                local,
                (due + Days::new(1)).and_time(NaiveTime::MIN),
                "{due}"
            );
            assert_eq!(calendar.local_date(closes - TimeDelta::nanoseconds(1)), due);
            assert_eq!(calendar.local_date(closes), due + Days::new(1));
        }
    }

    #[test]
    fn staff_mail_waits_for_office_hours() {
        for (at, leaves) in [
            ("2026-11-19T10:00:00Z", "2026-11-19T10:00:00Z"),
            ("2026-11-19T07:00:00Z", "2026-11-19T07:00:00Z"),
            ("2026-11-19T06:59:59Z", "2026-11-19T07:00:00Z"),
            ("2026-11-19T15:59:59Z", "2026-11-19T15:59:59Z"),
            ("2026-11-19T16:00:00Z", "2026-11-20T07:00:00Z"),
            ("2026-11-20T22:30:00Z", "2026-11-23T07:00:00Z"),
            ("2026-11-20T23:30:00Z", "2026-11-23T07:00:00Z"),
            ("2026-11-21T10:00:00Z", "2026-11-23T07:00:00Z"),
            // Over the closed day and the weekend; over the change to summer time.
            ("2026-05-13T20:00:00Z", "2026-05-18T06:00:00Z"),
            ("2026-03-27T20:00:00Z", "2026-03-30T06:00:00Z"),
        ] {
            assert_eq!(sweden().staff_mail_at(utc(at)), utc(leaves), "{at}");
        }
    }

    #[test]
    fn staff_mail_never_leaves_early_nor_out_of_hours() {
        let calendar = sweden();
        for step in 0..4_000 {
            let at = utc("2026-02-27T23:17:00Z") + TimeDelta::minutes(step * 97);
            let leaves = calendar.staff_mail_at(at);
            let local = leaves.with_timezone(&calendar.zone);
            assert!(leaves >= at, "{at}");
            assert!(calendar.is_working_day(local.date_naive()), "{at}");
            assert!(
                (time("08:00")..time("17:00")).contains(&local.time()),
                "{at}"
            );
            assert_eq!(calendar.staff_mail_at(leaves), leaves, "{at}");
        }
    }

    #[test]
    fn far_away_and_all_closed_still_end() {
        let start = date("2026-01-01");
        let closed_days = (0..20_000)
            .map(|n| (start + Days::new(n), "KS 1".to_owned()))
            .collect();
        let closed = Calendar {
            closed_days,
            ..sweden()
        };
        assert_eq!(
            closed.add_working_days(start, 1),
            closed.working_day_from(date("2080-10-04"))
        );
        let calendar = sweden();
        assert_eq!(
            calendar.add_working_days(start, i32::MAX),
            start + Days::new(u64::from(LONGEST_WALK))
        );
        assert_eq!(
            calendar.add_working_days(start, i32::MIN),
            start - Days::new(u64::from(LONGEST_WALK))
        );
        for far in [NaiveDate::MIN, NaiveDate::MAX] {
            let _ = (calendar.day(far), calendar.closes(far));
            let _ = (
                calendar.add_working_days(far, 7),
                calendar.add_working_days(far, -7),
            );
            assert!(calendar.is_working_day(calendar.working_day_from(date("9999-12-25"))));
        }
        for far in [DateTime::<Utc>::MIN_UTC, DateTime::<Utc>::MAX_UTC] {
            let _ = (calendar.local_date(far), calendar.staff_mail_at(far));
        }
    }
}
