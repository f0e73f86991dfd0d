//! The folder that a trial makes: worked on under a hidden name beside its place, and named when it
//! is whole. A trial that ends before its time leaves none.

use crate::cli::interrupted;
use crate::failure::Failure;
use chrono::NaiveDate;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Trials of one day that get a name by themselves.
const A_DAY: u32 = 99;

/// The folder of the results, which is not there yet.
pub(super) fn to_make(asked: Option<&Path>, today: NaiveDate) -> Result<PathBuf, Failure> {
    let is_free = |folder: &PathBuf| folder.symlink_metadata().is_err();
    let Some(asked) = asked else {
        let first = PathBuf::from(format!("provkorning-{today}"));
        let more = (2..=A_DAY).map(|number| PathBuf::from(format!("provkorning-{today}-{number}")));
        return std::iter::once(first).chain(more).find(is_free).ok_or_else(|| {
            Failure::Failed(format!(
                "provkorning-{today} is there {A_DAY} times already: erase those that no one needs"
            ))
        });
    };
    let asked = asked.to_owned();
    if is_free(&asked) {
        return Ok(asked);
    }
    Err(Failure::Failed(format!(
        "{} is there already: name another one by --out, or leave --out out for a name of its own",
        asked.display()
    )))
}

/// A folder that is gone when the trial ends before its time.
pub(super) fn workshop_beside(folder: &Path) -> Result<TempDir, Failure> {
    let parent = folder
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let make = || {
        tempfile::Builder::new()
            .prefix(".provkorning-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(parent)
    };
    interrupted::made(make).map_err(|error| {
        let parent = parent.display();
        Failure::Failed(format!(
            "no folder can be made in {parent}: {error}; go to a folder that this user may write to, or name one by --out"
        ))
    })
}

/// The results get their name when they are whole.
pub(super) fn named(work: TempDir, folder: &Path) -> Result<(), Failure> {
    let made = work.keep();
    interrupted::named(&made, folder).map_err(|error| {
        let (made, folder) = (made.display(), folder.display());
        Failure::Failed(format!("{made} cannot be named {folder}: {error}"))
    })
}
