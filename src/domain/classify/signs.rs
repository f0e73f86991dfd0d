//! Single header facts that several classes look at.

use crate::domain::citizen::same_address;
use crate::domain::message::{ContentType, Message};
use crate::domain::subject::{self, Prefix};

/// Exchange's spam confidence level from which a mail is spam.
const SPAM_LEVEL: i32 = 5;

/// Local parts whose mail is not read, without `-`, `_`, `.` and `+…`.
const ROLES: &[&str] = &[
    "root",
    "abuse",
    "postmaster",
    "mailerdaemon",
    "hostmaster",
    "webmaster",
    "nobody",
    "daemon",
    "wwwdata",
    "apache",
    "wordpress",
    "cron",
    "listserv",
    "majordomo",
    "mailman",
    "bounce",
    "bounces",
    "security",
    "noc",
    "notification",
    "notifications",
    "notify",
    "alert",
    "alerts",
    "mdaemon",
    "robot",
    "bot",
    "noanswer",
    "noresponse",
    "nereply",
    "anonymous",
    "anonym",
    "automat",
    "automatiskt",
    "automatisk",
    "automatic",
    "automated",
    "notis",
    "notiser",
    "notifiering",
    "notifieringar",
    "avisering",
    "aviseringar",
    "larm",
    "mailer",
    "sympa",
    "null",
    "devnull",
    "system",
    "systemet",
    "systemmail",
    "systemmeddelande",
];

/// Bits of local parts that say in words that the mail is not read, or that a machine writes,
/// compared the same way: no name holds them.
const UNREAD: &[&str] = &[
    "noreply",
    "noreplies",
    "noreplay",
    "norepley",
    "donotreplay",
    "nemtudvalaszolni",
    "donotreply",
    "dontreply",
    "donotrespond",
    "neverreply",
    "unreply",
    "svarainte",
    "svarej",
    "svaraej",
    "ejsvar",
    "intesvar",
    "inteatsvar",
    "ingetsvar",
    "ingasvar",
    "ingensvar",
    "ejbesvar",
    "besvarasej",
    "besvarainte",
    "kanejbesvaras",
    "obevak",
    "ejbevakad",
    "robotsvar",
    "ikkesvar",
    "svarikke",
    "ikkebesvar",
    "ubesvar",
    "obesvar",
    "eivastau",
    "eivastata",
    "alavastaa",
    "alkaavastatko",
    "nichtantwort",
    "keineantwort",
    "nepasrepondre",
    "pasdereponse",
    "noresponder",
    "norespond",
    "naoresponda",
    "naoresponder",
    "nonrispond",
    "nieodpowiad",
    "nereaguj",
    "neodpovidat",
    "neodpovedat",
    "geenantwoord",
    "nietbeantwoorden",
    "unmonitored",
    "automail",
    "automailer",
    "autoreply",
    "autorespon",
    "autosvar",
    "automatsvar",
    "automatisksvar",
    "mailrobot",
    "mailbot",
    "postrobot",
    "svaraaldrig",
    "besvaresikke",
    "besvaresej",
    "nietantwoorden",
    "nietreageren",
    "unattended",
    "nonmonitored",
    "notmonitored",
    "lasesinte",
    "läsesinte",
];

/// The word of an `Auto-Submitted` value (RFC 3834 §5): lower case, comments and parameters off.
#[must_use]
pub fn auto_submitted(value: &str) -> String {
    word(value)
}

/// The first word of a value: lower case, comments (nested too) and parameters off.
pub fn word(value: &str) -> String {
    let (mut out, mut depth) = (String::new(), 0_usize);
    for c in value.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ';' | ',' if depth == 0 => break,
            c if depth == 0 => {
                if c.is_whitespace() && !out.is_empty() {
                    break;
                }
                out.extend(c.to_lowercase().filter(|c| !c.is_whitespace() && *c != '"'));
            }
            _ => {}
        }
    }
    out
}

/// Whether any field of that name has this word.
pub fn has_word(message: &Message, name: &str, words: &[&str]) -> bool {
    message
        .headers_named(name)
        .any(|value| words.contains(&word(value).as_str()))
}

