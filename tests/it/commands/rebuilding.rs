//! `rebuild` reproduces the projections exactly, after any damage to them.

use super::register::{Register, id};
use super::{check, days_ahead, text};
use rusqlite::Connection;

/// Every row of both projections. `wake_at` only says whether the item will be decided about: when
/// is not in the log.
fn projections(register: &Register) -> Vec<String> {
    let connection = Connection::open(register.database()).unwrap();
    let mut rows = Vec::new();
    for sql in [
        "SELECT concat_ws('|', id, mailbox, state, due, handler, conversation, fold) FROM item ORDER BY id",
        "SELECT 'awake ' || id FROM item WHERE wake_at IS NOT NULL ORDER BY id",
        "SELECT value || '|' || item FROM clue ORDER BY value, item",
    ] {
        let mut statement = connection.prepare(sql).unwrap();
        let found = statement
            .query_map([], |row| row.get::<_, String>(0))
            .unwrap();
        rows.extend(found.map(Result::unwrap));
    }
    rows
}

#[test]
fn projections_come_back_exactly() {
    let register = Register::new();
    // Every kind of act of a person, and history that became more than that.
    for arguments in [
        &["assign", "SL-2024-00006", "kanslichef"][..],
        &["close", "SL-2024-00001", "--how", "phone"],
        &["reopen", "SL-2024-00003"],
        &["promise", "SL-2024-00007", &days_ahead(30)],
        &["close", "SL-2024-00007", "--how", "meeting"],
    ] {
        assert!(register.run(arguments).status.success(), "{arguments:?}");
    }
    check(
        &register,
        &["rebuild"],
        0,
        "Rättade rader: 0 ärenden, 0 söknycklar.",
    );
    let before = projections(&register);
    for (damage, says) in [
        ("DELETE FROM item", "9 ärenden, 0 söknycklar"),
        ("DELETE FROM clue", "0 ärenden, "),
        (
            "UPDATE item SET fold = 'rubbish', wake_at = NULL",
            "9 ärenden",
        ),
        ("UPDATE item SET fold = '{}' WHERE id % 2 = 0", "4 ärenden"),
        (
            "UPDATE item SET state = 'history', due = NULL, handler = 'x' WHERE state = 'open'",
            "ärenden",
        ),
        (
            "UPDATE item SET conversation = 7, mailbox = 'ks' WHERE id % 10 = 5",
            "1 ärenden",
        ),
        ("UPDATE item SET wake_at = NULL", "0 ärenden, 0 söknycklar"),
        ("UPDATE clue SET value = value || 'x'", "söknycklar"),
        (
            "INSERT INTO clue SELECT 'to:x@example.com', id FROM item",
            "0 ärenden, 9 söknycklar",
        ),
    ] {
        let connection = Connection::open(register.database()).unwrap();
        assert!(
            connection.execute(damage, []).unwrap() > 0,
            "{damage} does no damage"
        );
        drop(connection);
        assert_ne!(projections(&register), before, "{damage} does no damage");
        check(&register, &["rebuild"], 0, says);
        assert_eq!(projections(&register), before, "after {damage}");
    }
}

/// What cannot be folded is set aside, and shown in every list; all the rest is rebuilt.
#[test]
fn a_damaged_log_is_the_trouble_of_its_item_alone() {
    let register = Register::new();
    let before = projections(&register);
    let connection = Connection::open(register.database()).unwrap();
    connection
        .execute_batch(
            "DROP TRIGGER log_keeps_all; DELETE FROM log WHERE event = 'logged' AND item % 10 = 7; DELETE FROM clue;",
        )
        .unwrap();
    drop(connection);
    let damaged = id(7).to_string();
    let ended = register.run(&["rebuild"]);
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        text(&ended.stdout).contains(&format!("{damaged} går inte att läsa: log:")),
        "{}",
        text(&ended.stdout)
    );
    let after = projections(&register);
    let lost: Vec<&String> = before.iter().filter(|row| !after.contains(row)).collect();
    assert!(
        lost.iter().all(|row| row.contains(&id(7).0.to_string())),
        "{lost:?}"
    );
    assert!(!lost.is_empty());

    for (arguments, code, stream) in [
        (&["list"][..], 0, "stdout"),
        (&["list", "--json"], 1, "stderr"),
        (&["show", &damaged], 1, "stderr"),
        (&["check", "--offline"], 1, "stdout"),
    ] {
        let ended = register.run(arguments);
        let said = text(if stream == "stdout" {
            &ended.stdout
        } else {
            &ended.stderr
        });
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(said.contains(&damaged), "{arguments:?}: {said}");
    }
    let json: serde_json::Value =
        serde_json::from_slice(&register.run(&["list", "--json"]).stdout).unwrap();
    assert!(
        json.as_array().is_some_and(|items| !items.is_empty()),
        "the others are listed"
    );
}
