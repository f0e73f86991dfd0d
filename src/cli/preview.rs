//! `preview`: every mail as it would be sent, on sample facts, with the municipality's name and
//! templates; and remarks on language that could be plainer. Sends nothing, reads nothing but the
//! configuration and its templates.

use super::Failure;
use crate::config::{Config, Language};
use crate::domain::board::StaffMail;
use crate::domain::keyed::{KEY_BYTES, Key, Seal};
use crate::domain::kind::Kind;
use crate::domain::message::Address;
use crate::domain::tongue::Tongue;
use crate::mail::author::{Author, Draft, Thread};
use crate::mail::compose::{self, Outgoing};
use crate::mail::letter::{self, Letter};
use crate::mail::texts::facts::{Local, Sender};
use crate::mail::texts::sample::{self, Facts, Sample};
use crate::mail::texts::{Text, Texts, lint};
use chrono::{DateTime, TimeZone};
use clap::{Args, ValueEnum};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Prints every mail as it would be sent, on sample data; checks the municipality's own templates
/// too
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
    servicelofte preview
    servicelofte preview --kind notice --language en
    servicelofte preview --format html --out mejl
    servicelofte preview --kind letter --out brev.pdf")]
pub struct PreviewArgs {
    /// Only this kind of mail
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// The language's code instead of the configured one's: sv, en, or one that the municipality
    /// has added
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<Tongue>,
    /// html writes the mails as pages to look at in a browser
    #[arg(long, value_enum, default_value_t = PreviewFormat::Text)]
    pub format: PreviewFormat,
    /// With --format html: the folder that the pages go to; with --kind letter: writes the letter
    /// to this file as PDF
    #[arg(long, value_name = "WHERE")]
    pub out: Option<PathBuf>,
}

/// How `preview` shows the mails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PreviewFormat {
    #[default]
    Text,
    Html,
}

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

/// Fails on a template that is wrong, on a text that lacks a required part, and on an unknown kind
/// or language.
pub fn run(
    config: Option<&Config>,
    arguments: &PreviewArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let service = config.map_or(Language::Swedish, |c| c.service.language);
    let tongue = arguments.language.unwrap_or(service.into());
    let sender = sender_in(config, tongue);
    let first = config.and_then(|c| c.mailboxes.first());
    let policy = first.map_or_else(StaffMail::default, |m| m.staff_mail);
    let folder = config.and_then(|c| c.service.templates.as_deref());
    let language = Language::of(tongue).unwrap_or(service);
    let texts = Texts::in_language(language, service, folder).map_err(Failure::Config)?;
    let pages = match (arguments.format, &arguments.out) {
        (PreviewFormat::Html, None) => {
            return Err(Failure::Usage(
                "--format html needs --out FOLDER".to_owned(),
            ));
        }
        (PreviewFormat::Html, Some(folder)) => Some(folder.as_path()),
        (PreviewFormat::Text, Some(_)) if arguments.kind.is_none() => {
            return Err(Failure::Usage(
                "--out goes with --format html, or with --kind letter".to_owned(),
            ));
        }
        (PreviewFormat::Text, _) => None,
    };
    let mailbox = first.map_or("kommunfullmaktige@example.se", |m| &m.address);
    let kind = arguments.kind.as_deref();
    write(
        &Preview {
            texts: &texts,
            sender: &sender,
            policy,
            mailbox,
            kind,
            tongue,
            pages,
        },
        out,
    )
}

