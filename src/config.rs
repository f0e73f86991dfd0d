//! Strict TOML to checked values: all faults at once, each with key, value and remedy.
//!
//! Promises: what [`Config`] holds has been checked as far as that can be done without a network;
//! every key is known or refused by name; no fault, warning or `Debug` shows a secret. Relative
//! paths start at the configuration's folder.
//!
//! Deliberately absent: serde (it would stop at the first fault), reloading while running, a second
//! file to include, and values from environment variables.
//!
//! - `fault`: one mistake, on one line
//! - `reader`: walks the TOML table and collects faults
//! - `values`: single values, checked
//! - `alarms`: what an alarm takes, also of a configuration with faults
//! - `lease`: two hosts, one promise
//! - `service`, `pledge`, `channel`, `staff`, `staff_file`, `mailbox`, `server`, `oauth2`: the
//!   sections

mod alarms;
mod channel;
mod example;
mod fault;
mod lease;
mod mailbox;
mod oauth2;
mod pledge;
mod reader;
pub mod report;
mod server;
mod service;
mod staff;
mod staff_file;
mod values;

pub use alarms::Alarms;
pub use fault::{Fault, SHOWN_VALUE};
pub use lease::{Lease, Replica};
pub use oauth2::{Credential, MAX_KEY_SIZE, OAuth2, SecretSource};
pub use server::{
    EXCHANGE_PER_MINUTE, MAX_CA_SIZE, MAX_SECRET_SIZE, SMTP_CONNECTIONS, Version, from_file,
    read_small, version_of,
};
pub use staff_file::{MAX_STAFF_FILE, StaffFile};
pub use values::HttpsUrl;

use crate::domain::board::Board;
use crate::domain::folders::Wanted;
use crate::domain::gate::Shadow;
use crate::domain::municipality::Municipality;
use crate::domain::organisation::Organisation;
use crate::domain::retention::Retention;
use crate::domain::{calendar::Calendar, pledge::Pledge, staff::Staff, tongue::Tongue};
use reader::{Files, Reader};
use report::Reporting;
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use toml::Table;

/// Bytes of a configuration file; a thousand staff take a fifth of it.
pub const MAX_CONFIG_SIZE: u64 = 1 << 20;

/// Everything the operator decided, checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub service: Service,
    pub organisation: Arc<Organisation>,
    pub calendar: Arc<Calendar>,
    /// In order; the first whose match fits, of those that are for the mailbox, has the message.
    pub pledges: Arc<Vec<Pledge>>,
    pub staff: Arc<Staff>,
    pub mailboxes: Vec<Mailbox>,
    /// Whom the report is sent to by itself; `None`: no one.
    pub report: Option<Reporting>,
    /// Unwise settings, a line each: a password's file that every user can read.
    pub warnings: Vec<String>,
}

impl Config {
    /// Reads and checks a file, and the files of secrets it names.
    pub fn load(path: &Path) -> Result<Self, Vec<Fault>> {
        load(path, Files::Open)
    }

    /// Whether a report goes out by itself, to whom `[report]` or a mailbox's own table names.
    #[must_use]
    pub fn sends_reports(&self) -> bool {
        self.report.is_some()
            || self
                .mailboxes
                .iter()
                .any(|mailbox| !mailbox.report_to.is_empty())
    }

    /// As [`Config::load`], but leaves the files of secrets and certificates closed: every password
    /// is empty. For commands that reach no server, so that the registrar need not be allowed to
    /// read passwords.
    pub fn load_without_secrets(path: &Path) -> Result<Self, Vec<Fault>> {
        load(path, Files::Leave)
    }

    /// Checks a text; relative paths in it start at `base`.
    pub fn parse(text: &str, base: &Path) -> Result<Self, Vec<Fault>> {
        read(text, Reader::new(base, credentials(), Files::Open)).0
    }

