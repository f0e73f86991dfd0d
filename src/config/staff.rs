//! `[[staff]]` and `staff_file`: the members of staff, and whether every named one exists.

use super::fault::suggestion;
use super::reader::Section;
use super::staff_file::Row;
use super::{organisation, values};
use crate::domain::reader::Reader;
use crate::domain::staff::{Member, SignsAs, Staff, Translated};
use crate::domain::tongue::Tongue;
use crate::domain::works::Works;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// The staff as far as they could be read.
pub(super) struct Roster {
    /// Every id, also of members with faults elsewhere: who names them is right to do so.
    ids: BTreeSet<String>,
    pub staff: Staff,
    /// The mailboxes that members are for; who is not here is for all.
    scopes: BTreeMap<String, Vec<String>>,
    /// No member has a fault.
    pub complete: bool,
}

impl Roster {
    /// The id of a known member; the error says whom it may mean.
    pub fn known(&self, id: &str) -> Result<String, String> {
        if self.ids.contains(id) {
            return Ok(id.to_owned());
        }
        Err(format!(
            "must be the id of a [[staff]]{}",
            suggestion(id, self.ids.iter().map(String::as_str))
        ))
    }

    /// The same for one mailbox.
    pub fn known_in(&self, id: &str, mailbox: Option<&str>) -> Result<String, String> {
        let known = self.known(id)?;
        match mailbox.filter(|mailbox| !self.serves(&known, mailbox)) {
            Some(mailbox) => Err(format!(
                "must be someone whose mailbox list holds {mailbox:?}, or who has none"
            )),
            None => Ok(known),
        }
    }

    /// Whether a member is for a mailbox.
    pub fn serves(&self, id: &str, mailbox: &str) -> bool {
        self.scopes
            .get(id)
            .is_none_or(|scope| scope.iter().any(|name| name == mailbox))
    }

    /// The first one up the line from `id` who has not left. Absences come and go, so they do not
    /// count here.
    pub fn superior(&self, id: &str) -> Option<&Member> {
        let mut seen = BTreeSet::from([id]);
        let mut at = self.staff.get(id)?;
        while let Some(next) = at.reports_to.as_deref().filter(|next| seen.insert(next)) {
            at = self.staff.get(next)?;
            if !at.left {
                return Some(at);
            }
        }
        None
    }
}

/// Every member of staff. `rows` are the lines of `staff_file`, `names` the mailboxes' names,
/// `mailboxes` the addresses of the watched mailboxes: staff mail sent there would come back as new
/// mail.
pub(super) fn read_all<'a>(
    root: &Section<'a>,
    rows: &'a [Row],
    names: &BTreeSet<String>,
    mailboxes: &BTreeSet<String>,
) -> Roster {
    let sections = sections(root, rows);
    let mut roster = Roster {
        ids: BTreeSet::new(),
        staff: Staff::default(),
        scopes: BTreeMap::new(),
        complete: !sections.is_empty(),
    };
    take_ids(&sections, &mut roster.ids);
    let languages = organisation::languages(root);
    let mut owners = BTreeMap::new();
    for section in sections {
        scope(&section, names, &mut roster);
        former(&section, &mut roster);
        let tongues = in_tongues(&section, &languages);
        match read(section, &roster, mailboxes, &mut owners) {
            Some(member) => {
                let member = Member { tongues, ..member };
                roster.staff.members.insert(member.id.clone(), member);
            }
            None => roster.complete = false,
        }
    }
    roster
}

/// The tables of the configuration, and the lines of the staff file.
fn sections<'a>(root: &Section<'a>, rows: &'a [Row]) -> Vec<Section<'a>> {
    let mut sections = root.sections("staff");
    sections.extend(
        rows.iter()
            .map(|row| root.one_more("staff", &row.place, &row.table)),
    );
    if sections.is_empty() {
        root.needs_one("staff");
    }
    sections
}

/// The mailboxes that a member is for, if they are named.
fn scope(section: &Section, names: &BTreeSet<String>, roster: &mut Roster) {
    let scope = section.scope(names);
    let id = section.get("id").and_then(toml::Value::as_str);
    if let Some(id) = id.filter(|_| !scope.is_empty()) {
        roster.scopes.insert(id.to_owned(), scope);
    }
}
/// Their ids, before anyone names another.
fn take_ids(sections: &[Section], ids: &mut BTreeSet<String>) {
    for section in sections {
        let Some(id) = section.required(
            "id",
            "give a short name, such as \"registrator\"",
            values::name,
        ) else {
            continue;
        };
        if Reader::WORDS.contains(&id.as_str()) {
            section.fault(
                "id",
                "is the register's own word for a reader who is no member of staff; choose another",
            );
        }
        if !ids.insert(id) {
            section.fault("id", "stands twice; each member needs their own");
        }
    }
}

