//! Delivery reports, by structure and envelope: their MIME type (RFC 3464), or who sends them and a
//! second sign beside it. Words alone never make one, nor does a name: a person may describe or
//! forward a bounce, and be called anything.

use super::signs::{self, passes_on};
use crate::domain::message::Message;
use crate::domain::reason::Sign;
use crate::domain::subject;

/// Local parts of mail systems, as [`signs::compact`] gives them: no person writes from there.
const DAEMONS: &[&str] = &[
    "mailerdaemon",
    "maildaemon",
    "mdaemon",
    "mailerdeamon",
    "maildeliverysystem",
    "maildeliverysubsystem",
];

/// Local parts and display names that a system uses and a person may use too.
const SYSTEMS: &[&str] = &[
    "postmaster",
    "mailsystem",
    "mailadmin",
    "mailadministrator",
    "systemadministrator",
    "ndradministrator",
];

/// Display names of mail systems, lower case, anywhere in the name.
const SYSTEM_NAMES: &[&str] = &[
    "mail delivery",
    "mailer-daemon",
    "mailer daemon",
    "mail system",
    "system administrator",
    "systemadministratör",
    "systemadministrator",
    "postmaster",
    "mail deliver system",
    "microsoft outlook",
    "mail administrator",
    "delivery status",
    "ndr ",
    "jetmail",
    "interscan",
    "mailserver",
    "mail server",
    "administrateur système",
    "administrador del sistema",
];

/// How a delivery report's subject begins, lower case, behind list tags.
const SUBJECTS: &[&str] = &[
    "undeliver",
    "undelivered",
    "delivery status notification",
    "delivery fail",
    "delivery has failed",
    "delivery notification",
    "delivery error",
    "delivery report",
    "delivery warning",
    "delivery unsuccessful",
    "mail delivery",
    "mail failure",
    "mail error",
    "mail system error",
    "mail not delivered",
    "mail could not be delivered",
    "mail undeliverable",
    "mail returned",
    "message undeliverable",
    "message delayed",
    "failure notice",
    "failure delivery",
    "failed mail",
    "failed delivery",
    "failed to deliver",
    "failure to deliver",
    "non-deliver",
    "non deliver",
    "nondeliver",
    "ndn:",
    "returned mail",
    "returned to sender",
    "returned message",
    "return mail",
    "warning: message",
    "warning: could not send",
    "warning--could not send",
    "could not send message",
    "your message could not",
    "there was an error sending",
    "delayed mail",
    "email bounce",
    "email delivery",
    "e-mail delivery",
    "[bounce]",
    "notice: mail delivery",
    "**message you sent blocked",
    "message you sent blocked",
    "levererades inte",
    "メッセージを配信できません",
    "配信不能",
    "sorry, your message could not",
    "message blocked",
    "e-mail bounce",
    "bounce notification",
    "bounced mail",
    "message rejected",
    "error sending",
    "unable to deliver",
    "cannot deliver",
    "can't deliver",
    "couldn't deliver",
    "unzustellbar",
    "nicht zustellbar",
    "fehler bei der zustellung",
    "olevererbart",
    "oleverbart",
    "går inte att leverera",
    "kan inte leverera",
    "kunde inte levereras",
    "kunde inte leverera",
    "ej levererat",
    "ej levererad",
    "e-post kunde inte",
    "leveransfel",
    "meddelandet kunde inte",
    "meddelandet kan inte",
    "kan ikke leveres",
    "kunne ikke leveres",
    "ikke leveret",
    "ikke levert",
    "kan ikke levere",
    "uleverbar",
    "ei voi toimittaa",
    "ei voitu toimittaa",
    "toimittamaton",
    "toimitus epäonnistui",
    "onbestelbaar",
    "niet te leveren",
    "non remis",
    "échec de la remise",
    "message non distribué",
    "courrier non remis",
    "no se puede entregar",
    "no entregado",
    "no se pudo entregar",
    "non recapitabile",
    "mancato recapito",
    "impossibile recapitare",
    "não é possível entregar",
    "não entregue",
    "niedostarczalne",
    "nie można dostarczyć",
    "недоставлен",
    "не удается доставить",
    "ваше сообщение не доставлено",
];

/// The same anywhere in a subject, said of a mail.
const SUBJECTS_WITHIN: &[&str] = &[
    "could not be delivered",
    "not been delivered",
    "was not delivered",
    "user unknown",
    "are not member",
    "undeliverable",
];

