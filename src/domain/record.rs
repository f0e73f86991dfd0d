//! Parts of an item's record: what settled it, what people said about it, and that it was erased.
//! Only their shape and their form in the log; what they mean is decided elsewhere.

use crate::domain::how::How;
use crate::domain::proof::Evidence;
use crate::domain::written;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// When, by whom and on what evidence an item was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    #[serde(deserialize_with = "written::read_instant")]
    pub at: DateTime<Utc>,
    pub by: Option<String>,
    pub evidence: Evidence,
    /// How a person closed it; `None` for an answer that was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<How>,
}

/// A promise that a person made or moved, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHand {
    #[serde(
        serialize_with = "written::instant",
        deserialize_with = "written::read_instant"
    )]
    pub at: DateTime<Utc>,
    #[serde(
        serialize_with = "written::date",
        deserialize_with = "written::read_date"
    )]
    pub date: NaiveDate,
    /// In that person's own words; empty when it was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A person's wish that the handler be reminded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Urged {
    #[serde(
        serialize_with = "written::instant",
        deserialize_with = "written::read_instant"
    )]
    pub at: DateTime<Utc>,
    /// As in the log.
    pub by: String,
}

/// The handler's word that their mail to the citizen is not an answer yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returns {
    #[serde(serialize_with = "written::instant")]
    pub at: DateTime<Utc>,
    /// As in the log.
    pub by: String,
    /// When an answer is to come.
    #[serde(serialize_with = "written::date")]
    pub date: NaiveDate,
}

/// That an item's personal data was erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    #[serde(serialize_with = "written::instant")]
    pub at: DateTime<Utc>,
    pub decision: String,
}
