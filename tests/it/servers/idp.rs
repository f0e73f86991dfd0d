//! A token endpoint over TLS: issues JWTs that Dovecot validates by itself, checks secrets and
//! signed assertions, counts requests, and misbehaves by script.

use super::dovecot::{TOKEN_AUDIENCE as AUDIENCE, TOKEN_ISSUER as ISSUER, TOKEN_KEY};
use super::pem::Pem;
use super::pki::Certificate;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use oauth2::url::form_urlencoded;
use ring::{hmac, signature};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use serde_json::{Value, json};
use servicelofte::config::{Credential, HttpsUrl, OAuth2, Secret, SecretSource};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use x509_cert::der::Decode;

pub use super::dovecot::TOKEN_SCOPE as SCOPE;
/// The client's id and its secret.
pub const CLIENT: &str = "klient-1";
pub const CLIENT_SECRET: &str = "Klienthemlighet-7Qx~9";
/// What the endpoint does with a request.
#[derive(Clone, Debug)]
pub enum Act {
    /// Checks the client and issues a token.
    Grant,
    /// This whole answer: status line, header, body.
    Say(String),
    /// No answer.
    Hang,
    Close,
}

/// What it issues.
#[derive(Clone, Debug)]
pub struct Issue {
    /// Whom the token is for.
    pub user: String,
    /// `expires_in`, in seconds; `None`: not given.
    pub told: Option<u64>,
    /// When the token really ends, in seconds from now.
    pub ends: i64,
    pub roles: Vec<&'static str>,
    pub audience: &'static str,
}

impl Default for Issue {
    fn default() -> Self {
        Self {
            user: "user1".to_owned(),
            told: Some(3600),
            ends: 3600,
            roles: Vec::new(),
            audience: AUDIENCE,
        }
    }
}

#[derive(Debug)]
struct State {
    act: Act,
    issue: Issue,
    secret: String,
    requests: usize,
    tokens: Vec<String>,
    ids: BTreeSet<String>,
}

pub struct Idp {
    pub port: u16,
    pub folder: TempDir,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

impl Idp {
    pub async fn start() -> Self {
        Self::with(Certificate::Good).await
    }

    pub async fn with(certificate: Certificate) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let pem = Pem::write(folder.path());
        let pair = if certificate == Certificate::Good {
            &pem.good
        } else {
            &pem.foreign
        };
        let acceptor = acceptor(&pair.cert, &pair.key);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let state = Arc::new(Mutex::new(State {
            act: Act::Grant,
            issue: Issue::default(),
            secret: CLIENT_SECRET.to_owned(),
            requests: 0,
            tokens: Vec::new(),
            ids: BTreeSet::new(),
        }));
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            let mut connections = tokio::task::JoinSet::new();
            while let Ok((tcp, _)) = listener.accept().await {
                connections.spawn(serve(tcp, acceptor.clone(), Arc::clone(&shared), port));
            }
        });
        Self {
            port,
            folder,
            state,
            task,
        }
    }

    pub fn does(&self, act: Act) {
        self.state.lock().expect("no panic").act = act;
    }

    pub fn issues(&self, issue: Issue) {
        self.state.lock().expect("no panic").issue = issue;
    }

    /// From now on only this secret is right.
    pub fn takes(&self, secret: &str) {
        secret.clone_into(&mut self.state.lock().expect("no panic").secret);
    }

    pub fn requests(&self) -> usize {
        self.state.lock().expect("no panic").requests
    }

    /// Every token so far.
    pub fn tokens(&self) -> Vec<String> {
        self.state.lock().expect("no panic").tokens.clone()
    }

    pub fn ca(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// How to get a token here with the secret.
    pub fn settings(&self) -> OAuth2 {
        OAuth2 {
            token_url: HttpsUrl {
                host: "localhost".to_owned(),
                port: self.port,
                path: "/t/token".to_owned(),
            },
            ca_file: Some(self.ca()),
            client_id: CLIENT.to_owned(),
            scope: Some(SCOPE.to_owned()),
            credential: Credential::Secret(SecretSource::Given(Secret::new(
                CLIENT_SECRET.to_owned(),
            ))),
            secret_expires: None,
        }
    }
}

impl Drop for Idp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An answer with this body.
pub fn answer(status: &str, kind: &str, body: &str) -> Act {
    Act::Say(format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ))
}

/// An OAuth error with its explanation.
pub fn refusal(error: &str, description: &str) -> Act {
    answer(
        "400 Bad Request",
        "application/json",
        &json!({"error": error, "error_description": description}).to_string(),
    )
}

