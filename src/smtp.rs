//! The adapter for `ports::Transport`: SMTP submission (RFC 5321, RFC 6409) over lettre.
//!
//! Promises: it is always known how far a mail had come when something failed, and the outcome says it; the caller's
//! `committing` is done after the server's go-ahead and before the first byte of the mail; every step has a time-out;
//! a certificate is always checked and a missing STARTTLS never means plaintext; no text that leaves here names a
//! person. One connection serves a burst and says goodbye when it has been idle.
//!
//! Deliberately absent: lettre's own transport and pool (its time-out covers the TCP connect alone, and its one error
//! for «closed at MAIL» and «closed after the dot» hides what matters most); pipelining and CHUNKING (their gain is
//! some round trips, their price is that the phase is no longer known); retries, which belong to the outbox.

pub mod reply;
mod session;
mod verdict;
pub mod wire;

use crate::config::{Security, Server, Smtp};
use crate::ports::{Delivered, Envelope, Refused, Transport};
use crate::tls::{self, TlsError};
use lettre::Address;
use reply::{Failure, Reply};
use session::Session;
use std::borrow::Cow;
use std::fmt;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use verdict::{is_final_for_reader, verdict};

/// Greeting: RFC 5321 §4.5.3.2.1. Servers under load and tarpits are slow here, and waiting costs only time.
pub const GREETING_TIMEOUT: Duration = Duration::from_mins(5);
/// EHLO, STARTTLS and AUTH: the RFC names none; as long as MAIL.
pub const COMMAND_TIMEOUT: Duration = Duration::from_mins(5);
/// MAIL: RFC 5321 §4.5.3.2.2.
pub const MAIL_TIMEOUT: Duration = Duration::from_mins(5);
/// RCPT: RFC 5321 §4.5.3.2.3; the server may look the recipient up elsewhere.
pub const RCPT_TIMEOUT: Duration = Duration::from_mins(5);
/// DATA until its 354: RFC 5321 §4.5.3.2.4.
pub const DATA_TIMEOUT: Duration = Duration::from_mins(2);
/// The mail's bytes (3 minutes) and the answer to the final dot (10 minutes, RFC 5321 §4.5.3.2.6), as one, since
/// lettre does both in one call. The whole ten minutes: who gives up earlier has a mail in doubt, the dearest outcome.
pub const BODY_TIMEOUT: Duration = Duration::from_mins(13);
/// RSET before a parked connection is used again: short, since a new connection is a good answer to silence.
pub const ALIVE_TIMEOUT: Duration = Duration::from_secs(15);
/// QUIT: politeness has an end.
pub const QUIT_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection without work is closed after this; servers close it themselves after some minutes.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Any one step of [`SmtpTransport::check`]: a person is waiting.
pub const CHECK_TIMEOUT: Duration = Duration::from_secs(20);

/// How long each step may take. TCP and TLS have theirs in `crate::tls`.
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    pub greeting: Duration,
    pub command: Duration,
    pub mail: Duration,
    pub rcpt: Duration,
    pub data: Duration,
    pub body: Duration,
    pub alive: Duration,
    pub quit: Duration,
    pub idle: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            greeting: GREETING_TIMEOUT,
            command: COMMAND_TIMEOUT,
            mail: MAIL_TIMEOUT,
            rcpt: RCPT_TIMEOUT,
            data: DATA_TIMEOUT,
            body: BODY_TIMEOUT,
            alive: ALIVE_TIMEOUT,
            quit: QUIT_TIMEOUT,
            idle: IDLE_TIMEOUT,
        }
    }
}

/// Where in the dialogue something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// From the go-ahead to the answer to the final dot.
    Body,
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Greeting => "greeting",
            Self::Ehlo => "EHLO",
            Self::StartTls => "STARTTLS",
            Self::Auth => "AUTH",
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Body => "after DATA",
        })
    }
}

