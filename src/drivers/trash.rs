//! Messages that have left every watched folder: the trash is asked for them, and for nothing else.

use super::Interrupted;
use super::reader::Reader;
use crate::domain::item::ItemId;
use crate::ports::{Clock, Mailbox, MailboxError};

/// Messages of one reading that are asked for; of more at once it is not known.
const MAX_ASKED: usize = 50;

/// Folders that are asked.
const MAX_TRASHES: usize = 3;

impl<M: Mailbox, C: Clock> Reader<'_, M, C> {
    /// Which questions that have left the watched folders lie in the trash. What cannot be asked is
    /// not known to.
    pub(super) async fn thrown_away(
        &mut self,
        trashes: &[String],
        vanished: &[(String, u32)],
    ) -> Result<Vec<ItemId>, Interrupted> {
        if trashes.is_empty() || vanished.is_empty() {
            return Ok(Vec::new());
        }
        let vanished = vanished.to_vec();
        let mut lost = self
            .step(move |engine, mailbox| engine.lost(mailbox, &vanished))
            .await?;
        lost.truncate(MAX_ASKED);
        let mut found = Vec::new();
        for trash in trashes.iter().take(MAX_TRASHES) {
            if !lost.is_empty() {
                lost = self.look_in(trash, lost, &mut found).await?;
            }
        }
        Ok(found)
    }

    /// Looks for questions in one folder of trash; those that are not there.
    async fn look_in(
        &mut self,
        trash: &str,
        lost: Vec<(ItemId, String)>,
        found: &mut Vec<ItemId>,
    ) -> Result<Vec<(ItemId, String)>, Interrupted> {
        match self.mailbox.examine(trash).await {
            Err(MailboxError::Folder { .. } | MailboxError::Refused(_)) => return Ok(lost),
            other => drop(other?),
        }
        let mut elsewhere = Vec::new();
        for (item, message_id) in lost {
            match self.mailbox.find(&message_id, 1).await {
                Ok(uids) if !uids.is_empty() => found.push(item),
                Ok(_) | Err(MailboxError::Refused(_)) => elsewhere.push((item, message_id)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(elsewhere)
    }
}
