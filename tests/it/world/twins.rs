//! One message in two watched mailboxes: two items, one notice, one answer, and a mailbox that
//! hands over.

use super::boards::{INBOX, SENT, TwoBoards};
use chrono::{DateTime, NaiveDate, Utc};
use servicelofte::domain::effect::Kind;
use servicelofte::domain::event::How;
use servicelofte::domain::item::{Item, ItemId, State};
use servicelofte::domain::keyed::Claim;
use servicelofte::domain::outcome::Outcome;

const BOTH: [&str; 2] = ["kf", "sn"];

/// 13.00 in Sweden on Monday 23 November 2026, the last day of what arrived on the Thursday.
const DUE: &str = "2026-11-23T12:00:00Z";

fn question(to: &str) -> String {
    format!("From: anna@example.com\r\nTo: {to}\r\nSubject: Fråga\r\nMessage-ID: <a@x>")
}

fn notices(left: &[String]) -> Vec<&String> {
    left.iter()
        .filter(|mail| mail.starts_with("Notice"))
        .collect()
}

fn outcomes(boards: &TwoBoards) -> Vec<Outcome> {
    boards
        .items()
        .iter()
        .map(|item| item.outcome(boards.now))
        .collect()
}

/// Both mailboxes were addressed, `to` in that order.
fn asked(to: &str) -> TwoBoards {
    let mut boards = TwoBoards::new();
    for mailbox in BOTH {
        boards.read(mailbox, INBOX, &question(to));
    }
    boards
}

#[test]
fn each_knows_the_other() {
    let boards = asked("kommunfullmaktige@example.se, sn@example.se");
    let items = boards.items();
    let twins: Vec<Vec<_>> = items
        .iter()
        .map(|item| item.twins.iter().copied().collect())
        .collect();
    assert_eq!(twins, [vec![items[1].id], vec![items[0].id]]);
    let handlers: Vec<_> = items.iter().map(|item| item.handler.as_deref()).collect();
    assert_eq!(
        handlers,
        [Some("registrator"), Some("kanslist")],
        "each has its own"
    );
}

#[test]
fn one_notice_names_both_from_the_mailbox_that_stands_first_in_to() {
    for (to, first, second) in [
        ("kommunfullmaktige@example.se, sn@example.se", "kf", "sn"),
        ("sn@example.se, kommunfullmaktige@example.se", "sn", "kf"),
        ("alla@example.org", "kf", "sn"),
    ] {
        let mut boards = asked(to);
        boards.viewed(DUE, &BOTH);
        // Asked first, the other one waits for it.
        assert_eq!(notices(&boards.decide(second)).len(), 0, "{to}");
        let left = boards.decide(first);
        assert_eq!(
            notices(&left),
            ["Notice to anna@example.com: SL-2026-00001/notice SL-2026-00002/notice"],
            "{to}"
        );
        boards.viewed("2026-11-23T12:20:00Z", &BOTH);
        for mailbox in BOTH {
            assert_eq!(notices(&boards.decide(mailbox)).len(), 0, "{to}");
        }
        assert_eq!(outcomes(&boards), [Outcome::NoticedInTime; 2], "{to}");
    }
}

#[test]
fn a_notice_waits_for_the_twins_mailbox_but_not_beyond_five_on_the_last_day() {
    let mut boards = asked("kommunfullmaktige@example.se, sn@example.se");
    boards.viewed("2026-11-23T11:00:00Z", &BOTH);
    boards.viewed(DUE, &["kf"]);
    assert_eq!(
        notices(&boards.decide("kf")).len(),
        0,
        "the other may hold the answer"
    );
    boards.viewed("2026-11-23T15:59:00Z", &["kf"]);
    assert_eq!(notices(&boards.decide("kf")).len(), 0);
    boards.viewed("2026-11-23T16:00:00Z", &["kf"]);
    assert_eq!(notices(&boards.decide("kf")).len(), 1);
    assert_eq!(outcomes(&boards), [Outcome::NoticedInTime; 2]);
}

/// Both were last read together while the clock was days ahead for some minutes: that says nothing
/// of what has come since.
#[test]
fn a_reading_by_a_clock_that_was_ahead_is_no_reading_of_the_twins_mailbox() {
    let mut boards = asked("kommunfullmaktige@example.se, sn@example.se");
    boards.viewed("2026-11-25T11:00:00Z", &BOTH);
    boards.viewed(DUE, &["kf"]);
    boards.looks_at_clock();
    assert_eq!(notices(&boards.decide("kf")).len(), 0, "sn is unread");
    boards.viewed("2026-11-23T12:20:00Z", &BOTH);
    boards.looks_at_clock();
    assert_eq!(notices(&boards.decide("kf")).len(), 1);
}

