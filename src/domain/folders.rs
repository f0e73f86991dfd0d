//! Which folders are watched, and as what: by configuration, by special use (RFC 6154), else by the
//! names that Swedish and English mail programs give them.
//!
//! Watched is everything in the inbox's own part of the tree but folders that are known to be
//! something else: a rule of the server files mail anywhere. A folder that says nothing by itself
//! has the role of its nearest ancestor that does. The part of the tree is the inbox's namespace
//! (RFC 2342) or, where the inbox is another login's, the folders below that mailbox's root;
//! nothing of another part is touched unless the configuration names it.

mod known;
mod tree;

use crate::domain::subject::composed;
use std::collections::{BTreeMap, BTreeSet};
use tree::Tree;

/// A folder as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// As people write it: UTF-8 (decoded from modified UTF-7, RFC 3501 §5.1.3), with the server's
    /// separator.
    pub name: String,
    /// The hierarchy separator; `None` for a flat name space.
    pub separator: Option<char>,
    /// Special use, RFC 6154.
    pub special: Option<Special>,
    /// It can be opened (no `\Noselect`, `\NonExistent`).
    pub selectable: bool,
    /// Whose part of the tree it is, as far as the server says.
    pub space: Space,
}

/// The namespace of a folder, RFC 2342.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Space {
    /// The login's own.
    Own,
    /// Other users' or shared; the prefix ends with the separator.
    Foreign { prefix: String },
    /// The server does not say.
    #[default]
    Unknown,
}

/// RFC 6154 special uses that matter here, and RFC 8457's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Special {
    Sent,
    Junk,
    Drafts,
    Trash,
    Archive,
    All,
    Flagged,
    Important,
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

/// Why a folder is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    Drafts,
    Trash,
    Outbox,
    /// A view of messages that lie elsewhere (`\All`, `\Flagged`, `\Important`).
    View,
    /// Calendars, contacts, feeds and the like.
    NoMail,
    /// `ignore` names it, or what it lies in.
    Ignored,
    /// `watch` is a list without it.
    NotListed,
    /// It looks like a Sent or Junk folder, and the configuration names others.
    NotNamed,
    /// It belongs to another mailbox.
    Elsewhere,
}

impl Why {
    /// Drafts and the trash hold no question that was asked here.
    #[must_use]
    pub fn may_hold_questions(self) -> bool {
        match self {
            Self::Drafts | Self::Trash | Self::Outbox | Self::View | Self::Elsewhere => false,
            Self::NoMail | Self::Ignored | Self::NotListed | Self::NotNamed => true,
        }
    }
}

/// A folder that is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwatched {
    pub name: String,
    pub why: Why,
}

/// What the operator named; `None` leaves it to special use and known names.
#[derive(Clone, Debug, Default)]
pub struct Wanted<'a> {
    pub inbox: &'a [String],
    pub sent: Option<&'a [String]>,
    pub junk: Option<&'a [String]>,
    pub done: &'a [String],
    /// `None`: everything.
    pub watch: Option<&'a [String]>,
    pub ignore: &'a [String],
}

/// The folders to watch, in the order in which they are read, and the named ones that the server
/// does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Watch {
    pub folders: Vec<Watched>,
    pub missing: Vec<String>,
    pub unwatched: Vec<Unwatched>,
    /// Those of `folders` that are watched only because everything is, or for what they lie in: one
    /// of them that cannot be opened does not keep the others from being read.
    pub left_to_chance: BTreeSet<String>,
    /// The owner of the folders is unclear: nothing is watched, and the operator learns why.
    pub unclear: Option<Unclear>,
}

/// An inbox whose part of the tree cannot be separated from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unclear {
    pub inbox: String,
    pub why: &'static str,
}

/// What a path says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Read { role: Role, rank: usize },
    Left(Why),
}

/// The order of folders of one role that the configuration does not name begins with those that the
/// server marks.
const MARKED: usize = 1_000_000;
/// Named as mail programs do.
const BY_NAME: usize = MARKED + 1;
/// The inbox's own subfolders.
const BELOW: usize = MARKED + 2;
/// The rest.
const BESIDE: usize = MARKED + 3;

/// Chooses the folders.
#[must_use]
pub fn watch(server: &[Folder], wanted: &Wanted<'_>) -> Watch {
    let tree = match Tree::of(server, wanted.inbox) {
        Ok(tree) => tree,
        Err(unclear) => {
            return Watch {
                unclear: Some(unclear),
                ..Watch::default()
            };
        }
    };
    let marked = server
        .iter()
        .filter_map(|folder| Some((folder.name.as_str(), folder.special?)));
    let judge = Judge {
        server,
        wanted,
        tree,
        marked: marked.collect(),
    };
    judge.sort()
}

/// One look at one server's folders.
struct Judge<'a> {
    server: &'a [Folder],
    wanted: &'a Wanted<'a>,
    tree: Tree<'a>,
    marked: BTreeMap<&'a str, Special>,
}

