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
    if !board.pledge_of(item).letter {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::board::tests::{board, pledge};
    use crate::domain::calendar::tests::date;
    use crate::domain::event::SYSTEM;
    use crate::domain::item::ByHand;
    use crate::domain::item::tests::{logged, open};
    use crate::domain::orders::tests::item;
    use crate::domain::pledge::Pledge;
    use std::sync::Arc;

    fn of_scans(letter: bool) -> Board {
        let pledge = Pledge {
            letter,
            ..pledge("email")
        };
        Board {
            known_pledges: Arc::new(vec![pledge]),
            ..board()
        }
    }

    #[test]
    fn a_scan_is_split_once_into_as_many_letters_as_can_be() {
        let (scan, other) = (item(State::Open), ItemId::new(2026, 9));
        let is_part = Item {
            part_of: Some(other),
            ..scan.clone()
        };
        let is_split = Item {
            parts: vec![other],
            ..scan.clone()
        };
        let check = |letter, item: &Item, count, expected: &str| {
            let refused = may_split(&of_scans(letter), item, count).err();
            let told = refused.map_or_else(String::new, |refusal| refusal.to_string());
            assert!(told.contains(expected), "{told}: {expected}");
            assert_eq!(told.is_empty(), expected.is_empty(), "{told}");
        };
        check(true, &scan, FEWEST_LETTERS, "");
        check(true, &scan, MOST_LETTERS, "");
        check(true, &item(State::ProbablyAnswered), 2, "");
        check(true, &scan, FEWEST_LETTERS - 1, "1 letters cannot be");
        check(true, &scan, MOST_LETTERS + 1, "51 letters cannot be");
        check(false, &scan, 2, "is no scan");
        check(true, &item(State::Closed), 2, "reopen it first");
        check(true, &is_part, 2, "is one letter of the mail");
        check(true, &is_split, 2, "is 2 letters already");
    }

    #[test]
    fn another_letter_of_a_mail_is_as_the_first_is_now() {
        let first = Item {
            folder: "INBOX/Skannat".to_owned(),
            handler: Some("d".to_owned()),
            ..item(State::Open)
        };
        let mut logged = logged(first.received_at, open(date("2026-11-19"), "h"));
        logged.flags = vec![Flag::Several, Flag::StampInFuture];
        let began = |fact| Event {
            at: first.received_at,
            by: SYSTEM.to_owned(),
            fact,
        };
        let history = [began(Fact::Logged(Box::new(logged)))];
        let part_of = part(&first, &history).expect("a letter");
        assert_eq!(part_of.folder, "INBOX/Skannat");
        assert_eq!(part_of.flags, [Flag::StampInFuture]);
        assert_eq!(part_of.part_of, Some(first.id.0));
        assert_eq!(part_of.standing, open(date("2026-11-19"), "d"));
        assert_eq!(part(&first, &[began(Fact::Gone)]), None);
        assert_eq!(part(&first, &[]), None);
        let timeless = Item { due: None, ..first };
        assert_eq!(part(&timeless, &history), None);
    }

    #[test]
    fn letters_are_one_again_while_the_others_are_as_they_were() {
        let whole = item(State::Open);
        let is_joined = |other: &Item| may_join(&whole, &[whole.clone(), other.clone()]).is_ok();
        assert!(is_joined(&item(State::Open)));
        for state in [State::ProbablyAnswered, State::Answered, State::Closed] {
            assert!(!is_joined(&item(state)), "{state:?}");
        }
        let on = date("2026-11-23");
        let posted = Item {
            posted: Some(on),
            ..item(State::Open)
        };
        assert!(!is_joined(&posted));
        let promise = ByHand {
            at: posted.received_at,
            date: on,
            reason: None,
        };
        let promised = Item {
            by_hand: vec![promise],
            ..item(State::Open)
        };
        assert!(!is_joined(&promised));
    }
}
