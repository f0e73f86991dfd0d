//! `[organisation]` and `[mailbox.organisation]`: how the municipality presents itself, in the
//! service's language and in others.
//!
//! A key that a table leaves out has its value from the next one of these that gives it: the
//! mailbox's in that language, the mailbox's, the service's in that language, the service's. So a
//! mailbox with a unit of its own never speaks for another unit, whatever the language.

use super::reader::Section;
use super::values;
use crate::domain::language::Language;
use crate::domain::organisation::{Letterhead, Organisation};
use crate::domain::providers::is_public;
use crate::domain::tongue::Tongue;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Languages that citizens can be written to in: the program's own, and those of the municipality,
/// each with a folder in `service.templates`.
pub(super) fn languages(root: &Section) -> BTreeSet<Tongue> {
    let templates = root.section_or_empty("service").path("templates");
    let own = templates.map_or_else(BTreeSet::new, |folder| folders(&folder));
    Language::ALL
        .map(Tongue::from)
        .into_iter()
        .chain(own)
        .collect()
}

fn folders(templates: &Path) -> BTreeSet<Tongue> {
    let entries = std::fs::read_dir(templates).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect()
}

/// `[organisation]`. `mailboxes` are the addresses of the watched mailboxes.
pub(super) fn read(root: &Section, mailboxes: &BTreeSet<String>) -> Option<Organisation> {
    let section = root.section_or_empty("organisation");
    let name = section.required(
        "name",
        "give the municipality's name as citizens know it",
        values::line,
    );
    let letterhead = over(&section, &Letterhead::default());
    let tongues = in_tongues(&section, &languages(root))
        .into_iter()
        .map(|(tongue, given)| (tongue, take(given, &letterhead)))
        .collect();
    let domains = domains(&section, mailboxes);
    let diary = section.list("diary", values::diary).unwrap_or_default();
    section.finish();
    name.map(|_| Organisation {
        letterhead,
        tongues,
        domains,
        diary,
    })
}

/// `[mailbox.organisation]`, over the service's; `None` without a service's.
pub(super) fn of_mailbox(
    mailbox: &Section,
    service: Option<&Organisation>,
    languages: &BTreeSet<Tongue>,
) -> Option<Organisation> {
    let nothing = Organisation::default();
    let section = mailbox.section_or_empty("organisation");
    let whole = service.unwrap_or(&nothing);
    let over_whole = |tongue: &Tongue| over(&section, whole.letterhead_in(*tongue));
    let mut tongues: BTreeMap<Tongue, Letterhead> = whole
        .tongues
        .keys()
        .map(|tongue| (*tongue, over_whole(tongue)))
        .collect();
    for (tongue, given) in in_tongues(&section, languages) {
        tongues.insert(tongue, take(given, &over_whole(&tongue)));
    }
    let letterhead = over(&section, &whole.letterhead);
    section.finish();
    Some(Organisation {
        letterhead,
        tongues,
        ..service?.clone()
    })
}

/// The tables of a section that say something in another language.
fn in_tongues<'a>(
    section: &Section<'a>,
    languages: &BTreeSet<Tongue>,
) -> Vec<(Tongue, Section<'a>)> {
    let table = |tongue: &Tongue| Some((*tongue, section.table_named(tongue.as_str())?));
    languages.iter().filter_map(table).collect()
}

/// A whole table over what counts without it.
fn take(section: Section, base: &Letterhead) -> Letterhead {
    let letterhead = over(&section, base);
    section.finish();
    letterhead
}

/// What a table says, over what counts without it.
fn over(section: &Section, base: &Letterhead) -> Letterhead {
    let or = |given: Option<String>, base: &Option<String>| given.or_else(|| base.clone());
    Letterhead {
        name: section.text("name").unwrap_or_else(|| base.name.clone()),
        unit: or(section.text("unit"), &base.unit),
        complaints: or(section.text("complaints"), &base.complaints),
        privacy_url: or(
            section.parsed("privacy_url", values::url),
            &base.privacy_url,
        ),
        postal_address: or(section.text("postal_address"), &base.postal_address),
        phone: or(section.text("phone"), &base.phone),
        web: or(section.text("web"), &base.web),
    }
}

fn domains(section: &Section, mailboxes: &BTreeSet<String>) -> Vec<String> {
    if section.has("domains") {
        return section
            .list("domains", values::organisations_domain)
            .unwrap_or_default();
    }
    let own: BTreeSet<&str> = mailboxes
        .iter()
        .filter_map(|address| Some(address.rsplit_once('@')?.1))
        .collect();
    own.into_iter()
        .filter(|domain| !is_public(domain))
        .map(str::to_owned)
        .collect()
}
