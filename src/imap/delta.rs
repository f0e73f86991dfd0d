//! The changes of a folder, asked for as cheaply as the server allows: STATUS for folders that are
//! not open, all in one answer where LIST can return it (RFC 5819), CHANGEDSINCE and VANISHED (RFC
//! 7162) for the messages of the one that is.

use super::command::Command;
use super::conn::{Conn, Fault};
use super::fetch::{flags_in, sets, uid_of};
use super::folders::unescape;
use crate::ports::{Changes, Flags, Selected};
use async_imap::imap_proto::{MailboxDatum, Response, StatusAttribute};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Bytes of the folders' names in one LIST; servers need not take lines of more than 8 192 bytes.
const LISTED_BYTES: usize = 4_000;

/// The state of a folder as STATUS tells it, item by item.
#[derive(Default)]
struct Told {
    exists: Option<u32>,
    next: Option<u32>,
    validity: Option<u32>,
    modseq: Option<u64>,
}

impl Told {
    fn take(&mut self, items: &[StatusAttribute]) {
        for item in items {
            match *item {
                StatusAttribute::Messages(value) => self.exists = Some(value),
                StatusAttribute::UidNext(value) => self.next = Some(value),
                StatusAttribute::UidValidity(value) => self.validity = Some(value),
                StatusAttribute::HighestModSeq(value) => self.modseq = Some(value),
                _ => {}
            }
        }
    }

    /// The same as EXAMINE would give; `None` when the server left out what matters.
    fn selected(&self) -> Option<Selected> {
        Some(Selected {
            uid_validity: self.validity?,
            uid_next: self.next?,
            exists: self.exists?,
            // 0 is what a folder without mod-sequences has (RFC 7162 §3.1.2.2).
            highest_modseq: self.modseq.filter(|modseq| *modseq > 0),
        })
    }
}

fn items(condstore: bool) -> &'static str {
    if condstore {
        "(MESSAGES UIDNEXT UIDVALIDITY HIGHESTMODSEQ)"
    } else {
        "(MESSAGES UIDNEXT UIDVALIDITY)"
    }
}

/// The state of a folder that is not open; `None` when the server leaves out what matters.
pub(super) async fn status(
    conn: &mut Conn,
    wire: &str,
    condstore: bool,
) -> Result<Option<Selected>, Fault> {
    let mut told = Told::default();
    let command = Command::new("STATUS", "STATUS")
        .string(wire)
        .text(&format!(" {}", items(condstore)));
    conn.exec(command, |response| {
        if let Response::MailboxData(MailboxDatum::Status { status, .. }) = response {
            told.take(status);
        }
    })
    .await?;
    Ok(told.selected())
}

/// The state of several folders that are not open, by their names on the wire, in one answer (RFC
/// 5819). A folder that the server says nothing of is left out.
pub(super) async fn statuses(
    conn: &mut Conn,
    wires: &[String],
    condstore: bool,
) -> Result<HashMap<String, Selected>, Fault> {
    let mut found = HashMap::new();
    for part in parts(wires) {
        let mut told: HashMap<&str, Told> = HashMap::new();
        conn.exec(list_with_status(&part, condstore), |response| {
            if let Response::MailboxData(MailboxDatum::Status { mailbox, status }) = response {
                let name = unescape(mailbox);
                if let Some(wire) = part.iter().find(|wire| is_same(wire, &name)) {
                    told.entry(wire).or_default().take(status);
                }
            }
        })
        .await?;
        let known = told
            .iter()
            .filter_map(|(wire, told)| Some((wire, told.selected()?)));
        found.extend(known.map(|(wire, selected)| ((*wire).to_owned(), selected)));
    }
    Ok(found)
}

fn list_with_status(wires: &[&str], condstore: bool) -> Command {
    let mut command = Command::new("LIST", "LIST \"\" (");
    for (number, wire) in wires.iter().enumerate() {
        command = command.quoted(if number == 0 { "" } else { " " }, wire);
    }
    command.text(&format!(") RETURN (STATUS {})", items(condstore)))
}

/// The names in parts that fit a line. `*` and `%` in a name would stand for other folders; such a
/// name, and one that needs a literal, is left to STATUS.
fn parts(wires: &[String]) -> Vec<Vec<&str>> {
    let mut parts: Vec<Vec<&str>> = Vec::new();
    let mut bytes = 0;
    let plain = |wire: &&String| {
        wire.bytes()
            .all(|b| matches!(b, b' '..=b'~' if !b"*%".contains(&b)))
    };
    for wire in wires.iter().filter(plain) {
        bytes += wire.len() + 3;
        match parts.last_mut() {
            Some(part) if bytes <= LISTED_BYTES => part.push(wire),
            _ => {
                bytes = wire.len() + 3;
                parts.push(vec![wire]);
            }
        }
    }
    parts
}

