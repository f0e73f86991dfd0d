//! What a round and a sending say in the log and in systemd's status line. Nothing of a sender, a
//! subject or a content.

use super::pulse;
use super::shared::Shared;
use crate::config;
use crate::domain::coverage::Comparison;
use crate::domain::gate::Gate;
use crate::domain::reader::Reader;
use crate::domain::steadiness::Seen;
use crate::drivers::Interrupted;
use crate::drivers::deliver::{Copies, Handed};
use crate::drivers::sync::Reported;
use crate::engine::became::Lost;
use crate::engine::purge::Purge;
use crate::ports::Clock;
use crate::rounds::{Decisions, Round, Signs};
use crate::store::aside::Aside;
use std::time::Instant;

/// The matter of a clock that is doubted.
const CLOCK: &str = "clock";

pub(super) fn round(shared: &Shared, settings: &config::Mailbox, round: &Round) {
    let mailbox = &settings.name;
    match &round.read {
        Ok(reported) => {
            over(shared, mailbox, "read", "the mailbox is read again");
            read(mailbox, reported);
        }
        Err(error) => unread(shared, settings, error),
    }
    unfinished(shared, mailbox, round);
    mails(shared, settings, round);
    if let Some(Ok(saved)) = &round.copies {
        copies(shared, mailbox, saved);
    }
    let comparisons = round.compared.iter().flatten().flatten();
    comparisons.for_each(|comparison| compared(mailbox, comparison));
    if let Some(Ok(Some(purge))) = &round.erased {
        erased(purge);
    }
    if let Some(Ok(Signs { aside, .. })) = &round.signs {
        for aside in aside {
            set_aside(shared, aside);
        }
    }
}

/// The mails of a round: decided, given up, handed over.
fn mails(shared: &Shared, settings: &config::Mailbox, round: &Round) {
    let mailbox = &settings.name;
    if let Ok(decisions) = &round.decided {
        decided(shared, mailbox, decisions);
    }
    let lost = round.doubts.iter().flatten().flatten();
    lost.for_each(|lost| given_up(mailbox, lost));
    if let Some(Ok(handed)) = &round.sent {
        sent(shared, settings, handed);
    }
}

fn erased(purge: &Purge) {
    let Purge {
        items, sent, kept, ..
    } = purge;
    tracing::info!(items, sent, kept, "erased by the retention time");
}

fn set_aside(shared: &Shared, aside: &Aside) {
    if let Some(silent) = tells(shared, &aside.item.to_string(), "aside", &aside.why) {
        tracing::error!(item = %aside.item, why = aside.why, silent, "an item cannot be read: it is set aside");
    }
}

/// What could not be done beside the reading.
fn unfinished(shared: &Shared, mailbox: &str, round: &Round) {
    let mut whole = round.read.is_ok();
    for error in round.errors().skip(usize::from(round.read.is_err())) {
        whole = false;
        if let Some(silent) = tells(shared, mailbox, "round", &error.to_string()) {
            tracing::warn!(mailbox, %error, silent, "not everything could be done");
        }
    }
    if whole {
        over(shared, mailbox, "round", "everything is done again");
    }
}

/// How the copies for Sent fared.
fn copies(shared: &Shared, mailbox: &str, copies: &Copies) {
    match &copies.refused {
        Some(why) => {
            if let Some(silent) = tells(shared, mailbox, "copies", why) {
                tracing::warn!(mailbox, %why, silent, "the server does not take the copy of a mail into Sent; the mail itself has left");
            }
        }
        None if copies.saved > 0 => over(
            shared,
            mailbox,
            "copies",
            "copies are taken into Sent again",
        ),
        None => {}
    }
}

/// Whether a trouble is to be logged now: how often it has come up in silence since it was.
fn tells(shared: &Shared, mailbox: &str, matter: &str, text: &str) -> Option<u32> {
    shared
        .repeats
        .tells(&format!("{matter}.{mailbox}"), text, Instant::now())
}

/// A trouble is over, if it was one.
fn over(shared: &Shared, mailbox: &str, matter: &str, words: &str) {
    if let Some(lasted) = shared
        .repeats
        .over(&format!("{matter}.{mailbox}"), Instant::now())
    {
        tracing::info!(mailbox, minutes = lasted.as_secs() / 60, "{words}");
    }
}

/// The way out cannot even be tried.
pub(super) fn cannot_send(shared: &Shared, settings: &config::Mailbox, error: &str) {
    if let Some(silent) = tells(shared, &settings.name, "send", error) {
        tracing::error!(mailbox = settings.name, %error, silent, "cannot send");
    }
}

pub(super) fn unread(shared: &Shared, settings: &config::Mailbox, error: &Interrupted) {
    if let Some(silent) = tells(shared, &settings.name, "read", &error.to_string()) {
        tracing::warn!(mailbox = settings.name, %error, silent, "the mailbox could not be read to its end");
    }
    pulse::status(&format!("failed: {}: {error}", settings.name));
}

pub(super) fn read(mailbox: &str, reported: &Reported) {
    let tally = &reported.tally;
    if tally.new_items > 0 || tally.sent > 0 {
        tracing::info!(mailbox, new = tally.new_items, sent = tally.sent, "read");
    }
    if let Some(item) = tally.unreadable {
        tracing::warn!(mailbox, %item, "a message could not be read; it is an item all the same");
    }
}

