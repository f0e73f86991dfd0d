//! The names by which mail programs know their folders: Outlook and Exchange, Thunderbird,
//! Roundcube, GroupWise, Zimbra, Dovecot, Cyrus, Courier, Gmail, in Swedish and English. Compared
//! folded, as the last part of a path.
//!
//! Sent, junk and all that holds no mail are believed only where a mail program makes them, at the
//! top: below the inbox or beside it people name folders after their work. Drafts, deleted mail and
//! the outbox are believed at any depth.

use super::{Special, Why};
use crate::domain::subject::fold;

/// What a folder is by its mark or name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Use {
    Sent,
    Junk,
    Not(Why),
}

/// What a special use says; an archive is a folder as any other.
pub(super) fn of(special: Special) -> Option<Use> {
    match special {
        Special::Sent => Some(Use::Sent),
        Special::Junk => Some(Use::Junk),
        Special::Drafts => Some(Use::Not(Why::Drafts)),
        Special::Trash => Some(Use::Not(Why::Trash)),
        Special::All | Special::Flagged | Special::Important => Some(Use::Not(Why::View)),
        Special::Archive => None,
    }
}

/// How near to the top of its part of the tree a folder lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Where mail programs make their folders.
    Top,
    /// Directly below the inbox, with others beside the inbox.
    BelowInbox,
    Deeper,
}

const SENT: &[&str] = &[
    "sent",
    "sent items",
    "sent messages",
    "sent mail",
    "sent-mail",
    "sent objects",
    "skickat",
    "skickade",
    "skickade objekt",
    "skickade meddelanden",
    "skickade mejl",
    "skickad e-post",
    "skickad post",
    "skickade brev",
];
const JUNK: &[&str] = &[
    "junk",
    "junk e-mail",
    "junk email",
    "junk mail",
    "spam",
    "skräppost",
    "bulk mail",
    "skräp",
    "oönskad e-post",
    "skräpmejl",
];
const DRAFTS: &[&str] = &["drafts", "draft", "utkast"];
const TRASH: &[&str] = &[
    "trash",
    "papperskorgen",
    "papperskorg",
    "deleted items",
    "deleted messages",
    "deleted",
    "borttaget",
    "borttagna objekt",
    "borttagna meddelanden",
];
const OUTBOX: &[&str] = &["outbox", "utkorgen", "utkorg"];
const NO_MAIL: &[&str] = &[
    "templates",
    "mallar",
    "conversation history",
    "konversationshistorik",
    "sync issues",
    "sync problems",
    "synkroniseringsproblem",
    "synkproblem",
    "calendar",
    "calendars",
    "kalender",
    "kalendrar",
    "contacts",
    "kontakter",
    "suggested contacts",
    "föreslagna kontakter",
    "emailed contacts",
    "tasks",
    "uppgifter",
    "notes",
    "anteckningar",
    "journal",
    "dagbok",
    "feeds",
    "rss feeds",
    "rss subscriptions",
    "rss-feeds",
    "rss-flöden",
    "rss-prenumerationer",
    "nyhetsflöden",
];

/// What the last part of a path says.
pub(super) fn by_name(leaf: &str, place: Place) -> Option<Use> {
    let name = fold(leaf);
    let is_in = |names: &[&str]| names.contains(&name.as_str());
    let is_program = place != Place::Deeper;
    if is_in(DRAFTS) {
        Some(Use::Not(Why::Drafts))
    } else if is_in(TRASH) {
        Some(Use::Not(Why::Trash))
    } else if is_in(OUTBOX) {
        Some(Use::Not(Why::Outbox))
    } else if is_program && is_in(SENT) {
        Some(Use::Sent)
    } else if is_program && is_in(JUNK) {
        Some(Use::Junk)
    } else if place == Place::Top && is_in(NO_MAIL) {
        Some(Use::Not(Why::NoMail))
    } else {
        None
    }
}

/// How servers that do not report their namespaces name other users' folders; the first part of a
/// path.
const FOREIGN: &[&str] = &[
    "shared",
    "#shared",
    "shared folders",
    "shared mailboxes",
    "delade mappar",
    "delade brevlådor",
    "public",
    "#public",
    "public folders",
    "allmänna mappar",
    "gemensamma mappar",
    "other users",
    "andra användare",
    "user",
    "#user",
    "users",
];

/// Whether the first part of a path is a root of other people's folders.
pub(super) fn is_foreign_root(first: &str) -> bool {
    FOREIGN.contains(&fold(first).as_str())
}
