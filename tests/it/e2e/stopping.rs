//! Ctrl-C in a trial, at any moment: it ends as the signal would have ended it, says so, and leaves
//! nothing behind, neither beside the folder that it was to make nor in its place.

use super::process;
use super::site::{mail, program};
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// What a shell adds to the number of the signal.
const BY_SIGNAL: i32 = 128;

/// An export with that many questions of September.
fn export(folder: &Path, questions: u32) -> PathBuf {
    let mut inbox = String::new();
    for n in 0..questions {
        let from = format!("m{n}@example.org");
        let question = mail(&from, "Fråga", &format!("q{n}@x"), "");
        let (day, minute) = (1 + n % 28, n % 60);
        let _ = writeln!(
            inbox,
            "From {from} Mon Sep {day:2} 07:{minute:02}:00 2026\n{question}"
        );
    }
    let file = folder.join("inbox.mbox");
    fs::write(&file, inbox).expect("a file");
    file
}

/// What lies in the folder beside the export.
fn beside(folder: &Path) -> Vec<OsString> {
    let all = fs::read_dir(folder).expect("the folder").flatten();
    all.map(|entry| entry.file_name())
        .filter(|name| name != "inbox.mbox")
        .collect()
}

/// A trial that gets a signal so long after its hidden folder is there: its code, its last words,
/// and what it has left.
fn signalled(mbox: &Path, signal: &str, after: Duration) -> (Option<i32>, String, Vec<OsString>) {
    let folder = mbox.parent().expect("a folder");
    let mut child = Command::new(program())
        .args(["trial", "--address", "kf@kommunen.test"])
        .args(["--since", "2026-08-01", "--mbox"])
        .arg(mbox)
        .arg("--out")
        .arg(folder.join("prov"))
        .env_remove("SERVICELOFTE_CONFIG")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    process::wait_until("its folder", || !beside(folder).is_empty());
    std::thread::sleep(after);
    // It may have ended by now.
    let _ = Command::new("kill")
        .args(["-s", signal, &child.id().to_string()])
        .stderr(Stdio::null())
        .status()
        .expect("kill runs");
    let status = child.wait().expect("it ends");
    let mut said = String::new();
    let mut err = child.stderr.take().expect("its words");
    err.read_to_string(&mut said).expect("UTF-8");
    (status.code(), said, beside(folder))
}

#[test]
fn a_trial_that_is_ended_leaves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mbox = export(folder.path(), 4_000);
    for (signal, number) in [("HUP", 1), ("INT", 2), ("TERM", 15)] {
        let (code, said, left) = signalled(&mbox, signal, Duration::ZERO);
        assert_eq!(code, Some(BY_SIGNAL + number), "{signal}: {said}");
        assert_eq!(said, "stopped: nothing was left behind\n", "{signal}");
        assert_eq!(left, Vec::<OsString>::new(), "{signal}");
    }
}

/// Reading, living, counting, writing, naming: the results are there whole, or there is nothing.
#[test]
fn at_every_moment_there_is_all_of_it_or_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let mbox = export(folder.path(), 40);
    let (mut after, mut stopped) = (Duration::ZERO, 0);
    loop {
        let (code, said, left) = signalled(&mbox, "INT", after);
        if code == Some(0) {
            assert_eq!(left, ["prov"], "{after:?}");
            let whole = fs::read_dir(folder.path().join("prov")).expect("the results");
            assert_eq!(whole.count(), 6, "{after:?}");
            break;
        }
        assert_eq!(code, Some(BY_SIGNAL + 2), "{after:?}: {said}");
        assert_eq!(left, Vec::<OsString>::new(), "{after:?}");
        stopped += 1;
        after += after / 2 + Duration::from_millis(50);
    }
    assert!(stopped > 2, "it was stopped {stopped} times");
}

/// At a terminal, while the password is asked for: it ends at once, and the terminal shows again
/// what is typed.
#[test]
fn the_question_for_the_password_can_be_left() {
    let folder = tempfile::tempdir().expect("a folder");
    let asks = format!(
        "trap : INT; {} trial --host imap.invalid --address kf@kommunen.test --out {}; echo code=$?; stty -a",
        program().display(),
        folder.path().join("prov").display()
    );
    let log = folder.path().join("terminal");
    let mut terminal = Command::new("script")
        .args(["--quiet", "--flush", "--return", "--command"])
        .arg(&asks)
        .arg(&log)
        .env_remove("SERVICELOFTE_CONFIG")
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("script runs (Debian package bsdutils)");
    let shown = || fs::read_to_string(&log).unwrap_or_default();
    process::wait_until("the question", || shown().contains("password"));
    let mut keys = terminal.stdin.take().expect("a keyboard");
    keys.write_all(b"\x03").expect("Ctrl-C");
    process::wait_until("its end", || shown().contains("code="));
    drop(keys);
    terminal.wait().expect("it ends");
    let shown = shown();
    assert!(shown.contains("code=130"), "{shown}");
    assert!(
        shown.contains("stopped: nothing was left behind"),
        "{shown}"
    );
    assert!(shown.contains(" echo "), "{shown}");
    let left = fs::read_dir(folder.path()).expect("the folder").count();
    assert_eq!(left, 1, "the terminal's log alone");
}