/// The client's certificate and its key, once in a process: PKCS#8 and PKCS#1.
pub struct ClientKey {
    pub certificate: PathBuf,
    pub key: PathBuf,
    pub old_key: PathBuf,
    /// Another key, which the certificate does not know.
    pub other_key: PathBuf,
    _folder: TempDir,
}

pub static CLIENT_KEY: LazyLock<ClientKey> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let (certificate, key, old_key, other_key) = (
        path("client.pem"),
        path("client.key"),
        path("old.key"),
        path("other.key"),
    );
    let openssl = |arguments: &[&str], files: &[(&str, &Path)]| {
        let mut command = Command::new("openssl");
        command.args(arguments);
        for (option, file) in files {
            command.arg(option).arg(file);
        }
        let ended = command
            .output()
            .expect("openssl runs: apt-get install openssl");
        assert!(
            ended.status.success(),
            "{}",
            String::from_utf8_lossy(&ended.stderr)
        );
    };
    let new = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=client",
        "-days",
        "20",
    ];
    openssl(&new, &[("-keyout", &key), ("-out", &certificate)]);
    openssl(
        &["rsa", "-traditional"],
        &[("-in", &key), ("-out", &old_key)],
    );
    openssl(&["genrsa"], &[("-out", &other_key)]);
    ClientKey {
        certificate,
        key,
        old_key,
        other_key,
        _folder: folder,
    }
});

