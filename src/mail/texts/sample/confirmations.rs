//! Confirmations with every change and every refusal.

use super::{Facts, Sample, at, day};
use crate::domain::command::{Unclear, Weekday};
use crate::domain::event::How;
use crate::domain::item::State;
use crate::domain::kind::Kind;
use crate::mail::texts::confirmation::{
    Change, ConfirmationFacts, Deed, Hears, Presence, Refused, Stopped, Why,
};
use crate::mail::texts::facts::Sender;
use chrono::NaiveDate;

/// What a reply of staff may come to: one change, several, some of them refused, nothing at all.
#[expect(clippy::too_many_lines, reason = "one sample after the other")]
pub(super) fn samples(sender: &Sender) -> Vec<Sample> {
    let mail =
        |name, changes: Vec<Change>, refusals: Vec<Refused>, numbers: std::ops::Range<u32>| {
            let items = numbers.map(|n| format!("SL-2026-{n:05}")).collect();
            let (recipient, today) = ("Anna Åberg".to_owned(), day(11, 23));
            let facts = ConfirmationFacts {
                sender: sender.clone(),
                recipient,
                today,
                changes,
                refusals,
                items,
                rest: 0,
                presences: Vec::new(),
                histories: Vec::new(),
                list: None,
            };
            Sample {
                name,
                kind: Kind::Confirmation,
                facts: Facts::Confirmation(facts),
            }
        };
    let change = |number: u32, deed: Deed, due: Option<NaiveDate>| Change {
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
                | Deed::HandedBack { .. }
                | Deed::Unstamped { .. }
                | Deed::Unpromised { .. }
        ),
        late: due.is_some_and(|due| due < day(11, 23)),
        due,
        deed,
    };
    let closed = |how, note: Option<&str>, self_reported, kept| Deed::Closed {
        how,
        on: day(11, 20),
        self_reported,
        kept,
        answer_late: !kept,
        by_notice: (!kept && how == How::Phone).then(|| day(11, 24)),
        note: note.map(str::to_owned),
    };
    let freed = |to: Option<&str>, at, stopped| Deed::Freed {
        to: to.map(str::to_owned),
        at,
        name: "Anna Åberg".to_owned(),
        promise: day(12, 9),
        stopped,
    };
    let refused = |number: Option<u32>, why| Refused {
        reference: number.map(|n| format!("SL-2026-{n:05}")),
        why,
    };
    let phone = change(42, closed(How::Phone, None, false, true), None);
    let hows = [
        How::Letter,
        How::Meeting,
        How::Digital,
        How::Answered,
        How::NoAnswerNeeded,
        How::DoneFolder,
    ];
    let mut many: Vec<Change> = (43..)
        .zip(hows)
        .map(|(n, how)| change(n, closed(how, Some("Hon var nöjd"), true, false), None))
        .collect();
    let excluded = Deed::Excluded {
        reason: "reklam".to_owned(),
    };
    let to = "Cecilia Öberg".to_owned();
    many.push(change(61, closed(How::Phone, None, false, false), None));
    many.extend([
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
        change(55, Deed::Stamped { day: day(11, 17) }, Some(day(11, 24))),
        change(56, Deed::Unstamped { day: day(11, 19) }, Some(day(11, 26))),
        change(57, Deed::Reopened, Some(day(11, 20))),
        change(
            58,
            Deed::Promised {
                date: day(12, 4),
                reason: Some("Nämnden sammanträder då".to_owned()),
                day_off: false,
                hears: Some(Hears::Mail { at: at(23, 10, 15) }),
            },
            Some(day(12, 4)),
        ),
        change(
            60,
            Deed::Promised {
                date: day(12, 5),
                reason: None,
                day_off: true,
                hears: Some(Hears::Reader),
            },
            Some(day(12, 5)),
        ),
        change(62, Deed::NotAnswered, Some(day(11, 25))),
        change(63, Deed::Question, Some(day(11, 25))),
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
        change(
            67,
            Deed::Urged {
                to: "Cecilia Öberg".to_owned(),
                at: None,
                withheld: false,
            },
            Some(day(11, 25)),
        ),
        change(
            68,
            Deed::Urged {
                to: "Bo Ek".to_owned(),
                at: Some(at(24, 8, 0)),
                withheld: false,
            },
            Some(day(11, 25)),
        ),
        change(
            69,
            Deed::Urged {
                to: "Bo Ek".to_owned(),
                at: None,
                withheld: true,
            },
            Some(day(11, 25)),
        ),
        change(
            70,
            Deed::Remarked {
                note: "ringde, inget svar".to_owned(),
            },
            Some(day(11, 25)),
        ),
        change(59, Deed::Unpromised { date: day(12, 4) }, Some(day(11, 25))),
    ]);
    let date = day(12, 4);
    let known = vec![
        "Anna Åberg (registrator)".to_owned(),
        "Cecilia Öberg (kanslist)".to_owned(),
    ];
    let states = State::ALL;
    let mut all: Vec<Refused> = [
        Why::NoItem,
        Why::Unreadable,
        Why::NotTied,
        Why::Unclear(Unclear::HowMissing),
        Why::Unclear(Unclear::DateMissing),
        Why::Unclear(Unclear::DateStrange),
        Why::Unclear(Unclear::Weekday {
            date,
            said: Weekday(3),
        }),
        Why::Unclear(Unclear::TwoDates),
        Why::Unclear(Unclear::ReasonMissing),
        Why::Unclear(Unclear::TextMissing),
        Why::Unclear(Unclear::MoreWords),
        Why::Unclear(Unclear::Question),
        Why::Unclear(Unclear::TooMany),
    ]
    .into_iter()
    .map(|why| refused(None, why))
    .collect();
    let of_items = [
        Why::NotInMail,
        Why::SetAside,
        Why::InFuture { date },
        Why::BeforeArrival {
            date: day(11, 17),
            arrived: day(11, 19),
        },
        Why::UnknownPerson {
            whom: "Bo".to_owned(),
            known,
        },
        Why::HasLeft {
            name: "Bo Ek".to_owned(),
        },
        Why::NotALetter,
        Why::StampAfterScan {
            day: date,
            scanned: day(11, 19),
        },
        Why::StampTooOld { day: day(6, 1) },
        Why::NothingToUndo,
        Why::NoteMissing,
        Why::PromisePast { date: day(11, 20) },
        Why::PromiseTooFar { last: date },
        Why::PromiseStands { date },
        Why::PromiseReason { date },
        Why::PromiseTold { date },
        Why::PromiseTooOften,
        Why::NoticeLeft { date: day(11, 20) },
        Why::NoticeBarred,
        Why::NothingToPost,
        Why::NotPostedThen {
            day: day(11, 17),
            made: day(11, 19),
        },
        Why::NotHeld { at: at(23, 13, 0) },
        Why::InJunk,
        Why::SpokenFor {
            by: "SL-2026-00040".to_owned(),
        },
        Why::IsALetter,
        Why::AddressNeeded,
        Why::NoAddress {
            address: "kim".to_owned(),
        },
        Why::NoNotice,
        Why::ReasonNeeded,
        Why::SenderKnown,
        Why::NoRecords,
        Why::IsRecords,
        Why::NobodyThere,
        Why::NoAbsence,
        Why::NotAway,
        Why::NotTheirs,
        Why::OwnItem,
        Why::NotBelow,
        Why::UrgedAlready,
        Why::NotSeen,
        Why::Erased,
    ];
    let of_states = states.into_iter().map(|state| Why::WrongState { state });
    all.extend(
        (60..)
            .zip(of_items.into_iter().chain(of_states))
            .map(|(n, why)| refused(Some(n), why)),
    );
    let presence =
        |name: &str, from, until, stands_in: Option<&str>, above: Option<&str>| Presence {
            name: name.to_owned(),
            me: name == "Anna Åberg",
            back: false,
            from,
            until,
            stands_in: stands_in.map(str::to_owned),
            above: above.map(str::to_owned),
        };
    let away = presence("Anna Åberg", None, Some(day(11, 27)), Some("Bo Ek"), None);
    let others = vec![
        presence(
            "Anna Åberg",
            Some(day(12, 21)),
            None,
            None,
            Some("Cecilia Öberg"),
        ),
        presence("Bo Ek", Some(day(12, 1)), Some(day(12, 4)), None, None),
        Presence {
            back: true,
            ..presence("Bo Ek", None, None, None, None)
        },
        Presence {
            back: true,
            ..presence("Anna Åberg", None, None, None, None)
        },
    ];
    let told = |name, presences: Vec<Presence>| {
        let mut sample = mail(name, Vec::new(), Vec::new(), 42..43);
        if let Facts::Confirmation(facts) = &mut sample.facts {
            facts.presences = presences;
        }
        sample
    };
    let freed = many
        .iter()
        .find(|change| matches!(change.deed, Deed::Freed { .. }))
        .cloned();
    let records = many
        .iter()
        .find(|change| change.deed == Deed::Records)
        .cloned();
    let urged = many
        .iter()
        .find(|change| matches!(change.deed, Deed::Urged { .. }))
        .cloned();
    let remarked = many
        .iter()
        .find(|change| matches!(change.deed, Deed::Remarked { .. }))
        .cloned();
    let returned = many
        .iter()
        .find(|change| matches!(change.deed, Deed::Returned { .. }))
        .cloned();
    let promised = many
        .iter()
        .find(|change| matches!(change.deed, Deed::Promised { .. }))
        .cloned();
    vec![
        mail("confirmation", vec![phone.clone()], Vec::new(), 42..43),
        mail(
            "confirmation-promised",
            promised.into_iter().collect(),
            Vec::new(),
            58..59,
        ),
        mail(
            "confirmation-returned",
            returned.into_iter().collect(),
            Vec::new(),
            81..82,
        ),
        mail(
            "confirmation-freed",
            freed.into_iter().collect(),
            Vec::new(),
            71..72,
        ),
        mail(
            "confirmation-records",
            records.into_iter().collect(),
            Vec::new(),
            78..79,
        ),
        mail(
            "confirmation-urged",
            urged.into_iter().collect(),
            Vec::new(),
            67..68,
        ),
        mail(
            "confirmation-remarked",
            remarked.into_iter().collect(),
            Vec::new(),
            70..71,
        ),
        told("confirmation-away", vec![away]),
        told("confirmation-back", vec![others[3].clone()]),
        told("confirmation-people", others),
        mail(
            "confirmation-several",
            many,
            vec![refused(
                Some(60),
                Why::WrongState {
                    state: State::Closed,
                },
            )],
            43..61,
        ),
        mail(
            "confirmation-which",
            Vec::new(),
            vec![refused(None, Why::SeveralItems)],
            42..45,
        ),
        mail(
            "confirmation-all",
            Vec::new(),
            vec![refused(None, Why::AllMeant { count: 12 })],
            42..54,
        ),
        mail(
            "confirmation-no-right",
            Vec::new(),
            vec![refused(None, Why::NoRight)],
            42..43,
        ),
        mail("confirmation-refused", Vec::new(), all, 42..43),
        mail("confirmation-words", Vec::new(), Vec::new(), 42..43),
    ]
}
