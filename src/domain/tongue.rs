//! Which language a citizen is written to in: what the header of the citizen's own mail says, and
//! how far it is believed.
//!
//! Swedish is the default (språklagen 2009:600, 10 §), so a doubt means Swedish: one who reads
//! English can mostly find their way in a Swedish mail with a name, a number and a date, while a
//! Swede who gets English from the municipality has been treated as a stranger. The evidence, the
//! strongest first:
//! 1. *The subject's words.* They are the citizen's own. A Swedish word means Swedish, against any
//!    other field. Several English words and no Swedish one mean English. Letters alone (å, ä, ö)
//!    may be a street's name in any sentence: they only count against a field that says English
//!    when no English word does.
//! 2. *`Content-Language`* (RFC 3282). Thunderbird writes the dictionary by which the text was
//!    checked; that is a choice, though of several dictionaries all are listed. Outlook and
//!    Exchange write the locale of the program (MS-OXCMAIL 2.1.3.2.16), and half of Sweden's
//!    offices have an English Windows: their `en` says nothing alone. Programs here are sold with
//!    English or Swedish only, so any other language is believed of them too.
//! 3. *`Accept-Language`* is the mailbox's list of locales. It only takes away: where it names
//!    Swedish before the language in question, or at all beside English, the writer reads Swedish.
//!
//! Not evidence: the charset, the domain, the name of the sender (a name is not a language), the
//! date's offset.

use crate::domain::message::Message;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A language by its code: the primary subtag of BCP 47, two or three small letters (`sv`, `fi`,
/// `fit`, `se`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tongue([u8; 3]);

impl Tongue {
    pub const SWEDISH: Self = Self(*b"sv\0");
    pub const ENGLISH: Self = Self(*b"en\0");

    /// Any case; the part after the first hyphen (`fi-FI`) is the reader's country and says
    /// nothing.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?;
        let is_code =
            matches!(primary.len(), 2 | 3) && primary.bytes().all(|b| b.is_ascii_alphabetic());
        let mut code = [0; 3];
        code.iter_mut()
            .zip(primary.bytes())
            .for_each(|(to, from)| *to = from.to_ascii_lowercase());
        is_code.then_some(Self(code))
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        let length = if self.0[2] == 0 { 2 } else { 3 };
        std::str::from_utf8(&self.0[..length]).unwrap_or_default()
    }
}

impl fmt::Display for Tongue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Tongue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Tongue {
    type Err = String;

    /// A code as in a folder's name and in the log: small letters, nothing else.
    fn from_str(code: &str) -> Result<Self, String> {
        Self::of_tag(code)
            .filter(|tongue| tongue.as_str() == code)
            .ok_or_else(|| format!("{code:?} is no language code"))
    }
}

