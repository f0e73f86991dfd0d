//! Everything the product writes to people: facts in, subject and body out.
//!
//! The words stand in `templates/sv` and `templates/en`, one file a kind of mail, and are part of the program. A file of
//! the same name in the municipality's folder replaces one of them; it is checked against sample facts before it is
//! used, and a built-in template takes over if it should fail later. Files: `Subject: …`, a blank line, the body.
//!
//! Promises: a value never becomes a second line, a placeholder or a template; an unknown name is an error, not a
//! blank; a template cannot read files or run for ever. There is no HTML.

pub mod confirmation;
pub mod days;
pub mod facts;
pub mod lint;
pub mod reasons;
pub mod sample;
pub mod words;
pub mod wrap;

mod filters;
mod view;

use crate::config::Language;
use confirmation::ConfirmationFacts;
use facts::{AlarmFacts, ExcludedFacts, LetterFacts, NoticeFacts, StaffMailFacts};
use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// Items written in full in one mail; the rest is counted.
pub const MAX_ITEMS: usize = 25;

/// Longest quotation of a citizen's subject, in characters: with our own words and the reference after it, a subject
/// stays below [`crate::mail::compose::MAX_SUBJECT`], so that the reference is never cut.
pub const MAX_QUOTED_SUBJECT: usize = 150;

/// Longest value put into a text, in characters: names and subjects are far shorter, web addresses may be longer.
const MAX_VALUE: usize = 500;

/// Longest template file of a municipality, in bytes.
const MAX_TEMPLATE: u64 = 64 * 1024;

/// Steps a template may take; the longest built-in mail takes fewer than 20 000.
const FUEL: u64 = 500_000;

/// How deep includes and macros may nest.
const RECURSION: usize = 50;

/// The kinds of text, each with a file of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Template {
    Notice,
    Complaint,
    Records,
    Decision,
    NewDate,
    Letter,
    LetterText,
    Staff,
    Excluded,
    Alarm,
    Confirmation,
}

impl Template {
    pub const ALL: [Self; 11] = [
        Self::Notice,
        Self::Complaint,
        Self::Records,
        Self::Decision,
        Self::NewDate,
        Self::Letter,
        Self::LetterText,
        Self::Staff,
        Self::Excluded,
        Self::Alarm,
        Self::Confirmation,
    ];

    /// Its file, here and in the municipality's folder.
    #[must_use]
    pub fn file(self) -> &'static str {
        match self {
            Self::Notice => "notice.txt",
            Self::Complaint => "notice-complaint.txt",
            Self::Records => "notice-records.txt",
            Self::Decision => "notice-decision.txt",
            Self::NewDate => "new-date.txt",
            Self::Letter => "letter.txt",
            Self::LetterText => "letter-text.txt",
            Self::Staff => "staff.txt",
            Self::Excluded => "excluded.txt",
            Self::Alarm => "alarm.txt",
            Self::Confirmation => "confirmation.txt",
        }
    }

    fn built_in(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::Swedish, Self::Notice) => include_str!("templates/sv/notice.txt"),
            (Language::Swedish, Self::Complaint) => include_str!("templates/sv/notice-complaint.txt"),
            (Language::Swedish, Self::Records) => include_str!("templates/sv/notice-records.txt"),
            (Language::Swedish, Self::Decision) => include_str!("templates/sv/notice-decision.txt"),
            (Language::Swedish, Self::NewDate) => include_str!("templates/sv/new-date.txt"),
            (Language::Swedish, Self::Letter) => include_str!("templates/sv/letter.txt"),
            (Language::Swedish, Self::LetterText) => include_str!("templates/sv/letter-text.txt"),
            (Language::Swedish, Self::Staff) => include_str!("templates/sv/staff.txt"),
            (Language::Swedish, Self::Excluded) => include_str!("templates/sv/excluded.txt"),
            (Language::Swedish, Self::Alarm) => include_str!("templates/sv/alarm.txt"),
            (Language::Swedish, Self::Confirmation) => include_str!("templates/sv/confirmation.txt"),
            (Language::English, Self::Notice) => include_str!("templates/en/notice.txt"),
            (Language::English, Self::Complaint) => include_str!("templates/en/notice-complaint.txt"),
            (Language::English, Self::Records) => include_str!("templates/en/notice-records.txt"),
            (Language::English, Self::Decision) => include_str!("templates/en/notice-decision.txt"),
            (Language::English, Self::NewDate) => include_str!("templates/en/new-date.txt"),
            (Language::English, Self::Letter) => include_str!("templates/en/letter.txt"),
            (Language::English, Self::LetterText) => include_str!("templates/en/letter-text.txt"),
            (Language::English, Self::Staff) => include_str!("templates/en/staff.txt"),
            (Language::English, Self::Excluded) => include_str!("templates/en/excluded.txt"),
            (Language::English, Self::Alarm) => include_str!("templates/en/alarm.txt"),
            (Language::English, Self::Confirmation) => include_str!("templates/en/confirmation.txt"),
        }
    }
}

