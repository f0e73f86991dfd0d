//! The municipality's folder of templates.
//!
//! Files in it are the service's language's. A folder in it has a language's code as its name: `sv`
//! and `en` hold templates that replace ours, any other (`fi`) adds a language that citizens are
//! written to in. Such a one must hold `words.toml` and `notice.txt`. A file that is never read is
//! a fault, for it is most likely misspelt.

use super::Template;
use super::set::{self, Set};
use super::wording::{Wording, Words};
use crate::config::Language;
use crate::domain::tongue::Tongue;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a language's dates read.
const WORDS: &str = "words.toml";

/// Files of a folder that are looked at; a municipality has a handful.
const MAX_FILES: usize = 200;

/// How alike two names are, of 1, to be taken for each other.
const ALIKE: f64 = 0.75;

pub(super) fn read(
    folder: &Path,
    service: Tongue,
    sets: &mut BTreeMap<Tongue, Set>,
) -> Result<(), Vec<String>> {
    let mut faults = Vec::new();
    let mut languages = Vec::new();
    for path in entries(folder).map_err(|fault| vec![fault])? {
        if !path.is_dir() {
            faults.extend(
                take(&path, sets.get_mut(&service), true)
                    .err()
                    .unwrap_or_default(),
            );
            continue;
        }
        match name_of(&path).parse::<Tongue>() {
            Ok(tongue) => languages.push((tongue, path)),
            Err(_) => faults.push(format!(
                "{}: is no language code such as fi",
                path.display()
            )),
        }
    }
    for (tongue, path) in languages {
        if tongue == service {
            faults.extend(twice(folder, &path));
        }
        if let Err(found) = language(&path, tongue, sets) {
            faults.extend(found);
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

/// A template of the service's language that lies in both folders.
fn twice(folder: &Path, path: &Path) -> Option<String> {
    let is_in_both = |file: &&str| folder.join(file).exists() && path.join(file).exists();
    let mut files = Template::ALL.iter().map(|template| template.file());
    files.find(is_in_both).map(|file| {
        format!(
            "{}: there is one in {} too; remove either",
            path.join(file).display(),
            folder.display()
        )
    })
}

/// The folder of one language.
fn language(
    path: &Path,
    tongue: Tongue,
    sets: &mut BTreeMap<Tongue, Set>,
) -> Result<(), Vec<String>> {
    let is_ours = Language::of(tongue).is_some();
    let mut faults = Vec::new();
    if !is_ours {
        let words = words(&path.join(WORDS))?;
        sets.insert(tongue, Set::new(Wording::Own(tongue, Arc::new(words))));
        let notice = path.join(Template::Notice.file());
        if !notice.exists() {
            faults.push(format!(
                "{}: missing; without it the language is never used",
                notice.display()
            ));
        }
    }
    for file in entries(path).map_err(|fault| vec![fault])? {
        if is_ours || name_of(&file) != WORDS {
            faults.extend(
                take(&file, sets.get_mut(&tongue), is_ours)
                    .err()
                    .unwrap_or_default(),
            );
        }
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(faults)
    }
}

/// The words of a language that is not built in.
fn words(file: &Path) -> Result<Words, Vec<String>> {
    let source = set::read(file).map_err(|fault| {
        vec![format!(
            "{fault}; a language that is not built in needs one"
        )]
    })?;
    let shown = file.display();
    Words::read(&source).map_err(|found| {
        let faults = found.iter();
        faults.map(|fault| format!("{shown}: {fault}")).collect()
    })
}

/// Takes one file for the template that it is named as.
fn take(file: &Path, set: Option<&mut Set>, staff_too: bool) -> Result<(), Vec<String>> {
    let name = name_of(file);
    let known = || {
        Template::ALL
            .iter()
            .copied()
            .filter(|template| staff_too || template.is_for_citizens())
    };
    if let (Some(template), Some(set)) = (known().find(|template| template.file() == name), set) {
        return set.replace(template, file);
    }
    let mut names: Vec<&str> = known().map(Template::file).collect();
    names.extend((!staff_too).then_some(WORDS));
    let alike = names
        .iter()
        .map(|known| (strsim::jaro_winkler(known, name), *known));
    let hint = match alike.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((alike, known)) if alike >= ALIKE => format!("did you mean {known}?"),
        _ => format!("known files: {}", names.join(", ")),
    };
    Err(vec![format!(
        "{}: no mail is written by this file; {hint}",
        file.display()
    )])
}

/// The files of a folder, in order, without those of an editor or a version control.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let unread = |error| {
        format!(
            "{}: the folder of templates cannot be read: {error}",
            folder.display()
        )
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unread)?.take(MAX_FILES) {
        let path = entry.map_err(unread)?.path();
        if !name_of(&path).starts_with('.') && !name_of(&path).ends_with('~') {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

fn name_of(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_default()
}
