//! One line of a reply as words: invisible characters taken out, letters compared without dots,
//! rings and case.

use super::clean::clean;
use super::dates;
use super::join::joined;
use super::span::{DASHES, two_days};
use crate::domain::item::ItemId;

/// Characters of one line.
pub const MAX_LINE: usize = 2_000;

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

/// Characters around a word that are not part of it: marks, signs, small pictures.
pub(super) fn is_around(c: char) -> bool {
    !c.is_alphanumeric()
}

/// Words of greeting with which people begin.
const GREETINGS: [&str; 36] = [
    "hej",
    "hejhej",
    "hejsan",
    "hejja",
    "heja",
    "hei",
    "heisann",
    "hello",
    "hi",
    "hey",
    "tjena",
    "tjenare",
    "tja",
    "halla",
    "goddag",
    "morrn",
    "tack",
    "thanks",
    "dear",
    "ok",
    "okej",
    "okay",
    "kara",
    "basta",
    "hallo",
    "godmorgon",
    "godkvall",
    "godeftermiddag",
    "morgon",
    "morsning",
    "moin",
    "trevlig",
    "glad",
    "ursakta",
    "forlat",
    "sorry",
];

/// Letters of a name in capitals that signs: `/AÖ`, while `/BREV` is a word.
const INITIALS: usize = 3;

/// Words that a greeting may take up to its mark.
const GREETING_WORDS: usize = 8;

/// Words with which a command begins, and that people join to the next one: `KLAR-TELEFON`.
const JOINED: [&str; 8] = [
    "klar", "klart", "done", "svar", "svara", "inget", "overta", "tar",
];

/// A line about an absence begins with one of these, within its first words.
const ABSENCE: [&str; 2] = ["borta", "away"];
/// Words before it: «Hej, jag är borta» is at its fourth.
const ABSENCE_WITHIN: usize = 8;

/// With these a farewell begins, also behind a command.
const INLINE_FAREWELLS: [[&str; 2]; 12] = [
    ["halsningar", ""],
    ["halsning", ""],
    ["halsn", ""],
    ["hilsen", ""],
    ["mvh", ""],
    ["vh", ""],
    ["med", "vanlig"],
    ["med", "vanliga"],
    ["vanliga", "halsningar"],
    ["basta", "halsningar"],
    ["best", "regards"],
    ["kind", "regards"],
];

/// The farewells at the end of a mail: a name follows.
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

/// A line of thanks begins with one of these.
const THANKS: [&str; 4] = ["tack", "tackar", "thanks", "thx"];

/// Words of a line of thanks: more tell something.
const MAX_THANKS: usize = 4;

/// Words of a name that signs.
const MAX_SIGNING: usize = 3;

/// Characters from which on a line may have been broken by the program.
const WRAPPED: usize = 60;

impl Line {
    pub fn new(line: &str) -> Self {
        let text = joined(&clean(line));
        let mut tokens: Vec<Token> = Vec::new();
        let mut start = 0;
        for raw in text.split(' ').filter(|raw| !raw.is_empty()) {
            match joint(raw).filter(|_| tokens.len() < 3) {
                Some(at) => {
                    tokens.push(Token::new(&raw[..at], start));
                    tokens.push(Token::new(&raw[at..], start + at));
                }
                None => tokens.push(Token::new(raw, start)),
            }
            start += raw.len() + 1;
        }
        // Marks alone in front are bullets, and so are the numbers of a list; a line of nothing
        // else is a rule.
        let bullets = tokens
            .iter()
            .take_while(|token| token.is_mark() || token.is_number_of_list())
            .count();
        tokens.drain(..bullets);
        let mut line = Self { text, tokens };
        line.part_days();
        line.unsign();
        line
    }

    /// `4/12–6/12`, `4–6/12`, `4–6 december` and `2026-12-04/2026-12-06` are two days in the line
    /// of an absence.
    fn part_days(&mut self) {
        if !self
            .tokens
            .iter()
            .take(ABSENCE_WITHIN)
            .any(|token| ABSENCE.contains(&token.key.as_str()))
        {
            return;
        }
        let mut at = 0;
        while at < self.tokens.len() {
            let month = self
                .tokens
                .get(at + 1)
                .filter(|next| dates::names_month(&next.key))
                .map(|next| next.raw.clone());
            let parts = two_days(&self.tokens[at].raw, month.as_deref());
            if let Some(parts) = parts {
                let start = self.tokens[at].start;
                let parts: Vec<Token> = parts.iter().map(|part| Token::new(part, start)).collect();
                let count = parts.len();
                self.tokens.splice(at..=at, parts);
                at += count;
            } else {
                at += 1;
            }
        }
    }

    /// «/Anna» signs, and so do the words after «Mvh».
    fn unsign(&mut self) {
        let farewell = (1..self.tokens.len()).find(|at| {
            let key = |at: usize| self.tokens.get(at).map_or("", |token| token.key.as_str());
            INLINE_FAREWELLS.iter().any(|[first, second]| {
                key(*at) == *first && (second.is_empty() || key(at + 1) == *second)
            })
        });
        if let Some(at) = farewell {
            self.cut(at, 0);
        }
        let length = self.tokens.len();
        let signs = (0..length).rev().take(3).find_map(|at| {
            let cut = self.tokens[at].signature(self.tokens.get(at + 1))?;
            (at > 0 || cut > 0).then_some((at, cut))
        });
        if let Some((at, cut)) = signs {
            self.cut(at, cut);
        }
    }

