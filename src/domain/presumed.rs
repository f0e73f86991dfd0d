//! Why an item is presumed to be no question.

use serde::{Deserialize, Serialize};

/// Why something is presumed to be no question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presumed {
    /// It points at an answer.
    Thanks,
    /// An automatic reply in no conversation.
    Absence,
    /// Nothing vouches for it, and it lies in a junk folder.
    Junk,
    /// Bulk mail of a sender that reads nothing.
    NoReply,
}
