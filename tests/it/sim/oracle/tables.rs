//! Small towns of some mails each, and how their questions must stand by the page of rules.

use super::facts::{Command, Facts, House, Key, Lie, Own, Said, Word};
use super::judge::{Judge, Standing};
use super::mail::{Mail, Mark};
use super::trust::Auth;
use chrono::{DateTime, Duration, TimeZone, Utc};
use std::collections::{BTreeMap, BTreeSet};

const KF: &str = "kf@example.se";
const ANNA: &str = "anna@example.com";
const STAFF: &str = "registrator@example.se";

/// A mail: serial, From, To, Cc, subject, the serial that it points at, folder, hours since the
/// beginning.
type Row = (
    u32,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    u32,
    &'static str,
    i64,
);

fn at(hours: i64) -> DateTime<Utc> {
    let begin = Utc.with_ymd_and_hms(2026, 11, 16, 8, 0, 0).single();
    begin.unwrap_or_default() + Duration::hours(hours)
}

fn town(border: Option<&'static str>, rows: &[Row], change: impl Fn(&mut Mail)) -> Facts {
    let house = House {
        mailboxes: vec![vec![KF.to_owned()]],
        staff: vec![STAFF.to_owned()],
        domains: vec!["example.se".to_owned()],
        border,
        ..House::default()
    };
    let mut facts = Facts {
        house,
        ..Facts::default()
    };
    for (serial, from, to, cc, subject, points, folder, hours) in rows {
        let list = |text: &str| text.split_whitespace().map(str::to_owned).collect();
        let mut mail = Mail {
            serial: *serial,
            from: (*from).to_owned(),
            auth: Auth::Pass,
            ..Mail::default()
        };
        (mail.to, mail.cc, mail.subject) = (list(to), list(cc), (*subject).to_owned());
        (mail.id, mail.date) = (Some(format!("m{serial}")), Some(at(*hours)));
        mail.in_reply_to = (*points > 0).then(|| format!("m{points}"));
        change(&mut mail);
        facts.mails.insert(*serial, mail);
        let put = facts.tick();
        let shown = Some(facts.tick());
        facts.lies.push(Lie {
            serial: *serial,
            mailbox: 0,
            folder: (*folder).to_owned(),
            at: at(*hours),
            since: at(*hours),
            put,
            gone: None,
            shown,
            denied: false,
            draft: false,
        });
    }
    facts
}

/// How the question of this serial stands, where it is an item.
fn standing(facts: &Facts, serial: u32) -> Vec<Standing> {
    let named = BTreeMap::new();
    let judge = Judge::new(facts, &named);
    let question = judge.questions.get(&Key { serial, mailbox: 0 });
    question
        .map(|question| question.standings.iter().copied().collect())
        .unwrap_or_default()
}

const ASKS: Row = (1, ANNA, KF, "", "Bron", 0, "INBOX", 0);

#[test]
#[expect(clippy::too_many_lines, reason = "one row for each rule")]
fn answers_settle_their_matter_and_nothing_else() {
    let answered = vec![Standing::Answered(at(5))];
    let live = vec![Standing::Live];
    let probably = vec![Standing::Probably];
    let cases: [(&str, Row, Row, u32, &Vec<Standing>); 13] = [
        (
            "in Sent",
            ASKS,
            (9, KF, ANNA, "", "SV: Bron", 1, "Skickat", 5),
            1,
            &answered,
        ),
        (
            "below Sent",
            ASKS,
            (9, KF, ANNA, "", "SV: Bron", 1, "Skickat/2026", 5),
            1,
            &answered,
        ),
        (
            "in the inbox, by staff",
            ASKS,
            (9, STAFF, ANNA, KF, "SV: Bron", 1, "INBOX", 5),
            1,
            &answered,
        ),
        (
            "to another",
            ASKS,
            (9, KF, "bo@example.com", "", "SV: Bron", 1, "Skickat", 5),
            1,
            &live,
        ),
        (
            "citizen in Cc, staff in To",
            ASKS,
            (9, KF, STAFF, ANNA, "SV: Bron", 1, "Skickat", 5),
            1,
            &probably,
        ),
        (
            "citizen in Cc, another in To",
            ASKS,
            (9, KF, "bo@x.org", ANNA, "SV: Bron", 1, "Skickat", 5),
            1,
            &answered,
        ),
        (
            "to a tag",
            ASKS,
            (
                9,
                KF,
                "anna+kf@example.com",
                "",
                "SV: Bron",
                1,
                "Skickat",
                5,
            ),
            1,
            &answered,
        ),
        (
            "a colleague's",
            ASKS,
            (9, "lars@example.se", ANNA, KF, "SV: Bron", 1, "INBOX", 5),
            1,
            &probably,
        ),
        (
            "in Junk",
            ASKS,
            (9, STAFF, ANNA, KF, "SV: Bron", 1, "Skräppost", 5),
            1,
            &live,
        ),
        (
            "older than the question",
            ASKS,
            (9, KF, ANNA, "", "SV: Bron", 1, "Skickat", -1),
            1,
            &live,
        ),
        (
            "the next of the matter",
            (2, ANNA, KF, "", "SV: Bron", 1, "INBOX", 2),
            (9, KF, ANNA, "", "SV: Bron", 2, "Skickat", 5),
            1,
            &answered,
        ),
        (
            "another subject",
            (2, ANNA, KF, "", "Vägen", 1, "INBOX", 2),
            (9, KF, ANNA, "", "SV: Bron", 1, "Skickat", 5),
            2,
            &live,
        ),
        (
            "another citizen",
            (2, "bo@x.org", KF, "", "SV: Bron", 1, "INBOX", 2),
            (9, KF, ANNA, "", "SV: Bron", 1, "Skickat", 5),
            2,
            &live,
        ),
    ];
    for (name, more, answer, serial, expected) in cases {
        let rows: BTreeSet<Row> = [ASKS, more, answer].into_iter().collect();
        let rows: Vec<Row> = rows.into_iter().collect();
        assert_eq!(
            &standing(&town(Some("mx"), &rows, |_| ()), serial),
            expected,
            "{name}"
        );
    }
}

