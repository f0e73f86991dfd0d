//! A trial in words: the lines on the terminal, the page, and the lists of its folder.

mod lists;
mod tables;

pub use lists::{Unanswered, unanswered};

use lists::table;

use super::ledger::Entry;
use super::outcome::{Mark, Outcome, Seen};
use crate::config::Language;
use crate::domain::effect::Kind;
use crate::domain::item_id::ItemId;
use crate::domain::period::Period;
use crate::report::document::{Block, Document, Section};
use crate::words::of;
use crate::words::trial::Trial;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Below this many questions no share is given.
const LEAST_FOR_SHARE: u32 = 10;

/// All that a trial has come to.
pub struct Told<'a> {
    pub language: Language,
    pub organisation: &'a str,
    pub address: &'a str,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The pledges, each in a few words.
    pub pledges: Vec<String>,
    pub outcome: &'a Outcome,
    pub entries: &'a [Entry],
    pub zone: chrono_tz::Tz,
    /// The obstacles to better figures.
    pub obstacles: Vec<String>,
    pub erase_by: NaiveDate,
}

impl Told<'_> {
    fn say(&self) -> &'static Trial {
        &of(self.language).trial
    }

    fn share(&self, part: u32, of: u32) -> String {
        if of < LEAST_FOR_SHARE {
            return (self.say().of)(part, of);
        }
        format!("{part} ({} %)", percent(part, of))
    }

    fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::FewArrivals => self.say().inbox_thinned,
            Mark::FewAnswers => self.say().sent_thinned,
            Mark::Moved => self.say().moved,
        }
    }

    fn month_name(day: NaiveDate) -> String {
        day.format("%Y-%m").to_string()
    }

    /// Mails a working day of each reader, the busiest first.
    fn a_day(&self) -> Vec<(String, u32, usize)> {
        let mut readers: BTreeMap<&str, (u32, BTreeSet<NaiveDate>)> = BTreeMap::new();
        for entry in self.entries {
            let day = entry.at.with_timezone(&self.zone).date_naive();
            let reader = readers.entry(entry.to.as_str()).or_default();
            reader.0 += 1;
            reader.1.insert(day);
        }
        let mut readers: Vec<(String, u32, usize)> = readers
            .into_iter()
            .map(|(to, (mails, days))| (self.reader(to), mails, days.len()))
            .collect();
        readers.sort_by_key(|(_, mails, _)| std::cmp::Reverse(*mails));
        readers
    }

    fn reader(&self, to: &str) -> String {
        match to {
            "citizen" => self.say().citizens.to_owned(),
            "operator" => self.say().operator.to_owned(),
            id => id.to_owned(),
        }
    }

    fn sentences(&self) -> Vec<String> {
        let sum = self.outcome.believed();
        let decided = sum.decided();
        let left_out: Vec<NaiveDate> = self
            .outcome
            .months
            .iter()
            .filter(|(_, month)| !month.marks.is_empty())
            .map(|(day, _)| *day)
            .collect();
        let mut lines = vec![(self.say().decided)(decided)];
        for seen in Seen::ENDED {
            lines.push(format!(
                "  {}: {}",
                self.seen(seen).to_lowercase(),
                self.share(sum.of(seen), decided)
            ));
        }
        lines.push((self.say().notices)(sum.notices));
        if !left_out.is_empty() {
            let months: Vec<String> = left_out.into_iter().map(Self::month_name).collect();
            lines.push((self.say().left_out)(&months.join(", ")));
        }
        lines
    }

    /// What no mailbox shows.
    fn bounds(&self) -> Vec<String> {
        let mut lines = vec![self.say().not_seen.to_owned()];
        if self.outcome.marked > 0 {
            lines.push((self.say().marked)(self.outcome.marked));
        }
        lines
    }

    /// Some twenty lines for the terminal.
    #[must_use]
    pub fn terminal(&self) -> String {
        let mut lines = vec![format!(
            "{} {} – {}: {}",
            self.say().title,
            self.from,
            self.to,
            self.address
        )];
        lines.extend(self.pledges.iter().map(|pledge| format!("  {pledge}")));
        lines.push(String::new());
        lines.extend(self.sentences());
        lines.push(String::new());
        lines.push(format!("{}:", self.say().would_have_been_sent));
        for (reader, mails, days) in self.a_day().into_iter().take(5) {
            lines.push(format!("  {}", (self.say().reader)(&reader, mails, days)));
        }
        lines.push(String::new());
        lines.extend(self.bounds());
        lines.extend(
            self.obstacles
                .iter()
                .map(|obstacle| format!("! {obstacle}")),
        );
        lines.join("\n")
    }

    /// The text on top of the folder.
    #[must_use]
    pub fn warning(&self) -> String {
        (self.say().warning)(self.erase_by)
    }

    /// The same as a document, for the page and for paper.
    #[must_use]
    pub fn document(&self) -> Document {
        let title = self.say().title;
        let mails = vec![
            Block::Table(self.readers()),
            Block::Table(self.kinds()),
            Block::Text(self.say().files.to_owned()),
        ];
        Document {
            language: self.language,
            title: format!("{title}: {}", self.address),
            headline: self.sentences().join(" "),
            lead: vec![
                self.warning(),
                format!("{}, {} – {}", self.organisation, self.from, self.to),
            ],
            page_one: self.page_one(),
            // The months are there as the figures of their picture.
            appendix: vec![section(self.say().would_have_been_sent, mails)],
            period: Period {
                from: self.from,
                to: self.to,
            },
            organisation: self.organisation.to_owned(),
            made: self.to.to_string(),
        }
    }

    /// Which answers are seen, which are not, and how more could have been.
    fn page_one(&self) -> Vec<Section> {
        let texts = |lines: Vec<String>| lines.into_iter().map(Block::Text).collect::<Vec<_>>();
        let mut shown: Vec<Block> = self.pledges.iter().cloned().map(Block::Pledge).collect();
        shown.extend(
            self.sentences()
                .into_iter()
                .map(|line| Block::Text(line.trim_start().to_owned())),
        );
        shown.push(Block::Picture(Box::new(self.picture())));
        let mut sections = vec![
            section(self.say().shown, shown),
            section(self.say().not_shown, texts(self.bounds())),
        ];
        if !self.obstacles.is_empty() {
            let title = self.say().obstacles;
            sections.push(section(title, texts(self.obstacles.clone())));
        }
        sections
    }

    fn seen(&self, seen: Seen) -> &'static str {
        match seen {
            Seen::InTime => self.say().answer_in_time,
            Seen::Later => self.say().answer_later,
            Seen::Never => self.say().no_answer,
            Seen::NotYet => self.say().not_decided,
        }
    }

    /// Why a mail would have been sent.
    #[must_use]
    pub fn kind(&self, kind: Kind) -> &'static str {
        (self.say().kind)(kind)
    }

    /// `mails.csv`: when, to whom, why, about what.
    #[must_use]
    pub fn mails(&self) -> String {
        let head = self.say().mails_head;
        let rows = self.entries.iter().map(|entry| {
            let at = entry
                .at
                .with_timezone(&self.zone)
                .format("%Y-%m-%d %H:%M")
                .to_string();
            [
                at,
                self.reader(&entry.to),
                self.kind(entry.kind).to_owned(),
                references(&entry.references),
            ]
        });
        table(&head, rows)
    }
}

fn references(items: &[ItemId]) -> String {
    let references: Vec<String> = items.iter().map(ItemId::to_string).collect();
    references.join(" ")
}

fn section(title: &str, blocks: Vec<Block>) -> Section {
    Section {
        title: title.to_owned(),
        blocks,
    }
}

/// Rounded to whole percent.
fn percent(part: u32, of: u32) -> u32 {
    let rounded = (u64::from(part) * 100 + u64::from(of) / 2) / u64::from(of.max(1));
    u32::try_from(rounded).unwrap_or(u32::MAX)
}
