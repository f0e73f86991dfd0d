//! The days of a derivation: each counted or skipped, and why.

use super::calendar::day_off::DayOff;
use super::older;
use super::pledge::Span;
use super::written;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// One day of a derivation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedDay {
    #[serde(
        serialize_with = "written::date",
        deserialize_with = "written::read_date"
    )]
    pub date: NaiveDate,
    pub counted: bool,
    /// Its number when counted, from 1.
    #[serde(default)]
    pub day: Option<u16>,
    /// Why it was skipped; `None` when counted, but for the last day of a span in days, weeks or
    /// months, where it names the span.
    #[serde(default, deserialize_with = "older::why")]
    pub reason: Option<Why>,
}

/// Why a day is skipped, or counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The day of arrival, which is never counted.
    Arrival,
    /// The same, for a message after office hours.
    ArrivalAfterHours,
    /// The next working day instead of the day of arrival.
    CountsAsArrival,
    Off(DayOff),
    /// The last day of a span in days, weeks or months, which is not moved from a day off.
    Ends {
        span: Span,
        off: Option<DayOff>,
    },
}

impl CountedDay {
    #[must_use]
    pub fn skipped(date: NaiveDate, why: Why) -> Self {
        Self {
            date,
            counted: false,
            day: None,
            reason: Some(why),
        }
    }
}

impl Why {
    /// The law that takes the day out of the working week.
    #[must_use]
    pub fn law(&self) -> Option<&'static str> {
        match self {
            Self::Off(off) => off.law(),
            Self::Arrival | Self::ArrivalAfterHours | Self::CountsAsArrival | Self::Ends { .. } => {
                None
            }
        }
    }
}
