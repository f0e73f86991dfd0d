//! What became of one mail that an item caused: it was put into the outbox, it left, it failed, or
//! shadow withheld it.

use crate::domain::event::Failure;
use crate::domain::written;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What became of one mail that the item caused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {
    #[serde(
        serialize_with = "written::instant",
        deserialize_with = "written::read_instant"
    )]
    pub queued_at: DateTime<Utc>,
    /// Staff ids, or `citizen`.
    pub to: Vec<String>,
    /// The member of staff that a notice names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<String>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "written::if_any",
        deserialize_with = "written::read_instant_or_none"
    )]
    pub sent_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<(DateTime<Utc>, Failure)>,
    /// The date that it promises.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "written::if_any",
        deserialize_with = "written::read_date_or_none"
    )]
    pub promise: Option<NaiveDate>,
    /// It fell due in shadow and was not sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub withheld: bool,
    /// It names a function in place of a person.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub as_function: bool,
    /// It was caused before the item was due.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early: bool,
}

impl Done {
    pub(super) fn queued(queued_at: DateTime<Utc>, to: Vec<String>) -> Self {
        Self {
            queued_at,
            to,
            names: None,
            sent_at: None,
            failed: None,
            promise: None,
            withheld: false,
            as_function: false,
            early: false,
        }
    }

    /// It has left, was lost, or was kept back for good.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.sent_at.is_some() || self.failed.is_some() || self.withheld
    }

    /// When it was lost, if the reason is known.
    pub(super) fn lost_at(&self) -> Option<DateTime<Utc>> {
        let (at, failure) = self.failed?;
        (failure != Failure::Unknown).then_some(at)
    }

    pub(super) fn withheld(at: DateTime<Utc>, to: Vec<String>) -> Self {
        Self {
            withheld: true,
            ..Self::queued(at, to)
        }
    }
}
