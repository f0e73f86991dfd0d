//! How a pledge is kept: the outcome of one item, for lists, mails and the report.

use super::event::{Effect, Failure, Flag};
use super::how::How;
use super::item::{Item, State};
use super::no_question::Presumed;
use super::pledge::Due;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Pending,
    AnsweredInTime,
    NoticedInTime,
    Broken,
    /// It came after a notice in its matter, which speaks for it: outside the shares.
    Covered,
    /// It is most likely none: outside the shares.
    NoQuestion,
    Excluded,
}

impl Item {
    /// How the pledge is kept at `now`. A notice is never counted as an answer.
    #[must_use]
    pub fn outcome(&self, now: DateTime<Utc>) -> Outcome {
        let Some(due) = self.due.as_ref().filter(|_| self.is_under_a_pledge()) else {
            return Outcome::Excluded;
        };
        if self.no_question.is_some() {
            return Outcome::NoQuestion;
        }
        if self.is_taken_out() {
            return Outcome::Excluded;
        }
        if self.covered_by.is_some() {
            return Outcome::Covered;
        }
        let settled = self
            .settled
            .as_ref()
            .filter(|_| matches!(self.state, State::Answered | State::Closed))
            .map(|settled| settled.at);
        if settled.is_some_and(|at| at < due.closes) {
            Outcome::AnsweredInTime
        } else if due.kept_by.is_by_notice() && self.is_noticed_in_time(due) {
            Outcome::NoticedInTime
        } else if settled.is_some() || now >= due.closes {
            Outcome::Broken
        } else {
            Outcome::Pending
        }
    }

    fn is_under_a_pledge(&self) -> bool {
        !matches!(self.state, State::Excluded | State::History)
    }

    /// It was closed as needing no answer, or given to another mailbox.
    fn is_taken_out(&self) -> bool {
        self.state == State::Closed && (self.is_no_answer_needed() || self.is_handed_over())
    }

    fn is_noticed_in_time(&self, due: &Due) -> bool {
        let in_time = |at: DateTime<Utc>| {
            at < due.closes && (at >= self.arrived_at() || self.leader.is_some())
        };
        self.noticed_at().is_some_and(in_time) || self.posted.is_some_and(|day| day <= due.date)
    }

    /// When it came to the municipality: to this mailbox, or to a twin's before.
    #[must_use]
    pub fn arrived_at(&self) -> DateTime<Utc> {
        self.twin_arrival
            .map_or(self.received_at, |at| at.min(self.received_at))
    }

    /// Its message lies in another mailbox now.
    #[must_use]
    pub fn is_handed_over(&self) -> bool {
        self.state == State::Closed
            && self
                .settled
                .as_ref()
                .is_some_and(|s| s.how == Some(How::HandedOver))
    }

    /// A person put its message into a folder for what is done, and said nothing more of it.
    #[must_use]
    pub fn is_filed(&self) -> bool {
        self.state == State::Closed
            && self
                .settled
                .as_ref()
                .is_some_and(|s| s.how == Some(How::DoneFolder))
    }

    /// Whether its citizen may get an automatic mail.
    #[must_use]
    pub fn may_be_noticed(&self) -> bool {
        let lies_aside = [Flag::InJunk, Flag::Trashed]
            .iter()
            .any(|flag| self.flags.contains(flag));
        (self.may_notify || self.freed.is_some())
            && !self.no_notice
            && self.covered_by.is_none()
            && !lies_aside
    }

    /// Whether it is not known that its citizen has had a notice.
    #[must_use]
    pub fn may_lack_notice(&self) -> bool {
        self.done.get(&Effect::Notice).is_none_or(|done| {
            let mut failed = done.failed.iter();
            done.sent_at.is_none()
                && !done.withheld
                && failed.all(|(_, failure)| *failure == Failure::Unknown)
        })
    }

    /// Most likely no question, and neither answered nor closed.
    #[must_use]
    pub fn is_presumed(&self) -> bool {
        self.state == State::NoQuestion && self.settled.is_none() && self.erased.is_none()
    }

    /// Presumed no question, since it lies in a junk folder.
    #[must_use]
    pub fn is_presumed_junk(&self) -> bool {
        self.is_presumed() && self.no_question == Some(Presumed::Junk)
    }

    /// It waits, or was settled only after that moment.
    #[must_use]
    pub fn was_open_at(&self, at: DateTime<Utc>) -> bool {
        let is_settled = matches!(self.state, State::Answered | State::Closed);
        self.state.is_live()
            || is_settled && self.settled.as_ref().is_some_and(|settled| settled.at > at)
    }

    /// It waits, and its possible answer lies in Junk.
    #[must_use]
    pub fn may_lie_answered_in_junk(&self) -> bool {
        self.state == State::Open && self.flags.contains(&Flag::AnswerInJunk)
    }

