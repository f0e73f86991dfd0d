//! Addresses and subjects as the rules about people compare them.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

/// The reply and forward prefixes that the town's mail programs write.
const PREFIXES: [&str; 12] = [
    "re", "sv", "vs", "vb", "fw", "fwd", "aw", "wg", "antw", "tr", "rv", "enc",
];

/// Tags that relays and banners put before a subject.
const TAGS: [&str; 4] = ["extern", "external", "externt", "obs"];

/// Compared by case folding, composed letters and the domain as DNS has it.
pub fn address(text: &str) -> String {
    if text.is_ascii() {
        return text.trim().to_ascii_lowercase();
    }
    let composed = [
        ("a\u{30a}", "å"),
        ("a\u{308}", "ä"),
        ("o\u{308}", "ö"),
        ("e\u{301}", "é"),
        ("A\u{30a}", "å"),
        ("A\u{308}", "ä"),
        ("O\u{308}", "ö"),
    ];
    let text = composed
        .iter()
        .fold(text.trim().to_owned(), |text, (loose, one)| {
            text.replace(loose, one)
        });
    let lower = text.to_lowercase();
    match lower.rsplit_once('@') {
        Some((local, domain)) => format!(
            "{local}@{}",
            idna::domain_to_ascii(domain).unwrap_or_default()
        ),
        None => lower,
    }
}

/// What texts come to: each judgement asks it of every mail again.
type Known = RefCell<HashMap<String, String>>;

fn known(texts: &Known, text: &str, comes_to: impl Fn(&str) -> String) -> String {
    if let Some(known) = texts.borrow().get(text) {
        return known.clone();
    }
    let told = comes_to(text);
    texts.borrow_mut().insert(text.to_owned(), told.clone());
    told
}

/// As an answer's recipient is found: without a tag, and googlemail is gmail.
pub fn findable(text: &str) -> String {
    thread_local! { static FINDABLE: Known = RefCell::default(); }
    FINDABLE.with(|texts| known(texts, text, findable_of))
}

fn findable_of(text: &str) -> String {
    let plain = address(text);
    let Some((local, domain)) = plain.rsplit_once('@') else {
        return plain;
    };
    let local = local.split_once('+').map_or(local, |(name, _)| name);
    format!("{local}@{}", domain.replace("googlemail.com", "gmail.com"))
}

/// What a subject is about.
pub fn core(subject: &str) -> String {
    thread_local! { static CORES: Known = RefCell::default(); }
    CORES.with(|texts| known(texts, subject, core_of))
}

fn core_of(subject: &str) -> String {
    let mut rest = without_numbers(subject);
    // Nothing but our reference, and the word that brings it.
    if reference(subject).is_some() && rest == "Angående" {
        return String::new();
    }
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', '-', ',']).to_owned();
        let next = without_tag(&without_prefix(&trimmed));
        if next == rest {
            break;
        }
        rest = next;
    }
    rest.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

fn without_prefix(subject: &str) -> String {
    let Some((head, rest)) = subject.split_once(':') else {
        return subject.to_owned();
    };
    let word = head.trim().to_lowercase();
    let plain = word.trim_end_matches(|c: char| c.is_ascii_digit() || "[]()^ ".contains(c));
    if PREFIXES.contains(&plain) {
        rest.to_owned()
    } else {
        subject.to_owned()
    }
}

fn without_tag(subject: &str) -> String {
    let plain = subject.trim_start();
    if let Some((_, rest)) = plain
        .strip_prefix('[')
        .and_then(|tagged| tagged.split_once(']'))
    {
        return rest.to_owned();
    }
    let lower = plain.to_lowercase();
    let tag = TAGS.iter().find(|tag| {
        lower
            .strip_prefix(**tag)
            .is_some_and(|rest| rest.starts_with([':', ' ']))
    });
    tag.map_or_else(
        || plain.to_owned(),
        |tag| plain[tag.len()..].trim_start_matches(':').to_owned(),
    )
}

