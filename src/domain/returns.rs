//! `ÅTERKOMMER`: a mail to the citizen that only says who comes back, and by when, is not an
//! answer. It is a notice that a person wrote, with that date.
//!
//! The mail and the word for it may be read in either order, so the word is kept with the item: a
//! mail sent within the day before it is that mail.

use super::event::{Effect, Event, Fact};
use super::item::{Done, Item, Returns, State};
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// Hours after the mail in which a person can say that it was not an answer.
pub const RETURNS_WITHIN_HOURS: i64 = 24;

impl Returns {
    /// Whether it speaks of a mail of that time.
    #[must_use]
    pub fn is_of(&self, sent: DateTime<Utc>) -> bool {
        sent <= self.at && self.at - sent <= Duration::hours(RETURNS_WITHIN_HOURS)
    }
}

impl Item {
    /// Whether it was said of a mail of that time, which seemed to be an answer, that it only says
    /// who comes back.
    #[must_use]
    pub(super) fn is_told_to_return(&self, sent: DateTime<Utc>) -> bool {
        self.returns
            .as_ref()
            .is_some_and(|returns| returns.is_of(sent))
    }

    /// That mail is the notice; `None`: it is known already, or the citizen has had one.
    #[must_use]
    pub(super) fn notice_by_hand(&self, sent: DateTime<Utc>) -> Option<Fact> {
        let promise = self.returns.as_ref()?.date;
        (!self.done.contains_key(&Effect::Notice))
            .then_some(Fact::NoticedByHand { at: sent, promise })
    }

    /// The mail that seemed to be its answer, if the word that is said now speaks of it.
    #[must_use]
    pub fn returned_by(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let settled = self
            .settled
            .as_ref()
            .filter(|settled| settled.how.is_none() && self.state != State::Closed)?;
        let age = now - settled.at;
        (settled.evidence.is_a_mail() && age <= Duration::hours(RETURNS_WITHIN_HOURS))
            .then_some(settled.at)
    }

    pub(super) fn may_be_noticed_by_hand(&self) -> bool {
        (self.state.is_live() || self.state == State::Answered)
            && !self.done.contains_key(&Effect::Notice)
    }

    /// Folds in the word that a handler comes back, and that the mail which says so is the notice:
    /// the item is open.
    pub(super) fn come_back(&mut self, event: &Event) {
        match &event.fact {
            Fact::Returns { at, date } => {
                self.returns = Some(Returns {
                    at: *at,
                    by: event.by.clone(),
                    date: *date,
                });
            }
            Fact::NoticedByHand { at, promise } => self.is_noticed(*at, *promise, event.at),
            _ => {}
        }
    }

    fn is_noticed(&mut self, at: DateTime<Utc>, promise: NaiveDate, seen_at: DateTime<Utc>) {
        self.state = State::Open;
        self.since = seen_at;
        self.denied
            .extend(self.settled.take().map(|settled| settled.evidence));
        let by = self.returns.as_ref().map(|returns| returns.by.clone());
        let notice = Done {
            names: by.filter(|by| !by.contains(':')),
            promise: Some(promise),
            sent_at: Some(at),
            early: self.due.as_ref().is_some_and(|due| at < due.closes),
            ..Done::queued(seen_at, vec!["citizen".to_owned()])
        };
        self.done.insert(Effect::Notice, notice);
        self.promise = Some(promise);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::date;
    use crate::domain::orders::tests::item;

    #[test]
    fn the_word_is_of_a_mail_of_the_day_before_it() {
        let at = item(State::Open).received_at;
        let returns = Returns {
            at,
            by: "h".to_owned(),
            date: date("2026-12-04"),
        };
        let (day, minute) = (Duration::hours(RETURNS_WITHIN_HOURS), Duration::minutes(1));
        for (sent, is_of) in [
            (at - day - minute, false),
            (at - day, true),
            (at - minute, true),
            (at, true),
            (at + minute, false),
        ] {
            assert_eq!(returns.is_of(sent), is_of, "{sent}");
        }
    }
}
