//! The adapter for `ports::Transport`: SMTP submission (RFC 5321, RFC 6409) over lettre.
//!
//! Promises: it is always known how far a mail had come when something failed, and the outcome says
//! it; the caller's `committing` is done after the server's go-ahead and before the first byte of
//! the mail, and where several hosts share a promise, this one's lease is looked at after that; every
//! step has a time-out; a certificate is always checked and a missing STARTTLS
//! never means plaintext; no text that leaves here names a person. One connection serves a burst
//! and says goodbye when it has been idle.
//!
//! Deliberately absent: lettre's own transport and pool (its time-out covers the TCP connect alone,
//! and its one error for «closed at MAIL» and «closed after the dot» hides what matters most);
//! pipelining and CHUNKING (their gain is some round trips, their price is that the phase is no
//! longer known); retries, which belong to the outbox.

mod auth;
mod dialogue;
pub mod pace;
mod parcel;
pub mod reply;
mod session;
mod verdict;
pub mod wire;

use crate::config::{Security, Server, Smtp};
use crate::lease::Leave;
use crate::lease::held::NOT_OURS;
use crate::logins::{Logins, Said};
use crate::ports::{Delivered, Envelope, Refused, Transport};
use crate::tls;
use chrono::{DateTime, Utc};
use dialogue::Step;
pub use dialogue::{SmtpError, Timeouts};
use parcel::{Parcel, Receiver};
use reply::Failure;
use session::Session;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use verdict::verdict;

/// RCPT of our own copy: the citizen's mail does not wait long for it.
pub const COPY_TIMEOUT: Duration = Duration::from_secs(30);
/// A transaction that failed sooner than this, from the own copy's RCPT on, is done again without
/// the copy at once. One that took longer waits for its turn like any other: its doubt counts from
/// its go-ahead.
pub const COPY_PATIENCE: Duration = Duration::from_mins(1);
/// Any one step of [`SmtpTransport::check`]: a person is waiting.
pub const CHECK_TIMEOUT: Duration = Duration::from_secs(20);

/// Replies from here on are final (RFC 5321 §4.2.1); those below ask to come again.
const PERMANENT: u16 = 500;

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
    /// When the server's certificate ends; `None` without TLS.
    pub certificate_ends: Option<DateTime<Utc>>,
    /// The readers for whom the server takes no mail from us, of those that were tried, and why.
    pub refused: Vec<NotTaken>,
    /// How many readers it was asked about.
    pub asked: usize,
}

/// A reader for whom a server took no mail when it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTaken {
    pub reader: String,
    pub why: String,
    pub about: Doubted,
}

/// Whom a server's word is about that takes no mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubted {
    /// It takes none from us, for whomever.
    Sender,
    Reader,
    /// It asks to come again for this reader: nothing is known of them.
    Later,
    /// It asks to come again, or said nothing: nothing is known of any.
    Nobody,
}

/// One SMTP account.
///
/// A `send` that is dropped before it ends hangs up; once its `committing` was asked for, such a
/// mail is in doubt.
pub struct SmtpTransport {
    server: Server,
    limits: Timeouts,
    parked: Option<Parked>,
    /// The memory of refused logins.
    logins: Arc<Logins>,
    /// Asked before each mail's first byte, where several hosts share a promise.
    leave: Option<Leave>,
}

/// A connection at rest. A task of its own holds it, so that it says goodbye in time even without
/// another call.
struct Parked {
    recall: oneshot::Sender<()>,
    waiting: JoinHandle<Option<Session>>,
}

impl SmtpTransport {
    /// Reads the authorities' certificates, so that a bad `ca_file` shows at the start; nothing is
    /// connected.
    pub fn new(settings: &Smtp) -> Result<Self, SmtpError> {
        let server = settings.server.clone();
        if server.security != Security::Plaintext {
            tls::kept_config(server.ca_file.as_deref())?;
        }
        Ok(Self {
            server,
            limits: Timeouts::default(),
            parked: None,
            logins: Arc::default(),
            leave: None,
        })
    }

    /// The same account beside others that share its user.
    #[must_use]
    pub fn beside(self, logins: Arc<Logins>) -> Self {
        Self { logins, ..self }
    }

    /// The same account for a host that must lead to send.
    #[must_use]
    pub fn fenced(self, leave: Option<Leave>) -> Self {
        Self { leave, ..self }
    }

    /// The same account with other limits, for tests.
    #[must_use]
    pub fn with_timeouts(self, limits: Timeouts) -> Self {
        Self { limits, ..self }
    }

    /// Connects, logs in and says goodbye on a connection of its own.
    pub async fn check(&self) -> Result<Seen, SmtpError> {
        self.check_path(None).await
    }

