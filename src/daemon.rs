//! The process: a watcher for each mailbox, a sender for each mailbox's SMTP, one engine, and their
//! supervision.
//!
//! - Transient trouble stays inside a task as back-off ([`crate::rounds::pause`]); trouble that
//!   only an operator can mend is reported by an alarm on a path of its own (`alarm`); what makes
//!   no sense to go on with ends the process with its exit code.
//! - `READY=1` after the register is open, migrated and calculated. `WATCHDOG=1` only from work
//!   that was completed (`pulse`). `STATUS=` says the same as the log.
//! - SIGHUP reads the configuration again, and lives on with it in the same process if it holds.
//! - Ordered stop on SIGTERM and SIGINT: readers stop where they are (recorded messages stay
//!   recorded), a mail on its way is finished within [`STOP_WAIT`]; a second signal leaves at once.

mod alarm;
mod clock;
mod connect;
mod credentials;
mod late;
mod lines;
mod metrics;
mod pulse;
mod repeats;
mod reporter;
mod rest;
mod sender;
mod staff_file;
mod watcher;

pub use alarm::{alarm_transport, free_space, stopped};
pub use clock::SystemClock;
pub use connect::header_fields;
pub use rest::CONCURRENT_LOGINS;

use crate::config::Config;
use crate::domain::keyed::Key;
use crate::engine::handle::{self, Handle};
use crate::engine::{Engine, fit};
use crate::failure::Failure;
use crate::logins::Logins;
use crate::mail::texts::Texts;
use crate::mail::texts::facts::Trouble;
use crate::ports::Clock;
use crate::rounds::health::{Health, Subject};
use crate::smtp::pace::Accounts;
use crate::store::place::Place;
use crate::store::{Access, Store};
use chrono::{DateTime, Utc};
use clock::Stopwatch;
use pulse::Pulse;
use repeats::Repeats;
use rest::Doors;
use staff_file::Watched;
use std::collections::BTreeMap;
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
    /// Of the tags in our Message-IDs: an alarm is written without the register.
    key: Key,
    health: Mutex<Health>,
    pulse: Pulse,
    clock: Stopwatch,
    /// Rung when the outbox has got something; one for each mailbox, by its index.
    outbox: Vec<Notify>,
    doors: Doors,
    accounts: Accounts,
    logins: Arc<Logins>,
    repeats: Repeats,
    /// The register's file, as it was opened.
    place: Place,
    /// When the certificates of the servers that were reached end, by server.
    certificates: Mutex<BTreeMap<String, DateTime<Utc>>>,
    /// Rung when that file is not in its place any more, and the operator has been warned.
    lost: Notify,
    /// Every mailbox is looked at once; without waiting for the night.
    once: bool,
    /// True once the process is to stop.
    stop: watch::Receiver<bool>,
}

impl Shared {
    fn health(&self) -> std::sync::MutexGuard<'_, Health> {
        // A task that panicked while it held the lock left plain data; it is still right.
        self.health
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// A server's certificate ends then.
    fn certificate_ends(&self, server: String, end: Option<DateTime<Utc>>) {
        let mut certificates = self
            .certificates
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(end) = end {
            certificates.insert(server, end);
        }
    }

