//! The figures in words: one document that text, HTML, PDF and CSV show each in its way. Page one
//! first, the rest is the appendix.
//!
//! Plain Swedish for a council, or English. Every table can be read alone: its caption says what it
//! counts.

use super::scene::Scene;
use crate::config::Language;
use crate::domain::period::Period;
use crate::words::of;

#[derive(Clone, Debug)]
pub struct Document {
    pub language: Language,
    pub title: String,
    /// One line: the shares, for the subject of a mail.
    pub headline: String,
    /// What it covers, when it was made, and whether it is final.
    pub lead: Vec<String>,
    pub page_one: Vec<Section>,
    pub appendix: Vec<Section>,
    pub period: Period,
    pub organisation: String,
    /// When it was made: `2026-11-02`.
    pub made: String,
}

#[derive(Clone, Debug)]
pub struct Section {
    pub title: String,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug)]
pub enum Block {
    /// The pledge in its own words.
    Pledge(String),
    Text(String),
    Table(Table),
    Picture(Box<Picture>),
}

#[derive(Clone, Debug)]
pub struct Table {
    pub caption: String,
    /// How many columns at the left name the row.
    pub keys: usize,
    pub head: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// The last row is the sum of the others.
    pub has_total: bool,
}

/// A picture: its drawing, a sentence for readers who cannot see it, and its figures.
#[derive(Clone, Debug)]
pub struct Picture {
    pub title: String,
    pub told: String,
    pub scene: Scene,
    pub table: Table,
    /// Its shorter table for the text form, where the figures would be a long list.
    pub in_text: Option<Table>,
}

/// A picture whose figures are one table, with a row for each of its parts.
#[must_use]
pub fn of_table(
    title: &str,
    told: String,
    scene: Scene,
    head: &[&str],
    rows: Vec<Vec<Cell>>,
) -> Picture {
    let table = Table {
        caption: title.to_owned(),
        keys: 1,
        head: head.iter().map(|name| (*name).to_owned()).collect(),
        rows,
        has_total: false,
    };
    Picture {
        title: title.to_owned(),
        told,
        scene,
        table,
        in_text: None,
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Count(u32),
    /// A count, and its share where there is one.
    Share(u32, Option<u32>),
    /// Minutes of office hours.
    Time(Option<u32>),
    /// Too few to be shown.
    Few,
    /// Too few, or so many that a total would reveal few.
    NotShown,
}

impl Cell {
    pub fn text(words: impl Into<String>) -> Self {
        Self::Text(words.into())
    }

    /// As people read it.
    #[must_use]
    pub fn show(&self, language: Language) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) | Self::Share(count, None) => count.to_string(),
            Self::Share(count, Some(percent)) => format!("{count} ({percent}{NB}%)"),
            Self::Time(None) => "–".to_owned(),
            Self::Time(Some(minutes)) => {
                let (hours, minutes) = (minutes / 60, minutes % 60);
                match hours {
                    0 => format!("{minutes}{NB}min"),
                    hours => (of(language).page.hours)(hours, minutes),
                }
            }
            Self::Few => of(language).page.few.to_owned(),
            Self::NotShown => of(language).pictures.not_shown.to_owned(),
        }
    }

    /// It is aligned to the right.
    #[must_use]
    pub fn is_number(&self) -> bool {
        !matches!(self, Self::Text(_))
    }
}

impl Table {
    /// A column of numbers, by its first row.
    #[must_use]
    pub fn is_number(&self, column: usize) -> bool {
        self.rows.first().is_some_and(|row| row[column].is_number())
    }
}

/// A number and its unit stay on one line.
pub const NB: char = '\u{a0}';

impl Document {
    /// Every table, those of the pictures too, in the order of the page.
    #[must_use = "iterators are lazy"]
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        let blocks = self
            .page_one
            .iter()
            .chain(&self.appendix)
            .flat_map(|section| &section.blocks);
        blocks.filter_map(|block| match block {
            Block::Table(table) => Some(table),
            Block::Picture(picture) => Some(&picture.table),
            Block::Pledge(_) | Block::Text(_) => None,
        })
    }
}
