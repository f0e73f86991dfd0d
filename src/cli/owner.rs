//! Commands as root act as the register's owner: what root made there, the service could not write;
//! and what root may read, the service may not.

use crate::failure::Failure;
use rustix::thread::{set_thread_groups, set_thread_res_gid, set_thread_res_uid};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// From here on this process is the owner of the register, or of the folder where it will be, if it
/// was root. Before any other thread is there: a thread has the rights of the one that began it.
pub(super) fn become_owner(database: &Path) -> Result<(), Failure> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let folder = database
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    // A missing file has no owner; the code that opens it reports that.
    let Ok(owner) = database.metadata().or_else(|_| folder.metadata()) else {
        return Ok(());
    };
    if owner.uid() == 0 {
        return Ok(());
    }
    let (user, group) = (
        rustix::fs::Uid::from_raw(owner.uid()),
        rustix::fs::Gid::from_raw(owner.gid()),
    );
    // The user last: after that the others could not be set.
    set_thread_groups(&[group])
        .and_then(|()| set_thread_res_gid(group, group, group))
        .and_then(|()| set_thread_res_uid(user, user, user))
        .map_err(|error| {
            let user = owner.uid();
            Failure::Failed(format!(
                "the register {} is user {user}'s, and root could not become that user ({error}): run this as that user",
                database.display()
            ))
        })
}
