//! The report of every month of a generated year, counted once more by `docs/recount.py` from the
//! exported log alone: every figure agrees to the digit, but the two that blind times decide. And what the year looks like: on paper,
//! and in the tests' goldens.

mod drawn;
pub mod raw;

use crate::kommunen;
use crate::letters::look;
use crate::year;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use servicelofte::config::{Config, Language};
use servicelofte::domain::figures::Figure;
use servicelofte::domain::figures::days::{mean, percentile};
use servicelofte::domain::period::Period;
use servicelofte::report::figures::{Figures, RowFigures};
use servicelofte::report::gather::gather;
use servicelofte::report::pdf::pdf;
use servicelofte::report::worded::document;
use servicelofte::store::{Access, Store};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;
use tempfile::TempDir;

const NOW: &str = "2027-01-12T09:00:00Z";

/// What the log does not know: when a mailbox was blind, and so whether that was the only
/// circumstance.
const NOT_IN_THE_LOG: [Figure; 2] = [Figure::WhileBlind, Figure::OtherwiseBroken];

fn now() -> DateTime<Utc> {
    NOW.parse().expect("a time")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// A year of 4 000 questions, made once.
fn town() -> &'static (TempDir, Config) {
    static YEAR: OnceLock<(TempDir, Config)> = OnceLock::new();
    YEAR.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let config = kommunen::read(&year::config(), folder.path());
        let mut store = Store::open(&config.service.database, Access::Daemon).expect("a register");
        year::fill(
            &mut store,
            &config,
            4_000,
            (day("2026-01-01"), day("2027-01-12")),
            now(),
        );
        std::fs::write(folder.path().join("config.toml"), year::config())
            .expect("the configuration is written");
        (folder, config)
    })
}

pub fn figures(month: &str) -> Figures {
    let (_, config) = town();
    let mut store = Store::open(&config.service.database, Access::Reader).expect("it opens");
    store
        .read(|db| gather(db, config, Period::month(month).expect("a month"), now()))
        .expect("it is counted")
}

/// Runs the program and keeps what it says in a file.
fn say(arguments: &[&str], file: &Path) {
    let (folder, _) = town();
    let config = folder.path().join("config.toml");
    let mut program = Command::new(env!("CARGO_BIN_EXE_servicelofte"));
    let said = program
        .args(arguments)
        .env("SERVICELOFTE_CONFIG", config)
        .output()
        .expect("the program runs");
    assert!(
        said.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&said.stderr)
    );
    std::fs::write(file, said.stdout).expect("it is written");
}

fn recount(month: &str, log: &Path, calendars: &[&Path], made_at: &str) -> BTreeMap<String, Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/recount.py");
    let said = Command::new("python3")
        .arg("-B")
        .arg(script)
        .arg(log)
        .args([month, made_at])
        .args(calendars)
        .output();
    let said = said.expect("python3 runs");
    assert!(
        said.status.success(),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
    serde_json::from_slice(&said.stdout).expect("JSON")
}

/// Several rows of the script as one, as the report gives several mailboxes together.
fn sum(rows: &[&Value]) -> (BTreeMap<String, u32>, Vec<u32>) {
    let (mut counts, mut minutes) = (BTreeMap::new(), Vec::new());
    for (name, value) in rows.iter().filter_map(|row| row.as_object()).flatten() {
        match value {
            Value::Array(values) => {
                minutes.extend(
                    values
                        .iter()
                        .filter_map(Value::as_u64)
                        .filter_map(|n| u32::try_from(n).ok()),
                );
            }
            value => {
                let count = value
                    .as_u64()
                    .and_then(|n| u32::try_from(n).ok())
                    .expect("a count");
                *counts.entry(name.clone()).or_insert(0) += count;
            }
        }
    }
    minutes.sort_unstable();
    (counts, minutes)
}

fn agree(row: &RowFigures, rows: &[&Value], told: &str, seen: &mut BTreeSet<Figure>) -> u32 {
    let (counts, minutes) = sum(rows);
    let mut compared = 0;
    for (figure, count) in row
        .counts
        .iter()
        .filter(|(figure, _)| !NOT_IN_THE_LOG.contains(figure))
    {
        assert_eq!(
            counts.get(figure.code()).copied().unwrap_or(0),
            *count,
            "{told}: {figure}"
        );
        seen.extend((*count > 0).then_some(*figure));
        compared += 1;
    }
    let few = minutes.len() < 5;
    let times = [
        mean(&minutes),
        percentile(&minutes, 50),
        percentile(&minutes, 90),
    ]
    .map(|time| time.filter(|_| !few));
    assert_eq!(
        [row.mean_minutes, row.median_minutes, row.p90_minutes],
        times,
        "{told}"
    );
    compared
}