fn acceptor(certificate: &Path, key: &Path) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(certificate)
        .expect("a file")
        .map(|c| c.expect("a certificate"))
        .collect();
    let key = PrivateKeyDer::from_pem_file(key).expect("a key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a certificate with its key");
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(tcp: TcpStream, acceptor: TlsAcceptor, state: Arc<Mutex<State>>, port: u16) {
    // A client that does not trust us, or gives up waiting, is part of the tests.
    let Ok(mut stream) = acceptor.accept(tcp).await else {
        return;
    };
    let Some(request) = read(&mut stream).await else {
        return;
    };
    let act = {
        let mut state = state.lock().expect("no panic");
        state.requests += 1;
        state.act.clone()
    };
    let answer = match act {
        Act::Say(answer) => answer,
        Act::Hang => std::future::pending().await,
        Act::Close => return,
        Act::Grant => {
            let body = grant(&request, &mut state.lock().expect("no panic"), port);
            let status = if body.get("error").is_some() {
                "401 Unauthorized"
            } else {
                "200 OK"
            };
            let date = chrono::DateTime::from_timestamp(now(), 0)
                .expect("a time")
                .format("%a, %d %b %Y %H:%M:%S GMT");
            let body = body.to_string();
            format!(
                "HTTP/1.1 {status}\r\nDate: {date}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )
        }
    };
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// Request line and form.
struct Request {
    line: String,
    form: BTreeMap<String, String>,
}

async fn read(stream: &mut (impl AsyncReadExt + Unpin)) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| {
                let (name, value) = line.split_once(':')?;
                name.eq_ignore_ascii_case("content-length")
                    .then(|| value.trim().parse::<usize>().ok())?
            });
            let length = length.unwrap_or(0);
            if body.len() >= length {
                let form = form_urlencoded::parse(body.as_bytes())
                    .into_owned()
                    .collect();
                return Some(Request {
                    line: head.lines().next()?.to_owned(),
                    form,
                });
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// The endpoint's answer to a request that it understands.
fn grant(request: &Request, state: &mut State, port: u16) -> Value {
    let field = |name: &str| request.form.get(name).map_or("", String::as_str);
    let invalid = |why: &str| json!({"error": "invalid_client", "error_description": why});
    if request.line != "POST /t/token HTTP/1.1" || field("grant_type") != "client_credentials" {
        return json!({"error": "invalid_request", "error_description": "no such request"});
    }
    if field("client_id") != CLIENT {
        return invalid(
            "AADSTS700016: Application with identifier was not found in the directory.",
        );
    }
    if field("scope") != SCOPE {
        return json!({"error": "invalid_scope", "error_description": "AADSTS70011: The provided request is wrong."});
    }
    let known = if field("client_assertion").is_empty() {
        if field("client_secret") != state.secret {
            return invalid(
                "AADSTS7000215: Invalid client secret provided. Trace ID: 1\r\nTimestamp: 2",
            );
        }
        Ok(())
    } else {
        let kind = field("client_assertion_type")
            == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        if kind {
            assertion(field("client_assertion"), state, port)
        } else {
            Err("its type".to_owned())
        }
    };
    if let Err(why) = known {
        return invalid(&format!("AADSTS700027: the assertion does not hold: {why}"));
    }
    let issue = &state.issue;
    let token = token(issue, state.tokens.len(), now());
    let mut answer = json!({"token_type": "Bearer", "access_token": token});
    if let Some(seconds) = issue.told {
        answer["expires_in"] = json!(seconds);
    }
    state.tokens.push(token);
    answer
}

/// Checks a signed assertion as RFC 7523 §3 wants it, with the registered certificate.
fn assertion(assertion: &str, state: &mut State, port: u16) -> Result<(), String> {
    let der =
        CertificateDer::from_pem_file(&CLIENT_KEY.certificate).expect("the client's certificate");
    let (signed, signature) = assertion.rsplit_once('.').ok_or("no signature")?;
    let (head, claims) = signed.split_once('.').ok_or("no claims")?;
    let json = |part: &str| -> Result<Value, String> {
        let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|e| e.to_string())?;
        serde_json::from_slice(&bytes).map_err(|e| e.to_string())
    };
    let (head, claims) = (json(head)?, json(claims)?);
    let thumbprint = URL_SAFE_NO_PAD.encode(Sha256::digest(&der));
    if head != json!({"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint}) {
        return Err(format!("its header: {head}"));
    }
    let audience = format!("https://localhost:{port}/t/token");
    if claims["aud"] != json!(audience)
        || claims["iss"] != json!(CLIENT)
        || claims["sub"] != json!(CLIENT)
    {
        return Err(format!("its claims: {claims}"));
    }
    let (from, to) = (
        claims["nbf"].as_i64().ok_or("nbf")?,
        claims["exp"].as_i64().ok_or("exp")?,
    );
    if now() < from || now() > to || to - from > 1200 {
        return Err("its time".to_owned());
    }
    let id = claims["jti"].as_str().ok_or("jti")?.to_owned();
    if !state.ids.insert(id) {
        return Err("it was used before".to_owned());
    }
    let certificate = x509_cert::Certificate::from_der(&der).expect("a certificate");
    let public = certificate
        .tbs_certificate()
        .subject_public_key_info()
        .subject_public_key
        .raw_bytes()
        .to_vec();
    let signature = URL_SAFE_NO_PAD
        .decode(signature)
        .map_err(|e| e.to_string())?;
    signature::UnparsedPublicKey::new(&signature::RSA_PSS_2048_8192_SHA256, public)
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| "its signature".to_owned())
}

/// A token as it is issued.
fn token(issue: &Issue, number: usize, now: i64) -> String {
    let head = json!({"alg": "HS256", "typ": "JWT"});
    let claims = json!({
        "iss": ISSUER, "sub": CLIENT, "aud": issue.audience, "email": issue.user, "scope": SCOPE, "roles": issue.roles,
        // No two are alike.
        "jti": number, "iat": now - 10, "exp": now + issue.ends,
    });
    let encoded = |part: Value| URL_SAFE_NO_PAD.encode(part.to_string());
    let signed = format!("{}.{}", encoded(head), encoded(claims));
    let tag = hmac::sign(&key(), signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(tag))
}

/// Signs the tokens; its owner can issue some.
fn key() -> hmac::Key {
    hmac::Key::new(
        hmac::HMAC_SHA256,
        &STANDARD.decode(TOKEN_KEY).expect("base64"),
    )
}

/// Whether a server should let this user in: signature, issuer, time and name.
pub fn is_good(user: &str, token: &str) -> bool {
    let Some((signed, tag)) = token.rsplit_once('.') else {
        return false;
    };
    let key = key();
    let signed_right = URL_SAFE_NO_PAD
        .decode(tag)
        .is_ok_and(|tag| hmac::verify(&key, signed.as_bytes(), &tag).is_ok());
    let claims = signed
        .split_once('.')
        .and_then(|(_, claims)| URL_SAFE_NO_PAD.decode(claims).ok());
    let claims: Value = claims
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default();
    signed_right
        && claims["iss"] == json!(ISSUER)
        && claims["email"] == json!(user)
        && claims["exp"].as_i64().is_some_and(|end| now() < end)
}

/// What a client's base64 says.
pub fn decoded(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text).ok()?).ok()
}

#[expect(clippy::disallowed_methods, reason = "a server has its own clock")]
fn now() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    i64::try_from(since.as_secs()).expect("before the sun goes out")
}
