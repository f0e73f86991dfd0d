//! A notice covers later messages in its matter while it holds and its question is live. When that
//! ends, what it covered is a question of its own.

use super::SYSTEM;
use crate::domain::event::Fact;
use crate::domain::item::ItemId;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};

/// The notice of `item` speaks for nothing else any more.
pub(super) fn uncover(
    db: &Db<'_>,
    item: ItemId,
    conversation: ItemId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for mut other in db.live_in_conversation(conversation)? {
        if other.covered_by == Some(item) {
            db.happen(&mut other, now, SYSTEM, Fact::Uncovered)?;
            db.save_awake(&other)?;
        }
    }
    Ok(())
}
