//! Whether this host leads, for commands that write: what they wrote into a standby's register
//! would be gone when it takes over.

use crate::config::Config;
use crate::failure::Failure;
use crate::store::{StoreError, generation};

/// Whether commands that write belong on this host: it is the only one, or it leads, which shows by
/// the daemon that has the register open. It is asked of the file, so that the registrar need not
/// be allowed to read etcd's password.
pub(super) fn is_here(config: &Config) -> Result<bool, StoreError> {
    let database = &config.service.database;
    Ok(config.service.lease.is_none() || !database.exists() || generation::is_open(database)?)
}

/// Refuses where it does not.
pub(super) fn here(config: &Config) -> Result<(), Failure> {
    if is_here(config)? {
        return Ok(());
    }
    Err(Failure::Failed(
        "this host does not lead, and what is written here would be lost: run it on the host that leads (`servicelofte check` says which)".to_owned(),
    ))
}
