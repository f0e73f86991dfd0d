//! What proves an answer: the mail, the mark, or the word.

use serde::{Deserialize, Serialize};

/// What proves an answer (contract.md, JSON).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    pub kind: EvidenceKind,
    pub folder: Option<String>,
    pub message_id: Option<String>,
    pub matched_by: Option<MatchedBy>,
    /// Whether a mail is surely ours: it lay in Sent, or the border says so. `None`: no mail, or
    /// read before this was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<bool>,
}

impl Evidence {
    /// What shows without a mail that it is done.
    #[must_use]
    pub fn without_mail(kind: EvidenceKind, folder: Option<String>) -> Self {
        Self {
            kind,
            folder,
            message_id: None,
            matched_by: None,
            verified: None,
        }
    }

    /// Whether both are the same sign: one mail, or the mark of the mail program.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.message_id, &other.message_id) {
            (Some(one), Some(other)) => one == other,
            (None, None) => self.kind == other.kind,
            _ => false,
        }
    }

    /// A mail to the citizen that was seen.
    #[must_use]
    pub fn is_a_mail(&self) -> bool {
        matches!(
            self.kind,
            EvidenceKind::Sent | EvidenceKind::Copy | EvidenceKind::Twin
        )
    }

    /// A mail that nothing vouches for.
    #[must_use]
    pub fn is_unverified(&self) -> bool {
        self.verified == Some(false)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    Sent,
    Copy,
    /// The answer to the same message in another mailbox.
    Twin,
    AnsweredFlag,
    DoneFolder,
    Command,
    Cli,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    InReplyTo,
    References,
    ThreadIndex,
    Reference,
    Address,
}
