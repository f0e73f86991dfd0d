//! Why a command comes to nothing, as its writer reads it.

use super::obeying::Reply;
use crate::domain::command::Unclear;
use crate::domain::item::Item;
use crate::domain::orders::{NoDay, NoLetters, NoNotice, NoRecords, NoStaff, Refusal};
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
        match refusal {
            // No mail sets a start; if one did, the item's state would be the answer.
            Refusal::WrongState { .. } | Refusal::Start(_) => Why::WrongState { state: item.state },
            Refusal::SenderKnown(_) => Why::SenderKnown,
            Refusal::NeedsNote { .. } => Why::NoteMissing,
            Refusal::NoSuchItem(_) => Why::SetAside,
            Refusal::Erased { .. } => Why::Erased,
            Refusal::Staff(no) => self.why_no_staff(no),
            Refusal::Records(NoRecords::NoPledge) => Why::NoRecords,
            Refusal::Records(NoRecords::Already(_)) => Why::IsRecords,
            Refusal::Day(no) => self.why_no_day(item, &no),
            Refusal::Notice(no) => self.why_no_notice(no),
            Refusal::Reminder(no) => no.into(),
            Refusal::Absence(_) => Why::NoAbsence,
            Refusal::Promise(no) => no.into(),
            Refusal::Letters(no) => why_no_letters(&no),
        }
    }

    fn why_no_staff(&self, no: NoStaff) -> Why {
        match no {
            NoStaff::HasLeft(id) => Why::HasLeft {
                name: self.name_of(&id),
            },
            NoStaff::Unknown(whom, _) => Why::UnknownPerson {
                whom,
                known: Vec::new(),
            },
        }
    }

    fn why_no_day(&self, item: &Item, no: &NoDay) -> Why {
        let calendar = &self.intake.board.calendar;
        match *no {
            NoDay::InFuture(at) => Why::InFuture {
                date: calendar.local_date(at),
            },
            NoDay::BeforeArrival(at) => Why::BeforeArrival {
                date: calendar.local_date(at),
                arrived: calendar.local_date(item.received_at),
            },
            NoDay::NotALetter(_) => Why::NotALetter,
            NoDay::Told(date) => Why::PromiseTold { date },
            NoDay::AfterScan { day, scanned } => Why::StampAfterScan { day, scanned },
            NoDay::BeforeScan(day) => Why::StampTooOld { day },
            NoDay::NotPosted { day, made } => Why::NotPostedThen { day, made },
        }
    }

    fn why_no_notice(&self, no: NoNotice) -> Why {
        let calendar = &self.intake.board.calendar;
        match no {
            NoNotice::Left { at, .. } => Why::NoticeLeft {
                date: calendar.local_date(at),
            },
            NoNotice::NotHeld { at, .. } => Why::NotHeld {
                at: calendar.local(at),
            },
            NoNotice::SpokenFor { by, .. } => Why::SpokenFor { by: by.to_string() },
            NoNotice::NoAddress(address) => Why::NoAddress { address },
            NoNotice::Barred(_) => Why::NoticeBarred,
            NoNotice::NotPrinted(_) => Why::NothingToPost,
            NoNotice::InJunk(_) => Why::InJunk,
            NoNotice::IsALetter(_) => Why::IsALetter,
            NoNotice::AddressNeeded(_) => Why::AddressNeeded,
            NoNotice::Never(_) => Why::NoNotice,
            NoNotice::ReasonNeeded(_) => Why::ReasonNeeded,
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

/// Why a scan does not become several items, for whoever ordered it.
fn why_no_letters(no: &NoLetters) -> Why {
    match no {
        NoLetters::NotAScan(_) => Why::NotAScan,
        NoLetters::IsPart { of, .. } => Why::IsPart { of: of.to_string() },
        NoLetters::Already { count, .. } => Why::SplitAlready { count: *count },
        NoLetters::Count(_) => Why::Unclear(Unclear::LetterCount),
        NoLetters::Touched { part, .. } => Why::PartTouched {
            part: part.to_string(),
        },
    }
}
