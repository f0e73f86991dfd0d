//! The messages to systemd (`sd_notify(3)`): READY, STATUS, STOPPING, and WATCHDOG from completed
//! work.
//!
//! Each watcher beats when it has completed a step: a reading, a window of a long reading, a
//! decided back-off. The watchdog is fed only while every watcher has beaten within half its time,
//! so one that hangs is noticed.

use crate::config::Config;
use sd_notify::NotifyState;
use std::convert::Infallible;
use std::sync::Mutex;
use std::time::{Duration, Instant};

#[derive(Debug)]
pub struct Pulse {
    beats: Mutex<Vec<Instant>>,
    /// `WatchdogSec=`; `None` without a watchdog.
    watchdog: Option<Duration>,
}

impl Pulse {
    pub fn new(watchers: usize) -> Self {
        let mut micros = 0;
        let watchdog =
            sd_notify::watchdog_enabled(false, &mut micros).then(|| Duration::from_micros(micros));
        Self {
            beats: Mutex::new(vec![Instant::now(); watchers]),
            watchdog,
        }
    }

    /// A watcher has completed a step.
    pub fn beat(&self, watcher: usize) {
        let mut beats = self
            .beats
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let now = Instant::now();
        if let Some(beat) = beats.get_mut(watcher) {
            *beat = now;
        }
        let Some(watchdog) = self.watchdog else {
            return;
        };
        if beats
            .iter()
            .all(|beat| now.saturating_duration_since(*beat) < watchdog / 2)
        {
            tell(&[NotifyState::Watchdog]);
        }
    }

    /// The longest that a watcher may be silent on purpose.
    pub fn longest_wait(&self) -> Duration {
        self.watchdog
            .map_or(Duration::from_mins(1), |watchdog| watchdog / 4)
    }
}

/// The register is open and the tasks run.
pub fn ready(config: &Config) {
    let mailboxes = config.mailboxes.len();
    let status = format!("{mailboxes} mailbox(es), first reading under way");
    tell(&[NotifyState::Ready, NotifyState::Status(&status)]);
}

/// Another host leads: the service is up, and waits.
pub fn standby(text: &str) {
    tell(&[
        NotifyState::Status(text),
        NotifyState::Ready,
        NotifyState::Watchdog,
    ]);
}

/// Says for as long as it is asked that this host is about to lead.
pub async fn takes_over() -> Infallible {
    loop {
        standby("takes over: fetches the newest replica and opens the register");
        tokio::time::sleep(watchdog_wait()).await;
    }
}

/// The longest that a standby may be silent.
pub fn watchdog_wait() -> Duration {
    Pulse::new(0).longest_wait()
}

pub fn status(text: &str) {
    tell(&[NotifyState::Status(text)]);
}

/// Whether a service manager started us, which waits as long as we say.
pub fn is_service() -> bool {
    std::env::var_os("NOTIFY_SOCKET").is_some()
}

/// The start waits for something. `up`: the service manager need not wait along.
pub fn waits(why: &str, up: bool, at_most: Duration) {
    let micros = u32::try_from(at_most.as_micros()).unwrap_or(u32::MAX);
    let status = format!("cannot start yet: {why}");
    tell(&[
        NotifyState::Status(&status),
        NotifyState::ExtendTimeoutUsec(micros),
    ]);
    if up {
        // A watchdog runs from here on.
        tell(&[NotifyState::Ready, NotifyState::Watchdog]);
    }
}

pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

fn tell(states: &[NotifyState<'_>]) {
    // Without systemd there is no socket and no reader; a full socket does not stop the work.
    if let Err(error) = sd_notify::notify(false, states) {
        tracing::debug!(%error, "systemd could not be told");
    }
}
