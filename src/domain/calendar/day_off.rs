//! Why a day is no working day, with the law or the decision that says so.

use super::holidays::Holiday;
use chrono::Weekday;
use serde::{Deserialize, Serialize};

/// In the log as it stands here; [`crate::words`] says it to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayOff {
    /// A plain Saturday or Sunday.
    Weekday(Weekday),
    /// Two when a movable one meets a fixed one.
    Holidays(Vec<Holiday>),
    /// An eve that the law puts on a level with a holiday.
    Eve(Holiday),
    /// By the municipality's decision of that number.
    Closed(String),
}

/// The reason why a Monday to Friday may be no working day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DayKind {
    /// A public holiday.
    #[serde(rename = "helgdag")]
    Holiday,
    /// An eve that counts as a Sunday.
    #[serde(rename = "afton")]
    Eve,
    /// Closed by the municipality's decision.
    #[serde(rename = "closed")]
    Closed,
}

impl DayOff {
    /// `None` for a plain Saturday or Sunday.
    #[must_use]
    pub fn kind(&self) -> Option<DayKind> {
        match self {
            Self::Weekday(_) => None,
            Self::Holidays(_) => Some(DayKind::Holiday),
            Self::Eve(_) => Some(DayKind::Eve),
            Self::Closed(_) => Some(DayKind::Closed),
        }
    }

    /// The law that takes it out, by its number; `None` for a weekday and for a decision, which is
    /// its own authority.
    #[must_use]
    pub fn law(&self) -> Option<&'static str> {
        match self {
            Self::Weekday(_) | Self::Closed(_) => None,
            Self::Holidays(days) => days.first().map(|day| day.law),
            Self::Eve(eve) => Some(eve.law),
        }
    }
}
