//! What people have said about an item: what they promised, each time with when; that they wanted a
//! reminder; under which pledge it is.

use crate::domain::event::{Event, Fact};
use crate::domain::item::Item;
use crate::domain::written;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

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

impl Item {
    /// Folds in that a person put it under another pledge, or took that back.
    pub(super) fn repledge(&mut self, event: &Event) {
        let Fact::Repledged {
            pledge, due, back, ..
        } = &event.fact
        else {
            return;
        };
        self.pledge = Some(pledge.clone());
        self.due = Some(due.as_ref().clone());
        if !back {
            // Moments of that pledge that had come before do not count as its own.
            self.question_since = Some(event.at);
        }
    }
}
