//! Whom a refusal is about, and so what becomes of the mail.
//!
//! A server refuses at a step, with a code and mostly an enhanced status code (RFC 3463, registry of RFC 5248). MAIL
//! names nobody but us, so what is refused there is the sender or the service; at RCPT and after DATA the status tells.
//! A mail that is refused for our sake waits for an operator: the reader has done nothing wrong, and a notice that is
//! given up is never sent again.
//!
//! In doubt it is about the reader: then a person hears of it at once, while a mail that waits is heard of last.

use super::Step;
use super::reply::{Failure, Reply};
use crate::ports::Delivered;

/// Whom a reply is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    /// The account, the sender's address, the right to relay, or the server as a whole.
    Us,
    /// The reader's address or mailbox.
    Reader,
    /// This very mail: its size, its content.
    Mail,
}

/// How the mail ended when `step` failed like this.
pub(super) fn verdict(failure: Failure, step: Step) -> Delivered {
    let text = format!("{step}: {failure}");
    match failure {
        Failure::Lost(_) if step == Step::Body => Delivered::Unknown(text),
        Failure::Lost(_) => Delivered::Deferred(text),
        Failure::Said(reply) => match (reply.code >= 500, about(&reply, step)) {
            (true, About::Us) => Delivered::Barred(text),
            (true, About::Reader | About::Mail) => Delivered::Rejected(text),
            (false, About::Reader) => Delivered::PutOff(text),
            (false, About::Us | About::Mail) => Delivered::Deferred(text),
        },
    }
}

/// Whether a refusal of one of several recipients concerns that one alone, for good.
pub(super) fn is_final_for_reader(reply: &Reply) -> bool {
    reply.code >= 500 && about(reply, Step::Rcpt) != About::Us
}

fn about(reply: &Reply, step: Step) -> About {
    if reply.about_login() || reply.closing() {
        return About::Us;
    }
    let status = status(&reply.text);
    if step == Step::Mail {
        // Size (SIZE of RFC 1870) and letters (RFC 6531) can be refused here; of the reader nothing was said yet.
        return match status {
            Some((3, 4) | (6, _)) => About::Mail,
            _ => About::Us,
        };
    }
    match status {
        Some(status) => by_status(status, &reply.text, step),
        None => by_code(reply, step),
    }
}

/// By subject and detail of the enhanced status code (RFC 3463 §3; the higher details are Exchange's).
fn by_status(status: (u16, u16), text: &str, step: Step) -> About {
    match status {
        // The sender's address or its system (RFC 3463 §3.2); SendAsDenied.
        (1, 7 | 8) | (2, 252) => About::Us,
        // What Exchange's own submission says before any reader is looked at.
        (2, 0) if text.contains("STOREDRV") => About::Us,
        (1 | 2 | 4, _) => About::Reader,
        (3, 4) | (6, _) => About::Mail,
        // The server's system, the protocol.
        (3 | 5, _) => About::Us,
        (7, detail) if is_about_sender(detail) => About::Us,
        (0, _) | (7, 0 | 1) if speaks_of_sender(text) => About::Us,
        _ if step == Step::Rcpt => About::Reader,
        _ => About::Mail,
    }
}

/// Details of X.7 that concern who sends: RFC 7372 (20 to 26), RFC 7505 (27), and Exchange's: login switched off or
/// missing, Send As, relaying, blocked senders, tenants and addresses.
fn is_about_sender(detail: u16) -> bool {
    matches!(detail, 8 | 9 | 11 | 18..=27 | 54 | 57 | 60 | 64 | 139 | 232 | 501..=515 | 606..=649 | 700..=750)
}

/// Without an enhanced status code (RFC 5321 §4.2.2).
fn by_code(reply: &Reply, step: Step) -> About {
    match reply.code {
        _ if speaks_of_sender(&reply.text) => About::Us,
        500 | 502..=504 => About::Us,
        450 | 452 | 550..=553 => About::Reader,
        501 | 554 if step == Step::Rcpt => About::Reader,
        code if code >= 500 => About::Mail,
        _ => About::Us,
    }
}

/// Words of refusals that bear no status that would tell: `Relay access denied`, `Sender address rejected`. A reader
/// who does not take mail from everybody (Exchange's RESOLVER.RST) speaks of the sender too, and is the reader.
fn speaks_of_sender(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    !text.contains("resolver.rst") && ["relay", "sender", "send as"].iter().any(|word| text.contains(word))
}

