//! How far the figures can be believed: comparisons, blind times, alarms and corrections.

use super::{Appendix, MAX_LISTED};
use crate::domain::figures::finality::Correction;
use crate::domain::language::Language;
use crate::mail::texts::in_words;
use crate::report::document::{Block, Cell, Section};
use crate::report::phrases;
use crate::words::of;

/// In a cell that has nothing to say.
const NONE: &str = "–";

impl Appendix<'_> {
    pub(super) fn watched(&self) -> Section {
        let figures = self.figures;
        let say = self.say();
        let mut blocks = vec![Block::Text(self.whole())];
        blocks.push(Block::Text(if figures.blind.is_empty() {
            say.always_read.to_owned()
        } else {
            let time = Cell::Time(Some(figures.blind_office_minutes)).show(self.language);
            (say.blind_time)(&time)
        }));
        self.listed(figures.blind.len().max(figures.alarms.len()), &mut blocks);
        blocks.extend([self.unread(), self.blind(), self.folders(), self.alarms()]);
        Self::section(say.reliability, blocks)
    }

    /// Whether every message is in the log, by the comparisons.
    fn whole(&self) -> String {
        let (say, folders) = (self.say(), &self.figures.folders);
        let found: u32 = folders.iter().map(|folder| folder.found).sum();
        let missing: u32 = folders.iter().map(|folder| folder.missing).sum();
        match (missing, found) {
            _ if folders.is_empty() => say.nothing_compared.to_owned(),
            (0, 0) => say.nothing_missing.to_owned(),
            (0, found) => (say.found_again)(found),
            (missing, _) => (say.missing)(missing),
        }
    }

    fn unread(&self) -> Block {
        let say = self.say();
        if self.figures.unread_folders.is_empty() {
            return Block::Text(say.all_read.to_owned());
        }
        let of_mailbox = |(mailbox, names): (&String, &Vec<String>)| -> Vec<Vec<Cell>> {
            let shown = |name: &String| in_words::folder(self.language, name);
            let row = |name| vec![Cell::text(mailbox), Cell::Text(shown(name))];
            names.iter().map(row).collect()
        };
        let rows = self.figures.unread_folders.iter().flat_map(of_mailbox);
        let rows = rows.take(MAX_LISTED).collect();
        Self::table(say.unread, 2, &say.unread_head, rows)
    }

    fn folders(&self) -> Block {
        let say = self.say();
        let method = of(self.language).figures.method;
        let rows = self.figures.folders.iter().map(|row| {
            let last_at = row.last_at.as_deref().map(phrases::moment);
            let last_method = row.last_method.map(method);
            vec![
                Cell::text(&row.mailbox),
                Cell::Text(in_words::folder(self.language, &row.folder)),
                Cell::Count(row.compared),
                Cell::Count(row.not_compared),
                Cell::Text(last_at.unwrap_or_else(|| NONE.to_owned())),
                Cell::text(last_method.unwrap_or(NONE)),
                Cell::Count(row.messages),
                Cell::Count(row.sampled),
                Cell::Count(row.found),
                Cell::Count(row.missing),
            ]
        });
        Self::table(say.folders, 2, &say.folders_head, rows.collect())
    }

    fn blind(&self) -> Block {
        let say = self.say();
        let words = &of(self.language).figures;
        let rows = self.figures.blind.iter().take(MAX_LISTED).map(|row| {
            let until = if row.lasts {
                say.lasts.to_owned()
            } else {
                phrases::moment(&row.until)
            };
            vec![
                Cell::text(&row.mailbox),
                Cell::Text(phrases::moment(&row.from)),
                Cell::Text(until),
                Cell::Time(Some(row.office_minutes)),
                Cell::text((words.sight)(row.sight)),
                Cell::text((words.cause)(row.cause)),
                Cell::Count(row.late),
            ]
        });
        Self::table(say.blind, 2, &say.blind_head, rows.collect())
    }

    fn alarms(&self) -> Block {
        let say = self.say();
        let alarm = of(self.language).figures.alarm;
        let rows = self.figures.alarms.iter().take(MAX_LISTED).map(|row| {
            let mailbox = row.mailbox.as_deref();
            let state = if row.over { say.over } else { say.alarm };
            vec![
                Cell::Text(phrases::moment(&row.at)),
                Cell::text(mailbox.unwrap_or(NONE)),
                Cell::text(alarm(&row.kind)),
                Cell::text(state),
            ]
        });
        Self::table(say.alarms, 1, &say.alarms_head, rows.collect())
    }

    pub(super) fn corrections(&self) -> Section {
        let say = self.say();
        let corrections = &self.figures.corrections;
        let mut blocks = Vec::new();
        if corrections.is_empty() {
            blocks.push(Block::Text(say.no_corrections.to_owned()));
        }
        let since = self.figures.decided_since;
        if since > 0 {
            blocks.push(Block::Text((say.decided_since)(since)));
        }
        self.listed(corrections.len(), &mut blocks);
        let rows = corrections.iter().take(MAX_LISTED);
        let rows = rows.map(|row| corrected(self.language, row)).collect();
        let head = &say.corrections_head;
        blocks.push(Self::table(say.corrections_caption, 4, head, rows));
        Self::section(say.corrections, blocks)
    }
}

/// A figure as it was reported, and as it is.
fn corrected(language: Language, row: &Correction) -> Vec<Cell> {
    let words = of(language);
    let mailbox = row.mailbox.as_deref();
    vec![
        Cell::Text(format!("{} – {}", row.from, row.to)),
        Cell::text(mailbox.unwrap_or(words.page.other_mailboxes)),
        Cell::Text(phrases::pledge(language, &row.pledge)),
        Cell::text((words.figures.figure)(row.figure)),
        Cell::Text(row.reported.to_string()),
        Cell::Count(row.then),
        Cell::Count(row.now),
    ]
}
