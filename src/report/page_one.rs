//! Page one: the pledges, how they were kept and whether that is better or worse, three pictures, a
//! table for each pledge, and who waits now.

mod sentences;
mod tables;

use super::document::{Block, NB, Section};
use super::figures::{Figures, PledgeFigures};
use super::phrases;
use super::pictures;
use crate::config::Language;
use crate::domain::figures::Figure;
use crate::domain::figures::few::SHOWN_FROM;
use crate::domain::period::Period;
use crate::mail::texts::in_words;
use crate::words::of;
use crate::words::page::Page;

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
        let period = phrases::period(self.language, self.period());
        let of_what = match &self.figures.authority {
            Some(name) => format!("{name}, {period}"),
            None => period,
        };
        (self.say().title)(&of_what).replace(NB, " ")
    }

    fn say(&self) -> &'static Page {
        &of(self.language).page
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
        let say = self.say();
        let Some(pledge) = self.main() else {
            return say.no_questions.to_owned();
        };
        let told = match pledge.total.as_ref().filter(|total| total.n >= SHOWN_FROM) {
            None => say.few_questions.to_owned(),
            Some(total) => {
                let shares = [Figure::AnsweredInTime, Figure::NoticedInTime]
                    .map(|figure| total.share(figure));
                match shares {
                    [Some(answered), Some(noticed)] => (say.headline_shares)(answered, noticed),
                    _ => (say.headline_counts)(total.of(Figure::AnsweredInTime), total.n),
                }
            }
        };
        if pledge.is_final {
            told
        } else {
            (say.preliminary_headline)(&told)
        }
    }

    pub fn lead(&self) -> Vec<String> {
        let say = self.say();
        let made = phrases::moment(&self.figures.made_at);
        let mut time = phrases::period(self.language, self.period());
        if self.period().is_month() {
            time = (say.in_month)(&time);
        }
        let mut lead = vec![(say.lead)(&self.figures.organisation, &time, &made)];
        lead.extend(self.main().map(|main| self.standing(main)));
        lead
    }

    /// Whether a pledge's figures are final, and when they will be.
    fn standing(&self, pledge: &PledgeFigures) -> String {
        let say = self.say();
        if pledge.is_final {
            return say.figures_are_final.to_owned();
        }
        let from = pledge.final_from.map_or_else(String::new, |date| {
            in_words::date_without_weekday(self.language, date)
        });
        match &pledge.total {
            Some(total) => (say.preliminary)(total.of(Figure::Pending), &from),
            None => (say.preliminary_from)(&from),
        }
    }

    pub fn sections(&self) -> Vec<Section> {
        let say = self.say();
        let Some(main) = self.main() else {
            let blocks = vec![Block::Text(say.nothing_arrived.to_owned())];
            return vec![Self::section(say.the_pledge, blocks), self.waiting()];
        };
        let (told, pictures, tables) = (self.told(main), self.pictures(main), self.tables());
        let mut sections = vec![Self::section(say.the_pledge, told)];
        if !pictures.is_empty() {
            sections.push(Self::section(say.in_pictures, pictures));
        }
        if !tables.is_empty() {
            sections.push(Self::section(say.pledge_by_pledge, tables));
        }
        sections.push(self.waiting());
        sections
    }

    /// The pledge that most of the mail came under, and the others in short.
    fn told(&self, main: &PledgeFigures) -> Vec<Block> {
        let mut told = vec![Block::Pledge(phrases::promise(self.language, main))];
        told.extend(self.shares(main).into_iter().map(Block::Text));
        let pledges = self.figures.pledges.iter();
        let others = pledges.filter(|pledge| pledge.pledge != main.pledge);
        told.extend(others.map(|pledge| Block::Text(self.in_short(pledge))));
        told.push(Block::Text(self.say().answer_and_notice.to_owned()));
        told
    }

    fn pictures(&self, main: &PledgeFigures) -> Vec<Block> {
        let l = self.language;
        let pictures = [
            pictures::year(main, l),
            pictures::days(main, l),
            pictures::arrivals(self.figures, l),
        ];
        let pictures = pictures.into_iter().flatten();
        pictures
            .map(|picture| Block::Picture(Box::new(picture)))
            .collect()
    }

    fn tables(&self) -> Vec<Block> {
        let pledges = self.figures.pledges.iter();
        pledges.filter_map(|pledge| self.table(pledge)).collect()
    }

    fn section(title: &str, blocks: Vec<Block>) -> Section {
        Section {
            title: title.to_owned(),
            blocks,
        }
    }
}
