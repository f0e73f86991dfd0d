//! One mailbox's reader: what every driver that reads takes along.

use crate::config;
use crate::drivers::Interrupted;
use crate::engine::Engine;
use crate::engine::handle::Handle;
use crate::store::StoreError;

/// One mailbox's reader.
pub struct Reader<'a, M, C> {
    pub engine: &'a Handle,
    pub settings: &'a config::Mailbox,
    pub mailbox: &'a mut M,
    pub clock: &'a C,
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
}

/// How far a reading has come, for a progress bar.
#[derive(Clone, Debug)]
pub struct Progress {
    pub folder: String,
    /// UIDs done and in all, in this folder's reading.
    pub done: u64,
    pub total: u64,
}

impl<M, C> Reader<'_, M, C> {
    /// A step of the engine about this mailbox, by its name.
    pub(super) async fn step<T: Send + 'static>(
        &self,
        step: impl FnOnce(&mut Engine, &str) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Interrupted> {
        let name = self.settings.name.clone();
        let done = self.engine.step(move |engine| step(engine, &name)).await;
        done.map_err(Interrupted::from)
    }

    /// So far the folder has been read; of how much is not known.
    pub(super) fn goes_on(&self, folder: &str) {
        (self.progress)(Progress {
            folder: folder.to_owned(),
            done: 0,
            total: 0,
        });
    }
}
