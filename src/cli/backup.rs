//! `backup FILE`: a copy of the register while the daemon runs, checked before it gets its name.
//!
//! Promises: its name holds a whole copy or the file that was there before; a copy that does not
//! open as a register, or of which a page, an index or a reference is wrong, never gets the name;
//! it is readable for this user alone from its first byte; no file is replaced that is not a copy
//! of a register at rest. A secret cannot come into it, since none comes into the register.

use super::interrupted;
use super::output::write_text;
use super::whole::{Readers, Whole, cannot_write};
use crate::config::{Config, Language};
use crate::failure::Failure;
use crate::store::backup::{self, Contents};
use crate::store::{Access, Store, StoreError};
use crate::words::of;
use clap::Args;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Copies the register to a file, also while the daemon runs
///
/// The copy is one state of the register. It is checked before it gets its name; until then an
/// earlier backup of that name stays as it is. It holds the same personal data as the register and
/// is readable for this user alone; no password is in it. To restore it, see `docs/operator.md`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:\n  \
    sudo -u servicelofte servicelofte backup /var/lib/servicelofte-backup/servicelofte.db\n  \
    systemctl enable --now servicelofte-backup.timer    each night, the last seven are kept")]
pub struct BackupArgs {
    /// The file; an earlier backup of that name is replaced
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Makes the backup, and says what it holds.
pub fn run(config: &Config, arguments: &BackupArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let BackupArgs { file: name } = arguments;
    let database = &config.service.database;
    refuse_strange(name, database)?;
    let store = Store::open(database, Access::Reader)?;
    let mut copy = Whole::new(name, Readers::Owner)?;
    let failed = |error| no_backup(name, database, error);
    let journal = beside(copy.path(), "-journal");
    if copy.path() != name {
        // What a killed program has left would be read as this copy's.
        let _ = fs::remove_file(&journal);
        interrupted::guard(&journal);
    }
    store.copy_into(copy.path()).map_err(failed)?;
    interrupted::release(&journal);
    copy.sync()?;
    let contents = backup::verify(copy.path()).map_err(failed)?;
    copy.finish()?;
    write_text(out, &told(config.service.language, name, contents))
}

/// A file of `SQLite` beside a database.
fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    PathBuf::from(name)
}

/// Only a copy of a register is replaced, and only one that is not in use.
fn refuse_strange(name: &Path, database: &Path) -> Result<(), Failure> {
    let refused = |why: &str| {
        Err(Failure::Failed(format!(
            "{}: {why}: name another file",
            name.display()
        )))
    };
    // A file that does not exist, or cannot be reached, is reported by the code that writes it.
    let Ok(found) = name.canonicalize() else {
        return Ok(());
    };
    if is_ours(&found, database) {
        return refused("the register itself");
    }
    if found.is_dir() {
        return Ok(());
    }
    let told = |error: io::Error| cannot_write(name, &error);
    if !found.is_file() {
        return refused("not an ordinary file");
    }
    if fs::metadata(&found).map_err(told)?.len() == 0 {
        return Ok(());
    }
    if !backup::is_register(&found).map_err(told)? {
        return refused("no backup of a register, so it is not replaced");
    }
    // A log beside it would be taken for the new file's.
    if ["-wal", "-journal"]
        .iter()
        .any(|end| beside(&found, end).exists())
    {
        return refused(
            "a register in use (a file with -wal or -journal at the end of its name lies beside it)",
        );
    }
    Ok(())
}

/// Whether it is a file of the register.
fn is_ours(found: &Path, database: &Path) -> bool {
    ["", "-wal", "-shm", "-journal", ".lock"].iter().any(|end| {
        beside(database, end)
            .canonicalize()
            .is_ok_and(|ours| ours == found)
    })
}

/// Why there is none, where the texts of the register would name the wrong disk.
fn no_backup(name: &Path, database: &Path, error: StoreError) -> Failure {
    match error {
        StoreError::Full => cannot_write(name, &io::ErrorKind::StorageFull.into()),
        StoreError::Io(why) => Failure::Failed(format!(
            "no backup was made of {} in {} ({why}): look at both disks and the system log; what had that name before is untouched",
            database.display(),
            name.display()
        )),
        StoreError::Corrupt(why) => Failure::Failed(format!(
            "the database is damaged ({why}), so no backup was made of it: stop the service and restore an earlier one"
        )),
        other => other.into(),
    }
}

fn told(language: Language, name: &Path, contents: Contents) -> String {
    let Contents {
        items,
        lines,
        bytes,
    } = contents;
    let size = [bytes / 1_000_000, bytes % 1_000_000 / 100_000];
    (of(language).commands.backed_up)(&name.display().to_string(), items, lines, size)
}
