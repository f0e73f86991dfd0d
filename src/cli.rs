//! Arguments to commands, one file a command; every command writes to the `out` it is given and returns how it ended.

pub mod calendar;
pub mod due;

use serde::Serialize;
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
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(text) | Self::Usage(text) => f.write_str(text),
            Self::Config(lines) => f.write_str(&lines.join("\n")),
        }
    }
}

/// One JSON document and a line end.
fn write_json(out: &mut dyn io::Write, value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|e| Failure::Failed(format!("cannot write JSON: {e}")))?;
    write_text(out, &text)
}

/// Whole text at once; a line end is added.
fn write_text(out: &mut dyn io::Write, text: &str) -> Result<(), Failure> {
    writeln!(out, "{text}").map_err(|e| Failure::Failed(format!("cannot write the answer: {e}")))
}
