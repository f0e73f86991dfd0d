//! What a mailbox shows of the municipality that has it: who answers, what its scanners are, whose
//! border vouches for senders. For `init` and `trial`, which propose a configuration. Pure.

use crate::domain::folders::Role;
use crate::domain::message::{Address, Message};
use crate::domain::providers::is_public;
use crate::domain::trust;
use std::collections::BTreeMap;

/// Most people who are proposed as staff.
pub const MOST_PEOPLE: usize = 12;

/// A sender of at least this many messages of which most are called the same and hold a PDF is
/// taken for a scanner.
const LEAST_SCANS: u32 = 3;

/// Addresses that are counted; a mailbox of very many senders is not kept whole.
const MOST_SENDERS: usize = 50_000;

#[derive(Clone, Debug, Default)]
struct Sender {
    messages: u32,
    /// Those that hold a document.
    documents: u32,
    /// How often the most usual subject, without its digits, was seen.
    subjects: BTreeMap<String, u32>,
}

/// A person who has answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub address: String,
    pub name: Option<String>,
    pub answers: u32,
}

/// The survey's results.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// The mailbox's own address.
    own: String,
    writers: BTreeMap<String, (Option<String>, u32)>,
    senders: BTreeMap<String, Sender>,
    servers: BTreeMap<String, u32>,
    pub arrivals: u32,
    pub from_outside: u32,
    /// Of those, with a border's verdict.
    pub with_verdict: u32,
    pub newsletters: u32,
    pub sent: u32,
}

impl Survey {
    #[must_use]
    pub fn of(own: &str) -> Self {
        Self {
            own: own.to_lowercase(),
            ..Self::default()
        }
    }

    /// The mailbox's own address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.own
    }

    /// The domain of the mailbox, unless it is a public provider's.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.own
            .rsplit_once('@')
            .map(|(_, domain)| domain)
            .filter(|domain| !is_public(domain))
    }

    /// Takes in a message.
    pub fn see(&mut self, role: Role, message: &Message) {
        if role == Role::Sent {
            self.see_sent(message);
        } else {
            self.see_arrival(message);
        }
    }

    fn see_sent(&mut self, message: &Message) {
        self.sent += 1;
        let writer = message
            .from
            .iter()
            .chain(&message.sender)
            .find(|address| self.is_colleague(&address.addr));
        if let Some(Address { name, addr }) = writer.filter(|_| self.writers.len() < MOST_SENDERS) {
            let entry = self.writers.entry(addr.clone()).or_default();
            entry.0 = entry.0.take().or_else(|| name.clone());
            entry.1 += 1;
        }
    }

    fn see_arrival(&mut self, message: &Message) {
        self.arrivals += 1;
        if message.header("list-unsubscribe").is_some() {
            self.newsletters += 1;
        }
        let Some(from) = message.from.first() else {
            return;
        };
        let inside = self.is_inside(&from.addr);
        if !inside {
            self.from_outside += 1;
            if let Some(server) = trust::servers(message).next() {
                self.with_verdict += 1;
                *self
                    .servers
                    .entry(server.unwrap_or_else(|| "exchange".to_owned()))
                    .or_default() += 1;
            }
        }
        if self.senders.len() < MOST_SENDERS || self.senders.contains_key(&from.addr) {
            let sender = self.senders.entry(from.addr.clone()).or_default();
            sender.messages += 1;
            sender.documents += u32::from(holds_document(message));
            *sender
                .subjects
                .entry(without_digits(&message.subject))
                .or_default() += 1;
        }
    }

    fn is_inside(&self, address: &str) -> bool {
        let domain = address.rsplit_once('@').map_or("", |(_, domain)| domain);
        self.domain() == Some(domain)
    }

    fn is_colleague(&self, address: &str) -> bool {
        address != self.own && self.is_inside(address)
    }

    /// Who has answered in the mailbox, the most diligent first.
    #[must_use]
    pub fn people(&self) -> Vec<Person> {
        let mut people: Vec<Person> = self
            .writers
            .iter()
            // A configuration takes no others.
            .filter(|(address, _)| address.is_ascii())
            .map(|(address, (name, answers))| Person {
                address: address.clone(),
                name: name.clone(),
                answers: *answers,
            })
            .collect();
        people.sort_by(|a, b| (b.answers, &a.address).cmp(&(a.answers, &b.address)));
        people.truncate(MOST_PEOPLE);
        people
    }

    /// Senders inside that seem to be scanners.
    #[must_use]
    pub fn scanners(&self) -> Vec<String> {
        let is_scanner = |(address, sender): &(&String, &Sender)| {
            let usual = sender.subjects.values().max().copied().unwrap_or(0);
            self.is_inside(address)
                && address.as_str() != self.own
                && sender.messages >= LEAST_SCANS
                && sender.documents * 10 >= sender.messages * 9
                && usual * 10 >= sender.messages * 8
        };
        self.senders
            .iter()
            .filter(is_scanner)
            .map(|(address, _)| address.clone())
            .collect()
    }

    /// The server whose verdicts on senders are in most messages from outside, as the configuration
    /// names it.
    #[must_use]
    pub fn authserv_id(&self) -> Option<&str> {
        let (server, seen) = self.servers.iter().max_by_key(|(_, seen)| **seen)?;
        (seen * 2 > self.from_outside).then_some(server.as_str())
    }
}

