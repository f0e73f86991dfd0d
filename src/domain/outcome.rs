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
}
