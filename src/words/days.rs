//! How a due date was reached, and which days are off.

use super::of;
use crate::domain::calendar::day_off::DayOff;
use crate::domain::calendar::holidays::Holiday;
use crate::domain::counted::Why;
use crate::domain::language::Language;
use chrono::Weekday;

/// Words about days, for `due`, `calendar` and `show`.
pub struct Days {
    pub arrival: &'static str,
    pub arrival_after_hours: &'static str,
    pub counts_as_arrival: &'static str,
    /// By the day's code; `None` for a day that keeps the name which its law gives it.
    pub holiday: fn(code: &str) -> Option<&'static str>,
    pub closed_by: fn(decision: &str) -> String,
    /// The end of a span that falls on a day off.
    pub not_moved: fn(span: &str, off: &str) -> String,

    pub pledge: fn(name: &str, span: &str) -> String,
    pub came_in: &'static str,
    pub counting: &'static str,
    pub from_the_day_after: &'static str,
    pub from_the_next_working_day: &'static str,
    pub last_day: &'static str,
    pub too_late: &'static str,
    pub from: fn(time: &str) -> String,
    pub reminder: &'static str,
    pub notice: &'static str,
    pub escalation: &'static str,
    pub and_then: &'static str,
    pub never: &'static str,

    pub year: fn(year: i32) -> String,
    pub working_days: &'static str,
    pub whole_year: &'static str,
}

/// Why a day of a derivation counts or is skipped: `lördag`, `4 weeks (Saturday, not moved)`.
#[must_use]
pub fn why(language: Language, why: &Why) -> String {
    let words = &of(language).days;
    match why {
        Why::Arrival => words.arrival.to_owned(),
        Why::ArrivalAfterHours => words.arrival_after_hours.to_owned(),
        Why::CountsAsArrival => words.counts_as_arrival.to_owned(),
        Why::Off(day) => off(language, day),
        Why::Ends { span, off: None } => (of(language).dates.span)(*span),
        Why::Ends {
            span,
            off: Some(day),
        } => (words.not_moved)(&(of(language).dates.span)(*span), &off(language, day)),
    }
}

/// `lördag`, `pingstdagen; nationaldagen`, `closed by KS 2026/12`.
#[must_use]
pub fn off(language: Language, off: &DayOff) -> String {
    match off {
        DayOff::Weekday(day) => weekday(language, *day).to_owned(),
        DayOff::Holidays(days) => {
            let names: Vec<&str> = days.iter().map(|day| holiday(language, day)).collect();
            names.join("; ")
        }
        DayOff::Eve(eve) => holiday(language, eve).to_owned(),
        DayOff::Closed(decision) => (of(language).days.closed_by)(decision),
    }
}

#[must_use]
pub fn holiday(language: Language, day: &Holiday) -> &'static str {
    (of(language).days.holiday)(day.code).unwrap_or(day.name)
}

fn weekday(language: Language, day: Weekday) -> &'static str {
    of(language).dates.weekdays[day.num_days_from_monday() as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Counting;
    use crate::domain::calendar::holidays::SWEDEN;
    use crate::domain::calendar::tests::{date, sweden};
    use crate::domain::pledge::{Due, Span};
    use crate::words::NO_BREAK;

    #[test]
    fn english_has_a_name_for_every_day_of_swedish_law() {
        for day in SWEDEN.holidays.iter().chain(SWEDEN.eves) {
            let name = holiday(Language::English, day);
            assert_ne!(name, day.name);
            assert!(name.is_ascii(), "{name}");
            assert_eq!(holiday(Language::Swedish, day), day.name);
        }
    }

    #[test]
    fn every_reason_of_a_derivation_is_in_its_language() {
        let spans = [
            Span::WorkingDays(0),
            Span::WorkingDays(3),
            Span::Days(1),
            Span::Weeks(4),
            Span::Months(1),
        ];
        let swedish = [
            "dag", "enligt", "flyttas", "veck", "månad", "afton", "maj", "å", "ä", "ö",
        ];
        for counting in [Counting::ArrivalDate, Counting::NextWorkingDay] {
            let calendar = crate::domain::calendar::Calendar {
                counting,
                ..sweden()
            };
            let arrivals = date("2026-01-01").iter_days().take(366);
            let spans = arrivals
                .flat_map(|arrival| spans.map(|span| Due::reckon(arrival, span, &calendar)));
            for reason in spans.flat_map(|due| due.days).filter_map(|day| day.reason) {
                let english = why(Language::English, &reason).to_lowercase();
                let left = swedish.iter().find(|word| english.contains(**word));
                assert_eq!(left, None, "{reason:?}: {english}");
                let said = why(Language::Swedish, &reason);
                assert!(!said.is_empty() && said.to_lowercase() != english, "{said}");
            }
        }
    }

    #[test]
    fn a_reason_is_put_together_as_its_language_does() {
        let of_swedish = |code: &str| {
            let mut days = SWEDEN.holidays.iter();
            *days.find(|day| day.code == code).unwrap()
        };
        let two = DayOff::Holidays(["whit_sunday", "national_day"].map(of_swedish).to_vec());
        let saturday = Some(DayOff::Weekday(Weekday::Sat));
        let ends = |span, off| Why::Ends { span, off };
        for (reason, swedish, english) in [
            (
                Why::Off(two),
                "pingstdagen; nationaldagen",
                "Whit Sunday; National Day",
            ),
            (
                Why::Off(DayOff::Closed("KS 2026/12".to_owned())),
                "stängt enligt KS 2026/12",
                "closed by KS 2026/12",
            ),
            (
                ends(Span::Weeks(4), saturday),
                "4 veckor (lördag, flyttas inte)",
                "4 weeks (Saturday, not moved)",
            ),
            (ends(Span::Months(1), None), "1 månad", "1 month"),
        ] {
            for (language, expected) in [(Language::Swedish, swedish), (Language::English, english)]
            {
                assert_eq!(why(language, &reason).replace(NO_BREAK, " "), expected);
            }
        }
    }
}
