//! What orders do to an item, as a table: the item, the order, the facts or the refusal.

use super::*;
use crate::domain::board::tests::{board, member, pledge};
use crate::domain::calendar::tests::{date, sweden, time};
use crate::domain::event::{EvidenceKind, Failure};
use crate::domain::item::tests::{born, logged, open};
use crate::domain::item::{Done, ItemId};
use crate::domain::kept::MessageRow;
use crate::domain::pledge::{Pledge, Span};
use crate::domain::record::Settled;
use std::sync::Arc;

mod notices;

fn at(text: &str) -> DateTime<Utc> {
    let (day, hour) = text.split_once(' ').expect("a day and an hour");
    sweden().instant(date(&format!("2026-{day}")), time(hour))
}

/// An item of Thursday 19 November 2026, due on Monday.
pub(crate) fn item(state: State) -> Item {
    let logged = logged(at("11-19 09:12"), open(date("2026-11-19"), "h"));
    let mut item = born(ItemId::new(2026, 1), at("11-19 09:15"), logged);
    item.state = state;
    item
}

fn board_with(pledge: Pledge) -> Board {
    Board {
        known_pledges: Arc::new(vec![pledge]),
        ..board()
    }
}

fn closing(at: DateTime<Utc>, note: Option<&str>, self_reported: bool) -> Closing {
    let evidence = Evidence::without_mail(EvidenceKind::Cli, None);
    Closing {
        how: How::Phone,
        at,
        note: note.map(str::to_owned),
        evidence,
        self_reported,
    }
}

/// The names of the facts, or how the refusal begins.
#[track_caller]
fn check(facts: &Facts, expected: &str) {
    match facts {
        Ok(facts) => {
            let names: Vec<&str> = facts.iter().map(Fact::name).collect();
            assert_eq!(names.join(" "), expected);
        }
        Err(refusal) => assert!(
            refusal.to_string().contains(expected),
            "{refusal}: {expected}"
        ),
    }
}

#[test]
fn an_item_goes_to_who_is_there() {
    let give = |state, to: &str| assign(&board(), &item(state), to, AssignedBy::Cli);
    check(&give(State::Open, "d"), "assigned");
    check(&give(State::ProbablyAnswered, "d"), "assigned");
    check(&give(State::Closed, "d"), "reopen it first");
    check(&give(State::Open, "vem"), "no member of staff \"vem\"");
    check(&give(State::Open, "annan"), "choose one of b, d, h");
    let mut gone = board();
    let mut left = member("d", None, None);
    left.left = true;
    Arc::make_mut(&mut gone.staff)
        .members
        .insert("d".to_owned(), left);
    check(
        &assign(&gone, &item(State::Open), "d", AssignedBy::Cli),
        "d has left",
    );
}

#[test]
fn an_item_is_closed_once() {
    let now = at("11-20 10:00");
    let close = |item: &Item, closing| close(&board(), item, closing, now);
    for state in [
        State::Open,
        State::ProbablyAnswered,
        State::Answered,
        State::Excluded,
        State::History,
    ] {
        check(&close(&item(state), closing(now, None, false)), "closed");
    }
    check(
        &close(&item(State::Closed), closing(now, None, false)),
        "needs no closing",
    );
    check(
        &close(&item(State::Open), closing(at("11-20 10:01"), None, true)),
        "in the future",
    );
    check(
        &close(&item(State::Open), closing(at("11-19 09:00"), None, true)),
        "before the message arrived",
    );
    check(
        &close(&item(State::Open), closing(at("11-19 09:00"), None, false)),
        "closed",
    );
    check(
        &close(&item(State::Open), closing(at("11-19 09:12"), None, true)),
        "closed",
    );
}

#[test]
fn a_pledge_may_ask_for_a_note() {
    let now = at("11-20 10:00");
    let board = board_with(Pledge {
        kept_by: KeptBy::Note,
        ..pledge("email")
    });
    let close = |item: &Item, note| close(&board, item, closing(now, note, false), now);
    check(&close(&item(State::Open), None), "add --note");
    check(&close(&item(State::Open), Some("ringt")), "closed");
    let mut noteless = item(State::Closed);
    noteless.flags.insert(Flag::NoteMissing);
    check(&close(&noteless, Some("ringt")), "closed");
}

