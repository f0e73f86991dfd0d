//! The paragraphs of page one: how each pledge was kept, in words.

use super::PageOne;
use crate::config::Language;
use crate::domain::figures::Figure;
use crate::domain::figures::few::SHOWN_FROM;
use crate::domain::period::Period;
use crate::report::document::{Cell, NB};
use crate::report::figures::{PledgeFigures, RowFigures};
use crate::report::words::{self, pick};
use chrono::Datelike;

impl PageOne<'_> {
    /// The paragraph: both shares, answered first, and how they compare; what became of the
    /// notices; what no machine can check.
    pub(super) fn shares(&self, pledge: &PledgeFigures) -> Vec<String> {
        let l = self.language;
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
            told.push(
                pick(
                    l,
                    "Brevlådor med färre än fem frågor visas inte och ingår inte i summan.",
                    "Mailboxes with fewer than five questions are not shown, and stand in no total.",
                )
                .to_owned(),
            );
        }
        told
    }

    fn this_period(&self, pledge: &PledgeFigures, total: &RowFigures) -> Vec<String> {
        let l = self.language;
        let (period, n) = (
            words::short_period(l, self.period(), self.figures.from.year()),
            total.n,
        );
        let questions = words::questions(l, &pledge.pledge);
        let of = |figure| Cell::Share(total.of(figure), total.share(figure)).show(l);
        let [answered, noticed, broken] = Figure::SHARES.map(of);
        vec![match l {
            Language::Swedish => format!(
                "Av {n} {questions} i {period} fick {answered} svar i tid, {noticed} besked i tid om vem som \
                 handlägger, {broken} varken eller."
            ),
            Language::English => format!(
                "Of {n} {questions} in {period}, {answered} got an answer in time, {noticed} a notice in time of who \
                 handles the matter, {broken} neither."
            ),
        }]
    }

    /// `I september: 79, 15, 6 %.` Nothing where no question came.
    fn compared(&self, period: Period, row: &RowFigures) -> Option<String> {
        let l = self.language;
        let name = words::short_period(l, period, self.figures.from.year());
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
            (None, n) => format!("{} {} {n}", counts.join(", "), pick(l, "av", "of")),
        };
        Some(format!("{} {name}: {told}.", pick(l, "I", "In")))
    }

    fn too_few(&self, pledge: &PledgeFigures) -> String {
        let l = self.language;
        let none_decided = pledge.total.as_ref().is_some_and(|total| total.n == 0);
        if none_decided {
            return pick(
                l,
                "Ingen fråga från perioden är avgjord ännu.",
                "No question of this period is decided yet.",
            )
            .to_owned();
        }
        pick(
            l,
            "Färre än fem frågor är avgjorda. Siffrorna visas inte, eftersom de kunde peka ut en person.",
            "Fewer than five questions are decided. The figures are not shown, since they could point at a person.",
        )
        .to_owned()
    }

    fn after_notices(&self, total: &RowFigures) -> Option<String> {
        let l = self.language;
        let noticed = total.of(Figure::NoticedInTime);
        if noticed == 0 || !total.counts.contains_key(&Figure::NoticeKept) {
            return None;
        }
        let of = |figure| total.of(figure);
        let (kept, late, waits) = (
            of(Figure::NoticeKept),
            of(Figure::NoticeLate),
            of(Figure::NoticeWaits),
        );
        let otherwise = match (of(Figure::NoticeByWord), l) {
            (0, _) => String::new(),
            (n, Language::Swedish) => format!("{n} avslutats på annat sätt, "),
            (n, Language::English) => format!("{n} been closed otherwise, "),
        };
        Some(match l {
            Language::Swedish => format!(
                "Av de {noticed} som fick besked har {kept} fått svar till utlovad dag, {late} senare, {otherwise}{waits} \
                 väntar ännu."
            ),
            Language::English => format!(
                "Of the {noticed} who got a notice, {kept} have been answered by the promised day, {late} later, \
                 {otherwise}{waits} still wait."
            ),
        })
    }

    fn beside(&self, pledge: &PledgeFigures, total: &RowFigures) -> Option<String> {
        let l = self.language;
        let always = [
            Figure::ClosedWithoutAnswer,
            Figure::SelfReported,
            Figure::ExcludedByHand,
        ];
        let counts = always.map(|figure| total.of(figure));
        let more = [
            (
                Figure::SaidAfterwards,
                ("efter uppgift i efterhand", "on what was told afterwards"),
            ),
            (
                Figure::Filed,
                (
                    "genom flytt till en mapp för klara",
                    "by a move to a folder of what is done",
                ),
            ),
        ];
        let more: Vec<String> = more
            .into_iter()
            .filter(|(figure, _)| total.of(*figure) > 0)
            .map(|(figure, (sv, en))| format!(", {} {}", total.of(figure), pick(l, sv, en)))
            .collect();
        if counts == [0; 3] && more.is_empty() {
            return None;
        }
        let [closed, reported, excluded] = counts;
        let before = pledge
            .before
            .as_ref()
            .zip(self.period().before())
            .map_or_else(String::new, |(row, period)| {
                let name = words::short_period(l, period, self.figures.from.year());
                let then = always.map(|figure| row.of(figure).to_string()).join(", ");
                format!("; {} {name} {then}", pick(l, "i", "in"))
            });
        Some(match l {
            Language::Swedish => format!(
                "Utöver detta stängdes {closed} utan svar, {reported} efter uppgift om telefon eller möte{}, {excluded} \
                 undantogs för hand{before}.",
                more.concat()
            ),
            Language::English => format!(
                "Beside these, {closed} were closed without an answer, {reported} on what was told of a call or a \
                 meeting{}, {excluded} were excluded by hand{before}.",
                more.concat()
            ),
        })
    }

    /// Another pledge, in a line.
    pub(super) fn in_short(&self, pledge: &PledgeFigures) -> String {
        let l = self.language;
        let promise = self.own_words(pledge);
        let told = match pledge.total.as_ref().filter(|total| total.n >= SHOWN_FROM) {
            None => self.too_few(pledge),
            Some(total) => {
                let of = |figure| Cell::Share(total.of(figure), total.share(figure)).show(l);
                let [answered, noticed, broken] = Figure::SHARES.map(of);
                let (n, questions) = (total.n, words::questions(l, &pledge.pledge));
                match l {
                    Language::Swedish => {
                        format!(
                            "Av {n} {questions} fick {answered} svar i tid, {noticed} besked, {broken} varken eller."
                        )
                    }
                    Language::English => format!(
                        "Of {n} {questions}, {answered} were answered in time, {noticed} got a notice, {broken} neither."
                    ),
                }
            }
        };
        let first = promise
            .split_inclusive('.')
            .next()
            .unwrap_or(&promise)
            .trim();
        format!("{first} {told}")
    }
}
