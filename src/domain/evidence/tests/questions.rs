//! What a question is to a mail of staff: whose it is, which others are of its matter, and when.

use super::*;
use crate::domain::kept::More;

fn row(sender: &str, subject: &str) -> MessageRow {
    MessageRow {
        received_at: minute(0),
        size: 500,
        message_id: None,
        sender: Some(sender.to_owned()),
        name: None,
        subject: subject.to_owned(),
        more: More::default(),
    }
}

#[test]
fn a_citizen_is_every_address_but_our_own() {
    let reached = |row: &MessageRow| {
        let item = kims(1, 0).item;
        Question::of(item, row, whose, &[]).citizen.addresses
    };
    let mut asked = row(KIM, "Skolskjuts");
    asked.more.reply_to = addresses(&[OLLE, BOX]);
    assert_eq!(reached(&asked), addresses(&[KIM, OLLE]));
}

#[test]
fn a_mail_that_a_colleague_passed_on_has_no_known_citizen() {
    for (sender, reply_to, subject, flagged, passed_on) in [
        (ASA, &[][..], "VB: Skolskjuts", false, true),
        (ASA, &[], "Skolskjuts", true, true),
        // A colleague who asks.
        (ASA, &[], "Skolskjuts", false, false),
        // The original's citizen is known.
        (ASA, &[KIM], "VB: Skolskjuts", false, false),
        // From outside, whatever it looks like.
        (KIM, &[], "VB: Skolskjuts", false, false),
        (KIM, &[], "Skolskjuts", true, false),
    ] {
        let mut item = kims(1, 0).item;
        item.flags.extend(flagged.then_some(Flag::ForwardedIn));
        let mut row = row(sender, subject);
        row.more.reply_to = addresses(reply_to);
        let question = Question::of(item, &row, whose, &[]);
        assert_eq!(question.forwarded_in, passed_on, "{row:?} {flagged}");
    }
}

#[test]
fn a_matter_is_one_citizens_in_one_conversation_of_one_pledge() {
    let kim = || in_conversation(kims(1, 0), 1);
    let of = |change: &dyn Fn(&mut Question)| {
        let mut other = in_conversation(kims(2, 1), 1);
        change(&mut other);
        let pair = (kim().is_of_matter(&other), other.is_of_matter(&kim()));
        assert_eq!(pair.0, pair.1, "{other:?}");
        pair.0
    };
    assert!(of(&|_| {}));
    assert!(of(&|other| other.item.pledge = None));
    assert!(
        of(&|other| *other = question(1, 0, &[OLLE], "Annat")),
        "itself"
    );
    assert!(!of(&|other| other.item.pledge = Some("letter".to_owned())));
    assert!(!of(&|other| other.item.mailbox = "bygg".to_owned()));
    assert!(!of(&|other| other.item.conversation = ItemId::new(2026, 2)));
    assert!(!of(&|other| other.cores = vec![core("Parkering", &[])]));
    assert!(!of(&|other| other.citizen.addresses = addresses(&[OLLE])));
}

#[test]
fn a_mail_would_answer_a_live_question_of_its_reader() {
    for (to, state, would) in [
        (KIM, State::Open, true),
        (KIM, State::ProbablyAnswered, true),
        (KIM, State::Answered, false),
        (KIM, State::Closed, false),
        (OLLE, State::Open, false),
    ] {
        let mail = mail(&[to], &[], "SV: Skolskjuts");
        let judge = Judge {
            mail: &mail,
            whose: Box::new(whose),
            diary: &[],
        };
        let target = in_state(kims(1, 0), state);
        assert_eq!(judge.would_answer(&target), would, "{to} {state:?}");
    }
}

#[test]
fn a_question_of_the_same_second_is_answered_by_its_id_alone() {
    replies(&mail(&[KIM], &[], "Annat"), &[kims(1, 60)], "1 answered");
    new(&mail(&[KIM], &[], "Annat"), &[kims(1, 60)], "");
    new(&mail(&[KIM], &[], "Annat"), &[kims(1, 59)], "1 probable");
}

#[test]
fn a_colleagues_copy_to_one_reader_of_a_passed_on_question_is_probable() {
    let passed_on = Question {
        forwarded_in: true,
        ..question(1, 0, &[], "Skolskjuts")
    };
    let mail = mail(&[KIM], &[BOX], "Skolskjuts");
    let passed_on = [passed_on];
    replies(&copy(ASA, mail.clone()), &passed_on, "1 answered");
    replies(&copy(MILJO, mail), &passed_on, "1 probable");
}

#[test]
fn the_latest_word_on_who_has_an_item_counts() {
    for (by, before, same, after) in [
        (None, true, true, true),
        (Some(AssignedBy::Rule), true, true, true),
        (Some(AssignedBy::Forward), true, true, true),
        (Some(AssignedBy::Cli), false, false, true),
        (Some(AssignedBy::Command), false, false, true),
        (Some(AssignedBy::Folder), false, false, true),
    ] {
        let mut item = kims(1, 0).item;
        item.assigned_by = by;
        item.assigned_at = Some(minute(30));
        let counts = [29, 30, 31].map(|at| is_latest_word(&item, minute(at)));
        assert_eq!(counts, [before, same, after], "{by:?}");
    }
    // A message that arrived in a handler's folder was moved at no known time.
    let mut item = kims(1, 0).item;
    for (by, counts) in [(AssignedBy::Folder, true), (AssignedBy::Cli, false)] {
        item.assigned_by = Some(by);
        item.assigned_at = None;
        assert_eq!(is_latest_word(&item, minute(1)), counts, "{by:?}");
    }
}
