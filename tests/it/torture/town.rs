//! One town under torture: a mailbox on a real Dovecot, a real Postfix that delivers into it, a bad
//! line to each, people who write, answer and tidy up, and the built daemon, which is killed again
//! and again.

use super::liar::{Liar, Mood};
use super::proxy::Proxy;
use crate::e2e::process::{self, Ended, PASSWORD};
use crate::e2e::site::{self, at, program};
use crate::servers::dovecot::{Dovecot, DovecotOptions};
use crate::servers::pki;
use crate::servers::postfix::Postfix;
use crate::sim::dice::Dice;
use chrono::{DateTime, Duration, Utc};
use rusqlite::{Connection, OpenFlags};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Instant;
use tempfile::TempDir;

/// Simulated seconds in a second: a deferred mail's next attempt comes after two real ones, a doubt
/// ends after thirty.
const PACE: i64 = 30;

/// Domain of all citizens; no log line may have it.
pub const CITIZENS: &str = "medborgare.example";

/// Begin of every subject; no log line may have it either.
pub const SUBJECT: &str = "Hemligt";

/// By what a notice in doubt can be known to have been accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    OwnCopy,
    ServerSavesSent,
    Nothing,
    /// An own copy, by a relay that lies.
    LyingRelay,
}

impl Channel {
    pub fn name(self) -> &'static str {
        match self {
            Self::OwnCopy => "own copy",
            Self::ServerSavesSent => "server saves Sent",
            Self::Nothing => "no evidence",
            Self::LyingRelay => "lying relay",
        }
    }
}

/// A message that a citizen wrote.
pub struct Asked {
    pub id: Option<String>,
    pub subject: String,
    /// Its file in the mailbox.
    pub name: String,
    pub mail: Vec<u8>,
    pub answered: bool,
    /// Due before the town's last day.
    pub due: bool,
    pub in_junk: bool,
    /// In Maildir's letters.
    pub flags: &'static str,
}

#[derive(Default)]
pub struct Count {
    pub rounds: u64,
    pub kills: u64,
    /// Notices that a kill found between the go-ahead and the end.
    pub doubts: BTreeSet<i64>,
    pub others: BTreeMap<&'static str, u64>,
}

pub struct Town {
    pub channel: Channel,
    pub dovecot: Dovecot,
    pub postfix: Postfix,
    pub folder: TempDir,
    pub imap: Proxy,
    pub smtp: Proxy,
    /// On the way to Postfix, where there is one.
    pub liar: Option<Liar>,
    pub asked: Vec<Asked>,
    /// Files that handlers put into Sent, and their bytes.
    pub answers: Vec<(String, Vec<u8>)>,
    pub count: Count,
    dice: Dice,
    daemon: Option<Child>,
    began: Instant,
    /// The time that was skipped beside the pace.
    skipped: Duration,
}

