//! Delivery reports of any shape: by their MIME type (RFC 3464), by who sends them, or, where that leaves doubt, by what
//! their first part says. A person who forwards or describes a bounce is no bounce.

use super::{passes_on, signs};
use crate::domain::message::{Address, Message};
use crate::domain::reason::Sign;
use crate::domain::subject;

/// Local parts of mail systems, as [`signs::compact`] gives them: no person writes from there.
const DAEMONS: &[&str] =
    &["mailerdaemon", "maildaemon", "mdaemon", "mailerdeamon", "maildeliverysystem", "maildeliverysubsystem"];

/// Local parts and display names that a system uses and a person may use too.
const SYSTEMS: &[&str] =
    &["postmaster", "mailsystem", "mailadmin", "mailadministrator", "systemadministrator", "ndradministrator"];

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

/// Bits of a technical sender's local part that are in no person's name.
const TECHNICAL: &[&str] =
    &["admin", "smtp", "gateway", "virus", "daemon", "system", "noreply", "notify", "bounce", "exchange", "interscan"];

/// The same, where the bit is a whole word of it ("mail-relay", "mx2"), since names hold them ("Mailand", "Listh").
const TECHNICAL_WORDS: &[&str] =
    &["mail", "mailer", "gw", "inetgw", "server", "imss", "mta", "mx", "relay", "robot", "root", "list", "service"];

/// How a delivery report's subject begins, lower case, behind list tags.
const SUBJECTS: &[&str] = &[
    "undeliver",
    "undelivered",
    "delivery status notification",
    "delivery fail",
    "delivery has failed",
    "delivery notification",
    "delivery delay",
    "delivery problem",
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
    "message delivery",
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
    "return receipt failure",
    "warning: message",
    "warning: could not send",
    "warning--could not send",
    "could not send message",
    "your message to",
    "your message could not",
    "your mail to",
    "there was an error sending",
    "delayed mail",
    "email bounce",
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
    "rejected:",
    "message rejected",
    "error sending",
    "unable to deliver",
    "cannot deliver",
    "can't deliver",
    "couldn't deliver",
    "unzustellbar",
    "nicht zustellbar",
    "fehler bei der zustellung",
    "zustellung",
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
    "leveransen",
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
    let forwarded = || passes_on(message) && !signs::system_return_path(message);
    if signs::has_part(message, "message/delivery-status")
        && (signs::top(message) == "multipart/report" || !forwarded())
    {
        return Some(Sign::DeliveryStatus);
    }
    if message.header("x-failed-recipients").is_some() && !forwarded() {
        return Some(Sign::FailedRecipients);
    }
    let system = sender(message);
    if system == Sender::Daemon {
        return Some(Sign::MailSystem);
    }
    let shape = || message.returned.is_some() || signs::system_return_path(message) || subject(message);
    if system == Sender::System && !passes_on(message) && shape() {
        return Some(Sign::Postmaster);
    }
    if message.returned.is_some() && suspect(message) && signs::top(message) != "multipart/report" {
        return Some(Sign::FailureInWords);
    }
    None
}

/// Whether the first part should be read to tell: a system's shape, short of certainty.
#[must_use]
pub fn suspect(message: &Message) -> bool {
    let system = sender(message);
    if system != Sender::Person {
        return true;
    }
    let returned = signs::system_return_path(message);
    let technical = || message.from.first().is_none_or(technical);
    let subject = subject(message);
    (returned && subject) || ((returned || (subject && !passes_on(message))) && technical())
}

/// Nobody's address by its words, and nobody's name beside it.
fn technical(from: &Address) -> bool {
    let is = |text: &str| {
        let lower = text.to_lowercase();
        let mut words = lower.split(|c: char| !c.is_alphabetic());
        let compact = signs::compact(text);
        TECHNICAL.iter().any(|bit| compact.contains(bit)) || words.any(|w| TECHNICAL_WORDS.contains(&w))
    };
    let local = from.addr.rsplit_once('@').map_or("", |(local, _)| local);
    is(local)
        && from.name.as_deref().is_none_or(|name| is(name) || name.eq_ignore_ascii_case(local) || name.contains('@'))
}

/// Whether the first text of a suspect says, outside quotations, that a mail was not delivered. `attached`: the mail
/// that came back is there too. Of a form or a no-reply address, whose text may be a person's, it must be; of a person
/// at a postmaster's desk who answers a mail, only the fixed words of a program (Apache James) are believed.
#[must_use]
pub fn text_reports_failure(message: &Message, text: &str, attached: bool) -> bool {
    let own = text.lines().filter(|line| !line.trim().is_empty()).take(MAX_LINES);
    let own = own.take_while(|line| !forwards(line)).filter(|line| !line.starts_with("> "));
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

/// A report of another kind (a receipt, a complaint, statistics), whoever sends it.
fn other_report(message: &Message) -> bool {
    let kind = message.content.first().filter(|top| top.mime == "multipart/report");
    let kind = kind.and_then(|top| signs::param(top, "report-type"));
    kind.is_some_and(|kind| !kind.is_empty() && kind != "delivery-status")
        && !signs::has_part(message, "message/delivery-status")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sender {
    /// Nobody but a mail system writes from there.
    Daemon,
    /// A mail system, or the person who looks after it.
    System,
    Person,
}

fn sender(message: &Message) -> Sender {
    let Some(from) = message.from.first() else {
        let raw = message.header("from").unwrap_or_default().to_lowercase();
        let daemon = raw.contains("mailer-daemon") || SYSTEM_NAMES.iter().any(|name| raw.contains(name));
        let nobody = raw.trim_matches(['<', '>', ' ']).is_empty() && message.header("from").is_some();
        return match (daemon, nobody && (subject(message) || signs::null_return_path(message))) {
            (true, _) => Sender::Daemon,
            (_, true) => Sender::System,
            _ => Sender::Person,
        };
    };
    let local = signs::compact(from.addr.rsplit_once('@').map_or("", |(local, _)| local));
    if DAEMONS.contains(&local.as_str()) {
        return Sender::Daemon;
    }
    let name = from.name.as_deref().unwrap_or_default().to_lowercase();
    let system = SYSTEMS.contains(&local.as_str())
        || local.starts_with("microsoftexchange")
        || SYSTEM_NAMES.iter().any(|n| name.contains(n));
    if system { Sender::System } else { Sender::Person }
}

/// The subject is a delivery report's.
fn subject(message: &Message) -> bool {
    let whole = message.subject.trim().to_lowercase();
    let subject = if whole.starts_with("[bounce]") { &whole } else { subject::without_tags(&whole) };
    SUBJECTS.iter().any(|start| signs::starts(subject, start))
        || SUBJECTS_WITHIN.iter().any(|words| subject.contains(words))
}
