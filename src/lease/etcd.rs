//! The questions to etcd: version 3, over its JSON gateway (etcd 3.4 and later).
//!
//! Two keys stand for a lease (a third and more for what was said: [`super::said`]): one that is
//! there as long as somebody holds it, bound to etcd's own lease; and one that stays and was
//! written last by the last who began to hold it. etcd's revision at that moment is the generation:
//! it only ever grows.

pub use super::range::Holder;
use super::range::{SHOWN, holder_in, number, numbers_in};
use crate::config::{Lease, Security, Server};
use crate::domain::item_id::ItemId;
use crate::http::{self, HttpError, Limits};
use crate::tls::{self, KEPT_FOR, TlsError};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Request, StatusCode};
use rustls::ClientConfig;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The longest that one member of etcd has for an answer.
pub const LONGEST_ANSWER: Duration = Duration::from_secs(5);
/// The shortest: a handshake over a slow line.
pub const SHORTEST_ANSWER: Duration = Duration::from_secs(1);
/// Bytes of an answer; ours have some hundreds.
pub const MAX_ANSWER: usize = 64 << 10;

/// gRPC's codes for what another member, or the same one later, may do: cancelled, unknown, time
/// out, exhausted, aborted, internal, unavailable.
const PASSING: [i64; 7] = [1, 2, 4, 8, 10, 13, 14];

/// Why etcd has not answered a question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EtcdError {
    /// No member could be reached, or none has a majority: the next try may succeed.
    #[error("{0}")]
    Unreachable(String),
    /// A person must act: certificate, user, rights.
    #[error("{0}")]
    Refused(String),
}

/// The lease was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub generation: i64,
    /// Of the last who held it before; 0: nobody ever did.
    pub previous: i64,
    /// The highest number of each year that any host has named.
    pub numbers: Vec<ItemId>,
}

/// What one member said.
enum Said {
    Done(Value),
    /// The token is no more.
    NeedsLogin,
    NotThere,
}

/// A way to etcd.
pub struct Etcd {
    settings: Lease,
    patience: Duration,
    /// The member that answered last.
    good: AtomicUsize,
    token: Mutex<Option<String>>,
    tls: Mutex<Option<(Instant, Arc<ClientConfig>)>>,
}

impl Etcd {
    #[must_use]
    pub fn new(settings: Lease) -> Self {
        let patience = (settings.ttl / 5).clamp(SHORTEST_ANSWER, LONGEST_ANSWER);
        Self {
            settings,
            patience,
            good: AtomicUsize::new(0),
            token: Mutex::default(),
            tls: Mutex::default(),
        }
    }

    #[must_use]
    pub fn settings(&self) -> &Lease {
        &self.settings
    }

    /// Who holds the lease now, by a majority of etcd's members.
    pub async fn holder(&self) -> Result<Option<Holder>, EtcdError> {
        let asked = json!({ "key": self.key("lease") });
        let answer = self.call("/v3/kv/range", &asked).await?;
        Ok(holder_in(&answer))
    }

    /// A lease of etcd's own that nothing is bound to yet: its number, and its life.
    pub async fn grant(&self) -> Result<(i64, Duration), EtcdError> {
        self.grant_for(self.settings.ttl).await
    }

    pub(super) async fn grant_for(&self, ttl: Duration) -> Result<(i64, Duration), EtcdError> {
        let asked = json!({ "TTL": ttl.as_secs().to_string() });
        let answer = self.call("/v3/lease/grant", &asked).await?;
        let ttl = number(&answer, "TTL").and_then(|ttl| u64::try_from(ttl).ok());
        match (number(&answer, "ID"), ttl) {
            (Some(lease), Some(ttl)) => Ok((lease, Duration::from_secs(ttl))),
            _ => Err(not_understood("a lease")),
        }
    }

    /// Takes the lease if nobody has it.
    pub async fn take(&self, lease: i64, who: &str) -> Result<Option<Taken>, EtcdError> {
        let answer = self.call("/v3/kv/txn", &self.asks_for(lease, who)).await?;
        let range = |at: usize| answer["responses"][at].get("response_range");
        let numbers = |at: usize| range(at).map(numbers_in).unwrap_or_default();
        if answer["succeeded"].as_bool() == Some(true) {
            let generation = number(&answer["header"], "revision");
            let generation = generation.ok_or_else(|| not_understood("a revision"))?;
            let previous = range(0).and_then(|found| number(&found["kvs"][0], "mod_revision"));
            return Ok(Some(Taken {
                generation,
                previous: previous.unwrap_or_default(),
                numbers: numbers(3),
            }));
        }
        // A member that gave no answer may have done it all the same. Who held it before is not
        // known then, and nobody's generation is negative.
        let ours = range(0)
            .and_then(holder_in)
            .filter(|now| now.lease == lease);
        Ok(ours.map(|ours| Taken {
            generation: ours.generation,
            previous: -1,
            numbers: numbers(1),
        }))
    }

