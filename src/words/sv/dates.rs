//! Dates, spans and usual names, in Swedish.

use crate::domain::pledge::Span;
use crate::words::dates::Dates;
use crate::words::plural;

pub const DATES: Dates = Dates {
    weekdays: [
        "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag",
    ],
    short_weekdays: ["mån", "tis", "ons", "tor", "fre", "lör", "sön"],
    months: [
        "januari",
        "februari",
        "mars",
        "april",
        "maj",
        "juni",
        "juli",
        "augusti",
        "september",
        "oktober",
        "november",
        "december",
    ],
    time: |hour, minute| format!("kl.\u{a0}{hour:02}.{minute:02}"),
    yesterday: "i\u{a0}går",
    today: "i\u{a0}dag",
    tomorrow: "i\u{a0}morgon",
    span: |span| match span {
        Span::WorkingDays(0) => "samma\u{a0}arbetsdag".to_owned(),
        Span::WorkingDays(n) => plural(u64::from(n), "arbetsdag", "arbetsdagar"),
        Span::Days(n) => plural(u64::from(n), "dag", "dagar"),
        Span::Weeks(n) => plural(u64::from(n), "vecka", "veckor"),
        Span::Months(n) => plural(u64::from(n), "månad", "månader"),
    },
    within: |span| format!("inom {span}"),
    pledge: |name| match name {
        "email" => Some("e-post"),
        "letter" => Some("brev"),
        "callback" => Some("kontakt med den som har sökt någon"),
        "complaint" => Some("klagomål"),
        "decision" => Some("beslut"),
        "overdue-decision" => Some("begäran om att ett ärende avgörs"),
        "records" => Some("begäran om allmän handling"),
        _ => None,
    },
    inbox: "Inkorgen",
};
