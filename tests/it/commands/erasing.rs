//! `purge` and `hold`: what the retention time takes away, and what it leaves.

use super::register::{
    ANSWERED, CLOSED, HISTORY, NEWSLETTER, NOW, OVERDUE, PROBABLY, Register, at, id,
};
use super::{check, check_expected, json_of, lines_fit, shown, text};
use chrono::Duration;
use rusqlite::Connection;
use servicelofte::domain::period::Period;
use servicelofte::engine::Engine;
use servicelofte::engine::purge::WRITTEN_ANEW_EVERY;
use servicelofte::mail::texts::Texts;
use servicelofte::report::gather::gather;
use servicelofte::store::{Access, Disk, Store, StoreError};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Everything that the settled items of the register say of people: addresses, names, subjects,
/// ids, notes.
const OF_THE_SETTLED: [&str; 12] = [
    "gammal@example.com",
    "Gammal",
    "Före starten",
    "1@example.com",
    "lars@example.com",
    "Fråga om skolskjuts",
    "svar1@example.se",
    "nyheter@example.net",
    "Veckans nyheter",
    "pia@example.com",
    "Trasig gatlykta",
    "lampan byts",
];

/// Of the live ones, which stay.
const OF_THE_LIVE: [&str; 4] = [
    "karin@example.com",
    "maja@example.com",
    "Begäran om protokoll",
    "olof@example.com",
];

fn with_retention(months: u16) -> Register {
    let register = Register::new();
    let config = register.folder.path().join("config.toml");
    let before = std::fs::read_to_string(&config).unwrap();
    let retention =
        format!("[service]\nretention = {{ months = {months}, decision = \"KS 2026/123\" }}");
    std::fs::write(&config, before.replace("[service]", &retention)).unwrap();
    register
}

/// Which of these are anywhere in the register's files.
fn found<'a>(register: &Register, words: &[&'a str]) -> Vec<&'a str> {
    let files = std::fs::read_dir(register.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> = files
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_string_lossy()
                .starts_with("register.db")
        })
        .collect();
    let bytes: Vec<u8> = files
        .iter()
        .flat_map(|path| std::fs::read(path).unwrap())
        .collect();
    let is_there = |word: &&&str| {
        bytes
            .windows(word.len())
            .any(|window| window == word.as_bytes())
    };
    words.iter().filter(is_there).copied().collect()
}

fn ask<T: rusqlite::types::FromSql>(register: &Register, sql: &str) -> T {
    Connection::open(register.database())
        .unwrap()
        .query_row(sql, [], |row| row.get(0))
        .unwrap()
}

/// As [`check`], for what says more than a line.
fn says(register: &Register, arguments: &[&str], code: i32, says: &str) {
    let ended = register.run(arguments);
    let (out, err) = (text(&ended.stdout), text(&ended.stderr));
    assert_eq!(
        (ended.status.code(), err),
        (Some(code), ""),
        "{arguments:?}: {out}"
    );
    assert!(
        out.contains(says),
        "{arguments:?} says {out:?} instead of {says:?}"
    );
}

#[test]
fn nothing_of_what_is_erased_is_left_in_the_files() {
    let register = with_retention(12);
    // Something that is still in the write-ahead log, and words of every kind.
    for arguments in [
        &[
            "exclude",
            "SL-2024-00006",
            "--reason",
            "Nils Å ringde och tog tillbaka",
        ][..],
        &[
            "promise",
            "SL-2024-00007",
            &super::days_ahead(30),
            "--reason",
            "Olof väntar på badmästaren",
        ],
    ] {
        assert!(register.run(arguments).status.success(), "{arguments:?}");
    }
    assert_eq!(
        found(&register, &OF_THE_SETTLED).len(),
        OF_THE_SETTLED.len(),
        "the test looks for what is there"
    );
    let events: i64 = ask(&register, "SELECT count(*) FROM log");

    let would = "Skulle gallras: 4 ärenden, 2 mejl från personalen (äldre än 12 månader, beslut KS 2026/123)";
    says(&register, &["purge", "--dry-run"], 0, would);
    assert_eq!(
        ask::<i64>(&register, "SELECT count(*) FROM log"),
        events,
        "a dry run writes nothing"
    );
    says(
        &register,
        &["purge"],
        0,
        "Gallrades: 4 ärenden, 2 mejl från personalen",
    );
    assert_eq!(found(&register, &OF_THE_SETTLED), [""; 0]);
    assert_eq!(found(&register, &OF_THE_LIVE), OF_THE_LIVE);
    // An item that was excluded just now is not old enough.
    assert_eq!(found(&register, &["tog tillbaka", "badmästaren"]).len(), 2);

    // Its own line in the log, without anything of anybody.
    let told: String = ask(
        &register,
        "SELECT by || ' ' || detail FROM log WHERE event = 'purged'",
    );
    assert_eq!(
        told,
        r#"cli:tove {"event":"purged","items":4,"sent":2,"months":12,"decision":"KS 2026/123"}"#
    );
    says(&register, &["purge"], 0, "Gallrades: 0 ärenden, 0 mejl");
    assert_eq!(
        ask::<i64>(&register, "SELECT count(*) FROM log WHERE event = 'purged'"),
        1
    );
}