/// The machine slept: one mailbox is read in the evening after the last day, and the answer lies in
/// the other.
#[test]
fn a_late_notice_waits_for_the_twins_mailbox_in_the_evening_too() {
    let mut boards = asked("kommunfullmaktige@example.se, sn@example.se");
    boards.viewed("2026-11-19T11:00:00Z", &BOTH);
    for at in ["2026-11-24T17:00:00Z", "2026-11-25T17:00:00Z"] {
        boards.viewed(at, &["kf"]);
        assert_eq!(notices(&boards.decide("kf")).len(), 0, "{at}");
    }
    boards.viewed("2026-11-25T17:01:00Z", &BOTH);
    assert_eq!(notices(&boards.decide("kf")).len(), 1);
}

/// The machine slept, and a colleague had passed the question on to the other mailbox, which is read
/// last: the answer may lie there.
#[test]
fn a_late_notice_waits_for_the_mailbox_to_which_its_question_was_passed_on() {
    let mut boards = TwoBoards::new();
    boards.read("kf", INBOX, &question("kommunfullmaktige@example.se"));
    let forward = "From: kommunfullmaktige@example.se\r\nTo: sn@example.se\r\nSubject: VB: Fråga\r\nMessage-ID: <v@x>\r\n\
                   References: <a@x>";
    boards.read("kf", SENT, forward);
    boards.viewed("2026-11-25T09:00:00Z", &["kf"]);
    assert_eq!(notices(&boards.decide("kf")).len(), 0);
    boards.viewed("2026-11-25T09:01:00Z", &BOTH);
    assert_eq!(notices(&boards.decide("kf")).len(), 1);
}

/// The service was down, and a colleague has moved the question to the other mailbox and answered it
/// from there: that mailbox is read last.
#[test]
fn a_notice_waits_for_the_mailbox_to_which_its_question_may_have_been_moved() {
    for (day, evening) in [
        ("2026-11-23T12:00:00Z", "2026-11-23T15:59:00Z"),
        ("2026-11-25T09:00:00Z", "2026-11-25T19:08:00Z"),
    ] {
        let mut boards = TwoBoards::new();
        let to = "kommunfullmaktige@example.se";
        boards.read("kf", INBOX, &question(to));
        boards.viewed("2026-11-19T11:00:00Z", &BOTH);
        boards.leaves("kf", 1);
        for at in [day, evening] {
            boards.viewed(at, &["kf"]);
            assert_eq!(notices(&boards.decide("kf")).len(), 0, "{at}: sn is unread");
        }
        boards.read_late(
            "sn",
            INBOX,
            "2026-11-19T08:00:00Z".parse().unwrap(),
            &question(to),
        );
        let answered = "From: sn@example.se\r\nTo: anna@example.com\r\nSubject: SV: Fråga\r\n\
                        Message-ID: <s@x>\r\nIn-Reply-To: <a@x>";
        boards.read("sn", SENT, answered);
        boards.viewed(evening, &BOTH);
        for mailbox in BOTH {
            assert_eq!(notices(&boards.decide(mailbox)).len(), 0, "{mailbox}");
        }
    }
}

/// It may have been thrown away as well: read or not, on its last day no notice waits beyond five.
#[test]
fn a_notice_about_a_question_that_has_left_is_not_held_beyond_its_day() {
    for (at, views) in [(DUE, &BOTH[..]), ("2026-11-23T16:00:00Z", &["kf"])] {
        let mut boards = TwoBoards::new();
        boards.read("kf", INBOX, &question("kommunfullmaktige@example.se"));
        boards.viewed("2026-11-19T11:00:00Z", &BOTH);
        boards.leaves("kf", 1);
        boards.viewed(at, views);
        assert_eq!(notices(&boards.decide("kf")).len(), 1, "{at}");
        assert_eq!(outcomes(&boards), [Outcome::NoticedInTime], "{at}");
    }
}

