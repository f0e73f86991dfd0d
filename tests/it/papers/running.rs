//! What the papers say is done: each command line of README and docs/ runs on a small register, at
//! the time for which the papers are written, with the item in the state in which it is typed. What
//! needs servers, another host or root is run by a test elsewhere, which is named here.

use super::{command_lines, papers};
use crate::e2e::process;
use crate::kommunen;
use chrono::{DateTime, Datelike, Duration, Utc};
use servicelofte::config::Config;
use servicelofte::domain::classify::Class;
use servicelofte::domain::event::{
    Arrival, AssignedBy, Effect, Event, Evidence, EvidenceKind, Fact, How, Logged, Standing,
};
use servicelofte::domain::identify::Identity;
use servicelofte::domain::item::Item;
use servicelofte::domain::no_question::Presumed;
use servicelofte::domain::pledge::Due;
use servicelofte::domain::reason::Sign;
use servicelofte::store::{Access, Db, Store, StoreError};
use std::path::Path;

/// Wednesday morning; faketime takes it in UTC.
const NOW: &str = "2026-11-25 09:00:00";
/// The item of the papers' examples.
const NUMBER: u32 = 42;

/// What begins so is run by the test that is beside it, in a file.
const ELSEWHERE: [(&str, &str, &str); 7] = [
    ("check --in-unit", "e2e/machine.rs", "--in-unit"),
    ("check --send", "e2e/trying.rs", "--send"),
    ("check", "e2e/check.rs", "\"check\""),
    ("init", "e2e/asked.rs", "\"init\""),
    ("run", "e2e/process.rs", "\"run\""),
    ("takeover", "e2e/two_hosts.rs", "\"takeover\""),
    ("trial", "e2e/trying.rs", "\"trial\""),
];

const OWN: &str = r#"
[service]
database = "register.db"
operator = "it-drift@kommunen.test"
citizens = "shadow"
retention = { months = 24, decision = "KS 2026/123" }
[organisation]
name = "Västerviks kommun"
complaints = "synpunkter@kommunen.test"
[[pledge]]
name = "letter"
match = { from = ["skanner@kommunen.test"] }
letter = true
time = { working_days = 5 }
decision = "KF 2026/45"
[[pledge]]
name = "records"
match = { subject = "(?i)allmän handling" }
time = { working_days = 0 }
text = "records"
decision = "KF 2026/45"
[[pledge]]
name = "matter"
match = { subject = "(?i)ansökan" }
time = { weeks = 4 }
set_start = true
text = "decision"
decision = "KF 2026/45"
[[pledge]]
name = "email"
time = { working_days = 2 }
decision = "KF 2026/45"
"#;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

/// When the item came: as early as the earliest day that an example names.
fn came() -> DateTime<Utc> {
    at("2026-11-18T08:12:00Z")
}

/// The pledge under which a command makes sense.
fn pledge_for(verb: &str) -> &'static str {
    match verb {
        "posted" | "letter" | "split" | "sender" => "letter",
        "start" => "matter",
        _ => "email",
    }
}

/// The item as the command finds it.
fn logged(config: &Config, verb: &str) -> Fact {
    let name = pledge_for(verb);
    let pledge = config.pledges.iter().find(|pledge| pledge.name == name);
    let (time, arrival) = (
        pledge.expect("a pledge").time,
        config.calendar.local_date(came()),
    );
    let due = Box::new(Due::of_arrival(came(), arrival, time, &config.calendar));
    let (pledge, may_notify) = (name.to_owned(), true);
    let (handler, assigned_by) = (Some("kanslichef".to_owned()), Some(AssignedBy::Default));
    let standing = if verb == "question" {
        Standing::NoQuestion {
            why: Presumed::Thanks,
            pledge,
            due,
            may_notify,
            handler,
            assigned_by,
        }
    } else {
        Standing::Open {
            pledge,
            due,
            may_notify,
            handler,
            assigned_by,
            leader: None,
            covered_by: None,
        }
    };
    Fact::Logged(Box::new(Logged {
        mailbox: "kf".to_owned(),
        folder: "INBOX".to_owned(),
        class: Class::Correspondence,
        reasons: vec![Sign::NoMachine],
        received_at: came(),
        arrival: Arrival::Internaldate,
        conversation: i64::from(NUMBER),
        standing,
        flags: Vec::new(),
        language: None,
        trust: None,
        asked_at: None,
        part_of: None,
    }))
}

