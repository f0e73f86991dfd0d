//! `preview`: every mail as it would be sent, on sample facts, with the municipality's name and templates; and remarks on
//! language that could be plainer. Sends nothing, reads nothing but the configuration and its templates.

use super::Failure;
use crate::config::{Config, Language, StaffMail};
use crate::domain::kind::Kind;
use crate::domain::message::Address;
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

/// Prints every mail as it would be sent, on sample data; checks the municipality's own templates too
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
    servicelofte preview
    servicelofte preview --kind notice --language en
    servicelofte preview --kind letter --out brev.pdf")]
pub struct PreviewArgs {
    /// Only this kind of mail
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// sv or en instead of the configured language
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<PreviewLanguage>,
    /// With --kind letter: writes the letter to this file as PDF, to print it and to look at it
    #[arg(long, value_name = "FILE", requires = "kind")]
    pub out: Option<PathBuf>,
}

/// Languages of the mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PreviewLanguage {
    Sv,
    En,
}

impl From<PreviewLanguage> for Language {
    fn from(language: PreviewLanguage) -> Self {
        match language {
            PreviewLanguage::Sv => Self::Swedish,
            PreviewLanguage::En => Self::English,
        }
    }
}

/// Shows the mails of `kind` (a contract kind or a sample's name; all when `None`). Fails on a template that is wrong,
/// on a text that lacks a required part, and on an unknown kind.
pub fn run(
    config: Option<&Config>,
    kind: Option<&str>,
    language: Option<Language>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let (language, sender) = (language_of(config, language), sender_of(config));
    let policy = config.and_then(|c| c.mailboxes.first()).map_or_else(StaffMail::default, |m| m.staff_mail);
    let folder = config.and_then(|c| c.service.templates.as_deref());
    let texts = Texts::new(language, folder).map_err(Failure::Config)?;

    let mailbox = config.and_then(|c| c.mailboxes.first()).map_or("kommunfullmaktige@example.se", |m| &m.address);
    write(&texts, &sender, policy, mailbox, kind, out)
}

/// [`letter`], when `--out` says where to.
pub fn letter_if_asked(config: Option<&Config>, arguments: &PreviewArgs) -> Result<(), Failure> {
    let Some(file) = &arguments.out else { return Ok(()) };
    letter(config, arguments.kind.as_deref(), arguments.language.map(Language::from), file)
}

/// Writes the letter of the first sample of `kind` as PDF.
pub fn letter(
    config: Option<&Config>,
    kind: Option<&str>,
    language: Option<Language>,
    file: &Path,
) -> Result<(), Failure> {
    let (language, sender) = (language_of(config, language), sender_of(config));
    let texts = Texts::new(language, config.and_then(|c| c.service.templates.as_deref())).map_err(Failure::Config)?;
    let samples = chosen(sample::samples(&sender, StaffMail::default()), kind)?;
    let facts = samples.into_iter().find_map(|sample| match sample.facts {
        Facts::Letter(facts) | Facts::LetterText(facts) => Some(facts),
        _ => None,
    });
    let Some(facts) = facts else {
        return Err(Failure::Usage("only letters are printed: --out goes with --kind letter".to_owned()));
    };
    let text = texts.letter_text(&facts).map_err(|e| Failure::Failed(e.to_string()))?;
    let pdf = letter::pdf(&Letter::new(language, &facts, &text)).map_err(|e| Failure::Failed(e.to_string()))?;
    std::fs::write(file, pdf).map_err(|e| Failure::Failed(format!("{} cannot be written: {e}", file.display())))
}

fn language_of(config: Option<&Config>, language: Option<Language>) -> Language {
    language.or(config.map(|c| c.service.language)).unwrap_or(Language::Swedish)
}

fn sender_of(config: Option<&Config>) -> Sender {
    config.map_or_else(sample::municipality, |c| Sender::from(&c.organisation))
}

/// [`run`], when the texts and what they need of the configuration are at hand. `mailbox` is the address they come from.
pub fn write(
    texts: &Texts,
    sender: &Sender,
    policy: StaffMail,
    mailbox: &str,
    kind: Option<&str>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let language = texts.language();
    let samples = chosen(sample::samples(sender, policy), kind)?;
    let from = Address { name: sender.unit.clone().or(Some(sender.name.clone())), addr: mailbox.to_owned() };
    let mut lacking = Vec::new();
    for sample in &samples {
        let text = sample.text(texts).map_err(|e| Failure::Failed(e.to_string()))?;
        let mail = outgoing(sample, &text, &from);
        compose::to_bytes(&mail).map_err(|e| Failure::Failed(format!("{}: {e}", sample.name)))?;
        let mut missing = lint::missing(&text, &sample.required(language));
        let remarks = lint::lint(language, &text);
        if let Facts::LetterText(facts) = &sample.facts {
            missing.extend(letter::pdf(&Letter::new(language, facts, &text)).err().map(|error| error.to_string()));
        }
        let shown = show(sample.name, &mail, &missing, &remarks);
        out.write_all(shown.as_bytes()).map_err(|e| Failure::Failed(format!("cannot write: {e}")))?;
        lacking.extend(missing.into_iter().map(|part| format!("{}: {part}", sample.name)));
    }
    if lacking.is_empty() { Ok(()) } else { Err(Failure::Failed(lacking.join("\n"))) }
}

fn chosen(samples: Vec<Sample>, kind: Option<&str>) -> Result<Vec<Sample>, Failure> {
    let Some(kind) = kind else { return Ok(samples) };
    let known: BTreeSet<&str> = samples.iter().flat_map(|s| [s.kind.as_str(), s.name]).collect();
    if !known.contains(kind) {
        let known = known.into_iter().collect::<Vec<_>>().join(", ");
        return Err(Failure::Usage(format!("there is no mail of the kind “{kind}”; there are: {known}")));
    }
    Ok(samples.into_iter().filter(|s| s.kind.as_str() == kind || s.name == kind).collect())
}

/// The mail of a sample, with invented receiver, id and date.
#[must_use]
pub fn outgoing(sample: &Sample, text: &Text, from: &Address) -> Outgoing {
    let to = match sample.kind {
        Kind::Notice | Kind::NewDate => Address { name: None, addr: sample::CITIZEN.to_owned() },
        Kind::Alarm => Address { name: None, addr: "it-drift@example.se".to_owned() },
        _ => Address { name: Some("Anna Åberg".to_owned()), addr: "anna.aberg@example.se".to_owned() },
    };
    let citizens_id = sample.kind.is_to_citizen().then(|| "20261119081200.1@mail.example.net".to_owned());
    let domain = from.addr.rsplit_once('@').map_or("", |(_, domain)| domain);
    Outgoing {
        kind: sample.kind,
        refs: sample.refs(),
        from: from.clone(),
        to: vec![to],
        reply_to: Some(from.clone()),
        subject: text.subject.clone(),
        text: text.body.clone(),
        message_id: compose::message_id(domain, sample.name),
        date: sample_date(),
        references: citizens_id.iter().cloned().collect(),
        in_reply_to: citizens_id,
    }
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
    let _ = writeln!(shown, "From: {}\nTo: {to}\nSubject: {}", address(&mail.from), mail.subject);
    let _ =
        writeln!(shown, "X-Servicelofte: {}{}{refs}", mail.kind.as_str(), if refs.is_empty() { "" } else { "; ref=" });
    let _ = writeln!(shown, "\n{}", mail.text);
    for part in missing {
        let _ = writeln!(shown, "!! {part}");
    }
    for remark in remarks {
        let _ = writeln!(shown, "?? {remark}");
    }
    if !missing.is_empty() || !remarks.is_empty() {
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
