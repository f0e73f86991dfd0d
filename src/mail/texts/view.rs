//! Facts in the order and number in which a mail shows them.

use super::facts::{
    EscalationWhy, ExcludedItem, HeldWhy, JunkFolder, Local, Matter, Part, Planned, Sender,
    StaffItem, StaffMailFacts,
};
use super::{LISTED_IN_FULL, MAX_ITEMS, buttons, reasons, search};
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
    mailbox: &'a str,
    today: NaiveDate,
    /// Of all items.
    total: usize,
    late: usize,
    due_today: usize,
    /// How many there are of each part that the subject counts.
    answer: usize,
    new: usize,
    confirm: usize,
    no_question: usize,
    team: usize,
    aware: usize,
    /// The most urgent one, which the subject names when it is the only one.
    first: Option<ItemView<'a>>,
    /// What the reader has.
    parts: Vec<PartView<'a>>,
    /// What others have, by the one who has it.
    teams: Vec<Team<'a>>,
    awares: Vec<ItemView<'a>>,
    /// Items that are only counted, and how many of them are late.
    rest: usize,
    rest_late: usize,
    junk: &'a [JunkFolder],
    /// Mails in junk folders that are shown.
    junk_total: usize,
    unnamed: usize,
    /// Of colleagues.
    internal: Vec<ExcludedItemView<'a>>,
    unwatched: Vec<ExcludedItemView<'a>>,
    unwatched_rest: usize,
    known: Option<usize>,
    /// Addresses of the mailboxes, ascending.
    mailboxes: BTreeSet<&'a str>,
    /// Some item shows its sender or subject.
    shown: bool,
}

#[derive(Serialize)]
struct PartView<'a> {
    part: Part,
    total: usize,
    /// One line an item.
    compact: bool,
    /// None of them can wait until tomorrow.
    urgent: bool,
    groups: Vec<Group<'a>>,
}

/// Items that share one outcome if they are left alone.
#[derive(Serialize)]
struct Group<'a> {
    fate: Fate<'a>,
    items: Vec<ItemView<'a>>,
}

/// What the sender hears by itself.
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Fate<'a> {
    /// Said by the item's own matters: it is asked about, or it went wrong.
    Own,
    Held {
        why: HeldWhy,
    },
    Planned {
        planned: &'a Planned,
    },
    /// The service is on trial: nothing leaves.
    Shadow {
        at: Local,
    },
    Noticed,
    /// Another item's notice speaks for it.
    Covered {
        by: &'a str,
    },
    Letter,
    /// It would leave if a person said why a decision takes longer.
    Reason,
    Nothing,
}

#[derive(Serialize)]
struct Team<'a> {
    /// `None`: they have no handler.
    handler: Option<&'a str>,
    total: usize,
    late: usize,
    /// Working days that the oldest is late.
    oldest: u32,
    noticed: usize,
    items: Vec<ItemView<'a>>,
}

#[derive(Clone, Serialize)]
struct ItemView<'a> {
    #[serde(flatten)]
    item: &'a StaffItem,
    deadline: NaiveDate,
    overdue: bool,
    promise_broken: bool,
    /// The kinds of its matters, for `'gone' in item.kinds`.
    kinds: Vec<String>,
    /// There is more to say of it than one line holds.
    special: bool,
    /// The supervisor who had a mail about it.
    climbed: Option<&'a str>,
    /// Why the reader hears of another's item.
    why: Option<EscalationWhy>,
    /// What finds the message in Outlook; `None` when nothing would.
    search: Option<String>,
    links: Vec<buttons::Button>,
}

