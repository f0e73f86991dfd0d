//! When each mailbox was last read well, and the periods when it was not.

use super::{Db, StoreError, from_millis, to_millis};
use crate::domain::blind::{Blind, Cause, Sight};
use chrono::{DateTime, Utc};

impl Db<'_> {
    /// The last good reading that was written down; it may be a few minutes older than the last one
    /// there was.
    pub fn last_reading(
        &self,
        mailbox: &str,
        sight: Sight,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let noted = self.meta(&reading_key(mailbox, sight))?;
        Ok(noted.and_then(|text| text.parse().ok()).map(from_millis))
    }

    pub fn set_last_reading(
        &self,
        mailbox: &str,
        sight: Sight,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.set_meta(&reading_key(mailbox, sight), &to_millis(at).to_string())
    }

    /// Why a mailbox has not been read since its last good reading, if that was seen.
    pub fn blind_cause(&self, mailbox: &str) -> Result<Option<Cause>, StoreError> {
        Ok(self
            .meta(&cause_key(mailbox))?
            .and_then(|text| Cause::parse(&text)))
    }

    /// `None`: it is read again.
    pub fn set_blind_cause(&self, mailbox: &str, cause: Option<Cause>) -> Result<(), StoreError> {
        self.set_meta(&cause_key(mailbox), cause.map_or("", Cause::as_str))
    }

    pub fn add_blind(&self, blind: &Blind) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO blind (mailbox, sight, from_at, until_at, cause, late)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                &blind.mailbox,
                blind.sight.as_str(),
                to_millis(blind.from),
                to_millis(blind.until),
                blind.cause.as_str(),
                blind.late,
            ),
        )
    }

    /// Blind periods that reach into the time from `from` until before `until`, oldest first.
    pub fn blind_periods(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<Blind>, StoreError> {
        self.all(
            "SELECT mailbox, sight, from_at, until_at, cause, late FROM blind
             WHERE until_at > ?1 AND from_at < ?2 ORDER BY from_at, id",
            [to_millis(from), to_millis(until)],
            |row| {
                let (sight, cause): (String, String) = (row.get(1)?, row.get(4)?);
                Ok(Blind {
                    mailbox: row.get(0)?,
                    // Names that a newer program wrote: the graver sight, the plainest cause.
                    sight: Sight::parse(&sight).unwrap_or(Sight::Arrivals),
                    from: from_millis(row.get(2)?),
                    until: from_millis(row.get(3)?),
                    cause: Cause::parse(&cause).unwrap_or(Cause::Unreachable),
                    late: row.get(5)?,
                })
            },
        )
    }

    /// Items of a mailbox that wanted to be decided about after `from` and until `until`.
    pub fn wakings(
        &self,
        mailbox: &str,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<u32, StoreError> {
        self.one(
            "SELECT count(*) FROM item WHERE mailbox = ?1 AND wake_at > ?2 AND wake_at <= ?3",
            (mailbox, to_millis(from), to_millis(until)),
            |row| row.get(0),
        )
    }
}

fn reading_key(mailbox: &str, sight: Sight) -> String {
    format!("read.{}.{mailbox}", sight.as_str())
}

fn cause_key(mailbox: &str) -> String {
    format!("blind-cause.{mailbox}")
}
