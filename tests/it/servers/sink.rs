//! An SMTP server in this process that does what its script says: takes mail, refuses, hangs, hangs
//! up, loses answers.
//!
//! It keeps what it took for inspection, byte for byte, and can put it into a Maildir as well.

use super::pem::Pair;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// Where a rule applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// The first bytes of the mail have come.
    Body,
    /// The final dot has come.
    Dot,
    Rset,
}

/// Bytes of a flood: many times the part that may be kept.
pub const VOLUME: usize = 64 << 20;

/// The misbehaviour there.
#[derive(Clone, Copy, Debug)]
pub enum Act {
    /// This answer, whole lines without the last CRLF; nothing else happens.
    Say(&'static str),
    /// Raw bytes, not even a line end of our own.
    Raw(&'static [u8]),
    /// The first once, the second again and again, up to [`VOLUME`] bytes.
    Flood(&'static [u8], &'static [u8]),
    Close,
    /// RST instead of FIN.
    Reset,
    /// Never an answer.
    Hang,
}

#[derive(Clone, Copy, Debug)]
pub struct Rule {
    step: Step,
    act: Act,
    /// Which time the step is reached, over all connections, from 0; `None`: each time.
    nth: Option<usize>,
    /// Only for a command that contains this.
    about: Option<&'static str>,
    /// At [`Step::Dot`]: the mail is taken all the same.
    stored: bool,
}

pub fn at(step: Step, act: Act) -> Rule {
    Rule {
        step,
        act,
        nth: None,
        about: None,
        stored: false,
    }
}

impl Rule {
    pub fn nth(self, nth: usize) -> Self {
        Self {
            nth: Some(nth),
            ..self
        }
    }
    pub fn about(self, about: &'static str) -> Self {
        Self {
            about: Some(about),
            ..self
        }
    }
    pub fn stored(self) -> Self {
        Self {
            stored: true,
            ..self
        }
    }
}

#[derive(Clone, Debug, Default)]
pub enum Tls {
    #[default]
    Off,
    /// From the first byte.
    AtOnce(Pair),
    /// After STARTTLS.
    OnRequest(Pair),
}

#[derive(Clone, Debug, Default)]
pub struct Script {
    pub rules: Vec<Rule>,
    pub tls: Tls,
    /// User and password; no client may send without them.
    pub login: Option<(&'static str, &'static str)>,
    /// EHLO lines besides STARTTLS and AUTH.
    pub offers: Vec<&'static str>,
    /// SASL mechanisms offered; PLAIN and LOGIN when empty.
    pub mechanisms: &'static str,
    /// Who may log in with which token (user, token); no client may send without.
    pub token: Option<fn(&str, &str) -> bool>,
    /// Each mail taken is also stored here, once for each recipient.
    pub maildir: Option<PathBuf>,
}

impl Script {
    fn wants_login(&self) -> bool {
        self.login.is_some() || self.token.is_some()
    }
}

/// A mail that the server took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// What stood behind `MAIL `, with parameters.
    pub from: String,
    /// Addresses without brackets.
    pub to: Vec<String>,
    pub mail: Vec<u8>,
    pub encrypted: bool,
    pub user: Option<String>,
}

/// The events so far.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub connections: usize,
    /// Command lines in order; AUTH without its secret.
    pub commands: Vec<String>,
    pub mails: Vec<Stored>,
    reached: Vec<Step>,
    withdrawn: Vec<String>,
}

impl Seen {
    pub fn reached(&self, step: Step) -> bool {
        self.reached.contains(&step)
    }
}

/// The running server; it ends when this is dropped.
pub struct Sink {
    pub port: u16,
    seen: Arc<Mutex<Seen>>,
    task: JoinHandle<()>,
}

