//! A connection to a mailbox, in its turn, and the bar that shows a long reading on a terminal.

use super::rest::{connecting, doze, turn};
use super::shared::Shared;
use crate::config;
use crate::drivers::reader::Progress;
use crate::imap::ImapMailbox;
use crate::logins::Said;
use crate::mail::parse;
use crate::ports::MailboxError;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::time::{Duration, Instant};

/// How often it is looked whether a refused secret, or the authorities that a certificate did not
/// fit, have been changed.
const CHANGE_LOOK: Duration = Duration::from_secs(20);

/// A first reading of more messages than this shows a bar on a terminal.
const WORTH_A_BAR: u64 = 2_000;

pub(super) async fn connect(
    shared: &Shared,
    index: usize,
    settings: &config::Mailbox,
) -> Result<ImapMailbox, MailboxError> {
    let (fields, server) = (
        header_fields(&shared.config, settings),
        &settings.imap.server,
    );
    shared
        .logins
        .may(server, Instant::now())
        .map_err(MailboxError::Login)?;
    let _turn = turn(shared, index, server).await;
    let connected = connecting(shared, index, ImapMailbox::connect(server, &fields)).await;
    match &connected {
        Ok(open) => {
            shared.certificate_ends(
                format!("{}:{}", server.host, server.port),
                open.certificate_ends(),
            );
            shared.logins.accepted(server);
        }
        Err(MailboxError::Login(why)) => {
            shared
                .logins
                .refused(server, Said::Wrong, why, Instant::now());
        }
        Err(MailboxError::Busy(why)) => {
            shared
                .logins
                .refused(server, Said::Busy, why, Instant::now());
        }
        Err(_) => {}
    }
    connected
}

/// Waits for a mailbox's next connection: `rest`, or until its `ca_file` is another one; while a
/// refused login is to rest, until it may be tried or has got another secret. Says whether to go
/// on.
pub(super) async fn wait(
    shared: &Shared,
    index: usize,
    settings: &config::Mailbox,
    rest: Duration,
) -> bool {
    let server = &settings.imap.server;
    let rests = || shared.logins.may(server, Instant::now()).is_err();
    if rests() {
        while rests() {
            if !doze(shared, index, CHANGE_LOOK).await {
                return false;
            }
        }
        return true;
    }
    let Some(authorities) = server.ca_file.as_deref() else {
        return doze(shared, index, rest).await;
    };
    let (before, until) = (config::version_of(authorities), Instant::now() + rest);
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() || config::version_of(authorities) != before {
            return true;
        }
        if !doze(shared, index, left.min(CHANGE_LOOK)).await {
            return false;
        }
    }
}

/// The header fields to fetch: what parsing wants, and what rules look at.
#[must_use]
pub fn header_fields(config: &config::Config, settings: &config::Mailbox) -> Vec<String> {
    let mut fields: Vec<String> = parse::FIELDS
        .iter()
        .map(|field| (*field).to_owned())
        .collect();
    let rules = config.pledges.iter().map(|pledge| &pledge.matches);
    for rule in rules.chain(settings.assign.iter().map(|rule| &rule.matches)) {
        fields.extend(rule.header.iter().map(|(name, _)| name.clone()));
    }
    let mut seen = std::collections::BTreeSet::new();
    fields.retain(|field| seen.insert(field.to_ascii_lowercase()));
    fields
}

/// A bar on a terminal, for a reading that takes a while.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    pub fn show(&self, progress: &Progress) {
        let Self(bar) = self;
        if progress.total < WORTH_A_BAR {
            return;
        }
        if bar.is_hidden() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            if let Ok(style) =
                ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {per_sec} {eta}")
            {
                bar.set_style(style);
            }
        }
        if bar.is_finished() {
            bar.reset();
        }
        bar.set_message(progress.folder.clone());
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        if progress.done >= progress.total {
            bar.finish_and_clear();
        }
    }
}
