//! A way through the words of a line: the parts that commands of every verb have in common.

use super::dates::{self, Again, Direction, Found};
use super::line::Line;
use super::token::{self, Token};
use super::{MAX_NAMED, Order, Parsed, Targets, Unclear, Verb};
use crate::domain::item::ItemId;
use chrono::{Datelike, NaiveDate};

/// Words that a person's name or address may have.
const MAX_NAME_WORDS: usize = 5;

/// How often a day is said again: by its weekday and its week.
const MAX_AGAIN: usize = 2;

/// Every item of the mail that is answered.
pub const ALL: [&str; 3] = ["alla", "all", "samtliga"];

/// Between references.
const AND: [&str; 3] = ["och", "and", "samt"];

/// «Tar över det här» means the writer.
const THIS: [&str; 9] = [
    "den", "det", "detta", "denna", "har", "arendet", "this", "it", "one",
];

/// Behind a name they are no part of it: «Överta Bo Exempel, tack».
const PLEASE: [&str; 4] = ["tack", "snalla", "please", "thanks"];

/// With these a reference is called by its name: «Ärende SL-2026-00041», «REF: SL-2026-00041».
const CALLED: [&str; 16] = [
    "ref",
    "referens",
    "referensen",
    "referensnummer",
    "reference",
    "arende",
    "arendet",
    "arendenr",
    "arendenummer",
    "angaende",
    "ang",
    "dnr",
    "diarienr",
    "for",
    "om",
    "gallande",
];

/// Behind one of these a reference belongs to the free text: «dubblett av SL-2026-00041».
const LINKS: [&str; 19] = [
    "av", "till", "for", "fran", "om", "se", "som", "i", "med", "enligt", "mot", "of", "to",
    "from", "see", "about", "with", "per", "in",
];

/// Two days, not one.
const OR: [&str; 6] = ["eller", "or", "alt", "alternativt", "till", "resp"];

/// Behind one of these a second day is not meant as surely as the first.
const HEDGES: [&str; 16] = [
    "kanske",
    "mojligen",
    "mojligtvis",
    "eventuellt",
    "ev",
    "annars",
    "troligen",
    "troligtvis",
    "senast",
    "helst",
    "hellre",
    "maybe",
    "perhaps",
    "possibly",
    "else",
    "latest",
];

pub(super) struct Cursor<'a> {
    pub line: &'a Line,
    pub at: usize,
    pub named: Vec<ItemId>,
    pub all: bool,
    pub today: NaiveDate,
}

pub(super) type Read = Result<Parsed, Unclear>;

impl<'a> Cursor<'a> {
    pub fn new(line: &'a Line, today: NaiveDate) -> Self {
        Self {
            line,
            at: 0,
            named: Vec::new(),
            all: false,
            today,
        }
    }

    pub fn key(&self, ahead: usize) -> &str {
        self.line
            .tokens
            .get(self.at + ahead)
            .map_or("", |token| token.key.as_str())
    }

    /// Nothing but marks is left.
    pub fn at_end(&self) -> bool {
        self.line
            .tokens
            .get(self.at..)
            .is_none_or(|rest| rest.iter().all(Token::is_mark))
    }

    pub fn marks(&mut self) {
        while self.line.tokens.get(self.at).is_some_and(Token::is_mark) {
            self.at += 1;
        }
    }

    /// Takes these words if they come next.
    pub fn take(&mut self, words: &[&str]) -> bool {
        let fits = words
            .iter()
            .enumerate()
            .all(|(ahead, word)| self.key(ahead) == *word);
        if fits {
            self.at += words.len();
        }
        fits
    }

    pub fn take_any(&mut self, phrases: &[&[&str]]) -> bool {
        phrases.iter().any(|phrase| self.take(phrase))
    }

    pub fn take_one_of(&mut self, words: &[&str]) -> bool {
        let fits = words.contains(&self.key(0));
        self.at += usize::from(fits);
        fits
    }

    /// `Hej!` in front of it.
    pub fn greeting(&mut self) {
        if self.line.starts_with_greeting() {
            self.at = self.line.greeting_words();
        }
    }

    /// «[Åsa Öberg]», which Outlook puts before words within the mail that is answered.
    pub fn writer(&mut self) {
        let year = self.today.year();
        let rest = self.line.tokens.get(self.at..).unwrap_or_default();
        if !rest.first().is_some_and(Token::opens_bracket) {
            return;
        }
        let end = rest
            .iter()
            .take(MAX_NAME_WORDS)
            .position(Token::closes_bracket);
        if let Some(end) = end
            && end + 1 < rest.len()
            && rest[..=end]
                .iter()
                .all(|token| token.reference(year).is_none())
        {
            self.at += end + 1;
        }
    }

    /// A word of thanks ends the line.
    pub fn thanks(&mut self) {
        let start = self.at;
        if self.take_one_of(&["tack", "thanks"]) {
            self.take_any(&[&["sa", "mycket"], &["pa", "forhand"]]);
            if !self.at_end() {
                self.at = start;
            }
        }
    }

