//! Commands in the words of a reply: `KLAR TELEFON`, `KLART SENAST 2026-12-04`, `ÖVERTA`, `INGET SVAR reklam`,
//! `INK 2026-11-19`, `ÖPPNA`, `ÅNGRA`, and the same in English.
//!
//! Lenient in what people write: case, missing dots and rings, a full stop, a greeting before it, dates in any usual form.
//! Strict in meaning: the first words of the reply are a whole command, or they are no command. What begins like one and
//! does not end like one is [`Unclear`]: it is never guessed, the writer is told what would be right.
//!
//! Pure, total, linear, bounded by the constants below. Whether the writer may do it is decided elsewhere.

mod dates;
mod line;

use crate::domain::event::How;
use crate::domain::item::ItemId;
use chrono::NaiveDate;
pub use dates::Weekday;
use dates::{Direction, Found};
use line::{Line, Token};
use serde::Serialize;

/// Lines of a reply that are looked at.
pub const MAX_LINES: usize = 60;
/// Characters of one line.
pub const MAX_LINE: usize = 2_000;
/// Commands of one reply that are carried out.
pub const MAX_ORDERS: usize = 30;
/// References in one command.
pub const MAX_NAMED: usize = 50;
/// Characters kept of a note or a reason.
pub const MAX_NOTE: usize = 1_000;
/// Words that a person's name or address may have.
const MAX_NAME_WORDS: usize = 5;

/// Every item of the mail that is answered.
const ALL: [&str; 3] = ["alla", "all", "samtliga"];

/// «Inget svar har kommit» tells something, and is no reason.
const TELLS: [&str; 22] = [
    "har", "hade", "kom", "kommer", "kommit", "an", "annu", "fran", "ska", "skall", "finns", "fanns", "fick", "far",
    "pa", "has", "have", "came", "yet", "from", "so", "was",
];

/// «Tar över det här» means the writer.
const THIS: [&str; 9] = ["den", "det", "detta", "denna", "har", "arendet", "this", "it", "one"];

/// What a command does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Answered in a way that the mailbox does not show.
    Done {
        how: How,
        on: Option<NaiveDate>,
        note: Option<String>,
    },
    /// An answer is promised by that day.
    DoneBy {
        date: NaiveDate,
        reason: Option<String>,
    },
    /// Somebody has it from now on; `None`: the writer.
    TakeOver {
        whom: Option<String>,
    },
    NoAnswer {
        reason: String,
    },
    /// The day on a letter's stamp.
    Stamp {
        day: NaiveDate,
    },
    Reopen,
    /// Takes back what the last command did.
    Undo,
}

/// Which items a command is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Targets {
    /// None is named: the only one of the mail that is answered.
    TheOne,
    /// Every one of that mail.
    All,
    /// In order, each once, at most [`MAX_NAMED`].
    These(Vec<ItemId>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub verb: Verb,
    pub targets: Targets,
}

/// It begins like a command, but what it means is not certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Unclear {
    /// `KLAR` without how it was answered.
    HowMissing,
    DateMissing,
    /// What stands in the date's place is none.
    DateStrange,
    /// The day of the week is not that of the date.
    Weekday {
        date: NaiveDate,
        said: Weekday,
    },
    ReasonMissing,
    /// After the command come words that belong to none.
    MoreWords,
    /// It is a question.
    Question,
    /// More commands than are carried out of one reply.
    TooMany,
}

/// Reads the commands at the beginning of a reply's own words; none when they are ordinary words. `today` is the local
/// day of the reply.
#[must_use]
pub fn read(words: &str, today: NaiveDate) -> Vec<Result<Order, Unclear>> {
    let lines: Vec<Line> = words.lines().take(MAX_LINES).map(Line::new).collect();
    let mut orders = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = &lines[at];
        at += 1;
        if line.tokens.is_empty() {
            continue;
        }
        let Some(read) = order(line, today) else {
            if orders.is_empty() && line.is_greeting() {
                continue;
            }
            break;
        };
        if orders.len() == MAX_ORDERS {
            orders.push(Err(Unclear::TooMany));
            break;
        }
        let (order, open) = match read {
            Ok(Parsed { order, open }) => (Ok(order), open),
            Err(unclear) => (Err(unclear), false),
        };
        let rest = if open { continuation(&lines[at..], today) } else { 0 };
        let more: Vec<&str> = lines[at..at + rest].iter().map(|line| line.text.as_str()).collect();
        at += rest;
        orders.push(order.and_then(|order| complete(order, &more.join(" "))));
    }
    orders
}

/// A command with whether its free text may go on in the next line.
struct Parsed {
    order: Order,
    open: bool,
}

/// How many lines go on with the free text of the line before them: those that follow at once, up to a blank line, the
/// next command or the end of the mail.
fn continuation(lines: &[Line], today: NaiveDate) -> usize {
    let goes_on = |line: &&Line| !line.tokens.is_empty() && !line.is_farewell() && order(line, today).is_none();
    lines.iter().take_while(goes_on).count()
}

