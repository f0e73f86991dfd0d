//! The registrar's commands over a register of a few items: expected texts, the contract's JSON,
//! exit codes, and beside a daemon that holds the register.
//!
//! `UPDATE_EXPECT=1` writes the expected texts again; read the difference before it is committed.

mod backing_up;
mod erasing;
mod exporting;
mod leaving;
mod rebuilding;
mod register;
mod upgrading;

use register::{
    ANSWERED, CLOSED, DUE_TODAY, FOLLOWER, HISTORY, NEWSLETTER, NOW, OPEN, OVERDUE, PROBABLY,
    Register, at, id,
};
use serde_json::{Value, json};
use servicelofte::cli::table::Screen;
use servicelofte::cli::{Failure, ListArgs, ShowArgs, State, list, show};
use servicelofte::config::Config;
use servicelofte::domain::event::{Fact, Flag};
use servicelofte::store::{Access, StoreError};
use std::path::Path;
use std::process::Output;
use std::time::Duration;

const PAGE: Screen = Screen {
    width: 80,
    colour: false,
};

pub(crate) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// Compares with `tests/data/commands/NAME.txt`, or writes it.
fn check_expected(name: &str, actual: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data/commands")
        .join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&file, actual).expect("the expected text can be written");
        return;
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(actual, expected, "{name}: UPDATE_EXPECT=1 writes it anew");
}

fn lines_fit(text: &str, width: usize) {
    for line in text.lines() {
        assert!(
            line.chars().count() <= width,
            "{} columns: {line}",
            line.chars().count()
        );
        assert_eq!(line.trim_end(), line);
    }
}

fn filter() -> ListArgs {
    ListArgs {
        state: None,
        mailbox: None,
        handler: None,
        overdue: false,
        within: None,
        month: None,
        json: false,
    }
}

fn listed(config: &Config, arguments: &ListArgs, screen: Screen) -> String {
    let mut out = Vec::new();
    list::run(config, arguments, screen, at(NOW), &mut out).expect("listed");
    text(&out).to_owned()
}

fn shown(config: &Config, number: i64) -> String {
    let mut out = Vec::new();
    let arguments = ShowArgs {
        reference: id(number).to_string(),
        json: false,
    };
    show::run(config, &arguments, PAGE, at(NOW), &mut out).expect("shown");
    text(&out).to_owned()
}

#[test]
fn tables_read_as_expected() {
    let register = Register::new();
    let (swedish, english) = (register.config(), register.in_english());
    let state = |state| ListArgs {
        state: Some(state),
        ..filter()
    };
    for (name, config, arguments, width) in [
        ("list", &swedish, filter(), 80),
        ("list-wide", &swedish, filter(), 140),
        ("list-en", &english, filter(), 80),
        (
            "list-overdue",
            &swedish,
            ListArgs {
                overdue: true,
                ..filter()
            },
            80,
        ),
        ("list-history", &swedish, state(State::History), 80),
        ("list-excluded", &swedish, state(State::Excluded), 80),
        (
            "list-handler",
            &swedish,
            ListArgs {
                handler: Some("bygglovshandlaggare".to_owned()),
                ..filter()
            },
            80,
        ),
        (
            "list-nothing",
            &swedish,
            ListArgs {
                handler: Some("kanslichef".to_owned()),
                ..filter()
            },
            80,
        ),
    ] {
        let text = listed(
            config,
            &arguments,
            Screen {
                width,
                colour: false,
            },
        );
        lines_fit(&text, width.into());
        check_expected(name, &text);
    }
}

#[test]
fn one_item_reads_as_expected() {
    let register = Register::new();
    let (swedish, english) = (register.config(), register.in_english());
    for (name, number) in [
        ("history", HISTORY),
        ("overdue", OVERDUE),
        ("answered", ANSWERED),
        ("newsletter", NEWSLETTER),
        ("probably", PROBABLY),
        ("closed", CLOSED),
        ("follower", FOLLOWER),
    ] {
        for (language, config) in [("", &swedish), ("-en", &english)] {
            let text = shown(config, number);
            lines_fit(&text, 80);
            check_expected(&format!("show-{name}{language}"), &text);
        }
    }
}

