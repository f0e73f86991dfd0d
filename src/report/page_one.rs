//! Page one: the pledges, how they were kept and whether that is better or worse, three pictures, a
//! table for each pledge, and who waits now.

mod sentences;
mod tables;

use super::document::{Block, NB, Section};
use super::figures::{Figures, PledgeFigures};
use super::pictures;
use super::words::{self, pick};
use crate::config::Language;
use crate::domain::figures::Figure;
use crate::domain::figures::few::SHOWN_FROM;
use crate::domain::period::Period;
use crate::mail::texts::words as common;

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
}
