//! The request for a token, and what its answer means.

use super::error::TokenError;
use super::{advice, assertion, http};
use crate::config::{self, Credential, OAuth2, SecretSource};
use chrono::{DateTime, TimeDelta, Utc};
use oauth2::basic::{BasicClient, BasicErrorResponse, BasicErrorResponseType, BasicTokenType};
use oauth2::{
    AsyncHttpClient, AuthType, ClientId, ClientSecret, HttpRequest, HttpResponse,
    RequestTokenError, Scope, TokenResponse as _, TokenUrl,
};
use std::pin::Pin;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;
use zeroize::Zeroizing;

/// Longest token, in bytes.
pub const MAX_TOKEN: usize = 32 << 10;
/// The life of a token whose endpoint does not give it (RFC 6749 §5.1 recommends that it does).
pub const LIFE: Duration = Duration::from_mins(10);
/// No token is kept longer, even if the endpoint says so.
const LONGEST_LIFE: Duration = Duration::from_hours(24);
/// How RFC 7523 §2.2 names a signed assertion.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The granted token.
pub(super) struct Granted {
    pub text: Arc<Zeroizing<String>>,
    pub life: Duration,
    pub clock_ahead: Option<TimeDelta>,
}

type Failed = RequestTokenError<TokenError, BasicErrorResponse>;

pub(super) async fn request(settings: &OAuth2) -> Result<Granted, TokenError> {
    let url = TokenUrl::new(settings.token_url.to_string())
        .map_err(|_| TokenError::Refused(format!("{}: check `token_url`", settings.token_url)))?;
    // Secret and id go in the body: every identity platform takes them there, and their letters
    // need no escaping.
    let mut client = BasicClient::new(ClientId::new(settings.client_id.clone()))
        .set_token_uri(url)
        .set_auth_type(AuthType::RequestBody);
    let mut secrets = Vec::new();
    let mut signed = None;
    match &settings.credential {
        Credential::Secret(source) => {
            let secret = match source {
                SecretSource::Given(secret) => secret.clone(),
                // As it is now: it may have been changed since the start.
                SecretSource::File(path) => config::from_file(path).map_err(|why| {
                    TokenError::Refused(format!("client secret {}: {why}", path.display()))
                })?,
            };
            secrets.push(Zeroizing::new(secret.reveal().to_owned()));
            client = client.set_client_secret(ClientSecret::new(secret.reveal().to_owned()));
        }
        Credential::Certificate { certificate, key } => {
            let assertion = assertion::signed(settings, certificate, key, now())
                .map_err(TokenError::Refused)?;
            secrets.push(Zeroizing::new(assertion.clone()));
            signed = Some(assertion);
        }
    }
    let mut request = client.exchange_client_credentials();
    if let Some(scope) = &settings.scope {
        request = request.add_scope(Scope::new(scope.clone()));
    }
    if let Some(assertion) = signed {
        request = request.add_extra_param("client_assertion_type", JWT_BEARER);
        request = request.add_extra_param("client_assertion", assertion);
    }
    let post = Post {
        settings,
        clock_ahead: StdMutex::new(None),
    };
    let answer = request
        .request_async(&post)
        .await
        .map_err(|failed| explain(settings, &failed, &secrets))?;
    let text = answer.access_token().secret();
    if !matches!(answer.token_type(), BasicTokenType::Bearer) {
        return Err(TokenError::Refused(format!(
            "token endpoint {}: its tokens are no bearer tokens",
            settings.token_url
        )));
    }
    // RFC 6750 §2.1; anything else could break out of the login command.
    if text.is_empty() || text.len() > MAX_TOKEN || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(http::unreachable(
            settings,
            "its answer holds no usable token",
        ));
    }
    let clock_ahead = *post
        .clock_ahead
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let life = answer.expires_in().unwrap_or(LIFE).min(LONGEST_LIFE);
    Ok(Granted {
        text: Arc::new(Zeroizing::new(text.clone())),
        life,
        clock_ahead,
    })
}

/// Our HTTP as the crate wants it.
struct Post<'a> {
    settings: &'a OAuth2,
    clock_ahead: StdMutex<Option<TimeDelta>>,
}

impl<'c> AsyncHttpClient<'c> for Post<'_> {
    type Error = TokenError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, TokenError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = http::post(self.settings, request).await?;
            let ahead = http::date(&answer).map(|date| now() - date);
            *self
                .clock_ahead
                .lock()
                .unwrap_or_else(PoisonError::into_inner) = ahead;
            Ok(answer)
        })
    }
}

/// What a failure means to the one who must act. What the endpoint wrote is shown only as far as it
/// is an explanation.
fn explain(settings: &OAuth2, failed: &Failed, secrets: &[Zeroizing<String>]) -> TokenError {
    let place = format!("token endpoint {}", settings.token_url);
    match failed {
        RequestTokenError::Request(error) => error.clone(),
        RequestTokenError::ServerResponse(answer) => {
            let code = answer.error().as_ref().to_owned();
            let description = answer.error_description().map_or("", String::as_str);
            let told = advice::of(description);
            let said = advice::tidy(description, secrets);
            let text = match told {
                Some(advice) => format!("{place}: {}: {} ({code})", advice.code, advice.remedy),
                None if said.is_empty() => format!("{place}: {code}: {}", general(answer.error())),
                None => format!("{place}: {code}: {said}: {}", general(answer.error())),
            };
            let passing = matches!(code.as_str(), "temporarily_unavailable" | "server_error");
            if passing || told.is_some_and(|advice| advice.passes) {
                TokenError::Unreachable(text)
            } else {
                TokenError::Refused(text)
            }
        }
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => http::unreachable(
            settings,
            "its answer is no token and no OAuth error (check `token_url`)",
        ),
    }
}

/// What to do about the errors of RFC 6749 §5.2.
fn general(error: &BasicErrorResponseType) -> &'static str {
    match error {
        BasicErrorResponseType::InvalidClient | BasicErrorResponseType::UnauthorizedClient => {
            "check `client_id` and the secret or certificate, and that the application may use the client credentials grant"
        }
        BasicErrorResponseType::InvalidScope => "check `scope`",
        _ => "check the oauth2 section, or ask the owner of the token endpoint",
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is an edge: the assertion says when it was signed"
)]
fn now() -> DateTime<Utc> {
    Utc::now()
}