    /// References, and the word for all of them.
    pub fn targets(&mut self) {
        while let Some(token) = self.line.tokens.get(self.at) {
            let year = self.today.year();
            if let Some(id) = token.reference(year) {
                self.name(id);
            } else if ALL.contains(&token.key.as_str()) {
                self.all = true;
            } else if self.calls_a_reference(year) {
                // The reference follows.
            } else if !(AND.contains(&token.key.as_str()) || token.is_mark())
                || self.named.is_empty()
                || self
                    .line
                    .tokens
                    .get(self.at + 1)
                    .is_none_or(|next| next.reference(year).is_none())
            {
                break;
            }
            self.at += 1;
        }
    }

    /// The next word, or two, say that a reference follows, and it does.
    fn calls_a_reference(&self, year: i32) -> bool {
        let calls = |at: usize| CALLED.contains(&self.key(at)) || at > 0 && self.key(at).is_empty();
        let length = (0..3).take_while(|at| calls(*at)).count();
        let next = self.line.tokens.get(self.at + length);
        length > 0 && next.is_some_and(|token| token.reference(year).is_some())
    }

    pub fn name(&mut self, id: ItemId) {
        if !self.named.contains(&id) && self.named.len() < MAX_NAMED {
            self.named.push(id);
        }
    }

    /// The person named in the words up to a reference or what else ends a name.
    pub fn whom(&mut self, ends: impl Fn(&Token) -> bool) -> Result<Option<String>, Unclear> {
        let year = self.today.year();
        let rest = self.line.tokens.get(self.at..).unwrap_or_default();
        let length = rest
            .iter()
            .take_while(|token| token.reference(year).is_none() && !ends(token))
            .count();
        self.whom_before(self.at + length)
    }

    pub fn whom_before(&mut self, end: usize) -> Result<Option<String>, Unclear> {
        let mut words = &self.line.tokens[self.at..end];
        while let [rest @ .., last] = words
            && PLEASE.contains(&last.key.as_str())
        {
            words = rest;
        }
        self.at = end;
        let named = words.iter().filter(|token| !token.is_mark()).count();
        if words
            .iter()
            .all(|token| token.is_mark() || THIS.contains(&token.key.as_str()))
        {
            Ok(None)
        } else if named > MAX_NAME_WORDS {
            Err(Unclear::MoreWords)
        } else {
            Ok(Some(token::person(words)))
        }
    }

    pub fn needed_date(&mut self, direction: Direction) -> Result<NaiveDate, Unclear> {
        let missing = if self.at_end() {
            Unclear::DateMissing
        } else {
            Unclear::DateStrange
        };
        self.date(direction)
            .and_then(|date| date.ok_or(missing))
            .map_err(|unclear| match unclear {
                Unclear::DateStrange if self.at_end() && self.at_word_before_date() => {
                    Unclear::DateMissing
                }
                other => other,
            })
    }

    /// The last word read is one that a date follows: «senast den».
    pub fn at_word_before_date(&self) -> bool {
        self.at
            .checked_sub(1)
            .and_then(|at| self.line.tokens.get(at))
            .is_some_and(|token| token.key == "den")
    }

    pub fn date(&mut self, direction: Direction) -> Result<Option<NaiveDate>, Unclear> {
        let (found, words) = dates::read(
            &self.line.tokens[self.at.min(self.line.tokens.len())..],
            direction,
            self.today,
        );
        self.at += words;
        match found {
            Found::Date(date) => Ok(Some(date)),
            Found::Nothing => Ok(None),
            Found::Strange | Found::Missing => Err(Unclear::DateStrange),
            Found::Weekday { date, said } => Err(Unclear::Weekday { date, said }),
        }
    }

    /// Refuses a day behind `date` that is another one; the same in other words is taken: «4/12
    /// (fredag)», «i morgon, fredag», «4/12 v. 49».
    pub fn no_other_day(&mut self, date: NaiveDate) -> Result<(), Unclear> {
        let colon = self.at > 0 && self.line.tokens[self.at - 1].ends_with_colon();
        if colon {
            return Ok(());
        }
        for _ in 0..MAX_AGAIN {
            let next = self.line.tokens.get(self.at..).unwrap_or_default();
            match dates::again(next, date, self.today) {
                Again::Not => break,
                Again::Same(words) => self.at += words,
                Again::Weekday(said) => return Err(Unclear::Weekday { date, said }),
            }
        }
        if self.is_second_date() {
            Err(Unclear::TwoDates)
        } else {
            Ok(())
        }
    }