    /// As [`SmtpTransport::check`], and asks whether a mail may go from the first address to each
    /// of the others (MAIL, RCPT, RSET): nothing is sent. Where the sender is refused, the others
    /// are not asked about.
    pub async fn check_path(&self, path: Option<(&str, &[&str])>) -> Result<Seen, SmtpError> {
        let all = &self.limits;
        let limits = Timeouts {
            greeting: all.greeting.min(CHECK_TIMEOUT),
            command: all.command.min(CHECK_TIMEOUT),
            mail: all.mail.min(CHECK_TIMEOUT),
            rcpt: all.rcpt.min(CHECK_TIMEOUT),
            ..self.limits
        };
        let mut session = auth::open(&self.server, limits).await?;
        let max_size = session.max_size();
        let greeting = std::mem::take(&mut session.greeting);
        let certificate_ends = session.certificate_ends;
        let (asked, refused) = match path {
            Some((from, readers)) => refusals(&mut session, from, readers).await,
            None => (0, Vec::new()),
        };
        session.quit().await;
        Ok(Seen {
            greeting,
            encrypted: self.server.security != Security::Plaintext,
            logged_in: self.server.login.is_some(),
            max_size,
            certificate_ends,
            refused,
            asked,
        })
    }

    /// Says goodbye on the open connection, if there is one. The next mail opens a new one. For an
    /// ordered stop: a runtime that ends takes the connection with it, and the server logs a lost
    /// client.
    pub async fn close(&mut self) {
        if let Some(session) = self.unpark().await {
            session.quit().await;
        }
    }

    /// A session that has taken this mail's MAIL command.
    ///
    /// A parked connection may have died, or the server may want no more mails on it (421). That is
    /// not the mail's fault: once, it is replaced by a new one.
    async fn begin(&mut self, parcel: &Parcel<'_>) -> Result<Session, Delivered> {
        if let Some(mut session) = self.unpark().await
            && session.reset().await.is_ok()
        {
            match parcel.mail(&mut session).await {
                Ok(()) => return Ok(session),
                Err(failure) if failure.keeps_connection() => {
                    return Err(self.end(session, Step::Mail, failure));
                }
                Err(_) => {}
            }
        }
        let opened = self.open().await;
        let mut session = opened.map_err(|error| Delivered::Deferred(error.to_string()))?;
        match parcel.mail(&mut session).await {
            Ok(()) => Ok(session),
            Err(failure) => Err(self.end(session, Step::Mail, failure)),
        }
    }

    /// Connects and logs in, unless a refused login is to rest.
    async fn open(&self) -> Result<Session, SmtpError> {
        self.logins
            .may(&self.server, Instant::now())
            .map_err(SmtpError::Login)?;
        let opened = auth::open(&self.server, self.limits).await;
        match &opened {
            Ok(_) => self.logins.accepted(&self.server),
            Err(SmtpError::Login(why)) => {
                self.logins
                    .refused(&self.server, Said::Wrong, why, Instant::now());
            }
            Err(SmtpError::Busy(why)) => {
                self.logins
                    .refused(&self.server, Said::Busy, why, Instant::now());
            }
            Err(SmtpError::Unreachable(_) | SmtpError::Tls(_)) => {}
        }
        opened
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
        let mut committing = Some(committing);
        let began = Instant::now();
        let first = self
            .transact(&parcel, parcel.own_copy.as_ref(), &mut committing)
            .await;
        let is_soon = began.elapsed() < COPY_PATIENCE;
        let (copy, why) = match (&parcel.own_copy, first.may_be_for_the_copy()) {
            (Some(copy), Some(why)) if is_soon => (copy, why.to_owned()),
            _ => return first.outcome,
        };
        match self.transact(&parcel, None, &mut committing).await.outcome {
            Delivered::Accepted(text) => Delivered::Partly {
                text,
                refused: vec![copy.refused(why)],
            },
            Delivered::Partly { text, mut refused } => {
                refused.push(copy.refused(why));
                Delivered::Partly { text, refused }
            }
            other => other,
        }
    }
}

/// How one transaction ended.
struct Ended {
    outcome: Delivered,
    /// It had come as far as the own copy, and perhaps failed for its sake.
    after_copy: bool,
}

impl Ended {
    /// Why it failed, if that may have been for the own copy's sake.
    fn may_be_for_the_copy(&self) -> Option<&str> {
        match &self.outcome {
            Delivered::Deferred(why)
            | Delivered::Later(why)
            | Delivered::NoReader(why)
            | Delivered::Rejected(why)
            | Delivered::Barred(why)
                if self.after_copy =>
            {
                Some(why)
            }
            _ => None,
        }
    }
}

/// Why a transaction ended before the answer to its dot.
enum Broke {
    At {
        step: Step,
        failure: Failure,
        after_copy: bool,
    },
    /// By us, before a byte of the mail was sent.
    Off(String),
}

impl From<Delivered> for Ended {
    fn from(outcome: Delivered) -> Self {
        Self {
            outcome,
            after_copy: false,
        }
    }
}

