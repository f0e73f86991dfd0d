//! `split`: a scan that holds several letters becomes as many items.

use super::answer;
use super::desk::Desk;
use crate::config::Config;
use crate::failure::Failure;
use chrono::{DateTime, Utc};
use clap::Args;
use std::io::Write;

/// Makes an item of each letter in a scanner's mail
///
/// Each has the time of the first until its own stamp is told.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte split SL-2026-00042 11")]
pub struct SplitArgs {
    /// The item's reference
    #[arg(value_name = "REF")]
    pub reference: String,
    /// How many letters the mail holds, the first included: 2 to 50
    #[arg(value_name = "NUMBER")]
    pub count: u32,
}

/// Makes as many items, and names the new ones.
pub fn split(
    config: Config,
    arguments: &SplitArgs,
    now: DateTime<Utc>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut desk = Desk::open(config, now)?;
    let mut others = Vec::new();
    let item = desk.carry_out(&arguments.reference, |engine, id, by| {
        let (item, parts) = engine.split(id, arguments.count, by, now)?;
        others = parts;
        Ok(item)
    })?;
    let others: Vec<String> = others.iter().map(ToString::to_string).collect();
    let text = (desk.say().split)(arguments.count, &others.join(", "));
    answer(out, &item, &text)
}