#[test]
fn figures_and_history_stay() {
    let register = with_retention(12);
    let figures = |register: &Register| {
        let config = register.config();
        let period =
            Period::new("2024-11-01".parse().unwrap(), "2024-11-30".parse().unwrap()).unwrap();
        let mut store = register.open(Access::Reader);
        serde_json::to_value(
            store
                .read(|db| gather(db, &config, period, at(NOW)))
                .unwrap(),
        )
        .unwrap()
    };
    let before = (figures(&register), json_of(&register, &["list", "--json"]));
    says(&register, &["purge"], 0, "Gallrades: 4 ärenden");
    let after = (figures(&register), json_of(&register, &["list", "--json"]));
    assert_eq!(after.0, before.0, "the report is what it was");
    let personal = [
        "from",
        "from_name",
        "subject",
        "message_id",
        "evidence",
        "flags",
        "erased",
    ];
    for (before, after) in before
        .1
        .as_array()
        .unwrap()
        .iter()
        .zip(after.1.as_array().unwrap())
    {
        for (key, value) in before.as_object().unwrap() {
            let may_differ = !after["erased"].is_null() && personal.contains(&key.as_str());
            assert!(
                after[key] == *value || may_differ,
                "{key} of {before} became {}",
                after[key]
            );
        }
    }
    let answered = json_of(&register, &["show", &id(ANSWERED).to_string(), "--json"]);
    assert_eq!(answered["erased"]["decision"], "KS 2026/123");
    assert!(
        answered["from"].is_null()
            && answered["message_id"].is_null()
            && answered["evidence"]["message_id"].is_null()
    );
    assert_eq!(
        (&answered["subject"], &answered["flags"][0]),
        (&"".into(), &"erased".into())
    );
    for number in [HISTORY, ANSWERED, NEWSLETTER, CLOSED] {
        let shown = shown(&register.config(), number);
        lines_fit(&shown, 80);
        assert!(shown.contains("beslut KS 2026/123"), "{shown}");
    }
    let closed = shown(&register.config(), CLOSED);
    assert!(closed.contains("Anteckning: (gallrat)"), "{closed}");
    let list = text(&register.run(&["list"]).stdout).to_owned();
    assert!(
        list.contains("(gallrat)") && list.contains("snöröj"),
        "{list}"
    );
    check(
        &register,
        &["rebuild"],
        0,
        "Rättade rader: 0 ärenden, 0 söknycklar.",
    );
    check(
        &register,
        &["reopen", "SL-2024-00003"],
        1,
        "was erased by decision KS 2026/123",
    );
    says(
        &register,
        &["check", "--offline"],
        0,
        "retention: 12 month(s) by decision KS 2026/123",
    );
}

/// The log's trigger lets nothing pass but the words of erased items, and these only as they must
/// be.
#[test]
fn the_log_stays_append_only() {
    let register = with_retention(12);
    says(&register, &["purge"], 0, "Gallrades: 4 ärenden");
    let connection = Connection::open(register.database()).unwrap();
    let (live, erased) = (id(OVERDUE).0, id(CLOSED).0);
    for change in [
        format!("UPDATE log SET detail = json_replace(detail, '$.note', '') WHERE item = {live}"),
        format!("UPDATE log SET detail = '{{}}' WHERE item = {erased}"),
        format!(
            "UPDATE log SET detail = json_replace(detail, '$.note', 'x') WHERE item = {erased} AND event = 'closed'"
        ),
        format!("UPDATE log SET at = at + 1 WHERE item = {erased}"),
        format!("UPDATE log SET by = 'x' WHERE item = {erased}"),
        "UPDATE log SET detail = detail WHERE item IS NULL".to_owned(),
        format!("DELETE FROM log WHERE item = {erased}"),
    ] {
        let refused = connection.execute(&change, []).expect_err(&change);
        assert!(
            refused.to_string().contains("append-only"),
            "{change}: {refused}"
        );
    }
}

