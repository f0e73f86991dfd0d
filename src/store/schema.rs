//! The schema and its migrations, `migrations/NNNN_name.sql`.
//!
//! Registers outlive the program that made them, so a migration that has stood on the main branch
//! is never changed: its hash is here, and a test compares. Another change of the schema is another
//! file:
//!
//! 1. write `migrations/NNNN_name.sql` with the next number: plain SQL, STRICT tables, without
//!    `BEGIN` and `PRAGMA`;
//! 2. add it at the end of [`MIGRATIONS`]; the test prints the hash;
//! 3. keep a register of the version before as `tests/data/registers/NNNN-*.sql`, which the test of
//!    old registers asks for (`tests/it/commands/upgrading.rs` shows how to write one out).
//!
//! All migrations that a register lacks, and the projections made again from its log, are one
//! transaction: either the register is of this program's version, or not a byte of it is changed
//! and the older program still runs on it. New facts of the log need no migration, but a sample:
//! see [`crate::domain::event`].

use super::folds::Folds;
use super::{Db, StoreError};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

/// Marks a file as ours ("SLft"), SQLite file format §1.3.9.
pub(super) const APPLICATION_ID: u32 = 0x534C_6674;

/// One step from a version of the schema to the next.
#[derive(Clone, Copy)]
struct Migration {
    name: &'static str,
    sql: &'static str,
    /// Of the file as it stood when it first came to the main branch.
    #[cfg(test)]
    sha256: &'static str,
}

/// In order; the database's `user_version` is how many of them have run.
const MIGRATIONS: &[Migration] = &[
    Migration {
        name: "0001_foundation",
        sql: include_str!("migrations/0001_foundation.sql"),
        #[cfg(test)]
        sha256: "80229b97e6fa58adaf07df3b677bbf40f13251f6a933b91b40fd4a9df9b7425b",
    },
    Migration {
        name: "0002_doubts",
        sql: include_str!("migrations/0002_doubts.sql"),
        #[cfg(test)]
        sha256: "9b47a6efc61ee9e063e20e0b0f0db83419567b6b245f27a4392cd5f0c87414c6",
    },
    Migration {
        name: "0003_coverage",
        sql: include_str!("migrations/0003_coverage.sql"),
        #[cfg(test)]
        sha256: "0ace002897af93e620a99925057cd22d3c8aa72c2db30a1bc2fabcd28944067b",
    },
    Migration {
        name: "0004_set_aside",
        sql: include_str!("migrations/0004_set_aside.sql"),
        #[cfg(test)]
        sha256: "19bac6be65349deeef21128860ecd91c999de302247b2a07ade448d0bc6656e6",
    },
    Migration {
        name: "0005_named",
        sql: include_str!("migrations/0005_named.sql"),
        #[cfg(test)]
        sha256: "5995adb3ea7f2a5eb17a5b3b5b5a910c07008cd6c68268ea964b99917266157d",
    },
    Migration {
        name: "0006_commands",
        sql: include_str!("migrations/0006_commands.sql"),
        #[cfg(test)]
        sha256: "95899332ff348c498692d29d8698730af0a5a1f9488af51df3b82a962b4a1b06",
    },
    Migration {
        name: "0007_copies",
        sql: include_str!("migrations/0007_copies.sql"),
        #[cfg(test)]
        sha256: "e98a3d5b29e4633c40adb53c123d5a2ee9dc3a8f65c60a212f51ea4ba66dff33",
    },
    Migration {
        name: "0008_retention",
        sql: include_str!("migrations/0008_retention.sql"),
        #[cfg(test)]
        sha256: "230bd6ec74c65ff4a58454eed5919078d35abb6d1bd1014daf843ed9c38273ea",
    },
    Migration {
        name: "0009_identities",
        sql: include_str!("migrations/0009_identities.sql"),
        #[cfg(test)]
        sha256: "a3211ea8c8374e80148b03609a1aa2d27f7091c389c65718b1ea7cf0189cfa39",
    },
    Migration {
        name: "0010_forgotten",
        sql: include_str!("migrations/0010_forgotten.sql"),
        #[cfg(test)]
        sha256: "3a2500baf06fe7183f3cf1f56a3d1f197edcd39594aede08cd84d0fb52e39969",
    },
    Migration {
        name: "0011_turned_out",
        sql: include_str!("migrations/0011_turned_out.sql"),
        #[cfg(test)]
        sha256: "0817c354fa34b71b7e261ea26731f2ec4b2ac712a7403b69bdc7a99bfbe44092",
    },
    Migration {
        name: "0012_lighter",
        sql: include_str!("migrations/0012_lighter.sql"),
        #[cfg(test)]
        sha256: "74a91c12379b3abffc2e34ef12a3cb79d514dcf0aec6cc031d02b61e834a9b44",
    },
    Migration {
        name: "0013_waiting",
        sql: include_str!("migrations/0013_waiting.sql"),
        #[cfg(test)]
        sha256: "5f6a57daa1ea72654324a176ebda30038a227d73cef4be4f6e6e6fac587e2dfe",
    },
];

