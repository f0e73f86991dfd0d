//! An item: what is logged for one message that arrived. It is the fold of its events; the table of legal transitions
//! stands in [`Item::apply`].
//!
//! Deliberately absent: sender, subject and other personal facts (they stand in the message's row), and the clock:
//! whether an item is overdue depends on `now` and is asked with it.

use crate::domain::classify::Class;
pub use crate::domain::done::Done;
use crate::domain::effect::{Right, Whose};
use crate::domain::event::{AssignedBy, Effect, Event, Evidence, Fact, Failure, Flag, How, Standing};
pub use crate::domain::item_id::ItemId;
pub use crate::domain::outcome::Outcome;
use crate::domain::pledge::Due;
use crate::domain::reason::{DueChange, Reason};
use crate::domain::tongue::Tongue;
use crate::domain::trust::Trust;
use crate::domain::written;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    ProbablyAnswered,
    Answered,
    Closed,
    Excluded,
    History,
}

impl State {
    pub const ALL: [State; 6] =
        [State::Open, State::ProbablyAnswered, State::Answered, State::Closed, State::Excluded, State::History];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::ProbablyAnswered => "probably_answered",
            State::Answered => "answered",
            State::Closed => "closed",
            State::Excluded => "excluded",
            State::History => "history",
        }
    }

    /// Somebody still has to do something.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, State::Open | State::ProbablyAnswered)
    }
}

/// When, by whom and on what evidence an item was settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    pub at: DateTime<Utc>,
    pub by: Option<String>,
    pub evidence: Evidence,
    /// How a person closed it; `None` for an answer that was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<How>,
}

/// A promise that a person made or moved, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ByHand {
    #[serde(serialize_with = "written::instant")]
    pub at: DateTime<Utc>,
    #[serde(serialize_with = "written::date")]
    pub date: NaiveDate,
}

/// That an item's personal data was erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    #[serde(serialize_with = "written::instant")]
    pub at: DateTime<Utc>,
    pub decision: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub id: ItemId,
    pub mailbox: String,
    pub class: Class,
    #[serde(serialize_with = "written::instant")]
    pub received_at: DateTime<Utc>,
    pub state: State,
    pub folder: String,
    pub conversation: ItemId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pledge: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Due>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_notify: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handler: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_by: Option<AssignedBy>,
    /// When it was last given to somebody after it was logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_at: Option<DateTime<Utc>>,
    /// Of the first edition: the older question that had the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader: Option<ItemId>,
    /// The question whose notice speaks for this one too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered_by: Option<ItemId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
    /// Whoever closed it wrote down what was done.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub noted: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promise: Option<NaiveDate>,
    /// What people promised, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_hand: Vec<ByHand>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub done: BTreeMap<Effect, Done>,
    /// What seemed to be its answer, and is none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub denied: Vec<Evidence>,
    /// A person wants no automatic mail to its citizen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_notice: bool,
    /// The day on which its printed notice was posted, by a person's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted: Option<NaiveDate>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded_reason: Option<Reason>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub flags: BTreeSet<Flag>,
    /// The language that its writer is written to in; `None` for the service's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Tongue>,
    /// What the border said of its sender; `None` where it is not known to speak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
    /// Its personal data was erased: when, and by which decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Erased>,
    /// When the state last became what it is; a reopened item does not owe the mails of its first life again.
    #[serde(serialize_with = "written::instant")]
    pub since: DateTime<Utc>,
}

/// An event that cannot follow the ones before it: a defect in the program or a damaged log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{item}: {event} cannot follow {state}")]
pub struct Illegal {
    pub item: ItemId,
    pub event: String,
    pub state: &'static str,
}

