//! `export`: its output is the register, exactly, with any subjects of people.

use super::register::{Register, answer, at, id, mail};
use super::{check, check_expected, text};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Datelike, Days, Duration, Utc};
use rusqlite::Connection;
use serde_json::{Value, json};
use servicelofte::config::Language;
use servicelofte::domain::event::{Event, Fact, How};
use servicelofte::domain::folders::{Role, Watched};
use servicelofte::domain::item::{Item, ItemId};
use servicelofte::engine::Engine;
use servicelofte::mail::texts::Texts;
use servicelofte::store::Access;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::sync::{Arc, OnceLock};

/// What people, and others, write in a subject.
const HOSTILE: [&str; 10] = [
    "Hej; då, \"citat\" och 'apostrof'",
    "=HYPERLINK(\"https://example.net\",\"klicka\")",
    "+46 70 123;-1+1",
    "@SUM(A1:A9)\t|cmd",
    "rad ett\r\nrad två\nrad tre",
    "noll\u{0}noll \u{1}\u{7f}",
    "emoji 👩‍👩‍👧‍👦 och \u{202e}baklänges\u{202c} \u{200f}",
    "\u{2028}ny rad\u{85}?",
    "{\"json\": [1, \"två\"]}\\u0000",
    "＝1+1",
];

/// A register that has lived for a year, made once: some thousand lines, every day other people
/// with other subjects.
fn a_year() -> Register {
    static LIVED: OnceLock<Vec<u8>> = OnceLock::new();
    let lived = LIVED.get_or_init(|| {
        let register = Register::empty();
        live_a_year(&register);
        std::fs::read(register.database()).expect("the register is read")
    });
    let register = Register::empty();
    std::fs::write(register.database(), lived).expect("the register is copied");
    register
}

fn live_a_year(register: &Register) {
    let texts = Texts::new(Language::Swedish, None).expect("texts");
    let config = Arc::new(register.config());
    let start = at("2024-11-01T08:00:00Z");
    let mut engine = Engine::new(
        register.open(Access::Daemon),
        config.municipality(),
        texts,
        start,
    )
    .expect("an engine");
    let folder = |name: &str, role| Watched {
        name: name.to_owned(),
        role,
        separator: None,
    };
    let (inbox, sent) = (folder("INBOX", Role::Inbox), folder("Sent", Role::Sent));
    let mut number = 0;
    let mut references: BTreeMap<i32, i64> = BTreeMap::new();
    for day in 0..365 {
        let morning = start + Duration::days(day) + Duration::milliseconds(day * 7);
        for hour in 0..4 {
            number += 1;
            let when = morning + Duration::minutes(hour * 90);
            let subject = HOSTILE[number as usize % HOSTILE.len()];
            let subject = format!(
                "=?utf-8?B?{}?=",
                BASE64_STANDARD.encode(format!("{subject} {number}"))
            );
            let from = format!("\"Åsa; =1+{number}\" <p{}@example.com>", number % 97);
            let more = if number % 3 == 0 {
                "Reply-To: hem@example.com\r\n"
            } else {
                ""
            };
            let arrived = mail(number, &when.to_rfc3339(), &from, &subject, more);
            engine
                .record("kf", &inbox, &[arrived], when + Duration::minutes(1))
                .expect("recorded");
            let reference = references.entry(when.year()).or_default();
            *reference += 1;
            let newest = ItemId::new(when.year(), *reference);
            let later = when + Duration::hours(2);
            match number % 7 {
                0 | 1 => {
                    let thread = format!("In-Reply-To: <{number}@example.com>\r\n");
                    let to = format!("p{}@example.com", number % 97);
                    engine
                        .record(
                            "kf",
                            &sent,
                            &[answer(number, &later.to_rfc3339(), &to, &thread)],
                            later,
                        )
                        .expect("recorded");
                }
                2 => {
                    let note = Some(HOSTILE[number as usize % 5].replace(['\r', '\n'], " "));
                    engine
                        .close(newest, How::Phone, None, note, "cli:tove", later)
                        .expect("closed");
                }
                3 => {
                    let date = later.date_naive() + Days::new(9);
                    engine
                        .promise(newest, date, None, "cli:tove", later)
                        .expect("promised");
                }
                _ => {}
            }
        }
    }
}

