//! What became of a mail of ours, written down at every item that it is about: it was accepted,
//! failed, or was taken back.

use super::covering;
use crate::domain::board::Board;
use crate::domain::effect::Kind;
use crate::domain::event::{Effect, Fact, Failure, SYSTEM};
use crate::domain::given::{Given, given};
use crate::domain::item::{Item, ItemId};
use crate::domain::reader::Reader;
use crate::domain::reason::{Undelivered, Withdrawal};
use crate::store::outbox::OutboxRow;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};

/// A mail that will never arrive, as far as the server that we hand mails to knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The first item that it was about; empty for the note of exclusions.
    pub reference: String,
    /// `None` for a citizen, whom no alarm names.
    pub reader: Option<Reader>,
    /// The server's words, without addresses.
    pub why: String,
}

pub(super) fn sent(db: &Db<'_>, row: &OutboxRow, at: DateTime<Utc>) -> Result<(), StoreError> {
    db.mark_sent(row.id, at)?;
    for (id, effect) in db.effects_of(row.id)? {
        happened(db, id, at, Fact::sent(effect, at))?;
    }
    Ok(())
}

/// A copy of one of our mails was seen in the mailbox, where it lies since `at`: a mail that was in
/// doubt, had been given up for want of a copy, or waits in a register that was restored from a
/// backup, was accepted.
pub(super) fn seen(db: &Db<'_>, row: &OutboxRow, at: DateTime<Utc>) -> Result<(), StoreError> {
    match db.doubted(row.id)? {
        Some(tried_at) => sent(db, row, tried_at.unwrap_or(at)),
        None => Ok(()),
    }
}

pub(super) fn failed(
    db: &Db<'_>,
    row: &OutboxRow,
    failure: Failure,
    why: &Undelivered,
    now: DateTime<Utc>,
) -> Result<Lost, StoreError> {
    db.mark_failed(row.id, why.as_str())?;
    let effects = db.effects_of(row.id)?;
    let reference = effects
        .first()
        .map(|(id, _)| id.to_string())
        .unwrap_or_default();
    for (id, effect) in effects {
        happened(
            db,
            id,
            now,
            Fact::Failed {
                effect,
                failure,
                why: Some(why.clone()),
            },
        )?;
    }
    let reader = (!row.is_for_citizen()).then(|| row.reader.clone());
    Ok(Lost {
        reference,
        reader,
        why: why.as_str().to_owned(),
    })
}

pub(super) fn withdraw(
    db: &Db<'_>,
    row: &OutboxRow,
    effects: &[(ItemId, Effect)],
    why: Withdrawal,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Exclusions that are in it: the next one says it all again.
    let mut noted = db.items_of_mail(row.id)?;
    if noted.is_empty() {
        super::deciding::tell_of_pause_again(db, &row.mailbox)?;
    }
    noted.retain(|id| effects.iter().all(|(other, _)| other != id));
    super::excluded::note_again(db, &noted)?;
    for (id, effect) in effects {
        happened(
            db,
            *id,
            now,
            Fact::Withdrawn {
                effect: *effect,
                why,
                may_have_left: row.doubt_until.is_some(),
            },
        )?;
    }
    db.withdraw(row.id, why.as_str())
}

/// Where a mail that a person wrote is the notice of an item, one of ours that waits is taken back.
/// False where one was handed over, or may have been.
pub(super) fn gives_way(
    db: &Db<'_>,
    item: &mut Item,
    to: &Fact,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    if !matches!(to, Fact::NoticedByHand { .. }) {
        return Ok(true);
    }
    if let Some(row) = db.waiting_by(item.id, Effect::Notice)? {
        let effects = db.effects_of(row.id)?;
        withdraw(db, &row, &effects, Withdrawal::SentBefore, now)?;
        *item = db.item_of(item.id)?;
    }
    Ok(item.lacks_notice())
}

/// What became of a mail, as an event of an item, be that set aside or not.
fn happened(db: &Db<'_>, id: ItemId, at: DateTime<Utc>, fact: Fact) -> Result<(), StoreError> {
    match db.item(id)? {
        Some(mut item) => {
            let is_lost_notice = matches!(
                fact,
                Fact::Failed {
                    effect: Effect::Notice,
                    ..
                }
            );
            db.happen(&mut item, at, SYSTEM, fact)?;
            db.save_awake(&item)?;
            if is_lost_notice {
                covering::uncover(db, id, item.conversation, at)
            } else {
                Ok(())
            }
        }
        None => db.happened_aside(id, at, SYSTEM, fact),
    }
}

/// The server that took a mail may have said which id it gives it.
pub(super) fn learn(
    db: &Db<'_>,
    board: &Board,
    row: &OutboxRow,
    answer: &str,
) -> Result<(), StoreError> {
    let copy = row.copy.as_deref().unwrap_or(&board.address);
    match given(answer, &[&row.address, copy]) {
        Some(Given::Id(id)) => db.learn(&id, row.id),
        Some(Given::Token(token)) => db.learn_token(&token, &board.relay, row.id),
        None => Ok(()),
    }
}

/// Whether a letter to print hangs on it.
pub(super) fn has_letter(db: &Db<'_>, row: &OutboxRow) -> Result<bool, StoreError> {
    let kind = b"Content-Type: application/pdf";
    let has_file = row.mail.windows(kind.len()).any(|window| window == kind);
    Ok(has_file && is_about_letters(row, &db.effects_of(row.id)?))
}

/// Whether it bears letters to post, with or without their files.
pub(super) fn is_about_letters(row: &OutboxRow, effects: &[(ItemId, Effect)]) -> bool {
    let mut effects = effects.iter();
    row.kind == Kind::Letter || effects.any(|(_, effect)| *effect == Effect::Letter)
}
