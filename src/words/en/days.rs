//! How a due date was reached, and which days are off, in English.

use crate::words::days::Days;

pub const DAYS: Days = Days {
    arrival: "day of arrival",
    arrival_after_hours: "day of arrival, after office hours",
    counts_as_arrival: "counts as the day of arrival",
    holiday: |code| {
        Some(match code {
            "new_years_day" => "New Year's Day",
            "epiphany" => "Epiphany",
            "good_friday" => "Good Friday",
            "easter_sunday" => "Easter Sunday",
            "easter_monday" => "Easter Monday",
            "may_day" => "May Day",
            "ascension_day" => "Ascension Day",
            "whit_sunday" => "Whit Sunday",
            "whit_monday" => "Whit Monday",
            "national_day" => "National Day",
            "midsummer_eve" => "Midsummer Eve",
            "midsummer_day" => "Midsummer Day",
            "all_saints_day" => "All Saints' Day",
            "christmas_eve" => "Christmas Eve",
            "christmas_day" => "Christmas Day",
            "boxing_day" => "Boxing Day",
            "new_years_eve" => "New Year's Eve",
            _ => return None,
        })
    },
    closed_by: |decision| format!("closed by {decision}"),
    not_moved: |span, off| format!("{span} ({off}, not moved)"),

    pledge: |name, span| format!("The pledge {name}: {span}"),
    came_in: "Came in",
    counting: "Counting",
    from_the_day_after: "day 1 is the first working day after the day of arrival",
    from_the_next_working_day: "an arrival on a day off first moves to the next working day",
    last_day: "Last day",
    too_late: "Too late",
    from: |time| format!("from {time}"),
    reminder: "Reminder",
    notice: "Notice",
    escalation: "To manager",
    and_then: "then every second working day, until the item is settled",
    never: "never",

    year: |year| format!("Calendar {year}"),
    working_days: "Working days",
    whole_year: "whole year",
};
