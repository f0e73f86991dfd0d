//! The way to a mail server: TCP, and TLS by rustls with the ring provider, for IMAP and SMTP
//! alike.
//!
//! Promises: a certificate is always checked, against the system's authorities or only against the
//! `ca_file` given; plaintext leaves this machine never (loopback only); every step has a time-out;
//! every error is one line that names the server, what went wrong and what to do. Deliberately
//! absent: a switch that turns the checks off.

mod trust;

use crate::config::{Security, Server};
use chrono::{DateTime, Utc};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{AlertDescription, CertificateError, ClientConfig};
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::{TlsConnector, client::TlsStream};
pub(crate) use trust::kept_config;
pub use trust::{KEPT_FOR, MOST_KEPT, client_config, showing};
use x509_cert::der::Decode;

/// Longest wait for the name look-up, and again for each address to accept: a filtered port must
/// not hold a round.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest TLS handshake, at the last address of a name: a server may be slow. The others have
/// [`NEXT_ADDRESS`].
pub const HANDSHAKE_TIMEOUT: Duration = Duration::from_mins(2);

/// Why there is no (safe) connection. `Display` is one line: server, event, remedy.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    #[error(
        "{server}: the host name is unknown ({why}): check `host` in the configuration and this machine's DNS"
    )]
    UnknownHost { server: String, why: String },
    #[error(
        "{server}: the connection was refused: check `port`, and that the server runs and its firewall lets us in"
    )]
    Refused { server: String },
    #[error(
        "{server}: no answer within {seconds} s while {step}: check `host`, `port`, `security` and the firewall"
    )]
    Silent {
        server: String,
        step: &'static str,
        seconds: u64,
    },
    #[error("{server}: the network failed while {step} ({why}): the next try may succeed")]
    Network {
        server: String,
        step: &'static str,
        why: String,
    },
    #[error(
        "{server}: plaintext is for servers on this machine only: set `security` to \"tls\" or \"starttls\""
    )]
    Plaintext { server: String },
    #[error(
        "{server}: the server does not offer STARTTLS: set `security` to \"tls\" (port {tls_port}), or ask its owner"
    )]
    NoStartTls { server: String, tls_port: u16 },
    #[error(
        "{server}: bytes were sent before TLS began (someone may be tampering with the line): ask the server's owner"
    )]
    Injected { server: String },
    #[error(
        "ca_file {path}: {why}: give a PEM file with the authority's certificate that this process may read"
    )]
    CaFile { path: String, why: String },
    #[error(
        "{path}: {why}: give a PEM file of the certificate to show, and of its key, that this process may read"
    )]
    OwnCertificate { path: String, why: String },
    #[error(
        "this machine has no trusted certificates ({why}): install the package ca-certificates or set `ca_file`"
    )]
    NoRoots { why: String },
    #[error(
        "{server}: the certificate has expired: its owner must renew it (or this machine's clock is wrong)"
    )]
    Expired { server: String },
    #[error(
        "{server}: the certificate is not valid yet: check this machine's clock, then ask the server's owner"
    )]
    NotYetValid { server: String },
    #[error(
        "{server}: the certificate is for {names}, not for this name: set `host` to a name in the certificate"
    )]
    WrongName { server: String, names: String },
    #[error(
        "{server}: the certificate's authority is not trusted: set `ca_file` to that authority's PEM file, or have its owner send the intermediate certificate along"
    )]
    UnknownAuthority { server: String },
    #[error(
        "{server}: a signature of the certificate does not hold: either `ca_file` holds an authority of the same name with another key (set it to the right one), or a key is RSA with fewer than 2048 bits (its owner must have another certificate issued)"
    )]
    Signature { server: String },
    #[error("{server}: the certificate {why}: its owner must have another one issued")]
    Certificate { server: String, why: &'static str },
    #[error(
        "{server}: the server speaks only TLS or ciphers that are no longer safe ({why}): its owner must allow TLS 1.2 or 1.3"
    )]
    TooOld { server: String, why: String },
    #[error(
        "{server}: the TLS handshake failed ({why}): check `port` and `security`, or ask the server's owner"
    )]
    Handshake { server: String, why: String },
}

impl TlsError {
    /// Trying again may help without anybody doing anything: the reaction is back-off, not an
    /// operator.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::UnknownHost { .. }
                | Self::Refused { .. }
                | Self::Silent { .. }
                | Self::Network { .. }
        )
    }
}

