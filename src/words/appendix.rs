//! The appendix of the report.

use crate::domain::calendar::Counting;
use crate::domain::figures::Elsewhere;

/// Titles, captions and heads of tables, and the sentences between them.
pub struct Appendix {
    pub speed_head: [&'static str; 8],
    pub outside_head: [&'static str; 3],
    pub staff_mails_head: [&'static str; 2],
    /// A promise that no mailbox shows, and what the municipality says of it itself.
    pub not_measured: fn(promise: Elsewhere, told: Option<&str>) -> String,
    pub closed_days_head: [&'static str; 2],
    pub pledge: &'static str,
    pub speed_caption: &'static str,
    pub uncertain_answers: &'static str,
    pub speed: &'static str,
    pub after_notices: &'static str,
    pub held_notices: &'static str,
    pub notices: &'static str,
    pub circumstances: &'static str,
    pub not_causes: &'static str,
    pub why_broken: &'static str,
    /// Instead of a table whose parts are too few.
    pub few_parts: fn(caption: &str) -> String,
    pub promised_dates: &'static str,
    pub escalated: &'static str,
    pub notes: &'static str,
    pub promises: &'static str,
    pub outside_caption: &'static str,
    pub outside: &'static str,
    pub staff_mails_caption: &'static str,
    pub staff_mails: &'static str,
    pub not_measured_title: &'static str,
    pub closed_days: &'static str,
    pub how_we_count: &'static str,
    pub folders_head: [&'static str; 10],
    pub blind_head: [&'static str; 7],
    pub alarms_head: [&'static str; 4],
    pub corrections_head: [&'static str; 7],
    pub nothing_compared: &'static str,
    pub nothing_missing: &'static str,
    pub always_read: &'static str,
    pub reliability: &'static str,
    pub folders: &'static str,
    pub unread_head: [&'static str; 2],
    pub unread: &'static str,
    pub all_read: &'static str,
    pub lasts: &'static str,
    pub blind: &'static str,
    pub over: &'static str,
    pub alarm: &'static str,
    pub alarms: &'static str,
    pub corrections_caption: &'static str,
    pub no_corrections: &'static str,
    pub corrections: &'static str,
    pub listed: fn(shown: usize, rows: usize) -> String,
    pub found_again: fn(n: u32) -> String,
    pub missing: fn(n: u32) -> String,
    pub blind_time: fn(time: &str) -> String,
    pub decided_since: fn(n: u32) -> String,
    /// From when the days of a pledge are counted.
    pub counting: fn(counting: Counting) -> &'static str,
    /// Where requests for public records are promised something.
    pub records_by_subject: &'static str,
    /// How the report counts, in sentences for its readers.
    pub definitions: fn(counting: &str, hours: &str, program: &str) -> Vec<String>,
}
