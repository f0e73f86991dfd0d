//! What the compliance report is made of beside items, and the reports that were handed over.

use super::items::LIVE;
use super::{Db, StoreError, from_millis, to_millis};
use crate::domain::effect::Kind;
use crate::domain::item::{Item, ItemId};
use crate::domain::item_id::ITEMS_PER_YEAR;
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// An alarm that has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlarmRow {
    pub at: DateTime<Utc>,
    /// The kind of trouble, as the texts name it.
    pub kind: String,
    /// The mailbox's address, for trouble with one mailbox.
    pub mailbox: Option<String>,
    /// It reported the end of the trouble.
    pub over: bool,
}

/// A report that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRow {
    pub at: DateTime<Utc>,
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Its figures, as JSON.
    pub figures: String,
}

impl Db<'_> {
    /// Items that arrived from `from` until before `until`, in the order of their references.
    pub fn items_received(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        mut each: impl FnMut(Item) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.folds_received(from, until, |fold| each(serde_json::from_str(fold)?))
    }

    /// The same as their JSON, for who need not read all of it.
    pub fn folds_received(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        mut each: impl FnMut(&str) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let first = ItemId::new(from.year() - 1, 0).0;
        let last = ItemId::new(until.year() + 1, ITEMS_PER_YEAR - 1).0;
        let mut statement = self.0.prepare_cached(
            "SELECT item.fold FROM message JOIN item ON item.id = message.id
             WHERE message.id BETWEEN ?1 AND ?2 AND message.received_at >= ?3 AND message.received_at < ?4
             ORDER BY message.id",
        )?;
        let mut rows = statement.query([first, last, to_millis(from), to_millis(until)])?;
        while let Some(row) = rows.next()? {
            each(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)?;
        }
        Ok(())
    }

    /// Every live item, in the order of their references.
    pub fn each_live(&self, mut each: impl FnMut(Item)) -> Result<(), StoreError> {
        let mut statement = self
            .0
            .prepare_cached(&format!("SELECT fold FROM item WHERE {LIVE} ORDER BY id"))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            each(serde_json::from_str(
                row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?,
            )?);
        }
        Ok(())
    }

    /// Mails to staff that left from `from` until before `until`, by mailbox and kind.
    pub fn staff_mails(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<(String, Kind, u32)>, StoreError> {
        self.all(
            "SELECT mailbox, kind, count(*) FROM outbox
             WHERE state = 'sent' AND recipient NOT IN ('citizen', 'operator', 'council')
               AND sent_at >= ?1 AND sent_at < ?2
             GROUP BY mailbox, kind ORDER BY mailbox, kind",
            [to_millis(from), to_millis(until)],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
    }

    pub fn add_alarm(&self, alarm: &AlarmRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO alarm (at, kind, mailbox, over) VALUES (?1, ?2, ?3, ?4)",
            (to_millis(alarm.at), &alarm.kind, &alarm.mailbox, alarm.over),
        )
    }

    /// Alarms that left from `from` until before `until`, oldest first.
    pub fn alarms(
        &self,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Vec<AlarmRow>, StoreError> {
        self.all(
            "SELECT at, kind, mailbox, over FROM alarm WHERE at >= ?1 AND at < ?2 ORDER BY id",
            [to_millis(from), to_millis(until)],
            |row| {
                Ok(AlarmRow {
                    at: from_millis(row.get(0)?),
                    kind: row.get(1)?,
                    mailbox: row.get(2)?,
                    over: row.get(3)?,
                })
            },
        )
    }

    pub fn add_report(&self, report: &ReportRow) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO report (at, from_date, to_date, figures) VALUES (?1, ?2, ?3, ?4)",
            (
                to_millis(report.at),
                report.from.to_string(),
                report.to.to_string(),
                &report.figures,
            ),
        )
    }

    /// The last `limit` reports that were handed over, of periods that ended no later than `until`;
    /// newest first, of each period the last one only.
    pub fn reports_until(
        &self,
        until: NaiveDate,
        limit: u32,
    ) -> Result<Vec<ReportRow>, StoreError> {
        let mut statement = self.0.prepare_cached(
            "SELECT at, from_date, to_date, figures FROM report
             WHERE id IN (SELECT max(id) FROM report WHERE to_date <= ?1 GROUP BY from_date, to_date)
             ORDER BY to_date DESC, from_date DESC LIMIT ?2",
        )?;
        let rows = statement.query_map((until.to_string(), limit), |row| {
            let (from, to): (String, String) = (row.get(1)?, row.get(2)?);
            Ok((from_millis(row.get(0)?), from, to, row.get(3)?))
        })?;
        let mut reports = Vec::new();
        for row in rows {
            let (at, from, to, figures) = row?;
            let day = |text: String| {
                text.parse()
                    .map_err(|_| StoreError::Defect("a report's period is no date".to_owned()))
            };
            reports.push(ReportRow {
                at,
                from: day(from)?,
                to: day(to)?,
                figures,
            });
        }
        Ok(reports)
    }
}
