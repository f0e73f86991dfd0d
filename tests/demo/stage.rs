//! Servers, configuration and program.

use super::clock::{SHARED as SHARED_MEMORY, finished, sweep};
use super::scene::{Days, Message};
use super::servers::dovecot::{Dovecot, DovecotOptions};
use super::servers::postfix::{PATIENCE, Postfix};
use chrono::{DateTime, NaiveTime, Utc};
use servicelofte::config::Security;
use servicelofte::domain::calendar::{Calendar, Counting};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Whose mail lies where on the IMAP server.
pub struct Person {
    pub name: &'static str,
    user: &'static str,
    /// Pattern of the addresses.
    addresses: &'static str,
}

const SHARED: Person = Person {
    name: "the mailbox",
    user: "user1",
    addresses: "/^kommunfullmaktige@/",
};
pub const ANNA: Person = Person {
    name: "Anna",
    user: "user2",
    addresses: "/^anna@/",
};
pub const CECILIA: Person = Person {
    name: "Cecilia",
    user: "user3",
    addresses: "/^cecilia@/",
};
pub const CITIZENS: Person = Person {
    name: "citizen",
    user: "user4",
    addresses: "/@example\\.(org|net)$/",
};
const OPERATOR: Person = Person {
    name: "operator",
    user: "user5",
    addresses: "/^drift@/",
};
const PEOPLE: [&Person; 5] = [&SHARED, &ANNA, &CECILIA, &CITIZENS, &OPERATOR];

const PASSWORD: &str = "secret";

/// The configuration besides servers and folders; `{…}` is filled in.
const CONFIG: &str = include_str!("config.toml");

/// A mail that the program sent.
pub struct Sent {
    pub to: &'static str,
    pub bytes: Vec<u8>,
}

pub struct Stage {
    folder: TempDir,
    program: PathBuf,
    dovecot: Dovecot,
    postfix: Postfix,
}

/// The calendar that the demo's configuration gives: the defaults.
pub fn calendar() -> Calendar {
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour of the day");
    Calendar {
        country: &servicelofte::domain::calendar::holidays::SWEDEN,
        zone: chrono_tz::Europe::Stockholm,
        counting: Counting::ArrivalDate,
        closed_days: BTreeMap::new(),
        office_hours: (hour(8), hour(17)),
    }
}

/// The machine's time, which the servers keep.
#[expect(clippy::disallowed_methods, reason = "the demo is an edge")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

impl Stage {
    pub fn set(days: &Days) -> Result<Self, String> {
        let program = program()?;
        sweep(Path::new(SHARED_MEMORY));
        let folder = tempfile::Builder::new()
            .prefix("sl")
            .tempdir()
            .map_err(|error| error.to_string())?;
        let dovecot = Dovecot::start(&DovecotOptions {
            users: PEOPLE.len(),
            password: PASSWORD,
            ..Default::default()
        });
        let mut table = String::new();
        let mut base = PathBuf::new();
        for person in PEOPLE {
            base = dovecot.make_folder(person.user, "INBOX");
            writeln!(table, "{} {}/Maildir/", person.addresses, person.user).expect("text");
        }
        let base = base
            .ancestors()
            .nth(2)
            .expect("a Maildir lies in its user's folder");
        let postfix = Postfix::start_into(Some(base), &table).ok_or("Postfix cannot run here")?;
        let stage = Self {
            folder,
            program,
            dovecot,
            postfix,
        };
        stage.configure(days)?;
        Ok(stage)
    }

    fn configure(&self, days: &Days) -> Result<(), String> {
        let imap = self.dovecot.server(Security::Tls);
        let ca = imap.ca_file.ok_or("Dovecot has no certificate authority")?;
        let text = CONFIG
            .replace("{imap}", &imap.port.to_string())
            .replace("{smtp}", &self.postfix.port.to_string())
            .replace("{ca}", &ca.display().to_string())
            .replace("{start}", &days.at(6, "00:00").to_rfc3339());
        fs::write(self.config(), text).map_err(|error| error.to_string())?;
        let password = self.folder.path().join("password");
        fs::write(&password, PASSWORD).map_err(|error| error.to_string())?;
        fs::set_permissions(password, fs::Permissions::from_mode(0o600))
            .map_err(|error| error.to_string())
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("config.toml")
    }

    pub fn deliver(&self, message: &Message) {
        self.dovecot.deliver(
            SHARED.user,
            message.folder,
            &message.bytes,
            "",
            message.arrival,
        );
    }

