//! The kinds of mail that we send; the names are used in `X-Servicelofte` and in the log.

use serde::{Deserialize, Serialize};

/// What a mail of ours is (contract.md, The mails).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// To the citizen: the answer takes longer, and who handles the matter.
    Notice,
    /// To the citizen: what the notice promised was moved.
    NewDate,
    /// To a handler: items that wait for an answer.
    Reminder,
    /// To a supervisor: items that were not answered.
    Escalation,
    /// To staff: several kinds in one mail, or the daily note of exclusions.
    Digest,
    /// To staff: their command was carried out, or why not.
    Confirmation,
    /// To the operator.
    Alarm,
    /// To the readers of the compliance report.
    Report,
    /// To a handler: a notice to print and post.
    Letter,
    /// To the mailbox itself: does it arrive?
    Check,
}

impl Kind {
    pub const ALL: [Self; 10] = [
        Self::Notice,
        Self::NewDate,
        Self::Reminder,
        Self::Escalation,
        Self::Digest,
        Self::Confirmation,
        Self::Alarm,
        Self::Report,
        Self::Letter,
        Self::Check,
    ];

    /// Reads what [`Kind::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// As written in `X-Servicelofte`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Notice => "notice",
            Self::NewDate => "new_date",
            Self::Reminder => "reminder",
            Self::Escalation => "escalation",
            Self::Digest => "digest",
            Self::Confirmation => "confirmation",
            Self::Alarm => "alarm",
            Self::Report => "report",
            Self::Letter => "letter",
            Self::Check => "check",
        }
    }

    /// Whether it goes to a citizen; everything else stays with staff and the operator.
    #[must_use]
    pub fn is_to_citizen(self) -> bool {
        matches!(self, Self::Notice | Self::NewDate)
    }
}