/// `Auto-Submitted` says something else than "no" or "auto-replied" (a form, a system), or it is a
/// report other than a bounce or a receipt (complaints, statistics).
pub fn machine_made(message: &Message) -> bool {
    top(message) == "multipart/report"
        || message
            .headers_named("auto-submitted")
            .any(|value| !matches!(word(value).as_str(), "" | "no" | "auto-replied"))
}

/// Exchange's replacement for a message that it cannot turn into MIME: a mail of its own with this
/// subject, by most versions without any address in From. Behind an answer's or a forward's prefix
/// it is a person's mail about one.
pub fn not_retrieved(message: &Message) -> bool {
    ["imap4", "pop3"].iter().any(|protocol| {
        let parts = [
            "retrieval using the ",
            protocol,
            " protocol failed for the following message",
        ];
        let mut rest = Some(message.subject.as_str());
        for part in parts {
            rest = rest.and_then(|rest| without_start(rest, part));
        }
        rest.is_some()
    })
}

/// The envelope sender is `<>`, as the delivering server noted it.
pub fn null_return_path(message: &Message) -> bool {
    message
        .header("return-path")
        .is_some_and(|value| matches!(value.trim(), "<>" | "< >" | "\"\""))
}

/// `<>` or a mail system's own address as envelope sender.
pub fn system_return_path(message: &Message) -> bool {
    null_return_path(message)
        || message
            .header("return-path")
            .is_some_and(|v| compact(v.split('@').next().unwrap_or_default()) == "mailerdaemon")
}

/// A receiving server's verdict (RFC 8601, RFC 7489) was "fail", in any of the fields: a forged
/// pass gains nothing.
#[must_use]
pub fn dmarc_failed(message: &Message) -> bool {
    message
        .headers_named("authentication-results")
        .any(|value| {
            value
                .split(';')
                .filter_map(|part| part.split_once('='))
                .any(|(method, verdict)| {
                    method.trim().eq_ignore_ascii_case("dmarc") && word(verdict) == "fail"
                })
        })
}

/// The local part as compared: lower case letters and digits, sub-address off.
pub fn compact(local: &str) -> String {
    let local = local.split('+').next().unwrap_or_default();
    let mut compact = String::with_capacity(local.len());
    for c in local.chars().filter(|c| c.is_alphanumeric()) {
        compact.extend(c.to_lowercase());
    }
    compact
}

/// The text after an ASCII phrase, when the text begins with it in any case.
fn without_start<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    let start = text.get(..phrase.len())?;
    start
        .eq_ignore_ascii_case(phrase)
        .then(|| &text[phrase.len()..])
}

/// `text.starts_with(phrase)`, for long lists of phrases: most of them differ in their first byte.
pub fn starts(text: &str, phrase: &str) -> bool {
    text.as_bytes().first() == phrase.as_bytes().first() && text.starts_with(phrase)
}

/// An address whose mail is not read: a role, a robot, a list's machinery (RFC 5230 §4.6).
pub fn is_role(addr: &str) -> bool {
    let local = addr
        .rsplit_once('@')
        .map_or(addr, |(local, _)| local)
        .to_lowercase();
    let compact = compact(&local);
    let robot = |word: &str| matches!(word, "robot" | "bot" | "daemon" | "noreply" | "cron");
    ROLES.contains(&compact.as_str())
        || says_unread(&local)
        || compact.ends_with("robot")
        || local.split(|c: char| !c.is_alphanumeric()).any(robot)
        || is_list_machinery(&local)
}

/// Whether a local part has one of [`UNREAD`]. A name may hold the letters: over two words it has
/// to begin and end with them (`eleonore.plym`), and «svar» has to end there (`inga.svard`).
fn says_unread(local: &str) -> bool {
    let local = local.split('+').next().unwrap_or_default();
    let words: Vec<String> = local
        .split(|c: char| !c.is_alphanumeric())
        .map(compact)
        .collect();
    let fits = |first: usize, joined: &str, bit: &str| {
        joined.match_indices(bit).any(|(start, _)| {
            let end = start + bit.len();
            let is_one = end <= first;
            let is_name = bit.ends_with("svar") && joined[end..].starts_with(SVARD);
            (is_one || start == 0) && start < first && !is_name
        })
    };
    (0..words.len()).any(|from| {
        let (first, joined) = (words[from].len(), words[from..].concat());
        // Most addresses have none, and this sees it at less cost.
        let mut had = UNREAD.iter().filter(|bit| has(&joined, bit));
        had.any(|bit| fits(first, &joined, bit))
    })
}

