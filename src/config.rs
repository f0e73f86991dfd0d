//! Strict TOML to checked values: all faults at once, each with key, value and remedy.
//!
//! Promises: what [`Config`] holds has been checked as far as that can be done without a network; every key is known
//! or refused by name; no fault, warning or `Debug` shows a secret. Relative paths start at the configuration's folder.
//!
//! Deliberately absent: serde (it would stop at the first fault), reloading while running, a second file to include,
//! and values from environment variables.
//!
//! - `fault`: what is wrong, on one line
//! - `reader`: walks the TOML table and collects faults
//! - `values`: single values, checked
//! - `service`, `pledge`, `staff`, `mailbox`, `server`, `oauth2`: the sections

mod fault;
mod mailbox;
mod oauth2;
mod pledge;
mod reader;
mod server;
mod service;
mod staff;
mod values;

pub use fault::{Fault, SHOWN_VALUE};
pub use oauth2::{Credential, MAX_KEY_SIZE, OAuth2, SecretSource};
pub use server::{EXCHANGE_PER_MINUTE, MAX_CA_SIZE, MAX_SECRET_SIZE, SMTP_CONNECTIONS, from_file, read_small};
pub use values::HttpsUrl;

use crate::domain::folders::{Role, Wanted, Watched};
use crate::domain::retention::Retention;
use crate::domain::staff::{Member, Staff};
use crate::domain::{calendar::Calendar, matching::Match, own_folder, pledge::Pledge, tongue::Tongue};
use chrono::{DateTime, Utc};
use reader::{Files, Reader};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Table;

/// Bytes of a configuration file; a thousand staff take a fifth of it.
pub const MAX_CONFIG_SIZE: u64 = 1 << 20;

/// Everything the operator decided, checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub service: Service,
    pub organisation: Organisation,
    pub calendar: Calendar,
    /// In order; the first whose match fits, of those that are for the mailbox, has the message.
    pub pledges: Vec<Pledge>,
    pub staff: Staff,
    pub mailboxes: Vec<Mailbox>,
    /// What is not wrong but unwise, a line each: a password's file that everybody can read.
    pub warnings: Vec<String>,
}

impl Config {
    /// Reads and checks a file, and the files of secrets it names.
    pub fn load(path: &Path) -> Result<Self, Vec<Fault>> {
        load(path, Files::Open)
    }

    /// As [`Config::load`], but leaves the files of secrets and certificates closed: every password is empty. For
    /// commands that reach no server, so that the registrar need not be allowed to read passwords.
    pub fn load_without_secrets(path: &Path) -> Result<Self, Vec<Fault>> {
        load(path, Files::Leave)
    }

    /// Checks a text; relative paths in it start at `base`.
    pub fn parse(text: &str, base: &Path) -> Result<Self, Vec<Fault>> {
        read(text, Reader::new(base, credentials(), Files::Open)).0
    }
}

/// Every key that the parser asks for where it reads `text`, without numbers: `mailbox[].imap.host`. A key that is not
/// there is asked for too, so a text that has all of these has all that there are. Holds the example to the parser.
#[must_use]
pub fn known_keys(text: &str) -> BTreeSet<String> {
    read(text, Reader::new(Path::new("."), None, Files::Leave)).1
}

fn load(path: &Path, files: Files) -> Result<Config, Vec<Fault>> {
    let fault = |remedy: String| vec![Fault::new(path.display().to_string(), remedy)];
    let bytes = server::read_small(path, MAX_CONFIG_SIZE).map_err(|why| {
        fault(format!("cannot be read: {why}; name the configuration by --config FILE or SERVICELOFTE_CONFIG"))
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()].split(|byte| *byte == b'\n').count();
        fault(format!("line {line} is not UTF-8; save the file as UTF-8"))
    })?;
    let base = path.parent().unwrap_or(Path::new(""));
    let reader = Reader::new(base, credentials(), files);
    if server::is_open_to_all(path) {
        let warning = format!("{}: holds a password and can be read by everybody; chmod o-r it", path.display());
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
    let config = sections(&reader, &table);
    let (faults, warnings, asked) = reader.finish();
    let checked = match config {
        Some(config) if faults.is_empty() => Ok(Config { warnings, ..config }),
        _ => Err(faults),
    };
    (checked, asked)
}

/// Reads every section, whatever is wrong with the others.
fn sections(reader: &Reader, table: &Table) -> Option<Config> {
    let root = reader.root(table);
    let mailboxes = root.sections("mailbox");
    let watched = mailbox::addresses(&mailboxes);
    let service = service::read(root.section_or_empty("service"), &watched);
    let organisation = service::organisation(root.section_or_empty("organisation"));
    let zone = service.as_ref().map_or(chrono_tz::Europe::Stockholm, |(_, zone)| *zone);
    let calendar = service::calendar(root.section_or_empty("calendar"), zone);
    let names = mailbox::names(&mailboxes);
    let roster = staff::read_all(&root, &names, &watched);
    let pledges = pledge::read_all(&root, &names, &roster);
    let mailboxes = mailbox::read_all(&root, mailboxes, &roster);
    root.finish();
    let (pledges, scopes): (Vec<Pledge>, Vec<Vec<String>>) = pledges?.into_iter().unzip();
    let mut mailboxes = mailboxes?;
    for mailbox in &mut mailboxes {
        let theirs = pledges.iter().zip(&scopes).filter(|(_, scope)| scope.is_empty() || scope.contains(&mailbox.name));
        mailbox.pledges = theirs.map(|(pledge, _)| pledge.name.clone()).collect();
        let ids = roster.staff.members.keys();
        mailbox.strangers = ids.filter(|id| !roster.serves(id, &mailbox.name)).cloned().collect();
    }
    Some(Config {
        service: service?.0,
        organisation: organisation?,
        calendar,
        pledges,
        staff: roster.staff,
        mailboxes,
        warnings: Vec::new(),
    })
}

