//! The inbox's own part of the tree. An account may be able to open several mailboxes: a shared one
//! in another namespace under a person's login, or a service's account with several boards. Sent
//! and junk of another mailbox would be evidence of other people's answers.

use super::known::{Place, Use, by_name, is_foreign_root};
use super::{Folder, Space, Special, Unclear, leaf, paths, same_name};
use std::collections::BTreeSet;

/// The part in which the inboxes lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tree<'a> {
    /// The root of a mailbox under another login; `None`: the login's own folders.
    root: Option<&'a str>,
    /// Roots of other mailboxes that are known by their inbox, on a server that does not report its
    /// namespaces.
    others: BTreeSet<&'a str>,
    /// Folders of mail programs lie below the inbox, because all folders do (`INBOX.`).
    all_below_inbox: bool,
}

const TWO_PARTS: &str = "this inbox lies in another part of the tree than the first one, so that whose sent mail counts \
                         cannot be told; watch each in a [[mailbox]] of its own";
const NO_ROOT: &str = "this inbox is the root of other mailboxes, so that its folders cannot be told from theirs; name the \
                       inbox of one mailbox";

impl<'a> Tree<'a> {
    pub(super) fn of(server: &'a [Folder], inboxes: &[String]) -> Result<Self, Unclear> {
        let root = root_of_all(server, inboxes)?;
        let beside = |folder: &Folder| {
            is_own(folder)
                && folder.selectable
                && depth(&folder.name, folder.separator) == 0
                && !is_inbox(&folder.name)
        };
        let others = server
            .iter()
            .filter(|folder| folder.space == Space::Unknown)
            .filter_map(root_by_inbox);
        Ok(Self {
            root,
            others: others.filter(|other| Some(*other) != root).collect(),
            all_below_inbox: !server.iter().any(beside),
        })
    }

    pub(super) fn holds(&self, folder: &Folder) -> bool {
        let mut paths = paths(&folder.name, folder.separator);
        match self.root {
            Some(root) => paths.any(|path| path == root),
            None => is_own(folder) && !paths.any(|path| self.others.contains(path)),
        }
    }

    /// How near to the top a path of this part lies.
    pub(super) fn place(&self, path: &str, separator: Option<char>) -> Place {
        let Some((parent, _)) = separator.and_then(|separator| path.rsplit_once(separator)) else {
            return Place::Top;
        };
        match self.root {
            Some(root) if parent == root => Place::Top,
            _ if self.root.is_none() && is_gmail(parent) => Place::Top,
            _ if !is_inbox(leaf(parent, separator)) => Place::Deeper,
            None if parent.len() > "INBOX".len() => Place::Deeper,
            None if self.all_below_inbox => Place::Top,
            _ => Place::BelowInbox,
        }
    }
}

/// Whether a folder is the login's own, by the server's word or by its name.
fn is_own(folder: &Folder) -> bool {
    match &folder.space {
        Space::Own => true,
        Space::Foreign { .. } => is_inbox(&folder.name),
        Space::Unknown => prefix_by_name(folder).is_none(),
    }
}

/// The root of the mailbox whose inbox this is; `None`: the login's own.
fn root_of<'a>(inbox: &'a Folder, server: &[Folder]) -> Result<Option<&'a str>, &'static str> {
    if is_inbox(&inbox.name) {
        return Ok(None);
    }
    let prefix = match &inbox.space {
        Space::Own => return Ok(None),
        Space::Foreign { prefix } => prefix.len(),
        Space::Unknown => match prefix_by_name(inbox) {
            Some(prefix) => prefix,
            None => return Ok(root_by_inbox(inbox)),
        },
    };
    let Some(rest) = inbox.name.get(prefix..).filter(|rest| !rest.is_empty()) else {
        return if holds_its_sent(server, inbox) {
            Ok(Some(inbox.name.as_str()))
        } else {
            Err(NO_ROOT)
        };
    };
    let first = inbox
        .separator
        .and_then(|separator| rest.find(separator))
        .unwrap_or(rest.len());
    Ok(Some(&inbox.name[..prefix + first]))
}

fn is_sent(folder: &Folder, last: &str) -> bool {
    folder.special == Some(Special::Sent) || by_name(last, Place::Top) == Some(Use::Sent)
}

/// Bytes of the prefix of other people's folders, by its name.
fn prefix_by_name(folder: &Folder) -> Option<usize> {
    let separator = folder.separator?;
    let first = folder.name.split(separator).next().unwrap_or(&folder.name);
    is_foreign_root(first).then_some(first.len() + separator.len_utf8())
}

/// The root of a mailbox that shows its inbox below itself (`kf/INBOX`).
fn root_by_inbox(folder: &Folder) -> Option<&str> {
    let (root, last) = folder.name.rsplit_once(folder.separator?)?;
    (is_inbox(last) && !is_inbox(root)).then_some(root)
}

fn is_inbox(name: &str) -> bool {
    name.eq_ignore_ascii_case("INBOX")
}

/// Gmail's own folders lie below one that cannot be opened.
fn is_gmail(parent: &str) -> bool {
    matches!(parent, "[Gmail]" | "[Google Mail]")
}

fn depth(name: &str, separator: Option<char>) -> usize {
    separator.map_or(0, |separator| name.matches(separator).count())
}

/// The one root of the inboxes.
fn root_of_all<'a>(server: &'a [Folder], inboxes: &[String]) -> Result<Option<&'a str>, Unclear> {
    let found = inboxes
        .iter()
        .filter_map(|name| server.iter().find(|folder| same_name(&folder.name, name)));
    let mut root = None;
    for inbox in found {
        let unclear = |why| Unclear {
            inbox: inbox.name.clone(),
            why,
        };
        let this = root_of(inbox, server).map_err(unclear)?;
        match root {
            None => root = Some(this),
            Some(first) if first == this => {}
            Some(_) => return Err(unclear(TWO_PARTS)),
        }
    }
    Ok(root.flatten())
}

/// A namespace of one mailbox alone shows that mailbox's sent mail directly below its inbox.
fn holds_its_sent(server: &[Folder], inbox: &Folder) -> bool {
    server.iter().any(|folder| {
        let parent = folder
            .separator
            .and_then(|separator| folder.name.rsplit_once(separator));
        parent.is_some_and(|(parent, last)| parent == inbox.name && is_sent(folder, last))
    })
}
