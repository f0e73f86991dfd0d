//! `alarm TEXT`: mails the operator that the service has ended; the service manager runs it then.

use super::command::Arguments;
use super::loading::load_silently;
use crate::config::alarms::Alarms;
use crate::daemon;
use crate::failure::Failure;
use clap::Args;

/// Mails the operator that the service has stopped, by the way of alarms; systemd runs it then
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte alarm \"servicelofte.service has failed\"")]
pub struct AlarmArgs {
    /// The event to tell of
    #[arg(value_name = "TEXT")]
    pub text: String,
}

/// A configuration with faults is most likely why the service has stopped: they are listed too.
pub(super) fn run(arguments: &Arguments, text: &str) -> Result<(), Failure> {
    match load_silently(arguments) {
        Ok(config) => daemon::stopped(Alarms::of(&config).as_ref(), text),
        Err(failure) => match Alarms::load(arguments.config_path()) {
            Some(way) => daemon::stopped(
                Some(&way),
                &format!("{text}; {}", failure.to_string().replace('\n', "; ")),
            ),
            None => Err(failure),
        },
    }
}