/// `text.contains(bit)`, for long lists of bits: nearly every place differs in its first byte.
fn has(text: &str, bit: &str) -> bool {
    let (text, bit) = (text.as_bytes(), bit.as_bytes());
    (0..text.len()).any(|at| text.get(at) == bit.first() && text[at..].starts_with(bit))
}

/// How a name goes on behind «svar»: Svärd, Svartz, Svarvare.
const SVARD: [char; 4] = ['d', 't', 'v', 'e'];

/// What list programs make of a list's name.
fn is_list_machinery(local: &str) -> bool {
    let ends = [
        "-request",
        "-bounces",
        "-bounce",
        "-owner",
        "-errors",
        "-admin",
        "-subscribe",
        "-unsubscribe",
    ];
    local.starts_with("owner-")
        || ends.iter().any(|end| local.ends_with(end))
        || local.contains("-bounces+")
        || ["bounces-", "bounce-"]
            .iter()
            .any(|start| local.starts_with(start))
}

/// An address that no letter would reach from outside: a literal, or a domain of a single label.
pub fn is_bare(addr: &str) -> bool {
    addr.rsplit_once('@').is_none_or(|(_, domain)| {
        domain.starts_with('[') || !domain.trim_end_matches('.').contains('.')
    })
}

/// Replies go to another address than the sender's.
pub fn other_reply_to(message: &Message) -> bool {
    let senders = || message.from.iter();
    message
        .reply_to
        .iter()
        .any(|reply| !senders().any(|from| same_address(&from.addr, &reply.addr)))
}

/// A filter on the way called it spam.
pub fn is_flagged_spam(message: &Message) -> bool {
    let yes = |value: &str| word(value) == "yes" || word(value) == "true";
    ["x-spam-flag", "x-spam"]
        .iter()
        .any(|name| message.headers_named(name).any(yes))
        || message
            .headers_named("x-spam-status")
            .any(|value| value.trim_start().to_lowercase().starts_with("yes"))
        || message
            .headers_named("x-ms-exchange-organization-scl")
            .any(|value| is_spam_level(value.trim()))
        || message
            .headers_named("x-forefront-antispam-report")
            .any(|value| {
                value
                    .split(';')
                    .filter_map(|part| part.trim().strip_prefix("SCL:"))
                    .any(|level| is_spam_level(level.trim()))
            })
}

/// Exchange's confidence that it is spam.
fn is_spam_level(level: &str) -> bool {
    level.parse::<i32>().is_ok_and(|level| level >= SPAM_LEVEL)
}

/// A reaction to a mail, which some programs send as a mail of its own.
#[must_use]
pub fn is_reaction(message: &Message) -> bool {
    // Outlook writes into any mail whether it may be reacted to.
    let is_word = |value: &str| {
        ["allow", "disallow"]
            .iter()
            .any(|word| value.trim().eq_ignore_ascii_case(word))
    };
    has_part(message, "text/vnd.google.email-reaction+json")
        || message
            .header("x-ms-reactions")
            .is_some_and(|value| !is_word(value))
}

/// Replies go to a domain that is neither the sender's nor a part of it.
pub fn foreign_reply_to(message: &Message) -> bool {
    let senders: Vec<&str> = message
        .from
        .iter()
        .map(|from| domain_of(&from.addr))
        .collect();
    let mut replies = message.reply_to.iter().map(|reply| domain_of(&reply.addr));
    replies.any(|reply| !senders.iter().any(|sender| are_related(sender, reply)))
}

/// The domain of an address.
pub fn domain_of(addr: &str) -> &str {
    addr.rsplit_once('@').map_or("", |(_, domain)| domain)
}

/// Whether one domain is the other or lies below it.
pub fn are_related(a: &str, b: &str) -> bool {
    let below = |long: &str, short: &str| {
        long.strip_suffix(short)
            .is_some_and(|head| head.is_empty() || head.ends_with('.'))
    };
    !a.is_empty() && !b.is_empty() && (below(a, b) || below(b, a))
}

/// The message's own content type.
pub fn top(message: &Message) -> &str {
    message.content.first().map_or("", |c| c.mime.as_str())
}

