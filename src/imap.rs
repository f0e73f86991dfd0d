//! The adapter for `ports::Mailbox`: `IMAP4rev1` (RFC 3501) over the parser of async-imap.
//!
//! Promises: nothing in the mailbox changes but by [`Mailbox::append`] (folders are opened by
//! EXAMINE, messages read by PEEK, and no other command is in this module); an answer is complete,
//! or it is an error; a server can neither exhaust our memory (`guard`) nor hang us (`conn`) nor
//! stop the process (`conn`); one message that cannot be read does not keep the others from us. Of
//! a server's extensions IDLE, CONDSTORE, QRESYNC, SPECIAL-USE, NAMESPACE are used where offered,
//! and nothing depends on them. Never enabled is `IMAP4rev2`, another dialect. Deliberately absent:
//! pipelining.

mod command;
pub mod conn;
mod delta;
pub mod fetch;
pub mod folders;
pub mod guard;
pub mod idle;
pub mod login;
mod mailbox;
pub mod namespace;
mod refusal;
pub mod utf7;

use crate::config::Server;
use crate::ports::{Fetched, Folder, Mailbox, MailboxError, Selected};
use async_imap::imap_proto::{MailboxDatum, Response, StatusAttribute};
use chrono::{DateTime, Utc};
use command::Command;
use conn::{Conn, Duplex, Fault};
use fetch::{Items, Sink};
use folders::Spellings;
use login::Capabilities;
use namespace::Namespaces;
use std::collections::HashMap;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Longest silence of a server in mid-command: a cold folder of 100 000 mails needs some 10 s
/// before its first answer.
pub const SILENCE: Duration = Duration::from_mins(2);
/// How long a goodbye may take.
pub const GOODBYE: Duration = Duration::from_secs(3);
/// Most refused or unreadable answers within one fetch that are worked around; each may cost a new
/// connection.
pub const MAX_WORKAROUNDS: u32 = 100;
/// Longest Message-ID that is looked for (RFC 5322 §2.1.1: a line).
pub const MAX_MESSAGE_ID: usize = 998;
/// How long a list of folders is believed. When a message has left its folder, it is asked for
/// again before that.
pub const LIST_AGE: Duration = Duration::from_mins(5);
/// Most hits of one search: a Message-ID has one, or a few copies.
pub const MAX_HITS: usize = 10_000;

/// One mailbox on one connection. After [`MailboxError::Lost`] it is of no more use: connect again.
pub struct ImapMailbox {
    server: Server,
    silence: Duration,
    items: Items,
    conn: Conn,
    offered: Capabilities,
    spellings: Spellings,
    /// `None`: not asked for yet; a server that does not say stays unknown.
    namespaces: Option<Namespaces>,
    open: Option<(String, Selected)>,
    /// When that was.
    opened_at: Instant,
    /// The last list of folders, and when it was asked for.
    listed: Option<(Instant, Vec<Folder>)>,
    /// The server has been asked to report vanished messages (RFC 7162 §3.2.3).
    qresync: bool,
    refuses: Refuses,
    /// The state of folders that a later [`Mailbox::glance`] gives out, each once.
    foreseen: HashMap<String, Selected>,
}

/// The commands that the server offers, but refused or answered unreadably.
#[derive(Debug, Default)]
struct Refuses {
    idle: bool,
    status: bool,
    /// LIST that returns the state of all folders.
    statuses: bool,
}

impl ImapMailbox {
    /// Connects and logs in. `fields` are the header fields that [`Mailbox::fetch`] asks for.
    pub async fn connect(server: &Server, fields: &[String]) -> Result<Self, MailboxError> {
        Self::connect_within(server, fields, SILENCE).await
    }

    /// The same with another longest silence of the server.
    pub async fn connect_within(
        server: &Server,
        fields: &[String],
        silence: Duration,
    ) -> Result<Self, MailboxError> {
        let items = items_of(fields)?;
        let (conn, offered) = login::open(server, silence).await?;
        let mut mailbox = Self::with(server, silence, items, conn, offered);
        mailbox.enable().await?;
        Ok(mailbox)
    }

    /// The same on an open connection that shows its greeting: a test brings bytes of its own. When
    /// it breaks, `server` is connected to.
    pub async fn over(
        stream: impl Duplex + 'static,
        server: &Server,
        fields: &[String],
        silence: Duration,
    ) -> Result<Self, MailboxError> {
        let items = items_of(fields)?;
        let (conn, offered) =
            login::greeted(Conn::new(stream, crate::tls::name(server), silence), server).await?;
        let mut mailbox = Self::with(server, silence, items, conn, offered);
        mailbox.enable().await?;
        Ok(mailbox)
    }