/// Words of these at its beginning that are said of post and of bills too.
const OF_POST: &[&str] = &[
    "undeliverable",
    "mail delivery",
    "email delivery",
    "e-mail delivery",
];

/// How the next word begins where they are said of a mail.
const OF_A_MAIL: &[&str] = &[
    "mail",
    "e-mail",
    "email",
    "message",
    "report",
    "return",
    "fail",
    "error",
    "problem",
    "notif",
    "notice",
    "status",
    "sub",
    "system",
    "warning",
    "delay",
    "unsuccessful",
    "incomplete",
];

/// The same behind the subject that came back, with any words before that.
const SUBJECT_BEHIND: &str = ": non remis";

/// What delivery reports say in their first lines, lower case.
const WORDS: &[&str] = &[
    "could not be delivered",
    "couldn't be delivered",
    "cannot be delivered",
    "can't be delivered",
    "could not deliver",
    "couldn't deliver",
    "unable to deliver",
    "wasn't able to deliver",
    "was not delivered",
    "not delivered to",
    "has not been delivered",
    "has not yet been delivered",
    "delivery failed",
    "delivery has failed",
    "delivery to the following",
    "failed to deliver",
    "failed recipients",
    "permanent fatal errors",
    "permanent error",
    "undeliverable",
    "undelivered",
    "returned to you",
    "following recipient",
    "following address",
    "recipient address rejected",
    "user unknown",
    "unknown user",
    "no such user",
    "invalid user address",
    "mailbox unavailable",
    "mailbox is full",
    "mailbox not found",
    "not exist",
    "action not taken",
    "message rejected",
    "did not reach",
    "delayed mail",
    "delivery attempts",
    "delivery is delayed",
    "is not a member",
    "not a member of this mailing list",
    "non-delivery report",
    "delivery status",
    "qmail-send",
    "no valid recipients",
    "transcript of session",
    "kunde inte levereras",
    "kunde inte leverera",
    "kan inte levereras",
    "gick inte att leverera",
    "kunne ikke leveres",
    "ei voitu toimittaa",
    "konnte nicht zugestellt",
    "nicht zugestellt",
    "n'a pas pu être",
    "n'a pas pu etre",
    "no se ha podido entregar",
    "no se pudo entregar",
    "impossibile recapitare",
    "配信",
    "送信できません",
];

/// Lines of a first part that are read for [`WORDS`].
const MAX_LINES: usize = 60;

#[must_use]
pub fn sign(message: &Message) -> Option<Sign> {
    if declared_report(message) {
        return Some(Sign::DeliveryReport);
    }
    if other_report(message) {
        return None;
    }
    let envelope = signs::system_return_path(message);
    let report = signs::top(message) == "multipart/report";
    let system = sender(message);
    let is_of_a_system = envelope || report || system != Sender::Person;
    let status = signs::has_part(message, "message/delivery-status");
    let part = status || message.returned.is_some();
    let passed_on = || passes_on(message) && !envelope;
    if status && is_of_a_system && !passed_on() {
        return Some(Sign::DeliveryStatus);
    }
    let failed = message.header("x-failed-recipients").is_some();
    if failed && (part || is_of_a_system) && !passed_on() {
        return Some(Sign::FailedRecipients);
    }
    by_sender(message, system, envelope || report || part)
}

/// The sign that the sender is; `has_another`: something else speaks for a bounce too.
fn by_sender(message: &Message, sender: Sender, has_another: bool) -> Option<Sign> {
    let is_of_a_program = || sender == Sender::System && subject(message);
    match sender {
        // No person writes from there, so the address is a mark of the program that made the mail.
        Sender::Daemon => Some(Sign::MailSystem),
        Sender::System | Sender::Named
            if !passes_on(message) && (has_another || is_of_a_program()) =>
        {
            Some(Sign::Postmaster)
        }
        _ => (message.returned.is_some() && suspect(message) && !holds_receipt(message))
            .then_some(Sign::FailureInWords),
    }
}

/// It reports that a mail was read: a server may have put a footer below it.
fn holds_receipt(message: &Message) -> bool {
    signs::has_part(message, "message/disposition-notification")
}

/// Whether the first part should be read to be sure: the envelope says that no person sent it.
#[must_use]
pub fn suspect(message: &Message) -> bool {
    signs::system_return_path(message)
}

