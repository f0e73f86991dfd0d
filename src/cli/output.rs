//! Standard output whose reader may go away.

use crate::failure::Failure;
use serde::Serialize;
use std::io::{self, Write};

/// Standard output that remembers when its reader has gone (`servicelofte list | head`), however
/// the command that wrote to it reports that.
pub struct Output<W> {
    to: W,
    broken: bool,
}

impl<W: Write> Output<W> {
    pub fn new(to: W) -> Self {
        Self { to, broken: false }
    }

    /// The reader closed its end: no reader is left, and the command is done.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        self.broken
    }

    fn note<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        self.broken |= result
            .as_ref()
            .is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe);
        result
    }
}

impl<W: Write> Write for Output<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes);
        self.note(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.to.flush();
        self.note(flushed)
    }
}

/// Whole text at once; a line end is added.
pub(super) fn write_text(out: &mut dyn Write, text: &str) -> Result<(), Failure> {
    Ok(writeln!(out, "{text}")?)
}

/// One JSON document and a line end.
pub fn write_json(out: &mut dyn Write, value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|e| Failure::Failed(format!("cannot write JSON: {e}")))?;
    write_text(out, &text)
}
