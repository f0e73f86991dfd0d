//! How the report counts, in sentences for its readers.

use super::figures::Figures;
use crate::domain::language::Language;
use crate::words::of;

/// The sentences.
#[must_use]
pub fn definitions(language: Language, figures: &Figures) -> Vec<String> {
    let words = &of(language).appendix;
    let hours = figures.office_hours.replace('-', "–");
    (words.definitions)((words.counting)(figures.counting), &hours, &figures.program)
}
