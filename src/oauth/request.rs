//! The request for a token, and what its answer means.

use super::error::TokenError;
use super::{advice, assertion, http};
use crate::config::{self, Credential, OAuth2, SecretSource};
use chrono::{DateTime, TimeDelta, Utc};
use oauth2::basic::{
    BasicClient, BasicErrorResponse, BasicErrorResponseType, BasicTokenResponse, BasicTokenType,
};
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
    let post = Post {
        settings,
        clock_ahead: StdMutex::new(None),
    };
    let answer = answered(settings, &post).await?;
    let text = usable(settings, &answer)?;
    let clock_ahead = *post
        .clock_ahead
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    let life = answer.expires_in().unwrap_or(LIFE).min(LONGEST_LIFE);
    Ok(Granted {
        text: Arc::new(Zeroizing::new(text.to_owned())),
        life,
        clock_ahead,
    })
}

/// The endpoint's answer to the program's own credentials (RFC 6749 §4.4).
async fn answered(settings: &OAuth2, post: &Post<'_>) -> Result<BasicTokenResponse, TokenError> {
    let url = TokenUrl::new(settings.token_url.to_string())
        .map_err(|_| TokenError::Refused(format!("{}: check `token_url`", settings.token_url)))?;
    // Secret and id go in the body: every identity platform takes them there, and their letters
    // need no escaping.
    let mut client = BasicClient::new(ClientId::new(settings.client_id.clone()))
        .set_token_uri(url)
        .set_auth_type(AuthType::RequestBody);
    let shown = shown(settings)?;
    if let Shown::Secret(secret) = &shown {
        client = client.set_client_secret(ClientSecret::new(secret.to_string()));
    }
    let mut request = client.exchange_client_credentials();
    if let Some(scope) = &settings.scope {
        request = request.add_scope(Scope::new(scope.clone()));
    }
    if let Shown::Assertion(assertion) = &shown {
        request = request.add_extra_param("client_assertion_type", JWT_BEARER);
        request = request.add_extra_param("client_assertion", assertion.as_str());
    }
    let asking = request.request_async(post);
    asking
        .await
        .map_err(|failed| explain(settings, &failed, shown.text()))
}
/// The proof of the program to the endpoint, which no error may repeat.
enum Shown {
    Secret(Zeroizing<String>),
    Assertion(Zeroizing<String>),
}

impl Shown {
    fn text(&self) -> &Zeroizing<String> {
        match self {
            Self::Secret(text) | Self::Assertion(text) => text,
        }
    }
}

/// The secret as it is now: it may have been changed since the start. Or an assertion, signed now.
fn shown(settings: &OAuth2) -> Result<Shown, TokenError> {
    let secret = match &settings.credential {
        Credential::Secret(SecretSource::Given(secret)) => secret.clone(),
        Credential::Secret(SecretSource::File(path)) => config::from_file(path).map_err(|why| {
            TokenError::Refused(format!("client secret {}: {why}", path.display()))
        })?,
        Credential::Certificate { certificate, key } => {
            let assertion = assertion::signed(settings, certificate, key, now())
                .map_err(TokenError::Refused)?;
            return Ok(Shown::Assertion(Zeroizing::new(assertion)));
        }
    };
    Ok(Shown::Secret(Zeroizing::new(secret.reveal().to_owned())))
}

/// A bearer token (RFC 6750 §2.1); anything else could break out of the login command.
fn usable<'a>(settings: &OAuth2, answer: &'a BasicTokenResponse) -> Result<&'a str, TokenError> {
    let text = answer.access_token().secret();
    if !matches!(answer.token_type(), BasicTokenType::Bearer) {
        return Err(TokenError::Refused(format!(
            "token endpoint {}: its tokens are no bearer tokens",
            settings.token_url
        )));
    }
    if text.is_empty() || text.len() > MAX_TOKEN || !text.bytes().all(|b| b.is_ascii_graphic()) {
        let why = "its answer holds no usable token";
        return Err(http::unreachable(settings, why));
    }
    Ok(text)
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
fn explain(settings: &OAuth2, failed: &Failed, secret: &Zeroizing<String>) -> TokenError {
    match failed {
        RequestTokenError::Request(error) => error.clone(),
        RequestTokenError::ServerResponse(answer) => refused(settings, answer, secret),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
            let why = "its answer is no token and no OAuth error (check `token_url`)";
            http::unreachable(settings, why)
        }
    }
}

/// The endpoint's own error (RFC 6749 §5.2).
fn refused(
    settings: &OAuth2,
    answer: &BasicErrorResponse,
    secret: &Zeroizing<String>,
) -> TokenError {
    let place = format!("token endpoint {}", settings.token_url);
    let code = answer.error().as_ref().to_owned();
    let description = answer.error_description().map_or("", String::as_str);
    let told = advice::of(description);
    let said = advice::tidy(description, std::slice::from_ref(secret));
    let general = general(answer.error());
    let text = match told {
        Some(advice) => format!("{place}: {}: {} ({code})", advice.code, advice.remedy),
        None if said.is_empty() => format!("{place}: {code}: {general}"),
        None => format!("{place}: {code}: {said}: {general}"),
    };
    let passes = ["temporarily_unavailable", "server_error"].contains(&code.as_str());
    if passes || told.is_some_and(|advice| advice.passes) {
        TokenError::Unreachable(text)
    } else {
        TokenError::Refused(text)
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
