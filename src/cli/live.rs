//! `go-live`, `pause` and `resume`: whether mail leaves. Each is one line of the log, and the
//! daemon beside follows it at its next look.

use super::beside;
use super::by_hand::must_say;
use super::output::write_text;
use crate::config::{Config, Mailbox};
use crate::domain::gate::{Gate, Missing};
use crate::engine::gate::held_by_pause;
use crate::failure::Failure;
use crate::store::{Db, StoreError};
use crate::words::of;
use chrono::{DateTime, Utc};
use clap::Args;
use std::io::Write;

/// Lets mail leave for good, after shadow
///
/// Lists what is missing first, and changes nothing as long as something is. What fell due in
/// shadow is not sent.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  servicelofte go-live --staff-told\n  \
    servicelofte go-live --anyway    whatever is missing; the log keeps what it was")]
pub struct GoLiveArgs {
    /// Staff know from when on mail leaves in their names
    #[arg(long)]
    pub staff_told: bool,
    /// Whatever is missing
    #[arg(long)]
    pub anyway: bool,
}

/// Stops all mail to citizens, within a minute
///
/// Logging, reminding and escalating go on. The operator and the handlers are told. `resume` ends
/// it.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte pause \"fel telefonnummer i beskeden\"")]
pub struct PauseArgs {
    /// Why; kept in the log, and told
    #[arg(value_name = "REASON")]
    pub reason: String,
}

/// Lets mail to citizens leave again, after a pause
///
/// What can still keep its pledge leaves at once; what has become late leaves a few an hour.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte resume")]
pub struct ResumeArgs {}

/// Switches from shadow to mail that leaves, if nothing is missing.
pub fn go_live(
    config: &Config,
    arguments: &GoLiveArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut engine = beside::engine(config)?;
    let say = &of(config.service.language).gate;
    let said = engine.db().said()?;
    if let Some(text) = live_already(config, said.live_at) {
        return write_text(out, &text);
    }
    let missing = missing(config, &engine.db(), arguments.staff_told)?;
    for one in &missing {
        write_text(out, &format!("{}  {}", say.missing, (say.remedy)(*one)))?;
    }
    if !missing.is_empty() && !arguments.anyway {
        return Err(Failure::Failed(say.nothing_changed.to_owned()));
    }
    engine.go_live(missing, &beside::by(), now)?;
    write_text(out, say.went_live)?;
    if said.pause.is_some() {
        write_text(out, say.still_paused)?;
    }
    Ok(())
}

fn live_already(config: &Config, live_at: Option<DateTime<Utc>>) -> Option<String> {
    let say = &of(config.service.language).gate;
    if !config.service.shadow.citizens {
        return Some(say.live_by_configuration.to_owned());
    }
    let since = config.calendar.local(live_at?).format("%Y-%m-%d %H:%M");
    Some((say.live_since)(&since.to_string()))
}

/// Stops mail to citizens.
pub fn pause(
    config: &Config,
    arguments: &PauseArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let reason = must_say(
        &arguments.reason,
        "the reason is empty: write why mail to citizens is to stop",
    )?;
    let mut engine = beside::engine(config)?;
    let say = &of(config.service.language).gate;
    let text = if engine.pause_mail(&reason, &beside::by(), now)? {
        say.paused
    } else {
        say.paused_before
    };
    write_text(out, text)
}

/// Lets it leave again.
pub fn resume(config: &Config, now: DateTime<Utc>, out: &mut dyn Write) -> Result<(), Failure> {
    let say = &of(config.service.language).gate;
    let mut engine = beside::engine(config)?;
    let held = engine.resume_mail(&beside::by(), now)?;
    let gates = engine.db().said()?.gates(config.service.shadow);
    let text = match held {
        None => say.not_paused_before.to_owned(),
        // The end of a pause lets nothing leave before the service is live.
        Some(_) if gates.citizens == Gate::Shadow => say.resumed_in_shadow.to_owned(),
        Some(held) => (say.resumed)(held),
    };
    write_text(out, &text)
}

/// Whether mail to citizens leaves, from this host, in a line for lists; `None`: it does.
pub fn line(config: &Config, db: &Db<'_>) -> Result<Option<String>, StoreError> {
    let say = &of(config.service.language).gate;
    if !super::leads::is_here(config)? {
        return Ok(Some(say.does_not_lead.to_owned()));
    }
    Ok(match db.said()?.gates(config.service.shadow).citizens {
        Gate::Open => None,
        Gate::Shadow => Some(say.in_shadow.to_owned()),
        Gate::Paused(pause) => {
            let since = config.calendar.local(pause.since).format("%Y-%m-%d %H:%M");
            let (reason, held) = (&pause.reason, held_by_pause(db)?.len());
            Some((say.paused_since)(&since.to_string(), reason, held))
        }
    })
}

fn missing(config: &Config, db: &Db<'_>, staff_told: bool) -> Result<Vec<Missing>, StoreError> {
    let adopted = config
        .pledges
        .iter()
        .all(|pledge| pledge.decision.is_some());
    let can_complain = |mailbox: &Mailbox| mailbox.organisation.letterhead.complaints.is_some();
    let complaints = config.mailboxes.iter().all(can_complain);
    let mut sent = true;
    for mailbox in &config.mailboxes {
        sent &= db.meta(&check_sent_key(&mailbox.name))?.is_some();
    }
    let checks = [
        (Missing::PledgeDecision, adopted),
        (Missing::Retention, config.service.retention.is_some()),
        (Missing::Complaints, complaints),
        (Missing::ExampleValues, config.examples().is_empty()),
        (Missing::CheckSend, sent),
        (Missing::StaffTold, staff_told),
    ];
    Ok(checks
        .into_iter()
        .filter(|(_, is_there)| !is_there)
        .map(|(missing, _)| missing)
        .collect())
}

/// The key under which the register keeps when the last mail of `check --send` came back to a
/// mailbox.
#[must_use]
pub fn check_sent_key(mailbox: &str) -> String {
    format!("check-sent.{mailbox}")
}
