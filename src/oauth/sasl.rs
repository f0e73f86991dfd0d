//! How a login shows a token: OAUTHBEARER (RFC 7628), and XOAUTH2, its forerunner, which is all
//! that some servers know.

use super::Token;
use crate::config::{Secret, Server};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use zeroize::Zeroizing;

/// Longest error code of a refusal, in characters, that is kept.
const MAX_STATUS: usize = 40;

/// The words of PLAIN (RFC 4616), in base64.
#[must_use]
pub fn plain(user: &str, password: &Secret) -> Zeroizing<String> {
    let words = Zeroizing::new(format!("\0{user}\0{}", password.reveal()));
    Zeroizing::new(STANDARD.encode(words.as_bytes()))
}

/// The answers of LOGIN, which asks for user and password one by one.
#[must_use]
pub fn login(user: &str, password: &Secret) -> [Zeroizing<String>; 2] {
    [user, password.reveal()].map(|word| Zeroizing::new(STANDARD.encode(word)))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    OAuthBearer,
    XOAuth2,
}

impl Mechanism {
    /// The one to use with a server that offers these (upper case); the standard one first.
    #[must_use]
    pub fn choose(offered: impl Fn(&str) -> bool) -> Option<Self> {
        [Self::OAuthBearer, Self::XOAuth2]
            .into_iter()
            .find(|mechanism| offered(mechanism.name()))
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::OAuthBearer => "OAUTHBEARER",
            Self::XOAuth2 => "XOAUTH2",
        }
    }

    /// The client's first words, in base64.
    #[must_use]
    pub fn first(self, user: &str, server: &Server, token: &Token) -> Zeroizing<String> {
        let bearer = token.reveal();
        let plain = Zeroizing::new(match self {
            Self::XOAuth2 => format!("user={user}\u{1}auth=Bearer {bearer}\u{1}\u{1}"),
            Self::OAuthBearer => {
                // RFC 5801 §4: a comma would end the name.
                let user = user.replace('=', "=3D").replace(',', "=2C");
                let (host, port) = (&server.host, server.port);
                format!(
                    "n,a={user},\u{1}host={host}\u{1}port={port}\u{1}auth=Bearer {bearer}\u{1}\u{1}"
                )
            }
        });
        Zeroizing::new(STANDARD.encode(plain.as_bytes()))
    }

    /// What the client says to a server that has explained its refusal, so that the refusal itself
    /// can come.
    #[must_use]
    pub fn yes_i_see(self) -> &'static str {
        match self {
            // RFC 7628 §3.2.3: a single ^A.
            Self::OAuthBearer => "AQ==",
            Self::XOAuth2 => "",
        }
    }
}

/// The `status` of a refusal's JSON (RFC 7628 §3.2.2), as far as it is plain.
#[must_use]
pub fn status(challenge: &str) -> Option<String> {
    let json: Value = serde_json::from_slice(&STANDARD.decode(challenge.trim()).ok()?).ok()?;
    let status = json.get("status")?.as_str()?;
    let plain = status
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "_-.".contains(*c))
        .take(MAX_STATUS)
        .collect();
    Some(plain).filter(|status: &String| !status.is_empty())
}

/// A server's words without anything that could be a token or a piece of one: such words cannot be
/// read anyway.
#[must_use]
pub fn without_tokens(text: &str) -> String {
    let short = |word: &str| {
        if word.chars().count() > LONGEST_WORD {
            "…".to_owned()
        } else {
            word.to_owned()
        }
    };
    text.split_whitespace()
        .map(short)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Longest word of a server that is shown, in characters: the longest host names of Exchange Online
/// have some fifty.
const LONGEST_WORD: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_status_of_a_refusal_is_read() {
        let check = |json: &str, expected: Option<&str>| {
            assert_eq!(
                status(&STANDARD.encode(json)).as_deref(),
                expected,
                "{json}"
            );
        };
        check(
            r#"{"status":"401","schemes":"bearer","scope":"mail"}"#,
            Some("401"),
        );
        check(r#"{"status":"invalid_token"}"#, Some("invalid_token"));
        check(r#"{"status":"a\r\nb c"}"#, Some("abc"));
        check(r#"{"status":401}"#, None);
        check("", None);
        assert_eq!(status("%"), None);
    }

    #[test]
    fn long_words_are_not_shown() {
        assert_eq!(
            without_tokens(&format!("not  taken: {} x", "eyJ0".repeat(17))),
            "not taken: … x"
        );
    }
}
