//! The figures that an item belongs to.

use super::days::WorkingDays;
use super::sight::Blindness;
use super::{Counts, Figure};
use crate::domain::classify::Class;
use crate::domain::event::{Effect, Flag, How};
use crate::domain::item::{ByHand, Item, State};
use crate::domain::kept_by::KeptBy;
use crate::domain::outcome::Outcome;
use crate::domain::pledge::{Due, Pledge};
use crate::domain::reason::Reason;
use chrono::{DateTime, NaiveDate, Utc};

/// What keeps a pledge besides a notice, as far as the report asks: whose word about an answer
/// counts as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kept {
    /// A mail that was seen.
    #[default]
    Mail,
    /// A letter, which leaves no trace in the mailbox.
    Letter,
    /// Any contact: the caller was called, met or written to.
    Contact,
    /// The decision.
    Decision,
    /// Public records that were handed out.
    Release,
}

impl Kept {
    #[must_use]
    pub fn of(pledge: &Pledge) -> Self {
        match pledge.kept_by {
            _ if pledge.letter => Self::Letter,
            KeptBy::Decision => Self::Decision,
            KeptBy::Release => Self::Release,
            KeptBy::Contact => Self::Contact,
            KeptBy::Answer | KeptBy::Note => Self::Mail,
        }
    }

    /// Whether a person's word that it was done so keeps the pledge.
    #[must_use]
    pub fn by_word(self, how: How) -> bool {
        let contact = [
            How::Answered,
            How::Phone,
            How::Letter,
            How::Meeting,
            How::Digital,
        ];
        match self {
            Self::Mail => false,
            Self::Letter => how == How::Letter,
            Self::Contact => contact.contains(&how),
            Self::Decision => how == How::Decision,
            Self::Release => how == How::Released,
        }
    }
}

/// The knowledge besides the item when it is counted.
#[derive(Debug)]
pub struct Ground<'a> {
    pub days: WorkingDays<'a>,
    pub now: DateTime<Utc>,
    pub blind: Blindness,
}

