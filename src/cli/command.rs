//! Every command, in groups as `--help` lists them, with the function that each of them runs.
//!
//! The groups have plain comments: of a documented one clap would make the help of the program.

use super::arguments::{
    CalendarArgs, CheckArgs, ClassifyArgs, CompletionsArgs, DEFAULT_CONFIG, DueArgs, ListArgs,
    ManArgs, RebuildArgs, RunArgs, ShowArgs,
};
use super::loading::{load, load_for_trial, load_if_any, load_silently, load_without_secrets};
use super::logging;
use super::table::Screen;
use super::{
    alarm, away, backup, by_hand, calendar, check, classify, completions, due, export, init,
    letter, list, live, man, preview, purge, rebuild, report, show, takeover, trial,
};
use crate::config::Config;
use crate::daemon;
use crate::failure::Failure;
use chrono::{DateTime, Utc};
use clap::{Parser, Subcommand};
use std::io::Write;
use std::path::{Path, PathBuf};

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

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    #[command(flatten)]
    Service(Service),
    #[command(flatten)]
    Look(Look),
    #[command(flatten)]
    Settle(Settle),
    #[command(flatten)]
    Tell(Tell),
    #[command(flatten)]
    Mark(Mark),
    #[command(flatten)]
    Order(Order),
    #[command(flatten)]
    Ask(Ask),
    #[command(flatten)]
    Keep(Keep),
    #[command(flatten)]
    Install(Install),
}

// The service itself, and the way to it.
#[derive(Clone, Debug, Subcommand)]
pub enum Service {
    Run(RunArgs),
    Check(CheckArgs),
    Init(init::InitArgs),
    Trial(trial::TrialArgs),
}

// What there is.
#[derive(Clone, Debug, Subcommand)]
pub enum Look {
    List(ListArgs),
    Show(ShowArgs),
}

// By hand: what becomes of an item.
#[derive(Clone, Debug, Subcommand)]
pub enum Settle {
    Assign(by_hand::AssignArgs),
    Close(by_hand::CloseArgs),
    Promise(by_hand::PromiseArgs),
    Start(by_hand::StartArgs),
    Exclude(by_hand::ExcludeArgs),
    Reopen(by_hand::ReopenArgs),
    Confirm(by_hand::ConfirmArgs),
    Question(by_hand::QuestionArgs),
}

// By hand: what its citizen is told.
#[derive(Clone, Debug, Subcommand)]
pub enum Tell {
    NoNotice(by_hand::NoNoticeArgs),
    Posted(by_hand::PostedArgs),
    Split(by_hand::SplitArgs),
    Returns(by_hand::ReturnsArgs),
    Letter(letter::LetterArgs),
    Notify(by_hand::NotifyArgs),
}

// By hand: what is noted of an item.
#[derive(Clone, Debug, Subcommand)]
pub enum Mark {
    Sender(by_hand::SenderArgs),
    Records(by_hand::RecordsArgs),
    Remind(by_hand::RemindArgs),
    Note(by_hand::NoteArgs),
    Hold(by_hand::HoldArgs),
}

// Who is there, and whether mail goes to citizens.
#[derive(Clone, Debug, Subcommand)]
pub enum Order {
    Away(away::AwayArgs),
    Back(away::BackArgs),
    GoLive(live::GoLiveArgs),
    Pause(live::PauseArgs),
    Resume(live::ResumeArgs),
    Takeover(takeover::TakeoverArgs),
}

// Questions that need no register.
#[derive(Clone, Debug, Subcommand)]
pub enum Ask {
    Due(DueArgs),
    Calendar(CalendarArgs),
    Classify(ClassifyArgs),
    Preview(preview::PreviewArgs),
}

// The register as a whole.
#[derive(Clone, Debug, Subcommand)]
pub enum Keep {
    Report(report::ReportArgs),
    Export(export::ExportArgs),
    Backup(backup::BackupArgs),
    Purge(purge::PurgeArgs),
    Rebuild(RebuildArgs),
}

// For service managers, packages and shells.
#[derive(Clone, Debug, Subcommand)]
pub enum Install {
    Alarm(alarm::AlarmArgs),
    Man(ManArgs),
    Completions(CompletionsArgs),
}

/// One call of the program.
pub(super) struct Call<'a> {
    pub arguments: &'a Arguments,
    pub now: DateTime<Utc>,
    pub out: &'a mut dyn Write,
}

impl Call<'_> {
    /// The configuration without the secrets, which only servers ask for.
    fn rules(&self) -> Result<Config, Failure> {
        load_without_secrets(self.arguments)
    }
}