fn decided(shared: &Shared, mailbox: &str, decisions: &Decisions) {
    match decisions.clock {
        Seen::Steady => {
            if let Some(lasted) = shared.repeats.over(CLOCK, Instant::now()) {
                tracing::warn!(
                    minutes = lasted.as_secs() / 60,
                    "the clock is believed again: mails leave"
                );
            }
        }
        Seen::Settling => {}
        Seen::Jumped { minutes } => {
            tracing::warn!(
                minutes,
                "the clock jumped; nothing is decided until it has settled"
            );
        }
        Seen::Doubted { minutes, .. } => {
            if let Some(silent) = shared.repeats.tells(CLOCK, "doubted", Instant::now()) {
                tracing::error!(
                    minutes,
                    silent,
                    "the clock is far ahead of what is known, and no mail shows that it is right: nothing is sent"
                );
            }
            pulse::status(
                "nothing is sent: the clock is doubted; compare it with one that is right",
            );
        }
    }
    if decisions.held > 0 {
        tracing::warn!(
            mailbox,
            held = decisions.held,
            "the limit of notices an hour was reached"
        );
    }
    for problem in &decisions.problems {
        tracing::error!(mailbox, %problem, "a mail could not be written");
    }
    if decisions.mails > 0 {
        tracing::info!(mailbox, mails = decisions.mails, "decided");
    }
}

/// How the handing over of mails went.
pub(super) fn sent(shared: &Shared, settings: &config::Mailbox, handed: &Handed) {
    let mailbox = &settings.name;
    handed.lost.iter().for_each(|lost| given_up(mailbox, lost));
    if handed.unknown > 0 {
        tracing::warn!(
            mailbox,
            mails = handed.unknown,
            "the connection was lost at the end; the mail will be looked for"
        );
    }
    if let Some(why) = &handed.copy_refused {
        tracing::warn!(mailbox, %why, "the server does not take the copy (own_copy of a notice, the registrar's of a letter); the mail has left");
    }
    if handed.accepted > 0 {
        tracing::info!(mailbox, mails = handed.accepted, "sent");
    }
    stuck(shared, mailbox, handed);
    let is_stuck = handed.barred.is_some() || handed.deferred.is_some();
    if handed.accepted > 0 && !is_stuck {
        let line = "the server takes mail of ours again";
        over(shared, mailbox, "barred", line);
        over(shared, mailbox, "send", "mail leaves again");
    }
}

/// Why mail does not leave.
fn stuck(shared: &Shared, mailbox: &str, handed: &Handed) {
    if let Some(why) = &handed.barred
        && let Some(silent) = tells(shared, mailbox, "barred", why)
    {
        tracing::error!(mailbox, %why, silent, "the server takes no mail of ours; an operator must act");
    }
    if let Some(why) = &handed.deferred
        && let Some(silent) = tells(shared, mailbox, "send", why)
    {
        tracing::warn!(mailbox, %why, silent, "sending has to wait");
    }
}

fn given_up(mailbox: &str, lost: &Lost) {
    let Lost {
        reference,
        reader,
        why,
    } = lost;
    tracing::error!(mailbox, item = reference, reader = reader.as_ref().map(Reader::as_str), %why, "a mail was given up");
}

fn compared(mailbox: &str, comparison: &Comparison) {
    let Comparison {
        folder,
        method,
        on_server,
        unread,
        found,
        missing,
        ..
    } = comparison;
    tracing::info!(
        mailbox,
        folder,
        method = method.as_str(),
        on_server,
        unread,
        found,
        missing,
        "compared"
    );
    if *found > 0 {
        tracing::error!(
            mailbox,
            folder,
            found,
            "messages had been missed; they are logged now"
        );
    }
}

/// systemd's status line, after a complete reading.
pub(super) fn status(shared: &Shared, settings: &config::Mailbox, round: &Round) {
    if round.read.is_err() {
        return;
    }
    let read_at = shared
        .config
        .calendar
        .local(shared.clock.now())
        .format("%H:%M:%S");
    let gate = round
        .decided
        .as_ref()
        .ok()
        .and_then(|decided| decided.gate.as_ref());
    let leaving = gate.map_or_else(String::new, |gate| leaving(shared, gate));
    let leads = shared.leave.as_ref().map_or_else(String::new, |leave| {
        format!("; leads, generation {}", leave.generation())
    });
    pulse::status(&format!(
        "{} read at {read_at}{leaving}{leads}{}",
        settings.name,
        troubles(shared)
    ));
}

/// Whether mail to citizens leaves, where it does not.
fn leaving(shared: &Shared, gate: &Gate) -> String {
    match gate {
        Gate::Open => String::new(),
        Gate::Shadow => "; in shadow: nothing goes to citizens".to_owned(),
        Gate::Paused(pause) => {
            let since = shared
                .config
                .calendar
                .local(pause.since)
                .format("%Y-%m-%d %H:%M");
            format!("; paused since {since}: nothing goes to citizens")
        }
    }
}

/// What fails now, for the status line.
fn troubles(shared: &Shared) -> String {
    let health = shared.health();
    let failing = health.failing();
    let Some((subject, since)) = failing.first() else {
        return String::new();
    };
    let since = shared
        .config
        .calendar
        .local(*since)
        .format("%Y-%m-%d %H:%M");
    let more = if failing.len() > 1 {
        format!(" and {} more", failing.len() - 1)
    } else {
        String::new()
    };
    format!("; trouble: {subject} since {since}{more}")
}
