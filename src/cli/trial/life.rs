//! The life that was not lived: the daemon's own rounds over a shelf of the past, on a clock that
//! is set forward.

use super::hands::Hands;
use super::ledger::Ledger;
use super::shelf::Shelf;
use crate::config;
use crate::engine::handle::Handle;
use crate::failure::Failure;
use crate::ports::Clock;
use crate::rounds::Rounds;
use chrono::{DateTime, Duration, NaiveTime, Utc};

/// How often the mailbox is looked at, where something has arrived since the last look.
pub const POLL: Duration = Duration::minutes(30);

/// A look that found work is followed by the next no sooner.
const LEAST: Duration = Duration::minutes(1);

/// A mailbox's life.
pub struct Life<'a> {
    pub engine: &'a Handle,
    pub settings: &'a config::Mailbox,
    pub shelf: &'a mut Shelf,
    pub ledger: &'a mut Ledger,
    pub clock: &'a Hands,
}

impl Life<'_> {
    /// Lives until `until`. `progress` hears how many messages have arrived.
    pub async fn live(
        &mut self,
        until: DateTime<Utc>,
        progress: &(dyn Fn(usize) + Send + Sync),
    ) -> Result<(), Failure> {
        // The clock knows no more than milliseconds.
        let until = DateTime::from_timestamp_millis(until.timestamp_millis()).unwrap_or(until);
        loop {
            self.look().await?;
            let now = self.clock.now();
            progress(self.shelf.arrived(now));
            if now >= until {
                return Ok(());
            }
            self.clock.set(self.next(now).await?.min(until));
            // A signal is heard here.
            tokio::task::yield_now().await;
        }
    }

    /// When to look next.
    async fn next(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, Failure> {
        let name = self.settings.name.clone();
        let step = self
            .engine
            .step(move |engine| Ok((engine.db().next_wake(&name)?, engine.db().waiting(&name)?.0)));
        let (wake, waiting) = step
            .await
            .map_err(|error| Failure::Failed(error.to_string()))?;
        // What arrives on the grid is seen there.
        let arrival = self
            .shelf
            .next_after(now)
            .map(|at| after(at - Duration::milliseconds(1)));
        let times = [
            wake.map(|wake| wake.max(now + LEAST)),
            arrival.map(|at| at.max(now + LEAST)),
            (waiting > 0).then(|| after(now)),
        ];
        let morning = next_morning(self.settings, now);
        Ok(times.into_iter().flatten().fold(morning, DateTime::min))
    }

    async fn look(&mut self) -> Result<(), Failure> {
        let rounds = Rounds {
            engine: self.engine,
            settings: self.settings,
            clock: self.clock,
            at_any_time: false,
            progress: &|_| {},
            decided: &|| {},
        };
        let round = rounds
            .round(Ok(&mut *self.shelf), Some(&mut *self.ledger))
            .await;
        match round.errors().next() {
            Some(error) => Err(Failure::Failed(format!(
                "the trial broke off at {}: {error}",
                self.clock.now()
            ))),
            None => Ok(()),
        }
    }
}

/// The next moment of the grid.
fn after(at: DateTime<Utc>) -> DateTime<Utc> {
    let step = POLL.num_milliseconds();
    let next = (at.timestamp_millis().div_euclid(step) + 1) * step;
    DateTime::from_timestamp_millis(next).unwrap_or(at + POLL)
}

/// When the daily mails leave next: no item may want anything, and there is a mail to send all the
/// same.
fn next_morning(settings: &config::Mailbox, now: DateTime<Utc>) -> DateTime<Utc> {
    let calendar = &settings.calendar;
    let eight = NaiveTime::from_hms_opt(8, 0, 0).unwrap_or_default();
    let today = calendar.local_date(now);
    let mornings = today
        .iter_days()
        .take(3)
        .map(|day| calendar.instant(day, eight));
    mornings
        .into_iter()
        .find(|at| *at > now)
        .unwrap_or(now + Duration::days(1))
}
