//! `backup`: a whole copy or none, never in the place of something else.

use super::register::{NOW, Register, at};
use super::{check, text};
use servicelofte::store::Access;
use servicelofte::store::backup::verify;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};

const WHOLE: &str = "säkerhetskopian är kontrollerad och hel (9 ärenden, ";

fn name(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// The files of a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn the_copy_is_a_register_and_replaces_an_earlier_one() {
    let register = Register::new();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("måndag.db");
    for _ in 0..2 {
        check(&register, &["backup", name(&copy)], 0, WHOLE);
        assert_eq!(
            fs::metadata(&copy).unwrap().permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(names(folder.path()), ["måndag.db"]);
    }
    let (listed, exported) = (
        register.run(&["list", "--json"]),
        register.run(&["export", "--format", "jsonl"]),
    );
    let config = fs::read_to_string(register.folder.path().join("config.toml")).unwrap();
    fs::write(
        folder.path().join("config.toml"),
        config.replace("register.db", "måndag.db"),
    )
    .unwrap();
    for (arguments, expected) in [
        (&["list", "--json"][..], listed),
        (&["export", "--format", "jsonl"], exported),
    ] {
        let mut command = register.command(arguments);
        let ended = command
            .env("SERVICELOFTE_CONFIG", folder.path().join("config.toml"))
            .output()
            .unwrap();
        assert_eq!((ended.status.code(), text(&ended.stderr)), (Some(0), ""));
        assert!(
            ended.stdout == expected.stdout && !ended.stdout.is_empty(),
            "{arguments:?}"
        );
    }
    assert_eq!(
        names(folder.path()),
        ["config.toml", "måndag.db"],
        "it wants no file beside it"
    );
    let english = config.replace("[service]", "[service]\nlanguage = \"en\"");
    fs::write(register.folder.path().join("config.toml"), english).unwrap();
    check(
        &register,
        &["backup", name(&copy)],
        0,
        "the backup was checked and is whole (9 items, ",
    );
}

#[test]
fn nothing_else_is_replaced() {
    let register = Register::new();
    let (database, folder) = (register.database(), register.folder.path());
    let link = |from: &str, to: &Path| {
        symlink(to, folder.join(from)).unwrap();
        folder.join(from)
    };
    let in_use = folder.join("other.db");
    fs::copy(&database, &in_use).unwrap();
    fs::write(folder.join("other.db-wal"), "").unwrap();
    let wal = folder.join("register.db-wal");
    fs::write(&wal, "").unwrap();
    let before = fs::read(&database).unwrap();
    for (file, says) in [
        (database.clone(), "the register itself: name another file"),
        (
            link("self", &database),
            "the register itself: name another file",
        ),
        (wal.clone(), "the register itself"),
        (
            folder.join("config.toml"),
            "no backup of a register, so it is not replaced",
        ),
        (in_use, "a register in use"),
        (PathBuf::from("/dev/null"), "not an ordinary file"),
        (folder.to_owned(), "is a folder: name a file in it"),
        (folder.join("no/copy.db"), "make its folder first"),
        (
            link("nowhere", &folder.join("no")),
            "a link to a file that is not there",
        ),
    ] {
        // A reader carries over the contents of the log, and removes it.
        let known = || {
            names(folder)
                .into_iter()
                .filter(|name| name != "register.db-wal")
                .collect::<Vec<_>>()
        };
        let before = known();
        check(&register, &["backup", name(&file)], 1, says);
        assert_eq!(known(), before, "after {says}");
    }
    assert!(fs::read(&database).unwrap() == before);
    // A link to an earlier backup stays a link.
    let copy = folder.join("copy.db");
    check(&register, &["backup", name(&copy)], 0, WHOLE);
    let latest = link("latest", &copy);
    check(&register, &["backup", name(&latest)], 0, WHOLE);
    assert!(latest.is_symlink() && !copy.is_symlink());
}

/// While a writer writes without rest, every copy is whole, and holds at least the rows of its
/// beginning.
#[test]
fn a_writer_neither_waits_nor_is_copied_half() {
    let register = Register::new();
    let copy = register.folder.path().join("copy.db");
    let mut daemon = register.open(Access::Daemon);
    let first = u64::try_from(daemon.db().end_of_log().unwrap()).unwrap();
    let done = AtomicBool::new(false);
    let written = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut written = 0;
            while !done.load(Ordering::SeqCst) {
                daemon
                    .write(|db| {
                        db.note(at(NOW), "system", "one")?;
                        db.note(at(NOW), "system", &"x".repeat(3_000))
                    })
                    .expect("it writes");
                written += 2;
            }
            written
        });
        let mut last = 0;
        for _ in 0..5 {
            check(&register, &["backup", name(&copy)], 0, WHOLE);
            let lines = verify(&copy).expect("whole").lines;
            // A transaction is in the copy whole or not at all.
            assert!(
                lines > last && lines % 2 == first % 2,
                "{lines} lines after {last}"
            );
            last = lines;
        }
        done.store(true, Ordering::SeqCst);
        writer.join().unwrap()
    });
    assert!(written > 10, "the writer was held up: {written}");
}

