//! Every change that a confirmation tells, by what it is about.

use crate::domain::event::How;
use crate::mail::texts::confirmation::{Change, Deed, Hears, Stopped};
use crate::mail::texts::facts::Local;
use crate::mail::texts::sample::{at, day};
use chrono::NaiveDate;

fn change(number: u32, deed: Deed, due: Option<NaiveDate>) -> Change {
    Change {
        reference: format!("SL-2026-{number:05}"),
        undoable: !matches!(
            deed,
            Deed::NotAnswered
                | Deed::Question
                | Deed::Contacted { .. }
                | Deed::Posted { .. }
                | Deed::Returned { .. }
                | Deed::NoticeReset { .. }
                | Deed::SenderTold { .. }
                | Deed::Repledged { .. }
                | Deed::Urged { .. }
                | Deed::Remarked { .. }
                | Deed::Reopened
                | Deed::AsBefore
                | Deed::HandedBack { .. }
                | Deed::Unstamped { .. }
                | Deed::Unpromised { .. }
        ),
        late: due.is_some_and(|due| due < day(11, 23)),
        due,
        deed,
    }
}

/// Closed by telephone, in time.
pub(super) fn by_phone() -> Change {
    change(42, closed(How::Phone, None, false, true), None)
}

/// All but that, in the order of their mail.
pub(super) fn all() -> Vec<Change> {
    [
        ways_to_close(),
        of_persons(),
        of_time(),
        notices_by_hand(),
        notices_of_ours(),
        of_what_is_noted(),
    ]
    .concat()
}

fn closed(how: How, note: Option<&str>, self_reported: bool, kept: bool) -> Deed {
    Deed::Closed {
        how,
        on: day(11, 20),
        self_reported,
        kept,
        answer_late: !kept,
        by_notice: (!kept && how == How::Phone).then(|| day(11, 24)),
        asks_posted: how == How::Letter,
        note: note.map(str::to_owned),
    }
}

fn ways_to_close() -> Vec<Change> {
    let hows = [
        How::Letter,
        How::Meeting,
        How::Digital,
        How::Answered,
        How::NoAnswerNeeded,
        How::DoneFolder,
    ];
    let mut changes: Vec<Change> = (43..)
        .zip(hows)
        .map(|(n, how)| change(n, closed(how, Some("Hon var nöjd"), true, false), None))
        .collect();
    changes.push(change(61, closed(How::Phone, None, false, false), None));
    changes
}

/// Whose it is, and that it is no one's.
fn of_persons() -> Vec<Change> {
    let excluded = Deed::Excluded {
        reason: "reklam".to_owned(),
    };
    let to = "Cecilia Öberg".to_owned();
    vec![
        change(50, excluded, None),
        change(
            51,
            Deed::Assigned {
                to: to.clone(),
                me: false,
            },
            Some(day(11, 25)),
        ),
        change(
            52,
            Deed::Assigned {
                to: to.clone(),
                me: true,
            },
            Some(day(11, 20)),
        ),
        change(53, Deed::HandedBack { to: Some(to) }, Some(day(11, 25))),
        change(54, Deed::HandedBack { to: None }, Some(day(11, 25))),
    ]
}

/// From when its time runs, and until when.
fn of_time() -> Vec<Change> {
    let mut changes = vec![
        change(55, Deed::Stamped { day: day(11, 17) }, Some(day(11, 24))),
        change(56, Deed::Unstamped { day: day(11, 19) }, Some(day(11, 26))),
        change(57, Deed::Reopened, Some(day(11, 20))),
        change(79, Deed::AsBefore, None),
    ];
    changes.extend(of_promises());
    changes.extend([
        change(62, Deed::NotAnswered, Some(day(11, 25))),
        change(63, Deed::Question, Some(day(11, 25))),
    ]);
    changes
}