#[test]
fn a_hold_is_logged_once_and_keeps_the_item() {
    let register = with_retention(12);
    let reference = id(ANSWERED).to_string();
    let logged = |event: &str| -> i64 {
        ask(
            &register,
            &format!("SELECT count(*) FROM log WHERE event = '{event}' AND by = 'cli:tove'"),
        )
    };
    check(
        &register,
        &["hold", &reference, "on", "--note", "mål 1234-26"],
        0,
        "SL-2024-00003: bevaras, gallras inte",
    );
    check(
        &register,
        &["hold", &reference, "on"],
        0,
        "SL-2024-00003: bevarades redan, inget ändrades",
    );
    assert_eq!(logged("held"), 1);
    let second = &["hold", &reference, "on", "--note", "även mål 77-26"];
    check(
        &register,
        second,
        0,
        "SL-2024-00003: bevarades redan, anteckningen är sparad",
    );
    assert_eq!(logged("held"), 2);
    let json = json_of(&register, &["show", &reference, "--json"]);
    assert_eq!(json["flags"], serde_json::json!(["on_hold"]));
    assert_eq!(
        json["history"].as_array().unwrap().last().unwrap()["detail"]["note"],
        "även mål 77-26"
    );
    assert!(shown(&register.config(), ANSWERED).contains("bevaras, gallras inte"));
    says(&register, &["purge"], 0, "Gallrades: 3 ärenden, 1 mejl");
    assert_eq!(
        found(&register, &["lars@example.com", "pia@example.com"]),
        ["lars@example.com"]
    );
    check(
        &register,
        &["rebuild"],
        0,
        "Rättade rader: 0 ärenden, 0 söknycklar.",
    );

    check(
        &register,
        &["hold", &reference, "off"],
        0,
        "SL-2024-00003: gallras som andra ärenden",
    );
    check(
        &register,
        &["hold", &reference, "off"],
        0,
        "SL-2024-00003: bevarades inte, inget ändrades",
    );
    assert_eq!(logged("released"), 1);
    says(&register, &["purge"], 0, "Gallrades: 1 ärende, 1 mejl");
    assert_eq!(found(&register, &["lars@example.com", "1234-26"]), [""; 0]);
    for (arguments, code) in [
        (&["hold", reference.as_str(), "on"][..], 1),
        (&["hold", "SL-2024-00099", "on"], 1),
        (&["hold", "SL-2024-00002", "maybe"], 2),
        (&["hold", "SL-2024-00002", "off", "--note", "x"], 2),
    ] {
        assert_eq!(
            register.run(arguments).status.code(),
            Some(code),
            "{arguments:?}"
        );
    }
}

#[test]
fn without_a_decision_or_by_a_wrong_clock_nothing_is_erased() {
    let register = Register::new();
    for arguments in [&["purge"][..], &["purge", "--dry-run"]] {
        let ended = register.run(arguments);
        assert_eq!(ended.status.code(), Some(1));
        assert!(
            text(&ended.stderr).contains("set service.retention"),
            "{}",
            text(&ended.stderr)
        );
    }
    assert!(
        text(&register.run(&["check", "--offline"]).stdout)
            .contains("no decision on erasing is configured")
    );

    let register = with_retention(12);
    register
        .open(Access::Command)
        .write(|db| db.set_meta("clock", "2024-12-01T00:00:00Z"))
        .unwrap();
    let ended = register.run(&["purge"]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        text(&ended.stderr).contains("clock is far ahead"),
        "{}",
        text(&ended.stderr)
    );
    assert_eq!(
        found(&register, &OF_THE_SETTLED).len(),
        OF_THE_SETTLED.len()
    );

    let short = with_retention(1);
    let config = short.folder.path().join("config.toml");
    let text_of = std::fs::read_to_string(&config).unwrap();
    std::fs::write(
        &config,
        text_of.replace("time = { working_days = 2 }", "time = { months = 3 }"),
    )
    .unwrap();
    let told = text(&short.run(&["check", "--offline"]).stdout).to_owned();
    assert!(
        told.contains("shorter than the time of the pledge(s) email"),
        "{told}"
    );
}

