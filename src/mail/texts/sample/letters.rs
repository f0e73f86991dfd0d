//! A scan of several letters: the question to its handler, and the results of the answer.

use super::staff::{item, letter};
use super::{Facts, MAILBOX, Sample, confirmations, day};
use crate::domain::board::StaffMail;
use crate::domain::command::Unclear;
use crate::domain::effect::Kind;
use crate::mail::texts::confirmation::{Change, Deed, Refused, Why};
use crate::mail::texts::facts::{Matter, Sender, StaffMailFacts, Unwatched};

pub(super) fn samples(sender: &Sender, policy: StaffMail) -> Vec<Sample> {
    let change = |deed: Deed, undoable| Change {
        reference: other(42),
        deed,
        due: Some(day(11, 26)),
        late: false,
        undoable,
    };
    let split = Deed::Split {
        others: vec![other(50), other(51)],
    };
    let confirmed =
        |name, changes, refusals| confirmations::mail(sender, name, (changes, refusals), 42..43);
    vec![
        asked(sender, policy),
        confirmed("confirmation-split", vec![change(split, true)], Vec::new()),
        confirmed(
            "confirmation-joined",
            vec![change(Deed::Joined, false)],
            Vec::new(),
        ),
        confirmed("confirmation-not-split", Vec::new(), refused()),
    ]
}

fn other(number: u32) -> String {
    format!("SL-2026-{number:05}")
}

fn refused() -> Vec<Refused> {
    let refused = [
        (None, Why::Unclear(Unclear::LetterCount)),
        (Some(43), Why::NotAScan),
        (Some(50), Why::IsPart { of: other(42) }),
        (Some(42), Why::SplitAlready { count: 3 }),
        (Some(42), Why::PartTouched { part: other(50) }),
    ];
    let refused = refused.map(|(number, why)| Refused {
        reference: number.map(other),
        why,
    });
    refused.to_vec()
}

/// Two scans; one of them may be several letters.
fn asked(sender: &Sender, policy: StaffMail) -> Sample {
    let scan = |number| letter(item(policy, number, 19, 26, Matter::Reminder));
    let mut items = vec![scan(42), scan(43)];
    items[0].matters.push(Matter::Several);
    let facts = StaffMailFacts {
        sender: sender.clone(),
        recipient: "Anna Åberg".to_owned(),
        mailbox: MAILBOX.to_owned(),
        today: day(11, 25),
        items,
        unwatched: Unwatched::default(),
        away: Vec::new(),
    };
    Sample {
        name: "reminder-several",
        kind: Kind::Reminder,
        facts: Facts::Staff(facts),
    }
}