impl<'a> StaffView<'a> {
    pub(super) fn new(facts: &'a StaffMailFacts, language: Language) -> Self {
        let items = facts.most_urgent();
        let is_late = |item: &&&StaffItem| item.is_late(facts.today);
        let count = |part: Part| {
            items
                .iter()
                .filter(|item| item.part(facts.today) == part)
                .count()
        };
        let (shown, rest) = items.split_at(items.len().min(MAX_ITEMS));
        let view = |item: &&'a StaffItem| ItemView::new(item, facts, language);
        let of = |part: Part| -> Vec<ItemView<'a>> {
            shown
                .iter()
                .filter(|item| item.part(facts.today) == part)
                .map(view)
                .collect()
        };
        let part_view = |part: Part| PartView::new(part, count(part), of(part), facts.today);
        let mine = [Part::Answer, Part::New, Part::Confirm, Part::NoQuestion];
        let team: Vec<&StaffItem> = items
            .iter()
            .copied()
            .filter(|item| item.part(facts.today) == Part::Team)
            .collect();
        let unwatched = &facts.unwatched;
        let mut excluded: Vec<&ExcludedItem> = unwatched.items.iter().collect();
        excluded.sort_by(|a, b| (b.received, &a.reference).cmp(&(a.received, &b.reference)));
        excluded.truncate(MAX_ITEMS);
        let lines = excluded.iter().copied();
        let excluded_view = |item: &'a ExcludedItem| ExcludedItemView::new(item, facts, language);
        Self {
            sender: &facts.sender,
            recipient: &facts.recipient,
            mailbox: &facts.mailbox,
            today: facts.today,
            total: items.len(),
            late: items.iter().filter(is_late).count(),
            due_today: items
                .iter()
                .filter(|item| item.deadline() == facts.today && !item.is_no_question())
                .count(),
            answer: count(Part::Answer),
            new: count(Part::New),
            confirm: count(Part::Confirm),
            no_question: count(Part::NoQuestion),
            team: count(Part::Team),
            aware: count(Part::Aware),
            first: items.first().map(view),
            parts: mine
                .into_iter()
                .map(part_view)
                .filter(|part| part.total > 0)
                .collect(),
            teams: teams(&team, of(Part::Team), facts.today),
            awares: newest_first(of(Part::Aware)),
            rest: rest.len(),
            rest_late: rest.iter().filter(is_late).count(),
            mailboxes: {
                let unwatched = unwatched.items.iter().map(|item| item.mailbox.as_str());
                items
                    .iter()
                    .map(|item| item.mailbox.as_str())
                    .chain(unwatched)
                    .collect()
            },
            unwatched_rest: unwatched.items.len() - excluded.len(),
            internal: lines
                .clone()
                .filter(|item| item.is_internal())
                .map(excluded_view)
                .collect(),
            unwatched: lines
                .filter(|item| !item.is_internal())
                .map(excluded_view)
                .collect(),
            shown: items
                .iter()
                .map(|item| &item.shown)
                .chain(excluded.iter().map(|item| &item.shown))
                .any(|shown| !shown.is_nothing()),
            junk: &unwatched.junk,
            junk_total: unwatched.junk.iter().map(|folder| folder.refs.len()).sum(),
            unnamed: unwatched.unnamed,
            known: unwatched.known.filter(|known| *known > 0),
        }
    }
}

/// Those of each handler together, the newest first; the one with the most late ones comes first.
fn teams<'a>(all: &[&'a StaffItem], shown: Vec<ItemView<'a>>, today: NaiveDate) -> Vec<Team<'a>> {
    let mut teams: Vec<Team<'a>> = Vec::new();
    for item in newest_first(shown) {
        let handler = item.item.handler.as_deref();
        let at = teams
            .iter()
            .position(|team| team.handler == handler)
            .unwrap_or_else(|| {
                let theirs: Vec<&&StaffItem> = all
                    .iter()
                    .filter(|other| other.handler.as_deref() == handler)
                    .collect();
                teams.push(Team {
                    handler,
                    total: theirs.len(),
                    late: theirs.iter().filter(|item| item.is_late(today)).count(),
                    oldest: theirs
                        .iter()
                        .map(|item| item.late)
                        .max()
                        .unwrap_or_default(),
                    noticed: theirs.iter().filter(|item| item.noticed.is_some()).count(),
                    items: Vec::new(),
                });
                teams.len() - 1
            });
        teams[at].items.push(item);
    }
    teams.sort_by_key(|team| (team.handler.is_some(), std::cmp::Reverse(team.late)));
    teams
}

