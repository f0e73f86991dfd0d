//! One mailbox's reader: what every driver that reads takes along.

use crate::config;
use crate::engine::handle::Handle;

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
