//! When the calendar or a pledge changes, open items are calculated again and the change is logged,
//! old → new. Closed items and sent notices stay as they are.

use super::{Engine, SYSTEM, board_in};
use crate::domain::event::Fact;
use crate::domain::item::Item;
use crate::domain::municipality::Municipality;
use crate::domain::pledge::Due;
use crate::domain::reason::DueChange;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use std::sync::Arc;

const FINGERPRINT: &str = "reckoning";

/// Rules of calculation that are not configured; a register of an earlier edition is calculated
/// again.
const EDITION: &str = "every item has its own clock";

impl Engine {
    /// Compares the configuration's rules of calculation with the ones that the register was last
    /// used with. Also wakes every open item once: staff may have changed as well.
    pub(super) fn recompute_if_changed(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let municipality = Arc::clone(&self.municipality);
        let fingerprint = fingerprint(&municipality);
        self.step(now, |db| {
            if db.meta(FINGERPRINT)?.as_deref() == Some(&fingerprint) {
                return Ok(());
            }
            for id in db.live_items()? {
                let Some(mut item) = db.item(id)?.filter(Item::has_clock) else {
                    continue;
                };
                let Ok(board) = board_in(&municipality, &item.mailbox) else {
                    continue;
                };
                // Reckoned while it still follows: afterwards the leader's arrival would be taken
                // for its own.
                let due = board.own_due(&item);
                if item.leader.is_some() {
                    db.happen(&mut item, now, SYSTEM, Fact::Follows { leader: None })?;
                }
                change_due(db, &mut item, due, DueChange::Reckoning, now)?;
                db.save_awake(&item)?;
            }
            db.set_meta(FINGERPRINT, &fingerprint)
        })
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
    let fact = Fact::DueChanged {
        old,
        due: Box::new(due),
        why,
    };
    db.happen(item, now, SYSTEM, fact)
}

/// Everything that a due date or a moment depends on, as a hash.
fn fingerprint(municipality: &Municipality) -> String {
    let mut hash = Sha256::new();
    hash.update(EDITION);
    hash.update(format!("{:?}", municipality.calendar));
    for pledge in municipality.pledges.iter() {
        hash.update(pledge.reckoning());
    }
    hash.update(format!("{:?}", municipality.staff));
    hash.finalize()
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