    fn asks_for(&self, lease: i64, who: &str) -> Value {
        let (key, last) = (self.key("lease"), self.key("last"));
        let numbers = json!({ "requestRange": { "key": self.key("numbers") } });
        let value = BASE64_STANDARD.encode(who);
        let put = |key: &str, lease: i64| json!({ "requestPut": { "key": key, "value": value, "lease": lease.to_string() } });
        json!({
            "compare": [{
                "key": key, "target": "CREATE", "result": "EQUAL", "createRevision": "0"
            }],
            "success": [
                { "requestRange": { "key": last } },
                put(&key, lease),
                put(&last, 0),
                numbers,
            ],
            "failure": [{ "requestRange": { "key": key } }, numbers],
        })
    }

    /// Renews a lease; how long it lives from now on. `None`: it is no more.
    pub async fn keep(&self, lease: i64) -> Result<Option<Duration>, EtcdError> {
        let asked = json!({ "ID": lease.to_string() });
        let answer = self.call("/v3/lease/keepalive", &asked).await?;
        let ttl = number(&answer["result"], "TTL").and_then(|ttl| u64::try_from(ttl).ok());
        Ok(ttl.filter(|ttl| *ttl > 0).map(Duration::from_secs))
    }

    /// Gives a lease back, and with it the keys bound to it.
    pub async fn revoke(&self, lease: i64) -> Result<(), EtcdError> {
        let asked = json!({ "ID": lease.to_string() });
        self.call("/v3/lease/revoke", &asked).await.map(drop)
    }

    pub(super) fn key(&self, of: &str) -> String {
        BASE64_STANDARD.encode(format!("servicelofte/{of}/{}", self.settings.name))
    }

    /// Asks one member after the other, the one that answered last first.
    pub(super) async fn call(&self, path: &str, asked: &Value) -> Result<Value, EtcdError> {
        let (first, all) = (self.good.load(Ordering::Relaxed), &self.settings.endpoints);
        let mut why = Vec::new();
        for at in (0..all.len()).map(|step| (first + step) % all.len()) {
            match self.ask_member(&all[at], path, asked).await {
                Ok(answer) => {
                    self.good.store(at, Ordering::Relaxed);
                    return Ok(answer);
                }
                Err(EtcdError::Unreachable(error)) => why.push(error),
                Err(refused) => return Err(refused),
            }
        }
        Err(EtcdError::Unreachable(why.join("; ")))
    }

    /// One question to one member, with a new token if the old one is no more.
    async fn ask_member(
        &self,
        member: &Server,
        path: &str,
        asked: &Value,
    ) -> Result<Value, EtcdError> {
        for _ in 0..2 {
            let token = self.login(member).await?;
            match self.post(member, path, asked, token.as_deref()).await? {
                Said::Done(answer) => return Ok(answer),
                Said::NotThere => return Ok(Value::Null),
                Said::NeedsLogin => *self.token() = None,
            }
        }
        let name = tls::name(member);
        let remedy = match &member.login {
            Some(_) => "it takes no token that it has just given out",
            None => "it asks for a user: set user and password_file",
        };
        Err(EtcdError::Refused(format!("etcd {name}: {remedy}")))
    }

    fn token(&self) -> std::sync::MutexGuard<'_, Option<String>> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The token of the user, if etcd is to be shown one.
    async fn login(&self, member: &Server) -> Result<Option<String>, EtcdError> {
        let Some(login) = &member.login else {
            return Ok(None);
        };
        if let Some(token) = self.token().clone() {
            return Ok(Some(token));
        }
        let crate::config::Proof::Password(password) = &login.proof else {
            return Ok(None);
        };
        let asked = json!({ "name": login.user, "password": password.now().reveal() });
        let said = self
            .post(member, "/v3/auth/authenticate", &asked, None)
            .await?;
        let token = match said {
            Said::Done(answer) => answer["token"].as_str().map(str::to_owned),
            Said::NeedsLogin | Said::NotThere => None,
        };
        let token = token.ok_or_else(|| not_understood("a token"))?;
        *self.token() = Some(token.clone());
        Ok(Some(token))
    }

