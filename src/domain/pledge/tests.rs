//! Due dates and moments, each rule on days of a real year.

use super::*;
use crate::domain::calendar::day_off::DayOff;
use crate::domain::calendar::tests::{date, sweden, time, utc};

fn rule_b() -> Calendar {
    Calendar {
        counting: Counting::NextWorkingDay,
        ..sweden()
    }
}

/// A reason in short: `arrival`, `Sat`, `midsommarafton`, `Weeks(4), on Sat`.
fn short(why: &Why) -> String {
    let off = |off: &DayOff| match off {
        DayOff::Weekday(day) => day.to_string(),
        DayOff::Holidays(days) => days[0].name.to_owned(),
        DayOff::Eve(eve) => eve.name.to_owned(),
        DayOff::Closed(decision) => format!("closed by {decision}"),
    };
    match why {
        Why::Arrival => "arrival".to_owned(),
        Why::ArrivalAfterHours => "arrival, after hours".to_owned(),
        Why::CountsAsArrival => "counts as arrival".to_owned(),
        Why::Off(day) => off(day),
        Why::Ends { span, off: None } => format!("{span:?}"),
        Why::Ends {
            span,
            off: Some(day),
        } => format!("{span:?}, on {}", off(day)),
    }
}

/// The derivation in short: `19 midsommarafton`, `22=1`.
fn check(arrival: &str, span: Span, calendar: &Calendar, due: &str, derivation: &[&str]) {
    let reckoned = Due::reckon(date(arrival), span, calendar);
    let days: Vec<String> = reckoned
        .days
        .iter()
        .map(|d| match (d.reason.as_ref().map(short), d.day) {
            (Some(reason), None) => format!("{} {reason}", d.date.format("%d")),
            (None, Some(n)) => format!("{}={n}", d.date.format("%d")),
            (Some(reason), Some(n)) => format!("{}={n} {reason}", d.date.format("%d")),
            (None, None) => "nothing".to_owned(),
        })
        .collect();
    assert_eq!(reckoned.date, date(due), "{arrival} + {span:?}");
    assert_eq!(days, derivation, "{arrival} + {span:?}");
    assert!(reckoned.days.iter().all(|d| d.counted == d.day.is_some()));
    assert_eq!(reckoned.closes, calendar.closes(date(due)));
}

#[test]
fn working_days_are_explained_day_by_day() {
    use Span::WorkingDays;
    let midsummer = [
        "18 arrival",
        "19 midsommarafton",
        "20 midsommardagen",
        "21 Sun",
        "22=1",
        "23=2",
    ];
    check(
        "2026-06-18",
        WorkingDays(2),
        &sweden(),
        "2026-06-23",
        &midsummer,
    );
    check(
        "2026-06-18",
        WorkingDays(2),
        &rule_b(),
        "2026-06-23",
        &midsummer,
    );
    let from_eve = ["19 arrival", "20 midsommardagen", "21 Sun", "22=1", "23=2"];
    check(
        "2026-06-19",
        WorkingDays(2),
        &sweden(),
        "2026-06-23",
        &from_eve,
    );
    let moved = [
        "19 arrival",
        "20 midsommardagen",
        "21 Sun",
        "22 counts as arrival",
        "23=1",
        "24=2",
    ];
    check(
        "2026-06-19",
        WorkingDays(2),
        &rule_b(),
        "2026-06-24",
        &moved,
    );
    let closed = [
        "14 arrival",
        "15 closed by KS 2026/12",
        "16 Sat",
        "17 Sun",
        "18=1",
    ];
    check(
        "2026-05-14",
        WorkingDays(1),
        &sweden(),
        "2026-05-18",
        &closed,
    );
    // The same working day: a request for public records.
    check(
        "2026-11-19",
        WorkingDays(0),
        &sweden(),
        "2026-11-19",
        &["19 arrival"],
    );
    let saturday = ["21 arrival", "22 Sun", "23 counts as arrival"];
    check(
        "2026-11-21",
        WorkingDays(0),
        &sweden(),
        "2026-11-23",
        &saturday,
    );
    check(
        "2026-11-21",
        WorkingDays(0),
        &rule_b(),
        "2026-11-23",
        &saturday,
    );
}