#[test]
fn a_script_of_sixty_lines_finds_the_same_figures_in_the_log() {
    for script in [
        include_str!("../../docs/recount.py"),
        include_str!("../../docs/recount_log.py"),
    ] {
        let lines = script.lines().count();
        assert!(lines <= 60, "{lines} lines");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let log = folder.path().join("log.jsonl");
    say(&["export", "--format", "jsonl"], &log);
    let calendars = ["2026", "2027"].map(|year| {
        let file = folder.path().join(year);
        say(&["calendar", year, "--json"], &file);
        file
    });
    let calendars: Vec<&Path> = calendars.iter().map(std::path::PathBuf::as_path).collect();
    let (mut compared, mut seen) = (0, BTreeSet::new());
    for month in [
        "2026-01", "2026-02", "2026-05", "2026-06", "2026-12", "2027-01",
    ] {
        let figures = figures(month);
        let found = recount(month, &log, &calendars, &figures.made_at);
        let all: Vec<&Value> = found.values().collect();
        let (counts, _) = sum(&all);
        for figure in Figure::UNDER_NO_PLEDGE {
            let told = figures.outside.get(&figure).copied().unwrap_or(0);
            let found = counts.get(figure.code()).copied().unwrap_or(0);
            assert_eq!(found, told, "{month}: {figure}");
            seen.extend((told > 0).then_some(figure));
            compared += 1;
        }
        if let Some(total) = &figures.waiting.total {
            let left_out = |name: &String| {
                let mut rows = figures.waiting.rows.iter();
                figures.waiting.left_out > 0
                    && rows.all(|row| row.mailbox.as_deref() != name.split('/').next())
            };
            let waiting = found.iter().filter(|(name, _)| !left_out(name));
            let (counts, _) = sum(&waiting.map(|(_, row)| row).collect::<Vec<_>>());
            for (figure, told) in &total.counts {
                let found = counts.get(figure.code()).copied().unwrap_or(0);
                assert_eq!(found, *told, "{month}: {figure}");
                seen.extend((*told > 0).then_some(*figure));
                compared += 1;
            }
        }
        for pledge in &figures.pledges {
            let of = |mailbox: &str| found.get(&format!("{mailbox}/{}", pledge.pledge));
            let mut shown = Vec::new();
            for row in &pledge.rows {
                let named = row.mailbox.as_deref().map(|mailbox| vec![mailbox]);
                let small = || {
                    ["bygglov", "valnamnden", "kommunfullmaktige"]
                        .into_iter()
                        .filter(|name| {
                            pledge
                                .rows
                                .iter()
                                .all(|row| row.mailbox.as_deref() != Some(name))
                        })
                };
                let rows: Vec<&Value> = named
                    .unwrap_or_else(|| small().collect())
                    .into_iter()
                    .filter_map(of)
                    .collect();
                compared += agree(
                    row,
                    &rows,
                    &format!("{month} {} {:?}", pledge.pledge, row.mailbox),
                    &mut seen,
                );
                shown.extend(rows);
            }
            if let Some(total) = &pledge.total {
                let told = format!("{month} {}", pledge.pledge);
                compared += agree(total, &shown, &told, &mut seen);
            }
        }
    }
    assert!(compared > 600, "{compared} figures were compared");
    // Received is the sum of the others, and stands in no form of the report.
    let never: Vec<&str> = Figure::ALL
        .iter()
        .filter(|figure| !NOT_IN_THE_LOG.contains(figure) && **figure != Figure::Received)
        .filter(|figure| !seen.contains(figure))
        .map(|figure| figure.code())
        .collect();
    assert!(never.is_empty(), "no month has any of {never:?}");
}

#[test]
fn a_small_mailbox_is_in_no_number_of_any_form() {
    let figures = figures("2026-10");
    let email = figures
        .pledges
        .iter()
        .find(|pledge| pledge.pledge == "email")
        .expect("e-mail");
    let names: Vec<_> = email
        .rows
        .iter()
        .filter_map(|row| row.mailbox.as_deref())
        .collect();
    assert_eq!(
        (names, email.left_out),
        (vec!["bygglov", "kommunfullmaktige"], 1)
    );
    let sum: u32 = email.rows.iter().map(|row| row.n).sum();
    assert_eq!(
        email.total.as_ref().map(|total| total.n),
        Some(sum),
        "the total lacks it too"
    );
    let json = serde_json::to_string(&figures.pledges).expect("JSON");
    assert!(!json.contains("valnamnden"));
    // Letters are for one mailbox: no row of another one.
    let letters = figures
        .pledges
        .iter()
        .find(|pledge| pledge.pledge == "letter")
        .expect("letters");
    assert!(
        letters
            .rows
            .iter()
            .all(|row| row.mailbox.as_deref() == Some("kommunfullmaktige"))
    );
}

#[test]
fn page_one_is_one_page_of_a_tagged_pdf() {
    for (language, lang, appendix) in [
        (Language::Swedish, "sv-SE", "Bilaga"),
        (Language::English, "en-GB", "Appendix"),
    ] {
        let document = document(&figures("2026-10"), language);
        let bytes = pdf(&document).expect("a PDF");
        assert_eq!(
            bytes,
            pdf(&document).expect("a PDF"),
            "the same report is the same bytes"
        );
        let seen = look(&bytes);
        let raw = String::from_utf8_lossy(&bytes);
        let lang = format!("/Lang({lang})");
        for sign in [
            &lang,
            "<pdfuaid:part>1<",
            "<pdfaid:part>2<",
            "<pdfaid:conformance>A<",
        ] {
            assert!(raw.contains(sign), "{sign}");
        }
        for (page, [left, top, right, bottom], word) in &seen.words {
            assert!(
                *left > 30.0 && *top > 20.0 && *right < 565.0 && *bottom < 835.0,
                "{word} on page {page}"
            );
        }
        let page_of = |text: &str| {
            seen.words
                .iter()
                .find(|(.., word)| word == text)
                .map(|(page, ..)| *page)
        };
        assert_eq!(page_of(appendix), Some(2), "page one has room on one page");
        assert_eq!(
            seen.structure.matches("Figure").count(),
            3,
            "{}",
            seen.structure
        );
        assert!(
            seen.structure.contains("TH") && seen.structure.contains("H1"),
            "{}",
            seen.structure
        );
        if let Some(folder) = std::env::var_os("REPORT_OUT") {
            std::fs::write(
                Path::new(&folder).join(format!("{}.pdf", pick(language))),
                &bytes,
            )
            .expect("it is written");
            let page = servicelofte::report::html::html(&document).expect("a page");
            std::fs::write(
                Path::new(&folder).join(format!("{}.html", pick(language))),
                page,
            )
            .expect("it is written");
            let text = servicelofte::report::text::text(
                &document,
                servicelofte::report::text::Extent::PageOne,
            );
            std::fs::write(
                Path::new(&folder).join(format!("{}.txt", pick(language))),
                text,
            )
            .expect("it is written");
        }
    }
}

fn pick(language: Language) -> &'static str {
    if language == Language::Swedish {
        "sv"
    } else {
        "en"
    }
}

