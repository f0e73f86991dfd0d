//! The shell around the commands: exit codes, help, and where output goes.

use crate::config::data;
use std::fs;
use std::process::{Command, Output, Stdio};

#[test]
fn a_bad_configuration_ends_with_78_and_its_faults() {
    let bad = data("people.toml");
    let expected = fs::read_to_string(bad.with_extension("expected")).unwrap();
    let ended = servicelofte(&["--config", bad.to_str().unwrap(), "calendar", "2026"]);
    assert_eq!(
        (ended.status.code(), text(&ended.stdout)),
        (Some(78), String::new())
    );
    assert_eq!(text(&ended.stderr), expected);
    let missing = servicelofte(&["calendar", "2026", "--config", "/nonexistent/config.toml"]);
    assert_eq!(missing.status.code(), Some(78));
    assert!(text(&missing.stderr).starts_with("/nonexistent/config.toml: cannot be read: "));
    assert_eq!(text(&missing.stderr).lines().count(), 1);
}

/// By the environment too, and without any right to read the password.
#[test]
fn a_good_configuration_answers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::copy(data("good.toml"), &path).unwrap();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_servicelofte"));
        command
            .args(arguments)
            .env("SERVICELOFTE_CONFIG", &path)
            .env_remove("RUST_LOG")
            .output()
            .unwrap()
    };
    let due = run(&[
        "due",
        "--pledge",
        "email",
        "2026-06-18T23:59:59+02:00",
        "--json",
    ]);
    assert_eq!(
        (due.status.code(), text(&due.stderr)),
        (Some(0), String::new())
    );
    let json: serde_json::Value = serde_json::from_slice(&due.stdout).unwrap();
    assert_eq!(json["due_date"], "2026-06-23");
    assert_eq!(run(&["calendar", "2026"]).status.code(), Some(0));
    let unknown = run(&["due", "--pledge", "none", "2026-06-18"]);
    assert_eq!(unknown.status.code(), Some(2), "{}", text(&unknown.stderr));
}

fn servicelofte(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_servicelofte"));
    command
        .args(arguments)
        .env_remove("SERVICELOFTE_CONFIG")
        .env_remove("RUST_LOG")
        .stdin(Stdio::null());
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}

#[test]
fn the_shell_answers_help_version_and_mistakes() {
    for (arguments, code, out, err) in [
        (
            &["--version"][..],
            0,
            concat!("servicelofte ", env!("CARGO_PKG_VERSION")),
            "",
        ),
        (&["--help"], 0, "Examples:", ""),
        (&["completions", "--help"], 0, "Examples:", ""),
        (&["completions", "bash"], 0, "_servicelofte", ""),
        (&[], 2, "", "Usage:"),
        (&["compleations"], 2, "", "completions"),
        (&["completions", "tcsh"], 2, "", "possible values"),
        (&["--nonsense"], 2, "", "--nonsense"),
    ] {
        let ended = servicelofte(arguments);
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}");
        assert!(
            text(&ended.stdout).contains(out),
            "{arguments:?}: {}",
            text(&ended.stdout)
        );
        assert!(
            text(&ended.stderr).contains(err),
            "{arguments:?}: {}",
            text(&ended.stderr)
        );
        assert_eq!(ended.stderr.is_empty(), code == 0, "{arguments:?}");
    }
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    for arguments in [&["completions", "zsh"][..], &["--help"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_servicelofte"));
        let child = command
            .args(arguments)
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let ended = child.wait_with_output().unwrap();
        assert_eq!(
            (ended.status.code(), text(&ended.stderr)),
            (Some(0), String::new()),
            "{arguments:?}"
        );
    }
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_servicelofte"));
    let ended = command
        .args(["completions", "zsh"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(
        text(&ended.stderr).starts_with("cannot write the output: "),
        "{}",
        text(&ended.stderr)
    );
}
