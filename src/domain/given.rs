//! Ids that a server gives to a mail of ours when it takes it, as far as its answer shows: a whole
//! id in angle brackets, or a token that some put before the `@` of their own. What looks so may be
//! anything (a queue's number, a greeting), so a token is believed only once a mail names it at the
//! domain of the server that said it.

use crate::domain::citizen::same_address;
use crate::domain::providers::organisational_domain;

/// A shorter word is not an id.
const LEAST_LETTERS: usize = 16;

/// Characters of an answer that are looked at.
const LONGEST_ANSWER: usize = 1_000;

/// The contents of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// A whole id, without angle brackets.
    Id(String),
    /// The left part of one.
    Token(String),
}

/// The id, or a part of it, in a server's answer to a mail. Readers' addresses are in brackets too.
#[must_use]
pub fn given(answer: &str, readers: &[&str]) -> Option<Given> {
    let answer: String = answer.chars().take(LONGEST_ANSWER).collect();
    let mut in_brackets = answer
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split_once('>'))
        .map(|(inside, _)| inside);
    let is_reader = |id: &str| readers.iter().any(|reader| same_address(reader, id));
    if let Some(id) = in_brackets.find(|id| is_id(id) && !is_reader(id)) {
        return Some(Given::Id(id.to_owned()));
    }
    answer
        .split(|c: char| {
            c.is_whitespace() || matches!(c, '<' | '>' | '[' | ']' | '(' | ')' | ';' | '=')
        })
        .map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()))
        .find(|word| is_token(word))
        .map(|token| Given::Token(token.to_owned()))
}

fn is_id(text: &str) -> bool {
    let halves = text
        .split_once('@')
        .filter(|(left, right)| !left.is_empty() && !right.is_empty());
    halves.is_some() && text.bytes().all(|b| b.is_ascii_graphic())
}

/// A word that no person would write: the middle of an id.
fn is_token(word: &str) -> bool {
    word.len() >= LEAST_LETTERS
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
        && word.bytes().any(|b| b.is_ascii_digit())
}

/// Whether an id is the token at the server's domain.
#[must_use]
pub fn is_token_of(id: &str, token: &str, server: &str) -> bool {
    let server = server.to_ascii_lowercase();
    id.rsplit_once('@').is_some_and(|(left, domain)| {
        let domain = domain.to_ascii_lowercase();
        left == token && organisational_domain(&domain) == organisational_domain(&server)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_may_tell_an_id() {
        let (kim, kf) = ("kim@example.net", "kf@example.se");
        let check = |answer: &str, expected: Option<Given>| {
            assert_eq!(given(answer, &[kim, kf]), expected, "{answer}");
        };
        let id = |id: &str| Some(Given::Id(id.to_owned()));
        let token = |token: &str| Some(Given::Token(token.to_owned()));
        check(
            "250 2.0.0 OK <AM0PR05MB@eurprd05.prod.outlook.com> [Hostname=AM0PR05]",
            id("AM0PR05MB@eurprd05.prod.outlook.com"),
        );
        check(
            "250 2.1.5 <kim@example.net> saved as <x.1@relay.example>",
            id("x.1@relay.example"),
        );
        check(
            "250 Ok 0102018f3c5d7a11-6f1c2a4e-0000-4b7a-9c1d-000000",
            token("0102018f3c5d7a11-6f1c2a4e-0000-4b7a-9c1d-000000"),
        );
        check(
            "250 Great success: id=20261119abcdef0123456789",
            token("20261119abcdef0123456789"),
        );
        check("250 2.0.0 Ok: queued as 4XyZabc123", None);
        check("250 2.0.0 <KIM@Example.net> delivered", None);
        check("250 <> <@> <a b@c> ok", None);
        check("250 ThisIsJustALongGreetingWord", None);
        check("", None);
    }

    #[test]
    fn a_token_counts_at_its_servers_domain() {
        for (id, server, expected) in [
            (
                "0102-000000@eu.relay.example",
                "smtp.eu.relay.example",
                true,
            ),
            ("0102-000000@RELAY.example", "smtp.relay.example", true),
            ("0102-000000@annan.example", "smtp.relay.example", false),
            ("0102-000001@relay.example", "smtp.relay.example", false),
            ("0102-000000", "smtp.relay.example", false),
        ] {
            assert_eq!(
                is_token_of(id, "0102-000000", server),
                expected,
                "{id} {server}"
            );
        }
    }
}
