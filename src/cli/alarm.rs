//! `alarm TEXT`: mails the operator that the service has ended, or that a backup failed; the service
//! manager runs it then.

use super::arguments::AlarmArgs;
use super::command::Arguments;
use super::loading::load_silently;
use crate::config::alarms::Alarms;
use crate::daemon;
use crate::failure::Failure;
use crate::mail::texts::facts::Trouble;

/// The reason for the mail, with the faults of the configuration when it has any.
fn trouble(what: &AlarmArgs, faults: &str) -> Trouble {
    let error = match faults {
        "" => what.text.clone(),
        faults => format!("{}; {faults}", what.text),
    };
    if what.backup {
        Trouble::Backup { error }
    } else {
        Trouble::Stopped { error }
    }
}

/// A configuration with faults is most likely why the service has stopped: they are listed too.
pub(super) fn run(arguments: &Arguments, what: &AlarmArgs) -> Result<(), Failure> {
    match load_silently(arguments) {
        Ok(config) => daemon::tell(Alarms::of(&config).as_ref(), trouble(what, "")),
        Err(failure) => match Alarms::load(arguments.config_path()) {
            Some(way) => {
                let faults = failure.to_string().replace('\n', "; ");
                daemon::tell(Some(&way), trouble(what, &faults))
            }
            None => Err(failure),
        },
    }
}