impl Sink {
    pub async fn start(script: Script) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Seen::default()));
        let acceptor = match &script.tls {
            Tls::Off => None,
            Tls::AtOnce(pair) | Tls::OnRequest(pair) => Some(acceptor(pair)),
        };
        let server = Server {
            script: Arc::new(script),
            acceptor,
            seen: Arc::clone(&seen),
        };
        let task = tokio::spawn(async move {
            // Connections end with the server.
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((tcp, _)) = listener.accept().await {
                let server = server.clone();
                connections.spawn(async move {
                    // A client that hangs up in the middle is part of the tests.
                    let _ = server.connection(tcp).await;
                });
            }
        });
        Self { port, seen, task }
    }

    pub fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    /// These tokens let no client in any more.
    pub fn withdraw(&self, tokens: Vec<String>) {
        self.seen.lock().unwrap().withdrawn = tokens;
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn acceptor(pair: &Pair) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(&pair.cert)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let key = PrivateKeyDer::from_pem_file(&pair.key).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// How a dialogue ended.
enum End {
    Closed,
    /// The stream is to go on under TLS.
    StartTls,
}

#[derive(Clone)]
struct Server {
    script: Arc<Script>,
    acceptor: Option<TlsAcceptor>,
    seen: Arc<Mutex<Seen>>,
}

trait Duplex: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Duplex for T {}

impl Server {
    async fn connection(&self, tcp: TcpStream) -> io::Result<()> {
        self.seen.lock().unwrap().connections += 1;
        tcp.set_nodelay(true)?;
        // RST is chosen now, as the socket is out of reach under TLS: closing with linger zero and
        // unread or not.
        if self
            .script
            .rules
            .iter()
            .any(|rule| matches!(rule.act, Act::Reset))
        {
            tcp.set_zero_linger()?;
        }
        match (&self.script.tls, &self.acceptor) {
            (Tls::AtOnce(_), Some(acceptor)) => {
                let tls = acceptor.accept(tcp).await?;
                self.dialogue(tls, true, true).await.map(drop)
            }
            (Tls::OnRequest(_), Some(acceptor)) => {
                let mut tcp = tcp;
                match self.dialogue(&mut tcp, false, true).await? {
                    End::Closed => Ok(()),
                    End::StartTls => self
                        .dialogue(acceptor.accept(tcp).await?, true, false)
                        .await
                        .map(drop),
                }
            }
            _ => self.dialogue(tcp, false, true).await.map(drop),
        }
    }

    async fn dialogue(&self, stream: impl Duplex, encrypted: bool, greet: bool) -> io::Result<End> {
        let mut talk = Talk {
            server: self,
            stream: BufReader::new(stream),
            encrypted,
            user: None,
            from: None,
            to: Vec::new(),
        };
        if greet && talk.step(Step::Greeting, "").await? {
            talk.say("220 sink.test.invalid ESMTP ready").await?;
        }
        while let Some(line) = talk.line().await? {
            if let Some(end) = talk.command(&line).await? {
                return Ok(end);
            }
        }
        Ok(End::Closed)
    }
}

/// One dialogue.
struct Talk<'a, S> {
    server: &'a Server,
    stream: BufReader<S>,
    encrypted: bool,
    user: Option<String>,
    from: Option<String>,
    to: Vec<String>,
}

