//! Walks a parsed TOML table: tracks the path, remembers which keys were asked for, collects
//! faults.
//!
//! serde is not used here: it stops at the first fault, and an operator who mends a configuration
//! over ssh wants all of them at once, each with its remedy. Every method answers `None` both for
//! an absent key and for a faulty one; in the second case the fault is already recorded, so the
//! reading goes on and nothing is reported twice.

use super::fault::{Fault, shown, suggestion};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use toml::{Table, Value};

/// Whether the files that the configuration names are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Files {
    Open,
    /// For commands that only read the log: the registrar need not be allowed to read passwords.
    Leave,
}

/// The state that all sections of one configuration share.
pub(super) struct Reader {
    /// Folder that relative paths start from.
    pub base: PathBuf,
    /// systemd's `$CREDENTIALS_DIRECTORY`.
    pub credentials: Option<PathBuf>,
    pub files: Files,
    /// The warning to give once if a password is written in the configuration itself; `None` when
    /// the file is protected.
    pub exposed: Cell<Option<String>>,
    faults: RefCell<Vec<Fault>>,
    warnings: RefCell<Vec<String>>,
    asked: RefCell<BTreeSet<String>>,
    empty: Table,
}

impl Reader {
    pub fn new(base: &Path, credentials: Option<PathBuf>, files: Files) -> Self {
        Self {
            base: base.to_owned(),
            credentials,
            files,
            exposed: Cell::default(),
            faults: RefCell::default(),
            warnings: RefCell::default(),
            asked: RefCell::default(),
            empty: Table::new(),
        }
    }

    pub fn root<'a>(&'a self, table: &'a Table) -> Section<'a> {
        let (path, pattern, asked) = (String::new(), String::new(), RefCell::default());
        Section {
            reader: self,
            path,
            pattern,
            table,
            asked,
            defaults: None,
            own: Vec::new(),
        }
    }

    /// A warning that is common to many tables is given once.
    pub fn warn(&self, warning: String) {
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }

    /// Faults, warnings and every key that was asked for (`mailbox[].imap.host`).
    pub fn finish(self) -> (Vec<Fault>, Vec<String>, BTreeSet<String>) {
        (
            self.faults.into_inner(),
            self.warnings.into_inner(),
            self.asked.into_inner(),
        )
    }
}

/// Values for keys that other tables leave out: `[imap]` for every `[mailbox.imap]`.
#[derive(Clone)]
pub(super) struct Defaults<'a> {
    name: &'static str,
    table: &'a Table,
    asked: Rc<RefCell<BTreeSet<&'static str>>>,
}

impl<'a> Defaults<'a> {
    /// Reads them as a table that has nothing of its own would have them, for the faults that are
    /// theirs, and refuses the unknown keys.
    pub fn check<T>(&self, root: &Section<'a>, read: impl FnOnce(Section<'a>) -> T) {
        let before = root.reader.faults.borrow().len();
        read(
            root.child(String::new(), NOWHERE.to_owned(), &root.reader.empty)
                .with(Some(self), &[]),
        );
        let prefix = format!("{}.", self.name);
        let theirs = root.reader.faults.borrow_mut().split_off(before);
        theirs
            .into_iter()
            .filter(|fault| fault.key.starts_with(&prefix))
            .for_each(|fault| root.push(fault));
        let asked = self.asked.borrow();
        for key in self
            .table
            .keys()
            .filter(|key| !asked.contains(key.as_str()))
        {
            let remedy = format!("unknown key{}", suggestion(key, asked.iter().copied()));
            root.push(Fault::new(join(self.name, &shown_key(key)), remedy));
        }
    }
}

/// The pattern of a table that is not in the file.
const NOWHERE: &str = "?";

