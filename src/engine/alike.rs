//! Messages that are like one that is known: another one, or the same under a new UID or with
//! another subject? Only the server knows whether the known one still lies where it lay.

use super::batch::Intake;
use super::{Arrived, Engine, SYSTEM};
use crate::domain::board::Board;
use crate::domain::edited::{self, Copy};
use crate::domain::event::{Fact, Flag};
use crate::domain::folders::Watched;
use crate::domain::identify::{Identity, Trace, besides, identity, is_strong, mid_key};
use crate::domain::item::ItemId;
use crate::domain::message::Message;
use crate::store::{Db, StoreError};
use chrono::Duration;

/// Messages alike in everything that can be known; more than this in one folder are taken for the
/// last one.
pub(super) const MAX_ALIKE: u32 = 1_000;

/// A message that came longer ago is an old one that is read again.
const NEWS: Duration = Duration::days(1);

impl Engine {
    /// Where messages lay that are alike in all that can be known of this one, or of which it may
    /// be a copy with another subject: folders, and UIDs in each. If they lie there no more, the
    /// server has given the message a new UID.
    pub fn alike_before(
        &self,
        mailbox: &str,
        folder: &Watched,
        arrived: &Arrived,
    ) -> Result<Vec<(String, Vec<u32>)>, StoreError> {
        let board = self.board(mailbox)?;
        let pledge = board.pledge_for(&arrived.message, &folder.name);
        if is_strong(&arrived.message, pledge.letter) {
            return board.copies_with_another_subject(&self.db(), folder, arrived);
        }
        let mut alike = Vec::new();
        let Some(folder_id) = self.db().known_folder(mailbox, &folder.name)? else {
            return Ok(Vec::new());
        };
        for occurrence in 0..MAX_ALIKE {
            let trace = Trace {
                internal_date: arrived.internal_date,
                size: arrived.size,
                occurrence,
            };
            let identity = identity(&board.name, &arrived.message, Some(trace));
            let Some(item) = self.db().known_message(&identity)? else {
                break;
            };
            alike.extend(self.db().copies_before(folder_id, item, arrived.uid)?);
        }
        Ok(if alike.is_empty() {
            Vec::new()
        } else {
            vec![(folder.name.clone(), alike)]
        })
    }

    /// These UIDs of a folder name nothing any more; what lay there is about to be seen elsewhere.
    pub fn renumbered(
        &mut self,
        mailbox: &str,
        folder: &str,
        gone: &[u32],
    ) -> Result<(), StoreError> {
        self.store.write(|db| {
            let folder = db.folder_id(mailbox, folder)?;
            gone.iter().try_for_each(|uid| db.remove_copy(folder, *uid))
        })
    }
}