/// Tries each address of a server until one does all that `attempt` wants: a name may have an
/// address where no server answers, or one that accepts and is silent. But for the last one each
/// has [`NEXT_ADDRESS`]. Of several errors the most telling one comes back; each names its address.
pub async fn each_address<T, E: From<TlsError>, F: Future<Output = Result<T, E>>>(
    server: &Server,
    attempt: impl Fn(Server) -> F,
    is_passing: impl Fn(&E) -> bool,
) -> Result<T, E> {
    if server.address.is_some() {
        return attempt(server.clone()).await;
    }
    let mut worst: Option<E> = None;
    let found = addresses(server).await?;
    for (number, address) in (1..).zip(&found) {
        let one = Server {
            address: Some(*address),
            ..server.clone()
        };
        let tried = if number == found.len() {
            attempt(one).await
        } else {
            let limited = timeout(NEXT_ADDRESS, attempt(one.clone())).await;
            limited.unwrap_or_else(|_| {
                Err(silent(&one, "waiting for its greeting", NEXT_ADDRESS).into())
            })
        };
        match tried {
            Ok(done) => return Ok(done),
            Err(error) if worst.as_ref().is_none_or(&is_passing) => worst = Some(error),
            Err(_) => {}
        }
    }
    Err(worst.unwrap_or_else(|| {
        TlsError::UnknownHost {
            server: name(server),
            why: "no address".to_owned(),
        }
        .into()
    }))
}

/// Longest that one of several addresses may take until its greeting is there.
pub const NEXT_ADDRESS: Duration = Duration::from_secs(20);

/// Connects as `server.security` says: TLS at once, or plain TCP. For STARTTLS the plain connection
/// comes back; the protocol's own dialogue and then [`handshake`] follow. Plaintext is refused for
/// an address that is not loopback.
pub async fn connect(server: &Server) -> Result<Stream, TlsError> {
    each_address(
        server,
        |server| async move { connect_one(&server).await },
        |error: &TlsError| matches!(error, TlsError::Refused { .. }),
    )
    .await
}

/// As [`connect`], with a TLS configuration of the caller's own.
pub async fn connect_with(server: &Server, config: Arc<ClientConfig>) -> Result<Stream, TlsError> {
    each_address(
        server,
        |server| {
            let config = Arc::clone(&config);
            async move {
                let tcp = connect_tcp(&server).await?;
                if server.security == Security::Plaintext {
                    return Ok(Stream::Plain(tcp));
                }
                handshake_with(tcp, &server, config).await
            }
        },
        |error: &TlsError| matches!(error, TlsError::Refused { .. }),
    )
    .await
}

async fn connect_one(server: &Server) -> Result<Stream, TlsError> {
    // A bad ca_file is reported before the network is touched.
    let config = match server.security {
        Security::Tls => Some(kept_config(server.ca_file.as_deref())?),
        Security::StartTls | Security::Plaintext => None,
    };
    let tcp = connect_tcp(server).await?;
    match config {
        Some(config) => handshake_with(tcp, server, config).await,
        None => Ok(Stream::Plain(tcp)),
    }
}

/// TCP with `TCP_NODELAY` (commands are small and wait for their answers), addresses tried in the
/// resolver's order.
pub async fn connect_tcp(server: &Server) -> Result<TcpStream, TlsError> {
    let mut last = TlsError::UnknownHost {
        server: name(server),
        why: "no address".to_owned(),
    };
    for address in addresses(server).await? {
        if server.security == Security::Plaintext && !address.ip().to_canonical().is_loopback() {
            return Err(TlsError::Plaintext {
                server: name(server),
            });
        }
        last = match timeout(CONNECT_TIMEOUT, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => {
                tcp.set_nodelay(true)
                    .map_err(|e| network(server, "connecting", &e))?;
                return Ok(tcp);
            }
            Ok(Err(e)) if e.kind() == io::ErrorKind::ConnectionRefused => TlsError::Refused {
                server: name(server),
            },
            Ok(Err(e)) => network(server, "connecting", &e),
            Err(_) => silent(server, "connecting", CONNECT_TIMEOUT),
        };
    }
    Err(last)
}

/// TLS over an open connection (STARTTLS).
pub async fn handshake(tcp: TcpStream, server: &Server) -> Result<Stream, TlsError> {
    let config = kept_config(server.ca_file.as_deref())?;
    handshake_with(tcp, server, config).await
}

async fn handshake_with(
    tcp: TcpStream,
    server: &Server,
    config: Arc<ClientConfig>,
) -> Result<Stream, TlsError> {
    let host = ServerName::try_from(server.host.clone()).map_err(|e| TlsError::UnknownHost {
        server: name(server),
        why: e.to_string(),
    })?;
    match timeout(
        HANDSHAKE_TIMEOUT,
        TlsConnector::from(config).connect(host, tcp),
    )
    .await
    {
        Ok(Ok(tls)) => Ok(Stream::Tls(Box::new(tls))),
        Ok(Err(e)) => Err(explain(server, &e)),
        Err(_) => Err(silent(server, "agreeing on TLS", HANDSHAKE_TIMEOUT)),
    }
}

/// `host:port`, as every message names a server, with the address that is being tried.
#[must_use]
pub fn name(server: &Server) -> String {
    let Server {
        host,
        port,
        address,
        ..
    } = server;
    match address.map(|address| address.ip().to_string()) {
        Some(ip) if ip != *host => format!("{host}:{port} ({ip})"),
        _ => format!("{host}:{port}"),
    }
}

