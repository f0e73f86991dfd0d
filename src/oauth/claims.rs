//! What a token says of itself, if it is a JWT (RFC 7519). Its signature is not checked: the mail
//! server does that, and its claims are read here only to explain a refusal.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use serde_json::Value;

/// Most roles that are kept.
const MAX_ROLES: usize = 200;
/// Longest of each, in characters.
const MAX_NAME: usize = 100;
/// The audiences of Exchange Online's mail protocols.
const EXCHANGE_ONLINE: [&str; 2] = [
    "https://outlook.office365.com",
    "https://outlook.office.com",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    pub audience: Option<String>,
    /// `roles` and `scp`.
    pub roles: Vec<String>,
    pub expires: Option<DateTime<Utc>>,
}

/// What the token is to open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    Imap,
    Smtp,
}

impl Service {
    /// The application permission that Exchange Online wants for it.
    #[must_use]
    pub fn role(self) -> &'static str {
        match self {
            Self::Imap => "IMAP.AccessAsApp",
            Self::Smtp => "SMTP.SendAsApp",
        }
    }
}

/// Reads a token's payload; `None` when it has none that can be read.
pub(super) fn read(token: &str) -> Option<Claims> {
    let mut parts = token.split('.');
    let (_, payload, _) = (parts.next()?, parts.next()?, parts.next()?);
    let payload: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()?;
    let text = |value: &Value| value.as_str().map(tidy);
    let roles = payload
        .get("roles")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(text);
    let scopes = payload
        .get("scp")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .split_whitespace()
        .map(tidy);
    Some(Claims {
        audience: payload.get("aud").and_then(text),
        roles: roles.chain(scopes).take(MAX_ROLES).collect(),
        expires: payload
            .get("exp")
            .and_then(Value::as_i64)
            .and_then(|at| DateTime::from_timestamp(at, 0)),
    })
}

fn tidy(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(MAX_NAME)
        .collect()
}

impl Claims {
    /// Why a server at `host` will not take the token for `service`, with the remedy; `None` when
    /// nothing is known against it. Only Exchange Online's rules are known.
    #[must_use]
    pub fn lacks(&self, host: &str, service: Service) -> Option<String> {
        let audience = self
            .audience
            .as_deref()
            .unwrap_or_default()
            .trim_end_matches('/');
        let for_exchange = EXCHANGE_ONLINE.contains(&audience);
        if !for_exchange && !host.ends_with(".office365.com") {
            return None;
        }
        if !for_exchange {
            return Some(format!(
                "the token is for {audience:?}, not for Exchange Online: set `scope` to {}/.default",
                EXCHANGE_ONLINE[0]
            ));
        }
        let role = service.role();
        if self.roles.iter().any(|has| has == role) {
            return None;
        }
        let has = if self.roles.is_empty() {
            "none".to_owned()
        } else {
            self.roles.join(", ")
        };
        Some(format!(
            "the token lacks the role {role} (it has: {has}): in the app registration add it under API permissions > \
             Office 365 Exchange Online > Application permissions, and grant admin consent"
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(payload: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    #[test]
    fn a_token_without_the_right_role_is_explained() {
        let exchange = "outlook.office365.com";
        let check = |payload: &str, host: &str, service, expected: Option<&str>| {
            let lacks = read(&token(payload)).expect("claims").lacks(host, service);
            assert_eq!(lacks.is_some(), expected.is_some(), "{payload}: {lacks:?}");
            assert!(
                lacks
                    .unwrap_or_default()
                    .contains(expected.unwrap_or_default()),
                "{payload}"
            );
        };
        let both = r#"{"aud":"https://outlook.office365.com","roles":["SMTP.SendAsApp","IMAP.AccessAsApp"]}"#;
        check(both, exchange, Service::Imap, None);
        check(both, "smtp.office365.com", Service::Smtp, None);
        let one =
            r#"{"aud":"https://outlook.office365.com/","roles":["IMAP.AccessAsApp"],"exp":1}"#;
        check(one, exchange, Service::Imap, None);
        check(
            one,
            "smtp.office365.com",
            Service::Smtp,
            Some("lacks the role SMTP.SendAsApp (it has: IMAP.AccessAsApp)"),
        );
        check(
            r#"{"aud":"https://outlook.office.com"}"#,
            exchange,
            Service::Imap,
            Some("IMAP.AccessAsApp (it has: none)"),
        );
        check(
            r#"{"aud":"https://graph.microsoft.com"}"#,
            exchange,
            Service::Imap,
            Some("set `scope`"),
        );
        check(
            r#"{"aud":"mail","scp":"mail"}"#,
            "imap.example.se",
            Service::Imap,
            None,
        );
        check(
            r#"{"aud":["a"],"roles":7,"scp":[],"exp":"x"}"#,
            "imap.example.se",
            Service::Imap,
            None,
        );
    }

    #[test]
    fn a_token_may_be_anything() {
        for opaque in [
            "",
            "abc",
            "a.b",
            "a.b.c",
            "a.%%%.c",
            "e30.bnVsbA.x.y",
            &token("[1"),
        ] {
            let claims = read(opaque);
            assert!(
                claims.is_none_or(|claims| claims.roles.is_empty()),
                "{opaque}"
            );
        }
    }
}
