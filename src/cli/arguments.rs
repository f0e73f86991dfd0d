//! What is typed behind the commands that have few options.

use crate::domain::item::{self, ItemId};
use crate::failure::Failure;
use chrono::{Datelike, NaiveDate};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// The usual place of the configuration.
pub const DEFAULT_CONFIG: &str = "/etc/servicelofte/config.toml";

/// Runs the daemon: watches the mailboxes, reminds, notifies and escalates
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte run\n  servicelofte run --once    for a timer, or to try it out"
)]
pub struct RunArgs {
    /// Sync every folder, decide, deliver all that is due, and end; exit code 1 if something could
    /// not be reached
    #[arg(long)]
    pub once: bool,
}

/// Tries everything, a line each: ok, warning or fault with its remedy
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte check\n  servicelofte check --offline    configuration, calendar and disk only\n  \
    servicelofte check --send       one mail from each mailbox to itself\n  \
    sudo servicelofte check --in-unit    in the unit's own sandbox, with its credentials"
)]
pub struct CheckArgs {
    /// Connect to no server, and read no password
    #[arg(long)]
    pub offline: bool,
    /// Send one mail from each mailbox to itself, and say what came of it
    #[arg(long, conflicts_with = "offline")]
    pub send: bool,
    /// Check where the service of this unit lives: what its sandbox hides is hidden, its
    /// credentials are there, and its configuration is checked
    #[arg(long, value_name = "UNIT", num_args = 0..=1, default_missing_value = "servicelofte.service", conflicts_with = "config")]
    pub in_unit: Option<String>,
}

/// Lists items, the most urgent first
///
/// What waits for an answer stands first, then what is settled, the latest first. Without --state,
/// the table has the last 20 settled items and only counts the others, those excluded and those
/// from before the start of the service; JSON has all but those from before the start.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte list --overdue\n  servicelofte list --state open --handler registrator --json"
)]
pub struct ListArgs {
    /// Only items in this state
    #[arg(long, value_name = "STATE")]
    pub state: Option<State>,
    /// Only items of the mailbox of this name
    #[arg(long, value_name = "NAME")]
    pub mailbox: Option<String>,
    /// Only items that this member of staff has
    #[arg(long, value_name = "STAFF")]
    pub handler: Option<String>,
    /// Only items that wait for an answer past their due date
    #[arg(long)]
    pub overdue: bool,
    /// Only the items behind a figure of the report: FIGURE, PLEDGE/FIGURE or MAILBOX/PLEDGE/FIGURE
    #[arg(long = "in", value_name = "CELL")]
    pub within: Option<String>,
    /// The month of that report [default: the last one]
    #[arg(long, value_name = "YYYY-MM", requires = "within")]
    pub month: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// States that `list` selects by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum State {
    Open,
    Answered,
    ProbablyAnswered,
    NoQuestion,
    Closed,
    Excluded,
    History,
    /// Every state
    All,
}

impl State {
    /// The states of the items that are selected.
    pub(super) fn states(self) -> Vec<item::State> {
        vec![match self {
            State::Open => item::State::Open,
            State::Answered => item::State::Answered,
            State::ProbablyAnswered => item::State::ProbablyAnswered,
            State::NoQuestion => item::State::NoQuestion,
            State::Closed => item::State::Closed,
            State::Excluded => item::State::Excluded,
            State::History => item::State::History,
            State::All => return item::State::ALL.to_vec(),
        }]
    }
}

/// Shows one item: facts, how the due date was reached, evidence and history
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte show SL-2026-00042\n  servicelofte show SL-2026-00042 --json"
)]
pub struct ShowArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// Computes the due date of one arrival, with its derivation
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte due --pledge email 2026-06-18T23:59:59+02:00\n  \
    servicelofte due --pledge letter \"2026-06-18 14:00\" --json"
)]
pub struct DueArgs {
    /// The pledge's name in the configuration
    #[arg(long, value_name = "NAME")]
    pub pledge: String,
    /// When it arrived: RFC 3339, or local time as YYYY-MM-DD or "YYYY-MM-DD HH:MM"
    #[arg(value_name = "RECEIVED")]
    pub received: String,
    /// Print one JSON document
    #[arg(long)]
    pub json: bool,
}

/// Prints a year's holidays, closed days and number of working days
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte calendar 2026\n  servicelofte calendar 2027 --json"
)]
pub struct CalendarArgs {
    /// From 1990 to 2100
    #[arg(value_name = "YEAR")]
    pub year: i32,
    /// Print one JSON document: every day of the year
    #[arg(long)]
    pub json: bool,
}

/// Says what raw mails are and why: one JSON object a line
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte classify mail.eml\n  servicelofte classify - < mail.eml\n\n\
    Without a configuration file, what only the municipality knows (its scanners, its addresses) is not used."
)]
pub struct ClassifyArgs {
    /// Files of raw mail; - reads standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Print JSON; it always does, so this changes nothing
    #[arg(long)]
    pub json: bool,
}

/// Builds the projections again from the log
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  systemctl stop servicelofte && servicelofte rebuild")]
pub struct RebuildArgs {}

/// Mails the operator that the service has stopped, by the way of alarms; systemd runs it then
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte alarm \"servicelofte.service has failed\"")]
pub struct AlarmArgs {
    /// The event to tell of
    #[arg(value_name = "TEXT")]
    pub text: String,
    /// It is about a backup: the mail says that the service itself runs
    #[arg(long)]
    pub backup: bool,
}

/// Writes the manual pages, for packages
#[derive(Clone, Debug, Args)]
#[command(hide = true)]
pub struct ManArgs {
    /// Where man1 and man5 come to be
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
}

/// Prints a script that completes commands and options in a shell
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte completions bash > /etc/bash_completion.d/servicelofte\n  \
    servicelofte completions fish > ~/.config/fish/completions/servicelofte.fish"
)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

/// An item's reference as it was typed; without its year it is one of this year.
pub(super) fn reference(written: &str, today: NaiveDate) -> Result<ItemId, Failure> {
    ItemId::parse_in(written, today.year()).ok_or_else(|| {
        Failure::Usage(format!(
            "{written:?} is no reference: write it like SL-2026-00042"
        ))
    })
}
