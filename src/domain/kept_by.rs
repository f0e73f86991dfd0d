//! What keeps a pledge: by default an answer, or a notice in time that says who handles the matter.

use crate::domain::how::How;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptBy {
    /// An answer to the citizen, or the notice.
    #[default]
    Answer,
    /// Any contact: the caller was written to, called or met. An automatic notice is none.
    Contact,
    /// The decision alone: a reply in between is kept in the history as contact, and the time runs
    /// on.
    Decision,
    /// The public records, or the answer why not. No notice keeps it.
    Release,
    /// An answer, and a note of the action taken.
    Note,
}

impl KeptBy {
    pub const ALL: [Self; 5] = [
        Self::Answer,
        Self::Contact,
        Self::Decision,
        Self::Release,
        Self::Note,
    ];

    /// As it is written in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Contact => "contact",
            Self::Decision => "decision",
            Self::Release => "release",
            Self::Note => "note",
        }
    }

    /// Whether a notice in time keeps it too.
    #[must_use]
    pub fn is_by_notice(self) -> bool {
        !matches!(self, Self::Contact | Self::Release)
    }

    /// Whether this action ends the matter, or is only a line in its history.
    #[must_use]
    pub fn is_ended_by(self, how: How) -> bool {
        let contact = [
            How::Answered,
            How::Phone,
            How::Letter,
            How::Meeting,
            How::Digital,
        ];
        self != Self::Decision || !contact.contains(&how)
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}
