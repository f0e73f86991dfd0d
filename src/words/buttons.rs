//! Links that write a command for a handler.

use chrono::NaiveDate;

/// What a link says, and the command that it writes before the reference.
pub struct Press {
    pub label: &'static str,
    pub command: &'static str,
}

/// A command must be one that [`crate::domain::command`] reads.
pub struct Buttons {
    pub answered: Press,
    pub confirm: Press,
    pub deny: Press,
    pub no_question: Press,
    /// To a mail that asks whether it is one.
    pub no_question_either: Press,
    pub question: Press,
    pub take: Press,
    pub posted: Press,
    pub letter_answered: Press,
    /// Label and command for a deputy.
    pub takes: fn(name: &str) -> String,
    pub take_for: fn(name: &str) -> String,
    /// Label and command for a day by which an answer is promised.
    pub answer_by: fn(date: &str) -> String,
    pub promise: fn(date: NaiveDate) -> String,
}
