//! LIST: every folder with its special use, names as people write them.

use super::command::Command;
use super::conn::{Conn, Fault};
use super::login::Capabilities;
use super::utf7;
use crate::domain::subject::composed;
use crate::ports::{Folder, Space, Special};
use async_imap::imap_proto::{MailboxDatum, MailboxListData, NameAttribute, Response};
use std::collections::HashMap;

/// Most folders that are taken: a list beyond is refused, not cut.
pub const MAX_FOLDERS: usize = 20_000;
/// Bytes of all names together, 2 MiB; beyond, the list is refused as well.
pub const MAX_NAMES: usize = 2 << 20;

/// The server's own spelling of names that our encoder would spell otherwise.
#[derive(Debug, Default)]
pub(super) struct Spellings(HashMap<String, String>);

impl Spellings {
    /// The name to send for a folder.
    pub(super) fn wire(&self, folder: &str) -> String {
        self.0
            .get(folder)
            .cloned()
            .unwrap_or_else(|| utf7::encode(folder))
    }
}

/// The plain LIST, for every server.
pub(super) fn plain() -> Command {
    Command::new("LIST", "LIST \"\" \"*\"")
}

/// LIST that asks for special uses (RFC 6154 §2, RFC 5258), where the server offers both
/// extensions.
pub(super) fn with_special_use(offered: &Capabilities) -> Option<Command> {
    (offered.has("SPECIAL-USE") && offered.has("LIST-EXTENDED"))
        .then(|| Command::new("LIST", "LIST \"\" \"*\" RETURN (SPECIAL-USE)"))
}

/// Runs a LIST.
pub(super) async fn list(
    conn: &mut Conn,
    command: Command,
) -> Result<(Vec<Folder>, Spellings), Fault> {
    let mut folders: Vec<Folder> = Vec::new();
    let mut spellings = Spellings::default();
    let mut bytes = 0;
    conn.exec(command, |response| {
        let Response::MailboxData(MailboxDatum::List(listed)) = response else {
            return;
        };
        bytes += listed.name.len();
        if folders.len() > MAX_FOLDERS || bytes > MAX_NAMES {
            return;
        }
        let folder = spellings.folder_of(listed, &folders);
        folders.push(folder);
    })
    .await?;
    if folders.len() > MAX_FOLDERS || bytes > MAX_NAMES {
        let most = format!("more than {MAX_FOLDERS} folders, or {MAX_NAMES} bytes of names");
        return Err(Fault::Refused(format!("{}: {most}", conn.server())));
    }
    Ok((folders, spellings))
}

impl Spellings {
    /// A listed folder by its name; how the server spells that is kept where it differs.
    fn folder_of(&mut self, listed: &MailboxListData<'_>, known: &[Folder]) -> Folder {
        let wire = unescape(&listed.name);
        // A Mac writes å as two characters; in the configuration it is one. Two folders that differ
        // in nothing else stay two.
        let decoded = utf7::decode(&wire);
        let composed = composed(&decoded);
        let is_taken = !decoded.is_ascii() && known.iter().any(|known| known.name == composed);
        let name = if is_taken { decoded } else { composed };
        if utf7::encode(&name) != wire {
            self.0.insert(name.clone(), wire);
        }
        Folder {
            name,
            separator: listed
                .delimiter
                .as_deref()
                .and_then(|d| unescape(d).chars().next()),
            special: listed.name_attributes.iter().find_map(special),
            selectable: !listed.name_attributes.iter().any(closed),
            space: Space::Unknown,
        }
    }
}

fn special(attribute: &NameAttribute<'_>) -> Option<Special> {
    match attribute {
        NameAttribute::Sent => Some(Special::Sent),
        NameAttribute::Junk => Some(Special::Junk),
        NameAttribute::Drafts => Some(Special::Drafts),
        NameAttribute::Trash => Some(Special::Trash),
        NameAttribute::Archive => Some(Special::Archive),
        NameAttribute::All => Some(Special::All),
        NameAttribute::Flagged => Some(Special::Flagged),
        NameAttribute::Extension(word) if word.eq_ignore_ascii_case("\\Important") => {
            Some(Special::Important)
        }
        _ => None,
    }
}

fn closed(attribute: &NameAttribute<'_>) -> bool {
    match attribute {
        NameAttribute::NoSelect => true,
        NameAttribute::Extension(word) => word.eq_ignore_ascii_case("\\NonExistent"),
        _ => false,
    }
}

/// The parser hands a quoted string over with its backslashes (RFC 3501 §9: before `"` and `\`
/// only).
pub(super) fn unescape(quoted: &str) -> String {
    let mut text = String::with_capacity(quoted.len());
    let mut chars = quoted.chars().peekable();
    while let Some(c) = chars.next() {
        match chars.peek() {
            Some(&next) if c == '\\' && matches!(next, '\\' | '"') => {
                text.push(next);
                chars.next();
            }
            _ => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_names_lose_their_backslashes() {
        for (quoted, text) in [
            (r#"a\"b"#, r#"a"b"#),
            (r"a\\b", r"a\b"),
            (r"a\b", r"a\b"),
            ("a\\", "a\\"),
            ("", ""),
        ] {
            assert_eq!(unescape(quoted), text);
        }
    }
}
