//! Messages without a strong identity that are like one that is known: another one, or the same under a new UID?

use super::intake::MAX_ALIKE;
use super::{Arrived, Engine};
use crate::domain::folders::Watched;
use crate::domain::identify::{Trace, identity, is_strong};
use crate::store::StoreError;

impl Engine {
    /// UIDs before a message in its folder under which messages lay that are alike in all that can be known of it. Only
    /// the server can tell whether they still lie there: if not, a server has given the message a new UID.
    pub fn alike_before(&self, mailbox: &str, folder: &Watched, arrived: &Arrived) -> Result<Vec<u32>, StoreError> {
        let board = self.board(mailbox)?;
        let mut alike = Vec::new();
        let pledge = board.pledge_for(&arrived.message, &folder.name);
        if is_strong(&arrived.message, pledge.letter) {
            return Ok(alike);
        }
        let Some(folder_id) = self.db().known_folder(mailbox, &folder.name)? else { return Ok(alike) };
        for occurrence in 0..MAX_ALIKE {
            let trace = Trace { internal_date: arrived.internal_date, size: arrived.size, occurrence };
            let identity = identity(&board.name, &arrived.message, Some(trace));
            let Some(item) = self.db().known_message(&identity)? else { break };
            alike.extend(self.db().copies_before(folder_id, item, arrived.uid)?);
        }
        Ok(alike)
    }

    /// These UIDs of a folder name nothing any more; what lay there is about to be seen elsewhere in it.
    pub fn renumbered(&mut self, mailbox: &str, folder: &Watched, gone: &[u32]) -> Result<(), StoreError> {
        self.store.write(|db| {
            let folder = db.folder_id(mailbox, &folder.name)?;
            gone.iter().try_for_each(|uid| db.remove_copy(folder, *uid))
        })
    }
}
