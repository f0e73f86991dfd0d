//! Strict TOML to checked values: all faults at once, each with key, value and remedy.
//!
//! Skeleton: the helper that owns this file fills it; the shapes are what others build on.

use crate::domain::{calendar::Calendar, matching::Match, pledge::Pledge, staff::Staff};
use chrono::{DateTime, Utc};
use std::path::PathBuf;
use std::time::Duration;

/// Everything the operator decided, checked.
#[derive(Clone, Debug)]
pub struct Config {
    pub service: Service,
    pub organisation: Organisation,
    pub calendar: Calendar,
    /// In order; the first whose match fits has the message. The last one matches everything.
    pub pledges: Vec<Pledge>,
    pub staff: Staff,
    pub mailboxes: Vec<Mailbox>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Swedish,
    English,
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

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    pub months: u16,
    pub decision: String,
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
    /// Messages that arrived before are history. Default: the first run.
    pub start: Option<DateTime<Utc>>,
    /// Hosts whose `Received:` stamp is the arrival, lower case.
    pub border_hosts: Vec<String>,
    pub staff_mail: StaffMail,
    /// Senders (address or `@domain`) of automatic notifications that may get a notice, at their Reply-To.
    pub notify_senders: Vec<String>,
    /// Most notices an hour; more are held and a person is told.
    pub notices_per_hour: u32,
    pub imap: Imap,
    pub smtp: Smtp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    Tls,
    StartTls,
    /// Loopback only.
    Plaintext,
}

/// A secret; `Debug` never shows it.
#[derive(Clone, PartialEq, Eq)]
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
    /// User and password; `None` for an SMTP server that wants no login.
    pub login: Option<Login>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    pub user: String,
    pub password: Secret,
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

#[derive(Clone, Debug)]
pub struct Smtp {
    pub server: Server,
    /// Append our own mails to Sent.
    pub save_sent: bool,
}