/// That an answer is promised, and how the citizen hears of it.
fn of_promises() -> Vec<Change> {
    vec![
        change(
            58,
            Deed::Promised {
                date: day(12, 4),
                reason: Some("Nämnden sammanträder då".to_owned()),
                day_off: false,
                hears: Hears::Mail { at: at(23, 10, 15) },
            },
            Some(day(12, 4)),
        ),
        change(
            60,
            Deed::Promised {
                date: day(12, 5),
                reason: None,
                day_off: true,
                hears: Hears::Reader,
            },
            Some(day(12, 5)),
        ),
        promised(83, Hears::Already),
        promised(84, Hears::Notice { at: at(25, 13, 0) }),
        promised(85, Hears::Letter),
        promised(86, Hears::NoMail),
    ]
}

fn promised(number: u32, hears: Hears) -> Change {
    let date = day(12, 4);
    let deed = Deed::Promised {
        date,
        reason: None,
        day_off: false,
        hears,
    };
    change(number, deed, Some(date))
}

fn freed(to: Option<&str>, at: Option<Local>, stopped: Option<Stopped>) -> Deed {
    Deed::Freed {
        to: to.map(str::to_owned),
        at,
        name: "Anna Åberg".to_owned(),
        promise: day(12, 9),
        stopped,
    }
}

/// Notices by a person's hand.
fn notices_by_hand() -> Vec<Change> {
    vec![
        change(64, Deed::NoNotice, Some(day(11, 25))),
        change(80, Deed::Contacted { on: day(11, 20) }, Some(day(12, 4))),
        change(
            65,
            Deed::Posted {
                day: day(11, 20),
                kept: true,
                promise: Some(day(12, 4)),
            },
            Some(day(12, 4)),
        ),
        change(
            81,
            Deed::Returned {
                date: day(12, 4),
                seen: true,
                kept: true,
                day_off: false,
            },
            Some(day(12, 4)),
        ),
        change(
            82,
            Deed::Returned {
                date: day(12, 5),
                seen: false,
                kept: false,
                day_off: true,
            },
            Some(day(11, 25)),
        ),
        change(
            66,
            Deed::Posted {
                day: day(11, 20),
                kept: false,
                promise: None,
            },
            Some(day(11, 19)),
        ),
    ]
}

/// Our own notice: let go, stopped, held again.
fn notices_of_ours() -> Vec<Change> {
    vec![
        change(
            71,
            freed(None, Some(at(25, 13, 0)), None),
            Some(day(11, 25)),
        ),
        change(
            72,
            freed(Some("kim@example.net"), None, None),
            Some(day(11, 20)),
        ),
        change(
            73,
            freed(None, None, Some(Stopped::Trial)),
            Some(day(11, 25)),
        ),
        change(
            74,
            freed(None, None, Some(Stopped::Paused)),
            Some(day(11, 25)),
        ),
        change(75, Deed::NoticeReset { held: true }, Some(day(11, 25))),
        change(76, Deed::NoticeReset { held: false }, Some(day(11, 25))),
    ]
}

fn urged(to: &str, at: Option<Local>, withheld: bool) -> Deed {
    Deed::Urged {
        to: to.to_owned(),
        at,
        withheld,
    }
}

/// Facts about it, and words to colleagues.
fn of_what_is_noted() -> Vec<Change> {
    vec![
        change(
            77,
            Deed::SenderTold {
                name: "Kim Sjöberg".to_owned(),
            },
            Some(day(11, 25)),
        ),
        change(78, Deed::Records, Some(day(11, 23))),
        change(
            79,
            Deed::Repledged {
                pledge: "email".to_owned(),
            },
            Some(day(11, 25)),
        ),
        change(67, urged("Cecilia Öberg", None, false), Some(day(11, 25))),
        change(
            68,
            urged("Bo Ek", Some(at(24, 8, 0)), false),
            Some(day(11, 25)),
        ),
        change(69, urged("Bo Ek", None, true), Some(day(11, 25))),
        change(
            70,
            Deed::Remarked {
                note: "ringde, inget svar".to_owned(),
            },
            Some(day(11, 25)),
        ),
        change(59, Deed::Unpromised { date: day(12, 4) }, Some(day(11, 25))),
    ]
}