#[test]
fn colour_is_only_where_the_screen_has_it() {
    let register = Register::new();
    let config = register.config();
    let coloured = listed(
        &config,
        &filter(),
        Screen {
            width: 80,
            colour: true,
        },
    );
    assert!(coloured.contains("\u{1b}["), "{coloured}");
    assert!(!listed(&config, &filter(), PAGE).contains('\u{1b}'));
    // Standard output is a pipe here.
    assert!(!text(&register.run(&["list"]).stdout).contains('\u{1b}'));
}

/// The program's JSON, which must be one document and nothing beside it.
fn json_of(register: &Register, arguments: &[&str]) -> Value {
    let ended = register.run(arguments);
    assert_eq!(
        (ended.status.code(), text(&ended.stderr)),
        (Some(0), ""),
        "{arguments:?}"
    );
    serde_json::from_slice(&ended.stdout).expect("one JSON document")
}

/// The contract's fields, in its order, and `from_name` and `language`.
const FIELDS: [&str; 33] = [
    "ref",
    "mailbox",
    "pledge",
    "class",
    "message_id",
    "from",
    "from_name",
    "subject",
    "folder",
    "received_at",
    "due_date",
    "state",
    "outcome",
    "handler",
    "assigned_by",
    "answered_at",
    "answered_by",
    "evidence",
    "reminded_at",
    "notice_at",
    "promise_date",
    "posted_at",
    "escalations",
    "closed_at",
    "closed_how",
    "excluded_reason",
    "flags",
    "language",
    "verified",
    "conversation",
    "covered_by",
    "twins",
    "erased",
];

fn check_fields(document: &str, item: &Value) {
    let mut from = 0;
    for field in FIELDS {
        assert!(item.get(field).is_some(), "{field} is missing");
        let found = document[from..]
            .find(&format!("\"{field}\":"))
            .unwrap_or_else(|| panic!("{field} is out of order"));
        from += found;
    }
}

