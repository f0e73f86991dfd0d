//! The compliance report: how the pledges were kept in a period, and how far the register can be
//! trusted for it.
//!
//! [`crate::domain::figures`] counts; [`gather`] reads the register for it; [`tell`] takes out the
//! numbers that would point at a person, and [`figures`] is the rest: the report's JSON.
//! [`worded`] puts that into a [`document`] (`page_one`, `appendix`, [`pictures`]), and [`text`],
//! [`html`], [`csv`] and [`pdf`] show that document; [`cell`] has the references behind a figure.
//!
//! Promises: a report holds nothing about any citizen, neither address nor subject nor reference,
//! and no number that points at one ([`crate::domain::figures::few`]); a notice is never counted or
//! called an answer; no code is shown instead of its meaning; what a report that was handed over
//! said is kept, and later changes of final figures are reported as corrections. Deliberately
//! absent: shares by person, which no one has promised to keep.

mod appendix;
pub mod cell;
pub mod coverage;
pub mod csv;
mod definitions;
pub mod document;
pub mod figures;
pub mod gather;
pub mod ground;
pub mod html;
mod page_one;
pub mod pdf;
pub mod pictures;
pub mod scene;
pub mod sending;
mod svg;
mod tally;
pub mod tell;
pub mod text;
pub mod phrases;
pub mod worded;

use crate::config::Config;
use crate::domain::period::Period;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};

/// The report of a register and a period, in the configured language.
pub fn report(
    db: &Db<'_>,
    config: &Config,
    period: Period,
    now: DateTime<Utc>,
) -> Result<document::Document, StoreError> {
    Ok(worded::document(
        &gather::gather(db, config, period, now)?,
        config.service.language,
    ))
}