impl Town {
    /// `None`, with a printed word, where Postfix cannot run.
    pub fn new(runtime: &tokio::runtime::Runtime, channel: Channel, seed: u64) -> Option<Self> {
        let dovecot = Dovecot::start(&DovecotOptions {
            password: PASSWORD,
            ..DovecotOptions::default()
        });
        let mut inbox = PathBuf::new();
        for name in ["INBOX", "Skickat", "Junk", "Drafts", "Trash"] {
            let made = dovecot.make_folder("user1", name);
            inbox = if name == "INBOX" { made } else { inbox };
        }
        let base = inbox
            .ancestors()
            .nth(2)
            .expect("a Maildir lies in its user's folder")
            .to_owned();
        let table = "/^kf@/ user1/Maildir/\n/^sent@/ user1/Maildir/.Skickat/\n/./ post/Maildir/\n";
        let saves = if channel == Channel::ServerSavesSent {
            "always_bcc = sent@example.se\n"
        } else {
            ""
        };
        let postfix = Postfix::start_as(Some(&base), table, saves)?;
        // Half of the towns in TLS, where garbling is a fault like any other. What a relay does is
        // seen in the clear.
        let lies = channel == Channel::LyingRelay;
        let tls = seed.is_multiple_of(2) && !lies;
        let liar = lies.then(|| Liar::start(runtime, postfix.port, seed ^ 0x11A, "kf@example.se"));
        let way_out = liar.as_ref().map_or(postfix.port, |liar| liar.port);
        let imap = Proxy::start(
            runtime,
            if tls { dovecot.tls_port } else { dovecot.port },
            seed ^ 0x1A,
            tls,
        );
        let smtp = Proxy::start(runtime, way_out, seed ^ 0x5A, tls);
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("db")).expect("a folder");
        fs::write(folder.path().join("ca.pem"), pki::ca_pem()).expect("a file");
        let mut text = site::CONFIG
            .replace("IMAP_PORT", &imap.port.to_string())
            .replace("SMTP_PORT", &smtp.port.to_string())
            .replace("PASSWORD", PASSWORD)
            .replace(
                "handler = \"registrator\"\n",
                "handler = \"registrator\"\nnotices_per_hour = 1000\nborder_hosts = [\"mx.example.se\"]\n",
            );
        if !tls {
            for (secure, line) in [("security = \"tls\"", ""), ("security = \"starttls\"", "")] {
                assert!(text.contains(secure));
                text = text.replace(
                    &format!("{secure}\nca_file = \"ca.pem\"{line}"),
                    "security = \"plaintext\"",
                );
            }
        }
        text.push_str(match channel {
            Channel::OwnCopy | Channel::LyingRelay => "own_copy = true\n",
            Channel::ServerSavesSent => "save_sent = false\n",
            Channel::Nothing => "own_copy = false\n",
        });
        let config = folder.path().join("config.toml");
        fs::write(&config, text).expect("configuration written");
        fs::set_permissions(&config, fs::Permissions::from_mode(0o600)).expect("permissions set");
        Some(Self {
            channel,
            dovecot,
            postfix,
            folder,
            imap,
            smtp,
            liar,
            asked: Vec::new(),
            answers: Vec::new(),
            count: Count::default(),
            dice: Dice::new(seed),
            daemon: None,
            began: Instant::now(),
            skipped: Duration::zero(),
        })
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("db/servicelofte.db")
    }

    /// Where all other mail lies.
    pub fn delivered(&self) -> PathBuf {
        self.dovecot
            .make_folder("user1", "INBOX")
            .ancestors()
            .nth(2)
            .expect("the base")
            .join("post/Maildir/new")
    }

    pub fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    pub fn now(&self) -> DateTime<Utc> {
        let passed = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(i64::MAX);
        at("2026-11-19 13:30") + Duration::milliseconds(passed.saturating_mul(PACE)) + self.skipped
    }

    /// One kill, or one burst of faults.
    pub fn round(&mut self) {
        self.count.rounds += 1;
        self.people();
        if let Some(liar) = &self.liar {
            let (bars, greylists) = (self.dice.percent(10), self.dice.percent(25));
            liar.set(Mood {
                bars,
                greylists,
                lies: self.dice.one(&[10, 40]),
            });
        }
        let kind = self.dice.below(100);
        match kind {
            0..3 => self.kill_a_server(),
            3..7 => self.renumber(),
            7..32 => {
                self.imap.set(70, 10, 0);
                self.smtp.set(80, 20, 200);
                self.live(250, 700);
                *self.count.others.entry("bursts").or_default() += 1;
            }
            _ => {
                let mild = self.dice.one(&[0, 10, 40]);
                self.imap.set(mild, self.dice.one(&[0, 8]), 0);
                self.smtp.set(
                    mild,
                    self.dice.one(&[0, 10, 40]),
                    self.dice.one(&[100, 400]),
                );
                // Some die while they make or open the register, the first ones all.
                let early = self.dice.percent(20) || self.count.rounds < FIRST;
                let (from, to) = if early { (5, 120) } else { (100, 700) };
                self.live(from, to);
                self.kill();
            }
        }
    }

    /// Runs the daemon for some milliseconds more.
    fn live(&mut self, from: u64, to: u64) {
        if self.daemon.is_none() {
            if self.dice.percent(50) {
                self.let_postfix_finish();
            }
            let log = File::options()
                .create(true)
                .append(true)
                .open(self.log())
                .expect("a log");
            let clock = format!("@{} x{PACE}", self.now().format("%Y-%m-%d %H:%M:%S"));
            let config = self.folder.path().join("config.toml");
            let mut command = process::command(&[], program(), &config, &clock, &["run"]);
            command.stdout(Stdio::null()).stderr(log);
            self.daemon = Some(command.spawn().expect("the daemon starts"));
        }
        let wait = from + self.dice.below(to - from);
        std::thread::sleep(std::time::Duration::from_millis(wait));
    }

    fn kill(&mut self) {
        let Some(mut daemon) = self.daemon.take() else {
            return;
        };
        // It may have ended by itself, on a database that the one before it has not let go of yet.
        let _ = daemon.kill();
        let _ = daemon.wait();
        self.count.kills += 1;
        let id = daemon.id();
        for left in [
            format!("/dev/shm/faketime_shm_{id}"),
            format!("/dev/shm/sem.faketime_sem_{id}"),
        ] {
            // Most are gone with the process.
            let _ = fs::remove_file(left);
        }
        let doubts = "SELECT id FROM outbox WHERE state = 'committing' AND recipient = 'citizen'";
        self.count.doubts.extend(self.numbers(doubts));
    }

    /// Numbers from the register; none while there is none.
    fn numbers(&self, sql: &str) -> Vec<i64> {
        let read = || {
            let register =
                Connection::open_with_flags(self.database(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
            let mut statement = register.prepare(sql)?;
            let rows = statement.query_map([], |row| row.get(0))?;
            rows.collect::<Result<Vec<i64>, _>>()
        };
        read().unwrap_or_default()
    }

    fn kill_a_server(&mut self) {
        self.live(100, 500);
        if self.dice.percent(60) {
            self.dovecot.kill();
            self.live(50, 200);
            self.dovecot.start_again();
        } else {
            self.postfix.kill();
            self.live(50, 200);
            self.postfix.start_again();
        }
        *self.count.others.entry("servers killed").or_default() += 1;
        self.live(50, 300);
        self.kill();
    }

    /// A migrated folder: UIDVALIDITY and all UIDs are new.
    fn renumber(&mut self) {
        self.kill();
        let folder = self.dice.one(&["INBOX", "Skickat", "Junk"]);
        if self
            .dovecot
            .make_folder("user1", folder)
            .join("dovecot-uidlist")
            .exists()
        {
            self.dovecot.reset_uidvalidity("user1", folder);
            *self.count.others.entry("UIDVALIDITY reset").or_default() += 1;
        }
        self.live(100, 600);
        self.kill();
    }

    fn people(&mut self) {
        for _ in 0..self.dice.below(4) {
            self.ask();
        }
        if self.dice.percent(25) && !self.asked.is_empty() {
            self.answer();
        }
        if self.dice.percent(8) && !self.asked.is_empty() {
            let (some, read) = (self.some(), self.dice.percent(50));
            let asked = &mut self.asked[some];
            if read {
                asked.flags = "S";
                self.dovecot.flag(
                    "user1",
                    if asked.in_junk { "Junk" } else { "INBOX" },
                    &asked.name,
                    "S",
                );
            } else if !asked.in_junk {
                asked.in_junk = true;
                self.dovecot.relocate("user1", "INBOX", &asked.name, "Junk");
            }
        }
    }

    fn some(&mut self) -> usize {
        usize::try_from(self.dice.below(self.asked.len() as u64)).unwrap_or(0)
    }

    /// Most are due today, so that a notice leaves at once: they have waited for two days behind
    /// the border.
    fn ask(&mut self) {
        let number = self.asked.len();
        let due = self.dice.percent(90);
        let subject = format!("{SUBJECT}-{number}-");
        let id = if self.dice.percent(94) {
            Some(format!("fraga{number}@{CITIZENS}"))
        } else {
            None
        };
        let line = id
            .as_ref()
            .map(|id| format!("Message-ID: <{id}>\n"))
            .unwrap_or_default();
        let border = if due {
            "Received: from relay.example.com by mx.example.se; Tue, 17 Nov 2026 09:12:00 +0100\n"
        } else {
            ""
        };
        let mail = format!(
            "{border}From: Medborgare <nr{number}@{CITIZENS}>\nTo: kf@example.se\nSubject: {subject}\n{line}\
             Date: Tue, 17 Nov 2026 09:12:00 +0100\nContent-Type: text/plain\n\nHej! Jag undrar.\n"
        );
        let name = self
            .dovecot
            .deliver("user1", "INBOX", mail.as_bytes(), "", self.now());
        self.asked.push(Asked {
            id,
            subject,
            name,
            mail: mail.into_bytes(),
            answered: false,
            due,
            in_junk: false,
            flags: "",
        });
    }

    fn answer(&mut self) {
        let number = self.some();
        let Some(id) = self.asked[number]
            .id
            .clone()
            .filter(|_| !self.asked[number].answered)
        else {
            return;
        };
        self.asked[number].answered = true;
        let now = self.now();
        let mail = format!(
            "From: kf@example.se\nTo: nr{number}@{CITIZENS}\nSubject: Sv: {SUBJECT}-{number}-\nMessage-ID: <svar{number}@example.se>\n\
             In-Reply-To: <{id}>\nDate: {}\nContent-Type: text/plain\n\nSvar.\n",
            now.to_rfc2822()
        );
        let name = self
            .dovecot
            .deliver("user1", "Skickat", mail.as_bytes(), "S", now);
        self.answers.push((name, mail.into_bytes()));
    }

    /// The faults end; everything comes to its end. Returns the last run.
    pub fn settle(&mut self) -> Ended {
        self.kill();
        self.imap.set(0, 0, 0);
        self.smtp.set(0, 0, 0);
        if let Some(liar) = &self.liar {
            // It takes everything, and goes on lying.
            liar.set(Mood {
                lies: 30,
                ..Mood::default()
            });
        }
        for _ in 0..SETTLING {
            self.skipped += Duration::minutes(6);
            self.drain();
            self.run(&["run", "--once"]);
            let open =
                "SELECT count(*) FROM outbox WHERE state IN ('queued', 'sending', 'committing')
                        OR (state = 'sent' AND saved = 0)";
            if self.numbers(open) == [0] {
                break;
            }
        }
        // The next working day: every overdue item reaches a supervisor.
        let morning = at("2026-11-20 09:00");
        if self.now() < morning {
            self.skipped += morning - self.now();
        }
        for _ in 0..3 {
            self.skipped += Duration::minutes(20);
            self.run(&["run", "--once"]);
            self.drain();
        }
        self.run(&["run", "--once"])
    }

    /// Accepted mails have been delivered.
    pub fn drain(&self) {
        let has_handed_on = || self.liar.as_ref().is_none_or(Liar::is_idle);
        process::wait_until("an empty queue", || {
            has_handed_on() && self.postfix.is_idle()
        });
    }

    /// Postfix delivers what it has, while the clock stands still. A machine under load keeps it
    /// waiting for longer than the half minute of a doubt, which no municipality's relay does.
    fn let_postfix_finish(&mut self) {
        let before = self.now();
        process::wait_until("an empty queue", || self.postfix.is_idle());
        self.skipped -= self.now() - before;
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        let clock = format!("@{}", self.now().format("%Y-%m-%d %H:%M:%S"));
        process::finish(process::command(
            &[],
            program(),
            &self.folder.path().join("config.toml"),
            &clock,
            arguments,
        ))
    }
}

/// Rounds in which the register is hardly made.
const FIRST: u64 = 6;

/// Rounds of six minutes until nothing waits any more: a doubt and the longest back-off fit in.
const SETTLING: usize = 25;

impl Drop for Town {
    fn drop(&mut self) {
        self.kill();
    }
}