#[test]
fn list_json_is_the_contracts() {
    let register = Register::new();
    let document = text(&register.run(&["list", "--json"]).stdout).to_owned();
    let items = json_of(&register, &["list", "--json"]);
    let items = items.as_array().expect("an array");
    assert_eq!(items.len(), 8, "everything but history");
    check_fields(&document, &items[0]);
    for item in items {
        assert_eq!(
            item.as_object().map(serde_json::Map::len),
            Some(FIELDS.len())
        );
    }
    let order: Vec<&str> = items
        .iter()
        .filter_map(|item| item["ref"].as_str())
        .collect();
    let expected = [
        OVERDUE, PROBABLY, DUE_TODAY, OPEN, FOLLOWER, CLOSED, ANSWERED, NEWSLETTER,
    ];
    assert_eq!(order, expected.map(|number| id(number).to_string()));
    assert_eq!(
        items[0],
        json!({
            "ref": "SL-2024-00002", "mailbox": "kf", "pledge": "email", "class": "correspondence",
            "message_id": "<2@example.com>", "from": "karin@example.com", "from_name": "Karin Öberg",
            "subject": "Bygglov för altan på Storgatan 12, där grannarna redan har sagt ja till både höjd och bredd",
            "folder": "INBOX", "received_at": "2024-11-14T09:12:00+01:00", "due_date": "2024-11-18", "state": "open",
            "outcome": "noticed_in_time", "handler": "bygglovshandlaggare", "assigned_by": "rule",
            "answered_at": null, "answered_by": null, "evidence": null, "reminded_at": null,
            "notice_at": "2024-11-18T13:00:08+01:00", "promise_date": "2024-12-02", "posted_at": null,
            "escalations": [{"step": 1, "at": "2024-11-19T08:00:03+01:00", "to": ["kanslichef"]}],
            "closed_at": null, "closed_how": null, "excluded_reason": null, "flags": [], "language": null, "verified": null,
            "conversation": "SL-2024-00002", "covered_by": null, "twins": [], "erased": null
        })
    );
    let answered = &items[6];
    assert_eq!(answered["answered_at"], "2024-11-19T13:00:00+01:00");
    assert_eq!(answered["answered_by"], "kf@example.se");
    assert_eq!(
        answered["evidence"],
        json!({
            "kind": "sent", "folder": "Sent", "message_id": "<svar1@example.se>", "matched_by": "in_reply_to",
            "verified": true
        })
    );
    let closed = &items[5];
    assert_eq!(
        (&closed["closed_how"], &closed["closed_at"]),
        (&json!("phone"), &json!("2024-11-22T15:30:00+01:00"))
    );
    assert_eq!(
        (&closed["outcome"], &closed["evidence"]["kind"]),
        (&json!("answered_in_time"), &json!("cli"))
    );
    assert_eq!(items[4]["conversation"], id(OPEN).to_string());
    let newsletter = &items[7];
    assert_eq!(
        (&newsletter["due_date"], &newsletter["outcome"]),
        (&Value::Null, &json!("excluded"))
    );
    assert!(newsletter["excluded_reason"].is_string());

    let history = json_of(&register, &["list", "--state", "history", "--json"]);
    assert_eq!(history[0]["ref"], id(HISTORY).to_string());
    assert_eq!(
        json_of(&register, &["list", "--handler", "kanslichef", "--json"]),
        json!([])
    );
    assert_eq!(
        json_of(
            &register,
            &["list", "--mailbox", "kf", "--overdue", "--json"]
        )
        .as_array()
        .map(Vec::len),
        Some(5)
    );
}

#[test]
fn show_json_adds_derivation_and_history() {
    let register = Register::new();
    let reference = id(ANSWERED).to_string();
    let document = text(&register.run(&["show", &reference, "--json"]).stdout).to_owned();
    let item = json_of(&register, &["show", &reference, "--json"]);
    check_fields(&document, &item);
    let derivation = &item["derivation"];
    assert_eq!(derivation["arrival_date"], "2024-11-18");
    assert_eq!(derivation["closes"], "2024-11-21T00:00:00+01:00");
    assert_eq!(
        derivation["days"][1],
        json!({"date": "2024-11-19", "counted": true, "day": 1, "reason": null})
    );
    let history = item["history"].as_array().expect("an array");
    let events: Vec<&str> = history
        .iter()
        .filter_map(|event| event["event"].as_str())
        .collect();
    assert_eq!(events, ["logged", "answered"]);
    for event in history {
        for key in ["at", "event", "by", "text"] {
            assert!(event[key].is_string(), "{key}");
        }
        assert!(event["detail"].is_object());
    }
    assert_eq!(history[0]["detail"]["conversation"], reference);
    assert_eq!(
        history[0]["detail"]["received_at"],
        "2024-11-18T10:30:00+01:00"
    );
    assert_eq!(history[1]["detail"]["at"], "2024-11-19T13:00:00+01:00");
    let nothing_due = json_of(&register, &["show", &id(HISTORY).to_string(), "--json"]);
    assert_eq!(nothing_due["derivation"], Value::Null);
}

fn check(register: &Register, arguments: &[&str], code: i32, says: &str) {
    let ended = register.run(arguments);
    let (out, err) = (text(&ended.stdout), text(&ended.stderr));
    assert_eq!(ended.status.code(), Some(code), "{arguments:?}: {out}{err}");
    let (told, silent) = if code == 0 { (out, err) } else { (err, out) };
    assert!(
        told.contains(says),
        "{arguments:?} says {told:?} instead of {says:?}"
    );
    assert_eq!(
        (told.lines().count(), silent),
        (1, ""),
        "{arguments:?}: {told}"
    );
}

