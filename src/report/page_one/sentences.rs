//! The paragraphs of page one: how each pledge was kept, in words.

use super::PageOne;
use crate::domain::figures::Figure;
use crate::domain::figures::few::SHOWN_FROM;
use crate::domain::period::Period;
use crate::report::document::{Cell, NB};
use crate::report::figures::{PledgeFigures, RowFigures};
use crate::report::phrases;
use crate::words::page::AfterNotices;
use chrono::Datelike;

impl PageOne<'_> {
    /// The paragraph: both shares, answered first, and how they compare; what became of the
    /// notices; what no machine can check.
    pub(super) fn shares(&self, pledge: &PledgeFigures) -> Vec<String> {
        let Some(total) = pledge.total.as_ref().filter(|total| total.n >= SHOWN_FROM) else {
            return vec![self.too_few(pledge)];
        };
        let mut first = self.this_period(pledge, total);
        for (period, row) in [
            (self.period().before(), pledge.before.as_ref()),
            (self.period().year_before(), pledge.year_before.as_ref()),
        ] {
            if let Some((period, row)) = period.zip(row) {
                first.extend(self.compared(period, row));
            }
        }
        let mut told = vec![first.join(" ")];
        told.extend(self.after_notices(total));
        told.extend(self.beside(pledge, total));
        if pledge.left_out > 0 {
            told.push(self.say().small_mailboxes.to_owned());
        }
        told
    }

    fn this_period(&self, pledge: &PledgeFigures, total: &RowFigures) -> Vec<String> {
        let l = self.language;
        let period = phrases::short_period(l, self.period(), self.figures.from.year());
        let questions = phrases::questions(l, pledge);
        let of_shown = |figure| Cell::Share(total.of(figure), total.share(figure)).show(l);
        let shares = Figure::SHARES.map(of_shown);
        vec![(self.say().shares)(total.n, questions, &period, &shares)]
    }

    /// `I september: 79, 15, 6 %.` Nothing where no question came.
    fn compared(&self, period: Period, row: &RowFigures) -> Option<String> {
        let l = self.language;
        let name = phrases::short_period(l, period, self.figures.from.year());
        let shares: Option<Vec<u32>> = Figure::SHARES
            .iter()
            .map(|share| row.share(*share))
            .collect();
        let counts = Figure::SHARES.map(|share| row.of(share).to_string());
        let told = match (shares, row.n) {
            (_, 0) => return None,
            (Some(shares), _) => {
                let shares: Vec<String> = shares.iter().map(u32::to_string).collect();
                format!("{}{NB}%", shares.join(", "))
            }
            (None, n) => (self.say().counts)(&counts.join(", "), n),
        };
        Some((self.say().in_period)(&name, &told))
    }

    fn too_few(&self, pledge: &PledgeFigures) -> String {
        let none_decided = pledge.total.as_ref().is_some_and(|total| total.n == 0);
        if none_decided {
            return self.say().none_decided.to_owned();
        }
        self.say().too_few.to_owned()
    }

    fn after_notices(&self, total: &RowFigures) -> Option<String> {
        let has_become = total.counts.contains_key(&Figure::NoticeKept);
        let notices = AfterNotices {
            noticed: total.of(Figure::NoticedInTime),
            kept: total.of(Figure::NoticeKept),
            late: total.of(Figure::NoticeLate),
            otherwise: total.of(Figure::NoticeByWord),
            waits: total.of(Figure::NoticeWaits),
        };
        (notices.noticed > 0 && has_become).then(|| (self.say().after_notices)(&notices))
    }

    fn beside(&self, pledge: &PledgeFigures, total: &RowFigures) -> Option<String> {
        let always = [
            Figure::ClosedWithoutAnswer,
            Figure::SelfReported,
            Figure::ExcludedByHand,
        ];
        let counts = always.map(|figure| total.of(figure));
        let say = self.say();
        let more = [
            (Figure::SaidAfterwards, say.said_afterwards),
            (Figure::Filed, say.filed),
        ];
        let more: String = more
            .into_iter()
            .filter(|(figure, _)| total.of(*figure) > 0)
            .map(|(figure, words)| words(total.of(figure)))
            .collect();
        if counts == [0; 3] && more.is_empty() {
            return None;
        }
        let then = self.then(pledge, always).unwrap_or_default();
        Some((say.beside)(counts, &more, &then))
    }

    /// The same of the period before, if anything came in it.
    fn then(&self, pledge: &PledgeFigures, figures: [Figure; 3]) -> Option<String> {
        let (row, period) = pledge.before.as_ref().zip(self.period().before())?;
        let then = figures.map(|figure| row.of(figure).to_string()).join(", ");
        let name = phrases::short_period(self.language, period, self.figures.from.year());
        (row.of(Figure::Arrived) > 0).then(|| (self.say().then)(&name, &then))
    }

    /// Another pledge, in a line.
    pub(super) fn in_short(&self, pledge: &PledgeFigures) -> String {
        let l = self.language;
        let told = match pledge.total.as_ref().filter(|total| total.n >= SHOWN_FROM) {
            None => self.too_few(pledge),
            Some(total) => {
                let of_shown = |figure| Cell::Share(total.of(figure), total.share(figure)).show(l);
                let questions = phrases::questions(l, pledge);
                (self.say().shares_in_short)(total.n, questions, &Figure::SHARES.map(of_shown))
            }
        };
        format!("{} {told}", phrases::promise_in_short(l, pledge))
    }
}