impl Item {
    /// The item that its first event makes; `None` when that is no `Logged`.
    #[must_use]
    pub fn born(id: ItemId, event: &Event) -> Option<Item> {
        let Fact::Logged(logged) = &event.fact else { return None };
        let mut item = Item {
            id,
            mailbox: logged.mailbox.clone(),
            class: logged.class,
            received_at: logged.received_at,
            state: State::History,
            folder: logged.folder.clone(),
            conversation: ItemId(logged.conversation),
            pledge: None,
            due: None,
            may_notify: false,
            handler: None,
            assigned_by: None,
            assigned_at: None,
            leader: None,
            covered_by: None,
            settled: None,
            noted: false,
            promise: None,
            by_hand: Vec::new(),
            done: BTreeMap::new(),
            denied: Vec::new(),
            no_notice: false,
            posted: None,
            excluded_reason: None,
            flags: logged.flags.iter().copied().collect(),
            language: logged.language,
            trust: logged.trust,
            erased: None,
            since: event.at,
        };
        match &logged.standing {
            Standing::History => {}
            Standing::Excluded { reason } => {
                item.state = State::Excluded;
                item.excluded_reason = Some(reason.clone());
            }
            Standing::Open { pledge, due, may_notify, handler, assigned_by, leader, covered_by } => {
                item.state = State::Open;
                item.pledge = Some(pledge.clone());
                item.due = Some(due.as_ref().clone());
                item.may_notify = *may_notify;
                item.handler.clone_from(handler);
                item.assigned_by = *assigned_by;
                item.leader = leader.map(ItemId);
                item.covered_by = covered_by.map(ItemId);
            }
        }
        Some(item)
    }