#[test]
fn an_answer_is_believed_as_far_as_it_is_verified() {
    let rows = [ASKS, (9, STAFF, ANNA, KF, "SV: Bron", 1, "INBOX", 5)];
    let answered = vec![Standing::Answered(at(5))];
    for (auth, configured, without) in [
        (Auth::Pass, answered.clone(), answered.clone()),
        (Auth::Neither, vec![Standing::Probably], answered.clone()),
        (Auth::Missing, vec![Standing::Probably], answered.clone()),
        (Auth::DmarcFail, vec![Standing::Live], vec![Standing::Live]),
        (
            Auth::CompauthFail,
            vec![Standing::Live],
            vec![Standing::Live],
        ),
    ] {
        let by = |mail: &mut Mail| {
            if mail.serial == 9 {
                mail.auth = auth;
            }
        };
        assert_eq!(
            standing(&town(Some("mx"), &rows, by), 1),
            configured,
            "{auth:?}"
        );
        assert_eq!(standing(&town(None, &rows, by), 1), without, "{auth:?}");
    }
}

#[test]
fn thanks_are_thanks_only_where_nothing_is_asked() {
    let answer: Row = (9, KF, ANNA, "", "SV: Bron", 1, "Skickat", 5);
    let cases: [(&str, Row, Option<Mark>, Standing); 8] = [
        (
            "thanks",
            (10, ANNA, KF, "", "SV: Bron", 9, "INBOX", 8),
            None,
            Standing::NoQuestion,
        ),
        (
            "to the question",
            (10, ANNA, KF, "", "SV: Bron", 1, "INBOX", 8),
            None,
            Standing::Live,
        ),
        (
            "asks",
            (10, ANNA, KF, "", "SV: Bron?", 9, "INBOX", 8),
            None,
            Standing::Live,
        ),
        (
            "new matter",
            (10, ANNA, KF, "", "Vägen", 9, "INBOX", 8),
            None,
            Standing::Live,
        ),
        (
            "another citizen",
            (10, "bo@x.org", KF, "", "SV: Bron", 9, "INBOX", 8),
            None,
            Standing::Live,
        ),
        (
            "attachment",
            (10, ANNA, KF, "", "SV: Bron", 9, "INBOX", 8),
            Some(Mark::Attachment),
            Standing::Live,
        ),
        (
            "important",
            (10, ANNA, KF, "", "SV: Bron", 9, "INBOX", 8),
            Some(Mark::Important),
            Standing::Live,
        ),
        (
            "after three weeks",
            (10, ANNA, KF, "", "SV: Bron", 9, "INBOX", 600),
            None,
            Standing::Live,
        ),
    ];
    for (name, thanks, mark, expected) in cases {
        let facts = town(None, &[ASKS, answer, thanks], |mail| {
            mail.marks.extend(mark.filter(|_| mail.serial == 10));
        });
        assert_eq!(standing(&facts, 10), vec![expected], "{name}");
    }
    let again: Row = (11, ANNA, KF, "", "SV: Bron", 9, "INBOX", 9);
    let facts = town(
        None,
        &[
            ASKS,
            answer,
            (10, ANNA, KF, "", "SV: Bron", 9, "INBOX", 8),
            again,
        ],
        |_| (),
    );
    assert_eq!(
        standing(&facts, 11),
        vec![Standing::Live],
        "the second after the answer"
    );
    let thanks = (10, ANNA, KF, "", "SV: Bron", 9, "INBOX", 8);
    let facts = town(None, &[thanks, answer, ASKS], |_| ());
    assert_eq!(
        standing(&facts, 10),
        vec![Standing::Live, Standing::NoQuestion],
        "read before the question"
    );
}

