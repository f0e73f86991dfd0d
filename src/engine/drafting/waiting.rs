//! A mail to staff that waits for the other mailboxes of its reader.

use crate::domain::item::ItemId;
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// A mail that is held until all mailboxes of its reader have been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::engine) struct Briefing {
    pub(super) since: DateTime<Utc>,
    /// Items that it will speak of.
    pub(super) items: BTreeSet<ItemId>,
    /// The mailboxes that have something to say, be that items or a note of exclusions.
    pub(super) mailboxes: BTreeSet<String>,
}
