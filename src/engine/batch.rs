//! Record: a batch of messages of one folder in one transaction. Every message that arrived becomes
//! exactly one item, in any state of the mailbox; what staff sent becomes evidence; what was seen
//! before changes nothing but where it lies.
//!
//! An [`Intake`] is a batch while it is recorded: what every rule about a message that arrives looks
//! at. The rules themselves are in the files beside this one, each in an `impl Intake`; the way of
//! one message is `intake`.

use super::Engine;
use super::arrived::{Arrived, Tally};
use super::renumbered::Renumbered;
use super::together::Together;
use crate::domain::board::Board;
use crate::domain::coverage::runs_of;
use crate::domain::folders::{Role, Watched};
use crate::domain::item::ItemId;
use crate::domain::moved_in::Before;
use crate::domain::municipality::Municipality;
use crate::mail::texts::Texts;
use crate::store::folders::Cursor;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};
use std::cell::Cell;
use std::sync::Arc;

/// A batch of at least this many messages is one of very many: a first reading.
const VERY_MANY: usize = 500;

/// One batch's recording.
pub(super) struct Intake<'a> {
    pub municipality: &'a Municipality,
    pub board: &'a Board,
    pub db: &'a Db<'a>,
    pub texts: &'a Texts,
    pub folder: &'a Watched,
    pub folder_id: i64,
    pub start: DateTime<Utc>,
    pub now: DateTime<Utc>,
    /// When these messages were first seen.
    pub(super) first_sight: DateTime<Utc>,
    /// No stamp beyond this is believed.
    pub(super) latest: DateTime<Utc>,
    /// The mailbox's own addresses.
    pub(super) own: Vec<String>,
    pub(super) unreadable: Cell<Option<ItemId>>,
    /// The messages may have been read before under other settings.
    pub again: bool,
    /// The folder's state before; `None`: nothing in it can have been moved in.
    pub(super) before: Option<Before>,
    /// Messages that were moved in, in this round.
    pub(super) moved_in: Cell<u32>,
    /// How the folder stands if it was numbered anew.
    pub(super) renumbered: Renumbered,
    /// What the newest confirmation to each person tells.
    pub together: Together,
}

impl<'a> Intake<'a> {
    pub fn new(
        municipality: &'a Municipality,
        board: &'a Board,
        db: &'a Db<'a>,
        texts: &'a Texts,
        folder: &'a Watched,
        start: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let folder_id = db.folder_id(&board.name, &folder.name)?;
        let (own, unreadable) = (board.own_addresses(), Cell::new(None));
        let (before, moved_in, again) = (None, Cell::new(0), false);
        let renumbered = Renumbered::default();
        Ok(Self {
            municipality,
            board,
            db,
            texts,
            folder,
            folder_id,
            start,
            now,
            first_sight: now,
            latest: now,
            own,
            unreadable,
            again,
            before,
            moved_in,
            renumbered,
            together: Together::default(),
        })
    }
}

impl Engine {
    /// Logs a batch of one folder. One transaction: all of it, or nothing.
    pub fn record(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        batch: &[Arrived],
        now: DateTime<Utc>,
    ) -> Result<Tally, StoreError> {
        self.take_in(mailbox, folder, batch, now, false)
    }

    /// As [`Engine::record`], for messages that were or may have been read before: one that was
    /// logged while its pledge was another (a scanner was configured since) is recognised all the
    /// same.
    pub fn record_again(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        batch: &[Arrived],
        now: DateTime<Utc>,
    ) -> Result<Tally, StoreError> {
        self.take_in(mailbox, folder, batch, now, true)
    }

    fn take_in(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        batch: &[Arrived],
        now: DateTime<Utc>,
        again: bool,
    ) -> Result<Tally, StoreError> {
        self.look_who_is_away(now)?;
        let board = self.board(mailbox)?;
        let start = self.start_in(mailbox, folder, batch)?;
        let before = self.before(mailbox, folder, self.start_of(mailbox)?, again)?;
        let moved_in = self.moved_in_so_far(mailbox);
        let (first_sight, latest) = (self.first_sight(now), self.steadiness.latest(now));
        let (municipality, texts) = (Arc::clone(&self.municipality), Arc::clone(&self.texts));
        let together = self.together.clone();
        if batch.len() >= VERY_MANY {
            self.store.make_room(true)?;
        }
        let tally = self.step(now, |db| {
            let intake = Intake {
                first_sight,
                latest,
                again,
                before,
                together: together.clone(),
                ..Intake::new(&municipality, &board, db, &texts, folder, start, now)?
            };
            intake.take_all(batch, moved_in)
        })?;
        self.has_taken(mailbox, batch, &tally, now);
        Ok(tally)
    }

    /// How many messages were moved in, in this round.
    fn moved_in_so_far(&self, mailbox: &str) -> u32 {
        self.moved_in.get(mailbox).copied().unwrap_or_default()
    }

    /// Remembers how many were moved in, and what the server's times of new mail say of our clock.
    fn has_taken(&mut self, mailbox: &str, batch: &[Arrived], tally: &Tally, now: DateTime<Utc>) {
        *self.moved_in.entry(mailbox.to_owned()).or_default() += tally.moved_in;
        if tally.new_items + tally.sent > 0 {
            let dates = batch.iter().filter_map(|arrived| arrived.internal_date);
            self.steadiness.arrived(dates.max(), now);
        }
    }

    /// Moves a folder's cursor, once everything before it is recorded.
    pub fn advance(
        &mut self,
        mailbox: &str,
        folder: &str,
        cursor: &Cursor,
    ) -> Result<(), StoreError> {
        self.store
            .write(|db| db.set_cursor(mailbox, folder, cursor))
    }
}

impl Intake<'_> {
    /// The whole batch. `moved_in`: how many messages of the mailbox were moved in before.
    fn take_all(mut self, batch: &[Arrived], moved_in: u32) -> Result<Tally, StoreError> {
        self.renumbered = self.renumbered_with(batch)?;
        self.count_moved_in(batch, moved_in)?;
        let first_sent = if self.again && self.folder.role == Role::Sent {
            self.db.first_sent(&self.board.name)?
        } else {
            None
        };
        let mut tally = Tally::default();
        for arrived in batch {
            self.take(arrived, first_sent, &mut tally)?;
        }
        tally.unreadable = self.unreadable.get();
        tally.moved_in = self.moved_in.get() - moved_in;
        let runs = runs_of(batch.iter().map(|arrived| arrived.uid));
        self.db.add_spans(self.folder_id, &runs)?;
        Ok(tally)
    }

    /// One message, by where it lies. `first_sent`: the oldest mail of Sent that is known.
    fn take(
        &self,
        arrived: &Arrived,
        first_sent: Option<DateTime<Utc>>,
        tally: &mut Tally,
    ) -> Result<(), StoreError> {
        if self.folder.role == Role::Sent && self.is_ours_by_place(&arrived.message) {
            // Mail from before the start was passed over; when the start is earlier now, it is not
            // a loss.
            let was_due =
                !self.again || first_sent.is_some_and(|first| arrived.internal_date >= Some(first));
            tally.sent += u32::from(self.sent(arrived)? && was_due);
            return Ok(());
        }
        match self.own_copy(arrived)? {
            Some(is_new) => tally.sent += u32::from(is_new),
            None if self.is_copy_of_sent(arrived)? => tally.seen_before += 1,
            None if self.arrival(arrived)? => tally.new_items += 1,
            None => tally.seen_before += 1,
        }
        Ok(())
    }
}