#[test]
fn the_same_working_day_is_the_next_one_after_office_hours() {
    let check = |received: &str, span, due: &str, derivation: &[&str]| {
        let at = utc(received);
        let reckoned = Due::of_arrival(at, sweden().local_date(at), span, &sweden());
        let reasons = |day: &CountedDay| {
            format!(
                "{} {}",
                day.date.format("%d"),
                day.reason.as_ref().map(short).unwrap_or_default()
            )
        };
        assert_eq!(reckoned.date, date(due), "{received}");
        assert_eq!(
            reckoned.days.iter().map(reasons).collect::<Vec<_>>(),
            derivation,
            "{received}"
        );
        assert_eq!(reckoned.closes, sweden().closes(date(due)));
    };
    let same = Span::WorkingDays(0);
    check("2026-11-19T15:59:59Z", same, "2026-11-19", &["19 arrival"]);
    check(
        "2026-11-19T16:00:00Z",
        same,
        "2026-11-20",
        &["19 arrival, after hours", "20 counts as arrival"],
    );
    let friday = [
        "20 arrival, after hours",
        "21 Sat",
        "22 Sun",
        "23 counts as arrival",
    ];
    check("2026-11-20T22:30:00Z", same, "2026-11-23", &friday);
    // On a day off it is the next working day as it is; and a stamp has no hour.
    check(
        "2026-11-21T22:30:00Z",
        same,
        "2026-11-23",
        &["21 arrival", "22 Sun", "23 counts as arrival"],
    );
    let stamped = Due::of_arrival(
        utc("2026-11-19T20:00:00Z"),
        date("2026-11-18"),
        same,
        &sweden(),
    );
    assert_eq!(stamped, Due::reckon(date("2026-11-18"), same, &sweden()));
    check(
        "2026-11-19T20:00:00Z",
        Span::WorkingDays(1),
        "2026-11-20",
        &["19 arrival", "20 "],
    );
}

#[test]
fn the_worked_examples_hold() {
    for (arrival, n, due, closes) in [
        ("2026-10-23", 2, "2026-10-27", "2026-10-27T23:00:00Z"),
        ("2026-03-27", 2, "2026-03-31", "2026-03-31T22:00:00Z"),
        ("2026-06-18", 5, "2026-06-26", "2026-06-26T22:00:00Z"),
        ("2026-12-30", 2, "2027-01-05", "2027-01-05T23:00:00Z"),
        ("2026-11-19", 2, "2026-11-23", "2026-11-23T23:00:00Z"),
    ] {
        let reckoned = Due::reckon(date(arrival), Span::WorkingDays(n), &sweden());
        assert_eq!(
            (reckoned.date, reckoned.closes),
            (date(due), utc(closes)),
            "{arrival}"
        );
    }
}

#[test]
fn calendar_spans_stay_where_they_end() {
    for calendar in [sweden(), rule_b()] {
        let check = |arrival, span, due, derivation: &[&str]| {
            check(arrival, span, &calendar, due, derivation);
        };
        check(
            "2026-11-19",
            Span::Days(1),
            "2026-11-20",
            &["19 arrival", "20=1 Days(1)"],
        );
        let weeks = ["14 arrival", "11=28 Weeks(4)"];
        check("2026-05-14", Span::Weeks(4), "2026-06-11", &weeks);
        let saturday = ["29 arrival", "28=30 Months(1), on Sat"];
        check("2026-01-29", Span::Months(1), "2026-02-28", &saturday);
        let leap = ["31 arrival", "29=29 Months(1)"];
        check("2028-01-31", Span::Months(1), "2028-02-29", &leap);
        let year = ["29 arrival", "28=365 Months(12)"];
        check("2028-02-29", Span::Months(12), "2029-02-28", &year);
        check("2026-11-21", Span::Days(0), "2026-11-21", &["21 arrival"]);
    }
}

#[test]
fn a_later_arrival_is_never_due_earlier() {
    let spans = [0, 1, 2, 5, 30].map(Span::WorkingDays).into_iter();
    let spans = spans.chain([
        Span::Days(10),
        Span::Weeks(4),
        Span::Months(1),
        Span::Months(3),
    ]);
    for (span, calendar) in spans.flat_map(|span| [(span, sweden()), (span, rule_b())]) {
        let mut before = Due::reckon(date("2003-12-31"), span, &calendar);
        for arrival in date("2004-01-01").iter_days().take(1_500) {
            let due = Due::reckon(arrival, span, &calendar);
            assert!(
                due.date >= before.date && due.closes >= before.closes,
                "{arrival} + {span:?}"
            );
            assert!(due.date >= arrival);
            assert_eq!(
                (due.days[0].date, due.days[due.days.len() - 1].date),
                (arrival, due.date)
            );
            if let Span::WorkingDays(n) = span {
                assert_eq!(
                    due.days.iter().filter(|d| d.counted).count(),
                    usize::from(n),
                    "{arrival} + {span:?}"
                );
                let off = due.days.iter().skip(1).filter(|d| !d.counted);
                assert!(off.clone().all(|d| d.reason.is_some()));
                assert!(calendar.is_working_day(due.date));
            }
            before = due;
        }
    }
}

