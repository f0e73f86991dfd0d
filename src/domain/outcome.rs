//! How a pledge stands: what became of one item, for lists, mails and the report.

use super::item::{Item, State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Pending,
    AnsweredInTime,
    NoticedInTime,
    Broken,
    /// It came after a notice in its matter, which speaks for it: outside the shares.
    Covered,
    Excluded,
}

impl Item {
    /// How the pledge stands at `now`. A notice is never counted as an answer.
    #[must_use]
    pub fn outcome(&self, now: DateTime<Utc>) -> Outcome {
        let Some(due) = &self.due else { return Outcome::Excluded };
        let settled = match self.state {
            State::Excluded | State::History => return Outcome::Excluded,
            State::Closed if self.is_no_answer_needed() => return Outcome::Excluded,
            State::Answered | State::Closed => self.settled.as_ref().map(|s| s.at),
            State::Open | State::ProbablyAnswered => None,
        };
        if self.covered_by.is_some() {
            return Outcome::Covered;
        }
        if settled.is_some_and(|at| at < due.closes) {
            Outcome::AnsweredInTime
        } else if self
            .noticed_at()
            .is_some_and(|at| at < due.closes && (at >= self.received_at || self.leader.is_some()))
            || self.posted.is_some_and(|posted| posted <= due.date)
        {
            Outcome::NoticedInTime
        } else if settled.is_some() || now >= due.closes {
            Outcome::Broken
        } else {
            Outcome::Pending
        }
    }
}
