//! How the report counts, in sentences for its readers.

use super::figures::{Figures, PledgeFigures};
use crate::domain::figures::Nature;
use crate::domain::language::Language;
use crate::words::of;

/// The sentences.
#[must_use]
pub fn definitions(language: Language, figures: &Figures) -> Vec<String> {
    let words = &of(language).appendix;
    let hours = figures.office_hours.replace('-', "–");
    let counting = (words.counting)(figures.counting);
    let mut told = (words.definitions)(counting, &hours, &figures.program);
    let is_of_records = |pledge: &PledgeFigures| pledge.nature == Some(Nature::Records);
    if figures.pledges.iter().any(is_of_records) {
        told.push(words.records_by_subject.to_owned());
    }
    told
}