#[test]
fn only_the_decision_ends_a_matter_of_authority() {
    let now = at("11-20 10:00");
    let of = |how, kept_by, state| {
        let board = board_with(Pledge {
            kept_by,
            ..pledge("email")
        });
        close(
            &board,
            &item(state),
            Closing {
                how,
                ..closing(now, None, false)
            },
            now,
        )
    };
    for how in [
        How::Phone,
        How::Letter,
        How::Meeting,
        How::Digital,
        How::Answered,
    ] {
        check(&of(how, KeptBy::Decision, State::Open), "contacted");
        check(&of(how, KeptBy::Contact, State::Open), "closed");
        // An item that was set aside can still be closed as it was done.
        check(&of(how, KeptBy::Decision, State::Excluded), "closed");
    }
    check(&of(How::Decision, KeptBy::Decision, State::Open), "closed");
    check(
        &of(How::NoAnswerNeeded, KeptBy::Decision, State::Open),
        "closed",
    );
}

#[test]
fn only_what_is_open_is_promised_started_stamped_or_excluded() {
    let now = at("11-20 10:00");
    let letter = board_with(Pledge {
        letter: true,
        set_start: true,
        ..pledge("email")
    });
    for state in [
        State::Open,
        State::ProbablyAnswered,
        State::Answered,
        State::Closed,
        State::Excluded,
    ] {
        let item = item(state);
        let live = |yes: &'static str, no: &'static str| if state.is_live() { yes } else { no };
        check(
            &promise(&letter, &item, date("2026-12-01"), None, now),
            live("promised", "reopen it first"),
        );
        check(
            &start(&letter, &item, date("2026-11-17"), now),
            live("due_changed", "reopen it first"),
        );
        check(
            &stamp(&letter, &item, date("2026-11-18")),
            live("due_changed", "reopen it first"),
        );
        check(
            &exclude(&item, "reklam"),
            live("excluded", "only an open item"),
        );
        check(
            &reopen(&letter, &item),
            live("needs no opening", "reopened"),
        );
    }
}

#[test]
fn a_start_and_a_stamp_are_days_that_can_be() {
    let now = at("11-20 10:00");
    let letter = board_with(Pledge {
        letter: true,
        set_start: true,
        ..pledge("email")
    });
    let begin = |board: &Board, day: &str| start(board, &item(State::Open), date(day), now);
    check(&begin(&letter, "2026-11-20"), "due_changed");
    check(&begin(&letter, "2026-11-21"), "cannot be the start");
    check(&begin(&letter, "2025-11-18"), "due_changed");
    check(&begin(&letter, "2025-11-17"), "cannot be the start");
    check(&begin(&board(), "2026-11-18"), "runs from its arrival");
    let stamped = |board: &Board, day: &str| stamp(board, &item(State::Open), date(day));
    check(&stamped(&letter, "2026-11-19"), "due_changed");
    check(&stamped(&letter, "2026-11-20"), "after the scan");
    check(&stamped(&letter, "2026-01-19"), "too long before the scan");
    check(&stamped(&board(), "2026-11-18"), "is no letter");
}

#[test]
fn reopened_it_has_a_handler() {
    let mut closed = item(State::Closed);
    check(&reopen(&board(), &closed), "reopened");
    closed.handler = None;
    check(&reopen(&board(), &closed), "reopened assigned");
    check(
        &reopen(
            &Board {
                handler: None,
                ..board()
            },
            &closed,
        ),
        "reopened",
    );
}

#[test]
fn the_last_order_is_taken_back() {
    let live = item(State::Open);
    let back = |item: &Item, what| undo(&board(), item, what);
    let reopen = |before: &[Fact]| Undo::Reopen(before.to_vec());
    check(&back(&item(State::Closed), reopen(&[])), "reopened");
    let excluded = Fact::Excluded {
        reason: Reason::Person("reklam".to_owned()),
    };
    let again = back(&item(State::Closed), reopen(&[excluded]));
    check(&again, "reopened excluded");
    check(&back(&live, reopen(&[])), "needs no opening");
    check(
        &back(
            &live,
            Undo::HandBack {
                to: None,
                how: None,
            },
        ),
        "handed_back",
    );
    check(
        &back(&live, Undo::Arrival(date("2026-11-18"))),
        "due_changed",
    );
    check(
        &back(&live, Undo::Promise(date("2026-12-01"))),
        "unpromised",
    );
    let notice = |barred, freed| Undo::Notice { barred, freed };
    check(&back(&live, notice(false, false)), "notice_reset");
    let mut told = live.clone();
    told.done.insert(Effect::Notice, done(None));
    check(&back(&told, notice(false, false)), "left at");
    check(
        &back(&item(State::Closed), Undo::Promise(date("2026-12-01"))),
        "reopen it first",
    );
}