impl SmtpTransport {
    /// One mail from MAIL to the answer to its dot. `committing` is taken when it is done: a second
    /// transaction of the same mail finds it done.
    async fn transact(
        &mut self,
        parcel: &Parcel<'_>,
        copy: Option<&Receiver<'_>>,
        committing: &mut Option<impl Future<Output = Result<(), String>> + Send>,
    ) -> Ended {
        let mut session = match self.begin(parcel).await {
            Ok(session) => session,
            Err(outcome) => return outcome.into(),
        };
        let given = self.give(&mut session, parcel, copy, committing).await;
        match given {
            Ok(taken) => {
                self.park(session);
                taken.into()
            }
            Err(Broke::At {
                step,
                failure,
                after_copy,
            }) => Ended {
                outcome: self.end(session, step, failure),
                after_copy,
            },
            // After the go-ahead there is one way back: to hang up. A mail without its dot is
            // thrown away by the server (RFC 5321 §4.1.1.4), and of this one not a byte was sent.
            Err(Broke::Off(why)) => Delivered::Deferred(why).into(),
        }
    }

    /// The transaction behind MAIL.
    async fn give(
        &self,
        session: &mut Session,
        parcel: &Parcel<'_>,
        copy: Option<&Receiver<'_>>,
        committing: &mut Option<impl Future<Output = Result<(), String>> + Send>,
    ) -> Result<Delivered, Broke> {
        let broke = |step, after_copy| {
            move |failure| Broke::At {
                step,
                failure,
                after_copy,
            }
        };
        let limit = self.limits.rcpt;
        let refused = parcel.recipients(session, limit).await;
        let mut refused = refused.map_err(broke(Step::Rcpt, false))?;
        let after_copy = copy.is_some();
        if let Some(copy) = copy {
            let asked = self.add_copy(session, copy).await;
            refused.extend(asked.map_err(broke(Step::Rcpt, after_copy))?);
        }
        let may_go = session.data().await;
        may_go.map_err(broke(Step::Data, after_copy))?;
        self.commit(committing).await?;
        let reply = session.body(&parcel.mail).await;
        let text = reply.map_err(broke(Step::Body, after_copy))?.to_string();
        Ok(if refused.is_empty() {
            Delivered::Accepted(text)
        } else {
            Delivered::Partly { text, refused }
        })
    }

    /// The own copy as one more recipient; its refusal, if the server refuses it alone.
    async fn add_copy(
        &self,
        session: &mut Session,
        copy: &Receiver<'_>,
    ) -> Result<Option<Refused>, Failure> {
        let limit = self.limits.rcpt.min(COPY_TIMEOUT);
        match session.rcpt(copy.address.clone(), limit).await {
            Ok(_) => Ok(None),
            Err(failure) if failure.keeps_connection() => {
                Ok(Some(copy.refused(failure.to_string())))
            }
            Err(failure) => Err(failure),
        }
    }

    /// Between the go-ahead and the first byte.
    async fn commit(
        &self,
        committing: &mut Option<impl Future<Output = Result<(), String>> + Send>,
    ) -> Result<(), Broke> {
        if let Some(committing) = committing.take()
            && let Err(why) = committing.await
        {
            return Err(Broke::Off(format!(
                "not sent, since it could not be noted: {why}"
            )));
        }
        // The last look, with nothing to wait for between it and the first byte.
        if self.leave.as_ref().is_some_and(|leave| !leave.holds()) {
            return Err(Broke::Off(NOT_OURS.to_owned()));
        }
        Ok(())
    }
}

/// Why a mail may not go this way; `None` when it may. The transaction is dropped before any data.
async fn refusal(session: &mut Session, from: &str, to: &str) -> Option<(Doubted, String)> {
    let envelope = Envelope {
        from: Some(from.to_owned()),
        to: vec![to.to_owned()],
        own_copy: None,
        mail: Vec::new(),
    };
    let parcel = match Parcel::new(&envelope) {
        Ok(parcel) => parcel,
        Err(why) => return Some((Doubted::Reader, why)),
    };
    let refused = match parcel.mail(session).await {
        Ok(()) => parcel
            .recipients(session, CHECK_TIMEOUT)
            .await
            .err()
            .map(|failure| (Step::Rcpt, Doubted::Reader, failure)),
        Err(failure) => Some((Step::Mail, Doubted::Sender, failure)),
    };
    // With any answer: QUIT follows, which drops the transaction as well (RFC 5321 §4.1.1.10).
    let _ = session.reset().await;
    let (step, about, failure) = refused?;
    Some((doubted(about, &failure), format!("{step}: {failure}")))
}

/// Whom a word is about that would be about this one if it were final.
fn doubted(about: Doubted, failure: &Failure) -> Doubted {
    match failure {
        Failure::Said(reply) if reply.code >= PERMANENT => about,
        Failure::Said(_) if about == Doubted::Reader => Doubted::Later,
        Failure::Said(_) | Failure::Lost(_) => Doubted::Nobody,
    }
}

/// How many readers were asked about, and those for whom no mail is taken. A word about the sender,
/// or a line that has gone silent, would be the same for all others.
async fn refusals(session: &mut Session, from: &str, readers: &[&str]) -> (usize, Vec<NotTaken>) {
    let (mut asked, mut refused) = (0, Vec::new());
    for to in readers {
        asked += 1;
        let Some((about, why)) = refusal(session, from, to).await else {
            continue;
        };
        let reader = (*to).to_owned();
        refused.push(NotTaken { reader, why, about });
        if matches!(about, Doubted::Sender | Doubted::Nobody) {
            break;
        }
    }
    (asked, refused)
}
