//! Facts in the order and number in which a mail shows them.

mod line;

use super::facts::{
    AwayFor, EscalationWhy, ExcludedItem, HeldWhy, JunkFolder, Local, Part, Sender, StaffItem,
    StaffMailFacts,
};
use super::{buttons, reasons};
use crate::config::Language;
use crate::domain::reason::Reason;
use chrono::NaiveDate;
use line::{Fate, ItemView, advice};
use serde::Serialize;
use std::collections::BTreeSet;

/// Items that one mail names; the rest is counted.
pub const MAX_ITEMS: usize = 100;

/// With more items than that, a mail has one line for each, and says once what they have in common.
pub const LISTED_IN_FULL: usize = 3;

/// With more items than that, lines have no links: some webmail cuts a page at 100 kB.
pub const LINKED: usize = 40;

/// [`StaffMailFacts`], sorted, grouped, bounded and counted.
#[derive(Serialize)]
pub(super) struct StaffView<'a> {
    sender: &'a Sender,
    recipient: &'a str,
    mailbox: &'a str,
    today: NaiveDate,
    #[serde(flatten)]
    counts: Counts,
    /// The most urgent one, which the subject names when it is the only one.
    first: Option<ItemView<'a>>,
    /// What the reader has.
    parts: Vec<PartView<'a>>,
    /// What others have, by the one who has it.
    teams: Vec<Team<'a>>,
    awares: Vec<ItemView<'a>>,
    #[serde(flatten)]
    unwatched: UnwatchedView<'a>,
    /// Addresses of the mailboxes, ascending.
    mailboxes: BTreeSet<&'a str>,
    /// Some item shows its sender or subject.
    shown: bool,
    away: &'a [AwayFor],
}

/// How many there are.
#[derive(Serialize)]
struct Counts {
    /// Of all items.
    total: usize,
    late: usize,
    due_today: usize,
    /// Of each part that the subject counts.
    answer: usize,
    new: usize,
    post: usize,
    confirm: usize,
    trashed: usize,
    no_question: usize,
    team: usize,
    aware: usize,
    /// Items that are only counted, and how many of them are late.
    rest: usize,
    rest_late: usize,
}

/// The messages that have no clock.
#[derive(Serialize)]
struct UnwatchedView<'a> {
    junk: &'a [JunkFolder],
    /// Mails in junk folders that are shown.
    junk_total: usize,
    unnamed: usize,
    /// Of colleagues.
    internal: Vec<ExcludedItemView<'a>>,
    unwatched: Vec<ExcludedItemView<'a>>,
    unwatched_rest: usize,
    known: Option<usize>,
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
    /// Explanations given once for all lines that need them: kinds of matters, in the order of the
    /// lines.
    advised: Vec<&'static str>,
    /// For whom the reader stands in with all of them.
    absent: Option<&'a str>,
    /// Letters whose file does not hang on the mail.
    refused: Vec<&'a str>,
}

/// Items that share one outcome if they are left alone.
#[derive(Serialize)]
struct Group<'a> {
    fate: Fate<'a>,
    /// Why no notice leaves for any of them, where that is the same for all.
    why: Option<HeldWhy>,
    /// Who above was told of all of them, where each has one line.
    climbed: Option<&'a str>,
    items: Vec<ItemView<'a>>,
}

/// What the handler of several items knows, where that is the same for all.
#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Alike {
    Told,
    NotTold,
    HandlerAbsent,
    NoHandler,
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
    alike: Option<Alike>,
    /// When the handler was last told of one.
    told_last: Option<Local>,
    items: Vec<ItemView<'a>>,
}

/// The reader's own parts, in the order of the mail.
const MINE: [Part; 6] = [
    Part::Answer,
    Part::New,
    Part::Post,
    Part::Confirm,
    Part::Trashed,
    Part::NoQuestion,
];

/// The items of a mail, the most urgent first.
struct Sorted<'a> {
    facts: &'a StaffMailFacts,
    language: Language,
    items: Vec<&'a StaffItem>,
}

