//! Answers of the other commands on the server.

use crate::domain::item::ItemId;

/// The rows erased besides items, and by which decision.
pub struct Erasing<'a> {
    pub sent: u32,
    pub months: u16,
    pub decision: &'a str,
}

/// Answers of the other commands on the server.
pub struct Commands {
    pub would_be_erased: &'static str,
    pub were_erased: &'static str,
    pub erasing: fn(verb: &str, items: &str, erasing: &Erasing) -> String,
    pub arrived: fn(oldest: &str, newest: &str) -> String,
    pub kept: fn(items: &str) -> String,
    pub exported: fn(file: &str, rows: u64) -> String,
    pub service_wrote: &'static str,
    pub staff_wrote: &'static str,
    pub not_exported: fn(items: &str) -> String,
    /// The matter of a mail under no pledge.
    pub needed_no_answer: &'static str,
    pub no_letter: fn(item: ItemId) -> String,
    pub replica_is_register: &'static str,
    pub register_stays: &'static str,
    pub taken_over: fn(generation: i64) -> String,
    pub other_is_off: &'static str,
    pub away: fn(person: &str, from: &str) -> String,
    pub away_until: fn(away: &str, until: &str) -> String,
    pub away_until_back: fn(away: &str) -> String,
    pub back: fn(person: &str) -> String,
    /// The size in megabytes, and their tenths.
    pub backed_up: fn(file: &str, items: u64, lines: u64, megabytes: [u64; 2]) -> String,
    pub rebuilt: fn(items: usize, clues: usize) -> String,
    pub restore: fn(item: ItemId, why: &str) -> String,
    pub set_aside: fn(items: usize) -> String,
}
