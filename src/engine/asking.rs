//! What staff ask to see by mail: their items and those of the members below them (`LISTA`), the
//! history of an item (`VISA`). Nothing is changed by it; the answer is part of the confirmation.
//!
//! A history shows the contents of the mailbox, so only those see it who work there or have the
//! item.

use super::batch::Intake;
use super::obeying::Reply;
use super::writing::{StaffLine, Writer};
use crate::domain::board::Board;
use crate::domain::event::{Effect, Event};
use crate::domain::item::{Item, ItemId, State};
use crate::mail::texts::confirmation::{Happened, History, Why};
use crate::mail::texts::facts::{StaffItem, StaffMailFacts, Unwatched};
use crate::mail::texts::history::Teller;
use crate::mail::texts::names;
use crate::store::StoreError;

/// Lines of one history that a mail shows, the newest.
const MAX_HAPPENED: usize = 60;

impl Reply<'_> {
    /// The open items of the writer, and of those below, over all mailboxes that the writer is for.
    pub(super) fn list(&self) -> Result<StaffMailFacts, StoreError> {
        let Intake {
            board: home,
            municipality,
            now,
            ..
        } = self.intake;
        let mut items: Vec<StaffItem> = Vec::new();
        let boards = municipality.boards.iter();
        for board in boards.filter(|board| board.serves(&self.member.id)) {
            items.extend(self.listed_at(board)?);
        }
        let writer = self.writer(home)?;
        Ok(StaffMailFacts {
            sender: writer.sender(),
            recipient: self.member.name.clone(),
            mailbox: home.address.clone(),
            today: home.calendar.local_date(*now),
            items,
            away: Vec::new(),
            unwatched: Unwatched::default(),
        })
    }

    /// The open items of one mailbox.
    fn listed_at(&self, board: &Board) -> Result<Vec<StaffItem>, StoreError> {
        let Intake {
            board: home, db, ..
        } = self.intake;
        let writer = self.writer(board)?;
        let mut items = Vec::new();
        for id in db.live_items_of(&board.name)? {
            let Some(item) = db.item(id)?.filter(|item| item.state.is_live()) else {
                continue;
            };
            if let Some(effect) = self.listed_for(board, &item) {
                let line = StaffLine::alone(item, db.message_of(id)?, vec![effect]);
                items.push(writer.staff_item(&line, home, Some(&self.member.id)));
            }
        }
        Ok(items)
    }

    /// The matter of an item in the writer's list; `None`: it does not concern them.
    fn listed_for(&self, board: &Board, item: &Item) -> Option<Effect> {
        let (id, now) = (self.member.id.as_str(), self.intake.now);
        if board.has(id, item, now) {
            let is_probable = item.state == State::ProbablyAnswered;
            return Some(if is_probable {
                Effect::Confirm
            } else {
                Effect::Reminder
            });
        }
        let step = item.escalations().next_back().map_or(1, |(step, _)| step);
        board
            .is_over(id, item, now)
            .then_some(Effect::Escalation(step))
    }

    /// The history of an item, for a reader who may see it.
    pub(super) fn history(&self, id: ItemId) -> Result<Result<History, Why>, StoreError> {
        let Intake {
            board: home,
            db,
            texts,
            now,
            ..
        } = self.intake;
        let Some(item) = db.item(id)? else {
            return Ok(Err(Why::SetAside));
        };
        let board = self.board_of(&item)?;
        if !board.may_see(&self.member.id, &item, *now) {
            return Ok(Err(Why::NotSeen));
        }
        let (happened, earlier) = self.happened(board, id)?;
        let standing = names::standing(texts.language(), &item, &board.calendar, *now);
        let line = StaffLine::alone(item, db.message_of(id)?, Vec::new());
        let shown = self
            .writer(board)?
            .staff_item(&line, home, Some(&self.member.id));
        Ok(Ok(History {
            reference: id.to_string(),
            standing,
            letter: shown.pledge.letter,
            received: shown.received,
            handler: shown.holder.handler,
            shown: shown.shown,
            happened,
            earlier,
        }))
    }

    /// The latest events of an item, and how many there were before.
    fn happened(&self, board: &Board, id: ItemId) -> Result<(Vec<Happened>, usize), StoreError> {
        let calendar = &board.calendar;
        let teller = Teller {
            language: self.intake.texts.language(),
            staff: &board.staff,
            calendar,
        };
        let events = self.intake.db.history(id)?;
        let earlier = events.len().saturating_sub(MAX_HAPPENED);
        let told = |event: &Event| Happened {
            at: calendar.local(event.at),
            what: teller.sentence(event),
        };
        Ok((events[earlier..].iter().map(told).collect(), earlier))
    }

    fn writer<'a>(&'a self, board: &'a Board) -> Result<Writer<'a>, StoreError> {
        let Intake { db, texts, now, .. } = self.intake;
        Ok(Writer {
            board,
            texts,
            now: *now,
            gate: board.gates(db)?.citizens,
        })
    }
}
