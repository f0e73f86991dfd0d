//! What people do about an item: assign, close, promise, start, exclude, reopen, hold; the
//! registrar on the server, staff by mail (`engine::commands`). Who did it is logged; what cannot
//! be done is refused with a sentence that says what to do.

use super::{Engine, became, board_in, covering};
use crate::domain::board::Board;
use crate::domain::event::{AssignedBy, Effect, Evidence, EvidenceKind, Fact, Flag, How};
use crate::domain::item::{Item, ItemId, State};
use crate::domain::kept::MessageRow;
use crate::domain::kept_by::KeptBy;
use crate::domain::orders::{self, Closing, Refusal};
use crate::store::{Db, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use std::sync::Arc;

/// Why an order came to nothing.
#[derive(Debug, thiserror::Error)]
pub enum Undone {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an order to keep an item from being erased has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holding {
    Changed,
    /// It was kept already; the note is new.
    Noted,
    AsBefore,
}

impl Engine {
    /// Gives an item to a member of staff.
    pub fn assign(
        &mut self,
        id: ItemId,
        to: &str,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Item, Undone> {
        self.by_hand(id, by, now, |board, item| {
            orders::assign(board, item, to, AssignedBy::Cli)
        })
    }

    /// Closes an item: answered otherwise, or needing no answer. `at` is when it was done; default
    /// now.
    pub fn close(
        &mut self,
        id: ItemId,
        how: How,
        at: Option<DateTime<Utc>>,
        note: Option<String>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Item, Undone> {
        let evidence = Evidence::without_mail(EvidenceKind::Cli, None);
        let done = Closing {
            how,
            at: at.unwrap_or(now),
            note,
            evidence,
            self_reported: at.is_some(),
        };
        self.by_hand(id, by, now, |board, item| {
            orders::close(board, item, done, now)
        })
    }

    /// Promises an answer by a date, or moves an earlier promise. It buys time and keeps nothing:
    /// only an answer or a notice keeps the pledge.
    pub fn promise(
        &mut self,
        id: ItemId,
        date: NaiveDate,
        reason: Option<String>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Item, Undone> {
        self.by_hand(id, by, now, |board, item| {
            orders::promise(board, item, date, reason, now)
        })
    }

    /// Sets the day from which the time of an item runs: its due date is calculated again.
    pub fn start(
        &mut self,
        id: ItemId,
        date: NaiveDate,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Item, Undone> {
        self.by_hand(id, by, now, |board, item| {
            orders::start(board, item, date, now)
        })
    }

    /// Takes an item out of the pledge, with the reason.
    pub fn exclude(
        &mut self,
        id: ItemId,
        reason: &str,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Item, Undone> {
        self.by_hand(id, by, now, |_, item| orders::exclude(item, reason))
    }

    /// Confirms that its probable answer is one.
    pub fn confirm(&mut self, id: ItemId, by: &str, now: DateTime<Utc>) -> Result<Item, Undone> {
        let evidence = Evidence::without_mail(EvidenceKind::Cli, None);
        self.by_hand(id, by, now, |_, item| orders::confirm(item, evidence, now))
    }

    /// Says that it is a question, against every appearance.
    pub fn question(&mut self, id: ItemId, by: &str, now: DateTime<Utc>) -> Result<Item, Undone> {
        self.by_hand(id, by, now, orders::question)
    }

    /// Lets no automatic mail go to its citizen.
    pub fn no_notice(
        &mut self,
        id: ItemId,
        note: Option<String>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Item, Undone> {
        self.by_hand(id, by, now, |_, item| orders::no_notice(item, note))
    }

    /// Lets the notice go that is held.
    pub fn notify(
        &mut self,
        id: ItemId,
        to: Option<&str>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Item, Undone> {
        let row = self.row_of(id)?;
        let told = Kept {
            notify_at: to.map(str::to_owned),
            told_sender: None,
        };
        self.keeping(id, told, by, now, |board, item| {
            orders::notify(board, item, &row, to, now)
        })
    }

    /// Says from whom it is.
    pub fn sender(
        &mut self,
        id: ItemId,
        name: String,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Item, Undone> {
        let told = Kept {
            notify_at: None,
            told_sender: Some(name),
        };
        self.keeping(id, told, by, now, orders::sender)
    }

    /// Says that it asks for public records.
    pub fn records(&mut self, id: ItemId, by: &str, now: DateTime<Utc>) -> Result<Item, Undone> {
        self.by_hand(id, by, now, orders::records)
    }

    /// Makes as many letters of the mail of a scanner. Gives back the new items too.
    pub fn split(
        &mut self,
        id: ItemId,
        count: u32,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(Item, Vec<ItemId>), Undone> {
        self.know_who_is_away()?;
        let municipality = Arc::clone(&self.municipality);
        self.store.transact(|db| {
            let mut item = db.item(id)?.ok_or(Refusal::NoSuchItem(id))?;
            let board = board_in(&municipality, &item.mailbox)?;
            let others = board.split(db, &mut item, count, by, now)?;
            Ok((item, others))
        })
    }

    fn row_of(&self, id: ItemId) -> Result<MessageRow, Undone> {
        Ok(self.db().message(id)?.ok_or(Refusal::NoSuchItem(id))?)
    }

    /// Reminds the person who has it.
    pub fn urge(&mut self, id: ItemId, by: &str, now: DateTime<Utc>) -> Result<Item, Undone> {
        self.by_hand(id, by, now, |board, item| {
            orders::urge(board, item, None, now)
        })
    }

    /// Writes something down about it.
    pub fn remark(
        &mut self,
        id: ItemId,
        note: String,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Item, Undone> {
        self.by_hand(id, by, now, |_, item| orders::remark(item, note))
    }

    /// Says that the mail of the last day only says who comes back.
    pub fn returns(
        &mut self,
        id: ItemId,
        date: Option<NaiveDate>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Item, Undone> {
        self.by_hand_in(id, by, now, |db, board, item| {
            let waits = db.waiting_by(id, Effect::Notice)?.is_some();
            Ok(orders::returns(board, item, date, waits, now)?)
        })
    }

    /// Says that its printed notice was posted; default: today.
    pub fn posted(
        &mut self,
        id: ItemId,
        on: Option<NaiveDate>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<Item, Undone> {
        self.by_hand(id, by, now, |board, item| {
            orders::posted(board, item, on, now)
        })
    }

    /// Opens an item again; its due date is counted from its arrival.
    pub fn reopen(&mut self, id: ItemId, by: &str, now: DateTime<Utc>) -> Result<Item, Undone> {
        self.by_hand(id, by, now, orders::reopen)
    }

    /// Keeps an item, and with it its whole conversation, from being erased, or no longer. A note
    /// on an item that is kept already is kept with the first one. An item of a mailbox that is not
    /// configured any more can be kept too.
    pub fn hold(
        &mut self,
        id: ItemId,
        on: bool,
        note: Option<String>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(Item, Holding), Undone> {
        self.store.transact(|db| {
            let mut item = db.item(id)?.ok_or(Refusal::NoSuchItem(id))?;
            orders::is_not_erased(&item)?;
            let new = match (
                item.flags.contains(&Flag::OnHold) == on,
                on && note.is_some(),
            ) {
                (false, _) => Holding::Changed,
                (true, true) => Holding::Noted,
                (true, false) => return Ok((item, Holding::AsBefore)),
            };
            db.happen(
                &mut item,
                now,
                by,
                if on {
                    Fact::Held { note }
                } else {
                    Fact::Released
                },
            )?;
            db.save_awake(&item)?;
            Ok((item, new))
        })
    }

    /// The same with what a person said of the sender, which is kept beside the message.
    fn keeping(
        &mut self,
        id: ItemId,
        told: Kept,
        by: &str,
        now: DateTime<Utc>,
        facts: impl FnOnce(&Board, &Item) -> Result<Vec<Fact>, Refusal>,
    ) -> Result<Item, Undone> {
        self.by_hand_in(id, by, now, |db, board, item| {
            let facts = facts(board, item)?;
            told.keep(db, id)?;
            Ok(facts)
        })
    }

    /// The same, of facts that the item alone decides.
    fn by_hand(
        &mut self,
        id: ItemId,
        by: &str,
        now: DateTime<Utc>,
        facts: impl FnOnce(&Board, &Item) -> Result<Vec<Fact>, Refusal>,
    ) -> Result<Item, Undone> {
        self.by_hand_in(id, by, now, |_, board, item| Ok(facts(board, item)?))
    }

    /// One transaction, from looking at the item to writing it back: the daemon may be at work on
    /// it.
    fn by_hand_in(
        &mut self,
        id: ItemId,
        by: &str,
        now: DateTime<Utc>,
        facts: impl FnOnce(&Db<'_>, &Board, &Item) -> Result<Vec<Fact>, Undone>,
    ) -> Result<Item, Undone> {
        self.know_who_is_away()?;
        let municipality = Arc::clone(&self.municipality);
        self.store.transact(|db| {
            let mut item = db.item(id)?.ok_or(Refusal::NoSuchItem(id))?;
            let board = board_in(&municipality, &item.mailbox)?;
            let facts = facts(db, board, &item)?;
            board.carry_out(db, &mut item, facts, by, now)?;
            Ok(item)
        })
    }
}

/// What a person said of a message's sender: personal, so it is kept in the message's row and not
/// in the log.
pub(super) struct Kept {
    pub notify_at: Option<String>,
    pub told_sender: Option<String>,
}

impl Kept {
    pub fn keep(self, db: &Db<'_>, id: ItemId) -> Result<(), StoreError> {
        if self.notify_at.is_none() && self.told_sender.is_none() {
            return Ok(());
        }
        let mut more = db.message_of(id)?.more;
        more.notify_at = self.notify_at.or(more.notify_at);
        more.told_sender = self.told_sender.or(more.told_sender);
        db.set_more(id, &more)
    }
}

impl Board {
    /// Appends the facts of a person's act, and writes the item back.
    pub(super) fn carry_out(
        &self,
        db: &Db<'_>,
        item: &mut Item,
        facts: Vec<Fact>,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        for fact in facts {
            match fact {
                Fact::Closed { .. }
                | Fact::Excluded { .. }
                | Fact::Answered { .. }
                | Fact::NoticedByHand { .. } => {
                    self.settle(db, item, now, by, fact)?;
                }
                _ => {
                    if matches!(fact, Fact::NoticeFreed { .. }) && item.is_notice_lost() {
                        // It may leave once more, and so may the mail that says that it is lost.
                        db.free_key(item.id, Effect::Notice)?;
                        db.free_key(item.id, Effect::NoticeTrouble)?;
                    }
                    db.happen(item, now, by, fact)?;
                    db.save_awake(item)?;
                }
            }
        }
        // An item that was history has no clues yet.
        db.add_clues(item.id, &db.message_of(item.id)?.clues())
    }
}

impl Board {
    /// Appends a settling event and writes the item back; what its notice covered goes on by
    /// itself. A notice of ours that waits gives way to one by hand.
    pub(super) fn settle(
        &self,
        db: &Db<'_>,
        item: &mut Item,
        now: DateTime<Utc>,
        by: &str,
        fact: Fact,
    ) -> Result<(), StoreError> {
        if !became::gives_way(db, item, &fact, now)? {
            return Ok(());
        }
        db.happen(item, now, by, fact)?;
        let by_person = item.settled.as_ref().and_then(|settled| settled.how);
        // A filed item may have been answered, and says as little of the action taken.
        let is_done = |how: How| how.is_answer() || how == How::DoneFolder;
        let was_done =
            matches!(item.state, State::Answered | State::Closed) && by_person.is_none_or(is_done);
        let needs_note = was_done && !item.noted && self.pledge_of(item).kept_by == KeptBy::Note;
        if needs_note && !item.flags.contains(&Flag::NoteMissing) {
            db.happen(
                item,
                now,
                super::SYSTEM,
                Fact::Flagged {
                    flag: Flag::NoteMissing,
                },
            )?;
        }
        db.save_awake(item)?;
        if item.state.is_live() {
            return Ok(());
        }
        covering::uncover(db, item.id, item.conversation, now)
    }
}