#[test]
fn what_the_registrar_does_is_answered_in_a_line_and_logged() {
    let register = Register::new();
    check(
        &register,
        &["assign", "SL-2024-00002", "registrator"],
        0,
        "SL-2024-00002: handläggare är nu Anna Exempel",
    );
    check(
        &register,
        &[
            "close",
            "sl-2024-2",
            "--how",
            "letter",
            "--at",
            "2024-11-18",
            "--note",
            "  dnr\nKS 1 ",
        ],
        0,
        "SL-2024-00002: avslutat, besvarat med brev (löftet: hållet: besvarat i tid)",
    );
    check(
        &register,
        &["exclude", "SL-2024-00006", "--reason", "reklam"],
        0,
        "undantaget från löftet: reklam",
    );
    check(
        &register,
        &["reopen", "SL-2024-00006"],
        0,
        "öppnat igen, ska vara besvarat senast måndag 25 november 2024 (",
    );
    check(
        &register,
        &["reopen", "SL-2024-00001"],
        0,
        "senast torsdag 17 oktober 2024",
    );
    check(
        &register,
        &["close", "SL-2024-00007", "--how", "no-answer-needed"],
        0,
        "behöver inget svar",
    );

    let closed = json_of(&register, &["show", "SL-2024-00002", "--json"]);
    assert_eq!(closed["closed_at"], "2024-11-18T23:59:59+01:00");
    let events: Vec<&Value> = closed["history"]
        .as_array()
        .expect("history")
        .iter()
        .rev()
        .take(2)
        .collect();
    assert_eq!(
        (&events[0]["by"], &events[0]["detail"]["note"]),
        (&json!("cli:tove"), &json!("dnr KS 1"))
    );
    assert_eq!(
        (&events[1]["by"], &events[1]["event"]),
        (&json!("cli:tove"), &json!("assigned"))
    );
    // The follower has its own clock once the first question is settled; history that was opened
    // has a handler.
    assert_eq!(
        json_of(&register, &["show", "SL-2024-00009", "--json"])["due_date"],
        "2024-11-26"
    );
    assert_eq!(
        json_of(&register, &["show", "SL-2024-00001", "--json"])["handler"],
        "registrator"
    );
    // The same day as the arrival, and who is behind sudo.
    let mut command = register.command(&[
        "close",
        "SL-2024-00009",
        "--how",
        "phone",
        "--at",
        "2024-11-22 15:01",
    ]);
    assert!(
        command
            .env("SUDO_USER", "siv")
            .status()
            .expect("it runs")
            .success()
    );
    let closed = json_of(&register, &["show", "SL-2024-00009", "--json"]);
    let last = closed["history"]
        .as_array()
        .and_then(|history| history.last())
        .expect("history");
    assert_eq!(
        (&last["event"], &last["by"]),
        (&json!("closed"), &json!("cli:siv"))
    );
}

/// A day of the calendar that the program will see, as it is typed.
fn days_ahead(days: u64) -> String {
    let now = servicelofte::ports::Clock::now(&servicelofte::daemon::SystemClock);
    let today = now
        .with_timezone(&chrono_tz::Europe::Stockholm)
        .date_naive();
    (today + chrono::Days::new(days)).to_string()
}

