//! Decide and enqueue: for every item whose time has come, on a fresh view only, the mails that are
//! due, each under its natural key, one mail for each reader, over all mailboxes.
//!
//! All that is slow (templates, letters as PDF) is done on a look at the register that holds up no
//! writer ([`drafting`]). Then one short transaction writes it down, unless the register has
//! changed meanwhile: a person may have closed an item on the command line. In that case everything
//! is decided again.
//!
//! [`drafting`]: super::drafting

use super::Engine;
use super::decided::Decided;
use super::drafting::{Decisions, Desk, Round, Row, Step};
use super::still_right::STALE;
use crate::domain::event::Effect;
use crate::domain::item::ItemId;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// How often one round is decided again because another process wrote into the register meanwhile;
/// the next tick goes on.
const MAX_ANEW: usize = 5;

impl Engine {
    /// Decides about every item of a mailbox whose time had come when the last complete view began.
    pub fn decide(&mut self, mailbox: &str, now: DateTime<Utc>) -> Result<Decided, StoreError> {
        let Some(view) = self.view_of(mailbox).filter(|_| !self.steadiness.holds()) else {
            return Ok(Decided::default());
        };
        let as_of = view.min(now);
        self.look_who_is_away(now)?;
        self.take_back(mailbox, now)?;
        if now - as_of > STALE {
            // What is said on such a view is yesterday's news already: a mail to staff would be
            // taken back and decided again, over and over, and none to a citizen may leave.
            return Ok(Decided::default());
        }
        for _ in 0..MAX_ANEW {
            let decisions = self.draft(mailbox, as_of, now)?;
            if let Some(decided) = self.write_down(decisions)? {
                return Ok(decided);
            }
        }
        Ok(Decided {
            more: true,
            ..Decided::default()
        })
    }

    /// Whether another round would say more: a mail waits for the view of another mailbox, or
    /// something has fallen due since its mailbox was read.
    pub fn has_more_to_say(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        if !self.waiting.is_empty() {
            return Ok(true);
        }
        for board in &self.municipality.boards {
            if !self.db().awake(&board.name, now, 1)?.is_empty() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The rows to write, the mails with their final bytes. Writes nothing.
    fn draft(
        &mut self,
        mailbox: &str,
        as_of: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Decisions, StoreError> {
        let (board, texts, municipality) = (
            self.board(mailbox)?,
            Arc::clone(&self.texts),
            Arc::clone(&self.municipality),
        );
        let (views, waiting) = (self.views.clone(), self.waiting.clone());
        let desk = Desk {
            municipality: &municipality,
            texts: &texts,
            views: &views,
            waiting: &waiting,
        };
        self.look(now, |db| {
            Round::new(&board, desk, db, as_of, board.gates(db)?).decide()
        })
    }

    /// One transaction; `None`, and nothing is written, if the register is no longer what the
    /// decisions were made on.
    fn write_down(&mut self, decisions: Decisions) -> Result<Option<Decided>, StoreError> {
        let Decisions {
            based_on,
            rows,
            steps,
            noted,
            waiting,
            decided,
        } = decisions;
        let done = if rows.is_empty() && steps.is_empty() && noted.is_empty() {
            Some(decided)
        } else {
            self.store.write(|db| {
                write(db, based_on, &rows, &steps, &noted).map(|is_new| is_new.then_some(decided))
            })?
        };
        if done.is_some() {
            for (reader, briefing) in waiting {
                match briefing {
                    Some(briefing) => drop(self.waiting.insert(reader, briefing)),
                    None => drop(self.waiting.remove(&reader)),
                }
            }
        }
        Ok(done)
    }
}

/// Whether it was written: not if the register has changed since the decision.
fn write(
    db: &Db<'_>,
    based_on: i64,
    rows: &[Row],
    steps: &[Step],
    noted: &[(String, String)],
) -> Result<bool, StoreError> {
    if db.writes_of_others()? != based_on {
        return Ok(false);
    }
    for step in steps {
        match step {
            Step::Mail {
                mail,
                effects,
                about,
            } => {
                free_refused_letters(db, effects)?;
                db.enqueue_with(mail, effects, about)?;
            }
            Step::Happen { item, event } => db.happened(*item, event)?,
        }
    }
    rows.iter().try_for_each(|row| write_back(db, row))?;
    note(db, noted)?;
    Ok(true)
}

/// A letter to post whose mail was refused is made once more, for whoever has it now.
fn free_refused_letters(db: &Db<'_>, effects: &[(ItemId, Effect)]) -> Result<(), StoreError> {
    effects
        .iter()
        .filter(|(_, effect)| *effect == Effect::Letter)
        .try_for_each(|(item, effect)| db.free_refused(*item, *effect))
}

fn note(db: &Db<'_>, noted: &[(String, String)]) -> Result<(), StoreError> {
    noted
        .iter()
        .try_for_each(|(key, noted)| db.set_meta(key, noted))
}

/// When an item wants to be decided about next, and what it is if it has changed.
fn write_back(db: &Db<'_>, row: &Row) -> Result<(), StoreError> {
    match &row.changed {
        Some(item) => db.save_item(item, row.wake_at),
        None => db.wake_item(row.id, row.wake_at),
    }
}

/// The pause that the handlers of a mailbox know of; empty: that it is over, or of none.
pub(super) fn told_of_pause_key(mailbox: &str) -> String {
    format!("pause-told.{mailbox}")
}

/// The mail about a pause, or its end, was taken back: it has reached no reader.
pub(super) fn tell_of_pause_again(db: &Db<'_>, mailbox: &str) -> Result<(), StoreError> {
    let told = if db.said()?.pause.is_some() { "" } else { "?" };
    db.set_meta(&told_of_pause_key(mailbox), told)
}