    /// Ends the line at a byte of a word.
    fn cut(&mut self, word: usize, byte: usize) {
        let start = self.tokens[word].start;
        self.text.truncate(start + byte);
        self.tokens.truncate(word);
        if byte > 0 {
            self.tokens.push(Token::new(&self.text[start..], start));
        }
    }

    /// The text of the words from one to before another, without marks in front.
    pub fn between(&self, from: usize, to: usize) -> String {
        let start = |word: usize| {
            self.tokens
                .get(word)
                .map_or(self.text.len(), |token| token.start)
        };
        let separators: &[char] = &[' ', '.', ',', ':', ';', '!', '-', '–', '—', '*', '_'];
        let text =
            self.text[start(from)..start(to).max(start(from))].trim_start_matches(separators);
        let text = text.trim_end_matches([' ', '*', '_']);
        if text.chars().all(is_around) {
            String::new()
        } else {
            text.to_owned()
        }
    }

    /// The same with every mark, as it was written.
    pub fn raw_between(&self, from: usize, to: usize) -> String {
        let words = &self.tokens[from..to];
        words
            .iter()
            .map(|word| word.raw.as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }

    pub fn is_question(&self) -> bool {
        self.text
            .trim_end_matches([' ', '*', '_', '"', '”', ')'])
            .ends_with('?')
    }

    /// Its last mark says that something follows.
    pub fn ends_open(&self) -> bool {
        self.text
            .trim_end_matches([' ', '*', '_'])
            .ends_with([':', ',', '–', '—', '-'])
    }

    pub fn starts_with_greeting(&self) -> bool {
        self.greets_at(0)
    }

    fn greets_at(&self, at: usize) -> bool {
        let key = |at: usize| self.tokens.get(at).map_or("", |token| token.key.as_str());
        GREETINGS.contains(&key(at))
            || (["god", "good", "gott"].contains(&key(at)) && !key(at + 1).is_empty())
    }

    /// Words that the greeting takes: up to its mark, or without one as few as it can be.
    pub fn greeting_words(&self) -> usize {
        let marked = self
            .tokens
            .iter()
            .take(GREETING_WORDS)
            .position(Token::ends_with_mark);
        let long = self
            .tokens
            .first()
            .is_some_and(|token| ["god", "good", "gott"].contains(&token.key.as_str()));
        let twice = self.tokens.len() > 2 && self.tokens[0].key == self.tokens[1].key;
        // «Hej alla» greets: it does not mean every item.
        let all = self
            .tokens
            .get(1)
            .is_some_and(|token| ["alla", "all"].contains(&token.key.as_str()));
        let few = if long || twice || all {
            2.min(self.tokens.len())
        } else {
            1
        };
        marked.map_or(few, |at| at + 1)
    }

    /// `Hej!`, `Hej Anna,`, `God morgon alla, tack för påminnelsen!`: nothing but greetings.
    pub fn is_greeting(&self) -> bool {
        let all = self.tokens.len();
        let mut at = 0;
        while at < all && self.greets_at(at) {
            let marked = self.tokens[at..]
                .iter()
                .take(GREETING_WORDS)
                .position(Token::ends_with_mark);
            let Some(words) = marked else { break };
            at += words + 1;
        }
        self.starts_with_greeting() && (all <= 4 || at == all)
    }

    /// «Tack!», «Tack så mycket».
    pub fn is_thanks(&self) -> bool {
        let first = self.tokens.first().map_or("", |token| &token.key);
        THANKS.contains(&first) && self.tokens.len() <= MAX_THANKS
    }

    /// A name, below a line that its writer ended there: «Åsa Öberg».
    pub fn signs_below(&self, above: &Line) -> bool {
        self.is_name_from(0) && above.text.chars().count() < WRAPPED && !above.ends_open()
    }

    /// Nothing but a name from that word on.
    pub fn is_name_from(&self, word: usize) -> bool {
        let rest = self.tokens.get(word..).unwrap_or_default();
        (1..=MAX_SIGNING).contains(&rest.len()) && rest.iter().all(Token::is_part_of_name)
    }

    pub fn is_farewell(&self) -> bool {
        let folded = fold(self.text.trim_start_matches(is_around));
        FAREWELLS.iter().any(|start| folded.starts_with(start)) || self.text.starts_with('/')
    }
}

impl Token {
    fn new(raw: &str, start: usize) -> Self {
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

    fn is_part_of_name(&self) -> bool {
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
    fn is_number_of_list(&self) -> bool {
        let number = self.key.len() <= 2
            && self.key.bytes().all(|b| b.is_ascii_digit())
            && self.raw.ends_with(['.', ')', '\u{20e3}']);
        number || self.key.len() == 1 && self.raw.ends_with(')')
    }

    /// Where in the word a signature begins: `telefon/Åsa`, `/Åsa`, or `/` before a name.
    fn signature(&self, next: Option<&Token>) -> Option<usize> {
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
fn joint(raw: &str) -> Option<usize> {
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
