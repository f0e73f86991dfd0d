//! The program as it runs in the town hall: the real engine with its drivers, the servers, the
//! clock on the wall and the time that has really passed, and the ways in which the process and its
//! disk can fail.

use super::hall::Hall;
use super::play::register::Documents;
use super::wrong_clock::WrongClock;
use crate::world::operator::{Clocks, Operator};
use crate::world::post::{Post, SetClock};
use crate::world::town::{reopen, texts};
use chrono::{DateTime, Duration, Utc};
use servicelofte::config::Config;
use servicelofte::engine::Engine;
use servicelofte::engine::handle::{self, Handle};
use servicelofte::ports::Clock;
use servicelofte::rounds::Round;
use servicelofte::store::{Access, Disk, Store, StoreError};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What the disk does.
#[derive(Clone, Debug, Default)]
pub struct DiskState {
    pub full: bool,
    /// The process ends when the disk is asked so many more times.
    pub dies_in: Option<u32>,
    /// How often it refused.
    pub refused: u32,
}

pub struct Office {
    /// The true time, which the servers have.
    pub truth: SetClock,
    /// The clock on the wall, which the program reads.
    pub clock: SetClock,
    pub wrong_clock: WrongClock,
    pub posts: Vec<Post>,
    pub disk: Arc<Mutex<DiskState>>,
    dead: Arc<AtomicBool>,
    engine: Handle,
    config: Arc<Config>,
    pub operator: Operator,
    /// The items of this process, as they were last looked at.
    pub documents: Documents,
    /// What a steady clock would show; it stands while the machine sleeps.
    steady: Duration,
    steady_at: DateTime<Utc>,
    folder: Option<tempfile::TempDir>,
    pub runs: bool,
}

impl Office {
    pub fn new(
        hall: &Hall,
        now: DateTime<Utc>,
        on_disk: bool,
        saves_sent: bool,
        condstore: bool,
    ) -> Self {
        let set = |at| SetClock(Arc::new(Mutex::new(at)));
        let (truth, clock) = (set(now), set(now));
        let dead = Arc::new(AtomicBool::new(false));
        let disk = Arc::new(Mutex::new(DiskState::default()));
        let posts: Vec<Post> = (0..hall.mailboxes)
            .map(|_| Post::new(truth.clone()))
            .collect();
        for post in &posts {
            let mut state = post.state();
            state.troubles.dead = Arc::clone(&dead);
            (state.saves_sent, state.condstore) = (saves_sent, condstore);
        }
        let folder = on_disk.then(|| tempfile::tempdir().expect("a folder can be made"));
        let config = Arc::new(hall.settings().config());
        let store = match &folder {
            Some(folder) => Store::open(&folder.path().join("register.db"), Access::Daemon),
            None => Store::in_memory(),
        };
        let mut store = store.expect("a new register can be opened");
        store.write_to(disk_of(&disk, &dead));
        let engine =
            Engine::new(store, config.municipality(), texts(), now).expect("the engine starts");
        let engine = handle::in_place(engine);
        let operator = Operator::default();
        let (steady, steady_at) = (Duration::zero(), now);
        Self {
            truth,
            clock,
            wrong_clock: WrongClock::default(),
            posts,
            disk,
            dead,
            engine,
            config,
            operator,
            documents: Documents::default(),
            steady,
            steady_at,
            folder,
            runs: true,
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.truth.now()
    }

    /// Time passes; asleep, the steady clock does not notice.
    pub fn set_time(&mut self, at: DateTime<Utc>, asleep: bool) {
        let passed = at - self.steady_at;
        if !asleep {
            self.steady += passed.max(Duration::zero());
        }
        self.steady_at = at;
        self.truth.set(at);
        self.clock.set(at + self.wrong_clock.by());
    }

    pub fn is_on_disk(&self) -> bool {
        self.folder.is_some()
    }

    /// Where the register lies, if it is on disk.
    pub fn folder(&self) -> Option<&std::path::Path> {
        self.folder.as_ref().map(tempfile::TempDir::path)
    }

    pub fn is_dead(&self) -> bool {
        self.dead.load(Ordering::SeqCst)
    }

    pub async fn ask<T: Send + 'static>(
        &self,
        step: impl FnOnce(&mut Engine) -> T + Send + 'static,
    ) -> T {
        self.engine.call(step).await.expect("the engine lives")
    }

