//! `report`: the compliance report of a period, to standard output, a file or the supervisors.
//!
//! `--send` mails it as the daemon would by itself ([`crate::report::sending`]): to the readers
//! that `[report]` and `[mailbox.report]` name. Without them it goes to the highest supervisor of
//! each mailbox (the end of the chain of `reports_to` from its supervisor or handler), never to the
//! operator, who has no part in the matter.

use super::output::{write_json, write_text};
use super::whole::{Readers, Whole};
use crate::config::Config;
use crate::config::report::Attach;
use crate::domain::board::Board;
use crate::domain::period::{LONGEST_PERIOD, Period};
use crate::domain::staff::Member;
use crate::failure::Failure;
use crate::report::cell::{Cell, explain};
use crate::report::document::Document;
use crate::report::figures::Figures;
use crate::report::gather::{Counted, Scope};
use crate::report::sending::{self, SendingError};
use crate::report::text::Extent;
use crate::report::worded::document;
use crate::report::{csv, html, pdf, text};
use crate::store::outbox::NewMail;
use crate::store::{Access, Db, Store};
use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// Writes the compliance report: how the pledges were kept, and how far the register can be trusted
/// for it
///
/// Without a period it covers the last calendar month. It holds nothing of any citizen. What --send
/// has sent is kept; later reports list as corrections what has changed since.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  servicelofte report --month 2026-11\n  \
    servicelofte report --month 2026-11 --format pdf --out rapport.pdf\n  \
    servicelofte report --from 2026-01-01 --to 2026-12-31 --format csv --out 2026.csv\n  \
    servicelofte report --month 2026-11 --explain kf/email/broken    the references behind a figure\n  \
    servicelofte report --send    to the top supervisor of each mailbox, through the daemon\n\n\
    Formats: text (page one; --full: all), html, pdf (tagged, for print), csv (semicolons, for a spreadsheet and as open\n\
    data), json (all figures; docs/report.schema.json).")]
pub struct ReportArgs {
    /// A calendar month
    #[arg(long, value_name = "YYYY-MM", conflicts_with_all = ["from", "to"])]
    pub month: Option<String>,
    /// First day of arrival
    #[arg(long, value_name = "DATE", requires = "to")]
    pub from: Option<NaiveDate>,
    /// Last day of arrival, included
    #[arg(long, value_name = "DATE", requires = "from")]
    pub to: Option<NaiveDate>,
    /// How it is written
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ReportFormat,
    /// Write it to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// All of it: text has page one alone otherwise
    #[arg(long)]
    pub full: bool,
    /// List the references behind a figure instead: FIGURE, PLEDGE/FIGURE or MAILBOX/PLEDGE/FIGURE,
    /// by its name in JSON
    #[arg(long, value_name = "CELL", conflicts_with = "send")]
    pub explain: Option<String>,
    /// Mail it to the top supervisor of each mailbox, and keep its figures; only for a period that
    /// is over
    #[arg(long)]
    pub send: bool,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Text,
    Html,
    Pdf,
    Csv,
    Json,
}

/// Writes the report, and sends it if that is asked for.
pub fn run(
    config: &Config,
    arguments: &ReportArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let period = period(config, arguments, now)?;
    let access = if arguments.send {
        Access::Command
    } else {
        Access::Reader
    };
    let mut store = Store::open(&config.service.database, access)?;
    if let Some(cell) = &arguments.explain {
        return references_behind(cell, config, period, &mut store, now, out);
    }
    let counted = store.read(|db| Counted::new(db, config, period, now))?;
    let figures = counted.figures(config, &Scope::All);
    let document = document(&figures, config.service.language);
    put(&figures, &document, arguments, out)?;
    if arguments.send {
        send(config, &mut store, (&counted, &document), now, out)?;
    }
    Ok(())
}

fn references_behind(
    cell: &str,
    config: &Config,
    period: Period,
    store: &mut Store,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let cell = self::cell(cell)?;
    let found = store.read(|db| explain(db, config, period, now, &cell))?;
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    write_text(out, &lines.join("\n"))
}

/// A figure as it was typed.
pub(super) fn cell(text: &str) -> Result<Cell, Failure> {
    Cell::parse(text).ok_or_else(|| {
        let names: Vec<&str> = crate::domain::figures::Figure::ALL.iter().map(|figure| figure.code()).collect();
        Failure::Usage(format!(
            "{text:?} is no figure: write FIGURE, PLEDGE/FIGURE or MAILBOX/PLEDGE/FIGURE, where FIGURE is one of {}",
            names.join(", ")
        ))
    })
}