/// Subject and detail of an enhanced status code at the beginning of a text (RFC 3463 §2, RFC 2034 §4).
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

    fn check(step: Step, code: u16, text: &str, expected: fn(String) -> Delivered) {
        let outcome = verdict(Failure::Said(Reply::new(code, text, &[])), step);
        let same = std::mem::discriminant(&outcome) == std::mem::discriminant(&expected(String::new()));
        assert!(same, "{code} {text} at {step}: {outcome:?}");
    }

    #[test]
    fn a_lost_connection_is_in_doubt_only_after_data() {
        let lost = |step| verdict(Failure::Lost("closed".to_owned()), step);
        assert!(matches!(lost(Step::Mail), Delivered::Deferred(_)));
        assert!(matches!(lost(Step::Data), Delivered::Deferred(_)));
        assert!(matches!(lost(Step::Body), Delivered::Unknown(_)));
    }

    /// What Exchange, Postfix and others say about the one who sends: the mail waits, an operator must act.
    #[test]
    fn refusals_of_the_sender_or_the_service_burn_no_mail() {
        use Step::{Body, Data, Mail, Rcpt};
        for (step, code, text) in [
            (Mail, 550, "5.7.60 SMTP; Client does not have permissions to send as this sender"),
            (Mail, 550, "5.7.1 Sender rejected"),
            (Mail, 550, "5.1.8 Access denied, bad outbound sender"),
            (Mail, 530, "5.7.57 Client not authenticated to send mail"),
            (Mail, 530, "Authentication required"),
            (Mail, 552, "5.2.2 mailbox of the sender is over quota"),
            (Mail, 553, "sorry, that domain isn't in my list of allowed senders"),
            (Mail, 554, "5.3.2 not accepting mail"),
            (Rcpt, 554, "5.7.1 <x@example.com>: Relay access denied"),
            (Rcpt, 550, "5.7.54 SMTP; Unable to relay recipient in non-accepted domain"),
            (Rcpt, 550, "5.7.606 Access denied, banned sending IP"),
            (Rcpt, 550, "relaying denied"),
            (Rcpt, 550, "5.1.7 Bad sender's mailbox address syntax"),
            (Rcpt, 503, "5.5.1 need MAIL command"),
            (Rcpt, 535, "5.7.139 Authentication unsuccessful"),
            (Data, 554, "5.5.1 no valid recipients"),
            (Body, 550, "5.7.60 SMTP; Client does not have permissions to send as this sender"),
            (Body, 554, "5.2.252 SendAsDenied; not allowed to send as; STOREDRV.Submission.Exception"),
            (Body, 554, "5.2.0 STOREDRV.Submission.Exception:OutboundSpamException"),
            (Body, 550, "5.7.26 unauthenticated mail from the domain is not accepted"),
            (Body, 550, "5.7.708 Service unavailable. Access denied, traffic not accepted from this IP"),
        ] {
            check(step, code, text, Delivered::Barred);
        }
    }

    #[test]
    fn refusals_of_the_reader_or_the_mail_are_for_good() {
        use Step::{Body, Data, Mail, Rcpt};
        for (step, code, text) in [
            (Rcpt, 550, "5.1.1 user unknown"),
            (Rcpt, 550, "5.4.1 Recipient address rejected: Access denied"),
            (Rcpt, 550, "5.7.1 RESOLVER.RST.SenderNotAuthenticatedForGroup; no mail from outside"),
            (Rcpt, 550, "5.7.1 recipient takes no mail"),
            (Rcpt, 552, "5.2.2 mailbox full"),
            (Rcpt, 550, "no such user"),
            (Rcpt, 554, "no such user"),
            (Data, 550, "5.1.1 user unknown"),
            (Body, 550, "5.1.1 user unknown"),
            (Body, 552, "mailbox full"),
            (Body, 554, "5.7.1 rejected as spam"),
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
        ] {
            check(step, code, text, Delivered::PutOff);
        }
        for (step, code, text) in [
            (Mail, 451, "4.7.1 too many mails of yours"),
            (Mail, 450, "4.2.0 later"),
            (Rcpt, 421, "4.7.0 closing"),
            (Rcpt, 451, "4.3.0 lookup failed"),
            (Rcpt, 452, "4.3.1 out of space"),
            (Rcpt, 451, "trouble here"),
            (Data, 451, "4.3.0 later"),
            (Body, 451, "4.7.1 greylisted"),
            (Body, 432, "4.3.2 STOREDRV; mailbox server offline"),
        ] {
            check(step, code, text, Delivered::Deferred);
        }
    }
}