    /// Takes in one later event. This is the one table of legal transitions.
    pub fn apply(&mut self, event: &Event) -> Result<(), Illegal> {
        let live = self.state.is_live();
        // Nobody is there any more who could be answered.
        let kept = self.erased.is_none();
        let legal = match &event.fact {
            Fact::Logged(_) | Fact::Purged { .. } | Fact::WentLive { .. } | Fact::Paused { .. } | Fact::Resumed => {
                false
            }
            Fact::Moved { .. } | Fact::Gone | Fact::Flagged { .. } | Fact::Unflagged { .. } | Fact::Noted { .. } => {
                true
            }
            Fact::Sent { effect, .. } => self.done.contains_key(effect) || *effect == Effect::Notice,
            Fact::Withdrawn { effect, .. } | Fact::Failed { effect, .. } => self.done.contains_key(effect),
            Fact::Assigned { .. }
            | Fact::HandedBack { .. }
            | Fact::DueChanged { .. }
            | Fact::Promised { .. }
            | Fact::Unpromised { .. }
            | Fact::Follows { .. }
            | Fact::Excluded { .. } => live,
            Fact::Judged { .. } => kept && (live || self.state == State::Excluded),
            Fact::Uncovered => live && self.covered_by.is_some(),
            Fact::Answered { at, evidence, .. } => live || self.may_have_been_answered_by(*at, evidence),
            Fact::ProbablyAnswered { evidence, .. } => self.may_be_probably_answered_by(evidence),
            Fact::NotAnswered { .. } => self.state == State::ProbablyAnswered,
            Fact::NoticeBarred { .. } => live && !self.no_notice,
            Fact::Posted { .. } => live && self.done.contains_key(&Effect::Letter),
            // A registrar may also close what was excluded or logged as history.
            Fact::Closed { note, .. } => {
                kept && (self.state != State::Closed || note.is_some() && self.flags.contains(&Flag::NoteMissing))
            }
            Fact::Reopened { .. } => kept && !live,
            Fact::Held { .. } => kept && !self.flags.contains(&Flag::OnHold),
            Fact::Released => self.flags.contains(&Flag::OnHold),
            Fact::Erased { .. } => self.at_rest_since().is_some(),
            Fact::Queued { effect, .. } | Fact::Withheld { effect, .. } => {
                kept && !self.done.contains_key(effect)
                    && (live || matches!(effect, Effect::AnswerBounced | Effect::Note))
            }
        };
        if !legal {
            return Err(Illegal { item: self.id, event: event.fact.name().to_owned(), state: self.state.as_str() });
        }
        self.fold(event);
        Ok(())
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each kind of fact")]
    fn fold(&mut self, event: &Event) {
        match &event.fact {
            Fact::Logged(_)
            | Fact::Noted { .. }
            | Fact::Purged { .. }
            | Fact::WentLive { .. }
            | Fact::Paused { .. }
            | Fact::Resumed => {}
            Fact::Held { .. } | Fact::Released | Fact::Erased { .. } => self.keep(event),
            Fact::Moved { folder } => {
                self.folder.clone_from(folder);
                self.flags.remove(&Flag::Gone);
            }
            Fact::Gone => {
                self.flags.insert(Flag::Gone);
            }
            Fact::Flagged { flag } => {
                self.flags.insert(*flag);
            }
            Fact::Unflagged { flag } => {
                self.flags.remove(flag);
            }
            Fact::Assigned { to, how } => {
                self.handler = Some(to.clone());
                self.assigned_by = Some(*how);
                self.assigned_at = Some(event.at);
                // It was said of the one who had it before, or has been set right by a person.
                self.flags.remove(&Flag::HandlerAway);
            }
            Fact::HandedBack { to, how } => {
                self.handler.clone_from(to);
                self.assigned_by = *how;
                self.assigned_at = Some(event.at);
            }
            Fact::Answered { at, answered_by, evidence } => {
                self.settle(State::Answered, event, *at, answered_by.clone(), evidence, None);
            }
            Fact::ProbablyAnswered { at, answered_by, evidence } => {
                self.settle(State::ProbablyAnswered, event, *at, answered_by.clone(), evidence, None);
            }
            Fact::NotAnswered { .. } => {
                self.state = State::Open;
                self.since = event.at;
                self.denied.extend(self.settled.take().map(|settled| settled.evidence));
                self.flags.remove(&Flag::Unverified);
            }
            Fact::NoticeBarred { .. } => self.no_notice = true,
            Fact::Posted { on } => self.posted = Some(*on),
            Fact::Closed { at, how, note, evidence, .. } => {
                self.settle(State::Closed, event, *at, Some(event.by.clone()), evidence, Some(*how));
                if note.is_some() {
                    self.noted = true;
                    self.flags.remove(&Flag::NoteMissing);
                }
            }
            Fact::Excluded { reason } => {
                self.state = State::Excluded;
                self.since = event.at;
                self.excluded_reason = Some(reason.clone());
            }
            Fact::Judged { class, may_notify, .. } => {
                self.class = *class;
                self.may_notify = *may_notify;
            }
            Fact::Reopened { pledge, due } => {
                self.state = State::Open;
                self.pledge = Some(pledge.clone());
                self.due = Some(due.as_ref().clone());
                self.since = event.at;
                self.settled = None;
                self.excluded_reason = None;
                self.leader = None;
                self.covered_by = None;
                self.noted = false;
                self.flags.remove(&Flag::NoteMissing);
                self.flags.remove(&Flag::Unverified);
            }
            Fact::DueChanged { due, why, .. } => {
                self.due = Some(due.as_ref().clone());
                if *why == DueChange::Stamp {
                    // A person has said what the stamp says.
                    self.flags.retain(|flag| !matches!(flag, Flag::StampInFuture | Flag::StampTooOld));
                }
            }
            Fact::Promised { date, .. } => {
                self.by_hand.push(ByHand { at: event.at, date: *date });
                self.promise = Some(*date);
            }
            Fact::Unpromised { date } => self.take_back_promise(*date),
            Fact::Follows { leader } => self.leader = leader.map(ItemId),
            Fact::Uncovered => self.covered_by = None,
            Fact::Queued { effect, to, promise, names } => {
                let (to, names, promise) = (to.clone(), names.clone(), *promise);
                let done = Done { names, promise, ..Done::queued(event.at, to) };
                self.done.insert(*effect, done);
                self.promise = promise.or(self.promise);
            }
            Fact::Withheld { effect, to } => {
                self.done.insert(*effect, Done::withheld(event.at, to.clone()));
            }
            Fact::Sent { effect, at } => {
                let done =
                    self.done.entry(*effect).or_insert_with(|| Done::queued(event.at, vec!["citizen".to_owned()]));
                done.sent_at = Some(*at);
                // What had been given up for want of a sign was seen after all.
                done.failed = done.failed.filter(|(_, failure)| *failure != Failure::Unknown);
            }
            Fact::Withdrawn { effect, .. } => {
                self.done.remove(effect);
                if matches!(effect, Effect::Notice | Effect::Letter) {
                    self.promise = self.by_hand.last().map(|promise| promise.date);
                }
            }
            Fact::Failed { effect, failure, .. } => {
                if let Some(done) = self.done.get_mut(effect) {
                    done.failed = Some((event.at, *failure));
                }
            }
        }
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
        self.state = state;
        self.since = event.at;
        self.flags.remove(&Flag::Unverified);
        if evidence.is_unverified() {
            self.flags.insert(Flag::Unverified);
        }
        self.settled = Some(Settled { at, by, evidence: evidence.clone(), how });
    }

    /// Whether its citizen may get an automatic mail.
    #[must_use]
    pub fn may_be_noticed(&self) -> bool {
        self.may_notify && !self.no_notice && self.covered_by.is_none()
    }

    /// Whether deciding about it may still cause a mail.
    #[must_use]
    pub fn may_owe_mail(&self) -> bool {
        let asks = [Flag::AnswerBounced, Flag::NoteMissing];
        self.state.is_live() || self.erased.is_none() && asks.iter().any(|flag| self.flags.contains(flag))
    }

    /// When the notice left, if it did and did not come back.
    #[must_use]
    pub fn noticed_at(&self) -> Option<DateTime<Utc>> {
        let notice = self.done.get(&Effect::Notice)?;
        if notice.failed.is_some() { None } else { notice.sent_at }
    }

    /// When a notice would have left, had the service not been in shadow.
    #[must_use]
    pub fn notice_withheld_at(&self) -> Option<DateTime<Utc>> {
        self.done.get(&Effect::Notice).filter(|notice| notice.withheld).map(|notice| notice.queued_at)
    }

    /// Escalations in order of their steps.
    #[must_use = "iterators are lazy"]
    pub fn escalations(&self) -> impl DoubleEndedIterator<Item = (u16, &Done)> {
        self.done.iter().filter_map(|(effect, done)| match effect {
            Effect::Escalation(step) => Some((*step, done)),
            _ => None,
        })
    }

    /// Whether a mail of that effect says what is still so.
    #[must_use]
    pub fn still_wants(&self, effect: Effect) -> bool {
        let (open, live) = (self.state == State::Open, self.state.is_live());
        if self.no_notice && (effect.row().reader == Whose::Citizen || effect == Effect::Letter) {
            return false;
        }
        match effect.row().right {
            Right::Always => true,
            Right::WhileOpen => open,
            Right::WhileUnnoticed => open && !self.done.contains_key(&Effect::Notice),
            Right::WhileLive => live,
            Right::WhileAsked => self.state == State::ProbablyAnswered,
            Right::WhileNoteMissing => self.flags.contains(&Flag::NoteMissing),
            Right::WhileUnheard => live && (self.noticed_at().is_none() || self.is_new_date_lost()),
            Right::WhilePromised(date) => live && self.promise == Some(date),
            Right::WhileLastPromise(number) => open && usize::from(number) == self.by_hand.len(),
        }
    }

    /// Mails to whoever has it. Supervisors are told of an item, they do not have it.
    #[must_use = "iterators are lazy"]
    pub fn told(&self) -> impl Iterator<Item = (&Effect, &Done)> {
        self.done.iter().filter(|(effect, _)| matches!(effect.row().reader, Whose::Hands | Whose::Anybody))
    }

    /// A person closed it without an answer: none was needed.
    #[must_use]
    pub fn is_no_answer_needed(&self) -> bool {
        self.state == State::Closed && self.settled.as_ref().is_some_and(|s| s.how == Some(How::NoAnswerNeeded))
    }
}
