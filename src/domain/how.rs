//! How an item ended by a person's word.

use serde::{Deserialize, Serialize};

/// How a person closed an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    Answered,
    Phone,
    Letter,
    Meeting,
    Digital,
    /// The decision that the matter asked for was made.
    Decision,
    /// The public records that were asked for were handed out.
    Released,
    NoAnswerNeeded,
    /// The presumption was right: not a question.
    NoQuestion,
    DoneFolder,
    /// Its message lies in another watched mailbox now, where it is watched on.
    HandedOver,
}

impl How {
    pub const ALL: [How; 11] = [
        How::Answered,
        How::Phone,
        How::Letter,
        How::Meeting,
        How::Digital,
        How::Decision,
        How::Released,
        How::NoAnswerNeeded,
        How::NoQuestion,
        How::DoneFolder,
        How::HandedOver,
    ];

    /// Whether it says that the citizen was answered.
    #[must_use]
    pub fn is_answer(self) -> bool {
        !matches!(
            self,
            How::NoAnswerNeeded | How::NoQuestion | How::DoneFolder | How::HandedOver
        )
    }

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            How::Answered => "answered",
            How::Phone => "phone",
            How::Letter => "letter",
            How::Meeting => "meeting",
            How::Digital => "digital",
            How::Decision => "decision",
            How::Released => "released",
            How::NoAnswerNeeded => "no-answer-needed",
            How::NoQuestion => "no-question",
            How::DoneFolder => "done-folder",
            How::HandedOver => "handed-over",
        }
    }
}
