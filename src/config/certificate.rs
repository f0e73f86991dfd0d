//! Certificates that are named in a section, and the private key that belongs to one.

use super::files::holds_certificate;
use super::reader::{Files, Section};
use super::secret::secret_file;
use std::path::{Path, PathBuf};

/// The keys that name the private key of `certificate`: its file, its systemd credential.
const KEY_KEYS: [&str; 2] = ["key", "key_credential"];

/// A file that must hold a certificate.
pub(super) fn file(section: &Section, key: &'static str) -> Option<PathBuf> {
    let file = section.path(key);
    let opened = file
        .as_deref()
        .filter(|_| section.reader.files == Files::Open);
    if let Some(Err(why)) = opened.map(holds_certificate) {
        section.fault(key, why);
    }
    file
}

/// Whether a certificate or its key is named.
pub(super) fn is_named(section: &Section) -> bool {
    section.has("certificate") || KEY_KEYS.iter().any(|key| section.has(key))
}

/// A certificate that this program shows, and its private key, which `look` looks into.
pub(super) fn with_key(
    section: &Section,
    look: impl FnOnce(&Path) -> Result<(), String>,
) -> Option<(PathBuf, PathBuf)> {
    if !section.has("certificate") {
        section.fault_unseen(
            "certificate",
            "missing; give the PEM file of the certificate that belongs to the key",
        );
    }
    let certificate = file(section, "certificate");
    let name = the_only_key(section)?;
    section.get(name).filter(|value| value.is_str())?;
    // The value is not shown: it might be the key itself.
    let key = secret_file(section, name, name == "key_credential").and_then(|path| {
        if section.reader.files == Files::Open {
            look(&path)?;
        }
        Ok(path)
    });
    let key = key.map_err(|why| section.fault_unseen(name, why)).ok();
    Some((certificate?, key?))
}

/// The one key that names the private key.
fn the_only_key(section: &Section) -> Option<&'static str> {
    let mut given = KEY_KEYS.to_vec();
    given.retain(|key| section.has(key));
    for key in &given {
        if section.get(key).is_some_and(|value| !value.is_str()) {
            section.fault_unseen(key, "must be a text in quotes");
        }
    }
    let (at, remedy) = match *given {
        [key] => return Some(key),
        [] => (
            "key",
            "missing; give the PEM file of the certificate's private key",
        ),
        _ => ("key_credential", "give only one of key, key_credential"),
    };
    section.fault_unseen(at, remedy);
    None
}