/// The program with files of at most `kib` KiB; a signal at the limit, or an error as on a full
/// disk.
fn limited(register: &Register, kib: u32, signal: bool, file: &Path) -> Output {
    let trap = if signal { "" } else { "trap '' XFSZ;" };
    let program = env!("CARGO_BIN_EXE_servicelofte");
    // sh counts in half KiB.
    let script = format!(
        "{trap} ulimit -c 0; ulimit -f {}; exec {program} backup '{}'",
        kib * 2,
        file.display()
    );
    let config = register.folder.path().join("config.toml");
    Command::new("sh")
        .args(["-c", &script])
        .env("SERVICELOFTE_CONFIG", config)
        .output()
        .unwrap()
}

#[test]
fn without_room_and_killed_the_earlier_backup_stays() {
    let register = Register::new();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    check(&register, &["backup", name(&copy)], 0, WHOLE);
    let before = fs::read(&copy).unwrap();
    let full = limited(&register, 40, false, &copy);
    assert_eq!((full.status.code(), text(&full.stdout)), (Some(1), ""));
    assert!(
        text(&full.stderr).contains("what had that name before is untouched"),
        "{}",
        text(&full.stderr)
    );
    assert_eq!(names(folder.path()), ["copy.db"]);
    let killed = limited(&register, 40, true, &copy);
    assert_eq!(killed.status.code(), None, "{killed:?}");
    assert!(
        names(folder.path()).contains(&".copy.db.part".to_owned()),
        "it was killed in the middle"
    );
    assert!(fs::read(&copy).unwrap() == before);
    check(&register, &["backup", name(&copy)], 0, WHOLE);
    assert_eq!(names(folder.path()), ["copy.db"], "what was left is gone");
}

#[test]
fn of_a_damaged_register_there_is_no_backup() {
    let register = Register::new();
    let copy = register.folder.path().join("copy.db");
    check(&register, &["backup", name(&copy)], 0, WHOLE);
    let before = fs::read(&copy).unwrap();
    // The page with which the log begins.
    let connection = rusqlite::Connection::open(register.database()).unwrap();
    let sql = "SELECT rootpage FROM sqlite_schema WHERE name = 'log'";
    let page: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    let size: i64 = connection
        .query_row("PRAGMA page_size", [], |row| row.get(0))
        .unwrap();
    drop(connection);
    let (from, size) = (
        usize::try_from((page - 1) * size).unwrap(),
        usize::try_from(size).unwrap(),
    );
    let mut bytes = fs::read(register.database()).unwrap();
    bytes[from..from + size]
        .iter_mut()
        .for_each(|byte| *byte ^= 0x5a);
    fs::write(register.database(), bytes).unwrap();
    check(
        &register,
        &["backup", name(&copy)],
        1,
        "so no backup was made of it: stop the service and restore an earlier one",
    );
    assert!(fs::read(&copy).unwrap() == before);
    assert!(!register.folder.path().join(".copy.db.part").exists());
}
