//! Words for the codes of an item.

use crate::domain::classify::Class;
use crate::domain::event::{AssignedBy, Effect, EvidenceKind, Failure, Flag, How, MatchedBy};
use crate::domain::outcome::Outcome;

/// Each fits into a list or in the middle of a sentence; only mails of ours begin one.
pub struct Names {
    /// An item's standing in a list.
    pub overdue: &'static str,
    pub due_today: &'static str,
    pub open: &'static str,
    pub answered: &'static str,
    pub no_question: &'static str,
    pub closed: &'static str,
    pub excluded: &'static str,
    pub history: &'static str,
    pub perhaps_answered: fn(standing: &str) -> String,
    pub settled_late: fn(standing: &str) -> String,
    pub settled_after_notice: fn(standing: &str) -> String,
    pub noticed: fn(standing: &str) -> String,
    pub items: fn(count: u32) -> String,
    /// Replaces a sender, a subject or a person's words that have been erased.
    pub erased: &'static str,
    /// Replaces a sender or a subject that is not shown.
    pub masked: &'static str,
    /// What became of the pledge.
    pub outcome: fn(outcome: Outcome) -> &'static str,
    /// The sort of mail that it is.
    pub class: fn(class: Class) -> &'static str,
    /// A mark of an item.
    pub flag: fn(flag: Flag) -> &'static str,
    /// A mail of ours, as the subject of a sentence.
    pub effect: fn(effect: Effect) -> String,
    /// The event of a mail of ours, after its name.
    pub failure: fn(failure: Failure) -> &'static str,
    /// The way in which it was answered or closed.
    pub how: fn(how: How) -> &'static str,
    /// The way in which it got its handler.
    pub assigned_by: fn(how: AssignedBy) -> &'static str,
    /// The proof of an answer.
    pub evidence: fn(kind: EvidenceKind) -> &'static str,
    pub in_folder: fn(evidence: &str, folder: &str) -> String,
    pub matched: fn(evidence: &str, by: MatchedBy) -> String,
    pub not_vouched_for: fn(evidence: &str) -> String,
    /// A language by its code.
    pub tongue: fn(code: &str) -> Option<&'static str>,
}