/// The mails, and the letter if that is asked for.
pub fn whole(
    config: Option<&Config>,
    arguments: &PreviewArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    run(config, arguments, out)?;
    letter_if_asked(config, arguments)
}

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
    let service = config.map_or(Language::Swedish, |c| c.service.language);
    let language = tongue.and_then(Language::of).unwrap_or(service);
    let sender = sender_in(config, language.into());
    let folder = config.and_then(|c| c.service.templates.as_deref());
    let texts = Texts::in_language(language, service, folder).map_err(Failure::Config)?;
    let samples = chosen(sample::samples(&sender, StaffMail::default()), kind)?;
    let facts = samples.into_iter().find_map(|sample| match sample.facts {
        Facts::LetterText(facts) => Some(facts),
        _ => None,
    });
    let facts = facts.ok_or_else(|| {
        Failure::Usage("only letters are printed: --out goes with --kind letter".to_owned())
    })?;
    let text = texts
        .letter_text(&facts)
        .map_err(|e| Failure::Failed(e.to_string()))?;
    let pdf = letter::pdf(&Letter::new(language, &facts, &text))
        .map_err(|e| Failure::Failed(e.to_string()))?;
    std::fs::write(file, pdf)
        .map_err(|e| Failure::Failed(format!("{} cannot be written: {e}", file.display())))
}

/// As the first mailbox, whose mails these are, presents itself.
fn sender_in(config: Option<&Config>, tongue: Tongue) -> Sender {
    let first = config.and_then(|c| c.mailboxes.first());
    first.map_or_else(sample::municipality, |mailbox| {
        mailbox.organisation.letterhead_in(tongue).into()
    })
}

/// [`run`], when the texts and what they need of the configuration are at hand.
pub fn write(preview: &Preview<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let Preview {
        texts,
        sender,
        policy,
        mailbox,
        kind,
        tongue,
        pages,
    } = *preview;
    if !texts.tongues().any(|known| known == tongue) {
        let known = texts
            .tongues()
            .map(|known| known.to_string())
            .collect::<Vec<_>>()
            .join(", ");
        return Err(Failure::Usage(format!(
            "there are no texts in “{tongue}”; there are: {known}"
        )));
    }
    let from = Address {
        name: sender.unit.clone().or(Some(sender.name.clone())),
        addr: mailbox.to_owned(),
    };
    let written = |error: std::io::Error| Failure::Failed(format!("cannot write: {error}"));
    let mut lacking = Vec::new();
    for sample in chosen(samples_in(texts, tongue, sender, policy), kind)? {
        let text = sample
            .text(texts)
            .map_err(|e| Failure::Failed(e.to_string()))?;
        let mail = outgoing(&sample, &text, &from);
        compose::to_bytes(&mail).map_err(|e| Failure::Failed(format!("{}: {e}", sample.name)))?;
        let mut missing = lint::missing(&text, &sample.required(&texts.wording(Some(tongue))));
        let remarks = Language::of(tongue).map_or_else(
            || lint::length(&text),
            |language| lint::lint(language, &text),
        );
        if let (Facts::LetterText(facts), Some(language)) = (&sample.facts, Language::of(tongue)) {
            missing.extend(
                letter::pdf(&Letter::new(language, facts, &text))
                    .err()
                    .map(|error| error.to_string()),
            );
        }
        if let Some(folder) = pages {
            std::fs::create_dir_all(folder).map_err(written)?;
            let file = folder.join(format!("{}.html", sample.name));
            std::fs::write(&file, &text.html).map_err(written)?;
            writeln!(out, "{}", file.display()).map_err(written)?;
        }
        let shown = match pages {
            None => show(sample.name, &mail, &missing, &remarks),
            Some(_) => remarked(&missing, &remarks),
        };
        out.write_all(shown.as_bytes()).map_err(written)?;
        lacking.extend(
            missing
                .into_iter()
                .map(|part| format!("{}: {part}", sample.name)),
        );
    }
    if lacking.is_empty() {
        Ok(())
    } else {
        Err(Failure::Failed(lacking.join("\n")))
    }
}

/// What the municipality's own templates lack, each with the file and the sample that shows it.
#[must_use]
pub fn lacking(texts: &Texts, sender: &Sender) -> Vec<String> {
    let mut lacking = Vec::new();
    for tongue in texts.tongues() {
        let wording = texts.wording(Some(tongue));
        for sample in samples_in(texts, tongue, sender, StaffMail::default()) {
            let file = sample.template();
            if texts.is_own(tongue, file)
                && let Ok(text) = sample.text(texts)
            {
                let missing = lint::missing(&text, &sample.required(&wording)).into_iter();
                lacking.extend(missing.map(|part| format!("{tongue}/{}: {part}", file.file())));
            }
        }
    }
    lacking.dedup();
    lacking
}

