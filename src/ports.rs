//! What the engine needs of the world: a mailbox to read, a transport to send by. One outcome
//! variant for each different reaction. The adapters are `imap` and `smtp`; the simulation has its
//! own.

pub use crate::domain::cursor::Selected;
pub use crate::domain::folders::{Folder, Space, Special};
use crate::domain::saying::Saying;
use chrono::{DateTime, Duration, Utc};
use std::future::Future;
use tokio::sync::mpsc;

/// Flags that matter here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    pub answered: bool,
    pub deleted: bool,
    pub draft: bool,
}

/// One message as fetched: header bytes and what the server knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    pub uid: u32,
    /// `None` when the server sent none or one that cannot be read.
    pub internal_date: Option<DateTime<Utc>>,
    pub size: u32,
    pub flags: Flags,
    /// Header fields in RFC 5322 form, as far as the parser reads them; empty when the server could
    /// not give them (then the message is unreadable).
    pub header: Vec<u8>,
}

/// What became of some messages since a mod-sequence (RFC 7162).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// UIDs whose flags may have changed, ascending, with their flags now.
    pub flags: Vec<(u32, Flags)>,
    /// UIDs that exist no more, ascending.
    pub gone: Vec<u32>,
}

/// Why a mailbox could not do it: one variant for each reaction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    /// The connection is gone or silent: reconnect with back-off. The text names the step, never
    /// any mail content.
    #[error("{0}")]
    Lost(String),
    /// The session ended because its token did, as it must once in a while: connect again at once,
    /// without a word.
    #[error("{0}")]
    Expired(String),
    /// The server asks to wait this long (Exchange's throttling).
    #[error("the server asks to wait {} s", .0.as_secs())]
    Throttled(std::time::Duration),
    /// The server refuses every login now (too many sessions, a backend that is away): back off.
    /// The password is not the trouble.
    #[error("the server lets no one in now: {0}")]
    Busy(String),
    /// User name, password or token refused: an operator must act; retry slowly, without locking
    /// the account.
    #[error("login refused: {0}")]
    Login(String),
    /// The certificate, the name in it or the protocol does not hold: an operator must act.
    #[error("TLS: {0}")]
    Tls(String),
    /// The folder does not exist or may not be read.
    #[error("folder {folder}: {why}")]
    Folder { folder: String, why: String },
    /// The server answered NO or BAD to one command; the connection is still good.
    #[error("{0}")]
    Refused(String),
}

/// A mailbox that is only read (EXAMINE, BODY.PEEK), but for [`Mailbox::append`], which stores our
/// own sent mails.
pub trait Mailbox: Send {
    /// Every folder, perhaps as it was some minutes ago.
    fn folders(&mut self) -> impl Future<Output = Result<Vec<Folder>, MailboxError>> + Send;

    /// Every folder, asked for again.
    fn folders_anew(&mut self) -> impl Future<Output = Result<Vec<Folder>, MailboxError>> + Send {
        self.folders()
    }

    /// Announces the folders that [`Mailbox::glance`] is asked about next, so that a server can tell
    /// of all of them in one answer. A glance gives such an answer out once: it is as old as this
    /// call, never older.
    fn foresee(
        &mut self,
        _folders: &[String],
    ) -> impl Future<Output = Result<(), MailboxError>> + Send {
        std::future::ready(Ok(()))
    }

    /// What [`Mailbox::examine`] would say now, if the server can say it without opening the
    /// folder; `None`: open it.
    fn glance(
        &mut self,
        _folder: &str,
    ) -> impl Future<Output = Result<Option<Selected>, MailboxError>> + Send {
        std::future::ready(Ok(None))
    }

    /// Opens a folder read-only. A server that gives no UIDVALIDITY is an error.
    fn examine(
        &mut self,
        folder: &str,
    ) -> impl Future<Output = Result<Selected, MailboxError>> + Send;

    /// Fetches `uids` (first and last, both included) of the open folder in batches, in the
    /// server's order, into `batches`, each message once; `Ok` only after the tagged OK. One that
    /// the server cannot send in readable form comes too, late and without its header. A closed
    /// receiver ends it with `Lost`.
    fn fetch(
        &mut self,
        uids: (u32, u32),
        batches: mpsc::Sender<Vec<Fetched>>,
    ) -> impl Future<Output = Result<(), MailboxError>> + Send;

    /// Flags of those UIDs of the open folder that still exist, ascending.
    fn flags(
        &mut self,
        uids: &[u32],
    ) -> impl Future<Output = Result<Vec<(u32, Flags)>, MailboxError>> + Send;

    /// UIDs of the messages of the open folder within `uids` (first and last, both included),
    /// ascending. `Refused` when the server will not say; then folders are compared by the numbers
    /// of their messages only.
    fn uids(
        &mut self,
        uids: (u32, u32),
    ) -> impl Future<Output = Result<Vec<u32>, MailboxError>> + Send {
        async move {
            Err(MailboxError::Refused(format!(
                "the UIDs {} to {} cannot be listed",
                uids.0, uids.1
            )))
        }
    }