    /// A second date follows a date: «4/12 eller 11/12», «4/12–6/12».
    pub fn is_second_date(&self) -> bool {
        let rest = self.line.tokens.get(self.at..).unwrap_or_default();
        let next = rest
            .iter()
            .position(|token| !token.is_mark())
            .unwrap_or(rest.len());
        let mut rest = &rest[next..];
        let hedges = rest
            .iter()
            .take_while(|token| HEDGES.contains(&token.key.as_str()))
            .count();
        rest = &rest[hedges..];
        let or = rest
            .first()
            .is_some_and(|token| OR.contains(&token.key.as_str()));
        let and = rest
            .first()
            .is_some_and(|token| AND.contains(&token.key.as_str()));
        let from = usize::from(or || and).min(rest.len());
        let (second, _) = dates::read(&rest[from..], Direction::Future, self.today);
        or || !matches!(second, Found::Nothing | Found::Missing)
    }

    /// Whether the words read so far end with a mark, or the next word is one: the rest is free
    /// text.
    pub fn ends_here(&self) -> bool {
        let before = self
            .at
            .checked_sub(1)
            .and_then(|before| self.line.tokens.get(before));
        let next = self.line.tokens.get(self.at);
        before.is_some_and(Token::ends_with_mark)
            || next.is_some_and(|next| next.is_mark() || next.opens_bracket())
    }

    /// An item was named last, or all of them: free text may follow without a mark.
    pub fn is_behind_target(&self) -> bool {
        let before = self
            .at
            .checked_sub(1)
            .and_then(|before| self.line.tokens.get(before));
        before.is_some_and(|token| {
            token.reference(self.today.year()).is_some() || ALL.contains(&token.key.as_str())
        })
    }

    /// The rest of the line, as it was written. A reference in it names the item, unless a word
    /// links it to the text; at the end it does not belong to the text.
    pub fn rest(&mut self) -> Option<String> {
        let all = self.line.tokens.len();
        let from = self.at.min(all);
        self.at = all;
        let end = self.end_of_text(from);
        let rest = self.line.between(from, end);
        let marks: &[char] = if end < all {
            &[' ', ',', ';', ':', '-', '–', '(', '[']
        } else {
            &[]
        };
        let rest = rest.trim_end_matches(marks).to_owned();
        (!rest.is_empty()).then_some(rest)
    }

    /// The same as free text. Numbers are none, but behind a colon: they may be a time of day, one
    /// more reference, or how many «alla» are.
    pub fn text(&mut self) -> Result<Option<String>, Unclear> {
        let before = self.at.checked_sub(1).map(|at| &self.line.tokens[at]);
        let colon = before.is_some_and(Token::ends_with_colon);
        let Some(text) = self.rest() else {
            return Ok(None);
        };
        let mut words = text.split(|c: char| !c.is_alphabetic());
        let says = |word: &str| {
            !word.is_empty() && !AND.contains(&word) && !dates::is_count(&token::fold(word))
        };
        if colon || words.any(says) {
            Ok(Some(text))
        } else {
            Err(Unclear::MoreWords)
        }
    }

    /// «, Åsa Öberg» at the end signs.
    pub fn signature(&mut self) {
        let start = self.at;
        let before = start.checked_sub(1).map(|at| &self.line.tokens[at]);
        self.marks();
        let soft = before.is_some_and(Token::ends_softly) || self.at > start;
        if soft && self.line.is_name_from(self.at) {
            self.at = self.line.tokens.len();
        } else {
            self.at = start;
        }
    }

    /// Where the text that begins at a word ends: before the references behind it, which are
    /// named.
    fn end_of_text(&mut self, from: usize) -> usize {
        let (tokens, year) = (&self.line.tokens, self.today.year());
        let (mut end, mut linked) = (tokens.len(), false);
        for at in from..tokens.len() {
            let token = &tokens[at];
            let before = tokens[from..at].last().map_or("", |token| &token.key);
            if let Some(id) = token.reference(year) {
                linked = LINKS.contains(&before)
                    || linked && (AND.contains(&before) || before.is_empty());
                if !linked {
                    self.name(id);
                    end = end.min(at);
                    continue;
                }
            } else if means_all(token) && !LINKS.contains(&before) {
                self.all = true;
                end = end.min(at);
                continue;
            } else if AND.contains(&token.key.as_str()) || token.is_mark() {
                continue;
            } else {
                linked = false;
            }
            end = tokens.len();
        }
        end
    }

    /// Nothing may follow but the items it is about.
    pub fn finish(&mut self, verb: Verb) -> Read {
        self.targets();
        if self.at_end() {
            Ok(self.end(verb, false))
        } else {
            Err(Unclear::MoreWords)
        }
    }

    pub fn end(&mut self, verb: Verb, open: bool) -> Parsed {
        let named = std::mem::take(&mut self.named);
        let targets = if !named.is_empty() {
            Targets::These(named)
        } else if self.all {
            Targets::All
        } else {
            Targets::TheOne
        };
        Parsed {
            order: Order { verb, targets },
            open,
        }
    }
}

/// `ALLA` in capitals; in small letters it is a word of the text.
fn means_all(token: &Token) -> bool {
    token.is_loud() && ALL.contains(&token.key.as_str())
}
