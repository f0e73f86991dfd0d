//! The templates of one language: the built-in ones, and those of the municipality in their place,
//! checked against sample facts before they are used.

use super::wording::Wording;
use super::{Template, Text, filters, foreign, html, layout, links, sample, wrap};
use crate::config::Language;
use crate::words::{self, NO_BREAK};
use minijinja::{Environment, UndefinedBehavior};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

/// Longest value put into a text, in characters: names and subjects are far shorter, web addresses
/// may be longer.
const MAX_VALUE: usize = 500;

/// Longest file of a municipality, in bytes.
const MAX_TEMPLATE: u64 = 64 * 1024;

/// Steps a template may take; the longest built-in mail takes fewer than 20 000.
const FUEL: u64 = 500_000;

/// How deep includes and macros may nest.
const RECURSION: usize = 50;

#[derive(Debug)]
pub(super) struct Set {
    pub wording: Wording,
    built_in: Environment<'static>,
    own: Environment<'static>,
    pub replaced: BTreeSet<Template>,
}

impl Set {
    /// A language that is the program's own.
    pub fn built_in(language: Language) -> Result<Self, Vec<String>> {
        let mut set = Self::new(Wording::BuiltIn(language));
        for template in Template::ALL.iter().copied() {
            let source = layout::mark((words::of(language).templates)(template));
            set.built_in
                .add_template_owned(template.file(), source)
                .map_err(|e| vec![fault(template.file(), &e)])?;
        }
        Ok(set)
    }

    /// A language that has nothing yet but its words.
    pub fn new(wording: Wording) -> Self {
        let (built_in, own) = (environment(&wording), environment(&wording));
        Self {
            wording,
            built_in,
            own,
            replaced: BTreeSet::new(),
        }
    }

    /// The text, by the municipality's template before ours; `None` when there is neither.
    pub fn text(
        &self,
        template: Template,
        facts: &serde_json::Value,
    ) -> Option<Result<Text, String>> {
        if self.replaced.contains(&template) {
            if let Ok(text) = render(&self.own, &self.wording, template, facts) {
                return Some(Ok(text));
            }
            tracing::warn!(
                template = template.file(),
                "own template failed, the built-in one is used"
            );
        }
        let is_ours = self.wording.built_in().is_some();
        is_ours.then(|| render(&self.built_in, &self.wording, template, facts))
    }

    /// Whether there is a template, the municipality's or ours.
    pub fn has(&self, template: Template) -> bool {
        self.replaced.contains(&template) || self.wording.built_in().is_some()
    }

    /// Whether a template asks for a fact; `None` when there is no such template.
    pub fn asks_for(&self, template: Template, name: &str) -> Option<bool> {
        let env = if self.replaced.contains(&template) {
            &self.own
        } else if self.wording.built_in().is_some() {
            &self.built_in
        } else {
            return None;
        };
        let parsed = env.get_template(template.file()).ok()?;
        Some(parsed.undeclared_variables(false).contains(name))
    }

    /// Takes the municipality's template if it renders every sample.
    pub fn replace(&mut self, template: Template, file: &Path) -> Result<(), Vec<String>> {
        let source = read(file).map_err(|fault| vec![fault])?;
        let shown = file.display().to_string();
        let marked = layout::mark(&source);
        self.own
            .add_template_owned(template.file(), marked)
            .map_err(|e| vec![fault(&shown, &e)])?;
        let faults = self.faults(template, &source, &shown);
        if !faults.is_empty() {
            return Err(faults);
        }
        self.replaced.insert(template);
        Ok(())
    }

    /// What the municipality's template asks for that there is not, and where it breaks off.
    fn faults(&self, template: Template, source: &str, shown: &str) -> Vec<String> {
        let language = self.wording.built_in().unwrap_or(Language::Swedish);
        let samples = sample::values(template, language);
        let samples: Vec<serde_json::Value> = samples.into_iter().map(clean).collect();
        let known = known_names(&samples);
        let mut faults = self.unknown_names(template, source, shown, &known);
        if faults.is_empty()
            && let Some(text) = self.first_fault(template, &samples)
        {
            let text = text.replacen(template.file(), shown, 1);
            faults.push(format!("{text}; known names: {}", join(&known)));
        }
        faults
    }