/// A text ready for [`crate::mail::compose`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// One line.
    pub subject: String,
    /// Wrapped at [`wrap::WIDTH`], `\n` line ends.
    pub body: String,
    /// The same with every paragraph on one line, as [`wrap::unwrapped`] leaves it: for a letter.
    pub unwrapped: String,
}

/// A template failed on these facts. Holds the template's file, line and what was wrong there, no value of the facts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TextError(String);

/// The texts of one language, with the municipality's own templates.
#[derive(Debug)]
pub struct Texts {
    language: Language,
    built_in: Environment<'static>,
    overrides: Environment<'static>,
    replaced: BTreeSet<Template>,
}

impl Texts {
    /// Reads and checks the municipality's templates; a fault is a line with file, line number and remedy.
    pub fn new(language: Language, overrides: Option<&Path>) -> Result<Self, Vec<String>> {
        let mut texts = Self {
            language,
            built_in: environment(language),
            overrides: environment(language),
            replaced: BTreeSet::new(),
        };
        for template in Template::ALL {
            let source = template.built_in(language);
            texts.built_in.add_template(template.file(), source).map_err(|e| vec![fault(template.file(), &e)])?;
        }
        let Some(folder) = overrides else { return Ok(texts) };
        if !folder.is_dir() {
            return Err(vec![format!("{}: the folder of templates cannot be read", folder.display())]);
        }
        let mut faults = Vec::new();
        for template in Template::ALL {
            if let Err(found) = texts.replace(template, &folder.join(template.file())) {
                faults.extend(found);
            }
        }
        if faults.is_empty() { Ok(texts) } else { Err(faults) }
    }

    /// The language they are written in.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Whether the municipality has its own template.
    #[must_use]
    pub fn is_replaced(&self, template: Template) -> bool {
        self.replaced.contains(&template)
    }

    /// The notice to a citizen, or the mail that a date was moved; its subject ends with `[reference]`, by which a reply is known.
    pub fn notice(&self, facts: &NoticeFacts) -> Result<Text, TextError> {
        let subject = words::clip(&words::one_line(&facts.subject), MAX_QUOTED_SUBJECT);
        self.text(facts.template(), &NoticeFacts { subject, ..facts.clone() })
    }

    /// The mail with a notice to print and post; to the handler.
    pub fn letter(&self, facts: &LetterFacts) -> Result<Text, TextError> {
        self.text(Template::Letter, facts)
    }

    /// The letter in it: heading and text, for [`crate::mail::letter`].
    pub fn letter_text(&self, facts: &LetterFacts) -> Result<Text, TextError> {
        self.text(Template::LetterText, facts)
    }

    /// One mail about one or more items; the most urgent first, at most [`MAX_ITEMS`] in full.
    pub fn staff(&self, facts: &StaffMailFacts) -> Result<Text, TextError> {
        self.text(Template::Staff, &view::StaffView::new(facts))
    }

    /// The daily note of what was excluded; at most [`MAX_ITEMS`] in full.
    pub fn excluded(&self, facts: &ExcludedFacts) -> Result<Text, TextError> {
        self.text(Template::Excluded, &view::ExcludedView::new(facts, self.language))
    }

    /// Something fails, or works again; to the operator.
    pub fn alarm(&self, facts: &AlarmFacts) -> Result<Text, TextError> {
        self.text(Template::Alarm, facts)
    }

    /// What a reply with commands has changed, or why not; to whoever sent it.
    pub fn confirmation(&self, facts: &ConfirmationFacts) -> Result<Text, TextError> {
        self.text(Template::Confirmation, facts)
    }

    fn text(&self, template: Template, facts: &impl Serialize) -> Result<Text, TextError> {
        let facts = clean(serde_json::to_value(facts).map_err(|e| TextError(format!("{}: {e}", template.file())))?);
        if self.replaced.contains(&template) {
            if let Ok(text) = render(&self.overrides, template, &facts) {
                return Ok(text);
            }
            tracing::warn!(template = template.file(), "own template failed, the built-in one is used");
        }
        render(&self.built_in, template, &facts).map_err(TextError)
    }

