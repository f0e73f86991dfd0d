//! One line of a reply as words: invisible characters taken out, bullets, signature and farewell
//! cut off.

use super::clean::clean;
use super::dates;
use super::join::joined;
use super::span::two_days;
use super::token::{Token, fold, is_around, joint};

/// A line, and its words.
pub(super) struct Line {
    /// Cleaned, one blank between words.
    pub text: String,
    pub tokens: Vec<Token>,
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

/// Words that a greeting may take up to its mark.
const GREETING_WORDS: usize = 8;

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