/// All samples in the language of staff; in any other what citizens get, as far as there are words
/// for it.
fn samples_in(texts: &Texts, tongue: Tongue, sender: &Sender, policy: StaffMail) -> Vec<Sample> {
    let samples = sample::samples(sender, policy);
    if tongue == Tongue::from(texts.language()) {
        return samples;
    }
    let is_ours = Language::of(tongue).is_some();
    let is_worded = |sample: &Sample| {
        sample.template().is_for_citizens() && (is_ours || texts.is_own(tongue, sample.template()))
    };
    samples
        .into_iter()
        .filter(is_worded)
        .map(|sample| sample.in_tongue(tongue))
        .collect()
}

fn chosen(samples: Vec<Sample>, kind: Option<&str>) -> Result<Vec<Sample>, Failure> {
    let Some(kind) = kind else { return Ok(samples) };
    let known: BTreeSet<&str> = samples
        .iter()
        .flat_map(|s| [s.kind.as_str(), s.name])
        .collect();
    if !known.contains(kind) {
        let known = known.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Failure::Usage(format!(
            "there is no mail of the kind “{kind}”; there are: {known}"
        )));
    }
    Ok(samples
        .into_iter()
        .filter(|s| s.kind.as_str() == kind || s.name == kind)
        .collect())
}

/// The mail of a sample, with invented receiver, id and date.
#[must_use]
pub fn outgoing(sample: &Sample, text: &Text, from: &Address) -> Outgoing {
    let to = match sample.kind {
        kind if kind.is_to_citizen() => Address {
            name: None,
            addr: sample::CITIZEN.to_owned(),
        },
        Kind::Alarm => Address {
            name: None,
            addr: "it-drift@example.se".to_owned(),
        },
        _ => Address {
            name: Some("Anna Åberg".to_owned()),
            addr: "anna.aberg@example.se".to_owned(),
        },
    };
    let citizens_id = sample
        .kind
        .is_to_citizen()
        .then(|| "20261119081200.1@mail.example.net".to_owned());
    let draft = Draft {
        kind: sample.kind,
        refs: sample.refs(),
        to: vec![to],
        words: text.clone().into(),
        thread: Thread::after(citizens_id.as_ref(), &[]),
        files: Vec::new(),
        at: sample_date(),
    };
    let author = Author::new(from.name.as_deref().unwrap_or_default(), &from.addr);
    author
        .sign(
            draft,
            &Seal {
                unique: sample.name.to_owned(),
                key: Key([0; KEY_BYTES]),
            },
        )
        .0
}

fn sample_date() -> Local {
    let zone = chrono_tz::Europe::Stockholm;
    let date = zone.with_ymd_and_hms(2026, 11, 23, 13, 0, 0).single();
    date.unwrap_or_else(|| DateTime::UNIX_EPOCH.with_timezone(&zone))
}

/// The headers that a person looks at, decoded, the body, and the remarks.
fn show(name: &str, mail: &Outgoing, missing: &[String], remarks: &[String]) -> String {
    let mut shown = format!("==== {name} ====\n");
    let to = mail.to.iter().map(address).collect::<Vec<_>>().join(", ");
    let refs = mail.refs.join(",");
    let _ = writeln!(
        shown,
        "From: {}\nTo: {to}\nSubject: {}",
        address(&mail.from),
        mail.subject
    );
    let _ = writeln!(
        shown,
        "X-Servicelofte: {}{}{refs}",
        mail.kind.as_str(),
        if refs.is_empty() { "" } else { "; ref=" }
    );
    let _ = writeln!(shown, "\n{}", mail.text);
    shown + &remarked(missing, remarks)
}

fn remarked(missing: &[String], remarks: &[String]) -> String {
    let mut shown = String::new();
    for part in missing {
        let _ = writeln!(shown, "!! {part}");
    }
    for remark in remarks {
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
