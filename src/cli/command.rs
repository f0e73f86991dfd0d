//! The command line: every command, in groups as `--help` lists them. [`mod@super::dispatch`] runs
//! them.
//!
//! The groups have plain comments: of a documented one clap would make the help of the program.

use super::arguments::{
    AlarmArgs, CalendarArgs, CheckArgs, ClassifyArgs, CompletionsArgs, DEFAULT_CONFIG, DueArgs,
    ListArgs, ManArgs, RebuildArgs, RunArgs, ShowArgs,
};
use super::{
    away, backup, by_hand, export, init, letter, live, logging, preview, purge, report, takeover,
    trial,
};
use clap::{Parser, Subcommand};
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
    Alarm(AlarmArgs),
    Man(ManArgs),
    Completions(CompletionsArgs),
}