impl Ground<'_> {
    /// The figures that an item belongs to, each as often as it counts.
    pub fn each(&self, item: &Item, kept: Kept, mut put: impl FnMut(Figure)) {
        let place = place(item, kept, self.now);
        put(Figure::Received);
        put(place);
        if place == Figure::ClosedWithoutAnswer && was_said_late(item) {
            put(Figure::ClosedWithoutAnswerLate);
        }
        if Figure::UNDER_NO_PLEDGE.contains(&place) {
            return;
        }
        put(Figure::Arrived);
        self.speed(item, kept, place, &mut put);
        if place == Figure::NoticedInTime {
            self.after_notice(item, kept, &mut put);
        }
        if place == Figure::Broken {
            self.circumstances(item, &mut put);
        }
        self.promises(item).into_iter().for_each(&mut put);
        marks(item).for_each(put);
    }

    /// The same as a table, and the office minutes to the answer, if it has one that counts.
    #[must_use]
    pub fn counts(&self, item: &Item, kept: Kept) -> (Counts, Option<u32>) {
        let mut counts = Counts::default();
        self.each(item, kept, |figure| counts.add(figure, 1));
        let decided = Figure::SHARES.iter().any(|share| counts.of(*share) > 0);
        let answered = answered_at(item, kept).filter(|_| decided);
        (
            counts,
            answered.map(|at| self.days.office_minutes(item.received_at, at)),
        )
    }

    /// How long the answer took, of those in the shares that are decided.
    fn speed(&self, item: &Item, kept: Kept, place: Figure, put: &mut impl FnMut(Figure)) {
        if !Figure::SHARES.contains(&place) {
            return;
        }
        let Some((answer, due)) = answered_at(item, kept).zip(item.due.as_ref()) else {
            put(Figure::NotAnswered);
            return;
        };
        let days = self.days.to_answer(due.arrival_date, answer);
        put(match days {
            0 => Figure::Day0,
            1 => Figure::Day1,
            2 => Figure::Day2,
            3..=5 => Figure::Day3To5,
            6..=10 => Figure::Day6To10,
            _ => Figure::Later,
        });
        if days <= 1 {
            put(Figure::Within1);
        }
        if days <= 2 {
            put(Figure::Within2);
        }
        if place != Figure::AnsweredInTime {
            put(Figure::AnsweredLate);
        }
    }

    /// What became of who had a notice in time: measured by the date that this notice promised.
    fn after_notice(&self, item: &Item, kept: Kept, put: &mut impl FnMut(Figure)) {
        let notice = item
            .done
            .get(&Effect::Notice)
            .filter(|notice| notice.promise.is_some());
        let promised = notice
            .or_else(|| item.done.get(&Effect::Letter))
            .and_then(|done| done.promise);
        let calendar = self.days.calendar();
        let until = |at| promised.is_some_and(|date| calendar.local_date(at) <= date);
        match answered_at(item, kept) {
            Some(at) if until(at) => put(Figure::NoticeKept),
            Some(_) => put(Figure::NoticeLate),
            None if item.state == State::Closed => put(Figure::NoticeByWord),
            None => {
                put(Figure::NoticeWaits);
                if !until(self.now) {
                    put(Figure::NoticeOverdue);
                }
            }
        }
        if item.noticed_at().is_none() {
            put(Figure::NoticePosted);
        } else if item
            .done
            .get(&Effect::Notice)
            .is_some_and(|notice| notice.as_function)
        {
            put(Figure::NoticeByFunction);
        }
    }

    fn circumstances(&self, item: &Item, put: &mut impl FnMut(Figure)) {
        let Some(due) = &item.due else { return };
        let is_untouched =
            item.settled.is_none() && item.assigned_at.is_none() && item.by_hand.is_empty();
        let circumstances = [
            (Figure::Unassigned, item.handler.is_none()),
            (
                Figure::WhileBlind,
                self.blind
                    .reaches_into(&item.mailbox, item.received_at, due.closes, &self.days),
            ),
            (Figure::OverClosedDays, self.is_over_closed_days(due)),
            (Figure::Untouched, is_untouched),
            (Figure::HandlerAway, item.flags.contains(&Flag::HandlerAway)),
            (Figure::RecognisedLate, self.is_known_late(item, due)),
        ];
        let mut any = false;
        for (figure, _) in circumstances.into_iter().filter(|(_, stands)| *stands) {
            any = true;
            put(figure);
        }
        if !any {
            put(Figure::OtherwiseBroken);
        }
    }

    /// A closed day lies in its time.
    fn is_over_closed_days(&self, due: &Due) -> bool {
        let days = &self.days.calendar().closed_days;
        let mut closed = days.range(due.arrival_date..=due.date);
        closed.any(|(date, _)| *date > due.arrival_date)
    }

    /// It became a question on the pledge's last day or later.
    fn is_known_late(&self, item: &Item, due: &Due) -> bool {
        let since = item.question_since;
        since.is_some_and(|since| self.days.calendar().local_date(since) >= due.date)
    }

    /// What became of each date that was promised. The same date once more is not a second promise.
    fn promises(&self, item: &Item) -> Vec<Figure> {
        let calendar = self.days.calendar();
        let settled = settled_at(item).map(|at| calendar.local_date(at));
        let today = calendar.local_date(self.now);
        let mut promises = item.promises();
        promises.dedup_by_key(|promise| promise.date);
        let next = promises
            .iter()
            .skip(1)
            .map(|next| Some(calendar.local_date(next.at)))
            .chain([None]);
        let fate = |(promise, moved): (&ByHand, Option<NaiveDate>)| match (moved, settled) {
            (Some(on), _) if on <= promise.date => Figure::PromisesMoved,
            (None, Some(on)) if on <= promise.date => Figure::PromisesKept,
            (None, None) if today <= promise.date => Figure::PromisesPending,
            _ => Figure::PromisesBroken,
        };
        promises.iter().zip(next).map(fate).collect()
    }

    /// How an item waits now; nothing for one that does not.
    pub fn waiting(&self, item: &Item, mut put: impl FnMut(Figure)) {
        let place = placed(item, Kept::Mail, self.now);
        let in_shares = Figure::SHARES.contains(&place) || place == Figure::Pending;
        let Some(due) = item
            .due
            .as_ref()
            .filter(|_| item.state.is_live() && in_shares)
        else {
            return;
        };
        let today = self.days.calendar().local_date(self.now);
        let late = if self.now < due.closes {
            None
        } else {
            Some(self.days.between(due.date, today))
        };
        put(match late {
            None => Figure::WaitsInTime,
            Some(0..=2) => Figure::Late1To2,
            Some(3..=5) => Figure::Late3To5,
            Some(6..=10) => Figure::Late6To10,
            Some(_) => Figure::LateLonger,
        });
        if let Some(promise) = item.running_promise() {
            put(if today <= promise {
                Figure::PromiseRuns
            } else {
                Figure::PromiseOver
            });
        }
    }
}

/// Where a message is counted: in one of the shares, still pending, or in a line outside them. What
/// a colleague passed on has lines of its own: the service did not see it come, and does not know
/// whom a notice would go to.
#[must_use]
pub fn place(item: &Item, kept: Kept, now: DateTime<Utc>) -> Figure {
    match placed(item, kept, now) {
        place if !item.flags.contains(&Flag::ForwardedIn) => place,
        Figure::AnsweredInTime | Figure::NoticedInTime => Figure::ForwardedKept,
        Figure::Broken => Figure::ForwardedBroken,
        Figure::Pending => Figure::ForwardedPending,
        place => place,
    }
}