    fn with(
        server: &Server,
        silence: Duration,
        items: Items,
        conn: Conn,
        offered: Capabilities,
    ) -> Self {
        Self {
            server: server.clone(),
            silence,
            items,
            conn,
            offered,
            spellings: Spellings::default(),
            namespaces: None,
            open: None,
            opened_at: Instant::now(),
            listed: None,
            qresync: false,
            refuses: Refuses::default(),
            foreseen: HashMap::new(),
        }
    }

    /// Asks for news of vanished messages where the server offers it; a refusal does no harm.
    async fn enable(&mut self) -> Result<(), MailboxError> {
        self.qresync = false;
        if self.offered.has("QRESYNC") && self.offered.has("ENABLE") {
            match self
                .conn
                .exec(Command::new("ENABLE", "ENABLE QRESYNC"), |_| {})
                .await
            {
                Ok(()) => self.qresync = true,
                Err(Fault::Refused(_)) => {}
                Err(fault) => return Err(fault.into()),
            }
        }
        Ok(())
    }

    fn has_condstore(&self) -> bool {
        self.offered.has("CONDSTORE") || self.offered.has("QRESYNC")
    }

    /// Whether LIST returns the state of several folders (RFC 5819).
    fn tells_of_several(&self) -> bool {
        let is_offered = self.offered.has("LIST-STATUS") && self.offered.has("LIST-EXTENDED");
        is_offered && !self.refuses.statuses
    }

    /// Not the open folder, or no longer as EXAMINE described it.
    fn is_stirred(&self, folder: &str) -> bool {
        self.conn.is_stirred() || self.open.as_ref().is_none_or(|(open, _)| open != folder)
    }

    /// When the server's certificate ends; `None` without TLS.
    #[must_use]
    pub fn certificate_ends(&self) -> Option<DateTime<Utc>> {
        self.conn.certificate_ends
    }

    /// Keeps the connection; `Lost` when it is gone.
    pub async fn noop(&mut self) -> Result<(), MailboxError> {
        Ok(self.conn.exec(Command::new("NOOP", "NOOP"), |_| {}).await?)
    }

    /// Says goodbye, if the server cares to listen.
    pub async fn logout(mut self) {
        // After any answer the connection is closed.
        let _ = timeout(
            GOODBYE,
            self.conn.exec(Command::new("LOGOUT", "LOGOUT"), |_| {}),
        )
        .await;
    }

    /// A new connection in place of one that an unreadable answer spoilt, in the same folder.
    async fn reopen(&mut self) -> Result<(), MailboxError> {
        if !self.conn.is_broken() {
            return Ok(());
        }
        let open = self.open.take();
        (self.conn, self.offered) = login::open(&self.server, self.silence).await?;
        self.enable().await?;
        if let Some((folder, before)) = open {
            let now = self.examine(&folder).await?;
            if now.uid_validity != before.uid_validity {
                return Err(MailboxError::Lost(format!(
                    "{}: a folder was made anew meanwhile",
                    self.conn.server()
                )));
            }
        }
        Ok(())
    }

    /// Gets what a failed range fetch left: in ever smaller ranges, at last message by message.
    async fn isolate(
        &mut self,
        range: (u32, u32),
        sink: &mut Sink,
        fault: &Fault,
    ) -> Result<(), MailboxError> {
        self.reopen().await?;
        let left = fetch::existing(&mut self.conn, range).await?;
        let mut groups = Vec::from(split(left, fault, sink));
        let mut workarounds = 0;
        while let Some(group) = groups.pop() {
            let (Some(&first), Some(&last)) = (group.first(), group.last()) else {
                continue;
            };
            if first == last {
                self.push_alone(first, sink).await?;
                continue;
            }
            self.reopen().await?;
            match fetch::stream(&mut self.conn, (first, last), &self.items.all(), sink).await {
                // What the server did not send is gone.
                Ok(()) => {}
                Err(fault) if fault.is_of_this_answer() && workarounds < MAX_WORKAROUNDS => {
                    workarounds += 1;
                    groups.extend(split(group, &fault, sink));
                }
                Err(other) => return Err(other.into()),
            }
        }
        Ok(sink.flush().await?)
    }

    /// What the server gave nothing of is asked for alone: by then it is gone, or it can be read.
    /// Else nothing of it is believed but that it is there.
    async fn ask_again(&mut self, sink: &mut Sink) -> Result<(), MailboxError> {
        for (number, uid) in (0..).zip(sink.take_hollow()) {
            let found = if number < MAX_WORKAROUNDS {
                self.alone(uid).await?
            } else {
                Some(fetch::unreadable(uid))
            };
            match found {
                Some(message) if fetch::is_hollow(&message) => {
                    sink.push(fetch::unreadable(uid)).await?
                }
                Some(message) => sink.push(message).await?,
                None => false,
            };
        }
        Ok(sink.flush().await?)
    }

