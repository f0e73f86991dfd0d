//! How long personal data is kept: is it decided, does it outlast the pledges, and is it done?

use super::said::Report;
use crate::config::Config;
use crate::engine::purge::{Purge, outlook};
use crate::failure::Failure;
use crate::store::{Access, Store};
use chrono::{DateTime, Utc};

pub fn kept(config: &Config, now: DateTime<Utc>, report: &mut Report<'_>) -> Result<(), Failure> {
    let Some(retention) = &config.service.retention else {
        return report.ok(
            "retention: no decision on erasing is configured, personal data is kept for ever; set service.retention when there is one",
        );
    };
    let told = format!(
        "retention: {} month(s) by decision {}",
        retention.months, retention.decision
    );
    let longer = config
        .pledges
        .iter()
        .filter(|pledge| retention.is_shorter_than(pledge.time, now, &config.calendar));
    let longer: Vec<&str> = longer.map(|pledge| pledge.name.as_str()).collect();
    if !longer.is_empty() {
        return report.warning(&format!(
            "{told}: shorter than the time of the pledge(s) {}; who comes back to such an item is not known any more",
            longer.join(", ")
        ));
    }
    let run = Store::open(&config.service.database, Access::Reader)
        .and_then(|mut store| store.read(|db| outlook(db, &config.calendar, retention, now)));
    match run {
        Ok(Purge { items, kept, .. }) if items + kept > 0 => report.ok(&format!(
            "{told}; {items} item(s) to be erased, {kept} kept for now"
        )),
        // Trouble with the register has had its line.
        _ => report.ok(&told),
    }
}