impl Serialize for Tongue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Tongue {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Tags of one field that are looked at; a browser's list is far shorter.
const MAX_TAGS: usize = 20;

/// Characters of a subject that are looked at.
const MAX_SUBJECT: usize = 300;

/// English words without which a subject alone is not taken for English.
const ENOUGH_ENGLISH: usize = 2;

/// The language that the writer of a mail asks for, by its header; `None` when it says nothing that
/// is believed.
#[must_use]
pub fn of(message: &Message) -> Option<Tongue> {
    let (swedish, english) = words_of(&message.subject);
    if swedish > 0 {
        return Some(Tongue::SWEDISH);
    }
    let accepted = tags(message.header("accept-language"));
    let reads_swedish = accepted.contains(&Tongue::SWEDISH);
    let written = tags(message.header("content-language"));
    // Several dictionaries or locales: which of them the text is in is unknown, but Swedish is
    // among them.
    if written.contains(&Tongue::SWEDISH) {
        return Some(Tongue::SWEDISH);
    }
    match written[..] {
        [Tongue::ENGLISH]
            if reads_swedish || english == 0 && message.subject.contains(SWEDISH_LETTERS) =>
        {
            None
        }
        [Tongue::ENGLISH] if english > 0 || !is_outlook(message) => Some(Tongue::ENGLISH),
        [Tongue::ENGLISH] => None,
        [other] if accepted.first() == Some(&Tongue::SWEDISH) && other != accepted[0] => None,
        [other] => Some(other),
        _ if english >= ENOUGH_ENGLISH && !reads_swedish => Some(Tongue::ENGLISH),
        _ => None,
    }
}

/// Outlook and Exchange put `Thread-Index` into every mail they write, and no others do.
fn is_outlook(message: &Message) -> bool {
    message.thread_index.is_some() || message.header("accept-language").is_some()
}

/// The languages of a field, each once, in order.
fn tags(field: Option<&str>) -> Vec<Tongue> {
    let mut tongues: Vec<Tongue> = Vec::new();
    for tag in field.unwrap_or_default().split(',').take(MAX_TAGS) {
        // `sv;q=0.8`
        let tongue = Tongue::of_tag(tag.split(';').next().unwrap_or_default());
        tongues.extend(tongue.filter(|tongue| !tongues.contains(tongue)));
    }
    tongues
}

/// How many words of a subject are Swedish and no English ones, and the reverse.
fn words_of(subject: &str) -> (usize, usize) {
    let subject: String = subject
        .chars()
        .take(MAX_SUBJECT)
        .collect::<String>()
        .to_lowercase();
    let (mut swedish, mut english) = (0, 0);
    for word in subject
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        if SWEDISH.contains(&word) || SWEDISH_STARTS.iter().any(|start| word.starts_with(start)) {
            swedish += 1;
        } else if ENGLISH.contains(&word) {
            english += 1;
        }
    }
    (swedish, english)
}

const SWEDISH_LETTERS: [char; 6] = ['å', 'ä', 'ö', 'Å', 'Ä', 'Ö'];

/// Frequent in subjects, and words of neither English nor Finnish.
const SWEDISH: [&str; 40] = [
    "att",
    "angående",
    "behöver",
    "bygga",
    "det",
    "ditt",
    "du",
    "där",
    "eller",
    "ert",
    "ett",
    "fråga",
    "frågor",
    "från",
    "för",
    "går",
    "har",
    "hej",
    "hjälp",
    "hos",
    "hur",
    "ifrån",
    "igen",
    "ingen",
    "inte",
    "jag",
    "kan",
    "kring",
    "med",
    "mer",
    "mitt",
    "när",
    "och",
    "om",
    "på",
    "saknas",
    "svar",
    "till",
    "vid",
    "vår",
];

/// How words start that only Swedish has, and that letters to a municipality are about.
const SWEDISH_STARTS: [&str; 34] = [
    "ansök",
    "anmäl",
    "ärende",
    "avfall",
    "avgift",
    "barnomsorg",
    "begäran",
    "beslut",
    "bygglov",
    "bostad",
    "detaljplan",
    "fakturor",
    "fastighet",
    "felanmäl",
    "förfrågan",
    "försen",
    "förskol",
    "gatlamp",
    "gatubelys",
    "hemtjänst",
    "klagomål",
    "kommun",
    "medborgar",
    "miljö",
    "möte",
    "önskem",
    "överklag",
    "påminn",
    "parkering",
    "skol",
    "snöröj",
    "synpunkt",
    "trasig",
    "yttrand",
];

