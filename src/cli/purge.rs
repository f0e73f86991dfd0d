//! `purge`: erases now what the retention time ends, and the traces of it in the register's files;
//! `--dry-run` only says what that would be. Both also while the daemon runs, which does the same
//! once a day.

use super::beside;
use super::output::write_text;
use crate::config::Config;
use crate::domain::retention::Retention;
use crate::engine::purge::{Purge, outlook};
use crate::failure::Failure;
use crate::mail::texts::in_words;
use crate::store::{Access, Store};
use crate::words::commands::Erasing;
use crate::words::{NO_BREAK, of};
use chrono::{DateTime, Utc};
use clap::Args;
use std::io::Write;

/// Erases personal data that is older than the retention time
///
/// Names, addresses, subjects, Message-IDs and notes go; references, dates and figures stay. The
/// mailbox is not touched. The configuration says after how many months, and by which decision
/// (service.retention).
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte purge --dry-run\n  servicelofte purge\n\n\
    The daemon does it once a day, outside office hours. What is on hold is kept: servicelofte hold --help"
)]
pub struct PurgeArgs {
    /// Only say how much it would be, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Erases, or says how much it would erase.
pub fn run(
    config: &Config,
    arguments: &PurgeArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let say = &of(config.service.language).commands;
    let Some(retention) = config.service.retention.clone() else {
        return Err(Failure::Failed(
            "nothing may be erased: set service.retention to the months and the number of the decision".to_owned(),
        ));
    };
    if arguments.dry_run {
        let mut store = Store::open(&config.service.database, Access::Reader)?;
        let run = store.read(|db| outlook(db, &config.calendar, &retention, now))?;
        let text = told(config, &retention, &run, say.would_be_erased);
        return write_text(out, &text);
    }
    let (run, is_tidy) = erase(config, now)?;
    write_text(out, &told(config, &retention, &run, say.were_erased))?;
    if is_tidy {
        return Ok(());
    }
    Err(Failure::Failed(
        "erased, but someone is reading the register, and its write-ahead log still holds old text: run purge again"
            .to_owned(),
    ))
}

/// Erases all that is due, and its traces; false, when these are still there.
fn erase(config: &Config, now: DateTime<Utc>) -> Result<(Purge, bool), Failure> {
    let mut engine = beside::engine(config)?;
    if engine.is_clock_doubtful(now)? {
        return Err(Failure::Failed(
            "the machine's clock is far ahead of what the register knows: set it right, or start the daemon first"
                .to_owned(),
        ));
    }
    let by = beside::by();
    let mut run = engine.purge(&by, now)?;
    while !run.done {
        run = engine.purge(&by, now)?;
    }
    let is_tidy = engine.tidy_up(now, true)?;
    Ok((run, is_tidy))
}

fn told(config: &Config, retention: &Retention, run: &Purge, verb: &str) -> String {
    let language = config.service.language;
    let (names, say) = (&of(language).names, &of(language).commands);
    let erasing = Erasing {
        sent: run.sent,
        months: retention.months,
        decision: &retention.decision,
    };
    let mut lines = vec![(say.erasing)(verb, &(names.items)(run.items), &erasing)];
    if let Some((oldest, newest)) = run.received {
        let day = |at| in_words::date(language, config.calendar.local_date(at));
        lines.push((say.arrived)(&day(oldest), &day(newest)));
    }
    if run.kept > 0 {
        lines.push((say.kept)(&(names.items)(run.kept)));
    }
    lines.join("\n").replace(NO_BREAK, " ")
}
