//! A trial of a year on a large mailbox: `cargo bench --bench trial -- 100000` (the default) gives
//! a throw-away Dovecot that many questions of the last year, and an answer in Sent to 97 of 100,
//! and lets the release binary live through the year. The goal: 60 s and 100 MB on two cores, which
//! the server shares. `AGAINST=path` measures another build of the program. It needs the Debian
//! packages dovecot-imapd and time.

#[path = "../../tests/it/servers/dovecot.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod dovecot;
#[path = "../../tests/it/servers/pki.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod pki;
#[path = "../../tests/it/servers/ports.rs"]
mod ports;

use chrono::{DateTime, Duration, Utc};
use dovecot::{Dovecot, DovecotOptions};
use servicelofte::config::Security;
use servicelofte::daemon::SystemClock;
use servicelofte::ports::Clock;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

const MAILS: u32 = 100_000;
/// Of a hundred questions, those without an answer in Sent.
const UNANSWERED: u32 = 3;
const YEAR: Duration = Duration::days(365);
/// Longest line of a body, and lines of it: some 3 kB, as a question has that was written on a
/// telephone.
const LINE: &str = "Hej! Jag undrar hur det går med mitt ärende, som jag skrev om i förra veckan. Med vänlig hälsning";
const LINES: usize = 30;

fn main() {
    let mails = std::env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(MAILS);
    let folder = tempfile::Builder::new()
        .prefix("bench")
        .tempdir()
        .expect("a temporary folder");
    let dovecot = Dovecot::start(&DovecotOptions::default());
    let (begun, now) = (Instant::now(), SystemClock.now());
    let answers = fill(&dovecot, mails, now);
    println!(
        "{mails} questions and {answers} answers, made in {:.0} s",
        begun.elapsed().as_secs_f32()
    );
    for round in ["first look, the server's caches cold", "once more"] {
        let [wall, cpu, mib] = trial(folder.path(), &dovecot, now);
        println!("{round:<40} {wall:>7.1} s   {cpu:.1} s CPU   {mib:.0} MB");
    }
}

/// Delivers them; how many answers there are.
fn fill(dovecot: &Dovecot, mails: u32, now: DateTime<Utc>) -> u32 {
    for name in ["INBOX", "Skickat"] {
        dovecot.make_folder("user1", name);
    }
    let body = format!("{LINE}\n").repeat(LINES);
    let mut answers = 0;
    for n in 0..mails {
        let came =
            now - YEAR + Duration::seconds(YEAR.num_seconds() * i64::from(n) / i64::from(mails));
        let deliver = |folder: &str, at: DateTime<Utc>, head: &str| {
            let text = format!(
                "{head}Date: {}\nContent-Type: text/plain; charset=utf-8\n\n{body}",
                at.to_rfc2822()
            );
            dovecot.deliver("user1", folder, text.as_bytes(), "S", at);
        };
        let citizen = format!("kim{}@medborgare.test", n % 7_919);
        let question = format!(
            "From: {citizen}\nTo: kf@kommunen.test\nSubject: Fråga {n}\nMessage-ID: <q{n}@medborgare.test>\n"
        );
        deliver("INBOX", came, &question);
        if n % 100 >= UNANSWERED {
            answers += 1;
            let later = (came + Duration::hours(i64::from(n % 97))).min(now);
            let answer = format!(
                "From: Anna Å <anna@kommunen.test>\nTo: {citizen}\nSubject: SV: Fråga {n}\nMessage-ID: <a{n}@kommunen.test>\n\
                 In-Reply-To: <q{n}@medborgare.test>\nReferences: <q{n}@medborgare.test>\n"
            );
            deliver("Skickat", later, &answer);
        }
    }
    answers
}

/// Seconds, processor seconds, and MB at most.
fn trial(folder: &Path, dovecot: &Dovecot, now: DateTime<Utc>) -> [f32; 3] {
    let (out, password) = (folder.join("trial"), folder.join("password"));
    let server = dovecot.server(Security::Tls);
    let login = server.login.as_ref().expect("a login");
    std::fs::write(&password, login.password().expect("a password").reveal()).expect("written");
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o600))
        .expect("permissions set");
    // A trial overwrites no folder; there is none before the first.
    let _ = std::fs::remove_dir_all(&out);
    let program =
        std::env::var_os("AGAINST").unwrap_or_else(|| env!("CARGO_BIN_EXE_servicelofte").into());
    let ended = Command::new("/usr/bin/time")
        .args(["-f", "%e %U %S %M"])
        .arg(program)
        .args(["trial", "--address", "kf@kommunen.test"])
        .args([
            "--host",
            &server.host,
            "--port",
            &server.port.to_string(),
            "--security",
            "tls",
            "--user",
            &login.user,
        ])
        .args(["--since", &(now - YEAR).date_naive().to_string()])
        .arg("--ca-file")
        .arg(server.ca_file.as_ref().expect("an authority"))
        .arg("--password-file")
        .arg(&password)
        .arg("--out")
        .arg(&out)
        .output()
        .expect("GNU time (apt-get install time)");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{said}");
    let last = said.lines().last().unwrap_or_default();
    let numbers: Vec<f32> = last
        .split(' ')
        .filter_map(|number| number.parse().ok())
        .collect();
    let [wall, user, system, kib] = numbers[..] else {
        panic!("{said}")
    };
    [wall, user + system, kib / 1024.0]
}
