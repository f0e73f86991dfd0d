//! Sends the report by itself: looks now and then whether one is due, and puts it into the outbox.
//!
//! It reads the register by a connection of its own, beside the engine, since a report of a large
//! register takes a second; only the ready report is handed over in a step of the engine, and the
//! register says that it was.

use super::clock::SystemClock;
use super::shared::Shared;
use crate::config::Config;
use crate::engine::clock_waits;
use crate::ports::Clock;
use crate::report::sending::{self, Prepared, SendingError};
use crate::store::{Access, Store};
use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::time::Duration;

/// How often it is looked whether a report is due.
pub const LOOK: Duration = Duration::from_mins(5);

/// Looks until the stop.
pub(super) async fn run(shared: Arc<Shared>) {
    let mut looked = None;
    loop {
        let (calendar, now) = (&shared.config.calendar, SystemClock.now());
        let today = calendar.local_date(now);
        let finals =
            sending::is_time_for_finals(calendar, now) && looked.replace(today) != Some(today);
        look(&shared, finals).await;
        if !shared.sleep(LOOK).await {
            return;
        }
    }
}

/// Hands over the reports that are due now. A report that cannot be written is noted in the log,
/// and tried again.
pub(super) async fn look(shared: &Shared, finals: bool) {
    if !shared.config.sends_reports() {
        return;
    }
    let (config, now) = (Arc::clone(&shared.config), SystemClock.now());
    let prepared = match tokio::task::spawn_blocking(move || prepare(&config, finals, now)).await {
        Ok(Ok(prepared)) => prepared,
        Ok(Err(error)) => {
            return tracing::error!(%error, "the report could not be made; tried again soon");
        }
        Err(_) => return tracing::error!("the report could not be made; tried again soon"),
    };
    for report in prepared {
        hand_over(shared, report).await;
    }
}

async fn hand_over(shared: &Shared, report: Prepared) {
    let handed = shared.engine.step(move |engine| {
        let done = engine.store().write(|db| sending::hand_over(db, &report))?;
        Ok((done, report.key))
    });
    match handed.await {
        Ok((true, report)) => {
            tracing::info!(report, "the report is on its way");
            shared
                .outbox
                .iter()
                .for_each(tokio::sync::Notify::notify_one);
        }
        Ok((false, _)) => {}
        Err(error) => {
            tracing::error!(%error, "the report could not be handed over; tried again soon");
        }
    }
}

/// A clock that is doubted sends nothing.
fn prepare(
    config: &Config,
    finals: bool,
    now: DateTime<Utc>,
) -> Result<Vec<Prepared>, SendingError> {
    let mut store = Store::open(&config.service.database, Access::Reader)?;
    store.read_out(|db| {
        let doubted = clock_waits(db)?.is_some_and(|waiting| waiting.doubt.is_some());
        if doubted {
            Ok(Vec::new())
        } else {
            sending::prepare(db, config, finals, now)
        }
    })
}
