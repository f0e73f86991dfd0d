//! A letter as it is printed, on sample data.

use super::samples::chosen;
use super::{PreviewArgs, PreviewFormat, texts_in};
use crate::config::{Config, Language};
use crate::domain::board::StaffMail;
use crate::domain::tongue::Tongue;
use crate::failure::Failure;
use crate::mail::letter::{self, Letter};
use crate::mail::texts::facts::{LetterFacts, Sender};
use crate::mail::texts::sample::{self, Facts};
use std::path::Path;

/// [`letter()`], when `--out` says where to.
pub fn letter_if_asked(config: Option<&Config>, arguments: &PreviewArgs) -> Result<(), Failure> {
    match (&arguments.out, arguments.format) {
        (Some(file), PreviewFormat::Text) => {
            letter(config, arguments.kind.as_deref(), arguments.language, file)
        }
        _ => Ok(()),
    }
}

/// Writes the letter of the first sample of `kind` as PDF.
pub fn letter(
    config: Option<&Config>,
    kind: Option<&str>,
    tongue: Option<Tongue>,
    file: &Path,
) -> Result<(), Failure> {
    let failed = |problem: String| Failure::Failed(problem);
    let service = config.map_or(Language::Swedish, |c| c.service.language);
    let language = tongue.and_then(Language::of).unwrap_or(service);
    let texts = texts_in(language.into(), service, config)?;
    let sender = config
        .and_then(|config| config.mailboxes.first())
        .map_or_else(sample::municipality, |first| {
            first.organisation.letterhead_in(language.into()).into()
        });
    let facts = letter_of(&sender, kind)?;
    let text = texts
        .letter_text(&facts)
        .map_err(|e| failed(e.to_string()))?;
    let pdf =
        letter::pdf(&Letter::new(language, &facts, &text)).map_err(|e| failed(e.to_string()))?;
    std::fs::write(file, pdf)
        .map_err(|e| failed(format!("{} cannot be written: {e}", file.display())))
}

fn letter_of(sender: &Sender, kind: Option<&str>) -> Result<LetterFacts, Failure> {
    let samples = chosen(sample::samples(sender, StaffMail::default()), kind)?;
    let facts = samples.into_iter().find_map(|sample| match sample.facts {
        Facts::LetterText(facts) => Some(facts),
        _ => None,
    });
    facts.ok_or_else(|| {
        Failure::Usage("only letters are printed: --out goes with --kind letter".to_owned())
    })
}