/// Frequent in subjects, and words of no Swedish sentence.
const ENGLISH: [&str; 40] = [
    "about",
    "and",
    "answer",
    "application",
    "are",
    "because",
    "been",
    "broken",
    "building",
    "can't",
    "complaint",
    "does",
    "enquiry",
    "for",
    "from",
    "help",
    "how",
    "inquiry",
    "is",
    "my",
    "need",
    "of",
    "permit",
    "please",
    "question",
    "questions",
    "regarding",
    "request",
    "school",
    "street",
    "the",
    "there",
    "this",
    "to",
    "what",
    "when",
    "where",
    "with",
    "you",
    "your",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(subject: &str, fields: &[(&str, &str)], expected: Option<&str>) {
        let headers = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let thread_index = fields
            .iter()
            .find(|(name, _)| *name == "thread-index")
            .map(|_| "00".repeat(16));
        let message = Message {
            subject: subject.to_owned(),
            headers,
            thread_index,
            ..Message::default()
        };
        assert_eq!(
            of(&message).map(|tongue| tongue.to_string()).as_deref(),
            expected,
            "{subject}: {fields:?}"
        );
    }

    const EN: (&str, &str) = ("content-language", "en-US");
    const OUTLOOK: (&str, &str) = ("thread-index", "AdX");

    #[test]
    fn the_subject_wins_over_every_field() {
        check("Fråga om bygglov", &[EN], Some("sv"));
        check("Trasig gatlampa", &[EN], Some("sv"));
        check("Bygglov", &[("content-language", "fi")], Some("sv"));
        check("Question about a building permit", &[], Some("en"));
        check(
            "Question about a building permit",
            &[EN, OUTLOOK],
            Some("en"),
        );
        check(
            "Question about a building permit",
            &[("accept-language", "sv-SE, en-US")],
            None,
        );
        check("Broken lamp on Storgatan", &[], None);
        check("The school på Åsgatan", &[EN], Some("sv"));
    }

    #[test]
    fn outlooks_english_is_its_windows() {
        check("Storgatan 3", &[EN, OUTLOOK], None);
        check("Storgatan 3", &[EN, ("accept-language", "en-US")], None);
        check("Broken lamp", &[EN, OUTLOOK], Some("en"));
        check(
            "Broken lamp",
            &[EN, ("accept-language", "sv-SE, en-US")],
            None,
        );
        check("", &[EN, OUTLOOK], None);
    }

    #[test]
    fn a_dictionary_is_a_choice() {
        check("Storgatan 3", &[EN], Some("en"));
        check("Åsgatan 3", &[EN], None);
        check(
            "Storgatan 3",
            &[("content-language", "en-US, en-GB")],
            Some("en"),
        );
        check(
            "Storgatan 3",
            &[("content-language", "sv-SE, en-US")],
            Some("sv"),
        );
        check("Storgatan 3", &[("content-language", "fi-FI, en-US")], None);
        check("Storgatan 3", &[("content-language", "fi-FI")], Some("fi"));
        check(
            "Katuvalo rikki",
            &[("content-language", "fi-FI"), OUTLOOK],
            Some("fi"),
        );
        check(
            "Katuvalo rikki",
            &[
                ("content-language", "fi"),
                ("accept-language", "sv-SE, fi-FI"),
            ],
            None,
        );
        check(
            "Katuvalo rikki",
            &[
                ("content-language", "fi"),
                ("accept-language", "fi-FI, sv-SE"),
            ],
            Some("fi"),
        );
        check("", &[], None);
    }

    #[test]
    fn strange_fields_say_nothing() {
        check("", &[("content-language", "")], None);
        check("", &[("content-language", "x, 12, -, e\u{301}n")], None);
        check("", &[("content-language", &"q,".repeat(10_000))], None);
        check("", &[("accept-language", "en-US")], None);
        assert_eq!(
            Tongue::of_tag("FIT-SE").map(|t| t.to_string()).as_deref(),
            Some("fit")
        );
        assert!(
            "FI".parse::<Tongue>().is_err() && "fi".parse() == Ok(Tongue::of_tag("fi").unwrap())
        );
        assert!(Tongue::of_tag("svenska").is_none());
    }

    #[test]
    fn no_word_is_of_both_languages() {
        assert!(!SWEDISH.iter().any(|word| ENGLISH.contains(word)));
        let starts = |word: &str| SWEDISH_STARTS.iter().any(|start| word.starts_with(start));
        assert!(!ENGLISH.iter().any(|word| starts(word)));
    }
}
