//! A scan that holds several letters. A person says how many: each gets an item of its own beside
//! the one that the mail became, with the same time until its own stamp is told.
//!
//! The mail is known by the item that it became, and by no other: its letters go where that one
//! goes.

use super::SYSTEM;
use crate::domain::board::Board;
use crate::domain::event::{Event, Fact, Logged};
use crate::domain::identify::part_of_scan;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::Part;
use crate::domain::orders::{self, Refusal};
use crate::domain::reason::Reason;
use crate::engine::people::Undone;
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
        let (row, history) = (db.message_of(item.id)?, db.history(item.id)?);
        let year = self.calendar.local_date(item.received_at).year();
        let part = orders::part(item, &history).ok_or(Refusal::NotAScan(item.id))?;
        let mut others = Vec::new();
        for number in 2..=count {
            let mut row = row.clone();
            let of = count;
            row.more.part = Some(Part { number, of });
            row.more.told_sender = None;
            let identity = part_of_scan(item.id, number);
            let id = db.insert_message(year.clamp(1, 9999), &identity, &row)?;
            let logged = Logged {
                conversation: id.0,
                ..part.clone()
            };
            let event = Event {
                at: now,
                by: by.to_owned(),
                fact: Fact::Logged(Box::new(logged)),
            };
            db.create_item(
                id,
                event,
                |item| item.may_owe_mail().then_some(AT_ONCE),
                &row.clues(),
            )?;
            others.push(id);
        }
        let mut more = row.more;
        more.part = Some(Part {
            number: 1,
            of: count,
        });
        db.set_more(item.id, &more)?;
        let into = others.iter().map(|id| id.0).collect();
        self.carry_out(db, item, vec![Fact::Split { into }], by, now)?;
        Ok(others)
    }

    /// Takes that back: the mail is one letter again, and the others are watched no more.
    pub(super) fn join(
        &self,
        db: &Db<'_>,
        item: &Item,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Undone> {
        let mut others = Vec::new();
        for id in &item.parts {
            others.extend(db.item(*id)?);
        }
        orders::may_join(item, &others)?;
        for mut other in others {
            let reason = Reason::PartOf { item: item.id };
            self.settle(db, &mut other, now, by, Fact::Excluded { reason })?;
        }
        let mut more = db.message_of(item.id)?.more;
        more.part = None;
        Ok(db.set_more(item.id, &more)?)
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
