//! How far each folder has been read, and where live items lie.

use super::{Db, StoreError};
use crate::domain::item::ItemId;
use rusqlite::{OptionalExtension, Row};
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
        let mut statement = self.0.prepare_cached(
            "SELECT name, uid_validity, uid_next, present, modseq FROM folder WHERE mailbox = ?1 AND uid_validity <> 0",
        )?;
        let rows = statement.query_map([mailbox], |row| Ok((row.get(0)?, read(row)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
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
        let (validity, next): (u32, u32) = self
            .0
            .prepare_cached("SELECT uid_validity, uid_next FROM folder WHERE id = ?1")?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if validity != cursor.uid_validity {
            self.keep_former(id)?;
            self.forget_places(mailbox, id)?;
        }
        if validity != cursor.uid_validity || cursor.uid_next < next {
            self.forget_spans(id)?;
        }
        self.0
            .prepare_cached(
                "UPDATE folder SET uid_validity = ?2, uid_next = ?3, present = ?4, modseq = ?5 WHERE id = ?1",
            )?
            .execute((id, cursor.uid_validity, cursor.uid_next, cursor.present, cursor.modseq.map(u64::cast_signed)))?;
        Ok(())
    }

    /// Where the items of a folder lay is not known any more; in the same transaction it is noted
    /// that it must be found out ([`Db::places_are_lost`]).
    fn forget_places(&self, mailbox: &str, folder: i64) -> Result<(), StoreError> {
        let forgotten = self
            .0
            .prepare_cached("DELETE FROM copy WHERE folder = ?1")?
            .execute([folder])?;
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
        let mut statement = self.0.prepare_cached(
            "SELECT id, name FROM folder WHERE mailbox = ?1 AND uid_validity <> 0",
        )?;
        let known: Vec<(i64, String)> = statement
            .query_map([mailbox], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        Ok(known
            .into_iter()
            .filter(|(_, name)| !watched.contains(name))
            .map(|(id, _)| id)
            .collect())
    }

    /// Forgets what lay in folders that are watched no more. Should one come back, it is read from
    /// its beginning.
    pub fn leave_folders(&self, mailbox: &str, watched: &[String]) -> Result<(), StoreError> {
        for id in self.left_folders(mailbox, watched)? {
            self.forget_places(mailbox, id)?;
            self.0
                .prepare_cached(
                    "UPDATE folder SET uid_validity = 0, uid_next = 1, present = 0, modseq = NULL WHERE id = ?1",
                )?
                .execute([id])?;
        }
        Ok(())
    }

    /// UIDVALIDITY and first unread UID of every folder of a mailbox that has been read.
    pub fn cursors(&self, mailbox: &str) -> Result<BTreeMap<String, (u32, u32)>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT name, uid_validity, uid_next FROM folder WHERE mailbox = ?1")?;
        let rows = statement.query_map([mailbox], |row| {
            Ok((row.get(0)?, (row.get(1)?, row.get(2)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The mailboxes that were ever read, by their names in the configuration of the time.
    pub fn mailboxes(&self) -> Result<Vec<String>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT DISTINCT mailbox FROM folder ORDER BY mailbox")?;
        let names = statement.query_map([], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// The number of a folder that was met before.
    pub fn known_folder(&self, mailbox: &str, folder: &str) -> Result<Option<i64>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT id FROM folder WHERE mailbox = ?1 AND name = ?2")?;
        Ok(statement
            .query_row([mailbox, folder], |row| row.get(0))
            .optional()?)
    }

    /// The folder's number; a folder that is met for the first time gets one, with nothing read
    /// yet.
    pub fn folder_id(&self, mailbox: &str, folder: &str) -> Result<i64, StoreError> {
        if let Some(id) = self.known_folder(mailbox, folder)? {
            return Ok(id);
        }
        self.0
            .prepare_cached(
                "INSERT INTO folder (mailbox, name, uid_validity, uid_next, present, modseq)
                 VALUES (?1, ?2, 0, 1, 0, NULL)",
            )?
            .execute([mailbox, folder])?;
        Ok(self.0.last_insert_rowid())
    }

    /// Notes that an item's message lies here.
    pub fn add_copy(&self, folder: i64, uid: u32, item: ItemId) -> Result<(), StoreError> {
        // Not OR REPLACE, which makes every row a transaction of its own within the transaction.
        let mut insert = self
            .0
            .prepare_cached("INSERT OR IGNORE INTO copy (folder, uid, item) VALUES (?1, ?2, ?3)")?;
        if insert.execute((folder, uid, item.0))? == 0 {
            let mut update = self
                .0
                .prepare_cached("UPDATE copy SET item = ?3 WHERE folder = ?1 AND uid = ?2")?;
            update.execute((folder, uid, item.0))?;
        }
        Ok(())
    }

    pub fn remove_copy(&self, folder: i64, uid: u32) -> Result<(), StoreError> {
        self.0
            .prepare_cached("DELETE FROM copy WHERE folder = ?1 AND uid = ?2")?
            .execute((folder, uid))?;
        Ok(())
    }

    /// Whose message has this UID, if a live item's.
    pub fn copy_at(&self, folder: i64, uid: u32) -> Result<Option<ItemId>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT item FROM copy WHERE folder = ?1 AND uid = ?2")?;
        Ok(statement
            .query_row((folder, uid), |row| row.get(0))
            .optional()?
            .map(ItemId))
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
        let mut statement = self.0.prepare_cached(
            "SELECT uid FROM copy WHERE item = ?1 AND folder = ?2 AND uid < ?3 ORDER BY uid",
        )?;
        let uids = statement.query_map((item.0, folder, uid), |row| row.get(0))?;
        Ok(uids.collect::<Result<_, _>>()?)
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
        let mut statement = self.0.prepare_cached(
            "SELECT DISTINCT folder.name FROM copy JOIN folder ON folder.id = copy.folder
             WHERE copy.item = ?1 ORDER BY folder.name",
        )?;
        let names = statement.query_map([item.0], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    /// Whether a place of the item is known, be it the one where it lay when it was settled.
    pub fn has_lain(&self, item: ItemId) -> Result<bool, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT 1 FROM copy WHERE item = ?1 LIMIT 1")?;
        Ok(statement.exists([item.0])?)
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