    /// What the core may know of all this.
    #[must_use]
    pub fn municipality(&self) -> Arc<Municipality> {
        Arc::new(Municipality {
            calendar: Arc::clone(&self.calendar),
            pledges: Arc::clone(&self.pledges),
            staff: Arc::clone(&self.staff),
            retention: self.service.retention.clone(),
            boards: self
                .mailboxes
                .iter()
                .map(|mailbox| Arc::clone(&mailbox.board))
                .collect(),
        })
    }
}

/// Every key that the parser asks for where it reads `text`, without numbers:
/// `mailbox[].imap.host`. A key that is not there is asked for too, so a text that has all of these
/// has all that there are. Holds the example to the parser.
#[must_use]
pub fn known_keys(text: &str) -> BTreeSet<String> {
    read(text, Reader::new(Path::new("."), None, Files::Leave)).1
}

fn load(path: &Path, files: Files) -> Result<Config, Vec<Fault>> {
    let fault = |remedy: String| vec![Fault::new(path.display().to_string(), remedy)];
    let bytes = server::read_small(path, MAX_CONFIG_SIZE).map_err(|why| {
        fault(format!(
            "cannot be read: {why}; name the configuration by --config FILE or SERVICELOFTE_CONFIG"
        ))
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
            .split(|byte| *byte == b'\n')
            .count();
        fault(format!("line {line} is not UTF-8; save the file as UTF-8"))
    })?;
    let base = path.parent().unwrap_or(Path::new(""));
    let reader = Reader::new(base, credentials(), files);
    if server::is_open_to_all(path) {
        let warning = format!(
            "{}: holds a password and can be read by everybody; chmod o-r it",
            path.display()
        );
        reader.exposed.set(Some(warning));
    }
    read(&text, reader).0
}

/// Where systemd puts what `LoadCredential=` names.
fn credentials() -> Option<PathBuf> {
    std::env::var_os("CREDENTIALS_DIRECTORY").map(PathBuf::from)
}

/// The configuration, and which keys were asked for.
fn read(text: &str, reader: Reader) -> (Result<Config, Vec<Fault>>, BTreeSet<String>) {
    // Editors on Windows write a byte-order mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let table = match text.parse::<Table>() {
        Ok(table) => table,
        Err(error) => return (Err(vec![syntax_fault(text, &error)]), BTreeSet::new()),
    };
    let rows = staff_file::rows(&reader.root(&table).section_or_empty("service"));
    let config = sections(&reader, &table, &rows);
    let (faults, warnings, asked) = reader.finish();
    let checked = match config {
        Some(config) if faults.is_empty() => Ok(Config { warnings, ..config }),
        _ => Err(faults),
    };
    (checked, asked)
}

/// Reads every section, also when others have faults.
fn sections<'a>(
    reader: &'a Reader,
    table: &'a Table,
    rows: &'a [staff_file::Row],
) -> Option<Config> {
    let root = reader.root(table);
    let mailboxes = root.sections("mailbox");
    let watched = mailbox::addresses(&mailboxes);
    let service = service::read(root.section_or_empty("service"), &watched);
    let organisation =
        service::organisation(root.section_or_empty("organisation"), &watched).map(Arc::new);
    let zone = service
        .as_ref()
        .map_or(chrono_tz::Europe::Stockholm, |(_, zone)| *zone);
    let calendar = Arc::new(service::calendar(root.section_or_empty("calendar"), zone));
    let names = mailbox::names(&mailboxes);
    let roster = staff::read_all(&root, rows, &names, &watched);
    let (pledges, scopes): (Vec<Pledge>, Vec<_>) = pledge::read_all(&root, &names, &roster)
        .unwrap_or_default()
        .into_iter()
        .unzip();
    let shared = mailbox::Shared {
        service: service.as_ref().map(|(service, _)| service),
        organisation: organisation.as_ref(),
        calendar: &calendar,
        staff: Arc::new(roster.staff.clone()),
        roster: &roster,
        pledges: Arc::new(pledges),
        scopes,
        channels: Arc::new(channel::read_all(&root)),
    };
    let mailboxes = mailbox::read_all(&root, mailboxes, &shared);
    let operator = service
        .as_ref()
        .map(|(service, _)| service.operator.as_str());
    let report = root
        .section("report")
        .map(|section| report::read(section, operator));
    let mailbox::Shared { staff, pledges, .. } = shared;
    root.finish();
    Some(Config {
        service: service?.0,
        organisation: organisation?,
        calendar,
        pledges,
        staff,
        mailboxes: mailboxes?,
        report,
        warnings: Vec::new(),
    })
}

