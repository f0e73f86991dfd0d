//! A complete reading of a mailbox under way: what is known at its beginning, and what it has found
//! so far.

use super::Reported;
use crate::domain::folders::{Role, Watch, Watched};
use crate::domain::item::ItemId;
use crate::engine::Engine;
use crate::ports::MailboxError;
use crate::store::StoreError;
use crate::store::folders::{Cursor, Places, Waiting};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A complete reading under way.
pub(super) struct Walk {
    /// The start of the service in this mailbox.
    pub(super) start: DateTime<Utc>,
    cursors: BTreeMap<String, Cursor>,
    /// The folders that earlier readings went on without.
    pub(super) left_out: BTreeSet<String>,
    pub(super) reported: Reported,
    /// Messages of live items that lie no more where they lay.
    pub(super) vanished: Vec<(String, u32)>,
    /// Where messages of items that wait lie; `None`: that is to be asked.
    pub(super) waiting: Option<Waiting>,
    /// Items that wait again at the beginning of this reading.
    pub(super) again: BTreeSet<ItemId>,
    /// Where messages lay that are asked about as if nothing were known of them: those of these
    /// items, and those that were recorded when the last reading broke off.
    anew: Places,
    /// Why a folder could not be read.
    pub(super) unread: Option<MailboxError>,
    /// All that is missing is evidence of answers.
    pub(super) arrivals: bool,
}

impl Walk {
    /// From where the last reading ended, and whether this is the first of this process.
    pub(super) fn of(engine: &mut Engine, mailbox: &str) -> Result<(Self, bool), StoreError> {
        let again = engine.db().waiting_again(mailbox)?;
        let mut anew = engine.db().places_of_all(&again)?;
        for (folder, uids) in engine.db().places_ahead(mailbox)? {
            anew.entry(folder).or_default().extend(uids);
        }
        let walk = Self {
            start: engine.start_of(mailbox)?,
            cursors: engine.db().cursors_of(mailbox)?,
            left_out: engine.left_out(mailbox),
            reported: Reported::default(),
            vanished: Vec::new(),
            waiting: None,
            again,
            anew,
            unread: None,
            arrivals: true,
        };
        Ok((walk, engine.view_of(mailbox).is_none()))
    }

    /// The folders of which a glance can show that nothing has happened.
    pub(super) fn quiet(&self, watch: &Watch) -> Vec<String> {
        let may_be = |folder: &&Watched| self.may_be_quiet(folder).is_some();
        let quiet = watch.folders.iter().filter(may_be);
        quiet.map(|folder| folder.name.clone()).collect()
    }

    /// The reading has brought messages, and none of Sent yet.
    pub(super) fn has_news(&self) -> bool {
        let no_sent = self
            .reported
            .folders
            .iter()
            .all(|read| read.role != Role::Sent);
        no_sent && self.reported.tally.new_items > 0
    }

    /// Of those that are quiet, the ones that are read after the news.
    pub(super) fn quiet_after_news(&self, watch: &Watch) -> Vec<String> {
        let mut quiet = self.quiet(watch);
        quiet.retain(|name| self.reported.folders.iter().all(|read| read.name != *name));
        quiet
    }

    /// How far a folder has been read of which a glance can show that nothing has happened.
    pub(super) fn may_be_quiet(&self, folder: &Watched) -> Option<Cursor> {
        let known = self.known(folder).filter(|_| !self.asks_anew(folder));
        known.filter(|known| can_be_quiet(known, folder))
    }

    /// A message in the folder is asked about as if nothing were known of it.
    pub(super) fn asks_anew(&self, folder: &Watched) -> bool {
        self.anew.contains_key(&folder.name)
    }

    /// The message of that UID is.
    pub(super) fn asks_anew_for(&self, folder: &Watched, uid: u32) -> bool {
        let here = self.anew.get(&folder.name);
        here.is_some_and(|uids| uids.contains(&uid))
    }

    /// How far the folder has been read.
    pub(super) fn known(&self, folder: &Watched) -> Option<Cursor> {
        self.cursors.get(&folder.name).copied()
    }
}

/// Whether a glance can show that nothing has happened in a folder: by its mod-sequence, or because
/// nothing but new messages matters there.
fn can_be_quiet(known: &Cursor, folder: &Watched) -> bool {
    known.modseq.is_some() || folder.role == Role::Sent
}