/// The daemon's way: in steps beside which others work, and tidying up as often as it must.
#[test]
fn the_daemon_erases_once_a_day_by_a_clock_that_it_believes() {
    let register = with_retention(12);
    let open = || {
        let (store, config) = (register.open(Access::Daemon), Arc::new(register.config()));
        let texts = Texts::new(config.service.language, None).unwrap();
        Engine::new(
            store,
            config.municipality(),
            texts,
            at("2026-11-26T02:00:00Z"),
        )
        .unwrap()
    };
    let mut engine = open();
    let night = at("2026-11-26T02:00:00Z");
    assert!(
        !engine.is_purge_due(night, false).unwrap(),
        "nobody has looked at the clock yet"
    );
    engine.look_at_clock(night, Some(Duration::zero())).unwrap();
    assert!(engine.is_purge_due(night, false).unwrap());
    let run = engine.purge("system", night).unwrap();
    assert!(run.done && run.items == 4, "{run:?}");

    // A reader is at work: the log cannot be emptied, and that is tried again.
    let reader = Connection::open(register.database()).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM log;")
        .unwrap();
    let seen: i64 = reader
        .query_row("SELECT count(*) FROM log", [], |row| row.get(0))
        .unwrap();
    assert!(seen > 0);
    assert!(!engine.tidy_up(night, false).unwrap());
    assert!(engine.is_purge_due(night, false).unwrap());
    drop(reader);
    assert!(engine.tidy_up(night, false).unwrap());
    assert_eq!(found(&register, &OF_THE_SETTLED), [""; 0]);
    assert!(
        !engine
            .is_purge_due(night + Duration::hours(1), false)
            .unwrap()
    );
    assert!(
        !engine
            .is_purge_due(at("2026-11-27T09:00:00Z"), false)
            .unwrap(),
        "ten o'clock on a Friday"
    );
    assert!(
        engine
            .is_purge_due(at("2026-11-27T09:00:00Z"), true)
            .unwrap()
    );

    // Not by a clock that has jumped.
    engine
        .look_at_clock(night + WRITTEN_ANEW_EVERY * 20, Some(Duration::zero()))
        .unwrap();
    assert!(
        !engine
            .is_purge_due(night + WRITTEN_ANEW_EVERY * 20, false)
            .unwrap()
    );
}

/// The cost of a step depends on the items to erase: each of its questions has an index.
#[test]
fn every_question_has_its_index() {
    let register = with_retention(12);
    let connection = Connection::open(register.database()).unwrap();
    for (question, index) in [
        (
            "SELECT item.id FROM item CROSS JOIN message ON message.id = item.id
             WHERE item.rest_at IS NOT NULL AND item.rest_at < 9 AND (item.rest_at, item.id) > (1, 2)
             ORDER BY item.rest_at, item.id LIMIT 9",
            "item_rest",
        ),
        ("SELECT id FROM sent WHERE facts <> '' AND at < 9 AND (at, id) > (1, 2) ORDER BY at, id LIMIT 9", "sent_kept"),
        ("SELECT 1 FROM item WHERE conversation = 1 AND state <> 'history' AND erased = 0", "item_conversation"),
        (
            "SELECT item.mailbox, clue.item FROM clue CROSS JOIN item ON item.id = clue.item
             WHERE clue.value = 'x' AND item.mailbox <> 'kf' AND item.state <> 'defective' ORDER BY clue.item",
            "SEARCH clue USING",
        ),
        ("SELECT 1 FROM effect JOIN outbox ON outbox.id = effect.outbox WHERE effect.item = 1", "PRIMARY KEY"),
        ("UPDATE log SET detail = '' WHERE item = 1 AND event IN ('held', 'closed')", "log_item"),
        ("UPDATE outbox SET mail = NULL WHERE state = 'sent' AND saved = 0 AND created_at < 1", "SCAN outbox USING"),
    ] {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {question}")).unwrap();
        let plan: Vec<String> = statement.query_map([], |row| row.get(3)).unwrap().map(Result::unwrap).collect();
        assert!(plan.join("; ").contains(index), "{question}: {plan:?}");
        assert!(!plan.iter().any(|line| line.contains("TEMP B-TREE")), "{question}: {plan:?}");
    }
}

