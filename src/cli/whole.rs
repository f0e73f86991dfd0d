//! A file that is there whole or not at all: written beside its place under a name of its own,
//! brought to the disk, and then given its name.
//!
//! Promises: its name never leads to half of it; the file that was there before stays until the new
//! one is whole, also on a full disk, when the program is killed and when the power goes; a file
//! with personal data is private from its first byte. Ctrl-C leaves nothing behind; what a killed
//! program has left is taken away by the next one that writes the same file, and two never write it
//! at once. Devices and pipes (`/dev/stdout`) have nothing to lose and are written to as they are.

use super::interrupted;
use crate::failure::Failure;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Who may read the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner alone.
    Owner,
    /// Everyone whom the umask lets, or who could read the file that was there before.
    Usual,
}

/// A file on its way. Dropped before [`Whole::finish`], it leaves nothing behind.
#[derive(Debug)]
pub struct Whole {
    /// As it was asked for.
    name: PathBuf,
    /// Where it is put at the end: links are followed, so that a link stays one.
    place: PathBuf,
    /// Where it is written; `None` for anything but an ordinary file.
    part: Option<PathBuf>,
    file: BufWriter<File>,
}

impl Whole {
    pub fn new(name: &Path, readers: Readers) -> Result<Self, Failure> {
        let failed = |error: io::Error| cannot_write(name, &error);
        let refused = |why: &str| Failure::Failed(format!("{} {why}", name.display()));
        if is_a_trap(name) {
            return Err(refused(
                "is someone else's link or pipe, and what is written would go where they want: name another file",
            ));
        }
        let place = place(name).map_err(failed)?;
        let before = fs::metadata(&place).ok();
        if before.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(refused("is a folder: name a file in it"));
        }
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            return Self::into_device(name, place);
        }
        let whole = Self::with_part(name, place, readers).map_err(failed)?;
        if let Some(before) = before.filter(|_| readers == Readers::Usual) {
            let mode = Permissions::from_mode(before.permissions().mode() & 0o777);
            whole.file.get_ref().set_permissions(mode).map_err(failed)?;
        }
        Ok(whole)
    }

    /// Writes into a part beside the file.
    fn with_part(name: &Path, place: PathBuf, readers: Readers) -> io::Result<Self> {
        let part = part_of(&place);
        let file = create(&part, readers)?;
        interrupted::guard(&part);
        Ok(Self {
            name: name.to_owned(),
            place,
            part: Some(part),
            file: BufWriter::new(file),
        })
    }

    /// Writes into a pipe or a device, which has no part beside it.
    fn into_device(name: &Path, place: PathBuf) -> Result<Self, Failure> {
        let file = OpenOptions::new().write(true).open(&place);
        Ok(Self {
            name: name.to_owned(),
            place,
            part: None,
            file: BufWriter::new(file.map_err(|error| cannot_write(name, &error))?),
        })
    }

    /// Where it is written until it is finished, for code that writes by path.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.part.as_deref().unwrap_or(&self.place)
    }

    /// Flushes the written bytes to the disk.
    pub fn sync(&mut self) -> Result<(), Failure> {
        let synced = self.file.flush().and_then(|()| match self.part {
            Some(_) => self.file.get_ref().sync_all(),
            None => Ok(()),
        });
        synced.map_err(|error| cannot_write(&self.name, &error))
    }

    /// Gives it its name.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.sync()?;
        let Some(part) = &self.part else {
            return Ok(());
        };
        interrupted::release(part);
        fs::rename(part, &self.place).map_err(|error| cannot_write(&self.name, &error))?;
        self.part = None;
        // The new name is not on the disk before the folder is.
        let named = File::open(folder_of(&self.place)).and_then(|folder| folder.sync_all());
        named.map_err(|error| cannot_write(&self.name, &error))
    }
}

impl Write for Whole {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file
            .write(bytes)
            .map_err(|error| named(&self.name, &error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush().map_err(|error| named(&self.name, &error))
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            // Under this name half a file is never taken for a whole one; the next run removes it.
            let _ = fs::remove_file(part);
            interrupted::release(part);
        }
    }
}

/// Why a file was not written, and what to do.
#[must_use]
pub fn cannot_write(name: &Path, error: &io::Error) -> Failure {
    Failure::Failed(format!("cannot write {}", named(name, error)))
}

/// The same error with the name of its file.
fn named(name: &Path, error: &io::Error) -> io::Error {
    let remedy = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::FileTooLarge | io::ErrorKind::QuotaExceeded => {
            "; free space there, or name a file on another disk (what had that name before is untouched)"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "; name a file in a folder that this user (for root: the register's owner) may write to"
        }
        io::ErrorKind::NotFound => "; make its folder first",
        _ => "",
    };
    io::Error::new(error.kind(), format!("{}: {error}{remedy}", name.display()))
}

/// A link or a pipe of a user other than this one and root, as any user may lay one in a shared
/// folder.
fn is_a_trap(name: &Path) -> bool {
    let Ok(seen) = fs::symlink_metadata(name) else {
        return false;
    };
    let leads_away = seen.is_symlink() || seen.file_type().is_fifo();
    leads_away && seen.uid() != 0 && seen.uid() != rustix::process::geteuid().as_raw()
}

/// The file that a name leads to.
fn place(name: &Path) -> io::Result<PathBuf> {
    match name.canonicalize() {
        Ok(place) => Ok(place),
        Err(_) if name.is_symlink() => {
            Err(io::Error::other("it is a link to a file that is not there"))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let file = name
                .file_name()
                .ok_or_else(|| io::Error::other("it is no name of a file"))?;
            Ok(folder_of(name).canonicalize()?.join(file))
        }
        Err(error) => Err(error),
    }
}

