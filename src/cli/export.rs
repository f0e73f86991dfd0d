//! `export`: the whole register out, as lines for other systems and for the archive.
//!
//! By default a row is a line of the log, in the order in which things happened; the line that logs
//! a message carries what the register knows of it (sender, subject, Message-ID), so that the log
//! is complete by itself. `--of items` has a row for each item, as `list --json` shows it;
//! `--of postlista` has a row for each message with its date, its reference, its sender and its
//! matter, both masked unless the configuration opens them. `--person` narrows it to one address
//! and adds the mails written to it (the right of access, GDPR article 15). JSON holds the log
//! exactly: a test folds the items from it again.
//!
//! Promises: one state of the register, also while the daemon writes; one row in memory at a time;
//! a damaged row hides no other one, and is reported at the end. While it is read, SQLite's
//! write-ahead log cannot be carried over: a reader that stops reading (a pager) lets it grow.

use super::json::{ItemJson, LineJson};
use super::output::write_text;
use super::postlista::PostJson;
use super::whole::{Readers, Whole};
use super::wording;
use crate::config::Config;
use crate::domain::event::{Event, Fact};
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::MessageRow;
use crate::engine::SYSTEM;
use crate::failure::Failure;
use crate::report::csv::Rows as CsvRows;
use crate::store::export::{Line, Written};
use crate::store::{Access, Db, Store};
use crate::words::of;
use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::Value;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// Writes the whole register out, for other systems and for the archive
///
/// A row is a line of the log; with --of items it is an item as it stands now. The rows hold
/// personal data: senders' addresses and names, subjects and Message-IDs, notes and reasons that
/// staff wrote, and who did what. Of a message that was erased after the retention time they are
/// null (in CSV empty), and so is an item's subject; notes are empty. Keep the file only where such
/// data may be, and only as long. Works while the daemon runs.
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Examples:\n  servicelofte export --format jsonl --out register.jsonl\n  \
    servicelofte export --format csv --of items --out ärenden.csv    for a spreadsheet\n  \
    servicelofte export --format jsonl --person kim@example.org --out kim.jsonl    all that is held about a person\n  \
    servicelofte export --format csv --of postlista --out postlista.csv\n  \
    servicelofte export --format jsonl | jq -r 'select(.event == \"closed\") | .ref'\n\n\
    Formats: csv (UTF-8 with byte order mark, semicolons, formulas made harmless), jsonl (a JSON object a line).\n\
    The names of columns and fields are those of list --json and show --json."
)]
pub struct ExportArgs {
    /// How it is written
    #[arg(long, value_name = "FORMAT")]
    pub format: ExportFormat,
    /// What a row is
    #[arg(long, value_name = "ROWS", default_value = "log")]
    pub of: Rows,
    /// Only what is held about the person of this address, with what was written to it
    #[arg(long, value_name = "ADDRESS")]
    pub person: Option<String>,
    /// Write it to this file, readable for this user alone, instead of standard output
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// How the register is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExportFormat {
    Csv,
    Jsonl,
}

/// What a row of it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Rows {
    /// What happened, line by line
    Log,
    /// Every message, as it stands now
    Items,
    /// The list of incoming post: date, reference, sender and matter
    Postlista,
}

/// Writes the register.
pub fn run(
    config: &Config,
    arguments: &ExportArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut store = Store::open(&config.service.database, Access::Reader)?;
    let Some(name) = &arguments.out else {
        let mut rows = RowWriter::new(BufWriter::new(out), arguments)?;
        let defective = store.read_out(|db| write(db, config, arguments, now, &mut rows))?;
        rows.finish()?;
        return all_or(config, &defective);
    };
    let mut rows = RowWriter::new(Whole::new(name, Readers::Owner)?, arguments)?;
    let defective = store.read_out(|db| write(db, config, arguments, now, &mut rows))?;
    let written = rows.written;
    rows.finish()?.finish()?;
    let say = &of(config.service.language).commands;
    let told = (say.exported)(&name.display().to_string(), written);
    write_text(out, &told)?;
    all_or(config, &defective)
}

/// Writes every row; returns the items of which a row cannot be read.
fn write<W: Write>(
    db: &Db<'_>,
    config: &Config,
    arguments: &ExportArgs,
    now: DateTime<Utc>,
    rows: &mut RowWriter<W>,
) -> Result<Vec<ItemId>, Failure> {
    let person = arguments.person.as_deref();
    let theirs = person.map(|address| db.items_of_person(address));
    let theirs = theirs.transpose()?;
    let is_asked = |id: Option<ItemId>| {
        let theirs = theirs.as_ref();
        theirs.is_none_or(|theirs| id.is_some_and(|id| theirs.contains(&id)))
    };
    let calendar = &config.calendar;
    match arguments.of {
        Rows::Items => items(db, config, &is_asked, &mut |item, row| {
            rows.write(&ItemJson::new(item, row, calendar, now))
        }),
        Rows::Postlista => items(db, config, &is_asked, &mut |item, row| {
            rows.write(&PostJson::new(config, item, row))
        }),
        Rows::Log => {
            let unread = log(db, config, &is_asked, rows)?;
            if let Some(address) = person {
                mails(db, config, address, rows)?;
            }
            Ok(unread)
        }
    }
}

/// Every item that is asked for, with its message as it may be shown; returns those that cannot be
/// read.
fn items(
    db: &Db<'_>,
    config: &Config,
    is_asked: &dyn Fn(Option<ItemId>) -> bool,
    write: &mut dyn FnMut(&Item, &MessageRow) -> Result<(), Failure>,
) -> Result<Vec<ItemId>, Failure> {
    db.each_item(|item, row| {
        if !is_asked(Some(item.id)) {
            return Ok(());
        }
        write(item, &wording::as_shown(config, &item.mailbox, row))
    })
}

