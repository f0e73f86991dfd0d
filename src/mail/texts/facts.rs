//! The contents of a mail, as plain data: the engine fills it in, a template words it.
//!
//! Every field is always serialised (an absent one as null), so that a template that asks for a
//! name that does not exist is an error and not a blank. Times are local, with their offset; dates
//! are local calendar dates.

mod alarms;
mod citizens;
mod item;
mod staff;

pub use super::held::HeldWhy;
pub use super::shown::Shown;
pub use alarms::{AlarmFacts, Expiring, Trouble};
pub use citizens::{AlsoNoticed, Contact, LetterFacts, LettersCopyFacts, NoticeFacts, ToPost};
pub use item::{
    EscalationWhy, Holder, Matter, NoticeState, Part, Planned, Pledged, Promised, StaffItem,
};
pub use staff::{AwayFor, ExcludedItem, JunkFolder, StaffMailFacts, Unwatched};

use crate::domain::organisation::Letterhead;
use chrono::DateTime;
use serde::Serialize;

/// An instant as people read it.
pub type Local = DateTime<chrono_tz::Tz>;

/// Who sends: the municipality and its unit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sender {
    pub name: String,
    pub unit: Option<String>,
    /// Where to complain, in the municipality's words
    /// (`synpunkter@example.se eller 0490-25 40 00`).
    pub complaints: Option<String>,
    pub privacy_url: Option<String>,
    /// These three stand in letters.
    pub postal_address: Option<String>,
    pub phone: Option<String>,
    pub web: Option<String>,
}

impl Sender {
    /// How it is reached, as a letter shows it.
    pub fn ways(&self) -> impl Iterator<Item = &str> {
        [&self.postal_address, &self.phone, &self.web]
            .into_iter()
            .filter_map(Option::as_deref)
    }
}

impl From<&Letterhead> for Sender {
    fn from(letterhead: &Letterhead) -> Self {
        Self {
            name: letterhead.name.clone(),
            unit: letterhead.unit.clone(),
            complaints: letterhead.complaints.clone(),
            privacy_url: letterhead.privacy_url.clone(),
            postal_address: letterhead.postal_address.clone(),
            phone: letterhead.phone.clone(),
            web: letterhead.web.clone(),
        }
    }
}

/// To handlers: mail to citizens is paused, or leaves again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PauseFacts {
    pub sender: Sender,
    pub recipient: String,
    pub mailbox: String,
    /// Why it is paused; `None`: it is over.
    pub reason: Option<String>,
    pub since: Option<Local>,
    /// When mail began to leave again.
    pub until: Option<Local>,
    /// Notices that the pause has held.
    pub held: u32,
}
