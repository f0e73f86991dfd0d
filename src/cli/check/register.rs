//! What `check` says of the register: its file, its state, and the mailboxes that it watches.

use super::said::Report;
use crate::cli::{Failure, live};
use crate::config::Config;
use crate::daemon::{SystemClock, free_space};
use crate::domain::coverage::Method;
use crate::engine::sweep::sent_seems_empty;
use crate::engine::{clock_waits, fit};
use crate::ports::Clock;
use crate::report::coverage;
use crate::report::figures::FolderFigures;
use crate::store::aside::Aside;
use crate::store::{Access, Store, StoreError};

/// How far back `check` looks at the service's own findings.
const LOOKED_BACK: chrono::Duration = chrono::Duration::days(8);

/// Less free space than this is a warning, in MiB.
const LITTLE_SPACE: u64 = 1_024;

/// The file can be read and written, by this user, and there is room.
pub(super) fn database(config: &Config, report: &mut Report<'_>) -> Result<(), Failure> {
    let path = &config.service.database;
    let configured: Vec<&str> = config
        .mailboxes
        .iter()
        .map(|mailbox| mailbox.name.as_str())
        .collect();
    let tried = Store::open(path, Access::Command).and_then(|mut store| {
        store.probe()?;
        let marked = configured.iter().filter_map(|mailbox| {
            let marked = sent_seems_empty(&store.db(), mailbox).transpose()?;
            Some(marked.map(|marked| ((*mailbox).to_owned(), marked)))
        });
        let marked = marked.collect::<Result<Vec<_>, _>>()?;
        let known = store.db().mailboxes()?;
        let is_anothers = !known.is_empty()
            && known
                .iter()
                .all(|known| !configured.contains(&known.as_str()));
        let refusals = fit::refusals(&store.db(), &config.municipality())?;
        Ok((refusals, marked, store.db().aside()?, known, is_anothers))
    });
    match tried {
        Ok((refusals, marked, aside, known, is_anothers)) => {
            report.ok(&format!("database: {} can be written", path.display()))?;
            if is_anothers {
                report.fault(&format!(
                    "database: it is the register of other mailboxes ({}), and of none of these; correct service.database or the mailboxes' names",
                    known.join(", ")
                ))?;
            }
            for (mailbox, marked) in marked {
                report.warning(&format!(
                    "{mailbox}: {marked} message(s) are marked as answered, but no answer was ever seen in a Sent folder; have answers from the shared mailbox stored in its own Sent (Exchange: MessageCopyForSentAsEnabled)"
                ))?;
            }
            for refusal in refusals {
                report.is_refused = true;
                report.fault(&refusal)?;
            }
            for Aside { item, why, .. } in aside {
                report.fault(&format!(
                    "database: {item} is set aside, no one hears of it: {why}; stop the service, run `servicelofte rebuild`, and if that does not help restore a backup"
                ))?;
            }
        }
        Err(StoreError::Missing(_)) => {
            let folder = path
                .parent()
                .map_or_else(|| ".".into(), std::path::Path::to_path_buf);
            if folder.is_dir() && rustix::fs::access(&folder, rustix::fs::Access::WRITE_OK).is_err()
            {
                report.fault(&format!(
                    "database: the folder {} cannot be written; give it to the service's user, or run this as that user",
                    folder.display()
                ))?;
            } else if folder.is_dir() {
                report.ok(&format!(
                    "database: {} will be made by the first `servicelofte run`",
                    path.display()
                ))?;
            } else {
                report.fault(&format!(
                    "database: the folder {} does not exist; make it and give it to the service's user",
                    folder.display()
                ))?;
            }
        }
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

/// What the service has found out about its own watching: does every folder agree with the
/// register, and was any mailbox unread for long?
fn watched(config: &Config, store: &mut Store, report: &mut Report<'_>) -> Result<(), Failure> {
    let now = SystemClock.now();
    let since = now - LOOKED_BACK;
    let days = LOOKED_BACK.num_days();
    // Also what a clock that was ahead wrote.
    let until = now + LOOKED_BACK;
    if let Some(waiting) = store
        .read(clock_waits)?
        .filter(|waiting| waiting.doubt.is_some())
    {
        let since = config
            .calendar
            .local(waiting.since)
            .format("%Y-%m-%d %H:%M");
        report.fault(&format!(
            "clock: nothing is sent, since the clock is doubted from {since} on; compare it with one that is right"
        ))?;
    }
    if let Some(line) = store.read(|db| live::line(config, db))? {
        report.warning(&line)?;
    }
    let (comparisons, blind, read) = store.read(|db| {
        Ok((
            db.comparisons(since, until)?,
            db.blind_periods(since, until)?,
            !db.mailboxes()?.is_empty(),
        ))
    })?;
    let folders = coverage::folders(comparisons.iter(), &config.calendar);
    if folders.is_empty() && read {
        report.warning(&format!(
            "coverage: no folder was compared with the register in {days} days; see that the daemon runs"
        ))?;
    }
    for FolderFigures {
        mailbox,
        folder,
        compared,
        last_at,
        last_method,
        messages,
        found,
        missing,
        ..
    } in &folders
    {
        let what = format!("coverage: {mailbox}: {folder:?}");
        let at = last_at.as_deref().unwrap_or("-");
        if *missing > 0 {
            report.fault(&format!(
                "{what}: {missing} message(s) on the server are in no item (compared {at}); see what the mail server's log says of this folder, and have people look into it"
            ))?;
        } else if *compared == 0 {
            report.warning(&format!(
                "{what}: could not be compared in {days} days; see the daemon's log"
            ))?;
        } else if *last_method == Some(Method::Counts) {
            report.warning(&format!(
                "{what}: compared by number only ({messages} message(s), {at}): the server does not list all that it counts"
            ))?;
        } else {
            report.ok(&format!(
                "{what}: {messages} message(s), none missing (compared {at})"
            ))?;
        }
        if *found > 0 {
            report.warning(&format!(
                "{what}: {found} message(s) had been missed and were logged afterwards; look at `list --overdue`"
            ))?;
        }
    }
    let local = |at| config.calendar.local(at).format("%Y-%m-%d %H:%M");
    if let Some(last) = blind.last() {
        report.warning(&format!(
            "coverage: {} time(s) in {days} days a mailbox was not read for long; the last: {} from {} to {} ({})",
            blind.len(),
            last.mailbox,
            local(last.from),
            local(last.until),
            last.cause.as_str()
        ))?;
    }
    Ok(())
}
