//! The dialogue as all of its files know it: its steps, how long each may take, and the reasons for
//! having no connection.

use crate::oauth::TokenError;
use crate::tls::TlsError;
use std::fmt;
use std::time::Duration;

/// Greeting: RFC 5321 §4.5.3.2.1. Servers under load and tarpits are slow here, and waiting costs
/// only time.
pub const GREETING_TIMEOUT: Duration = Duration::from_mins(5);
/// EHLO, STARTTLS and AUTH: the RFC names none; as long as MAIL.
pub const COMMAND_TIMEOUT: Duration = Duration::from_mins(5);
/// MAIL: RFC 5321 §4.5.3.2.2.
pub const MAIL_TIMEOUT: Duration = Duration::from_mins(5);
/// RCPT: RFC 5321 §4.5.3.2.3; the server may look the recipient up elsewhere.
pub const RCPT_TIMEOUT: Duration = Duration::from_mins(5);
/// DATA until its 354: RFC 5321 §4.5.3.2.4.
pub const DATA_TIMEOUT: Duration = Duration::from_mins(2);
/// The mail's bytes (3 minutes) and the answer to the final dot (10 minutes, RFC 5321 §4.5.3.2.6),
/// as one, since lettre does both in one call. The whole ten minutes: who gives up earlier has a
/// mail in doubt, the dearest outcome.
pub const BODY_TIMEOUT: Duration = Duration::from_mins(13);
/// RSET before a parked connection is used again: short, since a new connection is a good answer to
/// silence.
pub const ALIVE_TIMEOUT: Duration = Duration::from_secs(15);
/// QUIT: politeness has an end.
pub const QUIT_TIMEOUT: Duration = Duration::from_secs(5);
/// A connection without work is closed after this; servers close it themselves after some minutes.
pub const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
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
pub(super) enum Step {
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

/// Why no connection could take a mail: one variant for each reaction. Each text is one line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SmtpError {
    /// The network, the server or its load: back off.
    #[error("{0}")]
    Unreachable(String),
    /// The server refuses every login now (4xx to the login): back off. The password is not the
    /// trouble.
    #[error("the server lets no one in now: {0}")]
    Busy(String),
    /// Certificate, name, authority, missing STARTTLS: an operator must act.
    #[error("{0}")]
    Tls(String),
    /// User, password or token refused: an operator must act.
    #[error("login refused: {0}")]
    Login(String),
}

impl From<TlsError> for SmtpError {
    fn from(error: TlsError) -> Self {
        if error.is_transient() {
            Self::Unreachable(error.to_string())
        } else {
            Self::Tls(error.to_string())
        }
    }
}

impl From<TokenError> for SmtpError {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Unreachable(text) => Self::Unreachable(text),
            TokenError::Tls(text) => Self::Tls(text),
            TokenError::Refused(text) => Self::Login(text),
        }
    }
}
