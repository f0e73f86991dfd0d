//! What staff ask to see: their list, and an item's history.

use super::staff::{climbing, item, noticed, planned};
use super::{CITIZEN, Facts, MAILBOX, SUBJECT, Sample, at, day};
use crate::domain::board::StaffMail;
use crate::domain::effect::Kind;
use crate::mail::texts::confirmation::{ConfirmationFacts, Happened, History};
use crate::mail::texts::facts::{Matter, Sender, Shown, StaffItem, StaffMailFacts, Unwatched};

pub(super) fn samples(sender: &Sender, policy: StaffMail) -> Vec<Sample> {
    let list =
        |name, recipient: &str, items| answer(sender, name, recipient, (vec![], Some(items)));
    let base = item(policy, 42, 19, 23, Matter::Reminder);
    let forty = (1..=40).map(|n| StaffItem {
        reference: format!("SL-2026-{n:05}"),
        ..base.clone()
    });
    let forty = forty.chain(climbing(policy)).collect();
    let one = vec![history(policy, 42, false, 0)];
    let two = vec![history(policy, 42, false, 1), history(policy, 44, true, 14)];
    let both = (two, Some(vec![base]));
    vec![
        list("list", "Anna Åberg", mine(policy)),
        list("list-of-a-supervisor", "Bo Ek", climbing(policy)),
        list("list-of-forty", "Anna Åberg", forty),
        list("list-empty", "Anna Åberg", Vec::new()),
        answer(sender, "history", "Anna Åberg", (one, None)),
        answer(sender, "history-and-list", "Anna Åberg", both),
    ]
}

/// The mail with the histories and the list that its reader asked for.
fn answer(
    sender: &Sender,
    name: &'static str,
    recipient: &str,
    (histories, items): (Vec<History>, Option<Vec<StaffItem>>),
) -> Sample {
    let (recipient, today) = (recipient.to_owned(), day(11, 23));
    let list = items.map(|items| StaffMailFacts {
        sender: sender.clone(),
        recipient: recipient.clone(),
        mailbox: MAILBOX.to_owned(),
        today,
        items,
        unwatched: Unwatched::default(),
        away: Vec::new(),
    });
    let of_histories = histories.iter().map(|history| &history.reference);
    let of_list = list.iter().flat_map(StaffMailFacts::most_urgent);
    let of_list = of_list.map(|item| &item.reference);
    let items = of_list.chain(of_histories).cloned().collect();
    Sample {
        name,
        kind: Kind::Confirmation,
        facts: Facts::Confirmation(ConfirmationFacts {
            sender: sender.clone(),
            recipient,
            today,
            changes: Vec::new(),
            refusals: Vec::new(),
            presences: Vec::new(),
            histories,
            list,
            items,
            rest: 0,
        }),
    }
}

/// An item in each state that a list tells apart.
fn mine(policy: StaffMail) -> Vec<StaffItem> {
    let mut to_post = item(policy, 44, 16, 24, Matter::Reminder);
    to_post.pledge.letter = true;
    to_post.notice.to_post = Some(day(11, 20));
    vec![
        StaffItem {
            late: 2,
            ..item(policy, 39, 17, 19, Matter::Reminder)
        },
        planned(item(policy, 42, 19, 23, Matter::Reminder)),
        StaffItem {
            covered_by: Some("SL-2026-00042".to_owned()),
            ..item(policy, 43, 20, 24, Matter::Reminder)
        },
        to_post,
        noticed(
            at(20, 13, 0),
            day(12, 4),
            item(policy, 38, 18, 20, Matter::Reminder),
        ),
        item(policy, 45, 20, 24, Matter::Confirm { sent: None }),
    ]
}

fn history(policy: StaffMail, number: u32, letter: bool, earlier: usize) -> History {
    let happened = |day, hour, minute, what: &str| Happened {
        at: at(day, hour, minute),
        what: what.to_owned(),
    };
    History {
        reference: format!("SL-2026-{number:05}"),
        standing: "i dag".to_owned(),
        letter,
        received: at(19, 9, 12),
        handler: (!letter).then(|| "Anna Åberg".to_owned()),
        shown: Shown::new(policy.handler, SUBJECT, CITIZEN),
        happened: vec![
            happened(
                19,
                9,
                15,
                "Kom in torsdag 19 november 2026 kl. 09.12 (serverns tid): mejl i Inkorgen.",
            ),
            happened(
                20,
                14,
                2,
                "Anteckning: ringde, inget svar (av: Anna Åberg (registrator))",
            ),
            happened(
                23,
                8,
                0,
                "Påminnelsen lades i kö till Anna Åberg (registrator).",
            ),
        ],
        earlier,
    }
}
