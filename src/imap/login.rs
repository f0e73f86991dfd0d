//! From nothing to a connection that is logged in: connecting, STARTTLS, greeting, capabilities, LOGIN.

use super::conn::{Command, Conn, Fault};
use crate::config::{Login, Security, Server};
use crate::ports::MailboxError;
use crate::tls::{self, Stream, TlsError};
use async_imap::imap_proto::{Capability, Response};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout_at};

/// Longest line before TLS: capabilities are some hundred bytes.
pub const MAX_PLAIN_LINE: usize = 8 << 10;
/// Most lines of one answer before TLS.
pub const MAX_PLAIN_LINES: usize = 100;
/// Most capabilities that are kept: servers have some forty.
pub const MAX_CAPABILITIES: usize = 1000;
/// The port of IMAP with TLS from the first byte (RFC 8314 §3.2), for remedies.
const IMAPS: u16 = 993;

/// What the server can do, upper case; `AUTH=` with its mechanism.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Capabilities(BTreeSet<String>);

impl Capabilities {
    pub(super) fn has(&self, word: &str) -> bool {
        self.0.contains(word)
    }
}

impl From<TlsError> for MailboxError {
    fn from(e: TlsError) -> Self {
        if e.is_transient() { Self::Lost(e.to_string()) } else { Self::Tls(e.to_string()) }
    }
}

/// Connects and logs in. What the server can do is asked again after the login, for it may then offer more.
pub(super) async fn open(server: &Server, silence: Duration) -> Result<(Conn, Capabilities), MailboxError> {
    let name = tls::name(server);
    if server.security == Security::StartTls {
        let stream = starttls(server, silence).await?;
        enter(Conn::new(stream, name, silence), server, false).await
    } else {
        greeted(Conn::new(tls::connect(server).await?, name, silence), server).await
    }
}

/// From the greeting on.
pub(super) async fn greeted(mut conn: Conn, server: &Server) -> Result<(Conn, Capabilities), MailboxError> {
    let logged_in = conn.greeting().await?;
    enter(conn, server, logged_in).await
}

async fn enter(mut conn: Conn, server: &Server, logged_in: bool) -> Result<(Conn, Capabilities), MailboxError> {
    if !logged_in {
        let offered = capabilities(&mut conn).await?;
        log_in(&mut conn, &offered, server.login.as_ref()).await?;
    }
    let offered = capabilities(&mut conn).await?;
    Ok((conn, offered))
}

async fn log_in(conn: &mut Conn, offered: &Capabilities, login: Option<&Login>) -> Result<(), MailboxError> {
    let name = conn.server().to_owned();
    let Some(login) = login else {
        return Err(MailboxError::Login(format!("{name}: no `user` is configured for this mailbox")));
    };
    if offered.has("LOGINDISABLED") {
        let remedy = "set `security` to \"tls\" or \"starttls\", or ask the server's owner for a way to log in";
        return Err(MailboxError::Login(format!("{name}: the server takes no passwords on this connection: {remedy}")));
    }
    let command = Command::new("LOGIN", "LOGIN").string(&login.user).string(login.password.reveal());
    match conn.exec(command, |_| {}).await {
        Err(Fault::Refused(why)) => {
            Err(MailboxError::Login(format!("{why}: check `user` and the password of this mailbox")))
        }
        other => Ok(other?),
    }
}

async fn capabilities(conn: &mut Conn) -> Result<Capabilities, Fault> {
    let mut found = BTreeSet::new();
    let command = Command::new("CAPABILITY", "CAPABILITY");
    conn.exec(command, |response| {
        if let Response::Capabilities(words) = response
            && found.len() < MAX_CAPABILITIES
        {
            found.extend(words.iter().map(|word| match word {
                Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
                Capability::Auth(mechanism) => format!("AUTH={}", mechanism.to_ascii_uppercase()),
                Capability::Atom(atom) => atom.to_ascii_uppercase(),
            }));
        }
    })
    .await?;
    Ok(Capabilities(found))
}

/// The dialogue before TLS, line by line without the parser. STARTTLS that is not offered is an error, never a
/// reason to go on in the clear; bytes behind the server's OK were put there by somebody in between (RFC 9051 §11.1).
async fn starttls(server: &Server, silence: Duration) -> Result<Stream, MailboxError> {
    let tcp = tls::connect_tcp(server).await?;
    let mut plain = Plain { tcp, held: Vec::new(), server, silence, end: Instant::now() + silence };
    let greeting = plain.line("the greeting").await?;
    if !greeting.to_ascii_uppercase().starts_with("* OK") {
        return Err(plain.lost("the greeting", "the server does not let us in, or it is not an IMAP server"));
    }
    let (done, offered) = plain.ask("P1", "CAPABILITY").await?;
    if !done || !offered.iter().any(|word| word == "STARTTLS") {
        return Err(TlsError::NoStartTls { server: tls::name(server), tls_port: IMAPS }.into());
    }
    let (done, _) = plain.ask("P2", "STARTTLS").await?;
    if !done {
        return Err(TlsError::NoStartTls { server: tls::name(server), tls_port: IMAPS }.into());
    }
    if !plain.held.is_empty() {
        return Err(TlsError::Injected { server: tls::name(server) }.into());
    }
    Ok(tls::handshake(plain.tcp, server).await?)
}

/// A connection that is not yet encrypted.
struct Plain<'a> {
    tcp: TcpStream,
    /// Read, but not yet taken.
    held: Vec<u8>,
    server: &'a Server,
    silence: Duration,
    /// When all of it must be over: a byte now and then is no progress.
    end: Instant,
}

impl Plain<'_> {
    /// Sends a command; whether it ended with OK, and the words of its untagged answers, upper case.
    async fn ask(&mut self, tag: &str, command: &'static str) -> Result<(bool, Vec<String>), MailboxError> {
        let sent = timeout_at(self.end, self.tcp.write_all(format!("{tag} {command}\r\n").as_bytes())).await;
        if !matches!(sent, Ok(Ok(()))) {
            return Err(self.lost(command, "the command could not be sent"));
        }
        let mut words = Vec::new();
        for _ in 0..MAX_PLAIN_LINES {
            let line = self.line(command).await?.to_ascii_uppercase();
            let mut parts = line.split_ascii_whitespace();
            match parts.next() {
                Some("*") => words.extend(parts.map(str::to_owned)),
                Some(first) if first == tag => return Ok((parts.next() == Some("OK"), words)),
                _ => return Err(self.lost(command, "the server's answer cannot be read")),
            }
        }
        Err(self.lost(command, "the server talks without coming to an end"))
    }

    async fn line(&mut self, step: &'static str) -> Result<String, MailboxError> {
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.held) {
                let line: Vec<u8> = self.held.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.held.len() > MAX_PLAIN_LINE {
                return Err(self.lost(step, "the server sends a line without end"));
            }
            match timeout_at(self.end, self.tcp.read_buf(&mut self.held)).await {
                Ok(Ok(0)) => return Err(self.lost(step, "the server closed the connection")),
                Ok(Ok(_)) => {}
                Ok(Err(e)) => return Err(self.lost(step, &e.to_string())),
                Err(_) => return Err(self.lost(step, &format!("no answer within {} s", self.silence.as_secs_f32()))),
            }
        }
    }

    fn lost(&self, step: &str, why: &str) -> MailboxError {
        MailboxError::Lost(format!("{}: connection lost at {step}: {why}", tls::name(self.server)))
    }
}