impl<S: Duplex> Talk<'_, S> {
    async fn line(&mut self) -> io::Result<Option<String>> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await?;
        Ok(line
            .ends_with(b"\r\n")
            .then(|| String::from_utf8_lossy(&line).trim_end().to_owned()))
    }

    async fn say(&mut self, text: &str) -> io::Result<()> {
        self.stream
            .write_all(format!("{text}\r\n").as_bytes())
            .await?;
        self.stream.flush().await
    }

    /// Notes that `step` is reached and does what the script wants there. `true`: go on as usual.
    async fn step(&mut self, step: Step, line: &str) -> io::Result<bool> {
        let rule = {
            let mut seen = self.server.seen.lock().unwrap();
            let before = seen
                .reached
                .iter()
                .filter(|reached| **reached == step)
                .count();
            seen.reached.push(step);
            let fits = |rule: &&Rule| {
                rule.step == step
                    && rule.nth.is_none_or(|nth| nth == before)
                    && rule.about.is_none_or(|about| line.contains(about))
            };
            self.server.script.rules.iter().find(fits).copied()
        };
        let Some(rule) = rule else { return Ok(true) };
        if rule.stored {
            self.store(line.as_bytes());
        }
        match rule.act {
            Act::Say(text) => self.say(text).await?,
            Act::Raw(bytes) => {
                self.stream.write_all(bytes).await?;
                self.stream.flush().await?;
            }
            Act::Flood(once, again) => {
                self.stream.write_all(once).await?;
                let wave = again.repeat((64 << 10) / again.len());
                for _ in 0..VOLUME / wave.len() {
                    self.stream.write_all(&wave).await?;
                }
            }
            Act::Close | Act::Reset => return Err(io::ErrorKind::ConnectionAborted.into()),
            Act::Hang => std::future::pending::<()>().await,
        }
        Ok(false)
    }

    async fn command(&mut self, line: &str) -> io::Result<Option<End>> {
        let verb = line
            .split([' ', ':'])
            .next()
            .unwrap_or_default()
            .to_ascii_uppercase();
        let noted = if verb == "AUTH" { "AUTH" } else { line };
        self.server
            .seen
            .lock()
            .unwrap()
            .commands
            .push(noted.to_owned());
        match verb.as_str() {
            "EHLO" if self.step(Step::Ehlo, line).await? => self.ehlo().await?,
            "STARTTLS" if self.step(Step::StartTls, line).await? => {
                self.say("220 2.0.0 go ahead").await?;
                return Ok(Some(End::StartTls));
            }
            "AUTH" if self.step(Step::Auth, line).await? => self.auth(line).await?,
            "MAIL" if self.server.script.wants_login() && self.user.is_none() => {
                self.say("530 5.7.0 Authentication required").await?;
            }
            "MAIL" if self.step(Step::Mail, line).await? => {
                self.from = Some(line[5..].to_owned());
                self.to.clear();
                self.say("250 2.1.0 Ok").await?;
            }
            "RCPT" if self.step(Step::Rcpt, line).await? => {
                let address = line
                    .split_once('<')
                    .and_then(|(_, rest)| rest.split_once('>'));
                self.to.push(
                    address
                        .map(|(address, _)| address.to_owned())
                        .unwrap_or_default(),
                );
                self.say("250 2.1.5 Ok").await?;
            }
            "DATA" if self.step(Step::Data, line).await? => self.data().await?,
            "RSET" if self.step(Step::Rset, line).await? => {
                self.from = None;
                self.to.clear();
                self.say("250 2.0.0 Ok").await?;
            }
            "NOOP" => self.say("250 2.0.0 Ok").await?,
            "QUIT" => {
                self.say("221 2.0.0 Bye").await?;
                return Ok(Some(End::Closed));
            }
            "EHLO" | "STARTTLS" | "AUTH" | "MAIL" | "RCPT" | "DATA" | "RSET" => {}
            _ => self.say("500 5.5.2 What?").await?,
        }
        Ok(None)
    }

    async fn ehlo(&mut self) -> io::Result<()> {
        let script = &self.server.script;
        let mut lines = vec!["sink.test.invalid".to_owned()];
        lines.extend(script.offers.iter().map(ToString::to_string));
        if matches!(script.tls, Tls::OnRequest(_)) && !self.encrypted {
            lines.push("STARTTLS".to_owned());
        } else if script.wants_login() {
            let mechanisms = if script.mechanisms.is_empty() {
                "PLAIN LOGIN"
            } else {
                script.mechanisms
            };
            lines.push(format!("AUTH {mechanisms}"));
        }
        let last = lines.len() - 1;
        let lines: Vec<_> = lines
            .iter()
            .enumerate()
            .map(|(i, line)| format!("250{}{line}", if i == last { ' ' } else { '-' }))
            .collect();
        self.say(&lines.join("\r\n")).await
    }

    /// XOAUTH2 and OAUTHBEARER: the token comes as an answer; a refusal is explained before it is
    /// said (RFC 7628).
    async fn bearer(&mut self, takes: fn(&str, &str) -> bool) -> io::Result<()> {
        self.say("334 ").await?;
        let words = self
            .line()
            .await?
            .and_then(|line| super::idp::decoded(&line))
            .unwrap_or_default();
        let part = |start: &str| {
            words
                .split(['\u{1}', ','])
                .find_map(|part| part.strip_prefix(start))
        };
        let user = part("user=").or(part("a=")).unwrap_or_default().to_owned();
        let token = part("auth=Bearer ").unwrap_or_default();
        let is_withdrawn = self
            .server
            .seen
            .lock()
            .unwrap()
            .withdrawn
            .iter()
            .any(|withdrawn| withdrawn == token);
        if takes(&user, token) && !is_withdrawn {
            self.user = Some(user);
            return self.say("235 2.7.0 welcome").await;
        }
        self.say("334 eyJzdGF0dXMiOiI0MDEiLCJzY2hlbWVzIjoiYmVhcmVyIn0=")
            .await?;
        let last = self.line().await?;
        assert!(
            matches!(last.as_deref(), Some("" | "AQ==")),
            "the client says nothing more: {last:?}"
        );
        self.say("535 5.7.3 Authentication unsuccessful").await
    }

    async fn auth(&mut self, line: &str) -> io::Result<()> {
        if let (Some(takes), "AUTH XOAUTH2" | "AUTH OAUTHBEARER") = (self.server.script.token, line)
        {
            return self.bearer(takes).await;
        }
        let Some((user, password)) = self.server.script.login else {
            return self.say("503 5.5.1 no AUTH here").await;
        };
        let given = if let Some(secret) = line.strip_prefix("AUTH PLAIN ") {
            secret == base64(&format!("\0{user}\0{password}"))
        } else if line == "AUTH LOGIN" {
            self.say("334 VXNlcm5hbWU6").await?;
            let name = self.line().await?;
            self.say("334 UGFzc3dvcmQ6").await?;
            let secret = self.line().await?;
            name == Some(base64(user)) && secret == Some(base64(password))
        } else {
            return self.say("504 5.5.4 unknown mechanism").await;
        };
        if given {
            self.user = Some(user.to_owned());
            self.say("235 2.7.0 welcome").await
        } else {
            self.say(&format!("535 5.7.8 {user}: authentication failed"))
                .await
        }
    }

    async fn data(&mut self) -> io::Result<()> {
        if self.from.is_none() || self.to.is_empty() {
            return self.say("503 5.5.1 need MAIL and RCPT").await;
        }
        self.say("354 go ahead").await?;
        let mut mail: Vec<u8> = Vec::new();
        let mut first = true;
        loop {
            let mut line = Vec::new();
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if std::mem::take(&mut first) {
                self.step(Step::Body, "").await?;
            }
            if line == b".\r\n" {
                break;
            }
            mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        let text = String::from_utf8_lossy(&mail).into_owned();
        if self.step(Step::Dot, &text).await? {
            self.store(&mail);
            self.say("250 2.0.0 Ok: queued as SINK1").await?;
        }
        self.from = None;
        self.to.clear();
        Ok(())
    }

    fn store(&mut self, mail: &[u8]) {
        let stored = Stored {
            from: self.from.clone().unwrap_or_default(),
            to: self.to.clone(),
            mail: mail.to_vec(),
            encrypted: self.encrypted,
            user: self.user.clone(),
        };
        let mut seen = self.server.seen.lock().unwrap();
        seen.mails.push(stored.clone());
        if let Some(maildir) = &self.server.script.maildir {
            save(maildir, &stored, seen.mails.len());
        }
    }
}

/// Delivers into a Maildir as a local delivery agent does: `Return-Path` and `Delivered-To` in
/// front, LF line ends.
fn save(maildir: &Path, stored: &Stored, number: usize) {
    for folder in ["tmp", "new", "cur"] {
        std::fs::create_dir_all(maildir.join(folder)).unwrap();
    }
    let sender = stored.from.split(['<', '>']).nth(1).unwrap_or_default();
    for (index, to) in stored.to.iter().enumerate() {
        let name = format!("{number}.{index}.sink");
        let mut mail = format!("Return-Path: <{sender}>\nDelivered-To: {to}\n").into_bytes();
        mail.extend(stored.mail.iter().filter(|byte| **byte != b'\r'));
        std::fs::write(maildir.join("tmp").join(&name), mail).unwrap();
        std::fs::rename(
            maildir.join("tmp").join(&name),
            maildir.join("new").join(&name),
        )
        .unwrap();
    }
}

/// RFC 4648 §4, enough for AUTH.
fn base64(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk
            .iter()
            .fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place)) & 63;
            out.push(if place > chunk.len() {
                '='
            } else {
                char::from(ALPHABET[index as usize])
            });
        }
    }
    out
}