/// Without references of ours and without diary numbers (`KS 2026/123`, `Dnr 2026/4`).
fn without_numbers(subject: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for word in subject.split_whitespace() {
        if reference(word).is_some() {
            continue;
        }
        let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
        let is_number = word
            .trim_matches(['(', ')', ',', '[', ']'])
            .split_once('/')
            .is_some_and(|(year, number)| year.len() == 4 && digits(year) && digits(number));
        if is_number {
            // Its registry stands before it.
            let registry = kept.last().is_some_and(|last| {
                ["ks", "dnr", "kf"].contains(&last.trim_matches('(').to_lowercase().as_str())
            });
            if registry {
                kept.pop();
            }
            continue;
        }
        kept.push(word);
    }
    kept.join(" ")
}

/// The first reference of ours in a text, with or without brackets, in any case.
pub fn reference(text: &str) -> Option<String> {
    let may_be = |three: &[u8]| three.eq_ignore_ascii_case(b"SL-");
    if !text.as_bytes().windows(3).any(may_be) {
        return None;
    }
    let upper = text.to_uppercase();
    let mut rest = upper.as_str();
    while let Some(at) = rest.find("SL-") {
        let found = &rest[at..];
        let shape = |byte: (usize, char)| match byte.0 {
            0..=2 => true,
            7 => byte.1 == '-',
            _ => byte.1.is_ascii_digit(),
        };
        let length = found
            .chars()
            .enumerate()
            .take_while(|byte| shape(*byte))
            .count();
        if length >= 13 {
            return Some(found[..13].to_owned());
        }
        rest = &rest[at + 3..];
    }
    None
}

/// Every reference that stands in a text as we write them.
pub fn references(text: &str) -> BTreeSet<String> {
    let named = text.match_indices("SL-").filter_map(|(at, _)| {
        let rest = &text[at..];
        let digits = |byte: u8| byte.is_ascii_digit() || byte == b'-';
        let length = 3 + rest
            .bytes()
            .skip(3)
            .take_while(|byte| digits(*byte))
            .count();
        reference(&rest[..length])
    });
    named.collect()
}

#[test]
fn cores_are_what_a_subject_is_about() {
    for (subject, about) in [
        ("Fråga om bygglov", "fråga om bygglov"),
        ("SV: Sv: RE[2]: VB:  Fråga om  bygglov", "fråga om bygglov"),
        ("[Byalag] EXTERN: SV: Fråga", "fråga"),
        ("SV: [SL-2026-00042] Fråga", "fråga"),
        ("sl-2026-00042 Fråga", "fråga"),
        ("Angående SL-2026-00042", ""),
        ("Angående ditt ärende", "angående ditt ärende"),
        ("KS 2026/123 Fråga", "fråga"),
        ("Fråga (Dnr 2026/7)", "fråga"),
        ("Externa frågor", "externa frågor"),
        ("Anbud: vägen", "anbud: vägen"),
    ] {
        assert_eq!(core(subject), about, "{subject}");
    }
}

#[test]
fn addresses_are_compared_as_people_write_them() {
    for (one, other, same, findable_too) in [
        ("Anna@Example.COM", "anna@example.com", true, true),
        ("a\u{30a}sa@example.com", "åsa@example.com", true, true),
        (
            "anna@höganäs.example",
            "anna@xn--hgans-gra6j.example",
            false,
            false,
        ),
        ("anna+kommun@example.com", "anna@example.com", false, true),
        ("anna@googlemail.com", "anna@gmail.com", false, true),
        ("anna@example.com", "anne@example.com", false, false),
    ] {
        let found = findable(one) == findable(other);
        assert_eq!(
            (address(one) == address(other), found),
            (same, findable_too),
            "{one} {other}"
        );
    }
}

#[test]
fn references_are_read_as_people_write_them() {
    for (text, found) in [
        ("Ang. [SL-2026-00042]", Some("SL-2026-00042")),
        ("sl-2026-00042", Some("SL-2026-00042")),
        ("SL-nytt SL-2026-00007", Some("SL-2026-00007")),
        ("SL-2026-7", None),
        ("Åsl", None),
    ] {
        assert_eq!(reference(text).as_deref(), found, "{text}");
    }
    let all = references("SL-2026-00042, och SL-2026-00007: se SL-2026-00042. SL-x");
    let expected = ["SL-2026-00007", "SL-2026-00042"].map(str::to_owned);
    assert_eq!(all, BTreeSet::from(expected));
}
