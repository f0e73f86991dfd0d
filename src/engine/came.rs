//! When a message arrived, how that is known, and how it came here: in its turn, or moved in.

use super::arrived::Arrived;
use super::batch::Intake;
use crate::domain::arrival::{CLOCK_SLACK, arrival};
use crate::domain::event::Arrival;
use crate::domain::identify::is_strong;
use crate::domain::moved_in::{self, Came, MOST};
use crate::store::StoreError;
use chrono::{DateTime, Duration, Utc};

/// By so much our clock may be behind a server, without our knowing it, whose times are compared all
/// the same: what is further ahead was stamped wrongly, and no answer would be later than it for
/// long.
const BEHIND: Duration = Duration::days(1);

impl Intake<'_> {
    /// Counts what a batch holds that was moved in, before any of it is recorded: very many are
    /// none of them questions.
    pub(super) fn count_moved_in(&self, batch: &[Arrived], so_far: u32) -> Result<(), StoreError> {
        let mut count = so_far;
        for arrived in batch {
            if self.is_copy_of_ours(arrived)? {
                continue;
            }
            let pledge = self.board.pledge_for(&arrived.message, &self.folder.name);
            let strong = is_strong(&arrived.message, pledge.letter);
            if self.came_here(arrived, strong)? != Came::InItsTurn {
                count += u32::from(self.recognise(arrived, strong)?.is_err());
            }
        }
        self.moved_in.set(count);
        Ok(())
    }

    /// As [`Intake::came`]; what may have been here before, and cannot be told from a new one, is as
    /// what was moved in.
    pub(super) fn came_here(&self, arrived: &Arrived, strong: bool) -> Result<Came, StoreError> {
        let came = self.came(arrived);
        if came == Came::InItsTurn && !strong && self.may_be_restamped(arrived)? {
            return Ok(Came::MovedIn);
        }
        Ok(came)
    }

    /// How a message that the register does not know came here.
    fn came(&self, arrived: &Arrived) -> Came {
        let Some(before) = self.before else {
            return Came::InItsTurn;
        };
        // A scanner's clock may have stopped.
        let is_letter = self
            .board
            .pledge_for(&arrived.message, &self.folder.name)
            .letter;
        match moved_in::came(
            &arrived.message,
            arrived.uid,
            arrived.internal_date,
            before,
            self.first_sight,
        ) {
            Came::Ancient if is_letter => Came::InItsTurn,
            came => came,
        }
    }

    /// Whether it is a mail of ours, and none that may be moved in: after new numbers every copy of
    /// those is read again.
    fn is_copy_of_ours(&self, arrived: &Arrived) -> Result<bool, StoreError> {
        Ok(self.own_to_citizen(&arrived.message)?.is_some() || self.is_copy_of_sent(arrived)?)
    }

    /// When it arrived, how that is known, and whether it is history.
    pub(super) fn dated(&self, arrived: &Arrived, came: Came) -> ((DateTime<Utc>, Arrival), bool) {
        let when = self.arrival_time(arrived);
        match came {
            Came::MovedIn if self.moved_in.get() <= MOST => {
                ((self.first_seen(arrived), Arrival::FirstSeen), false)
            }
            Came::MovedIn | Came::Ancient => (when, true),
            Came::InItsTurn => (when, self.is_from_before(arrived, when.0)),
        }
    }

    /// When it was first seen; where the clock is not believed, no earlier than the server had it.
    pub(super) fn first_seen(&self, arrived: &Arrived) -> DateTime<Utc> {
        let latest = self.latest + CLOCK_SLACK;
        let had = arrived.internal_date.filter(|at| *at <= latest);
        had.map_or(self.first_sight, |had| had.max(self.first_sight))
    }

    /// It came before the start of the service. With a clock that was set back, a message that has
    /// just arrived seems to be older than that; the server knows.
    fn is_from_before(&self, arrived: &Arrived, received_at: DateTime<Utc>) -> bool {
        let server_says_new = arrived.internal_date.is_some_and(|at| at >= self.start);
        received_at < self.start && !server_says_new
    }

    /// When it arrived, and how that is known.
    pub(super) fn arrival_time(&self, arrived: &Arrived) -> (DateTime<Utc>, Arrival) {
        let hosts = &self.board.border_hosts;
        arrival(
            &arrived.message.received,
            hosts,
            arrived.internal_date,
            self.now,
            self.latest,
        )
    }
}

/// The server's time of a message, where it is not its arrival.
pub(super) fn asked_at(
    arrived: &Arrived,
    (received_at, arrival): (DateTime<Utc>, Arrival),
    came: Came,
) -> Option<DateTime<Utc>> {
    let server = arrived.internal_date;
    if came == Came::MovedIn {
        return server.or(arrived.message.date);
    }
    let is_behind = |at: &DateTime<Utc>| *at > received_at && *at - received_at <= BEHIND;
    server.filter(|at| arrival == Arrival::FirstSeen && is_behind(at))
}
