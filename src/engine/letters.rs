//! A scan that holds several letters. A person says how many: each gets an item of its own beside
//! the one that the mail became, with the same time until its own stamp is told.
//!
//! The mail is known by the item that it became, and by no other: its letters go where that one
//! goes.

use super::SYSTEM;
use super::obeying::Reply;
use super::people::Undone;
use crate::domain::board::Board;
use crate::domain::command::Verb;
use crate::domain::event::{Event, Fact, Logged};
use crate::domain::identify::part_of_scan;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::{MessageRow, Part};
use crate::domain::orders::{self, NoLetters, Refusal};
use crate::domain::reason::Reason;
use crate::domain::undo::Undo;
use crate::mail::texts::confirmation::{Deed, Why};
use crate::store::items::AT_ONCE;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Datelike, Utc};

impl Board {
    /// Makes `count` letters of one mail. Gives back the new items.
    pub(super) fn split(
        &self,
        db: &Db<'_>,
        item: &mut Item,
        count: u32,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<ItemId>, Undone> {
        orders::may_split(self, item, count)?;
        let row = db.message_of(item.id)?;
        let part = orders::part(item, &db.history(item.id)?)
            .ok_or(Refusal::from(NoLetters::NotAScan(item.id)))?;
        let mut others = Vec::new();
        for number in 2..=count {
            let part = part.clone();
            others.push(self.one_more(db, &row, (item.id, number, count), part, (by, now))?);
        }
        set_part(
            db,
            item.id,
            Some(Part {
                number: 1,
                of: count,
            }),
        )?;
        let letters = Fact::Letters {
            others: others.iter().map(|id| id.0).collect(),
        };
        self.carry_out(db, item, vec![letters], by, now)?;
        Ok(others)
    }

    /// One more item of a mail: `row` is that of the mail, `part` the line of the log for each
    /// letter.
    fn one_more(
        &self,
        db: &Db<'_>,
        row: &MessageRow,
        (item, number, of): (ItemId, u32, u32),
        part: Logged,
        (by, at): (&str, DateTime<Utc>),
    ) -> Result<ItemId, StoreError> {
        let mut row = row.clone();
        row.more.part = Some(Part { number, of });
        row.more.told_sender = None;
        let year = self.calendar.local_date(row.received_at).year();
        let identity = part_of_scan(item, number);
        let id = db.insert_message(year.clamp(1, 9999), &identity, &row)?;
        let (by, conversation) = (by.to_owned(), id.0);
        let fact = Fact::Logged(Box::new(Logged {
            conversation,
            ..part
        }));
        let at_once = |item: &Item| item.may_owe_mail().then_some(AT_ONCE);
        db.create_item(id, Event { at, by, fact }, at_once, &row.clues())?;
        Ok(id)
    }

    /// Makes one letter of its mail again: the others are watched no more.
    fn join(
        &self,
        db: &Db<'_>,
        item: &mut Item,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Undone> {
        let mut others = Vec::new();
        for id in &item.parts {
            others.extend(db.item(*id)?);
        }
        orders::may_join(item, &others).map_err(Refusal::from)?;
        for mut other in others {
            let reason = Reason::PartOf { item: item.id };
            self.settle(db, &mut other, now, by, Fact::Excluded { reason })?;
        }
        set_part(db, item.id, None)?;
        let joined = orders::undo(self, item, Undo::Split)?;
        Ok(self.carry_out(db, item, joined, by, now)?)
    }
}

fn set_part(db: &Db<'_>, item: ItemId, part: Option<Part>) -> Result<(), StoreError> {
    let mut more = db.message_of(item)?.more;
    more.part = part;
    db.set_more(item, &more)
}

/// A deed, and whether `ÅNGRA` takes it back; or why not.
type Done = Result<(Deed, bool), Why>;

impl Reply<'_> {
    /// What a command does to the letters of a mail; `None` for any other. The deed, and whether
    /// `ÅNGRA` takes it back.
    pub(super) fn letters(&self, item: &mut Item, verb: &Verb) -> Result<Option<Done>, StoreError> {
        let (db, now, by) = (self.intake.db, self.intake.now, self.member.id.as_str());
        let board = self.board_of(item)?;
        let done = match verb {
            Verb::Letters { count } => board
                .split(db, item, *count, by, now)
                .map(|others| (Deed::split(&others), true)),
            Verb::Undo if self.to_undo(item.id)? == Some(Undo::Split) => board
                .join(db, item, by, now)
                .map(|()| (Deed::Joined, false)),
            _ => return Ok(None),
        };
        match done {
            Ok(deed) => Ok(Some(Ok(deed))),
            Err(Undone::Refused(refusal)) => Ok(Some(Err(self.why(item, refusal)))),
            Err(Undone::Store(error)) => Err(error),
        }
    }
}

/// What becomes of a mail in its folder becomes of all its letters.
pub(super) fn go_along(
    db: &Db<'_>,
    item: &Item,
    fact: &Fact,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for id in &item.parts {
        let Some(mut other) = db.item(*id)?.filter(|other| other.state.is_live()) else {
            continue;
        };
        db.happen(&mut other, now, SYSTEM, fact.clone())?;
        db.save_awake(&other)?;
    }
    Ok(())
}