fn lines_of(register: &Register, arguments: &[&str]) -> Vec<Value> {
    let ended = register.run(arguments);
    assert_eq!(
        (ended.status.code(), text(&ended.stderr)),
        (Some(0), ""),
        "{arguments:?}"
    );
    text(&ended.stdout)
        .lines()
        .map(|line| serde_json::from_str(line).expect("an object a line"))
        .collect()
}

/// What a reader of the lines does to have the fact again: the event goes back into it, references
/// become numbers.
fn fact(line: &Value) -> Fact {
    fn back(value: &mut Value) {
        let Some(fields) = value.as_object_mut() else {
            return;
        };
        for (name, value) in fields {
            match (name.as_str(), value.as_str()) {
                ("conversation" | "leader" | "covered_by" | "with" | "item", Some(text)) => {
                    *value = ItemId::parse(text).expect("a reference").0.into();
                }
                ("message_id", Some(text)) => *value = text.trim_matches(['<', '>']).into(),
                _ => back(value),
            }
        }
    }
    let mut detail = line["detail"].clone();
    back(&mut detail);
    detail["event"] = line["event"].clone();
    serde_json::from_value(detail).expect("a fact")
}

fn instant(value: &Value) -> DateTime<Utc> {
    at(value.as_str().expect("a time"))
}

#[test]
fn a_years_log_comes_out_whole_and_can_be_folded_again() {
    let register = a_year();
    let lines = lines_of(&register, &["export", "--format", "jsonl"]);
    let connection = Connection::open(register.database()).unwrap();
    let mut statement = connection
        .prepare(
            "SELECT log.id, at, item, by, event, detail, message_id, sender, name, subject, size
             FROM log LEFT JOIN message ON message.id = item AND event = 'logged' ORDER BY log.id",
        )
        .unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut events: BTreeMap<ItemId, Vec<Event>> = BTreeMap::new();
    let mut count = 0;
    while let Some(row) = rows.next().unwrap() {
        let line = &lines[count];
        count += 1;
        let of = |name: &str| row.get::<_, Option<String>>(name).unwrap();
        let item: Option<i64> = row.get("item").unwrap();
        assert_eq!(line["number"], row.get::<_, i64>("id").unwrap());
        assert_eq!(
            instant(&line["at"]).timestamp_millis(),
            row.get::<_, i64>("at").unwrap()
        );
        assert_eq!(
            line["ref"].as_str().and_then(ItemId::parse).map(|id| id.0),
            item
        );
        assert_eq!(
            (line["by"].as_str(), line["event"].as_str()),
            (of("by").as_deref(), of("event").as_deref())
        );
        let stored: Fact = serde_json::from_str(&of("detail").unwrap()).unwrap();
        assert_eq!(fact(line), stored, "{line}");
        assert!(line["text"].as_str().is_some_and(|text| !text.is_empty()));
        let id = of("message_id").map(|id| format!("<{id}>"));
        for (field, value) in [
            ("message_id", id),
            ("from", of("sender")),
            ("from_name", of("name")),
            ("subject", of("subject")),
        ] {
            assert_eq!(line[field], json!(value), "{field} of {line}");
        }
        assert_eq!(
            line["size"],
            json!(row.get::<_, Option<i64>>("size").unwrap())
        );
        if let Some(item) = item {
            let event = Event {
                at: instant(&line["at"]),
                by: line["by"].as_str().unwrap().to_owned(),
                fact: fact(line),
            };
            events.entry(ItemId(item)).or_default().push(event);
        }
    }
    assert_eq!(count, lines.len());
    assert!(
        count > 2_000 && events.len() == 365 * 4,
        "{count} lines of {} items",
        events.len()
    );
    // A year of items from the lines alone.
    for (id, events) in &events {
        let mut item = Item::born(*id, &events[0]).expect("it begins with its birth");
        events[1..]
            .iter()
            .for_each(|event| item.apply(event).expect("legal"));
        let sql = "SELECT fold FROM item WHERE id = ?1";
        let fold: String = connection.query_row(sql, [id.0], |row| row.get(0)).unwrap();
        assert_eq!(serde_json::to_string(&item).unwrap(), fold);
    }
    let items = lines_of(&register, &["export", "--format", "jsonl", "--of", "items"]);
    let references: Vec<String> = events.keys().map(ToString::to_string).collect();
    assert_eq!(
        items
            .iter()
            .map(|item| item["ref"].as_str().unwrap())
            .collect::<Vec<_>>(),
        references
    );
    csv_agrees(&register, &lines, &["export", "--format", "csv"]);
    csv_agrees(
        &register,
        &items,
        &["export", "--format", "csv", "--of", "items"],
    );
}

