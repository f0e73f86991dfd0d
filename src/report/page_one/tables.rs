//! The tables of page one: a pledge by mailbox, and who waits now.

use super::PageOne;
use crate::domain::figures::Figure;
use crate::mail::texts::in_words;
use crate::report::document::{Block, Cell, Section, Table};
use crate::report::figures::{PledgeFigures, RowFigures};
use crate::report::phrases;
use crate::words::of;
use crate::words::page::Waiting;

impl PageOne<'_> {
    /// One pledge by mailbox, with the total.
    pub(super) fn table(&self, pledge: &PledgeFigures) -> Option<Block> {
        if pledge.rows.is_empty() {
            return None;
        }
        let (say, l) = (self.say(), self.language);
        let figures = columns(pledge);
        let questions = phrases::capital(phrases::questions(l, pledge));
        let names = figures.iter().copied().map(of(l).figures.figure);
        let head = [say.mailbox, &questions]
            .into_iter()
            .chain(names)
            .chain([say.median])
            .map(str::to_owned)
            .collect();
        let standing = if pledge.is_final {
            say.is_final
        } else {
            say.is_preliminary
        };
        let caption = format!("{} ({standing})", phrases::pledge(l, &pledge.pledge));
        let cells = |row: &RowFigures| cells(row, &figures);
        let total = pledge.total.as_ref();
        Some(self.by_mailbox(caption, head, &pledge.rows, total, cells))
    }

    pub(super) fn waiting(&self) -> Section {
        let say = self.say();
        let (waiting, title) = (&self.figures.waiting, say.who_waits);
        let none = |text: &str| Self::section(title, vec![Block::Text(text.to_owned())]);
        let Some(total) = &waiting.total else {
            return none(say.few_wait);
        };
        if total.n == 0 {
            return none(say.none_waits);
        }
        let blocks = vec![Block::Text(self.who_waits(total)), self.by_lateness(total)];
        Self::section(title, blocks)
    }

    fn by_lateness(&self, total: &RowFigures) -> Block {
        let words = of(self.language);
        let head = [words.page.mailbox]
            .into_iter()
            .chain(Figure::WAITS.map(words.figures.figure));
        let cells = |row: &RowFigures| Figure::WAITS.map(|age| Cell::Count(row.of(age))).into();
        let head = head.map(str::to_owned).collect();
        let caption = words.page.by_lateness.to_owned();
        self.by_mailbox(
            caption,
            head,
            &self.figures.waiting.rows,
            Some(total),
            cells,
        )
    }

    /// How many wait, since when, and with which promises.
    fn who_waits(&self, total: &RowFigures) -> String {
        let oldest = self.figures.waiting.oldest;
        let in_time = total.of(Figure::WaitsInTime);
        (self.say().waiting)(&Waiting {
            n: total.n,
            in_time,
            late: total.n - in_time,
            oldest: oldest.map_or_else(String::new, |date| {
                in_words::date_without_weekday(self.language, date)
            }),
            runs: total.of(Figure::PromiseRuns),
            over: total.of(Figure::PromiseOver),
        })
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
        let others = of(l).page.other_mailboxes;
        let total = total.filter(|_| rows.len() > 1);
        let named = rows
            .iter()
            .map(|row| (row.mailbox.as_deref().unwrap_or(others), row));
        let all = of(l).page.whole_municipality;
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

/// The figures of a pledge that its table has; those that are pending, if there are any.
fn columns(pledge: &PledgeFigures) -> Vec<Figure> {
    let mut figures = vec![
        Figure::AnsweredInTime,
        Figure::NoticedInTime,
        Figure::Broken,
    ];
    let has_pending = pledge.rows.iter().any(|row| row.of(Figure::Pending) > 0);
    figures.extend(has_pending.then_some(Figure::Pending));
    figures
}

fn cells(row: &RowFigures, figures: &[Figure]) -> Vec<Cell> {
    let counts = figures.iter().map(|figure| match row.n {
        0 if *figure != Figure::Pending => Cell::Text("–".to_owned()),
        _ => Cell::Share(row.of(*figure), row.share(*figure)),
    });
    [Cell::Count(row.n)]
        .into_iter()
        .chain(counts)
        .chain([Cell::Time(row.median_minutes)])
        .collect()
}
