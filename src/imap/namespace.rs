//! NAMESPACE (RFC 2342): which folders are the login's own, and which are other users' or shared.
//!
//! The parser does not know the answer; `guard` makes a status line of it (`* OK NSPACE …`), whose
//! text is read here.

use super::command::Command;
use super::conn::{Conn, Fault};
use super::{folders, utf7};
use crate::ports::{Folder, Space};
use async_imap::imap_proto::{Response, Status};

/// How `guard` marks the answer.
pub(super) const MARK: &str = "NSPACE ";

/// Most prefixes that are taken of one kind; servers have one or two.
pub const MAX_PREFIXES: usize = 1_000;

/// Prefixes as people write them; each ends with its separator, or is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Namespaces {
    own: Vec<String>,
    foreign: Vec<String>,
}

/// Asks for them; `None` when the answer cannot be understood.
pub(super) async fn ask(conn: &mut Conn) -> Result<Option<Namespaces>, Fault> {
    let mut told = None;
    conn.exec(Command::new("NAMESPACE", "NAMESPACE"), |response| {
        if let Response::Data {
            status: Status::Ok,
            outcome,
        } = response
            && let Some(text) = outcome
                .information
                .as_deref()
                .and_then(|text| text.trim_start().strip_prefix(MARK))
        {
            told = parse(text);
        }
    })
    .await?;
    Ok(told)
}

impl Namespaces {
    /// Whose part of the tree a folder is: that of the longest prefix which it has.
    pub(super) fn space(&self, folder: &Folder) -> Space {
        let longest = |prefixes: &[String]| {
            prefixes
                .iter()
                .filter(|prefix| has(folder, prefix))
                .max_by_key(|p| p.len())
                .cloned()
        };
        match (longest(&self.own), longest(&self.foreign)) {
            (Some(own), Some(foreign)) if foreign.len() > own.len() => {
                Space::Foreign { prefix: foreign }
            }
            (Some(_), _) => Space::Own,
            (None, Some(prefix)) => Space::Foreign { prefix },
            (None, None) => Space::Unknown,
        }
    }
}

/// Whether a folder lies below a prefix, or is what the prefix names.
fn has(folder: &Folder, prefix: &str) -> bool {
    let without = folder
        .separator
        .and_then(|separator| prefix.strip_suffix(separator));
    folder.name.starts_with(prefix) || without == Some(folder.name.as_str())
}

/// `(("" "/")) (("user/" "/")) NIL`: own, other users', shared.
fn parse(text: &str) -> Option<Namespaces> {
    let mut rest = text;
    let own = group(&mut rest)?;
    let mut foreign = group(&mut rest)?;
    foreign.extend(group(&mut rest)?);
    Some(Namespaces { own, foreign })
}

/// The prefixes of one kind.
fn group(rest: &mut &str) -> Option<Vec<String>> {
    let mut prefixes = Vec::new();
    if take_nil(rest) {
        return Some(prefixes);
    }
    take(rest, '(')?;
    while take(rest, ')').is_none() {
        take(rest, '(')?;
        prefixes.push(utf7::decode(&string(rest)?));
        if prefixes.len() > MAX_PREFIXES {
            return None;
        }
        if !take_nil(rest) {
            string(rest)?;
        }
        // Extensions, which are for nothing here.
        let mut depth = 1;
        while depth > 0 {
            if take(rest, '(').is_some() {
                depth += 1;
            } else if take(rest, ')').is_some() {
                depth -= 1;
            } else {
                string(rest)?;
            }
        }
    }
    Some(prefixes)
}

fn take(rest: &mut &str, letter: char) -> Option<()> {
    *rest = rest.trim_start().strip_prefix(letter)?;
    Some(())
}

fn take_nil(rest: &mut &str) -> bool {
    let trimmed = rest.trim_start();
    let is_nil = trimmed
        .get(..3)
        .is_some_and(|word| word.eq_ignore_ascii_case("NIL"));
    if is_nil {
        *rest = &trimmed[3..];
    }
    is_nil
}

/// A quoted string.
fn string(rest: &mut &str) -> Option<String> {
    let inside = rest.trim_start().strip_prefix('"')?;
    let mut escaped = false;
    let end = inside.find(|letter| {
        let ends = letter == '"' && !escaped;
        escaped = letter == '\\' && !escaped;
        ends
    })?;
    *rest = &inside[end + 1..];
    Some(folders::unescape(&inside[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str, separator: char) -> Folder {
        Folder {
            name: name.to_owned(),
            separator: Some(separator),
            special: None,
            selectable: true,
            space: Space::Unknown,
        }
    }

    #[test]
    fn a_folder_is_its_longest_prefixs() {
        let foreign = |prefix: &str| Space::Foreign {
            prefix: prefix.to_owned(),
        };
        for (text, separator, spaces) in [
            (
                r#"(("" "/")) (("user/" "/")) (("Delade mappar/" "/"))"#,
                '/',
                vec![
                    ("INBOX", Space::Own),
                    ("Arkiv/user", Space::Own),
                    ("user", foreign("user/")),
                    ("user/kf/Sent", foreign("user/")),
                    ("Delade mappar/x", foreign("Delade mappar/")),
                ],
            ),
            (
                r##"(("INBOX." ".")) NIL (("#shared." "." "X-PARAM" ("FLAG1" "FLAG2"))("Gemensamt &AOQ-." "."))"##,
                '.',
                vec![
                    ("INBOX", Space::Own),
                    ("INBOX.Sent", Space::Own),
                    ("#shared.kf.Sent", foreign("#shared.")),
                    ("Gemensamt ä.x", foreign("Gemensamt ä.")),
                    ("Lost", Space::Unknown),
                ],
            ),
            (r#"((""NIL))nil nil"#, '/', vec![("x/y", Space::Own)]),
        ] {
            let namespaces = parse(text).unwrap();
            for (name, space) in spaces {
                assert_eq!(
                    namespaces.space(&folder(name, separator)),
                    space,
                    "{text}: {name}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_answer_tells_nothing() {
        for text in [
            "",
            "NIL NIL",
            "((\"a\" \"/\") NIL NIL",
            "((a \"/\")) NIL NIL",
            "((\"a\" \"/",
            "((((((((((",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
