//! Covered: a further question of a matter about which the citizen has had a notice already.
//!
//! While that notice holds and its question is live, another mail would be no news to the citizen,
//! and one that climbs is enough. A *matter* is of one conversation, mailbox, pledge, citizen and
//! core of the subject: a message that differs in one of them is a question of its own in every
//! respect, as is one that follows a message in the junk folder, one through a group, or one
//! probably answered.

use crate::domain::citizen::Citizen;
use crate::domain::classify::Class;
use crate::domain::event::Flag;
use crate::domain::item::{Item, ItemId, State};
use crate::domain::kept::MessageRow;
use crate::domain::subject::core;
use chrono::{DateTime, Utc};
use regex::Regex;

/// A question of the conversation, of the same mailbox, whose notice holds.
#[derive(Clone, Debug)]
pub struct Told {
    pub item: Item,
    pub row: MessageRow,
}

/// A question that comes later.
#[derive(Debug)]
pub struct Later<'a> {
    /// What it is about: its own subject, or those of the question whose notice it replies to.
    pub subjects: &'a [String],
    pub citizen: Citizen,
    pub pledge: &'a str,
    pub received_at: DateTime<Utc>,
}

/// Whose notice speaks for it too; of several, the one of the newest question.
#[must_use]
pub fn by(later: &Later<'_>, told: &[Told], diary: &[Regex]) -> Option<ItemId> {
    told.iter()
        .rev()
        .find(|told| covers(told, later, diary))
        .map(|told| told.item.id)
}

fn covers(told: &Told, later: &Later<'_>, diary: &[Regex]) -> bool {
    let item = &told.item;
    item.state == State::Open
        && item.noticed_at().is_some_and(|at| at <= later.received_at)
        && item.class != Class::Group
        && !item.flags.contains(&Flag::InJunk)
        && item.pledge.as_deref() == Some(later.pledge)
        && is_same_citizen(told, later)
        && is_same_core(told, later, diary)
}

fn is_same_citizen(told: &Told, later: &Later<'_>) -> bool {
    let addresses = told.row.citizen_addresses().map(str::to_owned).collect();
    later.citizen.is_same(&Citizen { addresses })
}

fn is_same_core(told: &Told, later: &Later<'_>, diary: &[Regex]) -> bool {
    later
        .subjects
        .iter()
        .any(|subject| told.row.has_core(&core(subject, diary), diary))
}

#[cfg(test)]
mod tests;