    async fn post(
        &self,
        member: &Server,
        path: &str,
        asked: &Value,
        token: Option<&str>,
    ) -> Result<Said, EtcdError> {
        let failed = |error: HttpError| failed(member, error);
        let request = request(member, path, asked, token)?;
        let limits = Limits {
            time: self.patience,
            bytes: MAX_ANSWER,
        };
        let answer = if member.security == Security::Plaintext {
            http::ask(tls::connect(member), request, limits).await
        } else {
            let config = self.tls_config().map_err(|error| failed(error.into()))?;
            http::ask(tls::connect_with(member, config), request, limits).await
        };
        let (parts, body) = answer.map_err(failed)?.into_parts();
        let answer = first_of(&body.map_err(failed)?);
        understood(&tls::name(member), parts.status, answer)
    }

    /// The authorities and the certificate, read anew now and then: they may be short-lived.
    fn tls_config(&self) -> Result<Arc<ClientConfig>, TlsError> {
        let mut kept = self.tls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, config)) = kept.as_ref()
            && since.elapsed() < KEPT_FOR / 6
        {
            return Ok(Arc::clone(config));
        }
        let first = self.settings.endpoints.first();
        let ca_file = first.and_then(|server| server.ca_file.as_deref());
        let config = match &self.settings.certificate {
            Some((certificate, key)) => tls::showing(ca_file, certificate, key)?,
            None => tls::client_config(ca_file)?,
        };
        *kept = Some((Instant::now(), Arc::clone(&config)));
        Ok(config)
    }
}

/// Why there was no answer.
fn failed(member: &Server, error: HttpError) -> EtcdError {
    match error {
        HttpError::Tls(error) if !error.is_transient() => {
            EtcdError::Refused(format!("etcd: {error}"))
        }
        HttpError::Tls(error) => EtcdError::Unreachable(format!("etcd: {error}")),
        error => EtcdError::Unreachable(format!("etcd {}: {error}", tls::name(member))),
    }
}

fn request(
    member: &Server,
    path: &str,
    asked: &Value,
    token: Option<&str>,
) -> Result<Request<Full<Bytes>>, EtcdError> {
    let mut request = Request::post(path)
        .header(HOST, &member.host)
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(asked.to_string())))
        .map_err(|_| {
            let name = tls::name(member);
            EtcdError::Refused(format!("etcd {name}: check its host"))
        })?;
    if let Some(mut token) = token.and_then(|token| HeaderValue::from_str(token).ok()) {
        token.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, token);
    }
    Ok(request)
}

/// The first value of an answer: that to a renewal is a stream of one; the rest is of no interest.
fn first_of(body: &[u8]) -> Option<Value> {
    let mut values = serde_json::Deserializer::from_slice(body).into_iter::<Value>();
    values.next()?.ok()
}

/// Sorts what a member said.
fn understood(name: &str, status: StatusCode, answer: Option<Value>) -> Result<Said, EtcdError> {
    let Some(answer) = answer else {
        let status = status.as_u16();
        return Err(EtcdError::Unreachable(format!(
            "etcd {name}: its answer is not JSON (HTTP {status}): see that it is etcd 3.4 or later"
        )));
    };
    // A stream tells its error inside; else it is the whole answer.
    let told = answer.get("error").filter(|error| error.is_object());
    let fault = told.unwrap_or(&answer);
    let code = number(fault, "code").or_else(|| number(fault, "grpc_code"));
    if status.is_success() && told.is_none() {
        return Ok(Said::Done(answer));
    }
    let words = words_of(fault);
    match code {
        // gRPC's UNAUTHENTICATED: the token is no more.
        Some(16) => return Ok(Said::NeedsLogin),
        // So it says when it asks for a user and none is shown.
        _ if words.contains("user name is empty") => return Ok(Said::NeedsLogin),
        // NOT_FOUND.
        Some(5) => return Ok(Said::NotThere),
        _ => {}
    }
    let status = status.as_u16();
    let text = format!("etcd {name}: {words} (HTTP {status})");
    if code.map_or(status >= 500, |code| PASSING.contains(&code)) {
        Err(EtcdError::Unreachable(text))
    } else {
        Err(EtcdError::Refused(text))
    }
}

/// The words of a fault, as they may be shown.
fn words_of(fault: &Value) -> String {
    let words = ["message", "error"]
        .iter()
        .find_map(|key| fault[*key].as_str())
        .unwrap_or_default();
    words
        .chars()
        .filter(|c| !c.is_control())
        .take(SHOWN)
        .collect()
}

fn not_understood(what: &str) -> EtcdError {
    EtcdError::Refused(format!(
        "etcd has answered without {what}: see that it is etcd 3.4 or later"
    ))
}
