//! Tokens for mail servers: OAuth 2.0's client credentials grant (RFC 6749 §4.4), with a secret or
//! with a certificate (RFC 7523), and how IMAP and SMTP show them (XOAUTH2, RFC 7628).
//!
//! Promises: equal settings share one token, whichever mailbox and protocol asks; it is renewed
//! before it ends, by one request however many wait; an endpoint that is down or says no is left in
//! peace for a while ([`TROUBLE`], [`REFUSAL`]); tokens and secrets are in no error, no log line
//! and no file. The life of a token is counted from its arrival by a clock that is never set, so
//! that a wrong wall clock neither keeps an ended token nor throws a good one away. Deliberately
//! absent: refresh tokens (this grant has none), flows with a browser, discovery, a check of the
//! token's signature (that is the mail server's business).

mod advice;
mod assertion;
pub mod claims;
pub mod expiry;
mod error;
mod http;
mod request;
pub mod sasl;

pub use error::TokenError;
pub use http::{MAX_ANSWER, REQUEST_TIMEOUT};
pub use request::{LIFE, MAX_TOKEN};

use crate::config::OAuth2;
use chrono::TimeDelta;
use claims::Claims;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

/// A token is renewed this long before it ends, so that none ends in mid-login; at most after half
/// its life.
pub const MARGIN: Duration = Duration::from_mins(5);
/// After a request that came to nothing, those who ask within this hear the same.
pub const TROUBLE: Duration = Duration::from_secs(4);
/// After a refusal, the same: a secret that is wrong is not made right by asking often.
pub const REFUSAL: Duration = Duration::from_mins(1);

/// A token. `Debug` never shows it.
#[derive(Clone)]
pub struct Token {
    text: Arc<Zeroizing<String>>,
    /// What it says of itself; `None` when it is not a JWT, which is the endpoint's right.
    pub claims: Option<Claims>,
    /// By how much this machine's clock is ahead of the endpoint's, if that gave the time.
    pub clock_ahead: Option<TimeDelta>,
    /// Which request brought it.
    number: u64,
    /// It was there already when it was asked for.
    reused: bool,
}

impl Token {
    /// The token itself, for the login command only.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[token]")
    }
}

/// The state of one client at one endpoint.
#[derive(Default)]
struct Slot {
    held: Option<(Token, Instant)>,
    failed: Option<(TokenError, Instant)>,
    requests: u64,
}

impl Slot {
    async fn token(&mut self, settings: &OAuth2) -> Result<Token, TokenError> {
        let now = Instant::now();
        if let Some((token, renew_at)) = &self.held
            && now < *renew_at
        {
            return Ok(Token {
                reused: true,
                ..token.clone()
            });
        }
        if let Some((error, until)) = &self.failed
            && now < *until
        {
            return Err(error.clone());
        }
        self.requests += 1;
        let asked = request::request(settings).await;
        // A wait counts from the answer: those who queued meanwhile shall hear it.
        let now = Instant::now();
        match asked {
            Ok(granted) => Ok(self.hold(granted, now)),
            Err(error) => {
                let wait = match error {
                    TokenError::Unreachable(_) => TROUBLE,
                    _ => REFUSAL,
                };
                self.failed = Some((error.clone(), now + wait));
                Err(error)
            }
        }
    }

    /// Keeps a token until shortly before its end.
    fn hold(&mut self, granted: request::Granted, now: Instant) -> Token {
        let token = Token {
            claims: claims::read(&granted.text),
            text: granted.text,
            clock_ahead: granted.clock_ahead,
            number: self.requests,
            reused: false,
        };
        let renew_in = granted.life.saturating_sub(MARGIN).max(granted.life / 2);
        self.failed = None;
        self.held = Some((token.clone(), now + renew_in));
        token
    }
}

/// One for the process: every mailbox's IMAP and SMTP draw on the same tokens, wherever they are
/// called from. As many entries as the configuration has different clients.
static SLOTS: StdMutex<BTreeMap<OAuth2, Arc<Mutex<Slot>>>> = StdMutex::new(BTreeMap::new());

fn slot(settings: &OAuth2) -> Arc<Mutex<Slot>> {
    // A slot is whole at any time, so a panic elsewhere leaves nothing half done.
    let mut slots = SLOTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(slot) = slots.get(settings) {
        return Arc::clone(slot);
    }
    Arc::clone(slots.entry(settings.clone()).or_default())
}

/// A token that should be good: the one that is there, or a new one.
pub async fn token(settings: &OAuth2) -> Result<Token, TokenError> {
    // Held while the endpoint is asked: a second caller waits for the same answer.
    slot(settings).lock().await.token(settings).await
}

/// Another token, after a mail server refused this one; `None` when it was quite new, since then
/// the token is not the trouble.
pub async fn another(settings: &OAuth2, refused: &Token) -> Result<Option<Token>, TokenError> {
    if !refused.reused {
        return Ok(None);
    }
    let slot = slot(settings);
    let mut slot = slot.lock().await;
    if slot
        .held
        .as_ref()
        .is_some_and(|(held, _)| held.number == refused.number)
    {
        slot.held = None;
    }
    slot.token(settings).await.map(Some)
}