#[test]
fn a_promise_is_made_and_moved_with_its_reason() {
    let register = Register::new();
    let day = days_ahead;
    let (near, far, never) = (day(30), day(40), day(400));
    let promise = |arguments: &[&str], code, says: &str| {
        check(
            &register,
            &[&["promise", "SL-2024-00007"], arguments].concat(),
            code,
            says,
        );
    };
    promise(&[&near], 0, "SL-2024-00007: svar utlovat senast ");
    promise(
        &[&near, "--reason", "x"],
        1,
        "SL-2024-00007 is promised by ",
    );
    promise(&[&far], 1, "give the reason for moving it");
    promise(
        &[&far, "--reason", " väntar\npå yttrande "],
        0,
        "svar utlovat senast ",
    );
    promise(&["2024-12-04", "--reason", "x"], 1, "2024-12-04 has passed");
    promise(
        &[&never, "--reason", "x"],
        1,
        "is too far ahead: the last day that can be promised is ",
    );
    promise(
        &["2026-12-04 10:00"],
        2,
        "is not a day: write it like 2026-12-04",
    );
    promise(&["imorgon"], 2, "is not a time");
    check(
        &register,
        &["promise", "SL-2024-00004", &near],
        1,
        "only an open item can be promised",
    );

    let item = json_of(&register, &["show", "SL-2024-00007", "--json"]);
    assert_eq!(
        (&item["promise_date"], &item["outcome"]),
        (&json!(far), &json!("broken"))
    );
    let last = item["history"]
        .as_array()
        .and_then(|history| history.last())
        .expect("history");
    assert_eq!(
        (&last["event"], &last["by"]),
        (&json!("promised"), &json!("cli:tove"))
    );
    assert_eq!(
        last["detail"],
        json!({"date": far, "old": near, "reason": "väntar på yttrande"})
    );
    let said = last["text"].as_str().expect("text");
    assert!(
        said.starts_with("Utlovat svar flyttades från ")
            && said.contains("Skäl: väntar på yttrande"),
        "{said}"
    );
    // Another question of the conversation is promised by itself.
    assert_eq!(
        json_of(&register, &["show", "SL-2024-00009", "--json"])["promise_date"],
        json!(null)
    );
    let shown = register.run(&["show", "SL-2024-00007"]);
    assert!(
        text(&shown.stdout).contains(", flyttat 1 gång"),
        "{}",
        text(&shown.stdout)
    );
}

#[test]
fn what_cannot_be_done_says_what_to_do() {
    let register = Register::new();
    for (arguments, code, says) in [
        (
            &["show", "SL-2024-00099"][..],
            1,
            "there is no item SL-2024-00099",
        ),
        (&["show", "42"], 2, "is no reference: write it like SL-"),
        (
            &["assign", "SL-2024-00002", "nobody"],
            1,
            "there is no member of staff \"nobody\"",
        ),
        (&["assign", "SL-2024-00002", "forre"], 1, "forre has left"),
        (
            &["assign", "SL-2024-00003", "registrator"],
            1,
            "SL-2024-00003 is answered: reopen it first",
        ),
        (
            &["assign", "SL-2024-00099", "registrator"],
            1,
            "there is no item",
        ),
        (
            &["close", "SL-2024-00008", "--how", "phone"],
            1,
            "SL-2024-00008 is closed",
        ),
        (
            &[
                "close",
                "SL-2024-00002",
                "--how",
                "phone",
                "--at",
                "2099-01-01",
            ],
            1,
            "2099-01-01 23:59:59 is in the future",
        ),
        (
            &[
                "close",
                "SL-2024-00002",
                "--how",
                "phone",
                "--at",
                "2024-11-13",
            ],
            1,
            "is before the message arrived",
        ),
        (
            &[
                "close",
                "SL-2024-00002",
                "--how",
                "phone",
                "--at",
                "2024-11-14 09:00",
            ],
            1,
            "2024-11-14 09:00:00 is before",
        ),
        (
            &["close", "SL-2024-00002", "--how", "phone", "--at", "igår"],
            2,
            "--at \"igår\" is not a time",
        ),
        (
            &["exclude", "SL-2024-00004", "--reason", "x"],
            1,
            "only an open item can be excluded",
        ),
        (
            &["exclude", "SL-2024-00002", "--reason", " "],
            2,
            "--reason is empty",
        ),
        (&["reopen", "SL-2024-00002"], 1, "SL-2024-00002 is open"),
        (
            &["start", "SL-2024-00002", "2024-11-14"],
            1,
            "the time of SL-2024-00002 runs from its arrival",
        ),
        (&["start", "SL-2024-00002", "imorgon"], 2, "is not a time"),
        (
            &["list", "--handler", "nobody"],
            2,
            "there is no member of staff \"nobody\"",
        ),
        (
            &["list", "--mailbox", "ks"],
            2,
            "there is no mailbox \"ks\"; there are: kf",
        ),
    ] {
        check(&register, arguments, code, says);
    }
}

