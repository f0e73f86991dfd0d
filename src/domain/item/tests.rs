//! Items for the tests of the domain, a question as any other; and what becomes of one that was read
//! before what it points at.

use super::*;
use crate::domain::calendar::tests::sweden;
use crate::domain::event::{Arrival, EvidenceKind, Failure, Logged, SYSTEM};
use crate::domain::pledge::Span;

mod transitions;

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

fn after(item: &Item, fact: Fact) -> Item {
    let mut item = item.clone();
    let event = Event {
        at: item.since,
        by: SYSTEM.to_owned(),
        fact,
    };
    item.apply(&event).expect("it can follow");
    item
}

fn question() -> Item {
    let at = "2026-11-19T08:00:00Z".parse().expect("a time");
    let day = NaiveDate::from_ymd_opt(2026, 11, 19).expect("a day");
    born(ItemId::new(2026, 2), at, logged(at, open(day, "anna")))
}

#[test]
fn what_is_tied_later_keeps_what_the_conversation_does_not_say() {
    let tied = |language, covered_by| Fact::Tied {
        conversation: ItemId::new(2026, 9).0,
        language,
        covered_by,
    };
    let english = after(
        &question(),
        tied(Some(Tongue::ENGLISH), Some(ItemId::new(2026, 8).0)),
    );
    assert_eq!(english.conversation, ItemId::new(2026, 9));
    assert_eq!(english.language, Some(Tongue::ENGLISH));
    assert_eq!(english.covered_by, Some(ItemId::new(2026, 8)));
    assert_eq!(after(&english, tied(None, None)), english);
    assert_eq!(english.state, State::Open);
}

#[test]
fn an_answer_that_settled_thanks_stays_when_they_turn_out_to_be_thanks() {
    let evidence = Evidence::without_mail(EvidenceKind::Sent, None);
    let answer = Fact::Answered {
        at: "2026-11-19T09:00:00Z".parse().expect("a time"),
        answered_by: None,
        evidence,
    };
    let thanks = Fact::Presumed {
        why: Presumed::Thanks,
    };
    let read_first = after(&after(&question(), answer.clone()), thanks.clone());
    assert_eq!(
        read_first,
        after(&after(&question(), thanks), answer),
        "whichever is read first"
    );
    assert_eq!(read_first.state, State::NoQuestion);
    assert!(read_first.settled.is_some() && !read_first.has_clock());
}

#[test]
fn a_message_that_lies_in_a_folder_is_neither_gone_nor_in_the_trash() {
    let lost = after(&question(), Fact::Gone);
    let flag = Flag::Trashed;
    let thrown_away = after(&lost, Fact::Flagged { flag });
    assert_eq!(thrown_away.trashed_at, Some(thrown_away.since));
    assert_eq!(thrown_away.flags, BTreeSet::from([Flag::Gone, flag]));
    let folder = "INBOX/Buss".to_owned();
    let found = after(&thrown_away, Fact::Moved { folder });
    assert_eq!(found.folder, "INBOX/Buss");
    assert_eq!((found.trashed_at, found.flags), (None, BTreeSet::new()));
}

#[test]
fn a_notice_that_a_person_held_is_let_go_by_a_person() {
    let held = after(&question(), Fact::NoticeBarred { note: None });
    assert!(held.no_notice && held.freed.is_none());
    let freed = after(&held, Fact::NoticeFreed { elsewhere: false });
    assert!(!freed.no_notice && freed.freed == Some(held.since));
}

#[test]
fn a_word_about_the_notice_that_is_taken_back_leaves_it_as_it_was() {
    let held = after(&question(), Fact::NoticeBarred { note: None });
    let let_go = after(&held, Fact::NoticeFreed { elsewhere: false });
    for (barred, freed) in [(true, false), (false, true), (false, false)] {
        for item in [&held, &let_go] {
            let back = after(item, Fact::NoticeReset { barred, freed });
            let found = (back.no_notice, back.freed.is_some());
            assert_eq!(found, (barred, freed));
        }
    }
}

#[test]
fn a_notice_was_withheld_when_it_was_queued_in_shadow() {
    let mut item = question();
    let to = || vec!["citizen".to_owned()];
    for (done, expected) in [
        (Done::queued(item.since, to()), None),
        (Done::withheld(item.since, to()), Some(item.since)),
    ] {
        item.done.insert(Effect::Notice, done);
        assert_eq!(item.notice_withheld_at(), expected);
    }
}

#[test]
fn a_notice_that_came_back_is_there_again_when_another_address_is_taken_back() {
    let effect = Effect::Notice;
    let mut item = question();
    let done = Done::queued(item.since, vec!["citizen".to_owned()]);
    item.done.insert(effect, done);
    let came_back = Fact::Failed {
        effect,
        failure: Failure::Bounced,
        why: None,
    };
    let lost = after(&item, came_back);
    let elsewhere = after(&lost, Fact::NoticeFreed { elsewhere: true });
    assert!(!elsewhere.done.contains_key(&effect));
    let (barred, freed) = (false, false);
    let back = after(&elsewhere, Fact::NoticeReset { barred, freed });
    assert!(back.done.contains_key(&effect) && back.is_notice_lost());
}

#[test]
fn a_mail_is_early_until_the_due_date_ends() {
    let closes = question().due.expect("a date").closes;
    let second = chrono::Duration::seconds(1);
    for (at, early) in [
        (closes - second, true),
        (closes, false),
        (closes + second, false),
    ] {
        let mut item = question();
        let event = Event {
            at,
            by: SYSTEM.to_owned(),
            fact: Fact::Queued {
                effect: Effect::Reminder,
                to: vec!["anna".to_owned()],
                promise: None,
                names: None,
                as_function: false,
            },
        };
        item.apply(&event).expect("it can follow");
        assert_eq!(item.done[&Effect::Reminder].early, early, "{at}");
    }
}
