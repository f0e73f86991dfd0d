//! Erasing personal data after the retention time ([`crate::domain::retention`]): once a day by the
//! daemon, at any time by hand; in small steps, each a transaction that also logs how much was
//! erased and by which decision, so that nothing waits for it.
//!
//! An item goes when all of its conversation may go and no mail that speaks for it waits; a mail of
//! staff goes with its conversation, or by its age when it has none. Not by a clock that cannot be
//! believed: erased data does not come back. At the end the file is tidied up: the write-ahead log
//! is emptied, and the file is written again, whole, when it has not been for
//! [`WRITTEN_ANEW_EVERY`], since pages keep old bytes in their gaps.

use super::Engine;
use super::clock::BELIEVED;
use super::evidence::clues_of_sent;
use super::own::traces_of_sent;
use crate::domain::calendar::Calendar;
use crate::domain::event::Fact;
use crate::domain::item::ItemId;
use crate::domain::retention::{Retention, is_due};
use crate::domain::sent::SentMail;
use crate::domain::steadiness::{Seen, Steadiness};
use crate::store::retention::{BEGINNING, Place};
use crate::store::{Db, StoreError};
use chrono::{DateTime, Duration, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Items, and mails of staff, looked at in one transaction.
pub const BATCH: u32 = 200;

/// How long a file in which something was erased waits to be written again: that costs as much as
/// the register is large.
pub const WRITTEN_ANEW_EVERY: Duration = Duration::days(28);

/// When a run ended last.
const ENDED: &str = "purge.ended";
/// When the file was last written whole.
const ANEW: &str = "purge.anew";
/// `1`: something was erased since the log was emptied, since the file was written whole.
const LOG: &str = "purge.log";
const GAPS: &str = "purge.gaps";

/// How far a run has come, and what it came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purge {
    pub items: u32,
    /// Mails of staff.
    pub sent: u32,
    /// Items that are old enough and kept: the conversation goes on, something of it is on hold, a
    /// mail waits.
    pub kept: u32,
    /// Arrivals of the oldest and the newest of the items.
    pub received: Option<(DateTime<Utc>, DateTime<Utc>)>,
    pub done: bool,
    behind: (Place, Place),
}

impl Default for Purge {
    fn default() -> Self {
        Self {
            items: 0,
            sent: 0,
            kept: 0,
            received: None,
            done: false,
            behind: (BEGINNING, BEGINNING),
        }
    }
}

/// What one step erases.
#[derive(Default)]
struct Batch {
    items: Vec<ItemId>,
    sent: Vec<i64>,
}

/// Which conversations may go, each asked once in a step.
struct Conversations<'a> {
    db: &'a Db<'a>,
    cutoff: DateTime<Utc>,
    over: BTreeMap<ItemId, bool>,
}

impl Conversations<'_> {
    fn is_over(&mut self, conversation: ItemId) -> Result<bool, StoreError> {
        if let Some(known) = self.over.get(&conversation) {
            return Ok(*known);
        }
        let is_over = self.db.is_over(conversation, self.cutoff)?;
        self.over.insert(conversation, is_over);
        Ok(is_over)
    }

    /// Whether it is over; `None`: a mail that belongs to no conversation.
    fn none_waits_in(&mut self, conversation: Option<ItemId>) -> Result<bool, StoreError> {
        conversation.map_or(Ok(true), |conversation| self.is_over(conversation))
    }
}

impl Batch {
    /// Erases it, and logs how much and by which decision.
    fn erase(
        &self,
        db: &Db<'_>,
        retention: &Retention,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Self { items, sent } = self;
        if items.is_empty() && sent.is_empty() {
            return Ok(());
        }
        for item in items {
            db.erase_item(*item, now, by, &retention.decision)?;
        }
        for id in sent {
            let clues = |mail: &SentMail| {
                let traces = traces_of_sent(mail);
                clues_of_sent(mail).into_iter().chain(traces).collect()
            };
            db.erase_sent(*id, clues)?;
        }
        let purged = Fact::Purged {
            items: count(items),
            sent: count(sent),
            months: retention.months,
            decision: retention.decision.clone(),
        };
        db.purged(now, by, purged)?;
        db.set_meta(LOG, "1")?;
        db.set_meta(GAPS, "1")
    }
}

