//! `report`: the compliance report of a period, to standard output, a file or the supervisors.
//!
//! `--send` mails it to the highest supervisor of each mailbox (the end of the chain of `reports_to` from its
//! supervisor or handler), never to the operator, who has no part in the matter. The daemon sends it like any other
//! mail to staff: in office hours, again until the server takes it.

use super::whole::{Readers, Whole};
use super::{Failure, write_json, write_text};
use crate::config::Config;
use crate::domain::board::Board;
use crate::domain::kind::Kind;
use crate::domain::message::Address;
use crate::domain::reader::Reader;
use crate::domain::staff::Member;
use crate::mail::author::{Author, Draft, Thread, Words};
use crate::report::document::{Document, document};
use crate::report::figures::Figures;
use crate::report::{LONGEST_PERIOD, Period, csv, gather, html, text};
use crate::store::outbox::NewMail;
use crate::store::reports::ReportRow;
use crate::store::{Access, Db, Store, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

/// Writes the compliance report: how the pledges were kept, and how far the register can be trusted for it
///
/// Without a period it covers the last calendar month. It holds nothing of any citizen. What --send has sent is kept;
/// later reports list as corrections what has changed since.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  servicelofte report --month 2026-11\n  \
    servicelofte report --month 2026-11 --format html --out rapport.html\n  \
    servicelofte report --from 2026-01-01 --to 2026-12-31 --format csv --out 2026.csv\n  \
    servicelofte report --send    to the top supervisor of each mailbox, through the daemon\n\n\
    Formats: text, html (one page, also for printing), csv (semicolons, for a spreadsheet), json (all figures).")]
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
    /// Mail it to the top supervisor of each mailbox, and keep its figures; only for a period that is over
    #[arg(long)]
    pub send: bool,
}

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    Text,
    Html,
    Csv,
    Json,
}

/// Writes the report, and sends it if that is asked for.
pub fn run(config: &Config, arguments: &ReportArgs, now: DateTime<Utc>, out: &mut dyn Write) -> Result<(), Failure> {
    let period = period(config, arguments, now)?;
    let access = if arguments.send { Access::Command } else { Access::Reader };
    let mut store = Store::open(&config.service.database, access)?;
    let figures = store.read(|db| gather::gather(db, config, period, now))?;
    let document = document(&figures, config.service.language);
    if let Some(file) = &arguments.out {
        let mut whole = Whole::new(file, Readers::Usual)?;
        write(&figures, &document, arguments.format, &mut whole)?;
        whole.finish()?;
    } else if !arguments.send {
        write(&figures, &document, arguments.format, out)?;
    }
    if arguments.send {
        send(config, &mut store, period, (&figures, &document), now, out)?;
    }
    Ok(())
}

fn period(config: &Config, arguments: &ReportArgs, now: DateTime<Utc>) -> Result<Period, Failure> {
    let today = config.calendar.local_date(now);
    let period = match (&arguments.month, arguments.from.zip(arguments.to)) {
        (Some(month), _) => {
            Period::month(month).ok_or_else(|| format!("{month:?} is no month: write it like 2026-11"))
        }
        (None, Some((from, to))) => Period::new(from, to).ok_or_else(|| {
            format!("from {from} to {to} is no period: --to must not be before --from, and {LONGEST_PERIOD} days are the most")
        }),
        (None, None) => Period::last_month(today).ok_or_else(|| "give a month: --month 2026-11".to_owned()),
    };
    let period = period.map_err(Failure::Usage)?;
    if arguments.send && period.to >= today {
        return Err(Failure::Usage(format!("the period ends on {}: send its report when it is over", period.to)));
    }
    Ok(period)
}

fn write(figures: &Figures, document: &Document, format: ReportFormat, out: &mut dyn Write) -> Result<(), Failure> {
    match format {
        ReportFormat::Json => write_json(out, figures),
        ReportFormat::Text => Ok(out.write_all(text::text(document).as_bytes())?),
        ReportFormat::Html => Ok(out.write_all(html::html(document).as_bytes())?),
        ReportFormat::Csv => Ok(out.write_all(csv::csv(document).as_bytes())?),
    }
}

/// Puts the mails into the outbox and keeps the figures, in one transaction.
fn send(
    config: &Config,
    store: &mut Store,
    period: Period,
    (figures, document): (&Figures, &Document),
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let readers = readers(config);
    if readers.is_empty() {
        return Err(Failure::Failed(
            "no mailbox has a supervisor: give its handler reports_to, or the mailbox a supervisor".to_owned(),
        ));
    }
    let kept = serde_json::to_string(figures).map_err(StoreError::from)?;
    store.transact(|db| {
        for (mailbox, member) in readers.values() {
            enqueue(config, db, mailbox, member, document, now)?;
        }
        let report = ReportRow { at: now, from: period.from, to: period.to, figures: kept };
        Ok::<_, Failure>(db.add_report(&report)?)
    })?;
    let to: Vec<&str> = readers.values().map(|(_, member)| member.email.as_str()).collect();
    write_text(out, &format!("the report goes to {}; the daemon sends it in office hours", to.join(", ")))
}

fn enqueue(
    config: &Config,
    db: &Db<'_>,
    mailbox: &Board,
    member: &Member,
    document: &Document,
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let draft = Draft {
        kind: Kind::Report,
        refs: Vec::new(),
        to: vec![Address { name: Some(member.name.clone()), addr: member.email.clone() }],
        words: Words { subject: document.title.clone(), text: text::text(document), html: html::html(document) },
        thread: Thread::default(),
        files: Vec::new(),
        at: config.calendar.local(now),
    };
    let unique = format!("report-{}", db.fresh_token()?);
    let written = Author::new(&config.organisation.name, &mailbox.address)
        .write(draft, &unique)
        .map_err(|error| Failure::Failed(format!("the report for {} cannot be written: {error}", member.id)))?;
    let new = NewMail {
        copy: None,
        mailbox: mailbox.name.clone(),
        kind: written.kind,
        message_id: written.message_id,
        reader: Reader::Staff(member.id.clone()),
        address: member.email.clone(),
        names: None,
        mail: written.bytes,
        save: mailbox.save_sent,
        created_at: now,
    };
    db.enqueue(&new, &[])?;
    Ok(())
}

/// Who gets the report, each once, and from which mailbox it leaves.
fn readers(config: &Config) -> BTreeMap<&str, (&Board, &Member)> {
    let mut readers = BTreeMap::new();
    for mailbox in &config.mailboxes {
        if let Some(top) = mailbox.top() {
            readers.entry(top.id.as_str()).or_insert((mailbox.board.as_ref(), top));
        }
    }
    readers
}
