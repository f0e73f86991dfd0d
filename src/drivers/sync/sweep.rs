//! What became of the messages of live items: their flags, and whether they still lie there.

use crate::domain::folders::Watched;
use crate::drivers::Interrupted;
use crate::drivers::reader::Reader;
use crate::ports::{Changes, Clock, Mailbox};
use std::collections::BTreeSet;

/// Live items whose flags are asked for in one go.
const SWEEP: usize = 2_000;

/// Which of a folder's messages are asked about, and since when.
pub(super) struct Swept {
    /// Only those below this UID.
    pub below: u32,
    /// The mod-sequence of the last reading.
    pub since: Option<u64>,
    /// No message came or went: only flags can have changed, and those matter while an item is
    /// open.
    pub flags_alone: bool,
}

impl<M: Mailbox, C: Clock> Reader<'_, M, C> {
    /// Flags of live items in a folder, and which of them have left it. Whether any is marked as
    /// answered.
    pub(super) async fn sweep(
        &mut self,
        folder: &Watched,
        swept: &Swept,
        vanished: &mut Vec<(String, u32)>,
    ) -> Result<bool, Interrupted> {
        let mut marked = false;
        if swept.below <= 1 {
            // All of the folder was read just now.
            return Ok(marked);
        }
        let (mailbox, name) = (self.settings.name.clone(), folder.name.clone());
        let open_alone = swept.since.is_none() && swept.flags_alone;
        let mut uids = self
            .engine
            .step(move |engine| engine.live_uids(&mailbox, &name, open_alone))
            .await?;
        uids.retain(|uid| *uid < swept.below);
        for uids in uids.chunks(SWEEP) {
            let changes = self.changes(uids, swept.since).await?;
            vanished.extend(
                changes
                    .gone
                    .into_iter()
                    .map(|uid| (folder.name.clone(), uid)),
            );
            let answered: Vec<u32> = changes
                .flags
                .into_iter()
                .filter(|(_, flags)| flags.answered)
                .map(|(uid, _)| uid)
                .collect();
            if !answered.is_empty() {
                marked = true;
                let (mailbox, folder, now) =
                    (self.settings.name.clone(), folder.clone(), self.clock.now());
                self.engine
                    .step(move |engine| engine.flagged(&mailbox, &folder, &answered, now))
                    .await?;
            }
        }
        Ok(marked)
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
