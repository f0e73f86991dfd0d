//! Subjects as threads are told by them: answer prefixes off, list tags off, our own reference found.
//!
//! Ids are compared as they are, elsewhere; here is only what people's programs do to a subject. Pure and linear.

/// Prefixes of an answer, lower case, without the colon: sv, en, de, da/no, fi, fr, es, it, nl, pl, pt, cs, hu, tr.
const ANSWER: &[&str] = &[
    "re", "sv", "svar", "vs", "aw", "antw", "antwort", "ang", "odp", "ref", "rif", "res", "resp", "vast", "réf", "ynt",
    "vá", "rép", "tr re",
];
/// Prefixes of a forwarded mail, the same way.
const FORWARD: &[&str] = &[
    "fw",
    "fwd",
    "vb",
    "vidarebefordrat",
    "vidarebefordran",
    "vidarebef",
    "vl",
    "wg",
    "weitergeleitet",
    "tr",
    "rv",
    "enc",
    "pd",
    "doorst",
    "videresendt",
    "videres",
    "vidaresendt",
    "inoltra",
    "i",
    "továbbítás",
    "fyi",
];
/// Characters of the longest `[list]` tag believed.
const MAX_TAG: usize = 60;
/// References of ours read from one subject.
pub const MAX_FOUND: usize = 10;
/// Digits of the longest number in a reference.
const MAX_DIGITS: usize = 9;

/// What the first prefix of a subject says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prefix {
    Answer,
    Forward,
}

/// The subject without leading prefixes and `[list]` tags, blanks collapsed, in lower case, for comparison. A subject of
/// nothing else keeps its words.
#[must_use]
pub fn normalised_subject(subject: &str) -> String {
    let mut rest = subject.trim();
    loop {
        let next = without_tag(without_prefix(rest).map_or(rest, |(_, next)| next));
        if next.len() == rest.len() {
            break;
        }
        rest = next;
    }
    let kept = if rest.is_empty() { subject } else { rest };
    let mut words = String::with_capacity(kept.len());
    for word in kept.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    lowercase(words)
}

/// `text.to_lowercase()`, in place where that is possible.
#[must_use]
pub fn lowercase(mut text: String) -> String {
    if text.is_ascii() {
        text.make_ascii_lowercase();
        return text;
    }
    text.to_lowercase()
}

/// The first prefix behind any list tags.
#[must_use]
pub fn prefix(subject: &str) -> Option<Prefix> {
    without_prefix(without_tags(subject)).map(|(prefix, _)| prefix)
}

/// The subject without leading `[list]` tags.
#[must_use]
pub fn without_tags(subject: &str) -> &str {
    let mut rest = subject.trim();
    loop {
        let next = without_tag(rest);
        if next.len() == rest.len() {
            return rest;
        }
        rest = next;
    }
}

fn without_tag(subject: &str) -> &str {
    let Some(inner) = subject.strip_prefix('[') else { return subject };
    match inner.char_indices().take(MAX_TAG + 1).find(|(_, c)| *c == ']') {
        Some((end, _)) => inner[end + 1..].trim_start(),
        None => subject,
    }
}

/// One prefix with its counter (`SV[2]:`, `Re (3):`, `RE^2:`), a blank before the colon as the French write it.
fn without_prefix(subject: &str) -> Option<(Prefix, &str)> {
    let colon = subject.char_indices().take(32).find(|(_, c)| matches!(c, ':' | '：'));
    let (at, colon) = colon?;
    let head = subject[..at].trim();
    let word = head.split(['[', '(', '^']).next().unwrap_or_default().trim().to_lowercase();
    let counter = head[head.len().min(word.len())..].trim();
    if counter.chars().any(|c| !c.is_ascii_digit() && !"[]()^ ".contains(c)) {
        return None;
    }
    let kind = if ANSWER.contains(&word.as_str()) {
        Prefix::Answer
    } else if FORWARD.contains(&word.as_str()) {
        Prefix::Forward
    } else {
        return None;
    };
    Some((kind, subject[at + colon.len_utf8()..].trim_start()))
}

/// Our references in a subject: `[SL-2026-00123]`, brackets needed, in order, each once, at most [`MAX_FOUND`].
#[must_use]
pub fn reference_in(subject: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for piece in subject.split('[').skip(1) {
        let Some((inner, _)) = piece.split_once(']') else { continue };
        let reference = inner.trim().to_ascii_uppercase();
        if is_reference(&reference) && !found.contains(&reference) && found.len() < MAX_FOUND {
            found.push(reference);
        }
    }
    found
}

/// Whether the text is a reference: `SL-`, a year, `-`, five digits or more.
#[must_use]
pub fn is_reference(text: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    text.strip_prefix("SL-").and_then(|rest| rest.split_once('-')).is_some_and(|(year, number)| {
        year.len() == 4 && digits(year) && (5..=MAX_DIGITS).contains(&number.len()) && digits(number)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subjects_lose_prefixes_and_tags() {
        let check = |subject: &str, expected: &str| assert_eq!(normalised_subject(subject), expected, "{subject:?}");
        check("Bygglov", "bygglov");
        check("SV: Bygglov", "bygglov");
        check("Sv: SV: RE: Fwd: VB: Ang: AW:  Bygglov  för\tcarport", "bygglov för carport");
        check("SV[2]: Bygglov", "bygglov");
        check("Re (3): Bygglov", "bygglov");
        check("RE^2: Bygglov", "bygglov");
        check("RE : Permis", "permis");
        check("[Byalaget] SV: [Byalaget] Vägbelysning", "vägbelysning");
        check("SV:[SL-2026-00123] Bygglov", "bygglov");
        check("Re：全角", "全角");
        check("Svar: Vidarebefordrat: Fråga", "fråga");
        check("Re:", "re:");
        check("[tagg]", "[tagg]");
        check("", "");
        check("Regel: en fråga", "regel: en fråga");
        check("Re foo: en fråga", "re foo: en fråga");
        check("SVÅRT: Läsa", "svårt: läsa");
        check("Telefonnummer: 070", "telefonnummer: 070");
    }

    #[test]
    fn references_are_found_in_brackets_only() {
        let check = |subject: &str, expected: &[&str]| assert_eq!(reference_in(subject), expected, "{subject:?}");
        check("SV: [SL-2026-00123] Bygglov", &["SL-2026-00123"]);
        check("[sl-2026-00123][SL-2026-00123] [SL-2027-123456]", &["SL-2026-00123", "SL-2027-123456"]);
        check("SL-2026-00123", &[]);
        check("[SL-26-00123] [SL-2026-123] [SL-2026-0012x] [XX-2026-00123] [SL-2026-00123", &[]);
        check("[SL-2026-1234567890]", &[]);
    }

    #[test]
    fn prefixes_are_told_apart() {
        assert_eq!(prefix("[lista] SV: x"), Some(Prefix::Answer));
        assert_eq!(prefix("VB: Autosvar: x"), Some(Prefix::Forward));
        assert_eq!(prefix("Autosvar: SV: x"), None);
    }
}
