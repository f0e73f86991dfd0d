//! The configuration, as each command needs it: with or without secrets, with its warnings shown or
//! silent.

use super::arguments::DEFAULT_CONFIG;
use super::command::Arguments;
use super::owner::become_owner;
use super::trial::TrialArgs;
use crate::config::{Config, Fault};
use crate::failure::{EX_CONFIG, Failure};
use std::path::Path;

/// The configuration with its secrets, for commands that reach a server; its warnings are logged.
pub(super) fn load(arguments: &Arguments) -> Result<Config, Failure> {
    let config = load_silently(arguments)?;
    for warning in &config.warnings {
        tracing::warn!("{warning}");
    }
    Ok(config)
}

/// The configuration with its secrets; the caller shows the warnings. Its secrets are read as the
/// service reads them.
pub(super) fn load_silently(arguments: &Arguments) -> Result<Config, Failure> {
    load_without_secrets(arguments)?;
    Config::load(arguments.config_path()).map_err(|faults| told(&faults))
}

/// The configuration without secrets, for commands that reach none. Silent: the daemon and `check`
/// show the warnings.
pub(super) fn load_without_secrets(arguments: &Arguments) -> Result<Config, Failure> {
    let config =
        Config::load_without_secrets(arguments.config_path()).map_err(|faults| told(&faults))?;
    become_owner(&config.service.database)?;
    Ok(config)
}

/// For commands that can do without: `None` when no configuration is named and the usual place has
/// none.
pub(super) fn load_if_any(arguments: &Arguments) -> Result<Option<Config>, Failure> {
    if arguments.config.is_none() && !Path::new(DEFAULT_CONFIG).exists() {
        return Ok(None);
    }
    load_without_secrets(arguments).map(Some)
}

/// A trial needs none; a named one counts, and so does the one at the usual place when nothing else
/// says where the mail is.
pub(super) fn load_for_trial(
    arguments: &Arguments,
    trial: &TrialArgs,
) -> Result<Option<Config>, Failure> {
    let elsewhere = trial.reach.host.is_some() || trial.maildir.is_some() || !trial.mbox.is_empty();
    match (arguments.config.is_some(), elsewhere) {
        (true, true) => load_without_secrets(arguments).map(Some),
        (true, false) => load_silently(arguments).map(Some),
        (false, false) if Path::new(DEFAULT_CONFIG).exists() => load_silently(arguments).map(Some),
        (false, _) => Ok(None),
    }
}

fn told(faults: &[Fault]) -> Failure {
    let passes = faults.iter().all(Fault::passes);
    let lines = faults.iter().map(ToString::to_string).collect();
    if passes {
        Failure::Later(lines, EX_CONFIG)
    } else {
        Failure::Config(lines)
    }
}