/// Line and column (in characters), from 1. The parser's drawing of the line is left out: it may hold a password.
fn syntax_fault(text: &str, error: &toml::de::Error) -> Fault {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = 1 + before.matches('\n').count();
    let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
    Fault::new(format!("line {line}, column {column}"), error.message().replace('\n', "; "))
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
        [Self::Swedish, Self::English].into_iter().find(|language| Tongue::from(*language) == tongue)
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
    /// How long polling or sending may fail before the operator is alarmed; default 30 minutes.
    pub alarm_after: Duration,
}

#[derive(Clone, Debug, Default)]
pub struct Organisation {
    pub name: String,
    pub unit: Option<String>,
    pub complaints: Option<String>,
    pub privacy_url: Option<String>,
}

/// `match` to handler.
#[derive(Clone, Debug)]
pub struct AssignRule {
    pub matches: Match,
    pub handler: String,
}

/// What staff mail may show of a message, besides its reference and dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StaffMail {
    pub subject: bool,
    pub sender: bool,
}

#[derive(Clone, Debug)]
pub struct Mailbox {
    pub name: String,
    /// Lower case.
    pub address: String,
    /// Lower case.
    pub aliases: Vec<String>,
    pub handler: Option<String>,
    /// Who is told about items that have no handler; default: whom `handler` reports to. One of the two must be known.
    pub supervisor: Option<String>,
    pub assign: Vec<AssignRule>,
    /// A folder that bears a handler's name is theirs: what is moved there is given to them.
    pub handler_folders: bool,
    /// Messages that arrived before are history. Default: the first run.
    pub start: Option<DateTime<Utc>>,
    /// Hosts whose `Received:` stamp is the arrival, lower case.
    pub border_hosts: Vec<String>,
    pub staff_mail: StaffMail,
    /// Senders (address or `@domain`) of automatic notifications that may get a notice, at their Reply-To.
    pub notify_senders: Vec<String>,
    /// Most notices an hour; more are held and a person is told.
    pub notices_per_hour: u32,
    /// Names of the pledges that are for this mailbox, in order; the last one covers everything.
    pub pledges: Vec<String>,
    /// Ids of staff who are for other mailboxes only: here they write as anybody does.
    pub strangers: BTreeSet<String>,
    pub imap: Imap,
    pub smtp: Smtp,
}

impl Mailbox {
    /// The member whose folder it is. A folder that a rule names is the rule's.
    #[must_use]
    pub fn owner_of<'a>(&self, folder: &Watched, staff: &'a Staff) -> Option<&'a Member> {
        let of_a_rule = self.assign.iter().any(|rule| rule.matches.folder.contains(&folder.name));
        let may_be = self.handler_folders && folder.role == Role::Inbox && !of_a_rule;
        may_be.then(|| own_folder::owner(folder, &self.imap.inbox, staff, &self.strangers)).flatten()
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
        Self { user: user.to_owned(), proof: Proof::Password(Secret::new(password.to_owned())) }
    }

    /// The password; `None` for a user with a token.
    #[must_use]
    pub fn password(&self) -> Option<&Secret> {
        match &self.proof {
            Proof::Password(password) => Some(password),
            Proof::Token(_) => None,
        }
    }
}

/// What a user shows a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    Password(Secret),
    /// A token from an OAuth 2.0 token endpoint.
    Token(OAuth2),
}

#[derive(Clone, Debug)]
pub struct Imap {
    pub server: Server,
    /// Folder names as people write them; their subfolders are watched too.
    pub inbox: Vec<String>,
    /// `None`: special use, else known names.
    pub sent: Option<Vec<String>>,
    pub junk: Option<Vec<String>>,
    pub done: Vec<String>,
    pub poll: Duration,
}

impl Imap {
    /// The folders as `domain::folders::watch` wants them.
    #[must_use]
    pub fn wanted(&self) -> Wanted<'_> {
        Wanted { inbox: &self.inbox, sent: self.sent.as_deref(), junk: self.junk.as_deref(), done: &self.done }
    }
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

    /// systemd's folder is an argument here, since a test cannot set the environment of its own process safely.
    fn check(credentials: Option<PathBuf>, files: Files, expected: Result<&str, &str>) {
        let text = TEXT.replace("password_file = \"password\"", "credential = \"imap\"");
        let got = read(&text, Reader::new(Path::new(""), credentials, files)).0;
        match (got, expected) {
            (Ok(config), Ok(expected)) => {
                let login = config.mailboxes[0].imap.server.login.as_ref();
                assert_eq!(login.and_then(Login::password).map(Secret::reveal), Some(expected));
                assert_eq!(config.warnings, [""; 0], "systemd guards its own folder");
            }
            (Err(faults), Err(expected)) => assert!(faults[0].to_string().contains(expected), "{faults:?}"),
            (got, expected) => panic!("{got:?} instead of {expected:?}"),
        }
    }

    #[test]
    fn credentials_come_from_systemds_folder() {
        let folder = tempfile::tempdir().unwrap();
        let there = || Some(folder.path().to_owned());
        check(None, Files::Open, Err("$CREDENTIALS_DIRECTORY is not set"));
        check(None, Files::Leave, Ok(""));
        check(there(), Files::Open, Err("must name a file that can be read"));
        std::fs::write(folder.path().join("imap"), "hemligt\n").unwrap();
        check(there(), Files::Open, Ok("hemligt"));
    }
}
