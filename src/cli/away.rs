//! `away` and `back`: who is away, entered on the server. The daemon beside follows it at its next
//! look.

use super::beside;
use super::output::write_text;
use super::wording;
use crate::cli::when;
use crate::config::Config;
use crate::engine::people::Undone;
use crate::failure::Failure;
use crate::mail::texts::in_words;
use crate::words::{NO_BREAK, of};
use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use std::io::Write;

/// Says that someone is away: their deputy has their items meanwhile
///
/// It counts beside `away` in the configuration, from now on, without a restart.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  servicelofte away registrator\n  \
    servicelofte away registrator 2026-12-21 2027-01-06")]
pub struct AwayArgs {
    /// The member's id in the configuration, name or address
    #[arg(value_name = "STAFF")]
    pub staff: String,
    /// The first day, as YYYY-MM-DD; default: today
    #[arg(value_name = "FROM")]
    pub from: Option<String>,
    /// The last day; default: until `back`
    #[arg(value_name = "TO")]
    pub to: Option<String>,
}

/// Says that someone is back
///
/// An absence under way ends today, one of the configuration too. Of someone who is there, it
/// takes back what was told of days to come.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte back registrator")]
pub struct BackArgs {
    /// The member's id in the configuration, name or address
    #[arg(value_name = "STAFF")]
    pub staff: String,
}

/// Enters that a person is away.
pub fn away(
    config: &Config,
    arguments: &AwayArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let day = |text: &String| when::day(text, &config.calendar);
    let days = (
        arguments.from.as_ref().map(day).transpose()?,
        arguments.to.as_ref().map(day).transpose()?,
    );
    let absence = beside::engine(config)?
        .away(&arguments.staff, days, &beside::by(), now)
        .map_err(|undone| told(&undone))?;
    let language = config.service.language;
    let shown = |day: NaiveDate| in_words::date(language, day).replace(NO_BREAK, " ");
    let say = &of(language).commands;
    let away = (say.away)(&person(config, &arguments.staff), &shown(absence.from));
    let told = match absence.until {
        Some(until) => (say.away_until)(&away, &shown(until)),
        None => (say.away_until_back)(&away),
    };
    write_text(out, &told)
}

/// They are back.
pub fn back(
    config: &Config,
    arguments: &BackArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    beside::engine(config)?
        .back(&arguments.staff, now)
        .map_err(|undone| told(&undone))?;
    let say = &of(config.service.language).commands;
    write_text(out, &(say.back)(&person(config, &arguments.staff)))
}

fn person(config: &Config, staff: &str) -> String {
    wording::person(
        config,
        config.staff.named(staff).map_or(staff, |member| &member.id),
    )
}

fn told(undone: &Undone) -> Failure {
    Failure::Failed(undone.to_string())
}