async fn addresses(server: &Server) -> Result<Vec<SocketAddr>, TlsError> {
    if let Some(address) = server.address {
        return Ok(vec![address]);
    }
    match timeout(
        CONNECT_TIMEOUT,
        tokio::net::lookup_host((server.host.as_str(), server.port)),
    )
    .await
    {
        Ok(Ok(found)) => Ok(found.collect()),
        Ok(Err(e)) => Err(TlsError::UnknownHost {
            server: name(server),
            why: e.to_string(),
        }),
        Err(_) => Err(silent(server, "looking up the host name", CONNECT_TIMEOUT)),
    }
}

/// When a certificate ends; `None` when that cannot be read.
#[must_use]
pub fn not_after(certificate: &CertificateDer<'_>) -> Option<DateTime<Utc>> {
    let certificate = x509_cert::Certificate::from_der(certificate).ok()?;
    let end = certificate
        .tbs_certificate()
        .validity()
        .not_after
        .to_unix_duration();
    DateTime::from_timestamp(i64::try_from(end.as_secs()).ok()?, 0)
}

fn silent(server: &Server, step: &'static str, waited: Duration) -> TlsError {
    TlsError::Silent {
        server: name(server),
        step,
        seconds: waited.as_secs(),
    }
}

fn network(server: &Server, step: &'static str, e: &io::Error) -> TlsError {
    TlsError::Network {
        server: name(server),
        step,
        why: e.to_string(),
    }
}

/// What a failed handshake means to the one who must act.
fn explain(server: &Server, e: &io::Error) -> TlsError {
    let server_name = name(server);
    let Some(tls) = e
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    else {
        return network(server, "agreeing on TLS", e);
    };
    match tls {
        rustls::Error::InvalidCertificate(fault) => of_fault(server_name, fault),
        rustls::Error::PeerIncompatible(_)
        | rustls::Error::AlertReceived(
            AlertDescription::ProtocolVersion
            | AlertDescription::HandshakeFailure
            | AlertDescription::InsufficientSecurity,
        ) => TlsError::TooOld {
            server: server_name,
            why: tls.to_string(),
        },
        other => TlsError::Handshake {
            server: server_name,
            why: other.to_string(),
        },
    }
}

/// The fault of a certificate.
fn of_fault(server: String, fault: &CertificateError) -> TlsError {
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            TlsError::Expired { server }
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsError::NotYetValid { server }
        }
        CertificateError::NotValidForName => TlsError::WrongName {
            server,
            names: "another name".to_owned(),
        },
        CertificateError::NotValidForNameContext { presented, .. } => TlsError::WrongName {
            server,
            names: names(presented),
        },
        CertificateError::UnknownIssuer => TlsError::UnknownAuthority { server },
        CertificateError::BadSignature => TlsError::Signature { server },
        other => match of_certificate(&format!("{other:?}")) {
            Some(why) => TlsError::Certificate { server, why },
            None => TlsError::Handshake {
                server,
                why: other.to_string(),
            },
        },
    }
}
/// The fault of a certificate, by the name of the checker's error.
fn of_certificate(error: &str) -> Option<&'static str> {
    const FAULTS: [(&str, &str); 6] = [
        (
            "CaUsedAsEndEntity",
            "is its own authority (CA:TRUE), and a server's must not be one",
        ),
        (
            "UnsupportedCertVersion",
            "is of version 1, which names no host",
        ),
        (
            "UnsupportedSignatureAlgorithm",
            "is signed in a way that is no longer safe, such as SHA-1 or a short key",
        ),
        ("InvalidPurpose", "is not meant for a server"),
        ("Revoked", "was revoked"),
        ("BadEncoding", "cannot be read"),
    ];
    FAULTS
        .iter()
        .find(|(name, _)| error.contains(name))
        .map(|(_, why)| *why)
}

/// The certificate's names, few enough for one line. rustls shows them as `DnsName("a.example")`.
fn names(presented: &[String]) -> String {
    /// Names in one line; a certificate may have a hundred.
    const SHOWN: usize = 3;
    if presented.is_empty() {
        return "no name".to_owned();
    }
    let bare = |name: &String| name.split('"').nth(1).unwrap_or(name).to_owned();
    let mut text = presented
        .iter()
        .take(SHOWN)
        .map(bare)
        .collect::<Vec<_>>()
        .join(", ");
    if presented.len() > SHOWN {
        text.push_str(" …");
    }
    text
}

/// A connection, with or without TLS.
pub enum Stream {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    /// When the server's own certificate ends; `None` without TLS.
    #[must_use]
    pub fn certificate_ends(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Plain(_) => None,
            Self::Tls(tls) => not_after(tls.get_ref().1.peer_certificates()?.first()?),
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain(_) => "Stream::Plain",
            Self::Tls(_) => "Stream::Tls",
        })
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(s) => Pin::new(s).poll_read(cx, buf),
            Self::Tls(s) => Pin::new(s).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(s) => Pin::new(s).poll_write(cx, bytes),
            Self::Tls(s) => Pin::new(s).poll_write(cx, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(s) => Pin::new(s).poll_flush(cx),
            Self::Tls(s) => Pin::new(s).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(s) => Pin::new(s).poll_shutdown(cx),
            Self::Tls(s) => Pin::new(s).poll_shutdown(cx),
        }
    }
}