/// Fields of CSV (RFC 4180, semicolons), read by rules of its own.
fn fields_of(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = csv.chars().peekable();
    while let Some(one) = chars.next() {
        match one {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ';' if !quoted => row.push(std::mem::take(&mut field)),
            '\r' if !quoted && chars.next_if_eq(&'\n').is_some() => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            other => field.push(other),
        }
    }
    assert!(
        !quoted && field.is_empty() && row.is_empty(),
        "the last line has no end"
    );
    rows
}

/// As many rows and as many fields in each as there are lines and names; no field that a
/// spreadsheet would calculate.
fn csv_agrees(register: &Register, lines: &[Value], arguments: &[&str]) {
    let ended = register.run(arguments);
    let csv = text(&ended.stdout)
        .strip_prefix('\u{feff}')
        .expect("a byte order mark");
    assert!(!csv.contains('\0'));
    let rows = fields_of(csv);
    assert_eq!(rows.len(), lines.len() + 1);
    // A column for each field, none left out.
    let names: BTreeSet<&str> = rows[0].iter().map(String::as_str).collect();
    assert_eq!(
        names,
        lines[0]
            .as_object()
            .expect("an object")
            .keys()
            .map(String::as_str)
            .collect()
    );
    for (row, line) in rows[1..].iter().zip(lines) {
        assert_eq!(row.len(), rows[0].len());
        for (name, field) in rows[0].iter().zip(row) {
            assert!(
                !field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝']),
                "{field}"
            );
            if let Some(text) = line[name].as_str() {
                assert_eq!(
                    field.strip_prefix('\'').unwrap_or(field),
                    text.replace('\0', "\u{fffd}"),
                    "{name}"
                );
            }
        }
    }
}

#[test]
fn both_formats_read_as_expected() {
    let register = Register::new();
    for (format, of) in [
        ("jsonl", "log"),
        ("csv", "log"),
        ("jsonl", "items"),
        ("csv", "items"),
    ] {
        let ended = register.run(&["export", "--format", format, "--of", of]);
        assert_eq!((ended.status.code(), text(&ended.stderr)), (Some(0), ""));
        check_expected(&format!("export-{of}-{format}"), text(&ended.stdout));
    }
}

#[test]
fn a_file_is_there_whole_for_its_owner_alone() {
    let register = Register::new();
    let file = register.folder.path().join("ut.jsonl");
    let name = file.to_str().unwrap();
    let arguments = ["export", "--format", "jsonl", "--out", name];
    check(&register, &arguments, 0, "Filen innehåller personuppgifter");
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let printed = register.run(&arguments[..3]).stdout;
    assert!(std::fs::read(&file).unwrap() == printed && printed.ends_with(b"}\n"));
    check(
        &register,
        &["export", "--format", "jsonl", "--out", "/dev/full"],
        1,
        "free space there",
    );
    // A disk that is full: the old file stays, and nothing else is left.
    let year = a_year();
    let program = env!("CARGO_BIN_EXE_servicelofte");
    let small =
        format!("trap '' XFSZ; ulimit -f 200; exec {program} export --format jsonl --out '{name}'");
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &small]).env(
        "SERVICELOFTE_CONFIG",
        year.folder.path().join("config.toml"),
    );
    let ended = command.output().unwrap();
    assert_eq!((ended.status.code(), text(&ended.stdout)), (Some(1), ""));
    assert!(
        text(&ended.stderr).contains("what had that name before is untouched"),
        "{}",
        text(&ended.stderr)
    );
    assert_eq!(std::fs::read(&file).unwrap(), printed);
    assert!(!register.folder.path().join(".ut.jsonl.part").exists());
}

