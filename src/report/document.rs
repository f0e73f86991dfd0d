//! The figures in words: one document that text, HTML and CSV show each in its way.
//!
//! Plain Swedish for a council, or English. Every table can be read alone: its caption says what it counts.

use super::Period;
use super::definitions::definitions;
use super::figures::{Figures, PledgeFigures};
use super::words::{self, pick};
use crate::config::Language;
use crate::mail::texts::words as common;

/// Rows of one table of single happenings; more are counted.
pub const MAX_LISTED: usize = 50;

#[derive(Clone, Debug)]
pub struct Document {
    pub language: Language,
    pub title: String,
    /// What it covers and when it was made.
    pub lead: Vec<String>,
    pub sections: Vec<Section>,
    pub figures_of: (String, String),
}

#[derive(Clone, Debug)]
pub struct Section {
    pub title: String,
    pub text: Vec<String>,
    pub chart: Option<Chart>,
    pub tables: Vec<Table>,
}

#[derive(Clone, Debug)]
pub struct Table {
    pub caption: String,
    /// So many columns at the left say what the row is about.
    pub keys: usize,
    pub head: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Count(u32),
    /// Minutes of office hours.
    Time(Option<u32>),
    /// Whole percent; `None` when there is nothing to have a share of.
    Percent(Option<u32>),
}

/// Bars of parts that add up.
#[derive(Clone, Debug)]
pub struct Chart {
    pub title: String,
    pub legend: [String; 4],
    pub bars: Vec<(String, [u32; 4])>,
}

impl Cell {
    /// As people read it.
    #[must_use]
    pub fn show(&self, language: Language) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => count.to_string(),
            Self::Time(None) | Self::Percent(None) => "–".to_owned(),
            Self::Time(Some(minutes)) => {
                let (hours, minutes) = (minutes / 60, minutes % 60);
                match hours {
                    0 => format!("{minutes}{NB}min"),
                    hours => format!("{hours}{NB}{} {minutes}{NB}min", pick(language, "tim", "h")),
                }
            }
            Self::Percent(Some(percent)) => format!("{percent}{NB}%"),
        }
    }
}

/// A number and its unit stay on one line.
const NB: char = '\u{a0}';

/// Words the figures.
#[must_use]
pub fn document(figures: &Figures, language: Language) -> Document {
    let w = Words { figures, language };
    let mut sections = vec![w.summary(), w.kept(), w.times(), w.promises(), w.received(), w.watched(), w.alarms()];
    sections.push(w.corrections());
    sections.push(w.definitions());
    Document {
        language,
        title: pick(language, "Servicelöften", "Service pledges").to_owned() + " " + &w.period(),
        lead: w.lead(),
        sections,
        figures_of: (figures.from.to_string(), figures.to.to_string()),
    }
}

struct Words<'a> {
    figures: &'a Figures,
    language: Language,
}