    /// What became of those UIDs of the open folder after a mod-sequence; `None` when the server
    /// cannot say, then [`Mailbox::flags`] can.
    fn changes(
        &mut self,
        _uids: &[u32],
        _since: u64,
    ) -> impl Future<Output = Result<Option<Changes>, MailboxError>> + Send {
        std::future::ready(Ok(None))
    }

    /// Whether messages only come, and all of them are given the first time: none is ever marked,
    /// moved or thrown away, so a known message needs no second look.
    fn only_grows(&self) -> bool {
        false
    }

    /// At most `limit` first bytes of one message (header and body) of the open folder; `None` when
    /// it is gone.
    fn peek(
        &mut self,
        uid: u32,
        limit: u32,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, MailboxError>> + Send;

    /// Of one message of the open folder the header fields of these parts ("2", "1.3"), where it
    /// has them: which kinds of parts it has, and nothing of what they say. Empty when the server
    /// cannot say.
    fn part_headers(
        &mut self,
        _uid: u32,
        _parts: &[&str],
    ) -> impl Future<Output = Result<Vec<Vec<u8>>, MailboxError>> + Send {
        std::future::ready(Ok(Vec::new()))
    }

    /// UIDs in the open folder, from `from_uid` on, whose Message-ID header is this one (without
    /// angle brackets). An answer that was cut off is an error, never an empty list.
    fn find(
        &mut self,
        message_id: &str,
        from_uid: u32,
    ) -> impl Future<Output = Result<Vec<u32>, MailboxError>> + Send;

    /// Stores one of our own mails, marked `\Seen`, in a folder. No folder is open afterwards.
    fn append(
        &mut self,
        folder: &str,
        mail: &[u8],
    ) -> impl Future<Output = Result<(), MailboxError>> + Send;
}

/// One mail ready to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// `MAIL FROM`; `None` is the null sender `<>`.
    pub from: Option<String>,
    pub to: Vec<String>,
    /// One more recipient of the same transaction: of a notice we ourselves, since the copy that
    /// arrives proves that the mail was accepted; of a letter to print the registrar. Its refusal
    /// is reported in [`Delivered::Partly`] and never decides about the mail, nor delays it.
    pub own_copy: Option<String>,
    /// RFC 5322 bytes, CRLF line ends.
    pub mail: Vec<u8>,
}

/// How a delivery ended: one variant for each reaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivered {
    /// 250 after the final dot; the text is the server's (its queue id).
    Accepted(String),
    /// As `Accepted`, for some of several recipients; the server refused the others for good before
    /// it took the mail. Sending again would reach the accepted ones twice.
    Partly { text: String, refused: Vec<Refused> },
    /// Nothing was handed over, and trying later may help: no connection, login or TLS trouble, 4xx
    /// before any reader was named. What keeps this mail back keeps the others back too.
    Deferred(String),
    /// 4xx once the reader was named, without a word about them: this mail waits, the next one may
    /// fare better.
    Later(String),
    /// 4xx for this reader alone (greylisting, a full mailbox): this mail waits, the others go on.
    PutOff(String),
    /// 5xx about us, not about the reader: the login, the sender's address, the right to relay, the
    /// service as a whole. Nothing was handed over, an operator must act, and then the mail can
    /// leave.
    Barred(String),
    /// 5xx that names the reader. Only the whole round shows whether it proves anything about them
    /// ([`crate::domain::refusal`]).
    NoReader(String),
    /// 5xx for this mail as it is: its size, its letters, no address at all. Trying again will not
    /// help.
    Rejected(String),
    /// The connection ended between the DATA command's go-ahead and its answer: it may or may not
    /// have been accepted.
    Unknown(String),
}

/// A recipient who did not get a mail that others got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    pub address: String,
    /// The server's reason, without addresses.
    pub why: String,
}

/// Sends one mail at a time.
pub trait Transport: Send {
    /// Waits until a mail may be sent; false when the process is to stop meanwhile. Asked before
    /// the mail is chosen, so that a mail that waited long is still right when it goes.
    fn turn(&mut self) -> impl Future<Output = bool> + Send {
        std::future::ready(true)
    }

    /// What the mail says that is sent next, for hosts that share a promise.
    fn says(&mut self, _saying: &Saying) {}

    /// `committing` is awaited after the server's go-ahead (354) and before the first byte of the
    /// mail: what it does is on disk before the mail can have been accepted. When it fails, the
    /// mail is not sent (`Deferred`).
    fn send(
        &mut self,
        envelope: &Envelope,
        committing: impl Future<Output = Result<(), String>> + Send,
    ) -> impl Future<Output = Delivered> + Send;
}

/// The clocks at the edge.
pub trait Clock: Send + Sync {
    fn now(&self) -> DateTime<Utc>;

    /// A clock that is never set, if there is one: the time since some moment of its own.
    fn steady(&self) -> Option<Duration> {
        None
    }
}