#[test]
fn what_is_probable_is_confirmed_or_denied() {
    let mut probable = item(State::ProbablyAnswered);
    let evidence = Evidence::without_mail(EvidenceKind::Sent, None);
    let settled = Settled {
        at: at("11-19 10:00"),
        by: Some("h".to_owned()),
        evidence: evidence.clone(),
        how: None,
    };
    probable.settled = Some(settled);
    let answered = Fact::Answered {
        at: at("11-19 10:00"),
        answered_by: Some("h".to_owned()),
        evidence,
    };
    let by_hand = || Evidence::without_mail(EvidenceKind::Cli, None);
    let confirm = |item: &Item| confirm(item, by_hand(), at("11-20 10:00"));
    let deny = |item: &Item| deny(&board(), item);
    assert_eq!(confirm(&probable), Ok(vec![answered]));
    check(&deny(&probable), "not_answered");
    let (at, how) = (at("11-20 10:00"), How::NoQuestion);
    let closed = Fact::Closed {
        at,
        how,
        note: None,
        evidence: by_hand(),
        self_reported: false,
    };
    assert_eq!(confirm(&item(State::NoQuestion)), Ok(vec![closed]));
    check(&deny(&item(State::NoQuestion)), "reopened");
    for state in [
        State::Open,
        State::Answered,
        State::Closed,
        State::Excluded,
        State::History,
    ] {
        check(&confirm(&item(state)), "only what is probably answered");
        check(&deny(&item(state)), "only what is probably answered");
    }
}

#[test]
fn what_was_filed_is_confirmed_at_its_own_time_or_opened() {
    let (filed_at, now) = (at("11-19 15:00"), at("11-20 10:00"));
    let filed = |kept_by| {
        let mut filed = item(State::Closed);
        filed.due.as_mut().expect("a due date").kept_by = kept_by;
        filed.settled = Some(Settled {
            at: filed_at,
            by: None,
            evidence: Evidence::without_mail(EvidenceKind::DoneFolder, None),
            how: Some(How::DoneFolder),
        });
        filed
    };
    let by_hand = || Evidence::without_mail(EvidenceKind::Cli, None);
    let closed = |at, how, self_reported| {
        let (note, evidence) = (None, by_hand());
        Ok(vec![Fact::Closed {
            at,
            how,
            note,
            evidence,
            self_reported,
        }])
    };
    let answer = filed(KeptBy::Answer);
    assert_eq!(
        confirm(&answer, by_hand(), now),
        closed(filed_at, How::Answered, false)
    );
    check(&deny(&board(), &answer), "reopened");
    check(&question(&board(), &answer), "reopened");
    let said = |self_reported| close(&board(), &answer, closing(now, None, self_reported), now);
    assert_eq!(said(false), closed(filed_at, How::Phone, false));
    assert_eq!(said(true), closed(now, How::Phone, true));
    // Only its decision ends it, and no word for an answer.
    check(
        &confirm(&filed(KeptBy::Decision), by_hand(), now),
        "only what is probably answered",
    );
}

#[test]
fn it_becomes_a_question_once() {
    let ask = |state| question(&board(), &item(state));
    check(&ask(State::Excluded), "reopened");
    check(&ask(State::History), "reopened");
    check(&ask(State::NoQuestion), "reopened");
    check(&ask(State::ProbablyAnswered), "not_answered");
    check(&ask(State::Open), "it is a question already");
    check(&ask(State::Answered), "reopen it");
    check(&ask(State::Closed), "reopen it");
}

