//! Questions of `init` to a person at a terminal. What a flag says is not asked; where no person
//! is, what is missing is told with its flag.

use super::discover::Kind;
use super::interrupted;
use super::proposal::Reach;
use crate::config::{self, Security};
use crate::failure::Failure;
use dialoguer::{Confirm, Input};
use std::fmt::Display;
use std::io::IsTerminal;

/// Whether there is a person who can answer.
pub(super) fn can_answer() -> bool {
    std::io::stdin().is_terminal()
}

/// A mail address; a domain with å, ä or ö in the form that mail servers use.
pub(super) fn address(text: &str) -> Result<String, String> {
    let ascii = text.rsplit_once('@').and_then(|(local, domain)| {
        let domain = idna::domain_to_ascii(domain).ok()?;
        Some(format!("{local}@{domain}"))
    });
    config::address(ascii.as_deref().unwrap_or(text))
}

/// The value of a flag, or of a person at a terminal, or the usual one. What it may not be is said
/// at once, and asked again.
pub(super) fn asked(
    given: Option<&str>,
    question: &str,
    usual: Option<&str>,
    read: fn(&str) -> Result<String, String>,
) -> Result<String, Failure> {
    let wrong = |why: String| Failure::Usage(format!("{question}: {why}"));
    if let Some(given) = given {
        return read(given).map_err(wrong);
    }
    if !can_answer() {
        let missing = || wrong("give it by its flag (servicelofte init --help)".to_owned());
        return read(usual.ok_or_else(missing)?).map_err(wrong);
    }
    let answer = interrupted::at_terminal(|| {
        let mut input = Input::<String>::new()
            .with_prompt(question)
            .validate_with(|answer: &String| read(answer).map(drop));
        if let Some(usual) = usual {
            input = input.default(usual.to_owned());
        }
        input.interact_text()
    });
    read(&answer.map_err(|error| unanswered(question, error))?).map_err(wrong)
}

/// Yes or no; no without a word.
pub(super) fn is_right(question: &str) -> Result<bool, Failure> {
    let confirm = Confirm::new().with_prompt(question).default(false);
    interrupted::at_terminal(|| confirm.interact()).map_err(|error| unanswered(question, error))
}

/// A server that has no usual name: the ways to try, in order.
pub(super) fn server(kind: Kind) -> Result<Vec<Reach>, Failure> {
    let question = match kind {
        Kind::Imap => "The IMAP server, as name or name:port",
        Kind::Smtp => "The server that mail leaves by, as name or name:port",
    };
    let named = asked(None, question, None, |answer| {
        host_and_port(answer).map(|_| answer.to_owned())
    })?;
    ways(kind, &named).map_err(Failure::Usage)
}

fn host_and_port(named: &str) -> Result<(String, Option<u16>), String> {
    let right = || "must be a name such as mail.kommun.se, or mail.kommun.se:993".to_owned();
    let named = named.trim();
    // The colons of an IPv6 address are no port's.
    if let Ok(host) = config::host(named) {
        return Ok((host, None));
    }
    let (host, port) = named.rsplit_once(':').ok_or_else(right)?;
    let port = port.parse().map_err(|_| right())?;
    Ok((config::host(host).map_err(|_| right())?, Some(port)))
}

fn ways(kind: Kind, named: &str) -> Result<Vec<Reach>, String> {
    let (host, port) = host_and_port(named)?;
    let usual: &[(u16, Security)] = match kind {
        Kind::Imap => &[(993, Security::Tls), (143, Security::StartTls)],
        Kind::Smtp => &[
            (587, Security::StartTls),
            (465, Security::Tls),
            (25, Security::StartTls),
        ],
    };
    let ways = port.map_or_else(
        || usual.to_vec(),
        |port| {
            let known = usual.iter().find(|(known, _)| *known == port);
            vec![(port, known.map_or(usual[0].1, |(_, security)| *security))]
        },
    );
    let reach = |(port, security)| Reach {
        host: host.clone(),
        port,
        security,
    };
    Ok(ways.into_iter().map(reach).collect())
}

fn unanswered(question: &str, error: impl Display) -> Failure {
    Failure::Failed(format!("{question}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_server_has_its_ways() {
        let shown = |kind, named: &str| {
            let ways = ways(kind, named).map_err(|_| "refused");
            ways.map(|ways| {
                let ways = ways.iter().map(|way| (way.port, way.security));
                ways.collect::<Vec<_>>()
            })
        };
        let (tls, starttls) = (Security::Tls, Security::StartTls);
        for (kind, named, expected) in [
            (
                Kind::Imap,
                "mail.kommun.se",
                Ok(vec![(993, tls), (143, starttls)]),
            ),
            (
                Kind::Imap,
                " mail.kommun.se:143 ",
                Ok(vec![(143, starttls)]),
            ),
            (Kind::Imap, "mail.kommun.se:1993", Ok(vec![(1993, tls)])),
            (Kind::Imap, "::1", Ok(vec![(993, tls), (143, starttls)])),
            (
                Kind::Smtp,
                "relay01",
                Ok(vec![(587, starttls), (465, tls), (25, starttls)]),
            ),
            (Kind::Smtp, "relay01:25", Ok(vec![(25, starttls)])),
            (Kind::Smtp, "smtps://relay01", Err("refused")),
            (Kind::Smtp, "relay01:post", Err("refused")),
            (Kind::Imap, "", Err("refused")),
        ] {
            assert_eq!(shown(kind, named), expected, "{named}");
        }
    }

    #[test]
    fn an_address_is_one_that_servers_know() {
        for (typed, expected) in [
            ("KF@kommun.se", Some("kf@kommun.se")),
            ("kf@åmål.test", Some("kf@xn--ml-xiab.test")),
            ("kf", None),
            ("kf@", None),
            ("kf @kommun.se", None),
        ] {
            assert_eq!(address(typed).ok().as_deref(), expected, "{typed}");
        }
    }
}
