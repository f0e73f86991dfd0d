//! `calendar YEAR [--json]`: the year's holidays, closed days and working days.
//!
//! What the operator holds against the municipality's own calendar before the year begins. The text
//! is Swedish.

use super::{Failure, due::refuse_unknown_year, write_json, write_text};
use crate::config::Config;
use crate::domain::calendar::{Calendar, Day, DayKind, month_name, weekday_name};
use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use std::fmt::Write as _;
use std::io;

/// Prints the year; one outside the calendar's years is [`Failure::Usage`].
pub fn run(config: &Config, year: i32, json: bool, out: &mut dyn io::Write) -> Result<(), Failure> {
    answer(&config.calendar, year, json, out)
}

fn answer(
    calendar: &Calendar,
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
        write_json(out, &days.iter().map(Line::new).collect::<Vec<_>>())
    } else {
        write_text(out, &text(year, &days))
    }
}

/// The contract's `calendar --json`, one day.
#[derive(Serialize)]
struct Line<'a> {
    date: NaiveDate,
    /// `Mon` to `Sun`.
    weekday: String,
    name: Option<&'a str>,
    kind: Option<DayKind>,
    working_day: bool,
}

impl<'a> Line<'a> {
    fn new(day: &'a Day) -> Self {
        Self {
            date: day.date,
            weekday: day.date.weekday().to_string(),
            name: day.name.as_deref(),
            kind: day.kind,
            working_day: day.working_day,
        }
    }
}

fn text(year: i32, days: &[Day]) -> String {
    // Writing to a String cannot fail.
    let mut lines = format!("Kalender {year}\n\n");
    for day in days.iter().filter(|day| day.kind.is_some()) {
        let (weekday, month) = (
            weekday_name(day.date.weekday()),
            month_name(day.date.month0()),
        );
        let name = day.reason().unwrap_or_default();
        let _ = writeln!(
            lines,
            "  {weekday:<8} {:>2} {month:<10} {name}",
            day.date.day()
        );
    }
    lines.push_str("\nArbetsdagar\n\n");
    let working = |month0| {
        days.iter()
            .filter(|d| d.working_day && d.date.month0() == month0)
            .count()
    };
    // Three columns of four months, read downwards.
    for row in 0..4_u32 {
        let cell = |column: u32| {
            let month0 = row + 4 * column;
            format!("  {:<10} {:>2}", month_name(month0), working(month0))
        };
        let _ = writeln!(lines, "{}", [cell(0), cell(1), cell(2)].join("    "));
    }
    let all: usize = (0..12).map(working).sum();
    let _ = write!(lines, "\n  hela året  {all:>3}");
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::sweden;

    fn printed(year: i32, json: bool) -> String {
        let mut out = Vec::new();
        answer(&sweden(), year, json, &mut out).unwrap();
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
            "  torsdag   1 januari    nyårsdagen",
            "  fredag   15 maj        stängt enligt KS 2026/12",
            "  fredag   19 juni       midsommarafton",
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
    fn years_outside_the_calendar_are_refused() {
        for year in [i32::MIN, 0, 1989, 2101, i32::MAX] {
            let refused = answer(&sweden(), year, false, &mut Vec::new());
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
