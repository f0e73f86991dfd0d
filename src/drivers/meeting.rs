//! Folders that a reading meets for the first time, and those that it goes on without.

use super::Interrupted;
use super::reader::Reader;
use crate::domain::cursor::Selected;
use crate::domain::folders::Watched;
use crate::ports::{Clock, Mailbox};

impl<M: Mailbox, C: Clock> Reader<'_, M, C> {
    /// A folder is about to be read from its beginning; `new`: nothing is known of it.
    pub(super) async fn meet(
        &self,
        folder: &Watched,
        selected: &Selected,
        new: bool,
    ) -> Result<(), Interrupted> {
        let (folder, now) = (folder.clone(), self.clock.now());
        let uid_next = selected.uid_next;
        self.step(move |engine, mailbox| {
            engine.begins_anew(mailbox, &folder, uid_next, !new)?;
            if new {
                engine.meets(mailbox, &folder, uid_next, now)
            } else {
                Ok(())
            }
        })
        .await
    }

    /// Whether the reading goes on without a folder that cannot be opened.
    pub(super) async fn leaves_out(&self, folder: &Watched) -> Result<bool, Interrupted> {
        let (folder, now) = (folder.clone(), self.clock.now());
        self.step(move |engine, mailbox| engine.leaves_out(mailbox, &folder, now))
            .await
    }

    /// A folder that was left out has been read.
    pub(super) async fn take_in(&self, folder: &Watched) -> Result<(), Interrupted> {
        let folder = folder.name.clone();
        self.step(move |engine, mailbox| {
            engine.takes_in(mailbox, &folder);
            Ok(())
        })
        .await
    }
}