    /// Takes the municipality's template if there is one and it renders every sample.
    fn replace(&mut self, template: Template, file: &Path) -> Result<(), Vec<String>> {
        let Some(source) = read(file).map_err(|fault| vec![fault])? else { return Ok(()) };
        let shown = file.display().to_string();
        self.overrides.add_template_owned(template.file(), source.clone()).map_err(|e| vec![fault(&shown, &e)])?;
        let samples: Vec<serde_json::Value> = sample::values(template, self.language).into_iter().map(clean).collect();
        let known = known_names(&samples);
        let mut faults = self.unknown_names(template, &source, &shown, &known);
        for sample in &samples {
            if faults.is_empty()
                && let Err(text) = render(&self.overrides, template, sample)
            {
                let text = text.replacen(template.file(), &shown, 1);
                faults.push(format!("{text}; known names: {}", join(&known)));
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        self.replaced.insert(template);
        Ok(())
    }

    /// Names that no facts have, also in branches that no sample takes.
    fn unknown_names(&self, template: Template, source: &str, shown: &str, known: &BTreeSet<String>) -> Vec<String> {
        let Ok(parsed) = self.overrides.get_template(template.file()) else { return Vec::new() };
        let globals: BTreeSet<&str> = self.overrides.globals().map(|(name, _)| name).collect();
        let mut used: Vec<String> = parsed.undeclared_variables(true).into_iter().collect();
        used.sort();
        used.retain(|name| !known.contains(name) && !globals.contains(name.as_str()));
        used.into_iter()
            .map(|name| {
                let line = source.lines().position(|line| line.contains(&name)).map_or(1, |at| at + 1);
                format!("{shown}, line {line}: the name {name} is unknown; known names: {}", join(known))
            })
            .collect()
    }
}

fn environment(language: Language) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    env.set_trim_blocks(true);
    env.set_lstrip_blocks(true);
    env.set_fuel(Some(FUEL));
    env.set_recursion_limit(RECURSION);
    filters::add(&mut env, language);
    env
}

fn render(env: &Environment<'_>, template: Template, facts: &serde_json::Value) -> Result<Text, String> {
    let file = template.file();
    let rendered = env
        .get_template(file)
        .and_then(|parsed| parsed.render(minijinja::Value::from_serialize(facts)))
        .map_err(|e| fault(file, &e))?;
    let rendered = rendered.replace("\r\n", "\n");
    let (head, body) =
        rendered.trim_start().split_once("\n\n").ok_or(format!("{file}, line 1: no blank line after Subject"))?;
    let subject = head.strip_prefix("Subject:").ok_or(format!("{file}, line 1: the first line must be Subject: …"))?;
    let subject = words::one_line(subject).replace(words::NO_BREAK, " ");
    if subject.is_empty() || body.trim().is_empty() {
        return Err(format!("{file}, line 1: the subject or the body is empty"));
    }
    Ok(Text { subject, body: wrap::wrap(body), unwrapped: wrap::unwrapped(body) })
}

/// `None` when the municipality has no such file.
fn read(file: &Path) -> Result<Option<String>, String> {
    let shown = file.display();
    match std::fs::metadata(file) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(format!("{shown}: {e}")),
        Ok(found) if found.len() > MAX_TEMPLATE => Err(format!("{shown}: longer than {MAX_TEMPLATE} bytes")),
        Ok(_) => std::fs::read_to_string(file).map(Some).map_err(|e| format!("{shown}: {e} (UTF-8 is expected)")),
    }
}

/// File, line and what is wrong. The engine's own text may quote the template, never a value.
fn fault(file: &str, error: &minijinja::Error) -> String {
    let mut text = file.to_owned();
    if let Some(line) = error.line() {
        let _ = write!(text, ", line {line}");
    }
    let _ = write!(text, ": {}", error.kind());
    if let Some(detail) = error.detail() {
        let _ = write!(text, ": {detail}");
    }
    text
}

/// Every string of the facts on one line, without controls, bounded.
fn clean(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) => Value::String(words::clip(&words::one_line(&text), MAX_VALUE)),
        Value::Array(values) => Value::Array(values.into_iter().map(clean).collect()),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(key, value)| (key, clean(value))).collect()),
        other => other,
    }
}

/// `handler.name`, `groups`, `groups[].items[].due` …: every name that the samples of a template hold.
fn known_names(samples: &[serde_json::Value]) -> BTreeSet<String> {
    fn walk(prefix: &str, value: &serde_json::Value, names: &mut BTreeSet<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (key, value) in fields {
                    let name = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
                    walk(&name, value, names);
                    names.insert(name);
                }
            }
            serde_json::Value::Array(values) => {
                for value in values {
                    walk(&format!("{prefix}[]"), value, names);
                }
            }
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    for sample in samples {
        walk("", sample, &mut names);
    }
    names
}

fn join(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}
