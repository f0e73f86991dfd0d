//! Hundreds of mailboxes in one process: what they cost when nothing happens, and how soon mail is
//! in the log when much happens at once.
//!
//! `cargo bench --bench many -- 290` (the default: one mailbox for each Swedish municipality)
//! starts a throw-away Dovecot with that many users, and the release binary's `run` on all of them
//! over TLS, each idling. It reports how long the start took, memory, processor time in a quiet
//! minute, and the times from arrival to log of a burst of three mails to each mailbox.
//! `QUIET=seconds` shortens the minute, `BEFORE=1` leaves the register small. It needs the Debian
//! package dovecot-imapd.
//!
//! Dovecot hears of new mail by inotify, of which Linux gives each user 128 instances; beyond these
//! it looks once a second here. Half a second it waits in any case. Both are in the times below.

#[path = "../../tests/it/servers/dovecot.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod dovecot;
#[path = "../../tests/it/servers/pki.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod pki;
#[path = "../../tests/it/servers/ports.rs"]
mod ports;

use chrono::{DateTime, Utc};
use dovecot::{Dovecot, DovecotOptions};
use rusqlite::{Connection, OpenFlags};
use servicelofte::config::Security;
use servicelofte::daemon::SystemClock;
use servicelofte::ports::Clock;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const MAILBOXES: usize = 290;
/// Mails that lie in each mailbox before the start.
const BEFORE: usize = 20;
/// Mails to each mailbox in the burst, and in how long.
const BURST: usize = 3;
const BURST_TIME: Duration = Duration::from_secs(6);
/// Between two looks at the register.
const LOOK: Duration = Duration::from_millis(10);
/// Longest that anything may take.
const PATIENCE: Duration = Duration::from_mins(5);
/// Linux tells processor time to programs in hundredths (`USER_HZ`).
const TICKS: f64 = 100.0;

fn main() {
    let mailboxes = std::env::args()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(MAILBOXES);
    let given = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|value| value.parse().ok())
    };
    let (quiet, before) = (
        given("QUIET").unwrap_or(60),
        given("BEFORE").unwrap_or(BEFORE),
    );
    let dir = tempfile::Builder::new()
        .prefix("many")
        .tempdir()
        .expect("a temporary folder");
    let extra =
        "service imap {\n  process_limit = 2000\n}\nservice imap-login {\n  client_limit = 2000\n}\n".to_owned();
    let dovecot = Dovecot::start(&DovecotOptions {
        users: mailboxes,
        extra,
        ..DovecotOptions::default()
    });
    for user in 1..=mailboxes {
        for number in 0..before {
            deliver(
                &dovecot,
                user,
                &format!("before{number}"),
                SystemClock.now() - chrono::Duration::hours(2),
            );
        }
    }
    let mut daemon = Daemon::start(&dovecot, dir.path(), mailboxes);
    let register = daemon.wait_for(mailboxes * before);
    let started = daemon.began.elapsed();
    println!(
        "{mailboxes} mailboxes, {} mails logged {:.1} s after the start",
        mailboxes * before,
        started.as_secs_f64()
    );
    daemon.wait_until_quiet();
    let (cpu, began) = (daemon.cpu(), Instant::now());
    std::thread::sleep(Duration::from_secs(quiet.try_into().expect("seconds")));
    let share = (daemon.cpu() - cpu) / began.elapsed().as_secs_f64();
    println!(
        "quiet for {quiet} s: {:.2} % of a core, {:.1} MiB resident, {:.1} MiB at most, {} connections",
        share * 100.0,
        daemon.memory("VmRSS:"),
        daemon.memory("VmHWM:"),
        daemon.connections()
    );
    let (cpu, mut times) = (daemon.cpu(), burst(&dovecot, &register, mailboxes));
    times.sort_unstable();
    let at = |permille: usize| times[(times.len() - 1) * permille / 1000].as_millis();
    println!(
        "burst of {} mails in {} s: in the log after {} ms (median), {} ms (99 %), {} ms (all); {:.2} s of processor time",
        times.len(),
        BURST_TIME.as_secs(),
        at(500),
        at(990),
        at(1000),
        daemon.cpu() - cpu
    );
    println!("after it {:.1} MiB resident", daemon.memory("VmRSS:"));
    daemon.stop();
}

fn deliver(dovecot: &Dovecot, user: usize, id: &str, arrival: DateTime<Utc>) {
    let mail = format!(
        "From: Nina Exempel <nina{user}@example.org>\r\nTo: m{user}@example.se\r\nSubject: Simhallen {id}\r\n\
         Message-ID: <{id}.{user}@example.org>\r\nDate: {}\r\n\r\nHej!\r\n",
        arrival.to_rfc2822()
    );
    dovecot.deliver(
        &format!("user{user}"),
        "INBOX",
        mail.as_bytes(),
        "",
        arrival,
    );
}

/// Delivers the burst evenly over its time, while the register is looked at; returns how long each
/// mail took.
fn burst(dovecot: &Dovecot, register: &Connection, mailboxes: usize) -> Vec<Duration> {
    let total = mailboxes * BURST;
    let (mut sent, mut times) = (HashMap::new(), Vec::new());
    let began = Instant::now();
    let mut last = last_message(register);
    while times.len() < total {
        assert!(
            began.elapsed() < PATIENCE,
            "only {} of {total} mails came",
            times.len()
        );
        let passed =
            began.elapsed().min(BURST_TIME).as_millis() * u128::try_from(total).expect("a number");
        let due = usize::try_from(passed / BURST_TIME.as_millis()).expect("a number");
        for number in sent.len()..due.min(total) {
            let (user, id) = (
                number % mailboxes + 1,
                format!("burst{}", number / mailboxes),
            );
            sent.insert(format!("{id}.{user}@example.org"), Instant::now());
            deliver(dovecot, user, &id, SystemClock.now());
        }
        let sql = "SELECT id, message_id FROM message WHERE id > ?1 ORDER BY id";
        let mut statement = register.prepare_cached(sql).expect("SQL");
        let rows = statement.query_map([last], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
        });
        for row in rows.expect("rows") {
            let (id, message_id) = row.expect("a row");
            last = last.max(id);
            times.extend(sent.get(&message_id).map(Instant::elapsed));
        }
        std::thread::sleep(LOOK);
    }
    times
}

