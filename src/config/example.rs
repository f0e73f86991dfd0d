//! Values of the example that are unchanged in a configuration: no person has looked at them.
//!
//! Only fiction is reported, and only a whole value: an organisation of that name, addresses and
//! hosts of the domains that are kept for examples (RFC 2606 §3), the closed day, the absence and
//! the rule of the example.

use super::{Config, Mailbox, Server};
use crate::domain::board::AssignRule;
use crate::domain::organisation::Letterhead;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Domains for examples.
const DOMAINS: [&str; 4] = ["example.se", "example.com", "example.net", "example.org"];

/// What the example's municipality is called.
const NAMES: [&str; 2] = ["Exempelköping", "Exempelstad"];

/// The fictional closed day's decision and the fictional absence.
const CLOSED: (&str, &str) = ("2026-05-15", "KS 2026/12");
const AWAY: (&str, &str) = ("2026-12-21", "2027-01-06");
const MEMBER: &str = "registrator";

/// The rule by which the example gives messages of a subject to someone.
const RULE: (&str, &str) = ("(?i)bygglov", "kanslist");

impl Config {
    /// Keys that hold values of the example, each with its value.
    #[must_use]
    pub fn examples(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut look = |key: String, value: &str| {
            if is_example(value) {
                found.push(format!("{key} = {value:?}"));
            }
        };
        look("service.operator".to_owned(), &self.service.operator);
        self.of_letterheads(&mut look);
        for member in self.staff.members.values() {
            look(format!("staff {}: email", member.id), &member.email);
        }
        for pledge in self.pledges.iter() {
            for from in &pledge.matches.from {
                look(format!("pledge {}: match.from", pledge.name), from);
            }
        }
        for to in self.report.iter().flat_map(|report| &report.to) {
            look("report.to".to_owned(), to);
        }
        self.of_mailboxes(&mut look);
        found.extend(self.closed_day());
        found.extend(self.absences());
        found.extend(self.mailboxes.iter().filter_map(rule));
        found
    }

    fn of_mailboxes(&self, look: &mut impl FnMut(String, &str)) {
        for mailbox in &self.mailboxes {
            let name = &mailbox.name;
            look(format!("mailbox {name}: address"), &mailbox.address);
            for alias in &mailbox.aliases {
                look(format!("mailbox {name}: aliases"), alias);
            }
            for host in &mailbox.border_hosts {
                look(format!("mailbox {name}: border_hosts"), host);
            }
            let servers: [(&str, &Server); 2] = [
                ("imap", &mailbox.imap.server),
                ("smtp", &mailbox.smtp.server),
            ];
            for (key, server) in servers {
                look(format!("mailbox {name}: {key}.host"), &server.host);
            }
        }
    }

    fn closed_day(&self) -> Option<String> {
        let is_that = |(date, decision): &(&NaiveDate, &String)| {
            (date.to_string().as_str(), decision.as_str()) == CLOSED
        };
        let (date, decision) = self.calendar.closed_days.iter().find(is_that)?;
        Some(format!("calendar.closed_days: {date}, {decision}"))
    }

    /// Many are away over Christmas: the absence is the example's where the member is.
    fn absences(&self) -> Option<String> {
        let is_that = |(from, to): &&(NaiveDate, NaiveDate)| {
            (from.to_string().as_str(), to.to_string().as_str()) == AWAY
        };
        let member = self.staff.get(MEMBER)?;
        let (from, to) = member.away.iter().find(is_that)?;
        Some(format!("staff {MEMBER}: away {from}/{to}"))
    }

