//! What `check` says of the senders: whose Authentication-Results are in the mailbox, and whether
//! they are believed.

use super::said::Report;
use crate::config::Mailbox;
use crate::domain::message::Message;
use crate::domain::trust::{self, Authority, Trust};
use crate::failure::Failure;
use crate::mail::parse;
use crate::ports::Fetched;
use std::collections::BTreeMap;

/// What the newest messages show.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    /// No mail from outside yet.
    Nothing,
    /// Nothing is configured; the name that is topmost in most of the messages, as the
    /// configuration writes it.
    Proposed {
        name: String,
        lines: usize,
        of: usize,
    },
    /// Nothing is configured, and no server writes a line.
    NoLines { of: usize },
    /// How many messages the configured server wrote into.
    Believed { lines: usize, of: usize },
    /// The configured server wrote into none; the names that were seen.
    Unseen { of: usize, names: Vec<String> },
}

/// Says it.
pub(super) fn vouched_for(
    mailbox: &Mailbox,
    newest: &[Fetched],
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let messages: Vec<Message> = newest
        .iter()
        .map(|fetched| parse::message(&fetched.header))
        .collect();
    let name = &mailbox.name;
    let meaning = "a mail that claims to be a colleague's is believed unless it fails";
    match seen(mailbox.board.authority(), &messages, |domain| mailbox.organisation.has_domain(domain)) {
        Seen::Nothing => Ok(()),
        Seen::Proposed { name: id, lines, of } => report.ok(&format!(
            "{name}: authserv_id is not set, so {meaning}; {lines} of the newest {of} messages have lines of {id:?}: if that \
             is your border and it removes such lines from mail that comes in, set authserv_id = {id:?}"
        )),
        Seen::NoLines { of } => report.ok(&format!(
            "{name}: no server writes Authentication-Results into the newest {of} messages, so {meaning}"
        )),
        Seen::Believed { lines, of } => {
            report.ok(&format!("{name}: the border vouches for senders: its line is in {lines} of the newest {of} messages"))
        }
        Seen::Unseen { of, names } => {
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            report.warning(&format!(
                "{name}: no line of authserv_id is in the newest {of} messages from outside, so nobody is verified; seen: \
                 {names}; correct authserv_id"
            ))
        }
    }
}

fn seen(
    authority: Authority<'_>,
    messages: &[Message],
    is_inside: impl Fn(&str) -> bool + Copy,
) -> Seen {
    let is_outside = |message: &&Message| !is_inside(domain_of_sender(message));
    let outside: Vec<&Message> = messages.iter().filter(is_outside).collect();
    let of = outside.len();
    if of == 0 {
        return Seen::Nothing;
    }
    let names = topmost(&outside);
    if authority.is_set() {
        let is_vouched_for = |message: &&&Message| {
            trust::judge(message, authority, is_inside).trust != Trust::Missing
        };
        return match outside.iter().filter(is_vouched_for).count() {
            0 => Seen::Unseen {
                of,
                names: names.into_keys().collect(),
            },
            lines => Seen::Believed { lines, of },
        };
    }
    match names.into_iter().max_by_key(|(_, lines)| *lines) {
        Some((name, lines)) => Seen::Proposed { name, lines, of },
        None => Seen::NoLines { of },
    }
}

fn domain_of_sender(message: &Message) -> &str {
    let from = message.from.first();
    let parts = from.and_then(|from| from.addr.rsplit_once('@'));
    parts.map_or("", |(_, domain)| domain)
}

/// In how many of the messages each server's line is the topmost.
fn topmost(messages: &[&Message]) -> BTreeMap<String, usize> {
    let mut names = BTreeMap::new();
    for name in messages.iter().filter_map(|one| vouching(one).next()) {
        *names.entry(name).or_default() += 1;
    }
    names
}

/// The servers whose lines a message has, as the configuration names them.
pub(super) fn vouching(message: &Message) -> impl Iterator<Item = String> {
    trust::servers(message).map(|server| server.unwrap_or_else(|| "exchange".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_proposed_from_what_is_seen() {
        let check = |authority: Authority<'_>, headers: &[&str], expected: Seen| {
            let mail = |header: &&str| parse::message(format!("{header}\r\n\r\n").as_bytes());
            let messages: Vec<Message> = headers.iter().map(mail).collect();
            assert_eq!(
                seen(authority, &messages, |domain| domain == "kommun.se"),
                expected,
                "{headers:?}"
            );
        };
        let line =
            "From: a@b.se\r\nAuthentication-Results: mx.kommun.se; dmarc=pass header.from=b.se";
        let other = "From: a@b.se\r\nAuthentication-Results: relay.org; none";
        let exchange =
            "From: a@b.se\r\nAuthentication-Results: spf=pass; dmarc=pass header.from=b.se";
        let bare = "From: a@b.se";
        let inside = "From: a@kommun.se\r\nAuthentication-Results: mx.kommun.se; none";
        let server = Authority::Server("mx.kommun.se");
        check(Authority::Unset, &[], Seen::Nothing);
        check(Authority::Unset, &[inside], Seen::Nothing);
        check(Authority::Unset, &[bare, inside], Seen::NoLines { of: 1 });
        let proposed = |name: &str, lines, of| Seen::Proposed {
            name: name.to_owned(),
            lines,
            of,
        };
        check(
            Authority::Unset,
            &[line, other, line, bare],
            proposed("mx.kommun.se", 2, 4),
        );
        check(Authority::Unset, &[exchange], proposed("exchange", 1, 1));
        check(server, &[line, bare], Seen::Believed { lines: 1, of: 2 });
        check(
            server,
            &[other, bare, inside],
            Seen::Unseen {
                of: 2,
                names: vec!["relay.org".to_owned()],
            },
        );
        check(
            Authority::Exchange,
            &[exchange],
            Seen::Believed { lines: 1, of: 1 },
        );
    }
}
