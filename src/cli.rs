//! Arguments to commands, one file a command; every command writes to the `out` it is given and
//! returns how it ended.
//!
//! - `list`, `show`: the register, read beside the daemon; `json`, `table`, `wording`: how they say
//!   it
//! - `by_hand`: what the registrar does to an item; `rebuild`: the projections from the log
//! - `init`, `trial`: a first configuration, a first answer; `asking`: a person at a terminal;
//!   `reach`, `survey`, `proposal`: what both need
//! - `letter`: the notice to print of a scanned letter
//! - `away`: who is away or back
//! - `live`: going live, pauses of mail to citizens
//! - `takeover`: the spare host becomes the one that works; `leads`: whether commands that write
//!   belong on this host
//! - `purge`: what the retention time ends
//! - `due`, `calendar`: what the configuration alone can answer
//! - `classify`, `preview`: what the rules say of a mail, and how our mails read
//! - `report`: the compliance report
//! - `export`, `backup`: the whole register out, as lines and as a copy; `whole`: files that are
//!   there whole or not at all; `interrupted`: what goes when a signal ends a command
//! - `alarm`: mail to the operator, for the service manager
//! - `completions`: scripts for the shells
//! - `when`: times as people type them
//! - `man`: manual pages
//! - `arguments`: what is typed behind the smaller ones; `command`: the program's own options, and
//!   the list of all commands, each with the function that it runs
//! - `loading`: the configuration, as each command needs it
//! - `logging`: what goes to standard error, and how
//! - `owner`: as root, the register's owner
//! - `beside`: the register, for commands that write beside the daemon
//! - `tasks`: where a command waits for servers
//!
//! Only commands that are built are offered; the arguments of the others are laid down here, so
//! that their shapes are decided in one place.

pub mod alarm;
mod arguments;
mod asking;
pub mod away;
pub mod backup;
mod beside;
pub mod by_hand;
pub mod calendar;
pub mod check;
pub mod classify;
mod command;
pub mod completions;
pub mod discover;
mod dispatch;
pub mod due;
pub mod export;
pub mod init;
mod interrupted;
pub mod json;
mod leads;
pub mod letter;
pub mod list;
pub mod live;
mod loading;
pub mod logging;
pub mod man;
mod once;
pub mod output;
mod owner;
pub mod postlista;
pub mod preview;
pub mod proposal;
pub mod purge;
pub mod reach;
pub mod rebuild;
pub mod report;
pub mod show;
pub mod survey;
pub mod table;
pub mod takeover;
mod tasks;
pub mod trial;
pub mod when;
pub mod whole;
pub mod wording;

use crate::daemon::SystemClock;
pub use crate::failure::Failure;
use crate::ports::Clock;
pub use arguments::{DEFAULT_CONFIG, ListArgs, ShowArgs, State};
pub use command::Arguments;
use dispatch::Call;
use std::io::Write;

/// Runs the command.
pub fn dispatch(arguments: &Arguments, out: &mut dyn Write) -> Result<(), Failure> {
    let now = SystemClock.now();
    let call = Call {
        arguments,
        now,
        out,
    };
    arguments.command.run(call)
}
