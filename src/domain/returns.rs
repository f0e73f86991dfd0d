//! `ÅTERKOMMER`: a mail to the citizen that only says who comes back, and by when, is not an
//! answer. It is a notice that a person wrote, with that date.
//!
//! The mail and the word for it may be read in either order, so the word is kept with the item: a
//! mail sent within the day before it is that mail. A notice of ours that waits for its server
//! gives way to it: the citizen has had one.

use super::event::{Effect, Fact};
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

    /// That mail is the notice; `None`: it is known already, or the citizen has had one that arrived.
    /// One of ours that is on its way is taken back before, if it can be.
    #[must_use]
    pub(super) fn notice_by_hand(&self, sent: DateTime<Utc>) -> Option<Fact> {
        let promise = self.returns.as_ref()?.date;
        (self.lacks_notice() || self.is_notice_on_its_way())
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
        (self.state.is_live() || self.state == State::Answered) && self.lacks_notice()
    }

    /// Folds in the word that a handler comes back.
    pub(super) fn is_to_return(&mut self, at: DateTime<Utc>, date: NaiveDate, by: &str) {
        self.returns = Some(Returns {
            at,
            by: by.to_owned(),
            date,
        });
    }

    /// Folds in that the mail which says so is the notice: the item is open.
    pub(super) fn is_noticed(
        &mut self,
        at: DateTime<Utc>,
        promise: NaiveDate,
        seen_at: DateTime<Utc>,
    ) {
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
    use crate::domain::event::{Event, Evidence, EvidenceKind, Failure};
    use crate::domain::how::How;
    use crate::domain::orders::tests::item;
    use crate::domain::record::Settled;

    const DAY: i64 = 60 * RETURNS_WITHIN_HOURS;

    /// Minutes after the item came.
    fn minute(minute: i64) -> DateTime<Utc> {
        item(State::Open).received_at + Duration::minutes(minute)
    }

    fn said(at: i64, by: &str) -> Returns {
        Returns {
            at: minute(at),
            by: by.to_owned(),
            date: date("2026-12-04"),
        }
    }

    /// Settled at minute 0 on that evidence.
    fn settled(state: State, kind: EvidenceKind, how: Option<How>) -> Item {
        let mut item = item(state);
        item.settled = Some(Settled {
            at: minute(0),
            by: None,
            evidence: Evidence::without_mail(kind, None),
            how,
        });
        item
    }

    fn with_notice(mut item: Item) -> Item {
        let notice = Done::queued(minute(0), vec!["citizen".to_owned()]);
        item.done.insert(Effect::Notice, notice);
        item
    }

    #[test]
    fn the_word_is_of_a_mail_of_the_day_before_it() {
        let mut item = item(State::Open);
        assert!(!item.is_told_to_return(minute(0)));
        item.returns = Some(said(0, "h"));
        for (sent, is_of) in [
            (-DAY - 1, false),
            (-DAY, true),
            (-1, true),
            (0, true),
            (1, false),
        ] {
            assert_eq!(item.is_told_to_return(minute(sent)), is_of, "{sent}");
        }
    }

    #[test]
    fn the_mail_that_it_speaks_of_settled_the_item_within_a_day() {
        use EvidenceKind::{AnsweredFlag, Cli, Command, Copy, DoneFolder, Sent, Twin};
        let check = |item: &Item, said_at, is_mail: bool| {
            let expected = is_mail.then(|| minute(0));
            assert_eq!(item.returned_by(minute(said_at)), expected, "{item:?}");
        };
        for kind in [Sent, Copy, Twin] {
            let answered = settled(State::Answered, kind, None);
            check(&answered, 0, true);
            check(&answered, DAY, true);
            check(&answered, DAY + 1, false);
            check(&settled(State::ProbablyAnswered, kind, None), 1, true);
            check(&settled(State::Answered, kind, Some(How::Phone)), 1, false);
            check(&settled(State::Closed, kind, None), 1, false);
        }
        for kind in [AnsweredFlag, Cli, Command, DoneFolder] {
            check(&settled(State::Answered, kind, None), 1, false);
        }
        check(&item(State::Open), 1, false);
    }

    #[test]
    fn the_mail_becomes_the_notice_of_a_question_without_one() {
        let of = |item: &Item| item.notice_by_hand(minute(5));
        let mut told = item(State::Answered);
        assert_eq!(of(&told), None);
        told.returns = Some(said(9, "h"));
        let notice = Fact::NoticedByHand {
            at: minute(5),
            promise: date("2026-12-04"),
        };
        assert_eq!(of(&told), Some(notice.clone()));
        // One that is on its way may give way, one that came back has told nothing; one that has
        // left never gives way.
        let noticed = with_notice(told);
        assert_eq!(of(&noticed), Some(notice.clone()));
        let ended = |failed: Option<Failure>| {
            let mut noticed = noticed.clone();
            let ours = noticed.done.get_mut(&Effect::Notice).expect("one");
            ours.sent_at = Some(minute(4));
            ours.failed = failed.map(|failure| (minute(4), failure));
            noticed
        };
        assert_eq!(of(&ended(None)), None);
        let bounced = ended(Some(Failure::Bounced));
        assert_eq!(of(&bounced), Some(notice));
        assert!(bounced.may_be_noticed_by_hand());
        for (state, may_be) in [
            (State::Open, true),
            (State::ProbablyAnswered, true),
            (State::Answered, true),
            (State::NoQuestion, false),
            (State::Closed, false),
            (State::Excluded, false),
            (State::History, false),
        ] {
            assert_eq!(item(state).may_be_noticed_by_hand(), may_be, "{state:?}");
            assert!(!with_notice(item(state)).may_be_noticed_by_hand());
        }
    }

    /// An answered item after the word of that person about its mail.
    fn come_back(by: &str, mail: DateTime<Utc>) -> Item {
        let mut item = settled(State::Answered, EvidenceKind::Sent, None);
        let (at, promise) = (minute(9), date("2026-12-04"));
        for fact in [
            Fact::Returns { at, date: promise },
            Fact::NoticedByHand { at: mail, promise },
        ] {
            let by = by.to_owned();
            item.apply(&Event { at, by, fact }).expect("legal");
        }
        item
    }

    #[test]
    fn an_answer_that_was_none_leaves_an_open_item_with_a_notice() {
        let item = come_back("h", minute(5));
        assert_eq!(item.returns, Some(said(9, "h")));
        assert_eq!((item.state, item.since), (State::Open, minute(9)));
        assert_eq!(item.settled, None);
        assert_eq!(item.denied.len(), 1);
        assert_eq!(item.promise, Some(date("2026-12-04")));
        let notice = Done {
            names: Some("h".to_owned()),
            promise: item.promise,
            sent_at: Some(minute(5)),
            early: true,
            ..Done::queued(minute(9), vec!["citizen".to_owned()])
        };
        assert_eq!(item.done.get(&Effect::Notice), Some(&notice));
    }

    #[test]
    fn a_notice_by_hand_names_no_account_and_is_early_before_the_due_date_ends() {
        let closes = item(State::Open).due.expect("a date").closes;
        let notice = |by, at| come_back(by, at).done.remove(&Effect::Notice);
        let by_registrar = notice("cli:root", minute(5)).expect("a notice");
        assert_eq!(by_registrar.names, None);
        for (at, early) in [(closes - Duration::seconds(1), true), (closes, false)] {
            assert_eq!(notice("h", at).expect("a notice").early, early);
        }
    }
}
