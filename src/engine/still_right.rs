//! Whether a mail that waits may still leave: what it says may have been settled meanwhile, or be
//! yesterday's news.

use super::board_in;
use crate::domain::board::Board;
use crate::domain::decide::NOTICE_GRACE;
use crate::domain::effect::{Kind, Late, ReadBy};
use crate::domain::event::Effect;
use crate::domain::item::{Item, ItemId};
use crate::domain::municipality::Municipality;
use crate::domain::reason::Withdrawal;
use crate::store::outbox::OutboxRow;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Duration, Utc};
use std::sync::Arc;

/// A mail to staff that could not be sent for this long has yesterday's news: it is taken back and
/// decided again.
pub const STALE: Duration = Duration::hours(12);

/// Why a mail must not leave any more, if so: what it says was settled meanwhile, or it has grown
/// old.
pub(super) fn has_become_wrong(
    municipality: &Municipality,
    db: &Db<'_>,
    row: &OutboxRow,
    effects: &[(ItemId, Effect)],
    now: DateTime<Utc>,
) -> Result<Option<Withdrawal>, StoreError> {
    let home = board_in(municipality, &row.mailbox)?;
    if let Some(why) = home.is_shut_to(db, row, effects)? {
        return Ok(Some(why));
    }
    for (id, effect) in effects {
        // The mail to staff was right when the item could still be read.
        let Some(item) = db.item(*id)? else { continue };
        // A mail to staff speaks of items of several mailboxes.
        let board = municipality.board(&item.mailbox).unwrap_or(home);
        let wrong = board.is_wrong_of(&item, row, *effect, now);
        if wrong.is_some() {
            return Ok(wrong);
        }
    }
    if is_early(municipality, home, db, effects, now)? {
        return Ok(Some(Withdrawal::TooEarly));
    }
    Ok(is_stale(row, now).then_some(Withdrawal::Stale))
}

/// Whether no notice in a mail may leave yet: the pledge was made longer, or a day was closed, while
/// the mail waited. A letter in a mail to staff is printed at its own moment.
fn is_early(
    municipality: &Municipality,
    home: &Arc<Board>,
    db: &Db<'_>,
    effects: &[(ItemId, Effect)],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let (mut early, mut come) = (false, false);
    for (id, effect) in effects {
        if !matches!(effect, Effect::Notice | Effect::Letter) {
            continue;
        }
        let Some(item) = db.item(*id)? else { continue };
        let board = municipality.board(&item.mailbox).unwrap_or(home);
        let has_come = board.notice_has_come(&item, now);
        come |= has_come && *effect == Effect::Notice;
        early |= !has_come;
    }
    Ok(early && !come)
}

/// A report is about a period that is over, a confirmation about a deed: they do not grow old. A
/// mail that waits for its reader's sake is given up in its own time.
fn is_stale(row: &OutboxRow, now: DateTime<Utc>) -> bool {
    let lasting = matches!(row.kind, Kind::Report | Kind::Confirmation) || row.put_off_at.is_some();
    let grows_old = !row.is_for_citizen() && !lasting;
    grows_old && now - row.created_at > STALE
}

impl Board {
    /// Why what a mail says of an item is wrong by now, if so.
    fn is_wrong_of(
        &self,
        item: &Item,
        row: &OutboxRow,
        effect: Effect,
        now: DateTime<Utc>,
    ) -> Option<Withdrawal> {
        let is_sent_anyway =
            effect == Effect::Notice && !item.no_notice && self.holds_no_notice(item);
        if !item.still_wants(effect) && !is_sent_anyway {
            return Some(Withdrawal::Settled);
        }
        if self.is_for_another(item, row, effect, now) {
            return Some(Withdrawal::OtherHandler);
        }
        let promises = item.done.get(&effect).and_then(|done| done.promise);
        if promises.is_some() && promises != item.promise {
            return Some(Withdrawal::Promised);
        }
        let too_late = match effect.row().late {
            Late::AfterGrace => self.is_too_late(item, now),
            Late::AfterPromise => promises.is_some_and(|date| now >= self.calendar.closes(date)),
            Late::Never => false,
        };
        too_late.then_some(Withdrawal::TooLate)
    }

    /// Whether a mail goes to or names a person who does not have the item any more, or is not
    /// there.
    fn is_for_another(
        &self,
        item: &Item,
        row: &OutboxRow,
        effect: Effect,
        now: DateTime<Utc>,
    ) -> bool {
        let has_it = |id: &str| {
            self.hands(item, now)
                .member
                .is_some_and(|member| member.id == id)
        };
        match effect.row().reader {
            // Of several items each is named with its own handler; the log says which, and of old
            // mails the outbox.
            ReadBy::Citizen(_) => {
                let named = item
                    .done
                    .get(&effect)
                    .and_then(|done| done.names.as_deref());
                let named = named.or(row.names.as_deref());
                named.is_some_and(|id| self.named(item, now).as_deref() != Some(id))
            }
            ReadBy::Supervisor | ReadBy::Anybody => {
                let reader = row.reader.staff().and_then(|id| self.staff.get(id));
                reader.is_some_and(|reader| !reader.is_there(self.calendar.local_date(now)))
            }
            ReadBy::Hands => !row.reader.staff().is_some_and(has_it),
        }
    }

    fn is_too_late(&self, item: &Item, now: DateTime<Utc>) -> bool {
        let calendar = &self.calendar;
        item.due.as_ref().is_some_and(|due| {
            now >= calendar.closes(calendar.add_working_days(due.date, NOTICE_GRACE))
        })
    }
}

pub(super) fn is_any_aside(db: &Db<'_>, effects: &[(ItemId, Effect)]) -> Result<bool, StoreError> {
    for (id, _) in effects {
        if db.item(*id)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}
