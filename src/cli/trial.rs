//! `trial`: had we promised this last year, would we have kept it? The daemon's own rounds live
//! through the past months of a mailbox, which is only read, on a clock of their own.
//!
//! - `source`: where the mail comes from; `shelf`: the mailbox of the past; `hands`: its clock
//! - `life`: the rounds; `ledger`: the mails that would have been sent
//! - `register`: what the rounds write; `place`: the folder that it makes
//! - `outcome`: what it shows, in bounds; `obstacles`: what hides more; `told`: in words
//!
//! Nothing can be sent: a book takes the place of the way out. Nothing is left behind but the
//! folder that it makes, whole or not at all.

mod case;
pub mod hands;
pub mod ledger;
pub mod life;
mod obstacles;
pub mod outcome;
mod place;
mod register;
pub mod shelf;
pub mod source;
pub mod told;

use super::output::write_text;
use super::reach::{ReachArgs, by_flags, password};
use super::survey::Survey;
use super::tasks;
use crate::config::{Config, Language, Login, Mailbox};
use crate::daemon::header_fields;
use crate::domain::board::Board;
use crate::domain::folders::{Folder, Space, Special};
use crate::domain::item::Item;
use crate::domain::kept::MessageRow;
use crate::engine::handle::Handle;
use crate::failure::Failure;
use crate::imap::ImapMailbox;
use crate::report::html::html;
use crate::report::pdf::pdf;
use crate::words::of;
pub use case::harmless;

use case::{Case, case};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use clap::Args;
use hands::Hands;
use indicatif::{ProgressBar, ProgressStyle};
use ledger::Ledger;
use life::Life;
use obstacles::obstacles;
use outcome::{Outcome, Seen};
use register::{engine, on_a_register, remove_register, settled};
use shelf::Shelf;
use source::{Filler, Found, mark};
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use told::{Told, Unanswered, unanswered};

/// Days back that a trial looks at by itself.
pub const A_YEAR: u64 = 365;

/// Days until the folder of a trial is to be erased.
pub const KEPT_DAYS: u64 = 30;

/// In a trial no gap between two looks is a blind period: nothing happened in it.
const NO_GAP: Duration = Duration::from_hours(24 * 400);

/// Lives through a mailbox's past months as if the pledges had been in force
///
/// Reads headers only, changes nothing in the mailbox, and cannot send. Writes a folder with a
/// page, every mail that would have been sent, and the questions without a visible answer. Without
/// a configuration it assumes one handler and the usual pledges.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte trial --host imap.kommun.se --address kf@kommun.se\n  \
    servicelofte trial --mbox inkorg.mbox --mbox skickat.mbox --address kf@kommun.se\n  \
    servicelofte --config /etc/servicelofte/config.toml trial --since 2026-01-01"
)]
pub struct TrialArgs {
    /// The first day, as YYYY-MM-DD; default: a year ago
    #[arg(long, value_name = "DATE")]
    pub since: Option<NaiveDate>,
    #[command(flatten)]
    pub reach: ReachArgs,
    /// A file in the mbox form instead of a server; again for each folder
    #[arg(long, value_name = "FILE", conflicts_with_all = ["maildir", "host"])]
    pub mbox: Vec<PathBuf>,
    /// A folder in the Maildir form instead of a server
    #[arg(long, value_name = "FOLDER", conflicts_with = "host")]
    pub maildir: Option<PathBuf>,
    /// The folder to make; default: provkorning-DAY, with a number where that is there already
    #[arg(long, value_name = "FOLDER")]
    pub out: Option<PathBuf>,
    /// List sender and subject of what has no visible answer
    #[arg(long)]
    pub subjects: bool,
    /// Keep the register of the trial in the folder
    #[arg(long)]
    pub keep: bool,
}

/// Lives through it, and writes the folder.
pub fn run(
    given: Option<Config>,
    arguments: &TrialArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let case = case(given, arguments, now)?;
    let today = case.config.calendar.local_date(now);
    let folder = place::to_make(arguments.out.as_deref(), today)?;
    let runtime = tasks::runtime()?;
    let work = place::workshop_beside(&folder)?;
    let lived = runtime.block_on(live(case, arguments, work.path(), now))?;
    write_text(out, &lived)?;
    if !arguments.keep {
        remove_register(work.path());
    }
    place::named(work, &folder)?;
    write_text(out, &format!("\n{}/report.html", folder.display()))
}

