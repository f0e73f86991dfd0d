//! Commands about people: who is away, who is back.

use super::{Cursor, FROM, UNTIL};
use crate::domain::command::cursor::Read;
use crate::domain::command::dates::{self, Direction, Found};
use crate::domain::command::line::Token;
use crate::domain::command::{Unclear, Verb};
use chrono::NaiveDate;

impl Cursor<'_> {
    /// `BORTA`, `TILLBAKA`: the writer or a colleague.
    pub(super) fn about_people(&mut self) -> Option<Read> {
        if self.take_one_of(&["borta", "away"]) {
            return Some(self.away());
        }
        if self.take_one_of(&["tillbaka", "back"]) {
            let read = self
                .whom(|_| false)
                .and_then(|whom| self.finish(Verb::Back { whom }));
            return Some(read);
        }
        None
    }

    /// `BORTA`, `BORTA till 4/12`, `BORTA 21/12–6/1`, `BORTA från 21/12`.
    fn away(&mut self) -> Read {
        let end = self.end_of_name();
        let whom = self.whom_before(end)?;
        let begins = self.words_of(&FROM);
        self.words_of(&UNTIL);
        let first = self.date(Direction::Future)?;
        let (from, until) = match (first, self.last_day(first)?) {
            (first, Some(last)) => (first, Some(last)),
            (first, None) if begins => (first, None),
            (first, None) => (None, first),
        };
        if first.is_some() && self.is_second_date() {
            return Err(Unclear::TwoDates);
        }
        self.finish(Verb::Away { whom, from, until })
    }

    /// Where the days begin, or the line ends: before it stands who is away.
    fn end_of_name(&self) -> usize {
        let rest = self.line.tokens.get(self.at..).unwrap_or_default();
        let begins_date =
            |at: usize| dates::read(&rest[at..], Direction::Future, self.today).0 != Found::Nothing;
        let is_word = |at: usize| {
            [&FROM[..], &UNTIL[..]]
                .iter()
                .any(|words| words.contains(&rest[at].key.as_str()))
        };
        let name = (0..rest.len()).find(|at| is_word(*at) || begins_date(*at));
        self.at + name.unwrap_or(rest.len())
    }

    /// Behind the first day of an absence, its last: joined by a dash or by a word.
    fn last_day(&mut self, first: Option<NaiveDate>) -> Result<Option<NaiveDate>, Unclear> {
        let Some(first) = first else { return Ok(None) };
        let token = |at: usize| self.line.tokens.get(at);
        let behind = self.at > 0 && token(self.at - 1).is_some_and(Token::ends_with_dash);
        let dash = behind || token(self.at).is_some_and(Token::begins_with_dash);
        self.marks();
        if !self.words_of(&UNTIL) && !dash {
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
