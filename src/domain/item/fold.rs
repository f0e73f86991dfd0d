//! What an event changes in an item. [`Item::apply`] has found it legal.
//!
//! A method for each topic; an arm of more than a few lines is a method of its own.

use super::{ByHand, Done, Item, ItemId, Settled, State, Urged};
use crate::domain::event::{
    AssignedBy, Effect, Event, Evidence, EvidenceKind, Fact, Failure, Flag, How, Topic,
    of_other_topics,
};
use crate::domain::pledge::Due;
use crate::domain::reason::DueChange;
use chrono::{DateTime, NaiveDate, Utc};

impl Item {
    pub(super) fn fold(&mut self, event: &Event) {
        match event.fact.topic() {
            Topic::Question => self.fold_standing(event),
            Topic::Place => self.fold_place(event),
            Topic::Answer => self.fold_settling(event),
            Topic::Date => self.fold_date(event),
            Topic::Others => self.fold_relative(event),
            Topic::Notice => self.fold_notice(event),
            Topic::Word => self.fold_word(event),
            Topic::Mail => self.fold_mail(event),
            Topic::Keeping => self.keep(event),
            Topic::Service => {}
        }
    }

    /// Where its message lies, what it is marked with, and who has it.
    fn fold_place(&mut self, event: &Event) {
        match &event.fact {
            Fact::Moved { folder } => self.lies_in(folder),
            Fact::Gone => _ = self.flags.insert(Flag::Gone),
            Fact::Flagged { flag } => self.is_flagged(*flag, event.at),
            Fact::Unflagged { flag } => _ = self.flags.remove(flag),
            Fact::Assigned { to, how } => {
                self.is_of(Some(to), Some(*how), event.at);
                // It was said of the one who had it before, or has been set right by a person.
                self.flags.remove(&Flag::HandlerAway);
            }
            Fact::HandedBack { to, how } => self.is_of(to.as_ref(), *how, event.at),
            of_other_topics!(Place) => {}
        }
    }

    /// What a person wants of its mails, or has done with them.
    fn fold_notice(&mut self, event: &Event) {
        match &event.fact {
            Fact::NoticeBarred { .. } => self.no_notice = true,
            Fact::NoticeFreed { .. } => self.free_notice(event.at),
            Fact::NoticeReset { barred, freed } => self.reset_notice(*barred, *freed, event.at),
            Fact::Posted { on } => self.posted = Some(*on),
            Fact::Returns { at, date } => self.is_to_return(*at, *date, &event.by),
            Fact::NoticedByHand { at, promise } => self.is_noticed(*at, *promise, event.at),
            Fact::Urged => self.urged.push(Urged {
                at: event.at,
                by: event.by.clone(),
            }),
            of_other_topics!(Notice) => {}
        }
    }