/// INBOX is the same in any case (RFC 3501 §5.1).
fn is_same(wire: &str, name: &str) -> bool {
    wire == name || (wire.eq_ignore_ascii_case("INBOX") && name.eq_ignore_ascii_case("INBOX"))
}

/// What changed among these UIDs of the open folder after a mod-sequence. `qresync`: the server has
/// been asked to report vanished messages; else it is asked which are left.
pub(super) async fn changes(
    conn: &mut Conn,
    uids: &[u32],
    since: u64,
    qresync: bool,
) -> Result<Changes, Fault> {
    let wanted: BTreeSet<u32> = uids.iter().copied().filter(|uid| *uid > 0).collect();
    let listed: Vec<u32> = wanted.iter().copied().collect();
    let mut told = Changed::of(&wanted);
    let mut left = BTreeSet::new();
    let modifier = if qresync { " VANISHED" } else { "" };
    for set in sets(&listed) {
        let text = format!("UID FETCH {set} (UID FLAGS) (CHANGEDSINCE {since}{modifier})");
        let command = Command::new("FETCH", &text);
        conn.exec(command, |response| told.hear(response)).await?;
        if !qresync {
            left.extend(still_there(conn, &set).await?);
        }
    }
    if !qresync {
        told.gone = wanted.difference(&left).copied().collect();
    }
    Ok(told.changes())
}

/// What a server tells of the messages that are wanted.
struct Changed<'a> {
    wanted: &'a BTreeSet<u32>,
    flags: BTreeMap<u32, Flags>,
    gone: BTreeSet<u32>,
}

impl<'a> Changed<'a> {
    fn of(wanted: &'a BTreeSet<u32>) -> Self {
        Self {
            wanted,
            flags: BTreeMap::new(),
            gone: BTreeSet::new(),
        }
    }

    fn changes(mut self) -> Changes {
        self.flags.retain(|uid, _| !self.gone.contains(uid));
        Changes {
            flags: self.flags.into_iter().collect(),
            gone: self.gone.into_iter().collect(),
        }
    }

    fn hear(&mut self, response: &Response<'_>) {
        if let Response::Vanished { uids, .. } = response {
            let proper = uids.iter().filter(|range| !range.is_empty());
            let gone = proper.flat_map(|range| self.wanted.range(range.clone()));
            self.gone.extend(gone);
        } else {
            let told = uid_of(response).zip(flags_in(response));
            let wanted = told.filter(|(uid, _)| self.wanted.contains(uid));
            self.flags.extend(wanted);
        }
    }
}

/// Which of a set of UIDs the folder still has.
async fn still_there(conn: &mut Conn, set: &str) -> Result<Vec<u32>, Fault> {
    let mut left = Vec::new();
    let command = Command::new("SEARCH", &format!("UID SEARCH UID {set}"));
    conn.exec(command, |response| {
        if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
            left.extend(uids);
        }
    })
    .await?;
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_asked_for_in_lines_that_servers_take() {
        let many: Vec<String> = (0..400)
            .map(|n| format!("Nämnd/Ärende {n:04}"))
            .map(|name| super::super::utf7::encode(&name))
            .collect();
        let parts = parts(&many);
        assert_eq!(parts.iter().flatten().count(), 400);
        assert!(parts.len() < 10, "{}", parts.len());
        for part in &parts {
            let bytes: usize = part.iter().map(|wire| wire.len() + 3).sum();
            assert!(bytes <= LISTED_BYTES, "{bytes}");
        }
    }

    #[test]
    fn names_that_stand_for_others_are_left_to_status() {
        let names = ["INBOX", "Projekt *", "50 %", "r\u{e4}tt", "Sent \"x\""].map(str::to_owned);
        assert_eq!(parts(&names), [vec!["INBOX", "Sent \"x\""]]);
        let long = "x".repeat(LISTED_BYTES + 1);
        assert_eq!(
            parts(&["INBOX".to_owned(), long.clone(), "Sent".to_owned()]),
            [vec!["INBOX"], vec![&long], vec!["Sent"]]
        );
        assert!(parts(&[]).is_empty());
    }
}