    /// Neither settled nor set aside: its date still means something.
    #[must_use]
    pub fn has_clock(&self) -> bool {
        self.state.is_live() || self.is_presumed()
    }

    /// Whether deciding about it may still cause a mail.
    #[must_use]
    pub fn may_owe_mail(&self) -> bool {
        let asks = [
            Flag::AnswerBounced,
            Flag::FiledUnanswered,
            Flag::NoteMissing,
        ];
        self.has_clock()
            || self.erased.is_none() && asks.iter().any(|flag| self.flags.contains(flag))
    }

    /// A person closed it without an answer: none was needed.
    #[must_use]
    pub fn is_no_answer_needed(&self) -> bool {
        self.state == State::Closed
            && self
                .settled
                .as_ref()
                .is_some_and(|s| s.how == Some(How::NoAnswerNeeded))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::done::Done;
    use crate::domain::event::Effect;
    use crate::domain::kept_by::KeptBy;
    use crate::domain::orders::tests::item;
    use chrono::Duration;

    #[test]
    fn a_notice_keeps_what_an_answer_keeps() {
        for (kept_by, expected) in [
            (KeptBy::Answer, Outcome::NoticedInTime),
            (KeptBy::Note, Outcome::NoticedInTime),
            (KeptBy::Decision, Outcome::NoticedInTime),
            (KeptBy::Contact, Outcome::Broken),
            (KeptBy::Release, Outcome::Broken),
        ] {
            let mut item = item(State::Open);
            let closes = item.due.as_ref().expect("a due date").closes;
            let at = closes - Duration::hours(11);
            let done = Done {
                sent_at: Some(at),
                ..Done::queued(at, vec!["citizen".to_owned()])
            };
            item.done.insert(Effect::Notice, done);
            item.due.as_mut().expect("a due date").kept_by = kept_by;
            assert_eq!(item.outcome(closes), expected, "{kept_by:?}");
        }
    }

    fn closes(item: &Item) -> DateTime<Utc> {
        item.due.as_ref().expect("a due date").closes
    }

    fn settled(state: State, at: DateTime<Utc>, how: Option<How>) -> Item {
        let mut item = item(state);
        item.settled = Some(crate::domain::item::Settled {
            at,
            by: None,
            evidence: crate::domain::proof::Evidence::without_mail(
                crate::domain::proof::EvidenceKind::Sent,
                None,
            ),
            how,
        });
        item
    }

    #[test]
    fn it_is_kept_before_the_last_instant_and_broken_from_there_on() {
        let second = Duration::seconds(1);
        let last = closes(&item(State::Open));
        let (kept, broken) = (Outcome::AnsweredInTime, Outcome::Broken);
        for (state, at, how, outcome) in [
            (State::Answered, last - second, None, kept),
            (State::Answered, last, None, broken),
            (State::Answered, last + second, None, broken),
            (State::Closed, last - second, Some(How::Phone), kept),
            // A probable answer is none yet.
            (
                State::ProbablyAnswered,
                last - second,
                None,
                Outcome::Pending,
            ),
            (
                State::Closed,
                last - second,
                Some(How::NoAnswerNeeded),
                Outcome::Excluded,
            ),
            (
                State::Closed,
                last - second,
                Some(How::HandedOver),
                Outcome::Excluded,
            ),
            (State::Answered, last - second, Some(How::HandedOver), kept),
            (State::Excluded, last - second, None, Outcome::Excluded),
            (State::History, last - second, None, Outcome::Excluded),
        ] {
            let item = settled(state, at, how);
            assert_eq!(
                item.outcome(last - second),
                outcome,
                "{state:?} {at} {how:?}"
            );
        }
        let open = item(State::Open);
        let outcomes = [last - second, last, last + second].map(|now| open.outcome(now));
        assert_eq!(outcomes, [Outcome::Pending, broken, broken]);
    }

    #[test]
    fn a_notice_counts_from_the_arrival_to_the_last_instant() {
        let second = Duration::seconds(1);
        let noticed = |at: DateTime<Utc>| {
            let mut item = item(State::Open);
            let done = Done {
                sent_at: Some(at),
                ..Done::queued(at, vec!["citizen".to_owned()])
            };
            item.done.insert(Effect::Notice, done);
            item
        };
        let (arrived, last) = (item(State::Open).received_at, closes(&item(State::Open)));
        for (at, in_time) in [
            (arrived - second, false),
            (arrived, true),
            (last - second, true),
            (last, false),
        ] {
            let expected = if in_time {
                Outcome::NoticedInTime
            } else {
                Outcome::Broken
            };
            assert_eq!(noticed(at).outcome(last), expected, "{at}");
        }
        // The older question that had its clock was noticed before it came.
        let mut behind = noticed(arrived - second);
        behind.leader = Some(behind.id);
        assert_eq!(behind.outcome(last), Outcome::NoticedInTime);
        let due = item(State::Open).due.expect("a due date").date;
        let next = due.succ_opt().expect("a day");
        for (day, expected) in [(due, Outcome::NoticedInTime), (next, Outcome::Broken)] {
            let mut posted = item(State::Open);
            posted.posted = Some(day);
            assert_eq!(posted.outcome(last), expected, "{day}");
        }
    }

    #[test]
    fn a_state_and_the_manner_of_its_end_say_what_became_of_it() {
        let at = item(State::Open).received_at;
        for (state, how, filed, handed_over) in [
            (State::Closed, Some(How::DoneFolder), true, false),
            (State::Closed, Some(How::HandedOver), false, true),
            (State::Closed, Some(How::Phone), false, false),
            (State::Answered, Some(How::DoneFolder), false, false),
            (State::Answered, Some(How::HandedOver), false, false),
        ] {
            let item = settled(state, at, how);
            let found = (item.is_filed(), item.is_handed_over());
            assert_eq!(found, (filed, handed_over), "{state:?} {how:?}");
        }
        assert!(!item(State::Closed).is_filed());
    }

    #[test]
    fn it_was_open_until_it_was_settled() {
        let at = item(State::Open).received_at;
        let minute = Duration::minutes(1);
        for (state, expected) in [
            (State::Open, [true; 3]),
            (State::ProbablyAnswered, [true; 3]),
            (State::Answered, [true, false, false]),
            (State::Closed, [true, false, false]),
            (State::Excluded, [false; 3]),
        ] {
            let item = settled(state, at, None);
            let open = [at - minute, at, at + minute].map(|at| item.was_open_at(at));
            assert_eq!(open, expected, "{state:?}");
        }
    }

    #[test]
    fn only_a_question_that_lies_in_the_open_is_noticed() {
        let with = |change: &dyn Fn(&mut Item)| {
            let mut item = item(State::Open);
            item.may_notify = true;
            change(&mut item);
            item.may_be_noticed()
        };
        assert!(with(&|_| {}));
        assert!(!with(&|item| item.may_notify = false));
        assert!(with(&|item| {
            item.may_notify = false;
            item.freed = Some(item.received_at);
        }));
        assert!(!with(&|item| item.no_notice = true));
        assert!(!with(&|item| item.covered_by = Some(item.id)));
        for flag in [Flag::InJunk, Flag::Trashed] {
            assert!(!with(&|item| item.flags.extend([flag])), "{flag:?}");
        }
    }

    #[test]
    fn a_notice_may_be_lacking_until_its_fate_is_known() {
        let at = item(State::Open).received_at;
        let with = |change: &dyn Fn(&mut Done)| {
            let mut done = Done::queued(at, vec!["citizen".to_owned()]);
            change(&mut done);
            let mut item = item(State::Open);
            item.done.insert(Effect::Notice, done);
            item.may_lack_notice()
        };
        assert!(item(State::Open).may_lack_notice());
        assert!(with(&|_| {}));
        assert!(with(&|done| done.failed = Some((at, Failure::Unknown))));
        assert!(!with(&|done| done.failed = Some((at, Failure::Bounced))));
        assert!(!with(&|done| done.sent_at = Some(at)));
        assert!(!with(&|done| done.withheld = true));
    }

    #[test]
    fn what_is_presumed_no_question_is_neither_settled_nor_erased() {
        let presumed = |why| {
            let mut item = item(State::NoQuestion);
            item.no_question = Some(why);
            item
        };
        let junk = presumed(Presumed::Junk);
        assert!(junk.is_presumed() && junk.is_presumed_junk());
        let thanks = presumed(Presumed::Thanks);
        assert!(thanks.is_presumed() && !thanks.is_presumed_junk());
        let answered = settled(State::NoQuestion, junk.received_at, None);
        assert!(!answered.is_presumed());
        let mut erased = presumed(Presumed::Junk);
        erased.erased = Some(crate::domain::item::Erased {
            at: erased.received_at,
            decision: "KS 2026/1".to_owned(),
        });
        assert!(!erased.is_presumed() && !erased.is_presumed_junk());
        assert!(!item(State::Open).is_presumed());
        let mut open = item(State::Open);
        open.no_question = Some(Presumed::Junk);
        assert!(!open.is_presumed_junk());
        assert!(junk.has_clock() && open.has_clock());
        assert!(!answered.has_clock() && !item(State::Closed).has_clock());
    }

    #[test]
    fn an_answer_may_lie_in_junk_while_the_question_waits() {
        for (state, flagged, may) in [
            (State::Open, true, true),
            (State::Open, false, false),
            (State::Answered, true, false),
        ] {
            let mut item = item(state);
            item.flags.extend(flagged.then_some(Flag::AnswerInJunk));
            assert_eq!(item.may_lie_answered_in_junk(), may, "{state:?} {flagged}");
        }
    }
}
