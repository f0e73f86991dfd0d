//! The state that the tasks of one life share.

use super::clock::Stopwatch;
use super::doors::Doors;
use super::pulse::Pulse;
use super::repeats::Repeats;
use crate::config::Config;
use crate::domain::keyed::Key;
use crate::engine::handle::Handle;
use crate::lease::Leave;
use crate::logins::Logins;
use crate::rounds::health::Health;
use crate::smtp::pace::Accounts;
use crate::store::place::Place;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// What the tasks share.
pub(super) struct Shared {
    pub config: Arc<Config>,
    pub engine: Handle,
    /// Of the tags in our Message-IDs: an alarm is written without the register.
    pub key: Key,
    pub health: Mutex<Health>,
    pub pulse: Pulse,
    pub clock: Stopwatch,
    /// Rung when the outbox has got something; one for each mailbox, by its index.
    pub outbox: Vec<Notify>,
    pub doors: Doors,
    pub accounts: Accounts,
    pub logins: Arc<Logins>,
    pub repeats: Repeats,
    /// The register's file, as it was opened.
    pub place: Place,
    /// When the certificates of the servers that were reached end, by server.
    pub certificates: Mutex<BTreeMap<String, DateTime<Utc>>>,
    /// Asked by each mail whether this host leads; `None`: there is no other host.
    pub leave: Option<Leave>,
    /// Rung when that file is not in its place any more, and the operator has been warned.
    pub lost: Notify,
    /// Every mailbox is looked at once; without waiting for the night.
    pub once: bool,
    /// True once the process is to stop.
    pub stop: watch::Receiver<bool>,
}

impl Shared {
    pub fn health(&self) -> std::sync::MutexGuard<'_, Health> {
        // A task that panicked while it held the lock left plain data; it is still right.
        self.health
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// A server's certificate ends then.
    pub fn certificate_ends(&self, server: String, end: Option<DateTime<Utc>>) {
        let mut certificates = self
            .certificates
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(end) = end {
            certificates.insert(server, end);
        }
    }

    pub fn certificates(&self) -> Vec<(String, DateTime<Utc>)> {
        let certificates = self
            .certificates
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        certificates
            .iter()
            .map(|(server, end)| (server.clone(), *end))
            .collect()
    }

    pub fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Waits, but not longer than until the stop. Says whether the wait was undisturbed.
    pub async fn sleep(&self, time: Duration) -> bool {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            _ = stop.wait_for(|stop| *stop) => false,
        }
    }
}
