//! One watcher for each mailbox: reads it, settles doubts, decides, rings the sender, puts copies into Sent; again when
//! the server says that mail has come, after the poll time, or after a back-off (`rest`).

use super::health::Subject;
use super::pause::{SHORTEST, pause};
use super::rest::{Idling, doze, turn};
use super::{Shared, SystemClock, pulse, sender};
use crate::config;
use crate::domain::coverage::Comparison;
use crate::domain::steadiness::Seen;
use crate::drivers::deliver::{save_copies, settle_doubts};
use crate::drivers::erase::daily;
use crate::drivers::sync::{Progress, Reader, Reported};
use crate::drivers::{Interrupted, cause_of};
use crate::engine::Decided;
use crate::engine::purge::Purge;
use crate::imap::ImapMailbox;
use crate::mail::parse;
use crate::mail::texts::facts::Trouble;
use crate::ports::{Clock, Mailbox, MailboxError, Selected};
use crate::store::aside::Aside;
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::Arc;

/// Rounds of deciding in one go; each takes a bounded number of items.
const ROUNDS: usize = 50;

/// A first reading of more messages than this shows a bar on a terminal.
const WORTH_A_BAR: u64 = 2_000;

pub(super) async fn run(shared: Arc<Shared>, index: usize) {
    let settings = shared.config.mailboxes[index].clone();
    let mut connection = None;
    let mut failures = 0;
    let mut idling = Idling::default();
    while !shared.is_stopping() {
        let mut stop = shared.stop.clone();
        let watched = tokio::select! {
            // Boxed, so that its room is free while the mailbox rests: there may be hundreds.
            watched = Box::pin(watch(&shared, index, &settings, &mut connection)) => watched,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let rested = match watched {
            // Texts that could not be written were logged and told; they are tried again.
            Ok(read) => {
                failures = 0;
                idling.rest(&shared, index, settings.imap.poll, connection.as_mut().zip(read.inbox)).await
            }
            Err(error) => Err(error),
        };
        match rested {
            Ok(true) => {}
            Ok(false) => break,
            // Without the engine nothing more can be done: the process ends, and systemd starts it anew.
            Err(Interrupted::Stopped(_)) => return,
            // The token ended while the session rested: a new one, without a word, after a breath.
            Err(Interrupted::Mailbox(MailboxError::Expired(_))) if failures == 0 => {
                connection = None;
                if !doze(&shared, index, SHORTEST).await {
                    break;
                }
            }
            Err(error) => {
                failures += 1;
                connection = None;
                note_failure(&shared, &settings, &error).await;
                if !doze(&shared, index, pause(&error, failures, &settings.name)).await {
                    break;
                }
            }
        }
    }
    if let Some(connection) = connection {
        connection.logout().await;
    }
}

/// Everything once, for `run --once`; returns what went wrong, in words.
pub(super) async fn once(shared: &Arc<Shared>, index: usize) -> Vec<String> {
    let settings = shared.config.mailboxes[index].clone();
    let mut connection = None;
    let mut transport = None;
    let mut faults = Vec::new();
    match watch(shared, index, &settings, &mut connection).await {
        Ok(read) => {
            faults.extend(read.problems.into_iter().map(|problem| format!("mailbox {}: {problem}", settings.name)));
        }
        Err(error) => {
            note_cause(shared, &settings, &error).await;
            faults.push(format!("mailbox {}: {error}", settings.name));
            connection = None;
        }
    }
    let sent = sender::send(shared, &settings, &mut transport).await;
    faults.extend(sent.faults.into_iter().map(|why| format!("mailbox {}: {why}", settings.name)));
    if let Some(mut transport) = transport {
        transport.close().await;
    }
    if let Some(mut connection) = connection {
        match copies(shared, &settings, &mut connection).await {
            Ok(()) => connection.logout().await,
            Err(error) => faults.push(format!("mailbox {}: copies to Sent: {error}", settings.name)),
        }
    }
    faults
}

async fn copies(shared: &Shared, settings: &config::Mailbox, connection: &mut ImapMailbox) -> Result<(), Interrupted> {
    let folders = connection.folders().await?;
    let watch = crate::domain::folders::watch(&folders, &settings.imap.wanted());
    save_copies(&shared.engine, &settings.name, &watch.folders, connection, &SystemClock).await
}

/// One round. A session that ended with its token, as it must about once an hour, is no trouble: once, it goes on at
/// once on a new connection.
async fn watch(
    shared: &Arc<Shared>,
    index: usize,
    settings: &config::Mailbox,
    connection: &mut Option<ImapMailbox>,
) -> Result<Read, Interrupted> {
    match round(shared, index, settings, connection).await {
        Err(Interrupted::Mailbox(MailboxError::Expired(why))) => {
            tracing::debug!(mailbox = settings.name, %why, "connecting again");
            *connection = None;
            round(shared, index, settings, connection).await
        }
        other => other,
    }
}

async fn round(
    shared: &Arc<Shared>,
    index: usize,
    settings: &config::Mailbox,
    connection: &mut Option<ImapMailbox>,
) -> Result<Read, Interrupted> {
    let open = if let Some(open) = connection {
        open
    } else {
        let fields = header_fields(&shared.config, settings);
        let _turn = turn(shared, index, &settings.imap.server).await;
        connection.insert(ImapMailbox::connect(&settings.imap.server, &fields).await?)
    };
    let bar = ProgressBar::hidden();
    let progress = |progress: Progress| {
        shared.pulse.beat(index);
        show(&bar, &progress);
    };
    let mut reader =
        Reader { engine: &shared.engine, settings, mailbox: open, clock: &SystemClock, progress: &progress };
    let reported = reader.run().await;
    bar.finish_and_clear();
    let reported = reported?;
    let lost = settle_doubts(&shared.engine, &settings.name, &reported.folders, open, &SystemClock).await?;
    sender::note_lost(shared, settings, &lost, SystemClock.now());
    let problems = decide(shared, index, settings).await?;
    save_copies(&shared.engine, &settings.name, &reported.folders, open, &SystemClock).await?;
    note_success(shared, settings, &reported);
    note_signs(shared, settings, &reported).await?;
    // Last, when all that is urgent is done: it may break off.
    let compared = Reader { engine: &shared.engine, settings, mailbox: open, clock: &SystemClock, progress: &progress }
        .reconcile(&reported.folders)
        .await?;
    note_compared(shared, settings, &compared);
    erase(shared).await?;
    Ok(Read { problems, inbox: reported.inbox })
}

/// Erases what the retention time ends, when it is time. That it cannot be done is told, and keeps nobody from watching.
async fn erase(shared: &Shared) -> Result<(), Interrupted> {
    let now = SystemClock.now();
    match daily(&shared.engine, &SystemClock, shared.once).await {
        Ok(None) => {}
        Ok(Some(Purge { items, sent, kept, .. })) => {
            tracing::info!(items, sent, kept, "erased by the retention time");
            shared.health().works(&Subject::Erasing, now);
        }
        // Nobody hears of it but by the exit code.
        Err(error) if shared.once => return Err(error),
        Err(Interrupted::Store(error)) => {
            tracing::error!(%error, "what the retention time ends could not be erased");
            shared.health().fails(Subject::Erasing, Trouble::Erasing { error: error.to_string() }, now);
        }
        Err(other) => return Err(other),
    }
    Ok(())
}

/// What a round came to.
struct Read {
    /// Texts that could not be written, in words.
    problems: Vec<String>,
    /// The folder in which new mail arrives, as it was read.
    inbox: Option<(String, Selected)>,
}

/// How the folders compare with the register: a loss that was found is news, one that stays is trouble.
fn note_compared(shared: &Shared, settings: &config::Mailbox, compared: &[Comparison]) {
    for comparison in compared {
        let Comparison { folder, at, method, on_server, unread, found, missing, .. } = comparison;
        let mailbox = settings.name.clone();
        tracing::info!(mailbox, folder, method = method.as_str(), on_server, unread, found, missing, "compared");
        let trouble = |found, missing| Trouble::Coverage {
            mailbox: settings.address.clone(),
            folder: folder.clone(),
            found,
            missing,
        };
        let mut health = shared.health();
        if *found > 0 {
            tracing::error!(mailbox, folder, found, "messages had been missed; they are logged now");
            health.happened(Subject::Item(format!("found.{mailbox}.{folder}")), trouble(*found, 0), *at);
        }
        let subject = Subject::Coverage(mailbox, folder.clone());
        if *missing > 0 {
            health.fails(subject, trouble(0, *missing), *at);
        } else if method.tells() {
            health.works(&subject, *at);
        }
    }
}

/// What a reading brought that an operator should look at: each told once a day, however often it is seen.
async fn note_signs(shared: &Shared, settings: &config::Mailbox, reported: &Reported) -> Result<(), Interrupted> {
    let (now, mailbox) = (SystemClock.now(), settings.address.clone());
    for Aside { item, why, .. } in shared.engine.step(|engine| engine.db().aside()).await? {
        tracing::error!(%item, %why, "an item cannot be read: it is set aside");
        let trouble = Trouble::SetAside { reference: item.to_string(), error: why };
        shared.health().happened(Subject::Item(format!("aside.{item}")), trouble, now);
    }
    if let Some(item) = reported.tally.unreadable {
        tracing::warn!(mailbox = settings.name, %item, "a message could not be read; it is an item all the same");
        let trouble = Trouble::Unreadable { reference: item.to_string(), mailbox: mailbox.clone() };
        shared.health().happened(Subject::Item(format!("unreadable.{}", settings.name)), trouble, now);
    }
    if reported.tally.marked_answered {
        let name = settings.name.clone();
        if let Some(answered) = shared.engine.step(move |engine| engine.sent_seems_empty(&name)).await? {
            let trouble = Trouble::SentEmpty { mailbox, answered };
            shared.health().happened(Subject::Item(format!("sent.{}", settings.name)), trouble, now);
        }
    }
    Ok(())
}

/// Decides, unless the clock cannot be believed, and rings the sender. Returns the texts that could not be written, in words.
async fn decide(shared: &Shared, index: usize, settings: &config::Mailbox) -> Result<Vec<String>, Interrupted> {
    let now = SystemClock.now();
    let stopwatch = shared.stopwatch.read();
    let seen = shared.engine.step(move |engine| engine.look_at_clock(now, stopwatch)).await?;
    match seen {
        Seen::Steady => {}
        Seen::Jumped { minutes } => {
            tracing::warn!(minutes, "the clock jumped; nothing is decided until it has settled");
            shared.health().happened(Subject::Clock, Trouble::Clock { minutes }, now);
            return Ok(Vec::new());
        }
        Seen::Settling => return Ok(Vec::new()),
        Seen::Doubted { minutes } => {
            tracing::error!(
                minutes,
                "the clock is far ahead of what is known, and no mail shows that it is right: nothing is sent"
            );
            shared.health().happened(Subject::Clock, Trouble::Clock { minutes }, now);
            return Ok(vec!["the clock cannot be believed: compare it with one that is right".to_owned()]);
        }
    }
    let mut problems = Vec::new();
    for _ in 0..ROUNDS {
        let name = settings.name.clone();
        let decided = shared.engine.step(move |engine| engine.decide(&name, now)).await?;
        note_decided(shared, settings, &decided, now);
        problems.extend(decided.problems);
        if !decided.more {
            break;
        }
    }
    shared.outbox[index].notify_one();
    Ok(problems)
}

fn note_decided(shared: &Shared, settings: &config::Mailbox, decided: &Decided, now: chrono::DateTime<chrono::Utc>) {
    let mut health = shared.health();
    if decided.held > 0 {
        let held = u32::try_from(decided.held).unwrap_or(u32::MAX);
        tracing::warn!(mailbox = settings.name, held, "the limit of notices an hour was reached");
        let trouble = Trouble::Cap { mailbox: settings.address.clone(), limit: settings.notices_per_hour, held };
        health.happened(Subject::Item(format!("cap.{}", settings.name)), trouble, now);
    }
    for problem in &decided.problems {
        tracing::error!(mailbox = settings.name, %problem, "a mail could not be written");
        let trouble = Trouble::Sending { mailbox: settings.address.clone(), error: problem.clone() };
        health.happened(Subject::Texts(settings.name.clone()), trouble, now);
    }
    if decided.mails > 0 {
        tracing::info!(mailbox = settings.name, mails = decided.mails, "decided");
    }
}

fn note_success(shared: &Shared, settings: &config::Mailbox, reported: &Reported) {
    let now = SystemClock.now();
    {
        let mut health = shared.health();
        health.works(&Subject::Polling(settings.name.clone()), now);
        health.works(&Subject::Register, now);
    }
    if reported.tally.new_items > 0 || reported.tally.sent > 0 {
        tracing::info!(mailbox = settings.name, new = reported.tally.new_items, sent = reported.tally.sent, "read");
    }
    let read_at = shared.config.calendar.local(now).format("%H:%M:%S");
    pulse::status(&format!("{} read at {read_at}{}", settings.name, troubles(shared)));
}

/// What fails now, for the status line.
fn troubles(shared: &Shared) -> String {
    let health = shared.health();
    let failing = health.failing();
    let Some((subject, since)) = failing.first() else { return String::new() };
    let since = shared.config.calendar.local(*since).format("%Y-%m-%d %H:%M");
    let more = if failing.len() > 1 { format!(" and {} more", failing.len() - 1) } else { String::new() };
    format!("; trouble: {subject} since {since}{more}")
}

async fn note_failure(shared: &Shared, settings: &config::Mailbox, error: &Interrupted) {
    let text = error.to_string();
    tracing::warn!(mailbox = settings.name, error = %text, "the mailbox could not be read to its end");
    pulse::status(&format!("failed: {}: {text}", settings.name));
    let subject = match error {
        Interrupted::Store(_) => Subject::Register,
        Interrupted::Mailbox(_) | Interrupted::Stopped(_) => Subject::Polling(settings.name.clone()),
    };
    let trouble = Trouble::Polling { mailbox: settings.address.clone(), error: text };
    shared.health().fails(subject, trouble, SystemClock.now());
    note_cause(shared, settings, error).await;
}

/// Remembers why the mailbox is not read, for the blind period that this may become.
async fn note_cause(shared: &Shared, settings: &config::Mailbox, error: &Interrupted) {
    let (name, Some(cause)) = (settings.name.clone(), cause_of(error)) else { return };
    // When the register cannot be written either, the period is written down all the same once it can.
    if let Err(error) = shared.engine.step(move |engine| engine.could_not_read(&name, cause)).await {
        tracing::debug!(%error, "the cause could not be written down");
    }
}

/// The header fields to fetch: what parsing wants, trace lines when border hosts are named, and what rules look at.
#[must_use]
pub fn header_fields(config: &config::Config, settings: &config::Mailbox) -> Vec<String> {
    let mut fields: Vec<String> = parse::FIELDS.iter().map(|field| (*field).to_owned()).collect();
    if !settings.border_hosts.is_empty() {
        fields.push("Received".to_owned());
    }
    let rules = config.pledges.iter().map(|pledge| &pledge.matches);
    for rule in rules.chain(settings.assign.iter().map(|rule| &rule.matches)) {
        fields.extend(rule.header.iter().map(|(name, _)| name.clone()));
    }
    let mut seen = std::collections::BTreeSet::new();
    fields.retain(|field| seen.insert(field.to_ascii_lowercase()));
    fields
}

/// A bar on a terminal, for a reading that takes a while.
fn show(bar: &ProgressBar, progress: &Progress) {
    if progress.total < WORTH_A_BAR {
        return;
    }
    if bar.is_hidden() {
        bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {per_sec} {eta}") {
            bar.set_style(style);
        }
    }
    bar.set_message(progress.folder.clone());
    bar.set_length(progress.total);
    bar.set_position(progress.done);
}
