//! How far the figures can be believed: comparisons, blind times, alarms and corrections.

use super::{Appendix, MAX_LISTED};
use crate::config::Language;
use crate::mail::texts::words as common;
use crate::report::document::{Block, Cell, Section};
use crate::report::words;

impl Appendix<'_> {
    pub(super) fn watched(&self) -> Section {
        let figures = self.figures;
        let found: u32 = figures.folders.iter().map(|folder| folder.found).sum();
        let missing: u32 = figures.folders.iter().map(|folder| folder.missing).sum();
        let mut blocks = vec![Block::Text(match (missing, found, self.language) {
            _ if figures.folders.is_empty() => self.t((
                "Ingen mapp jämfördes med loggen under perioden.",
                "No folder was compared with the register in this period.",
            )),
            (0, 0, _) => self.t((
                "Ingen jämförelse med e-postservern visade att något mejl saknas i loggen.",
                "No comparison with the mail server showed any message missing.",
            )),
            (0, n, Language::Swedish) => {
                format!("Mejl som saknades i loggen en tid, men hittades och lades till: {n}.")
            }
            (0, n, Language::English) => {
                format!("Messages that were missing for a while, and were found and added: {n}.")
            }
            (n, _, Language::Swedish) => {
                format!("Mejl som saknas i loggen: {n}. Siffrorna är därför inte fullständiga.")
            }
            (n, _, Language::English) => {
                format!("Messages that are missing: {n}. The figures are not complete.")
            }
        })];
        if figures.blind.is_empty() {
            blocks.push(self.text((
                "Brevlådorna lästes hela tiden, utan längre avbrott.",
                "The mailboxes were read all the time, without any longer gap.",
            )));
        } else {
            let time = Cell::Time(Some(figures.blind_office_minutes)).show(self.language);
            blocks.push(Block::Text(match self.language {
                Language::Swedish => format!(
                    "Under {time} av arbetstiden kunde tjänsten inte läsa alla brevlådor. Då kan löften ha brutits utan \
                     att någon varnades."
                ),
                Language::English => format!(
                    "During {time} of the office hours the service could not read every mailbox. Pledges may have been \
                     broken without a warning then."
                ),
            }));
        }
        self.listed(figures.blind.len().max(figures.alarms.len()), &mut blocks);
        blocks.extend([self.blind(), self.folders(), self.alarms()]);
        self.section(
            ("Hur säkra är siffrorna?", "How reliable are the figures?"),
            blocks,
        )
    }

    fn folders(&self) -> Block {
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
                Cell::Text(
                    row.last_at
                        .as_deref()
                        .map_or_else(|| "–".to_owned(), words::moment),
                ),
                Cell::Text(
                    row.last_method
                        .map_or("–", |method| words::method(self.language, method))
                        .to_owned(),
                ),
                Cell::Count(row.messages),
                Cell::Count(row.sampled),
                Cell::Count(row.found),
                Cell::Count(row.missing),
            ]
        });
        let caption = (
            "Mapparna jämförda med loggen",
            "The folders compared with the register",
        );
        self.table(caption, 2, &head, rows.collect())
    }

    fn blind(&self) -> Block {
        let head = [
            ("Brevlåda", "Mailbox"),
            ("Från", "From"),
            ("Till", "Until"),
            ("Varav arbetstid", "Of this office hours"),
            ("Vad som inte syntes", "What was not seen"),
            ("Orsak", "Cause"),
            ("Beslut som fick vänta", "Decisions that had to wait"),
        ];
        let rows = self.figures.blind.iter().take(MAX_LISTED).map(|row| {
            let until = words::moment(&row.until);
            vec![
                Cell::Text(row.mailbox.clone()),
                Cell::Text(words::moment(&row.from)),
                Cell::Text(if row.lasts {
                    self.t(("pågår", "lasts"))
                } else {
                    until
                }),
                Cell::Time(Some(row.office_minutes)),
                Cell::Text(words::sight(self.language, row.sight).to_owned()),
                Cell::Text(words::cause(self.language, row.cause).to_owned()),
                Cell::Count(row.late),
            ]
        });
        let caption = (
            "Tider då en brevlåda inte kunde läsas",
            "Times when a mailbox could not be read",
        );
        self.table(caption, 2, &head, rows.collect())
    }

    fn alarms(&self) -> Block {
        let head = [
            ("Tid", "Time"),
            ("Brevlåda", "Mailbox"),
            ("Larm", "Alarm"),
            ("Läge", "State"),
        ];
        let rows = self.figures.alarms.iter().take(MAX_LISTED).map(|row| {
            let state = if row.over {
                self.t(("löst", "over"))
            } else {
                self.t(("larm", "alarm"))
            };
            vec![
                Cell::Text(words::moment(&row.at)),
                Cell::Text(row.mailbox.clone().unwrap_or_else(|| "–".to_owned())),
                Cell::Text(words::alarm(self.language, &row.kind).to_owned()),
                Cell::Text(state),
            ]
        });
        self.table(
            ("Larm till driften", "Alarms to the operator"),
            1,
            &head,
            rows.collect(),
        )
    }

    pub(super) fn corrections(&self) -> Section {
        let head = [
            ("Period", "Period"),
            ("Brevlåda", "Mailbox"),
            ("Löfte", "Pledge"),
            ("Siffra", "Figure"),
            ("Rapporterad", "Reported"),
            ("Då", "Then"),
            ("Nu", "Now"),
        ];
        let rows = self.figures.corrections.iter().take(MAX_LISTED).map(|row| {
            vec![
                Cell::Text(format!("{} – {}", row.from, row.to)),
                Cell::Text(row.mailbox.clone()),
                Cell::Text(words::pledge(self.language, &row.pledge)),
                Cell::Text(words::figure(self.language, row.figure).to_owned()),
                Cell::Text(row.reported.to_string()),
                Cell::Count(row.then),
                Cell::Count(row.now),
            ]
        });
        let caption = (
            "Slutliga siffror som har ändrats",
            "Final figures that have changed",
        );
        let table = self.table(caption, 4, &head, rows.collect());
        let mut blocks = Vec::new();
        if self.figures.corrections.is_empty() {
            blocks.push(self.text((
                "Inga slutliga siffror i tidigare rapporter har ändrats.",
                "No final figures of earlier reports have changed.",
            )));
        }
        if self.figures.decided_since > 0 {
            let n = self.figures.decided_since;
            blocks.push(Block::Text(match self.language {
                Language::Swedish => {
                    format!("Av det som i tidigare rapporter inte var avgjort är {n} avgjort nu.")
                }
                Language::English => {
                    format!("Of what earlier reports called not yet decided, {n} are decided now.")
                }
            }));
        }
        self.listed(self.figures.corrections.len(), &mut blocks);
        blocks.push(table);
        self.section(("Rättelser", "Corrections"), blocks)
    }
}
