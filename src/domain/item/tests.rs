//! Items for the tests of the domain: a question as any other.

use super::*;
use crate::domain::calendar::tests::sweden;
use crate::domain::event::{Arrival, Logged, SYSTEM};
use crate::domain::pledge::Span;

/// The standing of a question of that day: two working days under `email`.
pub(crate) fn open(day: NaiveDate, handler: &str) -> Standing {
    Standing::Open {
        pledge: "email".to_owned(),
        due: Box::new(Due::reckon(day, Span::WorkingDays(2), &sweden())),
        may_notify: true,
        handler: Some(handler.to_owned()),
        assigned_by: None,
        leader: None,
        covered_by: None,
    }
}

/// The first fact of an item of the first conversation.
pub(crate) fn logged(received_at: DateTime<Utc>, standing: Standing) -> Logged {
    Logged {
        mailbox: "kf".to_owned(),
        folder: "INBOX".to_owned(),
        class: Class::Correspondence,
        reasons: Vec::new(),
        received_at,
        arrival: Arrival::Internaldate,
        conversation: ItemId::new(2026, 1).0,
        standing,
        flags: Vec::new(),
        language: None,
        trust: None,
        asked_at: None,
        part_of: None,
    }
}

pub(crate) fn born(id: ItemId, at: DateTime<Utc>, logged: Logged) -> Item {
    let event = Event {
        at,
        by: SYSTEM.to_owned(),
        fact: Fact::Logged(Box::new(logged)),
    };
    Item::born(id, &event).expect("a logged item")
}
