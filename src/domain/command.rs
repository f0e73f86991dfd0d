//! Commands in the words of a reply: `KLAR TELEFON`, `SVAR SENAST 2026-12-04`, `ÖVERTA`,
//! `INGET SVAR reklam`, `POSTAT`, `INK 2026-11-19`, `ÖPPNA`, `ÅNGRA` and the other words of
//! [`Verb`], in Swedish and English.
//!
//! Lenient in what people write: case, missing dots and rings, a full stop, a greeting or a banner
//! before it, the number of a list, a small picture or a name behind it, a reference anywhere,
//! dates in any usual form. Strict in meaning: the first words of the reply are a whole command, or
//! not a command. What begins like one and does not end like one is [`Unclear`]: it is never
//! guessed, the writer gets an example of a right one.
//!
//! Pure, total, linear, bounded by the constants below. Whether the writer may do it is decided
//! elsewhere.

mod banner;
mod clean;
mod cursor;
mod dates;
mod join;
mod line;
mod several;
mod span;
mod token;
mod verbs;

use crate::domain::event::How;
use crate::domain::item::ItemId;
use chrono::NaiveDate;
pub use clean::MAX_LINE;
pub use dates::Weekday;
use line::Line;
use serde::Serialize;

/// Lines of a reply that are looked at.
pub const MAX_LINES: usize = 60;
/// Commands of one reply that are carried out.
pub const MAX_ORDERS: usize = 30;
/// References in one command.
pub const MAX_NAMED: usize = 50;
/// Characters kept of a note or a reason.
pub const MAX_NOTE: usize = 1_000;
/// Letters that one mail of a scanner holds at least, to be several.
pub const FEWEST_LETTERS: u32 = 2;
/// And at most: as many items as one command can name.
pub const MOST_LETTERS: u32 = 50;

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
    /// The handler has told the citizen who comes back, and by which day if that was said.
    Returns {
        date: Option<NaiveDate>,
    },
    /// The named person has it from now on; `None`: the writer.
    TakeOver {
        whom: Option<String>,
    },
    NoAnswer {
        reason: String,
    },
    /// The probable answer is one; a message that is presumed no question is none.
    Yes,
    /// The presumption is wrong.
    No,
    /// It is a question and has a clock.
    Question,
    /// The notice that is held may go, to another address if one is given.
    Notify {
        to: Option<String>,
    },
    /// No automatic notice.
    NoNotice {
        reason: Option<String>,
    },
    /// The printed notice was posted.
    Posted {
        on: Option<NaiveDate>,
    },
    /// The mail of the scanner holds so many letters.
    Letters {
        count: u32,
    },
    /// The day on a letter's stamp.
    Stamp {
        day: NaiveDate,
    },
    /// A person is away; `None`: the writer, from today, and until they are back.
    Away {
        whom: Option<String>,
        from: Option<NaiveDate>,
        until: Option<NaiveDate>,
    },
    /// They are there again.
    Back {
        whom: Option<String>,
    },
    /// The handler gets a reminder now.
    Remind,
    /// The writer wants the list of what they have.
    List,
    /// The writer wants to see an item.
    Show,
    Note {
        text: String,
    },
    /// From whom a letter is.
    Sender {
        text: String,
    },
    /// It asks for public records.
    Records,
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

impl Order {
    /// It is about these items too, up to the limit.
    fn name(&mut self, ids: &[ItemId]) {
        match &mut self.targets {
            Targets::All => {}
            Targets::TheOne => self.targets = Targets::These(ids.to_vec()),
            Targets::These(named) => {
                for id in ids {
                    if !named.contains(id) && named.len() < MAX_NAMED {
                        named.push(*id);
                    }
                }
            }
        }
    }

    /// An order that names no item is about those that stand above it.
    fn about(mut self, called: &[ItemId]) -> Self {
        if self.targets == Targets::TheOne && !called.is_empty() {
            self.targets = Targets::These(called.to_vec());
        }
        self
    }
}

/// It begins like a command, but what it means is not certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Unclear {
    /// `KLAR` without how it was answered.
    HowMissing,
    DateMissing,
    /// The words in the date's place are not a date.
    DateStrange,
    /// The day of the week is not that of the date.
    Weekday {
        date: NaiveDate,
        said: Weekday,
    },
    /// There are two days, and it must be one.
    TwoDates,
    ReasonMissing,
    /// How many letters there are is missing, or cannot be.
    LetterCount,
    /// The words of a note or a name are missing.
    TextMissing,
    /// After the command come words that belong to none.
    MoreWords,
    /// It is a question.
    Question,
    /// More commands than are carried out of one reply.
    TooMany,
}

/// With what the subjects of our reminders begin, folded.
const OUR_SUBJECTS: [&str; 3] = ["svara", "answer", "reply"];

/// Reads the commands of a mail: those of its own words, else that of a subject which is nothing
/// but a command, as a link in our mails writes it. `today` is the local day of the mail.
#[must_use]
pub fn read_mail(subject: &str, words: &str, today: NaiveDate) -> Vec<Result<Order, Unclear>> {
    let orders = read(words, today);
    if !orders.is_empty() {
        return orders;
    }
    let line = Line::new(subject);
    match verbs::order(&line, today) {
        // A link names the item; of any other subject (`Klar`, `Fråga`) a reader would have to
        // guess.
        Some(Ok(Parsed { order, .. }))
            if matches!(order.targets, Targets::These(_)) && !is_ours(subject) =>
        {
            vec![complete(order, "")]
        }
        _ => orders,
    }
}

