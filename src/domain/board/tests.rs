//! One small town for the tables of the core: the handler `h` with the deputy `d` reports to `b`;
//! `annan` is for another mailbox.

use super::*;
use crate::domain::calendar::tests::sweden;
use crate::domain::citizen::Source;
use crate::domain::classify::House;
use crate::domain::pledge::{Moment, NoticeText, Span};
use crate::domain::whose::Whose;
use std::collections::BTreeMap;

pub(crate) fn pledge(name: &str) -> Pledge {
    let moment = |text: &str| Moment::parse(text).expect("a moment");
    Pledge {
        name: name.to_owned(),
        former: Vec::new(),
        matches: Match::default(),
        letter: false,
        stamp: None,
        time: Span::WorkingDays(2),
        without_clock: false,
        reminder: Some(moment("due 08:00")),
        notice: Some(moment("due 13:00")),
        escalation: vec![moment("due+1 08:00")],
        promise: Span::WorkingDays(10),
        tell_new_date: false,
        text: NoticeText::Usual,
        kept_by: crate::domain::kept_by::KeptBy::default(),
        handler: None,
        others: Vec::new(),
        tell_at_once: false,
        advice: None,
        set_start: false,
        decision: None,
        words: None,
    }
}

pub(crate) fn member(id: &str, reports_to: Option<&str>, deputy: Option<&str>) -> Member {
    Member {
        id: id.to_owned(),
        name: id.to_uppercase(),
        title: None,
        phone: None,
        signs_as: None,
        tongues: BTreeMap::new(),
        email: format!("{id}@example.se"),
        aliases: Vec::new(),
        reports_to: reports_to.map(str::to_owned),
        deputy: deputy.map(str::to_owned),
        away: Vec::new(),
        left: false,
        works: crate::domain::works::Works::default(),
        folders: Vec::new(),
    }
}

pub(crate) fn board() -> Board {
    let members = [
        member("h", Some("b"), Some("d")),
        member("d", Some("b"), None),
        member("b", None, None),
        member("annan", None, None),
    ];
    let members: BTreeMap<_, _> = members
        .into_iter()
        .map(|member| (member.id.clone(), member))
        .collect();
    Board {
        name: "kf".to_owned(),
        address: "kf@example.se".to_owned(),
        aliases: vec!["kommunfullmaktige@example.se".to_owned()],
        former: vec!["namnden@example.se".to_owned()],
        calendar: Arc::new(sweden()),
        staff: Arc::new(Staff {
            members,
            ..Staff::default()
        }),
        all_own: Arc::default(),
        organisation: Arc::default(),
        tongue: Tongue::SWEDISH,
        operator: "drift@example.se".to_owned(),
        shadow: Shadow::default(),
        handler: Some("h".to_owned()),
        supervisor: None,
        assign: Vec::new(),
        handler_folders: true,
        inboxes: vec!["INBOX".to_owned()],
        start: None,
        poll: Duration::from_mins(1),
        border_hosts: Vec::new(),
        authserv_id: None,
        channels: Arc::default(),
        staff_mail: StaffMail::default(),
        notify_senders: Vec::new(),
        never_notify: Vec::new(),
        quote_subject: true,
        sensitive: false,
        internal_clock: false,
        notices_per_hour: 20,
        relay: "smtp.example.se".to_owned(),
        save_sent: true,
        own_copy: true,
        known_pledges: Arc::new(vec![pledge("email")]),
        pledges: Vec::new(),
        rest: pledge("email"),
        not_here: BTreeSet::from(["annan".to_owned()]),
        stand_ins: StandIns::default(),
    }
}

fn subject(pattern: &str) -> Match {
    Match {
        subject: Some(regex::Regex::new(pattern).expect("a pattern")),
        ..Match::default()
    }
}

#[test]
fn a_message_has_the_first_pledge_that_fits_and_else_the_last() {
    let pledges = [
        Pledge {
            matches: subject("(?i)handling"),
            ..pledge("records")
        },
        Pledge {
            matches: subject("(?i)klagom"),
            ..pledge("complaint")
        },
    ];
    let board = Board {
        pledges: pledges.to_vec(),
        ..board()
    };
    for (subject, expected) in [
        ("Begär ut handlingar", "records"),
        ("Klagomål om handlingar", "records"),
        ("Klagomål", "complaint"),
        ("Fråga", "email"),
    ] {
        let message = Message {
            subject: subject.to_owned(),
            ..Message::default()
        };
        assert_eq!(
            board.pledge_for(&message, "INBOX").name,
            expected,
            "{subject}"
        );
    }
    let names: Vec<&str> = board.pledges().map(|pledge| pledge.name.as_str()).collect();
    assert_eq!(names, ["records", "complaint", "email"]);
}

