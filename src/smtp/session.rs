//! One connection to the server, driven step by step, so that it is always known how far a mail has
//! come.

use super::dialogue::{SmtpError, Step, Timeouts};
use super::reply::{Failure, Reply, failed, heard, silent};
use super::verdict::about;
use super::wire::{Most, OUT_OF_TURN, Wire, read_reply};
use crate::config::{Security, Server};
use crate::domain::refusal::About;
use crate::tls::{self, TlsError};
use chrono::{DateTime, Utc};
use lettre::Address;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Quit, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use std::fmt::Display;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::error::Elapsed;
use tokio::time::timeout;

/// Where mail is submitted under TLS from the first byte (RFC 8314 §7.3).
const TLS_PORT: u16 = 465;

/// A connection after its EHLO, encrypted and logged in as the configuration wants it.
pub(super) struct Session {
    pub link: AsyncSmtpConnection,
    pub limits: Timeouts,
    hello: ClientId,
    /// How the server names itself in its greeting.
    pub greeting: String,
    /// When the server's certificate ends.
    pub certificate_ends: Option<DateTime<Utc>>,
    /// Words that its texts may repeat and that no log may have.
    hidden: Vec<String>,
    most: Most,
}

impl Session {
    /// Connects and says EHLO; the login follows (`auth`).
    pub async fn greet(server: &Server, limits: Timeouts) -> Result<Self, SmtpError> {
        let attempt = |server: Server| async move { Self::greet_one(&server, limits).await };
        tls::each_address(server, attempt, |error: &SmtpError| {
            !matches!(error, SmtpError::Tls(_))
        })
        .await
    }

    async fn greet_one(server: &Server, limits: Timeouts) -> Result<Self, SmtpError> {
        let mut stream = tls::connect(server).await?;
        let hello = hello(&stream);
        let greeting = greeted(&mut stream, limits.greeting)
            .await
            .map_err(|why| lost(server, Step::Greeting, &why))?;
        let stream = match stream {
            tls::Stream::Plain(mut tcp) if server.security == Security::StartTls => {
                start_tls(server, &mut tcp, &hello, limits.command).await?;
                tls::handshake(tcp, server).await?
            }
            stream => stream,
        };
        let certificate_ends = stream.certificate_ends();
        // lettre has its own EHLO: after TLS the offers of before are void (RFC 3207 §4.2).
        let most = Most::default();
        let link = AsyncSmtpConnection::connect_with_transport(
            Box::new(Wire::new(stream, most.clone())),
            &hello,
        );
        let link = linked(timeout(limits.command, link).await, limits)
            .map_err(|why| lost(server, Step::Ehlo, &why))?;
        Ok(Self {
            link,
            limits,
            hello,
            greeting,
            certificate_ends,
            most,
            hidden: Vec::new(),
        })
    }

    /// Asks whether the connection is still good, and clears the remains of an unfinished mail.
    pub async fn reset(&mut self) -> Result<Reply, Failure> {
        self.command(self.limits.alive, Rset).await
    }

    /// Whether non-ASCII addresses may be used.
    pub fn takes_utf8(&self) -> bool {
        self.link
            .server_info()
            .supports_feature(Extension::SmtpUtfEight)
    }

