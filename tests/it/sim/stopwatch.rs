//! Processor time of the thread on which a life is lived: walls say little on a busy machine.

use std::time::Duration;

#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Duration);

impl Stopwatch {
    pub fn start() -> Self {
        Self(of_this_thread())
    }

    pub fn seconds(self) -> f64 {
        of_this_thread().saturating_sub(self.0).as_secs_f64()
    }
}

/// As Linux counts it; elsewhere it stands.
fn of_this_thread() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = told.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanos.unwrap_or_default())
}
