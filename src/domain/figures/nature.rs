//! The kind of a pledge, as far as the report words it: its name is the municipality's own, and
//! says nothing.

use crate::domain::kept_by::KeptBy;
use crate::domain::pledge::{NoticeText, Pledge};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    Mail,
    Letter,
    Complaint,
    Contact,
    Decision,
    Records,
}

impl Nature {
    #[must_use]
    pub fn of(pledge: &Pledge) -> Self {
        match (pledge.kept_by, pledge.text) {
            _ if pledge.letter => Self::Letter,
            (KeptBy::Decision, _) => Self::Decision,
            (KeptBy::Release, _) | (_, NoticeText::Records) => Self::Records,
            (KeptBy::Contact, _) => Self::Contact,
            (KeptBy::Note, _) | (_, NoticeText::Complaint) => Self::Complaint,
            (KeptBy::Answer, NoticeText::Usual | NoticeText::Decision) => Self::Mail,
        }
    }
}
