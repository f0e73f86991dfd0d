//! `letter REF`: the notice to print and post, made again: for a person who did not get it by mail.

use super::arguments::reference;
use super::output::write_text;
use super::whole::{Readers, Whole};
use crate::config::Config;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::MessageRow;
use crate::domain::orders::Refusal;
use crate::engine::writing::letters::letter_anew;
use crate::failure::Failure;
use crate::mail::texts::Texts;
use crate::store::{Access, Db, Store};
use crate::words::of;
use chrono::{DateTime, Utc};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

/// Writes the notice to print and post of a letter as PDF, as its mail to staff had it
#[derive(Clone, Debug, Args)]
#[command(
    after_help = "Example:\n  servicelofte letter SL-2026-00042 --out /tmp/SL-2026-00042.pdf"
)]
pub struct LetterArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// The file [default: REF.pdf here]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Writes it. An item that is not a letter has none.
pub fn run(
    config: &Config,
    arguments: &LetterArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let today = config.calendar.local_date(now);
    let id = reference(&arguments.reference, today)?;
    let pdf = pdf(config, id, now)?;
    let usual = || PathBuf::from(format!("{id}.pdf"));
    let name = arguments.out.clone().unwrap_or_else(usual);
    let mut file = Whole::new(&name, Readers::Owner)?;
    file.write_all(&pdf)?;
    file.finish()?;
    write_text(out, &format!("{id}: {}", name.display()))
}

fn pdf(config: &Config, id: ItemId, now: DateTime<Utc>) -> Result<Vec<u8>, Failure> {
    let failed = |why: String| Failure::Failed(why);
    let service = &config.service;
    let texts = Texts::new(service.language, service.templates.as_deref());
    let texts = texts.map_err(Failure::Config)?;
    let mut store = Store::open(&service.database, Access::Reader)?;
    let (item, row) = store.read_out(|db| found(db, id))?;
    let municipality = config.municipality();
    let board = municipality.board(&item.mailbox);
    let board = board.ok_or_else(|| {
        let mailbox = &item.mailbox;
        failed(format!("{id}: its mailbox {mailbox} is not configured"))
    })?;
    if !board.pledge_of(&item).letter {
        return Err(failed((of(service.language).commands.no_letter)(id)));
    }
    letter_anew(board, &texts, (&item, &row), now).map_err(|why| failed(format!("{id}: {why}")))
}

fn found(db: &Db<'_>, id: ItemId) -> Result<(Item, MessageRow), Failure> {
    match db.item(id)? {
        Some(item) => Ok((item, db.message_of(id)?)),
        None => Err(Failure::Failed(Refusal::NoSuchItem(id).to_string())),
    }
}