/// Line and column (in characters), from 1. The parser's drawing of the line is left out: it may
/// hold a password.
fn syntax_fault(text: &str, error: &toml::de::Error) -> Fault {
    let before = error
        .span()
        .and_then(|span| text.get(..span.start))
        .unwrap_or_default();
    let line = 1 + before.matches('\n').count();
    let column = 1 + before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count();
    Fault::new(
        format!("line {line}, column {column}"),
        error.message().replace('\n', "; "),
    )
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Swedish,
    English,
}

impl From<Language> for Tongue {
    fn from(language: Language) -> Self {
        match language {
            Language::Swedish => Self::SWEDISH,
            Language::English => Self::ENGLISH,
        }
    }
}

impl Language {
    /// `None` for a language that the program does not speak by itself.
    #[must_use]
    pub fn of(tongue: Tongue) -> Option<Self> {
        [Self::Swedish, Self::English]
            .into_iter()
            .find(|language| Tongue::from(*language) == tongue)
    }
}

#[derive(Clone, Debug)]
pub struct Service {
    pub database: PathBuf,
    pub language: Language,
    /// Where alarms go.
    pub operator: String,
    /// The alarms' own path; the first mailbox's `smtp` when not given.
    pub alarm_smtp: Option<Smtp>,
    /// Folder of templates that replace the built-in ones.
    pub templates: Option<PathBuf>,
    pub retention: Option<Retention>,
    /// More staff, from a file that another system writes.
    pub staff_file: Option<StaffFile>,
    /// The postlista names senders and matters; default: it masks both.
    pub postlista_open: bool,
    /// What does not leave until the service goes live.
    pub shadow: Shadow,
    /// Where figures are served to a monitoring system: an address of this machine alone.
    pub metrics: Option<SocketAddr>,
    /// How long polling or sending may fail before the operator is alarmed; default 30 minutes.
    pub alarm_after: Duration,
    /// Of several hosts only the one that holds it works; `None`: there is one host.
    pub lease: Option<Lease>,
    /// How the register is brought to another host.
    pub replica: Replica,
}

/// A watched mailbox: what the core sees of it, and how to reach its servers.
#[derive(Clone, Debug)]
pub struct Mailbox {
    pub board: Arc<Board>,
    pub imap: Imap,
    pub smtp: Smtp,
    /// Folders that are watched beside the inbox; `None`: every one.
    pub watch: Option<Vec<String>>,
    /// Folders that are not read, with the folders below them.
    pub ignore: Vec<String>,
    /// Who gets the report of this mailbox.
    pub report_to: Vec<String>,
}

impl Mailbox {
    /// The folders as `domain::folders::watch` wants them.
    #[must_use]
    pub fn wanted(&self) -> Wanted<'_> {
        let Imap {
            inbox,
            sent,
            junk,
            done,
            ..
        } = &self.imap;
        Wanted {
            inbox,
            sent: sent.as_deref(),
            junk: junk.as_deref(),
            done,
            watch: self.watch.as_deref(),
            ignore: &self.ignore,
        }
    }
}

/// A task at a mailbox asks for its name and address in every line; the servers are the rest of it.
impl std::ops::Deref for Mailbox {
    type Target = Board;