/// The README shows how the report of the generated year begins.
#[test]
fn the_readme_shows_the_report_as_it_is() {
    let document = document(&figures("2026-10"), Language::Swedish);
    let extent = servicelofte::report::text::Extent::PageOne;
    let text = servicelofte::report::text::text(&document, extent);
    let (beginning, _) = text
        .split_once("\nI bilder\n")
        .expect("the pictures follow");
    let shown: String = beginning
        .trim_end()
        .lines()
        .map(|line| {
            if line.is_empty() {
                "\n".to_owned()
            } else {
                format!("    {line}\n")
            }
        })
        .collect();
    let readme = include_str!("../../README.md");
    assert!(readme.contains(&shown), "README.md lacks:\n{shown}");
}

/// What of JSON Schema the schema uses; panics at another word of it, so that none is overlooked.
fn fits(value: &Value, schema: &Value, root: &Value, place: &str) {
    for (word, rule) in schema.as_object().expect("a schema") {
        match word.as_str() {
            "$schema" | "title" | "description" | "$defs" | "format" => {}
            "$ref" => {
                let name = rule
                    .as_str()
                    .and_then(|path| path.strip_prefix("#/$defs/"))
                    .expect("a definition");
                fits(value, &root["$defs"][name], root, place);
            }
            "anyOf" => {
                let null = rule
                    .as_array()
                    .is_some_and(|any| any.iter().any(|one| one["type"] == "null"));
                if !(null && value.is_null()) {
                    fits(value, &rule[0], root, place);
                }
            }
            "type" => {
                let is = |name: &str| match name {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "integer" => value.is_u64(),
                    "boolean" => value.is_boolean(),
                    "null" => value.is_null(),
                    other => panic!("{other}"),
                };
                let any = rule
                    .as_array()
                    .map_or_else(|| vec![rule], |any| any.iter().collect());
                assert!(
                    any.iter().any(|name| name.as_str().is_some_and(is)),
                    "{place}: {value} is no {rule}"
                );
            }
            "const" => assert_eq!(value, rule, "{place}"),
            "enum" => assert!(
                rule.as_array().is_some_and(|any| any.contains(value)),
                "{place}: {value}"
            ),
            "minimum" => assert!(
                value.is_null() || value.as_i64() >= rule.as_i64(),
                "{place}"
            ),
            "required" => {
                for name in rule.as_array().expect("names") {
                    assert!(
                        value.get(name.as_str().expect("a name")).is_some(),
                        "{place} lacks {name}"
                    );
                }
            }
            "properties" | "additionalProperties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    let known = schema.get("properties").and_then(|known| known.get(name));
                    match (word.as_str(), known) {
                        ("properties", Some(known)) => {
                            fits(inner, known, root, &format!("{place}.{name}"));
                        }
                        ("additionalProperties", None) if rule.is_object() => {
                            fits(inner, rule, root, name);
                        }
                        ("additionalProperties", None) => panic!("{place} must not have {name}"),
                        _ => {}
                    }
                }
            }
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                items
                    .for_each(|(index, item)| fits(item, rule, root, &format!("{place}[{index}]")));
            }
            other => panic!("the test does not know {other:?}"),
        }
    }
}

