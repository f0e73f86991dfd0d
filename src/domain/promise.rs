//! Promises: the later dates that a citizen was given, by a notice or by the handler.
//!
//! A promise buys time, it keeps nothing: the pledge is kept by an answer or by a notice. The last
//! promise counts. A promise may fall on a day off: the date is the citizen's, and staff are
//! reminded on the working day before.
//!
//! The reasons are people's own words: the citizen reads them, and they are erased with the item's
//! other personal data.

use crate::domain::event::{Effect, Failure};
use crate::domain::item::{ByHand, Item, ItemId, State};
use crate::domain::pledge::{NoticeText, Pledge};
use chrono::{DateTime, Days, NaiveDate, Utc};

/// Days ahead that can be promised: a slip in the year is refused, no matter takes longer without a
/// decision on the way.
pub const FARTHEST_PROMISE: u64 = 366;

/// Promises by hand of one item. A handler who has moved an answer so often owes the citizen more
/// than a date.
pub const MOST_PROMISES: usize = 20;

/// Moved dates of one item that its citizen is told by mail; of more the handler tells them.
pub const MOST_NEW_DATES: usize = 2;

/// Why a promise is not taken down.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPromise {
    #[error("{0} has passed: promise today or a later day")]
    Past(NaiveDate),
    #[error("{date} is too far ahead: the last day that can be promised is {last}")]
    TooFar { date: NaiveDate, last: NaiveDate },
    #[error("{item} is promised by {date} already")]
    Stands { item: ItemId, date: NaiveDate },
    #[error("{item} is promised by {date}: give the reason for moving it")]
    NoReason { item: ItemId, date: NaiveDate },
    #[error("{0} has been promised {MOST_PROMISES} times: settle it, or call the sender")]
    TooOften(ItemId),
}

impl Item {
    /// Whether `date` can be promised today. The first promise by hand needs no reason; to move it
    /// does.
    pub fn may_promise(
        &self,
        date: NaiveDate,
        reason: Option<&str>,
        today: NaiveDate,
    ) -> Result<(), NoPromise> {
        let item = self.id;
        let last = today
            .checked_add_days(Days::new(FARTHEST_PROMISE))
            .unwrap_or(NaiveDate::MAX);
        if date < today {
            return Err(NoPromise::Past(date));
        }
        if date > last {
            return Err(NoPromise::TooFar { date, last });
        }
        let Some(stands) = self.by_hand.last().map(|promise| promise.date) else {
            return Ok(());
        };
        if stands == date && self.promise == Some(date) {
            Err(NoPromise::Stands { item, date })
        } else if reason.is_none() {
            Err(NoPromise::NoReason { item, date: stands })
        } else if self.by_hand.len() >= MOST_PROMISES {
            Err(NoPromise::TooOften(item))
        } else {
            Ok(())
        }
    }

    /// Why the answer comes on that date, as the person who gave it last has put it.
    #[must_use]
    pub fn reason_for(&self, date: NaiveDate) -> Option<&str> {
        let last = self.by_hand.last().filter(|last| last.date == date)?;
        last.reason.as_deref().filter(|reason| !reason.is_empty())
    }

    /// Whether its citizen can hear that the decision takes longer as soon as a person says why,
    /// and by when it comes.
    #[must_use]
    pub fn wants_reason(&self, pledge: &Pledge, today: NaiveDate) -> bool {
        let is_said = self
            .by_hand
            .last()
            .is_some_and(|last| last.date >= today && self.reason_for(last.date).is_some());
        pledge.text == NoticeText::Decision
            && pledge.notice.is_some()
            && self.state == State::Open
            && self.may_be_noticed()
            && !self.done.contains_key(&Effect::Notice)
            && !is_said
    }

    /// The promise that the citizen relies on: they have read it, or the handler gave it.
    #[must_use]
    pub fn running_promise(&self) -> Option<NaiveDate> {
        self.promise
            .filter(|_| self.has_notice() || !self.by_hand.is_empty())
    }

    /// The last promise by hand counts no more; the promise before it does, or the date that the
    /// citizen has read.
    pub(super) fn take_back_promise(&mut self, date: NaiveDate) {
        self.by_hand.pop_if(|last| last.date == date);
        let by_hand = self
            .by_hand
            .last()
            .map(|promise| (promise.at, promise.date));
        let told = self
            .done
            .values()
            .filter_map(|done| Some((done.queued_at, done.promise?)));
        self.promise = told
            .chain(by_hand)
            .max_by_key(|(at, _)| *at)
            .map(|(_, date)| date);
    }

    /// Whether the citizen has this date, or is about to get it: then it cannot be taken back, only
    /// moved.
    #[must_use]
    pub fn is_told(&self, date: NaiveDate) -> bool {
        self.done
            .values()
            .any(|done| done.promise == Some(date) && done.failed.is_none())
    }

