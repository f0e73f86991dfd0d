//! The counts as readers get them: rows put together or left out where they are small, parts of
//! very few taken out.

use super::figures::{MonthFigures, PledgeFigures, RowFigures, WaitingFigures};
use crate::domain::calendar::Calendar;
use crate::domain::figures::few::{HANDLERS_FROM, SHOWN_FROM, Shown, may_part, shown};
use crate::domain::figures::{Figure, Nature, Row, Sheet};
use crate::domain::period::Period;
use crate::domain::pledge::Span;
use chrono::{DateTime, Utc};

/// The figures of one mailbox's row. The others are given for all mailboxes together: a part that
/// is in both could be subtracted.
pub const OF_A_ROW: [Figure; 7] = [
    Figure::Arrived,
    Figure::AnsweredInTime,
    Figure::NoticedInTime,
    Figure::Broken,
    Figure::Pending,
    Figure::Within1,
    Figure::Within2,
];

/// The figures that are compared with earlier periods.
const OF_EARLIER: [Figure; 16] = [
    Figure::Arrived,
    Figure::AnsweredInTime,
    Figure::NoticedInTime,
    Figure::Broken,
    Figure::Pending,
    Figure::Covered,
    Figure::ForwardedKept,
    Figure::ForwardedBroken,
    Figure::ForwardedPending,
    Figure::TurnedOut,
    Figure::ClosedWithoutAnswer,
    Figure::SelfReported,
    Figure::SaidAfterwards,
    Figure::Filed,
    Figure::ExcludedByHand,
    Figure::NotAnswered,
];

/// Figures of who waits.
const OF_WAITING: [Figure; 7] = [
    Figure::WaitsInTime,
    Figure::Late1To2,
    Figure::Late3To5,
    Figure::Late6To10,
    Figure::LateLonger,
    Figure::PromiseRuns,
    Figure::PromiseOver,
];

/// A pledge as the configuration has it; of one that it has no more, only the name is known.
#[derive(Clone, Debug, Default)]
pub struct Promised {
    pub name: String,
    pub words: Option<String>,
    pub nature: Option<Nature>,
    pub time: Option<Span>,
    pub notice: bool,
}

/// The sheets of one pledge.
pub struct Sheets<'a> {
    pub now: &'a Sheet,
    pub before: Option<&'a Sheet>,
    pub year_before: Option<&'a Sheet>,
    pub months: Vec<(Period, &'a Sheet)>,
}

/// One pledge; `None` when nothing of it came.
pub fn pledge(
    promised: &Promised,
    sheets: &Sheets<'_>,
    calendar: &Calendar,
    at: DateTime<Utc>,
) -> Option<PledgeFigures> {
    let name = promised.name.as_str();
    let came = Sheet::sum(sheets.now.of_pledge(name).map(|(_, row)| row));
    if came.counts.of(Figure::Arrived) == 0 {
        return None;
    }
    let told = Told::of(sheets.now.of_pledge(name), |row| row.counts.decided());
    let earlier = |sheet| earlier(sheet, name);
    Some(PledgeFigures {
        pledge: name.to_owned(),
        words: promised.words.clone(),
        nature: promised.nature,
        time: promised.time,
        notice: promised.notice,
        is_final: came.is_final(at),
        final_from: came.last_closes.map(|closes| calendar.local_date(closes)),
        total: told.total.as_ref().map(of_all),
        rows: told.each(|mailbox, row| figures(mailbox, row, &OF_A_ROW)),
        left_out: told.left_out,
        before: sheets.before.and_then(earlier),
        year_before: sheets.year_before.and_then(earlier),
        months: months(sheets, name),
    })
}

fn earlier(sheet: &Sheet, pledge: &str) -> Option<RowFigures> {
    let row = total(sheet, pledge)?;
    Some(figures(None, &row, &OF_EARLIER))
}

fn months(sheets: &Sheets<'_>, pledge: &str) -> Vec<MonthFigures> {
    let month = |(period, sheet): &(Period, &Sheet)| MonthFigures {
        month: period.from,
        total: earlier(sheet, pledge),
    };
    sheets.months.iter().map(month).collect()
}

