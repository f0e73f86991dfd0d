//! One row for each sign that separates thanks from a question.

use super::*;
use crate::domain::admit::tests::leader;
use crate::domain::calendar::tests::sweden;
use crate::domain::event::{Evidence, EvidenceKind};
use crate::domain::item::Settled;
use crate::domain::kept::More;
use crate::domain::message::{Address, ContentType};
use chrono::NaiveDate;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn row(sender: &str, subject: &str) -> MessageRow {
    MessageRow {
        received_at: at("2026-11-17T09:00:00Z"),
        size: 500,
        message_id: None,
        sender: Some(sender.to_owned()),
        name: None,
        subject: subject.to_owned(),
        more: More::default(),
    }
}

fn settled(how: Option<How>) -> Settled {
    let evidence = Evidence::without_mail(EvidenceKind::Sent, None);
    Settled {
        at: at("2026-11-19T12:00:00Z"),
        by: None,
        evidence,
        how,
    }
}

/// Anna's question about a carport, answered at noon on Thursday 19 November by a mail with a
/// subject of its own.
fn answer() -> Answer {
    let item = Item {
        state: State::Answered,
        settled: Some(settled(None)),
        ..leader(None)
    };
    let row = row("anna@example.com", "Bygglov för carport");
    let subject = Some("SV: Ditt ärende hos oss".to_owned());
    Answer {
        beside: vec![(item.clone(), row.clone())],
        item,
        row,
        subject,
    }
}

/// What Anna writes on the Friday.
struct Case {
    message: Message,
    pledge: &'static str,
    received_at: &'static str,
    answer: Answer,
}

impl Case {
    fn with(change: impl FnOnce(&mut Self)) -> Self {
        let from = vec![Address {
            name: None,
            addr: "anna@example.com".to_owned(),
        }];
        let message = Message {
            from,
            subject: "SV: Bygglov för carport".to_owned(),
            ..Message::default()
        };
        let mut case = Self {
            message,
            pledge: "email",
            received_at: "2026-11-20T08:00:00Z",
            answer: answer(),
        };
        change(&mut case);
        case
    }

    fn is_thanks(&self) -> bool {
        let addresses = self
            .message
            .from
            .iter()
            .map(|from| from.addr.clone())
            .collect();
        let received_at = at(self.received_at);
        let (subject, asks) = (&*self.message.subject, asks_something(&self.message));
        let later = Later {
            subject,
            asks,
            citizen: Citizen { addresses },
            pledge: self.pledge,
            asked_at: received_at,
        };
        is_thanks(&later, &self.answer, &sweden(), &[])
    }
}

fn check(what: &str, expected: bool, change: impl FnOnce(&mut Case)) {
    assert_eq!(Case::with(change).is_thanks(), expected, "{what}");
}

#[test]
fn it_keeps_the_subject_of_the_question_or_of_the_answer() {
    for (subject, expected) in [
        ("Re: bygglov för CARPORT", true),
        ("SV: SV: Ditt ärende hos oss", true),
        ("SV: Ditt ärende hos oss [SL-2026-00001]", true),
        ("Tack!", false),
        ("Bygglov för carport och garage", false),
        ("", false),
    ] {
        check(subject, expected, |case| {
            case.message.subject = subject.to_owned();
        });
    }
    check("no subject of either", true, |case| {
        case.message.subject.clear();
        case.answer.row.subject.clear();
    });
}

#[test]
fn it_comes_within_ten_working_days_of_the_answer() {
    for (received_at, expected) in [
        ("2026-11-19T11:59:00Z", false),
        ("2026-11-19T12:00:00Z", false),
        ("2026-11-19T12:00:01Z", true),
        ("2026-12-03T22:59:00Z", true),
        ("2026-12-03T23:00:00Z", false),
    ] {
        check(received_at, expected, |case| case.received_at = received_at);
    }
}

