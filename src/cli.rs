//! Arguments to commands, one file a command; every command writes to the `out` it is given and
//! returns how it ended.
//!
//! - `list`, `show`: the register, read beside the daemon; `json`, `table`, `wording`: how they say
//!   it
//! - `by_hand`: what the registrar does to an item; `rebuild`: the projections from the log
//! - `init`, `trial`: a first configuration, a first answer; `reach`, `survey`, `proposal`: what
//!   both need
//! - `letter`: the notice to print of a scanned letter
//! - `away`: who is away or back
//! - `live`: going live, pauses of mail to citizens
//! - `takeover`: the spare host becomes the one that works; `leads`: whether commands that write
//!   belong on this host
//! - `purge`: what the retention time ends
//! - `due`, `calendar`: what the configuration alone can answer
//! - `classify`, `preview`: what the rules say of a mail, and how our mails read
//! - `report`: the compliance report
//! - `export`, `backup`: the whole register out, as lines and as a copy; `whole`: files that are
//!   there whole or not at all; `interrupted`: what goes when a signal ends a command
//! - `alarm`: mail to the operator, for the service manager
//! - `completions`: scripts for the shells
//! - `when`: times as people type them
//! - `man`: manual pages
//! - `command`: the list of all, each with the function that it runs
//! - `loading`: the configuration, as each command needs it
//! - `logging`: what goes to standard error, and how
//! - `owner`: as root, the register's owner
//!
//! Only commands that are built are offered; the arguments of the others are laid down here, so
//! that their shapes are decided in one place.

pub mod alarm;
pub mod away;
pub mod backup;
pub mod by_hand;
pub mod calendar;
pub mod check;
pub mod classify;
mod command;
pub mod completions;
pub mod discover;
pub mod due;
pub mod export;
pub mod init;
mod interrupted;
pub mod json;
mod leads;
pub mod letter;
pub mod list;
pub mod live;
mod loading;
pub mod logging;
pub mod man;
mod once;
pub mod output;
mod owner;
pub mod postlista;
pub mod preview;
pub mod proposal;
pub mod purge;
pub mod reach;
pub mod rebuild;
pub mod report;
pub mod show;
pub mod survey;
pub mod table;
pub mod takeover;
pub mod trial;
pub mod when;
pub mod whole;
pub mod wording;

use crate::daemon::SystemClock;
use crate::domain::item::{self, ItemId};
pub use crate::failure::Failure;
use crate::ports::Clock;
use clap::{Args, Parser, ValueEnum};
use command::Call;
pub use command::Command;
use loading::{load_silently, load_without_secrets};
use output::write_text;
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The usual place of the configuration.
pub const DEFAULT_CONFIG: &str = "/etc/servicelofte/config.toml";

/// Keeps a municipality's service pledges on its shared mailbox.
///
/// It watches the mailbox over IMAP, logs every message with its deadline in working days, sees
/// when it has been answered, tells the citizen once when more time is needed, and escalates what
/// is overdue.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "servicelofte",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(after_help = "Examples:\n  \
    servicelofte list --overdue\n  \
    servicelofte show SL-2026-00042\n  \
    servicelofte due --pledge email \"2026-06-18 23:59\"\n  \
    servicelofte calendar 2027\n  \
    servicelofte completions bash > /etc/bash_completion.d/servicelofte\n\n\
    Exit codes: 0 done, 1 failed, 2 wrong usage, 78 bad configuration (each fault on a line).\n\
    RUST_LOG sets what is logged to standard error: error, warn, info (default), debug.")]
pub struct Arguments {
    /// Configuration file [default: /etc/servicelofte/config.toml]
    #[arg(long, global = true, env = "SERVICELOFTE_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How log lines look on standard error
    #[arg(
        long,
        global = true,
        env = "SERVICELOFTE_LOG_FORMAT",
        value_enum,
        default_value_t
    )]
    pub log_format: logging::LogFormat,
    #[command(subcommand)]
    pub command: Command,
}

impl Arguments {
    /// The configuration file to read.
    #[must_use]
    pub fn config_path(&self) -> &Path {
        self.config.as_deref().unwrap_or(Path::new(DEFAULT_CONFIG))
    }
}

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
    fn states(self) -> Vec<item::State> {
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

/// Runs the command.
pub fn dispatch(arguments: &Arguments, out: &mut dyn Write) -> Result<(), Failure> {
    let now = SystemClock.now();
    let call = Call {
        arguments,
        now,
        out,
    };
    arguments.command.run(call)
}

/// `check` here, or in the sandbox of a unit, as far as it is asked to go.
fn check_as_asked(
    arguments: &Arguments,
    args: &CheckArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    if let Some(unit) = &args.in_unit {
        let flags = [("--offline", args.offline), ("--send", args.send)];
        let flags = flags.into_iter().filter(|(_, is_on)| *is_on);
        let flags: Vec<&str> = flags.map(|(flag, _)| flag).collect();
        return check::unit::run(unit, &flags);
    }
    if args.offline {
        return check::run(
            &load_without_secrets(arguments)?,
            check::Reach::Offline,
            out,
        );
    }
    let reach = if args.send {
        check::Reach::Send
    } else {
        check::Reach::Servers
    };
    check::run(&load_silently(arguments)?, reach, out)
}

/// An item's reference as it was typed.
fn reference(written: &str) -> Result<ItemId, Failure> {
    ItemId::parse(written).ok_or_else(|| {
        Failure::Usage(format!(
            "{written:?} is no reference: write it like SL-2026-00042"
        ))
    })
}

/// One JSON document and a line end.
fn write_json(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|e| Failure::Failed(format!("cannot write JSON: {e}")))?;
    write_text(out, &text)
}
