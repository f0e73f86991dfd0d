//! What became of live items in their folders: flagged as answered, or gone.

use super::intake::Intake;
use super::{Desk, Engine, SYSTEM};
use crate::domain::event::{Fact, Flag};
use crate::domain::folders::Watched;
use crate::domain::item::State;
use crate::store::items::Filter;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// So many live items marked as answered, and no answer ever seen in Sent: its copies go somewhere else.
pub const MARKED_WITHOUT_SENT: u32 = 5;

/// How many items are marked as answered, if that is often while no answer was ever seen: a shared mailbox whose
/// answers are stored in people's own Sent folders.
pub fn sent_seems_empty(db: &Db, mailbox: &str) -> Result<Option<u32>, StoreError> {
    if db.has_seen_answers(mailbox)? {
        return Ok(None);
    }
    let states = vec![State::ProbablyAnswered];
    let marked = db.count(&Filter { states, mailbox: Some(mailbox.to_owned()), handler: None })?;
    Ok((marked >= MARKED_WITHOUT_SENT).then_some(marked))
}

impl Engine {
    /// As [`sent_seems_empty`]; to be asked when a sweep has found such marks.
    pub fn sent_seems_empty(&self, mailbox: &str) -> Result<Option<u32>, StoreError> {
        sent_seems_empty(&self.db(), mailbox)
    }

    /// UIDs of the live items in a folder, or of the open ones alone, ascending.
    pub fn live_uids(&mut self, mailbox: &str, folder: &str, open_alone: bool) -> Result<Vec<u32>, StoreError> {
        self.store.write(|db| {
            let folder = db.folder_id(mailbox, folder)?;
            db.live_copies(folder, open_alone)
        })
    }

    /// These messages bear `\Answered`.
    pub fn flagged(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        uids: &[u32],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let config = Arc::clone(&self.config);
        let desk = Desk::new(&config, mailbox)?;
        let start = self.start_of(desk.mailbox)?;
        let texts = Arc::clone(&self.texts);
        self.step(now, |db| {
            let intake = Intake::new(desk, db, &texts, folder, start, now)?;
            for uid in uids {
                if let Some(id) = db.copy_at(intake.folder_id, *uid)? {
                    let item = db.item(id)?;
                    item.map_or(Ok(()), |mut item| intake.flagged_answered(&mut item))?;
                }
            }
            Ok(())
        })
    }

    /// After a complete reading of the `watched` folders: where messages lie whose folder was renamed, taken away or
    /// numbered anew, so that none of their UIDs could be asked for.
    pub fn settle_places(&mut self, mailbox: &str, watched: &[String], now: DateTime<Utc>) -> Result<(), StoreError> {
        self.step(now, |db| {
            db.leave_folders(mailbox, watched)?;
            if !db.places_are_lost(mailbox)? {
                return Ok(());
            }
            for id in db.live_items_of(mailbox)? {
                let Some(mut item) = db.item(id)? else { continue };
                let places = db.places_of(id)?;
                let fact = match places.first() {
                    Some(_) if places.contains(&item.folder) => continue,
                    Some(folder) => Fact::Moved { folder: folder.clone() },
                    None if item.flags.contains(&Flag::Gone) => continue,
                    None => Fact::Gone,
                };
                db.happen(&mut item, now, SYSTEM, fact)?;
                db.save_awake(&item)?;
            }
            db.places_are_known(mailbox)
        })
    }

    /// After a complete reading: these messages have left their folders. Whatever lies nowhere any more is marked as
    /// gone; the item stays as it is.
    pub fn vanished(&mut self, mailbox: &str, gone: &[(String, u32)], now: DateTime<Utc>) -> Result<(), StoreError> {
        if gone.is_empty() {
            return Ok(());
        }
        self.step(now, |db| {
            let mut items = Vec::new();
            for (folder, uid) in gone {
                let folder = db.folder_id(mailbox, folder)?;
                items.extend(db.copy_at(folder, *uid)?);
                db.remove_copy(folder, *uid)?;
            }
            items.sort_unstable();
            items.dedup();
            // Its new place may have been read before it was known that the old one is empty.
            for id in &items {
                let Some(mut item) = db.item(*id)? else { continue };
                let places = db.places_of(*id)?;
                if let Some(folder) = places.first().filter(|_| !places.contains(&item.folder)) {
                    db.happen(&mut item, now, SYSTEM, Fact::Moved { folder: folder.clone() })?;
                    db.save_awake(&item)?;
                }
            }
            for id in db.without_copy(&items)? {
                let Some(mut item) = db.item(id)? else { continue };
                if !item.flags.contains(&Flag::Gone) {
                    db.happen(&mut item, now, SYSTEM, Fact::Gone)?;
                    db.save_awake(&item)?;
                }
            }
            Ok(())
        })
    }
}
