//! Page one: the pledges, how they were kept and whether that is better or worse, three pictures, a
//! table for each pledge, and who waits now.

use super::document::{Block, Cell, NB, Section, Table};
use super::figures::{Figures, PledgeFigures, RowFigures};
use super::pictures;
use super::words::{self, pick};
use crate::config::Language;
use crate::domain::figures::Figure;
use crate::domain::figures::few::SHOWN_FROM;
use crate::domain::period::Period;
use crate::mail::texts::words as common;
use chrono::Datelike;

pub struct PageOne<'a> {
    pub figures: &'a Figures,
    pub language: Language,
}

impl PageOne<'_> {
    fn period(&self) -> Period {
        Period {
            from: self.figures.from,
            to: self.figures.to,
        }
    }

    pub fn title(&self) -> String {
        let period = words::period(self.language, self.period());
        let name = self
            .figures
            .authority
            .as_ref()
            .map_or_else(String::new, |name| format!("{name}, "));
        format!(
            "{} {name}{period}",
            pick(self.language, "Servicelöften", "Service pledges")
        )
        .replace(NB, " ")
    }

    /// The pledge that most of the mail came under: it is the one that the pictures show.
    fn main(&self) -> Option<&PledgeFigures> {
        let size = |pledge: &PledgeFigures| pledge.total.as_ref().map_or(0, |total| total.n);
        self.figures
            .pledges
            .iter()
            .rev()
            .max_by_key(|pledge| size(pledge))
    }

    /// `82 % svar i tid, 14 % besked (preliminär)`.
    pub fn headline(&self) -> String {
        let l = self.language;
        let Some(pledge) = self.main() else {
            return pick(l, "inga frågor", "no questions").to_owned();
        };
        let told = match pledge.total.as_ref().filter(|total| total.n >= SHOWN_FROM) {
            None => pick(l, "få frågor", "few questions").to_owned(),
            Some(total) => {
                let shares = [Figure::AnsweredInTime, Figure::NoticedInTime]
                    .map(|figure| total.share(figure));
                match (shares, l) {
                    ([Some(answered), Some(noticed)], Language::Swedish) => {
                        format!("{answered} % svar i tid, {noticed} % besked")
                    }
                    ([Some(answered), Some(noticed)], Language::English) => {
                        format!("{answered} % answered in time, {noticed} % told who handles it")
                    }
                    (_, Language::Swedish) => {
                        format!(
                            "{} av {} svar i tid",
                            total.of(Figure::AnsweredInTime),
                            total.n
                        )
                    }
                    (_, Language::English) => {
                        format!(
                            "{} of {} answered in time",
                            total.of(Figure::AnsweredInTime),
                            total.n
                        )
                    }
                }
            }
        };
        let standing = if pledge.is_final {
            ""
        } else {
            pick(l, " (preliminär)", " (preliminary)")
        };
        told + standing
    }

    pub fn lead(&self) -> Vec<String> {
        let l = self.language;
        let made = words::moment(&self.figures.made_at);
        let period = words::period(l, self.period());
        let name = &self.figures.organisation;
        let time = if self.period().is_month() {
            format!("{} {period}", pick(l, "i", "in"))
        } else {
            period
        };
        let mut lead = vec![match l {
            Language::Swedish => {
                format!("{name}. Rapporten gäller det som kom in {time}. Den gjordes {made}.")
            }
            Language::English => {
                format!("{name}. The report covers what arrived {time}. It was made on {made}.")
            }
        }];
        lead.extend(self.main().map(|main| self.standing(main)));
        lead
    }

    /// Whether a pledge's figures are final, and when they will be.
    fn standing(&self, pledge: &PledgeFigures) -> String {
        let l = self.language;
        if pledge.is_final {
            return pick(l, "Siffrorna är slutliga.", "The figures are final.").to_owned();
        }
        let from = pledge
            .final_from
            .map_or_else(String::new, |date| common::date_without_weekday(l, date));
        match (
            pledge.total.as_ref().map(|total| total.of(Figure::Pending)),
            l,
        ) {
            (Some(n), Language::Swedish) => {
                format!("Preliminär: {n} ännu inte avgjorda. Slutlig från {from}.")
            }
            (Some(n), Language::English) => {
                format!("Preliminary: {n} not yet decided. Final from {from}.")
            }
            (None, Language::Swedish) => format!("Preliminär. Slutlig från {from}."),
            (None, Language::English) => format!("Preliminary. Final from {from}."),
        }
    }

    pub fn sections(&self) -> Vec<Section> {
        let l = self.language;
        let Some(main) = self.main() else {
            let none = pick(
                l,
                "Inget mejl eller brev som behövde svar kom in under perioden.",
                "No mail that needed an answer arrived in this period.",
            );
            let blocks = vec![Block::Text(none.to_owned())];
            return vec![
                self.section(("Löftet", "The pledge"), blocks),
                self.waiting(),
            ];
        };
        let mut told = vec![Block::Pledge(self.own_words(main))];
        told.extend(self.shares(main).into_iter().map(Block::Text));
        let others = self
            .figures
            .pledges
            .iter()
            .filter(|pledge| pledge.pledge != main.pledge);
        told.extend(others.map(|pledge| Block::Text(self.in_short(pledge))));
        told.push(Block::Text(
            pick(
                l,
                "Ett svar är det första mejlet från en person. Ingen bedömer vad som står i det. Ett besked är inget svar.",
                "An answer is the first mail from a person. No one judges what it says. A notice is no answer.",
            )
            .to_owned(),
        ));
        let mut pictures: Vec<Block> = Vec::new();
        pictures.extend(pictures::year(main, l).map(|picture| Block::Picture(Box::new(picture))));
        pictures.extend(pictures::days(main, l).map(|picture| Block::Picture(Box::new(picture))));
        pictures.extend(
            pictures::arrivals(self.figures, l).map(|picture| Block::Picture(Box::new(picture))),
        );
        let mut sections = vec![self.section(("Löftet", "The pledge"), told)];
        if !pictures.is_empty() {
            sections.push(self.section(("I bilder", "In pictures"), pictures));
        }
        let tables: Vec<Block> = self
            .figures
            .pledges
            .iter()
            .filter_map(|pledge| self.table(pledge))
            .collect();
        if !tables.is_empty() {
            sections.push(self.section(("Löfte för löfte", "Pledge by pledge"), tables));
        }
        sections.push(self.waiting());
        sections
    }

    fn section(&self, title: (&str, &str), blocks: Vec<Block>) -> Section {
        Section {
            title: pick(self.language, title.0, title.1).to_owned(),
            blocks,
        }
    }

    fn own_words(&self, pledge: &PledgeFigures) -> String {
        pledge
            .words
            .clone()
            .unwrap_or_else(|| words::promise(self.language, &pledge.pledge, pledge.time))
    }

    /// The paragraph: both shares, answered first, and how they compare; what became of the
    /// notices; what no machine can check.
    fn shares(&self, pledge: &PledgeFigures) -> Vec<String> {
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
    fn in_short(&self, pledge: &PledgeFigures) -> String {
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

    /// One pledge by mailbox, with the total.
    fn table(&self, pledge: &PledgeFigures) -> Option<Block> {
        let l = self.language;
        let has_pending = pledge.rows.iter().any(|row| row.of(Figure::Pending) > 0);
        let mut figures = vec![
            Figure::AnsweredInTime,
            Figure::NoticedInTime,
            Figure::Broken,
        ];
        figures.extend(has_pending.then_some(Figure::Pending));
        let mut head = vec![
            pick(l, "Brevlåda", "Mailbox").to_owned(),
            words::capital(words::questions(l, &pledge.pledge)),
        ];
        head.extend(
            figures
                .iter()
                .map(|figure| words::figure(l, *figure).to_owned()),
        );
        head.push(pick(l, "Svarstid, median", "Time to answer, median").to_owned());
        let cells = |name: String, row: &RowFigures| -> Vec<Cell> {
            let counts = figures.iter().map(|figure| match row.n {
                0 if *figure != Figure::Pending => Cell::Text("–".to_owned()),
                _ => Cell::Share(row.of(*figure), row.share(*figure)),
            });
            [Cell::Text(name), Cell::Count(row.n)]
                .into_iter()
                .chain(counts)
                .chain([Cell::Time(row.median_minutes)])
                .collect()
        };
        let name = |row: &RowFigures| {
            row.mailbox
                .clone()
                .unwrap_or_else(|| pick(l, "Övriga brevlådor", "Other mailboxes").to_owned())
        };
        let mut rows: Vec<Vec<Cell>> = pledge
            .rows
            .iter()
            .map(|row| cells(name(row), row))
            .collect();
        let total = pledge.total.as_ref().filter(|_| rows.len() > 1);
        rows.extend(total.map(|total| {
            cells(
                pick(l, "Hela kommunen", "The whole municipality").to_owned(),
                total,
            )
        }));
        if rows.is_empty() {
            return None;
        }
        let standing = if pledge.is_final {
            pick(l, "slutlig", "final")
        } else {
            pick(l, "preliminär", "preliminary")
        };
        let caption = format!("{} ({standing})", words::pledge(l, &pledge.pledge));
        Some(Block::Table(Table {
            caption,
            keys: 1,
            head,
            rows,
            has_total: total.is_some(),
        }))
    }

    fn waiting(&self) -> Section {
        let l = self.language;
        let waiting = &self.figures.waiting;
        let Some(total) = &waiting.total else {
            let few = pick(
                l,
                "Färre än fem frågor väntar på svar nu.",
                "Fewer than five questions wait for an answer now.",
            );
            return self.section(
                ("Vem väntar nu?", "Who waits now?"),
                vec![Block::Text(few.to_owned())],
            );
        };
        if total.n == 0 {
            let none = pick(
                l,
                "Ingen väntar på svar nu.",
                "No one waits for an answer now.",
            );
            return self.section(
                ("Vem väntar nu?", "Who waits now?"),
                vec![Block::Text(none.to_owned())],
            );
        }
        let (n, in_time) = (total.n, total.of(Figure::WaitsInTime));
        let late = n - in_time;
        let oldest = waiting
            .oldest
            .map_or_else(String::new, |date| common::date_without_weekday(l, date));
        let (runs, over) = (total.of(Figure::PromiseRuns), total.of(Figure::PromiseOver));
        let told = match l {
            Language::Swedish => format!(
                "{n} väntar på svar när rapporten görs: {in_time} har tid kvar, {late} är försenade. Den äldsta kom \
                 {oldest}. {runs} har fått ett nytt datum som inte har passerat, {over} ett som har passerat."
            ),
            Language::English => format!(
                "{n} wait for an answer when the report is made: {in_time} in time, {late} late. The oldest came on \
                 {oldest}. {runs} have a promised date still to come, {over} one that has passed."
            ),
        };
        let mut blocks = vec![Block::Text(told)];
        let mut head = vec![pick(l, "Brevlåda", "Mailbox").to_owned()];
        head.extend(
            Figure::WAITS
                .iter()
                .map(|age| words::figure(l, *age).to_owned()),
        );
        let cells = |name: String, row: &RowFigures| -> Vec<Cell> {
            let ages = Figure::WAITS.iter().map(|age| Cell::Count(row.of(*age)));
            [Cell::Text(name)].into_iter().chain(ages).collect()
        };
        let name = |row: &RowFigures| {
            row.mailbox
                .clone()
                .unwrap_or_else(|| pick(l, "Övriga brevlådor", "Other mailboxes").to_owned())
        };
        let mut rows: Vec<Vec<Cell>> = waiting
            .rows
            .iter()
            .map(|row| cells(name(row), row))
            .collect();
        let has_total = rows.len() > 1;
        if has_total {
            rows.push(cells(
                pick(l, "Hela kommunen", "The whole municipality").to_owned(),
                total,
            ));
        }
        let caption = pick(
            l,
            "De som väntar, efter hur sena de är",
            "Those who wait, by how late they are",
        )
        .to_owned();
        blocks.push(Block::Table(Table {
            caption,
            keys: 1,
            head,
            rows,
            has_total,
        }));
        self.section(("Vem väntar nu?", "Who waits now?"), blocks)
    }
}
