//! Registers of every version that ever stood on the main branch, brought to this one by the
//! program.
//!
//! `tests/data/registers/NNNN-*.sql` are registers of version NNNN as a program of that version
//! wrote them, each played through a scenario and cut down to the items that show each of its
//! facts. Another migration wants one of the version before it: let the scenarios write their
//! registers to files (`Store::in_memory` opens one), take the few with the most kinds of facts,
//! cut them down, and write them out by `.dump` with its `user_version` and `application_id`.
//! `NNNN-brought.sql` is an older register that its migrations brought to that version.

use super::register::{Register, at};
use super::text;
use rusqlite::Connection;
use servicelofte::config::Language;
use servicelofte::engine::Engine;
use servicelofte::mail::texts::Texts;
use servicelofte::store::{Access, Store, StoreError};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The registers, oldest first, with their versions.
fn old_registers() -> Vec<(i64, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/registers");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let version = |file: &PathBuf| {
        let name = file.file_name().unwrap().to_str().unwrap();
        name.split('-').next().unwrap().parse().expect("a version")
    };
    files
        .iter()
        .map(|file| (version(file), std::fs::read_to_string(file).unwrap()))
        .collect()
}

fn rows(connection: &Connection, sql: &str) -> Vec<String> {
    let mut statement = connection.prepare(sql).unwrap();
    let found = statement.query_map([], |row| row.get(0)).unwrap();
    found.map(Result::unwrap).collect()
}

fn version(connection: &Connection) -> i64 {
    connection
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap()
}

/// Tables, indexes and triggers by their names, and the columns of each table: what `ALTER TABLE`
/// leaves is written otherwise than what `CREATE TABLE` says.
fn shape(connection: &Connection) -> Vec<String> {
    let mut shape = rows(
        connection,
        "SELECT type || ' ' || name FROM sqlite_schema ORDER BY 1",
    );
    shape.extend(rows(
        connection,
        "SELECT concat_ws(' ', schema.name, 'has', info.name, info.type, info.\"notnull\", info.dflt_value)
         FROM sqlite_schema AS schema, pragma_table_info(schema.name) AS info WHERE schema.type = 'table' ORDER BY 1",
    ));
    shape
}

const LOG: &str = "SELECT concat_ws('|', id, at, item, by, event, detail) FROM log ORDER BY id";

fn put(sql: &str) -> Register {
    let register = Register::empty();
    Connection::open(register.database())
        .unwrap()
        .execute_batch(sql)
        .unwrap();
    register
}

#[test]
fn every_old_register_becomes_one_of_today() {
    let fresh = Register::empty();
    drop(fresh.open(Access::Daemon));
    let today = Connection::open(fresh.database()).unwrap();
    let registers = old_registers();
    let versions: BTreeSet<i64> = registers.iter().map(|(version, _)| *version).collect();
    assert!(
        (1..version(&today)).all(|older| versions.contains(&older)),
        "a register of every version: {versions:?}"
    );
    for (was, sql) in registers {
        let register = put(&sql);
        let before = Connection::open(register.database()).unwrap();
        assert_eq!(version(&before), was);
        let log = rows(&before, LOG);
        let states = rows(
            &before,
            "SELECT id || ' ' || state || ' ' || coalesce(due, '') FROM item ORDER BY id",
        );
        assert!(
            log.len() > 2 && !states.is_empty(),
            "version {was}: real rows"
        );
        drop(before);

        let mut store = register.open(Access::Daemon);
        let differed = store
            .write(|db| Ok((db.rebuild_items()?, db.rebuild_clues()?)))
            .unwrap();
        assert_eq!(
            differed,
            (0, 0),
            "version {was}: rebuild finds what the migration made"
        );
        drop(store);

        let after = Connection::open(register.database()).unwrap();
        assert_eq!(shape(&after), shape(&today), "version {was}");
        assert_eq!(
            rows(&after, LOG),
            log,
            "version {was}: the log stays as it is"
        );
        let now = rows(
            &after,
            "SELECT id || ' ' || state || ' ' || coalesce(due, '') FROM item ORDER BY id",
        );
        assert_eq!(now, states, "version {was}: no item is another one");
        assert_eq!(
            rows(&after, "SELECT why FROM aside"),
            Vec::<String>::new(),
            "version {was}"
        );
        drop(after);
        for arguments in [
            &["list"][..],
            &["export", "--format", "jsonl"],
            &["export", "--format", "csv", "--of", "items"],
        ] {
            let ended = register.run(arguments);
            assert!(
                ended.status.success(),
                "version {was}: {arguments:?}: {}",
                text(&ended.stderr)
            );
        }
    }
}

