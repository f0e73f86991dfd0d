//! Dates, spans and usual names.

use crate::domain::pledge::Span;

/// What belongs together (`kl. 09.12`, `2 arbetsdagar`) is joined by [`super::NO_BREAK`].
pub struct Dates {
    /// From Monday on, as in a date.
    pub weekdays: [&'static str; 7],
    pub short_weekdays: [&'static str; 7],
    /// From January on, as in a date.
    pub months: [&'static str; 12],
    /// Seconds are left out. `kl. 09.12` is Språkrådet's way of writing it.
    pub time: fn(hour: u32, minute: u32) -> String,
    /// Before a date.
    pub yesterday: &'static str,
    pub today: &'static str,
    pub tomorrow: &'static str,
    /// `2 arbetsdagar`, `samma arbetsdag`.
    pub span: fn(span: Span) -> String,
    pub within: fn(span: &str) -> String,
    /// What a pledge is about, for the usual names of pledges.
    pub pledge: fn(name: &str) -> Option<&'static str>,
    /// IMAP's `INBOX` (RFC 3501 §5.1) as the mail program shows it.
    pub inbox: &'static str,
}
