//! `init` at a terminal: what no flag says is asked, and what is asked is little. The terminal is a
//! real one, of python's `pty`, since the program asks only there.

use super::process::PASSWORD;
use super::site::{Site, program};
use super::trying::{fill, reach};
use std::fs;
use std::process::{Command, Stdio};

/// Runs a program at a terminal. Each question that is seen, in its order, gets its answer; what
/// the terminal shows goes to standard output, and the program's end is its own.
const TERMINAL: &str = r#"
import json, os, pty, select, sys, time
answers, program = json.loads(sys.argv[1]), sys.argv[2:]
child, screen = pty.fork()
if child == 0:
    os.execv(program[0], program)
seen, new, end = b"", b"", time.monotonic() + 120
while time.monotonic() < end:
    if select.select([screen], [], [], 0.2)[0]:
        try:
            got = os.read(screen, 4096)
        except OSError:
            break
        if not got:
            break
        seen, new = seen + got, new + got
    elif answers and answers[0][0].encode() in new:
        os.write(screen, answers.pop(0)[1].encode() + b"\r")
        new = b""
sys.stdout.buffer.write(seen)
sys.stdout.flush()
status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.exit(3 if answers else status)
"#;

#[tokio::test(flavor = "multi_thread")]
async fn init_asks_a_person_what_no_flag_says() {
    let site = Site::quick().await;
    fill(&site);
    let file = site.folder.path().join("asked.toml");
    let database = site.folder.path().join("db/asked.db");
    let port = site.post.port.to_string();
    let mut arguments = vec!["init".to_owned()];
    let given = [
        ("--out", file.to_str().expect("a path")),
        ("--database", database.to_str().expect("a path")),
    ];
    arguments.extend(
        given
            .iter()
            .flat_map(|(flag, value)| [(*flag).to_owned(), (*value).to_owned()]),
    );
    let mut there = reach(&site);
    let password = there.iter().position(|flag| flag == "--password-file");
    there.drain(password.expect("the flag")..);
    arguments.extend(there);
    // An empty answer takes what is offered; what cannot be is asked again; a server that has no
    // usual name is asked for, until one answers.
    let answers = serde_json::json!([
        ["The mailbox's address", "kf"],
        ["must be a mail address", "KF@kommunen.test"],
        ["The municipality's name", "Ekeby kommun"],
        ["Who gets alarms", ""],
        ["mail leaves by", "nowhere.test:587"],
        ["mail leaves by", format!("localhost:{port}")],
        ["user1: password", PASSWORD],
    ]);
    let ended = Command::new("python3")
        .args([
            "-c",
            TERMINAL,
            &answers.to_string(),
            program().to_str().expect("a path"),
        ])
        .args(&arguments)
        .env_remove("SERVICELOFTE_CONFIG")
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .output()
        .expect("python3 runs");
    let screen = String::from_utf8_lossy(&ended.stdout);
    assert!(
        ended.status.success(),
        "{:?} {screen}{}",
        ended.status,
        String::from_utf8_lossy(&ended.stderr)
    );
    assert!(
        screen.contains("0 fault(s)") && screen.contains("Next:"),
        "{screen}"
    );
    assert!(
        !screen.contains(PASSWORD),
        "the password is not shown: {screen}"
    );
    let written = fs::read_to_string(&file).expect("the file");
    for line in [
        "kf@kommunen.test",
        "Ekeby kommun",
        "postmaster@kommunen.test",
    ] {
        assert!(written.contains(line), "{line}: {written}");
    }
}
