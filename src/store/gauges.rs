//! Figures of the register for a monitoring system: counts and ages, nothing of a person.

use super::{Db, StoreError, from_millis};
use chrono::{DateTime, Utc};

/// A count, with the labels that separate it from the others.
pub type Counted = (Vec<String>, u64);

/// SQLite's numbers have a sign; counts have none.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

impl Db<'_> {
    /// Items by mailbox, pledge and state; those from before the start are left out.
    pub fn items_by_state(&self) -> Result<Vec<Counted>, StoreError> {
        self.counted(
            "SELECT mailbox, coalesce(json_extract(fold, '$.pledge'), ''), state, count(*) FROM item
             WHERE state <> 'history' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            3,
        )
    }

    /// When the oldest item that waits for an answer arrived, by mailbox.
    pub fn oldest_open(&self) -> Result<Vec<(String, DateTime<Utc>)>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT mailbox, min(json_extract(fold, '$.received_at')) FROM item
             WHERE state IN ('open', 'probably_answered') AND state = 'open' GROUP BY mailbox ORDER BY mailbox",
        )?;
        let mut rows = statement.query([])?;
        let mut oldest = Vec::new();
        while let Some(row) = rows.next()? {
            let received: String = row.get(1)?;
            let received = received
                .parse()
                .map_err(|_| StoreError::Defect(format!("{received:?} is no instant")))?;
            oldest.push((row.get(0)?, received));
        }
        Ok(oldest)
    }

    /// Mails by mailbox, kind and how far they have come.
    pub fn mails_by_state(&self) -> Result<Vec<Counted>, StoreError> {
        self.counted(
            "SELECT mailbox, kind, state, count(*) FROM outbox GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
            3,
        )
    }

    /// Alarms that have left, by their kind and whether they reported the end.
    pub fn alarms_by_kind(&self) -> Result<Vec<Counted>, StoreError> {
        self.counted(
            "SELECT kind, CASE over WHEN 0 THEN 'begin' ELSE 'end' END, count(*) FROM alarm GROUP BY 1, 2 ORDER BY 1, 2",
            2,
        )
    }

    /// Of each mailbox the folder whose last whole comparison is the oldest.
    pub fn oldest_comparison(&self) -> Result<Vec<(String, DateTime<Utc>)>, StoreError> {
        self.all(
            "SELECT mailbox, min(at) FROM (SELECT mailbox, folder, max(at) AS at FROM comparison
             WHERE method <> 'interrupted' GROUP BY mailbox, folder) GROUP BY mailbox
             ORDER BY mailbox",
            [],
            |row| Ok((row.get(0)?, from_millis(row.get(1)?))),
        )
    }

    /// Bytes of the database file.
    pub fn size(&self) -> Result<u64, StoreError> {
        let pragma = |name| -> Result<i64, StoreError> {
            Ok(self.0.pragma_query_value(None, name, |row| row.get(0))?)
        };
        Ok(unsigned(
            pragma("page_count")?.saturating_mul(pragma("page_size")?),
        ))
    }

    fn counted(&self, query: &str, words: usize) -> Result<Vec<Counted>, StoreError> {
        self.all(query, [], |row| {
            let told = (0..words)
                .map(|column| row.get(column))
                .collect::<Result<Vec<String>, _>>()?;
            Ok((told, unsigned(row.get(words)?)))
        })
    }
}
