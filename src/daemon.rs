//! The process: a watcher for each mailbox, a sender for each mailbox's SMTP, one engine, and their
//! supervision.
//!
//! - Transient trouble stays inside a task as back-off ([`crate::rounds::pause`]); trouble that
//!   only an operator can mend is reported by an alarm on a path of its own (`alarm`); what makes
//!   no sense to go on with ends the process with its exit code.
//! - `READY=1` after the register is open, migrated and calculated. `WATCHDOG=1` only from work
//!   that was completed (`pulse`). `STATUS=` says the same as the log.
//! - Where several hosts share the promise, the register is opened when this one leads (`standby`);
//!   when it leads no more, it closes it and waits again.
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
pub mod replica;
mod reporter;
mod rest;
mod sender;
mod signals;
mod staff_file;
mod standby;
mod watcher;

pub use alarm::{alarm_transport, free_space, tell};
pub use clock::SystemClock;
pub use connect::header_fields;
pub use rest::CONCURRENT_LOGINS;

use crate::config::Config;
use crate::domain::keyed::Key;
use crate::engine::handle::{self, Handle};
use crate::engine::{Engine, fit};
use crate::failure::Failure;
use crate::lease::Leave;
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
use replica::Replicating;
use rest::Doors;
use signals::{Signal, Signals};
use staff_file::Watched;
use standby::{Leading, Stood};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
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
    /// Asked by each mail whether this host leads; `None`: there is no other host.
    leave: Option<Leave>,
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
    let next = runtime.block_on(late::patiently(&mut signals, load, async |_, _| {}))?;
    let mut led = None;
    let ended = lives(&runtime, once, next, &mut led, &mut signals, load);
    if let Some(led) = led {
        runtime.block_on(led.held.give_back());
    }
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended
}

/// One life after another, each with its configuration. `led`: the lease that the last one had.
fn lives(
    runtime: &tokio::runtime::Runtime,
    once: bool,
    mut next: Option<Config>,
    led: &mut Option<Leading>,
    signals: &mut Signals,
    load: &dyn Fn() -> Result<Config, Failure>,
) -> Result<(), Failure> {
    // Refused logins keep resting across a new configuration.
    let logins = Arc::new(Logins::default());
    while let Some(config) = next.take() {
        let config = Arc::new(config);
        let standing = standby::stand((&config, &logins), led.take(), once, signals, load);
        let opened = match runtime.block_on(standing)? {
            Stood::Goes(leading) => {
                *led = leading;
                None
            }
            Stood::Leads(leading, opened) => {
                *led = Some(leading);
                Some(*opened)
            }
            Stood::Stop => break,
            Stood::Reload(new) => {
                next = Some(*new);
                continue;
            }
        };
        let life = Life {
            config: &config,
            logins: &logins,
            leave: led.as_ref().map(|leading| leading.held.leave()),
            once,
        };
        next = life.live(runtime, opened, signals, load)?;
    }
    Ok(())
}

/// One life of the process, with one configuration.
struct Life<'a> {
    config: &'a Arc<Config>,
    logins: &'a Arc<Logins>,
    leave: Option<Leave>,
    once: bool,
}