/// Reads the mail, lives, and writes the results into `work`. Returns the text for the terminal.
async fn live(
    mut case: Case,
    arguments: &TrialArgs,
    work: &Path,
    now: DateTime<Utc>,
) -> Result<String, Failure> {
    let since = case.config.calendar.instant(case.since, NaiveTime::MIN);
    let clock = Hands::at(since);
    let language = case.config.service.language;
    let bar = bar(language);
    let Mail {
        shelf,
        survey,
        found,
    } = read(&case, arguments, work, since, &clock, &bar).await?;
    learn(&mut case, &survey, work, since)?;
    let period = (since, now);
    let (engine, ledger) = lived(&case, work, shelf, &clock, period, &bar).await?;
    let (board, subjects) = (&case.config.mailboxes[0].board, arguments.subjects);
    let (outcome, rows) = counted(engine, board, &found, subjects, period).await?;
    let obstacles = obstacles(language, &found, &survey, outcome.answered());
    let told = told(&case, now, obstacles, &outcome, &ledger);
    write(work, &told, &rows, subjects)?;
    Ok(told.terminal())
}

/// Lives through the months, and returns the register and the mails that would have been sent. The
/// shelf is of no use then, and the pages are made in the room that it had.
async fn lived(
    case: &Case,
    work: &Path,
    mut shelf: Shelf,
    clock: &Hands,
    (since, now): (DateTime<Utc>, DateTime<Utc>),
    bar: &ProgressBar,
) -> Result<(Handle, Ledger), Failure> {
    let settings = &case.config.mailboxes[0];
    let open = |steps| {
        clock.set(since);
        engine(&case.config, work, since, steps)
    };
    let life = async |engine: &Handle| {
        let ledger = mails(engine, settings, &mut shelf, clock, now, bar).await?;
        settled(engine).await?;
        Ok(ledger)
    };
    on_a_register(open, life).await
}

/// The mails that would have been sent until `now`.
async fn mails(
    engine: &Handle,
    settings: &Mailbox,
    shelf: &mut Shelf,
    clock: &Hands,
    now: DateTime<Utc>,
    bar: &ProgressBar,
) -> Result<Ledger, Failure> {
    let mut ledger = Ledger::new(Arc::clone(&settings.board), clock.clone());
    bar.reset();
    bar.set_length(u64::try_from(shelf.messages()).unwrap_or(u64::MAX));
    let progress = |arrived: usize| bar.set_position(u64::try_from(arrived).unwrap_or(u64::MAX));
    let mut life = Life {
        engine,
        settings,
        shelf,
        ledger: &mut ledger,
        clock,
    };
    life.live(now, &progress).await?;
    bar.finish_and_clear();
    Ok(ledger)
}

/// What it has come to, for words.
fn told<'a>(
    case: &'a Case,
    now: DateTime<Utc>,
    obstacles: Vec<String>,
    outcome: &'a Outcome,
    ledger: &'a Ledger,
) -> Told<'a> {
    let language = case.config.service.language;
    let settings = &case.config.mailboxes[0];
    let calendar = &case.config.calendar;
    let today = calendar.local_date(now);
    Told {
        language,
        organisation: &settings.organisation.letterhead.name,
        address: &settings.address,
        from: case.since,
        to: today,
        pledges: pledges(&case.config, &settings.board),
        outcome,
        entries: &ledger.entries,
        zone: calendar.zone,
        obstacles,
        erase_by: today
            .checked_add_days(Days::new(KEPT_DAYS))
            .unwrap_or(case.since),
    }
}

/// A case without a configuration gets one by the mail that was read, as a file too. Every way out
/// is closed then.
fn learn(
    case: &mut Case,
    survey: &Survey,
    work: &Path,
    since: DateTime<Utc>,
) -> Result<(), Failure> {
    if let Some(proposal) = &mut case.proposal {
        proposal.learn(survey);
        case.config = proposal.parsed()?;
        let text = proposal.toml().replace(
            "password = \"-\"\n",
            "password_file = \"/etc/servicelofte/imap-password\"\n",
        );
        fs::write(work.join("config.toml"), text).map_err(|error| cannot_write(work, &error))?;
    }
    harmless(&mut case.config, since);
    Ok(())
}

/// The mail as it was read.
struct Mail {
    shelf: Shelf,
    survey: Survey,
    found: Found,
}

/// Reads the mail from wherever it is; the headers go to a file in `work`.
async fn read(
    case: &Case,
    arguments: &TrialArgs,
    work: &Path,
    since: DateTime<Utc>,
    clock: &Hands,
    bar: &ProgressBar,
) -> Result<Mail, Failure> {
    let headers = tempfile::tempfile_in(work).map_err(|error| cannot_write(work, &error))?;
    let mut shelf = Shelf::new(clock.clone(), headers);
    let mut survey = Survey::of(&case.config.mailboxes[0].address);
    let progress = |read: u64, total: u64| {
        bar.set_length(total);
        bar.set_position(read);
    };
    let mut filler = Filler {
        shelf: &mut shelf,
        survey: &mut survey,
        since,
        found: Found::default(),
        progress: &progress,
    };
    fill(&mut filler, case, arguments).await?;
    let found = filler.found;
    // A round wants both.
    shelf.folder(&folder("INBOX", None));
    if !found.has_sent {
        shelf.folder(&folder("Sent", Some(Special::Sent)));
    }
    shelf.close();
    Ok(Mail {
        shelf,
        survey,
        found,
    })
}

