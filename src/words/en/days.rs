//! Why a day of a derivation counts or not, in English. A derivation is stored with its reasons in
//! Swedish, as the contract shows them: they are the names of Swedish law. A reason that is unknown
//! here stays unchanged.

use super::dates::DATES;
use crate::domain::pledge::Span;

/// `lördag` → `Saturday`, `stängt enligt KS 2026/12` → `closed by KS 2026/12`, `4 veckor` →
/// `4 weeks`.
pub fn reason(stored: &str) -> String {
    if let Some(decision) = stored.strip_prefix("stängt enligt ") {
        return format!("closed by {decision}");
    }
    if let Some((span, off)) = stored.split_once(" (")
        && let Some(off) = off.strip_suffix(", flyttas inte)")
    {
        return format!("{} ({}, not moved)", reason(span), reason(off));
    }
    // Two holidays on one day.
    let names: Vec<String> = stored
        .split("; ")
        .map(|one| name(one).map_or_else(|| span(one), str::to_owned))
        .collect();
    names.join("; ")
}

fn name(swedish: &str) -> Option<&'static str> {
    Some(match swedish {
        "ankomstdag" => "day of arrival",
        "ankomstdag, efter kontorstid" => "day of arrival, after office hours",
        "räknas som ankomstdag" => "counts as the day of arrival",
        "måndag" => "Monday",
        "tisdag" => "Tuesday",
        "onsdag" => "Wednesday",
        "torsdag" => "Thursday",
        "fredag" => "Friday",
        "lördag" => "Saturday",
        "söndag" => "Sunday",
        "nyårsdagen" => "New Year's Day",
        "trettondedag jul" => "Epiphany",
        "långfredagen" => "Good Friday",
        "påskdagen" => "Easter Sunday",
        "annandag påsk" => "Easter Monday",
        "första maj" => "May Day",
        "Kristi himmelsfärdsdag" => "Ascension Day",
        "pingstdagen" => "Whit Sunday",
        "annandag pingst" => "Whit Monday",
        "nationaldagen" => "National Day",
        "midsommarafton" => "Midsummer Eve",
        "midsommardagen" => "Midsummer Day",
        "alla helgons dag" => "All Saints' Day",
        "julafton" => "Christmas Eve",
        "juldagen" => "Christmas Day",
        "annandag jul" => "Boxing Day",
        "nyårsafton" => "New Year's Eve",
        _ => return None,
    })
}

/// The counted span; anything else stays unchanged.
fn span(swedish: &str) -> String {
    let span = swedish.split_once(' ').and_then(|(n, unit)| {
        let n: u16 = n.parse().ok()?;
        match unit {
            "arbetsdag" | "arbetsdagar" => Some(Span::WorkingDays(n)),
            "dag" | "dagar" => Some(Span::Days(n)),
            "vecka" | "veckor" => Some(Span::Weeks(n)),
            "månad" | "månader" => Some(Span::Months(n)),
            _ => None,
        }
    });
    span.map_or_else(|| swedish.to_owned(), DATES.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::holidays::{KNOWN_YEARS, eve, public_holidays};
    use crate::domain::calendar::tests::{date, sweden};
    use crate::domain::calendar::{Counting, weekday_name};
    use crate::domain::pledge::Due;
    use chrono::{Datelike, NaiveDate};

    #[test]
    fn every_day_of_the_calendar_has_an_english_name() {
        let first = NaiveDate::from_ymd_opt(*KNOWN_YEARS.start(), 1, 1).unwrap();
        for day in first
            .iter_days()
            .take_while(|day| KNOWN_YEARS.contains(&day.year()))
        {
            for swedish in public_holidays(day)
                .chain(eve(day))
                .chain([weekday_name(day.weekday())])
            {
                assert!(name(swedish).is_some(), "{swedish}");
            }
        }
    }

    #[test]
    fn every_reason_of_a_derivation_is_translated() {
        let spans = [
            Span::WorkingDays(0),
            Span::WorkingDays(3),
            Span::Days(1),
            Span::Weeks(4),
            Span::Months(1),
        ];
        for counting in [Counting::ArrivalDate, Counting::NextWorkingDay] {
            let calendar = crate::domain::calendar::Calendar {
                counting,
                ..sweden()
            };
            for arrival in date("2026-01-01").iter_days().take(366) {
                for day in spans
                    .into_iter()
                    .flat_map(|span| Due::reckon(arrival, span, &calendar).days)
                {
                    let Some(swedish) = day.reason else { continue };
                    let english = reason(&swedish).to_lowercase();
                    let left = [
                        "dag", "enligt", "flyttas", "veck", "månad", "afton", "maj", "å", "ä", "ö",
                    ];
                    assert!(
                        !left.iter().any(|word| english.contains(word)),
                        "{swedish}: {english}"
                    );
                }
            }
        }
    }

    #[test]
    fn joined_and_unknown_reasons() {
        let check = |swedish: &str, english: &str| {
            assert_eq!(
                reason(swedish).replace(crate::words::NO_BREAK, " "),
                english
            );
        };
        check("pingstdagen; nationaldagen", "Whit Sunday; National Day");
        check("stängt enligt KS 2026/12", "closed by KS 2026/12");
        check(
            "4 veckor (lördag, flyttas inte)",
            "4 weeks (Saturday, not moved)",
        );
        check("1 månad", "1 month");
        check("fettisdagen", "fettisdagen");
    }
}
