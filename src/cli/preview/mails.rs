//! The mails on sample facts, as text or as pages of HTML, each with what it lacks and what could
//! be plainer.

use super::samples::{chosen, outgoing, samples_in};
use crate::domain::board::StaffMail;
use crate::domain::language::Language;
use crate::domain::message::Address;
use crate::domain::tongue::Tongue;
use crate::failure::Failure;
use crate::mail::compose::{self, Outgoing};
use crate::mail::letter::{self, Letter};
use crate::mail::texts::facts::Sender;
use crate::mail::texts::sample::{Facts, Sample};
use crate::mail::texts::{Text, Texts, lint};
use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

/// Which mails are shown, and how.
#[derive(Debug)]
pub struct Preview<'a> {
    pub texts: &'a Texts,
    pub sender: &'a Sender,
    pub policy: StaffMail,
    /// The address that they come from.
    pub mailbox: &'a str,
    /// A contract kind or a sample's name; all when `None`.
    pub kind: Option<&'a str>,
    pub tongue: Tongue,
    /// Where the pages of HTML go; `None` prints the texts.
    pub pages: Option<&'a Path>,
}

/// Parts that a mail lacks, and remarks on its words.
struct Verdict {
    missing: Vec<String>,
    remarks: Vec<String>,
}

/// Writes the mails; fails when one lacks a required part, or none is of that kind or language.
pub fn write(preview: &Preview<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    refuse_unknown_tongue(preview)?;
    let from = preview.from();
    let samples = samples_in(
        preview.texts,
        preview.tongue,
        preview.sender,
        preview.policy,
    );
    let mut lacking = Vec::new();
    for sample in chosen(samples, preview.kind)? {
        let (shown, verdict) = preview.one(&sample, &from)?;
        out.write_all(shown.as_bytes())
            .map_err(|e| cannot_write(&e))?;
        let named = |part| format!("{}: {part}", sample.name);
        lacking.extend(verdict.missing.into_iter().map(named));
    }
    if lacking.is_empty() {
        Ok(())
    } else {
        Err(Failure::Failed(lacking.join("\n")))
    }
}

fn failed(problem: &impl ToString) -> Failure {
    Failure::Failed(problem.to_string())
}

pub(super) fn cannot_write(error: &std::io::Error) -> Failure {
    Failure::Failed(format!("cannot write: {error}"))
}

fn refuse_unknown_tongue(preview: &Preview<'_>) -> Result<(), Failure> {
    let (texts, tongue) = (preview.texts, preview.tongue);
    if texts.tongues().any(|known| known == tongue) {
        return Ok(());
    }
    let known: Vec<String> = texts.tongues().map(|known| known.to_string()).collect();
    Err(Failure::Usage(format!(
        "there are no texts in “{tongue}”; there are: {}",
        known.join(", ")
    )))
}

impl Preview<'_> {
    fn from(&self) -> Address {
        let (name, unit) = (&self.sender.name, &self.sender.unit);
        Address {
            name: unit.as_ref().or(Some(name)).cloned(),
            addr: self.mailbox.to_owned(),
        }
    }

    /// One mail as it is shown, with its remarks.
    fn one(&self, sample: &Sample, from: &Address) -> Result<(String, Verdict), Failure> {
        let text = sample.text(self.texts).map_err(|e| failed(&e))?;
        let mail = outgoing(sample, &text, from);
        compose::to_bytes(&mail).map_err(|e| failed(&format!("{}: {e}", sample.name)))?;
        let verdict = self.judged(sample, &text);
        let shown = match self.pages {
            None => show(sample.name, &mail, &verdict),
            Some(folder) => page(folder, sample, &text)? + &remarked(&verdict),
        };
        Ok((shown, verdict))
    }

    fn judged(&self, sample: &Sample, text: &Text) -> Verdict {
        let required = sample.required(&self.texts.wording(Some(self.tongue)));
        let mut missing = lint::missing(text, &required);
        let language = Language::of(self.tongue);
        if let (Facts::LetterText(facts), Some(language)) = (&sample.facts, language) {
            let pdf = letter::pdf(&Letter::new(language, facts, text));
            missing.extend(pdf.err().map(|error| error.to_string()));
        }
        let remarks =
            language.map_or_else(|| lint::length(text), |language| lint::lint(language, text));
        Verdict { missing, remarks }
    }
}

/// Writes the page; returns the line that says where it is.
fn page(folder: &Path, sample: &Sample, text: &Text) -> Result<String, Failure> {
    std::fs::create_dir_all(folder).map_err(|e| cannot_write(&e))?;
    let file = folder.join(format!("{}.html", sample.name));
    std::fs::write(&file, &text.html).map_err(|e| cannot_write(&e))?;
    Ok(format!("{}\n", file.display()))
}

/// The headers that a person looks at, decoded, the body, and the remarks.
fn show(name: &str, mail: &Outgoing, verdict: &Verdict) -> String {
    let mut shown = format!("==== {name} ====\n");
    let to = mail.to.iter().map(address).collect::<Vec<_>>().join(", ");
    let refs = mail.refs.join(",");
    let _ = writeln!(
        shown,
        "From: {}\nTo: {to}\nSubject: {}",
        address(&mail.from),
        mail.subject
    );
    let mut dates = mail.dates.clone();
    dates.dedup();
    let dates: Vec<String> = dates.iter().map(ToString::to_string).collect();
    let _ = writeln!(
        shown,
        "X-Servicelofte: {}{}{refs}{}{}",
        mail.kind.as_str(),
        if refs.is_empty() { "" } else { "; ref=" },
        if dates.is_empty() { "" } else { "; date=" },
        dates.join(",")
    );
    let _ = writeln!(shown, "\n{}", mail.text);
    shown + &remarked(verdict)
}

fn remarked(verdict: &Verdict) -> String {
    let mut shown = String::new();
    for part in &verdict.missing {
        let _ = writeln!(shown, "!! {part}");
    }
    for remark in &verdict.remarks {
        let _ = writeln!(shown, "?? {remark}");
    }
    if !shown.is_empty() {
        shown.push('\n');
    }
    shown
}

fn address(address: &Address) -> String {
    match &address.name {
        Some(name) => format!("{name} <{}>", address.addr),
        None => address.addr.clone(),
    }
}
