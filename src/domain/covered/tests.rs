//! One row for each thing that a matter is made of.

use super::*;
use crate::domain::admit::tests::leader;
use crate::domain::event::{Effect, Event, Evidence, EvidenceKind, Fact, Failure};
use crate::domain::kept::More;

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
        more: More {
            reply_to: vec!["anna@example.org".to_owned()],
            ..More::default()
        },
    };
    Told {
        item: leader(Some(NOTICED)),
        row,
    }
}

fn happen(told: &mut Told, fact: Fact) {
    let event = Event {
        at: at(NOTICED),
        by: "system".to_owned(),
        fact,
    };
    told.item.apply(&event).expect("legal");
}

fn later(subjects: &[String]) -> Later<'_> {
    let citizen = Citizen {
        addresses: vec!["anna@example.com".to_owned()],
    };
    Later {
        subjects,
        citizen,
        pledge: "email",
        received_at: at("2026-11-20T08:00:00Z"),
    }
}

fn is_covered(told: &Told, later: &Later<'_>) -> bool {
    by(later, std::slice::from_ref(told), &[]).is_some()
}

#[test]
fn a_matter_is_of_one_citizen_and_one_core() {
    for (from, subject, covered) in [
        ("anna@example.com", "Bygglov för carport", true),
        (
            "anna@example.com",
            "SV: [SL-2026-00001] bygglov för CARPORT",
            true,
        ),
        // An address that the first question named, too.
        ("anna@example.org", "SV: Bygglov för carport", true),
        ("bo@example.com", "SV: Bygglov för carport", false),
        (
            "anna@example.com",
            "SV: Bygglov för carport och garage",
            false,
        ),
        ("anna@example.com", "", false),
        (
            "anna@example.com",
            "SV: Vi behöver mer tid [SL-2026-00001]",
            false,
        ),
    ] {
        let subjects = [subject.to_owned()];
        let citizen = Citizen {
            addresses: vec![from.to_owned()],
        };
        let later = Later {
            citizen,
            ..later(&subjects)
        };
        assert_eq!(is_covered(&told(), &later), covered, "{from} {subject:?}");
    }
}

#[test]
fn subjects_that_were_given_later_count_too() {
    let check = |more: More, subject: &str, covered: bool| {
        let mut told = told();
        told.row.more = More {
            reply_to: told.row.more.reply_to.clone(),
            ..more
        };
        let subjects = [subject.to_owned()];
        assert_eq!(
            is_covered(&told, &later(&subjects)),
            covered,
            "{subject:?} after {:?}",
            told.row
        );
    };
    let edited = || More {
        edited: vec!["KS 7 Carport".to_owned()],
        ..More::default()
    };
    let goes_on = || More {
        goes_on_with: vec!["Garage".to_owned()],
        ..More::default()
    };
    check(edited(), "SV: KS 7 Carport", true);
    check(edited(), "SV: Bygglov för carport", true);
    check(goes_on(), "SV: Garage", true);
    check(goes_on(), "SV: Bygglov för carport", false);
}

#[test]
fn it_covers_while_the_notice_stands_and_its_question_is_live() {
    let subjects = ["SV: Bygglov för carport".to_owned()];
    let evidence = Evidence::without_mail(EvidenceKind::Sent, None);
    let failed = Fact::Failed {
        effect: Effect::Notice,
        failure: Failure::Bounced,
        why: None,
    };
    let answered = Fact::Answered {
        at: at(NOTICED),
        answered_by: None,
        evidence: evidence.clone(),
    };
    let probably = Fact::ProbablyAnswered {
        at: at(NOTICED),
        answered_by: None,
        evidence,
    };
    for (what, fact, covered) in [
        ("nothing", None, true),
        ("its notice came back", Some(failed), false),
        ("it was answered", Some(answered), false),
        ("it is probably answered", Some(probably), false),
        (
            "it lies in the junk folder",
            Some(Fact::Flagged { flag: Flag::InJunk }),
            false,
        ),
    ] {
        let mut told = told();
        if let Some(fact) = fact {
            happen(&mut told, fact);
        }
        assert_eq!(is_covered(&told, &later(&subjects)), covered, "{what}");
    }
    let group = Told {
        item: Item {
            class: Class::Group,
            ..told().item
        },
        ..told()
    };
    assert!(!is_covered(&group, &later(&subjects)), "through a group");
    let untold = Told {
        item: leader(None),
        ..told()
    };
    assert!(!is_covered(&untold, &later(&subjects)), "no notice yet");
}

#[test]
fn what_came_before_the_notice_or_under_another_pledge_is_its_own() {
    let subjects = ["SV: Bygglov för carport".to_owned()];
    for (received_at, pledge, covered) in [
        (NOTICED, "email", true),
        ("2026-11-19T11:59:59Z", "email", false),
        ("2026-11-20T08:00:00Z", "callback", false),
    ] {
        let later = Later {
            received_at: at(received_at),
            pledge,
            ..later(&subjects)
        };
        assert_eq!(
            is_covered(&told(), &later),
            covered,
            "{received_at} {pledge}"
        );
    }
    let unknown = Later {
        citizen: Citizen::default(),
        ..later(&subjects)
    };
    assert!(
        !is_covered(&told(), &unknown),
        "an unknown citizen is the same as no other"
    );
}
