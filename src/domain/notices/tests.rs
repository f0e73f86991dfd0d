//! Whom a notice speaks for, one condition at a time, and the order under a limit.

use super::*;
use crate::domain::event::{Event, Fact, Standing};
use crate::domain::item::tests::{born, logged, open};
use crate::domain::item::{ItemId, State};
use chrono::{DateTime, NaiveDate};

struct Case {
    item: Item,
    address: &'static str,
    text: NoticeText,
    cores: Vec<String>,
    falls_due: bool,
}

impl Case {
    /// A question as any other, with these differences: `due`, `core`, `covered` …
    fn new(number: i64, words: &str) -> Self {
        let at = DateTime::from_timestamp(1_795_000_000, 0).expect("a time");
        let day = NaiveDate::from_ymd_opt(2026, 11, 19).expect("a date");
        let conversation = if words.contains("conversation") {
            1
        } else {
            number
        };
        let mut standing = open(day, "h");
        if let Standing::Open {
            pledge,
            may_notify,
            covered_by,
            ..
        } = &mut standing
        {
            if words.contains("pledge") {
                "callback".clone_into(pledge);
            }
            *may_notify = !words.contains("held");
            *covered_by = words.contains("covered").then_some(ItemId::new(2026, 1).0);
        }
        let mut logged = logged(at, standing);
        logged.conversation = ItemId::new(2026, conversation).0;
        if words.contains("mailbox") {
            "tf".clone_into(&mut logged.mailbox);
        }
        logged.language = words
            .contains("finnish")
            .then(|| "fi".parse().expect("a language"));
        let event = |fact| Event {
            at,
            by: "system".to_owned(),
            fact,
        };
        let mut item = born(ItemId::new(2026, number), at, logged);
        if words.contains("noticed") {
            let to = vec!["citizen".to_owned()];
            let queued = Fact::Queued {
                effect: Effect::Notice,
                to,
                promise: None,
                names: None,
                as_function: false,
            };
            item.apply(&event(queued)).expect("it can be queued");
        }
        if words.contains("excluded") {
            item.state = State::Excluded;
        }
        Self {
            item,
            address: if words.contains("bo") {
                "bo@example.net"
            } else {
                "kim@example.net"
            },
            text: if words.contains("decision") {
                NoticeText::Decision
            } else {
                NoticeText::Usual
            },
            cores: vec![
                if words.contains("core") {
                    "annat"
                } else {
                    "gatlampa"
                }
                .to_owned(),
            ],
            falls_due: words.contains("due"),
        }
    }

    fn question(&self) -> Question<'_> {
        let Self {
            item,
            address,
            text,
            cores,
            falls_due,
        } = self;
        Question {
            item,
            address,
            text: *text,
            cores,
            falls_due: *falls_due,
        }
    }
}

#[test]
fn a_notice_speaks_for_what_falls_due_and_for_its_own_matter() {
    for (first, other, expected) in [
        ("due", "due", true),
        ("due", "due, core", true),
        ("due", "due, pledge", true),
        ("due", "", false),
        ("due", "conversation", true),
        ("due", "conversation, core", false),
        ("due", "conversation, pledge", false),
        // Another mail than this one.
        ("due", "due, bo", false),
        ("due", "due, mailbox", false),
        ("due", "due, finnish", false),
        ("due, finnish", "due, finnish", true),
        ("due", "due, decision", false),
        ("due, decision", "due, decision", false),
        // No notice for these.
        ("due", "due, held", false),
        ("due", "due, covered", false),
        ("due", "due, noticed", false),
        ("due", "due, excluded", false),
    ] {
        let (one, two) = (Case::new(1, first), Case::new(2, other));
        assert_eq!(
            one.question().speaks_for(&two.question()),
            expected,
            "{first} / {other}"
        );
        assert!(
            !one.question().speaks_for(&one.question()),
            "never for itself: {first}"
        );
    }
}

#[test]
fn what_is_in_time_leaves_first_and_in_turns_over_the_domains() {
    let check = |waiting: &[(&str, &'static str)], expected: &[usize]| {
        let waiting: Vec<Waiting> = waiting
            .iter()
            .map(|(words, address)| Waiting {
                moves: *words == "moves",
                late: *words == "late",
                address,
            })
            .collect();
        assert_eq!(in_turns(&waiting), expected, "{waiting:?}");
    };
    check(&[], &[]);
    check(
        &[
            ("late", "a@x.se"),
            ("", "b@x.se"),
            ("moves", "c@x.se"),
            ("", "d@x.se"),
        ],
        &[1, 3, 0, 2],
    );
    // One domain has written most: each of the others has its turn before that one's second.
    let many = [
        ("", "a@x.se"),
        ("", "b@x.se"),
        ("", "c@x.se"),
        ("", "d@y.se"),
        ("", "e@z.se"),
        ("", "f@y.se"),
    ];
    check(&many, &[0, 3, 4, 1, 5, 2]);
}
