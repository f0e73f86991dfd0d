//! Marks in a subject: our reference, diary numbers, tags of mail gateways, and the words of our
//! own mails.

use super::compared::fold;
use crate::domain::effect::Template;
use crate::domain::item_id::ItemId;
use regex::Regex;

/// References of ours read from one subject.
pub const MAX_FOUND: usize = 10;
/// Digits of the longest number in a reference.
const MAX_DIGITS: usize = 9;
/// Fewest digits of a number without its year, as every reference is printed.
const PRINTED_DIGITS: usize = 5;
/// Diary numbers and references taken out of one subject; with more it is not a subject any more.
const MAX_CUT: usize = 20;
/// Characters of the longest tag of a gateway.
const LONGEST_TAG: usize = 40;

/// What gateways write about a mail from outside, folded.
const GATEWAY: &[&str] = &[
    "extern",
    "externt",
    "externa",
    "external",
    "ext",
    "extern avsändare",
    "externt mejl",
    "externt mail",
    "externt meddelande",
    "extern e-post",
    "extern epost",
    "external sender",
    "external email",
    "external e-mail",
    "external mail",
    "external message",
    "externe",
    "externe mail",
    "ekstern",
    "ekstern avsender",
    "ekstern afsender",
    "eksternt",
    "ulkoinen",
    "ulkopuolinen",
    "zewnętrzny",
    "outside",
    "outside email",
    "caution",
    "caution external",
    "caution: external",
    "warning external",
    "varning extern",
    "obs extern",
    "obs! extern",
    "suspected spam",
    "spam",
    "spam?",
    "misstänkt spam",
    "misstänkt skräppost",
    "möjlig skräppost",
    "skräppost",
];
/// Those in capitals without any bracket or colon.
const BARE: [&str; 3] = ["EXTERN ", "EXTERNT ", "EXTERNAL "];

/// Words that mails of earlier versions put before the subject they answered, folded, without the
/// colon: they are answered for years. Those of today are [`Template::SUBJECTS`].
const FORMER: &[&str] = &[
    "besked om ditt mejl",
    "besked om ditt brev",
    "besked",
    "about your e-mail",
    "about your letter",
];

/// Whether a core is nothing but such words: it says nothing of what the mail is about.
#[must_use]
pub fn is_our_words(core: &str) -> bool {
    let today = Template::SUBJECTS.iter();
    FORMER.contains(&core) || today.copied().any(|subjects| subjects.contains(&core))
}

/// What people write around our reference when they say nothing of what their mail is about, folded.
const AROUND_REFERENCES: &[&str] = &[
    "",
    "angående",
    "ang",
    "ang.",
    "angående ärende",
    "angående mitt ärende",
    "angående referens",
    "gällande",
    "gällande ärende",
    "avseende",
    "avseende ärende",
    "rörande",
    "ärende",
    "ärendet",
    "mitt ärende",
    "vårt ärende",
    "ärendenummer",
    "ärendenr",
    "ärende nr",
    "referens",
    "referensnummer",
    "ref",
    "ref.",
    "er referens",
    "er ref",
    "om",
    "om ärende",
    "om mitt ärende",
    "fråga om",
    "fråga om ärende",
    "frågor om",
    "fråga angående",
    "komplettering",
    "komplettering till",
    "komplettering av",
    "komplettering i ärende",
    "komplettering till ärende",
    "komplettering ärende",
    "tillägg",
    "tillägg till",
    "svar på",
    "svar angående",
    "påminnelse",
    "påminnelse om",
    "påminnelse ärende",
    "about",
    "regarding",
    "concerning",
    "case",
    "my case",
    "reference",
    "your reference",
    "reminder",
];

/// Whether a subject with our reference has, as its core, nothing but what people write around one.
pub(super) fn says_no_more_than(core: &str) -> bool {
    AROUND_REFERENCES.contains(&core)
}

/// What people write between a number and their words.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_dash(c) || matches!(c, ',' | ';' | '|' | '/' | ':' | '_' | '·' | '•')
}

/// The text without separators around it. A colon at its end may be a prefix's.
pub(super) fn without_separators(text: &str) -> &str {
    text.trim_start_matches(is_separator)
        .trim_end_matches(|c| is_separator(c) && c != ':')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Whether the text is a reference as it is printed: `SL-`, a year, `-`, five digits or more.
#[must_use]
pub fn is_reference(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    text.strip_prefix("SL-")
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(year, number)| {
            year.len() == 4
                && digits(year)
                && (PRINTED_DIGITS..=MAX_DIGITS).contains(&number.len())
                && digits(number)
        })
}

