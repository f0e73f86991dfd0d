//! Files that the configuration names: read whole and small, known again by time and size.

use super::fault::UNREADABLE;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Bytes of a file of certificates; a whole system's store is about a quarter of this.
pub const MAX_CA_SIZE: u64 = 1 << 20;

/// RFC 7468 §5.1.
const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Whether a file holds a certificate; the error is the remedy.
pub fn holds_certificate(path: &Path) -> Result<(), String> {
    match read_small(path, MAX_CA_SIZE) {
        Ok(bytes)
            if bytes
                .windows(CERTIFICATE.len())
                .any(|window| window == CERTIFICATE) =>
        {
            Ok(())
        }
        Ok(_) => {
            Err("must hold a certificate in PEM form (-----BEGIN CERTIFICATE-----)".to_owned())
        }
        Err(why) => Err(format!("must be a file {UNREADABLE}: {why}")),
    }
}

/// A whole file of at most `limit` bytes.
pub fn read_small(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(|error| reason(&error))?;
    file.take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| reason(&error))?;
    if u64::try_from(bytes.len()).is_ok_and(|size| size > limit) {
        return Err(format!("it is larger than {limit} bytes"));
    }
    Ok(bytes)
}

/// Time and size of a file: by which a change is known.
pub type Version = (Option<SystemTime>, u64);

/// How a file is now; `None`: it is not there.
#[must_use]
pub fn version_of(path: &Path) -> Option<Version> {
    path.metadata()
        .ok()
        .map(|meta| (meta.modified().ok(), meta.len()))
}

/// What the system said, without its number; for what may not be read the remedy, which is another
/// than for what is not there.
fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    let said = text.split(" (os error").next().unwrap_or_default();
    let said = said.to_lowercase();
    if error.kind() == ErrorKind::PermissionDenied {
        format!("{said}{MAY_READ}")
    } else {
        said
    }
}

/// As root copies or makes files, the service cannot read them.
pub(super) const MAY_READ: &str = "; let the service's user read it (chgrp servicelofte FILE, chmod 640 FILE) and enter its folder";

/// Whether anybody on this machine may read a file.
pub(super) fn is_open_to_all(path: &Path) -> bool {
    let others_read = 0o004;
    PathBuf::from(path)
        .metadata()
        .is_ok_and(|meta| meta.permissions().mode() & others_read != 0)
}
