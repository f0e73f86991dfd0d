//! The calendar and the due dates against the reference tables that were made apart from this code.

use chrono::{DateTime, NaiveDate, NaiveTime};
use servicelofte::domain::calendar::day_off::{DayKind, DayOff};
use servicelofte::domain::calendar::holidays::{KNOWN_YEARS, SWEDEN};
use servicelofte::domain::calendar::{Calendar, Counting};
use servicelofte::domain::pledge::{Due, Span};
use std::collections::BTreeMap;
use std::path::Path;

fn sweden(counting: Counting) -> Calendar {
    let office_hours = (NaiveTime::MIN, NaiveTime::MIN);
    Calendar {
        country: &SWEDEN,
        zone: chrono_tz::Europe::Stockholm,
        counting,
        closed_days: BTreeMap::new(),
        office_hours,
    }
}

/// The rows of a reference table, without its head; `None`, with a word, when the table is not
/// there.
fn table(name: &str) -> Option<Vec<Vec<String>>> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/reference")).join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("skipped: the reference table {name} is not there");
        return None;
    };
    Some(
        text.lines()
            .skip(1)
            .map(|line| line.split('\t').map(str::to_owned).collect())
            .collect(),
    )
}

/// As the table has it: the names that the law gives the day.
fn name(off: Option<&DayOff>) -> String {
    match off {
        Some(DayOff::Holidays(days)) => {
            let names: Vec<&str> = days.iter().map(|day| day.name).collect();
            names.join("; ")
        }
        Some(DayOff::Eve(eve)) => eve.name.to_owned(),
        _ => "-".to_owned(),
    }
}

#[test]
fn every_day_from_1990_to_2100() {
    let Some(rows) = table("sweden-days-1990-2100.tsv") else {
        return;
    };
    let calendar = sweden(Counting::ArrivalDate);
    let mut days = NaiveDate::from_ymd_opt(*KNOWN_YEARS.start(), 1, 1)
        .unwrap()
        .iter_days();
    for row in &rows {
        let day = calendar.day(days.next().unwrap());
        let kind = match day.kind() {
            Some(DayKind::Holiday) => "helgdag",
            Some(DayKind::Eve) => "afton",
            Some(DayKind::Closed) => "closed",
            None => "-",
        };
        let (date, weekday) = (day.date.to_string(), day.date.format("%a").to_string());
        let (name, working) = (
            name(day.off.as_ref()),
            if day.is_working_day() { "1" } else { "0" },
        );
        let ours = [date.as_str(), weekday.as_str(), &name, kind, working];
        assert_eq!(ours.as_slice(), row.as_slice());
        assert_eq!(calendar.is_working_day(day.date), day.is_working_day());
    }
    assert_eq!(
        days.next(),
        NaiveDate::from_ymd_opt(KNOWN_YEARS.end() + 1, 1, 1),
        "the table covers the known years"
    );
}

#[test]
fn every_worked_deadline_under_both_rules() {
    let Some(rows) = table("deadlines.tsv") else {
        return;
    };
    assert_eq!(rows.len(), 400);
    for row in &rows {
        let received = DateTime::parse_from_rfc3339(&row[1]).unwrap().to_utc();
        let span = Span::WorkingDays(row[5].parse().unwrap());
        for (counting, due, closes) in [
            (Counting::ArrivalDate, &row[7], &row[8]),
            (Counting::NextWorkingDay, &row[9], &row[10]),
        ] {
            let calendar = sweden(counting);
            let arrival = calendar.local_date(received);
            assert_eq!(
                arrival.to_string(),
                row[2][..10],
                "arrival of row {}",
                row[0]
            );
            assert_eq!(
                calendar.is_working_day(arrival),
                row[6] == "1",
                "arrival of row {}",
                row[0]
            );
            let ours = Due::reckon(arrival, span, &calendar);
            assert_eq!(&ours.date.to_string(), due, "row {} {counting:?}", row[0]);
            assert_eq!(
                &calendar.local(ours.closes).to_rfc3339(),
                closes,
                "row {} {counting:?}",
                row[0]
            );
        }
    }
}
