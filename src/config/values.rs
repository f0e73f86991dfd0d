//! Single values: text to a checked value, or an example of a right one. Pure.

use crate::domain::calendar::holidays::KNOWN_YEARS;
use crate::domain::providers::is_public;
use crate::domain::works;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use regex::{Regex, RegexBuilder};
use std::net::IpAddr;

/// Longest text of one line.
pub const MAX_TEXT: usize = 500;
/// Longest name of a pledge, a mailbox or a member of staff.
pub const MAX_NAME: usize = 64;
/// Longest address (RFC 5321 §4.5.3.1.3, without the angle brackets).
pub const MAX_ADDRESS: usize = 254;
/// Longest local part of an address (RFC 5321 §4.5.3.1.1).
pub const MAX_LOCAL_PART: usize = 64;
/// Bytes that a compiled pattern may take: bounds what one subject can cost.
pub const MAX_PATTERN_SIZE: usize = 1 << 20;

/// One line of text: not empty, no control characters (they would break a mail header), trimmed.
pub fn line(text: &str) -> Result<String, String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err("must not be empty".to_owned());
    }
    if trimmed.chars().any(char::is_control) {
        return Err("must be one line, without control characters".to_owned());
    }
    if trimmed.chars().count() > MAX_TEXT {
        return Err(format!("must be at most {MAX_TEXT} characters"));
    }
    Ok(trimmed.to_owned())
}

/// A name that is typed on the command line and in mails: letters, digits, `-`, `_`, `.`.
pub fn name(text: &str) -> Result<String, String> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let starts = text.chars().next().is_some_and(char::is_alphanumeric);
    if starts && text.chars().all(fits) && text.chars().count() <= MAX_NAME {
        return Ok(text.to_owned());
    }
    Err(format!(
        "must be 1 to {MAX_NAME} letters, digits, - _ or . and start with a letter or a digit"
    ))
}

/// A mail address (RFC 5321 §4.1.2, dot-string form), in lower case as it is compared.
pub fn address(text: &str) -> Result<String, String> {
    let right = || "must be a mail address such as name@example.se".to_owned();
    let (local, domain) = text.rsplit_once('@').ok_or_else(right)?;
    let local_char = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-.".contains(c);
    let dots = !local.starts_with('.') && !local.ends_with('.') && !local.contains("..");
    let local_fits =
        !local.is_empty() && local.len() <= MAX_LOCAL_PART && dots && local.chars().all(local_char);
    if !domain.is_ascii() {
        return Err("must have its domain in ASCII (xn--…)".to_owned());
    }
    if local_fits && is_host_name(domain) && text.len() <= MAX_ADDRESS {
        return Ok(text.to_ascii_lowercase());
    }
    Err(right())
}

/// An address or `@domain`, in lower case.
pub fn address_or_domain(text: &str) -> Result<String, String> {
    match text.strip_prefix('@') {
        Some(domain) if is_host_name(domain) => Ok(text.to_ascii_lowercase()),
        None if address(text).is_ok() => address(text),
        _ => Err("must be a mail address, or @domain for all of a domain".to_owned()),
    }
}

/// A domain whose senders are colleagues, in lower case; with a leading dot, the domains below it.
pub fn organisations_domain(text: &str) -> Result<String, String> {
    let domain = text.strip_prefix('.').unwrap_or(text);
    if !is_host_name(domain) || !domain.contains('.') {
        return Err(
            "must be a domain such as example.se, or .example.se for those below it".to_owned(),
        );
    }
    if is_public(domain) {
        return Err(
            "is a public provider's domain, where anyone has an address; name the organisation's own".to_owned()
        );
    }
    Ok(text.to_ascii_lowercase())
}

/// A host name or an IP address, in lower case.
pub fn host(text: &str) -> Result<String, String> {
    if text.parse::<IpAddr>().is_ok() || is_host_name(text) {
        return Ok(text.to_ascii_lowercase());
    }
    Err("must be a host name or an IP address, without a protocol or a port".to_owned())
}

