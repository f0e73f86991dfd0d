//! Answers to what the registrar does on the server.

/// Each goes on after the item's reference and a colon.
pub struct ByHand {
    pub assigned: fn(person: &str) -> String,
    pub contact_noted: &'static str,
    pub closed: fn(how: &str, outcome: &str) -> String,
    pub promised: fn(date: &str) -> String,
    pub due: fn(date: &str) -> String,
    pub excluded: fn(reason: &str) -> String,
    pub reopened: fn(due: &str) -> String,
    pub overdue: fn(answer: &str) -> String,
    pub confirmed: fn(outcome: &str) -> String,
    pub question: fn(due: &str) -> String,
    pub notice_barred: &'static str,
    pub posted: fn(date: &str, outcome: &str) -> String,
    pub counts_as_notice: fn(date: &str) -> String,
    pub will_count_as_notice: fn(date: &str) -> String,
    pub notice_freed: &'static str,
    pub sender_kept: &'static str,
    pub records: fn(due: &str) -> String,
    pub reminded: &'static str,
    pub note_kept: &'static str,
    pub held: &'static str,
    pub held_before_note_kept: &'static str,
    pub held_before: &'static str,
    pub released: &'static str,
    pub not_held_before: &'static str,
}