#[test]
fn it_asks_and_brings_nothing() {
    let field = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    check("a question mark", false, |case| case.message.subject += "?");
    for (name, value, expected) in [
        ("importance", "High", false),
        ("importance", "normal", true),
        ("x-priority", "1 (Highest)", false),
        ("x-priority", "2", false),
        ("x-priority", "3", true),
        ("priority", "urgent", false),
        ("x-msmail-priority", "high", false),
    ] {
        check(name, expected, |case| {
            case.message.headers = field(name, value);
        });
    }
    for (mime, expected) in [
        ("multipart/mixed", false),
        ("multipart/alternative", true),
        ("text/plain", true),
    ] {
        check(mime, expected, |case| {
            case.message.content = vec![ContentType {
                mime: mime.to_owned(),
                params: Vec::new(),
            }];
        });
    }
}

#[test]
fn it_follows_an_answer_that_is_sure() {
    for (what, state, how, expected) in [
        ("a mail", State::Answered, None, true),
        ("a telephone call", State::Closed, Some(How::Phone), true),
        ("a decision", State::Closed, Some(How::Decision), true),
        (
            "an answer to what was thanks itself",
            State::NoQuestion,
            None,
            true,
        ),
        ("a probable answer", State::ProbablyAnswered, None, false),
        ("no answer", State::Closed, Some(How::NoAnswerNeeded), false),
        ("a folder", State::Closed, Some(How::DoneFolder), false),
    ] {
        check(what, expected, |case| {
            case.answer.item.state = state;
            case.answer.item.settled = Some(settled(how));
        });
    }
    check("none", false, |case| case.answer.item.settled = None);
}

#[test]
fn it_is_of_the_citizen_and_pledge_of_the_question() {
    check("another citizen", false, |case| {
        case.message.from[0].addr = "bo@example.com".to_owned();
    });
    check("another pledge", false, |case| case.pledge = "records");
    check("an unknown citizen", false, |case| {
        case.message.from.clear();
    });
}

fn beside(subject: &str, received_at: &str, change: impl FnOnce(&mut Item)) -> (Item, MessageRow) {
    let mut item = leader(None);
    item.id = crate::domain::item::ItemId::new(2026, 2);
    item.received_at = at(received_at);
    change(&mut item);
    (item, row("anna@example.com", subject))
}

#[test]
fn it_is_the_first_word_since_the_answer_while_no_promise_runs() {
    let promise = |item: &mut Item| item.promise = NaiveDate::from_ymd_opt(2026, 12, 4);
    for (what, other, expected) in [
        (
            "one before the answer",
            beside("Bygglov för carport", "2026-11-19T09:00:00Z", |_| ()),
            true,
        ),
        (
            "one after the answer",
            beside("SV: Bygglov för carport", "2026-11-19T13:00:00Z", |_| ()),
            false,
        ),
        (
            "another matter after the answer",
            beside("Snö", "2026-11-19T13:00:00Z", |_| ()),
            true,
        ),
        (
            "one that came after it and was read before",
            beside("SV: Bygglov för carport", "2026-11-20T08:00:01Z", |_| ()),
            true,
        ),
        (
            "one with a promise",
            beside("Bygglov för carport", "2026-11-19T09:00:00Z", promise),
            false,
        ),
        (
            "another matter with a promise",
            beside("Snö", "2026-11-19T09:00:00Z", promise),
            true,
        ),
    ] {
        check(what, expected, |case| case.answer.beside.push(other));
    }
    check("a promise that the answer kept", true, |case| {
        promise(&mut case.answer.item);
        promise(&mut case.answer.beside[0].0);
    });
}