/// Whether a host is this machine itself, by its name alone.
pub fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// RFC 1123 §2.1; an underscore is met in practice.
fn is_host_name(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// The name of a header field (RFC 5322 §2.2), in lower case.
pub fn header_name(text: &str) -> Result<String, String> {
    if !text.is_empty()
        && text.len() <= MAX_NAME
        && text.chars().all(|c| c.is_ascii_graphic() && c != ':')
    {
        return Ok(text.to_ascii_lowercase());
    }
    Err("must be the name of a header field, without its colon".to_owned())
}

/// A pattern, in the syntax of the `regex` crate.
pub fn pattern(text: &str) -> Result<Regex, String> {
    if text.is_empty() {
        return Err("must not be empty: it would fit everything".to_owned());
    }
    RegexBuilder::new(text)
        .size_limit(MAX_PATTERN_SIZE)
        .dfa_size_limit(MAX_PATTERN_SIZE)
        .build()
        .map_err(|e| match e {
            regex::Error::CompiledTooBig(_) => "must be a smaller pattern".to_owned(),
            other => {
                // The last line names the fault; those before it draw the pattern.
                let text = other.to_string();
                let why = text
                    .lines()
                    .last()
                    .unwrap_or_default()
                    .trim_start_matches("error: ")
                    .to_owned();
                format!("must be a pattern (regular expression): {why}")
            }
        })
}

/// A pattern that finds diary numbers, and no words.
pub fn diary(text: &str) -> Result<Regex, String> {
    const WORDS: &str = "Question";
    let found = pattern(text)?;
    if found.is_match(WORDS) {
        return Err(format!(
            "must find diary numbers alone: it fits words such as {WORDS:?} too"
        ));
    }
    Ok(found)
}

/// A pattern that finds a stamp day.
pub fn stamp(text: &str) -> Result<Regex, String> {
    let pattern = pattern(text)?;
    if pattern.captures_len() < 2 {
        return Err(r"must have a group around the date, such as (\d{4}-\d{2}-\d{2})".to_owned());
    }
    Ok(pattern)
}

/// `YYYY-MM-DD` within [`KNOWN_YEARS`].
pub fn date(text: &str) -> Result<NaiveDate, String> {
    // The length, since chrono would take 2026-5-1 too.
    NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .filter(|date| text.len() == 10 && KNOWN_YEARS.contains(&date.year()))
        .ok_or_else(|| {
            format!(
                "must be a date YYYY-MM-DD from {} to {}",
                KNOWN_YEARS.start(),
                KNOWN_YEARS.end()
            )
        })
}

/// `2026-12-21/2027-01-06`: the first and the last day, both included.
pub fn days(text: &str) -> Result<(NaiveDate, NaiveDate), String> {
    let wrong = || "must be first and last day, such as 2026-12-21/2027-01-06".to_owned();
    let (first, last) = text.split_once('/').ok_or_else(wrong)?;
    let (first, last) = (
        date(first).map_err(|_| wrong())?,
        date(last).map_err(|_| wrong())?,
    );
    if first > last {
        return Err("must have its first day before its last".to_owned());
    }
    Ok((first, last))
}

/// `mon`.
pub fn weekday(text: &str) -> Result<Weekday, String> {
    let at = works::NAMES.iter().position(|name| *name == text);
    let day = at.and_then(|at| Weekday::try_from(u8::try_from(at).ok()?).ok());
    day.ok_or_else(|| format!("must be a day of the week: {}", works::NAMES.join(", ")))
}

/// `08:00-17:00`.
pub fn hours(text: &str) -> Result<(NaiveTime, NaiveTime), String> {
    let time = |text: &str| {
        NaiveTime::parse_from_str(text, "%H:%M")
            .ok()
            .filter(|_| text.len() == 5)
    };
    text.split_once('-')
        .and_then(|(from, to)| Some((time(from)?, time(to)?)))
        .filter(|(from, to)| from < to)
        .ok_or_else(|| "must be two times of one day, such as 08:00-17:00".to_owned())
}

/// RFC 3339 with its offset, within [`KNOWN_YEARS`].
pub fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.to_utc())
        .ok()
        .filter(|at| KNOWN_YEARS.contains(&at.year()))
        .ok_or_else(|| {
            "must be a date and a time with offset, such as 2026-12-01T00:00:00+01:00".to_owned()
        })
}

/// A zone of the IANA database.
pub fn zone(text: &str) -> Result<Tz, String> {
    text.parse().map_err(|_| {
        let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        let near = super::fault::nearest(text, names).unwrap_or("Europe/Stockholm");
        format!("must be a time zone such as {near:?}")
    })
}

/// An address on the web.
pub fn url(text: &str) -> Result<String, String> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    if rest.is_some_and(|rest| !rest.is_empty())
        && text.chars().all(|c| !c.is_whitespace() && !c.is_control())
    {
        return line(text);
    }
    Err("must start with https:// and hold no space".to_owned())
}

/// Where a service is on the web, over TLS.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct HttpsUrl {
    pub host: String,
    pub port: u16,
    /// Path and query, from the first `/` on.
    pub path: String,
}

