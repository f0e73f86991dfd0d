//! `letter REF`: the notice to print and post, made again: for a person who did not get it by mail.

use super::arguments::reference;
use super::output::write_text;
use super::whole::{Readers, Whole};
use crate::config::Config;
use crate::domain::item::ItemId;
use crate::domain::orders::Refusal;
use crate::engine::writing::letters::letter_anew;
use crate::failure::Failure;
use crate::mail::texts::Texts;
use crate::store::{Access, Store};
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
    let id = reference(&arguments.reference)?;
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
    let found = store.read(|db| match db.item(id)? {
        Some(item) => Ok(Some((item, db.message_of(id)?))),
        None => Ok(None),
    })?;
    let (item, row) = found.ok_or_else(|| failed(Refusal::NoSuchItem(id).to_string()))?;
    let municipality = config.municipality();
    let board = municipality.board(&item.mailbox);
    let board = board.ok_or_else(|| {
        let mailbox = &item.mailbox;
        failed(format!("{id}: its mailbox {mailbox} is not configured"))
    })?;
    if !board.pledge(item.pledge.as_deref()).letter {
        return Err(failed((of(service.language).commands.no_letter)(id)));
    }
    letter_anew(board, &texts, (&item, &row), now).map_err(|why| failed(format!("{id}: {why}")))
}
