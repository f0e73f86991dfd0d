//! From when on messages are questions: the start of the service in their mailbox, or a later one
//! of their folder ([`super::late`]). What came before is history.

use super::arrived::Arrived;
use super::late::late_key;
use super::{Engine, SYSTEM, board_in};
use crate::domain::folders::Watched;
use crate::store::StoreError;
use chrono::{DateTime, Utc};

impl Engine {
    /// Messages of this batch that arrived before this are history.
    pub(super) fn start_in(
        &self,
        mailbox: &str,
        folder: &Watched,
        batch: &[Arrived],
    ) -> Result<DateTime<Utc>, StoreError> {
        let start = self.start_of(mailbox)?;
        let Some(noted) = self.db().meta(&late_key(mailbox, &folder.name))? else {
            return Ok(start);
        };
        let late = noted.split_once(' ').and_then(|(below, from)| {
            Some((
                below.parse::<u32>().ok()?,
                DateTime::parse_from_rfc3339(from).ok()?.to_utc(),
            ))
        });
        let is_first_reading = |below: u32| batch.iter().any(|arrived| arrived.uid < below);
        Ok(late
            .filter(|(below, _)| is_first_reading(*below))
            .map_or(start, |(_, from)| start.max(from)))
    }

    /// Messages that arrived before this are history.
    pub fn start_of(&self, mailbox: &str) -> Result<DateTime<Utc>, StoreError> {
        if let Some(start) = board_in(&self.municipality, mailbox)?.start {
            return Ok(start);
        }
        let noted = self.store.db().meta(&start_key(mailbox))?;
        let start = noted
            .as_deref()
            .and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        start.map(|start| start.with_timezone(&Utc)).ok_or_else(|| {
            StoreError::Defect(format!("the start of mailbox {mailbox} was not noted"))
        })
    }

    pub(super) fn note_starts(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let boards = &self.municipality.boards;
        self.store.write(|db| {
            for mailbox in boards {
                let key = start_key(&mailbox.name);
                if db.meta(&key)?.is_none() {
                    db.set_meta(&key, &now.to_rfc3339())?;
                    db.note(
                        now,
                        SYSTEM,
                        &format!("mailbox {} is watched from now on", mailbox.name),
                    )?;
                }
            }
            Ok(())
        })
    }
}

fn start_key(mailbox: &str) -> String {
    format!("start.{mailbox}")
}
