//! Whose fault a refusal is, and so what becomes of the mail.
//!
//! A server refuses at a step, with a code and mostly an enhanced status code (RFC 3463, registry
//! of RFC 5248). MAIL names only us, so a refusal there is about the sender or the service; at RCPT
//! and after DATA the status and the words decide. Words about us count for more than any status:
//! relays that know nothing of our address on the network refuse each reader of ours, one by one,
//! and a notice that is given up is never sent again.
//!
//! A refusal is final only if it is proven to be about the reader: the status or the words name the
//! address or the mailbox. In doubt it is about us: the mail waits, an operator hears of it, and
//! all leave after the repair. `refusals.tsv` beside the tests holds what servers say, with the
//! right answer; a text that was judged wrong becomes a line there.

use super::dialogue::Step;
use super::reply::{Failure, Reply};
use crate::domain::refusal::About;
use crate::ports::Delivered;

/// How the mail ended when `step` failed like this.
pub(super) fn verdict(failure: Failure, step: Step) -> Delivered {
    let text = format!("{step}: {failure}");
    match failure {
        Failure::Lost(_) if step == Step::Body => Delivered::Unknown(text),
        Failure::Lost(_) => Delivered::Deferred(text),
        Failure::Said(reply) => match (reply.code >= 500, about(&reply, step)) {
            (true, About::Reader) => Delivered::NoReader(text),
            (true, About::Mail) if cannot_be_taken(&reply) => Delivered::Rejected(text),
            (true, About::Us | About::Server | About::Mail) => Delivered::Barred(text),
            (false, About::Reader) => Delivered::PutOff(text),
            (false, _) if reply.closing() || matches!(step, Step::Mail) => {
                Delivered::Deferred(text)
            }
            (false, About::Us | About::Server | About::Mail) => Delivered::Later(text),
        },
    }
}

/// Whether a refusal of one of several recipients concerns that one alone, for good.
pub(super) fn is_final_for_reader(reply: &Reply) -> bool {
    reply.code >= 500 && about(reply, Step::Rcpt) == About::Reader
}

/// Whether the mail as it is will never be taken: too large, or of letters that the server does not
/// know. A refusal for the content comes from a rule that may be wrong, and the next notice reads
/// the same.
fn cannot_be_taken(reply: &Reply) -> bool {
    match status(&reply.text) {
        Some(status) => matches!(status, (3, 4) | (6, _)),
        None => reply.code == 552 || says(&reply.text, TOO_LARGE),
    }
}

pub(super) fn about(reply: &Reply, step: Step) -> About {
    if reply.about_login() {
        return About::Us;
    }
    if reply.closing() {
        return About::Server;
    }
    match step {
        Step::Greeting | Step::Ehlo | Step::StartTls | Step::Auth => before_a_mail(reply, step),
        Step::Mail => of_the_sender(reply),
        _ => of_the_reader(reply, step),
    }
}

/// No mail was named yet: a refusal for good is about this machine, its name, or its login.
fn before_a_mail(reply: &Reply, step: Step) -> About {
    let is_about_us = status(&reply.text).is_some_and(is_about_us) || says(&reply.text, ABOUT_US);
    let is_us = step != Step::Auth && is_about_us;
    if is_us || reply.code >= 500 && !says(&reply.text, BUSY) {
        About::Us
    } else {
        About::Server
    }
}

/// Size (SIZE of RFC 1870) and letters (RFC 6531) can be refused at MAIL; of the reader nothing was
/// said yet.
fn of_the_sender(reply: &Reply) -> About {
    match status(&reply.text) {
        Some((3, 4) | (6, _)) => About::Mail,
        Some((3, _)) => About::Server,
        _ => About::Us,
    }
}

