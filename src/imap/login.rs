//! From nothing to a connection that is logged in: connecting, STARTTLS, greeting, capabilities,
//! LOGIN or AUTHENTICATE.

use super::command::Command;
use super::conn::{Conn, Event, Fault};
use super::refusal;
use crate::config::{Login, Proof, Secret, Security, Server};
use crate::domain::refusal::About;
use crate::oauth::claims::Service;
use crate::oauth::sasl::{self, Mechanism};
use crate::oauth::{self, Token, TokenError};
use crate::ports::MailboxError;
use crate::tls::{self, Stream, TlsError};
use async_imap::imap_proto::{Response, Status};
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
/// Most challenges of one AUTHENTICATE: one for the token, one for the reason of a refusal.
const MAX_CHALLENGES: usize = 2;
/// The port of IMAP with TLS from the first byte (RFC 8314 §3.2), for remedies.
const IMAPS: u16 = 993;

/// How `guard` marks the answer to CAPABILITY: its words are read here, however they are spelt.
const MARK: &str = "CAPABIL ";

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
        if e.is_transient() {
            Self::Lost(e.to_string())
        } else {
            Self::Tls(e.to_string())
        }
    }
}

impl From<TokenError> for MailboxError {
    fn from(e: TokenError) -> Self {
        match e {
            TokenError::Unreachable(text) => Self::Lost(text),
            TokenError::Tls(text) => Self::Tls(text),
            TokenError::Refused(text) => Self::Login(text),
        }
    }
}

/// How an attempt to log in ended short of success.
enum Failed {
    /// The server does not take the token.
    Token(MailboxError),
    Other(MailboxError),
}

impl<E: Into<MailboxError>> From<E> for Failed {
    fn from(e: E) -> Self {
        Self::Other(e.into())
    }
}

/// Connects and logs in. What the server can do is asked again after the login, for it may then
/// offer more.
///
/// A token that is refused is replaced once, at once: it may have been withdrawn before its time.
pub(super) async fn open(
    server: &Server,
    silence: Duration,
) -> Result<(Conn, Capabilities), MailboxError> {
    let settings = server.login.as_ref().and_then(|login| match &login.proof {
        Proof::Token(settings) => Some(settings),
        Proof::Password(_) => None,
    });
    // Before the connection, which would have to wait for a slow endpoint.
    let token = match settings {
        Some(settings) => Some(oauth::token(settings).await?),
        None => None,
    };
    let failed = match attempt(server, silence, token.as_ref()).await {
        Ok(open) => return Ok(open),
        Err(failed) => failed,
    };
    if let (Failed::Token(_), Some(settings), Some(refused)) = (&failed, settings, &token)
        && let Some(newer) = oauth::another(settings, refused).await?
    {
        return attempt(server, silence, Some(&newer))
            .await
            .map_err(Failed::into_error);
    }
    Err(failed.into_error())
}

impl Failed {
    fn into_error(self) -> MailboxError {
        match self {
            Self::Token(error) | Self::Other(error) => error,
        }
    }
}

async fn attempt(
    server: &Server,
    silence: Duration,
    token: Option<&Token>,
) -> Result<(Conn, Capabilities), Failed> {
    let connecting = |server: Server| async move { reach(&server, silence).await };
    let is_passing = |error: &MailboxError| !matches!(error, MailboxError::Tls(_));
    let (conn, logged_in) = tls::each_address(server, connecting, is_passing).await?;
    enter(conn, server, token, logged_in).await
}

/// One address, up to its greeting: the connection, and whether it is logged in already.
async fn reach(server: &Server, silence: Duration) -> Result<(Conn, bool), MailboxError> {
    let wants_starttls = server.security == Security::StartTls;
    let stream = if wants_starttls {
        starttls(server, silence).await?
    } else {
        tls::connect(server).await?
    };
    let certificate_ends = stream.certificate_ends();
    let mut conn = Conn::new(stream, tls::name(server), silence);
    conn.certificate_ends = certificate_ends;
    let logged_in = if wants_starttls {
        false
    } else {
        conn.greeting().await?
    };
    Ok((conn, logged_in))
}

/// From the greeting on, with a password.
pub(super) async fn greeted(
    mut conn: Conn,
    server: &Server,
) -> Result<(Conn, Capabilities), MailboxError> {
    let logged_in = conn.greeting().await?;
    enter(conn, server, None, logged_in)
        .await
        .map_err(Failed::into_error)
}

