//! A mail that is judged once more, and the words of people after it.

use super::*;
use crate::domain::event::{Event, SYSTEM};
use crate::domain::evidence::told_before::was_opened_after;

#[test]
fn a_mail_says_nothing_against_a_person_who_opened_the_item_after_it() {
    let due = kims(1, 0).item.due.expect("a due date");
    let reopened = Fact::Reopened {
        pledge: "email".to_owned(),
        due: Box::new(due),
    };
    let denied = |evidence| Fact::NotAnswered { evidence };
    let explained = Some(Evidence::without_mail(EvidenceKind::Sent, None));
    let closed = Fact::Closed {
        at: minute(9),
        how: How::Phone,
        note: None,
        evidence: Evidence::without_mail(EvidenceKind::Cli, None),
        self_reported: true,
    };
    for (at, by, fact, holds) in [
        (9, "cli:registrator", reopened.clone(), true),
        (9, "asa", reopened.clone(), true),
        (9, "asa", denied(None), true),
        (5, "asa", reopened.clone(), true),
        (5, "asa", denied(None), true),
        // The mail is the later word.
        (2, "asa", reopened.clone(), false),
        (2, "asa", denied(None), false),
        // No person has looked at it.
        (9, SYSTEM, reopened, false),
        (9, SYSTEM, denied(explained.clone()), false),
        (9, "asa", denied(explained), false),
        (9, "asa", closed, false),
    ] {
        let event = Event {
            at: minute(at),
            by: by.to_owned(),
            fact,
        };
        let history = [event];
        assert_eq!(was_opened_after(minute(5), &history), holds, "{history:?}");
    }
}

#[test]
fn a_mail_without_a_thread_is_for_no_other_question_than_when_it_was_read() {
    let by = |by| Evidence {
        matched_by: Some(by),
        ..Evidence::without_mail(EvidenceKind::Sent, None)
    };
    let probably = |by_what| Fact::ProbablyAnswered {
        at: minute(5),
        answered_by: None,
        evidence: by(by_what),
    };
    let (other, new) = (ItemId(20_260_000_001), ItemId(20_260_000_002));
    for (item, fact, was_told) in [
        (other, probably(MatchedBy::Address), true),
        (new, probably(MatchedBy::Address), false),
        (other, probably(MatchedBy::Reference), false),
    ] {
        let finding = Finding {
            item,
            by: None,
            fact,
        };
        assert_eq!(finding.was_told_before(Some(new)), was_told, "{finding:?}");
        assert_eq!(
            finding.was_told_before(None),
            was_told || item == new,
            "{finding:?}"
        );
    }
}