/// Adds the lines that go on with a free text, and sees that what must have one has it.
fn complete(mut order: Order, more: &str) -> Result<Order, Unclear> {
    let add = |text: &mut Option<String>| {
        let whole = format!("{} {more}", text.as_deref().unwrap_or_default());
        *text = Some(clip(whole.trim())).filter(|text| !text.is_empty());
    };
    match &mut order.verb {
        Verb::Done { note, .. } => add(note),
        Verb::DoneBy { reason, .. } => add(reason),
        Verb::NoAnswer { reason } => {
            let mut whole = Some(std::mem::take(reason));
            add(&mut whole);
            *reason = whole.ok_or(Unclear::ReasonMissing)?;
        }
        Verb::TakeOver { .. } | Verb::Stamp { .. } | Verb::Reopen | Verb::Undo => {}
    }
    Ok(order)
}

/// The command that a line is; `None` when it is none.
fn order(line: &Line, today: NaiveDate) -> Option<Result<Parsed, Unclear>> {
    let mut at = Cursor { line, at: 0, named: Vec::new(), all: false, today };
    at.greeting();
    at.targets();
    let read = at.verb()?;
    // A question is no command, whatever its words.
    Some(if line.is_question() { Err(Unclear::Question) } else { read })
}

/// A way through the words of a line.
struct Cursor<'a> {
    line: &'a Line,
    at: usize,
    named: Vec<ItemId>,
    all: bool,
    today: NaiveDate,
}

type Read = Result<Parsed, Unclear>;

