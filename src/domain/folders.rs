//! Which folders are watched, and as what: by configuration, by special use (RFC 6154), else by the names that Swedish
//! and English mail programs give them.

/// A folder as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// As people write it: UTF-8 (decoded from modified UTF-7, RFC 3501 §5.1.3), with the server's separator.
    pub name: String,
    /// The hierarchy separator; `None` for a flat name space.
    pub separator: Option<char>,
    /// Special use, RFC 6154.
    pub special: Option<Special>,
    /// It can be opened (no `\Noselect`, `\NonExistent`).
    pub selectable: bool,
}

/// RFC 6154 special uses that matter here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    Sent,
    Junk,
    Drafts,
    Trash,
    Archive,
    All,
}

/// What a watched folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Every message in it becomes an item.
    Inbox,
    /// The same, but no automatic notice is sent.
    Junk,
    /// The same, and being there closes the item.
    Done,
    /// Evidence of answers. Read last, so that the question is known before its answer.
    Sent,
}

/// A folder to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watched {
    pub name: String,
    pub role: Role,
    /// As in [`Folder`].
    pub separator: Option<char>,
}

/// What the operator named; `None` leaves it to special use and known names.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'a> {
    pub inbox: &'a [String],
    pub sent: Option<&'a [String]>,
    pub junk: Option<&'a [String]>,
    pub done: &'a [String],
}

/// The folders to watch, in the order in which they are read, and the named ones that the server does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    pub folders: Vec<Watched>,
    pub missing: Vec<String>,
}

/// Names of Sent folders: Outlook and Exchange, Thunderbird, Roundcube, GroupWise, Zimbra, Dovecot, in Swedish and
/// English. Compared without case, as the last part of the folder's name.
const SENT: &[&str] = &[
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "skickat",
    "skickade",
    "skickade objekt",
    "skickade meddelanden",
    "skickad e-post",
    "skickade brev",
];
const JUNK: &[&str] =
    &["junk", "junk e-mail", "junk email", "spam", "skräppost", "bulk mail", "skräp", "oönskad e-post"];
/// Never watched as subfolders of the inbox: what lies there has not arrived, or has been thrown away.
const OTHERS: &[&str] = &[
    "drafts",
    "utkast",
    "trash",
    "papperskorgen",
    "papperskorg",
    "deleted items",
    "deleted messages",
    "borttaget",
    "borttagna objekt",
    "outbox",
    "utkorgen",
    "templates",
    "mallar",
];

/// Chooses the folders.
#[must_use]
pub fn watch(server: &[Folder], wanted: &Wanted<'_>) -> Watch {
    let mut watch = Watch::default();
    let find = |name: &str| server.iter().find(|folder| folder.selectable && same_name(&folder.name, name));
    let take = |names: &[String], role: Role, watch: &mut Watch| {
        for name in names {
            match find(name) {
                Some(folder) => add(watch, folder, role),
                None => watch.missing.push(name.clone()),
            }
        }
    };
    take(wanted.done, Role::Done, &mut watch);
    if let Some(names) = wanted.sent {
        take(names, Role::Sent, &mut watch);
    }
    if let Some(names) = wanted.junk {
        take(names, Role::Junk, &mut watch);
    }
    take(wanted.inbox, Role::Inbox, &mut watch);
    if wanted.sent.is_none() {
        guess(server, Special::Sent, SENT, Role::Sent, &mut watch);
    }
    if wanted.junk.is_none() {
        guess(server, Special::Junk, JUNK, Role::Junk, &mut watch);
    }
    for folder in server.iter().filter(|folder| folder.selectable) {
        let below = wanted.inbox.iter().any(|inbox| is_below(folder, inbox));
        let below_other = wanted.inbox.iter().any(|inbox| path_has_other(folder, inbox));
        if below && folder.special.is_none() && !below_other {
            add(&mut watch, folder, Role::Inbox);
        }
    }
    watch.folders.sort_by_key(|folder| folder.role);
    watch
}

fn add(watch: &mut Watch, folder: &Folder, role: Role) {
    if !watch.folders.iter().any(|known| known.name == folder.name) {
        watch.folders.push(Watched { name: folder.name.clone(), role, separator: folder.separator });
    }
}