    /// The fault of the first sample that the municipality's template does not render.
    fn first_fault(&self, template: Template, samples: &[serde_json::Value]) -> Option<String> {
        let mut samples = samples.iter();
        samples.find_map(|sample| render(&self.own, &self.wording, template, sample).err())
    }

    /// Names that no facts have, also in branches that no sample takes.
    fn unknown_names(
        &self,
        template: Template,
        source: &str,
        shown: &str,
        known: &BTreeSet<String>,
    ) -> Vec<String> {
        let Ok(parsed) = self.own.get_template(template.file()) else {
            return Vec::new();
        };
        let globals: BTreeSet<&str> = self.own.globals().map(|(name, _)| name).collect();
        let mut used: Vec<String> = parsed.undeclared_variables(true).into_iter().collect();
        used.sort();
        used.retain(|name| !known.contains(name) && !globals.contains(name.as_str()));
        used.into_iter()
            .map(|name| {
                let line = source
                    .lines()
                    .position(|line| line.contains(&name))
                    .map_or(1, |at| at + 1);
                format!(
                    "{shown}, line {line}: the name {name} is unknown; known names: {}",
                    join(known)
                )
            })
            .collect()
    }
}

fn environment(wording: &Wording) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    env.set_trim_blocks(true);
    env.set_lstrip_blocks(true);
    env.set_fuel(Some(FUEL));
    env.set_recursion_limit(RECURSION);
    filters::add(&mut env, wording);
    env
}

fn render(
    env: &Environment<'_>,
    wording: &Wording,
    template: Template,
    facts: &serde_json::Value,
) -> Result<Text, String> {
    let file = template.file();
    let rendered = env
        .get_template(file)
        .and_then(|parsed| parsed.render(minijinja::Value::from_serialize(facts)))
        .map_err(|e| fault(file, &e))?;
    let rendered = rendered.replace("\r\n", "\n");
    let (subject, body) =
        subject_and_body(&rendered).map_err(|why| format!("{file}, line 1: {why}"))?;
    let tongue = wording.tongue();
    let script = html::Script {
        language: tongue.as_str(),
        direction: wording.direction(),
    };
    let html = html::page(
        script,
        &subject,
        &layout::blocks(body),
        &links::Links::of(facts),
    );
    Ok(Text {
        subject,
        body: wrap::wrap(body),
        unwrapped: wrap::unwrapped(body),
        html,
    })
}

fn subject_and_body(rendered: &str) -> Result<(String, &str), &'static str> {
    let (head, body) = rendered
        .trim_start()
        .split_once("\n\n")
        .ok_or("no blank line after Subject")?;
    let subject = head
        .strip_prefix("Subject:")
        .ok_or("the first line must be Subject: …")?;
    let subject = foreign::one_line(subject).replace(NO_BREAK, " ");
    if subject.is_empty() || body.trim().is_empty() {
        return Err("the subject or the body is empty");
    }
    Ok((subject, body))
}

/// A file of the municipality's folder.
pub(super) fn read(file: &Path) -> Result<String, String> {
    let shown = file.display();
    match std::fs::metadata(file) {
        Err(e) => Err(format!("{shown}: {e}")),
        Ok(found) if found.len() > MAX_TEMPLATE => {
            Err(format!("{shown}: longer than {MAX_TEMPLATE} bytes"))
        }
        Ok(_) => {
            std::fs::read_to_string(file).map_err(|e| format!("{shown}: {e} (UTF-8 is expected)"))
        }
    }
}

/// File, line and fault. The engine's own text may quote the template, never a value.
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
pub(super) fn clean(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) => Value::String(foreign::clip(&foreign::one_line(&text), MAX_VALUE)),
        Value::Array(values) => Value::Array(values.into_iter().map(clean).collect()),
        Value::Object(fields) => Value::Object(
            fields
                .into_iter()
                .map(|(key, value)| (key, clean(value)))
                .collect(),
        ),
        other => other,
    }
}

/// `handler.name`, `groups`, `groups[].items[].due` …: every name that the samples of a template
/// hold.
fn known_names(samples: &[serde_json::Value]) -> BTreeSet<String> {
    fn walk(prefix: &str, value: &serde_json::Value, names: &mut BTreeSet<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (key, value) in fields {
                    let name = if prefix.is_empty() {
                        key.clone()
                    } else {
                        format!("{prefix}.{key}")
                    };
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
    names
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}
