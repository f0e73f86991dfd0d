//! How far each folder has been read, and where live items lie.

use super::{Db, StoreError};
use crate::domain::item::ItemId;
use rusqlite::Row;
use std::collections::{BTreeMap, BTreeSet};

/// A folder's state at the last reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub uid_validity: u32,
    /// The first UID that has not been read.
    pub uid_next: u32,
    pub present: u32,
    pub modseq: Option<u64>,
}

/// UIDs by folder.
pub type Places = BTreeMap<String, BTreeSet<u32>>;

/// UIDs by folder, ascending, and which of them are of open items.
pub type Waiting = BTreeMap<String, Vec<(u32, bool)>>;

impl Db<'_> {
    /// How far every folder of a mailbox has been read that has been read.
    pub fn cursors_of(&self, mailbox: &str) -> Result<BTreeMap<String, Cursor>, StoreError> {
        self.all(
            "SELECT name, uid_validity, uid_next, present, modseq FROM folder
             WHERE mailbox = ?1 AND uid_validity <> 0",
            [mailbox],
            |row| Ok((row.get(0)?, read(row)?)),
        )
    }

    /// Messages that were recorded where the cursor has not passed yet, since the reading broke off
    /// in between. By folder.
    pub fn places_ahead(&self, mailbox: &str) -> Result<Places, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT folder.name, copy.uid FROM folder JOIN copy ON copy.folder = folder.id AND copy.uid >= folder.uid_next
             WHERE folder.mailbox = ?1 AND folder.uid_validity <> 0",
        )?;
        let mut rows = statement.query([mailbox])?;
        let mut places = Places::new();
        while let Some(row) = rows.next()? {
            let folder: String = row.get(0)?;
            places.entry(folder).or_default().insert(row.get(1)?);
        }
        Ok(places)
    }

    /// Moves a folder's cursor. A new UIDVALIDITY forgets where its items lay: the UIDs mean
    /// nothing any more.
    pub fn set_cursor(
        &self,
        mailbox: &str,
        folder: &str,
        cursor: &Cursor,
    ) -> Result<(), StoreError> {
        let id = self.folder_id(mailbox, folder)?;
        let (validity, next): (u32, u32) = self.one(
            "SELECT uid_validity, uid_next FROM folder WHERE id = ?1",
            [id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if validity != cursor.uid_validity {
            self.keep_former(id)?;
            self.forget_places(mailbox, id)?;
        }
        if validity != cursor.uid_validity || cursor.uid_next < next {
            self.forget_spans(id)?;
        }
        self.run(
            "UPDATE folder SET uid_validity = ?2, uid_next = ?3, present = ?4, modseq = ?5
             WHERE id = ?1",
            (
                id,
                cursor.uid_validity,
                cursor.uid_next,
                cursor.present,
                cursor.modseq.map(u64::cast_signed),
            ),
        )
    }

    /// Where the items of a folder lay is not known any more; in the same transaction it is noted
    /// that it must be found out ([`Db::places_are_lost`]).
    fn forget_places(&self, mailbox: &str, folder: i64) -> Result<(), StoreError> {
        let forgotten = self.change("DELETE FROM copy WHERE folder = ?1", [folder])?;
        if forgotten > 0 {
            self.set_meta(&lost_places(mailbox), "1")
        } else {
            Ok(())
        }
    }

    /// Some items' places were forgotten, and not all of them have been seen again since.
    pub fn places_are_lost(&self, mailbox: &str) -> Result<bool, StoreError> {
        Ok(self
            .meta(&lost_places(mailbox))?
            .is_some_and(|lost| lost == "1"))
    }

    pub fn places_are_known(&self, mailbox: &str) -> Result<(), StoreError> {
        self.set_meta(&lost_places(mailbox), "0")
    }

    /// Folders that were read and are watched no more: renamed, deleted, taken out of the
    /// configuration.
    pub fn left_folders(&self, mailbox: &str, watched: &[String]) -> Result<Vec<i64>, StoreError> {
        let mut known: Vec<(i64, String)> = self.all(
            "SELECT id, name FROM folder WHERE mailbox = ?1 AND uid_validity <> 0",
            [mailbox],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        known.retain(|(_, name)| !watched.contains(name));
        Ok(known.into_iter().map(|(id, _)| id).collect())
    }

    /// Forgets what lay in folders that are watched no more. Should one come back, it is read from
    /// its beginning.
    pub fn leave_folders(&self, mailbox: &str, watched: &[String]) -> Result<(), StoreError> {
        for id in self.left_folders(mailbox, watched)? {
            self.forget_places(mailbox, id)?;
            self.run(
                "UPDATE folder SET uid_validity = 0, uid_next = 1, present = 0, modseq = NULL
                 WHERE id = ?1",
                [id],
            )?;
        }
        Ok(())
    }

    /// UIDVALIDITY and first unread UID of every folder of a mailbox that has been read.
    pub fn cursors(&self, mailbox: &str) -> Result<BTreeMap<String, (u32, u32)>, StoreError> {
        self.all(
            "SELECT name, uid_validity, uid_next FROM folder WHERE mailbox = ?1",
            [mailbox],
            |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))),
        )
    }

    /// The mailboxes that were ever read, by their names in the configuration of the time.
    pub fn mailboxes(&self) -> Result<Vec<String>, StoreError> {
        self.all(
            "SELECT DISTINCT mailbox FROM folder ORDER BY mailbox",
            [],
            |row| row.get(0),
        )
    }

    /// The number of a folder that was met before.
    pub fn known_folder(&self, mailbox: &str, folder: &str) -> Result<Option<i64>, StoreError> {
        self.first(
            "SELECT id FROM folder WHERE mailbox = ?1 AND name = ?2",
            [mailbox, folder],
            |row| row.get(0),
        )
    }

    /// The folder's number; a folder that is met for the first time gets one, with nothing read
    /// yet.
    pub fn folder_id(&self, mailbox: &str, folder: &str) -> Result<i64, StoreError> {
        if let Some(id) = self.known_folder(mailbox, folder)? {
            return Ok(id);
        }
        self.run(
            "INSERT INTO folder (mailbox, name, uid_validity, uid_next, present, modseq)
             VALUES (?1, ?2, 0, 1, 0, NULL)",
            [mailbox, folder],
        )?;
        Ok(self.0.last_insert_rowid())
    }

    /// Notes that an item's message lies here.
    pub fn add_copy(&self, folder: i64, uid: u32, item: ItemId) -> Result<(), StoreError> {
        // Not OR REPLACE, which makes every row a transaction of its own within the transaction.
        let added = self.change(
            "INSERT OR IGNORE INTO copy (folder, uid, item) VALUES (?1, ?2, ?3)",
            (folder, uid, item.0),
        )?;
        if added > 0 {
            return Ok(());
        }
        self.run(
            "UPDATE copy SET item = ?3 WHERE folder = ?1 AND uid = ?2",
            (folder, uid, item.0),
        )
    }

    pub fn remove_copy(&self, folder: i64, uid: u32) -> Result<(), StoreError> {
        self.run(
            "DELETE FROM copy WHERE folder = ?1 AND uid = ?2",
            (folder, uid),
        )
    }

    /// Whose message has this UID, if a live item's.
    pub fn copy_at(&self, folder: i64, uid: u32) -> Result<Option<ItemId>, StoreError> {
        self.first(
            "SELECT item FROM copy WHERE folder = ?1 AND uid = ?2",
            (folder, uid),
            |row| row.get(0).map(ItemId),
        )
    }

    /// Whether an item's message lies in a folder.
    pub fn has_copy_in(&self, folder: i64, item: ItemId) -> Result<bool, StoreError> {
        Ok(!self.copies_before(folder, item, u32::MAX)?.is_empty())
    }

    /// The UIDs lower than this one under which an item's message lies in a folder.
    pub fn copies_before(
        &self,
        folder: i64,
        item: ItemId,
        uid: u32,
    ) -> Result<Vec<u32>, StoreError> {
        self.all(
            "SELECT uid FROM copy WHERE item = ?1 AND folder = ?2 AND uid < ?3 ORDER BY uid",
            (item.0, folder, uid),
            |row| row.get(0),
        )
    }

    /// Where an item's message lies but for one copy: folders, and UIDs in each.
    pub fn copies_but(
        &self,
        item: ItemId,
        but: (&str, u32),
    ) -> Result<Vec<(String, Vec<u32>)>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT folder.name, copy.uid FROM copy JOIN folder ON folder.id = copy.folder
             WHERE copy.item = ?1 ORDER BY folder.name, copy.uid",
        )?;
        let mut places: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let mut rows = statement.query([item.0])?;
        while let Some(row) = rows.next()? {
            let (name, uid): (String, u32) = (row.get(0)?, row.get(1)?);
            if (name.as_str(), uid) != but {
                places.entry(name).or_default().push(uid);
            }
        }
        Ok(places.into_iter().collect())
    }

    /// The folders in which an item's message lies.
    pub fn places_of(&self, item: ItemId) -> Result<Vec<String>, StoreError> {
        self.all(
            "SELECT DISTINCT folder.name FROM copy JOIN folder ON folder.id = copy.folder
             WHERE copy.item = ?1 ORDER BY folder.name",
            [item.0],
            |row| row.get(0),
        )
    }

    /// Whether a place of the item is known, be it the one where it lay when it was settled.
    pub fn has_lain(&self, item: ItemId) -> Result<bool, StoreError> {
        let question = "SELECT EXISTS (SELECT 1 FROM copy WHERE item = ?1)";
        self.one(question, [item.0], |row| row.get(0))
    }

    /// Where the messages of a mailbox's items lie that are live or presumed no question.
    pub fn waiting_copies(&self, mailbox: &str) -> Result<Waiting, StoreError> {
        // Asked at every look in which something has changed: in the words of the index of what
        // waits, since places of settled items are never taken away.
        let mut statement = self.0.prepare_cached(
            "SELECT folder.name, copy.uid, item.state = 'open' FROM item CROSS JOIN copy CROSS JOIN folder
             ON copy.item = item.id AND folder.id = copy.folder AND folder.mailbox = item.mailbox
             WHERE (item.state = 'open' OR item.state = 'probably_answered' OR item.state = 'no_question')
               AND item.mailbox = ?1 ORDER BY copy.uid",
        )?;
        let mut waiting = Waiting::new();
        let mut rows = statement.query([mailbox])?;
        while let Some(row) = rows.next()? {
            let folder: String = row.get(0)?;
            let uids = waiting.entry(folder).or_default();
            uids.push((row.get(1)?, row.get(2)?));
        }
        Ok(waiting)
    }
}

fn lost_places(mailbox: &str) -> String {
    format!("lost-places.{mailbox}")
}

fn read(row: &Row<'_>) -> rusqlite::Result<Cursor> {
    Ok(Cursor {
        uid_validity: row.get("uid_validity")?,
        uid_next: row.get("uid_next")?,
        present: row.get("present")?,
        modseq: row.get::<_, Option<i64>>("modseq")?.map(i64::cast_unsigned),
    })
}
