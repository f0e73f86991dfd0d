//! Going live, and pauses of mail to citizens: what a person says on the server, while the daemon
//! runs beside.

use super::Engine;
use super::became::is_about_letters;
use crate::domain::board::Board;
use crate::domain::event::{Effect, Fact, Flag};
use crate::domain::gate::{Gate, Gates, Missing};
use crate::domain::item::ItemId;
use crate::domain::reason::Withdrawal;
use crate::store::outbox::OutboxRow;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};

impl Engine {
    /// From here on mail leaves, even with steps missing. What fell due in shadow does not leave.
    pub fn go_live(
        &mut self,
        missing: Vec<Missing>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.store
            .write(|db| db.say(now, by, Fact::WentLive { missing }).map(drop))
    }

    /// No mail goes to citizens from here on. Logging, reminding and escalating go on. `false`: it
    /// was paused already.
    pub fn pause_mail(
        &mut self,
        reason: &str,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.store.write(|db| {
            let begins = db.said()?.pause.is_none();
            if begins {
                db.say(
                    now,
                    by,
                    Fact::Paused {
                        reason: reason.to_owned(),
                    },
                )?;
            }
            Ok(begins)
        })
    }

    /// Mail goes to citizens again; held mails are decided about at the next tick. How many notices
    /// were held; `None`: it was not paused.
    pub fn resume_mail(&mut self, by: &str, now: DateTime<Utc>) -> Result<Option<u32>, StoreError> {
        self.store.write(|db| {
            if db.said()?.pause.is_none() {
                return Ok(None);
            }
            db.say(now, by, Fact::Resumed)?;
            let held = held_by_pause(db)?;
            for id in &held {
                db.save_awake(&db.item_of(*id)?)?;
            }
            Ok(Some(u32::try_from(held.len()).unwrap_or(u32::MAX)))
        })
    }
}

/// Live items whose notice, or letter, a pause has held.
pub fn held_by_pause(db: &Db<'_>) -> Result<Vec<ItemId>, StoreError> {
    let mut held = Vec::new();
    for id in db.live_items()? {
        let Some(item) = db.item(id)? else { continue };
        let is_told = [Effect::Notice, Effect::Letter]
            .iter()
            .any(|effect| item.done.contains_key(effect));
        if item.flags.contains(&Flag::NoticeHeldByPause) && !is_told {
            held.push(id);
        }
    }
    Ok(held)
}

impl Board {
    /// The mails that may leave now.
    pub(super) fn gates(&self, db: &Db<'_>) -> Result<Gates, StoreError> {
        Ok(db.said()?.gates(self.shadow))
    }

    /// Why a mail to a citizen, or one to print and post, must not leave, if so.
    pub(super) fn is_shut_to(
        &self,
        db: &Db<'_>,
        row: &OutboxRow,
        effects: &[(ItemId, Effect)],
    ) -> Result<Option<Withdrawal>, StoreError> {
        if !row.is_for_citizen() && !is_about_letters(row, effects) {
            return Ok(None);
        }
        Ok(match self.gates(db)?.citizens {
            Gate::Open => None,
            Gate::Shadow => Some(Withdrawal::Shadow),
            Gate::Paused(_) => Some(Withdrawal::Paused),
        })
    }
}