    /// MAIL. `hidden` are the words of this mail that no log may have.
    ///
    /// 8-bit content is declared where the server knows the word; where it does not, it goes
    /// undeclared: every server of this century passes it on, and a mangled letter is better than
    /// no mail.
    pub async fn mail(
        &mut self,
        from: Option<Address>,
        utf8: bool,
        eight_bit: bool,
        hidden: Vec<String>,
    ) -> Result<Reply, Failure> {
        self.hidden = hidden;
        let mut parameters = Vec::new();
        if eight_bit
            && self
                .link
                .server_info()
                .supports_feature(Extension::EightBitMime)
        {
            parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        if utf8 {
            parameters.push(MailParameter::SmtpUtfEight);
        }
        let reply = self
            .command(self.limits.mail, Mail::new(from, parameters))
            .await;
        expect(reply, Reply::positive)
    }

    pub async fn rcpt(&mut self, to: Address, limit: Duration) -> Result<Reply, Failure> {
        let reply = self.command(limit, Rcpt::new(to, Vec::new())).await;
        expect(reply, Reply::positive)
    }

    /// DATA; only 354 is the go-ahead. Anything else positive means that replies and commands have
    /// come out of step.
    pub async fn data(&mut self) -> Result<Reply, Failure> {
        let reply = self.command(self.limits.data, Data).await;
        expect(reply, |reply| reply.code == 354)
    }

    /// The mail and the final dot. `mail` has no last CRLF: lettre adds the one that belongs to the
    /// dot.
    pub async fn body(&mut self, mail: &[u8]) -> Result<Reply, Failure> {
        let limit = self.limits.body;
        let answer = timeout(limit, self.link.message(mail)).await;
        expect(heard(answer, limit, &self.hidden), Reply::positive)
    }

    /// The size limit that the server declares, in bytes (RFC 1870).
    pub fn max_size(&self) -> Option<u64> {
        self.most.bytes()
    }

    /// What the server offers, a line each, upper case; lettre reads past most of it, so EHLO is
    /// sent again.
    pub async fn offers(&mut self) -> Result<Vec<String>, Failure> {
        let limit = self.limits.command;
        let answer = timeout(limit, self.link.command(Ehlo::new(self.hello.clone()))).await;
        let lines: Vec<String> = match &answer {
            Ok(Ok(response)) => response.message().map(str::to_ascii_uppercase).collect(),
            _ => Vec::new(),
        };
        heard(answer, limit, &self.hidden)?;
        Ok(lines)
    }

    /// Says goodbye; how the server takes it does not matter.
    pub async fn quit(mut self) {
        let _ = timeout(self.limits.quit, self.link.command(Quit)).await;
        // `abort` would send QUIT once more; dropping the link closes the socket.
    }

    async fn command(&mut self, limit: Duration, command: impl Display) -> Result<Reply, Failure> {
        let answer = timeout(limit, self.link.command(command)).await;
        heard(answer, limit, &self.hidden)
    }
}

/// A positive reply of another kind than the step wants counts as refused. It comes when a server
/// answers twice; such a connection cannot be trusted.
pub(super) fn expect(
    reply: Result<Reply, Failure>,
    wanted: impl Fn(&Reply) -> bool,
) -> Result<Reply, Failure> {
    match reply {
        Ok(reply) if !wanted(&reply) => Err(Failure::Lost(format!(
            "an answer that does not fit: {reply}"
        ))),
        reply => reply,
    }
}

pub(super) fn lost(server: &Server, step: Step, why: &str) -> SmtpError {
    SmtpError::Unreachable(format!("{}: {step}: {why}", tls::name(server)))
}

/// A refusal before the login, with what to do when it is about this machine.
fn refused(reply: &Reply, step: Step) -> String {
    match about(reply, step) {
        About::Us => format!(
            "{reply}: the server refuses this machine or its name: have its owner let it in"
        ),
        _ => reply.to_string(),
    }
}

/// Reads the greeting; the text is what the server calls itself.
async fn greeted(stream: &mut tls::Stream, limit: Duration) -> Result<String, String> {
    let read = within(limit, read_reply(stream)).await;
    let (code, lines) = read.map_err(|why| match stream {
        tls::Stream::Plain(_) if why == silent(limit) => {
            format!(
                "{why}: a server that waits for TLS is silent here, check `port` and `security`"
            )
        }
        _ => why,
    })?;
    let reply = Reply::new(code, &lines.join(" "), &[]);
    if code == 220 {
        Ok(reply.text)
    } else {
        Err(refused(&reply, Step::Greeting))
    }
}

/// The plaintext half of STARTTLS (RFC 3207 §4): EHLO, the offer, the command, its 220.
///
/// Without an offer it ends here: going on in the clear would hand password and mail to the
/// attacker who took the offer away.
async fn start_tls(
    server: &Server,
    tcp: &mut TcpStream,
    hello: &ClientId,
    limit: Duration,
) -> Result<(), SmtpError> {
    let lines = asked(
        server,
        tcp,
        Ehlo::new(hello.clone()),
        Step::Ehlo,
        250,
        limit,
    )
    .await?;
    if !lines
        .iter()
        .any(|line| line.trim().eq_ignore_ascii_case("STARTTLS"))
    {
        return Err(TlsError::NoStartTls {
            server: tls::name(server),
            tls_port: TLS_PORT,
        }
        .into());
    }
    asked(server, tcp, Starttls, Step::StartTls, 220, limit)
        .await
        .map(drop)
}

/// One command and its answer before TLS.
async fn asked(
    server: &Server,
    tcp: &mut TcpStream,
    command: impl Display,
    step: Step,
    wanted: u16,
    limit: Duration,
) -> Result<Vec<String>, SmtpError> {
    let dialogue = async {
        tcp.write_all(command.to_string().as_bytes()).await?;
        read_reply(tcp).await
    };
    let (code, lines) = within(limit, dialogue)
        .await
        .map_err(|why| match why.as_str() {
            OUT_OF_TURN => SmtpError::from(TlsError::Injected {
                server: tls::name(server),
            }),
            why => lost(server, step, why),
        })?;
    if code == wanted {
        Ok(lines)
    } else {
        Err(lost(
            server,
            step,
            &refused(&Reply::new(code, &lines.join(" "), &[]), step),
        ))
    }
}

/// Awaits `work` for at most `limit`.
async fn within<T>(
    limit: Duration,
    work: impl Future<Output = io::Result<T>>,
) -> Result<T, String> {
    match timeout(limit, work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err(silent(limit)),
    }
}

/// How we name ourselves: the host name when it is a whole domain name, else our address (RFC 5321
/// §4.1.4).
fn hello(stream: &tls::Stream) -> ClientId {
    if let ClientId::Domain(name) = ClientId::default()
        && name.contains('.')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
    {
        return ClientId::Domain(name);
    }
    let tcp = match stream {
        tls::Stream::Plain(tcp) => tcp,
        tls::Stream::Tls(tls) => tls.get_ref().0,
    };
    match tcp.local_addr().map(|address| address.ip().to_canonical()) {
        Ok(IpAddr::V6(ip)) => ClientId::Ipv6(ip),
        Ok(IpAddr::V4(ip)) => ClientId::Ipv4(ip),
        Err(_) => ClientId::Ipv4(Ipv4Addr::LOCALHOST),
    }
}

/// The connection behind lettre's EHLO, or why there is none.
fn linked(
    link: Result<Result<AsyncSmtpConnection, lettre::transport::smtp::Error>, Elapsed>,
    limits: Timeouts,
) -> Result<AsyncSmtpConnection, String> {
    match link {
        Ok(Ok(link)) => Ok(link),
        Ok(Err(error)) => Err(match failed(&error, &[]) {
            Failure::Said(reply) => refused(&reply, Step::Ehlo),
            lost @ Failure::Lost(_) => lost.to_string(),
        }),
        Err(_) => Err(silent(limits.command)),
    }
}
