//! The one mail to a member of staff of one moment: its items, and the messages without a clock.

use super::{Local, Part, Sender, Shown, StaffItem};
use crate::domain::classify::Class;
use crate::domain::effect::Kind;
use crate::domain::reason::Reason;
use chrono::NaiveDate;
use serde::Serialize;

/// The one mail to a member of staff of one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StaffMailFacts {
    pub sender: Sender,
    /// Name of the reader.
    pub recipient: String,
    /// The address that reads commands.
    pub mailbox: String,
    pub today: NaiveDate,
    /// In any order; the text has the most urgent first.
    pub items: Vec<StaffItem>,
    pub unwatched: Unwatched,
    /// For whom the reader stands in, and nobody has said how long.
    pub away: Vec<AwayFor>,
}

/// Somebody who is away without a last day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AwayFor {
    pub name: String,
    pub since: NaiveDate,
}

/// Unwatched messages, so that a person can catch a wrong exclusion.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Unwatched {
    /// Of new senders, and with doubtful signs.
    pub items: Vec<ExcludedItem>,
    /// Of the week before, how many others there were; `None` on the other days.
    pub known: Option<usize>,
    /// Messages in junk folders that are most likely no questions.
    pub junk: Vec<JunkFolder>,
    /// How many more are most likely no question, and are in the mail of another day.
    pub unnamed: usize,
}

/// Junk of one folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JunkFolder {
    /// The mailbox's address.
    pub mailbox: String,
    pub folder: String,
    pub refs: Vec<String>,
    /// How many of them close by themselves after today.
    pub ending: usize,
}

impl Unwatched {
    /// The mail would be empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.junk.is_empty() && self.known.unwrap_or_default() == 0
    }
}

impl StaffMailFacts {
    /// What `X-Servicelofte` says: escalation or reminder when all items are of one kind, else
    /// digest.
    #[must_use]
    pub fn kind(&self) -> Kind {
        let of_others =
            |item: &&StaffItem| matches!(item.part(self.today), Part::Team | Part::Aware);
        let posted = self.items.iter().filter(|item| item.post.is_some()).count();
        match self.items.iter().filter(of_others).count() {
            _ if posted > 0 && posted == self.items.len() && self.unwatched.is_empty() => {
                Kind::Letter
            }
            _ if posted > 0 => Kind::Digest,
            0 if self.items.iter().all(StaffItem::is_no_question) => Kind::Digest,
            0 => Kind::Reminder,
            n if n == self.items.len() => Kind::Escalation,
            _ => Kind::Digest,
        }
    }

    /// Its items: matters of law first, then held ones, broken promises, and the rest by its date;
    /// the reference orders equal ones, so that the same facts always read the same.
    #[must_use]
    pub fn most_urgent(&self) -> Vec<&StaffItem> {
        let mut items: Vec<&StaffItem> = self.items.iter().collect();
        items.sort_by_key(|item| {
            let broken = item.is_promise_broken(self.today);
            (
                !item.pledge.first,
                item.held().is_none(),
                !broken,
                item.deadline(),
                item.reference.clone(),
            )
        });
        items
    }

    /// References of all its items, also of those that are only counted.
    #[must_use]
    pub fn refs(&self) -> Vec<String> {
        let unwatched = self.unwatched.items.iter().map(|item| &item.reference);
        let junk = self.unwatched.junk.iter().flat_map(|folder| &folder.refs);
        self.items
            .iter()
            .map(|item| &item.reference)
            .chain(unwatched)
            .chain(junk)
            .cloned()
            .collect()
    }
}

/// One message that needs no answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExcludedItem {
    pub reference: String,
    pub class: Class,
    /// Its words are the view's: they depend on the language.
    #[serde(skip)]
    pub reason: Option<Reason>,
    pub received: Local,
    pub mailbox: String,
    pub folder: String,
    pub shown: Shown,
}

impl ExcludedItem {
    /// A colleague wrote it, about a matter of the house.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.reason == Some(Reason::Internal)
    }
}
