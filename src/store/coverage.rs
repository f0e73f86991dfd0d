//! The ranges read in each folder, and how they compared with the server.

use super::{Db, StoreError, from_millis, to_millis};
use crate::domain::coverage::{Comparison, Method, Run, Spans};
use chrono::{DateTime, Utc};
use rusqlite::Row;

const COLUMNS: &str = "mailbox, folder, at, method, uid_validity, uid_next, on_server, unread, found, missing, sampled,
     sampled_to";

impl Db<'_> {
    /// These UIDs, as runs, have been read.
    pub fn add_spans(&self, folder: i64, runs: &[Run]) -> Result<(), StoreError> {
        for (first, last) in runs {
            let (mut first, mut last) = (*first, *last);
            // What touches it becomes one with it.
            let near = self.near(folder, first, last)?;
            if near.iter().any(|run| run.0 <= first && run.1 >= last) {
                continue;
            }
            for run in near {
                (first, last) = (first.min(run.0), last.max(run.1));
                self.run(
                    "DELETE FROM span WHERE folder = ?1 AND first = ?2",
                    (folder, run.0),
                )?;
            }
            self.run(
                "INSERT INTO span (folder, first, last) VALUES (?1, ?2, ?3)",
                (folder, first, last),
            )?;
        }
        Ok(())
    }

    /// The runs that touch this one.
    fn near(&self, folder: i64, first: u32, last: u32) -> Result<Vec<Run>, StoreError> {
        let mut near: Vec<Run> = self.all(
            "SELECT first, last FROM span WHERE folder = ?1 AND first BETWEEN ?2 AND ?3
             UNION ALL SELECT * FROM (SELECT first, last FROM span WHERE folder = ?1 AND first < ?2
                                      ORDER BY first DESC LIMIT 1)",
            (folder, first, i64::from(last) + 1),
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        near.retain(|run| u64::from(run.1) + 1 >= u64::from(first));
        Ok(near)
    }

    /// The ranges read in a folder.
    pub fn spans(&self, mailbox: &str, folder: &str) -> Result<Spans, StoreError> {
        Ok(Spans(self.all(
            "SELECT span.first, span.last FROM span JOIN folder ON folder.id = span.folder
             WHERE folder.mailbox = ?1 AND folder.name = ?2 ORDER BY span.first",
            [mailbox, folder],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?))
    }

    pub(super) fn forget_spans(&self, folder: i64) -> Result<(), StoreError> {
        self.run("DELETE FROM span WHERE folder = ?1", [folder])
    }

    /// The last comparison of a folder.
    pub fn last_comparison(
        &self,
        mailbox: &str,
        folder: &str,
    ) -> Result<Option<Comparison>, StoreError> {
        self.first(
            &format!(
                "SELECT {COLUMNS} FROM comparison WHERE mailbox = ?1 AND folder = ?2
                 ORDER BY id DESC LIMIT 1"
            ),
            [mailbox, folder],
            read,
        )
    }

    /// Writes a comparison down; its number.
    pub fn add_comparison(&self, comparison: &Comparison) -> Result<i64, StoreError> {
        self.run(
            &format!(
                "INSERT INTO comparison ({COLUMNS})
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
            ),
            (
                &comparison.mailbox,
                &comparison.folder,
                to_millis(comparison.at),
                comparison.method.as_str(),
                comparison.uid_validity,
                comparison.uid_next,
                comparison.on_server,
                comparison.unread,
                comparison.found,
                comparison.missing,
                comparison.sampled,
                comparison.sampled_to,
            ),
        )?;
        Ok(self.0.last_insert_rowid())
    }

    /// How a comparison that was begun has ended.
    pub fn end_comparison(&self, id: i64, comparison: &Comparison) -> Result<(), StoreError> {
        self.run("DELETE FROM comparison WHERE id = ?1", [id])?;
        self.add_comparison(comparison).map(|_| ())
    }

    /// Comparisons from `from` until before `until`, oldest first.
    pub fn comparisons(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<Comparison>, StoreError> {
        self.all(
            &format!("SELECT {COLUMNS} FROM comparison WHERE at >= ?1 AND at < ?2 ORDER BY id"),
            [to_millis(from), to_millis(until)],
            read,
        )
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Comparison> {
    let method: String = row.get("method")?;
    Ok(Comparison {
        mailbox: row.get("mailbox")?,
        folder: row.get("folder")?,
        at: from_millis(row.get("at")?),
        // A name that a newer program wrote proves nothing to this one.
        method: Method::parse(&method).unwrap_or(Method::Interrupted),
        uid_validity: row.get("uid_validity")?,
        uid_next: row.get("uid_next")?,
        on_server: row.get("on_server")?,
        unread: row.get("unread")?,
        found: row.get("found")?,
        missing: row.get("missing")?,
        sampled: row.get("sampled")?,
        sampled_to: row.get("sampled_to")?,
    })
}
