//! The ground that figures are counted on: the bounds of a period, its working days, and the pledges
//! as they are kept.

use crate::config::Config;
use crate::domain::blind::Blind;
use crate::domain::calendar::Calendar;
use crate::domain::figures::days::LONGEST;
use crate::domain::figures::sheet::pledge_of;
use crate::domain::figures::sight::Blindness;
use crate::domain::figures::{Ground, Kept, WorkingDays};
use crate::domain::item::Item;
use crate::domain::period::Period;
use chrono::{DateTime, Days, NaiveTime, SecondsFormat, Utc};
use std::collections::HashMap;

/// The longest period of which every day is shown.
pub const LONGEST_BY_DAYS: i64 = 62;

/// The period's first instant, and the first one after it.
#[must_use]
pub fn bounds(period: Period, calendar: &Calendar) -> (DateTime<Utc>, DateTime<Utc>) {
    (
        calendar.instant(period.from, NaiveTime::MIN),
        calendar.closes(period.to),
    )
}

/// An instant as the figures have it.
#[must_use]
pub fn rfc3339(at: DateTime<Utc>, calendar: &Calendar) -> String {
    calendar
        .local(at)
        .to_rfc3339_opts(SecondsFormat::Secs, false)
}

/// The working days of the whole time that is counted, and when no mailbox could be read.
pub(super) fn ground<'a>(
    calendar: &'a Calendar,
    whole: Period,
    now: DateTime<Utc>,
    blind: &[Blind],
) -> Ground<'a> {
    let last = whole.to.max(calendar.local_date(now));
    // A question that waits now may have come long before the period.
    let first = whole
        .from
        .checked_sub_days(Days::new(LONGEST as u64))
        .unwrap_or(whole.from);
    Ground {
        days: WorkingDays::new(calendar, first, last),
        now,
        blind: Blindness::new(blind),
    }
}

/// The pledges, by name.
pub(super) fn kept(config: &Config) -> HashMap<&str, Kept> {
    config
        .pledges
        .iter()
        .map(|pledge| (pledge.name.as_str(), Kept::of(pledge)))
        .collect()
}

/// The pledge of an item as it is kept; by default when the configuration has it no more.
pub(super) fn kept_of(kept: &HashMap<&str, Kept>, item: &Item) -> Kept {
    kept.get(pledge_of(item)).copied().unwrap_or_default()
}
