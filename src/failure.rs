//! How a command ends when it does not succeed: for `main`, the commands and the daemon, which is
//! one of them.

use crate::store::StoreError;
use std::{fmt, io};

/// Why a command failed; `main` prints it on standard error and turns it into the exit code.
#[derive(Debug)]
pub enum Failure {
    /// Exit code 1. One or two lines that say what to do.
    Failed(String),
    /// Exit code 2.
    Usage(String),
    /// Exit code 78: a line for each fault.
    Config(Vec<String>),
    /// What time can mend, a line for each, and the exit code of a command that does not wait for
    /// it.
    Later(Vec<String>, u8),
}

/// `EX_CONFIG` of sysexits.h.
pub const EX_CONFIG: u8 = 78;

impl Failure {
    /// What the process ends with; 78 is `EX_CONFIG` of sysexits.h, which the unit does not restart
    /// on.
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Failed(_) => 1,
            Self::Usage(_) => 2,
            Self::Config(_) => EX_CONFIG,
            Self::Later(_, code) => *code,
        }
    }

    /// Whether waiting may help.
    #[must_use]
    pub fn passes(&self) -> bool {
        matches!(self, Self::Later(..))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(text) | Self::Usage(text) => f.write_str(text),
            Self::Config(lines) | Self::Later(lines, _) => f.write_str(&lines.join("\n")),
        }
    }
}

/// What the register could not do; its texts say what to do.
impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Locked(_)
            | StoreError::Full
            | StoreError::Busy
            | StoreError::Io(_)
            | StoreError::ReadOnly
            | StoreError::Open { .. } => Self::Later(vec![error.to_string()], 1),
            // A start without the file would begin with an empty register: only a person can mend
            // that.
            StoreError::Moved { .. } => Self::Config(vec![error.to_string()]),
            other => Self::Failed(other.to_string()),
        }
    }
}

/// What could not be written. A reader that went away is not a failure:
/// [`crate::cli::output::Output`] remembers it for `main`.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Failed(format!("cannot write the output: {error}"))
    }
}
