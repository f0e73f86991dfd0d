//! Dates, spans and usual names, in English.

use crate::domain::pledge::Span;
use crate::words::dates::Dates;
use crate::words::plural;

pub const DATES: Dates = Dates {
    weekdays: [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ],
    short_weekdays: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    time: |hour, minute| format!("at\u{a0}{hour:02}:{minute:02}"),
    yesterday: "yesterday",
    today: "today",
    tomorrow: "tomorrow",
    span: |span| match span {
        Span::WorkingDays(0) => "the same working\u{a0}day".to_owned(),
        Span::WorkingDays(n) => plural(u64::from(n), "working day", "working days"),
        Span::Days(n) => plural(u64::from(n), "day", "days"),
        Span::Weeks(n) => plural(u64::from(n), "week", "weeks"),
        Span::Months(n) => plural(u64::from(n), "month", "months"),
    },
    within: |span| format!("within {span}"),
    pledge: |name| match name {
        "email" => Some("e-mail"),
        "letter" => Some("letters"),
        "callback" => Some("calling people back"),
        "complaint" => Some("complaints"),
        "decision" => Some("decisions"),
        "overdue-decision" => Some("requests for a decision"),
        "records" => Some("requests for public records"),
        _ => None,
    },
    inbox: "Inbox",
};
