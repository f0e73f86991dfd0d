//! Why an order is not carried out, for the registrar on the server. `engine::refused` has it in
//! words for who orders by mail.

use super::NoLetters;
use crate::domain::absences::NoAbsence;
use crate::domain::item::ItemId;
use crate::domain::promise::NoPromise;
use chrono::{DateTime, NaiveDate, Utc};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("there is no item {0}: `servicelofte list` shows them all")]
    NoSuchItem(ItemId),
    #[error("{item} is {state}: {remedy}")]
    WrongState {
        item: ItemId,
        state: &'static str,
        remedy: &'static str,
    },
    #[error("{item} is under the pledge {pledge}: its closing says what was done; add --note")]
    NeedsNote { item: ItemId, pledge: String },
    #[error("{0} is from someone whose address is known")]
    SenderKnown(ItemId),
    #[error(
        "{item} was erased by decision {decision}: who wrote and about what is not known any more"
    )]
    Erased { item: ItemId, decision: String },
    #[error(transparent)]
    Staff(#[from] NoStaff),
    #[error(transparent)]
    Start(#[from] NoStart),
    #[error(transparent)]
    Records(#[from] NoRecords),
    #[error(transparent)]
    Day(#[from] NoDay),
    #[error(transparent)]
    Notice(#[from] NoNotice),
    #[error(transparent)]
    Reminder(#[from] NoReminder),
    #[error(transparent)]
    Letters(#[from] NoLetters),
    #[error(transparent)]
    Promise(#[from] NoPromise),
    #[error(transparent)]
    Absence(#[from] NoAbsence),
}

/// Why it is not given to that person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoStaff {
    #[error(
        "there is no member of staff {0:?}: add a [[staff]] section with that id, or choose one of {1}"
    )]
    Unknown(String, String),
    #[error("{0} has left: choose someone who is there")]
    HasLeft(String),
}

/// Why its time does not run from that day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoStart {
    #[error(
        "the time of {item} runs from its arrival: only a pledge with set_start = true has another start"
    )]
    NotSet { item: ItemId },
    #[error("{date} cannot be the start of {item}: give a day from {first} to today")]
    NotThen {
        item: ItemId,
        date: NaiveDate,
        first: NaiveDate,
    },
}

/// Why it does not become a request for public records.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRecords {
    #[error("no pledge of the mailbox is about public records: add one with text = \"records\"")]
    NoPledge,
    #[error("{0} is under the pledge about public records already")]
    Already(ItemId),
}

/// Why that day cannot be the one on which it was done, stamped, posted or promised.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoDay {
    #[error("{0} is no letter: only a letter has a stamp, and a notice to post")]
    NotALetter(ItemId),
    #[error("{0} was told to the citizen: promise another day instead")]
    Told(NaiveDate),
    #[error("{0} is in the future: give the time at which it was done")]
    InFuture(DateTime<Utc>),
    #[error("{0} is before the message arrived: give the time at which it was done")]
    BeforeArrival(DateTime<Utc>),
    #[error("{day} is after the scan on {scanned}: give the day on the stamp")]
    AfterScan { day: NaiveDate, scanned: NaiveDate },
    #[error("{0} is too long before the scan: give the day on the stamp")]
    BeforeScan(NaiveDate),
    #[error(
        "{day} cannot be the day of posting: give a day from {made}, when the notice was made, to today"
    )]
    NotPosted { day: NaiveDate, made: NaiveDate },
}

/// Why a notice is not let go, held or reported as posted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoNotice {
    #[error("the notice of {item} left at {at}")]
    Left { item: ItemId, at: DateTime<Utc> },
    #[error("{0} gets no automatic notice as it is")]
    Barred(ItemId),
    #[error("no notice of {0} was printed yet")]
    NotPrinted(ItemId),
    #[error("{item} gets its notice as it is, {at}: nothing holds it")]
    NotHeld { item: ItemId, at: DateTime<Utc> },
    #[error("{0} lies in junk or in the trash: move it out, then it may get a notice")]
    InJunk(ItemId),
    #[error("{item} is spoken for by the notice about {by}")]
    SpokenFor { item: ItemId, by: ItemId },
    #[error("{0} is a letter: its notice is printed and posted")]
    IsALetter(ItemId),
    #[error("no one knows where the sender of {0} reads mail: give an address")]
    AddressNeeded(ItemId),
    #[error("{0} is no address of a sender: give the one at which they read mail")]
    NoAddress(String),
    #[error(
        "{0} can get no notice any more: it is too late, its pledge has none, or no one is there whom it could name"
    )]
    Never(ItemId),
    #[error(
        "{0} is a matter of authority: promise the day, with the reason, then its notice may leave"
    )]
    ReasonNeeded(ItemId),
}

/// Why its handler is not reminded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoReminder {
    #[error("no one who has {0} is there: give it to someone")]
    NobodyThere(ItemId),
    #[error("{0} is with whoever gave the order")]
    OwnItem(ItemId),
    #[error("{0} is neither below you nor in your mailbox")]
    NotBelow(ItemId),
    #[error("{item} was reminded of at {at} already")]
    Already { item: ItemId, at: DateTime<Utc> },
}
