//! Items that were read or written a moment ago, beside the text that their row has. To decide
//! about an item, to hand over a mail about it and to write down its fate reads it some ten times,
//! and most of that is to read it from its text.
//!
//! Nothing has to be told here that an item has changed: the row is read each time, and the item
//! counts only while the row still has its text, whoever has written it.

use crate::domain::item::{Item, ItemId};
use std::cell::RefCell;
use std::collections::HashMap;

/// Bytes of text whose items are kept for each register: some 250 items, those of a busy moment. An
/// item takes about twice its text in memory.
pub(super) const FEW: usize = 512 << 10;

/// The same for a trial, which lives through a year of them in a minute.
pub(super) const MANY: usize = 4 * FEW;

/// The items of one register.
#[derive(Debug)]
pub(super) struct Folds {
    most: usize,
    kept: RefCell<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    items: HashMap<ItemId, (String, Item)>,
    /// Of their texts.
    bytes: usize,
}

impl Folds {
    /// Those of so many bytes of text at most, and one item more.
    pub(super) fn of(most: usize) -> Self {
        let kept = RefCell::default();
        Self { most, kept }
    }

    /// The item whose row has this text, if it is known.
    pub(super) fn get(&self, id: ItemId, text: &str) -> Option<Item> {
        let kept = self.kept.borrow();
        let (known, item) = kept.items.get(&id)?;
        (known == text).then(|| item.clone())
    }

    /// It was read from this text, or written as it.
    pub(super) fn keep(&self, text: String, item: &Item) {
        let mut kept = self.kept.borrow_mut();
        if kept.bytes >= self.most {
            // Rare, and an item that is still of use comes back with its next reading.
            *kept = Kept::default();
        }
        kept.bytes += text.len();
        let before = kept.items.insert(item.id, (text, item.clone()));
        kept.bytes -= before.map_or(0, |(text, _)| text.len());
    }
}

#[cfg(test)]
mod tests {
    use super::ItemId;
    use crate::store::{Store, StoreError};

    /// One that was changed by another process, or whose change was rolled back, is not the one that
    /// is kept.
    #[test]
    fn an_item_counts_as_long_as_its_row_has_its_text() {
        let store = Store::in_memory().unwrap();
        let id = ItemId::parse("SL-2026-00001").unwrap();
        let text = |folder: &str| {
            format!(
                r#"{{"id":{},"mailbox":"kf","class":"correspondence","received_at":"2026-11-19T08:12:00Z","state":"open","folder":"{folder}","conversation":{},"trashed_at":null,"since":"2026-11-19T08:12:00Z"}}"#,
                id.0, id.0
            )
        };
        let write = |folder: &str| {
            store
                .db()
                .0
                .execute("PRAGMA foreign_keys = OFF", [])
                .unwrap();
            store
                .db()
                .0
                .execute(
                    "INSERT OR REPLACE INTO item (id, mailbox, state, conversation, fold) VALUES (?1, 'kf', 'open', ?1, ?2)",
                    (id.0, text(folder)),
                )
                .unwrap();
        };
        let read = || Ok::<_, StoreError>(store.db().item(id)?.unwrap().folder);
        for folder in ["INBOX", "INBOX", "Bygglov", "INBOX"] {
            write(folder);
            assert_eq!(read().unwrap(), folder);
            assert_eq!(read().unwrap(), folder);
        }
    }
}
