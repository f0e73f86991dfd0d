//! What became of live items in their folders: flagged as answered, or gone.

use super::batch::Intake;
use super::{Engine, SYSTEM, covering, letters, twins};
use crate::domain::board::Board;
use crate::domain::event::{AssignedBy, Fact, Flag};
use crate::domain::folders::{Role, Watched};
use crate::domain::item::{Item, ItemId, State};
use crate::domain::no_question::Presumed;
use crate::store::items::Filter;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;
use std::sync::Arc;

/// This many live items marked as answered, and no answer ever seen in Sent: its copies go
/// somewhere else.
pub const MARKED_WITHOUT_SENT: u32 = 5;

/// How many items are marked as answered, if that is often while no answer was ever seen: a shared
/// mailbox whose answers are stored in people's own Sent folders.
pub fn sent_seems_empty(db: &Db, mailbox: &str) -> Result<Option<u32>, StoreError> {
    if db.has_seen_answers(mailbox)? {
        return Ok(None);
    }
    let states = vec![State::ProbablyAnswered];
    let marked = db.count(&Filter {
        states,
        mailbox: Some(mailbox.to_owned()),
        handler: None,
    })?;
    Ok((marked >= MARKED_WITHOUT_SENT).then_some(marked))
}

impl Engine {
    /// As [`sent_seems_empty`]; to be asked when a sweep has found such marks.
    pub fn sent_seems_empty(&self, mailbox: &str) -> Result<Option<u32>, StoreError> {
        sent_seems_empty(&self.db(), mailbox)
    }

    /// These messages have `\Answered`.
    pub fn flagged(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        uids: &[u32],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let board = self.board(mailbox)?;
        let start = self.start_of(mailbox)?;
        let (municipality, texts) = (Arc::clone(&self.municipality), Arc::clone(&self.texts));
        self.step(now, |db| {
            let intake = Intake::new(&municipality, &board, db, &texts, folder, start, now)?;
            for uid in uids {
                if let Some(id) = db.copy_at(intake.folder_id, *uid)? {
                    let item = db.item(id)?;
                    item.map_or(Ok(()), |mut item| intake.flagged_answered(&mut item))?;
                }
            }
            Ok(())
        })
    }

    /// After a complete reading of the `watched` folders: where messages lie whose folder was
    /// renamed, taken away or given new numbers, so that none of their UIDs could be asked for.
    pub fn settle_places(
        &mut self,
        mailbox: &str,
        watched: &[Watched],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let names: Vec<String> = watched.iter().map(|folder| folder.name.clone()).collect();
        let db = self.db();
        if db.left_folders(mailbox, &names)?.is_empty() && !db.places_are_lost(mailbox)? {
            return Ok(());
        }
        let board = self.board(mailbox)?;
        self.step(now, |db| {
            db.leave_folders(mailbox, &names)?;
            if !db.places_are_lost(mailbox)? {
                return Ok(());
            }
            for id in db.live_items_of(mailbox)? {
                let Some(item) = db.item(id)? else { continue };
                board.settle_place(db, item, watched, now)?;
            }
            db.places_are_known(mailbox)
        })
    }

    /// Of the questions whose messages have left these places, those that lie in no other watched
    /// one, with the Message-ID by which the trash can be asked for them.
    pub fn lost(
        &self,
        mailbox: &str,
        vanished: &[(String, u32)],
    ) -> Result<Vec<(ItemId, String)>, StoreError> {
        let db = self.db();
        let left: BTreeSet<(&str, u32)> = vanished
            .iter()
            .map(|(folder, uid)| (folder.as_str(), *uid))
            .collect();
        let mut asked = BTreeSet::new();
        let mut lost = Vec::new();
        for (folder, uid) in vanished {
            let Some(folder) = db.known_folder(mailbox, folder)? else {
                continue;
            };
            if let Some(id) = db.copy_at(folder, *uid)?.filter(|id| asked.insert(*id)) {
                lost.extend(lost_by_its_id(&db, id, &left)?);
            }
        }
        Ok(lost)
    }

    /// These questions lie in the trash: citizens get no automatic mail about them until they lie
    /// elsewhere.
    pub fn thrown_away(&mut self, items: &[ItemId], now: DateTime<Utc>) -> Result<(), StoreError> {
        if items.is_empty() {
            return Ok(());
        }
        self.step(now, |db| {
            for id in items {
                let is_news = |item: &Item| {
                    item.flags.contains(&Flag::Gone) && !item.flags.contains(&Flag::Trashed)
                };
                let Some(mut item) = db.item(*id)?.filter(is_news) else {
                    continue;
                };
                let fact = Fact::Flagged {
                    flag: Flag::Trashed,
                };
                letters::go_along(db, &item, &fact, now)?;
                db.happen(&mut item, now, SYSTEM, fact)?;
                db.save_awake(&item)?;
            }
            Ok(())
        })
    }

    /// After a complete reading: these items, which wait again, have been asked about.
    pub fn asked_again(
        &mut self,
        mailbox: &str,
        asked: &BTreeSet<ItemId>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if asked.is_empty() {
            return Ok(());
        }
        self.step(now, |db| db.asked_again(mailbox, asked))
    }

