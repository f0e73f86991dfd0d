//! Log lines: to standard error, so that standard output stays what a script asked for.
//!
//! `RUST_LOG` sets the level (default `info`). Under journald, which stamps each line itself, lines carry no time; on a
//! terminal they are coloured, unless `NO_COLOR` is set.

use std::io::{self, IsTerminal};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

/// Starts logging; once a process, later calls change nothing.
pub fn start() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    let colour = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colour);
    // A line that cannot be written (a full disk, a reader that has gone) must not end the program: to complain of it on
    // the same standard error would panic.
    let lines = lines.with_target(false).log_internal_errors(false);
    // A second subscriber in one process is a test's; the first one stays.
    let _first =
        if std::env::var_os("JOURNAL_STREAM").is_some() { lines.without_time().try_init() } else { lines.try_init() };
}