#[test]
fn an_erased_item_reads_as_expected() {
    let register = with_retention(12);
    let mut engine = {
        let config = Arc::new(register.config());
        let texts = Texts::new(config.service.language, None).unwrap();
        Engine::beside(
            Store::open(&register.database(), Access::Command).unwrap(),
            config.municipality(),
            texts,
        )
    };
    let now = at("2026-11-26T02:00:00Z");
    engine
        .hold(
            id(PROBABLY),
            true,
            Some("begäran om handlingar".to_owned()),
            "cli:tove",
            now,
        )
        .unwrap();
    engine.purge("system", now).unwrap();
    drop(engine);
    for (language, config) in [("", register.config()), ("-en", register.in_english())] {
        check_expected(&format!("show-erased{language}"), &shown(&config, CLOSED));
        check_expected(
            &format!("show-on-hold{language}"),
            &shown(&config, PROBABLY),
        );
    }
}

/// A register of the version before knows since when each item is at rest, as if it had always
/// written it down.
#[test]
fn an_older_register_learns_since_when_its_items_rest() {
    let register = Register::new();
    let rests = "SELECT group_concat(id || ' ' || rest_at) FROM (SELECT * FROM item WHERE rest_at IS NOT NULL ORDER BY id)";
    let known: String = ask(&register, rests);
    let connection = Connection::open(register.database()).unwrap();
    connection
        .execute_batch(
            "DROP TABLE learned; DROP TABLE tag_key; DROP TABLE also; DROP TABLE forgotten; DROP TABLE former; DROP TRIGGER log_is_append_only; DROP INDEX item_rest; DROP INDEX sent_kept; DROP INDEX item_away; DROP INDEX item_waiting;
             ALTER TABLE item DROP COLUMN rest_at; ALTER TABLE item DROP COLUMN erased; ALTER TABLE item DROP COLUMN away;
             CREATE TRIGGER log_is_append_only BEFORE UPDATE ON log BEGIN SELECT raise(ABORT, 'append-only'); END;",
        )
        .unwrap();
    let version: i64 = connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    connection
        .pragma_update(None, "user_version", version - 6)
        .unwrap();
    drop(connection);
    drop(register.open(Access::Daemon));
    let learnt: String = ask(&register, rests);
    assert_eq!(learnt, known);
    check(
        &register,
        &["rebuild"],
        0,
        "Rättade rader: 0 ärenden, 0 söknycklar.",
    );
}

/// A full disk: erased data stays erased, the file is written again another day, and the operator
/// hears of it.
#[test]
fn a_file_that_cannot_be_written_anew_is_tried_again_the_next_day() {
    let register = with_retention(12);
    let (config, night) = (Arc::new(register.config()), at("2026-11-26T02:00:00Z"));
    let texts = Texts::new(config.service.language, None).unwrap();
    let mut engine = Engine::new(
        register.open(Access::Daemon),
        config.municipality(),
        texts,
        night,
    )
    .unwrap();
    engine.look_at_clock(night, Some(Duration::zero())).unwrap();
    assert_eq!(engine.purge("system", night).unwrap().items, 4);
    let full = Arc::new(AtomicBool::new(true));
    let seen = Arc::clone(&full);
    // Only what takes the room of the whole file fails: the first thing that is asked.
    engine.store().write_to(Disk(Box::new(move || {
        if seen.swap(false, Ordering::SeqCst) {
            Err(StoreError::Full)
        } else {
            Ok(())
        }
    })));
    assert!(matches!(
        engine.tidy_up(night, false),
        Err(StoreError::Full)
    ));
    assert!(
        !engine
            .is_purge_due(night + Duration::hours(1), false)
            .unwrap(),
        "not every minute"
    );
    let gaps: String = ask(&register, "SELECT value FROM meta WHERE key = 'purge.gaps'");
    assert_eq!(gaps, "1");
    assert!(
        engine
            .is_purge_due(night + Duration::days(1), false)
            .unwrap()
    );
    assert!(engine.tidy_up(night + Duration::days(1), false).unwrap());
    let gaps: String = ask(&register, "SELECT value FROM meta WHERE key = 'purge.gaps'");
    assert_eq!(gaps, "0");
}
