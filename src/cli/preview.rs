//! `preview`: every mail as it would be sent, on sample facts, with the municipality's name and
//! templates; and remarks on language that could be plainer. Sends nothing, reads nothing but the
//! configuration and its templates.
//!
//! - [`mails`]: the mails, as text or as pages
//! - `letter`: a letter as PDF
//! - `samples`: which of them are shown
//!
//! Mailboxes that present themselves in the same way are shown once, as the first of them.

mod letter;
pub mod mails;
mod samples;

pub use letter::{letter, letter_if_asked};
pub use mails::{Preview, write};
pub use samples::outgoing;

use crate::config::{Config, Language, Mailbox};
use crate::domain::board::StaffMail;
use crate::domain::tongue::Tongue;
use crate::failure::Failure;
use crate::mail::texts::facts::Sender;
use crate::mail::texts::{Texts, lint, sample};
use clap::{Args, ValueEnum};
use samples::samples_in;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Prints every mail as it would be sent, on sample data; checks the municipality's own templates
/// too
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
    servicelofte preview
    servicelofte preview --kind notice --language en
    servicelofte preview --mailbox kommunfullmaktige
    servicelofte preview --format html --out mejl
    servicelofte preview --kind letter --out brev.pdf")]
pub struct PreviewArgs {
    /// As this mailbox presents itself; otherwise as each that does so in a way of its own
    #[arg(long, value_name = "NAME")]
    pub mailbox: Option<String>,
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

/// A mailbox as its mails show it.
#[derive(PartialEq)]
struct Face {
    sender: Sender,
    policy: StaffMail,
}

impl Face {
    fn of(mailbox: &Mailbox, tongue: Tongue) -> Self {
        Self {
            sender: mailbox.organisation.letterhead_in(tongue).into(),
            policy: mailbox.staff_mail,
        }
    }

    fn sample() -> Self {
        Self {
            sender: sample::municipality(),
            policy: StaffMail::default(),
        }
    }
}

/// Fails on a template that is wrong, on a text that lacks a required part, and on an unknown kind,
/// language or mailbox.
pub fn run(
    config: Option<&Config>,
    arguments: &PreviewArgs,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let service = config.map_or(Language::Swedish, |c| c.service.language);
    let tongue = arguments.language.unwrap_or(service.into());
    let texts = texts_in(tongue, service, config)?;
    let pages = pages(arguments)?;
    let faces = faces(config, arguments.mailbox.as_deref(), tongue)?;
    for (mailbox, face) in &faces {
        let mut own_pages = pages.map(Path::to_owned);
        if faces.len() > 1 {
            let name = mailbox.map_or("", |mailbox| &mailbox.name);
            own_pages = own_pages.map(|folder| folder.join(name));
            writeln!(out, "######## {name} ########\n").map_err(|e| mails::cannot_write(&e))?;
        }
        let preview = Preview {
            texts: &texts,
            sender: &face.sender,
            policy: face.policy,
            mailbox: address_of(*mailbox),
            kind: arguments.kind.as_deref(),
            tongue,
            pages: own_pages.as_deref(),
        };
        write(&preview, out)?;
    }
    Ok(())
}

/// The address that the mails come from: a sample's without a configuration.
fn address_of(mailbox: Option<&Mailbox>) -> &str {
    mailbox.map_or("kommunfullmaktige@example.se", |mailbox| &mailbox.address)
}

/// The texts with the municipality's own, around a language that the service knows.
fn texts_in(tongue: Tongue, service: Language, config: Option<&Config>) -> Result<Texts, Failure> {
    let folder = config.and_then(|c| c.service.templates.as_deref());
    let language = Language::of(tongue).unwrap_or(service);
    Texts::in_language(language, service, folder).map_err(Failure::Config)
}

/// The folder that pages of HTML go to; `None` prints the texts.
fn pages(arguments: &PreviewArgs) -> Result<Option<&Path>, Failure> {
    let wrong = |why: &str| Err(Failure::Usage(why.to_owned()));
    match (arguments.format, &arguments.out) {
        (PreviewFormat::Html, None) => wrong("--format html needs --out FOLDER"),
        (PreviewFormat::Html, Some(folder)) => Ok(Some(folder)),
        (PreviewFormat::Text, Some(_)) if arguments.kind.is_none() => {
            wrong("--out goes with --format html, or with --kind letter")
        }
        (PreviewFormat::Text, _) => Ok(None),
    }
}

/// The mailbox of that name, or each that presents itself in a way of its own; a sample without a
/// configuration.
fn faces<'a>(
    config: Option<&'a Config>,
    name: Option<&str>,
    tongue: Tongue,
) -> Result<Vec<(Option<&'a Mailbox>, Face)>, Failure> {
    let mailboxes: &[Mailbox] = config.map_or(&[], |config| &config.mailboxes);
    let mut faces: Vec<(Option<&Mailbox>, Face)> = Vec::new();
    for mailbox in mailboxes {
        let face = Face::of(mailbox, tongue);
        let is_new = || faces.iter().all(|(_, known)| *known != face);
        if name.map_or_else(is_new, |name| mailbox.name == name) {
            faces.push((Some(mailbox), face));
        }
    }
    match name {
        _ if !faces.is_empty() => Ok(faces),
        Some(name) => Err(no_mailbox(name, mailboxes)),
        None => Ok(vec![(None, Face::sample())]),
    }
}

fn no_mailbox(name: &str, mailboxes: &[Mailbox]) -> Failure {
    let known: Vec<&str> = mailboxes.iter().map(|m| m.name.as_str()).collect();
    Failure::Usage(format!(
        "no mailbox is named {name:?}; the configuration has: {}",
        known.join(", ")
    ))
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
