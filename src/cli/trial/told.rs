//! A trial in words: the lines on the terminal, the page, and the lists of its folder.

use super::ledger::Entry;
use super::outcome::{Mark, Month, Outcome, Seen};
use crate::cli::wording::pick;
use crate::config::Language;
use crate::domain::kind::Kind;
use chrono::{DateTime, NaiveDate, Utc};
use minijinja::{AutoEscape, Environment, context};
use std::collections::{BTreeMap, BTreeSet};

/// Below so many questions no share is told.
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
    /// What stands in the way of better figures.
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
        format!("{part} ({} %)", (u64::from(part) * 100 + u64::from(of) / 2) / u64::from(of))
    }

    fn mark(&self, mark: Mark) -> &'static str {
        match mark {
            Mark::FewArrivals => self.pick("inkorgen är gallrad", "the inbox was thinned"),
            Mark::FewAnswers => self.pick("Skickat är gallrat", "Sent was thinned"),
            Mark::Moved => self.pick("flyttad: tiderna är inte de rätta", "moved: its times are not the true ones"),
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
        let mut readers: Vec<(String, u32, usize)> =
            readers.into_iter().map(|(to, (mails, days))| (self.reader(to), mails, days.len())).collect();
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
        let left_out: Vec<NaiveDate> =
            self.outcome.months.iter().filter(|(_, month)| !month.marks.is_empty()).map(|(day, _)| *day).collect();
        let mut lines = vec![match self.language {
            Language::Swedish => format!("{decided} frågor kom in vars tid har gått ut. Av dem:"),
            Language::English => format!("{decided} questions came in whose time has ended. Of these:"),
        }];
        for (seen, swedish, english) in [
            (Seen::InTime, "svar syns i tid", "an answer is seen in time"),
            (Seen::Later, "svar syns senare", "an answer is seen later"),
            (Seen::Never, "inget svar syns", "no answer is seen"),
        ] {
            lines.push(format!("  {}: {}", self.pick(swedish, english), self.share(sum.of(seen), decided)));
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
        lines.push(self.pick("Mejl som skulle ha skickats:", "Mails that would have been sent:").to_owned());
        for (reader, mails, days) in self.a_day().into_iter().take(5) {
            lines.push(match self.language {
                Language::Swedish => format!("  {reader}: {mails}, på {days} dagar"),
                Language::English => format!("  {reader}: {mails}, on {days} days"),
            });
        }
        lines.push(String::new());
        lines.extend(self.bounds());
        lines.extend(self.obstacles.iter().map(|obstacle| format!("! {obstacle}")));
        lines.join("\n")
    }

    /// What stands on top of the folder.
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

    /// The page.
    pub fn page(&self) -> Result<String, minijinja::Error> {
        let mut environment = Environment::new();
        environment.set_auto_escape_callback(|_| AutoEscape::Html);
        environment.add_template("page", include_str!("page.html"))?;
        let months: Vec<_> = self.outcome.months.iter().map(|(day, month)| self.row(*day, month)).collect();
        let sum = self.outcome.believed();
        let readers: Vec<_> =
            self.a_day().into_iter().map(|(reader, mails, days)| context! { reader, mails, days }).collect();
        environment.get_template("page")?.render(context! {
            language => pick(self.language, "sv", "en"),
            sv => self.language == Language::Swedish,
            organisation => self.organisation,
            address => self.address,
            from => self.from.to_string(),
            to => self.to.to_string(),
            warning => self.warning(),
            pledges => self.pledges,
            sentences => self.sentences(),
            bounds => self.bounds(),
            obstacles => self.obstacles,
            months,
            sum => self.row(self.from, &sum),
            readers,
            kinds => self.kinds(),
        })
    }

    fn row(&self, day: NaiveDate, month: &Month) -> minijinja::Value {
        let decided = month.decided();
        let share = |seen| if decided == 0 { 0 } else { u64::from(month.of(seen)) * 100 / u64::from(decided) };
        let marks: Vec<&str> = month.marks.iter().map(|mark| self.mark(*mark)).collect();
        context! {
            month => Self::month_name(day),
            in_time => month.of(Seen::InTime),
            later => month.of(Seen::Later),
            never => month.of(Seen::Never),
            not_yet => month.of(Seen::NotYet),
            notices => month.notices,
            decided,
            share => if marks.is_empty() { self.share(month.of(Seen::InTime), decided) } else { "–".to_owned() },
            bar => (share(Seen::InTime), share(Seen::Later), share(Seen::Never)),
            marks => marks.join(", "),
        }
    }

    fn kinds(&self) -> Vec<minijinja::Value> {
        let mut kinds: BTreeMap<Kind, u32> = BTreeMap::new();
        for entry in self.entries {
            *kinds.entry(entry.kind).or_default() += 1;
        }
        kinds.into_iter().map(|(kind, mails)| context! { kind => self.kind(kind), mails }).collect()
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
            let at = entry.at.with_timezone(&self.zone).format("%Y-%m-%d %H:%M").to_string();
            [at, self.reader(&entry.to), self.kind(entry.kind).to_owned(), entry.references.join(" ")]
        });
        table(&head, rows)
    }
}

/// A question without a seen answer.
pub struct Unanswered {
    pub reference: String,
    pub at: DateTime<Utc>,
    pub folder: String,
    /// Sender and subject, where they were asked for.
    pub shown: Option<(String, String)>,
}

/// `unanswered.csv`.
#[must_use]
pub fn unanswered(language: Language, zone: chrono_tz::Tz, subjects: bool, rows: &[Unanswered]) -> String {
    let mut head =
        vec![pick(language, "ärende", "item"), pick(language, "dag", "day"), pick(language, "mapp", "folder")];
    if subjects {
        head.extend([pick(language, "avsändare", "sender"), pick(language, "ämne", "subject")]);
    }
    let rows = rows.iter().map(|row| {
        let day = row.at.with_timezone(&zone).date_naive().to_string();
        let mut fields = vec![row.reference.clone(), day, row.folder.clone()];
        if let Some((sender, subject)) = &row.shown {
            fields.extend([sender.clone(), subject.clone()]);
        }
        fields
    });
    table(&head, rows)
}

/// Rows with semicolons (RFC 4180 otherwise), for a spreadsheet: with a byte-order mark, and no field that it would
/// take for a formula.
fn table<F: AsRef<[String]>>(head: &[&str], rows: impl Iterator<Item = F>) -> String {
    let mut text = format!("\u{feff}{}\r\n", head.join(";"));
    for row in rows {
        let fields: Vec<String> = row.as_ref().iter().map(|field| quoted(field)).collect();
        text.push_str(&fields.join(";"));
        text.push_str("\r\n");
    }
    text
}

fn quoted(field: &str) -> String {
    let field = field.replace(['\r', '\n'], " ");
    let field = if field.starts_with(['=', '+', '-', '@', '\t']) { format!("'{field}") } else { field };
    if field.contains([';', '"']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_safe_in_a_spreadsheet() {
        for (field, expected) in [
            ("SL-2026-00001", "SL-2026-00001"),
            ("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""),
            ("-1", "'-1"),
            ("a;b", "\"a;b\""),
            ("a\r\nb", "a  b"),
        ] {
            assert_eq!(quoted(field), expected);
        }
    }
}