#[test]
fn whom_we_wrote_to_is_no_junk() {
    let junk: Row = (2, ANNA, KF, "", "Erbjudande", 0, "Skräppost", 0);
    for (name, earlier, junk, expected) in [
        (
            "written to",
            (1, KF, ANNA, "", "Hej", 0, "Skickat", -5),
            junk,
            Standing::Live,
        ),
        (
            "by staff, in copy",
            (1, STAFF, "bo@x.org", ANNA, "Hej", 0, "Skickat/2026", -5),
            junk,
            Standing::Live,
        ),
        (
            "too long ago",
            (1, KF, ANNA, "", "Hej", 0, "Skickat", -9_700),
            junk,
            Standing::NoQuestion,
        ),
        (
            "only afterwards",
            (3, KF, ANNA, "", "Hej", 0, "Skickat", 5),
            junk,
            Standing::NoQuestion,
        ),
        (
            "before it, and read after it",
            (3, KF, ANNA, "", "Hej", 0, "Skickat", -5),
            junk,
            Standing::Live,
        ),
        (
            "to somebody else",
            (1, KF, "bo@x.org", "", "Hej", 0, "Skickat", -5),
            junk,
            Standing::NoQuestion,
        ),
        (
            "by somebody else",
            (1, "bo@x.org", ANNA, "", "Hej", 0, "Skickat", -5),
            junk,
            Standing::NoQuestion,
        ),
    ] as [(&str, Row, Row, Standing); 7]
    {
        let rows: BTreeSet<Row> = [earlier, junk].into_iter().collect();
        let rows: Vec<Row> = rows.into_iter().collect();
        let facts = town(None, &rows, |_| ());
        assert_eq!(standing(&facts, 2), vec![expected], "{name}");
    }
}

/// Which of two things of one moment was first, nobody knows.
#[test]
fn a_notice_vouches_for_what_comes_after_it() {
    for (hours, expected) in [
        (-1, Standing::Live),
        (0, Standing::Free),
        (1, Standing::NoQuestion),
    ] {
        let junk: Row = (2, ANNA, KF, "", "Erbjudande", 0, "Skräppost", 0);
        let mut facts = town(None, &[junk], |_| ());
        facts.own.push(Own {
            id: "n".to_owned(),
            kind: "notice".to_owned(),
            mailbox: 0,
            to: ANNA.to_owned(),
            subject: String::new(),
            about: Vec::new(),
            letters: Vec::new(),
            at: at(hours),
            written: at(hours),
            returned: None,
        });
        assert_eq!(standing(&facts, 2), vec![expected], "{hours}");
    }
}

#[test]
fn machines_are_known_by_their_marks() {
    for (name, mark, folder, expected) in [
        ("a list", Some(Mark::List), "INBOX", Standing::Live),
        (
            "a newsletter",
            Some(Mark::Newsletter),
            "INBOX",
            Standing::Excluded,
        ),
        (
            "an absence in no thread",
            Some(Mark::AutoReplied),
            "INBOX",
            Standing::NoQuestion,
        ),
        (
            "a calendar's reply",
            Some(Mark::CalendarReply),
            "INBOX",
            Standing::Excluded,
        ),
        (
            "an invitation",
            Some(Mark::CalendarRequest),
            "INBOX",
            Standing::Live,
        ),
        ("junk", None, "Skräppost", Standing::NoQuestion),
        (
            "in a folder of their own",
            None,
            "Arkiv/Ärenden",
            Standing::Live,
        ),
        ("filed", None, "Klart", Standing::Filed),
    ] {
        let row: Row = (1, ANNA, KF, "", "Bron", 0, folder, 0);
        let facts = town(None, &[row], |mail| mail.marks.extend(mark));
        assert_eq!(standing(&facts, 1), vec![expected], "{name}");
    }
}