impl Cursor<'_> {
    fn key(&self, ahead: usize) -> &str {
        self.line.tokens.get(self.at + ahead).map_or("", |token| token.key.as_str())
    }

    fn at_end(&self) -> bool {
        self.at >= self.line.tokens.len()
    }

    /// Takes these words if they come next.
    fn take(&mut self, words: &[&str]) -> bool {
        let fits = words.iter().enumerate().all(|(ahead, word)| self.key(ahead) == *word);
        if fits {
            self.at += words.len();
        }
        fits
    }

    fn take_one_of(&mut self, words: &[&str]) -> bool {
        let fits = words.contains(&self.key(0));
        self.at += usize::from(fits);
        fits
    }

    /// `Hej!` in front of it.
    fn greeting(&mut self) {
        if self.line.starts_with_greeting() && self.line.tokens.len() > 1 {
            self.at = self.line.greeting_words();
        }
    }

    /// References, and the word for all of them.
    fn targets(&mut self) {
        while let Some(token) = self.line.tokens.get(self.at) {
            if let Some(id) = token.reference() {
                if !self.named.contains(&id) && self.named.len() < MAX_NAMED {
                    self.named.push(id);
                }
            } else if ALL.contains(&token.key.as_str()) {
                self.all = true;
            } else if self.named.is_empty() || !["och", "and", "&", "+"].contains(&token.key.as_str()) {
                break;
            }
            self.at += 1;
        }
    }

    fn verb(&mut self) -> Option<Read> {
        if self.take_one_of(&["klar", "klart", "klara", "done", "fardig", "fardigt"]) {
            return self.done();
        }
        if self.take(&["inget", "svar"]) || self.take(&["no", "answer"]) || self.take(&["no", "reply"]) {
            return Some(self.no_answer());
        }
        let own = usize::from(["jag", "i"].contains(&self.key(0)));
        self.at += own;
        if self.takes_over() {
            return Some(self.take_over());
        }
        self.at -= own;
        if self.take_one_of(&["ink", "inkom", "inkommet", "inkommen", "stampel", "stamp"]) {
            return Some(self.stamp());
        }
        let (undo, open) = (["angra", "ngra", "undo"], ["oppna", "ppna", "ateroppna", "open", "reopen"]);
        let verb = if self.take_one_of(&undo) {
            Verb::Undo
        } else if self.take_one_of(&open) {
            Verb::Reopen
        } else {
            return None;
        };
        self.targets();
        // «Öppna dokumentet» is no command.
        (self.at_end() || self.ends_here()).then(|| Ok(self.end(verb, false)))
    }

    fn takes_over(&mut self) -> bool {
        self.take_one_of(&["overta", "overtar", "verta", "takeover"])
            || ["ta", "tar", "take"].iter().any(|verb| self.take(&[verb, "over"]))
    }

    /// After `KLAR`: how, or by when.
    fn done(&mut self) -> Option<Read> {
        self.targets();
        let by_phone = self.key(0) == "by" && how_of(self.key(1)).is_some();
        if !by_phone && self.take_one_of(&["senast", "by"]) {
            return Some(self.done_by());
        }
        self.take_one_of(&["per", "via", "med", "pa", "genom", "i", "vid", "by", "in", "on", "over", "at"]);
        let Some(how) = how_of(self.key(0)) else {
            // «Klart att jag svarar» says something else.
            return self.at_end().then_some(Err(Unclear::HowMissing));
        };
        self.at += 1;
        self.targets();
        let on = match self.date(Direction::Past) {
            Found::Date(date) => Some(date),
            Found::Nothing => None,
            Found::Strange | Found::Missing => return Some(Err(Unclear::DateStrange)),
            Found::Weekday { date, said } => return Some(Err(Unclear::Weekday { date, said })),
        };
        self.targets();
        if !self.at_end() && !self.ends_here() {
            return Some(Err(Unclear::MoreWords));
        }
        let note = self.rest();
        let open = note.is_some() || self.line.ends_open();
        Some(Ok(self.end(Verb::Done { how, on, note }, open)))
    }

    fn done_by(&mut self) -> Read {
        self.targets();
        let date = self.needed_date(Direction::Future)?;
        self.targets();
        let reason = self.rest();
        let open = reason.is_some() || self.line.ends_open();
        Ok(self.end(Verb::DoneBy { date, reason }, open))
    }

    fn stamp(&mut self) -> Read {
        self.targets();
        let day = self.needed_date(Direction::Past)?;
        self.targets();
        if !self.at_end() && !self.ends_here() {
            return Err(Unclear::MoreWords);
        }
        Ok(self.end(Verb::Stamp { day }, false))
    }

    fn no_answer(&mut self) -> Read {
        self.take_one_of(&["behovs", "kravs", "needed", "required", "necessary"]);
        self.targets();
        // With a colon before it, it would be a reason.
        if !self.ends_here() && TELLS.contains(&self.key(0)) {
            return Err(Unclear::MoreWords);
        }
        let reason = self.rest().unwrap_or_default();
        let open = !reason.is_empty() || self.line.ends_open();
        Ok(self.end(Verb::NoAnswer { reason }, open))
    }

    fn take_over(&mut self) -> Read {
        self.targets();
        self.take_one_of(&["till", "to", "av", "by"]);
        let from = self.at;
        while let Some(token) = self.line.tokens.get(self.at) {
            if token.reference().is_some() || ALL.contains(&token.key.as_str()) {
                break;
            }
            self.at += 1;
        }
        let words = &self.line.tokens[from..self.at];
        self.targets();
        let whom = if words.iter().all(|token| THIS.contains(&token.key.as_str())) {
            None
        } else if words.len() > MAX_NAME_WORDS {
            return Err(Unclear::MoreWords);
        } else {
            Some(line::joined(words))
        };
        if !self.at_end() {
            return Err(Unclear::MoreWords);
        }
        Ok(self.end(Verb::TakeOver { whom }, false))
    }

    fn needed_date(&mut self, direction: Direction) -> Result<NaiveDate, Unclear> {
        match self.date(direction) {
            Found::Date(date) => Ok(date),
            Found::Nothing if self.at_end() => Err(Unclear::DateMissing),
            Found::Missing => Err(Unclear::DateMissing),
            Found::Nothing | Found::Strange => Err(Unclear::DateStrange),
            Found::Weekday { date, said } => Err(Unclear::Weekday { date, said }),
        }
    }

    fn date(&mut self, direction: Direction) -> Found {
        let (found, words) = dates::read(&self.line.tokens[self.at..], direction, self.today);
        self.at += words;
        found
    }

    /// Whether what was read so far ends with a mark, or the next word is one: what follows is free text.
    fn ends_here(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|before| self.line.tokens.get(before));
        before.is_some_and(Token::ends_with_mark) || self.line.tokens.get(self.at).is_some_and(Token::is_mark)
    }

    /// What is left of the line, as it was written.
    fn rest(&mut self) -> Option<String> {
        let rest = self.line.from(self.at);
        self.at = self.line.tokens.len();
        (!rest.is_empty()).then_some(rest)
    }

    fn end(&mut self, verb: Verb, open: bool) -> Parsed {
        let named = std::mem::take(&mut self.named);
        let targets = if !named.is_empty() {
            Targets::These(named)
        } else if self.all {
            Targets::All
        } else {
            Targets::TheOne
        };
        Parsed { order: Order { verb, targets }, open }
    }
}

fn how_of(key: &str) -> Option<How> {
    Some(match key {
        "telefon" | "telefonen" | "tel" | "telefonsamtal" | "phone" | "telephone" => How::Phone,
        "brev" | "brevet" | "letter" => How::Letter,
        "mote" | "motet" | "m?te" | "m\u{fffd}te" | "meeting" => How::Meeting,
        "digitalt" | "digital" | "online" | "digitally" => How::Digital,
        "mejl" | "mejlet" | "mail" | "e-post" | "epost" | "email" | "e-mail" => How::Answered,
        _ => return None,
    })
}

fn clip(text: &str) -> String {
    text.chars().take(MAX_NOTE).collect()
}

#[cfg(test)]
mod tests;
