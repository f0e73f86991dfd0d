//! Trouble and its end, as the operator reads it.

use super::{Local, Sender};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// What fails. `error` is the step and the server's words, never anything of a citizen's mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Trouble {
    /// The mailbox cannot be read.
    Polling { mailbox: String, error: String },
    /// The mailbox is read, but its server ends the connection before all is done.
    Unfinished { mailbox: String, error: String },
    /// The mailbox's server does not take copies of our mails into Sent.
    Copies { mailbox: String, error: String },
    /// A folder that is watched only because every folder is cannot be opened; the rest of the
    /// mailbox is.
    Folder {
        mailbox: String,
        folder: String,
        error: String,
    },
    /// Mail from this mailbox cannot be sent.
    Sending { mailbox: String, error: String },
    /// The disk of the database is nearly full.
    Disk { free_mb: u64 },
    /// The clock jumped; positive is forward.
    Clock { minutes: i64 },
    /// Messages are marked as answered, but no copies appear in Sent.
    SentEmpty { mailbox: String, answered: u32 },
    /// No message has a line of the server whose word on senders counts (`authserv_id`).
    BorderSilent { mailbox: String, id: String },
    /// A citizen's notice cannot be delivered.
    Undeliverable {
        reference: String,
        mailbox: String,
        error: String,
    },
    /// Mails to a member of staff (an id), or to the operator, are not taken for that reader.
    Unreached {
        reader: String,
        mailbox: String,
        error: String,
    },
    /// An item of the register cannot be read: it is set aside, the others go on.
    SetAside { reference: String, error: String },
    /// The register's file is gone, or is another one: the service has stopped.
    Register { error: String },
    /// The service has stopped, or cannot start.
    Stopped { error: String },
    /// The register could not be copied; the service itself runs.
    Backup { error: String },
    /// The configuration no longer knows what live items of the register need.
    Config { error: String },
    /// What the retention time ends could not be erased, or not without a trace.
    Erasing { error: String },
    /// A message could not be read by the program; it is an item with a deadline all the same.
    Unreadable { reference: String, mailbox: String },
    /// What the program logs in with ends soon, or has ended: `secret` or `certificate`.
    Expiring {
        mailbox: String,
        what: Expiring,
        last_day: NaiveDate,
        days_left: i64,
    },
    /// Messages of a folder were in no item although the folder had been read. `found` were logged
    /// now, with their true arrival; `missing` could not be.
    Coverage {
        mailbox: String,
        folder: String,
        found: u32,
        missing: u32,
    },
    /// A person has paused mail to citizens.
    Paused { by: String, reason: String },
    /// Too many notices in an hour: the rest is held.
    Cap {
        mailbox: String,
        limit: u32,
        held: u32,
    },
}

/// What the program shows a token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Expiring {
    Secret,
    Certificate,
}

impl Trouble {
    /// What it is about, for the register: its kind, as templates name it, and the mailbox's
    /// address.
    #[must_use]
    pub fn matter(&self) -> (String, Option<String>) {
        let told = serde_json::to_value(self).unwrap_or_default();
        let text = |name: &str| told.get(name)?.as_str().map(str::to_owned);
        (text("kind").unwrap_or_default(), text("mailbox"))
    }
}

/// To the operator: something fails, or works again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlarmFacts {
    pub sender: Sender,
    /// The server on which the program runs.
    pub host: Option<String>,
    pub trouble: Trouble,
    pub since: Local,
    /// When it worked again; `None` while it fails.
    pub recovered: Option<Local>,
}
