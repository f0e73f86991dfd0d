//! The pictures of the report, and the same in tables, in English.

use crate::domain::calendar::day_off::DayKind;
use crate::words::pictures::Pictures;

pub const PICTURES: Pictures = Pictures {
    arrivals: "Arrived by day",
    arrivals_head: ["Day", "Arrived", "Remark"],
    hatched: "Hatched: day off",
    letter_of_closed: "C: closed by decision",
    thick_frame: "Thick frame: could not be read",
    few_not_shown: "few: not shown",
    closed_letter: " C",
    closed: "closed",
    week: |week| format!("week {week}"),
    marks_in_text: "(day off), ! could not be read all the time",
    day_off: |kind| match kind {
        DayKind::Closed => "closed by decision",
        DayKind::Holiday => "public holiday",
        DayKind::Eve => "eve of a holiday",
    },
    weekend: "weekend",
    not_always_read: "could not be read all the time",
    answer_times: "How long the answer took",
    answer_times_head: ["Time", "Number"],
    no_answer: "none",
    working_days: "working days to the answer",
    pledge: |within| format!("The pledge: {within}"),
    pledge_line: |within| format!("the pledge: {within}"),
    months: "Twelve months, percent",
    bars_head: ["Month", "Decided"],
    number: "number",
    not_shown: "not shown",
};
