//! How far the clock is believed: looked at around a reading, and kept in the register for the next
//! process. [`crate::domain::steadiness`] judges.

use super::Engine;
use crate::domain::steadiness::{JUMP, Seen, Steadiness, Waiting};
use crate::store::{Db, StoreError};
use chrono::{DateTime, Duration, Utc};

/// Where the last instant that was believed is kept, for the next start.
pub(super) const BELIEVED: &str = "clock";

/// Where a leap of the clock that nothing has confirmed is kept for the next start; empty when
/// there is none.
const LEAP: &str = "clock.leap";

/// Where a doubt about the clock, or the wait after a jump, is kept for the next start; empty when
/// there is none.
const WAITING: &str = "clock.waiting";

/// The doubt or the wait that the clock is in, by the register. What cannot be read is none.
pub fn clock_waits(db: &Db<'_>) -> Result<Option<Waiting>, StoreError> {
    Ok(db
        .meta(WAITING)?
        .and_then(|text| serde_json::from_str(&text).ok()))
}

impl Engine {
    /// Before a reading: whether the clock has leapt since it was looked at, so that the mail it
    /// reads is not dated by that leap.
    pub fn glance_at_clock(&mut self, now: DateTime<Utc>, stopwatch: Option<Duration>) {
        self.steadiness
            .glance(now, stopwatch, &self.municipality.calendar);
    }

    /// Whether the clock can be believed. As long as it cannot, [`Engine::decide`] and
    /// [`Engine::next_job`] do nothing. To be asked after each reading, with a stopwatch that is
    /// never set.
    pub fn look_at_clock(
        &mut self,
        now: DateTime<Utc>,
        stopwatch: Option<Duration>,
    ) -> Result<Seen, StoreError> {
        let seen = self
            .steadiness
            .look(now, stopwatch, &self.municipality.calendar);
        self.forget_views_after(now);
        if seen == Seen::Steady {
            let known: Option<DateTime<Utc>> = self
                .store
                .db()
                .meta(BELIEVED)?
                .and_then(|text| text.parse().ok());
            // Not at every look: a quiet register is not written to.
            if known.is_none_or(|known| (now - known).abs() > JUMP) {
                self.store
                    .write(|db| db.set_meta(BELIEVED, &now.to_rfc3339()))?;
            }
        }
        self.keep_waiting(now)?;
        self.keep_leap()?;
        Ok(seen)
    }

    /// Keeps for the next process how far the clock has leapt without a sign that it is right.
    fn keep_leap(&mut self) -> Result<(), StoreError> {
        let leap = self.steadiness.leap();
        let text = leap
            .map(|leap| serde_json::to_string(&leap))
            .transpose()?
            .unwrap_or_default();
        if self.store.db().meta(LEAP)?.unwrap_or_default() == text {
            return Ok(());
        }
        self.store.write(|db| db.set_meta(LEAP, &text))
    }

    /// Keeps a doubt or a wait of the clock for the next process, and forgets it when it is over.
    fn keep_waiting(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let known = clock_waits(&self.store.db())?;
        let waiting = self
            .steadiness
            .waiting(known.map_or(now, |known| known.since));
        if waiting == known {
            return Ok(());
        }
        let text = waiting
            .map(|waiting| serde_json::to_string(&waiting))
            .transpose()?
            .unwrap_or_default();
        self.store.write(|db| {
            db.set_meta(WAITING, &text)?;
            // By the clock of before they may sleep too long.
            if waiting.is_none() {
                db.wake_all()?;
                db.hurry(now)?;
            }
            Ok(())
        })
    }
}

/// How far the clock is believed, as the register kept it.
pub(super) fn steadiness_of(db: &Db<'_>) -> Result<Steadiness, StoreError> {
    let believed = db.meta(BELIEVED)?.and_then(|text| text.parse().ok());
    let steadiness = match clock_waits(db)? {
        Some(waiting) => Steadiness::resumed(&waiting),
        None => Steadiness::since(believed),
    };
    let leap = db
        .meta(LEAP)?
        .and_then(|text| serde_json::from_str(&text).ok());
    Ok(steadiness.after(leap))
}