fn newest_first(mut items: Vec<ItemView<'_>>) -> Vec<ItemView<'_>> {
    items.sort_by(|a, b| (b.deadline, &a.item.reference).cmp(&(a.deadline, &b.item.reference)));
    items
}

impl<'a> PartView<'a> {
    fn new(part: Part, total: usize, items: Vec<ItemView<'a>>, today: NaiveDate) -> Self {
        let mut groups: Vec<Group<'a>> = Vec::new();
        for item in items {
            let fate = item.fate(part);
            match groups.iter_mut().find(|group| group.fate == fate) {
                Some(group) => group.items.push(item),
                None => groups.push(Group {
                    fate,
                    items: vec![item],
                }),
            }
        }
        let urgent = groups
            .iter()
            .flat_map(|group| &group.items)
            .all(|item| item.deadline <= today);
        Self {
            part,
            total,
            compact: total > LISTED_IN_FULL,
            urgent,
            groups,
        }
    }
}

impl<'a> ItemView<'a> {
    fn new(item: &'a StaffItem, facts: &StaffMailFacts, language: Language) -> Self {
        let kind = |matter| match serde_json::to_value(matter) {
            Ok(value) => value["kind"].as_str().unwrap_or_default().to_owned(),
            Err(_) => String::new(),
        };
        // A letter's arrival is its stamp, not that of the mail; a message that is gone cannot be
        // found.
        let is_there = !item.letter && !item.matters.contains(&Matter::Gone);
        let climbed = item.matters.iter().find_map(|matter| match matter {
            Matter::Climbed { to, .. } => Some(to.as_str()),
            _ => None,
        });
        Self {
            item,
            deadline: item.deadline(),
            overdue: item.is_late(facts.today),
            promise_broken: item.is_promise_broken(facts.today),
            kinds: item.matters.iter().map(kind).collect(),
            special: item.matters.iter().any(is_special),
            climbed,
            why: item.matters.iter().find_map(|matter| match matter {
                Matter::Escalation { why, .. } => Some(*why),
                _ => None,
            }),
            search: is_there.then(|| search::outlook(item.received.date_naive(), &item.shown)),
            links: buttons::of_item(language, &facts.mailbox, item, facts.today),
        }
    }

    fn fate(&self, part: Part) -> Fate<'a> {
        let item = self.item;
        let went_wrong = |matter: &Matter| {
            matches!(
                matter,
                Matter::Bounced | Matter::Uncertain | Matter::AnswerBounced
            )
        };
        if !matches!(part, Part::Answer | Part::New) || item.matters.iter().any(went_wrong) {
            Fate::Own
        } else if let Some(why) = item.held() {
            Fate::Held { why }
        } else if let Some(planned) = &item.planned {
            Fate::Planned { planned }
        } else if let Some(at) = item.in_shadow {
            Fate::Shadow { at }
        } else if item.noticed.is_some() {
            Fate::Noticed
        } else if let Some(by) = &item.covered_by {
            Fate::Covered { by }
        } else if item.letter {
            Fate::Letter
        } else if item.wants_reason {
            Fate::Reason
        } else {
            Fate::Nothing
        }
    }
}

fn is_special(matter: &Matter) -> bool {
    match matter {
        Matter::Bounced
        | Matter::AnswerBounced
        | Matter::Uncertain
        | Matter::Gone
        | Matter::Undated { .. }
        | Matter::Unreadable
        | Matter::AnsweredBeside
        | Matter::AnswerInJunk
        | Matter::MaybeBounced
        | Matter::ForgedAnswer
        | Matter::Urged { .. }
        | Matter::NoteMissing => true,
        Matter::Reminder
        | Matter::Confirm { .. }
        | Matter::Escalation { .. }
        | Matter::Climbed { .. }
        | Matter::Held { .. }
        | Matter::Deputy
        | Matter::HandedOver
        | Matter::Arrived
        | Matter::NoQuestion { .. } => false,
    }
}

#[derive(Serialize)]
struct ExcludedItemView<'a> {
    #[serde(flatten)]
    item: &'a ExcludedItem,
    /// The signs that were seen, or the reason that a person gave.
    reason: Option<String>,
    /// A person excluded it.
    by_person: bool,
    /// It is a matter of no one.
    kinds: [&'static str; 0],
    links: Vec<buttons::Button>,
}

impl<'a> ExcludedItemView<'a> {
    fn new(item: &'a ExcludedItem, facts: &StaffMailFacts, language: Language) -> Self {
        Self {
            item,
            reason: item
                .reason
                .as_ref()
                .map(|reason| reasons::reason(language, reason)),
            kinds: [],
            by_person: matches!(item.reason, Some(Reason::Person(_))),
            links: buttons::of_excluded(language, &facts.mailbox, &item.reference),
        }
    }
}
