//! How far the register can be trusted: blind times, and how the folders compared.

use super::figures::{BlindFigures, FolderFigures};
use super::ground::{bounds, rfc3339};
use crate::config::Config;
use crate::domain::blind::{Blind, Cause, Sight, longest_gap};
use crate::domain::calendar::Calendar;
use crate::domain::coverage::Comparison;
use crate::domain::figures::Ground;
use crate::domain::period::Period;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// Blind periods that are over, and those that last.
pub(super) fn blind(
    db: &Db<'_>,
    config: &Config,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Blind>, StoreError> {
    let mut blind = db.blind_periods(from, until)?;
    for mailbox in &config.mailboxes {
        let mut seen = None;
        for sight in Sight::ALL {
            let Some(last) = db.last_reading(&mailbox.name, sight)? else {
                continue;
            };
            if now - last <= longest_gap(mailbox.poll) || seen == Some(last) || last >= until {
                continue;
            }
            seen = Some(last);
            blind.push(Blind {
                mailbox: mailbox.name.clone(),
                sight,
                from: last,
                until: now,
                cause: db.blind_cause(&mailbox.name)?.unwrap_or(Cause::NotRunning),
                late: db.wakings(&mailbox.name, last, now)?,
            });
        }
    }
    Ok(blind)
}

/// The folders that are left out of the reading, of the mailboxes that have such.
pub(super) fn unread(
    db: &Db<'_>,
    config: &Config,
) -> Result<BTreeMap<String, Vec<String>>, StoreError> {
    let mut unread = BTreeMap::new();
    for mailbox in &config.mailboxes {
        let names = db.unread_folders(&mailbox.name)?;
        if !names.is_empty() {
            unread.insert(mailbox.name.clone(), names);
        }
    }
    Ok(unread)
}

/// Blind periods, cut to the report's.
pub(super) fn told_blind(
    periods: &[Blind],
    period: Period,
    ground: &Ground<'_>,
) -> Vec<BlindFigures> {
    let calendar = ground.days.calendar();
    let (begin, end) = bounds(period, calendar);
    let cut = periods
        .iter()
        .map(|blind| (blind, blind.from.max(begin), blind.until.min(end)));
    cut.filter(|(_, from, until)| from < until)
        .map(|(blind, from, until)| BlindFigures {
            mailbox: blind.mailbox.clone(),
            sight: blind.sight,
            from: rfc3339(from, calendar),
            until: rfc3339(until, calendar),
            lasts: blind.until >= ground.now,
            minutes: u32::try_from((until - from).num_minutes()).unwrap_or(u32::MAX),
            office_minutes: ground.days.office_minutes(from, until),
            cause: blind.cause,
            late: blind.late,
        })
        .collect()
}

/// Folders in the order of their names.
#[must_use]
pub fn folders<'a>(
    comparisons: impl Iterator<Item = &'a Comparison>,
    calendar: &Calendar,
) -> Vec<FolderFigures> {
    let mut folders: BTreeMap<(&str, &str), FolderFigures> = BTreeMap::new();
    for comparison in comparisons {
        let figures = folders
            .entry((&comparison.mailbox, &comparison.folder))
            .or_insert_with(|| FolderFigures {
                mailbox: comparison.mailbox.clone(),
                folder: comparison.folder.clone(),
                compared: 0,
                not_compared: 0,
                last_at: None,
                last_method: None,
                messages: 0,
                sampled: 0,
                found: 0,
                missing: 0,
            });
        if !comparison.method.tells() {
            figures.not_compared += 1;
            continue;
        }
        figures.compared += 1;
        figures.last_at = Some(rfc3339(comparison.at, calendar));
        figures.last_method = Some(comparison.method);
        figures.messages = comparison.on_server;
        figures.sampled += comparison.sampled;
        figures.found += comparison.found;
        figures.missing = comparison.missing;
    }
    folders.into_values().collect()
}
