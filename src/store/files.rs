//! The file of the register and those beside it: their owner, the lock, the write-ahead log.

use super::StoreError;
use std::path::{Path, PathBuf};

/// Whether everything that was written is in the database file itself: no write-ahead log beside it
/// holds more.
pub(super) fn is_at_rest(path: &Path) -> bool {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    match std::fs::metadata(PathBuf::from(wal)) {
        Ok(wal) => wal.len() == 0,
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

/// The path as an URI (RFC 3986 §2.1), to be opened without any file beside it.
pub(super) fn immutable_uri(path: &Path) -> String {
    use std::fmt::Write as _;
    use std::os::unix::ffi::OsStrExt as _;
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri + "?immutable=1"
}

/// Makes the file, when there is none, so that only its owner may read it, under any umask.
/// `SQLite` gives the files beside it the same mode.
pub(super) fn make_own(path: &Path) -> Result<(), StoreError> {
    match own_file().create_new(true).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(not_made(path, &error)),
    }
}

/// Options for a file that its owner alone may read.
fn own_file() -> std::fs::OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).mode(0o600);
    options
}

pub(super) fn not_made(path: &Path, error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        std::io::ErrorKind::StorageFull => StoreError::Full,
        _ => StoreError::Open {
            path: path.to_owned(),
            why: error.to_string(),
        },
    }
}

/// The lock that keeps two daemons from one database; it goes with the process, however that ends.
pub(super) fn take_lock(path: &Path) -> Result<std::fs::File, StoreError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let lock_path = PathBuf::from(name);
    let file = own_file()
        .create(true)
        .truncate(false)
        .open(&lock_path)
        .map_err(|error| not_made(path, &error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::Locked(lock_path)),
        Err(std::fs::TryLockError::Error(error)) => Err(not_made(path, &error)),
    }
}

#[cfg(test)]
mod tests {
    use crate::store::{Access, Store};
    use std::os::unix::fs::PermissionsExt;

    /// A register holds personal data from its first byte, and so do the files beside it.
    #[test]
    fn the_register_is_its_owners_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("register.db");
        let store = Store::open(&path, Access::Daemon).unwrap();
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let entry = entry.unwrap();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{}", entry.path().display());
            names.push(entry.file_name().into_string().unwrap());
        }
        names.sort();
        assert_eq!(
            names,
            [
                "register.db",
                "register.db-shm",
                "register.db-wal",
                "register.db.lock"
            ]
        );
        drop(store);
    }
}