impl<'a> Sorted<'a> {
    fn of(&self, part: Part) -> impl Iterator<Item = &'a StaffItem> {
        let today = self.facts.today;
        let items = self.items.iter().copied();
        items.filter(move |item| item.part(today) == part)
    }

    fn count(&self, part: Part) -> usize {
        self.of(part).count()
    }

    /// Those that are shown, and those that are only counted.
    fn split(&self) -> (&[&'a StaffItem], &[&'a StaffItem]) {
        self.items.split_at(self.items.len().min(MAX_ITEMS))
    }

    fn late(&self, items: &[&'a StaffItem]) -> usize {
        let today = self.facts.today;
        items.iter().filter(|item| item.is_late(today)).count()
    }

    fn due_today(&self) -> usize {
        let today = self.facts.today;
        let due = |item: &&&StaffItem| item.deadline() == today && !item.is_no_question();
        self.items.iter().filter(due).count()
    }

    fn view(&self, item: &'a StaffItem) -> ItemView<'a> {
        ItemView::new(item, self.facts, self.language)
    }

    fn shown(&self, part: Part) -> Vec<ItemView<'a>> {
        let shown = self.split().0.iter();
        let theirs = shown.filter(|item| item.part(self.facts.today) == part);
        theirs.map(|item| self.view(item)).collect()
    }

    /// The reader's own; the more there are, the shorter each.
    fn parts(&self) -> Vec<PartView<'a>> {
        let of_reader: usize = MINE.into_iter().map(|part| self.count(part)).sum();
        let view = |part: Part| {
            let mut items = self.shown(part);
            if of_reader > LINKED {
                for item in &mut items {
                    item.links.clear();
                }
            }
            let compact = of_reader > LISTED_IN_FULL || is_brief(part, of_reader);
            PartView::new(part, (self.count(part), compact), items, self.facts.today)
        };
        let parts = MINE.into_iter().map(view);
        parts.filter(|part| part.total > 0).collect()
    }

    fn teams(&self) -> Vec<Team<'a>> {
        let all: Vec<&StaffItem> = self.of(Part::Team).collect();
        teams(&all, self.shown(Part::Team), self.facts.today)
    }
}

/// The unwatched ones that are shown, the newest first.
fn excluded(facts: &StaffMailFacts) -> Vec<&ExcludedItem> {
    let mut excluded: Vec<&ExcludedItem> = facts.unwatched.items.iter().collect();
    excluded.sort_by(|a, b| (b.received, &a.reference).cmp(&(a.received, &b.reference)));
    excluded.truncate(MAX_ITEMS);
    excluded
}

/// Whether a mail shows the sender or subject of anything in it.
fn is_any_shown(items: &[&StaffItem], excluded: &[&ExcludedItem]) -> bool {
    let items = items.iter().map(|item| &item.shown);
    let mut all = items.chain(excluded.iter().map(|item| &item.shown));
    all.any(|shown| !shown.is_nothing())
}

impl<'a> StaffView<'a> {
    pub(super) fn new(facts: &'a StaffMailFacts, language: Language) -> Self {
        let sorted = Sorted {
            facts,
            language,
            items: facts.most_urgent(),
        };
        let items = &sorted.items;
        let excluded = excluded(facts);
        Self {
            sender: &facts.sender,
            recipient: &facts.recipient,
            mailbox: &facts.mailbox,
            today: facts.today,
            counts: Counts::of(&sorted),
            first: items.first().map(|item| sorted.view(item)),
            parts: sorted.parts(),
            teams: sorted.teams(),
            awares: newest_first(sorted.shown(Part::Aware)),
            mailboxes: mailboxes(items, &facts.unwatched.items),
            shown: is_any_shown(items, &excluded),
            unwatched: UnwatchedView::new(facts, language, &excluded),
            away: &facts.away,
        }
    }
}

impl Counts {
    fn of(sorted: &Sorted<'_>) -> Self {
        let (items, rest) = (&sorted.items, sorted.split().1);
        Self {
            total: items.len(),
            late: sorted.late(items),
            due_today: sorted.due_today(),
            answer: sorted.count(Part::Answer),
            new: sorted.count(Part::New),
            post: sorted.count(Part::Post),
            confirm: sorted.count(Part::Confirm),
            trashed: sorted.count(Part::Trashed),
            no_question: sorted.count(Part::NoQuestion),
            team: sorted.count(Part::Team),
            aware: sorted.count(Part::Aware),
            rest: rest.len(),
            rest_late: sorted.late(rest),
        }
    }
}

impl<'a> UnwatchedView<'a> {
    /// `shown` are the messages that are listed.
    fn new(facts: &'a StaffMailFacts, language: Language, shown: &[&'a ExcludedItem]) -> Self {
        let unwatched = &facts.unwatched;
        let view = |item: &&'a ExcludedItem| ExcludedItemView::new(item, facts, language);
        let (internal, foreign): (Vec<_>, Vec<_>) =
            shown.iter().partition(|item| item.is_internal());
        Self {
            junk: &unwatched.junk,
            junk_total: unwatched.junk.iter().map(|folder| folder.refs.len()).sum(),
            unnamed: unwatched.unnamed,
            internal: internal.iter().map(view).collect(),
            unwatched: foreign.iter().map(view).collect(),
            unwatched_rest: unwatched.items.len() - shown.len(),
            known: unwatched.known.filter(|known| *known > 0),
        }
    }
}

/// Whether each has one line: what needs nothing does, beside what does.
fn is_brief(part: Part, of_reader: usize) -> bool {
    match part {
        Part::Post => true,
        Part::Trashed | Part::NoQuestion => of_reader > 1,
        _ => false,
    }
}

