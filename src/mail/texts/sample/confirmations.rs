//! Confirmations with every change and every refusal.

mod changes;
mod refusals;

use super::{Facts, Sample, day};
use crate::domain::item::State;
use crate::domain::kind::Kind;
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

fn mail(
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

/// The first of the changes that is of each kind which has a subject of its own.
fn of_one_change(sender: &Sender, many: &[Change]) -> Vec<Sample> {
    let first = |is: fn(&Deed) -> bool| {
        let change = many.iter().find(|change| is(&change.deed));
        change.cloned().into_iter().collect::<Vec<_>>()
    };
    let one = |name, changes: Vec<Change>, number: u32| {
        mail(sender, name, (changes, Vec::new()), number..number + 1)
    };
    let promised = first(|deed| matches!(deed, Deed::Promised { .. }));
    let returned = first(|deed| matches!(deed, Deed::Returned { .. }));
    let freed = first(|deed| matches!(deed, Deed::Freed { .. }));
    let records = first(|deed| *deed == Deed::Records);
    let urged = first(|deed| matches!(deed, Deed::Urged { .. }));
    let remarked = first(|deed| matches!(deed, Deed::Remarked { .. }));
    vec![
        one("confirmation", vec![changes::by_phone()], 42),
        one("confirmation-promised", promised, 58),
        one("confirmation-returned", returned, 81),
        one("confirmation-freed", freed, 71),
        one("confirmation-records", records, 78),
        one("confirmation-urged", urged, 67),
        one("confirmation-remarked", remarked, 70),
    ]
}

/// Who is away, and who is back.
fn of_people(sender: &Sender) -> Vec<Sample> {
    let absent = |name: &str, from: Option<NaiveDate>, until: Option<NaiveDate>| Presence {
        name: name.to_owned(),
        me: name == "Anna Åberg",
        back: false,
        from,
        until,
        stands_in: None,
        above: None,
    };
    let back = |name: &str| Presence {
        back: true,
        ..absent(name, None, None)
    };
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
        back("Anna Åberg"),
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
