//! What people have said about an item, each time with when: what they promised, and that they wanted a reminder.

use crate::domain::written;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// A promise that a person made or moved, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHand {
    #[serde(serialize_with = "written::instant")]
    pub at: DateTime<Utc>,
    #[serde(serialize_with = "written::date")]
    pub date: NaiveDate,
}

/// That a person wanted whoever has it to be reminded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Urged {
    #[serde(serialize_with = "written::instant")]
    pub at: DateTime<Utc>,
    /// As in the log.
    pub by: String,
}
