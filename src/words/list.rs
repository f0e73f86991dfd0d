//! The list of items on the server.

/// The list of items on the server.
pub struct List {
    pub to_answer: fn(live: usize, late: usize) -> String,
    pub total: fn(total: usize) -> String,
    /// After their numbers: settled, most likely no questions, excluded, before the start.
    pub not_shown: [&'static str; 4],
    pub shown_by_state: fn(counts: &str) -> String,
    pub unreadable: fn(items: &str) -> String,
    /// What to do about items that cannot be read.
    pub rebuild: &'static str,
    pub clock_is_doubted: fn(since: &str) -> String,
    /// Heads of the columns.
    pub item: &'static str,
    pub due: &'static str,
    pub standing: &'static str,
    pub handler: &'static str,
    pub mailbox: &'static str,
    pub from: &'static str,
    pub subject: &'static str,
}