    /// The date that the citizen had last, as far as it is known.
    #[must_use]
    pub fn date_told(&self) -> Option<NaiveDate> {
        let arrived = self
            .done
            .iter()
            .filter(|(effect, done)| effect.is_for_citizen() && done.failed.is_none());
        arrived
            .filter_map(|(_, done)| Some((done.sent_at?, done.promise)))
            .max_by_key(|(at, _)| *at)?
            .1
    }

    /// The last promise by hand and its number, when a citizen who has had a notice was told
    /// another date.
    #[must_use]
    pub fn untold(&self) -> Option<(u16, &ByHand)> {
        let last = self.by_hand.last()?;
        let told = self.noticed_at().map(|_| self.date_told())?;
        let number = u16::try_from(self.by_hand.len()).ok()?;
        (told != Some(last.date)).then_some((number, last))
    }

    /// Whether a mail of that time can have been about it: a later message was not spoken for, also
    /// where a sender uses one id for everything.
    #[must_use]
    pub fn may_have_been_told(&self, at: DateTime<Utc>) -> bool {
        self.received_at <= at && self.state != State::History
    }

    /// Whether it is known that a mail of just that time promised that date.
    #[must_use]
    pub fn is_told_at(&self, date: NaiveDate, at: DateTime<Utc>) -> bool {
        let mut done = self.done.values();
        done.any(|done| done.promise == Some(date) && done.sent_at == Some(at))
    }

    /// The number of the promise that a mail in Sent has told its citizen of, which this register
    /// does not know: the first of that date that no mail has told of, else one of its own.
    #[must_use]
    pub fn number_of_told(&self, date: NaiveDate) -> u16 {
        let is_untold = |number: &u16| {
            let done = self.done.get(&Effect::NewDate(*number));
            done.is_none_or(|done| done.sent_at.is_none())
        };
        let numbered = (1..).zip(&self.by_hand);
        let of_that_date = numbered.filter(|(_, promise)| promise.date == date);
        let mut untold = of_that_date.map(|(number, _)| number).filter(is_untold);
        untold.next().unwrap_or_else(|| {
            let given = u16::try_from(self.by_hand.len()).unwrap_or(u16::MAX);
            let told = self.done.keys().filter_map(|effect| match effect {
                Effect::NewDate(number) => Some(*number),
                _ => None,
            });
            told.chain([given]).max().unwrap_or(0).saturating_add(1)
        })
    }

    /// Whether its citizen is told by mail of a date that is moved now, so far as the pledge says
    /// so.
    #[must_use]
    pub fn hears_of_new_dates(&self, pledge: &Pledge) -> bool {
        let told = self
            .done
            .keys()
            .filter(|effect| matches!(effect, Effect::NewDate(_)))
            .count();
        let is_open = self.state == State::Open && self.noticed_at().is_some();
        is_open && pledge.tell_new_date && self.may_be_noticed() && told < MOST_NEW_DATES
    }

    /// Why the last mail to the citizen did not arrive, if so.
    #[must_use]
    pub fn lost_by_citizen(&self) -> Option<Failure> {
        let number = u16::try_from(self.by_hand.len()).unwrap_or(u16::MAX);
        let last = self
            .done
            .get(&Effect::NewDate(number))
            .or_else(|| self.done.get(&Effect::Notice))?;
        last.failed.map(|(_, failure)| failure)
    }

    /// Whether the mail about the promise of the last number did not arrive.
    #[must_use]
    pub fn is_new_date_lost(&self) -> bool {
        let number = u16::try_from(self.by_hand.len()).unwrap_or(u16::MAX);
        self.done
            .get(&Effect::NewDate(number))
            .is_some_and(|done| done.failed.is_some())
    }