fn mailboxes<'a>(items: &[&'a StaffItem], unwatched: &'a [ExcludedItem]) -> BTreeSet<&'a str> {
    let unwatched = unwatched.iter().map(|item| item.mailbox.as_str());
    let items = items.iter().map(|item| item.mailbox.as_str());
    items.chain(unwatched).collect()
}

/// Those of each handler together, the newest first; the one with the most late ones comes first.
fn teams<'a>(all: &[&'a StaffItem], shown: Vec<ItemView<'a>>, today: NaiveDate) -> Vec<Team<'a>> {
    let mut teams: Vec<Team<'a>> = Vec::new();
    for item in newest_first(shown) {
        let handler = item.item.holder.handler.as_deref();
        match teams.iter_mut().find(|team| team.handler == handler) {
            Some(team) => team.items.push(item),
            None => teams.push(Team {
                items: vec![item],
                ..Team::of(handler, all, today)
            }),
        }
    }
    teams.sort_by_key(|team| (team.handler.is_some(), std::cmp::Reverse(team.late)));
    teams
}

impl<'a> Team<'a> {
    /// Counts all of a handler's items; none is listed yet.
    fn of(handler: Option<&'a str>, all: &[&'a StaffItem], today: NaiveDate) -> Self {
        let theirs = all.iter().copied();
        let theirs: Vec<&StaffItem> = theirs
            .filter(|item| item.holder.handler.as_deref() == handler)
            .collect();
        let count = |is: &dyn Fn(&StaffItem) -> bool| theirs.iter().filter(|item| is(item)).count();
        let oldest = theirs.iter().map(|item| item.late).max();
        Self {
            handler,
            total: theirs.len(),
            late: count(&|item| item.is_late(today)),
            oldest: oldest.unwrap_or_default(),
            noticed: count(&|item| item.notice.noticed.is_some()),
            alike: alike(&theirs),
            told_last: theirs.iter().filter_map(|item| item.holder.told_at).max(),
            items: Vec::new(),
        }
    }
}

fn alike(items: &[&StaffItem]) -> Option<Alike> {
    let mut all = items.iter().map(|item| match item.escalated() {
        Some(EscalationWhy::HandlerAbsent) => Alike::HandlerAbsent,
        Some(EscalationWhy::NoHandler) => Alike::NoHandler,
        _ if item.holder.told_at.is_some() => Alike::Told,
        _ => Alike::NotTold,
    });
    let first = all.next()?;
    all.all(|other| other == first).then_some(first)
}

fn newest_first(mut items: Vec<ItemView<'_>>) -> Vec<ItemView<'_>> {
    items.sort_by(|a, b| (b.deadline, &a.item.reference).cmp(&(a.deadline, &b.item.reference)));
    items
}

impl<'a> PartView<'a> {
    fn new(
        part: Part,
        (total, compact): (usize, bool),
        items: Vec<ItemView<'a>>,
        today: NaiveDate,
    ) -> Self {
        let mut groups: Vec<Group<'a>> = Vec::new();
        let absent = absent_in_all(&items).filter(|_| compact);
        let (mut urgent, mut refused, mut advised) = (true, Vec::new(), Vec::new());
        for item in items {
            let post = item.item.post.as_ref();
            let without = post.filter(|post| post.pdf.is_none());
            refused.extend(without.map(|post| post.reference.as_str()));
            urgent &= item.deadline <= today;
            for kind in item.item.matters.iter().filter_map(advice) {
                if compact && !advised.contains(&kind) {
                    advised.push(kind);
                }
            }
            let fate = item.fate(part);
            let climbed = item.climbed.filter(|_| compact);
            put(&mut groups, fate, climbed, item);
        }
        Self {
            part,
            total,
            compact,
            urgent,
            groups,
            advised,
            absent,
            refused,
        }
    }
}

/// Puts an item to those that share its fate.
fn put<'a>(
    groups: &mut Vec<Group<'a>>,
    fate: Fate<'a>,
    climbed: Option<&'a str>,
    item: ItemView<'a>,
) {
    let mut known = groups.iter_mut();
    match known.find(|group| group.fate == fate && group.climbed == climbed) {
        Some(group) => {
            group.why = group.why.filter(|why| item.held == Some(*why));
            group.items.push(item);
        }
        None => groups.push(Group {
            fate,
            why: item.held,
            climbed,
            items: vec![item],
        }),
    }
}

/// For whom the reader stands in with every item.
fn absent_in_all<'a>(items: &[ItemView<'a>]) -> Option<&'a str> {
    let absent = |item: &ItemView<'a>| item.item.holder.absent.as_deref();
    let first = items.first().and_then(absent);
    first.filter(|_| items.iter().all(|item| absent(item) == first))
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