/// The machine slept: another question of the same citizen is noticed late, and does not wait for
/// the one whose answer may lie in the mailbox that is read last.
#[test]
fn a_late_notice_does_not_speak_for_another_item_that_waits_for_its_twins_mailbox() {
    let mut boards = asked("kommunfullmaktige@example.se, sn@example.se");
    let another = "From: anna@example.com\r\nTo: kommunfullmaktige@example.se\r\nSubject: Parken\r\nMessage-ID: <b@x>";
    boards.read("kf", INBOX, another);
    boards.viewed("2026-11-25T09:00:00Z", &["kf"]);
    assert_eq!(
        notices(&boards.decide("kf")),
        ["Notice to anna@example.com: SL-2026-00003/notice"]
    );
    boards.viewed("2026-11-25T09:01:00Z", &BOTH);
    assert_eq!(
        notices(&boards.decide("kf")),
        ["Notice to anna@example.com: SL-2026-00001/notice SL-2026-00002/notice"]
    );
}

/// The service was down: one mailbox is read, and it is not known yet that the other has the question
/// too, and its answer.
#[test]
fn a_notice_waits_for_a_mailbox_that_was_addressed_too_and_is_not_read_yet() {
    let to = "kommunfullmaktige@example.se, sn@example.se";
    let came: DateTime<Utc> = "2026-11-19T08:00:00Z".parse().unwrap();
    let mut boards = TwoBoards::new();
    boards.viewed("2026-11-19T07:00:00Z", &BOTH);
    boards.viewed("2026-11-24T08:00:00Z", &["kf"]);
    boards.read_late("kf", INBOX, came, &question(to));
    assert_eq!(notices(&boards.decide("kf")).len(), 0, "sn is not read yet");
    boards.read_late("sn", INBOX, came, &question(to));
    let answered = "From: sn@example.se\r\nTo: anna@example.com\r\nSubject: SV: Fråga\r\n\
                    Message-ID: <s@x>\r\nIn-Reply-To: <a@x>";
    boards.read_late("sn", SENT, came + chrono::Duration::hours(1), answered);
    boards.viewed("2026-11-24T08:01:00Z", &BOTH);
    for mailbox in BOTH {
        assert_eq!(notices(&boards.decide(mailbox)).len(), 0);
    }
    assert_eq!(outcomes(&boards), [Outcome::AnsweredInTime; 2]);
}

#[test]
fn what_a_person_says_ends_one_of_them() {
    let mut boards = asked("kommunfullmaktige@example.se, sn@example.se");
    let first = boards.items()[0].id;
    let now = boards.now;
    boards
        .engine
        .close(first, How::Phone, None, None, "cli:anna", now)
        .unwrap();
    assert_eq!(
        boards
            .items()
            .iter()
            .map(|item| item.state)
            .collect::<Vec<_>>(),
        [State::Closed, State::Open]
    );
    boards.viewed(DUE, &BOTH);
    assert_eq!(
        notices(&boards.decide("sn")),
        ["Notice to anna@example.com: SL-2026-00002/notice"]
    );
}

#[test]
fn both_count_from_the_earlier_arrival() {
    let mut boards = TwoBoards::new();
    boards.read("kf", INBOX, &question("kommunfullmaktige@example.se"));
    let earlier = boards.now;
    boards.viewed("2026-11-20T12:00:00Z", &BOTH);
    boards.read("sn", INBOX, &question("kommunfullmaktige@example.se"));
    let items = boards.items();
    assert_eq!(
        items
            .iter()
            .map(Item::arrived_at)
            .collect::<Vec<DateTime<Utc>>>(),
        [earlier; 2]
    );
    let due: Vec<NaiveDate> = items
        .iter()
        .filter_map(|item| item.due.as_ref().map(|due| due.date))
        .collect();
    assert_eq!(due, [NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(); 2]);
    assert_ne!(
        items[1].received_at, earlier,
        "what comes before its own arrival answers it not"
    );
}

#[test]
fn what_is_moved_to_the_other_mailbox_is_handed_over_and_back_and_nothing_leaves_twice() {
    let mut boards = TwoBoards::new();
    boards.read("kf", INBOX, &question("kommunfullmaktige@example.se"));
    boards.viewed(DUE, &BOTH);
    assert_eq!(notices(&boards.decide("kf")).len(), 1);
    boards.viewed("2026-11-23T13:00:00Z", &["sn"]);
    boards.read("sn", INBOX, &question("kommunfullmaktige@example.se"));
    boards.viewed("2026-11-23T13:01:00Z", &[]);
    boards.leaves("kf", 1);
    // Only a whole reading of both shows it.
    boards.viewed("2026-11-23T13:05:00Z", &["kf"]);
    assert!(boards.items()[0].state.is_live());
    boards.viewed("2026-11-23T13:06:00Z", &BOTH);
    let items = boards.items();
    assert!(
        items[0].is_handed_over() && items[1].state == State::Open,
        "{items:?}"
    );
    assert_eq!(
        outcomes(&boards),
        [Outcome::Excluded, Outcome::NoticedInTime]
    );
    assert_eq!(items[1].noticed_at(), items[0].noticed_at());
    assert_eq!(notices(&boards.decide("sn")).len(), 0);

    boards.read("kf", INBOX, &question("kommunfullmaktige@example.se"));
    boards.leaves("sn", 2);
    boards.viewed("2026-11-23T14:00:00Z", &BOTH);
    let items = boards.items();
    assert!(
        items[1].is_handed_over() && items[0].state == State::Open,
        "{items:?}"
    );
    assert_eq!(
        outcomes(&boards),
        [Outcome::NoticedInTime, Outcome::Excluded]
    );
    assert_eq!(notices(&boards.decide("kf")).len(), 0);
}

