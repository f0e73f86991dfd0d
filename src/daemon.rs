//! The process: a watcher for each mailbox, a sender for each mailbox's SMTP, one engine, and their supervision.
//!
//! - Transient trouble stays inside a task as back-off ([`crate::rounds::pause`]); what only an operator can mend is told by an alarm
//!   on a path of its own (`alarm`); what makes no sense to go on with ends the process with its exit code.
//! - `READY=1` after the register is open, migrated and reckoned. `WATCHDOG=1` only from work that was completed
//!   (`pulse`). `STATUS=` says the same as the log.
//! - Ordered stop on SIGTERM and SIGINT: readers stop where they are (what is recorded is recorded), a mail on its way
//!   is finished within [`STOP_WAIT`]; a second signal leaves at once.

mod alarm;
mod clock;
mod connect;
mod credentials;
mod lines;
mod pulse;
mod rest;
mod sender;
mod watcher;

pub use alarm::{alarm_transport, free_space};
pub use clock::SystemClock;
pub use connect::header_fields;
pub use rest::CONCURRENT_LOGINS;

use crate::config::Config;
use crate::engine::Engine;
use crate::engine::handle::{self, Handle};
use crate::failure::Failure;
use crate::mail::texts::Texts;
use crate::ports::Clock;
use crate::rounds::health::Health;
use crate::smtp::pace::Accounts;
use crate::store::{Access, Store};
use clock::Stopwatch;
use pulse::Pulse;
use rest::Doors;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

/// How long a stop waits for a mail that is on its way.
pub const STOP_WAIT: Duration = Duration::from_secs(25);

/// What the tasks share.
struct Shared {
    config: Arc<Config>,
    engine: Handle,
    health: Mutex<Health>,
    pulse: Pulse,
    clock: Stopwatch,
    /// Rung when the outbox has got something; one for each mailbox, by its index.
    outbox: Vec<Notify>,
    doors: Doors,
    accounts: Accounts,
    /// Every mailbox is looked at once; there is no night to wait for.
    once: bool,
    /// True once the process is to stop.
    stop: watch::Receiver<bool>,
}

impl Shared {
    fn health(&self) -> std::sync::MutexGuard<'_, Health> {
        // A task that panicked while it held the lock left plain data; it is still right.
        self.health.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Waits, but not longer than until the stop. Says whether the wait was undisturbed.
    async fn sleep(&self, time: Duration) -> bool {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            _ = stop.wait_for(|stop| *stop) => false,
        }
    }
}

/// Runs until a signal, or through everything once. Blocks the calling thread.
pub fn run(config: Config, once: bool) -> Result<(), Failure> {
    let config = Arc::new(config);
    let engine = open(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::Failed(format!("cannot start the tasks: {error}")))?;
    let (handle, thread) =
        handle::spawn(engine).map_err(|error| Failure::Failed(format!("cannot start the engine: {error}")))?;
    let ended = runtime.block_on(async {
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::new(Shared {
            outbox: config.mailboxes.iter().map(|_| Notify::new()).collect(),
            health: Mutex::new(Health::new(config.service.alarm_after)),
            pulse: Pulse::new(config.mailboxes.len()),
            clock: Stopwatch::start(),
            doors: Doors::new(config.mailboxes.iter().map(|mailbox| &mailbox.imap.server)),
            accounts: Accounts::new(config.mailboxes.iter().map(|mailbox| &mailbox.smtp)),
            config: Arc::clone(&config),
            engine: handle,
            once,
            stop: stopped,
        });
        if once { Box::pin(run_once(&shared)).await } else { run_daemon(&shared, &stop).await }
    });
    runtime.shutdown_timeout(Duration::from_secs(1));
    // The last handle is gone with the tasks; the engine's thread ends after its last step.
    if thread.join().is_err() {
        return Err(Failure::Failed("the engine failed: see the lines above, and report them as a defect".to_owned()));
    }
    ended
}

fn open(config: &Arc<Config>) -> Result<Engine, Failure> {
    let texts = Texts::new(config.service.language, config.service.templates.as_deref()).map_err(Failure::Config)?;
    let store = Store::open(&config.service.database, Access::Daemon)?;
    let now = SystemClock.now();
    let mut engine = Engine::new(store, config.municipality(), texts, now)?;
    engine.resume(now)?;
    let configured: Vec<&str> = config.mailboxes.iter().map(|mailbox| mailbox.name.as_str()).collect();
    for (mailbox, items) in engine.db().orphans(&configured)? {
        tracing::warn!(mailbox, items, "not in the configuration: nobody hears of its items; was its name changed?");
    }
    Ok(engine)
}

/// Every mailbox once: read, decide, send. Whatever could not be reached is told at the end.
async fn run_once(shared: &Arc<Shared>) -> Result<(), Failure> {
    let mut faults = Vec::new();
    for index in 0..shared.config.mailboxes.len() {
        faults.extend(Box::pin(watcher::once(shared, index)).await);
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::Failed(faults.join("\n"))) }
}

async fn run_daemon(shared: &Arc<Shared>, stop: &watch::Sender<bool>) -> Result<(), Failure> {
    let mut signals = Signals::new()?;
    let mut tasks = JoinSet::new();
    let mut senders = JoinSet::new();
    for index in 0..shared.config.mailboxes.len() {
        tasks.spawn(watcher::run(Arc::clone(shared), index));
        senders.spawn(sender::run(Arc::clone(shared), index));
    }
    tasks.spawn(alarm::run(Arc::clone(shared)));
    pulse::ready(&shared.config);
    tracing::info!(mailboxes = shared.config.mailboxes.len(), version = env!("CARGO_PKG_VERSION"), "running");
    let ended = tokio::select! {
        () = signals.next() => Ok(()),
        // No task ends before the stop unless it cannot go on.
        ended = tasks.join_next() => Err(why_ended(ended)),
        ended = senders.join_next() => Err(why_ended(ended)),
    };
    pulse::stopping();
    tracing::info!("stopping");
    // Every receiver lives in `shared`, so this cannot fail.
    let _ = stop.send(true);
    let finish = async {
        while senders.join_next().await.is_some() {}
        while tasks.join_next().await.is_some() {}
    };
    tokio::select! {
        () = finish => {}
        () = tokio::time::sleep(STOP_WAIT) => tracing::warn!("a mail was still on its way; it is settled at the next start"),
        () = signals.next() => tracing::warn!("stopped at once"),
    }
    senders.abort_all();
    tasks.abort_all();
    ended
}

fn why_ended(ended: Option<Result<(), tokio::task::JoinError>>) -> Failure {
    match ended {
        Some(Err(error)) if error.is_panic() => {
            Failure::Failed("a task failed: see the lines above, and report them as a defect".to_owned())
        }
        _ => Failure::Failed("a task ended before its time".to_owned()),
    }
}

/// SIGTERM and SIGINT.
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn new() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let failed = |error: std::io::Error| Failure::Failed(format!("cannot listen for signals: {error}"));
        Ok(Self {
            terminate: signal(SignalKind::terminate()).map_err(failed)?,
            interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