#[test]
fn a_day_alone_is_its_end_but_not_after_now() {
    let register = Register::new();
    let today = days_ahead(0);
    check(
        &register,
        &["close", "SL-2024-00002", "--how", "phone", "--at", &today],
        0,
        "avslutat",
    );
}

#[test]
fn a_register_that_cannot_be_used_is_told() {
    let commands: [&[&str]; 6] = [
        &["list"],
        &["show", "SL-2024-00002"],
        &["assign", "SL-2024-00002", "registrator"],
        &["rebuild"],
        &["export", "--format", "jsonl"],
        &["backup", "/nonexistent/copy.db"],
    ];
    for arguments in commands {
        let register = Register::empty();
        check(
            &register,
            arguments,
            1,
            "does not exist: start the daemon once",
        );
        assert!(
            !register.database().exists(),
            "{arguments:?} made a database"
        );

        std::fs::write(
            register.database(),
            "this is a letter, not a database, and it is long enough",
        )
        .unwrap();
        check(&register, arguments, 1, "is not a database of servicelofte");

        std::fs::remove_file(register.database()).unwrap();
        let connection = rusqlite::Connection::open(register.database()).unwrap();
        connection
            .execute_batch("CREATE TABLE somebody_elses (x)")
            .unwrap();
        drop(connection);
        check(&register, arguments, 1, "is not a database of servicelofte");

        std::fs::remove_file(register.database()).unwrap();
        drop(register.open(Access::Daemon));
        // See `register::filled`.
        std::fs::remove_file(register.folder.path().join("register.db.lock")).unwrap();
        let connection = rusqlite::Connection::open(register.database()).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        drop(connection);
        check(&register, arguments, 1, "the database is of version 99");
    }
}

/// While the daemon holds the register, reading and acting work; rebuilding does not.
#[test]
fn commands_work_beside_the_daemon() {
    let register = Register::new();
    let mut daemon = register.open(Access::Daemon);
    daemon
        .write(|db| db.note(at(NOW), "system", "at work"))
        .expect("it writes");
    check(
        &register,
        &["rebuild"],
        1,
        "another servicelofte runs on this database",
    );
    assert_eq!(
        json_of(&register, &["list", "--json"])
            .as_array()
            .map(Vec::len),
        Some(8)
    );
    check(
        &register,
        &["assign", "SL-2024-00007", "kanslichef"],
        0,
        "Cecilia Exempel",
    );
    assert_eq!(
        daemon
            .db()
            .item_of(id(OPEN))
            .expect("it is there")
            .handler
            .as_deref(),
        Some("kanslichef")
    );
}

/// What the daemon does to the item while a command waits for it is not overwritten.
#[test]
fn a_command_sees_what_the_daemon_just_did() {
    let register = Register::new();
    let mut daemon = register.open(Access::Daemon);
    let child = daemon.write(|db| {
        let child = register
            .command(&["assign", "SL-2024-00007", "kanslichef"])
            .spawn();
        // Long enough for the command to be waiting; were it not, the test would only show less.
        std::thread::sleep(Duration::from_millis(500));
        let mut item = db.item_of(id(OPEN))?;
        let fact = Fact::Flagged {
            flag: Flag::PossibleDuplicate,
        };
        db.happen(&mut item, at(NOW), "system", fact)?;
        db.save_item(&item, None)?;
        child.map_err(|error| StoreError::Io(error.to_string()))
    });
    assert!(child.expect("written").wait().expect("it ran").success());
    let item = daemon.db().item_of(id(OPEN)).expect("it is there");
    assert_eq!(item.handler.as_deref(), Some("kanslichef"));
    assert!(item.flags.contains(&Flag::PossibleDuplicate));
}

