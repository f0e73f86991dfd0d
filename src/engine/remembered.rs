//! Messages that this process has read and recognised. One that lies under the same number, with the
//! same bytes, is let go before it is parsed, as long as the register says that it is settled, or
//! that its item waits and lies there.
//!
//! Kept in memory alone: each process reads and recognises every message of its own once, so what
//! the register says of them is proven again after each start.

use super::Engine;
use crate::domain::event::Flag;
use crate::domain::folders::{Role, Watched};
use crate::domain::item::{Item, ItemId};
use crate::ports::Fetched;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Messages that are remembered: some four megabytes of them. When there are more, it begins anew.
const MOST: usize = 100_000;

/// As which a message is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It is the message of this item, which is closed.
    Closed(ItemId),
    /// It is the message of this item, which waits.
    Waiting(ItemId),
    /// It was sent by us, and no item is made of that.
    Sent,
}

#[derive(Debug)]
struct Seen {
    print: u64,
    /// `None`: it is not, or not yet.
    known: Option<Known>,
}

/// By folder and UID.
#[derive(Debug, Default)]
pub(super) struct Remembered(HashMap<(i64, u32), Seen>);

impl Remembered {
    /// As which this message was known when it had these bytes. Other bytes are noted.
    fn look(&mut self, folder: i64, message: &Fetched) -> Option<Known> {
        let (place, print) = ((folder, message.uid), print(message));
        if let Some(seen) = self.0.get(&place).filter(|seen| seen.print == print) {
            return seen.known;
        }
        if self.0.len() >= MOST {
            self.0.clear();
        }
        let known = None;
        self.0.insert(place, Seen { print, known });
        None
    }

    /// The message whose bytes were noted last is known.
    pub(super) fn is(&mut self, folder: i64, uid: u32, known: Known) {
        if let Some(seen) = self.0.get_mut(&(folder, uid)) {
            seen.known = Some(known);
        }
    }
}

/// What the bytes of a header, and the server's facts that never change, come to. UIDs are given
/// once, so that two messages are confounded only if a server gives one twice, and then once in
/// 2⁶⁴ times.
fn print(message: &Fetched) -> u64 {
    let mut hasher = DefaultHasher::new();
    (message.internal_date, message.size, &message.header).hash(&mut hasher);
    hasher.finish()
}

impl Engine {
    /// Of messages that are read once more, those that are to be parsed: they are not as they were
    /// when they were recognised, or the register says something else of them. That the others were
    /// read is noted.
    pub fn changed(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        batch: Vec<Fetched>,
        now: DateTime<Utc>,
    ) -> Result<Vec<Fetched>, StoreError> {
        let Some(id) = self.db().known_folder(mailbox, &folder.name)? else {
            return Ok(batch);
        };
        let looks = batch
            .iter()
            .map(|message| self.remembered.look(id, message));
        let known: Vec<Option<Known>> = looks.collect();
        let still = self.look(now, |db| {
            let stands = |(known, message)| is_as_before(db, (folder, id), message, known);
            let all = known.iter().copied().zip(&batch).map(stands);
            all.collect::<Result<Vec<bool>, StoreError>>()
        })?;
        let (mut as_before, mut changed) = (Vec::new(), Vec::new());
        for (message, still) in batch.into_iter().zip(still) {
            if still {
                as_before.push(message.uid);
            } else {
                changed.push(message);
            }
        }
        self.were_read(mailbox, &folder.name, &as_before)?;
        Ok(changed)
    }
}

/// Whether the register says of a message what it said when it was recognised.
fn is_as_before(
    db: &Db<'_>,
    place: (&Watched, i64),
    message: &Fetched,
    known: Option<Known>,
) -> Result<bool, StoreError> {
    match known {
        None => Ok(false),
        Some(Known::Sent) => Ok(true),
        Some(Known::Closed(item)) => db.is_closed(item),
        Some(Known::Waiting(item)) => lies_there(db, place, message, item),
    }
}

/// The message of this item lies where the register says that it does, and says nothing new by its
/// flags: a second look would change nothing.
fn lies_there(
    db: &Db<'_>,
    (folder, id): (&Watched, i64),
    message: &Fetched,
    item: ItemId,
) -> Result<bool, StoreError> {
    if message.flags.answered || db.copy_at(id, message.uid)? != Some(item) {
        return Ok(false);
    }
    let is_here = |item: &Item| {
        let leaves_junk = item.flags.contains(&Flag::InJunk) && folder.role != Role::Junk;
        item.folder == folder.name && !item.flags.contains(&Flag::Gone) && !leaves_junk
    };
    Ok(db.item(item)?.is_some_and(|item| is_here(&item)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ports::Flags;

    #[test]
    fn what_has_other_bytes_or_lies_elsewhere_is_another() {
        let message = Fetched {
            uid: 7,
            internal_date: None,
            size: 100,
            flags: Flags::default(),
            header: b"Subject: Bygglov\r\n\r\n".to_vec(),
        };
        let mut known = Remembered::default();
        assert_eq!(known.look(1, &message), None);
        known.is(1, 7, Known::Sent);
        let seen = Flags {
            answered: true,
            ..Flags::default()
        };
        let marked = Fetched {
            flags: seen,
            ..message.clone()
        };
        assert_eq!(known.look(1, &marked), Some(Known::Sent));
        let larger = Fetched {
            size: 101,
            ..message.clone()
        };
        let header = b"Subject: Bygglov?\r\n\r\n".to_vec();
        let other = Fetched {
            header,
            ..message.clone()
        };
        let elsewhere = Fetched {
            uid: 8,
            ..message.clone()
        };
        for (folder, other) in [(2, &message), (1, &larger), (1, &other), (1, &elsewhere)] {
            assert_eq!(known.look(folder, other), None, "{other:?}");
        }
        // The last bytes under a number count.
        assert_eq!(known.look(1, &message), None);
    }
}
