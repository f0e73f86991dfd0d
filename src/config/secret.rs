//! A secret: shown by no `Debug`, given by itself, by its file, or as a systemd credential.

use super::fault::UNREADABLE;
use super::files::{is_open_to_all, read_small};
use super::reader::{Files, Section};
use std::path::{Path, PathBuf};

/// Bytes of a password's file.
pub const MAX_SECRET_SIZE: u64 = 4096;
/// The keys that give a password: itself, its file, its systemd credential. Exactly one is used.
pub(super) const PASSWORD_KEYS: SecretKeys = ["password", "password_file", "credential"];

/// The keys of one secret: itself, its file, its systemd credential.
pub(super) type SecretKeys = [&'static str; 3];

/// A secret; `Debug` never shows it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(secret: String) -> Self {
        Self(secret)
    }
    /// The secret itself, for the login command only.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

/// A secret as it was when the configuration was read, and the file it came from.
pub(super) struct Found {
    pub secret: Secret,
    pub file: Option<PathBuf>,
}

/// A secret by whichever of its keys gives it; `None` without one, or after a fault. No fault of
/// these keys shows a value.
pub(super) fn secret(section: &Section, keys: SecretKeys) -> Option<Found> {
    let given = keys
        .into_iter()
        .filter(|key| section.has(key))
        .collect::<Vec<_>>();
    let key = *given.first()?;
    let text = |key| {
        let text = section.get(key).and_then(toml::Value::as_str);
        if text.is_none() {
            section.fault_unseen(key, "must be a text in quotes");
        }
        text
    };
    let texts: Vec<Option<&str>> = given.iter().map(|key| text(key)).collect();
    let &[only] = texts.as_slice() else {
        section.fault_unseen(given[1], format!("give only one of {}", given.join(", ")));
        return None;
    };
    let text = only?;
    let read = if key == keys[0] {
        written_here(section, text)
    } else {
        secret_file(section, key, key == keys[2]).and_then(|path| in_file(section, path))
    };
    // Not even the path of a file is shown: a person who mixes up password_file and password has
    // written the password there.
    read.map_err(|remedy| section.fault_unseen(key, remedy))
        .ok()
}

/// A secret in the configuration itself, which other users may be able to read.
fn written_here(section: &Section, text: &str) -> Result<Found, String> {
    if let Some(warning) = section.reader.exposed.take() {
        section.reader.warn(warning);
    }
    let secret = checked(text.to_owned())?;
    Ok(Found { secret, file: None })
}

fn in_file(section: &Section, path: PathBuf) -> Result<Found, String> {
    let secret = match section.reader.files {
        Files::Leave => Secret::new(String::new()),
        Files::Open => from_file(&path)?,
    };
    Ok(Found {
        secret,
        file: Some(path),
    })
}
/// The path that a key names, as a file or as a systemd credential. A file that every user can read
/// gets a warning; systemd's own folder is systemd's business.
pub(super) fn secret_file(
    section: &Section,
    key: &'static str,
    credential: bool,
) -> Result<PathBuf, String> {
    let text = section
        .get(key)
        .and_then(toml::Value::as_str)
        .ok_or("must be a text in quotes")?;
    if credential {
        return credential_path(section, text);
    }
    let path = section.reader.base.join(text);
    if section.reader.files == Files::Open && is_open_to_all(&path) {
        let key = section.key(key);
        section.reader.warn(format!(
            "{key}: {} can be read by everyone; chmod o-r it",
            path.display()
        ));
    }
    Ok(path)
}

fn credential_path(section: &Section, name: &str) -> Result<PathBuf, String> {
    if name.is_empty() || name.starts_with('.') || name.contains('/') {
        return Err("must be the name of a systemd credential, such as \"imap\"".to_owned());
    }
    match &section.reader.credentials {
        _ if section.reader.files == Files::Leave => Ok(PathBuf::from(name)),
        Some(folder) => Ok(folder.join(name)),
        None => {
            Err("needs systemd with LoadCredential= or SetCredential=: $CREDENTIALS_DIRECTORY is not set".to_owned())
        }
    }
}

/// The secret in a file, as it is now.
pub fn from_file(path: &Path) -> Result<Secret, String> {
    let unreadable = |why| format!("must name a file {UNREADABLE}: {why}");
    let bytes = read_small(path, MAX_SECRET_SIZE).map_err(unreadable)?;
    let mut text =
        String::from_utf8(bytes).map_err(|_| unreadable("it is not UTF-8".to_owned()))?;
    // Editors and `echo` end a file with one line end; more than that is part of the secret, and
    // refused.
    if text.ends_with('\n') {
        text.pop();
        if text.ends_with('\r') {
            text.pop();
        }
    }
    checked(text).map_err(|why| format!("the file {why}"))
}

/// A password that IMAP and SMTP can carry.
fn checked(text: String) -> Result<Secret, String> {
    if text.is_empty() {
        return Err("must not be empty".to_owned());
    }
    if text.chars().any(char::is_control) {
        return Err("must be one line, without control characters".to_owned());
    }
    Ok(Secret::new(text))
}