impl Words<'_> {
    fn t(&self, swedish: &str, english: &str) -> String {
        pick(self.language, swedish, english).to_owned()
    }

    fn period(&self) -> String {
        let (from, to) = (self.figures.from, self.figures.to);
        let day = |date| common::date_without_weekday(self.language, date).replace(NB, " ");
        match Period::new(from, to) {
            // The month's name and year, without its first day.
            Some(period) if period.is_month() => day(from).split_once(' ').map_or_else(String::new, |(_, m)| m.into()),
            _ => format!("{} {} {}", day(from), pick(self.language, "till", "to"), day(to)),
        }
    }

    fn lead(&self) -> Vec<String> {
        let made = words::moment(&self.figures.made_at);
        let (from, to) = (self.figures.from, self.figures.to);
        vec![match self.language {
            Language::Swedish => format!(
                "{}. Rapporten gäller mejl och brev som kom in från och med {from} till och med {to}. Den gjordes {made}.",
                self.figures.organisation
            ),
            Language::English => format!(
                "{}. The report covers mail that arrived from {from} to {to}, both included. It was made on {made}.",
                self.figures.organisation
            ),
        }]
    }

    fn section(&self, title: (&str, &str), text: Vec<String>, tables: Vec<Table>) -> Section {
        let tables = tables.into_iter().filter(|table| !table.rows.is_empty()).collect();
        Section { title: self.t(title.0, title.1), text, chart: None, tables }
    }

    fn pledge_name(&self, row: &PledgeFigures) -> String {
        common::pledge(self.language, &row.pledge).to_owned()
    }

    /// A table with a row for each pledge of each mailbox.
    fn by_pledge(
        &self,
        caption: (&str, &str),
        head: &[(&str, &str)],
        cells: impl Fn(&PledgeFigures) -> Vec<Cell>,
    ) -> Table {
        let keys = [("Brevlåda", "Mailbox"), ("Löfte", "Pledge")];
        let rows = self.figures.pledges.iter().map(|row| {
            let keys = [Cell::Text(row.mailbox.clone()), Cell::Text(self.pledge_name(row))];
            keys.into_iter().chain(cells(row)).collect()
        });
        self.table(caption, 2, &[&keys, head].concat(), rows.collect())
    }

    fn table(&self, caption: (&str, &str), keys: usize, head: &[(&str, &str)], rows: Vec<Vec<Cell>>) -> Table {
        let head = head.iter().map(|(swedish, english)| self.t(swedish, english)).collect();
        Table { caption: self.t(caption.0, caption.1), keys, head, rows }
    }

    fn summary(&self) -> Section {
        let sum = |of: fn(&PledgeFigures) -> u32| self.figures.pledges.iter().map(of).sum::<u32>();
        let (arrived, answered) = (sum(|row| row.arrived), sum(|row| row.answered_in_time));
        let (noticed, broken, pending) =
            (sum(|row| row.noticed_in_time), sum(|row| row.broken), sum(|row| row.pending));
        let mut text = vec![match self.language {
            Language::Swedish => format!(
                "Mejl och brev som behövde svar: {arrived}. Besvarade i tid: {answered}. Fick i tid besked om vem som \
                 handlägger ärendet: {noticed}. Brutna löften: {broken}. Ännu inte avgjorda: {pending}."
            ),
            Language::English => format!(
                "Messages that needed an answer: {arrived}. Answered in time: {answered}. Got a notice in time that \
                 named the handler: {noticed}. Broken pledges: {broken}. Not yet decided: {pending}."
            ),
        }];
        let found: u32 = self.figures.folders.iter().map(|folder| folder.found).sum();
        let missing: u32 = self.figures.folders.iter().map(|folder| folder.missing).sum();
        let hours: u32 = self.figures.blind.iter().map(|blind| blind.office_minutes).sum();
        text.push(match (missing, found, self.language) {
            (0, 0, Language::Swedish) => {
                "Ingen jämförelse med e-postservern visade att något mejl saknas i loggen.".into()
            }
            (0, 0, Language::English) => "No comparison with the mail server showed any message missing.".into(),
            (0, found, Language::Swedish) => {
                format!("Mejl som saknades i loggen en tid, men hittades och lades till: {found}.")
            }
            (0, found, Language::English) => {
                format!("Messages that were missing for a while, and were found and added: {found}.")
            }
            (missing, _, Language::Swedish) => {
                format!("Mejl som saknas i loggen: {missing}. Siffrorna är därför inte fullständiga.")
            }
            (missing, _, Language::English) => {
                format!("Messages that are missing: {missing}. The figures are not complete.")
            }
        });
        if !self.figures.blind.is_empty() {
            let time = Cell::Time(Some(hours)).show(self.language);
            text.push(match self.language {
                Language::Swedish => format!(
                    "Under {time} av kontorstiden kunde tjänsten inte läsa alla brevlådor. Då kan löften ha brutits utan att någon varnades."
                ),
                Language::English => format!(
                    "During {time} of the office hours the service could not read every mailbox. Pledges may have been broken without a warning then."
                ),
            });
        }
        self.section(("Sammanfattning", "Summary"), text, Vec::new())
    }

    fn kept(&self) -> Section {
        let caption = ("Så hölls löftena, antal mejl och brev", "How the pledges were kept, number of messages");
        let head = [
            ("Inkomna", "Arrived"),
            ("Besvarade i tid", "Answered in time"),
            ("Besked i tid", "Notice in time"),
            ("Brutna", "Broken"),
            ("Ännu inte avgjorda", "Not yet decided"),
            ("Hållna löften", "Pledges kept"),
        ];
        let table = self.by_pledge(caption, &head, |row| {
            let decided = row.arrived - row.pending;
            let kept = row.answered_in_time + row.noticed_in_time;
            vec![
                Cell::Count(row.arrived),
                Cell::Count(row.answered_in_time),
                Cell::Count(row.noticed_in_time),
                Cell::Count(row.broken),
                Cell::Count(row.pending),
                Cell::Percent((kept * 100).checked_div(decided)),
            ]
        });
        let text = vec![self.t(
            "Ett besked i tid håller löftet, men det är inget svar.",
            "A notice in time keeps the pledge, but it is no answer.",
        )];
        let mut section = self.section(("Hölls löftena?", "Were the pledges kept?"), text, vec![table]);
        let bars = self.figures.pledges.iter().filter(|row| row.arrived > 0).map(|row| {
            let label = format!("{}, {}", row.mailbox, self.pledge_name(row));
            (label, [row.answered_in_time, row.noticed_in_time, row.broken, row.pending])
        });
        let chart = Chart {
            title: self.t("Utfall per brevlåda och löfte", "Outcome by mailbox and pledge"),
            legend: [
                self.t("Besvarade i tid", "Answered in time"),
                self.t("Besked i tid", "Notice in time"),
                self.t("Brutna", "Broken"),
                self.t("Ännu inte avgjorda", "Not yet decided"),
            ],
            bars: bars.collect(),
        };
        section.chart = Some(chart).filter(|chart| !chart.bars.is_empty());
        section
    }

    fn times(&self) -> Section {
        let caption = ("Svar och svarstider", "Answers and times to answer");
        let head = [
            ("Besvarade", "Answered"),
            ("Därav för sent", "Of these late"),
            ("Obesvarade", "Unanswered"),
            ("Troligen besvarade", "Probably answered"),
            ("Besvarade på annat sätt", "Answered otherwise"),
            ("Svarstid, median", "Time to answer, median"),
            ("Svarstid, 9 av 10 inom", "Time to answer, 9 of 10 within"),
        ];
        let table = self.by_pledge(caption, &head, |row| {
            vec![
                Cell::Count(row.answered),
                Cell::Count(row.answered_late),
                Cell::Count(row.unanswered),
                Cell::Count(row.probably_answered),
                Cell::Count(row.self_reported),
                Cell::Time(row.median_minutes),
                Cell::Time(row.p90_minutes),
            ]
        });
        self.section(("Hur snabbt svarade vi?", "How fast were the answers?"), Vec::new(), vec![table])
    }

    fn promises(&self) -> Section {
        let caption = (
            "Datum som lovades i besked eller av handläggare, och chefer som fick veta",
            "Promised dates; escalations",
        );
        let head = [
            ("Hållna datum", "Dates kept"),
            ("Brutna datum", "Dates broken"),
            ("Flyttade datum", "Dates moved"),
            ("Ännu inte passerade", "Not yet passed"),
            ("Ärenden som nådde en chef", "Items that reached a supervisor"),
            ("Mejl till chefer", "Escalations"),
        ];
        let table = self.by_pledge(caption, &head, |row| {
            vec![
                Cell::Count(row.promises_kept),
                Cell::Count(row.promises_broken),
                Cell::Count(row.promises_moved),
                Cell::Count(row.promises_pending),
                Cell::Count(row.escalated),
                Cell::Count(row.escalations),
            ]
        });
        let notes = self.figures.pledges.iter().filter(|row| row.noted + row.note_missing > 0).map(|row| {
            let keys = [Cell::Text(row.mailbox.clone()), Cell::Text(self.pledge_name(row))];
            keys.into_iter().chain([Cell::Count(row.noted), Cell::Count(row.note_missing)]).collect()
        });
        let head = [
            ("Brevlåda", "Mailbox"),
            ("Löfte", "Pledge"),
            ("Med anteckning", "With a note"),
            ("Anteckning saknas", "Note missing"),
        ];
        let caption = ("Anteckningar om vad som har gjorts", "Notes of what was done");
        let notes = self.table(caption, 2, &head, notes.collect());
        let tables = vec![table, notes].into_iter().filter(|table| !table.rows.is_empty()).collect();
        self.section(("Lovade datum och chefer", "Promised dates and supervisors"), Vec::new(), tables)
    }

    fn received(&self) -> Section {
        let head = [
            ("Brevlåda", "Mailbox"),
            ("Allt som kom in", "All that arrived"),
            ("Behövde svar", "Needed an answer"),
            ("Behövde inget svar", "Needed no answer"),
            ("Före tjänstens start", "Before the service's start"),
        ];
        let rows = self.figures.mailboxes.iter().map(|row| {
            vec![
                Cell::Text(row.mailbox.clone()),
                Cell::Count(row.received),
                Cell::Count(row.under_pledge),
                Cell::Count(row.excluded.values().sum()),
                Cell::Count(row.history),
            ]
        });
        let all = self.table(("Allt som kom in", "All that arrived"), 1, &head, rows.collect());
        let head = [("Brevlåda", "Mailbox"), ("Skäl", "Reason"), ("Antal", "Number")];
        let rows = self.figures.mailboxes.iter().flat_map(|row| {
            row.excluded.iter().map(|(by, count)| {
                let reason = words::excluded_by(self.language, *by).to_owned();
                vec![Cell::Text(row.mailbox.clone()), Cell::Text(reason), Cell::Count(*count)]
            })
        });
        let excluded = self.table(("Varför inget svar behövdes", "Why no answer was needed"), 2, &head, rows.collect());
        self.section(("Vad kom in?", "What arrived?"), Vec::new(), vec![all, excluded])
    }

    fn watched(&self) -> Section {
        let head = [
            ("Brevlåda", "Mailbox"),
            ("Mapp", "Folder"),
            ("Jämförelser", "Comparisons"),
            ("Misslyckade", "Failed"),
            ("Senast", "Last"),
            ("Hur", "How"),
            ("Mejl på servern", "On the server"),
            ("Kontrollästa", "Read again"),
            ("Hittade i efterhand", "Found afterwards"),
            ("Saknas", "Missing"),
        ];
        let rows = self.figures.folders.iter().map(|row| {
            vec![
                Cell::Text(row.mailbox.clone()),
                Cell::Text(common::folder(self.language, &row.folder)),
                Cell::Count(row.compared),
                Cell::Count(row.not_compared),
                Cell::Text(row.last_at.as_deref().map_or_else(|| "–".to_owned(), words::moment)),
                Cell::Text(row.last_method.map_or("–", |method| words::method(self.language, method)).to_owned()),
                Cell::Count(row.messages),
                Cell::Count(row.sampled),
                Cell::Count(row.found),
                Cell::Count(row.missing),
            ]
        });
        let caption = ("Mapparna jämförda med loggen", "The folders compared with the register");
        let folders = self.table(caption, 2, &head, rows.collect());
        let mut text = Vec::new();
        if self.figures.folders.is_empty() {
            text.push(self.t(
                "Ingen mapp jämfördes med loggen under perioden.",
                "No folder was compared with the register in this period.",
            ));
        }
        if self.figures.blind.is_empty() {
            text.push(self.t(
                "Brevlådorna lästes hela tiden, utan längre avbrott.",
                "The mailboxes were read all the time, without any longer gap.",
            ));
        }
        self.listed(self.figures.blind.len(), &mut text);
        self.section(("Hur säkra är siffrorna?", "How reliable are the figures?"), text, vec![folders, self.blind()])
    }

    fn blind(&self) -> Table {
        let head = [
            ("Brevlåda", "Mailbox"),
            ("Från", "From"),
            ("Till", "Until"),
            ("Varav kontorstid", "Of this office hours"),
            ("Vad som inte syntes", "What was not seen"),
            ("Orsak", "Cause"),
            ("Beslut som fick vänta", "Decisions that had to wait"),
        ];
        let rows = self.figures.blind.iter().take(MAX_LISTED).map(|row| {
            let until = words::moment(&row.until);
            vec![
                Cell::Text(row.mailbox.clone()),
                Cell::Text(words::moment(&row.from)),
                Cell::Text(if row.lasts { self.t("pågår", "lasts") } else { until }),
                Cell::Time(Some(row.office_minutes)),
                Cell::Text(words::sight(self.language, row.sight).to_owned()),
                Cell::Text(words::cause(self.language, row.cause).to_owned()),
                Cell::Count(row.late),
            ]
        });
        self.table(
            ("Tider då en brevlåda inte kunde läsas", "Times when a mailbox could not be read"),
            2,
            &head,
            rows.collect(),
        )
    }

    fn alarms(&self) -> Section {
        let head = [("Tid", "Time"), ("Brevlåda", "Mailbox"), ("Larm", "Alarm"), ("Läge", "State")];
        let rows = self.figures.alarms.iter().take(MAX_LISTED).map(|row| {
            let state = if row.over { self.t("löst", "over") } else { self.t("larm", "alarm") };
            vec![
                Cell::Text(words::moment(&row.at)),
                Cell::Text(row.mailbox.clone().unwrap_or_else(|| "–".to_owned())),
                Cell::Text(words::alarm(self.language, &row.kind).to_owned()),
                Cell::Text(state),
            ]
        });
        let table = self.table(("Larm till driften", "Alarms to the operator"), 1, &head, rows.collect());
        let mut text = Vec::new();
        if self.figures.alarms.is_empty() {
            text.push(self.t("Inga larm skickades till driften.", "No alarm was sent to the operator."));
        }
        self.listed(self.figures.alarms.len(), &mut text);
        self.section(("Larm", "Alarms"), text, vec![table])
    }

    fn corrections(&self) -> Section {
        let head = [
            ("Rapport för", "Report of"),
            ("Brevlåda", "Mailbox"),
            ("Löfte", "Pledge"),
            ("Siffra", "Figure"),
            ("Då", "Then"),
            ("Nu", "Now"),
        ];
        let rows = self.figures.corrections.iter().take(MAX_LISTED).map(|row| {
            vec![
                Cell::Text(format!("{} – {}", row.from, row.to)),
                Cell::Text(row.mailbox.clone()),
                Cell::Text(common::pledge(self.language, &row.pledge).to_owned()),
                Cell::Text(words::figure(self.language, &row.figure).to_owned()),
                Cell::Count(row.then),
                Cell::Count(row.now),
            ]
        });
        let caption =
            ("Siffror som har ändrats sedan de rapporterades", "Figures that have changed since they were reported");
        let table = self.table(caption, 4, &head, rows.collect());
        let mut text = Vec::new();
        if self.figures.corrections.is_empty() {
            text.push(
                self.t("Inga siffror i tidigare rapporter har ändrats.", "No figures of earlier reports have changed."),
            );
        }
        self.listed(self.figures.corrections.len(), &mut text);
        self.section(("Rättelser", "Corrections"), text, vec![table])
    }

    fn listed(&self, rows: usize, text: &mut Vec<String>) {
        if rows > MAX_LISTED {
            text.push(match self.language {
                Language::Swedish => format!("Tabellen visar {MAX_LISTED} av {rows} rader. JSON har alla."),
                Language::English => format!("The table shows {MAX_LISTED} of {rows} rows. JSON has them all."),
            });
        }
    }

    fn definitions(&self) -> Section {
        let text = definitions(self.language, &self.figures.office_hours);
        self.section(("Så räknar vi", "How we count"), text, Vec::new())
    }
}
