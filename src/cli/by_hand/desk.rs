//! The desk of a command by hand: configuration, register and clock, and refusals in words.

use super::shown;
use crate::cli::arguments::reference;
use crate::cli::beside;
use crate::cli::when::{self, Typed};
use crate::config::{Config, Language};
use crate::domain::item::{Item, ItemId};
use crate::domain::orders::{NoDay, NoNotice, NoReminder, Refusal};
use crate::engine::Engine;
use crate::engine::people::Undone;
use crate::failure::Failure;
use crate::mail::texts::in_words;
use crate::words::by_hand::ByHand;
use crate::words::of;
use chrono::{DateTime, Duration, NaiveDate, Utc};

/// What these commands share.
pub(super) struct Desk {
    pub(super) config: Config,
    pub(super) engine: Engine,
    pub(super) now: DateTime<Utc>,
}

impl Desk {
    pub(super) fn open(config: Config, now: DateTime<Utc>) -> Result<Self, Failure> {
        Ok(Self {
            engine: beside::engine(&config)?,
            config,
            now,
        })
    }

    pub(super) fn language(&self) -> Language {
        self.config.service.language
    }

    pub(super) fn say(&self) -> &'static ByHand {
        &of(self.language()).by_hand
    }

    pub(super) fn carry_out(
        &mut self,
        written: &str,
        work: impl FnOnce(&mut Engine, ItemId, &str) -> Result<Item, Undone>,
    ) -> Result<Item, Failure> {
        let id = self.reference(written)?;
        work(&mut self.engine, id, &beside::by()).map_err(|refusal| self.told(&refusal))
    }

    fn reference(&self, written: &str) -> Result<ItemId, Failure> {
        reference(written, self.config.calendar.local_date(self.now))
    }

    pub(super) fn day(&self, text: &str) -> Result<NaiveDate, Failure> {
        when::day(text, &self.config.calendar)
    }

    pub(super) fn day_if_said(&self, text: Option<&str>) -> Result<Option<NaiveDate>, Failure> {
        text.map(|text| self.day(text)).transpose()
    }

    /// When an item is due, in words.
    pub(super) fn due(&self, item: &Item) -> String {
        let due = item.due.as_ref();
        due.map(|due| in_words::date(self.language(), due.date))
            .unwrap_or_default()
    }

    /// When it was done. A day alone is its end, as late as it can have been, but not after now. A
    /// day before the arrival stays wrong and is refused.
    pub(super) fn done_at(&self, text: &str, written: &str) -> Result<DateTime<Utc>, Failure> {
        let calendar = &self.config.calendar;
        let usage = |why: String| Failure::Usage(format!("--at {why}"));
        let typed = when::read(text, calendar).map_err(usage)?;
        if let Typed::Day(day) = typed {
            let id = self.reference(written)?;
            let last = calendar.closes(day) - Duration::seconds(1);
            let today = calendar.local_date(self.now);
            let item = self.engine.db().item(id)?;
            let arrival = item.map_or(last, |item| item.received_at);
            // The last second of a day can be before what arrived in it.
            let last = if calendar.local_date(arrival) == day {
                last.max(arrival)
            } else {
                last
            };
            return Ok(if day == today {
                last.min(self.now)
            } else {
                last
            });
        }
        typed.exact(calendar).map_err(usage)
    }

    /// Times as the registrar reads them: local.
    fn told(&self, undone: &Undone) -> Failure {
        let words = undone.to_string();
        Failure::Failed(match undone {
            Undone::Refused(
                Refusal::Day(NoDay::InFuture(at) | NoDay::BeforeArrival(at))
                | Refusal::Notice(NoNotice::Left { at, .. } | NoNotice::NotHeld { at, .. })
                | Refusal::Reminder(NoReminder::Already { at, .. }),
            ) => words.replace(&at.to_string(), &shown(*at, &self.config.calendar)),
            _ => words,
        })
    }
}
