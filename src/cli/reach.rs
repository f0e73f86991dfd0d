//! Which server, as whom, with what: the flags that `trial` and `init` share. A password is read
//! from a file, or asked for without showing it.

use super::proposal::Reach;
use crate::config::{self, Secret, Security};
use crate::failure::Failure;
use clap::{Args, ValueEnum};
use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;

/// The mailbox and its server.
#[derive(Clone, Debug, Default, Args)]
pub struct ReachArgs {
    /// The mailbox's address
    #[arg(long, value_name = "ADDRESS")]
    pub address: Option<String>,
    /// The IMAP server
    #[arg(long, value_name = "SERVER")]
    pub host: Option<String>,
    /// Its port; default: 993, 143 with starttls
    #[arg(long, value_name = "PORT")]
    pub port: Option<u16>,
    /// How the connection is protected; default: tls
    #[arg(long, value_name = "SECURITY")]
    pub security: Option<Protection>,
    /// The name to log in with; default: the address
    #[arg(long, value_name = "USER")]
    pub user: Option<String>,
    /// A file that holds the password; without it the password is asked for
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// An authority for the server's certificate, as a PEM file
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
}

/// As `security` in the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Protection {
    Tls,
    Starttls,
    /// For a server on this machine.
    Plaintext,
}

impl From<Protection> for Security {
    fn from(protection: Protection) -> Self {
        match protection {
            Protection::Tls => Self::Tls,
            Protection::Starttls => Self::StartTls,
            Protection::Plaintext => Self::Plaintext,
        }
    }
}

impl ReachArgs {
    /// The IMAP server of that name.
    #[must_use]
    pub fn imap(&self, host: &str) -> Reach {
        let security = match (self.security, self.port) {
            (Some(security), _) => security.into(),
            (None, Some(143)) => Security::StartTls,
            (None, _) => Security::Tls,
        };
        let port = self
            .port
            .unwrap_or(if security == Security::Tls { 993 } else { 143 });
        Reach {
            host: host.to_owned(),
            port,
            security,
        }
    }
}

/// The password: from its file, from a person at a terminal, or the first line of standard input.
pub fn password(arguments: &ReachArgs, user: &str) -> Result<Secret, Failure> {
    if let Some(file) = &arguments.password_file {
        return config::from_file(file)
            .map_err(|why| Failure::Usage(format!("--password-file {}: {why}", file.display())));
    }
    if std::io::stdin().is_terminal() {
        let asked = dialoguer::Password::new()
            .with_prompt(format!("{user}: password"))
            .interact();
        return asked
            .map(Secret::new)
            .map_err(|error| Failure::Failed(format!("the password was not given: {error}")));
    }
    let mut line = String::new();
    std::io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| Failure::Failed(error.to_string()))?;
    match line.trim_end_matches(['\r', '\n']) {
        "" => Err(Failure::Usage(
            "the password is missing: name a file by --password-file".to_owned(),
        )),
        line => Ok(Secret::new(line.to_owned())),
    }
}
