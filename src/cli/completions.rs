//! `completions SHELL`: a script that completes commands and options.

use super::command::Arguments;
use crate::failure::Failure;
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;

/// Writes the script.
pub fn run(shell: Shell, out: &mut dyn Write) -> Result<(), Failure> {
    // The generator panics when it cannot write; memory always can.
    let mut script = Vec::new();
    clap_complete::generate(
        shell,
        &mut Arguments::command(),
        "servicelofte",
        &mut script,
    );
    Ok(out.write_all(&script)?)
}