#[test]
fn a_reader_that_goes_away_is_no_failure_and_a_writer_is_not_in_the_way() {
    let register = a_year();
    for format in ["csv", "jsonl"] {
        let (reader, writer) = std::io::pipe().unwrap();
        let child = register
            .command(&["export", "--format", format])
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn();
        drop(reader);
        let ended = child.unwrap().wait_with_output().unwrap();
        assert_eq!((ended.status.code(), text(&ended.stderr)), (Some(0), ""));
    }
    // One state of the register, though the daemon goes on writing while the reader pauses.
    let mut daemon = register.open(Access::Daemon);
    let before = daemon.db().end_of_log().unwrap();
    let child = register
        .command(&["export", "--format", "jsonl"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    for _ in 0..50 {
        daemon
            .write(|db| db.note(at(super::NOW), "system", "at work"))
            .expect("it writes");
    }
    let ended = child.wait_with_output().unwrap();
    let lines = i64::try_from(text(&ended.stdout).lines().count()).unwrap();
    assert!(
        ended.status.success() && (before..=before + 50).contains(&lines),
        "{lines} lines after {before}"
    );
}

#[test]
fn what_is_erased_is_null_and_what_is_damaged_hides_nothing_else() {
    let register = Register::new();
    let all = lines_of(&register, &["export", "--format", "jsonl"]).len();
    let mut daemon = register.open(Access::Daemon);
    daemon
        .write(|db| db.erase_item(id(3), at(super::NOW), "system", "KS 2026/123"))
        .expect("erased");
    drop(daemon);
    let lines = lines_of(&register, &["export", "--format", "jsonl"]);
    let erased = lines
        .iter()
        .find(|line| line["ref"] == "SL-2024-00003" && line["event"] == "logged")
        .unwrap();
    for field in [
        "from",
        "from_name",
        "subject",
        "message_id",
        "reply_to",
        "references",
    ] {
        assert_eq!(erased[field], Value::Null, "{field}");
    }
    let last = lines.last().unwrap();
    assert_eq!(
        (&last["event"], &last["detail"]["decision"]),
        (&json!("erased"), &json!("KS 2026/123"))
    );
    let connection = Connection::open(register.database()).unwrap();

    connection
        .execute_batch(&format!(
            "UPDATE message SET more = 'rubbish' WHERE id = {};
             DROP TRIGGER log_is_append_only; UPDATE log SET detail = 'not \"json' WHERE item = {} AND event = 'closed'",
            id(5).0,
            id(8).0
        ))
        .unwrap();
    drop(connection);
    let ended = register.run(&["export", "--format", "jsonl"]);
    let (out, err) = (text(&ended.stdout), text(&ended.stderr));
    assert_eq!(
        (ended.status.code(), out.lines().count()),
        (Some(1), all + 1)
    );
    assert!(
        err.contains("SL-2024-00008, SL-2024-00005") && err.contains("servicelofte rebuild"),
        "{err}"
    );
    assert!(
        out.contains("\"detail\":\"not \\\"json\""),
        "it is given as it stands"
    );
    let ended = register.run(&["export", "--format", "csv", "--of", "items"]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        text(&ended.stderr).contains(": SL-2024-00005\n"),
        "{}",
        text(&ended.stderr)
    );
}