    /// Every promise that was given, in order, and when; a notice that came back has promised
    /// nothing.
    #[must_use]
    pub fn promises(&self) -> Vec<ByHand> {
        let mut promises = self.by_hand.clone();
        let posted = self.done.get(&Effect::Letter);
        let notice = self
            .done
            .get(&Effect::Notice)
            .filter(|_| self.noticed_at().is_some())
            .or(posted.filter(|_| self.posted.is_some()));
        if let Some((at, date)) =
            notice.and_then(|notice| Some((notice.queued_at, notice.promise?)))
            && !promises
                .iter()
                .any(|promise| promise.at <= at && promise.date == date)
        {
            promises.push(ByHand {
                at,
                date,
                reason: None,
            });
        }
        promises.sort_by_key(|promise| promise.at);
        promises
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::date;
    use crate::domain::item::Done;
    use crate::domain::orders::tests::item;
    use chrono::Duration;

    /// Promised by hand so often, the last time for the 4th of December.
    fn promised(times: usize) -> Item {
        let mut item = item(State::Open);
        let promise = ByHand {
            at: item.received_at,
            date: date("2026-12-04"),
            reason: None,
        };
        item.promise = (times > 0).then_some(promise.date);
        item.by_hand = vec![promise; times];
        item
    }

    #[test]
    fn a_promise_lies_ahead_within_a_year_and_is_moved_with_a_reason() {
        let today = date("2026-11-20");
        let check = |times, day: &str, reason, expected: &str| {
            let refused = promised(times).may_promise(date(day), reason, today).err();
            let told = refused.map(|no| match no {
                NoPromise::Past(_) => "past",
                NoPromise::TooFar { .. } => "too far",
                NoPromise::Stands { .. } => "stands",
                NoPromise::NoReason { .. } => "no reason",
                NoPromise::TooOften(_) => "too often",
            });
            assert_eq!(
                told.unwrap_or_default(),
                expected,
                "{times} {day} {reason:?}"
            );
        };
        let reason = Some("väntar på ritningar");
        check(0, "2026-11-19", None, "past");
        check(0, "2026-11-20", None, "");
        check(0, "2027-11-21", None, "");
        check(0, "2027-11-22", None, "too far");
        check(1, "2026-12-04", reason, "stands");
        check(1, "2026-12-11", None, "no reason");
        check(1, "2026-12-11", reason, "");
        check(MOST_PROMISES - 1, "2026-12-11", reason, "");
        check(MOST_PROMISES, "2026-12-11", reason, "too often");
        check(MOST_PROMISES + 1, "2026-12-11", reason, "too often");
    }

    #[test]
    fn a_promise_runs_once_a_person_or_a_notice_has_given_it() {
        let mut item = promised(1);
        assert_eq!(item.running_promise(), Some(date("2026-12-04")));
        item.by_hand.clear();
        assert_eq!(item.running_promise(), None);
        assert_eq!(promised(0).running_promise(), None);
    }

    #[test]
    fn a_reason_is_of_the_last_promise_alone() {
        let mut item = promised(1);
        let (day, other) = (date("2026-12-04"), date("2026-12-11"));
        assert_eq!(item.reason_for(day), None);
        for (reason, told) in [("", None), ("semester", Some("semester"))] {
            item.by_hand[0].reason = Some(reason.to_owned());
            assert_eq!(item.reason_for(day), told);
            assert_eq!(item.reason_for(other), None);
        }
    }

    #[test]
    fn a_mail_can_have_told_of_a_question_that_was_there() {
        for (state, minutes, may) in [
            (State::Open, -1, false),
            (State::Open, 0, true),
            (State::Answered, 1, true),
            (State::History, 1, false),
        ] {
            let item = item(state);
            let at = item.received_at + Duration::minutes(minutes);
            assert_eq!(item.may_have_been_told(at), may, "{state:?} {minutes}");
        }
    }

    /// The mail about the promise of that number; whether it has left.
    fn told(item: &mut Item, number: u16, has_left: bool) {
        let at = item.received_at;
        let mail = Done {
            sent_at: has_left.then_some(at),
            ..Done::queued(at, vec!["citizen".to_owned()])
        };
        item.done.insert(Effect::NewDate(number), mail);
    }

    #[test]
    fn a_mail_that_the_register_lacks_has_the_first_number_of_its_date_that_is_untold() {
        let (day, moved, other) = (date("2026-12-04"), date("2026-12-11"), date("2026-12-18"));
        let mut item = promised(3);
        item.by_hand[1].date = moved;
        let numbers = |item: &Item| [day, moved, other].map(|day| item.number_of_told(day));
        assert_eq!(numbers(&item), [1, 2, 4]);
        told(&mut item, 1, false);
        assert_eq!(numbers(&item), [1, 2, 4]);
        told(&mut item, 1, true);
        assert_eq!(numbers(&item), [3, 2, 4]);
        told(&mut item, 7, true);
        assert_eq!(numbers(&item), [3, 2, 8]);
        assert_eq!(promised(0).number_of_told(day), 1);
    }

    #[test]
    fn a_notice_promises_a_date_that_no_person_had_given_before_it() {
        let dates = |hours: i64, day: &str| {
            let mut item = promised(1);
            let at = item.received_at + Duration::hours(hours);
            let notice = Done {
                sent_at: Some(at),
                promise: Some(date(day)),
                ..Done::queued(at, vec!["citizen".to_owned()])
            };
            item.done.insert(Effect::Notice, notice);
            let promises = item.promises().into_iter();
            let dates: Vec<String> = promises.map(|given| given.date.to_string()).collect();
            dates.join(" ")
        };
        assert_eq!(dates(1, "2026-12-04"), "2026-12-04");
        assert_eq!(dates(0, "2026-12-04"), "2026-12-04");
        assert_eq!(dates(1, "2026-12-07"), "2026-12-04 2026-12-07");
        assert_eq!(dates(-1, "2026-12-07"), "2026-12-07 2026-12-04");
        assert_eq!(dates(-1, "2026-12-04"), "2026-12-04 2026-12-04");
    }
}
