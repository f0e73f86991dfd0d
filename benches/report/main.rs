//! The report, the list and the export of a large register, beside plain SQL on the same file.
//!
//! `cargo bench --bench report -- 1000000` (the default) makes a register of that many items over
//! ten years, once, in the build's folder, and measures for each command its time, processor time
//! and most memory, as a process of its own. The goals: a report of a month and of ten years in 2 s
//! and 100 MB on two cores, a list of 100 000 open items in 1 s and 60 MB.

#[path = "../../tests/it/kommunen.rs"]
mod kommunen;
#[path = "../../tests/it/year.rs"]
mod year;

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::Connection;
use servicelofte::store::{Access, Store};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

const ITEMS: u64 = 1_000_000;

/// What plain SQL takes to count the same items by mailbox, state and month.
const BASELINE: &str =
    "SELECT mailbox, state, substr(json_extract(fold, '$.received_at'), 1, 7), count(*)
     FROM item GROUP BY 1, 2, 3";

fn main() {
    let count = std::env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(ITEMS);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("report-{count}"));
    std::fs::create_dir_all(&folder).expect("a folder");
    let text = year::config();
    std::fs::write(folder.join("config.toml"), &text).expect("the configuration is written");
    let config = kommunen::read(&text, &folder);
    let now: DateTime<Utc> = "2027-01-12T09:00:00Z".parse().expect("a time");
    if !config.service.database.exists() {
        let begun = Instant::now();
        let mut store = Store::open(&config.service.database, Access::Daemon).expect("a register");
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        year::fill(
            &mut store,
            &config,
            count,
            (day("2017-01-12"), day("2027-01-12")),
            now,
        );
        println!(
            "made {count} items in {:.0} s",
            begun.elapsed().as_secs_f32()
        );
    }
    let begun = Instant::now();
    let sql = Connection::open(&config.service.database).expect("it opens");
    let mut statement = sql.prepare(BASELINE).expect("SQL");
    let rows = statement
        .query_map([], |_| Ok(()))
        .expect("it runs")
        .count();
    println!(
        "{:<44} {:>7.2} s   ({rows} rows)",
        "plain SQL, one GROUP BY over all items",
        begun.elapsed().as_secs_f32()
    );
    for arguments in [
        &["report", "--month", "2026-12", "--format", "json"][..],
        &["report", "--month", "2026-12", "--format", "pdf"],
        &[
            "report",
            "--from",
            "2017-01-12",
            "--to",
            "2027-01-11",
            "--format",
            "json",
        ],
        &["list", "--state", "open", "--json"],
        &["list", "--overdue"],
        &["export", "--format", "jsonl"],
    ] {
        measure(&folder, arguments);
    }
}

/// Runs a command under GNU time, whose last line has seconds, processor seconds and KiB.
fn measure(folder: &Path, arguments: &[&str]) {
    let out = Command::new("/usr/bin/time")
        .args(["-f", "%e %U %S %M", env!("CARGO_BIN_EXE_servicelofte")])
        .args(arguments)
        .env("SERVICELOFTE_CONFIG", folder.join("config.toml"))
        .stdout(Stdio::null())
        .output()
        .expect("GNU time (apt-get install time)");
    let said = String::from_utf8_lossy(&out.stderr);
    let numbers: Vec<f32> = said
        .lines()
        .last()
        .unwrap_or_default()
        .split(' ')
        .filter_map(|number| number.parse().ok())
        .collect();
    if let [wall, user, system, kib] = numbers[..] {
        println!(
            "{:<44} {wall:>7.2} s   {:.2} s CPU   {:.0} MB",
            arguments.join(" "),
            user + system,
            kib / 1024.0
        );
    } else {
        println!("{}: {said}", arguments.join(" "));
    }
}