fn read(
    section: Section,
    roster: &Roster,
    mailboxes: &BTreeSet<String>,
    owners: &mut BTreeMap<String, String>,
) -> Option<Member> {
    let id = section.get("id").and_then(toml::Value::as_str);
    let id = id.and_then(|id| values::name(id).ok());
    let name = section.required(
        "name",
        "give the name that citizens and colleagues see",
        values::line,
    );
    let (email, aliases) = own_addresses(&section, id.as_deref(), mailboxes, owners);
    let [reports_to, deputy] =
        ["reports_to", "deputy"].map(|key| colleague(&section, key, roster, id.as_deref()));
    let (title, phone, signs_as) = signature(&section);
    let (away, left, works) = presence(&section);
    let folders = section.list("folder", values::line).unwrap_or_default();
    section.finish();
    Some(Member {
        id: id?,
        name: name?,
        title,
        phone,
        signs_as,
        email: email?,
        aliases,
        reports_to,
        deputy,
        away,
        left,
        works,
        folders,
        tongues: BTreeMap::new(),
    })
}

/// The tables of a member that say in another language what they are.
fn in_tongues(section: &Section, languages: &BTreeSet<Tongue>) -> BTreeMap<Tongue, Translated> {
    let said = languages.iter().filter_map(|tongue| {
        let table = section.table_named(tongue.as_str())?;
        let said = Translated {
            title: table.text("title"),
            signs_as: table.text("signs_as"),
        };
        table.finish();
        Some((*tongue, said))
    });
    said.collect()
}

/// The address of a member, and further ones. Each has one owner, and none is a watched mailbox.
fn own_addresses(
    section: &Section,
    id: Option<&str>,
    mailboxes: &BTreeSet<String>,
    owners: &mut BTreeMap<String, String>,
) -> (Option<String>, Vec<String>) {
    let email = section.required(
        "email",
        "give the address that reminders go to",
        values::address,
    );
    let aliases = section.list("aliases", values::address).unwrap_or_default();
    let keyed = email.iter().map(|email| ("email", email));
    for (key, address) in keyed.chain(aliases.iter().map(|alias| ("aliases", alias))) {
        if mailboxes.contains(address) {
            section.fault(
                key,
                "must not be a watched mailbox: mail to staff would come back as new mail",
            );
        }
        let owner = owners.insert(address.clone(), id.unwrap_or_default().to_owned());
        if let Some(owner) = owner {
            section.fault(
                key,
                format!("is already an address of {owner:?}; each address has one owner"),
            );
        }
    }
    (email, aliases)
}

/// When a member is away, whether they have left, and the days of the week on which they work.
fn presence(section: &Section) -> (Vec<(NaiveDate, NaiveDate)>, bool, Works) {
    let away = section.list("away", values::days).unwrap_or_default();
    let left = section.flag("left").unwrap_or(false);
    let works = section.list("works", values::weekday).map(Works::new);
    (away, left, works.unwrap_or_default())
}

/// How a member signs: title, telephone, and the function in the place of the name.
fn signature(section: &Section) -> (Option<String>, Option<String>, Option<SignsAs>) {
    (
        section.text("title"),
        section.text("phone"),
        section.section("signs_as").and_then(signs_as),
    )
}

/// A function, and its number.
fn signs_as(section: Section) -> Option<SignsAs> {
    let title = section.required(
        "title",
        "give the function that citizens read instead of the name",
        values::line,
    );
    let phone = section.text("phone");
    section.finish();
    Some(SignsAs {
        title: title?,
        phone,
    })
}

/// Ids that a member had before.
fn former(section: &Section, roster: &mut Roster) {
    let ids = &roster.ids;
    let free = |text: &str| match values::name(text)? {
        name if ids.contains(&name) => Err("must not be the id of a member of today".to_owned()),
        name => Ok(name),
    };
    let names = section.list("former_name", free).unwrap_or_default();
    if let Some(id) = section.get("id").and_then(toml::Value::as_str) {
        roster
            .staff
            .former
            .extend(names.into_iter().map(|name| (name, id.to_owned())));
    }
}

/// Another member of staff.
fn colleague(
    section: &Section,
    key: &'static str,
    roster: &Roster,
    id: Option<&str>,
) -> Option<String> {
    section.parsed(key, |text| match roster.known(text) {
        Ok(known) if Some(known.as_str()) == id => Err("must be someone else".to_owned()),
        known => known,
    })
}