/// Our references as people write them: any case, with or without brackets, any dash or a blank
/// between the parts, and without the year when that is `this_year`. In order, each once, at most
/// [`MAX_FOUND`].
#[must_use]
pub fn references(text: &str, this_year: i32) -> Vec<ItemId> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(written) = next_reference(text, at) {
        let year = written.year.unwrap_or(this_year);
        let id = ItemId::parse(&format!("SL-{year:04}-{:05}", written.number));
        if let Some(id) = id.filter(|id| !found.contains(id)) {
            found.push(id);
        }
        if found.len() == MAX_FOUND {
            break;
        }
        at = written.end;
    }
    found
}

/// Whether a text has a reference of ours.
pub(super) fn has_reference(text: &str) -> bool {
    next_reference(text, 0).is_some()
}

/// A reference in a text.
struct Written {
    start: usize,
    end: usize,
    year: Option<i32>,
    number: u32,
}

/// The next reference from the byte `from` on.
fn next_reference(text: &str, from: usize) -> Option<Written> {
    let bytes = text.as_bytes();
    (from..bytes.len().saturating_sub(1))
        .filter(|at| bytes[*at..*at + 2].eq_ignore_ascii_case(b"sl"))
        .find_map(|at| written_at(text, at))
}

/// The reference that begins at the byte `start`, at its `SL`.
fn written_at(text: &str, start: usize) -> Option<Written> {
    if text[..start].ends_with(char::is_alphanumeric) {
        return None;
    }
    let rest = after_dash(&text[start + 2..])?;
    let (first, behind) = digits(rest)?;
    let second = after_dash(behind)
        .and_then(digits)
        .filter(|_| first.len() == 4);
    let (year, number, behind) = match second {
        Some((number, behind)) => (Some(first.parse().ok()?), number, behind),
        None if first.len() >= PRINTED_DIGITS => (None, first, behind),
        None => return None,
    };
    let end = text.len() - behind.len();
    (!goes_on(behind) && number.len() <= MAX_DIGITS).then_some(Written {
        start,
        end,
        year,
        number: number.parse().ok()?,
    })
}

/// The number is not at its end.
fn goes_on(behind: &str) -> bool {
    behind.starts_with(|c: char| c.is_alphanumeric() || c == '/')
        || behind
            .strip_prefix(is_dash)
            .is_some_and(|more| more.starts_with(|c: char| c.is_ascii_digit()))
}

/// Behind a dash, with blanks around it or not, or behind a blank.
fn after_dash(text: &str) -> Option<&str> {
    let trimmed = text.trim_start();
    match trimmed.strip_prefix(is_dash) {
        Some(rest) => Some(rest.trim_start()),
        None => (trimmed.len() < text.len()).then_some(trimmed),
    }
}

fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text
        .bytes()
        .position(|b| !b.is_ascii_digit())
        .unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// The subject without our references, and the brackets around them.
pub(super) fn without_references(subject: &str) -> String {
    let mut text = subject.to_owned();
    for _ in 0..MAX_CUT {
        let Some(found) = next_reference(&text, 0) else {
            break;
        };
        text = cut(&text, found.start, found.end);
    }
    text
}

/// The subject without what a pattern finds.
pub(super) fn without_matches(subject: &str, pattern: &Regex) -> String {
    let mut text = subject.to_owned();
    for _ in 0..MAX_CUT {
        let Some((start, end)) = pattern
            .find(&text)
            .map(|found| (found.start(), found.end()))
        else {
            break;
        };
        if start == end {
            break;
        }
        text = cut(&text, start, end);
    }
    text
}

/// Takes a piece out, with the brackets around it and what separates it from the words.
fn cut(text: &str, start: usize, end: usize) -> String {
    let (mut left, mut right) = (text[..start].trim_end(), text[end..].trim_start());
    for (open, close) in [('[', ']'), ('(', ')'), ('{', '}'), ('<', '>')] {
        if let (Some(before), Some(behind)) = (left.strip_suffix(open), right.strip_prefix(close)) {
            (left, right) = (before, behind);
        }
    }
    // A colon before it may end a prefix.
    let left = left.trim_end_matches(|c| is_separator(c) && c != ':');
    let right = right.trim_start_matches(is_separator);
    [left, right].join(" ").trim().to_owned()
}