fn holds_document(message: &Message) -> bool {
    let is_document =
        |mime: &str| mime == "application/pdf" || mime == "image/tiff" || mime == "multipart/mixed";
    message
        .content
        .iter()
        .any(|content| is_document(&content.mime))
}

fn without_digits(subject: &str) -> String {
    subject.chars().filter(|c| !c.is_ascii_digit()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::parse;

    fn survey(mails: &[(Role, &str)]) -> Survey {
        let mut survey = Survey::of("KF@kommun.se");
        for (role, header) in mails {
            survey.see(
                *role,
                &parse::message(format!("{header}\r\n\r\n").as_bytes()),
            );
        }
        survey
    }

    #[test]
    fn who_answers_and_what_scans_is_seen() {
        let scan = "From: skanner@kommun.se\r\nSubject: Skannat 0012\r\nContent-Type: multipart/mixed; boundary=b";
        let again = "From: skanner@kommun.se\r\nSubject: Skannat 0019\r\nContent-Type: multipart/mixed; boundary=b";
        let anna = (Role::Sent, "From: =?utf-8?q?Anna_=C3=85?= <anna@kommun.se>");
        let through = (
            Role::Sent,
            "From: KF <kf@kommun.se>\r\nSender: Bo <bo@kommun.se>",
        );
        let shared = (Role::Sent, "From: kf@kommun.se");
        let foreign = (Role::Sent, "From: Åsa <åsa@kommun.se>");
        let colleague =
            "From: cia@kommun.se\r\nSubject: Hej\r\nContent-Type: multipart/mixed; boundary=b";
        let outside = "From: x@medborgare.se\r\nAuthentication-Results: mx.kommun.se; dmarc=pass header.from=medborgare.se";
        let survey = survey(&[
            (Role::Inbox, scan),
            (Role::Inbox, again),
            (Role::Inbox, scan),
            (Role::Inbox, colleague),
            (Role::Inbox, outside),
            anna,
            anna,
            through,
            shared,
            foreign,
        ]);
        let people: Vec<(String, u32)> = survey
            .people()
            .into_iter()
            .map(|person| (person.address, person.answers))
            .collect();
        assert_eq!(
            people,
            [
                ("anna@kommun.se".to_owned(), 2),
                ("bo@kommun.se".to_owned(), 1)
            ]
        );
        assert_eq!(survey.people()[0].name.as_deref(), Some("Anna Å"));
        assert_eq!(survey.scanners(), ["skanner@kommun.se"]);
        assert_eq!(survey.authserv_id(), Some("mx.kommun.se"));
        assert_eq!(
            (
                survey.sent,
                survey.arrivals,
                survey.from_outside,
                survey.with_verdict
            ),
            (5, 5, 1, 1)
        );
    }

    #[test]
    fn a_public_provider_is_nobodys_house() {
        let mut survey = Survey::of("foreningen@gmail.com");
        let header = b"From: x@gmail.com\r\n\r\n";
        survey.see(Role::Sent, &parse::message(header));
        assert_eq!((survey.domain(), survey.people().len()), (None, 0));
    }
}