impl Purge {
    /// Looks at the next batch. Reads only.
    fn go_on(&mut self, db: &Db<'_>, cutoff: DateTime<Utc>) -> Result<Batch, StoreError> {
        let resting = db.resting(cutoff, self.behind.0, BATCH)?;
        let old = db.old_sent(cutoff, self.behind.1, BATCH)?;
        self.done = resting.len().max(old.len()) < BATCH as usize;
        let mut conversations = Conversations {
            db,
            cutoff,
            over: BTreeMap::new(),
        };
        let mut batch = Batch::default();
        for row in resting {
            self.behind.0 = row.place;
            if conversations.is_over(row.conversation)? && !db.mail_waits(row.item)? {
                batch.items.push(row.item);
                self.spans(row.received_at);
            } else {
                self.kept += 1;
            }
        }
        for row in old {
            self.behind.1 = row.place;
            if conversations.none_waits_in(row.conversation)? {
                batch.sent.push(row.id);
            }
        }
        self.items += count(&batch.items);
        self.sent += count(&batch.sent);
        Ok(batch)
    }

    fn spans(&mut self, at: DateTime<Utc>) {
        let (oldest, newest) = self.received.unwrap_or((at, at));
        self.received = Some((oldest.min(at), newest.max(at)));
    }
}

fn count<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// How much would be erased at `now`. Writes nothing.
pub fn outlook(
    db: &Db<'_>,
    calendar: &Calendar,
    retention: &Retention,
    now: DateTime<Utc>,
) -> Result<Purge, StoreError> {
    let cutoff = retention.cutoff(now, calendar);
    let mut run = Purge::default();
    while !run.done {
        run.go_on(db, cutoff)?;
    }
    Ok(run)
}

impl Engine {
    /// Whether the daemon should erase now.
    pub fn is_purge_due(&self, now: DateTime<Utc>, at_any_time: bool) -> Result<bool, StoreError> {
        let looked = self.steadiness.believed().is_some();
        if self.municipality.retention.is_none() || self.steadiness.holds() || !looked {
            return Ok(false);
        }
        let calendar = &self.municipality.calendar;
        let last = self.time_of(ENDED)?;
        let is_new_day =
            last.is_none_or(|last| calendar.local_date(last) < calendar.local_date(now));
        Ok(self.purging.is_some() || is_due(last, now, calendar) || at_any_time && is_new_day)
    }

    /// Whether the machine's clock is so far ahead of the last time that the register believed that
    /// nothing may be erased by it.
    pub fn is_clock_doubtful(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let seen =
            Steadiness::since(self.time_of(BELIEVED)?).look(now, None, &self.municipality.calendar);
        Ok(matches!(seen, Seen::Doubted { .. }))
    }

    /// One step of a run; a run that has ended begins again. Without a retention time there is
    /// nothing to do.
    pub fn purge(&mut self, by: &str, now: DateTime<Utc>) -> Result<Purge, StoreError> {
        let municipality = Arc::clone(&self.municipality);
        let Some(retention) = &municipality.retention else {
            return Ok(Purge {
                done: true,
                ..Purge::default()
            });
        };
        let cutoff = retention.cutoff(now, &municipality.calendar);
        let before = self.purging.take().unwrap_or_default();
        let run = self.step(now, |db| {
            let mut run = before;
            run.go_on(db, cutoff)?.erase(db, retention, by, now)?;
            if run.done {
                db.forget_old_mails(cutoff)?;
            }
            Ok(run)
        })?;
        self.purging = Some(run).filter(|run| !run.done);
        Ok(run)
    }

    /// After a run: leaves nothing of the erased data in the files. Whether the write-ahead log
    /// could be emptied; if not, the daemon tries again. `at_once`: the file is written again even
    /// if that was done just before.
    pub fn tidy_up(&mut self, now: DateTime<Utc>, at_once: bool) -> Result<bool, StoreError> {
        let is_set = |engine: &Self, key| {
            Ok::<_, StoreError>(engine.db().meta(key)?.as_deref() == Some("1"))
        };
        let anew = self.time_of(ANEW)?;
        let is_due = at_once || anew.is_none_or(|anew| now - anew >= WRITTEN_ANEW_EVERY);
        let is_due = is_due && is_set(self, GAPS)?;
        let written_anew = if is_due {
            self.store.write_anew()
        } else {
            Ok(())
        };
        if is_due && written_anew.is_ok() {
            self.store.write(|db| {
                db.set_meta(GAPS, "0")?;
                db.set_meta(ANEW, &now.to_rfc3339())
            })?;
        }
        let emptied = !is_set(self, LOG)? || self.store.empty_log()?;
        if emptied {
            self.store.write(|db| {
                db.set_meta(LOG, "0")?;
                db.set_meta(ENDED, &now.to_rfc3339())
            })?;
        }
        // It takes room for a copy of the register. Without that it is tried again the next day,
        // not every minute.
        written_anew.map(|()| emptied)
    }

    fn time_of(&self, key: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self.db().meta(key)?.and_then(|text| text.parse().ok()))
    }
}
