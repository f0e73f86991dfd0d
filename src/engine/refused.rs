//! Why a command comes to nothing, as its writer reads it.

use super::letters;
use super::obeying::Reply;
use crate::domain::item::Item;
use crate::domain::orders::Refusal;
use crate::mail::texts::confirmation::Why;
use crate::store::StoreError;

/// Why a command stops: for a reason that its writer gets, or because the register fails.
pub(super) enum Stop {
    Why(Why),
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Reply<'_> {
    pub(super) fn stop(&self, item: &Item, refusal: Refusal) -> Stop {
        Stop::Why(self.why(item, refusal))
    }

    /// A refusal in the words of the mail about it.
    pub(super) fn why(&self, item: &Item, refusal: Refusal) -> Why {
        let calendar = &self.intake.board.calendar;
        match refusal {
            Refusal::InFuture(at) => Why::InFuture {
                date: calendar.local_date(at),
            },
            Refusal::BeforeArrival(at) => Why::BeforeArrival {
                date: calendar.local_date(at),
                arrived: calendar.local_date(item.received_at),
            },
            Refusal::HasLeft(id) => Why::HasLeft {
                name: self.name_of(&id),
            },
            Refusal::NoSuchStaff(whom, _) => Why::UnknownPerson {
                whom,
                known: Vec::new(),
            },
            Refusal::NotALetter(_) => Why::NotALetter,
            Refusal::StampAfterScan { day, scanned } => Why::StampAfterScan { day, scanned },
            Refusal::StampTooOld(day) => Why::StampTooOld { day },
            Refusal::PromiseTold(date) => Why::PromiseTold { date },
            Refusal::NoticeLeft { at, .. } => Why::NoticeLeft {
                date: calendar.local_date(at),
            },
            Refusal::NoticeBarred(_) => Why::NoticeBarred,
            Refusal::NotHeld { at, .. } => Why::NotHeld {
                at: calendar.local(at),
            },
            Refusal::InJunk(_) => Why::InJunk,
            Refusal::SpokenFor { by, .. } => Why::SpokenFor { by: by.to_string() },
            Refusal::IsALetter(_) => Why::IsALetter,
            Refusal::AddressNeeded(_) => Why::AddressNeeded,
            Refusal::NoAddress(address) => Why::NoAddress { address },
            Refusal::NoNotice(_) => Why::NoNotice,
            Refusal::ReasonNeeded(_) => Why::ReasonNeeded,
            Refusal::SenderKnown(_) => Why::SenderKnown,
            Refusal::NoRecords => Why::NoRecords,
            Refusal::IsRecords(_) => Why::IsRecords,
            Refusal::NobodyThere(_) => Why::NobodyThere,
            Refusal::OwnItem(_) => Why::OwnItem,
            Refusal::NotBelow(_) => Why::NotBelow,
            Refusal::UrgedAlready { .. } => Why::UrgedAlready,
            Refusal::NothingToPost(_) => Why::NothingToPost,
            Refusal::NotPostedThen { day, made } => Why::NotPostedThen { day, made },
            Refusal::NeedsNote { .. } => Why::NoteMissing,
            // No mail sets a start; if one did, the item's state would be the answer.
            Refusal::WrongState { .. } | Refusal::NoStart { .. } | Refusal::NoSuchStart { .. } => {
                Why::WrongState { state: item.state }
            }
            Refusal::NoSuchItem(_) => Why::SetAside,
            Refusal::Erased { .. } => Why::Erased,
            Refusal::Absence(_) => Why::NoAbsence,
            Refusal::Promise(no) => no.into(),
            Refusal::Letters(no) => letters::why(&no),
        }
    }

    pub(super) fn name_of(&self, id: &str) -> String {
        self.intake
            .board
            .staff
            .get(id)
            .map_or_else(|| id.to_owned(), |member| member.name.clone())
    }
}
