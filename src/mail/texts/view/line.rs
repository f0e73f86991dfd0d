//! One item's lines in a mail to staff, and the outcome if it is left alone.

use crate::config::Language;
use crate::mail::texts::facts::{
    EscalationWhy, HeldWhy, Local, Matter, Part, Planned, StaffItem, StaffMailFacts,
};
use crate::mail::texts::{buttons, search};
use chrono::NaiveDate;
use serde::Serialize;

#[derive(Clone, Serialize)]
pub(super) struct ItemView<'a> {
    #[serde(flatten)]
    pub(super) item: &'a StaffItem,
    pub(super) deadline: NaiveDate,
    overdue: bool,
    promise_broken: bool,
    /// The kinds of its matters, for `'gone' in item.kinds`.
    kinds: Vec<String>,
    /// Why no notice leaves by itself.
    pub(super) held: Option<HeldWhy>,
    /// The supervisor who had a mail about it.
    pub(super) climbed: Option<&'a str>,
    /// Why the reader hears of another's item.
    why: Option<EscalationWhy>,
    /// Whom a planned notice names for want of anybody else.
    names: Option<&'a str>,
    /// What finds the message in Outlook; `None` when nothing would.
    search: Option<String>,
    pub(super) links: Vec<buttons::Button>,
}

/// What the sender hears by itself.
#[derive(Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Fate<'a> {
    /// Said by the item's own matters: it is asked about, or it went wrong.
    Own,
    Held {
        way: Way,
    },
    Planned {
        planned: &'a Planned,
    },
    /// The service is on trial: nothing leaves.
    Shadow {
        at: Local,
    },
    Noticed,
    /// Another item's notice speaks for it.
    Covered,
    Letter,
    /// The notice was printed, and waits to be posted.
    ToPost,
    /// It would leave if a person said why a decision takes longer.
    Reason,
    Nothing,
}

/// How the sender can hear all the same of a held mail.
#[derive(Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Way {
    /// From the handler alone.
    ByHand,
    /// By itself, as soon as the limit or the pause lets it.
    Later,
    /// By the word that releases the notice.
    Released,
    /// The same, with the address.
    WithAddress,
}

impl<'a> ItemView<'a> {
    pub(super) fn new(item: &'a StaffItem, facts: &StaffMailFacts, language: Language) -> Self {
        // A letter's arrival is its stamp, not that of the mail; a message that is gone cannot be
        // found.
        let is_there = !item.pledge.letter && !item.matters.contains(&Matter::Gone);
        let climbed = item.matters.iter().find_map(|matter| match matter {
            Matter::Climbed { to, .. } => Some(to.as_str()),
            _ => None,
        });
        Self {
            item,
            deadline: item.deadline(),
            overdue: item.is_late(facts.today),
            promise_broken: item.is_promise_broken(facts.today),
            kinds: item.matters.iter().map(kind).collect(),
            held: item.held(),
            climbed,
            why: item.escalated(),
            names: item.named_for_want(),
            search: is_there.then(|| search::outlook(item.received.date_naive(), &item.shown)),
            links: buttons::of_item(language, &facts.mailbox, item, facts.today),
        }
    }

    pub(super) fn fate(&self, part: Part) -> Fate<'a> {
        let item = self.item;
        let went_wrong = |matter: &Matter| {
            matches!(
                matter,
                Matter::Bounced | Matter::Uncertain | Matter::AnswerBounced
            )
        };
        if !matches!(part, Part::Answer | Part::New) || item.matters.iter().any(went_wrong) {
            Fate::Own
        } else if let Some(why) = item.held() {
            Fate::Held { way: way(why) }
        } else if let Some(planned) = &item.notice.planned {
            Fate::Planned { planned }
        } else if let Some(at) = item.notice.in_shadow {
            Fate::Shadow { at }
        } else if item.notice.noticed.is_some() {
            Fate::Noticed
        } else if item.covered_by.is_some() {
            Fate::Covered
        } else if item.notice.to_post.is_some() {
            Fate::ToPost
        } else if item.pledge.letter {
            Fate::Letter
        } else if item.notice.wants_reason {
            Fate::Reason
        } else {
            Fate::Nothing
        }
    }
}

fn way(why: HeldWhy) -> Way {
    match why {
        HeldWhy::Junk | HeldWhy::NoAddress | HeldWhy::TooLate | HeldWhy::NoHandler => Way::ByHand,
        HeldWhy::AddressCap | HeldWhy::HourCap | HeldWhy::Paused => Way::Later,
        HeldWhy::ForwardedIn | HeldWhy::NoReturnAddress => Way::WithAddress,
        HeldWhy::Group
        | HeldWhy::System
        | HeldWhy::RoleAddress
        | HeldWhy::OtherReplyTo
        | HeldWhy::Unvouched
        | HeldWhy::Forged
        | HeldWhy::Doubtful => Way::Released,
    }
}

/// A matter's name in the templates.
fn kind(matter: &Matter) -> String {
    let value = serde_json::to_value(matter).unwrap_or_default();
    value["kind"].as_str().unwrap_or_default().to_owned()
}

/// The remedy of a matter that a line only names, if the reader cannot know it.
pub(super) fn advice(matter: &Matter) -> Option<&'static str> {
    Some(match matter {
        Matter::Bounced | Matter::AnswerBounced => "bounced",
        Matter::Uncertain | Matter::MaybeBounced => "uncertain",
        Matter::Gone => "gone",
        Matter::Trashed => "trashed",
        Matter::Undated { .. } => "undated",
        Matter::Several => "several",
        Matter::Unreadable => "unreadable",
        Matter::AnsweredBeside => "answered_beside",
        Matter::AnswerInJunk => "answer_in_junk",
        Matter::ForgedAnswer => "forged_answer",
        Matter::NoteMissing => "note_missing",
        Matter::Reminder
        | Matter::Post
        | Matter::Urged { .. }
        | Matter::Confirm { .. }
        | Matter::Filed
        | Matter::Escalation { .. }
        | Matter::Climbed { .. }
        | Matter::Held { .. }
        | Matter::Deputy
        | Matter::HandedOver
        | Matter::Arrived
        | Matter::NoQuestion { .. } => return None,
    })
}
