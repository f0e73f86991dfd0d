//! The steps before the service goes live.

use serde::{Deserialize, Serialize};

/// A step that was missing when the service went live all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// A pledge has no number of the decision that adopted it.
    PledgeDecision,
    /// No decision on how long personal data is kept.
    Retention,
    /// Notices do not say where to complain.
    Complaints,
    /// Values of the example configuration.
    ExampleValues,
    /// No mail of `check --send` has come back to a mailbox.
    CheckSend,
    /// No word that staff know of it.
    StaffTold,
}