/// What has happened to it before the command is typed.
fn before(verb: &str) -> Vec<(DateTime<Utc>, Fact)> {
    let evidence = Evidence {
        message_id: Some("svar@kommunen.test".to_owned()),
        ..Evidence::without_mail(EvidenceKind::Sent, None)
    };
    let (answered_by, early) = (None, at("2026-11-25T07:30:00Z"));
    let printed = at("2026-11-20T07:00:00Z");
    let fact = match verb {
        "reopen" => Fact::Closed {
            at: early,
            how: How::Phone,
            note: None,
            evidence,
            self_reported: false,
        },
        "confirm" => Fact::ProbablyAnswered {
            at: early,
            answered_by,
            evidence,
        },
        "returns" => Fact::Answered {
            at: early,
            answered_by,
            evidence,
        },
        "notify" => Fact::NoticeBarred { note: None },
        "posted" | "letter" => {
            let effect = Effect::Letter;
            let queued = Fact::Queued {
                effect,
                to: vec!["kanslichef".to_owned()],
                promise: Some(printed.date_naive() + Duration::days(14)),
                names: Some("kanslichef".to_owned()),
                as_function: false,
            };
            let sent = Fact::sent(effect, printed);
            return vec![(printed, queued), (printed, sent)];
        }
        _ => return Vec::new(),
    };
    vec![(early, fact)]
}

fn message(db: &Db<'_>, number: u32) -> Result<servicelofte::domain::item::ItemId, StoreError> {
    let row = kommunen::question(came(), format!("{number}@medborgare.test"), "kim");
    let mut whole = [0; 16];
    whole[..4].copy_from_slice(&number.to_le_bytes());
    let mid = i64::from(number);
    db.insert_message(came().year(), &Identity { mid, whole }, &row)
}

/// The item of the examples, and as many before it as its number says.
fn fill(db: &Db<'_>, config: &Config, verb: &str) -> Result<(), StoreError> {
    let born = |number, fact| -> Result<Item, StoreError> {
        let (at, by) = (came(), "system".to_owned());
        let id = message(db, number)?;
        db.create_item(id, Event { at, by, fact }, |_| None, &[])
    };
    for number in 1..NUMBER {
        let Fact::Logged(logged) = logged(config, verb) else {
            unreachable!("it is one");
        };
        let standing = Standing::History;
        born(
            number,
            Fact::Logged(Box::new(Logged {
                standing,
                ..*logged
            })),
        )?;
    }
    let mut item = born(NUMBER, logged(config, verb))?;
    for (at, fact) in before(verb) {
        db.happen(&mut item, at, "system", fact)?;
    }
    db.save_item(&item, None)
}

fn run(file: &Path, words: &[&str]) -> process::Ended {
    let program = Path::new(env!("CARGO_BIN_EXE_servicelofte"));
    let mut command = process::command(&[], program, file, NOW, words);
    command
        .current_dir(file.parent().expect("a folder"))
        .env("USER", "tove");
    process::finish(command)
}

/// Runs one line on a register of its own, with its files in that folder.
fn runs(words: &[&str]) -> process::Ended {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("config.toml");
    let text = kommunen::config(OWN, &["kf"]);
    std::fs::write(&file, &text).expect("written");
    let config = kommunen::read(&text, folder.path());
    let mut store = Store::open(&config.service.database, Access::Daemon).expect("a register");
    let filled = store.write(|db| fill(db, &config, words[0]));
    filled.expect("it is written");
    drop(store);
    // What the command takes back.
    let first: &[&str] = match words[0] {
        "back" => &["away", "registrator", "2026-11-25", "2026-11-27"],
        "resume" => &["pause", "fel telefonnummer"],
        _ => &[],
    };
    if !first.is_empty() {
        run(&file, first).succeeded();
    }
    let here = |word: &&str| {
        let name = word.rsplit('/').next().filter(|_| word.starts_with('/'));
        name.map_or((*word).to_owned(), |name| {
            folder.path().join(name).display().to_string()
        })
    };
    let words: Vec<String> = words.iter().map(here).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    run(&file, &words)
}

#[test]
fn every_command_line_in_the_papers_does_its_work() {
    let mut lines: Vec<String> = papers()
        .iter()
        .flat_map(|paper| command_lines(&std::fs::read_to_string(paper).unwrap()))
        .collect();
    lines.sort();
    lines.dedup();
    let (mut done, mut elsewhere) = (0, 0);
    for line in &lines {
        let words: Vec<&str> = line.split('\u{1}').skip(1).collect();
        let told = words.join(" ");
        let named = ELSEWHERE
            .iter()
            .find(|(start, ..)| told.starts_with(start) && !told.contains("--offline"));
        if let Some((_, file, word)) = named {
            let file = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("tests/it")
                .join(file);
            let test = std::fs::read_to_string(&file).unwrap_or_default();
            assert!(
                test.contains(word),
                "{told}: {} runs no {word}",
                file.display()
            );
            elsewhere += 1;
            continue;
        }
        let ended = runs(&words);
        // It lists what is missing, and fails by that.
        let may_lack = words[0] == "go-live" && ended.code == Some(1);
        assert!(ended.code == Some(0) || may_lack, "{told}: {ended:?}");
        done += 1;
    }
    assert!(
        done > 35 && elsewhere > 5,
        "{done} run, {elsewhere} elsewhere"
    );
}