async fn fill(filler: &mut Filler<'_>, case: &Case, arguments: &TrialArgs) -> Result<(), Failure> {
    let settings = &case.config.mailboxes[0];
    if let Some(root) = &arguments.maildir {
        filler.read_maildir(root, &settings.address)?;
    } else if !arguments.mbox.is_empty() {
        filler.read_mbox(&arguments.mbox, &settings.address)?;
    } else {
        let mut mailbox = connected(case, arguments).await?;
        filler.read(&mut mailbox, settings).await?;
        mailbox.logout().await;
    }
    Ok(())
}

/// A folder of the mailbox's own, whether it has mail or not.
fn folder(name: &str, special: Option<Special>) -> Folder {
    Folder {
        name: name.to_owned(),
        separator: None,
        special,
        selectable: true,
        space: Space::Own,
    }
}

/// The mailbox on its server, by a password that is asked for where no configuration has one.
async fn connected(case: &Case, arguments: &TrialArgs) -> Result<ImapMailbox, Failure> {
    let settings = &case.config.mailboxes[0];
    let mut server = settings.imap.server.clone();
    if case.proposal.is_some() {
        let login = server.login.as_ref();
        let user = login.map_or("", |login| login.user.as_str());
        let secret = password(&arguments.reach, user)?;
        server.login = Some(Login::with_password(user, secret.reveal()));
    }
    let fields = header_fields(&case.config, settings);
    let connected = ImapMailbox::connect(&server, &fields).await;
    connected.map_err(|error| {
        let fault = error.to_string();
        Failure::Failed(match case.proposal {
            Some(_) => by_flags(&fault),
            None => fault,
        })
    })
}

/// Counts every item, and lists those without a seen answer. The register is of no use then.
async fn counted(
    engine: Handle,
    board: &Arc<Board>,
    found: &Found,
    subjects: bool,
    (since, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(Outcome, Vec<Unanswered>), Failure> {
    let (board, marked) = (Arc::clone(board), found.marked.clone());
    let counting = engine.step(move |engine| {
        let db = engine.db();
        let (mut outcome, mut rows) = (Outcome::default(), Vec::new());
        db.items_received(since, now + chrono::Duration::days(1), |item| {
            let message = db.message_of(item.id)?;
            let is_marked = is_marked(&marked, &message);
            if outcome.counts(&item, &board, now, is_marked) == Some(Seen::Never) {
                rows.push(listed(&item, message, subjects));
            }
            Ok(())
        })?;
        for at in db.sent_times(&board.name)? {
            outcome.sends(board.calendar.local_date(at));
        }
        outcome.judge();
        Ok((outcome, rows))
    });
    counting
        .await
        .map_err(|error| Failure::Failed(error.to_string()))
}

/// Whether the mailbox has it marked as answered.
fn is_marked(marked: &BTreeSet<[u8; 8]>, message: &MessageRow) -> bool {
    let id = message.message_id.as_deref();
    id.is_some_and(|id| marked.contains(&mark(id)))
}

/// A question without an answer; with sender and subject only if `subjects` are asked for.
fn listed(item: &Item, message: MessageRow, subjects: bool) -> Unanswered {
    Unanswered {
        reference: item.id.to_string(),
        at: item.received_at,
        folder: item.folder.clone(),
        shown: subjects.then(|| (message.sender.unwrap_or_default(), message.subject)),
    }
}

fn write(work: &Path, told: &Told<'_>, rows: &[Unanswered], subjects: bool) -> Result<(), Failure> {
    let document = told.document();
    let page = html(&document)
        .map_err(|error| Failure::Failed(format!("the page cannot be written: {error:#}")))?;
    let paper = pdf(&document)
        .map_err(|error| Failure::Failed(format!("the PDF cannot be written: {error}")))?;
    for (name, bytes) in [
        (
            "LAS-MIG-FORST.txt",
            format!("{}\n", told.warning()).into_bytes(),
        ),
        ("report.html", page.into_bytes()),
        ("report.pdf", paper),
        ("mails.csv", told.mails().into_bytes()),
        (
            "unanswered.csv",
            unanswered(told.language, told.zone, subjects, rows).into_bytes(),
        ),
    ] {
        fs::write(work.join(name), bytes).map_err(|error| cannot_write(work, &error))?;
    }
    Ok(())
}

fn cannot_write(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::Failed(format!("{} cannot be written: {error}", folder.display()))
}

fn pledges(config: &Config, board: &Board) -> Vec<String> {
    let language = config.service.language;
    let told = board.pledges().map(|pledge| {
        let time = crate::mail::texts::in_words::span(language, pledge.time);
        (of(language).trial.pledge)(&pledge.name, &time)
    });
    told.collect()
}

fn bar(language: Language) -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template(of(language).trial.progress) {
        bar.set_style(style);
    }
    bar
}
