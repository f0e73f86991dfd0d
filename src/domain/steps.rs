//! The steps of an item up its ladder. One that is never answered climbs for years, and is read and
//! written whole with every mail about it. So its last steps are kept one by one, and of those before
//! them what still decides something. The log has them all ([`Item::with_all_steps`]).

use super::effect::Effect;
use super::event::{Event, Fact};
use super::item::{Done, Item};
use super::written;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Steps that are kept one by one. They lie a working day apart at least, and five as a rule; a mail
/// that comes back does so within five days.
const KEPT_STEPS: usize = 5;

/// What is left of the steps that are not kept one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Past {
    /// The last of them.
    until: u16,
    /// One of their mails has left.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    left: bool,
    /// When the last of their mails was caused that was not lost.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "written::if_any",
        deserialize_with = "written::read_instant_or_none"
    )]
    heard_at: Option<DateTime<Utc>>,
    /// The same of the mails to the person who had the item.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        serialize_with = "written::if_any",
        deserialize_with = "written::read_instant_or_none"
    )]
    told_at: Option<DateTime<Utc>>,
    /// Who those were for, and when the last one to each of them was lost for a reason that is known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    told: BTreeMap<String, Option<DateTime<Utc>>>,
}

impl Past {
    /// Whether a mail is of a step that is not kept; then what it decides is.
    fn takes(&mut self, effect: Effect, done: &Done) -> bool {
        let is_past = done.has_ended() && step_of(effect).is_some_and(|step| step <= self.until);
        if !is_past {
            return false;
        }
        let heard_at = done.failed.is_none().then_some(done.queued_at);
        if matches!(effect, Effect::Climbed(_)) {
            self.told_at = self.told_at.max(heard_at);
            for to in &done.to {
                let lost_at = self.told.entry(to.clone()).or_default();
                *lost_at = (*lost_at).max(done.lost_at());
            }
        } else {
            self.left |= done.sent_at.is_some();
            self.heard_at = self.heard_at.max(heard_at);
        }
        true
    }
}

/// The step that a mail is about.
fn step_of(effect: Effect) -> Option<u16> {
    match effect {
        Effect::Escalation(step) | Effect::Climbed(step) => Some(step),
        _ => None,
    }
}

impl Item {
    /// The last escalations, in order of their steps.
    #[must_use = "iterators are lazy"]
    pub fn escalations(&self) -> impl DoubleEndedIterator<Item = (u16, &Done)> {
        let steps = Effect::Escalation(0)..=Effect::Escalation(u16::MAX);
        let steps = self.done.range(steps);
        steps.filter_map(|(effect, done)| Some((step_of(*effect)?, done)))
    }

    /// Whether a supervisor had mail about it.
    #[must_use]
    pub fn was_escalated(&self) -> bool {
        let past = self.past.as_ref().is_some_and(|past| past.left);
        past || self.escalations().any(|(_, done)| done.sent_at.is_some())
    }

    /// When the last escalation was caused that was not lost.
    #[must_use]
    pub fn heard_at(&self) -> Option<DateTime<Utc>> {
        let mut heard = self.escalations().filter(|(_, done)| done.failed.is_none());
        let last = heard.next_back().map(|(_, done)| done.queued_at);
        last.or_else(|| self.past.as_ref()?.heard_at)
    }

    /// Whether that member had mail about it as the person who has it.
    #[must_use]
    pub fn was_told(&self, member: &str) -> bool {
        let past = self.past.as_ref();
        past.is_some_and(|past| past.told.contains_key(member))
            || self
                .told()
                .any(|(_, done)| done.to.iter().any(|to| to == member))
    }

    /// When the last mail to that member as the person who has it was lost, for a reason that is
    /// known.
    #[must_use]
    pub fn lost_at(&self, member: &str) -> Option<DateTime<Utc>> {
        let theirs = |done: &Done| done.to.iter().any(|to| to == member);
        let told = self.told().filter(|(_, done)| theirs(done));
        let last = told.filter_map(|(_, done)| done.lost_at()).max();
        let past = self.past.as_ref();
        last.max(past.and_then(|past| past.told.get(member).copied().flatten()))
    }

    /// When the person who has it last had mail about it that was not lost.
    #[must_use]
    pub fn told_at(&self) -> Option<DateTime<Utc>> {
        let told = self.told().filter(|(_, done)| done.failed.is_none());
        let last = told.map(|(_, done)| done.queued_at).max();
        last.max(self.past.as_ref().and_then(|past| past.told_at))
    }

    /// Whether a mail was caused, be it one of a step that is not kept.
    pub(super) fn has_caused(&self, effect: Effect) -> bool {
        self.done.contains_key(&effect) || self.is_past(effect)
    }

    /// Whether a mail is of a step that is not kept: what became of it decides nothing any more.
    pub(super) fn is_past(&self, effect: Effect) -> bool {
        let until = self.past.as_ref().map_or(0, |past| past.until);
        step_of(effect).is_some_and(|step| step <= until) && !self.done.contains_key(&effect)
    }

    /// Keeps the last steps alone. A mail that has still to leave is kept too.
    pub(super) fn forget_steps(&mut self) {
        let ended = self.escalations().filter(|(_, done)| done.has_ended());
        let Some((until, _)) = ended.rev().nth(KEPT_STEPS) else {
            return;
        };
        let mut past = self.past.take().unwrap_or_default();
        past.until = past.until.max(until);
        self.done.retain(|effect, done| !past.takes(*effect, done));
        self.past = Some(past);
    }

    /// The item with all of its steps, for who lists them. `history`: all that happened to it.
    #[must_use]
    pub fn with_all_steps(mut self, history: &[Event]) -> Self {
        if self.past.is_none() {
            return self;
        }
        let mut whole = Self {
            past: None,
            done: BTreeMap::new(),
            ..self.clone()
        };
        for event in history.iter().filter(|event| is_of_step(&event.fact)) {
            whole.mail_became(event);
        }
        for (effect, done) in whole.done {
            self.done.entry(effect).or_insert(done);
        }
        self
    }
}

fn is_of_step(fact: &Fact) -> bool {
    let effect = match fact {
        Fact::Queued { effect, .. }
        | Fact::Sent { effect, .. }
        | Fact::Withheld { effect, .. }
        | Fact::Withdrawn { effect, .. }
        | Fact::Failed { effect, .. } => *effect,
        _ => return false,
    };
    step_of(effect).is_some()
}