async fn enter(
    mut conn: Conn,
    server: &Server,
    token: Option<&Token>,
    logged_in: bool,
) -> Result<(Conn, Capabilities), Failed> {
    if !logged_in {
        let offered = capabilities(&mut conn).await?;
        let Some(login) = &server.login else {
            let name = tls::name(server);
            return Err(MailboxError::Login(format!(
                "{name}: no `user` is configured for this mailbox"
            ))
            .into());
        };
        match (&login.proof, token) {
            (Proof::Password(password), _) => {
                log_in(&mut conn, &offered, login, &password.now()).await?;
            }
            (Proof::Token(_), Some(token)) => {
                authenticate(&mut conn, &offered, server, login, token).await?;
            }
            (Proof::Token(_), None) => {
                return Err(MailboxError::Login("no token was asked for".to_owned()).into());
            }
        }
    }
    let offered = capabilities(&mut conn).await?;
    Ok((conn, offered))
}

/// What it means that the server does not let us in.
fn not_in(why: String, remedy: &str) -> MailboxError {
    match refusal::about("LOGIN", &why) {
        About::Server => MailboxError::Busy(why),
        _ => MailboxError::Login(format!("{why}: {remedy}")),
    }
}

async fn log_in(
    conn: &mut Conn,
    offered: &Capabilities,
    login: &Login,
    password: &Secret,
) -> Result<(), MailboxError> {
    const STEP: &str = "LOGIN";
    if offered.has("LOGINDISABLED") && offered.has("AUTH=PLAIN") {
        return plain(conn, login, password).await;
    }
    if offered.has("LOGINDISABLED") {
        let name = conn.server();
        let remedy = "set `security` to \"tls\" or \"starttls\", or ask the server's owner for a way to log in";
        return Err(MailboxError::Login(format!(
            "{name}: the server takes no passwords on this connection: {remedy}"
        )));
    }
    conn.hide(password.reveal());
    let command = Command::new(STEP, STEP)
        .string(&login.user)
        .string(password.reveal());
    match conn.exec(command, |_| {}).await {
        Err(Fault::Refused(why)) => {
            Err(not_in(why, "check `user` and the password of this mailbox"))
        }
        // A word of the server's about itself, which ends the session: the login was tried all the
        // same.
        Err(Fault::Lost(why))
            if refusal::about(STEP, &why) == About::Server && why.contains("cannot serve now") =>
        {
            Err(MailboxError::Busy(why))
        }
        other => Ok(other?),
    }
}

/// AUTHENTICATE PLAIN (RFC 4616), for servers that take a password in this way only.
async fn plain(conn: &mut Conn, login: &Login, password: &Secret) -> Result<(), MailboxError> {
    const STEP: &str = "AUTHENTICATE";
    let words = sasl::plain(&login.user, password);
    conn.hide(password.reveal());
    conn.hide(&words);
    conn.begin(Command::new(STEP, "AUTHENTICATE PLAIN")).await?;
    loop {
        match conn
            .next(|response| matches!(response, Response::Continue(_)))
            .await
        {
            Ok(Event::Done) => return Ok(()),
            Ok(Event::Untagged(true)) => conn.answer(STEP, &words).await?,
            Ok(Event::Untagged(false)) => {}
            Err(Fault::Refused(why)) => {
                return Err(not_in(why, "check `user` and the password of this mailbox"));
            }
            Err(fault) => return Err(fault.into()),
        }
    }
}

/// AUTHENTICATE (RFC 3501 §6.2.2) with a token, at once where the server allows it (SASL-IR, RFC
/// 4959).
async fn authenticate(
    conn: &mut Conn,
    offered: &Capabilities,
    server: &Server,
    login: &Login,
    token: &Token,
) -> Result<(), Failed> {
    const STEP: &str = "AUTHENTICATE";
    let mechanism = Mechanism::choose(|name| offered.has(&format!("AUTH={name}")));
    let mechanism = mechanism.ok_or_else(|| takes_no_tokens(conn.server()))?;
    let first = mechanism.first(&login.user, server, token);
    conn.hide(token.reveal());
    conn.hide(first.as_str());
    let command = Command::new(STEP, &format!("{STEP} {}", mechanism.name()));
    let mut unsaid = Some(first.as_str());
    let command = if offered.has("SASL-IR") {
        command.text(
            &unsaid
                .take()
                .map(|first| format!(" {first}"))
                .unwrap_or_default(),
        )
    } else {
        command
    };
    conn.begin(command).await?;
    let mut status = None;
    match answer_challenges(conn, mechanism, unsaid, &mut status).await {
        Ok(()) => Ok(()),
        Err(fault) => Err(not_shown(fault, status.as_deref(), server, token)),
    }
}

fn takes_no_tokens(server: &str) -> MailboxError {
    MailboxError::Login(format!(
        "{server}: the server takes no tokens: use a password instead of oauth2, or ask the server's owner to allow modern authentication"
    ))
}