/// At RCPT and after DATA the status and the words decide.
fn of_the_reader(reply: &Reply, step: Step) -> About {
    let (status, text) = (status(&reply.text), &reply.text);
    // A reader who does not take mail from every sender (Exchange's RESOLVER.RST) speaks of the
    // sender, and is the reader.
    if says(text, RESTRICTED) || reply.code < 500 && says(text, GREYLISTED) {
        return About::Reader;
    }
    if status.is_some_and(is_about_us) || says(text, ABOUT_US) {
        return About::Us;
    }
    match status {
        Some((3, 4) | (6, _)) => About::Mail,
        Some((3, _)) => About::Server,
        Some(status) if is_about_reader(status) => About::Reader,
        _ if says(text, ABOUT_READER) => About::Reader,
        Some((5, _)) => About::Us,
        None if matches!(reply.code, 500 | 502..=504) => About::Us,
        _ => without_a_sign(reply.code, status, step),
    }
}

/// A refusal that does not say whom it is about. A reader who must wait costs the others nothing,
/// so that is the reader's.
fn without_a_sign(code: u16, status: Option<(u16, u16)>, step: Step) -> About {
    let must_wait = matches!(status, Some((7, _))) || matches!(code, 450 | 452);
    match step {
        Step::Rcpt if code < 500 && must_wait => About::Reader,
        _ if code < 500 => About::Server,
        Step::Body => About::Mail,
        // Refused, and nothing says that it is for this reader's sake.
        _ => About::Us,
    }
}

/// Subjects and details of the enhanced status code (RFC 3463 §3) that prove that the refusal is
/// the reader's: the address, the mailbox, and Exchange's refusal of an address that its domain
/// does not know.
fn is_about_reader(status: (u16, u16)) -> bool {
    matches!(status, (1, 1..=4 | 6 | 10) | (2, 0..=4) | (4, 1 | 4 | 310))
}

/// The sender's address or its system (RFC 3463 §3.2), `SendAsDenied`, and the details of X.7 that
/// concern who sends: RFC 7372 (20 to 26), RFC 7505 (27), and Exchange's: login switched off or
/// missing, Send As, relaying, blocked senders, tenants and addresses.
fn is_about_us(status: (u16, u16)) -> bool {
    match status {
        (1, 7 | 8) | (2, 252) => true,
        (7, detail) => {
            matches!(detail, 8 | 9 | 11 | 18..=27 | 54 | 57 | 60 | 64 | 139 | 232 | 501..=515 | 606..=649 | 700..=750)
        }
        _ => false,
    }
}

/// Words in refusals that are about the sender, with any code. A refusal that holds one of them
/// proves nothing about the reader.
const ABOUT_US: &[&str] = &[
    "relay access",
    "relaying",
    "to relay",
    "relay not",
    "relay denied",
    "sender",
    "send as",
    "storedrv.submission",
    "client host",
    "client address",
    "helo",
    "ehlo",
    "blocked using",
    "blocklist",
    "blacklist",
    "block list",
    "black list",
    "is listed",
    "are listed",
    "listed at",
    "listed on",
    "listed by",
    "in the list",
    "spamhaus",
    "dnsbl",
    " rbl",
    "reputation",
    "authenticat",
    "log in first",
    "starttls",
    "encryption",
    "reverse dns",
    "reverse hostname",
    "ptr record",
    "rdns",
    "spf",
    "dkim",
    "dmarc",
    "your ip",
    "your host",
    "your server",
    "your network",
    "sending ip",
    "banned",
    "not permitted to",
    "not allowed to send",
    "not authorized",
    "not authorised",
    "too many",
    "rate limit",
    "ratelimit",
    "sending limit",
    "quota of mails",
    "my list of allowed",
    "rcpthosts",
    "submission",
];

/// Words that prove that the reader's address or mailbox is meant.
const ABOUT_READER: &[&str] = &[
    "user unknown",
    "unknown user",
    "unknown recipient",
    "recipient unknown",
    "unknown address",
    "address unknown",
    "unknown in ",
    "no such ",
    "not exist",
    "n't exist",
    "not found",
    "no mailbox",
    "mailbox unavailable",
    "mailbox full",
    "mailbox is full",
    "mailbox disabled",
    "mailbox busy",
    "mailbox size",
    "account disabled",
    "account is disabled",
    "account has been disabled",
    "inactive",
    "invalid recipient",
    "invalid mailbox",
    "unrouteable address",
    "unroutable address",
    "over quota",
    "overquota",
    "quota exceeded",
    "exceeded quota",
    "out of storage",
    "does not accept mail",
    "null mx",
    "nullmx",
    "not a valid mailbox",
    "no longer valid",
    "no longer available",
];