/// Whether the first text of a suspect says, outside quotations, that a mail was not delivered.
/// `attached`: the mail that came back is there too. Of a form or a no-reply address, whose text
/// may be a person's, it must be; of a person at a postmaster's desk who answers a mail, only the
/// fixed words of a program (Apache James) are believed.
#[must_use]
pub fn text_reports_failure(message: &Message, text: &str, attached: bool) -> bool {
    let own = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .take(MAX_LINES);
    let own = own
        .take_while(|line| !forwards(line))
        .filter(|line| !line.starts_with("> "));
    let text = own.collect::<Vec<_>>().join(" ").to_lowercase();
    if passes_on(message) && !message.in_reply_to.is_empty() {
        return text.contains("error message below: ");
    }
    let enough = attached || sender(message) != Sender::Person || subject(message);
    enough && WORDS.iter().any(|words| text.contains(words))
}

fn forwards(line: &str) -> bool {
    let line = line.to_lowercase();
    line.contains("forwarded message")
        || line.contains("original message-----")
        || line.contains("vidarebefordrat meddelande")
}

/// `multipart/report; report-type=delivery-status`.
fn declared_report(message: &Message) -> bool {
    message.content.first().is_some_and(|top| {
        top.mime == "message/delivery-status"
            || (top.mime == "multipart/report"
                && signs::param(top, "report-type").as_deref() == Some("delivery-status"))
    })
}

/// A report of another kind (a receipt, a complaint, statistics), from any sender.
fn other_report(message: &Message) -> bool {
    let kind = message
        .content
        .first()
        .filter(|top| top.mime == "multipart/report");
    let kind = kind.and_then(|top| signs::param(top, "report-type"));
    kind.is_some_and(|kind| !kind.is_empty() && kind != "delivery-status")
        && !signs::has_part(message, "message/delivery-status")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sender {
    /// Only a mail system writes from there.
    Daemon,
    /// A mail system's address, or that of the person who looks after it.
    System,
    /// A mail system's name beside any address.
    Named,
    Person,
}

fn sender(message: &Message) -> Sender {
    let Some(from) = message.from.first() else {
        return sender_without_address(message);
    };
    let local = signs::compact(from.addr.rsplit_once('@').map_or("", |(local, _)| local));
    if DAEMONS.contains(&local.as_str()) {
        return Sender::Daemon;
    }
    let name = from.name.as_deref().unwrap_or_default().to_lowercase();
    if SYSTEMS.contains(&local.as_str()) || local.starts_with("microsoftexchange") {
        return Sender::System;
    }
    if SYSTEM_NAMES.iter().any(|n| name.contains(n)) {
        Sender::Named
    } else {
        Sender::Person
    }
}

fn sender_without_address(message: &Message) -> Sender {
    let raw = message.header("from").unwrap_or_default().to_lowercase();
    if raw.contains("mailer-daemon") || SYSTEM_NAMES.iter().any(|name| raw.contains(name)) {
        return Sender::Daemon;
    }
    let is_empty = raw.trim_matches(['<', '>', ' ']).is_empty() && message.header("from").is_some();
    if is_empty && (subject(message) || signs::null_return_path(message)) {
        Sender::System
    } else {
        Sender::Person
    }
}

/// The subject has words that programs give to delivery reports, and no person's answer or forward
/// is named so.
#[must_use]
pub fn has_reports_words(message: &Message) -> bool {
    (subject(message) && !passes_on(message))
        || message.subject.to_lowercase().contains(SUBJECT_BEHIND)
}

/// The subject is one that programs give to delivery reports.
fn subject(message: &Message) -> bool {
    let whole = message.subject.trim().to_lowercase();
    let subject = if whole.starts_with("[bounce]") {
        &whole
    } else {
        subject::opening(&whole)
    };
    let is_named = SUBJECTS.iter().any(|start| signs::starts(subject, start))
        || SUBJECTS_WITHIN.iter().any(|words| subject.contains(words));
    is_named && !is_about_post(subject)
}

/// «Undeliverable water bills», «Mail delivery to our street stopped»: a sentence goes on that says
/// nothing of a mail, and names no address.
fn is_about_post(subject: &str) -> bool {
    let mut words = OF_POST.iter();
    let rest = words.find_map(|words| subject.strip_prefix(words));
    let next = rest.and_then(|rest| rest.strip_prefix(' '));
    next.is_some_and(|next| {
        let is_a_word = next.starts_with(char::is_alphabetic);
        let of_a_mail = OF_A_MAIL.iter().any(|word| next.starts_with(word));
        is_a_word && !of_a_mail && !subject.contains(['@', ':'])
    })
}