fn folder_of(name: &Path) -> &Path {
    name.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// `.NAME.part`, beside the file: the same for each run, so that none is left when one was killed.
fn part_of(place: &Path) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(place.file_name().unwrap_or_default());
    name.push(".part");
    place.with_file_name(name)
}

/// A new file that no other process has opened, locked for as long as it is open.
fn create(part: &Path, readers: Readers) -> io::Result<File> {
    let mode = if readers == Readers::Owner {
        0o600
    } else {
        0o666
    };
    let open_new = || {
        OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(mode)
            .open(part)
    };
    let file = match open_new() {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            remove_left(part)?;
            open_new()?
        }
        opened => opened?,
    };
    file.try_lock().map_err(|_| busy())?;
    Ok(file)
}

/// What a killed program has left is removed; what another one is writing, or a file that is not
/// ours, is kept.
fn remove_left(part: &Path) -> io::Result<()> {
    let seen = fs::symlink_metadata(part)?;
    if !seen.is_file() || seen.uid() != rustix::process::geteuid().as_raw() {
        return Err(io::Error::other(format!(
            "{} is in the way: remove it",
            part.display()
        )));
    }
    let left = OpenOptions::new().write(true).open(part)?;
    match left.try_lock() {
        Ok(()) => fs::remove_file(part),
        Err(TryLockError::WouldBlock) => Err(busy()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn busy() -> io::Error {
    io::Error::new(
        io::ErrorKind::ResourceBusy,
        "another servicelofte is writing it: wait for it to end",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn says(result: Result<Whole, Failure>, words: &str) {
        let told = result.expect_err("it is refused").to_string();
        assert!(told.contains(words), "{told:?} does not say {words:?}");
    }

    #[test]
    fn what_was_there_stays_until_the_new_one_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = folder.path().join("register.csv");
        fs::write(&name, "old").expect("written");
        let mut whole = Whole::new(&name, Readers::Owner).expect("begun");
        whole.write_all(b"new").expect("written");
        whole.sync().expect("on the disk");
        assert_eq!(fs::read(&name).expect("read"), b"old");
        assert_eq!(
            fs::metadata(whole.path())
                .expect("there")
                .permissions()
                .mode()
                & 0o777,
            0o600
        );
        says(
            Whole::new(&name, Readers::Owner),
            "another servicelofte is writing it",
        );
        drop(whole);
        assert_eq!(
            fs::read_dir(folder.path()).expect("read").count(),
            1,
            "half a file was left"
        );

        // A killed program drops nothing.
        fs::write(part_of(&name), "half").expect("written");
        let mut whole = Whole::new(&name, Readers::Owner).expect("begun");
        whole.write_all(b"new").expect("written");
        whole.finish().expect("finished");
        assert_eq!(fs::read(&name).expect("read"), b"new");
        assert_eq!(
            fs::metadata(&name).expect("there").permissions().mode() & 0o777,
            0o600
        );
        assert_eq!(fs::read_dir(folder.path()).expect("read").count(), 1);
    }

    #[test]
    fn a_link_stays_one_and_a_device_is_written_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let (name, link) = (
            folder.path().join("2026.csv"),
            folder.path().join("latest.csv"),
        );
        fs::write(&name, "old").expect("written");
        fs::set_permissions(&name, Permissions::from_mode(0o640)).expect("set");
        symlink(&name, &link).expect("linked");
        let mut whole = Whole::new(&link, Readers::Usual).expect("begun");
        whole.write_all(b"new").expect("written");
        whole.finish().expect("finished");
        assert!(link.is_symlink());
        assert_eq!(fs::read(&name).expect("read"), b"new");
        assert_eq!(
            fs::metadata(&name).expect("there").permissions().mode() & 0o777,
            0o640
        );

        fs::remove_file(&name).expect("removed");
        says(
            Whole::new(&link, Readers::Usual),
            "a link to a file that is not there",
        );
        says(
            Whole::new(folder.path(), Readers::Usual),
            "is a folder: name a file in it",
        );
        says(
            Whole::new(&folder.path().join("no/file"), Readers::Usual),
            "make its folder first",
        );
        // A link that another user laid in a shared folder leads nowhere.
        symlink("/dev/null", part_of(&name)).expect("linked");
        says(Whole::new(&name, Readers::Owner), "is in the way");

        let mut whole = Whole::new(Path::new("/dev/null"), Readers::Owner).expect("begun");
        whole.write_all(b"new").expect("written");
        whole.finish().expect("finished");
        let mut whole = Whole::new(Path::new("/dev/full"), Readers::Owner).expect("begun");
        whole.write_all(b"new").expect("kept for now");
        let told = whole.finish().expect_err("the device is full").to_string();
        assert!(told.contains("free space there"), "{told}");
    }
    #[test]
    fn nobody_elses_link_or_pipe_is_followed() {
        const SOMEBODY: u32 = 8;
        let folder = tempfile::tempdir().expect("a folder");
        let [name, link, pipe] =
            ["2026.csv", "latest.csv", "pipe"].map(|name| folder.path().join(name));
        fs::write(&name, "old").expect("written");
        symlink(&name, &link).expect("linked");
        assert!(
            std::process::Command::new("mkfifo")
                .arg(&pipe)
                .status()
                .expect("mkfifo")
                .success()
        );
        for trap in [&link, &pipe] {
            if std::os::unix::fs::lchown(trap, Some(SOMEBODY), None).is_err() {
                println!("skipped: only root can give a link away");
                return;
            }
            says(
                Whole::new(trap, Readers::Owner),
                "someone else's link or pipe",
            );
        }
        assert_eq!(fs::read(&name).expect("read"), b"old");
    }
}
