//! What `check` says of the register: its file, its state, and the mailboxes that it watches.

use super::said::Report;
use crate::cli::live;
use crate::config::Config;
use crate::daemon::{SystemClock, free_space};
use crate::domain::coverage::Method;
use crate::engine::sweep::sent_seems_empty;
use crate::engine::{clock_waits, fit};
use crate::failure::Failure;
use crate::ports::Clock;
use crate::report::coverage;
use crate::report::figures::FolderFigures;
use crate::store::aside::Aside;
use crate::store::{Access, Store, StoreError};
use chrono::{DateTime, Utc};
use std::path::Path;

/// How far back `check` looks at the service's own findings.
const LOOKED_BACK: chrono::Duration = chrono::Duration::days(8);

/// From when to when.
type Period = (DateTime<Utc>, DateTime<Utc>);

/// Less free space than this is a warning, in MiB.
const LITTLE_SPACE: u64 = 1_024;

/// The file can be read and written, by this user, and there is room.
pub(super) fn database(config: &Config, report: &mut Report<'_>) -> Result<(), Failure> {
    let path = &config.service.database;
    match State::read(config, path) {
        Ok(state) => told(&state, path, report)?,
        Err(StoreError::Missing(_)) => missing(path, report)?,
        Err(error) => report.fault(&format!("database: {error}"))?,
    }
    if let Ok(mut store) = Store::open(path, Access::Reader) {
        watched(config, &mut store, report)?;
    }
    match free_space(path) {
        Some(free) if free < LITTLE_SPACE => {
            report.warning(&format!("disk: only {free} MiB are free; make room"))
        }
        Some(free) => report.ok(&format!("disk: {free} MiB free")),
        None => report.warning("disk: the free space cannot be asked for"),
    }
}

/// The state of a register, by its own words.
struct State {
    /// Why the service would refuse to start with it.
    refusals: Vec<String>,
    /// Mailboxes whose messages are marked as answered, with their number, and whose Sent never
    /// held an answer.
    marked: Vec<(String, u32)>,
    aside: Vec<Aside>,
    /// The mailboxes whose register it is, when none of them is configured.
    anothers: Option<Vec<String>>,
}

impl State {
    fn read(config: &Config, path: &Path) -> Result<Self, StoreError> {
        let mut store = Store::open(path, Access::Command)?;
        store.probe()?;
        let db = store.db();
        let mut marked = Vec::new();
        for mailbox in &config.mailboxes {
            let seems_empty = sent_seems_empty(&db, &mailbox.name)?;
            marked.extend(seems_empty.map(|messages| (mailbox.name.clone(), messages)));
        }
        let known = db.mailboxes()?;
        let is_configured = |known: &String| config.mailboxes.iter().any(|m| m.name == *known);
        let is_anothers = !known.is_empty() && !known.iter().any(is_configured);
        Ok(Self {
            refusals: fit::refusals(&db, &config.municipality())?,
            marked,
            aside: db.aside()?,
            anothers: is_anothers.then_some(known),
        })
    }
}

fn told(state: &State, path: &Path, report: &mut Report<'_>) -> Result<(), Failure> {
    report.ok(&format!("database: {} can be written", path.display()))?;
    if let Some(mailboxes) = &state.anothers {
        report.fault(&format!(
            "database: it is the register of other mailboxes ({}), and of none of these; correct service.database or the mailboxes' names",
            mailboxes.join(", ")
        ))?;
    }
    for (mailbox, marked) in &state.marked {
        report.warning(&format!(
            "{mailbox}: {marked} message(s) are marked as answered, but no answer was ever seen in a Sent folder; have answers from the shared mailbox stored in its own Sent (Exchange: MessageCopyForSentAsEnabled)"
        ))?;
    }
    for refusal in &state.refusals {
        report.is_refused = true;
        report.fault(refusal)?;
    }
    for Aside { item, why, .. } in &state.aside {
        report.fault(&format!(
            "database: {item} is set aside, no one hears of it: {why}; stop the service, run `servicelofte rebuild`, and if that does not help restore a backup"
        ))?;
    }
    Ok(())
}

