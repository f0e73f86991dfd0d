//! Which of two twins speaks: one notice for both leaves from one mailbox, on a view of both.

use super::drafting::Round;
use super::writing::Told;
use crate::domain::board::Board;
use crate::domain::decide::Notice;
use crate::domain::event::{Effect, Flag};
use crate::domain::item::{Item, ItemId, State};
use crate::domain::kept::id_clue;
use crate::store::StoreError;
use chrono::{DateTime, Duration, NaiveTime, Utc};

/// On its last day a notice waits for a reading of its twin's mailbox until this time at most.
const TWINS_WAIT_UNTIL: NaiveTime = NaiveTime::from_hms_opt(17, 0, 0).expect("17:00 is a time");

/// This long after its moment a notice waits for that of the twin which is to speak for both.
const TWIN_SPEAKS_WITHIN: Duration = Duration::minutes(15);

impl Round<'_> {
    /// One notice speaks for both twins, whether the other could be noticed by itself or not.
    pub(super) fn twins_with(&self, told: &mut Vec<Told>) -> Result<(), StoreError> {
        let twins: Vec<ItemId> = told
            .iter()
            .flat_map(|told| told.item.twins.iter().copied())
            .collect();
        for id in twins {
            let Some(twin) = self.live_twin(id)? else {
                continue;
            };
            let word = self.board_of(&twin).word(&twin, self.now);
            if let Some((names, promise)) =
                word.filter(|_| !told.iter().any(|told| told.item.id == id))
            {
                let (row, effect) = (self.db.message_of(id)?, Effect::Notice);
                told.push(Told {
                    item: twin,
                    row,
                    effect,
                    names: Some(names),
                    promise: Some(promise),
                });
            }
        }
        Ok(())
    }

    /// A twin that a notice may still speak for; a person may hold that.
    fn live_twin(&self, id: ItemId) -> Result<Option<Item>, StoreError> {
        let twin = match self.items.get(&id) {
            Some(twin) => Some(twin.clone()),
            None => self.db.item(id)?,
        };
        let may = |twin: &Item| {
            twin.state == State::Open
                && twin.due.is_some()
                && twin.covered_by.is_none()
                && !twin.no_notice
                && !twin.done.contains_key(&Effect::Notice)
        };
        Ok(twin.filter(may))
    }

    /// Until when a notice waits for a twin: for a whole reading of its mailbox, if that is watched
    /// still, on the last day not beyond the time at which it is too late for that; and for the
    /// notice of the twin that is to speak for both, if that does not fail.
    pub(super) fn waits_for_twin(&self, id: ItemId) -> Result<Option<DateTime<Utc>>, StoreError> {
        let item = self.item(id)?;
        let Some(notice) = self.board.notice(item, self.now) else {
            return Ok(None);
        };
        let mut waits = self.waits_for_reading(item, &notice)?;
        let is_its_turn = self.now < notice.at + TWIN_SPEAKS_WITHIN;
        for id in item.twins.iter().filter(|_| is_its_turn) {
            if let Some(twin) = self.live_twin(*id)? {
                waits |= self.precedes(&twin, item, &notice)?;
            }
        }
        Ok(waits.then(|| self.now + Duration::minutes(1)))
    }

    /// Another item waits for a reading, so that the notice about a question of the same citizen
    /// does not speak for it: that has been missed at its own moment.
    pub(super) fn waits_beside(&self, item: &Item, notice: &Notice) -> Result<bool, StoreError> {
        let is_missed = self.now >= notice.at + TWIN_SPEAKS_WITHIN;
        Ok(is_missed && self.waits_for_reading(item, notice)?)
    }

    fn waits_for_reading(&self, item: &Item, notice: &Notice) -> Result<bool, StoreError> {
        if !self.may_wait_for_others(item) {
            return Ok(false);
        }
        if self.may_lie_unread(item, notice.at)? {
            return Ok(true);
        }
        for id in &item.twins {
            let Some(twin) = self.live_twin(*id)? else {
                continue;
            };
            let is_watched = self.municipality.board(&twin.mailbox).is_some();
            let view = self.views.get(&twin.mailbox);
            if is_watched && view.is_none_or(|view| *view < notice.at) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// It is not the evening of its last day. A notice that is late already keeps nothing by leaving
    /// unseen.
    fn may_wait_for_others(&self, item: &Item) -> bool {
        let now = self.board.calendar.local(self.now);
        let due = item.due.as_ref();
        let is_last_day = due.is_some_and(|due| due.date == now.date_naive());
        !is_last_day || now.time() < TWINS_WAIT_UNTIL
    }

    /// The message names another watched mailbox in To, or staff have passed it on to one, or have
    /// moved it away, perhaps to any, that was not read since: its twin there, or an answer, may not
    /// be known yet.
    fn may_lie_unread(&self, item: &Item, since: DateTime<Utc>) -> Result<bool, StoreError> {
        let row = self.db.message_of(item.id)?;
        let mut named = row.more.mailboxes;
        if let Some(id) = &row.message_id {
            let sent = self.db.sent_by_clue(&item.mailbox, &id_clue(id))?;
            named.extend(sent.into_iter().flat_map(|mail| mail.recipients));
        }
        let has_left = item.flags.contains(&Flag::Gone);
        let may_have_it = |board: &Board| has_left || named.iter().any(|to| board.is_own(to));
        let boards = self.municipality.boards.iter();
        let mut others = boards.filter(|board| board.name != item.mailbox && may_have_it(board));
        Ok(others.any(|board| self.views.get(&board.name).is_none_or(|view| *view < since)))
    }

    /// The twin's notice leaves before the item's.
    fn precedes(&self, twin: &Item, item: &Item, notice: &Notice) -> Result<bool, StoreError> {
        Ok(match self.board_of(twin).notice(twin, self.now) {
            Some(theirs) => (theirs.at, self.place_of(twin)?) < (notice.at, self.place_of(item)?),
            None => false,
        })
    }

    /// Of two twins that are due at one moment, the one whose mailbox comes first in To speaks,
    /// else the first in the configuration.
    fn place_of(&self, item: &Item) -> Result<(usize, usize), StoreError> {
        let row = self.db.message_of(item.id)?;
        let board = self.board_of(item);
        let in_to = row
            .more
            .mailboxes
            .iter()
            .position(|to| board.is_own(to))
            .unwrap_or(usize::MAX);
        let configured = self
            .municipality
            .boards
            .iter()
            .position(|board| board.name == item.mailbox);
        Ok((in_to, configured.unwrap_or(usize::MAX)))
    }

    /// What an item's own mailbox sees.
    pub(super) fn board_of(&self, item: &Item) -> &Board {
        self.municipality
            .board(&item.mailbox)
            .map_or(self.board, |board| board)
    }
}