/// Says the words that are still `unsaid`, and agrees to the reason of a refusal, whose `status` is
/// kept.
async fn answer_challenges(
    conn: &mut Conn,
    mechanism: Mechanism,
    mut unsaid: Option<&str>,
    status: &mut Option<String>,
) -> Result<(), Fault> {
    const STEP: &str = "AUTHENTICATE";
    let mut challenges = 0;
    loop {
        let challenge = match conn.next(challenge).await? {
            Event::Done => return Ok(()),
            Event::Untagged(None) => continue,
            Event::Untagged(Some(challenge)) => challenge,
        };
        challenges += 1;
        if challenges > MAX_CHALLENGES {
            return Err(conn.lost(STEP, "the server asks without end"));
        }
        if let Some(first) = unsaid.take() {
            conn.answer(STEP, first).await?;
        } else {
            *status = sasl::status(&challenge);
            conn.answer(STEP, mechanism.yes_i_see()).await?;
        }
    }
}

fn challenge(response: &Response<'_>) -> Option<String> {
    match response {
        Response::Continue(words) => {
            Some(words.information.as_deref().unwrap_or_default().to_owned())
        }
        _ => None,
    }
}

/// What it means that a token was shown, and the command did not end well.
fn not_shown(fault: Fault, status: Option<&str>, server: &Server, token: &Token) -> Failed {
    let Fault::Refused(why) = fault else {
        return fault.into();
    };
    let is_busy = refusal::about("AUTHENTICATE", &why) == About::Server;
    let why = sasl::without_tokens(&why);
    if is_busy {
        return MailboxError::Busy(why).into();
    }
    let status = status
        .map(|status| format!(" (status {status})"))
        .unwrap_or_default();
    let known = token
        .claims
        .as_ref()
        .and_then(|claims| claims.lacks(&server.host, Service::Imap));
    let remedy = known.unwrap_or_else(|| {
        "the server does not take the token: check `user`, and that the application may open this mailbox (docs/exchange.md)"
            .to_owned()
    });
    Failed::Token(MailboxError::Login(format!("{why}{status}: {remedy}")))
}

async fn capabilities(conn: &mut Conn) -> Result<Capabilities, Fault> {
    let mut found = BTreeSet::new();
    let command = Command::new("CAPABILITY", "CAPABILITY");
    conn.exec(command, |response| {
        if let Response::Data {
            status: Status::Ok,
            outcome,
        } = response
            && let Some(words) = outcome
                .information
                .as_deref()
                .and_then(|text| text.trim_start().strip_prefix(MARK))
            && found.len() < MAX_CAPABILITIES
        {
            found.extend(words.split_ascii_whitespace().map(str::to_ascii_uppercase));
        }
    })
    .await?;
    Ok(Capabilities(found))
}

/// The dialogue before TLS, line by line without the parser. STARTTLS that is not offered is an
/// error, never a reason to go on in the clear; bytes behind the server's OK were put there by an
/// attacker in between (RFC 9051 §11.1).
async fn starttls(server: &Server, silence: Duration) -> Result<Stream, MailboxError> {
    let tcp = tls::connect_tcp(server).await?;
    let mut plain = Plain {
        tcp,
        held: Vec::new(),
        server,
        silence,
        end: Instant::now() + silence,
    };
    let greeting = plain.line("the greeting").await?;
    if !greeting.to_ascii_uppercase().starts_with("* OK") {
        return Err(plain.lost(
            "the greeting",
            "the server does not let us in, or it is not an IMAP server",
        ));
    }
    let (done, offered) = plain.ask("P1", "CAPABILITY").await?;
    let is_offered = done && offered.iter().any(|word| word == "STARTTLS");
    if !is_offered || !plain.ask("P2", "STARTTLS").await?.0 {
        return Err(TlsError::NoStartTls {
            server: tls::name(server),
            tls_port: IMAPS,
        }
        .into());
    }
    if !plain.held.is_empty() {
        return Err(TlsError::Injected {
            server: tls::name(server),
        }
        .into());
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
    /// When all of it must be over: a byte now and then does not count as progress.
    end: Instant,
}

impl Plain<'_> {
    /// Sends a command; whether it ended with OK, and the words of its untagged answers, upper
    /// case.
    async fn ask(
        &mut self,
        tag: &str,
        command: &'static str,
    ) -> Result<(bool, Vec<String>), MailboxError> {
        let sent = timeout_at(
            self.end,
            self.tcp
                .write_all(format!("{tag} {command}\r\n").as_bytes()),
        )
        .await;
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
                Err(_) => {
                    return Err(self.lost(
                        step,
                        &format!("no answer within {} s", self.silence.as_secs_f32()),
                    ));
                }
            }
        }
    }

    fn lost(&self, step: &str, why: &str) -> MailboxError {
        MailboxError::Lost(format!(
            "{}: connection lost at {step}: {why}",
            tls::name(self.server)
        ))
    }
}