#[test]
fn the_json_fits_its_schema() {
    let schema: Value =
        serde_json::from_str(include_str!("../../docs/report.schema.json")).expect("JSON");
    for month in ["2026-01", "2026-10", "2026-12", "2027-01", "2025-07"] {
        let figures = serde_json::to_value(figures(month)).expect("JSON");
        fits(&figures, &schema, &schema, month);
    }
}

fn run(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("said");
    say(arguments, &file);
    std::fs::read_to_string(file).expect("text")
}

#[test]
fn what_stands_behind_a_figure_is_listed() {
    let email = figures("2026-10")
        .pledges
        .into_iter()
        .find(|pledge| pledge.pledge == "email")
        .expect("e-mail");
    let broken = email.rows[0].of(Figure::Broken);
    let explained = run(&[
        "report",
        "--month",
        "2026-10",
        "--explain",
        "bygglov/email/broken",
    ]);
    assert_eq!(explained.lines().count(), broken as usize, "{explained}");
    let listed: Vec<Value> = serde_json::from_str(&run(&[
        "list",
        "--in",
        "bygglov/email/broken",
        "--month",
        "2026-10",
        "--json",
    ]))
    .expect("JSON");
    let mut references: Vec<&str> = listed
        .iter()
        .filter_map(|item| item["ref"].as_str())
        .collect();
    references.sort_unstable();
    assert_eq!(references, explained.lines().collect::<Vec<_>>());
}

#[test]
fn a_person_gets_what_is_held_about_them_and_the_postlista_masks() {
    let items: Vec<Value> =
        serde_json::from_str(&run(&["list", "--state", "closed", "--json"])).expect("JSON");
    let (address, reference) = (
        items[0]["from"].as_str().expect("an address"),
        items[0]["ref"].as_str().expect("one"),
    );
    let held = run(&[
        "export",
        "--format",
        "jsonl",
        "--person",
        &address.to_uppercase(),
    ]);
    assert!(
        held.lines().count() >= 2 && held.contains(address),
        "{held}"
    );
    assert!(
        held.lines().all(|line| line.contains(reference)),
        "of one item alone: {held}"
    );
    assert_eq!(
        run(&[
            "export",
            "--format",
            "jsonl",
            "--person",
            "ingen@medborgare.test"
        ]),
        ""
    );
    let post = run(&["export", "--format", "csv", "--of", "postlista"]);
    assert!(
        post.starts_with("\u{feff}date;ref;mailbox;sender;matter\r\n"),
        "{}",
        &post[..60]
    );
    assert!(post.contains(";(maskerad);e-post\r\n") && !post.contains("medborgare.test"));
}
