//! The shapes in which the register is asked and written; each statement is prepared once and kept.

use super::{Db, StoreError};
use rusqlite::{OptionalExtension, Params, Row};

type Read<T> = rusqlite::Result<T>;

impl Db<'_> {
    /// Writes or deletes.
    pub(super) fn run(&self, sql: &str, values: impl Params) -> Result<(), StoreError> {
        self.change(sql, values).map(drop)
    }

    /// The same; how many rows were written or deleted.
    pub(super) fn change(&self, sql: &str, values: impl Params) -> Result<usize, StoreError> {
        Ok(self.0.prepare_cached(sql)?.execute(values)?)
    }

    /// The one row that there always is.
    pub(super) fn one<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> Read<T>,
    ) -> Result<T, StoreError> {
        Ok(self.0.prepare_cached(sql)?.query_row(values, read)?)
    }

    /// The first row, if there is one.
    pub(super) fn first<T>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> Read<T>,
    ) -> Result<Option<T>, StoreError> {
        let mut statement = self.0.prepare_cached(sql)?;
        Ok(statement.query_row(values, read).optional()?)
    }

    /// All rows.
    pub(super) fn all<T, All: FromIterator<T>>(
        &self,
        sql: &str,
        values: impl Params,
        read: impl FnMut(&Row<'_>) -> Read<T>,
    ) -> Result<All, StoreError> {
        let mut statement = self.0.prepare_cached(sql)?;
        let rows = statement.query_map(values, read)?;
        Ok(rows.collect::<Read<_>>()?)
    }
}
