//! Log lines: to standard error, so that standard output stays what a script asked for.
//!
//! `RUST_LOG` sets the level (default `info`), `--log-format json` makes each line one JSON object,
//! its fields by name. Under journald, which stamps each line itself, lines carry no time, and
//! begin with their priority (`sd-daemon(3)`), which journald takes off; on a terminal they are
//! coloured, unless `NO_COLOR` is set.

use clap::ValueEnum;
use std::fmt;
use std::io::{self, IsTerminal};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{JsonFields, Writer, format};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// How a log line looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// Starts logging; once a process, later calls change nothing.
pub fn start(shape: LogFormat) {
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::INFO.into())
        .from_env_lossy();
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(is_coloured());
    // A line that cannot be written (a full disk, a reader that has gone) must not end the program:
    // to complain of it on the same standard error would panic.
    let lines = lines.with_target(false).log_internal_errors(false);
    let journal = std::env::var_os("JOURNAL_STREAM").is_some();
    // A second subscriber in one process is a test's; the first one stays.
    let _first = match (shape, journal) {
        (LogFormat::Text, false) => lines.try_init(),
        (LogFormat::Text, true) => lines
            .event_format(Ranked(format().with_target(false).without_time()))
            .try_init(),
        (LogFormat::Json, journal) => {
            let shape = format().json().flatten_event(true).with_target(false);
            let lines = lines.fmt_fields(JsonFields::new());
            if journal {
                lines.event_format(Ranked(shape.without_time())).try_init()
            } else {
                lines.event_format(shape).try_init()
            }
        }
    };
}

/// At a terminal whose user wants colours (no-color.org).
fn is_coloured() -> bool {
    let no_colour = std::env::var_os("NO_COLOR");
    io::stderr().is_terminal() && no_colour.is_none_or(|value| value.is_empty())
}

/// A line with its priority before it.
struct Ranked<F>(F);

impl<S, N, F> FormatEvent<S, N> for Ranked<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        writer.write_str(priority(*event.metadata().level()))?;
        let Self(line) = self;
        line.format_event(context, writer, event)
    }
}

/// The last words of a process that has failed: where journald listens, each line is an error to
/// it.
#[must_use]
pub fn ranked(words: &str) -> String {
    if std::env::var_os("JOURNAL_STREAM").is_none() {
        return words.to_owned();
    }
    words
        .lines()
        .map(|line| format!("{}{line}", priority(Level::ERROR)))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The priorities of `syslog(3)`, as journald reads them.
fn priority(level: Level) -> &'static str {
    match level {
        Level::ERROR => "<3>",
        Level::WARN => "<4>",
        Level::INFO => "<6>",
        _ => "<7>",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("kept").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn each_line_has_its_priority() {
        let kept = Kept::default();
        let writer = kept.clone();
        let lines = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .with_ansi(false);
        let lines = lines
            .event_format(Ranked(format().with_target(false).without_time()))
            .finish();
        tracing::subscriber::with_default(lines, || {
            tracing::error!("a");
            tracing::warn!(mailbox = "kf", "b");
            tracing::info!("c");
        });
        let text = String::from_utf8(kept.0.lock().expect("kept").clone()).expect("text");
        let starts: Vec<&str> = text.lines().map(|line| &line[..3]).collect();
        assert_eq!(starts, ["<3>", "<4>", "<6>"], "{text}");
    }
}