#[test]
fn what_was_filed_before_it_was_seen_may_be_filed() {
    let mut facts = town(None, &[(1, ANNA, KF, "", "Bron", 0, "Klart", 0)], |_| ());
    let known = facts.tick();
    // A server that left it out of an answer never showed it for certain.
    facts.lies[0].shown = None;
    let key = Key {
        serial: 1,
        mailbox: 0,
    };
    facts.known.insert(key, known);
    assert_eq!(standing(&facts, 1), vec![Standing::Live, Standing::Filed]);
}

/// The one before is settled with a follow-up that is read after its answer.
#[test]
fn an_answer_that_is_read_before_its_question_settles_what_is_older() {
    let rows: [Row; 3] = [
        ASKS,
        (9, KF, ANNA, "", "SV: Bron", 2, "Skickat", 5),
        (2, ANNA, KF, "", "SV: Bron", 1, "INBOX", 2),
    ];
    let facts = town(None, &rows, |_| ());
    for serial in [1, 2] {
        assert_eq!(standing(&facts, serial), vec![Standing::Answered(at(5))]);
    }
}

#[test]
fn what_is_taken_back_stands_as_before() {
    let about = Key {
        serial: 1,
        mailbox: 0,
    };
    for (before, expected) in [
        (None, vec![Standing::Live, Standing::Done]),
        (
            Some(Word::NoAnswer),
            vec![Standing::Done, Standing::Excluded],
        ),
    ] {
        let mut facts = town(None, &[ASKS], |_| ());
        let words = [Word::ClosedByMail, Word::TakenBack];
        for word in before.into_iter().chain(words) {
            let order = facts.tick();
            facts.said.push(Said {
                about,
                word,
                at: at(1),
                order,
                sure: true,
            });
        }
        assert_eq!(standing(&facts, 1), expected, "{before:?}");
    }
}

/// A folder of the mailbox cannot be read, and no whole reading shows the answer before the word
/// about it.
#[test]
fn what_staff_called_a_promise_may_have_been_read_after_their_word() {
    let about = Key {
        serial: 1,
        mailbox: 0,
    };
    let promise = Word::ComesBack(at(100).date_naive());
    let answered = Standing::Answered(at(5));
    for (said_at, expected) in [
        (6, vec![Standing::Live, answered]),
        // The answer is the later word.
        (4, vec![answered]),
    ] {
        let rows = [ASKS, (9, KF, ANNA, "", "SV: Bron", 1, "Skickat", 5)];
        let mut facts = town(None, &rows, |_| ());
        let order = facts.tick();
        facts.lies[1].shown = Some(facts.tick());
        facts.said.push(Said {
            about,
            word: promise,
            at: at(said_at),
            order,
            sure: false,
        });
        assert_eq!(standing(&facts, 1), expected, "said at {said_at}");
    }
}

/// The register was saved before a colleague answered, and before a person closed the question.
#[test]
fn what_answered_before_a_restore_may_answer_again() {
    let rows = [
        ASKS,
        (9, "lars@example.se", ANNA, KF, "SV: Bron", 1, "INBOX", 5),
    ];
    let mut facts = town(None, &rows, |_| ());
    let closed = Standing::Closed(at(8));
    let about = Key {
        serial: 1,
        mailbox: 0,
    };
    // The order of the story: the question is read, the register saved, the answer read.
    facts.saved.push(facts.lies[0].shown.expect("read"));
    let order = facts.tick();
    facts.said.push(Said {
        about,
        word: Word::Closed(at(8)),
        at: at(8),
        order,
        sure: true,
    });
    assert_eq!(standing(&facts, 1), vec![closed]);
    let order = facts.tick();
    facts.restored.push(order);
    let expected = vec![Standing::Live, Standing::Probably, closed];
    assert_eq!(standing(&facts, 1), expected);
}

/// The register was saved before the question and the machine's word about it were read; by the
/// time it was put back, the question may lie nowhere any more.
#[test]
fn an_absence_may_be_in_no_thread_after_a_restore() {
    let absent = (9, ANNA, KF, "", "Autosvar: Ledig", 1, "INBOX", 5);
    for (is_gone, expected) in [
        (false, vec![Standing::Excluded]),
        (true, vec![Standing::NoQuestion, Standing::Excluded]),
    ] {
        let mut facts = town(None, &[ASKS, absent], |_| ());
        facts.saved.push(0);
        let order = facts.tick();
        facts.lies[0].gone = is_gone.then_some(order);
        assert_eq!(standing(&facts, 9), vec![Standing::Excluded]);
        let order = facts.tick();
        facts.restored.push(order);
        assert_eq!(standing(&facts, 9), expected, "gone: {is_gone}");
    }
}

