//! One rule, one table.

use super::*;
use crate::domain::board::AssignRule;
use crate::domain::board::tests::{board, member, pledge};
use crate::domain::calendar::tests::date;
use crate::domain::classify::{Context, Conversation, classify};
use crate::domain::event::{Effect, Event, Fact};
use crate::domain::folders::Role;
use crate::domain::item::tests as given;
use crate::domain::kept::{MessageRow, More};
use crate::domain::matching::Match;
use crate::domain::message::Address;
use crate::domain::organisation::Organisation;
use crate::domain::pledge::Span;
use crate::domain::staff::Staff;
use std::sync::Arc;

/// Thursday 19 November 2026, in the morning.
const AT: &str = "2026-11-19T08:12:00Z";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn folder(name: &str, role: Role) -> Watched {
    Watched {
        name: name.to_owned(),
        role,
        separator: Some('/'),
    }
}

fn message(subject: &str) -> Message {
    let from = vec![Address {
        name: None,
        addr: "anna@example.com".to_owned(),
    }];
    Message {
        from,
        subject: subject.to_owned(),
        ..Message::default()
    }
}

/// A message of Anna's in the inbox, and what the register knows.
struct Case {
    message: Message,
    folder: Watched,
    pledge: Pledge,
    known: Known,
    board: Board,
    received_at: &'static str,
    asked_at: Option<&'static str>,
}

impl Case {
    fn new(subject: &str) -> Self {
        Self {
            message: message(subject),
            folder: folder("INBOX", Role::Inbox),
            pledge: pledge("email"),
            known: Known::default(),
            board: board(),
            received_at: AT,
            asked_at: None,
        }
    }

    fn with(change: impl FnOnce(&mut Self)) -> Self {
        let mut case = Self::new("Fråga");
        change(&mut case);
        case
    }

    fn verdict(&self) -> Verdict {
        let own = self.board.own_addresses();
        let conversation = if self.known.thread.conversation.is_some() {
            Conversation::Known
        } else {
            Conversation::Unknown
        };
        let in_junk = self.folder.role == Role::Junk;
        classify(
            &self.message,
            &Context {
                own: &own,
                in_junk,
                conversation,
                ..Context::default()
            },
        )
    }

    fn admit(&self) -> Admission {
        let verdict = self.verdict();
        open(&self.arriving(&verdict), &self.known, &self.board)
    }

    fn arriving<'a>(&'a self, verdict: &'a Verdict) -> Arriving<'a> {
        Arriving {
            message: &self.message,
            folder: &self.folder,
            received_at: at(self.received_at),
            arrival: Arrival::Internaldate,
            pledge: &self.pledge,
            verdict,
            asked_at: self.asked_at.map(at),
        }
    }

    /// Due date, and may a notice be sent.
    fn clock(&self) -> (NaiveDate, bool) {
        match self.admit().standing {
            Standing::Open {
                due, may_notify, ..
            } => (due.date, may_notify),
            other => panic!("{other:?}"),
        }
    }

    fn handler(&self) -> (Option<String>, Option<AssignedBy>) {
        match self.admit().standing {
            Standing::Open {
                handler,
                assigned_by,
                ..
            } => (handler, assigned_by),
            other => panic!("{other:?}"),
        }
    }
}

fn first() -> ItemId {
    ItemId::new(2026, 1)
}

/// An open item of Tuesday the 17th, due on Thursday the 19th.
pub(crate) fn leader(noticed: Option<&str>) -> Item {
    let received_at = at("2026-11-17T09:00:00Z");
    let logged = Logged {
        language: Some(Tongue::ENGLISH),
        ..given::logged(received_at, given::open(date("2026-11-17"), "d"))
    };
    let event = |at, fact| Event {
        at,
        by: "system".to_owned(),
        fact,
    };
    let mut item = given::born(first(), received_at, logged);
    if let Some(noticed) = noticed {
        item.apply(&event(
            at(noticed),
            Fact::Sent {
                effect: Effect::Notice,
                at: at(noticed),
                promise: None,
            },
        ))
        .expect("legal");
    }
    item
}

fn thread(open_items: Vec<Item>) -> Thread {
    Thread {
        conversation: Some(first()),
        handler: Some("d".to_owned()),
        open_items,
        ..Thread::default()
    }
}