/// Both mailboxes are read in one round, and the one that it has left comes first.
#[test]
fn what_has_left_before_it_is_seen_elsewhere_is_handed_over_too() {
    let mut boards = TwoBoards::new();
    boards.read("kf", INBOX, &question("kommunfullmaktige@example.se"));
    boards.viewed("2026-11-20T12:00:00Z", &BOTH);
    boards.leaves("kf", 1);
    boards.viewed("2026-11-20T12:00:00Z", &["kf"]);
    boards.read("sn", INBOX, &question("kommunfullmaktige@example.se"));
    assert!(
        boards.items()[0].state.is_live(),
        "the other may not have been read to its end"
    );
    boards.viewed("2026-11-20T12:00:00Z", &["sn"]);
    let items = boards.items();
    assert!(
        items[0].is_handed_over() && items[1].state == State::Open,
        "{items:?}"
    );
}

#[test]
fn what_is_passed_on_to_the_other_mailbox_is_of_the_same_citizen() {
    let mut boards = TwoBoards::new();
    boards.read("kf", INBOX, &question("kommunfullmaktige@example.se"));
    let forward = "From: kommunfullmaktige@example.se\r\nTo: sn@example.se\r\nSubject: VB: Fråga\r\nMessage-ID: <v@x>\r\n\
                   References: <a@x>";
    boards.read("sn", INBOX, forward);
    let items = boards.items();
    assert!(items[0].twins.contains(&items[1].id), "{items:?}");
    let answer = "From: sn@example.se\r\nTo: anna@example.com\r\nSubject: SV: VB: Fråga\r\nMessage-ID: <s@x>\r\n\
                  In-Reply-To: <v@x>";
    boards.read("sn", SENT, answer);
    assert_eq!(
        boards
            .items()
            .iter()
            .map(|item| item.state)
            .collect::<Vec<_>>(),
        [State::Answered; 2]
    );
}

#[test]
fn a_notice_of_one_is_for_what_was_passed_on_too() {
    let mut boards = TwoBoards::new();
    boards.read("kf", INBOX, &question("kommunfullmaktige@example.se"));
    let forward = "From: kommunfullmaktige@example.se\r\nTo: sn@example.se\r\nSubject: VB: Fråga\r\nMessage-ID: <v@x>\r\n\
                   References: <a@x>";
    boards.read("sn", INBOX, forward);
    boards.viewed(DUE, &BOTH);
    assert_eq!(notices(&boards.decide("sn")).len(), 0);
    let left = boards.decide("kf");
    assert_eq!(
        notices(&left),
        ["Notice to anna@example.com: SL-2026-00001/notice SL-2026-00002/notice"]
    );
    assert_eq!(outcomes(&boards), [Outcome::NoticedInTime; 2]);
}

/// A machine's acknowledgement follows the notice that it acknowledges.
#[test]
fn what_came_before_the_notice_of_the_other_mailbox_is_no_echo_of_it() {
    let mut boards = TwoBoards::new();
    boards.read("kf", INBOX, &question("kommunfullmaktige@example.se"));
    boards.viewed(DUE, &BOTH);
    assert_eq!(notices(&boards.decide("kf")).len(), 1);
    let other =
        "From: anna@example.com\r\nTo: sn@example.se\r\nSubject: Annat\r\nMessage-ID: <b@x>";
    let earlier = boards.now - chrono::Duration::minutes(5);
    boards.read_late("sn", INBOX, earlier, other);
    let later =
        "From: anna@example.com\r\nTo: sn@example.se\r\nSubject: Mottaget\r\nMessage-ID: <c@x>";
    boards.read("sn", INBOX, later);
    boards.viewed("2026-11-25T12:00:00Z", &BOTH);
    assert_eq!(
        notices(&boards.decide("sn")),
        ["Notice to anna@example.com: SL-2026-00002/notice"]
    );
}

