//! Confirmations in the outbox: what they say, of which items, and what they confirm. Also which
//! items any mail to staff speaks of: an answer to it may be about those.

use super::outbox::NewMail;
use super::{Db, StoreError, json, to_millis};
use crate::domain::item::ItemId;
use crate::domain::reader::Reader;
use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What a confirmation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Something was done.
    Done,
    /// Nothing was done, for a reason.
    Refused,
    /// It cannot be seen who wrote: the answer to it acts.
    Asked,
    /// It asks whether every item is meant: the same command in answer to it acts.
    AskedOfAll,
    /// The reply held no command.
    Words,
}

impl Answer {
    fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Asked => "asked",
            Self::AskedOfAll => "asked_of_all",
            Self::Words => "words",
        }
    }
}

/// What a mail to staff speaks of, beside what it does.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum About {
    Items(Vec<ItemId>),
    /// A confirmation: it confirms the lines behind the first line of the log, up to the second.
    Confirms {
        items: Vec<ItemId>,
        lines: (i64, i64),
    },
}

impl Db<'_> {
    /// Puts a confirmation into the outbox: what it says, of which items, and which lines of the
    /// log it confirms.
    pub fn enqueue_confirmation(
        &self,
        mail: &NewMail,
        items: &[ItemId],
        answer: Answer,
        lines: (i64, i64),
    ) -> Result<(), StoreError> {
        let id = self.enqueue(mail, &[])?;
        let about = json(&About::Confirms {
            items: items.to_vec(),
            lines,
        })?;
        let answer = answer.as_str();
        self.0
            .prepare_cached("UPDATE outbox SET about = ?2, answer = ?3 WHERE id = ?1")?
            .execute((id, about, answer))?;
        Ok(())
    }

    fn about(&self, outbox: i64) -> Result<Option<About>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT about FROM outbox WHERE id = ?1")?;
        let about: Option<String> = statement
            .query_row([outbox], |row| row.get(0))
            .optional()?
            .flatten();
        Ok(about
            .map(|about| serde_json::from_str(&about))
            .transpose()?)
    }

    /// The items that a mail speaks of.
    pub fn items_of_mail(&self, outbox: i64) -> Result<Vec<ItemId>, StoreError> {
        match self.about(outbox)? {
            Some(About::Items(items) | About::Confirms { items, .. }) => Ok(items),
            None => {
                let mut items: Vec<ItemId> = self
                    .effects_of(outbox)?
                    .into_iter()
                    .map(|(item, _)| item)
                    .collect();
                items.dedup();
                Ok(items)
            }
        }
    }

    /// Which events of an item's history a confirmation confirms.
    pub fn confirmed_of(&self, outbox: i64, item: ItemId) -> Result<Range<usize>, StoreError> {
        let until = |line: i64| -> Result<usize, StoreError> {
            let mut statement = self
                .0
                .prepare_cached("SELECT count(*) FROM log WHERE item = ?1 AND id <= ?2")?;
            let count: i64 = statement.query_row((item.0, line), |row| row.get(0))?;
            Ok(usize::try_from(count).unwrap_or_default())
        };
        Ok(match self.about(outbox)? {
            Some(About::Confirms {
                lines: (before, last),
                ..
            }) => until(before)?..until(last)?,
            // It confirms nothing, or is of a time when that was not written down.
            Some(About::Items(_)) | None => 0..0,
        })
    }

    /// How many confirmations of that kind a member of staff has been written since.
    pub fn confirmations(
        &self,
        reader: &Reader,
        answer: Answer,
        since: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT count(*) FROM outbox
             WHERE kind = 'confirmation' AND recipient = ?1 AND created_at >= ?2 AND answer = ?3",
        )?;
        Ok(
            statement.query_row((reader, to_millis(since), answer.as_str()), |row| {
                row.get(0)
            })?,
        )
    }

    /// Whether a confirmation says that.
    pub fn says(&self, outbox: i64, answer: Answer) -> Result<bool, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT answer IS ?2 FROM outbox WHERE id = ?1")?;
        Ok(statement.query_row((outbox, answer.as_str()), |row| row.get(0))?)
    }
}