/// Why there is no connection that could take a mail: one variant for each reaction. Each text is one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    /// The network, the server or its load: back off.
    #[error("{0}")]
    Unreachable(String),
    /// Certificate, name, authority, missing STARTTLS: an operator must act.
    #[error("{0}")]
    Tls(TlsError),
    /// User or password refused: an operator must act.
    #[error("login refused: {0}")]
    Login(String),
}

impl From<TlsError> for SmtpError {
    fn from(error: TlsError) -> Self {
        if error.is_transient() { Self::Unreachable(error.to_string()) } else { Self::Tls(error) }
    }
}

/// What [`SmtpTransport::check`] saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The text of the server's greeting: its name, often its make.
    pub greeting: String,
    pub encrypted: bool,
    /// A login was configured and the server took it.
    pub logged_in: bool,
    /// Largest mail that the server takes, in bytes (RFC 1870); `None` when it names no limit.
    pub max_size: Option<u64>,
}

/// One SMTP account.
///
/// A `send` that is dropped before it ends hangs up; once its `committing` was asked for, such a mail is in doubt.
pub struct SmtpTransport {
    server: Server,
    limits: Timeouts,
    parked: Option<Parked>,
}

/// A connection at rest. A task of its own holds it, so that it says goodbye in time though nobody calls.
struct Parked {
    recall: oneshot::Sender<()>,
    waiting: JoinHandle<Option<Session>>,
}

impl SmtpTransport {
    /// Reads the authorities' certificates, so that a bad `ca_file` shows at the start; nothing is connected.
    pub fn new(settings: &Smtp) -> Result<Self, SmtpError> {
        let server = settings.server.clone();
        if server.security != Security::Plaintext {
            tls::client_config(server.ca_file.as_deref())?;
        }
        Ok(Self { server, limits: Timeouts::default(), parked: None })
    }

    /// The same account with other limits, for tests.
    #[must_use]
    pub fn with_timeouts(self, limits: Timeouts) -> Self {
        Self { limits, ..self }
    }

    /// Connects, logs in and says goodbye on a connection of its own.
    pub async fn check(&self) -> Result<Seen, SmtpError> {
        let all = &self.limits;
        let limits = Timeouts {
            greeting: all.greeting.min(CHECK_TIMEOUT),
            command: all.command.min(CHECK_TIMEOUT),
            ..self.limits
        };
        let mut session = Session::open(&self.server, limits).await?;
        let max_size = session.max_size().await.map_err(|failure| {
            SmtpError::Unreachable(format!("{}: {}: {failure}", tls::name(&self.server), Step::Ehlo))
        })?;
        let greeting = std::mem::take(&mut session.greeting);
        session.quit().await;
        Ok(Seen {
            greeting,
            encrypted: self.server.security != Security::Plaintext,
            logged_in: self.server.login.is_some(),
            max_size,
        })
    }

    /// Says goodbye on the open connection, if there is one. The next mail opens a new one. For an ordered stop: a
    /// runtime that ends takes the connection with it, and the server logs a lost client.
    pub async fn close(&mut self) {
        if let Some(session) = self.unpark().await {
            session.quit().await;
        }
    }

    /// A session that has taken this mail's MAIL command.
    ///
    /// A parked connection may have died, or the server may want no more mails on it (421). That is not the mail's
    /// fault: once, it is replaced by a new one.
    async fn begin(&mut self, parcel: &Parcel<'_>) -> Result<Session, Delivered> {
        if let Some(mut session) = self.unpark().await
            && session.reset().await.is_ok()
        {
            match parcel.mail(&mut session).await {
                Ok(()) => return Ok(session),
                Err(failure) if failure.keeps_connection() => return Err(self.end(session, Step::Mail, failure)),
                Err(_) => {}
            }
        }
        let opened = Session::open(&self.server, self.limits).await;
        let mut session = opened.map_err(|error| Delivered::Deferred(error.to_string()))?;
        match parcel.mail(&mut session).await {
            Ok(()) => Ok(session),
            Err(failure) => Err(self.end(session, Step::Mail, failure)),
        }
    }

