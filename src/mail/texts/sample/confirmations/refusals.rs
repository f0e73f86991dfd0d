//! Every refusal that a confirmation tells, by what it is about.

use crate::domain::command::{Unclear, Weekday};
use crate::domain::item::State;
use crate::mail::texts::confirmation::{Refused, Why};
use crate::mail::texts::sample::{at, day};

pub(super) fn refused(number: Option<u32>, why: Why) -> Refused {
    Refused {
        reference: number.map(|n| format!("SL-2026-{n:05}")),
        why,
    }
}

/// All but those that are a mail of their own, in the order of their mail.
pub(super) fn all() -> Vec<Refused> {
    let of_replies = of_replies().into_iter().map(|why| refused(None, why));
    let of_items = [
        of_facts(),
        of_promises(),
        of_persons(),
        State::ALL.map(|state| Why::WrongState { state }).to_vec(),
    ];
    let of_items = (60..).zip(of_items.concat());
    let of_items = of_items.map(|(n, why)| refused(Some(n), why));
    of_replies.chain(of_items).collect()
}

/// The reply itself is wrong.
fn of_replies() -> Vec<Why> {
    vec![
        Why::NoItem,
        Why::Unreadable,
        Why::NotTied,
        Why::Unclear(Unclear::HowMissing),
        Why::Unclear(Unclear::DateMissing),
        Why::Unclear(Unclear::DateStrange),
        Why::Unclear(Unclear::Weekday {
            date: day(12, 4),
            said: Weekday(3),
        }),
        Why::Unclear(Unclear::TwoDates),
        Why::Unclear(Unclear::ReasonMissing),
        Why::Unclear(Unclear::TextMissing),
        Why::Unclear(Unclear::MoreWords),
        Why::Unclear(Unclear::Question),
        Why::Unclear(Unclear::TooMany),
    ]
}

/// The item, or a fact about it, is wrong.
fn of_facts() -> Vec<Why> {
    let date = day(12, 4);
    let known = vec![
        "Anna Åberg (registrator)".to_owned(),
        "Cecilia Öberg (kanslist)".to_owned(),
    ];
    vec![
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
    ]
}

/// The citizen was told otherwise, or would be.
fn of_promises() -> Vec<Why> {
    let date = day(12, 4);
    vec![
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
    ]
}

/// Who it is from, and who would do it.
fn of_persons() -> Vec<Why> {
    vec![
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
    ]
}
