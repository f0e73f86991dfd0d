//! `alarm TEXT`: mails the operator that the service has ended, or that a backup failed; the service
//! manager runs it then.

use super::command::Arguments;
use super::loading::load_silently;
use crate::config::alarms::Alarms;
use crate::daemon;
use crate::failure::Failure;
use crate::mail::texts::facts::Trouble;
use clap::Args;

/// Mails the operator that the service has stopped, by the way of alarms; systemd runs it then
#[derive(Clone, Debug, Args)]
#[command(after_help = "Example:\n  servicelofte alarm \"servicelofte.service has failed\"")]
pub struct AlarmArgs {
    /// The event to tell of
    #[arg(value_name = "TEXT")]
    pub text: String,
    /// The unit that has failed; of a backup's the mail says that the service itself runs
    #[arg(long, value_name = "NAME", default_value = "")]
    pub unit: String,
}

impl AlarmArgs {
    fn trouble(&self, faults: &str) -> Trouble {
        let parts = [self.unit.as_str(), self.text.as_str(), faults];
        let parts = parts.iter().filter(|part| !part.is_empty());
        let error = parts.copied().collect::<Vec<_>>().join("; ");
        if self.unit.starts_with("servicelofte-backup") {
            Trouble::Backup { error }
        } else {
            Trouble::Stopped { error }
        }
    }
}

/// A configuration with faults is most likely why the service has stopped: they are listed too.
pub(super) fn run(arguments: &Arguments, what: &AlarmArgs) -> Result<(), Failure> {
    match load_silently(arguments) {
        Ok(config) => daemon::tell(Alarms::of(&config).as_ref(), what.trouble("")),
        Err(failure) => match Alarms::load(arguments.config_path()) {
            Some(way) => {
                let faults = failure.to_string().replace('\n', "; ");
                daemon::tell(Some(&way), what.trouble(&faults))
            }
            None => Err(failure),
        },
    }
}
