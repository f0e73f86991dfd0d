//! The town: one engine with the real drivers, the server, and time.

use super::operator::{Clocks, Operator};
use super::post::{Post, SetClock};
use super::settings::Settings;
use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use servicelofte::config::{Config, Language};
use servicelofte::domain::folders::Watched;
use servicelofte::domain::item::Item;
use servicelofte::drivers::Interrupted;
use servicelofte::drivers::reader::Reader;
use servicelofte::engine::Engine;
use servicelofte::engine::handle::{self, Handle};
use servicelofte::mail::texts::Texts;
use servicelofte::ports::Clock;
use servicelofte::store::items::Filter;
use servicelofte::store::{Access, Store, StoreError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex};

/// Between two looks at the mailbox, in simulated time.
const POLL: Duration = Duration::minutes(30);

pub const MAILBOX: &str = "kf";

pub struct Town {
    pub settings: Settings,
    pub clock: SetClock,
    pub post: Post,
    pub engine: Option<Handle>,
    /// A register on disk, for what copies it.
    pub folder: Option<tempfile::TempDir>,
    /// Who hears of trouble.
    pub operator: Operator,
    pub shows_alarms: bool,
    folders: Vec<Watched>,
    /// The time on a clock that is never set.
    stopwatch: Duration,
    config: Arc<Config>,
}

