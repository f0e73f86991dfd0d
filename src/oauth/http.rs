//! One POST to the token endpoint ([`crate::http`]), and what its answer means.

use super::error::TokenError;
use crate::config::{HttpsUrl, OAuth2, Security, Server};
use crate::http::{self, HttpError, Limits};
use crate::tls::{self, TlsError};
use chrono::{DateTime, Utc};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{DATE, HOST, HeaderValue, RETRY_AFTER};
use oauth2::{HttpRequest, HttpResponse};
use std::time::Duration;

/// Longest wait for a token, connecting included.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Largest answer, in bytes: a token with hundreds of roles has some ten thousand.
pub const MAX_ANSWER: usize = 64 << 10;

impl From<TlsError> for TokenError {
    fn from(error: TlsError) -> Self {
        let text = format!("token endpoint: {error}");
        if error.is_transient() {
            Self::Unreachable(text)
        } else {
            Self::Tls(text)
        }
    }
}

/// Sends the request; an answer that cannot hold a token or an OAuth error is an error.
pub(super) async fn post(
    settings: &OAuth2,
    request: HttpRequest,
) -> Result<HttpResponse, TokenError> {
    usable(settings, exchange(settings, request).await?)
}

async fn exchange(settings: &OAuth2, request: HttpRequest) -> Result<HttpResponse, TokenError> {
    let url = &settings.token_url;
    let server = Server {
        host: url.host.clone(),
        port: url.port,
        security: Security::Tls,
        ca_file: settings.ca_file.clone(),
        login: None,
        address: None,
    };
    let request = at(url, request)?;
    let limits = Limits {
        time: REQUEST_TIMEOUT,
        bytes: MAX_ANSWER,
    };
    let failed = |error: HttpError| match error {
        HttpError::Tls(error) => error.into(),
        error => unreachable(settings, &error.to_string()),
    };
    let asked = http::ask(tls::connect(&server), request, limits).await;
    let (parts, body) = asked.map_err(failed)?.into_parts();
    Ok(HttpResponse::from_parts(parts, body.map_err(failed)?))
}

/// Sorts answers that are none by their status. Their bodies are pages for people, and not shown.
fn usable(settings: &OAuth2, answer: HttpResponse) -> Result<HttpResponse, TokenError> {
    let status = answer.status();
    if status.is_success() || matches!(status.as_u16(), 400 | 401 | 403) {
        return Ok(answer.map(with_a_number));
    }
    let code = status.as_u16();
    if status.is_server_error() || matches!(code, 408 | 429) {
        let later = answer
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok())
            .and_then(|s| s.parse().ok());
        let later = later
            .map(|seconds: u32| format!(", it asks to wait {seconds} s"))
            .unwrap_or_default();
        return Err(unreachable(
            settings,
            &format!("it is in trouble (HTTP {code}{later})"),
        ));
    }
    let text = format!(
        "token endpoint {}: it answered HTTP {code}",
        settings.token_url
    );
    Err(TokenError::Refused(if status.is_redirection() {
        format!("{text} and points elsewhere, where no secret is sent: check `token_url`")
    } else {
        format!("{text}: check `token_url`")
    }))
}

/// Some endpoints write the life of a token as a text, `"3599"`.
fn with_a_number(body: Vec<u8>) -> Vec<u8> {
    const LIFE: &str = "expires_in";
    let Ok(mut answer) = serde_json::from_slice::<serde_json::Value>(&body) else {
        return body;
    };
    let seconds = match answer.get(LIFE) {
        Some(serde_json::Value::String(text)) => text.trim().parse::<f64>().ok(),
        Some(serde_json::Value::Number(number)) if !number.is_u64() => number.as_f64(),
        _ => None,
    };
    let seconds = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    if let (Some(seconds), Some(answer)) = (seconds, answer.as_object_mut()) {
        answer.insert(LIFE.to_owned(), seconds.as_secs().into());
        return serde_json::to_vec(&answer).unwrap_or(body);
    }
    body
}

/// The time that the endpoint gives (RFC 9110 §6.6.1).
pub(super) fn date(answer: &HttpResponse) -> Option<DateTime<Utc>> {
    let date = answer.headers().get(DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(date)
        .ok()
        .map(|date| date.to_utc())
}

pub(super) fn unreachable(settings: &OAuth2, why: &str) -> TokenError {
    TokenError::Unreachable(format!(
        "token endpoint {}: {why}: the next try may succeed",
        settings.token_url
    ))
}

/// The request as it is on a connection of its own, where it names the path alone (RFC 9112 §3.2.1).
fn at(url: &HttpsUrl, request: HttpRequest) -> Result<hyper::Request<Full<Bytes>>, TokenError> {
    let wrong = || TokenError::Refused(format!("{url}: check `token_url`"));
    let (mut parts, body) = request.into_parts();
    parts.uri = url.path.parse().map_err(|_| wrong())?;
    let host = HeaderValue::from_str(&url.host).map_err(|_| wrong())?;
    parts.headers.insert(HOST, host);
    Ok(hyper::Request::from_parts(
        parts,
        Full::new(Bytes::from(body)),
    ))
}
