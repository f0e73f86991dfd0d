//! The citizen of an item: whose question it is, whom an answer must reach, where a notice goes.
//!
//! Every address that the message names as its writer's is the citizen's: an answer to any of them
//! is an answer. Own addresses never are. A form, a scanner, a switchboard (a *channel*) writes for
//! a citizen: of its message only Reply-To names the citizen, and where that says nothing the
//! citizen is unknown. An unknown citizen is the same as no other.

use super::message::{Address, Message};
use super::subject::fold;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Addresses kept of one citizen; a From field of more is not a person's.
pub const MAX_ADDRESSES: usize = 20;

/// Who put the message into the mailbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The citizen.
    #[default]
    Writer,
    /// A channel that names the citizen in Reply-To.
    ReplyTo,
    /// A channel that names no citizen.
    Unknown,
}

/// A citizen, by the addresses that a message gives.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citizen {
    /// In the order of the message, as it wrote them, each once; the first is where a notice goes.
    pub addresses: Vec<String>,
}

impl Citizen {
    /// The citizen of a message. `is_own` knows the addresses of every watched mailbox, also former
    /// ones.
    #[must_use]
    pub fn of(message: &Message, source: Source, is_own: impl Fn(&str) -> bool) -> Self {
        let named: Vec<&Address> = match source {
            Source::Unknown => Vec::new(),
            Source::ReplyTo => message.reply_to.iter().collect(),
            Source::Writer => {
                // A list's Sender is the list.
                let sender = message.sender.as_ref().filter(|_| !has_list_signs(message));
                message
                    .from
                    .iter()
                    .chain(&message.reply_to)
                    .chain(sender)
                    .collect()
            }
        };
        let mut citizen = Self::default();
        for address in named.into_iter().map(|address| address.addr.as_str()) {
            let known = citizen
                .addresses
                .iter()
                .any(|known| same_address(known, address));
            if !known && !is_own(address) && citizen.addresses.len() < MAX_ADDRESSES {
                citizen.addresses.push(address.to_owned());
            }
        }
        citizen
    }

    /// The item has no address to answer to.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.addresses.is_empty()
    }

    /// Where a notice goes: the first From, of a channel the first Reply-To. Whether one may go is
    /// another question.
    #[must_use]
    pub fn notice_address(&self) -> Option<&str> {
        self.addresses.first().map(String::as_str)
    }

    /// Whether this citizen is one whom `other` names: the address that a notice would go to is
    /// among the other's.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.notice_address()
            .is_some_and(|address| other.has(address))
    }

    /// Whether the address is one of the citizen's.
    #[must_use]
    pub fn has(&self, address: &str) -> bool {
        self.addresses
            .iter()
            .any(|known| same_address(known, address))
    }

    /// Whether a mail to these recipients reaches the citizen, also at an address that only a tag
    /// or a provider's second name sets apart.
    #[must_use]
    pub fn is_reached_by<'a>(&self, recipients: impl IntoIterator<Item = &'a str>) -> bool {
        let mine: Vec<String> = self
            .addresses
            .iter()
            .map(|address| delivery_key(address))
            .collect();
        !mine.is_empty()
            && recipients
                .into_iter()
                .any(|to| mine.contains(&delivery_key(to)))
    }
}

/// Whether Reply-To names an address that From does not.
#[must_use]
pub fn names_another(message: &Message) -> bool {
    let writes = |to: &Address| {
        message
            .from
            .iter()
            .any(|from| same_address(&from.addr, &to.addr))
    };
    message.reply_to.iter().any(|to| !writes(to))
}

/// Whether two addresses are one.
#[must_use]
pub fn same_address(a: &str, b: &str) -> bool {
    a == b || key(a) == key(b)
}

/// An address as it is compared: case folded, composed, the domain as the DNS has it.
#[must_use]
pub fn key(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let domain = domain.trim_end_matches('.');
    let domain = match domain {
        ascii if ascii.is_ascii() => Cow::Owned(ascii.to_ascii_lowercase()),
        other => idna::domain_to_ascii(other).map_or_else(|_| Cow::Owned(fold(other)), Cow::Owned),
    };
    [&fold(local), "@", &*domain].concat()
}

/// An address as answers to it are found: as [`key`], without a `+tag`, and with both names of one
/// provider alike.
#[must_use]
pub fn delivery_key(address: &str) -> String {
    let key = key(address);
    let Some((local, domain)) = key.rsplit_once('@') else {
        return key;
    };
    let local = local
        .split_once('+')
        .map(|(local, _)| local)
        .filter(|local| !local.is_empty())
        .unwrap_or(local);
    let domain = if domain == "googlemail.com" {
        "gmail.com"
    } else {
        domain
    };
    [local, "@", domain].concat()
}

