//! `calendar YEAR [--json]`: the year's holidays, closed days and working days.
//!
//! What the operator holds against the municipality's own calendar before the year begins. The text
//! is in the service's language; in JSON a day has the name that its law gives it.

use super::due::refuse_unknown_year;
use super::output::{write_json, write_text};
use crate::config::{Config, Language};
use crate::domain::calendar::day_off::{DayKind, DayOff};
use crate::domain::calendar::{Calendar, Day};
use crate::failure::Failure;
use crate::words::{days, of};
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use std::fmt::Write as _;
use std::io;

/// Prints the year; one outside the calendar's years is [`Failure::Usage`].
pub fn run(config: &Config, year: i32, json: bool, out: &mut dyn io::Write) -> Result<(), Failure> {
    answer(&config.calendar, config.service.language, year, json, out)
}

fn answer(
    calendar: &Calendar,
    language: Language,
    year: i32,
    json: bool,
    out: &mut dyn io::Write,
) -> Result<(), Failure> {
    refuse_unknown_year(year)?;
    let days: Vec<Day> = NaiveDate::from_yo_opt(year, 1)
        .into_iter()
        .flat_map(|first| first.iter_days())
        .take_while(|date| date.year() == year)
        .map(|date| calendar.day(date))
        .collect();
    if json {
        let law = calendar.country.language;
        let lines: Vec<Line> = days.iter().map(|day| Line::new(day, law)).collect();
        write_json(out, &lines)
    } else {
        write_text(out, &text(year, &days, language))
    }
}

/// The contract's `calendar --json`, one day.
#[derive(Serialize)]
struct Line {
    date: NaiveDate,
    /// `Mon` to `Sun`.
    weekday: String,
    /// Of the holiday or the eve; the number of the decision for a closed day.
    name: Option<String>,
    kind: Option<DayKind>,
    working_day: bool,
}

impl Line {
    fn new(day: &Day, law: Language) -> Self {
        let name = match &day.off {
            None | Some(DayOff::Weekday(_)) => None,
            Some(DayOff::Closed(decision)) => Some(decision.clone()),
            Some(off) => Some(days::off(law, off)),
        };
        Self {
            date: day.date,
            weekday: day.date.weekday().to_string(),
            name,
            kind: day.kind(),
            working_day: day.is_working_day(),
        }
    }
}

fn text(year: i32, days: &[Day], language: Language) -> String {
    let say = &of(language).days;
    let mut lines = (say.year)(year) + "\n\n";
    days_off(&mut lines, days, language);
    // Writing to a String cannot fail.
    let _ = write!(lines, "\n{}\n\n", say.working_days);
    working_days(&mut lines, days, language);
    lines
}

/// Those that are off by a law or a decision, a line each.
fn days_off(lines: &mut String, days: &[Day], language: Language) {
    let dates = &of(language).dates;
    for day in days.iter().filter(|day| day.kind().is_some()) {
        let weekday = dates.weekdays[day.date.weekday().num_days_from_monday() as usize];
        let month = dates.months[day.date.month0() as usize];
        let why = day.off.as_ref().map(|off| days::off(language, off));
        let _ = writeln!(
            lines,
            "  {weekday:<9} {:>2} {month:<10} {}",
            day.date.day(),
            why.unwrap_or_default()
        );
    }
}

/// Their number in each month, in three columns that are read downwards, and in the whole year.
fn working_days(lines: &mut String, days: &[Day], language: Language) {
    let in_month = |month0: usize| {
        let of_month = days
            .iter()
            .filter(|day| day.date.month0() as usize == month0);
        of_month.filter(|day| day.is_working_day()).count()
    };
    let months = &of(language).dates.months;
    for row in 0..4 {
        let cell = |column: usize| {
            let at = row + 4 * column;
            format!("  {:<10} {:>2}", months[at], in_month(at))
        };
        let _ = writeln!(lines, "{}", [cell(0), cell(1), cell(2)].join("    "));
    }
    let all: usize = (0..months.len()).map(in_month).sum();
    let whole_year = of(language).days.whole_year;
    let _ = write!(lines, "\n  {whole_year:<10} {all:>3}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::sweden;

    fn printed(year: i32, json: bool) -> String {
        told(Language::Swedish, year, json)
    }

    fn told(language: Language, year: i32, json: bool) -> String {
        let mut out = Vec::new();
        answer(&sweden(), language, year, json, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn json_has_every_day_in_the_contracts_shape() {
        let json = printed(2026, true);
        let fields = [
            r#""date": "2026-01-01""#,
            r#""weekday": "Thu""#,
            r#""name": "nyårsdagen""#,
            r#""kind": "helgdag""#,
        ];
        let first = format!(
            "[\n  {{\n    {},\n    \"working_day\": false\n  }},\n",
            fields.join(",\n    ")
        );
        assert!(
            json.starts_with(&first),
            "{}",
            json.chars().take(200).collect::<String>()
        );
        let days: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
        assert_eq!(days.len(), 365);
        assert_eq!(
            days[134],
            serde_json::json!({
                "date": "2026-05-15", "weekday": "Fri", "name": "KS 2026/12", "kind": "closed", "working_day": false
            })
        );
        assert_eq!(
            days[137],
            serde_json::json!({
                "date": "2026-05-18", "weekday": "Mon", "name": null, "kind": null, "working_day": true
            })
        );
        assert_eq!(days[169]["kind"], "afton");
        assert_eq!(
            days.iter().filter(|d| d["working_day"] == true).count(),
            250
        );
    }

    #[test]
    fn text_lists_what_is_closed_and_counts_the_rest() {
        let text = printed(2026, false);
        for line in [
            "  torsdag    1 januari    nyårsdagen",
            "  fredag    15 maj        stängt enligt KS 2026/12",
            "  fredag    19 juni       midsommarafton",
            "  januari    20      maj        18      september  22",
            "  hela året  250",
        ] {
            assert!(text.lines().any(|l| l == line), "{line:?} in\n{text}");
        }
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
    }

    #[test]
    fn text_is_in_the_services_language_and_json_in_the_laws() {
        let text = told(Language::English, 2026, false);
        for line in [
            "Calendar 2026",
            "  Saturday   6 June       National Day",
            "  Friday    15 May        closed by KS 2026/12",
            "  January    20      May        18      September  22",
            "  whole year 250",
        ] {
            assert!(text.lines().any(|l| l == line), "{line:?} in\n{text}");
        }
        assert_eq!(told(Language::English, 2026, true), printed(2026, true));
    }

    #[test]
    fn years_outside_the_calendar_are_refused() {
        for year in [i32::MIN, 0, 1989, 2101, i32::MAX] {
            let refused = answer(&sweden(), Language::Swedish, year, false, &mut Vec::new());
            let Err(Failure::Usage(text)) = refused else {
                panic!("{year} was not refused")
            };
            assert!(text.contains("1990 to 2100"), "{text}");
        }
        for year in [1990, 2100] {
            assert!(printed(year, false).contains("hela året"));
        }
    }
}