/// One table of the configuration.
pub(super) struct Section<'a> {
    pub reader: &'a Reader,
    /// `mailbox[0].imap`; empty for the whole file.
    path: String,
    /// The path without numbers: `mailbox[].imap`.
    pattern: String,
    table: &'a Table,
    asked: RefCell<BTreeSet<String>>,
    defaults: Option<Defaults<'a>>,
    /// Keys that the defaults do not count for.
    own: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// A table whose values count for other tables that leave them out; `None` when there is none.
    pub fn defaults(&self, name: &'static str) -> Option<Defaults<'a>> {
        let section = self.section(name)?;
        Some(Defaults {
            name,
            table: section.table,
            asked: Rc::default(),
        })
    }

    /// The section with values from elsewhere for what it leaves out. The table that gives the
    /// first key of a group gives the others of that group too: a password is never sent to a
    /// server that it was not meant for.
    pub fn with(
        mut self,
        defaults: Option<&Defaults<'a>>,
        groups: &[(&[&str], &[&'static str])],
    ) -> Self {
        self.defaults = defaults.cloned();
        for (given, belong) in groups {
            if given.iter().any(|key| self.table.contains_key(*key)) {
                self.own.extend_from_slice(belong);
            }
        }
        self
    }

    fn default_of(&self, key: &str) -> Option<(&'static str, &'a Value)> {
        let defaults = self
            .defaults
            .as_ref()
            .filter(|_| !self.own.contains(&key))?;
        Some((defaults.name, defaults.table.get(key)?))
    }

    /// The path of this section.
    pub fn name(&self) -> &str {
        &self.path
    }

    /// The path of one of this section's keys, or of the default that it has.
    pub fn key(&self, key: &str) -> String {
        let bare = key.split('[').next().unwrap_or(key);
        match self
            .default_of(bare)
            .filter(|_| !self.table.contains_key(bare))
        {
            Some((name, _)) => join(name, key),
            None => join(&self.path, key),
        }
    }

    /// Whether the key is there, faulty or not.
    pub fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// Reports a key, with its value when it has one.
    pub fn fault(&self, key: &str, remedy: impl Into<String>) {
        let value = self
            .table
            .get(key)
            .or_else(|| Some(self.default_of(key)?.1))
            .map(shown);
        self.push(Fault {
            value,
            ..Fault::new(self.key(key), remedy)
        });
    }

    /// Reports a key without its value: it is absent, or the value may be a secret.
    pub fn fault_unseen(&self, key: &str, remedy: impl Into<String>) {
        self.push(Fault::new(self.key(key), remedy));
    }

    /// There must be a table of this name, and none could be read.
    pub fn needs_one(&self, table: &'static str) {
        if !self.has(table) {
            self.fault_unseen(table, format!("missing; give at least one [[{table}]]"));
        }
    }

    /// A text of one line.
    pub fn text(&self, key: &'static str) -> Option<String> {
        self.parsed(key, super::values::line)
    }

    /// A text that `parse` turns into a value; its error is the remedy.
    pub fn parsed<T>(
        &self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let value = self.get(key)?;
        let result = match as_text(value) {
            Some(text) => parse(&text),
            None => Err("must be a text in quotes".to_owned()),
        };
        result.map_err(|remedy| self.fault(key, remedy)).ok()
    }

    /// As [`Section::parsed`], for a key that must be there.
    pub fn required<T>(
        &self,
        key: &'static str,
        what: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        if !self.has(key) {
            self.fault_unseen(key, format!("missing; {what}"));
        }
        self.parsed(key, parse)
    }

    /// A list of texts, or a single one; an empty list is a fault, since it would mean less than it
    /// seems to.
    pub fn list<T>(
        &self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        let value = self.get(key)?;
        let Value::Array(entries) = value else {
            return self.parsed(key, parse).map(|only| vec![only]);
        };
        if entries.is_empty() {
            self.fault(key, "must hold at least one text, or be left out");
        }
        let parsed = entries.iter().enumerate().filter_map(|(i, entry)| {
            let result = match as_text(entry) {
                Some(text) => parse(&text),
                None => Err("must be a text in quotes".to_owned()),
            };
            let fault = |remedy| Fault {
                value: Some(shown(entry)),
                ..Fault::new(self.key(&format!("{key}[{i}]")), remedy)
            };
            result.map_err(|remedy| self.push(fault(remedy))).ok()
        });
        Some(parsed.collect())
    }

    /// The mailboxes that a pledge or a member of staff is for.
    pub fn scope(&self, mailboxes: &BTreeSet<String>) -> Vec<String> {
        let known = |name: &str| {
            let near = || suggestion(name, mailboxes.iter().map(String::as_str));
            let fault = || format!("must be the name of a [[mailbox]]{}", near());
            mailboxes.get(name).cloned().ok_or_else(fault)
        };
        self.list("mailbox", known).unwrap_or_default()
    }

    /// As [`Section::list`]; an empty list says that there is none.
    pub fn list_or_none<T>(
        &self,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<T>> {
        match self.get(key)? {
            Value::Array(entries) if entries.is_empty() => Some(Vec::new()),
            _ => self.list(key, parse),
        }
    }

    /// A whole number within bounds.
    pub fn number(&self, key: &'static str, bounds: RangeInclusive<u32>) -> Option<u32> {
        let number = self
            .get(key)?
            .as_integer()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| bounds.contains(n));
        if number.is_none() {
            self.fault(
                key,
                format!(
                    "must be a whole number from {} to {}",
                    bounds.start(),
                    bounds.end()
                ),
            );
        }
        number
    }

    pub fn flag(&self, key: &'static str) -> Option<bool> {
        let flag = self.get(key)?.as_bool();
        if flag.is_none() {
            self.fault(key, "must be true or false (without quotes)");
        }
        flag
    }

    /// One of the given words.
    pub fn choice<T: Copy>(&self, key: &'static str, words: &[(&str, T)]) -> Option<T> {
        self.parsed(key, |text| {
            let found = words
                .iter()
                .find(|(word, _)| *word == text)
                .map(|(_, value)| *value);
            found.ok_or_else(|| {
                format!(
                    "must be {}",
                    alternatives(words.iter().map(|(word, _)| *word))
                )
            })
        })
    }

    /// A path; a relative one starts at the folder of the configuration file.
    pub fn path(&self, key: &'static str) -> Option<PathBuf> {
        self.text(key).map(|path| self.reader.base.join(path))
    }

    /// A table that may be absent.
    pub fn section(&self, key: &'static str) -> Option<Section<'a>> {
        self.as_table(key, self.get(key)?)
    }

    /// A table by a name that only this configuration has.
    pub fn table_named(&self, name: &str) -> Option<Section<'a>> {
        self.asked.borrow_mut().insert(name.to_owned());
        let value = self.table.get(name)?;
        let mut known = self.reader.asked.borrow_mut();
        known.insert(join(&self.pattern, name));
        self.as_table(name, value)
    }

    fn as_table(&self, key: &str, value: &'a Value) -> Option<Section<'a>> {
        if let Value::Table(table) = value {
            return Some(self.child(self.key(key), join(&self.pattern, key), table));
        }
        // Not shown: a person who writes one text for a whole server may have put the password into
        // it.
        self.fault_unseen(
            key,
            format!(
                "must be a table: [{}] or {key} = {{ … }}",
                self.heading(key)
            ),
        );
        None
    }

    /// A table, an empty one when it is absent.
    pub fn section_or_empty(&self, key: &'static str) -> Section<'a> {
        let empty = || self.child(self.key(key), join(&self.pattern, key), &self.reader.empty);
        self.section(key).unwrap_or_else(empty)
    }

    /// The tables of a list (`[[mailbox]]`).
    pub fn sections(&self, key: &'static str) -> Vec<Section<'a>> {
        let pattern = format!("{}[]", join(&self.pattern, key));
        let entries = match self.get(key) {
            None => return Vec::new(),
            Some(Value::Array(entries)) => entries.as_slice(),
            Some(_) => {
                self.fault_unseen(
                    key,
                    format!(
                        "must be a list of tables, each headed [[{}]]",
                        self.heading(key)
                    ),
                );
                return Vec::new();
            }
        };
        let tables = entries.iter().enumerate().filter_map(|(i, entry)| {
            let path = format!("{}[{i}]", self.key(key));
            if let Value::Table(table) = entry {
                return Some(self.child(path, pattern.clone(), table));
            }
            self.push(Fault::new(path, "must be a table"));
            None
        });
        tables.collect()
    }

    /// A table from elsewhere that counts as one more of a list.
    pub fn one_more(&self, key: &str, place: &str, table: &'a Table) -> Section<'a> {
        self.child(
            place.to_owned(),
            format!("{}[]", join(&self.pattern, key)),
            table,
        )
    }

    /// Looks a key up and remembers that it is known.
    pub fn get(&self, key: &'static str) -> Option<&'a Value> {
        let mut asked = self.asked.borrow_mut();
        if asked.insert(key.to_owned()) {
            let mut known = self.reader.asked.borrow_mut();
            if self.pattern != NOWHERE {
                known.insert(join(&self.pattern, key));
            }
            if let Some(defaults) = &self.defaults {
                defaults.asked.borrow_mut().insert(key);
                if defaults.table.contains_key(key) {
                    known.insert(join(defaults.name, key));
                }
            }
        }
        self.table
            .get(key)
            .or_else(|| Some(self.default_of(key)?.1))
    }

    /// Refuses a key of an earlier edition with what takes its place.
    pub fn replaced(&self, key: &'static str, remedy: &str) {
        if self.table.contains_key(key) {
            self.asked.borrow_mut().insert(key.to_owned());
            self.fault(key, remedy);
        }
    }

    /// Refuses the keys that were not asked for. Their values are not shown: `pasword` holds a
    /// secret too.
    pub fn finish(self) {
        let asked = self.asked.borrow();
        for key in self.table.keys().filter(|key| !asked.contains(*key)) {
            let known = asked.iter().map(String::as_str);
            let remedy = format!("unknown key{}", suggestion(key, known));
            self.push(Fault::new(self.key(&shown_key(key)), remedy));
        }
    }

    /// The text in the brackets above a table: without numbers.
    fn heading(&self, key: &str) -> String {
        join(&self.pattern, key).replace("[]", "")
    }

    fn child(&self, path: String, pattern: String, table: &'a Table) -> Section<'a> {
        let (defaults, own) = (None, Vec::new());
        Section {
            reader: self.reader,
            path,
            pattern,
            table,
            asked: RefCell::default(),
            defaults,
            own,
        }
    }

    /// A fault that many tables share is reported once.
    fn push(&self, fault: Fault) {
        let mut faults = self.reader.faults.borrow_mut();
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// A key as TOML would need it written: bare, or in quotes.
fn shown_key(key: &str) -> String {
    let bare = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if bare {
        key.to_owned()
    } else {
        shown(&Value::String(key.to_owned()))
    }
}

/// Texts, and dates and times that were written without quotes.
fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Datetime(datetime) => Some(datetime.to_string()),
        _ => None,
    }
}

/// `"a", "b" or "c"`.
pub(super) fn alternatives<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut quoted: Vec<String> = words.map(|word| format!("{word:?}")).collect();
    match quoted.pop() {
        Some(last) if !quoted.is_empty() => format!("{} or {last}", quoted.join(", ")),
        last => last.unwrap_or_default(),
    }
}
