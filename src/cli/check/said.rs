//! The lines that `check` says, and their count.

use crate::cli::output::write_text;
use crate::failure::Failure;
use std::io::Write;

pub(super) struct Report<'a> {
    pub out: &'a mut dyn Write,
    pub faults: usize,
    pub warnings: usize,
    /// The service would not start with this configuration, and so the exit code is its own.
    pub is_refused: bool,
}

impl<'a> Report<'a> {
    pub fn to(out: &'a mut dyn Write) -> Self {
        Self {
            out,
            faults: 0,
            warnings: 0,
            is_refused: false,
        }
    }

    /// The count, as the end of the command: it has failed when a line was a fault.
    pub fn end(self) -> Result<(), Failure> {
        let told = format!("{} fault(s), {} warning(s)", self.faults, self.warnings);
        if self.is_refused {
            return Err(Failure::Config(vec![told]));
        }
        if self.faults > 0 {
            return Err(Failure::Failed(told));
        }
        write_text(self.out, &told)
    }

    pub fn ok(&mut self, text: &str) -> Result<(), Failure> {
        write_text(self.out, &format!("ok       {text}"))
    }

    pub fn warning(&mut self, text: &str) -> Result<(), Failure> {
        self.warnings += 1;
        write_text(self.out, &format!("warning  {text}"))
    }

    pub fn fault(&mut self, text: &str) -> Result<(), Failure> {
        self.faults += 1;
        write_text(self.out, &format!("fault    {text}"))
    }
}
