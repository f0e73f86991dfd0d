//! The append-only log, and the one place where an event becomes part of an item.

use super::{Db, StoreError, from_millis, json, to_millis};
use crate::domain::event::{Event, Fact, Logged};
use crate::domain::item::{Item, ItemId};
use chrono::{DateTime, Utc};

/// The event as it will be read back: the log keeps milliseconds, and an item that was folded from
/// a finer time would not be the one that [`Db::rebuild_items`] makes.
#[must_use]
pub fn as_stored(event: Event) -> Event {
    Event {
        at: from_millis(to_millis(event.at)),
        ..event
    }
}

impl Db<'_> {
    /// Writes an event without touching any projection.
    pub(super) fn append(&self, item: Option<ItemId>, event: &Event) -> Result<(), StoreError> {
        let detail = json(&event.fact)?;
        self.run(
            "INSERT INTO log (at, item, by, event, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
            (
                to_millis(event.at),
                item.map(|id| id.0),
                &event.by,
                event.fact.name(),
                detail,
            ),
        )
    }

    /// Appends a later event of an item and folds it in. The item is written back by
    /// [`Db::save_item`].
    pub fn happen(
        &self,
        item: &mut Item,
        at: DateTime<Utc>,
        by: &str,
        fact: Fact,
    ) -> Result<(), StoreError> {
        let event = as_stored(Event {
            at,
            by: by.to_owned(),
            fact,
        });
        let waited = item.waits();
        item.apply(&event)?;
        if item.waits() && !waited {
            self.waits_again(item)?;
        }
        self.append(Some(item.id), &event)
    }

    /// Appends a later event that its item has taken in, as it will be read back ([`as_stored`]).
    pub fn happened(&self, item: ItemId, event: &Event) -> Result<(), StoreError> {
        self.append(Some(item), event)
    }

    /// Appends a later event of an item that cannot be read just now: the event has happened all
    /// the same. It is folded in with the rest when the item can be read again.
    pub fn happened_aside(
        &self,
        item: ItemId,
        at: DateTime<Utc>,
        by: &str,
        fact: Fact,
    ) -> Result<(), StoreError> {
        self.append(
            Some(item),
            &Event {
                at,
                by: by.to_owned(),
                fact,
            },
        )
    }

    /// Something that concerns the service, not one item: a start, a purge, a blind period.
    pub fn note(&self, at: DateTime<Utc>, by: &str, text: &str) -> Result<(), StoreError> {
        self.append(
            None,
            &Event {
                at,
                by: by.to_owned(),
                fact: Fact::Noted {
                    text: text.to_owned(),
                },
            },
        )
    }

    /// An item's whole history, oldest first.
    pub fn history(&self, item: ItemId) -> Result<Vec<Event>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT at, by, detail FROM log WHERE item = ?1 ORDER BY id")?;
        let mut rows = statement.query([item.0])?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            let detail: String = row.get(2)?;
            let fact = serde_json::from_str(&detail)
                .map_err(|error| StoreError::from(error).of(item, "log"))?;
            events.push(Event {
                at: from_millis(row.get(0)?),
                by: row.get(1)?,
                fact,
            });
        }
        Ok(events)
    }

    /// An item with all of its steps, for who lists them.
    pub fn with_all_steps(&self, item: Item) -> Result<Item, StoreError> {
        if item.past.is_none() {
            return Ok(item);
        }
        let history = self.history(item.id)?;
        Ok(item.with_all_steps(&history))
    }

    /// The number of the newest line.
    pub fn last_line(&self) -> Result<i64, StoreError> {
        self.one("SELECT coalesce(max(id), 0) FROM log", [], |row| row.get(0))
    }

    /// The number, the time and the author of each line of an item's history.
    pub fn lines_of(&self, item: ItemId) -> Result<Vec<(i64, DateTime<Utc>, String)>, StoreError> {
        self.all(
            "SELECT id, at, by FROM log WHERE item = ?1 ORDER BY id",
            [item.0],
            |row| Ok((row.get(0)?, from_millis(row.get(1)?), row.get(2)?)),
        )
    }

    /// The reply of staff that may have caused a line: the last one that was logged before it, at
    /// the same time. What a reply orders is done when it is logged.
    pub fn reply_of(&self, line: i64) -> Result<Option<Logged>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT event, detail, at = (SELECT at FROM log WHERE id = ?1) FROM log
             WHERE id <= ?1 ORDER BY id DESC",
        )?;
        let mut rows = statement.query([line])?;
        while let Some(row) = rows.next()? {
            let (event, is_of_then): (String, bool) = (row.get(0)?, row.get(2)?);
            if !is_of_then {
                break;
            }
            if event != "logged" {
                continue;
            }
            let detail: String = row.get(1)?;
            if let Fact::Logged(logged) = serde_json::from_str(&detail)?
                && logged.is_reply_of_staff()
            {
                return Ok(Some(*logged));
            }
        }
        Ok(None)
    }

    /// The time of the newest line.
    pub fn last_logged(&self) -> Result<DateTime<Utc>, StoreError> {
        Ok(from_millis(self.0.query_row(
            "SELECT at FROM log ORDER BY id DESC LIMIT 1",
            [],
            |row| row.get(0),
        )?))
    }

    /// The number of the newest line; 0 when there is none.
    pub fn end_of_log(&self) -> Result<i64, StoreError> {
        Ok(self
            .0
            .query_row("SELECT coalesce(max(id), 0) FROM log", [], |row| row.get(0))?)
    }
}
