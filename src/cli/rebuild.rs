//! `rebuild`: the projections again from the log. Takes the daemon's lock, so that nothing is
//! written meanwhile.

use super::beside;
use super::output::write_text;
use crate::config::Config;
use crate::failure::Failure;
use crate::store::aside::Aside;
use crate::store::{Access, Store, StoreError};
use crate::words::of;
use chrono::{DateTime, Utc};
use std::io::Write;
use std::path::Path;

/// Rebuilds, and prints how many rows were not what the log says.
pub fn run(config: &Config, now: DateTime<Utc>, out: &mut dyn Write) -> Result<(), Failure> {
    let mut store = open(&config.service.database)?;
    let (items, clues, aside) = store.write(|db| {
        let items = db.rebuild_items()?;
        let clues = db.rebuild_clues()?;
        db.rebuild_said()?;
        let told = format!("rebuilt from the log: {items} items and {clues} clues differed");
        db.note(now, &beside::by(), &told)?;
        Ok((items, clues, db.aside()?))
    })?;
    let say = &of(config.service.language).commands;
    write_text(out, &(say.rebuilt)(items, clues))?;
    for Aside { item, why, .. } in &aside {
        write_text(out, &(say.restore)(*item, why))?;
    }
    if aside.is_empty() {
        return Ok(());
    }
    Err(Failure::Failed((say.set_aside)(aside.len())))
}

/// The register, for this process alone. The daemon's access would create a missing one.
fn open(path: &Path) -> Result<Store, StoreError> {
    if !path.exists() {
        return Err(StoreError::Missing(path.to_owned()));
    }
    Store::open(path, Access::Daemon)
}
