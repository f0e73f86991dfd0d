//! Why a day counts or not, as the registers of the first days have it: in Swedish words, the
//! names of Swedish law among them.

use crate::domain::calendar::day_off::DayOff;
use crate::domain::calendar::holidays::{Holiday, SWEDEN};
use crate::domain::counted::Why;
use crate::domain::pledge::Span;
use chrono::Weekday;

const WEEK: [(&str, Weekday); 7] = [
    ("måndag", Weekday::Mon),
    ("tisdag", Weekday::Tue),
    ("onsdag", Weekday::Wed),
    ("torsdag", Weekday::Thu),
    ("fredag", Weekday::Fri),
    ("lördag", Weekday::Sat),
    ("söndag", Weekday::Sun),
];

/// `None` for words that no version has written.
pub fn why(words: &str) -> Option<Why> {
    match words {
        "ankomstdag" => Some(Why::Arrival),
        "ankomstdag, efter kontorstid" => Some(Why::ArrivalAfterHours),
        "räknas som ankomstdag" => Some(Why::CountsAsArrival),
        _ => ends(words).or_else(|| off(words).map(Why::Off)),
    }
}

/// `4 veckor`, `4 veckor (lördag, flyttas inte)`.
fn ends(words: &str) -> Option<Why> {
    let Some((counted, rest)) = words.split_once(" (") else {
        let span = span(words)?;
        return Some(Why::Ends { span, off: None });
    };
    let span = span(counted)?;
    let off = Some(off(rest.strip_suffix(", flyttas inte)")?)?);
    Some(Why::Ends { span, off })
}

fn off(words: &str) -> Option<DayOff> {
    if let Some(decision) = words.strip_prefix("stängt enligt ") {
        return Some(DayOff::Closed(decision.to_owned()));
    }
    let named = |days: &[Holiday], name: &str| days.iter().find(|day| day.name == name).copied();
    if let Some(eve) = named(SWEDEN.eves, words) {
        return Some(DayOff::Eve(eve));
    }
    if let Some((_, day)) = WEEK.iter().find(|(name, _)| *name == words) {
        return Some(DayOff::Weekday(*day));
    }
    // Two holidays on one day.
    let days = words.split("; ").map(|name| named(SWEDEN.holidays, name));
    days.collect::<Option<_>>().map(DayOff::Holidays)
}

fn span(words: &str) -> Option<Span> {
    let (n, unit) = words.split_once(' ')?;
    let n: u16 = n.parse().ok()?;
    match unit {
        "dag" | "dagar" => Some(Span::Days(n)),
        "vecka" | "veckor" => Some(Span::Weeks(n)),
        "månad" | "månader" => Some(Span::Months(n)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_words_of_the_first_days_are_codes_now() {
        let off = |off| Some(json!({ "off": off }));
        let ends = |span, off| Some(json!({ "ends": { "span": span, "off": off } }));
        for (words, code) in [
            ("ankomstdag", Some(json!("arrival"))),
            (
                "ankomstdag, efter kontorstid",
                Some(json!("arrival_after_hours")),
            ),
            ("räknas som ankomstdag", Some(json!("counts_as_arrival"))),
            ("lördag", off(json!({ "weekday": "Sat" }))),
            ("julafton", off(json!({ "eve": "christmas_eve" }))),
            ("långfredagen", off(json!({ "holidays": ["good_friday"] }))),
            (
                "pingstdagen; nationaldagen",
                off(json!({ "holidays": ["whit_sunday", "national_day"] })),
            ),
            (
                "stängt enligt KS 2026 (12), b; c",
                off(json!({ "closed": "KS 2026 (12), b; c" })),
            ),
            ("1 månad", ends(json!({ "months": 1 }), json!(null))),
            (
                "4 veckor (lördag, flyttas inte)",
                ends(json!({ "weeks": 4 }), json!({ "weekday": "Sat" })),
            ),
            (
                "10 dagar (stängt enligt KS 2026 (12), b; c, flyttas inte)",
                ends(
                    json!({ "days": 10 }),
                    json!({ "closed": "KS 2026 (12), b; c" }),
                ),
            ),
            ("fettisdagen", None),
            ("pingstdagen; fettisdagen", None),
            ("4 veckor (lördag)", None),
        ] {
            let read = why(words).map(|why| serde_json::to_value(why).unwrap());
            assert_eq!(read, code, "{words}");
        }
    }

    #[test]
    fn every_day_of_swedish_law_has_been_written() {
        for day in SWEDEN.holidays {
            let off = DayOff::Holidays(vec![*day]);
            assert_eq!(why(day.name), Some(Why::Off(off)));
        }
        for eve in SWEDEN.eves {
            assert_eq!(why(eve.name), Some(Why::Off(DayOff::Eve(*eve))));
        }
    }
}