/// `0008-first-edition.sql` is a register of the first edition's rules: a follower whose leader was
/// noticed, junk, thanks, an absence and a mail that was set aside for its words. The daemon judges
/// open items once by the rules of today and logs each change; closed items, and the notice that
/// was sent, stay.
#[test]
fn a_register_of_the_first_edition_is_judged_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/registers");
    let register = put(&std::fs::read_to_string(folder.join("0008-first-edition.sql")).unwrap());
    let looks = || {
        let connection = Connection::open(register.database()).unwrap();
        let items = rows(
            &connection,
            "SELECT concat_ws(' ', id % 100000, state, due) FROM item ORDER BY id",
        );
        let news = rows(
            &connection,
            "SELECT concat_ws(' ', item % 100000, event, detail ->> '$.why', detail ->> '$.flag', detail ->> '$.old',
                              detail ->> '$.may_notify')
             FROM log WHERE item IS NOT NULL AND at = 1795680000000 ORDER BY item, id",
        );
        (items, news)
    };
    let judge = || {
        let texts = Texts::new(Language::Swedish, None).expect("texts");
        let municipality = register.config().municipality();
        Engine::new(
            register.open(Access::Daemon),
            municipality,
            texts,
            at("2026-11-26T08:00:00Z"),
        )
        .expect("an engine");
    };
    judge();
    let (items, news) = looks();
    assert_eq!(
        items,
        [
            "1 open 2026-11-24",
            "2 open 2026-11-25",
            "3 no_question 2026-11-25",
            "4 answered 2026-11-24",
            "5 no_question 2026-11-25",
            "6 no_question 2026-11-25",
            "7 open 2026-11-25",
            "8 excluded",
            "9 open 2026-11-24",
        ]
    );
    assert_eq!(
        news,
        [
            "2 judged 0",
            "2 follows",
            "2 due_changed reckoning 2026-11-24",
            "3 presumed junk",
            "5 presumed thanks",
            "6 presumed absence",
            "7 reopened",
            "7 assigned",
            "7 judged 0",
            "7 flagged reclassified",
        ]
    );
    judge();
    assert_eq!(looks(), (items, news), "once");
}

/// A register that a migration does not fit (a person changed it by hand) is left as it was, to the
/// last byte of every table, and the older program goes on with it.
#[test]
fn a_register_that_cannot_be_migrated_stays_as_it_was() {
    let (was, sql) = old_registers().swap_remove(0);
    let register = put(&sql);
    let connection = Connection::open(register.database()).unwrap();
    // The last migration adds this column.
    connection
        .execute_batch("ALTER TABLE item ADD COLUMN erased INTEGER NOT NULL DEFAULT 0")
        .unwrap();
    let (log, before) = (rows(&connection, LOG), shape(&connection));
    drop(connection);
    let told = Store::open(&register.database(), Access::Daemon).unwrap_err();
    assert!(
        matches!(
            &told,
            StoreError::Migration {
                step: "0008_retention",
                ..
            }
        ),
        "{told}"
    );
    let after = Connection::open(register.database()).unwrap();
    assert_eq!(
        (version(&after), rows(&after, LOG), shape(&after)),
        (was, log, before)
    );
}
