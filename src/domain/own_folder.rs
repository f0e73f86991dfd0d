//! Whose folder it is: a folder below an inbox with a handler's name. Moving a message there is how
//! people give it to a colleague in any mail program.
//!
//! A name is the member's id, name, address or the part of an address before the `@`, without case;
//! what the configuration names instead (`folder`) counts alone. A name that could mean two members
//! means neither, and a member who has left or is for other mailboxes has no folder.

use crate::domain::folders::{Watched, below, same_name};
use crate::domain::staff::{Member, Staff};
use crate::domain::subject::fold;
use std::collections::BTreeSet;

/// The member whose folder, or folder below it, this is. Of a path that names several, the
/// innermost counts.
#[must_use]
pub fn owner<'a>(
    folder: &Watched,
    inboxes: &[String],
    staff: &'a Staff,
    not_here: &BTreeSet<String>,
) -> Option<&'a Member> {
    let members = || {
        staff
            .members
            .values()
            .filter(|member| !member.left && !not_here.contains(&member.id))
    };
    let only = |fits: &dyn Fn(&Member) -> bool| {
        let mut fitting = members().filter(|member| fits(member));
        let first = fitting.next();
        first.map(|first| fitting.next().is_none().then_some(first))
    };
    let named_whole = |member: &Member| {
        member
            .folders
            .iter()
            .any(|name| same_name(name, &folder.name))
    };
    if let Some(found) = only(&named_whole) {
        return found;
    }
    let path = inboxes
        .iter()
        .find_map(|inbox| below(&folder.name, folder.separator, inbox))?;
    names_in(path, folder.separator)
        .into_iter()
        .find_map(|name| only(&|member| is_called(member, &name)))?
}

/// The names that a path may hold, the innermost first. Where the separator is a dot, an address is
/// several parts.
fn names_in(path: &str, separator: Option<char>) -> Vec<String> {
    let parts: Vec<&str> = match separator {
        Some(separator) => path.split(separator).collect(),
        None => vec![path],
    };
    let separator = separator.map(String::from).unwrap_or_default();
    let runs = (1..=parts.len())
        .rev()
        .flat_map(|end| (0..end).map(move |start| (start, end)));
    runs.map(|(start, end)| fold(&parts[start..end].join(&separator)))
        .collect()
}

/// Whether a plain name is one of the member's.
fn is_called(member: &Member, name: &str) -> bool {
    if !member.folders.is_empty() {
        return member.folders.iter().any(|folder| fold(folder) == name);
    }
    let addresses = std::iter::once(&member.email).chain(&member.aliases);
    fold(&member.id) == name
        || fold(&member.name) == name
        || addresses.into_iter().any(|address| {
            let local = address
                .rsplit_once('@')
                .map_or(address.as_str(), |(local, _)| local);
            address == name || local == name
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::folders::Role;

    fn member(id: &str, name: &str, email: &str) -> (String, Member) {
        let member = Member {
            id: id.to_owned(),
            name: name.to_owned(),
            title: None,
            phone: None,
            signs_as: None,
            tongues: std::collections::BTreeMap::new(),
            email: email.to_owned(),
            aliases: Vec::new(),
            reports_to: None,
            deputy: None,
            away: Vec::new(),
            left: false,
            works: crate::domain::works::Works::default(),
            folders: Vec::new(),
        };
        (id.to_owned(), member)
    }

    fn staff() -> Staff {
        let members = [
            member("registrator", "Anna Exempel", "anna.exempel@example.se"),
            member("åsa", "Åsa Öberg", "asa@example.se"),
            member("bo1", "Bo Ek", "bo.ek@example.se"),
            member("bo2", "Bo Ek", "bo.ek2@example.se"),
            member("borta", "Cia Alm", "cia@example.se"),
            member("annan", "Dan Dal", "dan@example.se"),
            member("ett", "Eva Ett", "eva@example.se"),
        ];
        let mut staff = Staff {
            members: members.into_iter().collect(),
            ..Staff::default()
        };
        staff.members.get_mut("borta").unwrap().left = true;
        staff.members.get_mut("ett").unwrap().folders =
            vec!["Evas".to_owned(), "Lådor/Ettan".to_owned()];
        staff
    }

    #[test]
    fn a_folder_bears_the_name_of_one_who_works_here() {
        let not_here = BTreeSet::from(["annan".to_owned()]);
        let inboxes = ["INBOX".to_owned(), "Ärenden".to_owned()];
        let check = |name: &str, separator: char, expected: Option<&str>| {
            let folder = Watched {
                name: name.to_owned(),
                role: Role::Inbox,
                separator: Some(separator),
            };
            let got = owner(&folder, &inboxes, &staff(), &not_here).map(|member| member.id.clone());
            assert_eq!(got.as_deref(), expected, "{name}");
        };
        check("INBOX/Anna Exempel", '/', Some("registrator"));
        check("inbox/ANNA  exempel", '/', Some("registrator"));
        check("INBOX/Registrator", '/', Some("registrator"));
        check("INBOX/anna.exempel", '/', Some("registrator"));
        check("INBOX/anna.exempel@example.se", '/', Some("registrator"));
        check("INBOX.anna.exempel@example.se", '.', Some("registrator"));
        check("INBOX.ÅSA ÖBERG", '.', Some("åsa"));
        check("Ärenden/Anna Exempel", '/', Some("registrator"));
        check("INBOX/Åsa/Anna Exempel/2026", '/', Some("registrator"));
        // No member's: the inbox itself, other words, outside the inboxes, and a name of two.
        check("INBOX", '/', None);
        check("INBOX/Bygglov", '/', None);
        check("INBOX/Anna", '/', None);
        check("INBOX/Anna Exempels", '/', None);
        check("Anna Exempel", '/', None);
        check("Arkiv/Anna Exempel", '/', None);
        check("INBOX/Bo Ek", '/', None);
        check("INBOX/Anna Exempel/Bo Ek", '/', None);
        check("INBOX/bo1", '/', Some("bo1"));
        // A member who has left, or is for other mailboxes.
        check("INBOX/Cia Alm", '/', None);
        check("INBOX/Dan Dal", '/', None);
        // The configured names count alone; a whole name also outside the inboxes' subfolders.
        check("INBOX/Evas", '/', Some("ett"));
        check("INBOX/Eva Ett", '/', None);
        check("Lådor/Ettan", '/', Some("ett"));
        check("Lådor/ettan", '/', None);
    }
}