    fn certificates(&self) -> Vec<(String, DateTime<Utc>)> {
        let certificates = self
            .certificates
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        certificates
            .iter()
            .map(|(server, end)| (server.clone(), *end))
            .collect()
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

/// Runs until a signal, or through everything once. Blocks the calling thread. `load` reads the
/// configuration again, at SIGHUP: a new one that holds is lived with from then on, in the same
/// process; one with faults changes nothing.
pub fn run(once: bool, load: &dyn Fn() -> Result<Config, Failure>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::Failed(format!("cannot start the tasks: {error}")))?;
    // One listener for all lives: a signal between two of them is not lost.
    let mut signals = runtime.block_on(async { Signals::new() })?;
    // Refused logins keep resting across a new configuration.
    let logins = Arc::new(Logins::default());
    let mut next = runtime.block_on(late::patiently(&mut signals, load, async |_, _| {}))?;
    let mut ended = Ok(());
    while let Some(config) = next.take() {
        match live(&runtime, (config, &logins), once, &mut signals, load) {
            Ok(renewed) => next = renewed,
            Err(failure) => ended = Err(failure),
        }
    }
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended
}

/// One life of the process, with one configuration. The next one, when there is to be another life.
fn live(
    runtime: &tokio::runtime::Runtime,
    (config, logins): (Config, &Arc<Logins>),
    once: bool,
    signals: &mut Signals,
    load: &dyn Fn() -> Result<Config, Failure>,
) -> Result<Option<Config>, Failure> {
    let config = Arc::new(config);
    let mut told = false;
    let opening = late::patiently(
        signals,
        || open(&config),
        async |failure, lasted| {
            if !told && lasted >= config.service.alarm_after {
                told = alarm::cannot_start(&config, logins, failure).await;
            }
        },
    );
    let Some((engine, handed)) = runtime.block_on(opening)? else {
        return Ok(None);
    };
    let place = Place::of(&config.service.database).map_err(|error| {
        Failure::Failed(format!("{}: {error}", config.service.database.display()))
    })?;
    let known = engine.db().meta(alarm::MEMORY)?.unwrap_or_default();
    let key = engine.db().tag_key()?;
    let (handle, thread) = handle::spawn(engine)
        .map_err(|error| Failure::Failed(format!("cannot start the engine: {error}")))?;
    let mut health = Health::remembering(config.service.alarm_after, &known);
    for error in handed {
        health.happened(
            Subject::Config,
            Trouble::Config { error },
            SystemClock.now(),
        );
    }
    let ended = runtime.block_on(async {
        let (stop, stopped) = watch::channel(false);
        let shared = Arc::new(Shared {
            outbox: config.mailboxes.iter().map(|_| Notify::new()).collect(),
            health: Mutex::new(health),
            pulse: Pulse::new(config.mailboxes.len()),
            clock: Stopwatch::start(),
            doors: Doors::new(config.mailboxes.iter().map(|mailbox| &mailbox.imap.server)),
            accounts: Accounts::new(config.mailboxes.iter().map(|mailbox| &mailbox.smtp)),
            logins: Arc::clone(logins),
            repeats: Repeats::default(),
            place,
            certificates: Mutex::default(),
            lost: Notify::new(),
            config: Arc::clone(&config),
            engine: handle,
            key,
            once,
            stop: stopped,
        });
        if once {
            Box::pin(run_once(&shared)).await.map(|()| None)
        } else {
            run_daemon(&shared, &stop, signals, load).await
        }
    });
    // The last handle is gone with the tasks; the engine's thread ends after its last step.
    if thread.join().is_err() {
        return Err(Failure::Failed(
            "the engine failed: see the lines above, and report them as a defect".to_owned(),
        ));
    }
    ended
}

/// Reads the configuration again. `None`: it cannot be lived with, and the log says why; the old
/// one stays.
async fn renewed(shared: &Shared, load: &dyn Fn() -> Result<Config, Failure>) -> Option<Config> {
    let (kept, old) = ("the configuration stays as it was", &shared.config);
    let new = match load() {
        Ok(new) => new,
        Err(failure) => {
            for fault in failure.to_string().lines() {
                tracing::error!(fault, "{kept}");
            }
            return None;
        }
    };
    if new.service.database != old.service.database {
        tracing::error!("{kept}: another `service.database` takes a restart");
        return None;
    }
    if let Err(problems) = Texts::new(new.service.language, new.service.templates.as_deref()) {
        for fault in problems {
            tracing::error!(fault, "{kept}");
        }
        return None;
    }
    let municipality = new.municipality();
    match shared
        .engine
        .step(move |engine| fit::refusals(&engine.db(), &municipality))
        .await
    {
        Ok(refusals) if refusals.is_empty() => Some(new),
        Ok(refusals) => {
            for fault in refusals {
                tracing::error!(fault, "{kept}");
            }
            None
        }
        Err(error) => {
            tracing::error!(%error, "{kept}");
            None
        }
    }
}

/// The engine, and what of the configuration did not fit the register: a line each.
fn open(config: &Arc<Config>) -> Result<(Engine, Vec<String>), Failure> {
    let texts = Texts::new(config.service.language, config.service.templates.as_deref())
        .map_err(Failure::Config)?;
    let store = Store::open(&config.service.database, Access::Daemon)?;
    let (now, municipality) = (SystemClock.now(), config.municipality());
    let refusals = fit::refusals(&store.db(), &municipality)?;
    if !refusals.is_empty() {
        return Err(Failure::Config(refusals));
    }
    let mut engine = Engine::new(store, municipality, texts, now)?;
    engine.resume(now)?;
    let handed = engine.hand_on_unknown(now)?;
    for line in &handed {
        tracing::error!("{line}");
    }
    Ok((engine, handed))
}

/// Every mailbox once: read, decide, send. Mailboxes that could not be reached are reported at the
/// end.
async fn run_once(shared: &Arc<Shared>) -> Result<(), Failure> {
    let mut faults = Vec::new();
    reporter::look(shared, true).await;
    for index in 0..shared.config.mailboxes.len() {
        faults.extend(Box::pin(watcher::once(shared, index)).await);
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Failure::Failed(faults.join("\n")))
    }
}