/// Whether a list or group passed the message on.
#[must_use]
pub fn has_list_signs(message: &Message) -> bool {
    const FIELDS: [&str; 6] = [
        "list-id",
        "list-post",
        "mailing-list",
        "x-mailing-list",
        "x-beenthere",
        "x-mailman-version",
    ];
    let precedence = |value: &str| value.trim().eq_ignore_ascii_case("list");
    FIELDS.iter().any(|name| message.header(name).is_some())
        || message.headers_named("precedence").any(precedence)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(list: &[&str]) -> Vec<Address> {
        list.iter()
            .map(|addr| Address {
                name: None,
                addr: (*addr).to_owned(),
            })
            .collect()
    }

    fn message(from: &[&str], reply_to: &[&str], sender: &str, header: &str) -> Message {
        let (name, value) = header.split_once(": ").unwrap_or_default();
        Message {
            from: addresses(from),
            reply_to: addresses(reply_to),
            sender: addresses(&[sender])
                .into_iter()
                .find(|sender| !sender.addr.is_empty()),
            headers: vec![(name.to_owned(), value.to_owned())],
            ..Message::default()
        }
    }

    fn citizen(from: &[&str], reply_to: &[&str]) -> Citizen {
        Citizen::of(&message(from, reply_to, "", ""), Source::Writer, |_| false)
    }

    #[test]
    fn every_address_of_the_writer_is_the_citizens() {
        let check = |message: &Message, source, expected: &[&str]| {
            let own = |address: &str| same_address(address, "kommun@example.se");
            assert_eq!(
                Citizen::of(message, source, own).addresses,
                expected,
                "{message:?}"
            );
        };
        let kim = "kim@example.net";
        check(&message(&[kim], &[], "", ""), Source::Writer, &[kim]);
        check(
            &message(
                &[kim, "bo@example.net"],
                &["x@example.org"],
                "s@example.com",
                "",
            ),
            Source::Writer,
            &[kim, "bo@example.net", "x@example.org", "s@example.com"],
        );
        check(
            &message(&[kim], &["KIM@Example.net"], kim, ""),
            Source::Writer,
            &[kim],
        );
        check(
            &message(&[kim], &["kommun@example.se"], "Kommun@Example.SE", ""),
            Source::Writer,
            &[kim],
        );
        check(
            &message(&["kommun@example.se"], &[], "", ""),
            Source::Writer,
            &[],
        );
        check(
            &message(&["kommun@example.se"], &[kim], "", ""),
            Source::Writer,
            &[kim],
        );
        for sign in [
            "list-id: <x>",
            "precedence: List",
            "list-post: <mailto:x@y>",
            "mailing-list: x",
        ] {
            check(
                &message(&[kim], &[], "list-bounces@example.org", sign),
                Source::Writer,
                &[kim],
            );
        }
        check(
            &message(&[kim], &[], "anna@example.org", "precedence: bulk"),
            Source::Writer,
            &[kim, "anna@example.org"],
        );
        check(
            &message(&["form@example.se"], &[kim], "", ""),
            Source::ReplyTo,
            &[kim],
        );
        check(
            &message(&["form@example.se"], &[], "s@example.se", ""),
            Source::ReplyTo,
            &[],
        );
        check(
            &message(&["form@example.se"], &[kim], "", ""),
            Source::Unknown,
            &[],
        );
        let crowd: Vec<String> = (0..99).map(|n| format!("n{n}@example.net")).collect();
        let crowd: Vec<&str> = crowd.iter().map(String::as_str).collect();
        assert_eq!(citizen(&crowd, &[]).addresses.len(), MAX_ADDRESSES);
    }

    #[test]
    fn a_notice_goes_to_the_first_writer() {
        assert_eq!(
            citizen(&["a@x.se", "b@x.se"], &["c@x.se"]).notice_address(),
            Some("a@x.se")
        );
        let form = message(&["form@example.se"], &["c@x.se"], "", "");
        assert_eq!(
            Citizen::of(&form, Source::ReplyTo, |_| false).notice_address(),
            Some("c@x.se")
        );
        assert_eq!(Citizen::default().notice_address(), None);
        assert!(Citizen::default().is_unknown());
    }

    #[test]
    fn the_same_citizen_is_the_one_who_would_be_told() {
        let check =
            |a: &Citizen, b: &Citizen, expected| assert_eq!(a.is_same(b), expected, "{a:?} {b:?}");
        let (kim, both) = (
            citizen(&["kim@x.se"], &[]),
            citizen(&["bo@x.se"], &["kim@x.se"]),
        );
        check(&kim, &kim, true);
        check(&kim, &both, true);
        check(&both, &kim, false);
        check(&citizen(&["KIM@X.se"], &[]), &kim, true);
        check(&citizen(&["kim+kommun@x.se"], &[]), &kim, false);
        check(&Citizen::default(), &Citizen::default(), false);
        check(&Citizen::default(), &kim, false);
    }

    #[test]
    fn an_answer_reaches_a_citizen_also_without_the_tag() {
        let check = |from: &str, to: &[&str], expected| {
            assert_eq!(
                citizen(&[from], &[]).is_reached_by(to.iter().copied()),
                expected,
                "{from} {to:?}"
            );
        };
        check("kim@x.se", &["bo@x.se", "KIM@X.SE"], true);
        check("kim@x.se", &["bo@x.se"], false);
        check("kim@x.se", &[], false);
        check("kim+kommun@x.se", &["kim@x.se"], true);
        check("kim@x.se", &["kim+svar@x.se"], true);
        check("+tag@x.se", &["@x.se"], false);
        check("kim@googlemail.com", &["kim@gmail.com"], true);
        check("kim@gmail.com", &["kim@googlemail.com"], true);
        check("kim@googlemail.se", &["kim@gmail.se"], false);
        check("rene\u{301}@x.se", &["ren\u{e9}@x.se"], true);
        check("ÅSA@x.se", &["a\u{30a}sa@x.se"], true);
        check("kim@räksmörgås.se", &["kim@xn--rksmrgs-5wao1o.se"], true);
        check(
            "kim@RÄKSMÖRGÅS.se",
            &["kim@ra\u{308}ksmo\u{308}rga\u{30a}s.se"],
            true,
        );
        check("kim@x.se.", &["kim@x.se"], true);
        assert!(!Citizen::default().is_reached_by(["kim@x.se"]));
    }
}