impl Judge<'_> {
    /// The named folders that are not there.
    fn missing(&self) -> Vec<String> {
        let Wanted {
            inbox,
            sent,
            junk,
            done,
            watch,
            ..
        } = self.wanted;
        let lists = [Some(*done), *sent, *junk, Some(*inbox), *watch];
        let names = lists.into_iter().flatten().flatten();
        let is_there = |name: &String| {
            self.server
                .iter()
                .any(|folder| folder.selectable && same_name(&folder.name, name))
        };
        let mut missing: Vec<String> = Vec::new();
        for name in names.filter(|name| !is_there(name)) {
            if !missing.contains(name) {
                missing.push(name.clone());
            }
        }
        missing
    }

    /// Every folder at its place: those to read in the order in which they are read.
    fn sort(&self) -> Watch {
        let mut watch = Watch {
            missing: self.missing(),
            ..Watch::default()
        };
        let mut ranked = Vec::new();
        let selectable = self.server.iter().enumerate();
        for (index, folder) in selectable.filter(|(_, folder)| folder.selectable) {
            let name = folder.name.clone();
            match self.word(folder) {
                (Word::Read { role, rank }, own) => {
                    if !own {
                        watch.left_to_chance.insert(name.clone());
                    }
                    let separator = folder.separator;
                    let watched = Watched {
                        name,
                        role,
                        separator,
                    };
                    ranked.push(((role, rank, !own, index), watched));
                }
                (Word::Left(why), _) => watch.unwatched.push(Unwatched { name, why }),
            }
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        watch.folders = ranked.into_iter().map(|(_, watched)| watched).collect();
        watch
    }

    /// The rule for a folder, and whether its own name gives it: else it comes from the nearest
    /// folder above, or from the rule that everything is watched.
    fn word(&self, folder: &Folder) -> (Word, bool) {
        let inbox = |rank| Word::Read {
            role: Role::Inbox,
            rank,
        };
        let is_here = self.tree.holds(folder);
        match self.said(folder, is_here) {
            Some((
                Word::Read {
                    role: Role::Inbox, ..
                },
                false,
            )) => (inbox(BELOW), false),
            Some(said) => said,
            None if !is_here => (Word::Left(Why::Elsewhere), false),
            None if self.wanted.watch.is_some() => (Word::Left(Why::NotListed), false),
            None => (inbox(BESIDE), false),
        }
    }

    /// What the name of the folder or of one above it says, and whether it is its own.
    fn said(&self, folder: &Folder, is_here: bool) -> Option<(Word, bool)> {
        let above = || paths(&folder.name, folder.separator);
        let is_open = is_here || above().any(|path| self.named(path).is_some());
        above().find_map(|path| {
            let word = self.named(path).or_else(|| {
                is_open
                    .then(|| self.guessed(path, folder.separator))
                    .flatten()
            });
            word.map(|word| (word, path.len() == folder.name.len()))
        })
    }

    /// What the configuration says of this very path.
    fn named(&self, path: &str) -> Option<Word> {
        let at = |names: &[String]| names.iter().position(|name| same_name(name, path));
        let read = |names: Option<&[String]>, role| {
            names.and_then(at).map(|rank| Word::Read { role, rank })
        };
        let Wanted {
            inbox,
            sent,
            junk,
            done,
            watch,
            ignore,
        } = self.wanted;
        read(Some(done), Role::Done)
            .or_else(|| read(*sent, Role::Sent))
            .or_else(|| read(*junk, Role::Junk))
            .or_else(|| read(Some(inbox), Role::Inbox))
            .or_else(|| at(ignore).map(|_| Word::Left(Why::Ignored)))
            .or_else(|| {
                watch.and_then(at).map(|rank| Word::Read {
                    role: Role::Inbox,
                    rank: inbox.len() + rank,
                })
            })
    }

    /// What its special use or its name says, of a path that may be read.
    fn guessed(&self, path: &str, separator: Option<char>) -> Option<Word> {
        let (use_, rank) = match self.marked.get(path) {
            Some(special) => (known::of(*special)?, MARKED),
            None => (
                known::by_name(leaf(path, separator), self.tree.place(path, separator))?,
                BY_NAME,
            ),
        };
        Some(match use_ {
            known::Use::Sent if self.wanted.sent.is_some() => Word::Left(Why::NotNamed),
            known::Use::Junk if self.wanted.junk.is_some() => Word::Left(Why::NotNamed),
            known::Use::Sent => Word::Read {
                role: Role::Sent,
                rank,
            },
            known::Use::Junk => Word::Read {
                role: Role::Junk,
                rank,
            },
            known::Use::Not(why) => Word::Left(why),
        })
    }
}

/// A folder's path, then that of each folder that it lies in, the nearest first.
fn paths(name: &str, separator: Option<char>) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), move |path| {
        path.rsplit_once(separator?).map(|(parent, _)| parent)
    })
    .filter(|path| !path.is_empty())
}

fn leaf(path: &str, separator: Option<char>) -> &str {
    separator
        .and_then(|separator| path.rsplit_once(separator))
        .map_or(path, |(_, leaf)| leaf)
}

/// The part of a folder's name below an inbox.
pub(crate) fn below<'a>(name: &'a str, separator: Option<char>, inbox: &str) -> Option<&'a str> {
    let (head, rest) = name.split_at_checked(inbox.len())?;
    rest.strip_prefix(separator?)
        .filter(|_| same_name(head, inbox))
}

/// RFC 3501 §5.1: INBOX in any case; other names exactly, but that what a Mac writes as two
/// characters is one.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    one == other
        || (one.eq_ignore_ascii_case("INBOX") && other.eq_ignore_ascii_case("INBOX"))
        || (!(one.is_ascii() && other.is_ascii()) && composed(one) == composed(other))
}

#[cfg(test)]
mod tests;