impl Command {
    pub(super) fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        match self {
            Self::Service(command) => command.run(call),
            Self::Look(command) => command.run(call),
            Self::Settle(command) => command.run(call),
            Self::Tell(command) => command.run(call),
            Self::Mark(command) => command.run(call),
            Self::Order(command) => command.run(call),
            Self::Ask(command) => command.run(call),
            Self::Keep(command) => command.run(call),
            Self::Install(command) => command.run(call),
        }
    }
}

impl Service {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let Call {
            arguments,
            now,
            out,
        } = call;
        match self {
            Self::Run(RunArgs { once }) => daemon::run(*once, &|| load(arguments)),
            Self::Check(args) => check_as_asked(arguments, args, out),
            Self::Init(args) => init::run(args, arguments.config_path(), now, out),
            Self::Trial(args) => trial::run(load_for_trial(arguments, args)?, args, now, out),
        }
    }
}

impl Look {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let (rules, screen) = (call.rules()?, Screen::of_stdout());
        let Call { now, out, .. } = call;
        match self {
            Self::List(args) => list::run(&rules, args, screen, now, out),
            Self::Show(args) => show::run(&rules, args, screen, now, out),
        }
    }
}

impl Settle {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let (rules, now, out) = (call.rules()?, call.now, call.out);
        match self {
            Self::Assign(args) => by_hand::assign(rules, args, now, out),
            Self::Close(args) => by_hand::close(rules, args, now, out),
            Self::Promise(args) => by_hand::promise(rules, args, now, out),
            Self::Start(args) => by_hand::start(rules, args, now, out),
            Self::Exclude(args) => by_hand::exclude(rules, args, now, out),
            Self::Reopen(args) => by_hand::reopen(rules, args, now, out),
            Self::Confirm(args) => by_hand::confirm(rules, &args.reference, now, out),
            Self::Question(args) => by_hand::question(rules, &args.reference, now, out),
        }
    }
}

impl Tell {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let (rules, now, out) = (call.rules()?, call.now, call.out);
        match self {
            Self::NoNotice(args) => by_hand::no_notice(rules, args, now, out),
            Self::Posted(args) => by_hand::posted(rules, args, now, out),
            Self::Split(args) => by_hand::split(rules, args, now, out),
            Self::Returns(args) => by_hand::returns(rules, args, now, out),
            Self::Letter(args) => letter::run(&rules, args, now, out),
            Self::Notify(args) => by_hand::notify(rules, args, now, out),
        }
    }
}

impl Mark {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let (rules, now, out) = (call.rules()?, call.now, call.out);
        match self {
            Self::Sender(args) => by_hand::sender(rules, args, now, out),
            Self::Records(args) => by_hand::records(rules, &args.reference, now, out),
            Self::Remind(args) => by_hand::remind(rules, &args.reference, now, out),
            Self::Note(args) => by_hand::note(rules, args, now, out),
            Self::Hold(args) => by_hand::hold(rules, args, now, out),
        }
    }
}

impl Order {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let (rules, now, out) = (&call.rules()?, call.now, call.out);
        match self {
            Self::Away(args) => away::away(rules, args, now, out),
            Self::Back(args) => away::back(rules, args, now, out),
            Self::GoLive(args) => live::go_live(rules, args, now, out),
            Self::Pause(args) => live::pause(rules, args, now, out),
            Self::Resume(_) => live::resume(rules, now, out),
            Self::Takeover(args) => takeover::run(rules, args, now, out),
        }
    }
}

impl Ask {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let Call { arguments, out, .. } = call;
        let rules = || load_without_secrets(arguments);
        let if_any = || load_if_any(arguments);
        match self {
            Self::Due(DueArgs {
                pledge,
                received,
                json,
            }) => due::run(&rules()?, pledge, received, *json, out),
            Self::Calendar(CalendarArgs { year, json }) => {
                calendar::run(&rules()?, *year, *json, out)
            }
            Self::Classify(ClassifyArgs { files, json: _ }) => {
                classify::run(files, if_any()?.as_ref(), true, out)
            }
            Self::Preview(args) => preview::whole(if_any()?.as_ref(), args, out),
        }
    }
}

impl Keep {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let (rules, now, out) = (&call.rules()?, call.now, call.out);
        match self {
            Self::Report(args) => report::run(rules, args, now, out),
            Self::Export(args) => export::run(rules, args, now, out),
            Self::Backup(args) => backup::run(rules, args, out),
            Self::Purge(args) => purge::run(rules, args, now, out),
            Self::Rebuild(RebuildArgs {}) => rebuild::run(rules, now, out),
        }
    }
}

impl Install {
    fn run(&self, call: Call<'_>) -> Result<(), Failure> {
        let Call { arguments, out, .. } = call;
        match self {
            Self::Man(ManArgs { folder }) => man::run(folder),
            Self::Alarm(args) => alarm::run(arguments, args),
            Self::Completions(CompletionsArgs { shell }) => completions::run(*shell, out),
        }
    }
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
