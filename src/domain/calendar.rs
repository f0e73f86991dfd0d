//! Swedish working days, and local time.
//!
//! Skeleton: the helper that owns this file replaces the bodies; the signatures are what others build on.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which day is day 0 (product.md, Time).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counting {
    /// Rule A: day 1 is the first working day after the local date of arrival.
    #[default]
    ArrivalDate,
    /// Rule B: an arrival date that is no working day first moves to the next one.
    NextWorkingDay,
}

/// Why a day is no working day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DayKind {
    /// Public holiday, lag (1989:253) om allmänna helgdagar.
    Helgdag,
    /// Midsommarafton, julafton, nyårsafton: lag (1930:173) 2 §.
    Afton,
    /// Closed by the municipality's decision.
    Closed,
}

/// One day of the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: NaiveDate,
    /// Swedish name of the holiday or the eve; the decision's number for a closed day.
    pub name: Option<String>,
    pub kind: Option<DayKind>,
    pub working_day: bool,
}

/// The municipality's calendar: the law, its closed days, its zone, its office hours and its way of counting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    pub zone: Tz,
    pub counting: Counting,
    /// Date to the number of the decision that closed it.
    pub closed_days: BTreeMap<NaiveDate, String>,
    /// From and to, local time.
    pub office_hours: (NaiveTime, NaiveTime),
}

impl Calendar {
    #[must_use]
    pub fn day(&self, date: NaiveDate) -> Day {
        let _ = date;
        unimplemented!()
    }
    #[must_use]
    pub fn is_working_day(&self, date: NaiveDate) -> bool {
        self.day(date).working_day
    }
    /// The `n`th working day after `date` (before it, when `n` is negative); `date` itself for 0.
    #[must_use]
    pub fn add_working_days(&self, date: NaiveDate, n: i32) -> NaiveDate {
        let _ = (date, n);
        unimplemented!()
    }
    /// The local date on which an instant falls.
    #[must_use]
    pub fn local_date(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }
    /// The instant of a local time. In the gap of a clock change: the first instant after it; in the fold: the first.
    #[must_use]
    pub fn instant(&self, date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
        let _ = (date, time);
        unimplemented!()
    }
    /// The first instant that is too late for a due date: 00:00 local time of the day after.
    #[must_use]
    pub fn closes(&self, due: NaiveDate) -> DateTime<Utc> {
        self.instant(due.succ_opt().unwrap_or(due), NaiveTime::MIN)
    }
    /// Staff mail that falls due at `at` may leave at this instant: `at` itself on a working day within office hours,
    /// else the start of the next office hours.
    #[must_use]
    pub fn staff_mail_at(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let _ = at;
        unimplemented!()
    }
}
