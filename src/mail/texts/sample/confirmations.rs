//! Confirmations with every change and every refusal.

mod changes;
mod refusals;

use super::{Facts, Sample, day};
use crate::domain::effect::Kind;
use crate::domain::item::State;
use crate::mail::texts::confirmation::{Change, ConfirmationFacts, Deed, Presence, Refused, Why};
use crate::mail::texts::facts::Sender;
use chrono::NaiveDate;
use refusals::refused;
use std::ops::Range;

/// What a reply of staff may come to: one change, several, some of them refused, nothing at all.
pub(super) fn samples(sender: &Sender) -> Vec<Sample> {
    let many = changes::all();
    let mut samples = of_one_change(sender, &many);
    samples.extend(of_people(sender));
    let closed = refused(
        Some(60),
        Why::WrongState {
            state: State::Closed,
        },
    );
    samples.push(mail(
        sender,
        "confirmation-several",
        (many, vec![closed]),
        43..61,
    ));
    samples.extend(of_refusals(sender));
    samples
}

pub(super) fn mail(
    sender: &Sender,
    name: &'static str,
    (changes, refusals): (Vec<Change>, Vec<Refused>),
    numbers: Range<u32>,
) -> Sample {
    let facts = ConfirmationFacts {
        sender: sender.clone(),
        recipient: "Anna Åberg".to_owned(),
        today: day(11, 23),
        changes,
        refusals,
        items: numbers.map(|n| format!("SL-2026-{n:05}")).collect(),
        rest: 0,
        presences: Vec::new(),
        histories: Vec::new(),
        list: None,
    };
    Sample {
        name,
        kind: Kind::Confirmation,
        facts: Facts::Confirmation(facts),
    }
}

/// Whether a deed is of a kind.
type Is = fn(&Deed) -> bool;

/// Kinds of changes that have a subject of their own, and the number of their item.
const OF_THEIR_OWN: [(&str, Is, u32); 6] = [
    (
        "confirmation-promised",
        |deed| matches!(deed, Deed::Promised { .. }),
        58,
    ),
    (
        "confirmation-returned",
        |deed| matches!(deed, Deed::Returned { .. }),
        81,
    ),
    (
        "confirmation-freed",
        |deed| matches!(deed, Deed::Freed { .. }),
        71,
    ),
    ("confirmation-records", |deed| *deed == Deed::Records, 78),
    (
        "confirmation-urged",
        |deed| matches!(deed, Deed::Urged { .. }),
        67,
    ),
    (
        "confirmation-remarked",
        |deed| matches!(deed, Deed::Remarked { .. }),
        70,
    ),
];

/// The first of the changes that is of each kind which has a subject of its own.
fn of_one_change(sender: &Sender, many: &[Change]) -> Vec<Sample> {
    let one = |name, change: Option<Change>, number: u32| {
        let changes = change.into_iter().collect();
        mail(sender, name, (changes, Vec::new()), number..number + 1)
    };
    let mut samples = vec![one("confirmation", Some(changes::by_phone()), 42)];
    samples.extend(OF_THEIR_OWN.map(|(name, is, number)| {
        let first = many.iter().find(|change| is(&change.deed));
        one(name, first.cloned(), number)
    }));
    samples
}

fn absent(name: &str, from: Option<NaiveDate>, until: Option<NaiveDate>) -> Presence {
    Presence {
        name: name.to_owned(),
        me: name == "Anna Åberg",
        back: false,
        undone: false,
        from,
        until,
        stands_in: None,
        above: None,
    }
}

fn back(name: &str) -> Presence {
    Presence {
        back: true,
        ..absent(name, None, None)
    }
}

/// Who is away, and who is back.
fn of_people(sender: &Sender) -> Vec<Sample> {
    let away = Presence {
        stands_in: Some("Bo Ek".to_owned()),
        ..absent("Anna Åberg", None, Some(day(11, 27)))
    };
    let without_end = Presence {
        above: Some("Cecilia Öberg".to_owned()),
        ..absent("Anna Åberg", Some(day(12, 21)), None)
    };
    let others = vec![
        without_end,
        absent("Bo Ek", Some(day(12, 1)), Some(day(12, 4))),
        back("Bo Ek"),
        Presence {
            undone: true,
            ..back("Anna Åberg")
        },
    ];
    let told = |name, presences: Vec<Presence>| {
        let mut sample = mail(sender, name, (Vec::new(), Vec::new()), 42..43);
        if let Facts::Confirmation(facts) = &mut sample.facts {
            facts.presences = presences;
        }
        sample
    };
    vec![
        told("confirmation-away", vec![away]),
        told("confirmation-back", vec![back("Anna Åberg")]),
        told("confirmation-people", others),
    ]
}

/// Nothing was done.
fn of_refusals(sender: &Sender) -> Vec<Sample> {
    let nothing = |name, refusals: Vec<Refused>, numbers: Range<u32>| {
        mail(sender, name, (Vec::new(), refusals), numbers)
    };
    let one = |why| vec![refused(None, why)];
    let all = one(Why::AllMeant { count: 12 });
    vec![
        nothing("confirmation-which", one(Why::SeveralItems), 42..45),
        nothing("confirmation-all", all, 42..54),
        nothing("confirmation-no-right", one(Why::NoRight), 42..43),
        nothing("confirmation-refused", refusals::all(), 42..43),
        nothing("confirmation-words", Vec::new(), 42..43),
    ]
}