impl Life<'_> {
    /// The register, when what time can mend is mended. `None`: it was told to stop meanwhile.
    fn open(
        &self,
        runtime: &tokio::runtime::Runtime,
        signals: &mut Signals,
    ) -> Result<Option<Opened>, Failure> {
        let mut told = false;
        let opening = late::patiently(
            signals,
            || open(self.config),
            async |failure, lasted| {
                if !told && lasted >= self.config.service.alarm_after {
                    told = alarm::cannot_start(self.config, self.logins, failure).await;
                }
            },
        );
        runtime.block_on(opening)
    }

    /// Lives it, on a register that is `opened` already or is opened now. The next one's
    /// configuration, when there is to be another life.
    fn live(
        self,
        runtime: &tokio::runtime::Runtime,
        opened: Option<Opened>,
        signals: &mut Signals,
        load: &dyn Fn() -> Result<Config, Failure>,
    ) -> Result<Option<Config>, Failure> {
        let opened = match opened {
            None => self.open(runtime, signals)?,
            opened => opened,
        };
        let Some((mut engine, handed)) = opened else {
            return Ok(None);
        };
        if self.once {
            engine.confirm_at_once();
        }
        let kept = self.kept(&engine, handed)?;
        let generation = engine.db().generation()?;
        let (handle, thread) = spawned(engine)?;
        let config = self.config;
        let replicating = runtime.block_on(async { Replicating::begin(config, generation) });
        let ended = runtime.block_on(async {
            let (stop, stopped) = watch::channel(false);
            let shared = self.share(kept, handle, stopped);
            run_to_end(&shared, &stop, signals, load).await
        });
        // The last handle is gone with the tasks; the engine's thread ends after its last step.
        let is_well = thread.join().is_ok();
        if let Some(replicating) = replicating {
            runtime.block_on(replicating.end());
        }
        if is_well { ended } else { Err(engine_failed()) }
    }

    /// What the tasks know of the register without asking the engine.
    fn kept(&self, engine: &Engine, handed: Vec<String>) -> Result<Kept, Failure> {
        let service = &self.config.service;
        let place = Place::of(&service.database)
            .map_err(|error| Failure::Failed(format!("{}: {error}", service.database.display())))?;
        let known = engine.db().meta(alarm::MEMORY)?.unwrap_or_default();
        let mut health = Health::remembering(service.alarm_after, &known);
        for error in handed {
            let trouble = Trouble::Config { error };
            health.happened(Subject::Config, trouble, SystemClock.now());
        }
        Ok(Kept {
            health,
            place,
            key: engine.db().tag_key()?,
        })
    }

    fn share(self, kept: Kept, engine: Handle, stop: watch::Receiver<bool>) -> Arc<Shared> {
        let Self {
            config,
            logins,
            leave,
            once,
        } = self;
        let mailboxes = &config.mailboxes;
        Arc::new(Shared {
            outbox: mailboxes.iter().map(|_| Notify::new()).collect(),
            health: Mutex::new(kept.health),
            pulse: Pulse::new(mailboxes.len()),
            clock: Stopwatch::start(),
            doors: Doors::new(mailboxes.iter().map(|mailbox| &mailbox.imap.server)),
            accounts: Accounts::new(mailboxes.iter().map(|mailbox| &mailbox.smtp)),
            logins: Arc::clone(logins),
            repeats: Repeats::default(),
            place: kept.place,
            leave,
            certificates: Mutex::default(),
            lost: Notify::new(),
            config: Arc::clone(config),
            engine,
            key: kept.key,
            once,
            stop,
        })
    }
}

fn spawned(engine: Engine) -> Result<(Handle, JoinHandle<()>), Failure> {
    handle::spawn(engine)
        .map_err(|error| Failure::Failed(format!("cannot start the engine: {error}")))
}

/// Reads the configuration again. `None`: it cannot be lived with, and the log says why; the old
/// one stays.
async fn renewed(shared: &Shared, load: &dyn Fn() -> Result<Config, Failure>) -> Option<Config> {
    let new = renewed_alone(&shared.config, load)?;
    let municipality = new.municipality();
    match shared
        .engine
        .step(move |engine| fit::refusals(&engine.db(), &municipality))
        .await
    {
        Ok(refusals) if refusals.is_empty() => Some(new),
        Ok(refusals) => {
            for fault in refusals {
                tracing::error!(fault, "{KEPT}");
            }
            None
        }
        Err(error) => {
            tracing::error!(%error, "{KEPT}");
            None
        }
    }
}

const KEPT: &str = "the configuration stays as it was";

/// The same without a look at the register.
fn renewed_alone(old: &Config, load: &dyn Fn() -> Result<Config, Failure>) -> Option<Config> {
    let new = match load() {
        Ok(new) => new,
        Err(failure) => {
            for fault in failure.to_string().lines() {
                tracing::error!(fault, "{KEPT}");
            }
            return None;
        }
    };
    if new.service.database != old.service.database {
        tracing::error!("{KEPT}: another `service.database` takes a restart");
        return None;
    }
    if let Err(problems) = Texts::new(new.service.language, new.service.templates.as_deref()) {
        for fault in problems {
            tracing::error!(fault, "{KEPT}");
        }
        return None;
    }
    Some(new)
}

fn engine_failed() -> Failure {
    let why = "the engine failed: see the lines above, and report them as a defect";
    Failure::Failed(why.to_owned())
}

/// What the tasks know of the register without asking the engine.
struct Kept {
    health: Health,
    place: Place,
    key: Key,
}

