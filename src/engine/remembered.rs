//! Messages that this process has read and found settled. One that lies under the same number, with
//! the same bytes, is let go before it is parsed, as long as the register says that it is settled.
//!
//! Kept in memory alone: each process reads and recognises every message of its own once, so what
//! the register says of them is proven again after each start.

use super::Engine;
use crate::domain::item_id::ItemId;
use crate::ports::Fetched;
use crate::store::StoreError;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// Messages that are remembered: some four megabytes of them. When there are more, it begins anew.
const MOST: usize = 100_000;

/// As which a message is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// It is the message of this item.
    Item(ItemId),
    /// It was sent by us, and no item is made of that.
    Sent,
}

#[derive(Debug)]
struct Seen {
    print: u64,
    /// `None`: that is not known yet, or it is not.
    settled: Option<Settled>,
}

/// By folder and UID.
#[derive(Debug, Default)]
pub(super) struct Remembered(HashMap<(i64, u32), Seen>);

impl Remembered {
    /// As which this message was settled when it had these bytes. Other bytes are noted.
    fn look(&mut self, folder: i64, message: &Fetched) -> Option<Settled> {
        let (place, print) = ((folder, message.uid), print(message));
        if let Some(seen) = self.0.get(&place).filter(|seen| seen.print == print) {
            return seen.settled;
        }
        if self.0.len() >= MOST {
            self.0.clear();
        }
        let settled = None;
        self.0.insert(place, Seen { print, settled });
        None
    }

    /// The message whose bytes were noted last is settled.
    pub(super) fn is_settled(&mut self, folder: i64, uid: u32, settled: Settled) {
        if let Some(seen) = self.0.get_mut(&(folder, uid)) {
            seen.settled = Some(settled);
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
    /// when they were found settled, or settled no more. That the others were read is noted.
    pub fn changed(
        &mut self,
        mailbox: &str,
        folder: &str,
        batch: Vec<Fetched>,
    ) -> Result<Vec<Fetched>, StoreError> {
        let Some(id) = self.db().known_folder(mailbox, folder)? else {
            return Ok(batch);
        };
        let (mut as_before, mut changed) = (Vec::new(), Vec::new());
        for message in batch {
            let still = match self.remembered.look(id, &message) {
                None => false,
                Some(Settled::Sent) => true,
                Some(Settled::Item(item)) => self.db().is_closed(item)?,
            };
            if still {
                as_before.push(message.uid);
            } else {
                changed.push(message);
            }
        }
        self.were_read(mailbox, folder, &as_before)?;
        Ok(changed)
    }
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
        known.is_settled(1, 7, Settled::Sent);
        let seen = Flags {
            answered: true,
            ..Flags::default()
        };
        let marked = Fetched {
            flags: seen,
            ..message.clone()
        };
        assert_eq!(known.look(1, &marked), Some(Settled::Sent));
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