#[test]
fn the_end_of_the_calendar_is_no_panic() {
    for span in [
        Span::WorkingDays(9),
        Span::Days(9),
        Span::Weeks(9),
        Span::Months(9),
    ] {
        for arrival in [NaiveDate::MIN, NaiveDate::MAX] {
            let due = Due::reckon(arrival, span, &sweden());
            let _ = Moment {
                days: 9,
                time: NaiveTime::MIN,
            }
            .at(due.date, &sweden());
        }
    }
    let longest = Due::reckon(date("2026-01-01"), Span::WorkingDays(u16::MAX), &sweden());
    assert_eq!(longest.days.last().and_then(|d| d.day), Some(u16::MAX));
}

#[test]
fn moments_are_read_strictly_and_written_back() {
    for (text, days, at) in [
        ("due 08:00", 0, "08:00"),
        ("due-1 08:00", -1, "08:00"),
        ("due+3 13:30", 3, "13:30"),
        ("due+250 23:59", 250, "23:59"),
        ("due-250 00:00", -250, "00:00"),
    ] {
        assert_eq!(
            Moment::parse(text),
            Ok(Moment {
                days,
                time: time(at)
            }),
            "{text}"
        );
        assert_eq!(
            Moment {
                days,
                time: time(at)
            }
            .to_string(),
            text
        );
    }
    for text in [
        "",
        "due",
        "due ",
        "08:00",
        "due 8:00",
        "due 08:0",
        "due 24:00",
        "due 08:60",
        "due  08:00",
        " due 08:00",
        "due 08:00 ",
        "due 08:00:00",
        "due 08.00",
        "due- 08:00",
        "due-0 08:00",
        "due+01 08:00",
        "due1 08:00",
        "due+-1 08:00",
        "due -1 08:00",
        "due+251 08:00",
        "due+99999 08:00",
        "Due 08:00",
        "due−1 08:00",
        "due +8:00",
        "due 08:+1",
        "due\t08:00",
        "due٣ 08:00",
        "due+٣ 08:00",
    ] {
        assert_eq!(Moment::parse(text), Err(NotAMoment), "{text:?}");
    }
    assert!(NotAMoment.to_string().ends_with("such as \"due-1 08:00\""));
}

#[test]
fn moments_count_working_days_from_the_due_date() {
    for (moment, due, at) in [
        ("due 08:00", "2026-11-23", "2026-11-23T07:00:00Z"),
        ("due-1 08:00", "2026-11-23", "2026-11-20T07:00:00Z"),
        ("due+1 08:00", "2026-06-18", "2026-06-22T06:00:00Z"),
        ("due+1 08:00", "2026-05-14", "2026-05-18T06:00:00Z"),
        // Over both clock changes the local hour stays.
        ("due-1 13:00", "2026-03-30", "2026-03-27T12:00:00Z"),
        ("due+1 13:00", "2026-10-23", "2026-10-26T12:00:00Z"),
        // Due on a Saturday: the Friday before counts as the due date.
        ("due 08:00", "2026-11-21", "2026-11-20T07:00:00Z"),
        ("due-1 08:00", "2026-11-21", "2026-11-19T07:00:00Z"),
        ("due+1 08:00", "2026-11-21", "2026-11-23T07:00:00Z"),
    ] {
        let parsed = Moment::parse(moment).unwrap();
        assert_eq!(
            parsed.at(date(due), &sweden()),
            utc(at),
            "{moment} of {due}"
        );
    }
}

#[test]
fn a_derivation_is_stored_as_the_contract_shows_it() {
    let due = Due::reckon(date("2026-11-19"), Span::WorkingDays(1), &sweden());
    let json = serde_json::to_string(&due.days).unwrap();
    let expected = concat!(
        r#"[{"date":"2026-11-19","counted":false,"day":null,"reason":"arrival"},"#,
        r#"{"date":"2026-11-20","counted":true,"day":1,"reason":null}]"#
    );
    assert_eq!(json, expected);
    let stored: Due = serde_json::from_str(&serde_json::to_string(&due).unwrap()).unwrap();
    assert_eq!(stored, due);
}

#[test]
fn a_notice_is_written_by_a_text_of_its_own() {
    let written = NoticeText::ALL.map(NoticeText::template);
    let notices = Template::ALL.iter().copied();
    assert!(notices.filter(|text| text.is_notice()).eq(written));
}
