//! Which server, as whom, with what: the flags that `trial` and `init` share. A password is read
//! from a file, or asked for without showing it.

use super::interrupted;
use super::proposal::Reach;
use crate::config::{self, Secret, Security};
use crate::failure::Failure;
use clap::{Args, ValueEnum};
use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};

/// Servers that keep a copy of what they accept in Sent.
const KEEPS_SENT: [&str; 2] = [".office365.com", ".outlook.com"];

/// Whether this server keeps a copy in Sent of what it sends.
pub(super) fn keeps_sent(host: &str) -> bool {
    KEEPS_SENT.iter().any(|end| host.ends_with(end))
}

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
    /// The file of `--ca-file`, looked at under the name that it was given by.
    pub fn authority(&self) -> Result<Option<String>, Failure> {
        let Some(file) = &self.ca_file else {
            return Ok(None);
        };
        config::holds_certificate(file)
            .map_err(|why| Failure::Usage(format!("--ca-file {}: {why}", file.display())))?;
        Ok(Some(absolute(file)))
    }

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

/// The file's whole path, as a configuration in another folder must have it.
#[must_use]
pub fn absolute(file: &Path) -> String {
    std::path::absolute(file)
        .unwrap_or_else(|_| file.to_owned())
        .display()
        .to_string()
}

/// Keys of a server in the configuration that have a flag of the same name.
const KEYS: [&str; 5] = ["host", "port", "security", "user", "ca_file"];

/// What a server is at fault for, in the words of those who gave its values as flags: the remedy
/// names the key of a configuration that they do not have.
#[must_use]
pub fn by_flags(fault: &str) -> String {
    let named = KEYS.iter().fold(fault.to_owned(), |text, key| {
        let flag = format!("--{}", key.replace('_', "-"));
        text.replace(&format!("`{key}`"), &flag)
    });
    // The file that cannot be read stands behind its key.
    let named = named.replacen("ca_file ", "--ca-file ", 1);
    named.replace(" in the configuration", "")
}

/// The password: from its file, from a person at a terminal, or the first line of standard input.
pub fn password(arguments: &ReachArgs, user: &str) -> Result<Secret, Failure> {
    if let Some(file) = &arguments.password_file {
        return config::from_file(file)
            .map_err(|why| Failure::Usage(format!("--password-file {}: {why}", file.display())));
    }
    if std::io::stdin().is_terminal() {
        let asked = interrupted::at_terminal(|| {
            dialoguer::Password::new()
                .with_prompt(format!("{user}: password"))
                .interact()
        });
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

#[cfg(test)]
mod tests {
    use super::by_flags;
    use crate::ports::MailboxError;
    use crate::tls::TlsError;

    #[test]
    fn a_remedy_names_the_flag() {
        let server = || "imap.kommun.se:993".to_owned();
        for (fault, says) in [
            (
                TlsError::UnknownAuthority { server: server() },
                "is not trusted: set --ca-file to that",
            ),
            (
                TlsError::CaFile {
                    path: "/etc/ca_file.pem".to_owned(),
                    why: "No such file".to_owned(),
                },
                "--ca-file /etc/ca_file.pem: No such file",
            ),
            (TlsError::Refused { server: server() }, "check --port, and"),
            (
                TlsError::Plaintext { server: server() },
                "set --security to \"tls\"",
            ),
            (
                TlsError::UnknownHost {
                    server: server(),
                    why: "x".to_owned(),
                },
                "check --host and this machine's DNS",
            ),
        ] {
            let told = by_flags(&MailboxError::Tls(fault.to_string()).to_string());
            assert!(told.contains(says), "{says}: {told}");
            assert!(!told.contains('`'), "{told}");
        }
        let refused = MailboxError::Login("no: check `user` and the password".to_owned());
        assert!(by_flags(&refused.to_string()).contains("check --user and the password"));
    }
}
