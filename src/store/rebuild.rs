//! The projections, made again: `item` from the log, `clue` from the items and their messages. The
//! old rows are not believed; they are only compared, so that the operator learns how much was
//! wrong.

use super::items::seems_away;
use super::{Db, StoreError, to_millis};
use crate::domain::item::{Item, ItemId};
use std::collections::BTreeSet;

/// The columns of `item` that the log decides.
#[derive(Debug, PartialEq, Eq)]
struct Projected {
    mailbox: String,
    state: String,
    due: Option<String>,
    handler: Option<String>,
    conversation: i64,
    fold: String,
    rest_at: Option<i64>,
    erased: bool,
    away: bool,
}

impl Projected {
    fn of(item: &Item) -> Result<Self, StoreError> {
        Ok(Self {
            mailbox: item.mailbox.clone(),
            state: item.state.as_str().to_owned(),
            due: item.due.as_ref().map(|due| due.date.to_string()),
            handler: item.handler.clone(),
            conversation: item.conversation.0,
            fold: serde_json::to_string(item)?,
            rest_at: item.at_rest_since().map(to_millis),
            erased: item.erased.is_some(),
            away: seems_away(item),
        })
    }
}

impl Db<'_> {
    /// Makes the table of items again, one for each message. Returns how many rows differed, were
    /// missing or were there without reason.
    ///
    /// Every item that may owe a mail is decided about once more: deciding is idempotent, and it
    /// sets the next waking. What cannot be folded is set aside; an item that was set aside and can
    /// be folded is an item again.
    pub fn rebuild_items(&self) -> Result<usize, StoreError> {
        let mut differed = self.0.execute(
            "DELETE FROM item WHERE id NOT IN (SELECT id FROM message)",
            [],
        )?;
        let ids: Vec<i64> = {
            let mut statement = self.0.prepare("SELECT id FROM message ORDER BY id")?;
            let rows = statement.query_map([], |row| row.get(0))?;
            rows.collect::<Result<_, _>>()?
        };
        for id in ids.into_iter().map(ItemId) {
            let item = match self.read_message(id).and_then(|_| self.fold_anew(id)) {
                Ok(item) => item,
                Err(StoreError::Defective { why, .. }) => {
                    self.set_aside(id, &why, self.last_logged()?)?;
                    continue;
                }
                Err(error) => return Err(error),
            };
            self.run("DELETE FROM aside WHERE item = ?1", [id.0])?;
            differed += usize::from(self.project(id, &item)?);
        }
        Ok(differed)
    }

    /// Writes an item's row, to be decided about once more. Whether it differed.
    fn project(&self, id: ItemId, item: &Item) -> Result<bool, StoreError> {
        let should = Projected::of(item)?;
        let differs = self.projected(id)?.as_ref() != Some(&should);
        self.run(
            "INSERT OR REPLACE INTO item (id, mailbox, state, due, handler, conversation,
             wake_at, fold, rest_at,
                                          erased, away)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            (
                id.0,
                should.mailbox,
                should.state,
                should.due,
                should.handler,
                should.conversation,
                item.may_owe_mail().then_some(0),
                should.fold,
                should.rest_at,
                should.erased,
                should.away,
            ),
        )?;
        Ok(differs)
    }

    /// Makes the table of clues again, from items that are right. Returns how many rows differed.
    pub fn rebuild_clues(&self) -> Result<usize, StoreError> {
        let (found, should) = (self.clues_found()?, self.clues_due()?);
        for (item, clue) in found.difference(&should) {
            self.run(
                "DELETE FROM clue WHERE value = ?1 AND item = ?2",
                (clue, item),
            )?;
        }
        for (item, clue) in should.difference(&found) {
            self.run(
                "INSERT INTO clue (value, item) VALUES (?1, ?2)",
                (clue, item),
            )?;
        }
        Ok(found.symmetric_difference(&should).count())
    }

    fn clues_found(&self) -> Result<BTreeSet<(i64, String)>, StoreError> {
        let mut statement = self.0.prepare(
            "SELECT clue.item, clue.value FROM clue LEFT JOIN item ON item.id = clue.item
             WHERE item.state IS NOT 'defective'",
        )?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The clues that the messages of live and settled items give.
    fn clues_due(&self) -> Result<BTreeSet<(i64, String)>, StoreError> {
        let mut statement = self.0.prepare(
            "SELECT id FROM item WHERE state <> 'history' AND state <> 'defective' ORDER BY id",
        )?;
        let rows = statement.query_map([], |row| row.get(0))?;
        let ids: Vec<i64> = rows.collect::<Result<_, _>>()?;
        let mut due = BTreeSet::new();
        for id in ids {
            let clues = self.message_of(ItemId(id))?.clues();
            due.extend(clues.into_iter().map(|clue| (id, clue)));
        }
        Ok(due)
    }

    pub(super) fn fold_anew(&self, id: ItemId) -> Result<Item, StoreError> {
        let history = self.history(id)?;
        let mut item = history
            .first()
            .and_then(|first| Item::born(id, first))
            .ok_or_else(|| {
                StoreError::Defect("it does not begin with the item's birth".to_owned())
                    .of(id, "log")
            })?;
        for event in &history[1..] {
            item.apply(event)?;
        }
        Ok(item)
    }

    fn projected(&self, id: ItemId) -> Result<Option<Projected>, StoreError> {
        self.first(
            "SELECT mailbox, state, due, handler, conversation, fold, rest_at, erased, away
             FROM item WHERE id = ?1",
            [id.0],
            |row| {
                Ok(Projected {
                    mailbox: row.get(0)?,
                    state: row.get(1)?,
                    due: row.get(2)?,
                    handler: row.get(3)?,
                    conversation: row.get(4)?,
                    fold: row.get(5)?,
                    rest_at: row.get(6)?,
                    erased: row.get(7)?,
                    away: row.get(8)?,
                })
            },
        )
    }
}