/// There is no register yet: whether the service could make it.
fn missing(path: &Path, report: &mut Report<'_>) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let shown = folder.display();
    if !folder.is_dir() {
        return report.fault(&format!(
            "database: the folder {shown} does not exist; make it and give it to the service's user"
        ));
    }
    if rustix::fs::access(folder, rustix::fs::Access::WRITE_OK).is_err() {
        return report.fault(&format!(
            "database: the folder {shown} cannot be written; give it to the service's user, or run this as that user"
        ));
    }
    report.ok(&format!(
        "database: {} will be made by the first `servicelofte run`",
        path.display()
    ))
}

/// What the service has found out about its own watching: does every folder agree with the
/// register, and was any mailbox unread for long?
fn watched(config: &Config, store: &mut Store, report: &mut Report<'_>) -> Result<(), Failure> {
    clock(config, store, report)?;
    if let Some(line) = store.read(|db| live::line(config, db))? {
        report.warning(&line)?;
    }
    let now = SystemClock.now();
    // The end also takes what a clock that was ahead wrote.
    let looked_at = (now - LOOKED_BACK, now + LOOKED_BACK);
    comparisons(config, store, looked_at, report)?;
    unread(config, store, looked_at, report)
}

/// Whether the service believes the clock.
fn clock(config: &Config, store: &mut Store, report: &mut Report<'_>) -> Result<(), Failure> {
    let doubted = store.read(clock_waits)?;
    let Some(waiting) = doubted.filter(|waiting| waiting.doubt.is_some()) else {
        return Ok(());
    };
    let since = shown(config, waiting.since);
    report.fault(&format!(
        "clock: nothing is sent, since the clock is doubted from {since} on; compare it with one that is right"
    ))
}

/// The comparisons of these days, folder by folder.
fn comparisons(
    config: &Config,
    store: &mut Store,
    (since, until): Period,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let comparisons = store.read(|db| db.comparisons(since, until))?;
    let folders = coverage::folders(comparisons.iter(), &config.calendar);
    if folders.is_empty() && store.read(|db| Ok(!db.mailboxes()?.is_empty()))? {
        let days = LOOKED_BACK.num_days();
        report.warning(&format!(
            "coverage: no folder was compared with the register in {days} days; see that the daemon runs"
        ))?;
    }
    folders
        .iter()
        .try_for_each(|folder| compared(folder, report))
}

/// The last time in these days that a mailbox was not read for long.
fn unread(
    config: &Config,
    store: &mut Store,
    (since, until): Period,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let blind = store.read(|db| db.blind_periods(since, until))?;
    let Some(last) = blind.last() else {
        return Ok(());
    };
    let days = LOOKED_BACK.num_days();
    report.warning(&format!(
        "coverage: {} time(s) in {days} days a mailbox was not read for long; the last: {} from {} to {} ({})",
        blind.len(),
        last.mailbox,
        shown(config, last.from),
        shown(config, last.until),
        last.cause.as_str()
    ))
}

fn shown(config: &Config, at: DateTime<Utc>) -> String {
    let local = config.calendar.local(at);
    local.format("%Y-%m-%d %H:%M").to_string()
}

/// Whether a folder agrees with the register.
fn compared(folder: &FolderFigures, report: &mut Report<'_>) -> Result<(), Failure> {
    let what = format!("coverage: {}: {:?}", folder.mailbox, folder.folder);
    let at = folder.last_at.as_deref().unwrap_or("-");
    let (messages, missing) = (folder.messages, folder.missing);
    if missing > 0 {
        report.fault(&format!(
            "{what}: {missing} message(s) on the server are in no item (compared {at}); see what the mail server's log says of this folder, and have people look into it"
        ))?;
    } else if folder.compared == 0 {
        let days = LOOKED_BACK.num_days();
        report.warning(&format!(
            "{what}: could not be compared in {days} days; see the daemon's log"
        ))?;
    } else if folder.last_method == Some(Method::Counts) {
        report.warning(&format!(
            "{what}: compared by number only ({messages} message(s), {at}): the server does not list all that it counts"
        ))?;
    } else {
        report.ok(&format!(
            "{what}: {messages} message(s), none missing (compared {at})"
        ))?;
    }
    if folder.found > 0 {
        report.warning(&format!(
            "{what}: {} message(s) had been missed and were logged afterwards; look at `list --overdue`",
            folder.found
        ))?;
    }
    Ok(())
}