/// By special use if the server marks any folder so, else by name.
fn guess(server: &[Folder], special: Special, names: &[&str], role: Role, watch: &mut Watch) {
    let marked: Vec<&Folder> =
        server.iter().filter(|folder| folder.selectable && folder.special == Some(special)).collect();
    if marked.is_empty() {
        for folder in server.iter().filter(|folder| folder.selectable && folder.special.is_none()) {
            let leaf = leaf(folder).to_lowercase();
            let top = folder.name.chars().filter(|c| Some(*c) == folder.separator).count() <= 1;
            if top && names.contains(&leaf.as_str()) {
                add(watch, folder, role);
            }
        }
    } else {
        for folder in marked {
            add(watch, folder, role);
        }
    }
}

fn leaf(folder: &Folder) -> &str {
    match folder.separator {
        Some(separator) => folder.name.rsplit(separator).next().unwrap_or(&folder.name),
        None => &folder.name,
    }
}

fn is_below(folder: &Folder, inbox: &str) -> bool {
    below(&folder.name, folder.separator, inbox).is_some()
}

/// The part of a folder's name below an inbox.
pub(crate) fn below<'a>(name: &'a str, separator: Option<char>, inbox: &str) -> Option<&'a str> {
    let (head, rest) = name.split_at_checked(inbox.len())?;
    rest.strip_prefix(separator?).filter(|_| same_name(head, inbox))
}

/// A part of the path below the inbox is a folder for drafts, deleted mail or the like.
fn path_has_other(folder: &Folder, inbox: &str) -> bool {
    below(&folder.name, folder.separator, inbox).is_some_and(|rest| {
        rest.split(|c| Some(c) == folder.separator).any(|part| OTHERS.contains(&part.to_lowercase().as_str()))
    })
}

/// RFC 3501 §5.1: INBOX in any case; other names exactly.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    one == other || (one.eq_ignore_ascii_case("INBOX") && other.eq_ignore_ascii_case("INBOX"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, special: Option<Special>) -> Folder {
        Folder { name: name.to_owned(), separator: Some('/'), special, selectable: true }
    }

    fn check(server: &[Folder], wanted: &Wanted<'_>, expected: &[(&str, Role)], missing: &[&str]) {
        let watch = watch(server, wanted);
        let seen: Vec<(&str, Role)> = watch.folders.iter().map(|f| (f.name.as_str(), f.role)).collect();
        assert_eq!(seen, expected);
        assert_eq!(watch.missing, missing);
    }

    #[test]
    fn special_use_wins_over_names_and_subfolders_of_the_inbox_are_watched() {
        let inbox = ["INBOX".to_owned()];
        let wanted = Wanted { inbox: &inbox, ..Wanted::default() };
        let server = [
            folder("INBOX", None),
            folder("INBOX/Bygglov", None),
            folder("INBOX/Papperskorgen", None),
            folder("INBOX/Papperskorgen/Gammalt", None),
            folder("Skickat", Some(Special::Sent)),
            folder("Sent", None),
            folder("Junk", Some(Special::Junk)),
            folder("Trash", Some(Special::Trash)),
            folder("Projekt", None),
        ];
        check(
            &server,
            &wanted,
            &[("INBOX", Role::Inbox), ("INBOX/Bygglov", Role::Inbox), ("Junk", Role::Junk), ("Skickat", Role::Sent)],
            &[],
        );
    }

    #[test]
    fn known_names_serve_where_nothing_is_marked() {
        let inbox = ["INBOX".to_owned()];
        let wanted = Wanted { inbox: &inbox, ..Wanted::default() };
        let server = [
            folder("Inbox", None),
            folder("Skickade objekt", None),
            folder("Skräppost", None),
            folder("Arkiv/2024/Skickat", None),
        ];
        check(
            &server,
            &wanted,
            &[("Inbox", Role::Inbox), ("Skräppost", Role::Junk), ("Skickade objekt", Role::Sent)],
            &[],
        );
    }

    #[test]
    fn what_the_operator_names_is_taken_and_what_is_missing_is_told() {
        let (inbox, sent, done) = (["INBOX".to_owned()], ["Ut".to_owned()], ["Klart".to_owned(), "Nix".to_owned()]);
        let wanted = Wanted { inbox: &inbox, sent: Some(&sent), junk: Some(&[]), done: &done };
        let server = [
            folder("INBOX", None),
            folder("Ut", None),
            folder("Skickat", Some(Special::Sent)),
            folder("Klart", None),
            folder("Junk", Some(Special::Junk)),
        ];
        check(&server, &wanted, &[("INBOX", Role::Inbox), ("Klart", Role::Done), ("Ut", Role::Sent)], &["Nix"]);
    }
}
