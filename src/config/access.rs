//! How to reach a server, and what a user shows it.

use super::secret::{Secret, from_file};
use super::values::HttpsUrl;
use chrono::NaiveDate;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    Tls,
    StartTls,
    /// Loopback only.
    Plaintext,
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

/// The client credentials grant (RFC 6749 §4.4) at one token endpoint. The order has no meaning but
/// to be one: equal settings share a token.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OAuth2 {
    pub token_url: HttpsUrl,
    /// PEM file of the authority of the token endpoint, instead of the system's.
    pub ca_file: Option<PathBuf>,
    pub client_id: String,
    pub scope: Option<String>,
    pub credential: Credential,
    /// The last day of the client secret, as far as a person has written it down: token endpoints
    /// do not say.
    pub secret_expires: Option<NaiveDate>,
}

/// What the client shows the token endpoint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Credential {
    Secret(SecretSource),
    /// PEM files of the certificate and its private RSA key (RFC 7523).
    Certificate {
        certificate: PathBuf,
        key: PathBuf,
    },
}

/// Where a secret is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretSource {
    Given(Secret),
    File(PathBuf),
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