    /// Whether it is a question, and of which kind.
    #[expect(
        clippy::unnested_or_patterns,
        reason = "the other topics are the pattern of a macro"
    )]
    fn fold_standing(&mut self, event: &Event) {
        match &event.fact {
            Fact::Excluded { reason } => {
                self.enters(State::Excluded, event.at);
                self.excluded_reason = Some(reason.clone());
            }
            Fact::Judged {
                class, may_notify, ..
            } => {
                self.class = *class;
                self.may_notify = *may_notify;
            }
            Fact::Presumed { why } => {
                if self.state != State::Answered {
                    self.settled = None;
                    self.flags.remove(&Flag::Unverified);
                }
                self.enters(State::NoQuestion, event.at);
                self.no_question = Some(*why);
                self.turned_out = false;
                self.covered_by = None;
            }
            Fact::Lapsed => self.enters(State::Closed, event.at),
            Fact::Reopened { pledge, due } => self.reopen(pledge, due, event.at),
            Fact::Logged(_) | of_other_topics!(Question) => {}
        }
    }

    /// By when it is to be answered.
    fn fold_date(&mut self, event: &Event) {
        match &event.fact {
            Fact::DueChanged { due, why, .. } => self.is_due(due, *why),
            Fact::Promised { date, reason, .. } => {
                self.by_hand.push(ByHand {
                    at: event.at,
                    date: *date,
                    reason: reason.clone(),
                });
                self.promise = Some(*date);
            }
            Fact::Unpromised { date } => self.take_back_promise(*date),
            of_other_topics!(Date) => {}
        }
    }

    /// What it has to do with other items.
    fn fold_relative(&mut self, event: &Event) {
        match &event.fact {
            Fact::Follows { leader } => {
                if leader.is_none() && self.leader.is_some() {
                    self.question_since = Some(event.at);
                }
                self.leader = leader.map(ItemId);
            }
            Fact::Twinned { with, arrival } => {
                self.twins.insert(ItemId(*with));
                let before = self.twin_arrival;
                self.twin_arrival = before.min(*arrival).or(*arrival).or(before);
            }
            Fact::Tied {
                conversation,
                language,
                covered_by,
            } => {
                self.conversation = ItemId(*conversation);
                self.language = language.or(self.language);
                self.covered_by = covered_by.map(ItemId).or(self.covered_by);
            }
            Fact::Uncovered => {
                self.covered_by = None;
                self.question_since = Some(event.at);
            }
            of_other_topics!(Others) => {}
        }
    }

    /// What a person says of it.
    #[expect(
        clippy::unnested_or_patterns,
        reason = "the other topics are the pattern of a macro"
    )]
    fn fold_word(&mut self, event: &Event) {
        match &event.fact {
            Fact::Repledged { .. } => self.repledge(event),
            Fact::Letters { others } => {
                self.parts = others.iter().map(|id| ItemId(*id)).collect();
            }
            Fact::SenderTold
            | Fact::Noted { .. }
            | Fact::Remarked { .. }
            | of_other_topics!(Word) => {}
        }
    }

    fn enters(&mut self, state: State, at: DateTime<Utc>) {
        self.state = state;
        self.since = at;
    }

    fn lies_in(&mut self, folder: &str) {
        folder.clone_into(&mut self.folder);
        self.flags.remove(&Flag::Gone);
        self.flags.remove(&Flag::Trashed);
        self.trashed_at = None;
    }

    fn is_flagged(&mut self, flag: Flag, at: DateTime<Utc>) {
        self.flags.insert(flag);
        if flag == Flag::Trashed {
            self.trashed_at = Some(at);
        }
    }

    fn is_of(&mut self, handler: Option<&String>, how: Option<AssignedBy>, at: DateTime<Utc>) {
        self.handler = handler.cloned();
        self.assigned_by = how;
        self.assigned_at = Some(at);
    }

    /// An answer, another contact, a closing, or the word that it was none.
    fn fold_settling(&mut self, event: &Event) {
        match &event.fact {
            Fact::Answered {
                at,
                answered_by,
                evidence,
            } => {
                let state = match self.state {
                    State::NoQuestion => State::NoQuestion,
                    _ => State::Answered,
                };
                self.settle(state, event, *at, answered_by.clone(), evidence, None);
            }
            Fact::ProbablyAnswered {
                at,
                answered_by,
                evidence,
            } => {
                let (state, by) = (State::ProbablyAnswered, answered_by.clone());
                self.settle(state, event, *at, by, evidence, None);
            }
            Fact::Contacted { at, .. } => self.contacted_at = self.contacted_at.max(Some(*at)),
            Fact::NotAnswered { .. } => self.deny(event.at),
            Fact::Closed { .. } => self.is_closed(event),
            of_other_topics!(Answer) => {}
        }
    }

    fn is_closed(&mut self, event: &Event) {
        let Fact::Closed {
            at,
            how,
            note,
            evidence,
            ..
        } = &event.fact
        else {
            return;
        };
        let (state, by) = (State::Closed, Some(event.by.clone()));
        self.settle(state, event, *at, by, evidence, Some(*how));
        if note.is_some() {
            self.noted = true;
            self.flags.remove(&Flag::NoteMissing);
        }
    }

    /// Its probable answer is none.
    fn deny(&mut self, at: DateTime<Utc>) {
        self.enters(State::Open, at);
        self.question_since = Some(at);
        let denied = self.settled.take().map(|settled| settled.evidence);
        self.denied.extend(denied);
        self.flags.remove(&Flag::Unverified);
    }

    /// What settled it does so no more. The mail program's mark stays with the message: opened again,
    /// the item is not answered by that one.
    fn overtake(&mut self) {
        let evidence = self.settled.take().map(|settled| settled.evidence);
        let mark = evidence.filter(|evidence| evidence.kind == EvidenceKind::AnsweredFlag);
        let is_known = |mark: &Evidence| self.denied.iter().any(|denied| denied.is_same(mark));
        let news = mark.filter(|mark| !is_known(mark));
        self.denied.extend(news);
    }

    fn settle(
        &mut self,
        state: State,
        event: &Event,
        at: DateTime<Utc>,
        by: Option<String>,
        evidence: &Evidence,
        how: Option<How>,
    ) {
        self.enters(state, event.at);
        self.overtake();
        self.flags.remove(&Flag::Unverified);
        self.flags.remove(&Flag::FiledUnanswered);
        if evidence.is_unverified() {
            self.flags.insert(Flag::Unverified);
        }
        self.settled = Some(Settled {
            at,
            by,
            evidence: evidence.clone(),
            how,
        });
    }

    fn reopen(&mut self, pledge: &str, due: &Due, at: DateTime<Utc>) {
        self.enters(State::Open, at);
        self.pledge = Some(pledge.to_owned());
        self.due = Some(due.clone());
        self.question_since = Some(at);
        self.turned_out |= self.no_question.take().is_some();
        self.overtake();
        self.excluded_reason = None;
        self.leader = None;
        self.covered_by = None;
        self.noted = false;
        for flag in [Flag::NoteMissing, Flag::FiledUnanswered, Flag::Unverified] {
            self.flags.remove(&flag);
        }
    }

    fn is_due(&mut self, due: &Due, why: DueChange) {
        self.due = Some(due.clone());
        if why == DueChange::Stamp {
            // A person has said what the stamp says.
            self.flags
                .retain(|flag| !matches!(flag, Flag::StampInFuture | Flag::StampTooOld));
        }
    }

    fn fold_mail(&mut self, event: &Event) {
        self.mail_became(event);
        self.forget_steps();
    }

    /// A mail about it, on its way from decided to sent, lost or taken back.
    pub(in crate::domain) fn mail_became(&mut self, event: &Event) {
        match &event.fact {
            Fact::Queued { .. } => self.is_queued(event),
            Fact::Withheld { effect, to } => {
                let done = Done::withheld(event.at, to.clone());
                self.done.insert(*effect, done);
            }
            Fact::Sent { .. } => self.is_sent(event),
            Fact::Withdrawn {
                effect,
                may_have_left,
                ..
            } => {
                self.is_taken_back(*effect, *may_have_left);
            }
            Fact::Failed {
                effect, failure, ..
            } => {
                let done = self.done.get_mut(effect);
                let failed = Some((event.at, *failure));
                _ = done.map(|done| done.failed = failed);
            }
            of_other_topics!(Mail) => {}
        }
    }

    fn is_taken_back(&mut self, effect: Effect, may_have_left: bool) {
        let done = self.done.remove(&effect).map(Box::new);
        let is_printed = may_have_left && effect == Effect::Letter;
        self.printed = self.printed.take().or(done.filter(|_| is_printed));
        if matches!(effect, Effect::Notice | Effect::Letter) {
            self.promise = self.last_promise_by_hand();
        }
    }

    fn is_queued(&mut self, event: &Event) {
        let Fact::Queued {
            effect,
            to,
            promise,
            names,
            as_function,
        } = &event.fact
        else {
            return;
        };
        let done = Done {
            names: names.clone(),
            promise: *promise,
            as_function: *as_function,
            early: self.is_before_its_due_date(event.at),
            ..Done::queued(event.at, to.clone())
        };
        self.done.insert(*effect, done);
        self.promise = promise.or(self.promise);
    }

    fn is_before_its_due_date(&self, at: DateTime<Utc>) -> bool {
        self.due.as_ref().is_some_and(|due| at < due.closes)
    }

    /// The date that a person promised last.
    #[must_use]
    pub fn last_promise_by_hand(&self) -> Option<NaiveDate> {
        self.by_hand.last().map(|promise| promise.date)
    }

    fn is_sent(&mut self, event: &Event) {
        let Fact::Sent {
            effect,
            at,
            promise,
        } = &event.fact
        else {
            return;
        };
        if self.is_past(*effect) {
            return;
        }
        let to_citizen = || Done::queued(event.at.min(*at), vec!["citizen".to_owned()]);
        let done = self.done.entry(*effect).or_insert_with(to_citizen);
        done.sent_at = Some(*at);
        done.promise = done.promise.or(*promise);
        // A mail that had been given up for want of a sign was seen after all.
        done.failed = done
            .failed
            .filter(|(_, failure)| *failure != Failure::Unknown);
        // What a person promised since, or before and had told by it, stands above it.
        if self.by_hand.is_empty() {
            self.promise = promise.or(self.promise);
        }
    }

    /// Folds in that a person put it under another pledge, or took that back.
    fn repledge(&mut self, event: &Event) {
        let Fact::Repledged {
            pledge, due, back, ..
        } = &event.fact
        else {
            return;
        };
        self.pledge = Some(pledge.clone());
        self.due = Some(due.as_ref().clone());
        if !back {
            // Moments of that pledge that had come before do not count as its own.
            self.question_since = Some(event.at);
        }
    }
}
