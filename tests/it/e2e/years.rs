//! The service through the moments at which programs of its kind have failed: a leap day, the end
//! of 32-bit time, the turn of a year, the hours that summer time skips and repeats.

use super::process::wait_until;
use super::site::{Site, at, mail};
use chrono::{DateTime, Utc};
use std::time::Duration;

const STOP: Duration = Duration::from_secs(10);

/// When the program runs, when a question arrived (Swedish winter time), and when it is due.
const MOMENTS: &[(&str, &str, &str, &str)] = &[
    (
        "a leap day",
        "@2028-02-28 12:30:00",
        "2028-02-28 10:00",
        "2028-03-01",
    ),
    (
        "on a leap day",
        "@2028-02-29 12:30:00",
        "2028-02-29 10:00",
        "2028-03-02",
    ),
    (
        "the year 2100 has none",
        "@2100-02-26 12:30:00",
        "2100-02-26 10:00",
        "2100-03-02",
    ),
    (
        "32 bits of seconds end the next night",
        "@2038-01-18 12:30:00",
        "2038-01-18 10:00",
        "2038-01-20",
    ),
    (
        "32 bits of seconds have ended",
        "@2038-01-19 12:30:00",
        "2038-01-19 10:00",
        "2038-01-21",
    ),
    (
        "the turn of a year",
        "@2026-12-30 12:30:00",
        "2026-12-30 10:00",
        "2027-01-05",
    ),
    (
        "summer time comes on Easter Day",
        "@2027-03-25 12:30:00",
        "2027-03-25 10:00",
        "2027-03-31",
    ),
    (
        "summer time ends, at the second half past two",
        "@2027-10-31 01:40:00",
        "2027-10-31 02:30",
        "2027-11-02",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn due_dates_and_arrivals_are_right_at_each_of_them() {
    for (what, now, arrival, due) in MOMENTS {
        let site = Site::quick().await;
        site.deliver(
            "INBOX",
            &mail("nina@example.org", "Simhallen", "q1@x", ""),
            arrival,
        );
        let once = site.run_at(now, &["run", "--once"]);
        assert_eq!(once.code, Some(0), "{what}: {once:?}");
        let item = site.register().item("Simhallen");
        assert_eq!(item["due"]["date"], *due, "{what}: {item}");
        let shown = site.run_at(now, &["list", "--json"]);
        let items: serde_json::Value = serde_json::from_str(&shown.out).expect("JSON");
        let received = items[0]["received_at"].as_str().expect("a time");
        let received = DateTime::parse_from_rfc3339(received)
            .expect("a time")
            .with_timezone(&Utc);
        assert_eq!(received, at(arrival), "{what}: {shown:?}");
        println!("{what}: received {arrival}, due {due}");
    }
}

/// The same process on both sides of the moment.
#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_lives_on_across_them() {
    for (what, clock, last, next) in [
        (
            "32 bits of seconds",
            "@2038-01-19 03:13:45 x10",
            "2038-01-19 04:13",
            "2038-01-19 04:14",
        ),
        (
            "a year",
            "@2026-12-31 22:59:30 x10",
            "2026-12-31 23:59",
            "2027-01-01 00:00",
        ),
        (
            "the start of summer time",
            "@2027-03-28 00:59:30 x10",
            "2027-03-28 01:59",
            "2027-03-28 02:00",
        ),
        (
            "the end of summer time",
            "@2027-10-31 00:59:30 x10",
            "2027-10-31 01:59",
            "2027-10-31 02:00",
        ),
    ] {
        let site = Site::quick().await;
        site.deliver(
            "INBOX",
            &mail("nina@example.org", "Simhallen", "q1@x", ""),
            last,
        );
        let daemon = site.daemon(clock);
        daemon.wait_told("STATUS=kf read at");
        wait_until("the mail before it", || site.register().knows("Simhallen"));
        // A minute of its time is six seconds.
        std::thread::sleep(Duration::from_secs(7));
        site.deliver(
            "INBOX",
            &mail("eva@example.org", "Gymmet", "q2@x", ""),
            next,
        );
        wait_until("the mail after it", || site.register().knows("Gymmet"));
        let ended = daemon.stop(STOP);
        ended.succeeded();
        assert!(!ended.err.contains("clock"), "{what}: {}", ended.err);
        assert_eq!(site.register().items(), 2, "{what}");
        println!("{what}: logged before and after");
    }
}

/// An operator who looks in November has time to ask for the next year's decision.
#[tokio::test(flavor = "multi_thread")]
async fn check_asks_for_next_years_closed_days_from_november_on() {
    let site = Site::quick().await;
    site.change(&[(", { date = \"2027-05-07\", decision = \"KS 2026/13\" }", "")]);
    let next = "calendar 2027: no day is closed by decision";
    for (now, is_told) in [
        ("@2026-10-31 12:30:00", false),
        ("@2026-11-01 12:30:00", true),
        ("@2026-12-31 12:30:00", true),
    ] {
        let told = site.run_at(now, &["check", "--offline"]);
        assert_eq!(told.out.contains(next), is_told, "{now}: {told:?}");
    }
    let after = site.run_at("@2101-01-02 12:30:00", &["check", "--offline"]);
    assert!(
        after
            .out
            .contains("fault    calendar 2101: holidays are known from 1990 to 2100"),
        "{after:?}"
    );
}
