//! Promises of the motion that no mailbox shows: the municipality counts them in its own way, if it
//! does.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Elsewhere {
    OneContact,
    Visits,
    EServices,
    PlainLanguage,
}

impl Elsewhere {
    pub const ALL: [Self; 4] = [
        Self::OneContact,
        Self::Visits,
        Self::EServices,
        Self::PlainLanguage,
    ];

    /// As it is written in the configuration.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OneContact => "one_contact",
            Self::Visits => "visits",
            Self::EServices => "e_services",
            Self::PlainLanguage => "plain_language",
        }
    }
}