#[test]
fn every_question_has_the_clock_of_its_own_pledge() {
    let check = |case: Case, due: &str| {
        assert_eq!(case.clock(), (date(due), true), "{:?}", case.known.thread);
    };
    check(Case::new("Fråga"), "2026-11-23");
    check(
        Case::with(|case| case.pledge.time = Span::WorkingDays(5)),
        "2026-11-26",
    );
    check(
        Case::with(|case| case.received_at = "2026-11-21T10:00:00Z"),
        "2026-11-24",
    );
    check(
        Case::with(|case| case.known.thread = thread(vec![leader(None)])),
        "2026-11-23",
    );
    let records = |case: &mut Case| {
        case.known.thread = thread(vec![leader(None)]);
        case.pledge.time = Span::WorkingDays(0);
    };
    check(Case::with(records), "2026-11-19");
    check(
        Case::with(|case| case.known.thread = thread(Vec::new())),
        "2026-11-23",
    );
}

#[test]
fn a_letter_runs_from_a_stamp_that_is_believed() {
    let stamp = regex::Regex::new(r"Ink (\d{4}-\d{2}-\d{2})").expect("a pattern");
    for (subject, due, arrival, flags) in [
        ("Brev Ink 2026-11-18", "2026-11-20", Arrival::Stamp, vec![]),
        ("Brev", "2026-11-23", Arrival::Internaldate, vec![]),
        (
            "Brev Ink 2026-11-25",
            "2026-11-23",
            Arrival::Internaldate,
            vec![Flag::StampInFuture],
        ),
        (
            "Brev Ink 2025-11-18",
            "2026-11-23",
            Arrival::Internaldate,
            vec![Flag::StampTooOld],
        ),
    ] {
        let case = Case::with(|case| {
            case.message.subject = subject.to_owned();
            case.pledge = Pledge {
                letter: true,
                stamp: Some(stamp.clone()),
                ..pledge("letter")
            };
        });
        let admission = case.admit();
        assert_eq!(
            (case.clock().0, admission.arrival, admission.flags),
            (date(due), arrival, flags),
            "{subject}"
        );
    }
}

#[test]
fn folder_before_rule_before_pledge_before_conversation_before_default() {
    let rule = || AssignRule {
        matches: Match {
            subject: Some(regex::Regex::new("Fråga").expect("a pattern")),
            ..Match::default()
        },
        handler: "b".to_owned(),
        others: Vec::new(),
    };
    let mut case = Case::new("Fråga");
    let mut check = |change: fn(&mut Case), handler: Option<&str>, how: Option<AssignedBy>| {
        change(&mut case);
        assert_eq!(case.handler(), (handler.map(str::to_owned), how));
    };
    check(|case| case.board.handler = None, None, None);
    check(
        |case| case.board.handler = Some("h".to_owned()),
        Some("h"),
        Some(AssignedBy::Default),
    );
    check(
        |case| case.known.thread.handler = Some("d".to_owned()),
        Some("d"),
        Some(AssignedBy::Conversation),
    );
    check(
        |case| case.pledge.handler = Some("h".to_owned()),
        Some("h"),
        Some(AssignedBy::Rule),
    );
    case.board.assign = vec![rule()];
    assert_eq!(
        case.handler(),
        (Some("b".to_owned()), Some(AssignedBy::Rule))
    );
    case.folder = folder("INBOX/D", Role::Inbox);
    assert_eq!(
        case.handler(),
        (Some("d".to_owned()), Some(AssignedBy::Folder))
    );
    // A folder that a rule names is the rule's.
    case.board.assign[0].matches.folder = vec!["INBOX/D".to_owned()];
    assert_eq!(
        case.handler(),
        (Some("b".to_owned()), Some(AssignedBy::Rule))
    );
}

#[test]
fn a_conversations_handler_who_has_left_for_good_gets_nothing_new() {
    let mut case = Case::with(|case| case.known.thread = thread(Vec::new()));
    let mut staff = Staff::clone(&case.board.staff);
    staff.members.insert(
        "d".to_owned(),
        crate::domain::staff::Member {
            left: true,
            ..member("d", None, None)
        },
    );
    case.board.staff = Arc::new(staff);
    assert_eq!(
        case.handler(),
        (Some("h".to_owned()), Some(AssignedBy::Default))
    );
}