    /// After a complete reading of the `watched` folders: these messages have left theirs. A
    /// message that lies nowhere any more is marked as gone; the item stays as it is.
    pub fn vanished(
        &mut self,
        mailbox: &str,
        watched: &[Watched],
        gone: &[(String, u32)],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if gone.is_empty() {
            return Ok(());
        }
        let board = self.board(mailbox)?;
        self.step(now, |db| {
            let mut items = Vec::new();
            for (folder, uid) in gone {
                let folder = db.folder_id(mailbox, folder)?;
                items.extend(db.copy_at(folder, *uid)?);
                db.remove_copy(folder, *uid)?;
            }
            items.sort_unstable();
            items.dedup();
            for id in items {
                let Some(item) = db.item(id)? else { continue };
                board.settle_place(db, item, watched, now)?;
            }
            Ok(())
        })
    }
}

impl Board {
    /// Writes down where an item lies, if it is not where it was. Its new place may have been read
    /// before it was known that the old one is empty.
    fn settle_place(
        &self,
        db: &Db<'_>,
        mut item: Item,
        watched: &[Watched],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let places = db.places_of(item.id)?;
        let is_junk = |name: &&String| {
            watched
                .iter()
                .any(|known| known.name == **name && known.role == Role::Junk)
        };
        match places.iter().find(|name| !is_junk(name)).or(places.first()) {
            Some(place)
                if places.contains(&item.folder) && is_junk(&place) == is_junk(&&item.folder) =>
            {
                Ok(())
            }
            Some(folder) => match watched.iter().find(|known| known.name == *folder) {
                Some(folder) => self.moved(db, &mut item, folder, now),
                None => moved_to(db, &mut item, folder, now),
            },
            None if item.flags.contains(&Flag::Gone) => Ok(()),
            None => has_gone(db, &mut item, now),
        }
    }

    /// A message was moved, which gives its item to the handler whose folder it came into. Out of
    /// that folder again it stays with them.
    pub(super) fn moved(
        &self,
        db: &Db<'_>,
        item: &mut Item,
        folder: &Watched,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        // Seen again where it lay before, it was not moved: the member that it was assigned to
        // since has it.
        let came = item.folder != folder.name;
        moved_to(db, item, &folder.name, now)?;
        self.place_decides(db, item, folder.role, now)?;
        let owner = self
            .owner_of(folder)
            .filter(|owner| came && item.handler.as_ref() != Some(&owner.id));
        if let Some(owner) = owner.filter(|_| item.state.is_live()) {
            db.happen(
                item,
                now,
                SYSTEM,
                Fact::Assigned {
                    to: owner.id.clone(),
                    how: AssignedBy::Folder,
                },
            )?;
            db.save_awake(item)?;
        }
        Ok(())
    }
}

impl Board {
    /// A message in a junk folder and nowhere else is most likely no question, unless something
    /// vouches for it; then it gets no automatic notice.
    fn place_decides(
        &self,
        db: &Db<'_>,
        item: &mut Item,
        role: Role,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (flag, is_flagged) = (Flag::InJunk, item.flags.contains(&Flag::InJunk));
        let fact = match (role == Role::Junk, is_flagged) {
            (true, false) => Fact::Flagged { flag },
            (false, true) => Fact::Unflagged { flag },
            _ => return Ok(()),
        };
        db.happen(item, now, SYSTEM, fact)?;
        if role == Role::Junk
            && item.state == State::Open
            && self.pledge_of(item).may_presume()
            && !vouches_for(db, item)?
        {
            db.happen(
                item,
                now,
                SYSTEM,
                Fact::Presumed {
                    why: Presumed::Junk,
                },
            )?;
            covering::uncover(db, item.id, item.conversation, now)?;
        }
        db.save_awake(item)
    }
}

/// Something shows that an item in a junk folder is not junk: its conversation, or a mail of ours
/// to its writer.
fn vouches_for(db: &Db<'_>, item: &Item) -> Result<bool, StoreError> {
    let is_threaded = db.conversation(item.conversation)?.len() > 1;
    Ok(is_threaded || db.was_written_to(&db.message_of(item.id)?)?)
}

/// It lies nowhere any more.
fn has_gone(db: &Db<'_>, item: &mut Item, now: DateTime<Utc>) -> Result<(), StoreError> {
    db.happen(item, now, SYSTEM, Fact::Gone)?;
    letters::go_along(db, item, &Fact::Gone, now)?;
    twins::has_gone(db, item, now)?;
    db.save_awake(item)
}

fn moved_to(
    db: &Db<'_>,
    item: &mut Item,
    folder: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let fact = Fact::Moved {
        folder: folder.to_owned(),
    };
    letters::go_along(db, item, &fact, now)?;
    db.happen(item, now, SYSTEM, fact)?;
    db.save_awake(item)
}

/// The item with its Message-ID, if it has a clock and all of its copies have left.
fn lost_by_its_id(
    db: &Db<'_>,
    id: ItemId,
    left: &BTreeSet<(&str, u32)>,
) -> Result<Option<(ItemId, String)>, StoreError> {
    let Some(item) = db.item(id)?.filter(Item::has_clock) else {
        return Ok(None);
    };
    let places = db.copies_but(item.id, ("", 0))?;
    let mut copies = places
        .iter()
        .flat_map(|(name, uids)| uids.iter().map(move |uid| (name.as_str(), *uid)));
    if !copies.all(|copy| left.contains(&copy)) {
        return Ok(None);
    }
    let message_id = db.message(item.id)?.and_then(|row| row.message_id);
    Ok(message_id.map(|message_id| (item.id, message_id)))
}
