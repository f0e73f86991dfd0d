//! The register as a life begins with it, and the configuration of the next life.

use super::clock::SystemClock;
use super::shared::Shared;
use crate::config::Config;
use crate::engine::{Engine, fit};
use crate::failure::Failure;
use crate::mail::texts::Texts;
use crate::ports::Clock;
use crate::store::{Access, Store};
use std::sync::Arc;

/// The engine, and what of the configuration did not fit the register: a line each.
pub(super) type Opened = (Engine, Vec<String>);

/// Opens the register, and brings to an end whatever an earlier process left half done.
pub(super) fn open(config: &Arc<Config>) -> Result<Opened, Failure> {
    let texts = Texts::new(config.service.language, config.service.templates.as_deref())
        .map_err(Failure::Config)?;
    let store = Store::open(&config.service.database, Access::Daemon)?;
    let (now, municipality) = (SystemClock.now(), config.municipality());
    let refusals = fit::refusals(&store.db(), &municipality)?;
    if !refusals.is_empty() {
        return Err(Failure::Config(refusals));
    }
    let mut engine = Engine::new(store, municipality, texts, now)?;
    engine.resume(now)?;
    let handed = engine.hand_on_unknown(now)?;
    for line in &handed {
        tracing::error!("{line}");
    }
    Ok((engine, handed))
}

/// Reads the configuration again. `None`: it cannot be lived with, and the log says why; the old
/// one stays.
pub(super) async fn renewed(
    shared: &Shared,
    load: &dyn Fn() -> Result<Config, Failure>,
) -> Option<Config> {
    let new = renewed_alone(&shared.config, load)?;
    let municipality = new.municipality();
    match shared
        .engine
        .step(move |engine| fit::refusals(&engine.db(), &municipality))
        .await
    {
        Ok(refusals) if refusals.is_empty() => Some(new),
        Ok(refusals) => {
            for fault in refusals {
                tracing::error!(fault, "{KEPT}");
            }
            None
        }
        Err(error) => {
            tracing::error!(%error, "{KEPT}");
            None
        }
    }
}

const KEPT: &str = "the configuration stays as it was";

/// The same without a look at the register.
pub(super) fn renewed_alone(
    old: &Config,
    load: &dyn Fn() -> Result<Config, Failure>,
) -> Option<Config> {
    let new = match load() {
        Ok(new) => new,
        Err(failure) => {
            for fault in failure.to_string().lines() {
                tracing::error!(fault, "{KEPT}");
            }
            return None;
        }
    };
    if new.service.database != old.service.database {
        tracing::error!("{KEPT}: another `service.database` takes a restart");
        return None;
    }
    if let Err(problems) = Texts::new(new.service.language, new.service.templates.as_deref()) {
        for fault in problems {
            tracing::error!(fault, "{KEPT}");
        }
        return None;
    }
    Some(new)
}
