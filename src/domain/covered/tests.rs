//! One row for each thing that a matter is made of.

use super::*;
use crate::domain::admit::tests::leader;
use crate::domain::event::{Effect, Event, Evidence, EvidenceKind, Fact, Failure};
use crate::domain::kept::More;
use crate::domain::message::Address;

const NOTICED: &str = "2026-11-19T12:00:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn told() -> Told {
    let row = MessageRow {
        received_at: at("2026-11-17T09:00:00Z"),
        size: 500,
        message_id: None,
        sender: Some("anna@example.com".to_owned()),
        name: None,
        subject: "Bygglov för carport".to_owned(),
        more: More { reply_to: vec!["anna@example.org".to_owned()], ..More::default() },
    };
    Told { item: leader(Some(NOTICED)), row }
}

fn happen(told: &mut Told, fact: Fact) {
    let event = Event { at: at(NOTICED), by: "system".to_owned(), fact };
    told.item.apply(&event).expect("legal");
}

fn message(from: &str, subject: &str) -> Message {
    let from = vec![Address { name: None, addr: from.to_owned() }];
    Message { from, subject: subject.to_owned(), ..Message::default() }
}

fn later(message: &Message) -> Later<'_> {
    let addresses = message.from.iter().map(|from| from.addr.clone()).collect();
    let citizen = Citizen { addresses };
    Later { message, answers_our: None, citizen, pledge: "email", received_at: at("2026-11-20T08:00:00Z") }
}

fn is_covered(told: &Told, later: &Later<'_>) -> bool {
    by(later, std::slice::from_ref(told), &[]).is_some()
}

#[test]
fn a_matter_is_of_one_citizen_and_one_core() {
    for (from, subject, covered) in [
        ("anna@example.com", "Bygglov för carport", true),
        ("anna@example.com", "SV: [SL-2026-00001] bygglov för CARPORT", true),
        // An address that the first question named, too.
        ("anna@example.org", "SV: Bygglov för carport", true),
        ("bo@example.com", "SV: Bygglov för carport", false),
        ("anna@example.com", "SV: Bygglov för carport och garage", false),
        ("anna@example.com", "", false),
        ("anna@example.com", "SV: Vi behöver mer tid [SL-2026-00001]", false),
    ] {
        let message = message(from, subject);
        assert_eq!(is_covered(&told(), &later(&message)), covered, "{from} {subject:?}");
    }
}

#[test]
fn an_answer_to_our_notice_may_bear_the_notices_subject() {
    for (subject, ours, covered) in [
        ("SV: Vi behöver mer tid [SL-2026-00001]", Some("Vi behöver mer tid [SL-2026-00001]"), true),
        ("SV: Bygglov för carport", Some("Vi behöver mer tid [SL-2026-00001]"), true),
        ("En helt annan fråga", Some("Vi behöver mer tid [SL-2026-00001]"), false),
    ] {
        let message = message("anna@example.com", subject);
        let later = Later { answers_our: ours, ..later(&message) };
        assert_eq!(is_covered(&told(), &later), covered, "{subject:?}");
    }
}

#[test]
fn it_covers_while_the_notice_stands_and_its_question_is_live() {
    let message = message("anna@example.com", "SV: Bygglov för carport");
    let evidence = Evidence::without_mail(EvidenceKind::Sent, None);
    let failed = Fact::Failed { effect: Effect::Notice, failure: Failure::Bounced, why: None };
    let answered = Fact::Answered { at: at(NOTICED), answered_by: None, evidence: evidence.clone() };
    let probably = Fact::ProbablyAnswered { at: at(NOTICED), answered_by: None, evidence };
    for (what, fact, covered) in [
        ("nothing", None, true),
        ("its notice came back", Some(failed), false),
        ("it was answered", Some(answered), false),
        ("it is probably answered", Some(probably), false),
        ("it lies in the junk folder", Some(Fact::Flagged { flag: Flag::InJunk }), false),
    ] {
        let mut told = told();
        if let Some(fact) = fact {
            happen(&mut told, fact);
        }
        assert_eq!(is_covered(&told, &later(&message)), covered, "{what}");
    }
    let group = Told { item: Item { class: Class::Group, ..told().item }, ..told() };
    assert!(!is_covered(&group, &later(&message)), "through a group");
    let untold = Told { item: leader(None), ..told() };
    assert!(!is_covered(&untold, &later(&message)), "no notice yet");
}

#[test]
fn what_came_before_the_notice_or_under_another_pledge_is_its_own() {
    let message = message("anna@example.com", "SV: Bygglov för carport");
    for (received_at, pledge, covered) in [
        (NOTICED, "email", true),
        ("2026-11-19T11:59:59Z", "email", false),
        ("2026-11-20T08:00:00Z", "callback", false),
    ] {
        let later = Later { received_at: at(received_at), pledge, ..later(&message) };
        assert_eq!(is_covered(&told(), &later), covered, "{received_at} {pledge}");
    }
    let unknown = Later { citizen: Citizen::default(), ..later(&message) };
    assert!(!is_covered(&told(), &unknown), "an unknown citizen is the same as no other");
}
