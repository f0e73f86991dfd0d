//! Which folders are to be compared with the server, and how that went. The last comparison of each is
//! kept beside the register, which only this process writes them into: each look at a mailbox asks
//! for those of all its folders.

use super::{Engine, SYSTEM};
use crate::domain::coverage::{Comparison, is_due};
use crate::domain::folders::Watched;
use crate::store::folders::Cursor;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Duration, Utc};
use std::collections::HashMap;

/// A folder is read from its beginning for its count alone at most this often: a server may count as
/// it pleases, and the comparison of each night finds whatever this leaves.
const COUNT_BELIEVED_EVERY: Duration = Duration::days(1);

#[derive(Debug, Default)]
pub(super) struct Compared {
    /// The last comparison by mailbox and folder; `None`: there is none yet.
    last: HashMap<String, HashMap<String, Option<Comparison>>>,
    /// When a folder of a mailbox was last read for its count. Not stored.
    counted: HashMap<(String, String), DateTime<Utc>>,
}

impl Compared {
    /// That of a folder, from the register if it has not been asked for before.
    fn last(
        &mut self,
        db: &Db<'_>,
        mailbox: &str,
        folder: &str,
    ) -> Result<Option<&Comparison>, StoreError> {
        let known = self
            .last
            .get(mailbox)
            .is_some_and(|of| of.contains_key(folder));
        if !known {
            let last = db.last_comparison(mailbox, folder)?;
            self.keep(mailbox, folder, last);
        }
        let of_mailbox = self.last.get(mailbox);
        Ok(of_mailbox
            .and_then(|of| of.get(folder))
            .and_then(Option::as_ref))
    }

    fn keep(&mut self, mailbox: &str, folder: &str, last: Option<Comparison>) {
        let of_mailbox = self.last.entry(mailbox.to_owned()).or_default();
        of_mailbox.insert(folder.to_owned(), last);
    }

    /// It is written down.
    fn is(&mut self, comparison: &Comparison) {
        let Comparison {
            mailbox, folder, ..
        } = comparison;
        self.keep(mailbox, folder, Some(comparison.clone()));
    }
}

impl Engine {
    /// Which of these folders are to be compared now, with how far each has been read and its last
    /// comparison.
    pub fn comparisons_due(
        &mut self,
        mailbox: &str,
        folders: &[Watched],
        now: DateTime<Utc>,
    ) -> Result<Vec<(Watched, Cursor, Option<Comparison>)>, StoreError> {
        let (db, calendar) = (self.store.db(), &self.municipality.calendar);
        let cursors = db.cursors_of(mailbox)?;
        let mut due = Vec::new();
        for folder in folders {
            let Some(cursor) = cursors.get(&folder.name) else {
                continue;
            };
            let last = self.compared.last(&db, mailbox, &folder.name)?;
            if is_due(last, cursor.uid_validity, now, calendar) {
                due.push((folder.clone(), *cursor, last.cloned()));
            }
        }
        Ok(due)
    }

    /// Whether a folder that counts more messages than before, and has no new UID, is read from its
    /// beginning now.
    pub fn is_read_for_its_count(
        &mut self,
        mailbox: &str,
        folder: &str,
        now: DateTime<Utc>,
    ) -> bool {
        let key = (mailbox.to_owned(), folder.to_owned());
        let is_recent = |last: &DateTime<Utc>| (now - *last).abs() < COUNT_BELIEVED_EVERY;
        if self.compared.counted.get(&key).is_some_and(is_recent) {
            return false;
        }
        self.compared.counted.insert(key, now);
        true
    }

    /// Writes down that a comparison of a folder begins; it is interrupted until it ends.
    pub fn begin_comparison(&mut self, comparison: &Comparison) -> Result<i64, StoreError> {
        let id = self.store.write(|db| db.add_comparison(comparison))?;
        self.compared.is(comparison);
        Ok(id)
    }

    /// Writes down how it ended. A loss that was found, or that could not be repaired, is in the
    /// log too.
    pub fn end_comparison(&mut self, id: i64, comparison: &Comparison) -> Result<(), StoreError> {
        self.store.write(|db| {
            let Comparison { mailbox, folder, at, on_server, found, missing, .. } = comparison;
            if *found > 0 || *missing > 0 {
                let text = format!(
                    "mailbox {mailbox}, folder {folder}: of {on_server} messages {found} were in no item and are \
                     logged now, {missing} are still missing"
                );
                db.note(*at, SYSTEM, &text)?;
            }
            db.end_comparison(id, comparison)
        })?;
        self.compared.is(comparison);
        Ok(())
    }
}