    /// The mail is over at `step`; the connection need not be.
    fn end(&mut self, session: Session, step: Step, failure: Failure) -> Delivered {
        if failure.keeps_connection() {
            self.park(session);
        }
        verdict(failure, step)
    }

    /// Keeps the connection for the next mail, for a while.
    fn park(&mut self, session: Session) {
        let (recall, recalled) = oneshot::channel();
        let idle = self.limits.idle;
        let waiting = tokio::spawn(async move {
            // A transport that was dropped recalls nothing: its connection says goodbye as well.
            if matches!(timeout(idle, recalled).await, Ok(Ok(()))) {
                return Some(session);
            }
            session.quit().await;
            None
        });
        self.parked = Some(Parked { recall, waiting });
    }

    async fn unpark(&mut self) -> Option<Session> {
        let Parked { recall, waiting } = self.parked.take()?;
        // Not received: the task is saying goodbye already.
        let _ = recall.send(());
        waiting.await.ok().flatten()
    }
}

impl Transport for SmtpTransport {
    async fn send(
        &mut self,
        envelope: &Envelope,
        committing: impl Future<Output = Result<(), String>> + Send,
    ) -> Delivered {
        let parcel = match Parcel::new(envelope) {
            Ok(parcel) => parcel,
            Err(why) => return Delivered::Rejected(why),
        };
        let mut session = match self.begin(&parcel).await {
            Ok(session) => session,
            Err(outcome) => return outcome,
        };
        let refused = match parcel.recipients(&mut session).await {
            Ok(refused) => refused,
            Err(failure) => return self.end(session, Step::Rcpt, failure),
        };
        if let Err(failure) = session.data().await {
            return self.end(session, Step::Data, failure);
        }
        if let Err(why) = committing.await {
            // After the go-ahead there is one way back: to hang up. A mail without its dot is thrown away by the
            // server (RFC 5321 §4.1.1.4), and of this one not a byte was sent.
            return Delivered::Deferred(format!("not sent, since it could not be noted: {why}"));
        }
        match session.body(&parcel.mail).await {
            Ok(reply) => {
                self.park(session);
                let text = reply.to_string();
                if refused.is_empty() { Delivered::Accepted(text) } else { Delivered::Partly { text, refused } }
            }
            Err(failure) => self.end(session, Step::Body, failure),
        }
    }
}

/// A mail made ready for the dialogue.
struct Parcel<'a> {
    from: Option<Address>,
    /// Each with its address as the caller wrote it.
    to: Vec<(Address, &'a str)>,
    /// Regular line ends, without the last one.
    mail: Cow<'a, [u8]>,
    /// Some local part has letters beyond ASCII (RFC 6531).
    utf8: bool,
    /// Local parts: a server's «user anna unknown» must not reach a log.
    hidden: Vec<String>,
}

impl<'a> Parcel<'a> {
    /// The error is the text of a rejection: no server could take this.
    fn new(envelope: &'a Envelope) -> Result<Self, String> {
        let from = match &envelope.from {
            Some(from) => Some(path(from).ok_or("the sender's address is not one that SMTP can carry")?),
            None => None,
        };
        let to = envelope.to.iter().map(|to| path(to).map(|address| (address, to.as_str())));
        let to: Vec<_> = to.collect::<Option<_>>().ok_or("a recipient's address is not one that SMTP can carry")?;
        if to.is_empty() {
            return Err("no recipient".to_owned());
        }
        let addresses = || from.iter().chain(to.iter().map(|(address, _)| address));
        let utf8 = addresses().any(|address| !address.user().is_ascii());
        let hidden = addresses().map(|address| address.user().to_owned()).collect();
        Ok(Self { mail: wire_form(&envelope.mail), utf8, hidden, from, to })
    }

    /// MAIL, unless the server cannot know such addresses.
    async fn mail(&self, session: &mut Session) -> Result<(), Failure> {
        if self.utf8 && !session.takes_utf8() {
            // The reply that RFC 6531 §3.5 has for it, told by ourselves.
            let text = "5.6.7 the address has letters beyond ASCII, and the server does not offer SMTPUTF8";
            return Err(Failure::Said(Reply::new(553, text, &[])));
        }
        let eight_bit = !self.mail.is_ascii();
        session.mail(self.from.clone(), self.utf8, eight_bit, self.hidden.clone()).await.map(drop)
    }

