//! Confirmations of one person within a few minutes are one mail.
//!
//! Each waits for [`TOGETHER`], and takes in all that its reader is told meanwhile. Rejected: to
//! let the first leave at once. Its reader would have two mails in the minutes in which they work
//! through a list, which is when most commands are written.
//!
//! A single run waits for nothing that comes after it: what it confirms leaves at once.
//!
//! Those of the mailboxes of one unit are joined. Those of another unit wait as long, and are a
//! mail of their own: the words of a mail lie in the Sent folder of the mailbox that it is from.
//!
//! The matters of a waiting mail lie in memory only. After a restart it leaves as it is, and what
//! is told then is a mail of its own.

use super::told::Told;
use crate::domain::item::ItemId;
use chrono::Duration;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long a confirmation waits for more, and how far apart those to one person leave, from all
/// mailboxes together.
pub const TOGETHER: Duration = Duration::minutes(5);

/// What one confirmation tells at most; the next is a mail of its own.
const MAX_TOGETHER: usize = 25;

/// A confirmation, and what it tells.
#[derive(Clone, Debug)]
pub(super) struct Confirmed {
    /// The mailbox that it is from.
    pub mailbox: String,
    pub message_id: String,
    pub told: Told,
    pub about: Vec<ItemId>,
    /// Between which lines of the log stands what it confirms.
    pub lines: Vec<(i64, i64)>,
}

impl Confirmed {
    /// The same mail with the matters that came later.
    pub fn with(mut self, later: Self) -> Self {
        self.message_id = later.message_id;
        self.told = self.told.then(later.told);
        for id in later.about {
            if !self.about.contains(&id) {
                self.about.push(id);
            }
        }
        self.lines.extend(later.lines);
        self
    }
}

/// The newest confirmation to each person, by staff id. Whether it still waits, the
/// outbox knows; a mail that a failed transaction has not written is not there.
#[derive(Clone, Debug, Default)]
pub(super) struct Together {
    newest: Arc<Mutex<BTreeMap<String, Confirmed>>>,
    /// Nothing comes later.
    pub at_once: bool,
}

impl Together {
    pub fn newest(&self, member: &str) -> Option<Confirmed> {
        let known = self.known().get(member).cloned();
        known.filter(|one| one.told.lines() < MAX_TOGETHER)
    }

    pub fn keep(&self, member: &str, confirmed: Confirmed) {
        self.known().insert(member.to_owned(), confirmed);
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<String, Confirmed>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
