//! Arguments to a command, its end to an exit code; no logic.

use clap::Parser;
use servicelofte::cli::output::Output;
use servicelofte::cli::{self, Arguments, logging};
use std::io::{self, Write};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(told) => {
            // Help and version come this way too, with 0. When this cannot be written no reader is
            // left.
            let _ = told.print();
            return ExitCode::from(u8::try_from(told.exit_code()).unwrap_or(2));
        }
    };
    logging::start(arguments.log_format);
    let mut out = Output::new(io::stdout().lock());
    let ended = cli::dispatch(&arguments, &mut out).and_then(|()| Ok(out.flush()?));
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if out.is_broken() => ExitCode::SUCCESS,
        Err(failure) => {
            // A closed standard error must not turn the exit code into a panic's.
            let _ = writeln!(io::stderr(), "{}", logging::ranked(&failure.to_string()));
            ExitCode::from(failure.exit_code())
        }
    }
}
