//! One line of a reply as words: what nobody sees taken out, letters compared without dots, rings and case.

use super::MAX_LINE;
use crate::domain::item::ItemId;

/// A line, and its words.
pub(super) struct Line {
    /// Cleaned, one blank between words.
    pub text: String,
    pub tokens: Vec<Token>,
}

pub(super) struct Token {
    /// As written.
    raw: String,
    /// Where it begins in the line's text.
    start: usize,
    /// In small letters without dots and rings, and without the marks around it.
    pub key: String,
}

/// Marks that may stand around a word. The ones inside of it are its own.
const MARKS: &[char] = &[
    '.', ',', ':', ';', '!', '?', '*', '_', '"', '\'', '”', '“', '’', '‘', '»', '«', '(', ')', '[', ']', '<', '>', '-',
    '–', '—', '•', '·', '…', '|', '/', '\\', '=', '#', '`', '´', '~', '\u{fffd}',
];

/// Stands before an address that a program has made a link.
const LINK: &[u8] = b"mailto:";

/// Words of greeting with which people begin.
const GREETINGS: [&str; 9] = ["hej", "hejsan", "hello", "hi", "hey", "tjena", "halla", "tack", "thanks"];

/// With what a mail ends: what follows is a name.
const FAREWELLS: [&str; 17] = [
    "mvh",
    "vh",
    "halsningar",
    "halsning",
    "vanligen",
    "vanliga",
    "med vanlig",
    "med vanliga",
    "basta halsningar",
    "best",
    "kind",
    "regards",
    "sincerely",
    "hilsen",
    "skickat fran",
    "sent from",
    "hamta outlook",
];

impl Line {
    pub fn new(line: &str) -> Self {
        let mut text = String::new();
        for word in clean(line).split_whitespace() {
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        let mut tokens = Vec::new();
        let mut start = 0;
        for raw in text.split(' ').filter(|raw| !raw.is_empty()) {
            tokens.push(Token { raw: raw.to_owned(), start, key: fold(raw.trim_matches(MARKS)) });
            start += raw.len() + 1;
        }
        // Marks alone in front are bullets; a line of nothing else is a rule.
        let bullets = tokens.iter().take_while(|token| token.key.is_empty()).count();
        tokens.drain(..bullets);
        // «/Anna» signs.
        let signs =
            |token: &Token| token.raw.strip_prefix('/').is_some_and(|name| name.starts_with(char::is_alphabetic));
        if let Some(at) = tokens.iter().rposition(signs).filter(|at| *at > 0 && at + 3 >= tokens.len()) {
            text.truncate(tokens[at].start);
            tokens.truncate(at);
        }
        Self { text, tokens }
    }

    /// The text from a word on, without marks in front.
    pub fn from(&self, word: usize) -> String {
        let start = self.tokens.get(word).map_or(self.text.len(), |token| token.start);
        let separators: &[char] = &[' ', '.', ',', ':', ';', '!', '-', '–', '—', '*', '_'];
        let rest = self.text[start..].trim_start_matches(separators);
        rest.trim_end_matches([' ', '*', '_']).to_owned()
    }

    pub fn is_question(&self) -> bool {
        self.text.trim_end_matches([' ', '*', '_', '"', '”', ')']).ends_with('?')
    }

    /// Its last mark says that something follows.
    pub fn ends_open(&self) -> bool {
        self.text.trim_end_matches([' ', '*', '_']).ends_with([':', ',', '–', '—', '-'])
    }

    pub fn starts_with_greeting(&self) -> bool {
        let key = |at: usize| self.tokens.get(at).map_or("", |token| token.key.as_str());
        GREETINGS.contains(&key(0)) || (["god", "good"].contains(&key(0)) && !key(1).is_empty())
    }

    /// Words that the greeting takes.
    pub fn greeting_words(&self) -> usize {
        let long = self.tokens.first().is_some_and(|token| ["god", "good"].contains(&token.key.as_str()));
        if long { 2.min(self.tokens.len()) } else { 1 }
    }

    /// `Hej!`, `Hej Anna,`: nothing but a greeting.
    pub fn is_greeting(&self) -> bool {
        self.starts_with_greeting() && self.tokens.len() <= 4
    }

    pub fn is_farewell(&self) -> bool {
        let folded = fold(self.text.trim_start_matches(MARKS));
        FAREWELLS.iter().any(|start| folded.starts_with(start)) || self.text.starts_with('/')
    }
}

impl Token {
    pub fn reference(&self) -> Option<ItemId> {
        ItemId::parse(self.raw.trim_matches(MARKS))
    }

    /// Nothing but marks.
    pub fn is_mark(&self) -> bool {
        self.key.is_empty()
    }

    pub fn ends_with_mark(&self) -> bool {
        self.raw
            .trim_end_matches(['*', '_', '"', '”', ')', ']', '>'])
            .ends_with(['.', ',', ':', ';', '!', '-', '–', '—'])
    }
}

/// Words as they were written, without the marks around them, and of an address that a program has made a link
/// (`bo@example.se<mailto:bo@example.se>`) only the address.
pub(super) fn joined(tokens: &[Token]) -> String {
    let words = tokens.iter().map(|token| {
        let raw = token.raw.split("<mailto:").find(|part| !part.is_empty()).unwrap_or_default();
        raw.trim_start_matches("mailto:").trim_matches(MARKS).to_owned()
    });
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Small letters, without what stands above them.
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

/// What nobody sees goes; blanks of every kind are blanks; a colon or a comma that sticks to the next word lets go.
fn clean(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut chars = line.chars().take(MAX_LINE).peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => {}
            c if c.is_control() || c.is_whitespace() => out.push(' '),
            ':' | ',' | ';' => {
                out.push(c);
                // Not in `mailto:` and web addresses, nor in `kl. 10:30`.
                let sticks = chars.peek().is_some_and(|next| next.is_alphabetic());
                let last = &out.as_bytes()[out.len().saturating_sub(LINK.len())..];
                if sticks && !last.eq_ignore_ascii_case(LINK) {
                    out.push(' ');
                }
            }
            c => out.push(c),
        }
    }
    out
}
