//! The operator's alarms. They go by a path of their own, straight from memory: neither the
//! register nor the outbox nor the mailbox's own SMTP settings need to work for them.

use super::clock::SystemClock;
use super::credentials::Credentials;
use super::shared::Shared;
use crate::config::alarms::Alarms;
use crate::config::{Config, Smtp};
use crate::domain::effect::Kind;
use crate::domain::keyed::{KEY_BYTES, Key, Seal};
use crate::domain::message::Address;
use crate::failure::Failure;
use crate::logins::Logins;
use crate::mail::author::{Author, Draft, Thread};
use crate::mail::texts::facts::{AlarmFacts, Sender, Trouble};
use crate::mail::texts::{Text, Texts};
use crate::ports::{Clock, Delivered, Envelope, Transport};
use crate::rounds::health::{Subject, Telling};
use crate::smtp::SmtpTransport;
use crate::store::reports::AlarmRow;
use crate::store::{StoreError, generation};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often it is looked for trouble to report.
pub const LOOK: Duration = Duration::from_secs(20);

/// The longest wait after an alarm that could not leave.
pub const LONGEST_WAIT: Duration = Duration::from_mins(30);

/// Less free space than this on the database's disk is reported, in MiB.
pub const LITTLE_SPACE: u64 = 200;

/// Looks after the disk and the credentials, and reports their failures, until the stop.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut credentials = Credentials::default();
    let mut patience = Patience::default();
    let mut kept = (String::new(), None);
    loop {
        credentials.look(&shared.config, &mut shared.health(), SystemClock.now());
        if let Err(error) = shared.place.holds() {
            gone(&shared, &error).await;
            // The end has its reason: a task that ends before the stop would be another.
            let _ = shared.stop.clone().wait_for(|stop| *stop).await;
            return;
        }
        generation::forget(&shared.config.service.database);
        look(&shared, &mut patience).await;
        keep(&shared, &mut kept).await;
        if !shared.sleep(LOOK).await {
            return;
        }
    }
}

/// The register's file is not in its place: the operator hears of it, and then the process ends.
/// The alarm has this long.
const LAST_ALARM: Duration = Duration::from_mins(1);

async fn gone(shared: &Shared, error: &StoreError) {
    tracing::error!(%error, "the register is gone: the service stops");
    let telling = at_once(
        Subject::Register,
        Trouble::Register {
            error: error.to_string(),
        },
    );
    let way = Alarms::of(&shared.config);
    match tokio::time::timeout(
        LAST_ALARM,
        send(way.as_ref(), &shared.logins, shared.key, &telling),
    )
    .await
    {
        Ok(Ok(())) => {}
        Ok(Err(why)) => tracing::error!(%why, "the operator could not be told of it"),
        Err(_) => tracing::error!("the operator could not be told of it in time"),
    }
    shared.lost.notify_one();
}

/// The key under which the troubles are kept for the next process.
pub(super) const MEMORY: &str = "health";

/// How often it is kept.
const KEPT_EVERY: Duration = Duration::from_mins(1);

/// Keeps the known troubles. A register that hangs must not keep an alarm from leaving.
async fn keep(shared: &Shared, kept: &mut (String, Option<Instant>)) {
    let memory = shared.health().memory(SystemClock.now());
    let is_fresh = kept.1.is_some_and(|at| at.elapsed() < KEPT_EVERY);
    if is_fresh || memory.is_empty() && kept.0.is_empty() {
        return;
    }
    *kept = (memory.clone(), Some(Instant::now()));
    let keeping = shared
        .engine
        .step(move |engine| engine.store().write(|db| db.set_meta(MEMORY, &memory)));
    if !matches!(tokio::time::timeout(LOOK, keeping).await, Ok(Ok(()))) {
        tracing::debug!("what is known of troubles could not be kept");
    }
}

/// Without the register no tag can be calculated; replies to an alarm are not read.
const NO_KEY: Key = Key([0; KEY_BYTES]);

/// News of this moment.
fn at_once(subject: Subject, trouble: Trouble) -> Telling {
    Telling {
        subject,
        trouble,
        since: SystemClock.now(),
        recovered: None,
    }
}

/// The service has not been able to start for a while. Says whether the operator was reached.
pub(super) async fn cannot_start(config: &Config, logins: &Arc<Logins>, failure: &Failure) -> bool {
    let telling = at_once(
        Subject::Register,
        Trouble::Stopped {
            error: failure.to_string(),
        },
    );
    match send(Alarms::of(config).as_ref(), logins, NO_KEY, &telling).await {
        Ok(()) => true,
        Err(why) => {
            tracing::error!(%why, "the operator could not be told that the service cannot start");
            false
        }
    }
}