impl Town {
    pub fn new() -> Self {
        let clock = SetClock(Arc::new(Mutex::new(DateTime::UNIX_EPOCH)));
        let settings = Settings::new();
        Self {
            config: Arc::new(settings.config()),
            settings,
            post: Post::new(clock.clone()),
            clock,
            engine: None,
            folder: None,
            operator: Operator::default(),
            shows_alarms: false,
            folders: Vec::new(),
            stopwatch: Duration::zero(),
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Time passes until then; backwards, only the wall clock is set.
    pub fn pass(&mut self, until: DateTime<Utc>) {
        self.stopwatch += (until - self.now()).max(Duration::zero());
        self.clock.set(until);
    }

    /// The settings as they were at the last start.
    pub fn config(&self) -> Arc<Config> {
        Arc::clone(&self.config)
    }

    /// `2026-11-19 09:12` or with seconds, local time.
    pub fn instant(&self, text: &str) -> Result<DateTime<Utc>, String> {
        let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M")
            .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S"))
            .map_err(|error| format!("{text:?} is no time: {error}"))?;
        Ok(self.config.calendar.instant(local.date(), local.time()))
    }

    pub fn register(&self) -> Option<PathBuf> {
        self.folder
            .as_ref()
            .map(|folder| folder.path().join("register.db"))
    }

    /// A first start.
    pub fn start(&mut self) {
        self.config = Arc::new(self.settings.config());
        let store = match self.register() {
            Some(path) => Store::open(&path, Access::Daemon),
            None => Store::in_memory(),
        };
        let engine = Engine::new(
            store.unwrap(),
            self.config().municipality(),
            texts(),
            self.now(),
        )
        .unwrap();
        self.engine = Some(handle::in_place(engine));
    }

    /// The process ends at once and starts again, on the same register, with the settings of now.
    /// `between` does something to the register's file meanwhile.
    pub async fn restart(&mut self, mut between: impl FnMut() + Send + 'static) {
        self.config = Arc::new(self.settings.config());
        let (config, now, path) = (self.config(), self.now(), self.register());
        self.folders.clear();
        self.operator.forget();
        self.ask(move |engine| {
            reopen(engine, &config, now, path, |store| {
                if store.is_none() {
                    between();
                }
            })
            .unwrap();
        })
        .await;
    }

    pub async fn ask<T: Send + 'static>(
        &self,
        step: impl FnOnce(&mut Engine) -> T + Send + 'static,
    ) -> T {
        self.engine
            .as_ref()
            .expect("the script has started the service")
            .call(step)
            .await
            .unwrap()
    }

    pub async fn items(&self) -> Vec<Item> {
        self.ask(|engine| engine.db().list(&Filter::default()).unwrap())
            .await
    }

    /// What the daemon does when it looks at the mailbox.
    pub async fn tick(&mut self) {
        let Some(engine) = self.engine.clone() else {
            return;
        };
        let (config, clocks) = (self.config(), self.clocks());
        let round = self
            .operator
            .round(&engine, &config.mailboxes[0], &mut self.post, &clocks)
            .await;
        for trouble in round.errors() {
            assert!(matches!(trouble, Interrupted::Mailbox(_)), "{trouble}");
        }
        let decided = round.decided.unwrap();
        assert!(decided.problems.is_empty(), "{:?}", decided.problems);
        assert!(decided.settled, "decided over and over at {}", self.now());
        if let Ok(reported) = round.read {
            self.folders = reported.folders;
        }
    }

    pub fn clocks(&self) -> Clocks {
        Clocks {
            wall: self.clock.clone(),
            steady: self.stopwatch,
        }
    }

    /// Compares these folders with the register, if it is time.
    pub async fn reconcile(&mut self, names: &[&str]) {
        let Some(engine) = self.engine.clone() else {
            return;
        };
        let (config, clock) = (self.config(), self.clock.clone());
        let folders: Vec<Watched> = self
            .folders
            .iter()
            .filter(|folder| names.is_empty() || names.contains(&folder.name.as_str()))
            .cloned()
            .collect();
        let settings = &config.mailboxes[0];
        let mut reader = Reader {
            engine: &engine,
            settings,
            mailbox: &mut self.post,
            clock: &clock,
            progress: &|_| {},
        };
        reader.reconcile(&folders).await.unwrap();
    }

    /// Ticks until `until`, at every waking and every poll.
    pub async fn live_until(&mut self, until: DateTime<Utc>) {
        while self.now() < until {
            self.tick().await;
            let now = self.now();
            let next = match &self.engine {
                Some(_) => {
                    self.ask(|engine| engine.db().next_wake(MAILBOX).unwrap())
                        .await
                }
                None => Some(until),
            };
            let poll =
                now + POLL - Duration::seconds(now.timestamp().rem_euclid(POLL.num_seconds()));
            let wake = next.map_or(poll, |next| next.max(now + Duration::minutes(1)).min(poll));
            self.pass(if self.engine.is_some() {
                wake.min(until)
            } else {
                until
            });
        }
    }
}

/// A new life of the process, on the register of the one before. A register on disk is closed and
/// opened again, with `between` in between, which gets it again when it is open.
pub fn reopen(
    engine: &mut Engine,
    config: &Config,
    now: DateTime<Utc>,
    path: Option<PathBuf>,
    mut between: impl FnMut(Option<&mut Store>),
) -> Result<(), StoreError> {
    let mut store = std::mem::replace(engine.store(), Store::in_memory()?);
    if let Some(path) = path {
        drop(store);
        between(None);
        store = opened(&path)?;
        between(Some(&mut store));
    }
    *engine = Engine::new(store, config.municipality(), texts(), now)?;
    engine.resume(now)
}

/// Opens a register that was closed just now. Between fork and exec of a server that another test
/// starts, the child holds a copy of the lock.
fn opened(path: &Path) -> Result<Store, StoreError> {
    let mut tries = 0;
    loop {
        match Store::open(path, Access::Daemon) {
            Err(StoreError::Locked(_)) if tries < 500 => {
                tries += 1;
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            other => return other,
        }
    }
}

/// Of all towns and all lives of their processes the same, whose templates are compiled once.
pub fn texts() -> Arc<Texts> {
    static TEXTS: LazyLock<Arc<Texts>> =
        LazyLock::new(|| Arc::new(Texts::new(Language::Swedish, None).unwrap()));
    Arc::clone(&TEXTS)
}