/// The answer was read after what Anna wrote on the Friday, which had been taken for a question.
#[test]
fn what_was_read_before_the_answer_is_judged_again() {
    for (what, pledge, state, later, expected) in [
        ("thanks", Some("email"), State::Open, "bo@example.com", true),
        (
            "thanks that seemed to be answered",
            Some("email"),
            State::ProbablyAnswered,
            "bo@example.com",
            true,
        ),
        (
            "thanks that a later answer has settled",
            Some("email"),
            State::Answered,
            "bo@example.com",
            true,
        ),
        (
            "another pledge",
            Some("records"),
            State::Open,
            "bo@example.com",
            false,
        ),
        (
            "a person has settled it",
            Some("email"),
            State::Closed,
            "bo@example.com",
            false,
        ),
        ("no pledge", None, State::Open, "bo@example.com", false),
        (
            "the second word",
            Some("email"),
            State::Open,
            "anna@example.com",
            false,
        ),
    ] {
        let received_at = at("2026-11-20T08:00:00Z");
        let item = Item {
            id: crate::domain::item::ItemId::new(2026, 3),
            state,
            received_at,
            pledge: pledge.map(str::to_owned),
            ..leader(None)
        };
        let own = MessageRow {
            received_at,
            ..row("anna@example.com", "SV: Bygglov för carport")
        };
        let mut answer = answer();
        answer.beside.push((item.clone(), own.clone()));
        let (first, _) = beside("SV: Bygglov för carport", "2026-11-19T13:00:00Z", |_| ());
        answer
            .beside
            .push((first, row(later, "SV: Bygglov för carport")));
        assert_eq!(
            was_thanks(&item, &own, &answer, &sweden(), &[]),
            expected,
            "{what}"
        );
    }
}

/// Anna's thanks of the Friday were read before another mail of the thread.
#[test]
fn the_second_word_is_none_also_where_the_first_is_read_after_it() {
    let keeps = "SV: Bygglov för carport";
    let (item, own) = beside(keeps, "2026-11-20T08:00:00Z", |_| ());
    for (what, earlier, expected) in [
        ("the first word", (keeps, "2026-11-19T13:00:00Z"), true),
        ("before the answer", (keeps, "2026-11-19T11:00:00Z"), false),
        ("a later word", (keeps, "2026-11-20T09:00:00Z"), false),
        ("another matter", ("Snö", "2026-11-19T13:00:00Z"), false),
    ] {
        let (mut other, row) = beside(earlier.0, earlier.1, |_| ());
        other.id = crate::domain::item::ItemId::new(2026, 7);
        let got = is_second_word((&item, &own), (&other, &row), &answer(), &sweden(), &[]);
        assert_eq!(got, expected, "{what}");
    }
    let (other, row) = beside(keeps, "2026-11-19T13:00:00Z", |_| ());
    let late = Item {
        received_at: at("2027-01-20T08:00:00Z"),
        ..item
    };
    let got = is_second_word((&late, &own), (&other, &row), &answer(), &sweden(), &[]);
    assert!(!got, "it was never thanks");
}

#[test]
fn what_left_before_a_message_and_not_too_long_before_vouches_for_it() {
    let came = "2026-11-19T09:00:00Z";
    for (sent, expected) in [
        ("2026-11-19T08:59:59Z", true),
        ("2026-11-19T09:00:00Z", true),
        ("2026-11-19T09:00:01Z", false),
        ("2025-10-15T09:00:00Z", true),
        ("2025-10-15T08:59:59Z", false),
    ] {
        let vouches = vouching(at(came)).contains(&at(sent));
        assert_eq!(vouches, expected, "sent {sent}");
    }
    assert!(vouching(DateTime::<Utc>::MIN_UTC).contains(&DateTime::<Utc>::MIN_UTC));
}

/// The clock was hours behind as it read the thanks, and the answer after them.
#[test]
fn thanks_come_after_the_answer_by_the_servers_time() {
    for (read_at, stamp, expected) in [
        ("2026-11-19T06:00:00Z", Some("2026-11-20T08:00:00Z"), true),
        ("2026-11-19T06:00:00Z", Some("2026-11-19T07:00:00Z"), false),
        ("2026-11-19T06:00:00Z", None, false),
        ("2026-11-20T08:00:00Z", None, true),
    ] {
        let (mut item, own) = beside("SV: Bygglov för carport", read_at, |_| ());
        item.asked_at = stamp.map(at);
        let is = was_thanks(&item, &own, &answer(), &sweden(), &[]);
        assert_eq!(is, expected, "{read_at} {stamp:?}");
    }
}
