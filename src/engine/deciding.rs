//! Decide and enqueue: for every item whose time has come, on a fresh view only, the mails that are due, each under its
//! natural key, one digest for each recipient.
//!
//! All that is slow (templates, letters as PDF) is done on a look at the register that holds up no writer ([`drafting`]).
//! Then one short transaction writes it down, unless the register has changed meanwhile: a person may have closed an
//! item on the command line. In that case everything is decided anew.
//!
//! [`drafting`]: super::drafting

use super::drafting::{Decisions, Round, Step};
use super::{Engine, SYSTEM};
use crate::domain::event::Fact;
use crate::domain::gate::Gate;
use crate::domain::item::{Item, ItemId};
use crate::store::{Db, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Items decided about in one transaction. More wait for the next tick, which follows at once.
pub const MAX_DECIDED: usize = 2_000;

/// How often one round is decided anew because somebody else wrote into the register meanwhile; the next tick goes on.
const MAX_ANEW: usize = 5;

/// What a round of deciding came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    pub items: usize,
    pub mails: usize,
    /// Notices held by the limit of an hour.
    pub held: usize,
    /// Whether mail to citizens may leave; `None`: it was not looked at.
    pub gate: Option<Gate>,
    /// Texts that could not be written: an operator must act.
    pub problems: Vec<String>,
    /// There may be more to decide at once.
    pub more: bool,
}

impl Engine {
    /// Decides about every item of a mailbox whose time had come when the last complete view began.
    pub fn decide(&mut self, mailbox: &str, now: DateTime<Utc>) -> Result<Decided, StoreError> {
        let Some(view) = self.view_of(mailbox).filter(|_| !self.steadiness.holds()) else {
            return Ok(Decided::default());
        };
        let as_of = view.min(now);
        self.take_back(mailbox, now)?;
        for _ in 0..MAX_ANEW {
            let decisions = self.draft(mailbox, as_of, now)?;
            if let Some(decided) = self.write_down(mailbox, decisions, as_of)? {
                return Ok(decided);
            }
        }
        Ok(Decided { more: true, ..Decided::default() })
    }

    /// What is to be written down, the mails with their final bytes. Writes nothing.
    fn draft(&mut self, mailbox: &str, as_of: DateTime<Utc>, now: DateTime<Utc>) -> Result<Decisions, StoreError> {
        let (board, texts) = (self.board(mailbox)?, Arc::clone(&self.texts));
        let all = (Arc::clone(&self.municipality), self.views.clone());
        self.look(now, |db| Round::new((&all.0, &all.1), &board, &texts, db, as_of, board.gates(db)?).decide())
    }

    /// One transaction; `None`, and nothing is written, if the register is no longer what the decisions were made on.
    fn write_down(
        &mut self,
        mailbox: &str,
        decisions: Decisions,
        as_of: DateTime<Utc>,
    ) -> Result<Option<Decided>, StoreError> {
        let Decisions { based_on, rows, steps, noted, told_of_pause, decided } = decisions;
        if rows.is_empty() && steps.is_empty() && noted.is_none() && told_of_pause.is_none() {
            return Ok(Some(decided));
        }
        self.store.write(|db| {
            if db.writes_of_others()? != based_on {
                return Ok(None);
            }
            let mut items: BTreeMap<ItemId, Item> = BTreeMap::new();
            let mut wakes = Vec::with_capacity(rows.len());
            for (item, wake_at) in rows {
                wakes.push((item.id, wake_at));
                items.insert(item.id, item);
            }
            for step in steps {
                match step {
                    Step::Mail { mail, effects } => drop(db.enqueue(&mail, &effects)?),
                    Step::Note { mail, about } => drop(db.enqueue_about(&mail, &about, None)?),
                    Step::Happen { item, fact } => happen(db, &mut items, item, as_of, fact)?,
                }
            }
            for (id, wake_at) in wakes {
                if let Some(item) = items.get(&id) {
                    db.save_item(item, wake_at)?;
                }
            }
            noted.map_or(Ok(()), |noted| noted.save(db, mailbox))?;
            told_of_pause.map_or(Ok(()), |told| db.set_meta(&told_of_pause_key(mailbox), &told))?;
            Ok(Some(decided))
        })
    }
}

fn happen(
    db: &Db<'_>,
    items: &mut BTreeMap<ItemId, Item>,
    id: ItemId,
    at: DateTime<Utc>,
    fact: Fact,
) -> Result<(), StoreError> {
    let item = items.get_mut(&id).ok_or_else(|| StoreError::Defect(format!("{id} is not in this round")))?;
    db.happen(item, at, SYSTEM, fact)
}

/// The last note of what was excluded: its day, and the lines of the log that it told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Noted {
    pub on: Option<NaiveDate>,
    pub until: i64,
    pub since: i64,
}

impl Noted {
    pub fn of(db: &Db<'_>, mailbox: &str) -> Result<Self, StoreError> {
        let text = db.meta(&format!("excluded-note.{mailbox}"))?.unwrap_or_default();
        let mut words = text.split(' ');
        let on = words.next().and_then(|day| day.parse().ok());
        let mut line = || words.next().and_then(|line| line.parse().ok()).unwrap_or(0);
        Ok(Self { on, until: line(), since: line() })
    }

    fn save(&self, db: &Db<'_>, mailbox: &str) -> Result<(), StoreError> {
        let on = self.on.map_or_else(|| "-".to_owned(), |day| day.to_string());
        db.set_meta(&format!("excluded-note.{mailbox}"), &format!("{on} {} {}", self.until, self.since))
    }
}

/// The last note of what was excluded was taken back: it has told nobody anything.
pub(super) fn note_again(db: &Db<'_>, mailbox: &str) -> Result<(), StoreError> {
    let noted = Noted::of(db, mailbox)?;
    Noted { on: None, until: noted.since, since: noted.since }.save(db, mailbox)
}

/// Which pause the handlers of a mailbox were told of last; empty: that it is over, or of none.
pub(super) fn told_of_pause_key(mailbox: &str) -> String {
    format!("pause-told.{mailbox}")
}

/// The mail about a pause, or its end, was taken back: it has told nobody anything.
pub(super) fn tell_of_pause_again(db: &Db<'_>, mailbox: &str) -> Result<(), StoreError> {
    let told = if db.said()?.pause.is_some() { "" } else { "?" };
    db.set_meta(&told_of_pause_key(mailbox), told)
}
