//! Orders about a scan that holds several letters: each becomes an item with a time of its own.

use super::{Refusal, is_live};
use crate::domain::board::Board;
use crate::domain::command::{FEWEST_LETTERS, MOST_LETTERS};
use crate::domain::event::{Event, Fact, Flag, Logged, Standing};
use crate::domain::item::{Item, ItemId, State};

/// Why a scan does not become several items, or one again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoLetters {
    #[error("{0} is no scan: only the mail of a scanner holds several letters")]
    NotAScan(ItemId),
    #[error("{item} is one letter of the mail {of}")]
    IsPart { item: ItemId, of: ItemId },
    #[error("{item} is {count} letters already: undo that first")]
    Already { item: ItemId, count: usize },
    #[error("{0} letters cannot be: give a number from 2 to 50")]
    Count(u32),
    #[error("{item} cannot be one letter again: {part} was dealt with since")]
    Touched { item: ItemId, part: ItemId },
}

/// Its mail is one letter again.
pub(super) fn joined() -> Fact {
    Fact::Letters { others: Vec::new() }
}

/// Whether a person can say that the mail of an item holds `count` letters.
pub fn may_split(board: &Board, item: &Item, count: u32) -> Result<(), Refusal> {
    if !board.pledge(item.pledge.as_deref()).letter {
        return Err(NoLetters::NotAScan(item.id).into());
    }
    is_live(item, "reopen it first")?;
    if let Some(whole) = item.part_of {
        let (item, of) = (item.id, whole);
        return Err(NoLetters::IsPart { item, of }.into());
    }
    if !item.parts.is_empty() {
        let (item, count) = (item.id, item.parts.len() + 1);
        return Err(NoLetters::Already { item, count }.into());
    }
    if !(FEWEST_LETTERS..=MOST_LETTERS).contains(&count) {
        return Err(NoLetters::Count(count).into());
    }
    Ok(())
}

/// How one more letter of an item's mail is logged: as the item was, with the time that it has now,
/// in a conversation that is still to be given. `None` for an item that has no time.
#[must_use]
pub fn part(item: &Item, history: &[Event]) -> Option<Logged> {
    let Fact::Logged(logged) = &history.first()?.fact else {
        return None;
    };
    let mut flags = logged.flags.clone();
    flags.retain(|flag| *flag != Flag::Several);
    Some(Logged {
        folder: item.folder.clone(),
        standing: Standing::Open {
            pledge: item.pledge.clone()?,
            due: Box::new(item.due.clone()?),
            may_notify: item.may_notify,
            handler: item.handler.clone(),
            assigned_by: item.assigned_by,
            leader: None,
            covered_by: None,
        },
        flags,
        part_of: Some(item.id.0),
        ..logged.as_ref().clone()
    })
}

/// Whether the letters of a mail can be one again: nothing was done about the others since.
pub fn may_join(item: &Item, others: &[Item]) -> Result<(), NoLetters> {
    let is_untouched = |other: &&Item| {
        other.state == State::Open && other.posted.is_none() && other.by_hand.is_empty()
    };
    match others.iter().find(|other| !is_untouched(other)) {
        Some(other) => Err(NoLetters::Touched {
            item: item.id,
            part: other.id,
        }),
        None => Ok(()),
    }
}