#[test]
fn a_notice_is_held_by_what_surrounds_the_message() {
    for (what, change, flag) in [
        ("nothing", (|_| ()) as fn(&mut Case), None),
        (
            "in a conversation where nothing is open",
            |case| case.known.thread = thread(Vec::new()),
            None,
        ),
        (
            "just after our notice",
            |case| case.known.follows_a_notice = true,
            Some(Flag::Echo),
        ),
        (
            "just after our notice, in its conversation, about something else",
            |case| {
                case.known.thread = thread(vec![leader(None)]);
                case.known.follows_a_notice = true;
            },
            Some(Flag::Echo),
        ),
        (
            "moved here",
            |case| case.asked_at = Some("2026-10-01T08:00:00Z"),
            Some(Flag::MovedIn),
        ),
        (
            "moved here by our clock, as far behind as may be",
            |case| case.asked_at = Some("2026-11-19T08:17:00Z"),
            Some(Flag::MovedIn),
        ),
        (
            "seen by a clock that is behind the server's",
            |case| case.asked_at = Some("2026-11-19T08:17:01Z"),
            None,
        ),
        (
            "to a mail of ours to staff",
            |case| case.known.answers_staff_mail = true,
            Some(Flag::StrangersReply),
        ),
    ] {
        let case = Case::with(change);
        assert_eq!(
            (case.admit().flags, case.clock().1),
            (Vec::from_iter(flag), flag.is_none()),
            "{what}"
        );
    }
    let nobody = Case::with(|case| case.message.from.clear());
    assert!(!nobody.clock().1, "there is nobody to send it to");
}

#[test]
fn a_later_question_of_the_matter_is_covered_by_the_notice_that_stands() {
    let told = || {
        let row = MessageRow {
            received_at: at("2026-11-17T09:00:00Z"),
            size: 500,
            message_id: None,
            sender: Some("anna@example.com".to_owned()),
            name: None,
            subject: "Fråga".to_owned(),
            more: More::default(),
        };
        vec![Told {
            item: leader(Some("2026-11-18T12:00:00Z")),
            row,
        }]
    };
    for (what, change, covered) in [
        ("nothing else", (|_| ()) as fn(&mut Case), true),
        (
            "a pledge with a rule of its own",
            |case| case.pledge.matches.to = vec!["kf@example.se".to_owned()],
            false,
        ),
        ("a letter", |case| case.pledge.letter = true, false),
        (
            "another matter",
            |case| case.message.subject = "En annan fråga".to_owned(),
            false,
        ),
        (
            "through a group",
            |case| {
                case.message.headers = vec![("list-id".to_owned(), "<kf.example.se>".to_owned())];
            },
            false,
        ),
    ] {
        let mut case = Case::with(|case| case.known.told = told());
        change(&mut case);
        let Standing::Open {
            due, covered_by, ..
        } = case.admit().standing
        else {
            panic!("{what}")
        };
        assert_eq!(covered_by, covered.then_some(first().0), "{what}");
        assert_eq!(
            due.date,
            date("2026-11-23"),
            "{what}: a covered one has its own date all the same"
        );
    }
}

/// Whose people write from `example.se`.
fn municipality() -> Arc<Organisation> {
    Arc::new(Organisation {
        domains: vec!["example.se".to_owned()],
        ..Organisation::default()
    })
}

fn header(case: &mut Case, name: &str, value: &str) {
    case.message
        .headers
        .push((name.to_owned(), value.to_owned()));
}

fn in_junk(case: &mut Case) {
    case.folder = folder("Skräppost", Role::Junk);
}

/// A bulk-marked mail of a sender that reads nothing.
fn from_a_robot(case: &mut Case) {
    case.message.from[0].addr = "noreply@example.com".to_owned();
    header(case, "precedence", "bulk");
}

fn automatic(case: &mut Case) {
    header(case, "auto-submitted", "auto-replied");
}

/// Anna's message, as it is kept.
fn row(received_at: DateTime<Utc>) -> MessageRow {
    MessageRow {
        received_at,
        size: 500,
        message_id: None,
        sender: Some("anna@example.com".to_owned()),
        name: None,
        subject: "Fråga".to_owned(),
        more: More::default(),
    }
}

/// Thanks for an answer to Anna's question.
fn thanks(case: &mut Case) {
    let evidence = crate::domain::event::Evidence::without_mail(
        crate::domain::event::EvidenceKind::Sent,
        None,
    );
    let fact = Fact::Answered {
        at: at("2026-11-18T12:00:00Z"),
        answered_by: None,
        evidence,
    };
    let mut item = leader(None);
    item.apply(&Event {
        at: at("2026-11-18T12:00:00Z"),
        by: "system".to_owned(),
        fact,
    })
    .expect("legal");
    let row = row(item.received_at);
    case.known.thread = thread(Vec::new());
    case.known.answer = Some(Answer {
        item,
        row,
        subject: None,
        beside: Vec::new(),
    });
}

