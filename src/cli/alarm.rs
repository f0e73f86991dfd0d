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
    /// It is about a backup: the mail says that the service itself runs
    #[arg(long)]
    pub backup: bool,
}

impl AlarmArgs {
    fn trouble(&self, faults: &str) -> Trouble {
        let error = match faults {
            "" => self.text.clone(),
            faults => format!("{}; {faults}", self.text),
        };
        if self.backup {
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
