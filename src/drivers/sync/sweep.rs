//! What became of the messages of live items: their flags, and whether they still lie there.

use super::walk::Walk;
use crate::domain::cursor::Reading;
use crate::domain::folders::Watched;
use crate::drivers::Interrupted;
use crate::drivers::reader::Reader;
use crate::ports::{Changes, Clock, Mailbox, Selected};
use crate::store::folders::Cursor;
use std::collections::BTreeSet;

/// Live items whose flags are asked for in one go.
const SWEEP: usize = 2_000;

/// Which of a folder's messages are asked about, and since when.
pub(super) struct Swept {
    /// Only those below this UID, and those that are asked about anew.
    pub below: u32,
    /// The mod-sequence of the last reading.
    pub since: Option<u64>,
    /// No message came or went: only flags can have changed, and those matter while an item is
    /// open.
    pub flags_alone: bool,
    /// The cursor, if nothing has been read since.
    pub reached: Option<Cursor>,
}

impl Swept {
    /// After the new messages have been read. `holds`: the last cursor, if its UIDs mean the same.
    pub(super) fn after(reading: Reading, holds: Option<Cursor>, selected: &Selected) -> Self {
        let is_as_full = holds.is_some_and(|cursor| cursor.present == selected.exists);
        Self {
            // The messages that were read just now came with their flags.
            below: reading.first().unwrap_or(u32::MAX),
            since: holds.and_then(|cursor| cursor.modseq),
            flags_alone: reading == Reading::Nothing && is_as_full,
            reached: holds.filter(|_| reading == Reading::Nothing),
        }
    }

    /// Neither a message nor a flag has changed, by the folder's word.
    pub(super) fn finds_nothing(&self, selected: &Selected) -> bool {
        self.flags_alone && self.since.is_some() && self.since == selected.highest_modseq
    }
}

impl<M: Mailbox, C: Clock> Reader<'_, M, C> {
    /// Flags of live items in a folder, and which of them have left it. Whether any is marked as
    /// answered.
    pub(super) async fn sweep(
        &mut self,
        folder: &Watched,
        swept: &Swept,
        walk: &mut Walk,
    ) -> Result<bool, Interrupted> {
        let mut marked = false;
        if swept.below <= 1 && !walk.asks_anew(folder) {
            // All of the folder was read just now.
            return Ok(marked);
        }
        for (uids, since) in self.asked(folder, swept, walk).await? {
            let changes = self.changes(&uids, since).await?;
            let gone = changes.gone.into_iter();
            walk.vanished
                .extend(gone.map(|uid| (folder.name.clone(), uid)));
            let flags = changes.flags.into_iter();
            let answered = flags.filter(|(_, flags)| flags.answered);
            let answered: Vec<u32> = answered.map(|(uid, _)| uid).collect();
            marked |= self.marked(folder, answered).await?;
        }
        if marked {
            walk.waiting = None;
        }
        Ok(marked)
    }

    /// Which UIDs are asked for in one go, and since when: those that are asked about anew, as they
    /// are now.
    async fn asked(
        &self,
        folder: &Watched,
        swept: &Swept,
        walk: &mut Walk,
    ) -> Result<Vec<(Vec<u32>, Option<u64>)>, Interrupted> {
        let open_alone = swept.since.is_none() && swept.flags_alone && !walk.asks_anew(folder);
        let uids = self.waiting(folder, open_alone, walk).await?;
        let (anew, mut uids): (Vec<u32>, Vec<u32>) = uids
            .into_iter()
            .partition(|uid| walk.asks_anew_for(folder, *uid));
        uids.retain(|uid| *uid < swept.below);
        let in_one_go = |uids: &[u32], since| (uids.to_vec(), since);
        let anew = anew.chunks(SWEEP).map(|uids| in_one_go(uids, None));
        let uids = uids.chunks(SWEEP).map(|uids| in_one_go(uids, swept.since));
        Ok(anew.chain(uids).collect())
    }

    /// UIDs of the items in a folder that wait, or of the open ones alone, ascending. Those of all
    /// folders are asked for at once, and again after anything that may change them.
    async fn waiting(
        &self,
        folder: &Watched,
        open_alone: bool,
        walk: &mut Walk,
    ) -> Result<Vec<u32>, Interrupted> {
        let waiting = match walk.waiting.take() {
            Some(known) => known,
            None => {
                self.step(|engine, mailbox| engine.db().waiting_copies(mailbox))
                    .await?
            }
        };
        let here = waiting.get(&folder.name).into_iter().flatten();
        let uids = here.filter(|(_, is_open)| *is_open || !open_alone);
        let uids = uids.map(|(uid, _)| *uid).collect();
        walk.waiting = Some(waiting);
        Ok(uids)
    }

    /// Messages are marked as answered. Whether there are any.
    async fn marked(&self, folder: &Watched, answered: Vec<u32>) -> Result<bool, Interrupted> {
        if answered.is_empty() {
            return Ok(false);
        }
        let (folder, now) = (folder.clone(), self.clock.now());
        self.step(move |engine, mailbox| engine.flagged(mailbox, &folder, &answered, now))
            .await?;
        Ok(true)
    }

    /// The changes of these messages: since the last reading where the server can say, else as they
    /// are now.
    async fn changes(&mut self, uids: &[u32], since: Option<u64>) -> Result<Changes, Interrupted> {
        if let Some(since) = since
            && let Some(changes) = self.mailbox.changes(uids, since).await?
        {
            return Ok(changes);
        }
        let flags = self.mailbox.flags(uids).await?;
        let there: BTreeSet<u32> = flags.iter().map(|(uid, _)| *uid).collect();
        let gone = uids
            .iter()
            .copied()
            .filter(|uid| !there.contains(uid))
            .collect();
        Ok(Changes { flags, gone })
    }
}