    /// RCPT for each. Those refused for good come back, unless nobody is left.
    ///
    /// When one is only deferred, the whole mail waits: nothing has been handed over yet, and a mail that was sent to
    /// some could not be sent again to the others without reaching the first ones twice.
    async fn recipients(&self, session: &mut Session) -> Result<Vec<Refused>, Failure> {
        let mut refused = Vec::new();
        for (address, written) in &self.to {
            match session.rcpt(address.clone()).await {
                Ok(_) => {}
                Err(Failure::Said(reply)) if is_final_for_reader(&reply) => {
                    if refused.len() + 1 == self.to.len() {
                        return Err(Failure::Said(reply));
                    }
                    refused.push(Refused { address: (*written).to_owned(), why: reply.to_string() });
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(refused)
    }
}

/// An address as SMTP writes it. A domain with å ä ö goes by its ASCII name (RFC 5890), which every server knows.
fn path(address: &str) -> Option<Address> {
    let (user, domain) = address.rsplit_once('@')?;
    let domain = if domain.is_ascii() { Cow::Borrowed(domain) } else { idna::domain_to_ascii(domain).ok()?.into() };
    Address::new(user, domain).ok()
}

/// The mail as lettre wants it: CRLF line ends only, without the last one, which lettre adds with the dot.
///
/// A bare CR or LF must not go out (RFC 5321 §2.3.8): servers that take it for a line end would see other lines, and
/// perhaps another final dot, than we wrote.
fn wire_form(mail: &[u8]) -> Cow<'_, [u8]> {
    let bare = |(at, byte): (usize, &u8)| match byte {
        b'\r' => mail.get(at + 1) != Some(&b'\n'),
        b'\n' => at == 0 || mail[at - 1] != b'\r',
        _ => false,
    };
    if !mail.iter().enumerate().any(bare) {
        return Cow::Borrowed(mail.strip_suffix(b"\r\n").unwrap_or(mail));
    }
    let mut regular = Vec::with_capacity(mail.len() + mail.len() / 32);
    for (at, byte) in mail.iter().enumerate() {
        match byte {
            b'\n' if at > 0 && mail[at - 1] == b'\r' => {}
            b'\r' | b'\n' => regular.extend_from_slice(b"\r\n"),
            byte => regular.push(*byte),
        }
    }
    if regular.ends_with(b"\r\n") {
        regular.truncate(regular.len() - 2);
    }
    Cow::Owned(regular)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_has_regular_line_ends_only() {
        let check = |mail: &str, expected: &str| {
            assert_eq!(String::from_utf8_lossy(&wire_form(mail.as_bytes())), expected, "{mail:?}");
        };
        check("a\r\nb\r\n", "a\r\nb");
        check("a\r\n\r\n", "a\r\n");
        check("a", "a");
        check("", "");
        check("\r\n", "");
        check("a\nb\n", "a\r\nb");
        check("a\n.\nb\r\n", "a\r\n.\r\nb");
        check("a\r.\rb", "a\r\n.\r\nb");
        check("a\r\r\nb", "a\r\n\r\nb");
        check("\na", "\r\na");
    }

    #[test]
    fn addresses_are_those_that_smtp_can_carry() {
        let check = |address: &str, expected: Option<&str>| {
            assert_eq!(path(address).as_ref().map(AsRef::as_ref), expected, "{address:?}");
        };
        check("anna@example.se", Some("anna@example.se"));
        check("info@blåbär.se", Some("info@xn--blbr-noae.se"));
        check("åsa@example.se", Some("åsa@example.se"));
        check("anna", None);
        check("anna@", None);
        check("@example.se", None);
        check("a@example.se>\r\nRCPT TO:<b@example.se", None);
        check("a\r\n@example.se", None);
        check("a b@example.se", None);
    }
}
