//! Whether the register's file is still the one that was opened. `SQLite` goes on writing into a
//! file that was deleted, renamed or replaced, and all of that would be lost at the next start.

use super::StoreError;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A file by its name, and which file that was.
#[derive(Clone, Debug)]
pub struct Place {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl Place {
    /// The file that has this name now.
    pub fn of(path: &Path) -> io::Result<Self> {
        // The process may change its folder.
        let path = path.canonicalize()?;
        let file = path.metadata()?;
        Ok(Self {
            path,
            device: file.dev(),
            inode: file.ino(),
        })
    }

    /// Whether the name still leads to that file. A question that fails just now does not prove the
    /// contrary.
    pub fn holds(&self) -> Result<(), StoreError> {
        let how = match self.path.metadata() {
            Ok(file) if (file.dev(), file.ino()) == (self.device, self.inode) => return Ok(()),
            Ok(_) => "was replaced by another file",
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
                ) =>
            {
                "was deleted or renamed"
            }
            Err(_) => return Ok(()),
        };
        Err(StoreError::Moved {
            path: self.path.clone(),
            how,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_file_that_is_not_in_its_place_is_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, other) = (folder.path().join("a.db"), folder.path().join("b.db"));
        fs::write(&path, "a").expect("written");
        let place = Place::of(&path).expect("there");
        assert!(place.holds().is_ok());
        fs::write(&path, "more").expect("written");
        assert!(place.holds().is_ok(), "the same file");
        fs::rename(&path, &other).expect("renamed");
        assert!(
            place
                .holds()
                .expect_err("renamed")
                .to_string()
                .contains("was deleted or renamed")
        );
        fs::copy(&other, &path).expect("copied");
        assert!(
            place
                .holds()
                .expect_err("replaced")
                .to_string()
                .contains("was replaced")
        );
        fs::rename(&other, &path).expect("put back");
        assert!(place.holds().is_ok());
        assert!(Place::of(&folder.path().join("c.db")).is_err());
    }
}