fn last_message(register: &Connection) -> i64 {
    register
        .query_row("SELECT coalesce(max(id), 0) FROM message", [], |row| {
            row.get(0)
        })
        .expect("a number")
}

struct Daemon {
    child: Child,
    began: Instant,
    database: std::path::PathBuf,
}

impl Daemon {
    /// Servers are declared once; each mailbox has its own user and address.
    fn start(dovecot: &Dovecot, dir: &Path, mailboxes: usize) -> Self {
        let server = dovecot.server(Security::Tls);
        let ca = server.ca_file.expect("an authority");
        let mut text = format!(
            "[service]\ndatabase = \"many.db\"\noperator = \"drift@example.se\"\n[organisation]\nname = \"Många\"\n\
             [[pledge]]\nname = \"email\"\ntime = {{ working_days = 2 }}\n[[staff]]\nid = \"r\"\nname = \"R\"\n\
             email = \"r@example.se\"\nreports_to = \"k\"\n[[staff]]\nid = \"k\"\nname = \"K\"\n\
             email = \"k@example.se\"\n[imap]\nhost = \"localhost\"\nport = {}\nca_file = {:?}\npassword = \"secret\"\n\
             [smtp]\nhost = \"127.0.0.1\"\nport = 9\nsecurity = \"plaintext\"\nlogin = false\n",
            server.port,
            ca.display().to_string()
        );
        for user in 1..=mailboxes {
            write!(
                text,
                "[[mailbox]]\nname = \"m{user}\"\naddress = \"m{user}@example.se\"\nhandler = \"r\"\n\
                 start = \"2020-01-01T00:00:00Z\"\n[mailbox.imap]\nuser = \"user{user}\"\n"
            )
            .expect("text");
        }
        let config = dir.join("config.toml");
        std::fs::write(&config, text).expect("configuration written");
        std::fs::set_permissions(&config, std::fs::Permissions::from_mode(0o600))
            .expect("permissions set");
        let mut command = Command::new(env!("CARGO_BIN_EXE_servicelofte"));
        command
            .arg("--config")
            .arg(&config)
            .arg("run")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        let log = std::fs::File::create(dir.join("log")).expect("a file");
        let child = command.stderr(log).spawn().expect("the program starts");
        Self {
            child,
            began: Instant::now(),
            database: dir.join("many.db"),
        }
    }

    /// Waits until this many messages are logged.
    fn wait_for(&mut self, messages: usize) -> Connection {
        loop {
            assert!(
                self.child.try_wait().expect("its state").is_none(),
                "the daemon has ended: {}",
                self.log()
            );
            let open =
                Connection::open_with_flags(&self.database, OpenFlags::SQLITE_OPEN_READ_ONLY);
            let count = |register: &Connection| {
                register.query_row("SELECT count(*) FROM message", [], |row| {
                    row.get::<_, i64>(0)
                })
            };
            if let Ok(register) = open
                && count(&register)
                    .is_ok_and(|count| usize::try_from(count).is_ok_and(|count| count >= messages))
            {
                return register;
            }
            assert!(
                self.began.elapsed() < PATIENCE,
                "not all is logged: {}",
                self.log()
            );
            std::thread::sleep(LOOK);
        }
    }

    /// Until hardly anything was done for two seconds.
    fn wait_until_quiet(&self) {
        let pause = Duration::from_secs(2);
        let began = Instant::now();
        loop {
            let before = self.cpu();
            std::thread::sleep(pause);
            if self.cpu() - before < 0.1 || began.elapsed() > PATIENCE {
                return;
            }
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.database.with_file_name("log")).unwrap_or_default()
    }

    /// Seconds of processor time so far.
    fn cpu(&self) -> f64 {
        let stat =
            std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("statistics");
        let fields: Vec<&str> = stat
            .rsplit(") ")
            .next()
            .unwrap_or_default()
            .split(' ')
            .collect();
        fields[11..13]
            .iter()
            .map(|ticks| ticks.parse::<f64>().expect("ticks"))
            .sum::<f64>()
            / TICKS
    }

    /// MiB.
    fn memory(&self, field: &str) -> f64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("status");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(field))
            .expect("the field");
        line.trim()
            .trim_end_matches(" kB")
            .parse::<f64>()
            .expect("a number")
            / 1024.0
    }

    fn connections(&self) -> usize {
        let open = std::fs::read_dir(format!("/proc/{}/fd", self.child.id()))
            .expect("descriptors")
            .flatten();
        open.filter(|entry| {
            std::fs::read_link(entry.path())
                .is_ok_and(|link| link.to_string_lossy().starts_with("socket:"))
        })
        .count()
    }

    fn stop(mut self) {
        let began = Instant::now();
        let asked = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()
            .expect("kill");
        assert!(asked.success());
        let ended = self.child.wait().expect("its end");
        println!("stopped in {:.1} s", began.elapsed().as_secs_f64());
        assert!(ended.success(), "{}", self.log());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