async fn run_daemon(
    shared: &Arc<Shared>,
    stop: &watch::Sender<bool>,
    signals: &mut Signals,
    load: &dyn Fn() -> Result<Config, Failure>,
) -> Result<Option<Config>, Failure> {
    let mut tasks = JoinSet::new();
    let mut senders = JoinSet::new();
    for index in 0..shared.config.mailboxes.len() {
        tasks.spawn(watcher::run(Arc::clone(shared), index));
        senders.spawn(sender::run(Arc::clone(shared), index));
    }
    tasks.spawn(alarm::run(Arc::clone(shared)));
    tasks.spawn(reporter::run(Arc::clone(shared)));
    if let Some(address) = shared.config.service.metrics {
        tasks.spawn(metrics::run(Arc::clone(shared), address));
    }
    pulse::ready(&shared.config);
    tracing::info!(
        mailboxes = shared.config.mailboxes.len(),
        version = env!("CARGO_PKG_VERSION"),
        "running"
    );
    let mut staff = Watched::new(shared.config.service.staff_file.as_ref());
    let ended = loop {
        let signal = tokio::select! {
            signal = signals.next() => signal,
            () = staff.changed() => Signal::Reload,
            () = shared.lost.notified() => break Err(shared.place.holds().err().map_or_else(
                || Failure::Failed("the register was away for a moment".to_owned()),
                Failure::from,
            )),
            // No task ends before the stop unless it cannot go on.
            ended = tasks.join_next() => break Err(why_ended(ended)),
            ended = senders.join_next() => break Err(why_ended(ended)),
        };
        match signal {
            Signal::Stop => break Ok(None),
            Signal::Reload => {
                if let Some(new) = renewed(shared, load).await {
                    tracing::info!("the configuration was read anew");
                    break Ok(Some(new));
                }
            }
        }
    };
    if !matches!(ended, Ok(Some(_))) {
        pulse::stopping();
        tracing::info!("stopping");
    }
    // Every receiver lives in `shared`, so this cannot fail.
    let _ = stop.send(true);
    let finish = async {
        while senders.join_next().await.is_some() {}
        while tasks.join_next().await.is_some() {}
    };
    tokio::select! {
        () = finish => {}
        () = tokio::time::sleep(STOP_WAIT) => tracing::warn!("a mail was still on its way; it is settled at the next start"),
        () = signals.stop() => tracing::warn!("stopped at once"),
    }
    senders.shutdown().await;
    tasks.shutdown().await;
    ended
}

fn why_ended(ended: Option<Result<(), tokio::task::JoinError>>) -> Failure {
    match ended {
        Some(Err(error)) if error.is_panic() => Failure::Failed(
            "a task failed: see the lines above, and report them as a defect".to_owned(),
        ),
        _ => Failure::Failed("a task ended before its time".to_owned()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signal {
    Stop,
    Reload,
}

/// SIGTERM and SIGINT stop, SIGHUP reads the configuration again. SIGUSR1 and SIGUSR2 are heard and
/// mean nothing: unheard they would end the process.
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
    _meaningless: [tokio::signal::unix::Signal; 2],
}

impl Signals {
    fn new() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = |kind| {
            signal(kind)
                .map_err(|error| Failure::Failed(format!("cannot listen for signals: {error}")))
        };
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hang_up: listen(SignalKind::hangup())?,
            _meaningless: [
                listen(SignalKind::user_defined1())?,
                listen(SignalKind::user_defined2())?,
            ],
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.terminate.recv() => Signal::Stop,
            _ = self.interrupt.recv() => Signal::Stop,
            _ = self.hang_up.recv() => Signal::Reload,
        }
    }

    /// Waits for one that says to stop.
    async fn stop(&mut self) {
        while self.next().await != Signal::Stop {}
    }
}