/// A user who may only read, in a folder where nothing can be made.
#[test]
fn readers_need_no_right_to_write() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let register = Register::new();
    let folder = register.folder.path();
    let mode = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    for entry in std::fs::read_dir(folder).unwrap() {
        mode(&entry.unwrap().path(), 0o444);
    }
    mode(folder, 0o555);
    let as_somebody_else = |arguments: &[&str]| -> Option<Output> {
        if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
            return Some(register.run(arguments));
        }
        // Root may write everywhere; the user `nobody` may not.
        let program = register.command(arguments);
        let mut command = std::process::Command::new("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(program.get_program());
        command
            .args(arguments)
            .env("SERVICELOFTE_CONFIG", folder.join("config.toml"))
            .env_remove("RUST_LOG");
        command
            .output()
            .ok()
            .filter(|ended| ended.status.code() != Some(127) && ended.status.code() != Some(126))
    };
    let Some(listed) = as_somebody_else(&["list", "--json"]) else {
        println!("skipped: setpriv is not there, or nobody may not run the program");
        mode(folder, 0o755);
        return;
    };
    let shown = as_somebody_else(&["show", "SL-2024-00003"]).expect("it ran before");
    let exported = as_somebody_else(&["export", "--format", "jsonl"]).expect("it ran before");
    let elsewhere = tempfile::tempdir().unwrap();
    mode(elsewhere.path(), 0o777);
    let copy = elsewhere.path().join("copy.db");
    let copied = as_somebody_else(&["backup", copy.to_str().unwrap()]).expect("it ran before");
    let changed =
        as_somebody_else(&["assign", "SL-2024-00007", "kanslichef"]).expect("it ran before");
    mode(folder, 0o755);
    assert_eq!((listed.status.code(), text(&listed.stderr)), (Some(0), ""));
    assert_eq!(shown.status.code(), Some(0), "{}", text(&shown.stderr));
    assert_eq!(
        (exported.status.code(), text(&exported.stderr)),
        (Some(0), "")
    );
    assert_eq!((copied.status.code(), text(&copied.stderr)), (Some(0), ""));
    assert_eq!(
        (changed.status.code(), text(&changed.stdout)),
        (Some(1), "")
    );
    assert_eq!(
        text(&changed.stderr).lines().count(),
        1,
        "{}",
        text(&changed.stderr)
    );
}

#[test]
fn a_reference_of_this_year_may_lack_its_year() {
    let config = Register::new().config();
    let shown = |reference: &str| {
        let (reference, json, mut out) = (reference.to_owned(), false, Vec::new());
        let ended = show::run(
            &config,
            &ShowArgs { reference, json },
            PAGE,
            at(NOW),
            &mut out,
        );
        ended.map(|()| text(&out).to_owned())
    };
    for short in ["SL-7", "sl-00007", "[SL-7]"] {
        assert_eq!(shown(short).ok(), shown("SL-2024-00007").ok(), "{short}");
    }
}

#[test]
fn a_refusal_says_its_time_as_the_clock_on_the_wall_does() {
    let register = Register::new();
    check(&register, &["remind", "SL-2024-00007"], 0, "SL-2024-00007");
    let again = register.run(&["remind", "SL-2024-00007"]);
    let said = text(&again.stderr);
    assert!(said.contains("was reminded of at"), "{said}");
    assert!(!said.contains("UTC"), "{said}");
}

#[test]
fn an_unknown_reference_is_a_failure_and_not_a_usage() {
    let register = Register::new();
    let arguments = ShowArgs {
        reference: "SL-2024-00777".to_owned(),
        json: true,
    };
    let ended = show::run(
        &register.config(),
        &arguments,
        PAGE,
        at(NOW),
        &mut Vec::new(),
    );
    assert!(matches!(ended, Err(Failure::Failed(_))), "{ended:?}");
}