    /// A value that one table has from another is looked at once, where it stands.
    fn of_letterheads(&self, look: &mut impl FnMut(String, &str)) {
        let of_mailbox = |mailbox: &Mailbox| format!("mailbox {}: organisation", mailbox.name);
        let mailboxes = self
            .mailboxes
            .iter()
            .map(|mailbox| (of_mailbox(mailbox), mailbox.organisation.as_ref()));
        let service = ("organisation".to_owned(), self.organisation.as_ref());
        let mut seen = BTreeSet::new();
        for (table, organisation) in std::iter::once(service).chain(mailboxes) {
            for (tongue, letterhead) in organisation.letterheads() {
                let table =
                    tongue.map_or_else(|| table.clone(), |tongue| format!("{table}.{tongue}"));
                for (key, value) in fictional(letterhead) {
                    if seen.insert(value) {
                        look(format!("{table}.{key}"), value);
                    }
                }
            }
        }
    }
}

/// The rule of the example, among those of a mailbox.
fn rule(mailbox: &Mailbox) -> Option<String> {
    let (pattern, handler) = RULE;
    let is_that = |rule: &AssignRule| {
        let subject = rule.matches.subject.as_ref();
        rule.handler == handler && subject.is_some_and(|subject| subject.as_str() == pattern)
    };
    let name = &mailbox.name;
    let told = || format!("mailbox {name}: assign: subject {pattern:?} to {handler}");
    mailbox.assign.iter().any(is_that).then(told)
}

/// The values of a letterhead that are fiction in the example.
fn fictional(letterhead: &Letterhead) -> impl Iterator<Item = (&'static str, &str)> {
    [
        ("name", Some(&letterhead.name)),
        ("complaints", letterhead.complaints.as_ref()),
        ("privacy_url", letterhead.privacy_url.as_ref()),
        ("postal_address", letterhead.postal_address.as_ref()),
        ("web", letterhead.web.as_ref()),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some((key, value?.as_str())))
}

fn is_example(value: &str) -> bool {
    let value = value.to_lowercase();
    let is_of = |domain: &&str| {
        value.match_indices(*domain).any(|(at, _)| {
            let before = value[..at].chars().next_back();
            let after = value[at + domain.len()..].chars().next();
            before.is_none_or(|c| "@./ ".contains(c))
                && after.is_none_or(|c| !c.is_alphanumeric() && c != '-')
        })
    };
    DOMAINS.iter().any(is_of)
        || NAMES
            .iter()
            .any(|name| value.contains(&name.to_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::{Config, is_example};
    use std::path::Path;

    /// Every kind of value that nobody has looked at, in the example as it stands.
    #[test]
    fn the_example_is_known_by_all_of_its_fiction() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml");
        let config =
            Config::load_without_secrets(&file).unwrap_or_else(|faults| panic!("{faults:#?}"));
        let found = config.examples().join("\n");
        for value in [
            "service.operator = \"it-drift@example.se\"",
            "organisation.name = \"Exempelköpings kommun\"",
            "organisation.complaints",
            "organisation.privacy_url",
            "staff kanslist: email",
            "pledge letter: match.from = \"skanner@example.se\"",
            "report.to = \"kf-ordforande@example.se\"",
            "mailbox kommunfullmaktige: address",
            "mailbox kommunfullmaktige: aliases = \"kf@example.se\"",
            "mailbox kommunfullmaktige: imap.host",
            "mailbox kommunfullmaktige: smtp.host",
            "calendar.closed_days: 2026-05-15, KS 2026/12",
            "staff registrator: away 2026-12-21/2027-01-06",
            "mailbox kommunfullmaktige: assign: subject \"(?i)bygglov\" to kanslist",
        ] {
            assert!(found.contains(value), "{value}:\n{found}");
        }
    }

    #[test]
    fn only_what_is_fiction_is_an_example() {
        for value in [
            "a@example.se",
            "imap.example.se",
            "https://www.example.com/x",
            "Exempelköpings kommun",
            "EXAMPLE.NET",
        ] {
            assert!(is_example(value), "{value}");
        }
        for value in [
            "a@kommun.se",
            "myexample.se",
            "example.setter.se",
            "Köpings kommun",
            "",
        ] {
            assert!(!is_example(value), "{value}");
        }
    }
}
