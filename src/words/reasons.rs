//! Words for the reasons of the log.

use crate::domain::reason::{DueChange, Reason, Sign, Withdrawal};

/// Each is a clause after a colon or in brackets: no capital, no full stop.
pub struct Reasons {
    /// A sign by which a message was judged.
    pub sign: fn(sign: Sign) -> &'static str,
    /// Why a message needs no answer; a person's reason is in that person's words.
    pub reason: fn(reason: &Reason) -> String,
    /// Why the due date was changed.
    pub due_change: fn(why: DueChange) -> &'static str,
    /// Why a mail of ours was withdrawn.
    pub withdrawal: fn(why: Withdrawal) -> &'static str,
    /// Why a mail of ours was not delivered; the server's answer is given unchanged.
    pub server_said: fn(answer: &str) -> String,
    pub no_copy: &'static str,
    pub no_address: &'static str,
}

/// Several signs, in their order.
#[must_use]
pub fn joined(signs: &[Sign], word: fn(Sign) -> &'static str) -> String {
    let words: Vec<&str> = signs.iter().map(|sign| word(*sign)).collect();
    words.join("; ")
}
