//! Why a command comes to nothing, as its writer reads it.

use super::obeying::Reply;
use super::people::Undone;
use crate::domain::command::Unclear;
use crate::domain::item::Item;
use crate::domain::orders::Refusal;
use crate::domain::promise::NoPromise;
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
    /// A refusal in the words of the mail about it.
    pub(super) fn why(&self, item: &Item, refusal: Refusal) -> Stop {
        let calendar = &self.intake.board.calendar;
        Stop::Why(match refusal {
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
            Refusal::NotAScan(_) => Why::NotAScan,
            Refusal::IsPart { of, .. } => Why::IsPart { of: of.to_string() },
            Refusal::SplitAlready { count, .. } => Why::SplitAlready { count },
            Refusal::LetterCount(_) => Why::Unclear(Unclear::LetterCount),
            Refusal::PartTouched { part, .. } => Why::PartTouched {
                part: part.to_string(),
            },
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
            Refusal::Promise(no) => match no {
                NoPromise::Past(date) => Why::PromisePast { date },
                NoPromise::TooFar { last, .. } => Why::PromiseTooFar { last },
                NoPromise::Stands { date, .. } => Why::PromiseStands { date },
                NoPromise::NoReason { date, .. } => Why::PromiseReason { date },
                NoPromise::TooOften(_) => Why::PromiseTooOften,
            },
        })
    }

    /// What the engine has done of itself, or why not.
    pub(super) fn done<T>(
        &self,
        item: &Item,
        done: Result<T, Undone>,
    ) -> Result<Result<T, Why>, StoreError> {
        match done {
            Ok(done) => Ok(Ok(done)),
            Err(Undone::Store(error)) => Err(error),
            Err(Undone::Refused(refusal)) => match self.why(item, refusal) {
                Stop::Why(why) => Ok(Err(why)),
                Stop::Store(error) => Err(error),
            },
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
