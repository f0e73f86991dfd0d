//! Where a command waits for servers.

use crate::failure::Failure;
use tokio::runtime::{Builder, Runtime};

/// Tasks on this thread alone.
pub(super) fn runtime() -> Result<Runtime, Failure> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Failed(format!("cannot start the tasks: {error}")))
}
