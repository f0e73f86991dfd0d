//! Whom a refusal is about, and whether one that names the reader proves anything about that
//! reader.
//!
//! A relay that has stopped knowing us may use the words of an unknown reader ("User unknown in
//! local recipient table") for each reader of ours. So a refusal is held to the end of its round
//! and compared with the others: the same words for several readers, in whose domains no reader was
//! served, are about us. A domain that takes mail of ours beside it is the proof that the refused
//! reader is meant.

#[cfg(test)]
pub(crate) mod table;

use std::collections::{BTreeMap, BTreeSet};

/// Whom a refusal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The account, its login, the sender's address, our address on the network, the right to relay
    /// or to read.
    Us,
    /// The server as a whole: it passes by itself.
    Server,
    /// This very mail: its size, its letters, its content.
    Mail,
    /// The reader's address or mailbox.
    Reader,
}

/// What the refusals of a round say together about one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// Nothing speaks against it: the reader is meant.
    Reader,
    /// Several readers are refused alike, and no reader outside the house is served.
    Us,
    /// They are refused alike, and yet the server serves readers elsewhere: time will show.
    Unclear,
}

/// After this many readers who are refused alike, with none served, the next would be refused too.
pub const HOPELESS: usize = 3;

/// The refusals that name a reader, and the mails that were taken.
#[derive(Clone, Debug, Default)]
pub struct Refusals {
    /// Readers by the words of their refusal.
    refused: BTreeMap<String, BTreeSet<String>>,
    /// Domains whose readers were served.
    served: BTreeSet<String>,
    /// Domains of the mailboxes: to be served there says nothing of others.
    own: BTreeSet<String>,
}

impl Refusals {
    /// A mail from `from` to `to` was taken.
    pub fn taken(&mut self, from: Option<&str>, to: &str) {
        self.own.extend(from.map(domain));
        self.served.insert(domain(to));
    }

    /// A mail from `from` to `to` was refused.
    pub fn refused(&mut self, from: Option<&str>, to: &str, why: &str) {
        self.own.extend(from.map(domain));
        self.refused
            .entry(words(why, to))
            .or_default()
            .insert(to.to_lowercase());
    }

    /// Others beside these.
    pub fn join(&mut self, others: Self) {
        for (words, readers) in others.refused {
            self.refused.entry(words).or_default().extend(readers);
        }
        self.served.extend(others.served);
        self.own.extend(others.own);
    }

    /// Something was refused.
    #[must_use]
    pub fn any(&self) -> bool {
        !self.refused.is_empty()
    }

    /// What this refusal proves.
    #[must_use]
    pub fn proof(&self, to: &str, why: &str) -> Proof {
        if self.served.contains(&domain(to)) {
            return Proof::Reader;
        }
        let Some(alike) = self.refused.get(&words(why, to)) else {
            return Proof::Reader;
        };
        if alike
            .iter()
            .filter(|reader| !self.served.contains(&domain(reader)))
            .count()
            < 2
        {
            // Of a reader in the house much follows: their absence, the next step of the ladder.
            // Where no reader at all was served, it may be the first word of a relay that has
            // stopped knowing us.
            let is_inside = self.own.contains(&domain(to));
            return if is_inside && self.served.is_empty() {
                Proof::Unclear
            } else {
                Proof::Reader
            };
        }
        if self.served.iter().any(|served| !self.own.contains(served)) {
            Proof::Unclear
        } else {
            Proof::Us
        }
    }

    /// Whether enough readers were refused alike, with none served, that the next would be refused
    /// too.
    #[must_use]
    pub fn is_hopeless(&self) -> bool {
        self.served.is_empty()
            && self
                .refused
                .values()
                .any(|readers| readers.len() >= HOPELESS)
    }
}

fn domain(address: &str) -> String {
    address
        .rsplit_once('@')
        .map_or(address, |(_, domain)| domain)
        .to_lowercase()
}