/// A case, what makes it of the plain question, and what it is presumed to be.
type Row<'a> = (&'a str, Vec<&'a dyn Fn(&mut Case)>, Option<Presumed>);

#[test]
#[expect(clippy::too_many_lines, reason = "one case after the other")]
fn what_is_most_likely_no_question_is_none_until_somebody_says_so() {
    let matched = |case: &mut Case| case.pledge.matches.to = vec!["kf@example.se".to_owned()];
    let rule = |case: &mut Case| {
        let from = vec!["noreply@example.com".to_owned()];
        case.board.assign = vec![AssignRule {
            matches: Match {
                from,
                ..Match::default()
            },
            handler: "b".to_owned(),
            others: Vec::new(),
        }];
    };
    let rows: [Row; 17] = [
        ("a question", vec![], None),
        ("junk", vec![&in_junk], Some(Presumed::Junk)),
        (
            "junk of a known thread",
            vec![&in_junk, &|case| case.known.thread = thread(Vec::new())],
            None,
        ),
        (
            "junk of somebody whom we wrote to",
            vec![&in_junk, &|case| case.known.was_written_to = true],
            None,
        ),
        (
            "junk under a pledge with a rule",
            vec![&in_junk, &matched],
            None,
        ),
        (
            "an automatic reply in no thread",
            vec![&automatic],
            Some(Presumed::Absence),
        ),
        (
            "an automatic reply in junk",
            vec![&automatic, &in_junk],
            Some(Presumed::Junk),
        ),
        (
            "a robot's bulk mail",
            vec![&from_a_robot],
            Some(Presumed::NoReply),
        ),
        (
            "a robot's mail",
            vec![&|case| case.message.from[0].addr = "noreply@example.com".to_owned()],
            None,
        ),
        (
            "a person's bulk mail",
            vec![&|case| header(case, "precedence", "bulk")],
            None,
        ),
        (
            "a robot that a rule names",
            vec![&from_a_robot, &rule],
            None,
        ),
        (
            "a robot of our own",
            vec![&from_a_robot, &|case| {
                case.message.from[0].addr = "noreply@example.se".to_owned();
            }],
            None,
        ),
        ("thanks", vec![&thanks], Some(Presumed::Thanks)),
        (
            "thanks with another question",
            vec![&thanks, &|case| case.message.subject = "Fråga?".to_owned()],
            None,
        ),
        (
            "thanks under a pledge with a rule",
            vec![&thanks, &matched],
            None,
        ),
        (
            "a group's thanks",
            vec![&thanks, &|case| header(case, "list-id", "<kf.example.se>")],
            None,
        ),
        (
            "thanks of a colleague",
            vec![&thanks, &|case| {
                case.message.from[0].addr = "kollega@example.se".to_owned();
            }],
            None,
        ),
    ];
    for (what, changes, expected) in rows {
        let mut case = Case::with(|case| case.board.organisation = municipality());
        for change in &changes {
            change(&mut case);
        }
        let why = match case.admit().standing {
            Standing::NoQuestion { why, handler, .. } => {
                assert_eq!(
                    handler.as_deref(),
                    Some(if case.known.thread.handler.is_some() {
                        "d"
                    } else {
                        "h"
                    })
                );
                Some(why)
            }
            Standing::Open { .. } => None,
            other => panic!("{what}: {other:?}"),
        };
        assert_eq!(why, expected, "{what}");
    }
}

#[test]
fn an_answer_that_is_read_later_makes_thanks_of_a_citizens_mail_that_asks_nothing() {
    let check = |change: fn(&mut Case), through_channel, expected: bool| {
        let mut case = Case::with(|case| case.board.organisation = municipality());
        change(&mut case);
        let mut row = row(at(AT));
        row.more.through_channel = through_channel;
        let verdict = case.verdict();
        let may = may_thank(&case.arriving(&verdict), &row, &case.board);
        assert_eq!(may, expected, "{:?}", case.message);
    };
    check(|_| (), false, true);
    check(|_| (), true, false);
    check(
        |case| case.message.subject = "Fråga?".to_owned(),
        false,
        false,
    );
    check(automatic, false, false);
    check(
        |case| case.message.from[0].addr = "kollega@example.se".to_owned(),
        false,
        false,
    );
    check(
        |case| case.pledge.matches.to = vec!["kf@example.se".to_owned()],
        false,
        false,
    );
}

