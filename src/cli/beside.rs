//! The register beside the daemon, for commands that write into it, and the name under which they do.

use super::by_hand::user;
use super::leads;
use crate::config::Config;
use crate::engine::Engine;
use crate::failure::Failure;
use crate::mail::texts::Texts;
use crate::store::{Access, Store};

/// Only where this host leads. No mail is written here; a municipality's broken template must not
/// keep anyone from closing an item.
pub(super) fn engine(config: &Config) -> Result<Engine, Failure> {
    leads::here(config)?;
    let store = Store::open(&config.service.database, Access::Command)?;
    let texts = Texts::new(config.service.language, None).map_err(Failure::Config)?;
    Ok(Engine::beside(store, config.municipality(), texts))
}

/// As the log has the person who types.
pub(super) fn by() -> String {
    format!("cli:{}", user())
}
