//! From the register to figures.

use super::figures::{AlarmFigures, Counter, Figures, PledgeFigures, VERSION, Watching};
use super::figures::{blind, bounds, corrections, folders, rfc3339};
use super::{COMPARED_REPORTS, Period};
use crate::config::Config;
use crate::domain::blind::{Blind, Cause, Sight, longest_gap};
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};

/// The figures of a period as the register has them at `now`, with what has changed since earlier reports.
pub fn gather(db: &Db<'_>, config: &Config, period: Period, now: DateTime<Utc>) -> Result<Figures, StoreError> {
    let calendar = &config.calendar;
    let (from, until) = bounds(period, calendar);
    let mut counter = Counter::new(calendar, now, db.self_reported()?);
    for mailbox in &config.mailboxes {
        mailbox.pledges().for_each(|pledge| counter.expect(&mailbox.name, &pledge.name));
    }
    db.items_received(from, until, |item| counter.count(&item))?;
    let (pledges, mailboxes) = counter.finish();
    let watching = watching(db, config, period, now)?;
    let (opens, closes) = calendar.office_hours;
    let mut figures = Figures {
        version: VERSION,
        organisation: config.organisation.name.clone(),
        from: period.from,
        to: period.to,
        made_at: rfc3339(now, calendar),
        office_hours: format!("{}-{}", opens.format("%H:%M"), closes.format("%H:%M")),
        pledges,
        mailboxes,
        folders: folders(&watching.comparisons, calendar),
        blind: blind(&watching.blind, period, calendar, now),
        alarms: watching.alarms,
        corrections: Vec::new(),
    };
    for report in db.reports_until(period.to, COMPARED_REPORTS)? {
        // What a newer program wrote may have another shape; it is no correction.
        let Ok(then) = serde_json::from_str::<Figures>(&report.figures) else { continue };
        let Some(earlier) = Period::new(report.from, report.to).filter(|_| then.version == VERSION) else { continue };
        let now_counted = if earlier == period { figures.pledges.clone() } else { counted(db, config, earlier, now)? };
        figures.corrections.extend(corrections(&then, &now_counted));
    }
    Ok(figures)
}

/// The pledges of an earlier period, as they are counted now.
fn counted(db: &Db<'_>, config: &Config, period: Period, now: DateTime<Utc>) -> Result<Vec<PledgeFigures>, StoreError> {
    let (from, until) = bounds(period, &config.calendar);
    let mut counter = Counter::new(&config.calendar, now, db.self_reported()?);
    db.items_received(from, until, |item| counter.count(&item))?;
    Ok(counter.finish().0)
}

fn watching(db: &Db<'_>, config: &Config, period: Period, now: DateTime<Utc>) -> Result<Watching, StoreError> {
    let calendar = &config.calendar;
    let (from, until) = bounds(period, calendar);
    let mut blind = db.blind_periods(from, until)?;
    // What has not ended yet is in no table.
    for mailbox in &config.mailboxes {
        let mut seen = None;
        for sight in Sight::ALL {
            let Some(last) = db.last_reading(&mailbox.name, sight)? else { continue };
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
    let alarms = db.alarms(from, until)?.into_iter().map(|alarm| AlarmFigures {
        at: rfc3339(alarm.at, calendar),
        kind: alarm.kind,
        mailbox: alarm.mailbox,
        over: alarm.over,
    });
    Ok(Watching { comparisons: db.comparisons(from, until)?, blind, alarms: alarms.collect() })
}