/// Mailboxes are read one after the other, and the one that it was passed on to may come first.
#[test]
fn what_was_passed_on_and_answered_before_its_original_is_read_is_answered_in_both() {
    for (to, original) in [
        ("anna@example.com", State::Answered),
        ("bo@example.com", State::Open),
    ] {
        let mut boards = TwoBoards::new();
        let arrived = boards.now;
        boards.viewed("2026-11-19T12:00:00Z", &[]);
        let forward = "From: kommunfullmaktige@example.se\r\nTo: sn@example.se\r\nSubject: VB: Fråga\r\n\
                       Message-ID: <v@x>\r\nReferences: <a@x>";
        boards.read_late("sn", INBOX, arrived, forward);
        let answer = format!(
            "From: sn@example.se\r\nTo: {to}\r\nSubject: SV: VB: Fråga\r\nMessage-ID: <s@x>\r\nIn-Reply-To: <v@x>"
        );
        boards.read("sn", SENT, &answer);
        boards.read_late(
            "kf",
            INBOX,
            arrived,
            &question("kommunfullmaktige@example.se"),
        );
        let items = boards.items();
        assert!(items[0].twins.contains(&items[1].id), "{items:?}");
        assert_eq!(items[1].state, original, "{to}");
        boards.viewed(DUE, &BOTH);
        let told: usize = BOTH
            .iter()
            .map(|mailbox| notices(&boards.decide(mailbox)).len())
            .sum();
        assert_eq!(told, usize::from(original == State::Open), "{to}");
    }
}

#[test]
fn an_answer_that_was_filed_in_the_other_mailboxs_sent_is_one() {
    let answer = "From: kommunfullmaktige@example.se\r\nTo: anna@example.com\r\nSubject: SV: Fråga\r\nIn-Reply-To: <a@x>\r\nMessage-ID: <b@x>";
    let to_another = answer.replace("anna@", "olle@");
    for (mail, first, expected) in [
        (answer, "kf", State::Answered),
        (answer, "sn", State::Answered),
        (&to_another, "kf", State::Open),
        (&to_another, "sn", State::Open),
    ] {
        let mut boards = TwoBoards::new();
        let came = boards.now;
        boards.now += chrono::Duration::hours(1);
        let header = question("kommunfullmaktige@example.se");
        if first == "kf" {
            boards.read_late("kf", INBOX, came, &header);
        }
        boards.read("sn", SENT, mail);
        if first == "sn" {
            boards.read_late("kf", INBOX, came, &header);
        }
        assert_eq!(boards.items()[0].state, expected, "{first}: {mail}");
    }
}

/// The register was restored to a backup from before the question: whichever is read first, no
/// second notice leaves.
#[test]
fn a_notice_that_the_register_forgot_spoke_for_both() {
    let (in_kf, in_sn, in_sent) = (0, 1, 2);
    for order in [
        [in_sent, in_kf, in_sn],
        [in_sent, in_sn, in_kf],
        [in_kf, in_sent, in_sn],
        [in_sn, in_sent, in_kf],
        [in_kf, in_sn, in_sent],
    ] {
        let mut boards = TwoBoards::new();
        let came = boards.now;
        let claim = Claim {
            kind: Kind::Notice,
            reader: "anna@example.com",
            refs: &[ItemId::new(2026, 1), ItemId::new(2026, 2)],
            dates: &[],
        };
        let key = boards.engine.db().tag_key().unwrap();
        let notice = format!(
            "From: kommunfullmaktige@example.se\r\nTo: anna@example.com\r\nSubject: Besked\r\nIn-Reply-To: <a@x>\r\nMessage-ID: <{}>\r\nX-Servicelofte: notice; ref=SL-2026-00001,SL-2026-00002",
            key.tagged("n@example.se", claim)
        );
        boards.now = DUE.parse().unwrap();
        for place in order {
            if place == in_sent {
                boards.read("kf", SENT, &notice);
            } else {
                let question = question("kommunfullmaktige@example.se, sn@example.se");
                boards.read_late(BOTH[place], INBOX, came, &question);
            }
        }
        boards.viewed("2026-11-23T12:30:00Z", &BOTH);
        for mailbox in BOTH {
            let left = boards.decide(mailbox);
            assert_eq!(notices(&left), [""; 0], "{order:?}: {mailbox}");
        }
        let noticed: Vec<bool> = boards
            .items()
            .iter()
            .map(|item| item.noticed_at().is_some())
            .collect();
        assert_eq!(noticed, [true; 2], "{order:?}");
    }
}