impl std::fmt::Display for HttpsUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.port {
            HTTPS => write!(f, "https://{}{}", self.host, self.path),
            port => write!(f, "https://{}:{port}{}", self.host, self.path),
        }
    }
}

/// The port of HTTPS (RFC 9110 §4.2.2).
const HTTPS: u16 = 443;

/// An address on the web that only TLS leads to. No user name in it, and no fragment: neither has a
/// meaning here.
pub fn https(text: &str) -> Result<HttpsUrl, String> {
    let wrong = || "must be an address such as https://login.example.se/token".to_owned();
    let rest = text.strip_prefix("https://").ok_or_else(wrong)?;
    let (place, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
    let (name, port) = match place.split_once(':') {
        Some((name, port)) => (
            name,
            port.parse()
                .ok()
                .filter(|port| *port > 0)
                .ok_or_else(wrong)?,
        ),
        None => (place, HTTPS),
    };
    let plain = path
        .chars()
        .all(|c| c.is_ascii_graphic() && !"#\"<>\\^`{|}".contains(c))
        && path.len() <= MAX_TEXT;
    if !plain {
        return Err(wrong());
    }
    Ok(HttpsUrl {
        host: host(name).map_err(|_| wrong())?,
        port,
        path: path.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T>(parse: impl Fn(&str) -> Result<T, String>, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(parse(text).is_ok(), "{text:?} is refused");
        }
        for text in bad {
            assert!(parse(text).is_err(), "{text:?} is taken");
        }
    }

    #[test]
    fn values() {
        let long = format!("{}@example.se", "a".repeat(65));
        check(
            address,
            &["a@b", "Anna.Ek+x@Example.SE", "o'hara@xn--vstervik-0za.se"],
            &[
                "",
                "a",
                "@b.se",
                "a@",
                "a b@c.se",
                "a@b..se",
                ".a@b.se",
                "a..b@c.se",
                "a@väst.se",
                "<a@b.se>",
                &long,
            ],
        );
        check(
            diary,
            &[r"(?:KS|Dnr) ?\d{4}/\d+", r"\[[A-ZÅÄÖ]+-\d+\]"],
            &["", "(", ".*", r"\d*", r"[A-ZÅÄÖ]+ ?\d*"],
        );
        check(
            address_or_domain,
            &["@example.se", "a@example.se"],
            &["@", "example.se", "@a b"],
        );
        check(
            host,
            &["imap.example.se", "127.0.0.1", "::1"],
            &["", "imaps://x", "a:993", "[::1]", "-a.se", "a..b"],
        );
        check(
            name,
            &["email", "kommun_2", "åsa.ek"],
            &["", "a b", "-a", "a/b", "a\n"],
        );
        check(
            date,
            &["1990-01-01", "2100-12-31", "2028-02-29"],
            &["1989-12-31", "2101-01-01", "2026-02-29", "2026-5-1"],
        );
        check(
            days,
            &["2026-12-21/2027-01-06", "2026-12-21/2026-12-21"],
            &["2026-12-21", "2027-01-06/2026-12-21"],
        );
        check(
            hours,
            &["08:00-17:00"],
            &["8-17", "17:00-08:00", "08:00-24:00", "08:00"],
        );
        check(
            instant,
            &["2026-12-01T00:00:00+01:00"],
            &["2026-12-01", "2026-12-01T00:00:00", "1970-01-01T00:00:00Z"],
        );
        check(
            zone,
            &["Europe/Stockholm", "UTC"],
            &["Stockholm", "+01:00", ""],
        );
        check(
            url,
            &["https://example.se/å"],
            &["example.se", "https://", "https://a b"],
        );
        check(
            https,
            &[
                "https://login.example.se/t/oauth2/v2.0/token",
                "https://localhost:8443/token?x=1",
                "https://127.0.0.1",
            ],
            &[
                "http://a.se/token",
                "https://",
                "https://a b/",
                "https://a.se/å",
                "https://u:p@a.se/",
                "https://a:0/",
                "https://a:99999/",
                "https://a/\r\nX",
                "https://a/#b",
            ],
        );
        check(pattern, &["(?i)bygglov"], &["", "(", r"(\w{100}){100}"]);
        check(stamp, &[r"Ink (\d{4}-\d{2}-\d{2})"], &[r"Ink \d{4}"]);
        check(header_name, &["X-Form"], &["", "X-Form:", "å"]);
        check(
            line,
            &["Västerviks kommun"],
            &["", "  ", "a\r\nBcc: b@c.se"],
        );
    }

    #[test]
    fn loopback_is_told_by_the_name_alone() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "localhost.example.se",
            "128.0.0.1",
            "0.0.0.0",
            "::2",
            "imap.example.se",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
