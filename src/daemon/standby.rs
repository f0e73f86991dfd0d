//! Of several hosts one leads. The others wait here: they look every few seconds whether the lease
//! is free, and have no register open, no mailbox and no way out.
//!
//! Whoever wins it brings the newest replica into the register's place ([`super::replica`]) and
//! opens it; what fails there is given back to the other host at once.

use super::clock::SystemClock;
use super::opening::{Opened, open, renewed_alone};
use super::repeats::Repeats;
use super::shared::Shared;
use super::signals::{Signal, Signals};
use super::standby_status::StandbyStatus;
use super::{alarm, metrics, pulse, replica};
use crate::config::{self, Config};
use crate::engine::Engine;
use crate::failure::Failure;
use crate::lease::{Etcd, EtcdError, Held, Holder, Leave, Look, look};
use crate::logins::Logins;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The longest rest between two looks at the lease.
pub const LONGEST_LOOK: Duration = Duration::from_secs(5);

/// A host that won the lease and could not begin leaves it to others for so long.
pub const LEFT_TO_OTHERS: Duration = Duration::from_secs(30);

/// How often it is looked whether the register has a later generation than this process.
const GENERATION_LOOK: Duration = Duration::from_secs(20);

/// A host that leads.
pub(super) struct Leading {
    pub held: Held,
    /// As it was when the lease was won.
    settings: config::Lease,
}

impl Leading {
    /// Whether the lease serves on with this configuration.
    fn serves(&self, config: &Config) -> bool {
        let same = |new: &config::Lease| {
            let places = |of: &config::Lease| {
                let of = of.endpoints.iter();
                of.map(|server| (server.host.clone(), server.port))
                    .collect::<Vec<_>>()
            };
            new.name == self.settings.name
                && new.ttl == self.settings.ttl
                && places(new) == places(&self.settings)
        };
        self.held.holds() && config.service.lease.as_ref().is_some_and(same)
    }
}

/// How the waiting ended.
pub(super) enum Stood {
    /// There is one host, or it leads already: the register is to be opened.
    Goes(Option<Leading>),
    /// It leads from now on, and the register is open.
    Leads(Leading, Box<Opened>),
    Stop,
    /// Another configuration.
    Reload(Box<Config>),
}

/// Waits until this host may work with this configuration. `once`: does not wait.
pub(super) async fn stand(
    (config, logins): (&Arc<Config>, &Arc<Logins>),
    led: Option<Leading>,
    once: bool,
    signals: &mut Signals,
    load: &dyn Fn() -> Result<Config, Failure>,
) -> Result<Stood, Failure> {
    match led {
        Some(led) if led.serves(config) => return Ok(Stood::Goes(Some(led))),
        Some(led) => led.held.give_back().await,
        None => {}
    }
    let Some(settings) = &config.service.lease else {
        return Ok(Stood::Goes(None));
    };
    let status = Arc::new(StandbyStatus::default());
    let pages = config
        .service
        .metrics
        .map(|address| tokio::spawn(metrics::standby(Arc::clone(&status), address)));
    let waiting = Waiting {
        config,
        logins,
        etcd: Arc::new(Etcd::new(settings.clone())),
        who: me(),
        status,
        repeats: Repeats::default(),
        trouble: None,
        told: false,
    };
    let ended = waiting.wait(once, signals, load).await;
    if let Some(pages) = pages {
        pages.abort();
    }
    ended
}

/// What a signal means to who waits.
fn answer(
    signal: Signal,
    config: &Config,
    load: &dyn Fn() -> Result<Config, Failure>,
) -> Option<Stood> {
    match signal {
        Signal::Stop => {
            pulse::stopping();
            Some(Stood::Stop)
        }
        Signal::Reload => renewed_alone(config, load).map(Box::new).map(Stood::Reload),
    }
}

/// How this host is called in the lease.
pub(super) fn me() -> String {
    let host = alarm::hostname().unwrap_or_else(|| "a host".to_owned());
    format!("{host} (process {})", std::process::id())
}

enum Turn {
    Leads(Leading, Box<Opened>),
    Rests(Duration),
}

struct Waiting<'a> {
    config: &'a Arc<Config>,
    logins: &'a Arc<Logins>,
    etcd: Arc<Etcd>,
    who: String,
    status: Arc<StandbyStatus>,
    repeats: Repeats,
    /// Since when it could not have led if nobody did.
    trouble: Option<Instant>,
    told: bool,
}

