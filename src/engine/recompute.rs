//! When the calendar or a pledge changes, open items are reckoned anew and the change is logged, old → new. Closed items
//! and sent notices stay as they are.

use super::{Desk, Engine, SYSTEM};
use crate::domain::event::Fact;
use crate::domain::item::Item;
use crate::domain::pledge::Due;
use crate::domain::reason::DueChange;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::sync::Arc;

const FINGERPRINT: &str = "reckoning";

impl Engine {
    /// Compares the configuration's reckoning with the one that the register was last used with. Also wakes every open
    /// item once: staff may have changed as well.
    pub(super) fn recompute_if_changed(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let config = Arc::clone(&self.config);
        let fingerprint = fingerprint(&config);
        self.step(now, |db| {
            if db.meta(FINGERPRINT)?.as_deref() == Some(&fingerprint) {
                return Ok(());
            }
            for id in db.live_items()? {
                let Some(mut item) = db.item(id)? else { continue };
                let Ok(desk) = Desk::new(&config, &item.mailbox) else { continue };
                // Who follows carries the leader's date, which an older reference has got by now.
                let leader =
                    item.leader.map(|leader| db.item(leader)).transpose()?.flatten().and_then(|leader| leader.due);
                let own = desk.own_due(&item)?;
                let due = leader.filter(|leader| leader.date <= own.date).unwrap_or(own);
                change_due(db, &mut item, due, DueChange::Reckoning, now)?;
                db.save_awake(&item)?;
            }
            db.set_meta(FINGERPRINT, &fingerprint)
        })
    }
}

impl Desk<'_> {
    /// The due date of an item by itself.
    pub(super) fn own_due(&self, item: &Item) -> Result<Due, StoreError> {
        let calendar = &self.config.calendar;
        let received_on = calendar.local_date(item.received_at);
        // A following item carries its leader's date; its own arrival is its arrival, unless it was stamped.
        let arrival = match &item.due {
            Some(due) if due.arrival_date >= received_on || item.leader.is_none() => due.arrival_date,
            _ => received_on,
        };
        let time = self.pledge(item.pledge.as_deref())?.time;
        Ok(Due::of_arrival(item.received_at, arrival, time, calendar))
    }
}

/// Logs a new due date, old → new; nothing when it is the same.
pub(super) fn change_due(
    db: &Db<'_>,
    item: &mut Item,
    due: Due,
    why: DueChange,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if item.due.as_ref() == Some(&due) {
        return Ok(());
    }
    let old = item.due.as_ref().map(|due| due.date);
    let fact = Fact::DueChanged { old, due: Box::new(due), why };
    db.happen(item, now, SYSTEM, fact)
}

/// Everything that a due date or a moment depends on, as a hash.
fn fingerprint(config: &crate::config::Config) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{:?}", config.calendar));
    for pledge in &config.pledges {
        hash.update(format!(
            "{} {:?} {:?} {:?} {:?} {:?} {} {}",
            pledge.name,
            pledge.time,
            pledge.reminder,
            pledge.notice,
            pledge.escalation,
            pledge.promise,
            pledge.tell_new_date,
            pledge.tell_at_once
        ));
    }
    hash.update(format!("{:?}", config.staff));
    hash.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
