//! What a mail says that every host which shares the promise must know before it leaves
//! ([`crate::domain::saying`]).

use crate::domain::citizen;
use crate::domain::event::Effect;
use crate::domain::item::ItemId;
use crate::domain::saying::{MOST_TOLD, Saying};
use crate::store::outbox::OutboxRow;
use crate::store::{Db, StoreError};

/// Of a mail about these items. A register that no host shares says nothing.
pub(super) fn saying(
    db: &Db<'_>,
    row: &OutboxRow,
    effects: &[(ItemId, Effect)],
) -> Result<Saying, StoreError> {
    if db.generation()? == 0 {
        return Ok(Saying::default());
    }
    Ok(Saying {
        id: row.message_id.clone(),
        numbers: db.highest_numbers()?,
        told: told(db, row, effects)?,
        since: db.whole_since()?,
        ended: db.ended_alike(row)?,
    })
}

/// What its citizen is told, each thing by a name of its own.
fn told(
    db: &Db<'_>,
    row: &OutboxRow,
    effects: &[(ItemId, Effect)],
) -> Result<Vec<String>, StoreError> {
    let mut told = Vec::new();
    if !row.is_for_citizen() {
        return Ok(told);
    }
    let key = db.tag_key()?;
    for (id, effect) in effects {
        let (Some(item), Some(message)) = (db.item(*id)?, db.identity_of(*id)?) else {
            continue;
        };
        // A date may be moved again; there is one notice.
        let promise = item.done.get(effect).and_then(|done| done.promise);
        let date = promise.filter(|_| *effect != Effect::Notice);
        let date = date.map_or_else(String::new, |date| date.to_string());
        told.push(key.hidden(&[
            row.kind.as_str().as_bytes(),
            &message,
            citizen::key(&row.address).as_bytes(),
            date.as_bytes(),
        ]));
    }
    told.sort();
    told.dedup();
    told.truncate(MOST_TOLD);
    Ok(told)
}
