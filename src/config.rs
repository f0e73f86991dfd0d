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
//! - `access`: how to reach a server, and what a user shows it
//! - `secret`, `certificate`, `files`: secrets, certificates, and the files that are named
//! - `lease`: two hosts, one promise
//! - `ground`: the sections that those of the mailboxes stand on
//! - `service`, `organisation`, `pledge`, `channel`, `staff`, `staff_file`, `mailbox`, `server`,
//!   `oauth2`: the sections

mod access;
pub mod alarms;
mod certificate;
mod channel;
mod example;
mod fault;
mod files;
mod ground;
mod lease;
mod mailbox;
mod oauth2;
mod organisation;
mod pledge;
mod reader;
pub mod report;
mod secret;
mod server;
mod service;
mod staff;
mod staff_file;
mod stand_ins;
mod values;

pub use crate::domain::language::Language;
pub use access::{
    Credential, Imap, Login, OAuth2, Password, Proof, SecretSource, Security, Server, Smtp,
};
pub use fault::{Fault, SHOWN_VALUE};
pub use files::{MAX_CA_SIZE, Version, holds_certificate, read_small, version_of};
pub use lease::{Lease, Replica};
pub use mailbox::Mailbox;
pub use oauth2::MAX_KEY_SIZE;
pub use secret::{MAX_SECRET_SIZE, Secret, from_file};
pub use server::{EXCHANGE_PER_MINUTE, SMTP_CONNECTIONS};
pub use service::Service;
pub use staff_file::{MAX_STAFF_FILE, StaffFile};
pub use values::HttpsUrl;
pub(crate) use values::{address, host, line};

use crate::domain::municipality::Municipality;
use crate::domain::organisation::Organisation;
use crate::domain::{calendar::Calendar, pledge::Pledge, staff::Staff};
use ground::{Ground, Rules};
use reader::{Files, Reader};
use report::Reporting;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
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

fn cannot_be_read(path: &Path, why: &str) -> String {
    let named = "name the configuration by --config FILE or SERVICELOFTE_CONFIG";
    let remedy = if why.ends_with(files::MAY_READ) {
        // Who may not read it knows where it is.
        String::new()
    } else if path.exists() {
        format!("; {named}")
    } else {
        format!("; `servicelofte init` writes a first one; or {named}")
    };
    format!("cannot be read: {why}{remedy}")
}

fn load(path: &Path, files: Files) -> Result<Config, Vec<Fault>> {
    let fault = |remedy: String| vec![Fault::new(path.display().to_string(), remedy)];
    let bytes =
        read_small(path, MAX_CONFIG_SIZE).map_err(|why| fault(cannot_be_read(path, &why)))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
            .split(|byte| *byte == b'\n')
            .count();
        fault(format!("line {line} is not UTF-8; save the file as UTF-8"))
    })?;
    let base = path.parent().unwrap_or(Path::new(""));
    let reader = Reader::new(base, credentials(), files);
    if files::is_open_to_all(path) {
        let warning = format!(
            "{}: holds a password and can be read by everyone; chmod o-r it",
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
    let ground = Ground::read(&root, &watched);
    let rules = Rules::read(&root, rows, &mailbox::names(&mailboxes), &watched);
    let shared = mailbox::Shared {
        ground: &ground,
        rules: &rules,
    };
    let mailboxes = mailbox::read_all(&root, mailboxes, &shared);
    let operator = ground.operator();
    let report = root.section("report");
    let report = report.map(|section| report::read(section, operator));
    root.finish();
    Some(Config {
        service: ground.service?,
        organisation: ground.organisation?,
        calendar: ground.calendar,
        pledges: rules.pledges,
        staff: rules.staff,
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
    let mut message = error.message().replace('\n', "; ");
    let wrong = text.lines().nth(line - 1).unwrap_or_default();
    if wrong.contains(['”', '“', '„', '’', '‘']) {
        message.push_str("; write texts between straight quotation marks (\"), which a word processor turns into others");
    }
    Fault::new(format!("line {line}, column {column}"), message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotation_marks_of_a_word_processor_are_named() {
        let faults = Config::parse("[organisation]\nname = ”Kommunen”\n", Path::new("."));
        let told = format!("{:?}", faults.err());
        assert!(told.contains("line 2"), "{told}");
        assert!(told.contains("straight quotation marks"), "{told}");
    }

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
