//! The appendix: everything that page one leaves out.

mod reliability;

use super::definitions::definitions;
use super::document::{Block, Cell, Section, Table};
use super::figures::{Figures, PledgeFigures, RowFigures};
use super::words::{self, pick};
use crate::config::Language;
use crate::domain::figures::Figure;

/// Rows of one table of single happenings; more are counted.
pub const MAX_LISTED: usize = 50;

pub struct Appendix<'a> {
    pub figures: &'a Figures,
    pub language: Language,
}

/// The name of a table or section in both languages.
type Title = (&'static str, &'static str);

impl Appendix<'_> {
    pub fn sections(&self) -> Vec<Section> {
        let sections = [
            self.speed(),
            self.notices(),
            self.circumstances(),
            self.promises(),
            self.outside(),
            self.mails(),
            self.watched(),
            self.corrections(),
            self.not_measured(),
            self.how_we_count(),
        ];
        sections
            .into_iter()
            .filter(|section| !section.blocks.is_empty())
            .collect()
    }

    fn t(&self, words: Title) -> String {
        pick(self.language, words.0, words.1).to_owned()
    }

    fn text(&self, words: Title) -> Block {
        Block::Text(self.t(words))
    }

    fn section(&self, title: Title, blocks: Vec<Block>) -> Section {
        let is_full =
            |block: &Block| !matches!(block, Block::Table(table) if table.rows.is_empty());
        Section {
            title: self.t(title),
            blocks: blocks.into_iter().filter(is_full).collect(),
        }
    }

    fn table(&self, caption: Title, keys: usize, head: &[Title], rows: Vec<Vec<Cell>>) -> Block {
        let head = head.iter().map(|words| self.t(*words)).collect();
        Block::Table(Table {
            caption: self.t(caption),
            keys,
            head,
            rows,
            has_total: false,
        })
    }

    /// A row for each pledge of which there is one of these figures; the columns that are empty
    /// everywhere are left out.
    fn by_pledge(&self, caption: Title, figures: &[Figure]) -> Block {
        let totals: Vec<(&PledgeFigures, &RowFigures)> = self
            .figures
            .pledges
            .iter()
            .filter_map(|pledge| Some((pledge, pledge.total.as_ref()?)))
            .collect();
        let has = |figure: &Figure| totals.iter().any(|(_, total)| total.of(*figure) > 0);
        let shown: Vec<Figure> = figures.iter().copied().filter(has).collect();
        let rows = totals
            .iter()
            .filter(|(_, total)| shown.iter().any(|figure| total.of(*figure) > 0));
        let cells = |(pledge, total): &(&PledgeFigures, &RowFigures)| -> Vec<Cell> {
            let counts = shown.iter().map(|figure| match total.counts.get(figure) {
                Some(count) => Cell::Share(*count, total.share(*figure)),
                None => Cell::Few,
            });
            [Cell::Text(words::pledge(self.language, &pledge.pledge))]
                .into_iter()
                .chain(counts)
                .collect()
        };
        let mut head = vec![self.t(("Löfte", "Pledge"))];
        head.extend(
            shown
                .iter()
                .map(|figure| words::figure(self.language, *figure).to_owned()),
        );
        let rows = rows.map(cells).collect();
        Block::Table(Table {
            caption: self.t(caption),
            keys: 1,
            head,
            rows,
            has_total: false,
        })
    }

    fn speed(&self) -> Section {
        let head = [
            ("Löfte", "Pledge"),
            ("Brevlåda", "Mailbox"),
            ("Avgjorda", "Decided"),
            ("Inom 1 arbetsdag", "Within 1 working day"),
            ("Inom 2 arbetsdagar", "Within 2 working days"),
            ("Medel", "Mean"),
            ("Median", "Median"),
            ("Nio av tio inom", "Nine of ten within"),
        ];
        let mut rows = Vec::new();
        for pledge in &self.figures.pledges {
            let all = pledge.total.as_ref().filter(|_| pledge.rows.len() > 1);
            for row in pledge.rows.iter().chain(all).filter(|row| row.n > 0) {
                let is_all = all.is_some_and(|all| std::ptr::eq(all, row));
                let mailbox = match &row.mailbox {
                    Some(mailbox) => mailbox.clone(),
                    None if is_all => self.t(("Hela kommunen", "The whole municipality")),
                    None => self.t(("Övriga brevlådor", "Other mailboxes")),
                };
                rows.push(vec![
                    Cell::Text(words::pledge(self.language, &pledge.pledge)),
                    Cell::Text(mailbox),
                    Cell::Count(row.n),
                    Cell::Share(row.of(Figure::Within1), row.share(Figure::Within1)),
                    Cell::Share(row.of(Figure::Within2), row.share(Figure::Within2)),
                    Cell::Time(row.mean_minutes),
                    Cell::Time(row.median_minutes),
                    Cell::Time(row.p90_minutes),
                ]);
            }
        }
        let caption = (
            "Svar av en person, och svarstid i arbetstid",
            "Answers by a person, and office hours until them",
        );
        let unsure = [
            Figure::AnsweredLate,
            Figure::NotAnswered,
            Figure::ProbablyAnswered,
            Figure::Unverified,
        ];
        let blocks = vec![
            self.table(caption, 2, &head, rows),
            self.by_pledge(
                (
                    "Sena, obesvarade och osäkra svar",
                    "Late, missing and uncertain answers",
                ),
                &unsure,
            ),
        ];
        self.section(
            ("Hur snabbt svarade vi?", "How fast were the answers?"),
            blocks,
        )
    }

    fn notices(&self) -> Section {
        let became = [
            Figure::NoticedInTime,
            Figure::NoticeKept,
            Figure::NoticeLate,
            Figure::NoticeByWord,
            Figure::NoticeWaits,
            Figure::NoticeOverdue,
            Figure::NoticePosted,
        ];
        let held = [Figure::HeldByCap, Figure::HeldByPerson];
        let blocks = vec![
            self.by_pledge(
                (
                    "Vad som hände efter beskedet",
                    "What happened after the notice",
                ),
                &became,
            ),
            self.by_pledge(("Besked som hölls", "Notices that were held"), &held),
        ];
        self.section(("Beskeden", "The notices"), blocks)
    }

    fn circumstances(&self) -> Section {
        let mut shown = vec![Figure::Broken];
        shown.extend(Figure::CIRCUMSTANCES);
        let table = self.by_pledge(
            (
                "Omständigheter när löftet bröts",
                "Circumstances of broken pledges",
            ),
            &shown,
        );
        let blocks = match table {
            Block::Table(table) if !table.rows.is_empty() => vec![
                self.text((
                    "Det här är omständigheter, inte orsaker. Samma fråga kan stå i flera kolumner.",
                    "These are circumstances, not causes. One question may stand in several columns.",
                )),
                Block::Table(table),
            ],
            _ => Vec::new(),
        };
        self.section(("Varför bröts löften?", "Why were pledges broken?"), blocks)
    }

    fn promises(&self) -> Section {
        let dates = [
            Figure::PromisesKept,
            Figure::PromisesMoved,
            Figure::PromisesBroken,
            Figure::PromisesPending,
        ];
        let notes = [Figure::Noted, Figure::NoteMissing];
        let blocks = vec![
            self.by_pledge(
                (
                    "Datum som lovades i besked eller av handläggare",
                    "Dates promised by notices or handlers",
                ),
                &dates,
            ),
            self.by_pledge(
                (
                    "Ärenden som en chef fick veta om",
                    "Items that a supervisor was told of",
                ),
                &[Figure::Escalated],
            ),
            self.by_pledge(
                (
                    "Anteckningar om vad som har gjorts",
                    "Notes of what was done",
                ),
                &notes,
            ),
        ];
        self.section(
            (
                "Lovade datum, chefer och åtgärder",
                "Promised dates, supervisors and actions",
            ),
            blocks,
        )
    }

    /// Lines outside the shares, with those of the period before.
    fn outside(&self) -> Section {
        let l = self.language;
        let sum = |rows: &[Option<&RowFigures>], figure| {
            rows.iter().flatten().map(|row| row.of(figure)).sum::<u32>()
        };
        let now: Vec<Option<&RowFigures>> = self
            .figures
            .pledges
            .iter()
            .map(|pledge| pledge.total.as_ref())
            .collect();
        let then: Vec<Option<&RowFigures>> = self
            .figures
            .pledges
            .iter()
            .map(|pledge| pledge.before.as_ref())
            .collect();
        let beside = Figure::BESIDE.map(|figure| (figure, sum(&now, figure), sum(&then, figure)));
        let late = (
            Figure::ClosedWithoutAnswerLate,
            sum(&now, Figure::ClosedWithoutAnswerLate),
            0,
        );
        let none = Figure::UNDER_NO_PLEDGE.map(|figure| {
            let of = |counts: &std::collections::BTreeMap<Figure, u32>| {
                counts.get(&figure).copied().unwrap_or(0)
            };
            (
                figure,
                of(&self.figures.outside),
                of(&self.figures.outside_before),
            )
        });
        let rows = beside
            .into_iter()
            .chain([late])
            .chain(none)
            .filter(|(_, now, then)| now + then > 0);
        let rows = rows.map(|(figure, now, then)| {
            let earlier = if figure == Figure::ClosedWithoutAnswerLate {
                Cell::Text("–".to_owned())
            } else {
                Cell::Count(then)
            };
            vec![
                Cell::Text(words::figure(l, figure).to_owned()),
                Cell::Count(now),
                earlier,
            ]
        });
        let head = [
            ("Vad", "What"),
            ("Nu", "Now"),
            ("Perioden före", "The period before"),
        ];
        let caption = (
            "Det som inte räknas i andelarna",
            "What does not count in the shares",
        );
        let blocks = vec![self.table(caption, 1, &head, rows.collect())];
        self.section(("Utanför andelarna", "Outside the shares"), blocks)
    }

    fn mails(&self) -> Section {
        let row = |(kind, count): (&crate::domain::kind::Kind, &u32)| {
            vec![
                Cell::Text(words::staff_mail(self.language, *kind).to_owned()),
                Cell::Count(*count),
            ]
        };
        let rows = self.figures.staff_mails.iter().map(row).collect();
        let caption = (
            "Mejl som skickades till medarbetare",
            "Mails that were sent to staff",
        );
        let head = [("Slag", "Kind"), ("Antal", "Number")];
        self.section(
            ("Mejl till medarbetare", "Mails to staff"),
            vec![self.table(caption, 1, &head, rows)],
        )
    }

    fn listed(&self, rows: usize, blocks: &mut Vec<Block>) {
        if rows > MAX_LISTED {
            blocks.push(Block::Text(match self.language {
                Language::Swedish => {
                    format!("Tabellen visar {MAX_LISTED} av {rows} rader. JSON har alla.")
                }
                Language::English => {
                    format!("The table shows {MAX_LISTED} of {rows} rows. JSON has them all.")
                }
            }));
        }
    }

    /// What the motion also wants promised, and no mailbox shows.
    fn not_measured(&self) -> Section {
        let blocks = [
            (
                "Att en kontakt räcker: mäts inte här.",
                "That one contact is enough: not measured here.",
            ),
            (
                "Besökstider som passar: mäts inte här.",
                "Opening hours that suit: not measured here.",
            ),
            (
                "E-tjänster dygnet runt: mäts inte här.",
                "E-services round the clock: not measured here.",
            ),
            (
                "Klart och tydligt språk: mäts inte här.",
                "Clear and plain language: not measured here.",
            ),
        ];
        let blocks = blocks.into_iter().map(|words| self.text(words)).collect();
        self.section(
            (
                "Löften som en brevlåda inte kan visa",
                "Pledges that no mailbox can show",
            ),
            blocks,
        )
    }

    fn how_we_count(&self) -> Section {
        let rows = self.figures.closed_days.iter();
        let rows = rows.map(|day| {
            vec![
                Cell::Text(day.date.to_string()),
                Cell::Text(day.decision.clone()),
            ]
        });
        let closed = self.table(
            (
                "Dagar som är stängda enligt beslut",
                "Days closed by decision",
            ),
            1,
            &[("Dag", "Day"), ("Beslut", "Decision")],
            rows.collect(),
        );
        let mut blocks: Vec<Block> = definitions(self.language, self.figures)
            .into_iter()
            .map(Block::Text)
            .collect();
        blocks.push(closed);
        self.section(("Så räknar vi", "How we count"), blocks)
    }
}