#[test]
fn a_colleagues_own_matter_has_no_clock_unless_it_is_doubtful() {
    let is_internal = |change: &dyn Fn(&mut Case)| {
        let mut case =
            Case::with(|case| case.message.from[0].addr = "kollega@example.se".to_owned());
        case.board.organisation = municipality();
        change(&mut case);
        let context = Context {
            house: case.board.house_of(&case.message),
            in_junk: case.folder.role == Role::Junk,
            ..Context::default()
        };
        let verdict = classify(&case.message, &context);
        is_internal(&case.arriving(&verdict), &case.board)
    };
    for (what, change, expected) in [
        ("a colleague", (|_| ()) as fn(&mut Case), true),
        (
            "a citizen",
            |case| case.message.from[0].addr = "anna@example.com".to_owned(),
            false,
        ),
        (
            "a member of staff",
            |case| case.message.from[0].addr = "h@example.se".to_owned(),
            false,
        ),
        (
            "a forward",
            |case| case.message.subject = "VB: Fråga".to_owned(),
            false,
        ),
        ("in the junk folder", in_junk, false),
        (
            "where the mailbox has a clock for it",
            |case| case.board.internal_clock = true,
            false,
        ),
        (
            "a forged one",
            |case| header(case, "authentication-results", "mx; dmarc=fail"),
            false,
        ),
        (
            "a pledge with a rule",
            |case| case.pledge.matches.to = vec!["kf@example.se".to_owned()],
            false,
        ),
    ] {
        assert_eq!(is_internal(&change), expected, "{what}");
    }
}

#[test]
fn what_is_alike_is_flagged_on_both_sides() {
    let case = Case::with(|case| case.known.alike = vec![first()]);
    let admission = case.admit();
    assert_eq!(admission.flags, [Flag::PossibleDuplicate]);
    assert_eq!(admission.others, [(first(), Flag::PossibleDuplicate)]);
}

#[test]
fn the_citizens_language_is_the_mails_else_the_conversations() {
    let english = ("content-language".to_owned(), "en".to_owned());
    let of = |change: &dyn Fn(&mut Case)| Case::with(|case| change(case)).admit().language;
    assert_eq!(of(&|_| ()), None, "Swedish is the service's own");
    let asks = |case: &mut Case| {
        case.message.subject = "A question about the school".to_owned();
        case.message.headers = vec![english.clone()];
    };
    assert_eq!(of(&asks), Some(Tongue::ENGLISH));
    let of_a_scan = |case: &mut Case| {
        asks(case);
        case.pledge.letter = true;
    };
    assert_eq!(of(&of_a_scan), None);
    let follows = |case: &mut Case| {
        case.message.subject = "4711".to_owned();
        case.known.thread = thread(vec![leader(None)]);
    };
    assert_eq!(of(&follows), Some(Tongue::ENGLISH));
    let says_so_in_english = |case: &mut Case| {
        follows(case);
        case.board.tongue = Tongue::ENGLISH;
    };
    assert_eq!(
        of(&says_so_in_english),
        None,
        "it is the service's own there"
    );
}

#[test]
fn what_needs_no_answer_keeps_its_conversation_and_no_flag_that_asks_for_a_look() {
    let case = Case::with(|case| {
        case.message.subject = "Autosvar: borta".to_owned();
        case.message.headers = vec![("auto-submitted".to_owned(), "auto-replied".to_owned())];
        case.folder = folder("Skräppost", Role::Junk);
    });
    let verdict = case.verdict();
    assert!(
        verdict.marks.contains(&Mark::WithoutConversation),
        "{:?}",
        verdict.marks
    );
    let admission = excluded(
        &case.arriving(&verdict),
        &thread(Vec::new()),
        Reason::StaffReply,
    );
    assert_eq!(admission.flags, [Flag::InJunk]);
    assert!(admission.is_reply_of_staff());
    for (reason, is_reply) in [(Reason::StaffCommand, true), (Reason::Internal, false)] {
        let other = excluded(&case.arriving(&verdict), &thread(Vec::new()), reason);
        assert_eq!(other.is_reply_of_staff(), is_reply, "{:?}", other.standing);
    }
    assert_eq!(admission.conversation, Some(first()));
    assert_eq!(
        admission.standing,
        Standing::Excluded {
            reason: Reason::StaffReply
        }
    );
    let id = ItemId::new(2026, 2);
    assert_eq!(
        admission
            .logged(id, &case.arriving(&verdict), "kf")
            .conversation,
        first().0
    );
    let older = history(&case.arriving(&verdict));
    assert_eq!(
        (older.standing.clone(), older.flags.len()),
        (Standing::History, 0)
    );
    assert_eq!(
        older
            .logged(id, &case.arriving(&verdict), "kf")
            .conversation,
        id.0
    );
}