    /// The program at a moment of the play, through everything once; then all that it sent has
    /// arrived.
    pub fn run_once(&self, at: DateTime<Utc>) -> Result<(), String> {
        self.command(at, &["run", "--once"])?;
        let begun = Instant::now();
        while !self.queue_is_empty() {
            if begun.elapsed() > PATIENCE {
                return Err("Postfix does not deliver".to_owned());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn queue_is_empty(&self) -> bool {
        let queue = self.postfix_folder().join("spool");
        ["maildrop", "incoming", "active", "deferred"]
            .iter()
            .all(|name| is_empty(&queue.join(name)))
    }

    fn postfix_folder(&self) -> PathBuf {
        self.postfix
            .maildir()
            .ancestors()
            .nth(3)
            .expect("its Maildir lies in its folder")
            .to_owned()
    }

    /// Runs a command of the program; what it printed.
    pub fn command(&self, at: DateTime<Utc>, arguments: &[&str]) -> Result<String, String> {
        let Output {
            status,
            stdout,
            stderr,
        } = finished(self.clocked(at).args(arguments), Path::new(SHARED_MEMORY))?;
        if !status.success() {
            let told = String::from_utf8_lossy(&stderr);
            return Err(format!(
                "servicelofte {} ended with {status}:\n{told}",
                arguments.join(" ")
            ));
        }
        Ok(String::from_utf8_lossy(&stdout).into_owned())
    }

    /// The same for a command that may say that something is missing: what it printed, on both
    /// ways.
    pub fn may_fail(&self, at: DateTime<Utc>, arguments: &[&str]) -> Result<String, String> {
        let output = finished(self.clocked(at).args(arguments), Path::new(SHARED_MEMORY))?;
        Ok(format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        ))
    }

    /// A trial of the mailbox, as a person types it who has no configuration. Its folder lies
    /// beside the program.
    pub fn trial(&self, at: DateTime<Utc>, since: DateTime<Utc>) -> Result<String, String> {
        let imap = self.dovecot.server(Security::Tls);
        let ca = imap.ca_file.ok_or("Dovecot has no certificate authority")?;
        let folder = self.shown()?.join("provkorning");
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
        }
        let mut command = Command::new("faketime");
        command.args(faked(at)).arg(&self.program).args([
            "trial",
            "--host",
            "localhost",
            "--security",
            "tls",
        ]);
        command.args([
            "--address",
            "kommunfullmaktige@example.se",
            "--user",
            SHARED.user,
        ]);
        command.args([
            "--port",
            &imap.port.to_string(),
            "--since",
            &since.date_naive().to_string(),
        ]);
        command
            .arg("--ca-file")
            .arg(ca)
            .arg("--password-file")
            .arg(self.folder.path().join("password"));
        command
            .arg("--out")
            .arg(&folder)
            .env_remove("SERVICELOFTE_CONFIG")
            .env("RUST_LOG", "warn");
        let output = finished(&mut command, Path::new(SHARED_MEMORY))?;
        if !output.status.success() {
            return Err(format!(
                "servicelofte trial: {}",
                String::from_utf8_lossy(&output.stderr)
            ));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Where pictures are put, beside the built program.
    fn shown(&self) -> Result<PathBuf, String> {
        let built = self
            .program
            .ancestors()
            .nth(2)
            .ok_or("the program lies in no folder")?;
        let folder = built.join("demo");
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        Ok(folder)
    }

    /// Pages to look at: the trial, the report, and a notice.
    pub fn pictures(&self, at: DateTime<Utc>) -> Result<Vec<PathBuf>, String> {
        let folder = self.shown()?;
        let (report, mails) = (folder.join("report.html"), folder.join("mails"));
        let month = at.format("%Y-%m").to_string();
        let (report_text, mails_text) = (report.display().to_string(), mails.display().to_string());
        self.command(
            at,
            &[
                "report",
                "--month",
                &month,
                "--format",
                "html",
                "--out",
                &report_text,
            ],
        )?;
        self.command(
            at,
            &[
                "preview",
                "--kind",
                "notice",
                "--format",
                "html",
                "--out",
                &mails_text,
            ],
        )?;
        Ok(vec![
            folder.join("provkorning/report.html"),
            report,
            mails.join("notice.html"),
        ])
    }

    /// The program, to be started now as if it were `at`.
    fn clocked(&self, at: DateTime<Utc>) -> Command {
        let mut command = Command::new("faketime");
        command
            .args(faked(at))
            .arg(&self.program)
            .arg("--config")
            .arg(self.config());
        command.env("RUST_LOG", "warn");
        command
    }

    /// The reference of the item with that subject.
    pub fn reference_of(&self, at: DateTime<Utc>, subject: &str) -> Result<String, String> {
        let json = self.command(at, &["list", "--json"])?;
        let items: Vec<serde_json::Value> =
            serde_json::from_str(&json).map_err(|error| error.to_string())?;
        let item = items.iter().find(|item| item["subject"] == subject);
        let reference = item.and_then(|item| item["ref"].as_str());
        reference
            .map(str::to_owned)
            .ok_or_else(|| format!("no item has the subject {subject}"))
    }

    /// Everything that the program sent so far, in the order of delivery.
    pub fn sent(&self) -> Vec<Sent> {
        let mut sent = Vec::new();
        for person in &PEOPLE[1..] {
            let folders = self.dovecot.snapshot(person.user);
            let mails = folders.get("INBOX").into_iter().flatten();
            sent.extend(mails.map(|(name, _, bytes)| {
                (
                    delivered(name),
                    Sent {
                        to: person.name,
                        bytes: bytes.clone(),
                    },
                )
            }));
        }
        sent.sort_by_key(|(delivered, _)| *delivered);
        sent.into_iter().map(|(_, sent)| sent).collect()
    }

    /// Ends the servers and removes everything.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the other way to end, `keep`, can fail"
    )]
    pub fn end(self) -> Result<(), String> {
        drop(self);
        println!(
            "The servers are stopped and their folders are removed. make demo KEEP=1 leaves them to play with."
        );
        Ok(())
    }

    /// Leaves the servers and the daemon running; says how to look and how to stop.
    pub fn keep(self, at: DateTime<Utc>) -> Result<(), String> {
        let failed = |error: std::io::Error| error.to_string();
        let folder = self.folder.path().to_owned();
        let log = fs::File::create(folder.join("log")).map_err(failed)?;
        let mut daemon = self.clocked(at);
        daemon
            .arg("run")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .process_group(0);
        let daemon = daemon.env("RUST_LOG", "info").spawn().map_err(failed)?.id();
        let dovecot = self.dovecot.make_folder(SHARED.user, "INBOX");
        let dovecot = dovecot
            .ancestors()
            .nth(3)
            .ok_or("a Maildir lies in the server's folder")?;
        let postfix = self.postfix_folder();
        let f = folder.display();
        let command = format!(
            "#!/bin/sh\nexec faketime {} {} --config {f}/config.toml \"$@\"\n",
            faked(at).map(|word| format!("'{word}'")).join(" "),
            self.program.display(),
        );
        let stop = format!(
            "#!/bin/sh\nkill -- -{daemon}\nkill -s KILL -- -$(cat {d}/run/master.pid)\npostfix -c {p}/etc stop\nsleep 1\nrm -rf {d} {p} {f}\n",
            d = dovecot.display(),
            p = postfix.display(),
        );
        script(&folder.join("servicelofte"), &command)?;
        script(&folder.join("stop"), &stop)?;
        super::show::heading("It is left running");
        println!(
            "The daemon looks every five seconds; its clock goes on from the end of the play."
        );
        println!(
            "  {f}/servicelofte list       (and show, check, due …: the program, with its configuration and clock)"
        );
        println!("  {f}/log                     what the daemon says");
        println!(
            "  write to the mailbox:   printf 'Subject: Hej\\n\\nEn fråga\\n' | curl smtp://localhost:{} \\",
            self.postfix.port
        );
        println!(
            "                            --mail-from eva@example.org --mail-rcpt kommunfullmaktige@example.se -T -"
        );
        println!(
            "  look into a mailbox:    neomutt -f imap://USER:{PASSWORD}@localhost:{}/INBOX, where USER is",
            self.dovecot.port
        );
        for person in PEOPLE {
            println!(
                "                            {} for {}",
                person.user, person.name
            );
        }
        println!("  stop and remove all:    {f}/stop");
        // From here on the script owns them.
        std::mem::forget(self);
        Ok(())
    }
}

/// When Postfix put a mail into a Maildir: seconds and microseconds, from the file's name
/// (`seconds.VxIxMmicro.host`).
fn delivered(name: &str) -> (u64, u64) {
    let mut parts = name.split('.');
    let mut number = |from: char| {
        let part = parts.next().unwrap_or_default();
        part.rsplit(from)
            .next()
            .and_then(|digits| digits.parse().ok())
            .unwrap_or_default()
    };
    (number('.'), number('M'))
}

/// Arguments for `faketime`: the distance to the moment, since a distance also holds for programs
/// that start later.
fn faked(at: DateTime<Utc>) -> [String; 4] {
    let distance = (at - now()).num_seconds();
    [
        "-m".to_owned(),
        "--exclude-monotonic".to_owned(),
        "-f".to_owned(),
        format!("{distance:+}"),
    ]
}

/// The program lies beside the folder of the examples.
fn program() -> Result<PathBuf, String> {
    let demo = std::env::current_exe().map_err(|error| error.to_string())?;
    let program = demo
        .ancestors()
        .nth(2)
        .map(|folder| folder.join("servicelofte"));
    program
        .filter(|path| path.exists())
        .ok_or_else(|| "servicelofte is not built: use make demo".to_owned())
}

/// Whether no file lies in a folder or below it.
fn is_empty(folder: &Path) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.path())
        .all(|path| path.is_dir() && is_empty(&path))
}

fn script(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| error.to_string())?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(|error| error.to_string())
}
