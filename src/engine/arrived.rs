//! One message as it reaches the engine, and what a batch of them brought.

use crate::domain::item::ItemId;
use crate::domain::message::Message;
use crate::ports::Flags;
use chrono::{DateTime, Utc};

/// One message as the mailbox's driver hands it over.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub uid: u32,
    pub internal_date: Option<DateTime<Utc>>,
    pub size: u32,
    pub flags: Flags,
    pub message: Message,
    /// The own words of a reply of staff to one of our mails; of nothing else any words are read.
    pub words: Option<String>,
}

/// What a batch brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub new_items: u32,
    pub seen_before: u32,
    pub sent: u32,
    /// Messages that the server gave.
    pub given: u32,
    /// Live items have `\Answered`.
    pub marked_answered: bool,
    /// Messages that did not come in their turn.
    pub moved_in: u32,
    /// One that could not be read by the program (outside the junk folder): an item all the same,
    /// and the operator hears of it.
    pub unreadable: Option<ItemId>,
}