/// The reader takes no mail from those who are not on a list.
const RESTRICTED: &[&str] = &["resolver.rst"];

const GREYLISTED: &[&str] = &["greylist", "graylist", "grey list", "gray list"];

/// A server that is busy, though it says 5xx.
const BUSY: &[&str] = &[
    "try again",
    "later",
    "temporar",
    "too busy",
    "overload",
    "unavailable",
    "no smtp service here",
];

const TOO_LARGE: &[&str] = &[
    "too large",
    "too big",
    "size limit",
    "maximum size",
    "exceeds the size",
];

fn says(text: &str, words: &[&str]) -> bool {
    let text = text.to_ascii_lowercase();
    words.iter().any(|word| text.contains(word))
}

/// Subject and detail of an enhanced status code at the beginning of a text (RFC 3463 §2, RFC 2034
/// §4).
fn status(text: &str) -> Option<(u16, u16)> {
    let mut parts = text.split(' ').next()?.split('.');
    let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |part: &str| part.parse::<u16>().ok().filter(|_| part.len() <= 3);
    (matches!(class, "2" | "4" | "5") && parts.next().is_none()).then_some(())?;
    Some((number(subject)?, number(detail)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::refusal::table::Table;
    use std::fmt::Write as _;

    fn check(step: Step, code: u16, text: &str, expected: fn(String) -> Delivered) {
        let outcome = verdict(Failure::Said(Reply::new(code, text, &[])), step);
        let same =
            std::mem::discriminant(&outcome) == std::mem::discriminant(&expected(String::new()));
        assert!(same, "{code} {text} at {step}: {outcome:?}");
    }

    #[test]
    fn a_lost_connection_is_in_doubt_only_after_data() {
        let lost = |step| verdict(Failure::Lost("closed".to_owned()), step);
        assert!(matches!(lost(Step::Mail), Delivered::Deferred(_)));
        assert!(matches!(lost(Step::Data), Delivered::Deferred(_)));
        assert!(matches!(lost(Step::Body), Delivered::Unknown(_)));
    }

    /// What servers say, one line each, and whose fault it is.
    const REFUSALS: &str = include_str!("../../tests/data/smtp/refusals.tsv");

    #[test]
    fn what_servers_say_is_about_whom_the_table_says() {
        let mut counts = Table::of(&[
            "greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body",
        ]);
        let mut wrong = String::new();
        for line in REFUSALS.lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [_, name, code, text, expected] = columns[..] else {
                panic!("five columns: {line}")
            };
            let step = match name {
                "greeting" => Step::Greeting,
                "ehlo" => Step::Ehlo,
                "starttls" => Step::StartTls,
                "auth" => Step::Auth,
                "mail" => Step::Mail,
                "rcpt" => Step::Rcpt,
                "data" => Step::Data,
                "body" => Step::Body,
                _ => panic!("no step: {line}"),
            };
            let reply = Reply::new(code.parse().expect("a code"), text, &[]);
            let whose = about(&reply, step);
            let found = format!("{whose:?}").to_lowercase();
            if found != expected {
                let _ = writeln!(wrong, "{line}: {found}");
            }
            // Nothing is given up but for the reader's sake, or because the mail itself cannot be
            // carried.
            let for_good = match verdict(Failure::Said(reply), step) {
                Delivered::NoReader(_) => Some(About::Reader),
                Delivered::Rejected(_) => Some(About::Mail),
                _ => None,
            };
            assert!(for_good.is_none_or(|of| of == whose), "{line}");
            counts.count(name, whose, for_good.is_some());
        }
        println!("{}", counts.shown("SMTP"));
        assert!(wrong.is_empty(), "{wrong}");
        for whose in [About::Us, About::Server, About::Mail, About::Reader] {
            assert!(counts.about(whose) >= 10, "{whose:?}");
        }
    }

    /// Nothing about the reader is proven: the mail waits, and an operator must act.
    #[test]
    fn refusals_of_the_sender_or_the_service_burn_no_mail() {
        use Step::{Body, Data, Mail, Rcpt};
        for (step, code, text) in [
            (Mail, 550, "5.7.1 Sender rejected"),
            (Mail, 530, "Authentication required"),
            (Mail, 552, "5.2.2 mailbox of the sender is over quota"),
            (
                Mail,
                553,
                "sorry, that domain isn't in my list of allowed senders",
            ),
            (Mail, 554, "5.3.2 not accepting mail"),
            (Rcpt, 550, "relaying denied"),
            (Rcpt, 550, "5.1.7 Bad sender's mailbox address syntax"),
            (
                Rcpt,
                550,
                "5.1.1 <x@example.com>: user unknown; client host [192.0.2.1] blocked using a list",
            ),
            (Rcpt, 503, "5.5.1 need MAIL command"),
            (Rcpt, 535, "5.7.139 Authentication unsuccessful"),
            (Rcpt, 550, "5.7.1 recipient takes no mail"),
            (Rcpt, 550, "not today"),
            (Data, 554, "5.5.1 no valid recipients"),
            (
                Body,
                550,
                "5.7.26 unauthenticated mail from the domain is not accepted",
            ),
            (Body, 554, "5.7.1 rejected as spam"),
        ] {
            check(step, code, text, Delivered::Barred);
        }
    }

    #[test]
    fn what_is_proven_of_the_reader_or_the_mail_is_for_good() {
        use Step::{Body, Data, Mail, Rcpt};
        for (step, code, text) in [
            (Rcpt, 550, "5.1.1 user unknown"),
            (Rcpt, 552, "5.2.2 mailbox full"),
            (Rcpt, 550, "no such user"),
            (Rcpt, 554, "no such user"),
            (Data, 550, "5.1.1 user unknown"),
            (Body, 550, "5.1.1 user unknown"),
            (Body, 552, "mailbox full"),
        ] {
            check(step, code, text, Delivered::NoReader);
        }
        for (step, code, text) in [
            (Body, 554, "5.6.0 malformed"),
            (Mail, 552, "5.3.4 too big"),
            (Mail, 553, "5.6.7 no SMTPUTF8"),
        ] {
            check(step, code, text, Delivered::Rejected);
        }
    }

    #[test]
    fn who_is_told_to_wait_decides_whether_the_others_wait_too() {
        use Step::{Body, Data, Mail, Rcpt};
        for (step, code, text) in [
            (Rcpt, 450, "4.2.0 greylisted"),
            (Rcpt, 451, "4.7.1 greylisted, come back in 300 s"),
            (Rcpt, 452, "4.2.2 mailbox full"),
            (Rcpt, 450, "mailbox busy"),
            (Body, 452, "4.2.2 mailbox full"),
            (Body, 451, "4.7.1 greylisted"),
        ] {
            check(step, code, text, Delivered::PutOff);
        }
        for (step, code, text) in [
            (Mail, 451, "4.7.1 too many mails of yours"),
            (Mail, 450, "4.2.0 later"),
            (Rcpt, 421, "4.7.0 closing"),
        ] {
            check(step, code, text, Delivered::Deferred);
        }
        for (step, code, text) in [
            (Rcpt, 451, "4.3.0 lookup failed"),
            (Rcpt, 452, "4.3.1 out of space"),
            (Rcpt, 451, "trouble here"),
            (Data, 451, "4.3.0 later"),
            (Body, 451, "4.7.1 try again later"),
            (Body, 432, "4.3.2 STOREDRV; mailbox server offline"),
        ] {
            check(step, code, text, Delivered::Later);
        }
    }
}
