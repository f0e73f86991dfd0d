//! How far the figures can be believed: comparisons, blind times, alarms and corrections.

use super::{Appendix, MAX_LISTED};
use crate::domain::figures::finality::Correction;
use crate::domain::language::Language;
use crate::mail::texts::in_words;
use crate::report::document::{Block, Cell, Section};
use crate::report::phrases;
use crate::words::of;

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
        Self::section(self.say().reliability, blocks)
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
            let row = |name| vec![Cell::Text(mailbox.clone()), Cell::Text(shown(name))];
            names.iter().map(row).collect()
        };
        let rows = self.figures.unread_folders.iter().flat_map(of_mailbox);
        let rows = rows.take(MAX_LISTED).collect();
        Self::table(say.unread, 2, &say.unread_head, rows)
    }

    fn folders(&self) -> Block {
        let head = self.say().folders_head;
        let rows = self.figures.folders.iter().map(|row| {
            vec![
                Cell::Text(row.mailbox.clone()),
                Cell::Text(in_words::folder(self.language, &row.folder)),
                Cell::Count(row.compared),
                Cell::Count(row.not_compared),
                Cell::Text(
                    row.last_at
                        .as_deref()
                        .map_or_else(|| "–".to_owned(), phrases::moment),
                ),
                Cell::Text(
                    row.last_method
                        .map_or("–", |method| (of(self.language).figures.method)(method))
                        .to_owned(),
                ),
                Cell::Count(row.messages),
                Cell::Count(row.sampled),
                Cell::Count(row.found),
                Cell::Count(row.missing),
            ]
        });
        let caption = self.say().folders;
        Self::table(caption, 2, &head, rows.collect())
    }

    fn blind(&self) -> Block {
        let head = self.say().blind_head;
        let rows = self.figures.blind.iter().take(MAX_LISTED).map(|row| {
            let until = phrases::moment(&row.until);
            vec![
                Cell::Text(row.mailbox.clone()),
                Cell::Text(phrases::moment(&row.from)),
                Cell::Text(if row.lasts {
                    self.say().lasts.to_owned()
                } else {
                    until
                }),
                Cell::Time(Some(row.office_minutes)),
                Cell::Text((of(self.language).figures.sight)(row.sight).to_owned()),
                Cell::Text((of(self.language).figures.cause)(row.cause).to_owned()),
                Cell::Count(row.late),
            ]
        });
        let caption = self.say().blind;
        Self::table(caption, 2, &head, rows.collect())
    }

    fn alarms(&self) -> Block {
        let head = self.say().alarms_head;
        let rows = self.figures.alarms.iter().take(MAX_LISTED).map(|row| {
            let state = if row.over {
                self.say().over.to_owned()
            } else {
                self.say().alarm.to_owned()
            };
            vec![
                Cell::Text(phrases::moment(&row.at)),
                Cell::Text(row.mailbox.clone().unwrap_or_else(|| "–".to_owned())),
                Cell::Text((of(self.language).figures.alarm)(&row.kind).to_owned()),
                Cell::Text(state),
            ]
        });
        Self::table(self.say().alarms, 1, &head, rows.collect())
    }

    pub(super) fn corrections(&self) -> Section {
        let head = self.say().corrections_head;
        let rows = self.figures.corrections.iter().take(MAX_LISTED);
        let rows = rows.map(|row| corrected(self.language, row));
        let caption = self.say().corrections_caption;
        let table = Self::table(caption, 4, &head, rows.collect());
        let mut blocks = Vec::new();
        if self.figures.corrections.is_empty() {
            blocks.push(Block::Text(self.say().no_corrections.to_owned()));
        }
        if self.figures.decided_since > 0 {
            let n = self.figures.decided_since;
            blocks.push(Block::Text((self.say().decided_since)(n)));
        }
        self.listed(self.figures.corrections.len(), &mut blocks);
        blocks.push(table);
        Self::section(self.say().corrections, blocks)
    }
}

/// A figure as it was reported, and as it is.
fn corrected(language: Language, row: &Correction) -> Vec<Cell> {
    let words = of(language);
    let mailbox = row.mailbox.as_deref();
    vec![
        Cell::Text(format!("{} – {}", row.from, row.to)),
        Cell::Text(mailbox.unwrap_or(words.page.other_mailboxes).to_owned()),
        Cell::Text(phrases::pledge(language, &row.pledge)),
        Cell::Text((words.figures.figure)(row.figure).to_owned()),
        Cell::Text(row.reported.to_string()),
        Cell::Count(row.then),
        Cell::Count(row.now),
    ]
}