impl Board {
    /// An item of this mailbox with the id, the sender and the date of an unknown message, and
    /// another subject.
    fn with_another_subject(
        &self,
        db: &Db<'_>,
        message: &Message,
    ) -> Result<Option<ItemId>, StoreError> {
        let Some(id) = &message.message_id else {
            return Ok(None);
        };
        for item in db.items_with_message_id(&self.name, mid_key(id), id)? {
            let Some(row) = db.message(item)? else {
                continue;
            };
            let before = Message {
                subject: row.subject,
                ..message.clone()
            };
            if db.known_message(&identity(&self.name, &before, None))? == Some(item) {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    fn copies_with_another_subject(
        &self,
        db: &Db<'_>,
        folder: &Watched,
        arrived: &Arrived,
    ) -> Result<Vec<(String, Vec<u32>)>, StoreError> {
        let message = &arrived.message;
        if db
            .known_message(&identity(&self.name, message, None))?
            .is_some()
        {
            return Ok(Vec::new());
        }
        match self.with_another_subject(db, message)? {
            Some(item) => db.copies_but(item, (&folder.name, arrived.uid)),
            None => Ok(Vec::new()),
        }
    }
}

impl Intake<'_> {
    /// The item whose message this is, with another subject: no copy with the old one is left. Both
    /// count from now on.
    pub(super) fn edited(
        &self,
        arrived: &Arrived,
        strong: &Identity,
    ) -> Result<Option<ItemId>, StoreError> {
        let Some(id) = self.board.with_another_subject(self.db, &arrived.message)? else {
            return Ok(None);
        };
        let (Some(mut known), Some(mut item)) = (self.db.message(id)?, self.db.item(id)?) else {
            return Ok(None);
        };
        let new = self.row(arrived, self.arrival_time(arrived).0)?;
        if self.lies_elsewhere(id, arrived)? || !edited::is_edited(&known, &new) {
            return Ok(None);
        }
        self.db.add_identity(id, strong)?;
        known.more.edited.push(new.subject);
        self.db.set_more(id, &known.more)?;
        if !item.flags.contains(&Flag::Edited) {
            let flagged = Fact::Flagged { flag: Flag::Edited };
            self.db.happen(&mut item, self.now, SYSTEM, flagged)?;
            self.db.save_awake(&item)?;
        }
        Ok(Some(id))
    }

    /// Another copy of the item is known than the one that has arrived.
    fn lies_elsewhere(&self, id: ItemId, arrived: &Arrived) -> Result<bool, StoreError> {
        let here = (self.folder.name.as_str(), arrived.uid);
        Ok(!self.db.copies_but(id, here)?.is_empty())
    }

    /// A new item that has the identity of a known one, and is another: a person looks whether it
    /// is.
    pub(super) fn may_be_double(
        &self,
        arrived: &Arrived,
        own: &Identity,
        strong: bool,
    ) -> Result<(), StoreError> {
        let plain = identity(&self.board.name, &arrived.message, None);
        if !strong || plain == *own {
            return Ok(());
        }
        for identity in [plain, *own] {
            let item = self
                .db
                .known_message(&identity)?
                .map(|id| self.db.item_of(id))
                .transpose()?;
            if let Some(item) = item.filter(|item| item.state.is_live()) {
                self.flag(item, Flag::PossibleDuplicate)?;
            }
        }
        Ok(())
    }

    /// How the copy that has arrived lies beside the known one.
    fn seen_as(&self, id: ItemId, arrived: &Arrived) -> Result<Copy, StoreError> {
        let is_new = !self.again && !self.lay_there(arrived);
        let came = arrived.internal_date;
        let is_news = is_new && came.is_some_and(|at| self.now - at < NEWS);
        Ok(Copy {
            // Of an old one that is not asked.
            known_is_there: is_news && self.lies_elsewhere(id, arrived)?,
            internal_date: came,
            is_news,
        })
    }

    /// The item that a message of a known identity is, or the identity of its own under which it is
    /// another.
    pub(super) fn same_or_another(
        &self,
        id: ItemId,
        strong: Identity,
        arrived: &Arrived,
    ) -> Result<Result<ItemId, Identity>, StoreError> {
        let Some(known) = self.db.message(id)?.filter(|row| !row.is_empty()) else {
            return Ok(Ok(id));
        };
        let new = self.row(arrived, self.arrival_time(arrived).0)?;
        let copy = self.seen_as(id, arrived)?;
        let by_size = known.more.reply_to == new.more.reply_to;
        if !edited::is_another(&known, &new, &arrived.message, copy) {
            // Read once more, a message that was another is that one.
            let own = by_size.then(|| besides(strong, &new.size.to_string()));
            let known = match own {
                Some(own) => self.db.known_message(&own)?,
                None => None,
            };
            return Ok(Ok(known.unwrap_or(id)));
        }
        let differs_in = if by_size {
            new.size.to_string()
        } else {
            new.more.reply_to.join(",")
        };
        let besides = besides(strong, &differs_in);
        Ok(self.db.known_message(&besides)?.ok_or(besides))
    }
}
