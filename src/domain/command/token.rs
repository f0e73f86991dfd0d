//! One word of a line, as it was written and as it is compared: without case, dots and rings, and
//! without the marks around it.

use super::span::DASHES;
use crate::domain::item::ItemId;

/// Letters of a name in capitals that signs: `/AÖ`, while `/BREV` is a word.
const INITIALS: usize = 3;

/// Words with which a command begins, and that people join to the next one: `KLAR-TELEFON`.
const JOINED: [&str; 8] = [
    "klar", "klart", "done", "svar", "svara", "inget", "overta", "tar",
];

/// A word of a line.
pub(super) struct Token {
    /// As written.
    pub raw: String,
    /// Where it begins in the line's text.
    pub start: usize,
    /// In small letters without dots and rings, and without the marks around it.
    pub key: String,
}

/// Characters around a word that are not part of it: marks, signs, small pictures.
pub(super) fn is_around(c: char) -> bool {
    !c.is_alphanumeric()
}

impl Token {
    pub fn new(raw: &str, start: usize) -> Self {
        Self {
            raw: raw.to_owned(),
            start,
            key: fold(raw.trim_matches(is_around)),
        }
    }

    /// `year` is that of a reference without one.
    pub fn reference(&self, year: i32) -> Option<ItemId> {
        ItemId::parse_in(&self.key, year)
    }

    /// Nothing but marks.
    pub fn is_mark(&self) -> bool {
        self.key.is_empty()
    }

    pub fn begins_with_dash(&self) -> bool {
        self.raw.starts_with(DASHES)
    }

    pub fn ends_with_dash(&self) -> bool {
        self.raw.ends_with(DASHES)
    }

    pub fn is_address(&self) -> bool {
        self.raw.contains('@')
            && self
                .key
                .split_once('@')
                .is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
    }

    /// In capitals, as a command is taught: `ALLA` means every item where `alla` may be a word of a
    /// reason.
    pub fn is_loud(&self) -> bool {
        self.key.len() > 1 && !self.raw.chars().any(char::is_lowercase)
    }

    pub fn in_brackets(&self) -> bool {
        self.raw.starts_with(['[', '(', '<']) && self.raw.ends_with([']', ')', '>'])
    }

    pub fn opens_bracket(&self) -> bool {
        self.raw.starts_with(['(', '['])
    }

    pub fn is_part_of_name(&self) -> bool {
        self.raw.starts_with(char::is_uppercase)
            && self.raw.chars().all(|c| c.is_alphabetic() || c == '-')
            && (!self.is_loud() || self.raw.chars().count() <= INITIALS)
    }

    /// With a comma or a dash.
    pub fn ends_softly(&self) -> bool {
        self.raw.ends_with([',', '-', '–', '—'])
    }

    pub fn closes_bracket(&self) -> bool {
        self.raw.trim_end_matches([':', ',']).ends_with([']', ')'])
    }

    pub fn ends_with_stop(&self) -> bool {
        self.raw.ends_with('.')
    }

    pub fn ends_with_mark(&self) -> bool {
        self.raw
            .trim_end_matches(['*', '_', '"', '”', ')', ']', '>'])
            .ends_with(['.', ',', ':', ';', '!', '-', '–', '—'])
    }

    pub fn ends_with_colon(&self) -> bool {
        self.raw
            .trim_end_matches(['*', '_', '"', '”'])
            .ends_with(':')
    }

    /// `1.`, `2)`, `a)`.
    pub fn is_number_of_list(&self) -> bool {
        let number = self.key.len() <= 2
            && self.key.bytes().all(|b| b.is_ascii_digit())
            && self.raw.ends_with(['.', ')', '\u{20e3}']);
        number || self.key.len() == 1 && self.raw.ends_with(')')
    }

    /// Where in the word a signature begins: `telefon/Åsa`, `/Åsa`, or `/` before a name.
    pub fn signature(&self, next: Option<&Token>) -> Option<usize> {
        let at = self.raw.find('/')?;
        let name = self.raw[at..].trim_start_matches('/');
        let name = if name.is_empty() && self.is_mark() {
            next.map_or("", |token| token.raw.as_str())
        } else {
            name
        };
        let signs = name.starts_with(char::is_uppercase)
            || at == 0 && name.starts_with(char::is_alphabetic);
        let before = self.raw[..at].chars().last();
        // Not in `E-POST/BREV`, nor in a web address.
        let apart =
            before.is_none_or(|c| c.is_alphabetic() || ".!".contains(c)) && !name.contains('/');
        let loud = name.chars().count() > INITIALS && !name.chars().any(char::is_lowercase);
        (signs && apart && !loud).then_some(at)
    }
}

/// Where a word is two that a mark joins.
pub(super) fn joint(raw: &str) -> Option<usize> {
    let at = raw.find(['-', '–', '—', '_', '=', '/', '.'])?;
    let (first, second) = raw.split_at(at);
    let follows = second
        .trim_start_matches(is_around)
        .starts_with(char::is_alphabetic);
    (follows && JOINED.contains(&fold(first.trim_matches(is_around)).as_str())).then_some(at)
}

/// A person's name as it was written, without the marks around its words and without an address
/// that a program has put behind it (`@Bo Ek<mailto:bo@example.se>`); the address, when it has no
/// name.
pub(super) fn person(tokens: &[Token]) -> String {
    let words = tokens.iter().map(|token| {
        // `@<mailto:bo@example.se>Bo`: the link stands between the mark and the name.
        let raw = token.raw.trim_start_matches('@');
        let raw = raw
            .strip_prefix("<mailto:")
            .and_then(|link| link.split_once('>'))
            .map_or(
                raw,
                |(address, name)| if name.is_empty() { address } else { name },
            );
        let raw = raw.split("<mailto:").next().unwrap_or_default();
        raw.trim_start_matches("mailto:")
            .trim_matches(is_around)
            .to_owned()
    });
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    let names: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.contains('@'))
        .collect();
    if names.is_empty() {
        words.into_iter().next().unwrap_or_default()
    } else {
        names.join(" ")
    }
}

/// Small letters, without the marks above them.
pub(super) fn fold(text: &str) -> String {
    text.chars()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .flat_map(char::to_lowercase)
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c))
        .map(|c| match c {
            'å' | 'ä' | 'à' | 'á' | 'æ' => 'a',
            'ö' | 'ø' | 'ó' => 'o',
            'é' | 'è' => 'e',
            'ü' => 'u',
            '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}' | '\u{2212}' => '-',
            other => other,
        })
        .collect()
}
