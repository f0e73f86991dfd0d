//! The demo's clock survives the remains of a killed run.

#[path = "../demo/clock.rs"]
mod clock;

use std::fs;
use std::path::Path;
use std::process::Command;

/// No process has it: the kernel gives none above 2^22.
const NOBODYS: u32 = 4_194_305;

#[test]
fn leftovers_of_the_dead_are_swept_and_nothing_else() {
    assert!(Path::new(clock::SHARED).is_dir());
    let folder = tempfile::tempdir().expect("a folder");
    let living = std::process::id();
    let stays = [
        format!("faketime_shm_{living}"),
        format!("sem.other_{NOBODYS}"),
        "sem.faketime_sem_x".to_owned(),
    ];
    let goes = [
        format!("faketime_shm_{NOBODYS}"),
        format!("sem.faketime_sem_{NOBODYS}"),
    ];
    for name in stays.iter().chain(&goes) {
        fs::write(folder.path().join(name), "").expect("written");
    }
    clock::sweep(folder.path());
    let there = |name: &String| folder.path().join(name).exists();
    assert!(stays.iter().all(there) && !goes.iter().any(there));
}

/// A program that says on its first runs what faketime says of leftovers, and then works.
#[test]
fn what_meets_leftovers_is_started_anew_and_what_fails_otherwise_is_not() {
    for (stale, says, runs, succeeds) in [
        (2, "faketime: sem_open: File exists", 3, true),
        (99, "faketime: sem_open: File exists", 5, false),
        (1, "servicelofte: the configuration is refused", 1, false),
        (0, "", 1, true),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let script = "echo run >> \"$1/runs\"; [ $(wc -l < \"$1/runs\") -gt \"$2\" ] || { echo \"$3\" >&2; exit 1; }";
        let mut command = Command::new("sh");
        command
            .args(["-c", script, "sh"])
            .arg(folder.path())
            .args([&stale.to_string(), says]);
        let output = clock::finished(&mut command, folder.path()).expect("it runs");
        assert_eq!(output.status.success(), succeeds, "{says}");
        assert_eq!(
            fs::read_to_string(folder.path().join("runs"))
                .expect("read")
                .lines()
                .count(),
            runs,
            "{says}"
        );
    }
}
