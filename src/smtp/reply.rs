//! What the server said, made safe to keep. `verdict` decides what it means for the mail.
//!
//! A server's text is written by others and often repeats addresses («<anna@example.se>: user
//! unknown»). What leaves this file is one line, at most [`MAX_TEXT`] characters, without control
//! characters, with every address masked.

use lettre::transport::smtp::{Error, response::Response};
use std::error::Error as _;
use std::time::Duration;
use tokio::time::error::Elapsed;

/// Longest text of a server, in characters, that is kept: enough for code, queue id and reason.
pub const MAX_TEXT: usize = 200;

/// A reply whose text is safe to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reply {
    pub code: u16,
    pub text: String,
}

impl Reply {
    pub fn new(code: u16, text: &str, hidden: &[String]) -> Self {
        Self {
            code,
            text: tidy(text, hidden),
        }
    }

    pub fn positive(&self) -> bool {
        (200..300).contains(&self.code)
    }

    /// The server is about to close the connection (RFC 5321 §3.8).
    pub fn closing(&self) -> bool {
        self.code == 421
    }

    /// The reply concerns our login, not the mail (RFC 4954 §6).
    pub fn about_login(&self) -> bool {
        matches!(self.code, 530 | 534 | 535 | 538)
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.code, self.text)?;
        match remedy(self) {
            Some(remedy) => write!(f, " ({remedy})"),
            None => Ok(()),
        }
    }
}

/// Why a step did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server said no (4xx, 5xx); the connection is still good, unless it said 421.
    Said(Reply),
    /// Closed, reset, silent or beyond understanding: the connection is of no more use.
    Lost(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Said(reply) => reply.fmt(f),
            Self::Lost(why) => f.write_str(why),
        }
    }
}

impl Failure {
    /// The connection may be used for the next mail.
    pub fn keeps_connection(&self) -> bool {
        matches!(self, Self::Said(reply) if !reply.closing())
    }
}

/// Sorts what lettre returned.
///
/// lettre's own texts are not passed on: those of unreadable replies repeat the bytes that were
/// read.
pub(super) fn heard(
    answer: Result<Result<Response, Error>, Elapsed>,
    limit: Duration,
    hidden: &[String],
) -> Result<Reply, Failure> {
    match answer {
        Err(_) => Err(Failure::Lost(silent(limit))),
        Ok(Ok(response)) => {
            let text = response.message().collect::<Vec<_>>().join(" ");
            Ok(Reply::new(response.code().into(), &text, hidden))
        }
        Ok(Err(error)) => Err(failed(&error, hidden)),
    }
}

/// Sorts lettre's error.
pub(super) fn failed(error: &Error, hidden: &[String]) -> Failure {
    match error.status() {
        Some(code) => {
            let text = error.source().map(ToString::to_string).unwrap_or_default();
            Failure::Said(Reply::new(code.into(), &text, hidden))
        }
        None if error.is_response() => {
            Failure::Lost("closed, or an answer that cannot be read".to_owned())
        }
        None if error.is_client() => Failure::Lost("an answer that does not fit".to_owned()),
        None => Failure::Lost(
            match error
                .source()
                .and_then(|e| e.downcast_ref::<std::io::Error>())
            {
                Some(io) => format!("connection lost ({})", io.kind()),
                None => "connection lost".to_owned(),
            },
        ),
    }
}

/// The text of a time-out.
pub(super) fn silent(limit: Duration) -> String {
    format!("no answer within {} s", limit.as_secs_f32())
}

/// One short line without control characters, addresses and the words of `hidden` (local parts,
/// login names).
#[must_use]
pub fn tidy(text: &str, hidden: &[String]) -> String {
    let clean: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words: Vec<String> = clean
        .split_whitespace()
        .map(|word| mask(word, hidden))
        .collect();
    let line = words.join(" ");
    match line.char_indices().nth(MAX_TEXT) {
        Some(_) => line.chars().take(MAX_TEXT - 1).chain(['…']).collect(),
        None => line,
    }
}

/// Masks the pieces of one word that name a person; brackets and punctuation around them stay.
fn mask(word: &str, hidden: &[String]) -> String {
    let around = |c: char| "<>()[]{}\",;:".contains(c);
    word.split_inclusive(around)
        .map(|part| {
            let piece = part.trim_end_matches(around);
            let rest = &part[piece.len()..];
            // An address is written with `%40` in a link that explains the refusal.
            if piece.contains('@') || piece.contains("%40") {
                format!("…@…{rest}")
            } else if hidden.iter().any(|h| h.eq_ignore_ascii_case(piece)) {
                format!("…{rest}")
            } else {
                part.to_owned()
            }
        })
        .collect()
}

/// What an operator can do about well-known refusals, by enhanced status code (RFC 3463) first,
/// then by code.
fn remedy(reply: &Reply) -> Option<&'static str> {
    const BY_STATUS: &[(&str, &str)] = &[
        (
            "5.7.60",
            "give the account the right Send As for the sender's address",
        ),
        (
            "5.7.57",
            "the server wants a login: set user and password of the smtp section",
        ),
        (
            "5.7.139",
            "the tenant or mailbox has SMTP AUTH switched off: have it switched on",
        ),
        (
            "5.1.8",
            "the server has blocked the sender: have the account released",
        ),
    ];
    if reply.positive() {
        return None;
    }
    let status = reply.text.split(' ').next().unwrap_or_default();
    BY_STATUS.iter().find(|(known, _)| *known == status).map(|(_, remedy)| *remedy).or(match reply.code {
        530 => Some("the server wants a login or TLS first: set security, user and password of the smtp section"),
        534 | 535 | 538 => Some("check user and password of the smtp section"),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn server_texts_are_one_short_line_without_persons() {
        let hidden = ["anna.ek".to_owned()];
        let check =
            |text: &str, expected: &str| assert_eq!(tidy(text, &hidden), expected, "{text:?}");
        check("2.0.0 Ok: queued as 4F2C81", "2.0.0 Ok: queued as 4F2C81");
        check(
            "5.1.1 <anna.ek@example.se>: User unknown",
            "5.1.1 <…@…>: User unknown",
        );
        check("user Anna.Ek unknown", "user … unknown");
        check("to=<a@b.se>,<c@d.se>;x", "to=<…@…>,<…@…>;x");
        check(
            "two\r\nlines\tand \u{1b}[31mcolour",
            "two lines and [31mcolour",
        );
        check(
            "see https://spf.example/why?id=kim%40medborgare.test;ip=192.0.2.1",
            "see https:…@…;ip=192.0.2.1",
        );
        check("ä <bounce+anna.ek=example.se@list.example>", "ä <…@…>");
        check("", "");
        let long = tidy(&"å".repeat(MAX_TEXT + 1), &[]);
        assert_eq!(long.chars().count(), MAX_TEXT);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn refusals_that_an_operator_can_mend_say_how() {
        let check = |code, text, expected: &str| {
            let shown = Reply::new(code, text, &[]).to_string();
            assert!(shown.contains(expected), "{shown}");
        };
        check(
            550,
            "5.7.60 SMTP; Client does not have permissions to send as this sender",
            "Send As",
        );
        check(
            535,
            "5.7.8 Error: authentication failed",
            "user and password",
        );
        check(535, "5.7.139 Authentication unsuccessful", "SMTP AUTH");
        check(530, "5.7.0 Must issue a STARTTLS command first", "security");
        assert_eq!(
            Reply::new(250, "5.7.60 odd", &[]).to_string(),
            "250 5.7.60 odd"
        );
    }
}
