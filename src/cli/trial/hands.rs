//! The clock of a trial: its hands are set, and time passes as they are.

use crate::ports::Clock;
use chrono::{DateTime, Duration, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// Set by hand, and the same for all who look at it.
#[derive(Clone, Debug)]
pub struct Hands(Arc<AtomicI64>);

impl Hands {
    #[must_use]
    pub fn at(at: DateTime<Utc>) -> Self {
        Self(Arc::new(AtomicI64::new(at.timestamp_millis())))
    }

    pub fn set(&self, at: DateTime<Utc>) {
        self.0.store(at.timestamp_millis(), Ordering::Relaxed);
    }
}

impl Clock for Hands {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0.load(Ordering::Relaxed))
            .unwrap_or(DateTime::UNIX_EPOCH)
    }

    /// This clock is never set: time passes in the trial and nothing else moves it.
    fn steady(&self) -> Option<Duration> {
        Some(self.now() - DateTime::UNIX_EPOCH)
    }
}
