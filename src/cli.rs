//! Arguments to commands, one file a command; every command writes to the `out` it is given and returns how it ended.

pub mod preview;

use std::fmt;

/// Why a command failed; `main` prints it on standard error and turns it into the exit code.
#[derive(Debug)]
pub enum Failure {
    /// Exit code 1. One or two lines that say what to do.
    Failed(String),
    /// Exit code 2.
    Usage(String),
    /// Exit code 78: a line for each fault.
    Config(Vec<String>),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(text) | Self::Usage(text) => f.write_str(text),
            Self::Config(lines) => f.write_str(&lines.join("\n")),
        }
    }
}