#[test]
fn a_stamp_after_its_scan_is_never_believed() {
    let about = Key {
        serial: 1,
        mailbox: 0,
    };
    for (stamped, left, expected) in [
        (-24, None, &[-24][..]),
        (48, None, &[0]),
        // Read when its writer had left, it may be no command.
        (-24, Some(6), &[-24]),
        (-24, Some(4), &[-24, 0]),
    ] {
        let mut facts = town(None, &[ASKS], |_| ());
        let left = left.map(|hour| (STAFF.to_owned(), at(hour)));
        facts.house.left.extend(left);
        facts.commands.insert(
            9,
            Command {
                about,
                word: Word::Stamped(at(stamped).date_naive()),
                by: STAFF.to_owned(),
                written: at(5),
                shown: Some(at(5)),
                read_on: Some(at(5).date_naive()),
            },
        );
        // Of another command in the same mail.
        facts.own.push(Own {
            id: "own".to_owned(),
            kind: "confirmation".to_owned(),
            mailbox: 0,
            to: STAFF.to_owned(),
            subject: "Bekräftat: 2 ändringar".to_owned(),
            about: vec![about],
            letters: Vec::new(),
            at: at(6),
            written: at(6),
            returned: None,
        });
        let days = expected.iter().map(|hour| at(*hour).date_naive());
        assert_eq!(
            facts.counted_from(about, at(7)),
            days.collect::<BTreeSet<_>>(),
            "{stamped}"
        );
    }
}

/// A mail without a thread is for the citizen's oldest question in the mailbox: one that another
/// mailbox sent on has been asked since it came there.
#[test]
fn what_was_sent_on_counts_from_its_first_arrival() {
    const SN: &str = "sn@example.se";
    let rows: [Row; 4] = [
        (1, ANNA, SN, "", "Bron", 0, "INBOX", 0),
        (2, ANNA, KF, "", "Park", 0, "INBOX", 2),
        (3, SN, KF, "", "VB: Bron", 1, "INBOX", 4),
        (9, KF, ANNA, "", "Hej", 0, "Skickat", 8),
    ];
    let mut facts = town(None, &rows, |_| ());
    facts.house.mailboxes.push(vec![SN.to_owned()]);
    facts.lies[0].mailbox = 1;
    let probably = vec![Standing::Live, Standing::Probably];
    for (serial, expected) in [(3, probably), (2, vec![Standing::Live])] {
        assert_eq!(standing(&facts, serial), expected, "m{serial}");
    }
}

/// A mail without a thread is for the next question where the oldest may be closed by then: its
/// command lay there before the mail was read.
#[test]
fn what_a_command_may_have_closed_is_not_surely_the_oldest() {
    let rows: [Row; 4] = [
        (1, ANNA, KF, "", "Park", 0, "INBOX", 0),
        (2, ANNA, KF, "", "Bron", 0, "INBOX", 2),
        (3, STAFF, KF, "", "KLAR TELEFON", 0, "INBOX", 5),
        (9, KF, ANNA, "", "Hej", 0, "Skickat", 8),
    ];
    for (word, expected) in [
        (Word::NoNotice, vec![Standing::Live]),
        (Word::ClosedByMail, vec![Standing::Live, Standing::Probably]),
    ] {
        let mut facts = town(None, &rows, |_| ());
        let about = Key {
            serial: 1,
            mailbox: 0,
        };
        facts.commands.insert(
            3,
            Command {
                about,
                word,
                by: STAFF.to_owned(),
                written: at(5),
                shown: Some(at(9)),
                read_on: Some(at(9).date_naive()),
            },
        );
        assert_eq!(standing(&facts, 2), expected, "{word:?}");
    }
}

/// It was moved out of Junk and deleted there. Whether the reading between was whole decides what is
/// sure of it.
#[test]
fn what_may_have_been_seen_outside_of_junk_is_left_open() {
    let row: Row = (1, ANNA, KF, "", "Bron", 0, "Skräppost", 0);
    for (is_whole, expected) in [(true, Standing::Live), (false, Standing::Free)] {
        let mut facts = town(None, &[row], |_| ());
        facts.lies[0].gone = Some(facts.tick());
        let (put, shown, gone) = (facts.tick(), facts.tick(), facts.tick());
        facts.lies.push(Lie {
            folder: "INBOX".to_owned(),
            put,
            shown: Some(shown).filter(|_| is_whole),
            gone: Some(gone),
            ..facts.lies[0].clone()
        });
        assert_eq!(standing(&facts, 1), vec![expected], "whole: {is_whole}");
    }
}
