//! The machine's clocks. Whether they can be believed is [`crate::domain::steadiness`]'s to say.

use crate::ports::Clock;
use chrono::{DateTime, Duration, Utc};
use std::time::Instant;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the edge at which the clock is read"
    )]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A clock that is never set, from the first look on. It stops while the machine is suspended,
/// which then looks like a jump of the wall clock: that is what it is for.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

/// The machine's clock beside the stopwatch.
impl Clock for Stopwatch {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now()
    }

    fn steady(&self) -> Option<Duration> {
        Duration::from_std(self.0.elapsed()).ok()
    }
}
