//! Single header facts that several classes look at.

use crate::domain::message::{Address, ContentType, Message};

/// Local parts behind which nobody reads mail, without `-`, `_`, `.` and `+…`.
const ROLES: &[&str] = &[
    "noreply",
    "noreplies",
    "donotreply",
    "dontreply",
    "nereply",
    "noresponse",
    "noanswer",
    "svarainte",
    "ejsvara",
    "inteatsvara",
    "svaraej",
    "svarejmig",
    "ikkesvar",
    "svarikke",
    "alavastaa",
    "nichtantworten",
    "keineantwort",
    "nepasrepondre",
    "noresponder",
    "nonrispondere",
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
    "bounce",
    "bounces",
    "security",
    "noc",
    "notification",
    "notifications",
    "notify",
    "alert",
    "alerts",
    "automailer",
    "autoreply",
    "autosvar",
    "mdaemon",
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
    message.headers_named(name).any(|value| words.contains(&word(value).as_str()))
}

/// `Auto-Submitted` says something else than "no" or "auto-replied" (a form, a system), or it is a report that is no
/// bounce and no receipt (complaints, statistics).
pub fn machine_made(message: &Message) -> bool {
    top(message) == "multipart/report"
        || message
            .headers_named("auto-submitted")
            .any(|value| !matches!(word(value).as_str(), "" | "no" | "auto-replied"))
}

/// Exchange's stand-in for a message that it cannot turn into MIME: a mail of its own with this subject, by most versions
/// without any address in From. Behind an answer's or a forward's prefix it is a person's mail about one.
pub fn not_retrieved(message: &Message) -> bool {
    ["imap4", "pop3"].iter().any(|protocol| {
        let parts = ["retrieval using the ", protocol, " protocol failed for the following message"];
        let mut rest = Some(message.subject.as_str());
        for part in parts {
            rest = rest.and_then(|rest| without_start(rest, part));
        }
        rest.is_some()
    })
}

/// The envelope sender is `<>`, as the delivering server noted it.
pub fn null_return_path(message: &Message) -> bool {
    message.header("return-path").is_some_and(|value| matches!(value.trim(), "<>" | "< >" | "\"\""))
}

/// `<>` or a mail system's own address as envelope sender.
pub fn system_return_path(message: &Message) -> bool {
    null_return_path(message)
        || message
            .header("return-path")
            .is_some_and(|v| compact(v.split('@').next().unwrap_or_default()) == "mailerdaemon")
}

/// A receiving server's verdict (RFC 8601, RFC 7489) was "fail", in any of the fields: a forged pass helps nobody.
#[must_use]
pub fn dmarc_failed(message: &Message) -> bool {
    message.headers_named("authentication-results").any(|value| {
        value
            .split(';')
            .filter_map(|part| part.split_once('='))
            .any(|(method, verdict)| method.trim().eq_ignore_ascii_case("dmarc") && word(verdict) == "fail")
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

/// What follows an ASCII phrase, in whatever case the text begins with it.
fn without_start<'a>(text: &'a str, phrase: &str) -> Option<&'a str> {
    let start = text.get(..phrase.len())?;
    start.eq_ignore_ascii_case(phrase).then(|| &text[phrase.len()..])
}

/// `text.starts_with(phrase)`, for long lists of phrases: most of them differ in their first byte.
pub fn starts(text: &str, phrase: &str) -> bool {
    text.as_bytes().first() == phrase.as_bytes().first() && text.starts_with(phrase)
}

/// An address behind which nobody reads.
pub fn is_role(addr: &str) -> bool {
    let local = compact(addr.rsplit_once('@').map_or(addr, |(local, _)| local));
    ROLES.contains(&local.as_str()) || local.starts_with("noreply") || local.ends_with("noreply")
}

/// Replies go to a domain that is neither the sender's nor a part of it.
pub fn foreign_reply_to(message: &Message) -> bool {
    let domain = |a: &Address| a.addr.rsplit_once('@').map_or(String::new(), |(_, d)| d.to_owned());
    let related = |a: &str, b: &str| {
        let below = |long: &str, short: &str| {
            long.strip_suffix(short).is_some_and(|head| head.is_empty() || head.ends_with('.'))
        };
        below(a, b) || below(b, a)
    };
    let senders: Vec<String> = message.from.iter().map(domain).collect();
    message.reply_to.iter().map(domain).any(|reply| !senders.iter().any(|sender| related(sender, &reply)))
}

/// The message's own content type.
pub fn top(message: &Message) -> &str {
    message.content.first().map_or("", |c| c.mime.as_str())
}

/// A parameter of a content type, lower case.
pub fn param(content: &ContentType, name: &str) -> Option<String> {
    content.params.iter().find(|(n, _)| n == name).map(|(_, v)| v.trim().to_ascii_lowercase())
}

/// Whether a part of that type is shown.
pub fn has_part(message: &Message, mime: &str) -> bool {
    message.content.iter().any(|c| c.mime == mime)
}
