//! The tables of page one: a pledge by mailbox, and who waits now.

use super::PageOne;
use crate::config::Language;
use crate::domain::figures::Figure;
use crate::mail::texts::words as common;
use crate::report::document::{Block, Cell, Section, Table};
use crate::report::figures::{PledgeFigures, RowFigures};
use crate::report::words::{self, pick};

impl PageOne<'_> {
    /// One pledge by mailbox, with the total.
    pub(super) fn table(&self, pledge: &PledgeFigures) -> Option<Block> {
        let l = self.language;
        let mut figures = vec![
            Figure::AnsweredInTime,
            Figure::NoticedInTime,
            Figure::Broken,
        ];
        let has_pending = pledge.rows.iter().any(|row| row.of(Figure::Pending) > 0);
        figures.extend(has_pending.then_some(Figure::Pending));
        let questions = words::capital(words::questions(l, &pledge.pledge));
        let names = figures.iter().map(|figure| words::figure(l, *figure));
        let median = pick(l, "Svarstid, median", "Time to answer, median");
        let head = [pick(l, "Brevlåda", "Mailbox"), &questions]
            .into_iter()
            .chain(names)
            .chain([median]);
        let cells = |row: &RowFigures| -> Vec<Cell> {
            let counts = figures.iter().map(|figure| match row.n {
                0 if *figure != Figure::Pending => Cell::Text("–".to_owned()),
                _ => Cell::Share(row.of(*figure), row.share(*figure)),
            });
            [Cell::Count(row.n)]
                .into_iter()
                .chain(counts)
                .chain([Cell::Time(row.median_minutes)])
                .collect()
        };
        if pledge.rows.is_empty() {
            return None;
        }
        let standing = if pledge.is_final {
            pick(l, "slutlig", "final")
        } else {
            pick(l, "preliminär", "preliminary")
        };
        let caption = format!("{} ({standing})", words::pledge(l, &pledge.pledge));
        let head = head.map(str::to_owned).collect();
        let total = pledge.total.as_ref();
        Some(self.by_mailbox(caption, head, &pledge.rows, total, cells))
    }

    pub(super) fn waiting(&self) -> Section {
        let title = ("Vem väntar nu?", "Who waits now?");
        let (waiting, l) = (&self.figures.waiting, self.language);
        let none = |swedish: &str, english: &str| {
            let text = pick(l, swedish, english).to_owned();
            self.section(title, vec![Block::Text(text)])
        };
        let Some(total) = &waiting.total else {
            return none(
                "Färre än fem frågor väntar på svar nu.",
                "Fewer than five questions wait for an answer now.",
            );
        };
        if total.n == 0 {
            return none(
                "Ingen väntar på svar nu.",
                "No one waits for an answer now.",
            );
        }
        let head = [pick(l, "Brevlåda", "Mailbox")]
            .into_iter()
            .chain(Figure::WAITS.map(|age| words::figure(l, age)));
        let cells = |row: &RowFigures| Figure::WAITS.map(|age| Cell::Count(row.of(age))).into();
        let caption = pick(
            l,
            "De som väntar, efter hur sena de är",
            "Those who wait, by how late they are",
        );
        let head = head.map(str::to_owned).collect();
        let (caption, rows) = (caption.to_owned(), &waiting.rows);
        let table = self.by_mailbox(caption, head, rows, Some(total), cells);
        self.section(title, vec![Block::Text(self.who_waits(total)), table])
    }

    /// How many wait, since when, and with which promises.
    fn who_waits(&self, total: &RowFigures) -> String {
        let l = self.language;
        let oldest = self.figures.waiting.oldest;
        let oldest = oldest.map_or_else(String::new, |date| common::date_without_weekday(l, date));
        let (n, in_time) = (total.n, total.of(Figure::WaitsInTime));
        let late = n - in_time;
        let (runs, over) = (total.of(Figure::PromiseRuns), total.of(Figure::PromiseOver));
        match l {
            Language::Swedish => format!(
                "{n} väntar på svar när rapporten görs: {in_time} har tid kvar, {late} är försenade. Den äldsta kom \
                 {oldest}. {runs} har fått ett nytt datum som inte har passerat, {over} ett som har passerat."
            ),
            Language::English => format!(
                "{n} wait for an answer when the report is made: {in_time} in time, {late} late. The oldest came on \
                 {oldest}. {runs} have a promised date still to come, {over} one that has passed."
            ),
        }
    }

    /// A row for each mailbox, and one for all of them where there are several.
    fn by_mailbox(
        &self,
        caption: String,
        head: Vec<String>,
        rows: &[RowFigures],
        total: Option<&RowFigures>,
        cells: impl Fn(&RowFigures) -> Vec<Cell>,
    ) -> Block {
        let l = self.language;
        let others = pick(l, "Övriga brevlådor", "Other mailboxes");
        let total = total.filter(|_| rows.len() > 1);
        let named = rows
            .iter()
            .map(|row| (row.mailbox.as_deref().unwrap_or(others), row));
        let all = pick(l, "Hela kommunen", "The whole municipality");
        let rows = named
            .chain(total.map(|total| (all, total)))
            .map(|(name, row)| {
                let name = Cell::Text(name.to_owned());
                [name].into_iter().chain(cells(row)).collect()
            });
        Block::Table(Table {
            caption,
            keys: 1,
            head,
            rows: rows.collect(),
            has_total: total.is_some(),
        })
    }
}
