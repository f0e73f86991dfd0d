//! The register beside the daemon, for commands that write into it, and the name under which they do.

use super::leads;
use crate::config::Config;
use crate::engine::Engine;
use crate::failure::Failure;
use crate::mail::texts::{Texts, foreign};
use crate::store::{Access, Store};

/// Characters of a login name that are kept.
const LONGEST_USER: usize = 64;

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

/// Who types: the login name behind sudo, else the login name, else the user's name in the system's
/// accounts, else the user's number.
fn user() -> String {
    let environment = ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .filter_map(|name| std::env::var(name).ok());
    environment
        .chain(std::iter::once_with(account).flatten())
        .map(|name| foreign::clip(&foreign::one_line(&name), LONGEST_USER))
        .find(|name| !name.is_empty())
        .unwrap_or_else(|| rustix::process::getuid().as_raw().to_string())
}

/// The account's name, wherever the system keeps its accounts (`nsswitch.conf(5)`).
fn account() -> Option<String> {
    let found = nix::unistd::User::from_uid(nix::unistd::Uid::current());
    found.ok().flatten().map(|user| user.name)
}
