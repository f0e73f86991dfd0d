//! How dates and times read in a language: Swedish and English are part of the program, any other
//! is a file of the municipality's (`words.toml`), so that a language can be added without building
//! the program again.

use super::{foreign, in_words};
use crate::config::Language;
use crate::domain::tongue::Tongue;
use crate::words::NO_BREAK;
use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use serde::Deserialize;
use std::sync::Arc;

/// Most characters of one word or pattern of a language.
const MAX_WORD: usize = 60;

#[derive(Clone, Debug)]
pub enum Wording {
    BuiltIn(Language),
    Own(Tongue, Arc<Words>),
}

/// A language's `words.toml`. Patterns say where the parts go: `{weekday} {day}. {month} {year}`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What the language calls itself.
    pub name: String,
    #[serde(default)]
    direction: Direction,
    /// From Monday on, as in a date.
    weekdays: [String; 7],
    /// From January on, as in a date.
    months: [String; 12],
    /// With `{weekday}`, `{day}`, `{month}` and `{year}`.
    date: String,
    /// With `{day}`, `{month}` and `{year}`.
    short_date: String,
    /// With `{hour}` (or `{hour2}`, always two digits) and `{minute}`.
    time: String,
    /// With `{date}` and `{time}`.
    moment: String,
    yesterday: String,
    today: String,
    tomorrow: String,
}

/// In which direction it is written.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Direction {
    #[default]
    Ltr,
    Rtl,
}

impl Words {
    /// Reads and checks a `words.toml`; a fault names the missing or wrong part.
    pub(super) fn read(source: &str) -> Result<Self, Vec<String>> {
        let words: Self = toml::from_str(source)
            .map_err(|error| vec![error.to_string().trim().replace('\n', " ")])?;
        let faults: Vec<String> = words
            .patterns()
            .iter()
            .flat_map(Pattern::faults)
            .chain(words.single().filter_map(fault_of_word))
            .collect();
        if faults.is_empty() {
            Ok(words)
        } else {
            Err(faults)
        }
    }

    fn patterns(&self) -> [Pattern<'_>; 4] {
        let pattern = |name, text, needed, one_of| Pattern {
            name,
            text,
            needed,
            one_of,
        };
        let date: &[&str] = &["{weekday}", "{day}", "{month}", "{year}"];
        [
            pattern("date", &self.date, date, &[]),
            pattern("short_date", &self.short_date, &date[1..], &[]),
            pattern("time", &self.time, &["{minute}"], &["{hour}", "{hour2}"]),
            pattern("moment", &self.moment, &["{date}", "{time}"], &[]),
        ]
    }

    /// Its words and the patterns that stand in a line.
    fn single(&self) -> impl Iterator<Item = &str> {
        let single = [
            &self.name,
            &self.yesterday,
            &self.today,
            &self.tomorrow,
            &self.date,
            &self.moment,
        ];
        single
            .into_iter()
            .chain(&self.weekdays)
            .chain(&self.months)
            .map(String::as_str)
    }
}

/// A pattern with the parts that belong into it.
struct Pattern<'a> {
    name: &'a str,
    text: &'a str,
    needed: &'a [&'a str],
    /// Of these, if there are any, one at least; the first one is asked for.
    one_of: &'a [&'a str],
}

impl Pattern<'_> {
    fn faults(&self) -> Vec<String> {
        let Self { name, text, .. } = self;
        let lacks = |part: &str| format!("{name} lacks {part}");
        let is_missing = |part: &&&str| !text.contains(**part);
        let mut faults: Vec<String> = self
            .needed
            .iter()
            .filter(is_missing)
            .map(|part| lacks(part))
            .collect();
        if self.one_of.iter().all(|part| is_missing(&part)) {
            faults.extend(self.one_of.first().map(|part| lacks(part)));
        }
        let known = self.needed.iter().chain(self.one_of);
        let rest = known.fold((*text).to_owned(), |rest, part| rest.replace(part, ""));
        if rest.contains(['{', '}']) {
            faults.push(format!("{name} has an unknown part: {text}"));
        }
        faults
    }
}

fn fault_of_word(word: &str) -> Option<String> {
    let fits = !word.trim().is_empty()
        && word.chars().count() <= MAX_WORD
        && foreign::one_line(word) == word;
    (!fits)
        .then(|| format!("{word:?} is empty, longer than {MAX_WORD} characters, or not one line"))
}

impl Wording {
    #[must_use]
    pub fn tongue(&self) -> Tongue {
        match self {
            Self::BuiltIn(language) => Tongue::from(*language),
            Self::Own(tongue, _) => *tongue,
        }
    }

    /// The language of the words that staff read beside it; `None` for a municipality's own.
    #[must_use]
    pub fn built_in(&self) -> Option<Language> {
        match self {
            Self::BuiltIn(language) => Some(*language),
            Self::Own(..) => None,
        }
    }

    /// `ltr` or `rtl`, as HTML has it.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        match self {
            Self::Own(_, words) if matches!(words.direction, Direction::Rtl) => "rtl",
            _ => "ltr",
        }
    }

    #[must_use]
    pub fn date(&self, date: NaiveDate) -> String {
        match self {
            Self::BuiltIn(language) => in_words::date(*language, date),
            Self::Own(_, words) => words.day(&words.date, date),
        }
    }

    #[must_use]
    pub fn short_date(&self, date: NaiveDate) -> String {
        match self {
            Self::BuiltIn(language) => in_words::date_without_weekday(*language, date),
            Self::Own(_, words) => words.day(&words.short_date, date),
        }
    }

    #[must_use]
    pub fn weekday(&self, date: NaiveDate) -> String {
        match self {
            Self::BuiltIn(language) => in_words::weekday(*language, date).to_owned(),
            Self::Own(_, words) => {
                words.weekdays[date.weekday().num_days_from_monday() as usize].clone()
            }
        }
    }

    #[must_use]
    pub fn time(&self, time: NaiveTime) -> String {
        match self {
            Self::BuiltIn(language) => in_words::time(*language, time),
            Self::Own(_, words) => words
                .time
                .replace("{hour}", &time.hour().to_string())
                .replace("{hour2}", &format!("{:02}", time.hour()))
                .replace("{minute}", &format!("{:02}", time.minute()))
                .replace(' ', &NO_BREAK.to_string()),
        }
    }

    #[must_use]
    pub fn moment(&self, date: NaiveDate, time: NaiveTime) -> String {
        match self {
            Self::BuiltIn(_) => format!("{} {}", self.date(date), self.time(time)),
            Self::Own(_, words) => words
                .moment
                .replace("{date}", &self.date(date))
                .replace("{time}", &self.time(time)),
        }
    }

    /// `i dag, måndag 23 november 2026`; the same for yesterday and tomorrow; else the date alone.
    #[must_use]
    pub fn relative(&self, day: NaiveDate, today: NaiveDate) -> String {
        let words = match self {
            Self::BuiltIn(language) => return in_words::relative(*language, day, today),
            Self::Own(_, words) => words,
        };
        let name = match (day - today).num_days() {
            -1 => &words.yesterday,
            0 => &words.today,
            1 => &words.tomorrow,
            _ => return self.date(day),
        };
        format!("{name}, {}", self.date(day))
    }
}

impl Words {
    fn day(&self, pattern: &str, date: NaiveDate) -> String {
        pattern
            .replace(
                "{weekday}",
                &self.weekdays[date.weekday().num_days_from_monday() as usize],
            )
            .replace("{day}", &date.day().to_string())
            .replace("{month}", &self.months[date.month0() as usize])
            .replace("{year}", &date.year().to_string())
    }
}
