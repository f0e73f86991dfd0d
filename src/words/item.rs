//! What the server shows of one item.

use crate::domain::item::ItemId;

/// Labels of the facts, and the sentences between them.
pub struct Item {
    pub unreadable: fn(item: ItemId, mailbox: &str, why: &str) -> String,
    pub how_due_was_reached: &'static str,
    pub what_has_happened: &'static str,
    pub noticed_about: fn(item: ItemId) -> String,
    /// Before the number of a counted day.
    pub day: &'static str,
    pub from: &'static str,
    pub unknown: &'static str,
    pub subject: &'static str,
    pub erased: &'static str,
    pub by_decision: fn(at: &str, decision: &str) -> String,
    pub arrived: &'static str,
    pub language: &'static str,
    pub class: &'static str,
    pub lies_in: &'static str,
    pub pledge: &'static str,
    pub due: &'static str,
    pub handler: &'static str,
    pub no_handler: &'static str,
    pub outcome: &'static str,
    pub excluded: &'static str,
    pub marked: &'static str,
    pub conversation: &'static str,
    pub reminded: &'static str,
    pub notice: &'static str,
    pub promised: &'static str,
    pub promise_moved: fn(date: &str, times: usize) -> String,
    pub escalation: fn(step: u16) -> String,
    pub perhaps_answered: &'static str,
    pub answered: &'static str,
    pub closed: &'static str,
    pub by: fn(when: &str, actor: &str) -> String,
    pub how: &'static str,
    pub evidence: &'static str,
}