/// Tells the operator what the service manager saw: the service has stopped, or a backup failed.
pub fn tell(way: Option<&Alarms>, trouble: Trouble) -> Result<(), Failure> {
    let failed = |why: String| Failure::Failed(format!("the operator could not be told: {why}"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| failed(error.to_string()))?;
    let telling = at_once(Subject::Register, trouble);
    runtime
        .block_on(send(way, &Arc::default(), NO_KEY, &telling))
        .map_err(failed)
}

/// After an alarm that could not leave: 1, 2, 4 … minutes, at most [`LONGEST_WAIT`].
#[derive(Debug, Default)]
struct Patience {
    failures: u32,
    until: Option<Instant>,
}

impl Patience {
    fn fails(&mut self) {
        let wait = Duration::from_mins(1)
            .saturating_mul(1 << self.failures.min(16))
            .min(LONGEST_WAIT);
        self.failures = self.failures.saturating_add(1);
        self.until = Some(Instant::now() + wait);
    }

    fn is_over(&self) -> bool {
        self.until.is_none_or(|until| Instant::now() >= until)
    }
}

async fn look(shared: &Shared, patience: &mut Patience) {
    let tellings = to_tell(shared);
    if !patience.is_over() {
        return;
    }
    let way = Alarms::of(&shared.config);
    for telling in tellings {
        match send(way.as_ref(), &shared.logins, shared.key, &telling).await {
            Ok(()) => {
                *patience = Patience::default();
                shared.repeats.over("alarm", Instant::now());
                shared.health().told(&telling, SystemClock.now());
                note(shared, &telling).await;
            }
            Err(why) => {
                patience.fails();
                if let Some(silent) = shared.repeats.tells("alarm", &why, Instant::now()) {
                    tracing::error!(%why, silent, "the operator could not be told of trouble; tried again soon");
                }
                return;
            }
        }
    }
}

/// What the operator has to hear of now, the room on the disk included.
fn to_tell(shared: &Shared) -> Vec<Telling> {
    let now = SystemClock.now();
    let free = free_space(&shared.config.service.database);
    let mut health = shared.health();
    match free {
        Some(free_mb) if free_mb < LITTLE_SPACE => {
            health.fails(Subject::Disk, Trouble::Disk { free_mb }, now);
        }
        _ => health.works(&Subject::Disk, now),
    }
    health.forget(now);
    health.to_tell(now)
}

/// Writes down that it was reported, for the report; when that cannot be done, the alarm counts all
/// the same.
async fn note(shared: &Shared, telling: &Telling) {
    let (kind, mailbox) = telling.trouble.matter();
    let alarm = AlarmRow {
        at: SystemClock.now(),
        kind,
        mailbox,
        over: telling.recovered.is_some(),
    };
    let noted = shared.engine.step(move |engine| engine.alarmed(&alarm));
    // A register that hangs must not keep the next alarm from leaving.
    if !matches!(tokio::time::timeout(LOOK, noted).await, Ok(Ok(()))) {
        tracing::warn!("an alarm was sent, but could not be written down");
    }
}

/// Free MiB on the disk of a file; `None` when it cannot be asked.
#[must_use]
pub fn free_space(database: &Path) -> Option<u64> {
    let folder = database
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize) >> 20)
}

/// The settings that alarms are sent by.
#[must_use]
pub fn alarm_transport(config: &Config) -> Option<&Smtp> {
    config
        .service
        .alarm_smtp
        .as_ref()
        .or_else(|| config.mailboxes.first().map(|mailbox| &mailbox.smtp))
}

async fn send(
    way: Option<&Alarms>,
    logins: &Arc<Logins>,
    key: Key,
    telling: &Telling,
) -> Result<(), String> {
    let Some(way) = way else {
        return Err("no mailbox is configured".to_owned());
    };
    let mail = written(way, key, telling)?;
    let transport = SmtpTransport::new(&way.smtp).map_err(|error| error.to_string())?;
    let mut transport = transport.beside(Arc::clone(logins));
    let envelope = Envelope {
        from: Some(way.from.clone()),
        to: vec![way.operator.clone()],
        own_copy: None,
        mail,
    };
    let outcome = transport.send(&envelope, async { Ok(()) }).await;
    transport.close().await;
    match outcome {
        Delivered::Accepted(_) | Delivered::Partly { .. } => Ok(()),
        Delivered::Deferred(why)
        | Delivered::Later(why)
        | Delivered::PutOff(why)
        | Delivered::NoReader(why)
        | Delivered::Barred(why)
        | Delivered::Rejected(why)
        | Delivered::Unknown(why) => Err(why),
    }
}

/// The bytes of an alarm's mail.
fn written(way: &Alarms, key: Key, telling: &Telling) -> Result<Vec<u8>, String> {
    let text = text(way, telling)?;
    let now = SystemClock.now();
    let unique = format!("alarm.{}.{}", now.timestamp_micros(), std::process::id());
    let draft = Draft {
        kind: Kind::Alarm,
        refs: Vec::new(),
        to: vec![Address {
            name: None,
            addr: way.operator.clone(),
        }],
        words: text.into(),
        thread: Thread::default(),
        files: Vec::new(),
        at: way.calendar.local(now),
    };
    let author = Author::new("servicelofte", &way.from);
    let written = author.write(draft, &Seal { unique, key });
    Ok(written.map_err(|error| error.to_string())?.bytes)
}

fn text(way: &Alarms, telling: &Telling) -> Result<Text, String> {
    let texts = Texts::new(way.language, way.templates.as_deref())
        .map_err(|problems| problems.join("; "))?;
    let local = |at| way.calendar.local(at);
    let text = texts.alarm(&AlarmFacts {
        sender: Sender::from(&way.letterhead),
        host: hostname(),
        trouble: telling.trouble.clone(),
        since: local(telling.since),
        recovered: telling.recovered.map(local),
    });
    text.map_err(|error| error.to_string())
}

pub(super) fn hostname() -> Option<String> {
    // Not from /proc/sys: the unit hides it (ProcSubset=pid).
    let name = rustix::system::uname()
        .nodename()
        .to_str()
        .ok()?
        .trim()
        .to_owned();
    Some(name).filter(|name| !name.is_empty())
}
