//! Counts over several mailboxes: a message that lies in two of them is one question. It stands in
//! a list once a mailbox, and counts once.

use crate::domain::item::{Item, ItemId};
use std::collections::BTreeSet;

/// A number of questions.
#[derive(Debug, Default)]
pub struct Once {
    count: usize,
    /// Those of them that lie in other mailboxes too.
    twins: BTreeSet<ItemId>,
}

impl Once {
    pub fn add(&mut self, item: &Item) {
        let is_known = item.twins.iter().any(|twin| self.twins.contains(twin));
        if !item.twins.is_empty() {
            self.twins.insert(item.id);
        }
        self.count += usize::from(!is_known);
    }

    pub fn count(&self) -> usize {
        self.count
    }
}

/// What a list counts.
#[derive(Debug, Default)]
pub struct Counted {
    pub all: Once,
    /// Those that wait for an answer, and the late ones among them.
    pub live: Once,
    pub late: Once,
    /// Lines of those that wait: each of the twins has its own.
    pub waiting: usize,
}

impl Counted {
    pub fn take(&mut self, item: &Item, is_late: bool) {
        self.all.add(item);
        if item.state.is_live() {
            self.live.add(item);
            self.waiting += 1;
        }
        if is_late {
            self.late.add(item);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::item::State;
    use crate::domain::orders::tests::item;

    #[test]
    fn twins_count_once_and_have_a_line_each() {
        let of = |id: i64, twins: &[i64], state| {
            let mut item = item(state);
            item.id = ItemId(id);
            item.twins = twins.iter().copied().map(ItemId).collect();
            item
        };
        for (name, items, expected) in [
            (
                "two questions",
                vec![
                    (of(1, &[], State::Open), false),
                    (of(2, &[], State::Open), true),
                ],
                (2, 2, 1, 2),
            ),
            (
                "twins",
                vec![
                    (of(1, &[2], State::Open), false),
                    (of(2, &[1], State::Open), true),
                ],
                (1, 1, 1, 2),
            ),
            (
                "both late",
                vec![
                    (of(2, &[1], State::Open), true),
                    (of(1, &[2], State::Open), true),
                ],
                (1, 1, 1, 2),
            ),
            (
                "one settled",
                vec![
                    (of(1, &[2], State::Closed), false),
                    (of(2, &[1], State::Open), true),
                ],
                (1, 1, 1, 1),
            ),
            (
                "the other is not asked for",
                vec![(of(2, &[1], State::Open), false)],
                (1, 1, 0, 1),
            ),
            (
                "three",
                vec![
                    (of(1, &[2, 3], State::Open), false),
                    (of(2, &[1, 3], State::Open), false),
                    (of(3, &[1, 2], State::Open), false),
                ],
                (1, 1, 0, 3),
            ),
        ] {
            let mut counted = Counted::default();
            for (item, is_late) in &items {
                counted.take(item, *is_late);
            }
            let Counted {
                all,
                live,
                late,
                waiting,
            } = counted;
            assert_eq!(
                (all.count(), live.count(), late.count(), waiting),
                expected,
                "{name}"
            );
        }
    }
}
