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
mod doors;
mod late;
mod lines;
mod metrics;
mod opening;
mod pulse;
mod repeats;
pub mod replica;
mod reporter;
mod rest;
mod sender;
mod shared;
mod signals;
mod staff_file;
mod standby;
mod standby_status;
mod tasks;
mod watcher;

pub use alarm::{alarm_transport, free_space, tell};
pub use clock::SystemClock;
pub use connect::header_fields;
pub use doors::CONCURRENT_LOGINS;
pub use tasks::STOP_WAIT;

use crate::config::Config;
use crate::domain::keyed::Key;
use crate::engine::Engine;
use crate::engine::handle::{self, Handle};
use crate::failure::Failure;
use crate::lease::Leave;
use crate::logins::Logins;
use crate::mail::texts::facts::Trouble;
use crate::ports::Clock;
use crate::rounds::health::{Health, Subject};
use crate::smtp::pace::Accounts;
use crate::store::place::Place;
use clock::Stopwatch;
use doors::Doors;
use opening::{Opened, open, renewed};
use pulse::Pulse;
use repeats::Repeats;
use replica::Replicating;
use shared::Shared;
use signals::{Signal, Signals};
use staff_file::Watched;
use standby::{Leading, Stood};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;
use tasks::Tasks;
use tokio::sync::{Notify, watch};

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
