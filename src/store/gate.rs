//! What people have said about mail that leaves: lines of the log, and their fold, which every
//! decision asks.

use super::log::as_stored;
use super::{Db, StoreError, from_millis, json};
use crate::domain::event::{Event, Fact};
use crate::domain::gate::Said;
use chrono::{DateTime, Utc};

/// Where the fold is kept.
const SAID: &str = "gate";

/// The lines of the log that it is the fold of.
const LINES: &str = "item IS NULL AND event IN ('went_live', 'paused', 'resumed')";

impl Db<'_> {
    /// What people have said.
    pub fn said(&self) -> Result<Said, StoreError> {
        self.meta(SAID)?.map_or_else(
            || Ok(Said::default()),
            |text| Ok(serde_json::from_str(&text)?),
        )
    }

    /// Writes down what a person says.
    pub fn say(&self, at: DateTime<Utc>, by: &str, fact: Fact) -> Result<Said, StoreError> {
        let event = as_stored(Event {
            at,
            by: by.to_owned(),
            fact,
        });
        self.append(None, &event)?;
        let mut said = self.said()?;
        said.apply(&event);
        self.set_meta(SAID, &json(&said)?)?;
        Ok(said)
    }

    /// All that was said, oldest first.
    pub fn sayings(&self) -> Result<Vec<Event>, StoreError> {
        let mut statement = self.0.prepare_cached(&format!(
            "SELECT at, by, detail FROM log WHERE {LINES} ORDER BY id"
        ))?;
        let mut rows = statement.query([])?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            let fact = serde_json::from_str(&row.get::<_, String>(2)?)?;
            events.push(Event {
                at: from_millis(row.get(0)?),
                by: row.get(1)?,
                fact,
            });
        }
        Ok(events)
    }

    /// Folds the lines of the log again. Returns whether the kept state differed.
    pub fn rebuild_said(&self) -> Result<bool, StoreError> {
        let mut said = Said::default();
        self.sayings()?.iter().for_each(|event| said.apply(event));
        let differs = self.said().ok().as_ref() != Some(&said);
        if differs {
            self.set_meta(SAID, &json(&said)?)?;
        }
        Ok(differs)
    }
}
