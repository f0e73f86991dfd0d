//! A municipality in small: a mailbox on a real Dovecot, a way out, three members of staff, a
//! configuration.

use super::post::Post;
use super::process::{self, Daemon, Ended, NOW, PASSWORD, SECRETS};
use super::register::Register;
use crate::servers::dovecot::{Dovecot, DovecotOptions};
use crate::servers::pki;
use chrono::{DateTime, FixedOffset, NaiveDateTime, Utc};
use std::cell::RefCell;
use std::fs;
use std::ops::Deref;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The built program.
pub fn program() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_servicelofte"))
}

/// An instant given in Swedish winter time.
pub fn at(text: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a time");
    let zone = FixedOffset::east_opt(3600).expect("an offset");
    local
        .and_local_timezone(zone)
        .single()
        .expect("an instant")
        .with_timezone(&Utc)
}

/// A small mail to the mailbox; `more` is further header lines.
pub fn mail(from: &str, subject: &str, id: &str, more: &str) -> String {
    format!(
        "From: {from}\nTo: kf@example.se\nSubject: {subject}\nMessage-ID: <{id}>\n\
         Date: Tue, 17 Nov 2026 09:12:00 +0100\n{more}MIME-Version: 1.0\n\
         Content-Type: text/plain; charset=us-ascii\n\nHej! Jag undrar.\n"
    )
}

/// A municipality on a Dovecot of its own.
pub struct Site {
    pub dovecot: Dovecot,
    pub post: Post,
    office: Office,
}

/// What the program needs beside servers: a folder, a configuration that names them, a database to
/// come.
pub struct Office {
    pub folder: TempDir,
    text: RefCell<String>,
}

impl Site {
    pub async fn new() -> Self {
        Self::with(DovecotOptions::default(), Post::start().await)
    }

    /// On the SMTP server in this process, which starts quicker than Postfix.
    pub async fn quick() -> Self {
        Self::with(DovecotOptions::default(), Post::quick().await)
    }

    pub fn with(options: DovecotOptions, post: Post) -> Self {
        let options = DovecotOptions {
            password: PASSWORD,
            ..options
        };
        let dovecot = Dovecot::start(&options);
        // The server would make them at the first login; snapshots are to show the service's own
        // work.
        for (name, _) in options.folders.iter().chain([&("INBOX", None)]) {
            dovecot.make_folder("user1", name);
        }
        let office = Office::new(dovecot.tls_port, post.port);
        Self {
            dovecot,
            post,
            office,
        }
    }

    pub fn deliver(&self, folder: &str, mail: &str, arrival: &str) {
        self.dovecot
            .deliver("user1", folder, mail.as_bytes(), "", at(arrival));
    }
}

impl Deref for Site {
    type Target = Office;

    fn deref(&self) -> &Office {
        &self.office
    }
}

impl Office {
    /// For servers on these ports: IMAP in TLS, SMTP with STARTTLS.
    pub fn new(imap: u16, smtp: u16) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("db")).expect("a folder");
        fs::write(folder.path().join("ca.pem"), pki::ca_pem()).expect("a file");
        let text = CONFIG
            .replace("IMAP_PORT", &imap.to_string())
            .replace("SMTP_PORT", &smtp.to_string())
            .replace("PASSWORD", PASSWORD);
        let office = Self {
            folder,
            text: RefCell::new(text),
        };
        office.change(&[]);
        office
    }

    /// Changes the configuration: each first text must be there, and is replaced by the second.
    pub fn change(&self, changes: &[(&str, &str)]) {
        let mut text = self.text.borrow_mut();
        for (from, to) in changes {
            assert!(text.contains(from), "{from:?} is not in the configuration");
            *text = text.replace(from, to);
        }
        fs::write(self.config(), &*text).expect("configuration written");
        fs::set_permissions(self.config(), fs::Permissions::from_mode(0o600))
            .expect("permissions set");
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    pub fn database(&self) -> PathBuf {
        self.folder.path().join("db/servicelofte.db")
    }

    pub fn register(&self) -> Register {
        Register::open(&self.database())
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        self.run_at(NOW, arguments)
    }

    pub fn run_at(&self, clock: &str, arguments: &[&str]) -> Ended {
        let config = if arguments.first() == Some(&"check") {
            self.its_own()
        } else {
            self.config()
        };
        process::finish(process::command(&[], program(), &config, clock, arguments))
    }

    /// The configuration with values of its own: `check` refuses those of the example, which these
    /// tests live by.
    pub fn its_own(&self) -> PathBuf {
        let fiction = [
            ("example.se", OWN_DOMAIN),
            ("Exempelköpings kommun", "Kommunen"),
            ("KS 2026/12\"", "KS 2026/77\""),
        ];
        let text = fiction
            .iter()
            .fold(self.text.borrow().clone(), |text, (from, to)| {
                text.replace(from, to)
            });
        let file = self.folder.path().join("own.toml");
        fs::write(&file, text).expect("configuration written");
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("permissions set");
        file
    }

    pub fn once(&self) -> Ended {
        self.run(&["run", "--once"])
    }

    pub fn daemon(&self, clock: &str) -> Daemon {
        Daemon::start(program(), &self.config(), clock)
    }

    /// No file next to the database holds a secret.
    pub fn holds_no_secret(&self) {
        for entry in fs::read_dir(self.folder.path().join("db"))
            .expect("the folder")
            .flatten()
        {
            let bytes = fs::read(entry.path()).expect("a file");
            for secret in SECRETS {
                let found = bytes
                    .windows(secret.len())
                    .any(|window| window == secret.as_bytes());
                assert!(!found, "a secret stands in {}", entry.path().display());
            }
        }
    }
}

/// In place of the example's domain.
pub const OWN_DOMAIN: &str = "kommunen.test";

pub const CONFIG: &str = r#"[service]
database = "db/servicelofte.db"
timezone = "Europe/Stockholm"
language = "sv"
operator = "drift@example.se"
[organisation]
name = "Exempelköpings kommun"
unit = "Kommunfullmäktige"
complaints = "synpunkter@example.se"
privacy_url = "https://www.example.se/personuppgifter"
[calendar]
closed_days = [{ date = "2026-05-15", decision = "KS 2026/12" }, { date = "2027-05-07", decision = "KS 2026/13" }]
office_hours = "00:00-23:59"
[[pledge]]
name = "letter"
match = { from = ["skanner@example.se"] }
letter = true
stamp = 'Ink(?:om)? (\d{4}-\d{2}-\d{2})'
time = { working_days = 5 }
reminder = "due-1 08:00"
notice = "due-1 08:00"
[[pledge]]
name = "email"
time = { working_days = 2 }
[[staff]]
id = "registrator"
name = "Anna Exempel"
title = "registrator"
phone = "0123-45 60 01"
email = "registrator@example.se"
reports_to = "kanslichef"
[[staff]]
id = "kanslist"
name = "Bo Exempel"
email = "kanslist@example.se"
reports_to = "kanslichef"
[[staff]]
id = "kanslichef"
name = "Cecilia Exempel"
email = "kanslichef@example.se"
[[mailbox]]
name = "kf"
address = "kf@example.se"
handler = "registrator"
start = "2026-11-01T00:00:00+01:00"
[mailbox.imap]
host = "localhost"
port = IMAP_PORT
security = "tls"
ca_file = "ca.pem"
user = "user1"
password = "PASSWORD"
poll_seconds = 1
[mailbox.smtp]
host = "localhost"
port = SMTP_PORT
security = "starttls"
ca_file = "ca.pem"
login = false
"#;
