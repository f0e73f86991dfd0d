//! `check`: tries everything that the promise depends on, a line each, with the remedy for what
//! fails.

mod access;
mod asked;
mod clock;
mod doubts;
mod lease;
mod mistakes;
mod people;
mod register;
mod retention;
mod said;
mod send;
mod senders;
mod servers;
pub(super) mod unit;
mod unwatched;

pub use servers::{Reach, word_of};

use super::{preview, tasks};
use crate::config::Config;
use crate::daemon::SystemClock;
use crate::domain::calendar::holidays::KNOWN_YEARS;
use crate::failure::Failure;
use crate::mail::texts::Texts;
use crate::mail::texts::facts::Sender;
use crate::ports::Clock;
use crate::words::of;
use chrono::Datelike;
use register::database;
use said::Report;
use servers::servers;
use std::io::Write;

/// Tries everything. Fails when a line is a fault.
pub fn run(config: &Config, reach: Reach, out: &mut dyn Write) -> Result<(), Failure> {
    let mut report = Report::to(out);
    on_this_host(config, &mut report)?;
    if reach != Reach::Offline {
        tasks::runtime()?.block_on(servers(config, reach, &mut report))?;
    }
    report.end()
}

/// Everything that no server has to be asked for.
fn on_this_host(config: &Config, report: &mut Report<'_>) -> Result<(), Failure> {
    let now = SystemClock.now();
    report.ok(&format!(
        "configuration: {} mailbox(es), {} pledge(s)",
        config.mailboxes.len(),
        config.pledges.len()
    ))?;
    for warning in &config.warnings {
        report.warning(warning)?;
    }
    mistakes::told(config, now, report)?;
    calendar(config, report)?;
    templates(config, report)?;
    people::there_today(config, now, report)?;
    database(config, report)?;
    retention::kept(config, now, report)?;
    lease::commands(config, report)
}

/// This year and, towards its end, the next: is the calendar known, and has anybody looked at the
/// closed days?
fn calendar(config: &Config, report: &mut Report<'_>) -> Result<(), Failure> {
    let today = config.calendar.local_date(SystemClock.now());
    let years = if today.month() >= 11 {
        today.year()..=today.year() + 1
    } else {
        today.year()..=today.year()
    };
    for year in years {
        if !KNOWN_YEARS.contains(&year) {
            report.fault(&format!(
                "calendar {year}: holidays are known from {} to {}; set the machine's clock, or upgrade",
                KNOWN_YEARS.start(),
                KNOWN_YEARS.end()
            ))?;
            continue;
        }
        let closed = config
            .calendar
            .closed_days
            .keys()
            .filter(|date| date.year() == year)
            .count();
        if closed == 0 {
            report.warning(&format!(
                "calendar {year}: no day is closed by decision; add calendar.closed_days if the municipality closes on bridge days"
            ))?;
        } else {
            report.ok(&format!(
                "calendar {year}: {closed} day(s) closed by decision"
            ))?;
        }
    }
    Ok(())
}

fn templates(config: &Config, report: &mut Report<'_>) -> Result<(), Failure> {
    match Texts::new(config.service.language, config.service.templates.as_deref()) {
        Ok(texts) => {
            let language = of(config.service.language).english_name;
            for lacking in preview::lacking(&texts, &Sender::from(&config.organisation.letterhead))
            {
                report.fault(&format!(
                    "texts: {lacking}; look at it with: servicelofte preview"
                ))?;
            }
            let tongues = texts
                .tongues()
                .map(|tongue| tongue.to_string())
                .collect::<Vec<_>>()
                .join(", ");
            let own = match texts.own() {
                none if none.is_empty() => {
                    if let Some(folder) = &config.service.templates {
                        report.warning(&format!(
                            "texts: {} holds no template of ours, so all texts are the built-in ones; name them as `servicelofte preview` does, or take service.templates out",
                            folder.display()
                        ))?;
                    }
                    "all built in".to_owned()
                }
                own => format!("own templates: {}", own.join(", ")),
            };
            report.ok(&format!(
                "texts: {language}, to citizens also in {tongues}; {own}"
            ))
        }
        Err(problems) => problems
            .into_iter()
            .try_for_each(|problem| report.fault(&format!("texts: {problem}"))),
    }
}
