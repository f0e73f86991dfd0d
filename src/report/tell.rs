//! The counts as readers get them: rows put together or left out where they are small, parts of
//! very few taken out.

use super::figures::{MonthFigures, PledgeFigures, RowFigures, WaitingFigures};
use crate::domain::calendar::Calendar;
use crate::domain::figures::few::{
    HANDLERS_FROM, SHOWN_FROM, Shown, guarded_parts, may_part, shown,
};
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

/// The sheets that a report has of each pledge.
pub struct Sheets<'a> {
    pub period: Period,
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

/// The months, without those that the total of a period would reveal, less the others.
fn months(sheets: &Sheets<'_>, pledge: &str) -> Vec<MonthFigures> {
    let told = |sheet: &Sheet| total(sheet, pledge);
    let mut months: Vec<(Period, Option<Row>)> = sheets
        .months
        .iter()
        .map(|(month, sheet)| (*month, told(sheet)))
        .collect();
    for (period, sheet) in sheets.whole() {
        if let Some(whole) = told(sheet) {
            let inside = months.iter_mut().filter(|(month, _)| period.covers(*month));
            guard(&whole, inside.map(|(_, row)| row).collect());
        }
    }
    let figures = |row: Row| figures(None, &row, &OF_EARLIER);
    let month = |(month, row): (Period, Option<Row>)| MonthFigures {
        month: month.from,
        total: row.map(figures),
    };
    months.into_iter().map(month).collect()
}

/// Takes out the month that the whole would reveal.
fn guard(whole: &Row, mut months: Vec<&mut Option<Row>>) {
    let sizes: Vec<Option<u32>> = months
        .iter()
        .map(|month| Some(month.as_ref()?.counts.decided()))
        .collect();
    let shown = guarded_parts(whole.counts.decided(), &sizes);
    for (month, _) in months.iter_mut().zip(shown).filter(|(_, shown)| !shown) {
        **month = None;
    }
}

impl<'a> Sheets<'a> {
    /// The periods whose totals the report has, but the months.
    fn whole(&self) -> impl Iterator<Item = (Period, &'a Sheet)> {
        let Self { period, .. } = self;
        let before = period.before().zip(self.before);
        let year_before = period.year_before().zip(self.year_before);
        [Some((*period, self.now)), before, year_before]
            .into_iter()
            .flatten()
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::{date, sweden, utc};

    fn sheet(answered: &[(&str, u32)]) -> Sheet {
        let mut sheet = Sheet::default();
        for (mailbox, count) in answered {
            let counts = &mut sheet.row(mailbox, "mail").counts;
            counts.add(Figure::Arrived, *count);
            counts.add(Figure::AnsweredInTime, *count);
        }
        sheet
    }

    /// Questions of each month of 2026 that are shown, by those of two mailboxes in each.
    fn shown_months(of: impl Fn(usize) -> [u32; 2]) -> (u32, Vec<Option<u32>>) {
        let period = Period::new(date("2026-01-01"), date("2026-12-31")).expect("a period");
        let months: Vec<Sheet> = (0..12)
            .map(|month| sheet(&[("kf", of(month)[0]), ("bygglov", of(month)[1])]))
            .collect();
        let mut year = Sheet::default();
        for month in &months {
            year.add_all(month);
        }
        let sheets = Sheets {
            period,
            now: &year,
            before: None,
            year_before: None,
            months: period.months_until(12).into_iter().zip(&months).collect(),
        };
        let promised = Promised {
            name: "mail".to_owned(),
            ..Promised::default()
        };
        let told = pledge(&promised, &sheets, &sweden(), utc("2027-02-01T09:00:00Z"));
        let told = told.expect("a pledge");
        let months = told.months.iter();
        let shown = months.map(|month| Some(month.total.as_ref()?.n)).collect();
        (told.total.expect("a total").n, shown)
    }

    /// July had three: August, the smallest of the others, is not shown either.
    #[test]
    fn the_year_reveals_no_small_month() {
        let (total, shown) = shown_months(|month| match month {
            6 => [3, 0],
            7 => [9, 0],
            _ => [20, 0],
        });
        assert_eq!(total, 212);
        let expected = |month| (!(6..=7).contains(&month)).then_some(20);
        assert_eq!(shown, (0..12).map(expected).collect::<Vec<_>>());
    }

    /// Whatever the mailboxes of the months lack, less all months that are shown nothing or at
    /// least five is left of the year.
    #[test]
    fn no_months_are_subtracted_from_their_year() {
        for seed in 0..500_usize {
            let (total, shown) = shown_months(|month| {
                let draw = |by: usize| u32::try_from((seed * by + month * 7) % 9).expect("few");
                [draw(3), draw(5) * 2]
            });
            let rest = total - shown.iter().flatten().sum::<u32>();
            assert!(rest == 0 || rest >= SHOWN_FROM, "{seed}: {total} {shown:?}");
        }
    }
}
