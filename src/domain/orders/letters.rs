//! Orders about a scan that holds several letters: each becomes an item with a time of its own.

use super::{Refusal, is_live};
use crate::domain::board::Board;
use crate::domain::command::{FEWEST_LETTERS, MOST_LETTERS};
use crate::domain::event::{Event, Fact, Flag, Logged, Standing};
use crate::domain::item::{Item, State};

/// Whether a person can say that the mail of an item holds `count` letters.
pub fn may_split(board: &Board, item: &Item, count: u32) -> Result<(), Refusal> {
    if !board.pledge(item.pledge.as_deref()).letter {
        return Err(Refusal::NotAScan(item.id));
    }
    is_live(item, "reopen it first")?;
    if let Some(whole) = item.part_of {
        return Err(Refusal::IsPart {
            item: item.id,
            of: whole,
        });
    }
    if !item.parts.is_empty() {
        return Err(Refusal::SplitAlready {
            item: item.id,
            count: item.parts.len() + 1,
        });
    }
    if !(FEWEST_LETTERS..=MOST_LETTERS).contains(&count) {
        return Err(Refusal::LetterCount(count));
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
pub fn may_join(item: &Item, others: &[Item]) -> Result<(), Refusal> {
    let is_untouched = |other: &&Item| {
        other.state == State::Open && other.posted.is_none() && other.by_hand.is_empty()
    };
    match others.iter().find(|other| !is_untouched(other)) {
        Some(other) => Err(Refusal::PartTouched {
            item: item.id,
            part: other.id,
        }),
        None => Ok(()),
    }
}