impl Waiting<'_> {
    /// Turn by turn, until this host leads or is told otherwise.
    async fn wait(
        mut self,
        once: bool,
        signals: &mut Signals,
        load: &dyn Fn() -> Result<Config, Failure>,
    ) -> Result<Stood, Failure> {
        loop {
            let rest = tokio::select! {
                turn = self.turn(once) => match turn {
                    Ok(Turn::Leads(led, opened)) => return Ok(Stood::Leads(led, opened)),
                    Ok(Turn::Rests(rest)) => rest,
                    Err(failure) => return Err(failure),
                },
                signal = signals.next() => match answer(signal, self.config, load) {
                    Some(ended) => return Ok(ended),
                    None => continue,
                },
            };
            tokio::select! {
                () = tokio::time::sleep(rest.min(pulse::watchdog_wait())) => {}
                signal = signals.next() => if let Some(ended) = answer(signal, self.config, load) {
                    return Ok(ended);
                },
            }
        }
    }

    async fn turn(&mut self, once: bool) -> Result<Turn, Failure> {
        let rest = (self.etcd.settings().ttl / 5).min(LONGEST_LOOK);
        match look(&self.etcd, &self.who).await {
            Ok(Look::Won(held)) => return self.won(held, once).await,
            Ok(Look::Another(holder)) if once => return Err(leads_elsewhere(&holder)),
            Ok(Look::Another(holder)) => self.waits(&holder),
            Err(error) if once => return Err(unknown(&error)),
            Err(error) => self.fails(&unknown(&error)).await,
        }
        Ok(Turn::Rests(rest))
    }

    /// The lease is this host's: it begins to work, or leaves it to another.
    async fn won(&mut self, held: Held, once: bool) -> Result<Turn, Failure> {
        match self.begin(&held).await {
            Ok(opened) => {
                tracing::info!(generation = held.generation(), "this host leads");
                let settings = self.etcd.settings().clone();
                let led = Leading { held, settings };
                Ok(Turn::Leads(led, Box::new(opened)))
            }
            Err(failure) => {
                held.give_back().await;
                if once || !failure.passes() {
                    return Err(failure);
                }
                self.fails(&failure).await;
                Ok(Turn::Rests(LEFT_TO_OTHERS))
            }
        }
    }

    /// The register, as it was left by whoever led last, open.
    async fn begin(&self, held: &Held) -> Result<Opened, Failure> {
        let leave = held.leave();
        let preparing = async {
            let taken_over = replica::prepare(self.config, held).await?;
            let (mut engine, handed) = open(self.config)?;
            let now = crate::ports::Clock::now(&SystemClock);
            let waits = taken_over.then_some(self.config.service.replica.wait_minutes);
            engine.numbers_given(&held.numbers)?;
            engine.lead(held.generation(), &self.who, waits, now)?;
            if let Some(minutes) = waits {
                tracing::warn!(
                    minutes,
                    "what the other host sent last may not be in this register: nothing leaves before that time has passed and the mailboxes have been read again"
                );
            }
            Ok((engine, handed))
        };
        tokio::select! {
            opened = preparing => opened,
            never = pulse::takes_over() => match never {},
            why = leave.over() => {
                let text = format!("the lease was lost before the register was open: {why}");
                Err(Failure::Later(vec![text], 1))
            }
        }
    }

    /// Another host leads: all is well.
    fn waits(&mut self, holder: &Holder) {
        (self.trouble, self.told) = (None, false);
        self.repeats.over("lease", Instant::now());
        let text = format!(
            "standby: {} leads, generation {}",
            holder.who, holder.generation
        );
        if self.status.now().0 != text {
            tracing::info!("{text}");
        }
        self.status.set(&text, true);
        pulse::standby(&text);
    }

    /// If the other host ended now, this one could not lead: the operator hears of it in time.
    async fn fails(&mut self, failure: &Failure) {
        let why = failure.to_string().replace('\n', "; ");
        if let Some(silent) = self.repeats.tells("lease", &why, Instant::now()) {
            tracing::error!(%why, silent, "this host cannot lead; it is tried again");
        }
        let text = format!("standby, and cannot lead: {why}");
        self.status.set(&text, false);
        pulse::standby(&text);
        let since = *self.trouble.get_or_insert_with(Instant::now);
        if !self.told && since.elapsed() >= self.config.service.alarm_after {
            self.told = alarm::cannot_start(self.config, self.logins, failure).await;
        }
    }
}

fn unknown(error: &EtcdError) -> Failure {
    Failure::Later(vec![format!("who leads is not known: {error}")], 1)
}

fn leads_elsewhere(holder: &Holder) -> Failure {
    Failure::Failed(format!(
        "{} leads (generation {}): on this host there is nothing to do",
        holder.who, holder.generation
    ))
}

/// This host stops in order, and nothing of its mails is under way: the other may go on at once.
pub(super) async fn ends(shared: &Shared) {
    if shared.leave.as_ref().is_some_and(Leave::holds)
        && let Err(error) = shared.engine.step(Engine::ends).await
    {
        tracing::warn!(%error, "the other host will wait before it sends: the end could not be written down");
    }
}

/// Waits until this host must not go on; why, and whether it may stand by for another turn.
pub(super) async fn over(shared: &Shared) -> Result<String, Failure> {
    let Some(leave) = &shared.leave else {
        return std::future::pending().await;
    };
    let later = async {
        loop {
            tokio::time::sleep(GENERATION_LOOK).await;
            let found = shared.engine.step(|engine| engine.db().generation()).await;
            if let Ok(found) = found
                && found > leave.generation()
            {
                return found;
            }
        }
    };
    tokio::select! {
        why = leave.over() => Ok(why),
        found = later => Err(replica::too_old(found, leave.generation())),
    }
}
