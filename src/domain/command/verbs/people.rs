//! Commands about people: who is away, who is back.

use super::{Cursor, FROM, UNTIL};
use crate::domain::command::cursor::Read;
use crate::domain::command::dates::{self, Direction, Found};
use crate::domain::command::token::Token;
use crate::domain::command::{Unclear, Verb};
use chrono::NaiveDate;

/// In front of it, as in a sentence.
const I_AM: [&[&str]; 5] = [
    &["jag", "ar"],
    &["jag", "blir"],
    &["jag", "kommer", "vara"],
    &["i", "am"],
    &["i'm"],
];

/// Why, which is not written down.
const WHY: [&[&str]; 12] = [
    &["sjuk"],
    &["semester"],
    &["ledig"],
    &["ledigt"],
    &["vab"],
    &["tjanstledig"],
    &["foraldraledig"],
    &["pa", "semester"],
    &["pa", "kurs"],
    &["pa", "konferens"],
    &["sick"],
    &["on", "holiday"],
];

/// No day on which it ends is known.
const WITHOUT_END: [&[&str]; 3] = [
    &["tills", "vidare"],
    &["till", "vidare"],
    &["until", "further", "notice"],
];

/// Before a day that is meant alone, and days that are.
const ON: [&str; 6] = ["pa", "i", "imorgon", "imorron", "on", "tomorrow"];

/// The first and the last day of an absence.
type Absence = (Option<NaiveDate>, Option<NaiveDate>);

/// «Jag är borta när mötet är» names no one.
fn is_about_writer(read: &Read) -> bool {
    let Ok(parsed) = read else { return true };
    matches!(
        parsed.order.verb,
        Verb::Away { whom: None, .. } | Verb::Back { whom: None }
    )
}

impl Cursor<'_> {
    /// `BORTA`, `TILLBAKA`: the writer or a colleague.
    pub(super) fn about_people(&mut self) -> Option<Read> {
        let start = self.at;
        let sentence = self.take_any(&I_AM);
        let read = if self.take_one_of(&["borta", "away"]) {
            Some(self.away())
        } else if self.take_one_of(&["tillbaka", "back"]) {
            Some(self.back())
        } else {
            None
        };
        let read = read.filter(|read| !sentence || is_about_writer(read));
        if read.is_none() {
            self.at = start;
        }
        read
    }

    fn back(&mut self) -> Read {
        // «Tillbaka på måndag» tells until when somebody is away.
        let day = self.date(Direction::Future)?;
        if day.is_some_and(|day| day > self.today) {
            return Err(Unclear::MoreWords);
        }
        let whom = self.whom(|_| false)?;
        self.finish(Verb::Back { whom })
    }

    /// `BORTA`, `BORTA till 4/12`, `BORTA 21/12–6/1`, `BORTA från 21/12`.
    fn away(&mut self) -> Read {
        self.take_any(&WHY);
        let end = self.end_of_name();
        let whom = self.whom_before(end)?;
        let (from, until) = match self.weeks()? {
            Some(weeks) => weeks,
            None => self.days()?,
        };
        self.marks();
        self.take_any(&WHY);
        self.finish(Verb::Away { whom, from, until })
    }

    /// The first and the last day of whole weeks.
    fn weeks(&mut self) -> Result<Option<Absence>, Unclear> {
        let rest = self.line.tokens.get(self.at..).unwrap_or_default();
        let Some((weeks, words)) = dates::whole_weeks(rest, self.today) else {
            return Ok(None);
        };
        self.at += words;
        let (first, last) = weeks.ok_or(Unclear::DateStrange)?;
        Ok(Some((
            Some(first).filter(|day| *day > self.today),
            Some(last),
        )))
    }

    fn days(&mut self) -> Result<Absence, Unclear> {
        if self.take_any(&WITHOUT_END) {
            return Ok((None, None));
        }
        let begins = self.words_of(&FROM);
        let until = self.words_of(&UNTIL);
        // «Borta på fredag» is that day alone.
        let alone = !begins && !until && ON.contains(&self.key(0));
        let first = self.date(Direction::Future)?;
        let (from, until) = match (first, self.last_day(first)?) {
            (first, Some(last)) => (first, Some(last)),
            (first, None) if begins => (first, None),
            (first, None) => (first.filter(|day| alone && *day > self.today), first),
        };
        if let Some(last) = until.or(first) {
            self.no_other_day(last)?;
        }
        Ok((from, until))
    }

    /// Where the days begin, or the line ends: before it stands who is away.
    fn end_of_name(&self) -> usize {
        let rest = self.line.tokens.get(self.at..).unwrap_or_default();
        let begins_date =
            |at: usize| dates::read(&rest[at..], Direction::Future, self.today).0 != Found::Nothing;
        let is_word = |at: usize| {
            [&FROM[..], &UNTIL[..], &["hela", "resten"]]
                .iter()
                .any(|words| words.contains(&rest[at].key.as_str()))
        };
        let begins_week = |at: usize| dates::whole_weeks(&rest[at..], self.today).is_some();
        let name = (0..rest.len()).find(|at| is_word(*at) || begins_date(*at) || begins_week(*at));
        self.at + name.unwrap_or(rest.len())
    }

    /// Behind the first day of an absence, its last: joined by a dash or by a word.
    fn last_day(&mut self, first: Option<NaiveDate>) -> Result<Option<NaiveDate>, Unclear> {
        let Some(first) = first else { return Ok(None) };
        let token = |at: usize| self.line.tokens.get(at);
        let behind = self.at > 0 && token(self.at - 1).is_some_and(Token::ends_with_dash);
        let dash = behind || token(self.at).is_some_and(Token::begins_with_dash);
        self.marks();
        if self.take_any(&WITHOUT_END) || !self.words_of(&UNTIL) && !dash {
            return Ok(None);
        }
        let at = self.at;
        let last = self.needed_date(Direction::Future)?;
        if last >= first {
            return Ok(Some(last));
        }
        // «Måndag–fredag»: the Friday after that Monday.
        self.at = at;
        let today = std::mem::replace(&mut self.today, first);
        let last = self.needed_date(Direction::Future);
        self.today = today;
        last.map(Some)
    }
}