/// The engine, and what of the configuration did not fit the register: a line each.
type Opened = (Engine, Vec<String>);

fn open(config: &Arc<Config>) -> Result<Opened, Failure> {
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

/// Runs as the process was told to; after an end in order the other host may go on at once.
async fn run_to_end(
    shared: &Arc<Shared>,
    stop: &watch::Sender<bool>,
    signals: &mut Signals,
    load: &dyn Fn() -> Result<Config, Failure>,
) -> Result<Option<Config>, Failure> {
    let ended = if shared.once {
        Box::pin(run_once(shared)).await.map(|()| None)
    } else {
        run_daemon(shared, stop, signals, load).await
    };
    if matches!(ended, Ok(None)) {
        standby::ends(shared).await;
    }
    ended
}

/// Every mailbox once: read, decide, send. Several are all read first. What is due only by then (a
/// mail that waited for the view of another mailbox, a notice that a reply of staff has freed) has
/// one more round. Mailboxes that could not be reached are reported at the end.
async fn run_once(shared: &Arc<Shared>) -> Result<(), Failure> {
    let mut faults = Vec::new();
    reporter::look(shared, true).await;
    let mailboxes = 0..shared.config.mailboxes.len();
    if mailboxes.len() > 1 {
        for index in mailboxes.clone() {
            Box::pin(watcher::read_first(shared, index)).await;
        }
    }
    for index in mailboxes.clone() {
        faults.extend(Box::pin(watcher::once(shared, index)).await);
    }
    if faults.is_empty() && has_more_to_say(shared).await {
        for index in mailboxes {
            faults.extend(Box::pin(watcher::once(shared, index)).await);
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Failure::Failed(faults.join("\n")))
    }
}

async fn has_more_to_say(shared: &Shared) -> bool {
    let now = shared.clock.now();
    let more = shared
        .engine
        .step(move |engine| engine.has_more_to_say(now));
    more.await.unwrap_or(false)
}

async fn run_daemon(
    shared: &Arc<Shared>,
    stop: &watch::Sender<bool>,
    signals: &mut Signals,
    load: &dyn Fn() -> Result<Config, Failure>,
) -> Result<Option<Config>, Failure> {
    let mut tasks = Tasks::begin(shared);
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
            why = tasks.end(shared) => break why,
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
    tasks.stop(signals).await;
    ended
}

/// What runs at the same time.
struct Tasks {
    tasks: JoinSet<()>,
    /// Waited for first: a mail on its way must not break off.
    senders: JoinSet<()>,
}

impl Tasks {
    fn begin(shared: &Arc<Shared>) -> Self {
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
        Self { tasks, senders }
    }

    /// Waits until they cannot go on: the configuration of the next life, or what failed.
    async fn end(&mut self, shared: &Shared) -> Result<Option<Config>, Failure> {
        tokio::select! {
            () = shared.lost.notified() => Err(shared.place.holds().err().map_or_else(
                || Failure::Failed("the register was away for a moment".to_owned()),
                Failure::from,
            )),
            over = standby::over(shared) => over.map(|why| {
                tracing::error!(%why, "this host leads no more: nothing leaves, and it waits for its next turn");
                Some((*shared.config).clone())
            }),
            // No task ends before the stop unless it cannot go on.
            ended = self.tasks.join_next() => Err(why_ended(ended)),
            ended = self.senders.join_next() => Err(why_ended(ended)),
        }
    }

    /// Lets them come to their end, but not for ever.
    async fn stop(mut self, signals: &mut Signals) {
        let finish = async {
            while self.senders.join_next().await.is_some() {}
            while self.tasks.join_next().await.is_some() {}
        };
        tokio::select! {
            () = finish => {}
            () = tokio::time::sleep(STOP_WAIT) => tracing::warn!("a mail was still on its way; it is settled at the next start"),
            () = signals.stop() => tracing::warn!("stopped at once"),
        }
        self.senders.shutdown().await;
        self.tasks.shutdown().await;
    }
}

fn why_ended(ended: Option<Result<(), tokio::task::JoinError>>) -> Failure {
    match ended {
        Some(Err(error)) if error.is_panic() => Failure::Failed(
            "a task failed: see the lines above, and report them as a defect".to_owned(),
        ),
        _ => Failure::Failed("a task ended before its time".to_owned()),
    }
}