/// Without one mark of a gateway at the start, or at the end in brackets.
pub(super) fn without_gateway_tag(subject: &str) -> &str {
    if let Some(rest) =
        bracketed_at_start(subject).or_else(|| headed(subject, |head| GATEWAY.contains(&head)))
    {
        return rest;
    }
    let bare = BARE
        .iter()
        .find_map(|word| subject.strip_prefix(word))
        .map(str::trim_start);
    if let Some(rest) = bare.filter(|rest| rest.chars().any(char::is_lowercase)) {
        return rest;
    }
    bracketed_at_end(subject).unwrap_or(subject)
}

/// Without the words of our own mails and their colon at the start.
pub(super) fn without_our_words(subject: &str) -> &str {
    headed(subject, is_our_words).unwrap_or(subject)
}

/// The text after such words and their colon or dash.
fn headed(subject: &str, are_words: impl Fn(&str) -> bool) -> Option<&str> {
    let ends = subject
        .char_indices()
        .take(LONGEST_TAG)
        .filter(|(_, c)| *c == ':' || is_dash(*c));
    ends.into_iter().find_map(|(at, end)| {
        let (head, rest) = (&subject[..at], &subject[at + end.len_utf8()..]);
        // A dash inside a word ends nothing.
        let ends_words = end == ':' || (head.ends_with(' ') && rest.starts_with(' '));
        (ends_words && are_words(&fold(head))).then(|| rest.trim_start())
    })
}

fn is_gateways(inner: &str) -> bool {
    inner.chars().count() <= LONGEST_TAG
        && GATEWAY.contains(
            &fold(inner.trim_matches(|c: char| is_separator(c) || "*!#=~".contains(c))).as_str(),
        )
}

const BRACKETS: [(&str, &str); 6] = [
    ("[", "]"),
    ("(", ")"),
    ("{", "}"),
    ("<", ">"),
    ("***", "***"),
    ("*", "*"),
];

fn bracketed_at_start(subject: &str) -> Option<&str> {
    BRACKETS.iter().find_map(|(open, close)| {
        let inner = subject.strip_prefix(open)?;
        let end = inner.find(close)?;
        is_gateways(&inner[..end]).then(|| {
            inner[end + close.len()..].trim_start_matches(|c: char| c == '*' || is_separator(c))
        })
    })
}

fn bracketed_at_end(subject: &str) -> Option<&str> {
    BRACKETS.iter().find_map(|(open, close)| {
        let inner = subject.trim_end().strip_suffix(close)?;
        let start = inner.rfind(open)?;
        is_gateways(&inner[start + open.len()..]).then(|| inner[..start].trim_end())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_people_write_them() {
        let check = |text: &str, expected: &[&str]| {
            let found: Vec<String> = references(text, 2026)
                .iter()
                .map(ToString::to_string)
                .collect();
            assert_eq!(found, expected, "{text:?}");
        };
        let ours: &[&str] = &["SL-2026-00042"];
        for text in [
            "SV: [SL-2026-00042] Bygglov",
            "SL-2026-00042",
            "sl-2026-00042",
            "Sl-2026-00042.",
            "ang SL-2026-00042, tack",
            "(SL-2026-00042)",
            "\"SL-2026-00042\"",
            "SL-2026-42",
            "SL 2026-00042",
            "SL 2026 00042",
            "SL - 2026 - 00042",
            "SL–2026–00042",
            "SL\u{2011}2026\u{2011}00042",
            "SL-00042",
            "sl 00042",
            "[SL-2026-00042] och SL-2026-00042",
            "ärende:SL-2026-00042:",
            "ÅSL-2026-00041 SL-2026-00042",
        ] {
            check(text, ours);
        }
        check("SL-2025-00042", &["SL-2025-00042"]);
        check(
            "SL-2026-00001 SL-2026-00002,SL-2026-123456",
            &["SL-2026-00001", "SL-2026-00002", "SL-2026-123456"],
        );
        for text in [
            "",
            "SL",
            "SL-",
            "SL-2026",
            "SL-2026-",
            "SL-42",
            "SL-26-00123",
            "SL2026-00042",
            "XSL-2026-00042",
            "SL-2026-00042x",
            "SL-2026-00042-7",
            "SL-2026-00042/7",
            "SL-2026-1234567890",
            "SL-2026-00000",
            "buss SL 42",
            "å SLÅ-2026-00042",
        ] {
            check(text, &[]);
        }
        assert_eq!(references(&"SL-2026-00042 ".repeat(9), 2026).len(), 1);
        let many: Vec<String> = (1..100).map(|n| format!("SL-2026-{n:05}")).collect();
        assert_eq!(references(&many.join(" "), 2026).len(), MAX_FOUND);
    }
}
