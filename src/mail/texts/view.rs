//! Facts in the order and number in which a mail shows them.

use super::facts::{ExcludedFacts, ExcludedItem, JunkFolder, Matter, Role, Sender, StaffItem, StaffMailFacts};
use super::{MAX_ITEMS, reasons, search};
use crate::config::Language;
use crate::domain::reason::Reason;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::BTreeSet;

/// [`StaffMailFacts`], sorted, grouped, bounded and counted.
#[derive(Serialize)]
pub(super) struct StaffView<'a> {
    sender: &'a Sender,
    recipient: &'a str,
    role: Role,
    today: NaiveDate,
    /// Of all items.
    total: usize,
    late: usize,
    due_today: usize,
    /// The most urgent one, which the subject names when it is the only one.
    first: Option<ItemView<'a>>,
    groups: Vec<Group<'a>>,
    /// Items that are only counted, and how many of them are late.
    rest: usize,
    rest_late: usize,
    /// Of its items, those that are most likely no question.
    presumed: usize,
    junk: &'a [JunkFolder],
    /// Mails in junk folders that are shown.
    junk_total: usize,
    unnamed: usize,
    /// Addresses of the mailboxes, ascending.
    mailboxes: BTreeSet<&'a str>,
    /// Some item shows its sender or subject.
    shown: bool,
}

#[derive(Serialize)]
struct Group<'a> {
    /// `None` in a handler's mail and for items that nobody has.
    handler: Option<&'a str>,
    /// Items of this handler in the whole mail, and how many of them are late.
    total: usize,
    late: usize,
    items: Vec<ItemView<'a>>,
}

#[derive(Clone, Serialize)]
struct ItemView<'a> {
    #[serde(flatten)]
    item: &'a StaffItem,
    deadline: NaiveDate,
    overdue: bool,
    /// The kinds of its matters, for `'gone' in item.kinds`.
    kinds: Vec<String>,
    /// What finds the message in Outlook; `None` when nothing would.
    search: Option<String>,
}

impl<'a> StaffView<'a> {
    pub(super) fn new(facts: &'a StaffMailFacts) -> Self {
        let items = facts.most_urgent();
        let is_late = |item: &&&StaffItem| item.is_late(facts.today);
        let (shown, rest) = items.split_at(items.len().min(MAX_ITEMS));
        let mut groups: Vec<Group<'_>> = Vec::new();
        for item in shown {
            let handler = match facts.role {
                Role::Supervisor => item.handler.as_deref(),
                Role::Handler => None,
            };
            let at = groups.iter().position(|group| group.handler == handler).unwrap_or_else(|| {
                let same = |other: &&&StaffItem| facts.role == Role::Handler || other.handler.as_deref() == handler;
                groups.push(Group {
                    handler,
                    total: items.iter().filter(same).count(),
                    late: items.iter().filter(same).filter(is_late).count(),
                    items: Vec::new(),
                });
                groups.len() - 1
            });
            groups[at].items.push(ItemView::new(item, facts.today));
        }
        Self {
            sender: &facts.sender,
            recipient: &facts.recipient,
            role: facts.role,
            today: facts.today,
            total: items.len(),
            late: items.iter().filter(is_late).count(),
            due_today: items.iter().filter(|item| item.deadline() == facts.today && !item.is_no_question()).count(),
            first: items.first().map(|item| ItemView::new(item, facts.today)),
            groups,
            rest: rest.len(),
            rest_late: rest.iter().filter(is_late).count(),
            presumed: items.iter().filter(|item| item.is_no_question()).count(),
            junk: &facts.junk,
            junk_total: facts.junk.iter().map(|folder| folder.refs.len()).sum(),
            unnamed: facts.unnamed,
            mailboxes: facts
                .items
                .iter()
                .map(|item| item.mailbox.as_str())
                .chain(facts.junk.iter().map(|folder| folder.mailbox.as_str()))
                .collect(),
            shown: items.iter().any(|item| !item.shown.is_nothing()),
        }
    }
}

impl<'a> ItemView<'a> {
    fn new(item: &'a StaffItem, today: NaiveDate) -> Self {
        let deadline = item.deadline();
        let kind = |matter| match serde_json::to_value(matter) {
            Ok(value) => value["kind"].as_str().unwrap_or_default().to_owned(),
            Err(_) => String::new(),
        };
        // A letter's arrival is its stamp, not that of the mail; what is gone cannot be found.
        let is_there = !item.letter && !item.matters.contains(&Matter::Gone);
        Self {
            item,
            deadline,
            overdue: item.is_late(today),
            kinds: item.matters.iter().map(kind).collect(),
            search: is_there.then(|| search::outlook(item.received.date_naive(), &item.shown)),
        }
    }
}

/// [`ExcludedFacts`], the latest arrival first, bounded.
#[derive(Serialize)]
pub(super) struct ExcludedView<'a> {
    sender: &'a Sender,
    recipient: &'a str,
    today: NaiveDate,
    total: usize,
    items: Vec<ExcludedItemView<'a>>,
    rest: usize,
}

#[derive(Serialize)]
struct ExcludedItemView<'a> {
    #[serde(flatten)]
    item: &'a ExcludedItem,
    /// The signs that were seen, or the reason that a person gave.
    reason: Option<String>,
    /// A person excluded it.
    by_person: bool,
    search: String,
}

impl<'a> ExcludedView<'a> {
    pub(super) fn new(facts: &'a ExcludedFacts, language: Language) -> Self {
        let mut items: Vec<&ExcludedItem> = facts.items.iter().collect();
        items.sort_by(|a, b| (b.received, &a.reference).cmp(&(a.received, &b.reference)));
        let total = items.len();
        items.truncate(MAX_ITEMS);
        Self {
            sender: &facts.sender,
            recipient: &facts.recipient,
            today: facts.today,
            total,
            rest: total - items.len(),
            items: items.into_iter().map(|item| ExcludedItemView::new(item, language)).collect(),
        }
    }
}

impl<'a> ExcludedItemView<'a> {
    fn new(item: &'a ExcludedItem, language: Language) -> Self {
        Self {
            item,
            reason: item.reason.as_ref().map(|reason| reasons::reason(language, reason)),
            search: search::outlook(item.received.date_naive(), &item.shown),
            by_person: matches!(item.reason, Some(Reason::Person(_))),
        }
    }
}