    /// Looks at a mailbox, as the daemon does. A process that is dead afterwards must be restarted.
    pub async fn round(&mut self, mailbox: usize) -> Round {
        let config = Arc::clone(&self.config);
        let (settings, post) = (&config.mailboxes[mailbox], &mut self.posts[mailbox]);
        let clocks = Clocks {
            wall: self.clock.clone(),
            steady: self.steady,
        };
        self.operator
            .round(&self.engine, settings, post, &clocks)
            .await
    }

    /// The process ends, if it has not yet, and starts with the settings of now. Whether it came
    /// up.
    pub async fn restart(&mut self, hall: &Hall, backup: Option<Backup>) -> bool {
        self.config = Arc::new(hall.settings().config());
        let path = self
            .folder
            .as_ref()
            .map(|folder| folder.path().join("register.db"));
        // A register in memory dies with the engine that is being made of it, so nothing befalls it
        // meanwhile.
        let held = if path.is_none() {
            std::mem::take(&mut *self.disk.lock().unwrap())
        } else {
            DiskState::default()
        };
        self.dead.store(false, Ordering::SeqCst);
        let (config, now, disk, dead) = (
            Arc::clone(&self.config),
            self.clock.now(),
            Arc::clone(&self.disk),
            Arc::clone(&self.dead),
        );
        let between = move |store: Option<&mut Store>| match (store, &path) {
            (Some(store), _) => store.write_to(disk_of(&disk, &dead)),
            (None, Some(path)) => copy(path, backup),
            (None, None) => {}
        };
        let path = self
            .folder
            .as_ref()
            .map(|folder| folder.path().join("register.db"));
        let reopened = self
            .ask(move |engine| reopen(engine, &config, now, path, between))
            .await;
        if self.folder.is_none() {
            *self.disk.lock().unwrap() = held;
        }
        self.operator.forget();
        self.documents = Documents::default();
        self.runs = match reopened {
            Ok(()) => !self.is_dead(),
            Err(StoreError::Full | StoreError::Io(_)) => false,
            Err(other) => panic!("the register cannot be opened again: {other}"),
        };
        self.runs
    }
}

/// What is done with the register's file while nobody has it open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backup {
    Take,
    Restore,
}

fn copy(register: &PathBuf, backup: Option<Backup>) {
    let copy = register.with_extension("backup");
    let done = match backup {
        None => return,
        Some(Backup::Take) => std::fs::copy(register, copy),
        Some(Backup::Restore) => std::fs::copy(copy, register),
    };
    done.expect("a file can be copied");
}

/// A disk that is full, or on which the process ends, as its state says.
fn disk_of(state: &Arc<Mutex<DiskState>>, dead: &Arc<AtomicBool>) -> Disk {
    let (state, dead) = (Arc::clone(state), Arc::clone(dead));
    Disk(Box::new(move || {
        let mut state = state.lock().unwrap();
        if dead.load(Ordering::SeqCst) {
            return Err(StoreError::Io("the process has ended".to_owned()));
        }
        match state.dies_in {
            Some(0) => {
                state.dies_in = None;
                state.refused += 1;
                dead.store(true, Ordering::SeqCst);
                return Err(StoreError::Io("the process has ended".to_owned()));
            }
            Some(more) => state.dies_in = Some(more - 1),
            None => {}
        }
        if state.full {
            state.refused += 1;
            return Err(StoreError::Full);
        }
        Ok(())
    }))
}
