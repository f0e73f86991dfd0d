//! The projection of items: the fold of each one's events, found by what matters.

use super::log::as_stored;
use super::{Db, StoreError, from_millis, json, to_millis};
use crate::domain::event::{Event, Flag};
use crate::domain::item::{Item, ItemId, State};
use chrono::{DateTime, Utc};
use rusqlite::{Row, params_from_iter};
use std::collections::BTreeMap;

/// A waking for the next tick, whenever that is.
pub const AT_ONCE: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// Items that still need work, as the index of them is defined ([`State::is_live`]).
pub(super) const LIVE: &str = "state IN ('open', 'probably_answered')";

/// Which items a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// None: every state.
    pub states: Vec<State>,
    pub mailbox: Option<String>,
    pub handler: Option<String>,
}

impl Filter {
    /// The WHERE clause and its values.
    fn condition(&self) -> (String, Vec<String>) {
        let mut sql = String::from("WHERE state <> 'defective'");
        let mut values: Vec<String> = Vec::new();
        for (column, allowed) in [
            (
                "state",
                self.states
                    .iter()
                    .map(|state| state.as_str().to_owned())
                    .collect(),
            ),
            ("mailbox", Vec::from_iter(self.mailbox.clone())),
            ("handler", Vec::from_iter(self.handler.clone())),
        ] {
            if !allowed.is_empty() {
                let marks = vec!["?"; allowed.len()].join(", ");
                sql = format!("{sql} AND {column} IN ({marks})");
                values.extend(allowed);
            }
        }
        (sql, values)
    }
}