    fn deref(&self) -> &Board {
        &self.board
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    Tls,
    StartTls,
    /// Loopback only.
    Plaintext,
}

/// A secret; `Debug` never shows it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(secret: String) -> Self {
        Self(secret)
    }
    /// The secret itself, for the login command only.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// How to reach a server.
#[derive(Clone, Debug)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// PEM file of the certificate authority to trust instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// `None` for an SMTP server that wants no login.
    pub login: Option<Login>,
    /// The one of its addresses that is being tried; `None`: all of them, one after the other.
    pub address: Option<SocketAddr>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub proof: Proof,
}

impl Login {
    /// A user with a password.
    #[must_use]
    pub fn with_password(user: &str, password: &str) -> Self {
        Self {
            user: user.to_owned(),
            proof: Proof::Password(Password {
                secret: Secret::new(password.to_owned()),
                file: None,
            }),
        }
    }

    /// The password; `None` for a user with a token.
    #[must_use]
    pub fn password(&self) -> Option<&Secret> {
        match &self.proof {
            Proof::Password(password) => Some(&password.secret),
            Proof::Token(_) => None,
        }
    }
}

/// A password, and the file it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Password {
    /// As it was when the configuration was read.
    pub secret: Secret,
    pub file: Option<PathBuf>,
}

impl Password {
    /// As it is now; as it was, when its file cannot be read.
    #[must_use]
    pub fn now(&self) -> Secret {
        self.file
            .as_deref()
            .and_then(|file| from_file(file).ok())
            .unwrap_or_else(|| self.secret.clone())
    }
}

/// What a user shows a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    Password(Password),
    /// A token from an OAuth 2.0 token endpoint.
    Token(OAuth2),
}

#[derive(Clone, Debug)]
pub struct Imap {
    pub server: Server,
    /// Folder names as people write them.
    pub inbox: Vec<String>,
    /// `None`: special use, else known names.
    pub sent: Option<Vec<String>>,
    pub junk: Option<Vec<String>>,
    pub done: Vec<String>,
    pub poll: Duration,
}

#[derive(Clone, Debug)]
pub struct Smtp {
    pub server: Server,
    /// Append our own mails to Sent.
    pub save_sent: bool,
    /// Most connections at a time by this account, whichever mailboxes use it.
    pub connections: u32,
    /// Most mails a minute by this account; `None`: as many as the server takes.
    pub per_minute: Option<u32>,
    /// A citizen's notice goes to the mailbox's own address too, as evidence that it was accepted.
    pub own_copy: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = include_str!("../tests/data/config/good.toml");

    /// systemd's folder is an argument here, since a test cannot set the environment of its own
    /// process safely.
    fn check(credentials: Option<PathBuf>, files: Files, expected: Result<&str, &str>) {
        let text = TEXT.replace("password_file = \"password\"", "credential = \"imap\"");
        let got = read(&text, Reader::new(Path::new(""), credentials, files)).0;
        match (got, expected) {
            (Ok(config), Ok(expected)) => {
                let login = config.mailboxes[0].imap.server.login.as_ref();
                assert_eq!(
                    login.and_then(Login::password).map(Secret::reveal),
                    Some(expected)
                );
                assert_eq!(config.warnings, [""; 0], "systemd guards its own folder");
            }
            (Err(faults), Err(expected)) => {
                assert!(faults[0].to_string().contains(expected), "{faults:?}");
            }
            (got, expected) => panic!("{got:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn credentials_come_from_systemds_folder() {
        let folder = tempfile::tempdir().unwrap();
        let there = || Some(folder.path().to_owned());
        check(None, Files::Open, Err("$CREDENTIALS_DIRECTORY is not set"));
        check(None, Files::Leave, Ok(""));
        check(
            there(),
            Files::Open,
            Err("must name a file that can be read"),
        );
        std::fs::write(folder.path().join("imap"), "hemligt\n").unwrap();
        check(there(), Files::Open, Ok("hemligt"));
    }
}