#[test]
fn an_item_keeps_a_pledge_that_is_for_other_mailboxes_by_now() {
    let known_pledges = Arc::new(vec![pledge("letter"), pledge("email")]);
    let board = Board {
        known_pledges,
        ..board()
    };
    for (name, expected) in [
        (Some("letter"), "letter"),
        (Some("email"), "email"),
        (Some("old"), "email"),
        (None, "email"),
    ] {
        assert_eq!(board.pledge(name).name, expected, "{name:?}");
    }
}

#[test]
fn staff_of_another_mailbox_write_as_anybody_does() {
    let board = board();
    for (address, id) in [
        ("h@example.se", Some("h")),
        ("H@Example.SE", Some("h")),
        ("annan@example.se", None),
        ("kf@example.se", None),
    ] {
        assert_eq!(
            board.staff_at(address).map(|member| member.id.as_str()),
            id,
            "{address}"
        );
    }
    for own in [
        "kf@example.se",
        "kommunfullmaktige@example.se",
        "namnden@example.se",
    ] {
        assert!(board.is_own(own) && board.whose(own) == Whose::Own, "{own}");
    }
    assert!(!board.is_own("h@example.se"));
}

#[test]
fn new_work_goes_to_a_deputy_of_this_mailbox_and_the_report_to_the_top() {
    let with = |change: fn(&mut Member)| {
        let mut staff = Staff::clone(&board().staff);
        staff.members.get_mut("h").map(change);
        Board {
            staff: Arc::new(staff),
            ..board()
        }
    };
    assert!(with(|_| ()).still_works("h"));
    assert!(
        with(|h| h.left = true).still_works("h"),
        "the deputy has it"
    );
    let annan = |h: &mut Member| (h.left, h.deputy) = (true, Some("annan".to_owned()));
    assert!(
        !with(annan).still_works("h"),
        "that deputy is for another mailbox"
    );
    assert!(!board().still_works("annan") && !board().still_works("nobody"));
    assert_eq!(board().supervisor(), Some("b"));
    assert_eq!(board().top().map(|member| member.id.as_str()), Some("b"));
    let circle = with(|h| h.reports_to = Some("h".to_owned()));
    assert_eq!(circle.top().map(|member| member.id.as_str()), Some("h"));
    let named = Board {
        supervisor: Some("d".to_owned()),
        ..board()
    };
    assert_eq!(
        (
            named.supervisor(),
            named.top().map(|member| member.id.as_str())
        ),
        (Some("d"), Some("b"))
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one case after the other")]
fn a_writer_sits_outside_or_inside_and_a_channel_writes_for_others() {
    let organisation = Organisation {
        domains: vec!["example.se".to_owned(), ".skola.example.org".to_owned()],
        ..Organisation::default()
    };
    let channel = |from: &str, names_citizen, notice| Channel {
        from: vec![from.to_owned()],
        names_citizen,
        notice,
    };
    let channels = vec![
        channel("formular@example.se", true, true),
        channel("@vaxel.example.se", false, false),
    ];
    let board = Board {
        organisation: Arc::new(organisation),
        channels: Arc::new(channels),
        ..board()
    };
    let check = |from: &str, house, source, notice: Option<bool>| {
        let from = vec![crate::domain::message::Address {
            name: None,
            addr: from.to_owned(),
        }];
        let message = Message {
            from,
            ..Message::default()
        };
        assert_eq!(
            (board.house_of(&message), board.source_of(&message)),
            (house, source),
            "{message:?}"
        );
        assert_eq!(
            board.channel_of(&message).map(|channel| channel.notice),
            notice
        );
        assert_eq!(board.trust_in(&message), None);
    };
    check("kim@example.net", House::Outside, Source::Writer, None);
    check("h@example.se", House::Staff, Source::Writer, None);
    check("bo@example.se", House::Colleague, Source::Writer, None);
    check("bo@sub.example.se", House::Outside, Source::Writer, None);
    check(
        "bo@a.skola.example.org",
        House::Colleague,
        Source::Writer,
        None,
    );
    check("bo@skola.example.org", House::Outside, Source::Writer, None);
    check("kf@example.se", House::Outside, Source::Writer, None);
    check(
        "formular@example.se",
        House::Outside,
        Source::ReplyTo,
        Some(true),
    );
    check(
        "x@vaxel.example.se",
        House::Outside,
        Source::Unknown,
        Some(false),
    );
    let switchboard = Match {
        from: vec!["tele@example.se".to_owned()],
        ..Match::default()
    };
    let rules = Board {
        assign: vec![AssignRule {
            matches: switchboard,
            handler: "h".to_owned(),
            others: Vec::new(),
        }],
        ..board.clone()
    };
    let from = vec![crate::domain::message::Address {
        name: None,
        addr: "tele@example.se".to_owned(),
    }];
    let called = Message {
        from,
        ..Message::default()
    };
    assert_eq!(
        (board.house_of(&called), rules.house_of(&called)),
        (House::Colleague, House::Outside)
    );
    assert_eq!(rules.source_of(&called), Source::Writer);
    // A form of the house that is no configured channel.
    for (reply_to, house) in [
        ("kim@example.net", House::Outside),
        ("bo@example.se", House::Colleague),
        ("kf@example.se", House::Colleague),
    ] {
        let form = Message {
            reply_to: vec![crate::domain::message::Address {
                name: None,
                addr: reply_to.to_owned(),
            }],
            ..called.clone()
        };
        assert_eq!(board.house_of(&form), house, "{reply_to}");
    }
    let for_kim = Message {
        reply_to: vec![crate::domain::message::Address {
            name: None,
            addr: "kim@example.net".to_owned(),
        }],
        ..called.clone()
    };
    assert_eq!(rules.source_of(&for_kim), Source::ReplyTo);
    assert_eq!(board.source_of(&for_kim), Source::Writer);
    let for_itself = Message {
        reply_to: called.from.clone(),
        ..called
    };
    assert_eq!(rules.source_of(&for_itself), Source::Writer);
    let board = Board {
        all_own: Arc::new(vec!["bygg@example.se".to_owned()]),
        ..board
    };
    for (address, whose) in [
        ("kf@example.se", Whose::Own),
        ("Bygg@Example.SE", Whose::Own),
        ("h@example.se", Whose::Staff("h")),
        ("annan@example.se", Whose::Colleague),
        ("bo@a.skola.example.org", Whose::Colleague),
        ("formular@example.se", Whose::Outside),
        ("x@vaxel.example.se", Whose::Outside),
        ("kim@example.net", Whose::Outside),
    ] {
        assert_eq!(board.whose(address), whose, "{address}");
    }
}

#[test]
fn who_works_in_the_mailbox_and_who_stands_above() {
    let mut board = board();
    let live = crate::domain::orders::tests::item(crate::domain::item::State::Open);
    let now = live.received_at;
    let who = |board: &Board, item: &Item| -> Vec<String> {
        let mark = |is: bool, mark: &'static str| if is { mark } else { "" };
        ["h", "d", "b", "annan"]
            .iter()
            .map(|id| {
                let (opens, sees) = (board.opens(id), board.may_see(id, item, now));
                format!(
                    "{id}{}{}{}",
                    mark(opens, "o"),
                    mark(sees, "s"),
                    mark(board.is_over(id, item, now), "^")
                )
            })
            .collect()
    };
    assert_eq!(who(&board, &live), ["hos", "dos", "b^", "annan"]);
    // The supervisor has taken it, and sees it; the handler works there all the same.
    let taken = Item {
        handler: Some("b".to_owned()),
        ..live.clone()
    };
    assert_eq!(who(&board, &taken), ["hos", "dos", "bs", "annan"]);
    let nobodys = Item {
        handler: None,
        ..live
    };
    assert_eq!(who(&board, &nobodys), ["hos", "dos", "b^", "annan"]);
    // A rule assigns to a member who is for other mailboxes only.
    board.assign.push(AssignRule {
        matches: Match::default(),
        handler: "annan".to_owned(),
        others: Vec::new(),
    });
    board.not_here = BTreeSet::from(["annan".to_owned()]);
    assert_eq!(who(&board, &nobodys), ["hos", "dos", "b^", "annan"]);
}

#[test]
fn subject_and_sender_stand_in_mail_to_those_who_may_read_them() {
    let item = crate::domain::orders::tests::item(crate::domain::item::State::Open);
    for (handler, supervisor, sensitive, shown) in [
        (true, false, false, "h"),
        (false, true, false, "b"),
        (true, true, false, "hb"),
        (false, false, false, ""),
        (true, true, true, ""),
    ] {
        let board = Board {
            staff_mail: StaffMail {
                handler,
                supervisor,
            },
            sensitive,
            ..board()
        };
        let ids = ["h", "b", "annan"].into_iter();
        let found: String = ids
            .filter(|id| board.shows(id, &item, item.received_at))
            .collect();
        assert_eq!(
            found, shown,
            "{:?}, sensitive: {sensitive}",
            board.staff_mail
        );
    }
}

#[test]
fn a_folder_is_a_handlers_where_the_mailbox_has_such_and_no_rule_has_taken_it() {
    let folder = |role| Watched {
        name: "INBOX/b".to_owned(),
        role,
        separator: Some('/'),
    };
    let mut board = board();
    let owner = |board: &Board, role| board.owner_of(&folder(role)).map(|b| b.id.clone());
    assert_eq!(owner(&board, Role::Inbox).as_deref(), Some("b"));
    assert_eq!(owner(&board, Role::Sent), None);
    board.assign.push(AssignRule {
        matches: Match {
            folder: vec!["INBOX/b".to_owned()],
            ..Match::default()
        },
        handler: "d".to_owned(),
        others: Vec::new(),
    });
    assert_eq!(owner(&board, Role::Inbox), None);
    board.assign.clear();
    board.handler_folders = false;
    assert_eq!(owner(&board, Role::Inbox), None);
}