#[test]
fn a_request_for_records_has_the_time_of_its_pledge() {
    let text = crate::domain::pledge::NoticeText::Records;
    let about_records = Pledge {
        text,
        time: Span::WorkingDays(0),
        handler: Some("d".to_owned()),
        ..pledge("records")
    };
    let board = Board {
        known_pledges: Arc::new(vec![about_records.clone(), pledge("email")]),
        pledges: vec![about_records],
        ..board()
    };
    let live = item(State::Open);
    check(&records(&self::board(), &live), "no pledge of the mailbox");
    check(&records(&board, &item(State::Closed)), "reopen it first");
    let facts = records(&board, &live);
    check(&facts, "repledged assigned");
    let Ok(
        [
            Fact::Repledged {
                pledge,
                old,
                due,
                back: false,
            },
            _,
        ],
    ) = facts.as_deref()
    else {
        panic!("{facts:?}")
    };
    assert_eq!(
        (pledge.as_str(), old.as_deref(), due.date),
        ("records", Some("email"), date("2026-11-19"))
    );
    let moved = Item {
        pledge: Some("records".to_owned()),
        covered_by: Some(ItemId::new(2026, 7)),
        ..live.clone()
    };
    check(&records(&board, &moved), "already");
    check(
        &records(
            &board,
            &Item {
                pledge: live.pledge.clone(),
                ..moved.clone()
            },
        ),
        "uncovered repledged assigned",
    );
    check(
        &undo(
            &board,
            &Item {
                covered_by: None,
                ..moved
            },
            Undo::Pledge("email".to_owned()),
        ),
        "repledged",
    );
}

#[test]
fn whoever_has_it_is_reminded_once_a_day_from_above_or_from_the_mailbox() {
    let now = at("11-20 10:00");
    let mut live = item(State::Open);
    let by = |item: &Item, by: Option<&str>| urge(&board(), item, by, now);
    check(&by(&live, None), "urged");
    check(&by(&live, Some("b")), "urged");
    // The deputy works in the mailbox too.
    check(&by(&live, Some("d")), "urged");
    check(&by(&live, Some("h")), "is with whoever gave the order");
    check(
        &by(&live, Some("annan")),
        "neither below you nor in your mailbox",
    );
    check(&by(&item(State::ProbablyAnswered), Some("b")), "urged");
    for state in [
        State::Answered,
        State::Closed,
        State::Excluded,
        State::NoQuestion,
        State::History,
    ] {
        check(&by(&item(state), Some("b")), "nothing to remind of");
    }
    live.handler = None;
    check(
        &by(&live, Some("b")),
        "no one who has SL-2026-00001 is there",
    );
    live.handler = Some("h".to_owned());
    // It waits to be written, or was written today.
    live.urged.push(crate::domain::item::Urged {
        at: at("11-19 18:00"),
        by: "b".to_owned(),
    });
    check(&by(&live, Some("b")), "was reminded of at");
    live.done.insert(Effect::Urge(1), done(None));
    check(&by(&live, Some("b")), "urged");
    live.done.insert(
        Effect::Urge(1),
        crate::domain::item::Done {
            queued_at: at("11-20 08:00"),
            ..done(None)
        },
    );
    check(&by(&live, Some("b")), "was reminded of at");
    live.done.insert(Effect::Urge(1), done(None));
    live.urged[0].at = at("11-20 08:00");
    check(&by(&live, Some("b")), "was reminded of at");
}

#[test]
fn a_note_is_kept_until_the_words_are_erased() {
    for state in State::ALL {
        check(&remark(&item(state), "ringde".to_owned()), "remarked");
    }
    let mut gone = item(State::Closed);
    gone.erased = Some(crate::domain::item::Erased {
        at: at("11-20 10:00"),
        decision: "KS 1".to_owned(),
    });
    check(
        &remark(&gone, "ringde".to_owned()),
        "was erased by decision KS 1",
    );
}

fn done(sent_at: Option<DateTime<Utc>>) -> crate::domain::item::Done {
    let to = vec!["h".to_owned()];
    crate::domain::item::Done {
        queued_at: at("11-19 12:00"),
        to,
        names: None,
        sent_at,
        failed: None,
        promise: None,
        withheld: false,
        as_function: false,
        early: false,
    }
}