    /// One message with as much as the server can be brought to say; `None` when it is gone.
    async fn alone(&mut self, uid: u32) -> Result<Option<Fetched>, MailboxError> {
        for items in self.items.ladder() {
            self.reopen().await?;
            match fetch::one(&mut self.conn, uid, &items).await {
                Ok(found) => return Ok(found),
                Err(fault) if fault.is_of_this_answer() => {}
                Err(other) => return Err(other.into()),
            }
        }
        Ok(Some(fetch::unreadable(uid)))
    }

    async fn push_alone(&mut self, uid: u32, sink: &mut Sink) -> Result<(), MailboxError> {
        if let Some(message) = self.alone(uid).await? {
            sink.push(message).await?;
        }
        Ok(())
    }

    async fn list(&mut self) -> Result<Vec<Folder>, MailboxError> {
        if let Some(command) = folders::with_special_use(&self.offered) {
            match folders::list(&mut self.conn, command).await {
                Ok((found, spellings)) => {
                    self.spellings = spellings;
                    return Ok(found);
                }
                // Data that the parser does not know, or an extension that is not one: ask in the
                // old way.
                Err(fault) if fault.is_of_this_answer() => self.reopen().await?,
                Err(other) => return Err(other.into()),
            }
        }
        let (found, spellings) = folders::list(&mut self.conn, folders::plain()).await?;
        self.spellings = spellings;
        Ok(found)
    }

    /// Whose folders are whose, asked for once.
    async fn namespaces(&mut self) -> Result<Namespaces, MailboxError> {
        if let Some(known) = &self.namespaces {
            return Ok(known.clone());
        }
        let asked = if self.offered.has("NAMESPACE") {
            namespace::ask(&mut self.conn).await
        } else {
            Ok(None)
        };
        let told = match asked {
            Ok(told) => told.unwrap_or_default(),
            Err(Fault::Refused(_)) => Namespaces::default(),
            Err(Fault::Garbled(_)) => {
                self.reopen().await?;
                Namespaces::default()
            }
            Err(fault) => return Err(fault.into()),
        };
        self.namespaces = Some(told.clone());
        Ok(told)
    }

    fn must_be_open(&self) -> Result<(), MailboxError> {
        match self.open {
            Some(_) => Ok(()),
            None => Err(MailboxError::Refused("no folder is open".to_owned())),
        }
    }

    /// UIDNEXT from a server whose EXAMINE does not say it, or says it wrongly: STATUS, else one
    /// more than the last message's.
    async fn uid_next(&mut self, wire: &str, exists: u32) -> Result<u32, Fault> {
        let mut next = None;
        let status = Command::new("STATUS", "STATUS")
            .string(wire)
            .text(" (UIDNEXT)");
        let asked = self.conn.exec(status, |response| {
            if let Response::MailboxData(MailboxDatum::Status { status, .. }) = response {
                next = status.iter().find_map(|item| match item {
                    StatusAttribute::UidNext(uid) => Some(*uid),
                    _ => None,
                });
            }
        });
        match asked.await {
            Ok(()) | Err(Fault::Refused(_)) => {}
            Err(other) => return Err(other),
        }
        next = next.filter(|&next| is_possible(next, exists));
        if next.is_none() && exists > 0 {
            let uids = fetch::last(&mut self.conn).await?;
            next = uids.map(|uid| uid.saturating_add(1));
        }
        Ok(next.unwrap_or(1))
    }
}

/// UIDs begin with 1 and each is given once (RFC 3501 §2.3.1.1). To believe less would pass by
/// messages.
fn is_possible(uid_next: u32, exists: u32) -> bool {
    uid_next > exists
}

fn items_of(fields: &[String]) -> Result<Items, MailboxError> {
    Items::new(fields)
        .ok_or_else(|| MailboxError::Refused("a header field name is not one".to_owned()))
}

/// What of a group has not come, in two parts, the later one first. An unreadable answer costs the
/// connection, and the first message that did not come is most likely the one: it is tried alone. A
/// refusal names no message: the group is halved.
fn split(mut group: Vec<u32>, fault: &Fault, sink: &Sink) -> [Vec<u32>; 2] {
    group.retain(|&uid| !sink.has(uid));
    let at = if matches!(fault, Fault::Garbled(_)) {
        1
    } else {
        group.len() / 2
    };
    let later = group.split_off(at.min(group.len()));
    [later, group]
}
