//! The figures, worded: page one, and the appendix.

use super::document::Document;
use super::figures::Figures;
use super::{appendix, page_one};
use crate::config::Language;
use crate::domain::period::Period;

/// Words the figures.
#[must_use]
pub fn document(figures: &Figures, language: Language) -> Document {
    let page = page_one::PageOne { figures, language };
    Document {
        language,
        title: page.title(),
        headline: page.headline(),
        lead: page.lead(),
        page_one: page.sections(),
        appendix: appendix::Appendix { figures, language }.sections(),
        period: Period {
            from: figures.from,
            to: figures.to,
        },
        organisation: figures.organisation.clone(),
        made: figures.made_at.chars().take(10).collect(),
    }
}
