//! The appendix: everything that page one leaves out.

mod reliability;

use super::definitions::definitions;
use super::document::{Block, Cell, Section, Table};
use super::figures::{Figures, PledgeFigures, RowFigures};
use super::phrases;
use crate::domain::figures::{Elsewhere, Figure};
use crate::domain::language::Language;
use crate::words::appendix::Appendix as Words;
use crate::words::of;
use std::collections::BTreeMap;

/// Rows of one table of single happenings; more are counted.
pub const MAX_LISTED: usize = 50;

pub struct Appendix<'a> {
    pub figures: &'a Figures,
    pub language: Language,
}

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

    fn say(&self) -> &'static Words {
        &of(self.language).appendix
    }

    fn figure(&self, figure: Figure) -> String {
        (of(self.language).figures.figure)(figure).to_owned()
    }

    fn section(title: &str, blocks: Vec<Block>) -> Section {
        let is_full =
            |block: &Block| !matches!(block, Block::Table(table) if table.rows.is_empty());
        Section {
            title: title.to_owned(),
            blocks: blocks.into_iter().filter(is_full).collect(),
        }
    }

    fn table(caption: &str, keys: usize, head: &[&str], rows: Vec<Vec<Cell>>) -> Block {
        let head = head.iter().map(|&words| words.to_owned()).collect();
        Block::Table(Table {
            caption: caption.to_owned(),
            keys,
            head,
            rows,
            has_total: false,
        })
    }

    /// A row for each pledge of which there is one of these figures; the columns that are empty
    /// everywhere are left out.
    fn by_pledge(&self, caption: &str, figures: &[Figure]) -> Block {
        let totals = self.totals();
        let has = |figure: &Figure| totals.iter().any(|(_, total)| total.of(*figure) > 0);
        let shown: Vec<Figure> = figures.iter().copied().filter(has).collect();
        let rows = totals
            .iter()
            .filter(|(_, total)| shown.iter().any(|figure| total.of(*figure) > 0));
        let mut head = vec![self.say().pledge.to_owned()];
        head.extend(shown.iter().map(|figure| self.figure(*figure)));
        let rows = rows.map(|(pledge, total)| self.counts(&pledge.pledge, total, &shown));
        let rows = rows.collect();
        Block::Table(Table {
            caption: caption.to_owned(),
            keys: 1,
            head,
            rows,
            has_total: false,
        })
    }

    /// The same of a figure and its parts; where these are too few, a sentence says so.
    fn by_parts(&self, caption: &str, figures: &[Figure]) -> Block {
        match self.by_pledge(caption, figures) {
            Block::Table(table) if table.head.len() == 2 && !table.rows.is_empty() => {
                Block::Text((self.say().few_parts)(caption))
            }
            table => table,
        }
    }

    /// The pledges of which so much came that it is shown.
    fn totals(&self) -> Vec<(&PledgeFigures, &RowFigures)> {
        let pledges = self.figures.pledges.iter();
        pledges
            .filter_map(|pledge| Some((pledge, pledge.total.as_ref()?)))
            .collect()
    }

    /// A pledge's row of these figures.
    fn counts(&self, pledge: &str, total: &RowFigures, figures: &[Figure]) -> Vec<Cell> {
        let counts = figures.iter().map(|figure| match total.counts.get(figure) {
            Some(count) => Cell::Share(*count, total.share(*figure)),
            None => Cell::Few,
        });
        [Cell::Text(phrases::pledge(self.language, pledge))]
            .into_iter()
            .chain(counts)
            .collect()
    }

    fn speed(&self) -> Section {
        let head = self.say().speed_head;
        let mut rows = Vec::new();
        for pledge in &self.figures.pledges {
            let all = pledge.total.as_ref().filter(|_| pledge.rows.len() > 1);
            for row in pledge.rows.iter().chain(all).filter(|row| row.n > 0) {
                let is_all = all.is_some_and(|all| std::ptr::eq(all, row));
                rows.push(self.times(&pledge.pledge, row, is_all));
            }
        }
        let caption = self.say().speed_caption;
        let unsure = [
            Figure::AnsweredLate,
            Figure::NotAnswered,
            Figure::ProbablyAnswered,
            Figure::Unverified,
        ];
        let blocks = vec![
            Self::table(caption, 2, &head, rows),
            self.by_pledge(self.say().uncertain_answers, &unsure),
        ];
        Self::section(self.say().speed, blocks)
    }

    /// How fast a pledge's questions were answered in a mailbox, or in all of them.
    fn times(&self, pledge: &str, row: &RowFigures, is_all: bool) -> Vec<Cell> {
        let mailbox = match &row.mailbox {
            Some(mailbox) => mailbox.clone(),
            None if is_all => of(self.language).page.whole_municipality.to_owned(),
            None => of(self.language).page.other_mailboxes.to_owned(),
        };
        vec![
            Cell::Text(phrases::pledge(self.language, pledge)),
            Cell::Text(mailbox),
            Cell::Count(row.n),
            Cell::Share(row.of(Figure::Within1), row.share(Figure::Within1)),
            Cell::Share(row.of(Figure::Within2), row.share(Figure::Within2)),
            Cell::Time(row.mean_minutes),
            Cell::Time(row.median_minutes),
            Cell::Time(row.p90_minutes),
        ]
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
            Figure::NoticeByFunction,
        ];
        let held = [Figure::HeldByCap, Figure::HeldByPerson];
        let blocks = vec![
            self.by_parts(self.say().after_notices, &became),
            self.by_pledge(self.say().held_notices, &held),
        ];
        Self::section(self.say().notices, blocks)
    }

    fn circumstances(&self) -> Section {
        let mut shown = vec![Figure::Broken];
        shown.extend(Figure::CIRCUMSTANCES);
        let table = self.by_parts(self.say().circumstances, &shown);
        let blocks = match &table {
            Block::Table(table) if table.rows.is_empty() => Vec::new(),
            Block::Table(_) => vec![Block::Text(self.say().not_causes.to_owned()), table],
            _ => vec![table],
        };
        Self::section(self.say().why_broken, blocks)
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
            self.by_pledge(self.say().promised_dates, &dates),
            self.by_pledge(self.say().escalated, &[Figure::Escalated]),
            self.by_pledge(self.say().notes, &notes),
        ];
        Self::section(self.say().promises, blocks)
    }

    /// Lines outside the shares, with those of the period before.
    fn outside(&self) -> Section {
        let beside = Figure::BESIDE.map(|figure| self.beside(figure));
        let (late, now, _) = self.beside(Figure::ClosedWithoutAnswerLate);
        let none = Figure::UNDER_NO_PLEDGE.map(|figure| self.under_no_pledge(figure));
        let rows = beside
            .into_iter()
            .chain([(late, now, 0), self.beside(Figure::TurnedOut)])
            .chain(none)
            .filter(|(_, now, then)| now + then > 0);
        let rows = rows.map(|row| self.now_and_then(row)).collect();
        let say = self.say();
        let blocks = vec![Self::table(say.outside_caption, 1, &say.outside_head, rows)];
        Self::section(say.outside, blocks)
    }

    /// A figure's row, with that of the period before where it is known.
    fn now_and_then(&self, (figure, now, then): (Figure, u32, u32)) -> Vec<Cell> {
        let earlier = if figure == Figure::ClosedWithoutAnswerLate {
            Cell::Text("–".to_owned())
        } else {
            Cell::Count(then)
        };
        vec![Cell::Text(self.figure(figure)), Cell::Count(now), earlier]
    }

    /// A figure of all pledges, now and in the period before.
    fn beside(&self, figure: Figure) -> (Figure, u32, u32) {
        let sum = |row: fn(&PledgeFigures) -> Option<&RowFigures>| {
            let rows = self.figures.pledges.iter().filter_map(row);
            rows.map(|row| row.of(figure)).sum::<u32>()
        };
        (
            figure,
            sum(|pledge| pledge.total.as_ref()),
            sum(|pledge| pledge.before.as_ref()),
        )
    }

    /// A figure of items under no pledge, now and in the period before.
    fn under_no_pledge(&self, figure: Figure) -> (Figure, u32, u32) {
        let of = |counts: &BTreeMap<Figure, u32>| counts.get(&figure).copied().unwrap_or(0);
        (
            figure,
            of(&self.figures.outside),
            of(&self.figures.outside_before),
        )
    }

    fn mails(&self) -> Section {
        let row = |(kind, count): (&crate::domain::effect::Kind, &u32)| {
            vec![
                Cell::Text((of(self.language).figures.staff_mail)(*kind).to_owned()),
                Cell::Count(*count),
            ]
        };
        let rows = self.figures.staff_mails.iter().map(row).collect();
        let caption = self.say().staff_mails_caption;
        let head = self.say().staff_mails_head;
        Self::section(
            self.say().staff_mails,
            vec![Self::table(caption, 1, &head, rows)],
        )
    }

    fn listed(&self, rows: usize, blocks: &mut Vec<Block>) {
        if rows > MAX_LISTED {
            blocks.push(Block::Text((self.say().listed)(MAX_LISTED, rows)));
        }
    }

    /// What the motion also wants promised, and no mailbox shows.
    fn not_measured(&self) -> Section {
        let told = |what| self.figures.elsewhere.get(&what).map(String::as_str);
        let line = |what| Block::Text((self.say().not_measured)(what, told(what)));
        let blocks = Elsewhere::ALL.map(line).into();
        Self::section(self.say().not_measured_title, blocks)
    }

    fn how_we_count(&self) -> Section {
        let rows = self.figures.closed_days.iter();
        let rows = rows.map(|day| {
            vec![
                Cell::Text(day.date.to_string()),
                Cell::Text(day.decision.clone()),
            ]
        });
        let closed = Self::table(
            self.say().closed_days,
            1,
            &self.say().closed_days_head,
            rows.collect(),
        );
        let mut blocks: Vec<Block> = definitions(self.language, self.figures)
            .into_iter()
            .map(Block::Text)
            .collect();
        blocks.push(closed);
        Self::section(self.say().how_we_count, blocks)
    }
}