/// Who waits, of all pledges.
#[must_use]
pub fn waiting(sheet: &Sheet) -> WaitingFigures {
    let mut by_mailbox = std::collections::BTreeMap::<&str, Row>::new();
    for ((mailbox, _), row) in &sheet.0 {
        by_mailbox.entry(mailbox).or_default().add_all(row);
    }
    let told = Told::of(
        by_mailbox.iter().map(|(mailbox, row)| (*mailbox, row)),
        |row| row.counts.waiting(),
    );
    let row = |mailbox: Option<&str>, row: &Row| RowFigures {
        n: row.counts.waiting(),
        percent: std::collections::BTreeMap::new(),
        ..figures(mailbox, row, &OF_WAITING)
    };
    WaitingFigures {
        oldest: told.total.as_ref().and_then(|total| total.oldest),
        total: told.total.as_ref().map(|total| row(None, total)),
        rows: told.each(row),
        left_out: told.left_out,
    }
}

/// The total of a pledge, without the parts that are left out; `None` when that leaves too little.
fn total(sheet: &Sheet, pledge: &str) -> Option<Row> {
    Told::of(sheet.of_pledge(pledge), |row| row.counts.decided()).total
}

struct Told {
    total: Option<Row>,
    /// `None`: the small ones together.
    rows: Vec<(Option<String>, Row)>,
    left_out: u32,
}

impl Told {
    fn of<'a>(rows: impl Iterator<Item = (&'a str, &'a Row)>, size: fn(&Row) -> u32) -> Self {
        let rows: Vec<(&str, &Row)> = rows.collect();
        let sizes: Vec<u32> = rows.iter().map(|(_, row)| size(row)).collect();
        let (mut told, together) = Self::apart(rows.into_iter().zip(shown(&sizes)));
        if size(&together) > 0 {
            told.rows.push((None, together));
        }
        let total = Sheet::sum(told.rows.iter().map(|(_, row)| row));
        let is_told = size(&total) >= SHOWN_FROM || told.left_out == 0;
        told.total = is_told.then_some(total);
        told
    }
}

impl Told {
    /// Those that are shown alone, and the sum of those that are shown together.
    fn apart<'a>(rows: impl Iterator<Item = ((&'a str, &'a Row), Shown)>) -> (Self, Row) {
        let mut told = Self {
            total: None,
            rows: Vec::new(),
            left_out: 0,
        };
        let mut together = Vec::new();
        for ((mailbox, row), how) in rows {
            match how {
                Shown::Alone => told.rows.push((Some(mailbox.to_owned()), row.clone())),
                Shown::Together => together.push(row),
                Shown::Not => told.left_out += 1,
            }
        }
        (told, Sheet::sum(together))
    }

    fn each(&self, figures: impl Fn(Option<&str>, &Row) -> RowFigures) -> Vec<RowFigures> {
        let rows = self.rows.iter();
        rows.map(|(mailbox, row)| figures(mailbox.as_deref(), row))
            .collect()
    }
}

/// All mailboxes together: every figure but the parts of very few.
fn of_all(row: &Row) -> RowFigures {
    let told: Vec<Figure> = Figure::ALL
        .iter()
        .copied()
        .filter(|figure| !OF_WAITING.contains(figure) && *figure != Figure::Received)
        .filter(|figure| {
            figure
                .part_of()
                .is_none_or(|whole| may_part(row.counts.of(whole)))
        })
        .filter(|figure| *figure != Figure::HandlerAway || row.handlers.len() >= HANDLERS_FROM)
        .filter(|figure| !Figure::UNDER_NO_PLEDGE.contains(figure))
        .collect();
    figures(None, row, &told)
}

fn figures(mailbox: Option<&str>, row: &Row, told: &[Figure]) -> RowFigures {
    let counts = told
        .iter()
        .map(|figure| (*figure, row.counts.of(*figure)))
        .collect();
    let few = u32::try_from(row.minutes.len()).unwrap_or(u32::MAX) < SHOWN_FROM;
    let [mean_minutes, median_minutes, p90_minutes] = if few { [None; 3] } else { row.times() };
    let mailbox = mailbox.map(str::to_owned);
    let n = row.counts.decided();
    let told = RowFigures {
        mailbox,
        n,
        counts,
        mean_minutes,
        median_minutes,
        p90_minutes,
        ..RowFigures::default()
    };
    told.with_shares()
}