/// Reads the commands at the beginning of a reply's own words; none when they are ordinary words.
/// `today` is the local day of the reply.
#[must_use]
pub fn read(words: &str, today: NaiveDate) -> Vec<Result<Order, Unclear>> {
    let lines: Vec<Line> = words
        .lines()
        .take(MAX_LINES)
        .flat_map(|line| several::parted(line, today))
        .collect();
    let mut read = Orders::default();
    let mut at = 0;
    while at < lines.len() {
        let passed = passed_over(&lines[at..], read.all.is_empty(), today);
        if passed > 0 {
            at += passed;
            continue;
        }
        let ids = verbs::references_alone(&lines[at], today);
        if !ids.is_empty() {
            at += 1;
            read.name(ids, is_command_below(&lines[at..], today));
            continue;
        }
        let Some((order, taken)) = with_its_text(&lines[at..], today) else {
            break;
        };
        at += taken;
        if !read.push(order) {
            break;
        }
    }
    read.all
}

/// The orders of a reply, as they are read.
#[derive(Default)]
struct Orders {
    all: Vec<Result<Order, Unclear>>,
    /// The items of the last line that named some and said nothing else of them: they are those of
    /// the orders below.
    called: Vec<ItemId>,
}

impl Orders {
    /// A line names items: those of the order above it, unless others were called before, or a
    /// command follows.
    fn name(&mut self, ids: Vec<ItemId>, is_command_below: bool) {
        match self.all.last_mut() {
            Some(last) if self.called.is_empty() && !is_command_below => {
                if let Ok(order) = last {
                    order.name(&ids);
                }
            }
            _ => self.called = ids,
        }
    }

    /// Whether more may follow.
    fn push(&mut self, order: Result<Order, Unclear>) -> bool {
        if self.all.len() == MAX_ORDERS {
            self.all.push(Err(Unclear::TooMany));
            return false;
        }
        let order = order.map(|order| order.about(&self.called));
        self.all.push(order);
        true
    }
}

/// Whether the next line with words is a command: references above it are its own, and no longer
/// those of the command above them.
fn is_command_below(lines: &[Line], today: NaiveDate) -> bool {
    let next = lines.iter().find(|line| !line.tokens.is_empty());
    next.is_some_and(|line| verbs::order(line, today).is_some())
}

/// The command with which these lines begin, and how many of them it takes.
fn with_its_text(lines: &[Line], today: NaiveDate) -> Option<(Result<Order, Unclear>, usize)> {
    let read = verbs::order(lines.first()?, today)?;
    let more = match &read {
        Ok(Parsed { open: true, .. }) => text_below(lines, today),
        _ => Vec::new(),
    };
    let order = read.and_then(|read| complete(read.order, &more.join(" ")));
    Some((order, 1 + more.len()))
}

/// How many lines are no command and may stand before one: an empty one, and before the first
/// command a banner or a greeting.
fn passed_over(lines: &[Line], is_first: bool, today: NaiveDate) -> usize {
    let is_command = |line: &Line| verbs::order(line, today).is_some();
    let Some(line) = lines.first() else { return 0 };
    if line.tokens.is_empty() {
        return 1;
    }
    if !is_first {
        return 0;
    }
    match banner::length(lines, is_command) {
        0 => usize::from(!is_command(line) && line.is_greeting()),
        banner => banner,
    }
}

/// The lines below the first with which its command's text goes on.
fn text_below(lines: &[Line], today: NaiveDate) -> Vec<&str> {
    let goes_on = |pair: &&[Line]| {
        let line = &pair[1];
        let names = !verbs::references_alone(line, today).is_empty();
        let ends = line.tokens.is_empty() || names || line.is_farewell() || line.is_thanks();
        !ends && !line.signs_below(&pair[0]) && !is_meant(line, today)
    };
    let more = lines.windows(2).take_while(goes_on);
    more.map(|pair| pair[1].text.as_str()).collect()
}

/// Whether a line below a free text is a command of its own, and not a sentence that begins like
/// one: «återkommer efter nyår».
fn is_meant(line: &Line, today: NaiveDate) -> bool {
    let loud = line.tokens.first().is_some_and(token::Token::is_loud);
    verbs::order(line, today).is_some_and(|read| read.is_ok() || loud)
}

/// A command with whether its free text may go on in the lines that follow at once, up to a blank
/// line, the next command or the end of the mail.
struct Parsed {
    order: Order,
    open: bool,
}

/// Adds the lines that go on with a free text, and refuses an order that lacks its text.
fn complete(mut order: Order, more: &str) -> Result<Order, Unclear> {
    let whole = |text: &str| clip(format!("{text} {more}").trim());
    let add = |text: &mut Option<String>| {
        *text = Some(whole(text.as_deref().unwrap_or_default())).filter(|text| !text.is_empty());
    };
    let needed = |text: &mut String, missing: Unclear| {
        *text = whole(text);
        if text.is_empty() {
            Err(missing)
        } else {
            Ok(())
        }
    };
    match &mut order.verb {
        Verb::Done { note, .. } => add(note),
        Verb::DoneBy { reason, .. } | Verb::NoNotice { reason } => add(reason),
        Verb::NoAnswer { reason } => needed(reason, Unclear::ReasonMissing)?,
        Verb::Note { text } | Verb::Sender { text } => needed(text, Unclear::TextMissing)?,
        _ => {}
    }
    Ok(order)
}

/// A subject of our own reminders, which reads like a promise.
fn is_ours(subject: &str) -> bool {
    OUR_SUBJECTS
        .iter()
        .any(|own| token::fold(subject.trim_start()).starts_with(own))
}

fn clip(text: &str) -> String {
    text.chars().take(MAX_NOTE).collect()
}

#[cfg(test)]
mod tests;
