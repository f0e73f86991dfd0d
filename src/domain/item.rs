//! An item: the record of one message that arrived. It is the fold of its events; the table of
//! legal transitions is in [`Item::apply`].
//!
//! Deliberately absent: sender, subject and other personal facts (they are in the message's row),
//! and the clock: whether an item is overdue depends on `now` and is asked with it.

mod fold;

use super::arrival::CLOCK_SLACK;
use crate::domain::classify::Class;
pub use crate::domain::done::Done;
use crate::domain::event::{AssignedBy, Effect, Event, Evidence, Fact, Flag, Logged, Standing};
pub use crate::domain::item_id::ItemId;
use crate::domain::pledge::Due;
use crate::domain::presumed::Presumed;
use crate::domain::reason::Reason;
pub use crate::domain::record::{ByHand, Erased, Returns, Settled, Urged};
use crate::domain::steps::Past;
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
    /// Most likely no question; it stays so when it is answered.
    NoQuestion,
    Closed,
    Excluded,
    History,
}

impl State {
    pub const ALL: [State; 7] = [
        State::Open,
        State::ProbablyAnswered,
        State::Answered,
        State::NoQuestion,
        State::Closed,
        State::Excluded,
        State::History,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::ProbablyAnswered => "probably_answered",
            State::Answered => "answered",
            State::NoQuestion => "no_question",
            State::Closed => "closed",
            State::Excluded => "excluded",
            State::History => "history",
        }
    }

    /// A person still has work to do.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(self, State::Open | State::ProbablyAnswered)
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each follows from facts of its own in the log"
)]
pub struct Item {
    pub id: ItemId,
    pub mailbox: String,
    pub class: Class,
    #[serde(
        serialize_with = "written::instant",
        deserialize_with = "written::read_instant"
    )]
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
    /// When it was last assigned after it was logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_at: Option<DateTime<Utc>>,
    /// Of the first edition: the older question that had the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub leader: Option<ItemId>,
    /// The question whose notice speaks for this one too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered_by: Option<ItemId>,
    /// The other letters of its mail, if a person said that it holds several.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<ItemId>,
    /// The item whose mail holds this letter among others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part_of: Option<ItemId>,
    /// The same message in other watched mailboxes.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub twins: BTreeSet<ItemId>,
    /// When a twin arrived, if that was before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin_arrival: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
    /// The person who closed it noted the action taken.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub noted: bool,
    /// The latest contact that did not settle it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contacted_at: Option<DateTime<Utc>>,
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "written::read_date_or_none"
    )]
    pub promise: Option<NaiveDate>,
    /// What people promised, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_hand: Vec<ByHand>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub done: BTreeMap<Effect, Done>,
    /// The steps up its ladder that are not in `done` any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub past: Option<Box<Past>>,
    /// What seemed to be its answer, and is none; and a mail program's mark that something else has
    /// overtaken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub denied: Vec<Evidence>,
    /// A person wants no automatic mail to its citizen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_notice: bool,
    /// Since when a person lets the notice go that was held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freed: Option<DateTime<Utc>>,
    /// The notice that did not arrive, once a person has given another address for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice_lost: Option<Box<Done>>,
    /// Each wish for a reminder, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urged: Vec<Urged>,
    /// The first mail with its notice to print that was taken back and may lie printed all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed: Option<Box<Done>>,
    /// The day on which its printed notice was posted, by a person's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted: Option<NaiveDate>,
    /// The word that a mail to its citizen is not an answer yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub returns: Option<Returns>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excluded_reason: Option<Reason>,
    /// Why it is presumed to be no question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no_question: Option<Presumed>,
    /// When it became a question after all: a moment of its pledge that had come before that does
    /// not count as its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question_since: Option<DateTime<Utc>>,
    /// When its message was found in the trash, while it lies there.
    pub trashed_at: Option<DateTime<Utc>>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub flags: BTreeSet<Flag>,
    /// The language that its writer is written to in; `None` for the service's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Tongue>,
    /// What the border said of its sender; `None` where it is not known to speak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<Trust>,
    /// The server's time of it where that is not when it arrived: it was moved in, or our clock was
    /// behind the server's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked_at: Option<DateTime<Utc>>,
    /// Its personal data was erased: when, and by which decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Erased>,
    /// When the state last became what it is; a reopened item does not owe the mails of its first
    /// life again.
    #[serde(
        serialize_with = "written::instant",
        deserialize_with = "written::read_instant"
    )]
    pub since: DateTime<Utc>,
    /// It was presumed to be no question, and turned out to be one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub turned_out: bool,
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
    /// A mail later than this can be its answer.
    #[must_use]
    pub fn asked_at(&self) -> DateTime<Utc> {
        self.asked_at.unwrap_or(self.received_at)
    }

    /// It came to the mailbox where it was before, long before it was seen.
    #[must_use]
    pub fn was_moved_in(&self) -> bool {
        self.asked_at
            .is_some_and(|at| at <= self.received_at + CLOCK_SLACK)
    }

    /// The item that its first event makes; `None` when that is no `Logged`.
    #[must_use]
    pub fn born(id: ItemId, event: &Event) -> Option<Item> {
        let Fact::Logged(logged) = &event.fact else {
            return None;
        };
        let mut item = Self::logged(id, logged, event.at);
        item.flags.extend(&logged.flags);
        item.begins(&logged.standing);
        Some(item)
    }

    /// Of no standing yet, and without its flags.
    fn logged(id: ItemId, logged: &Logged, at: DateTime<Utc>) -> Item {
        Item {
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
            parts: vec![],
            part_of: logged.part_of.map(ItemId),
            twins: BTreeSet::new(),
            twin_arrival: None,
            settled: None,
            noted: false,
            contacted_at: None,
            promise: None,
            by_hand: vec![],
            done: BTreeMap::new(),
            past: None,
            denied: vec![],
            no_notice: false,
            freed: None,
            notice_lost: None,
            urged: vec![],
            printed: None,
            posted: None,
            returns: None,
            excluded_reason: None,
            no_question: None,
            question_since: None,
            turned_out: false,
            trashed_at: None,
            flags: BTreeSet::new(),
            language: logged.language,
            trust: logged.trust,
            asked_at: logged.asked_at,
            erased: None,
            since: at,
        }
    }

    fn begins(&mut self, standing: &Standing) {
        match standing {
            Standing::History => {}
            Standing::Excluded { reason } => {
                self.state = State::Excluded;
                self.excluded_reason = Some(reason.clone());
            }
            Standing::Open {
                pledge,
                due,
                may_notify,
                handler,
                assigned_by,
                leader,
                covered_by,
            } => {
                self.state = State::Open;
                self.pledge = Some(pledge.clone());
                self.due = Some(Due::clone(due));
                self.may_notify = *may_notify;
                self.handler.clone_from(handler);
                self.assigned_by = *assigned_by;
                self.leader = leader.map(ItemId);
                self.covered_by = covered_by.map(ItemId);
            }
            Standing::NoQuestion {
                why,
                pledge,
                due,
                may_notify,
                handler,
                assigned_by,
            } => {
                self.state = State::NoQuestion;
                self.no_question = Some(*why);
                self.pledge = Some(pledge.clone());
                self.due = Some(Due::clone(due));
                self.may_notify = *may_notify;
                self.handler.clone_from(handler);
                self.assigned_by = *assigned_by;
            }
        }
    }

    /// For the first time, or for one reason more.
    fn may_be_held(&self, has_note: bool) -> bool {
        has_note || !self.flags.contains(&Flag::OnHold)
    }

    /// Also one that was excluded or logged as history, and once more with more to say of it.
    fn may_be_closed(&self, has_note: bool) -> bool {
        self.state != State::Closed
            || self.is_filed()
            || has_note && self.flags.contains(&Flag::NoteMissing)
    }

    fn may_cause(&self, effect: Effect) -> bool {
        self.state.is_live()
            || matches!(effect, Effect::AnswerBounced | Effect::Filed | Effect::Note)
            || matches!(effect, Effect::NoQuestion(_)) && self.is_presumed()
    }

    /// A person has work to do, or would have if it is a question after all.
    #[must_use]
    pub fn waits(&self) -> bool {
        self.state.is_live() || self.is_presumed()
    }

    /// It waits, or has come to this.
    fn waits_or_is(&self, state: State) -> bool {
        self.waits() || self.state == state
    }

    /// Takes in one later event. This is the one table of legal transitions.
    pub fn apply(&mut self, event: &Event) -> Result<(), Illegal> {
        let live = self.state.is_live();
        // The citizen's address is gone: it cannot be answered.
        let kept = self.erased.is_none();
        let legal = match &event.fact {
            Fact::Logged(_)
            | Fact::Purged { .. }
            | Fact::WentLive { .. }
            | Fact::Paused { .. }
            | Fact::Resumed => false,
            Fact::Twinned { .. }
            | Fact::Tied { .. }
            | Fact::Moved { .. }
            | Fact::Gone
            | Fact::Flagged { .. }
            | Fact::Unflagged { .. }
            | Fact::Noted { .. } => true,
            Fact::Remarked { .. } | Fact::SenderTold => kept,
            Fact::Sent { effect, .. } => self.has_caused(*effect) || effect.is_for_citizen(),
            Fact::Withdrawn { effect, .. } | Fact::Failed { effect, .. } => {
                self.has_caused(*effect)
            }
            Fact::Promised { .. }
            | Fact::Unpromised { .. }
            | Fact::Contacted { .. }
            | Fact::Follows { .. }
            | Fact::Urged
            | Fact::NoticeReset { .. }
            | Fact::Letters { .. }
            | Fact::Repledged { .. } => live,
            Fact::NoticeFreed { .. } => live && self.lacks_notice(),
            Fact::Assigned { .. }
            | Fact::HandedBack { .. }
            | Fact::DueChanged { .. }
            | Fact::Excluded { .. } => live || self.is_presumed(),
            Fact::Presumed { .. } => kept && self.waits_or_is(State::Answered),
            Fact::Lapsed => self.is_presumed(),
            Fact::Judged { .. } => kept && self.waits_or_is(State::Excluded),
            Fact::Uncovered => live && self.covered_by.is_some(),
            Fact::Answered { at, evidence, .. } => {
                live || self.is_presumed() || self.may_have_been_answered_by(*at, evidence)
            }
            Fact::ProbablyAnswered { evidence, .. } => self.can_be_probably_answered_by(evidence),
            Fact::NotAnswered { .. } => self.state == State::ProbablyAnswered,
            Fact::NoticeBarred { .. } => live && !self.no_notice,
            Fact::Returns { .. } => kept && (live || self.state == State::Answered),
            Fact::NoticedByHand { .. } => kept && self.may_be_noticed_by_hand(),
            Fact::Posted { .. } => live && self.done.contains_key(&Effect::Letter),
            Fact::Closed { note, .. } => kept && self.may_be_closed(note.is_some()),
            Fact::Reopened { .. } => kept && !live,
            Fact::Held { note } => kept && self.may_be_held(note.is_some()),
            Fact::Released => self.flags.contains(&Flag::OnHold),
            Fact::Erased { .. } => self.at_rest_since().is_some(),
            Fact::Queued { effect, .. } | Fact::Withheld { effect, .. } => {
                kept && self.may_cause(*effect) && self.may_be_next(*effect)
            }
        };
        if !legal {
            return Err(Illegal {
                item: self.id,
                event: event.fact.name().to_owned(),
                state: self.state.as_str(),
            });
        }
        self.fold(event);
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests;
