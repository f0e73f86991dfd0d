//! The pictures of the report, and the same in tables.

use crate::domain::calendar::day_off::DayKind;

/// Short, since there is little room.
pub struct Pictures {
    pub arrivals: &'static str,
    pub arrivals_head: [&'static str; 3],
    /// The marks of a calendar, explained below it.
    pub hatched: &'static str,
    pub letter_of_closed: &'static str,
    pub thick_frame: &'static str,
    pub few_not_shown: &'static str,
    /// After the day's number.
    pub closed_letter: &'static str,
    pub closed: &'static str,
    pub week: fn(week: u32) -> String,
    pub marks_in_text: &'static str,
    pub day_off: fn(kind: DayKind) -> &'static str,
    pub weekend: &'static str,
    pub not_always_read: &'static str,
    pub answer_times: &'static str,
    pub answer_times_head: [&'static str; 2],
    /// Below a column.
    pub no_answer: &'static str,
    /// Below the columns.
    pub working_days: &'static str,
    pub pledge: fn(within: &str) -> String,
    /// Above a line.
    pub pledge_line: fn(within: &str) -> String,
    pub months: &'static str,
    pub bars_head: [&'static str; 2],
    /// Above the numbers beside the bars.
    pub number: &'static str,
    /// Instead of a bar.
    pub not_shown: &'static str,
}