/// A month as it was typed, or the last one.
pub(super) fn month(
    config: &Config,
    month: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Period, Failure> {
    let period = match month {
        Some(month) => Period::month(month)
            .ok_or_else(|| format!("{month:?} is no month: write it like 2026-11")),
        None => Period::last_month(config.calendar.local_date(now))
            .ok_or_else(|| "give a month: --month 2026-11".to_owned()),
    };
    period.map_err(Failure::Usage)
}

fn period(config: &Config, arguments: &ReportArgs, now: DateTime<Utc>) -> Result<Period, Failure> {
    let today = config.calendar.local_date(now);
    let period = match arguments.from.zip(arguments.to) {
        None => Ok(month(config, arguments.month.as_deref(), now)?),
        Some((from, to)) => Period::new(from, to).ok_or_else(|| {
            format!("from {from} to {to} is no period: --to must not be before --from, and {LONGEST_PERIOD} days are the most")
        }),
    };
    let period = period.map_err(Failure::Usage)?;
    if arguments.send && period.to >= today {
        return Err(Failure::Usage(format!(
            "the period ends on {}: send its report when it is over",
            period.to
        )));
    }
    Ok(period)
}

/// Into its file, or to standard output where it is not sent instead.
fn put(
    figures: &Figures,
    document: &Document,
    arguments: &ReportArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    match &arguments.out {
        Some(file) => {
            let mut whole = Whole::new(file, Readers::Usual)?;
            write(figures, document, arguments, &mut whole)?;
            whole.finish()
        }
        None if arguments.send => Ok(()),
        None => write(figures, document, arguments, out),
    }
}

fn write(
    figures: &Figures,
    document: &Document,
    arguments: &ReportArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let extent = if arguments.full {
        Extent::Full
    } else {
        Extent::PageOne
    };
    match arguments.format {
        ReportFormat::Json => write_json(out, figures),
        ReportFormat::Text => Ok(out.write_all(text::text(document, extent).as_bytes())?),
        ReportFormat::Html => Ok(out.write_all(page(document)?.as_bytes())?),
        ReportFormat::Pdf => Ok(out.write_all(&paper(document)?)?),
        ReportFormat::Csv => Ok(out.write_all(&csv::csv(document)?)?),
    }
}

fn paper(document: &Document) -> Result<Vec<u8>, Failure> {
    pdf::pdf(document)
        .map_err(|error| Failure::Failed(format!("the PDF cannot be written: {error}")))
}

fn page(document: &Document) -> Result<String, Failure> {
    html::html(document)
        .map_err(|error| Failure::Failed(format!("the page cannot be written: {error}")))
}

/// Puts the mails into the outbox and keeps the figures, in one transaction. Without `[report] to`
/// they go to the top supervisor of each mailbox.
fn send(
    config: &Config,
    store: &mut Store,
    (counted, document): (&Counted, &Document),
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let readers = readers(config);
    if readers.is_empty() && !config.sends_reports() {
        return Err(Failure::Failed(
            "no mailbox has a supervisor: give its handler reports_to, the mailbox a supervisor, or [report] to"
                .to_owned(),
        ));
    }
    let mails = store.transact(|db| {
        if config.sends_reports() {
            let prepared = sending::by_hand(db, config, document.period, counted, now)
                .map_err(|error| cannot_send(&error))?;
            sending::enqueue(db, &prepared)?;
            return Ok(prepared.mails);
        }
        let mails = to_supervisors(db, config, document, &readers, now)?;
        db.add_report(&sending::kept(counted, now)?)?;
        Ok::<_, Failure>(mails)
    })?;
    let to: Vec<String> = mails.into_iter().map(|mail| mail.address).collect();
    write_text(
        out,
        &format!("the report goes to {}; the daemon sends it", to.join(", ")),
    )
}

fn cannot_send(error: &SendingError) -> Failure {
    Failure::Failed(error.to_string())
}

/// Puts a mail to each of them into the outbox, with the report on paper.
fn to_supervisors(
    db: &Db<'_>,
    config: &Config,
    document: &Document,
    readers: &BTreeMap<&str, (&Board, &Member)>,
    now: DateTime<Utc>,
) -> Result<Vec<NewMail>, Failure> {
    let file = sending::file(document, Attach::Pdf).map_err(|error| cannot_send(&error))?;
    let mail = |(board, member): &(&Board, &Member)| {
        let to = (*board, member.email.as_str());
        sending::mail(db, config, document, to, vec![file.clone()], now)
            .map_err(|error| cannot_send(&error))
    };
    let mails: Vec<NewMail> = readers.values().map(mail).collect::<Result<_, _>>()?;
    for mail in &mails {
        db.enqueue(mail, &[])?;
    }
    Ok(mails)
}

/// Who gets the report, each once, and from which mailbox it leaves.
fn readers(config: &Config) -> BTreeMap<&str, (&Board, &Member)> {
    let mut readers = BTreeMap::new();
    for mailbox in &config.mailboxes {
        if let Some(top) = mailbox.top() {
            readers
                .entry(top.id.as_str())
                .or_insert((mailbox.board.as_ref(), top));
        }
    }
    readers
}