/// The lines of the log; returns the items of which a line cannot be read.
fn log<W: Write>(
    db: &Db<'_>,
    config: &Config,
    is_asked: &dyn Fn(Option<ItemId>) -> bool,
    rows: &mut RowWriter<W>,
) -> Result<Vec<ItemId>, Failure> {
    let mut unread = Vec::new();
    let defective = db.each_line(|mut line| {
        if !is_asked(line.item) {
            return Ok(());
        }
        let (detail, text) = read(config, &line);
        let mailbox = detail.get("mailbox").and_then(Value::as_str);
        let mailbox = mailbox.unwrap_or_default();
        let shown = |row| wording::as_shown(config, mailbox, &row).into_owned();
        line.message = line.message.map(shown);
        if text.is_none() {
            unread.extend(line.item);
        }
        let text = text.unwrap_or_default();
        rows.write(&LineJson::new(&line, detail, text, &config.calendar))
    })?;
    Ok([unread, defective].concat())
}

/// The mails that were written to a person.
fn mails<W: Write>(
    db: &Db<'_>,
    config: &Config,
    address: &str,
    rows: &mut RowWriter<W>,
) -> Result<(), Failure> {
    for mut mail in db.written_to(address)? {
        if wording::is_sensitive(config, &mail.mailbox) {
            mail.subject = mail.subject.map(|_| wording::masked(config).to_owned());
        }
        let (detail, text) = (mail_detail(&mail), mail_text(config, &mail));
        let line = written(&mail);
        rows.write(&LineJson::new(&line, detail, text, &config.calendar))?;
    }
    Ok(())
}

/// A mail to the person asked about, as a line that the log does not have.
fn written(mail: &Written) -> Line {
    let event = if mail.kind.is_some() {
        "our_mail"
    } else {
        "mail_of_staff"
    };
    Line {
        number: 0,
        at: mail.at,
        item: None,
        by: SYSTEM.to_owned(),
        event: event.to_owned(),
        detail: String::new(),
        message: None,
    }
}

fn mail_detail(mail: &Written) -> Value {
    serde_json::json!({
        "mailbox": mail.mailbox, "kind": mail.kind, "subject": mail.subject, "message_id": mail.message_id,
    })
}

fn mail_text(config: &Config, mail: &Written) -> String {
    let say = &of(config.service.language).commands;
    match mail.kind {
        Some(_) => say.service_wrote,
        None => say.staff_wrote,
    }
    .to_owned()
}

/// What a line says, as JSON and as a sentence. A row that is not a fact is given unchanged,
/// without a sentence.
fn read(config: &Config, line: &Line) -> (Value, Option<String>) {
    let detail =
        serde_json::from_str(&line.detail).unwrap_or_else(|_| Value::String(line.detail.clone()));
    let fact: Option<Fact> = serde_json::from_str(&line.detail).ok();
    let event = fact.map(|fact| Event {
        at: line.at,
        by: line.by.clone(),
        fact,
    });
    (
        detail,
        event.map(|event| wording::teller(config).sentence(&event)),
    )
}

/// Done, unless a row could not be read.
fn all_or(config: &Config, defective: &[ItemId]) -> Result<(), Failure> {
    if defective.is_empty() {
        return Ok(());
    }
    let mut references: Vec<String> = defective.iter().map(ToString::to_string).collect();
    references.dedup();
    let words = of(config.service.language);
    let lost = (words.commands.not_exported)(&references.join(", "));
    Err(Failure::Failed(format!("{lost}\n{}", words.list.rebuild)))
}

/// Rows on their way out.
struct RowWriter<W: Write> {
    to: Format<W>,
    columns: &'static [&'static str],
    written: u64,
}

enum Format<W: Write> {
    Jsonl(W),
    Csv(Box<CsvRows<W>>),
}

impl<W: Write> RowWriter<W> {
    fn new(to: W, arguments: &ExportArgs) -> Result<Self, Failure> {
        let columns: &[&str] = match arguments.of {
            Rows::Log => &LineJson::FIELDS,
            Rows::Items => &ItemJson::FIELDS,
            Rows::Postlista => &PostJson::FIELDS,
        };
        let to = match arguments.format {
            ExportFormat::Jsonl => Format::Jsonl(to),
            ExportFormat::Csv => {
                let mut rows = CsvRows::new(to)?;
                rows.line(columns)?;
                Format::Csv(Box::new(rows))
            }
        };
        Ok(Self {
            to,
            columns,
            written: 0,
        })
    }

    fn write(&mut self, row: &impl Serialize) -> Result<(), Failure> {
        let no_json = |error| Failure::Failed(format!("cannot write JSON: {error}"));
        match &mut self.to {
            Format::Jsonl(to) => {
                to.write_all((serde_json::to_string(row).map_err(no_json)? + "\n").as_bytes())?;
            }
            Format::Csv(rows) => {
                let values = serde_json::to_value(row).map_err(no_json)?;
                rows.line(self.columns.iter().map(|column| cell(&values[column])))?;
            }
        }
        self.written += 1;
        Ok(())
    }

    /// Where the rows were written, with nothing of them held back.
    fn finish(self) -> Result<W, Failure> {
        let mut to = match self.to {
            Format::Jsonl(to) => to,
            Format::Csv(rows) => rows.finish()?,
        };
        to.flush()?;
        Ok(to)
    }
}

/// A value in a field: nothing for nothing; a list of texts one after the other; a value with parts
/// as JSON.
fn cell(value: &Value) -> String {
    let texts = |list: &[Value]| {
        list.iter()
            .map(|one| one.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
    };
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(list) => {
            texts(list).map_or_else(|| value.to_string(), |texts| texts.join(" "))
        }
        other => other.to_string(),
    }
}
