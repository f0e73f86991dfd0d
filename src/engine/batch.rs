//! One batch of messages of one folder, while it is recorded: what every rule about a message that
//! arrives looks at. The rules themselves are in the files beside this one, each in an
//! `impl Intake`.

use super::renumbered::Renumbered;
use super::together::Together;
use crate::domain::board::Board;
use crate::domain::folders::Watched;
use crate::domain::item::ItemId;
use crate::domain::moved_in::Before;
use crate::domain::municipality::Municipality;
use crate::mail::texts::Texts;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};
use std::cell::Cell;

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
