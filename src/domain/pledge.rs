//! Pledges: what was promised, by when, and the moments on the way.
//!
//! Skeleton: the helper that owns this file adds parsing and computing; the shapes are what others build on.

use crate::domain::calendar::{Calendar, Counting};
use crate::domain::matching::Match;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

/// The time that a pledge allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    WorkingDays(u16),
    Days(u16),
    Weeks(u16),
    Months(u16),
}

/// A moment relative to a due date, in working days and local time: `due-1 08:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Working days after (positive) or before (negative) the due date.
    pub days: i16,
    pub time: NaiveTime,
}

/// One pledge of the configuration.
#[derive(Clone, Debug)]
pub struct Pledge {
    pub name: String,
    pub matches: Match,
    /// The mail is a scanned letter; its notice is a letter to print.
    pub letter: bool,
    /// Finds the stamp day in the subject; group 1 is `YYYY-MM-DD`.
    pub stamp: Option<regex::Regex>,
    pub time: Span,
    pub reminder: Option<Moment>,
    pub notice: Option<Moment>,
    /// Ascending, at least one; after the last, every second working day at the same time.
    pub escalation: Vec<Moment>,
    /// The date that a notice promises, counted from the day of the notice.
    pub promise: Span,
}

/// One day of a derivation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedDay {
    pub date: NaiveDate,
    pub counted: bool,
    /// Its number when counted, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<u16>,
    /// Why it was skipped (`lördag`, `julafton`, `stängt enligt KS 2026/12`); `None` when counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A due date with how it was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    pub arrival_date: NaiveDate,
    pub rule: Counting,
    pub date: NaiveDate,
    /// The first instant that is too late.
    pub closes: DateTime<Utc>,
    pub days: Vec<CountedDay>,
}

impl Due {
    /// Counts `span` from the local date of arrival.
    #[must_use]
    pub fn reckon(arrival: NaiveDate, span: Span, calendar: &Calendar) -> Due {
        let _ = (arrival, span, calendar);
        unimplemented!()
    }
}

impl Moment {
    /// The instant of this moment for a due date. A due date that is no working day (a span in days, weeks or months)
    /// counts as the last working day before it, so that staff hear of it in time.
    #[must_use]
    pub fn at(self, due: NaiveDate, calendar: &Calendar) -> DateTime<Utc> {
        let _ = (due, calendar);
        unimplemented!()
    }
}
