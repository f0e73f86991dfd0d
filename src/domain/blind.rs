//! Blind periods: when a mailbox could not be read, so that nothing was logged in time and nothing
//! could be decided.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// A mailbox that was not read for longer than this was blind, in office hours and outside. One
/// that is polled more seldom has twice its poll time.
pub const BLIND_AFTER: Duration = Duration::minutes(15);

/// What could not be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sight {
    /// What arrives.
    Arrivals,
    /// Only what staff sent: answers were not seen, so nothing was decided.
    Answers,
}

impl Sight {
    pub const ALL: [Self; 2] = [Self::Arrivals, Self::Answers];

    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Arrivals => "arrivals",
            Self::Answers => "answers",
        }
    }

    /// Reads what [`Sight::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sight| sight.as_str() == text)
    }
}

/// Why; the first reason of a period counts for all of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The service did not run.
    NotRunning,
    /// The machine slept, or its clock was set.
    Asleep,
    /// The server could not be reached, or broke off.
    Unreachable,
    /// The server asked to wait.
    Throttled,
    Login,
    /// Certificate or protocol.
    Tls,
    /// A folder was missing, or could not be opened.
    Folder,
    /// The server refused a command.
    Refused,
    /// The register could not be written.
    Register,
}

impl Cause {
    pub const ALL: [Self; 9] = [
        Self::NotRunning,
        Self::Asleep,
        Self::Unreachable,
        Self::Throttled,
        Self::Login,
        Self::Tls,
        Self::Folder,
        Self::Refused,
        Self::Register,
    ];

    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotRunning => "not_running",
            Self::Asleep => "asleep",
            Self::Unreachable => "unreachable",
            Self::Throttled => "throttled",
            Self::Login => "login",
            Self::Tls => "tls",
            Self::Folder => "folder",
            Self::Refused => "refused",
            Self::Register => "register",
        }
    }

    /// Reads what [`Cause::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == text)
    }
}

/// One blind period: a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blind {
    pub mailbox: String,
    pub sight: Sight,
    /// The last good reading before.
    pub from: DateTime<Utc>,
    /// The next good reading.
    pub until: DateTime<Utc>,
    pub cause: Cause,
    /// Items for which something was due meanwhile; it was decided about afterwards.
    pub late: u32,
}

/// The longest time between two readings of a mailbox that is polled so often.
#[must_use]
pub fn longest_gap(poll: std::time::Duration) -> Duration {
    Duration::from_std(poll.saturating_mul(2))
        .unwrap_or(BLIND_AFTER)
        .max(BLIND_AFTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for cause in Cause::ALL {
            assert_eq!(Cause::parse(cause.as_str()), Some(cause));
            assert_eq!(
                serde_json::to_value(cause).expect("it is JSON"),
                cause.as_str()
            );
        }
        for sight in Sight::ALL {
            assert_eq!(Sight::parse(sight.as_str()), Some(sight));
        }
        assert_eq!(Cause::parse("tired"), None);
    }

    #[test]
    fn a_slow_poll_is_not_blindness() {
        for (poll, minutes) in [(60, 15), (600, 20), (1800, 60)] {
            assert_eq!(
                longest_gap(std::time::Duration::from_secs(poll)),
                Duration::minutes(minutes)
            );
        }
    }
}