impl Db<'_> {
    /// An item; `None` when there is none of that reference, or when it is set aside.
    pub fn item(&self, id: ItemId) -> Result<Option<Item>, StoreError> {
        let mut statement = self
            .0
            .prepare_cached("SELECT fold FROM item WHERE id = ?1 AND state <> 'defective'")?;
        let mut rows = statement.query([id.0])?;
        let row = rows.next()?.map(|row| self.fold_in(row, (id, 0)));
        row.transpose()
    }

    /// The item of a row, whose text is in that column.
    fn fold_in(&self, row: &Row<'_>, (id, column): (ItemId, usize)) -> Result<Item, StoreError> {
        let text = row.get_ref(column)?.as_str();
        let text = text.map_err(rusqlite::Error::from)?;
        if let Some(item) = self.1.get(id, text) {
            return Ok(item);
        }
        let item = read_fold(id, text)?;
        self.1.keep(text.to_owned(), &item);
        Ok(item)
    }

    /// Whether an item is a mailbox's, and not set aside.
    pub fn is_of(&self, id: ItemId, mailbox: &str) -> Result<bool, StoreError> {
        let is_of = self.first(
            "SELECT mailbox = ?2 AND state <> 'defective' FROM item WHERE id = ?1",
            (id.0, mailbox),
            |row| row.get(0),
        )?;
        Ok(is_of.unwrap_or(false))
    }

    /// Wherever its message lies, that changes nothing of an item any more. Not so of one that is
    /// set aside.
    pub fn is_closed(&self, id: ItemId) -> Result<bool, StoreError> {
        let question = "SELECT state FROM item WHERE id = ?1";
        let state: Option<String> = self.first(question, [id.0], |row| row.get(0))?;
        let named = |text: String| State::ALL.into_iter().find(|one| one.as_str() == text);
        Ok(match state.and_then(named) {
            None => false,
            Some(State::NoQuestion) => !self.item_of(id)?.has_clock(),
            Some(state) => !state.is_live(),
        })
    }

    /// An item's conversation, and who has it.
    pub fn conversation_of(
        &self,
        id: ItemId,
    ) -> Result<Option<(ItemId, Option<String>)>, StoreError> {
        self.first(
            "SELECT conversation, handler FROM item WHERE id = ?1",
            [id.0],
            |row| Ok((ItemId(row.get(0)?), row.get(1)?)),
        )
    }

    /// An item that must be there.
    pub fn item_of(&self, id: ItemId) -> Result<Item, StoreError> {
        self.item(id)?
            .ok_or_else(|| StoreError::Defect(format!("{id} is in no table of items")))
    }

    /// Logs the first event of a new item and makes its row; `clues` are what it can be found by
    /// while it is live.
    pub fn create_item(
        &self,
        id: ItemId,
        event: Event,
        first_wake: impl FnOnce(&Item) -> Option<DateTime<Utc>>,
        clues: &[String],
    ) -> Result<Item, StoreError> {
        let event = &as_stored(event);
        let item = Item::born(id, event)
            .ok_or_else(|| StoreError::Defect(format!("{id} was not born with a logged event")))?;
        let (wake_at, text) = (first_wake(&item), json(&item)?);
        self.append(Some(id), event)?;
        self.run(
            "INSERT INTO item (id, mailbox, state, due, handler, conversation, wake_at, fold,
                               rest_at, away)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            (
                id.0,
                &item.mailbox,
                item.state.as_str(),
                item.due.as_ref().map(|due| due.date.to_string()),
                &item.handler,
                item.conversation.0,
                wake_at.map(to_millis),
                &text,
                item.at_rest_since().map(to_millis),
                seems_away(&item),
            ),
        )?;
        self.1.keep(text, &item);
        self.add_clues(id, clues)?;
        Ok(item)
    }

    pub fn add_clues(&self, id: ItemId, clues: &[String]) -> Result<(), StoreError> {
        for clue in clues {
            self.run(
                "INSERT OR IGNORE INTO clue (value, item) VALUES (?1, ?2)",
                (clue, id.0),
            )?;
        }
        Ok(())
    }

    /// Writes an item back after events were folded in.
    pub fn save_item(&self, item: &Item, wake_at: Option<DateTime<Utc>>) -> Result<(), StoreError> {
        let text = json(item)?;
        self.run(
            "UPDATE item SET state = ?2, due = ?3, handler = ?4, conversation = ?5, wake_at = ?6,
                             fold = ?7, rest_at = ?8, erased = ?9, away = ?10
             WHERE id = ?1",
            (
                item.id.0,
                item.state.as_str(),
                item.due.as_ref().map(|due| due.date.to_string()),
                &item.handler,
                item.conversation.0,
                wake_at.map(to_millis),
                &text,
                item.at_rest_since().map(to_millis),
                item.erased.is_some(),
                seems_away(item),
            ),
        )?;
        self.1.keep(text, item);
        Ok(())
    }

    /// An item is as it was, and wants to be decided about then.
    pub fn wake_item(&self, id: ItemId, wake_at: Option<DateTime<Utc>>) -> Result<(), StoreError> {
        self.run(
            "UPDATE item SET wake_at = ?2 WHERE id = ?1",
            (id.0, wake_at.map(to_millis)),
        )
    }

    /// All that sleep until some moment are to be decided about at the next tick.
    pub fn wake_all(&self) -> Result<(), StoreError> {
        self.run(
            "UPDATE item SET wake_at = ?1 WHERE wake_at > ?1",
            [to_millis(AT_ONCE)],
        )
    }

    /// Writes an item back, to be decided about at the next tick: an event may have changed
    /// everything.
    pub fn save_awake(&self, item: &Item) -> Result<(), StoreError> {
        self.save_item(item, item.may_owe_mail().then_some(AT_ONCE))
    }

    /// Items of a mailbox to be decided about at `now`, the longest due first.
    pub fn awake(
        &self,
        mailbox: &str,
        now: DateTime<Utc>,
        limit: usize,
    ) -> Result<Vec<ItemId>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.all(
            "SELECT id FROM item WHERE mailbox = ?1 AND wake_at <= ?2
             ORDER BY wake_at, id LIMIT ?3",
            (mailbox, to_millis(now), limit),
            |row| row.get(0).map(ItemId),
        )
    }

    /// When the mailbox's next item wants to be decided about.
    pub fn next_wake(&self, mailbox: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        let next: Option<i64> = self.one(
            "SELECT min(wake_at) FROM item WHERE mailbox = ?1 AND wake_at IS NOT NULL",
            [mailbox],
            |row| row.get(0),
        )?;
        Ok(next.map(from_millis))
    }

    /// Items of a conversation, live and settled, the oldest first.
    pub fn conversation(&self, conversation: ItemId) -> Result<Vec<Item>, StoreError> {
        let mut items = self.folds(
            "SELECT id, fold FROM item
             WHERE conversation = ?1 AND state <> 'history' AND state <> 'defective' ORDER BY id LIMIT 200",
            [conversation.0],
        )?;
        items.sort_by_key(|item| (item.received_at, item.id));
        Ok(items)
    }

    /// Live items of a conversation, the oldest first: all of them, since one that was left out
    /// could wait for ever behind a question that is settled.
    pub fn live_in_conversation(&self, conversation: ItemId) -> Result<Vec<Item>, StoreError> {
        let mut items = self.folds(
            "SELECT id, fold FROM item
             WHERE conversation = ?1 AND state <> 'history' AND state IN ('open', 'probably_answered') ORDER BY id",
            [conversation.0],
        )?;
        items.sort_by_key(|item| (item.received_at, item.id));
        Ok(items)
    }

    /// Every item of a conversation, however long it is, the oldest first.
    pub fn all_of_conversation(&self, conversation: ItemId) -> Result<Vec<Item>, StoreError> {
        let mut items = self.folds(
            "SELECT id, fold FROM item
             WHERE conversation = ?1 AND state <> 'history' AND state <> 'defective' ORDER BY id",
            [conversation.0],
        )?;
        items.sort_by_key(|item| (item.received_at, item.id));
        Ok(items)
    }

    /// Items that are live or presumed no question and can be found by a clue, oldest first.
    pub fn live_by_clue(&self, clue: &str) -> Result<Vec<Item>, StoreError> {
        self.folds(
            "SELECT item.id, item.fold FROM clue JOIN item ON item.id = clue.item
             WHERE clue.value = ?1
               AND (item.state = 'open' OR item.state = 'probably_answered' OR item.state = 'no_question')
             ORDER BY clue.item LIMIT 200",
            [clue],
        )
    }

    /// Items of a mailbox that are tied to nothing and can be found by a clue, oldest first: all of
    /// them, since one that was left out would never be tied.
    pub fn untied_by_clue(&self, mailbox: &str, clue: &str) -> Result<Vec<ItemId>, StoreError> {
        self.all(
            "SELECT item.id FROM clue JOIN item ON item.id = clue.item
             WHERE clue.value = ?1 AND item.mailbox = ?2 AND item.conversation = item.id
               AND item.state <> 'defective' AND NOT item.erased
             ORDER BY clue.item",
            (clue, mailbox),
            |row| Ok(ItemId(row.get(0)?)),
        )
    }

    /// Items of a mailbox that are live, presumed no question or answered by a mail, and can be
    /// found by a clue, oldest first.
    pub fn undecided_by_clue(&self, mailbox: &str, clue: &str) -> Result<Vec<Item>, StoreError> {
        self.folds(
            "SELECT item.id, item.fold FROM clue JOIN item ON item.id = clue.item
             WHERE clue.value = ?1 AND item.mailbox = ?2 AND NOT item.erased
               AND (item.state = 'open' OR item.state = 'probably_answered' OR item.state = 'no_question'
                    OR item.state = 'answered')
             ORDER BY clue.item LIMIT 200",
            (clue, mailbox),
        )
    }

    /// Items of a mailbox, live or settled, that can be found by a clue, oldest first.
    pub fn items_by_clue(&self, mailbox: &str, clue: &str) -> Result<Vec<Item>, StoreError> {
        self.folds(
            "SELECT item.id, item.fold FROM clue JOIN item ON item.id = clue.item
             WHERE clue.value = ?1 AND item.mailbox = ?2 AND item.state <> 'defective' AND NOT item.erased
             ORDER BY clue.item LIMIT 200",
            (clue, mailbox),
        )
    }

    /// Items that are live, or were settled after a moment, and can be found by a clue, oldest
    /// first.
    pub fn open_by_clue(&self, clue: &str, at: DateTime<Utc>) -> Result<Vec<Item>, StoreError> {
        self.folds(
            "SELECT item.id, item.fold FROM clue JOIN item ON item.id = clue.item
             WHERE clue.value = ?1 AND NOT item.erased
               AND (item.state IN ('open', 'probably_answered')
                    OR item.state IN ('answered', 'closed') AND coalesce(item.rest_at > ?2, 1))
             ORDER BY clue.item LIMIT 200",
            (clue, to_millis(at)),
        )
    }

    fn folds(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<Item>, StoreError> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query(parameters)?;
        let mut items = Vec::new();
        while let Some(row) = rows.next()? {
            items.push(self.fold_in(row, (ItemId(row.get(0)?), 1))?);
        }
        Ok(items)
    }

    /// The newest item of a mailbox, live or settled, that can be found by a clue.
    pub fn newest_by_clue(&self, mailbox: &str, clue: &str) -> Result<Option<ItemId>, StoreError> {
        self.first(
            "SELECT clue.item FROM clue JOIN item ON item.id = clue.item
             WHERE clue.value = ?1 AND item.mailbox = ?2 AND item.state <> 'defective'
             ORDER BY clue.item DESC LIMIT 1",
            (clue, mailbox),
            |row| row.get(0).map(ItemId),
        )
    }

    /// The newest items with that clue in the mailboxes beside this one, one of each at most. One
    /// question, however many mailboxes there are: it is asked for every message.
    pub fn newest_by_clue_elsewhere(
        &self,
        mailbox: &str,
        clue: &str,
    ) -> Result<BTreeMap<String, ItemId>, StoreError> {
        self.all(
            "SELECT item.mailbox, clue.item FROM clue CROSS JOIN item ON item.id = clue.item
             WHERE clue.value = ?1 AND item.mailbox <> ?2 AND item.state <> 'defective'
             ORDER BY clue.item",
            (clue, mailbox),
            |row| Ok((row.get(0)?, ItemId(row.get(1)?))),
        )
    }

    /// Every item of every mailbox that is live or presumed no question; only for what touches them
    /// all (a changed calendar).
    pub fn live_items(&self) -> Result<Vec<ItemId>, StoreError> {
        self.all(
            "SELECT id FROM item WHERE state IN ('open', 'probably_answered', 'no_question')
             ORDER BY id",
            [],
            |row| Ok(ItemId(row.get(0)?)),
        )
    }

    /// What of one mailbox is live or presumed no question; only for what touches them all.
    pub fn live_items_of(&self, mailbox: &str) -> Result<Vec<ItemId>, StoreError> {
        self.all(
            "SELECT id FROM item WHERE state IN ('open', 'probably_answered', 'no_question')
             AND mailbox = ?1 ORDER BY id",
            [mailbox],
            |row| Ok(ItemId(row.get(0)?)),
        )
    }

    /// The live ones alone.
    pub fn live_of(&self, mailbox: &str) -> Result<Vec<ItemId>, StoreError> {
        self.all(
            &format!("SELECT id FROM item WHERE {LIVE} AND mailbox = ?1 ORDER BY id"),
            [mailbox],
            |row| Ok(ItemId(row.get(0)?)),
        )
    }

    /// Live items that a member of staff has in a mailbox, and that are marked as those of a person
    /// who is away.
    pub fn live_of_the_away(&self, mailbox: &str, handler: &str) -> Result<Vec<Item>, StoreError> {
        self.folds(
            "SELECT id, fold FROM item WHERE away AND mailbox = ?1 AND handler = ?2 ORDER BY id",
            [mailbox, handler],
        )
    }

    /// Items for people to look at, in the order of their references.
    pub fn list(&self, filter: &Filter) -> Result<Vec<Item>, StoreError> {
        let (condition, values) = filter.condition();
        self.folds(
            &format!("SELECT id, fold FROM item {condition} ORDER BY id"),
            params_from_iter(values),
        )
    }

    /// Goes through the items that a filter chooses, one in memory at a time; returns those that
    /// cannot be read, so that no single row can spoil a list.
    pub fn each_of(
        &self,
        filter: &Filter,
        mut work: impl FnMut(&Item),
    ) -> Result<Vec<ItemId>, StoreError> {
        let (condition, values) = filter.condition();
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT id, fold FROM item {condition} ORDER BY id"
        ))?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut defective = Vec::new();
        while let Some(row) = rows.next()? {
            let id = ItemId(row.get(0)?);
            match read_fold(id, row.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?) {
                Ok(item) => work(&item),
                Err(error) if error.is_of_one_row() => defective.push(id),
                Err(error) => return Err(error),
            }
        }
        Ok(defective)
    }

    /// How many items a list would show.
    pub fn count(&self, filter: &Filter) -> Result<u32, StoreError> {
        let (condition, values) = filter.condition();
        self.one(
            &format!("SELECT count(*) FROM item {condition}"),
            params_from_iter(values),
            |row| row.get(0),
        )
    }

    /// Mailboxes that are not among `configured` any more, with the live items that have no reader
    /// any more.
    pub fn orphans(&self, configured: &[&str]) -> Result<Vec<(String, u32)>, StoreError> {
        let mut orphans = Vec::new();
        for mailbox in self.mailboxes()? {
            if !configured.contains(&mailbox.as_str()) {
                let states = vec![State::Open, State::ProbablyAnswered];
                let live = self.count(&Filter {
                    states,
                    mailbox: Some(mailbox.clone()),
                    handler: None,
                })?;
                orphans.extend((live > 0).then_some((mailbox, live)));
            }
        }
        Ok(orphans)
    }

    /// Excluded items that arrived since then.
    pub fn excluded_that_arrived(&self, since: DateTime<Utc>) -> Result<Vec<Item>, StoreError> {
        self.folds(
            "SELECT item.id, item.fold FROM item JOIN message ON message.id = item.id
             WHERE item.state = 'excluded' AND message.received_at >= ?1 ORDER BY item.id",
            [to_millis(since)],
        )
    }

    /// Whether something of that sender was excluded before an item.
    pub fn was_excluded(
        &self,
        mailbox: &str,
        sender: &str,
        before: ItemId,
    ) -> Result<bool, StoreError> {
        self.one(
            "SELECT EXISTS (SELECT 1 FROM message JOIN item USING (id)
             WHERE message.sender = ?2 AND item.mailbox = ?1 AND item.state = 'excluded'
               AND message.id < ?3)",
            (mailbox, sender, before.0),
            |row| row.get(0),
        )
    }

    /// Excluded items of a mailbox that the log speaks of after line `since`, for the daily note.
    pub fn excluded_since(&self, mailbox: &str, since: i64) -> Result<Vec<Item>, StoreError> {
        self.folds(
            // CROSS JOIN: from the new lines of the log to their items, never through all items.
            "SELECT DISTINCT item.id, item.fold FROM log CROSS JOIN item ON item.id = log.item
             WHERE log.id > ?2 AND item.mailbox = ?1 AND item.state = 'excluded' AND log.event IN ('logged', 'excluded')
             ORDER BY item.id",
            (mailbox, since),
        )
    }
}

/// Whether it is live, and marked as one of a person who is away.
pub(super) fn seems_away(item: &Item) -> bool {
    item.state.is_live() && item.flags.contains(&Flag::HandlerAway)
}

pub(super) fn read_fold(id: ItemId, fold: &str) -> Result<Item, StoreError> {
    serde_json::from_str(fold).map_err(|error| StoreError::from(error).of(id, "item"))
}