/// A parameter of a content type, lower case.
pub fn param(content: &ContentType, name: &str) -> Option<String> {
    content
        .params
        .iter()
        .find(|(n, _)| n == name)
        .map(|(_, v)| v.trim().to_ascii_lowercase())
}

/// Whether a part of that type is shown.
pub fn has_part(message: &Message, mime: &str) -> bool {
    message.content.iter().any(|c| c.mime == mime)
}

/// It names a mail that it answers.
pub fn answers(message: &Message) -> bool {
    !message.in_reply_to.is_empty() || !message.references.is_empty()
}

/// An answer to or a forward of something: what it carries is not its own.
pub fn passes_on(message: &Message) -> bool {
    matches!(
        subject::prefix(&message.subject),
        Some(Prefix::Answer | Prefix::Forward)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Address;

    #[test]
    fn the_word_of_a_value_is_its_first_without_comments() {
        for (value, expected) in [
            ("auto-replied", "auto-replied"),
            ("No (said (by hand) of it); x=y", "no"),
            ("(a comment) YES, no", "yes"),
            ("one two", "one"),
            ("(it never ends", ""),
        ] {
            assert_eq!(word(value), expected, "{value}");
        }
    }

    #[test]
    fn no_letter_from_outside_reaches_a_bare_address() {
        for (address, expected) in [
            ("karin@[127.0.0.1]", true),
            ("karin@localhost", true),
            ("karin@localhost.", true),
            ("karin", true),
            ("karin@example.org", false),
        ] {
            assert_eq!(is_bare(address), expected, "{address}");
        }
    }

    #[test]
    fn spam_begins_at_a_level() {
        for (level, expected) in [("-1", false), ("4", false), ("5", true), ("9", true)] {
            assert_eq!(is_spam_level(level), expected, "{level}");
        }
        assert!(!is_spam_level("high"));
    }

    #[test]
    fn a_domain_is_related_to_those_above_and_below_it() {
        for (one, other, expected) in [
            ("example.org", "example.org", true),
            ("mail.example.org", "example.org", true),
            ("example.org", "mail.example.org", true),
            ("badexample.org", "example.org", false),
            ("", "example.org", false),
            ("example.org", "", false),
        ] {
            assert_eq!(are_related(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn an_answer_may_be_wanted_elsewhere() {
        let at = |addr: &str| Address {
            name: None,
            addr: addr.to_owned(),
        };
        for (reply_to, is_other, is_foreign) in [
            (None, false, false),
            (Some("karin@example.org"), false, false),
            (Some("anna@example.org"), true, false),
            (Some("karin@mail.example.org"), true, false),
            (Some("karin@annan.example"), true, true),
        ] {
            let message = Message {
                from: vec![at("karin@example.org")],
                reply_to: reply_to.map(at).into_iter().collect(),
                ..Message::default()
            };
            let found = (other_reply_to(&message), foreign_reply_to(&message));
            assert_eq!(found, (is_other, is_foreign), "{reply_to:?}");
        }
    }

    #[test]
    fn an_answer_and_a_forward_pass_on() {
        for (subject, expected) in [
            ("SV: Bygglov", true),
            ("VB: Bygglov", true),
            ("Bygglov", false),
        ] {
            let message = Message {
                subject: subject.to_owned(),
                ..Message::default()
            };
            assert_eq!(passes_on(&message), expected, "{subject}");
        }
    }

    #[test]
    fn a_name_may_hold_the_letters_of_a_mailbox_that_is_not_read() {
        for (local, expected) in [
            ("no-reply", true),
            ("fk.noreply", true),
            ("telianoreply", true),
            ("noreply2", true),
            ("donotreply-sv", true),
            ("ej.svar", true),
            ("bekraftelse-ejsvar", true),
            ("ingensvar", true),
            ("skicka-inte-svar", true),
            ("nie-odpowiadac", true),
            ("inga.svard", false),
            ("ingasvartling", false),
            ("andrej.svard", false),
            ("eleonore.plym", false),
            ("lista-request", true),
            ("owner-lista", true),
            ("lista-bounces+karin=example.org", true),
            ("bounces-4711", true),
            ("lista-admin", true),
            ("administration", false),
        ] {
            assert_eq!(is_role(&format!("{local}@example.se")), expected, "{local}");
        }
    }
}