/// The same, however it came.
fn placed(item: &Item, kept: Kept, now: DateTime<Utc>) -> Figure {
    if item.due.is_none() {
        // Never under a pledge, even if a person has closed it since.
        return if item.excluded_reason.is_some() {
            excluded(item)
        } else {
            Figure::History
        };
    }
    if item.state == State::Excluded {
        return excluded(item);
    }
    let how = how(item);
    if how == Some(How::NoAnswerNeeded) {
        return Figure::ClosedWithoutAnswer;
    }
    if item.is_handed_over() {
        return Figure::HandedOver;
    }
    let outcome = item.outcome(now);
    let Some(how) = how.filter(|how| outcome == Outcome::AnsweredInTime && !kept.by_word(*how))
    else {
        return line_of(outcome);
    };
    // The notice kept it before any word did.
    if unsaid(item).outcome(now) == Outcome::NoticedInTime {
        Figure::NoticedInTime
    } else if how == How::DoneFolder {
        Figure::Filed
    } else if was_said_late(item) {
        Figure::SaidAfterwards
    } else {
        Figure::SelfReported
    }
}

/// Every outcome has a line of its own, by the name that the contract gives it.
fn line_of(outcome: Outcome) -> Figure {
    match outcome {
        Outcome::Pending => Figure::Pending,
        Outcome::AnsweredInTime => Figure::AnsweredInTime,
        Outcome::NoticedInTime => Figure::NoticedInTime,
        Outcome::Broken => Figure::Broken,
        Outcome::Covered => Figure::Covered,
        Outcome::NoQuestion => Figure::NoQuestion,
        Outcome::Excluded => Figure::OtherExcluded,
    }
}

fn excluded(item: &Item) -> Figure {
    match &item.excluded_reason {
        Some(Reason::Person(_)) => Figure::ExcludedByHand,
        Some(Reason::Internal) => Figure::Internal,
        Some(
            Reason::OwnMail
            | Reason::StaffReply
            | Reason::StaffCommand
            | Reason::CopyOfAnswer { .. },
        ) => Figure::OwnTraffic,
        _ => match item.class {
            Class::Bulk => Figure::Bulk,
            Class::AutoReply => Figure::AutoReply,
            Class::Bounce => Figure::Bounce,
            Class::Receipt => Figure::Receipt,
            Class::Calendar => Figure::Calendar,
            Class::Own => Figure::OwnTraffic,
            _ => Figure::OtherExcluded,
        },
    }
}

/// The item as it would be without the word that closed it.
fn unsaid(item: &Item) -> Item {
    Item {
        state: State::Open,
        settled: None,
        ..item.clone()
    }
}

/// How a person closed it, if that is how it ended.
fn how(item: &Item) -> Option<How> {
    let settled = item
        .settled
        .as_ref()
        .filter(|_| item.state == State::Closed);
    settled.and_then(|settled| settled.how)
}

/// It was entered after the pledge's last day.
fn was_said_late(item: &Item) -> bool {
    item.due
        .as_ref()
        .is_some_and(|due| item.since >= due.closes)
}

/// When it was settled, in any way.
fn settled_at(item: &Item) -> Option<DateTime<Utc>> {
    let settled = item.settled.as_ref()?;
    matches!(item.state, State::Answered | State::Closed).then_some(settled.at)
}

/// When it was answered in a way that its pledge counts.
fn answered_at(item: &Item, kept: Kept) -> Option<DateTime<Utc>> {
    settled_at(item).filter(|_| how(item).is_none_or(|how| kept.by_word(how)))
}

/// The figures of single marks of an item.
fn marks(item: &Item) -> impl Iterator<Item = Figure> {
    let has = |flag| item.flags.contains(&flag);
    [
        (Figure::Unverified, has(Flag::Unverified)),
        (
            Figure::ProbablyAnswered,
            item.state == State::ProbablyAnswered,
        ),
        (
            Figure::HeldByCap,
            has(Flag::NoticeHeldByCap) || has(Flag::NoticeHeldByHour),
        ),
        (Figure::TurnedOut, item.turned_out),
        (Figure::HeldByPerson, item.no_notice),
        (Figure::Noted, item.noted),
        (Figure::NoteMissing, has(Flag::NoteMissing)),
        (Figure::Escalated, item.was_escalated()),
    ]
    .into_iter()
    .filter_map(|(figure, stands)| stands.then_some(figure))
}
