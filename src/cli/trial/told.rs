//! A trial in words: the lines on the terminal, the page, and the lists of its folder.

mod lists;
mod tables;

pub use lists::{Unanswered, unanswered};

use lists::table;

use super::ledger::Entry;
use super::outcome::{Mark, Outcome, Seen};
use crate::cli::wording::pick;
use crate::config::Language;
use crate::domain::kind::Kind;
use crate::domain::period::Period;
use crate::report::document::{Block, Document, Section};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Below this many questions no share is given.
const LEAST_FOR_SHARE: u32 = 10;

/// All that a trial has come to.
pub struct Told<'a> {
    pub language: Language,
    pub organisation: &'a str,
    pub address: &'a str,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The pledges, each in a few words.
    pub pledges: Vec<String>,
    pub outcome: &'a Outcome,
    pub entries: &'a [Entry],
    pub zone: chrono_tz::Tz,
    /// The obstacles to better figures.
    pub obstacles: Vec<String>,
    pub erase_by: NaiveDate,
}

impl Told<'_> {
    fn pick(&self, swedish: &'static str, english: &'static str) -> &'static str {
        pick(self.language, swedish, english)
    }

    fn share(&self, part: u32, of: u32) -> String {
        if of < LEAST_FOR_SHARE {
            return format!("{part} {} {of}", self.pick("av", "of"));
        }
        format!("{part} ({} %)", percent(part, of))
    }

    fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::FewArrivals => self.pick("inkorgen är gallrad", "the inbox was thinned"),
            Mark::FewAnswers => self.pick("Skickat är gallrat", "Sent was thinned"),
            Mark::Moved => self.pick(
                "flyttad: tiderna är inte de rätta",
                "moved: its times are not the true ones",
            ),
        }
    }

    fn month_name(day: NaiveDate) -> String {
        day.format("%Y-%m").to_string()
    }

    /// Mails a working day of each reader, the busiest first.
    fn a_day(&self) -> Vec<(String, u32, usize)> {
        let mut readers: BTreeMap<&str, (u32, BTreeSet<NaiveDate>)> = BTreeMap::new();
        for entry in self.entries {
            let day = entry.at.with_timezone(&self.zone).date_naive();
            let reader = readers.entry(entry.to.as_str()).or_default();
            reader.0 += 1;
            reader.1.insert(day);
        }
        let mut readers: Vec<(String, u32, usize)> = readers
            .into_iter()
            .map(|(to, (mails, days))| (self.reader(to), mails, days.len()))
            .collect();
        readers.sort_by_key(|(_, mails, _)| std::cmp::Reverse(*mails));
        readers
    }

    fn reader(&self, to: &str) -> String {
        match to {
            "citizen" => self.pick("medborgare", "citizens").to_owned(),
            "operator" => self.pick("driftansvarig", "the operator").to_owned(),
            id => id.to_owned(),
        }
    }

    fn sentences(&self) -> Vec<String> {
        let sum = self.outcome.believed();
        let decided = sum.decided();
        let left_out: Vec<NaiveDate> = self
            .outcome
            .months
            .iter()
            .filter(|(_, month)| !month.marks.is_empty())
            .map(|(day, _)| *day)
            .collect();
        let mut lines = vec![match self.language {
            Language::Swedish => format!("{decided} frågor kom in vars tid har gått ut. Av dem:"),
            Language::English => {
                format!("{decided} questions came in whose time has ended. Of these:")
            }
        }];
        for seen in Seen::ENDED {
            lines.push(format!(
                "  {}: {}",
                self.seen(seen).to_lowercase(),
                self.share(sum.of(seen), decided)
            ));
        }
        lines.push(match self.language {
            Language::Swedish => format!(
                "Besked i tid om vem som handlägger skulle ha gått till {} av dem utan svar i tid.",
                sum.notices
            ),
            Language::English => {
                format!("A notice in time, of who handles it, would have gone to {} of those without one.", sum.notices)
            }
        });
        if !left_out.is_empty() {
            let months: Vec<String> = left_out.into_iter().map(Self::month_name).collect();
            lines.push(format!(
                "{}: {}",
                self.pick("Månader som inte räknas med", "Months that are left out"),
                months.join(", ")
            ));
        }
        lines
    }

    /// What no mailbox shows.
    fn bounds(&self) -> Vec<String> {
        let mut lines = vec![
            self.pick(
                "Ett prov ser inte svar per telefon, vid möten eller från egna adresser, och inte det som är raderat.",
                "A trial sees no answers by telephone, at meetings or from own addresses, and nothing that was erased.",
            )
            .to_owned(),
        ];
        if self.outcome.marked > 0 {
            lines.push(match self.language {
                Language::Swedish => format!(
                    "{} frågor utan synligt svar är märkta som besvarade i brevlådan: svaret kan ha gått från en egen adress.",
                    self.outcome.marked
                ),
                Language::English => format!(
                    "{} questions without a visible answer are marked as answered in the mailbox: the answer may have left from an own address.",
                    self.outcome.marked
                ),
            });
        }
        lines
    }

    /// Some twenty lines for the terminal.
    #[must_use]
    pub fn terminal(&self) -> String {
        let mut lines = vec![format!(
            "{} {} – {}: {}",
            self.pick("Om löftena hade gällt", "Had the pledges been in force"),
            self.from,
            self.to,
            self.address
        )];
        lines.extend(self.pledges.iter().map(|pledge| format!("  {pledge}")));
        lines.push(String::new());
        lines.extend(self.sentences());
        lines.push(String::new());
        lines.push(
            self.pick(
                "Mejl som skulle ha skickats:",
                "Mails that would have been sent:",
            )
            .to_owned(),
        );
        for (reader, mails, days) in self.a_day().into_iter().take(5) {
            lines.push(match self.language {
                Language::Swedish => format!("  {reader}: {mails}, på {days} dagar"),
                Language::English => format!("  {reader}: {mails}, on {days} days"),
            });
        }
        lines.push(String::new());
        lines.extend(self.bounds());
        lines.extend(
            self.obstacles
                .iter()
                .map(|obstacle| format!("! {obstacle}")),
        );
        lines.join("\n")
    }

    /// The text on top of the folder.
    #[must_use]
    pub fn warning(&self) -> String {
        match self.language {
            Language::Swedish => format!(
                "Arbetsmaterial med personuppgifter. Radera mappen senast {}. Den är inte en redovisning av hur löften hölls.",
                self.erase_by
            ),
            Language::English => format!(
                "Working material with personal data. Erase this folder by {}. It is no account of how pledges were kept.",
                self.erase_by
            ),
        }
    }

    /// The same as a document, for the page and for paper.
    #[must_use]
    pub fn document(&self) -> Document {
        let title = self.pick("Om löftena hade gällt", "Had the pledges been in force");
        let texts = |lines: Vec<String>| lines.into_iter().map(Block::Text).collect::<Vec<_>>();
        let section = |title: &str, blocks| Section {
            title: title.to_owned(),
            blocks,
        };
        let mut shown: Vec<Block> = self.pledges.iter().cloned().map(Block::Pledge).collect();
        shown.extend(
            self.sentences()
                .into_iter()
                .map(|line| Block::Text(line.trim_start().to_owned())),
        );
        shown.push(Block::Picture(Box::new(self.picture())));
        let mut page_one = vec![
            section(
                self.pick("Det syns i brevlådan", "What the mailbox shows"),
                shown,
            ),
            section(
                self.pick("Det ser ett prov inte", "What a trial does not see"),
                texts(self.bounds()),
            ),
        ];
        if !self.obstacles.is_empty() {
            let title = self.pick("Det står i vägen", "What stands in the way");
            page_one.push(section(title, texts(self.obstacles.clone())));
        }
        let files = self.pick(
            "Varje mejl står i mails.csv, frågor utan synligt svar i unanswered.csv, och den inställning som provet använde i config.toml.",
            "Every mail stands in mails.csv, questions without a visible answer in unanswered.csv, and the configuration that the trial used in config.toml.",
        );
        let mails = self.pick(
            "Mejl som skulle ha skickats",
            "Mails that would have been sent",
        );
        let mails = section(
            mails,
            vec![
                Block::Table(self.readers()),
                Block::Table(self.kinds()),
                Block::Text(files.to_owned()),
            ],
        );
        Document {
            language: self.language,
            title: format!("{title}: {}", self.address),
            headline: self.sentences().join(" "),
            lead: vec![
                self.warning(),
                format!("{}, {} – {}", self.organisation, self.from, self.to),
            ],
            page_one,
            // The months are there as the figures of their picture.
            appendix: vec![mails],
            period: Period {
                from: self.from,
                to: self.to,
            },
            organisation: self.organisation.to_owned(),
            made: self.to.to_string(),
        }
    }

    fn seen(&self, seen: Seen) -> &'static str {
        match seen {
            Seen::InTime => self.pick("Svar syns i tid", "An answer is seen in time"),
            Seen::Later => self.pick("Svar syns senare", "An answer is seen later"),
            Seen::Never => self.pick("Inget svar syns", "No answer is seen"),
            Seen::NotYet => self.pick("Ännu inte avgjorda", "Not yet decided"),
        }
    }

    /// Why a mail would have been sent.
    #[must_use]
    pub fn kind(&self, kind: Kind) -> &'static str {
        let (swedish, english) = match kind {
            Kind::Notice => ("besked till medborgaren", "notice to the citizen"),
            Kind::NewDate => ("nytt datum till medborgaren", "new date to the citizen"),
            Kind::Reminder => ("påminnelse till handläggaren", "reminder to the handler"),
            Kind::Escalation => ("försenat: till chefen", "overdue: to the supervisor"),
            Kind::Digest => ("samlat mejl", "several matters in one"),
            Kind::Letter => ("besked att skriva ut och posta", "notice to print and post"),
            Kind::Confirmation => ("bekräftelse", "confirmation"),
            Kind::Alarm => ("larm", "alarm"),
            Kind::Report => ("rapport", "report"),
            Kind::Check => ("provmejl", "trial mail"),
        };
        pick(self.language, swedish, english)
    }

    /// `mails.csv`: when, to whom, why, about what.
    #[must_use]
    pub fn mails(&self) -> String {
        let head = [
            self.pick("tid", "time"),
            self.pick("till", "to"),
            self.pick("varför", "why"),
            self.pick("ärenden", "items"),
        ];
        let rows = self.entries.iter().map(|entry| {
            let at = entry
                .at
                .with_timezone(&self.zone)
                .format("%Y-%m-%d %H:%M")
                .to_string();
            [
                at,
                self.reader(&entry.to),
                self.kind(entry.kind).to_owned(),
                entry.references.join(" "),
            ]
        });
        table(&head, rows)
    }
}

/// Rounded to whole percent.
fn percent(part: u32, of: u32) -> u32 {
    let rounded = (u64::from(part) * 100 + u64::from(of) / 2) / u64::from(of.max(1));
    u32::try_from(rounded).unwrap_or(u32::MAX)
}
