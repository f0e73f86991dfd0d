//! What the register says, as `list --json` says it: the contract's fields, whatever the program's
//! types are.

use crate::sim::hall::Hall;
use crate::sim::oracle::facts::{Facts, Key};
use crate::sim::oracle::mail::serial_of;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use servicelofte::cli::json::ItemJson;
use servicelofte::domain::calendar::Calendar;
use servicelofte::domain::item::{Item, ItemId};
use servicelofte::domain::kept::MessageRow;
use servicelofte::domain::outcome::Outcome;
use servicelofte::engine::Engine;
use servicelofte::store::{Db, StoreError};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Numbers that a restored register leaves out.
const MOST_SKIPPED: u32 = 64;

/// One item.
#[derive(Clone, Debug)]
pub struct Row {
    pub reference: String,
    pub key: Option<Key>,
    pub all: Arc<Value>,
}

impl Row {
    pub fn text(&self, field: &str) -> &str {
        self.all[field].as_str().unwrap_or_default()
    }

    pub fn state(&self) -> &str {
        self.text("state")
    }

    pub fn outcome(&self) -> &str {
        self.text("outcome")
    }

    pub fn instant(&self, field: &str) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc3339(self.text(field))
            .ok()
            .map(|at| at.with_timezone(&Utc))
    }

    pub fn due(&self) -> Option<NaiveDate> {
        self.text("due_date").parse().ok()
    }

    pub fn is_live(&self) -> bool {
        matches!(self.state(), "open" | "probably_answered")
    }

    pub fn is_erased(&self) -> bool {
        !self.all["erased"].is_null()
    }
}

/// The documents of one life of the process, in which neither calendar nor settings change: each is
/// made again when its item or its outcome is another.
#[derive(Debug, Default)]
pub struct Documents(HashMap<ItemId, Made>);

#[derive(Debug)]
struct Made {
    item: Item,
    outcome: Outcome,
    document: Arc<Value>,
}

impl Documents {
    /// These items, as documents.
    pub fn of(
        &mut self,
        engine: &mut Engine,
        ids: &[ItemId],
        now: DateTime<Utc>,
    ) -> Vec<Arc<Value>> {
        let calendar = engine.calendar().clone();
        let all = engine.store().read(|db| {
            ids.iter()
                .filter_map(|id| self.document(db, *id, &calendar, now).transpose())
                .collect::<Result<_, StoreError>>()
        });
        all.expect("the register can be read")
    }

    fn document(
        &mut self,
        db: &Db<'_>,
        id: ItemId,
        calendar: &Calendar,
        now: DateTime<Utc>,
    ) -> Result<Option<Arc<Value>>, StoreError> {
        let Some(item) = db.item(id)? else {
            // Of a message that is not set aside there is one.
            return db
                .message(id)?
                .map_or(Ok(None), |_| db.item_of(id).map(|_| None));
        };
        let outcome = item.outcome(now);
        let known = self.0.get(&id);
        if let Some(made) = known.filter(|made| made.item == item && made.outcome == outcome) {
            return Ok(Some(Arc::clone(&made.document)));
        }
        let Some(row) = db.message(id)? else {
            return Ok(None);
        };
        let document = ItemJson::new(&item, &row, calendar, now);
        let mut document = serde_json::to_value(document).expect("an item is a document");
        document["part"] = row.more.part.map_or(1, |part| part.number).into();
        let document = Arc::new(document);
        let made = Made {
            item,
            outcome,
            document: Arc::clone(&document),
        };
        self.0.insert(id, made);
        Ok(Some(document))
    }
}

/// An item that is new: of which mail, and which letter of it.
pub struct News {
    pub reference: String,
    pub mailbox: String,
    pub name: String,
    pub id: String,
    pub part: u32,
}

/// What the register did not have after these numbers.
/// `has_gaps`: it was put back, and left out numbers that people may have been told.
pub fn news(engine: &mut Engine, known: &[(i32, i64)], has_gaps: bool) -> Vec<News> {
    let most = if has_gaps { MOST_SKIPPED } else { 1 };
    let news = engine.store().read(|db| {
        let mut news = Vec::new();
        for (year, number) in known {
            let (mut next, mut skipped) = (ItemId::new(*year, number + 1), 0);
            while skipped < most {
                match db.message(next)? {
                    Some(row) => {
                        news.push(new(db.item_of(next)?, row));
                        skipped = 0;
                    }
                    None => skipped += 1,
                }
                next = ItemId(next.0 + 1);
            }
        }
        Ok(news)
    });
    news.expect("the register can be read")
}

fn new(item: Item, row: MessageRow) -> News {
    News {
        reference: item.id.to_string(),
        mailbox: item.mailbox,
        name: row.name.unwrap_or_default(),
        id: row.message_id.unwrap_or_default(),
        part: row.more.part.map_or(1, |part| part.number),
    }
}

/// Which mail an item is of.
pub fn key_of(facts: &Facts, mailbox: &str, name: &str, id: &str) -> Option<Key> {
    let serial = serial_of(name).or_else(|| {
        let id = id.trim_matches(['<', '>']);
        let mut same = facts
            .mails
            .values()
            .filter(|mail| mail.id.as_deref() == Some(id));
        same.next()
            .filter(|_| same.next().is_none())
            .map(|mail| mail.serial)
    });
    let mailbox = (0..2).find(|one| Hall::name(*one) == mailbox)?;
    serial
        .filter(|serial| facts.mails.contains_key(serial))
        .map(|serial| Key { serial, mailbox })
}

/// How far behind its mail's the number of a letter is: the first is the mail itself.
fn part(number: Option<u64>) -> u32 {
    let number = number.and_then(|number| u32::try_from(number).ok());
    number.map_or(0, |number| number - 1)
}

/// Which mail each item is of. An erased one says nothing any more, and is known from before.
pub fn rows(
    documents: Vec<Arc<Value>>,
    facts: &Facts,
    known: &mut BTreeMap<String, Key>,
) -> Vec<Row> {
    let mut rows = Vec::new();
    for all in documents {
        let mut row = Row {
            reference: all["ref"].as_str().unwrap_or_default().to_owned(),
            key: None,
            all,
        };
        let mut key = key_of(
            facts,
            row.text("mailbox"),
            row.text("from_name"),
            row.text("message_id"),
        );
        if let Some(key) = &mut key {
            key.serial += part(row.all["part"].as_u64());
        }
        let before = known.get(&row.reference).copied();
        if let Some(key) = key.filter(|key| before != Some(*key)) {
            known.insert(row.reference.clone(), key);
        }
        row.key = key.or(before);
        rows.push(row);
    }
    rows
}