/// The words of a refusal without what changes from reader to reader: addresses, their domain,
/// numbers of queues and machines. Step, code and status stay.
fn words(why: &str, to: &str) -> String {
    let domain = domain(to);
    let changes = |word: &str| {
        let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
        let is_name =
            word.split('.').count() > 1 && word.bytes().any(|byte| byte.is_ascii_alphabetic());
        word.contains(['…', '@']) || word.contains(&domain) || has_digit && !is_name
    };
    let lower = why.to_lowercase();
    lower
        .split_whitespace()
        .filter(|word| is_code(word) || !changes(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// `550`, `5.1.1`.
fn is_code(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let is_number = |part: &&str| {
        (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    parts.iter().all(is_number) && (parts.len() == 3 || parts.len() == 1 && word.len() == 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNKNOWN: &str = "RCPT: 550 5.1.1 <…@…>: Recipient address rejected: User unknown";
    const FROM: Option<&str> = Some("kf@example.se");

    fn proof(taken: &[&str], refused: &[(&str, &str)]) -> Vec<Proof> {
        let mut round = Refusals::default();
        for to in taken {
            round.taken(FROM, to);
        }
        for (to, why) in refused {
            round.refused(FROM, to, why);
        }
        refused
            .iter()
            .map(|(to, why)| round.proof(to, why))
            .collect()
    }

    #[test]
    fn the_same_refusal_for_readers_of_several_domains_is_about_us() {
        use Proof::{Reader, Unclear, Us};
        let check = |taken: &[&str], refused: &[(&str, &str)], expected: &[Proof]| {
            assert_eq!(proof(taken, refused), expected, "{taken:?} {refused:?}");
        };
        check(&[], &[("a@x.se", UNKNOWN)], &[Reader]);
        check(&[], &[("chef@example.se", UNKNOWN)], &[Unclear]);
        check(&["a@x.se"], &[("chef@example.se", UNKNOWN)], &[Reader]);
        check(&[], &[("a@x.se", UNKNOWN), ("b@y.se", UNKNOWN)], &[Us, Us]);
        check(
            &[],
            &[("a@X.se", UNKNOWN), ("A@x.SE", UNKNOWN)],
            &[Reader, Reader],
        );
        // A domain that has lost all its readers overnight has lost its server's table of them.
        check(&[], &[("a@x.se", UNKNOWN), ("b@x.se", UNKNOWN)], &[Us, Us]);
        // Staff are served, citizens are not: that is what a relay does that knows its own domain
        // only.
        check(
            &["chef@example.se"],
            &[("a@x.se", UNKNOWN), ("b@y.se", UNKNOWN)],
            &[Us, Us],
        );
        // A reader elsewhere is served: perhaps these are wrong addresses after all.
        check(
            &["c@z.se"],
            &[("a@x.se", UNKNOWN), ("b@y.se", UNKNOWN)],
            &[Unclear, Unclear],
        );
        // A reader in the same domain is served: this reader is meant, and says nothing of the
        // other.
        check(
            &["c@x.se"],
            &[("a@x.se", UNKNOWN), ("b@y.se", UNKNOWN)],
            &[Reader, Reader],
        );
        check(
            &["c@x.se"],
            &[
                ("a@x.se", UNKNOWN),
                ("b@x.se", UNKNOWN),
                ("d@x.se", UNKNOWN),
            ],
            &[Reader; 3],
        );
        // Other words, other cause.
        check(
            &[],
            &[
                ("a@x.se", UNKNOWN),
                ("b@y.se", "RCPT: 552 5.2.2 mailbox full"),
            ],
            &[Reader, Reader],
        );
    }

    #[test]
    fn what_changes_from_reader_to_reader_makes_no_difference() {
        for (one, other) in [
            (
                "RCPT: 550 5.1.1 <…@…>: no such user 4F2C81",
                "RCPT: 550 5.1.1 <…@…>: no such user 99AB02",
            ),
            (
                "RCPT: 556 5.1.10 Domain x.se does not accept mail",
                "RCPT: 556 5.1.10 Domain y.se does not accept mail",
            ),
            (
                "RCPT: 550 5.1.1 [192.0.2.1] User unknown",
                "RCPT: 550 5.1.1 [192.0.2.7] User Unknown",
            ),
        ] {
            assert_eq!(words(one, "a@x.se"), words(other, "b@y.se"));
        }
        for (one, other) in [
            (
                "RCPT: 550 5.1.1 User unknown",
                "RCPT: 550 5.1.2 User unknown",
            ),
            (
                "RCPT: 550 5.1.1 User unknown",
                "after DATA: 550 5.1.1 User unknown",
            ),
            // The reader's own server said it.
            (
                "RCPT: 550 5.1.1 host mx1.a.se said: unknown",
                "RCPT: 550 5.1.1 host mx.b.se said: unknown",
            ),
        ] {
            assert_ne!(words(one, "a@x.se"), words(other, "b@y.se"));
        }
    }

    #[test]
    fn a_round_goes_on_as_long_as_there_is_hope() {
        let mut round = Refusals::default();
        round.refused(FROM, "a@x.se", UNKNOWN);
        round.refused(FROM, "b@y.se", UNKNOWN);
        assert!(!round.is_hopeless());
        round.refused(FROM, "c@z.se", UNKNOWN);
        assert!(round.is_hopeless());
        round.taken(FROM, "chef@example.se");
        assert!(!round.is_hopeless());
    }
}