/// How many migrations an existing file has seen; refuses a file that is not ours, or is of a newer
/// program, before a byte of it is changed.
pub(super) fn version(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let not_ours = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => StoreError::Foreign(path.to_owned()),
        _ => error.into(),
    };
    let version: i64 = connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(not_ours)?;
    let application: u32 =
        connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION_ID && (tables > 0 || version != 0) {
        return Err(StoreError::Foreign(path.to_owned()));
    }
    if version > known() {
        return Err(StoreError::Newer {
            found: version,
            known: known(),
        });
    }
    Ok(version)
}

fn known() -> i64 {
    count(MIGRATIONS)
}

fn count(migrations: &[Migration]) -> i64 {
    i64::try_from(migrations.len()).unwrap_or(i64::MAX)
}

/// Brings the database to this program's version; only the daemon may.
pub(super) fn migrate(
    connection: &mut Connection,
    version: i64,
    may_migrate: bool,
    path: &Path,
) -> Result<(), StoreError> {
    if version < known() && !may_migrate {
        return Err(StoreError::Open {
            path: path.to_owned(),
            why: "it is of an older version; start the daemon once to bring it up to date"
                .to_owned(),
        });
    }
    run(connection, version, MIGRATIONS)
}

/// Runs the missing `migrations`: all, or none.
fn run(
    connection: &mut Connection,
    version: i64,
    migrations: &[Migration],
) -> Result<(), StoreError> {
    let missing = migrations
        .get(usize::try_from(version).unwrap_or(0)..)
        .unwrap_or_default();
    if missing.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    for migration in missing {
        transaction
            .execute_batch(migration.sql)
            .map_err(|error| failed(migration.name, error.into()))?;
    }
    if version > 0 {
        // How an item is folded and written may have changed with the program.
        let folds = Folds::of(0);
        let db = Db(&transaction, &folds);
        db.rebuild_items()
            .and_then(|_| db.rebuild_clues())
            .map_err(|error| failed("rebuild", error))?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", count(migrations))?;
    Ok(transaction.commit()?)
}

/// A migration that cannot be carried out on this register; trouble of the disk stays what it is.
fn failed(step: &'static str, error: StoreError) -> StoreError {
    match error {
        StoreError::Defect(why) | StoreError::Defective { why, .. } => {
            StoreError::Migration { step, why }
        }
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::{Digest, Sha256};
    use std::fmt::Write as _;

    fn hash(text: &str) -> String {
        Sha256::digest(text.as_bytes())
            .iter()
            .fold(String::new(), |mut hex, byte| {
                let _ = write!(hex, "{byte:02x}");
                hex
            })
    }

    #[test]
    fn a_migration_is_never_changed() {
        for (number, migration) in (1..).zip(MIGRATIONS) {
            assert!(
                migration.name.starts_with(&format!("{number:04}_")),
                "{}: numbers follow each other",
                migration.name
            );
            assert_eq!(
                hash(migration.sql),
                migration.sha256,
                "{}: write another migration instead",
                migration.name
            );
        }
    }

    #[test]
    fn every_file_of_the_folder_is_run() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        files.sort();
        let listed: Vec<String> = MIGRATIONS
            .iter()
            .map(|migration| format!("{}.sql", migration.name))
            .collect();
        assert_eq!(files, listed);
    }

    fn tables(connection: &Connection) -> Vec<String> {
        let mut statement = connection
            .prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name")
            .unwrap();
        statement
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        const GOOD: &str =
            "ALTER TABLE meta ADD COLUMN more TEXT; INSERT INTO meta VALUES ('a', 'b', 'c');";
        let good = Migration {
            name: "good",
            sql: GOOD,
            sha256: "",
        };
        for wrong in [
            "ALTER TABLE item ADD COLUMN fold TEXT;",
            "INSERT INTO nowhere VALUES (1);",
            "SELEKT 1;",
        ] {
            let mut connection = Connection::open_in_memory().unwrap();
            run(&mut connection, 0, MIGRATIONS).unwrap();
            let before = tables(&connection);
            let mut list = MIGRATIONS.to_vec();
            list.extend([
                good,
                Migration {
                    name: "wrong",
                    sql: wrong,
                    sha256: "",
                },
            ]);
            let told = run(&mut connection, known(), &list).unwrap_err();
            assert!(
                matches!(&told, StoreError::Migration { step: "wrong", .. }),
                "{told}"
            );
            assert_eq!(tables(&connection), before);
            let now: i64 = connection
                .pragma_query_value(None, "user_version", |row| row.get(0))
                .unwrap();
            assert_eq!(now, known());
            let rows: i64 = connection
                .query_row("SELECT count(*) FROM meta", [], |row| row.get(0))
                .unwrap();
            assert_eq!(rows, 0);
        }
    }
}
