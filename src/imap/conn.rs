//! One connection: a command out, its untagged answers in, its tagged end checked.
//!
//! Promises: every read and write has a deadline; the end of a command is only the tagged line with
//! our own tag, so a closed connection is never taken for an empty answer; NO and BAD are errors
//! with the server's reason; what the parser cannot read, or panics on (`INTERNALDATE NIL`), ends
//! this connection and nothing else; no error text carries what a mail holds. async-imap's own
//! commands, which break these promises, are not used: only its parser is. (It hands all that it
//! reads to the crate `log` at trace level, which nothing in this program listens to.)

use super::command::Command;
use super::guard::{Guard, Oversized};
use crate::ports::MailboxError;
use async_imap::Client;
use async_imap::imap_proto::{MailboxDatum, Outcome, Response, ResponseCode, Status};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use std::io;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufWriter};
use tokio::time::{Instant, timeout};

/// The fault that makes an answer useless to the caller who asked for this value.
pub(super) const FOREIGN: &str = "it holds a value that the protocol does not allow there";

/// Bytes gathered before they are sent: a command; larger mails pass it by.
pub const SENT_BUFFER: usize = 1 << 10;
/// A command may go on for this many of the server's longest silences without progress, however
/// often the server says `* OK`: a byte is a sign of life, not of progress.
pub const SILENCES: u32 = 5;
/// Longest wait of a throttled mailbox, even if the server asks for more.
pub const MAX_THROTTLE: Duration = Duration::from_hours(1);
/// The wait when the server throttles without saying how long.
pub const DEFAULT_THROTTLE: Duration = Duration::from_mins(1);
/// Commands that leave the open folder as EXAMINE described it: news that comes beside them is
/// news.
const CALM: [&str; 5] = ["NOOP", "IDLE", "STATUS", "LIST", "NAMESPACE"];
/// As much of a server's text as goes into an error.
pub const MAX_TEXT: usize = 200;

/// Why a command failed. `Lost` and `Garbled` leave a connection that is of no more use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Closed, silent or broken.
    Lost(String),
    /// An answer that cannot be read, or that is too large. What asked for less may succeed on a
    /// new connection.
    Garbled(String),
    Throttled(Duration),
    /// The token that this connection logged in with has come to its end.
    Expired(String),
    /// Tagged NO or BAD, with the server's reason.
    Refused(String),
}

impl Fault {
    /// Whether another question may do as well: the server would not answer this one, or its answer
    /// cannot be read.
    pub(super) fn is_of_this_answer(&self) -> bool {
        matches!(self, Self::Garbled(_) | Self::Refused(_))
    }
}

impl From<Fault> for MailboxError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Lost(text) | Fault::Garbled(text) => Self::Lost(text),
            Fault::Throttled(wait) => Self::Throttled(wait),
            Fault::Expired(text) => Self::Expired(text),
            Fault::Refused(text) => Self::Refused(text),
        }
    }
}

/// Answers while a command runs.
pub(super) enum Event<T> {
    /// What the caller took from an untagged answer.
    Untagged(T),
    /// The tagged OK.
    Done,
}

/// What a server is spoken to through: a socket, TLS over it, or what a test brings.
pub trait Duplex: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Duplex for S {}

/// One response, as far as the command loop is concerned.
enum Line<T> {
    Untagged(T),
    Tagged { tag: String, ok: bool, text: String },
    Bye(String),
}

tokio::task_local! {
    /// Counts the answers of servers within a task: a sign that its work goes on, however slow they
    /// are.
    pub static ANSWERS: Arc<AtomicU64>;
}

pub(super) struct Conn {
    client: Client<Guard<BufWriter<Box<dyn Duplex>>>>,
    /// `host:port`, for errors.
    server: String,
    /// When the server's certificate ends; `None` without TLS, and until it is reported.
    pub(super) certificate_ends: Option<DateTime<Utc>>,
    /// Longest silence of the server.
    silence: Duration,
    commands: u64,
    /// The running command's tag, its name, and when it must be over.
    running: Option<(String, &'static str, Instant)>,
    /// The open folder may no longer be as EXAMINE described it.
    stirred: bool,
    broken: bool,
    /// What no error may repeat, should the server say it.
    secrets: Vec<String>,
}

impl Conn {
    pub(super) fn new(stream: impl Duplex + 'static, server: String, silence: Duration) -> Self {
        let stream: Box<dyn Duplex> = Box::new(stream);
        let client = Client::new(Guard::new(BufWriter::with_capacity(SENT_BUFFER, stream)));
        Self {
            client,
            server,
            certificate_ends: None,
            silence,
            commands: 0,
            running: None,
            stirred: true,
            broken: false,
            secrets: Vec::new(),
        }
    }

    pub(super) fn server(&self) -> &str {
        &self.server
    }

    /// From now on the server knows this secret; errors will not repeat it.
    pub(super) fn hide(&mut self, secret: &str) {
        self.secrets.push(secret.to_owned());
    }

    /// A server's text without the secrets, cut only then.
    fn masked(&self, text: &str) -> String {
        let hidden = self.secrets.iter().filter(|secret| !secret.is_empty());
        let masked = hidden.fold(text.to_owned(), |text, secret| text.replace(secret, "…"));
        masked.chars().take(MAX_TEXT).collect()
    }

    /// No further command can succeed.
    pub(super) fn is_broken(&self) -> bool {
        self.broken
    }

    /// Whether the server, or a command that lets it pass news over in silence, has been heard
    /// since [`Conn::settle`].
    pub(super) fn is_stirred(&self) -> bool {
        self.stirred
    }

    /// The folder is as EXAMINE has just described it.
    pub(super) fn settle(&mut self) {
        self.stirred = false;
    }

    /// Gives the running command more time.
    pub(super) fn extend(&mut self, time: Duration) {
        if let Some((_, _, end)) = &mut self.running {
            *end += time;
        }
    }

    /// The server's first line; true when it says that we are logged in already (PREAUTH).
    pub(super) async fn greeting(&mut self) -> Result<bool, Fault> {
        let (step, silence) = ("the greeting", self.silence);
        let line = self.read(step, |response| match response {
            Response::Data {
                status: Status::Ok, ..
            } => Some(Line::Untagged(false)),
            Response::Data {
                status: Status::PreAuth,
                ..
            } => Some(Line::Untagged(true)),
            Response::Data {
                status: Status::Bye,
                outcome,
            } => Some(Line::Bye(text_of(outcome))),
            _ => None,
        });
        let Ok(line) = timeout(silence, line).await else {
            return Err(self.give_up(&format!("no answer within {} s", silence.as_secs_f32())));
        };
        match line? {
            Some(Line::Untagged(logged_in)) => Ok(logged_in),
            Some(Line::Bye(text)) => Err(self.said_bye(step, &text)),
            _ => Err(self.lost(step, "this is not an IMAP server: check `host` and `port`")),
        }
    }

    /// Runs a command to its end; `untagged` sees every answer on the way.
    pub(super) async fn exec(
        &mut self,
        command: Command,
        mut untagged: impl FnMut(&Response<'_>) + Send,
    ) -> Result<(), Fault> {
        self.begin(command).await?;
        while let Event::Untagged(()) = self.next(&mut untagged).await? {}
        Ok(())
    }

    /// Sends a command; [`Conn::next`] must follow until it says `Done` or fails.
    pub(super) async fn begin(&mut self, command: Command) -> Result<(), Fault> {
        let step = command.step;
        if command.forged {
            return Err(Fault::Refused(format!(
                "{step}: an argument holds a line break or NUL; it was not sent"
            )));
        }
        if self.broken || self.running.is_some() {
            self.broken = true;
            return Err(self.lost(
                step,
                "an earlier command did not end, so the connection is given up",
            ));
        }
        self.stirred |= !CALM.contains(&step);
        self.commands += 1;
        let tag = format!("S{}", self.commands);
        let first = format!("{tag} ").into_bytes();
        self.running = Some((tag, step, Instant::now() + self.silence * SILENCES));
        self.write(step, &first).await?;
        self.write_parts(&command).await
    }

    async fn write_parts(&mut self, command: &Command) -> Result<(), Fault> {
        let (step, last) = (command.step, command.parts.len() - 1);
        for (at, part) in command.parts.iter().enumerate() {
            self.write(step, part).await?;
            // Text that a literal follows: only after the server's word may it go.
            if at % 2 == 0 && at < last {
                self.write(step, b"\r\n").await?;
                self.flush(step).await?;
                self.go_ahead(step).await?;
            }
        }
        self.write(step, b"\r\n").await?;
        self.flush(step).await
    }

    /// The next answer to the running command: what `take` takes from it, or the end.
    pub(super) async fn next<T>(
        &mut self,
        take: impl FnOnce(&Response<'_>) -> T + Send,
    ) -> Result<Event<T>, Fault> {
        let silence = self.silence;
        match timeout(silence, self.hear(take)).await {
            Ok(heard) => heard,
            Err(_) => Err(self.give_up(&format!("no answer within {} s", silence.as_secs_f32()))),
        }
    }

    /// The connection is lost at the running command.
    pub(super) fn give_up(&mut self, why: &str) -> Fault {
        self.broken = true;
        self.lost(
            self.running
                .as_ref()
                .map_or("the greeting", |running| running.1),
            why,
        )
    }

    /// The same, however long the server is silent. Dropping it in mid-wait loses nothing: the
    /// bytes that had come are kept.
    pub(super) async fn hear<T>(
        &mut self,
        take: impl FnOnce(&Response<'_>) -> T + Send,
    ) -> Result<Event<T>, Fault> {
        let Some((tag, step, end)) = self.running.clone() else {
            return Err(self.lost("reading", "no command is running"));
        };
        if Instant::now() > end {
            self.broken = true;
            return Err(self.lost(step, "the server talks without coming to an end"));
        }
        let line = self.read(step, |response| line_of(step, response, take));
        match line.await? {
            Line::Untagged((taken, news)) => {
                self.stirred |= news;
                Ok(Event::Untagged(taken))
            }
            Line::Bye(text) => Err(self.said_bye(step, &text)),
            Line::Tagged { tag: answered, .. } if answered != tag => {
                self.broken = true;
                Err(self.lost(step, "the server answered a command that was not given"))
            }
            Line::Tagged { ok, text, .. } => {
                self.running = None;
                if ok {
                    Ok(Event::Done)
                } else {
                    Err(self.refused(step, &text))
                }
            }
        }
    }

    /// Sends a line that the running command's `+` asked for.
    pub(super) async fn answer(&mut self, step: &'static str, line: &str) -> Result<(), Fault> {
        self.write(step, line.as_bytes()).await?;
        self.write(step, b"\r\n").await?;
        self.flush(step).await
    }

    /// The running command gave something that was wanted: it may go on as long again.
    pub(super) fn progressed(&mut self) {
        if let Some((_, _, end)) = &mut self.running {
            *end = Instant::now() + self.silence * SILENCES;
        }
    }

    /// Waits for `+`; what else comes is not about this command, but a tagged end is its refusal.
    async fn go_ahead(&mut self, step: &'static str) -> Result<(), Fault> {
        loop {
            match self
                .next(|response| matches!(response, Response::Continue(_)))
                .await?
            {
                Event::Untagged(true) => return Ok(()),
                Event::Untagged(false) => {}
                Event::Done => {
                    self.broken = true;
                    return Err(self.lost(step, "the server ended the command before its data"));
                }
            }
        }
    }

    async fn read<T>(
        &mut self,
        step: &'static str,
        take: impl FnOnce(&Response<'_>) -> T + Send,
    ) -> Result<T, Fault> {
        // The parser may panic; what it leaves behind is not looked at again.
        let read = AssertUnwindSafe(self.client.read_response()).catch_unwind();
        let fault = match read.await {
            Ok(Ok(Some(response))) => {
                // Outside a watched task there is no counter.
                let _ = ANSWERS.try_with(|answers| answers.fetch_add(1, Ordering::Relaxed));
                return Ok(take(response.parsed()));
            }
            Ok(Ok(None)) => self.lost(step, "the server closed the connection"),
            Ok(Err(e)) => self.unreadable(step, &e),
            Err(_panic) => self.garbled(step, FOREIGN),
        };
        self.broken = true;
        Err(fault)
    }

    /// Sends a line that belongs to the running command (DONE).
    pub(super) async fn say(&mut self, line: &str) -> Result<(), Fault> {
        let step = self.running.as_ref().map_or("writing", |running| running.1);
        self.write(step, line.as_bytes()).await?;
        self.write(step, b"\r\n").await?;
        self.flush(step).await
    }

    async fn write(&mut self, step: &'static str, bytes: &[u8]) -> Result<(), Fault> {
        let written = timeout(self.silence, self.client.get_mut().write_all(bytes)).await;
        self.written(step, written)
    }

    async fn flush(&mut self, step: &'static str) -> Result<(), Fault> {
        let flushed = timeout(self.silence, self.client.get_mut().flush()).await;
        self.written(step, flushed)
    }

    fn written(
        &mut self,
        step: &str,
        outcome: Result<io::Result<()>, tokio::time::error::Elapsed>,
    ) -> Result<(), Fault> {
        let fault = match outcome {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(e)) => self.lost(step, &e.to_string()),
            Err(_) => self.lost(
                step,
                &format!("nothing taken within {} s", self.silence.as_secs_f32()),
            ),
        };
        self.broken = true;
        Err(fault)
    }

    /// The parser's own errors quote the buffer, that is the mail: their text is never used.
    fn unreadable(&self, step: &str, e: &io::Error) -> Fault {
        match (
            e.kind(),
            e.get_ref()
                .and_then(|inner| inner.downcast_ref::<Oversized>()),
        ) {
            (_, Some(oversized)) => self.garbled(step, &oversized.to_string()),
            (io::ErrorKind::Other, None) => {
                self.garbled(step, "it is not what the protocol allows")
            }
            (io::ErrorKind::UnexpectedEof, None) => {
                self.lost(step, "the server closed the connection in mid-answer")
            }
            (_, None) => self.lost(step, &e.to_string()),
        }
    }

    pub(super) fn lost(&self, step: &str, why: &str) -> Fault {
        Fault::Lost(format!("{}: connection lost at {step}: {why}", self.server))
    }

    pub(super) fn garbled(&self, step: &str, why: &str) -> Fault {
        Fault::Garbled(format!(
            "{}: the server's answer to {step} cannot be read: {why}",
            self.server
        ))
    }

    fn said_bye(&mut self, step: &str, text: &str) -> Fault {
        let text = &self.masked(text);
        self.broken = true;
        // Exchange's `Session invalidated - AccessTokenExpired`.
        if text.to_ascii_lowercase().contains("accesstokenexpired") {
            return Fault::Expired(format!(
                "{}: the session ended with its token at {step}",
                self.server
            ));
        }
        throttled(text).map_or_else(
            || self.lost(step, &format!("the server said goodbye ({text})")),
            Fault::Throttled,
        )
    }

    fn refused(&mut self, step: &str, text: &str) -> Fault {
        let text = &self.masked(text);
        if let Some(wait) = throttled(text) {
            return Fault::Throttled(wait);
        }
        let lower = text.to_ascii_lowercase();
        // RFC 5530 §3, and Exchange's word for a mailbox server that is away.
        if lower.contains("[unavailable]") || lower.contains("authenticated but not connected") {
            self.broken = true;
            return self.lost(step, &format!("the server cannot serve now ({text})"));
        }
        Fault::Refused(format!("{}: {step} was refused: {text}", self.server))
    }
}

/// News of the open folder that came unasked, or an answer that may hold such news.
pub(super) fn is_news(response: &Response<'_>) -> bool {
    matches!(
        response,
        Response::MailboxData(MailboxDatum::Exists(_))
            | Response::Expunge(_)
            | Response::Vanished { .. }
            | Response::Fetch(..)
    )
}

/// The server's words without control characters; [`Conn::masked`] shortens them.
fn text_of(outcome: &Outcome<'_>) -> String {
    let code = match outcome.code {
        Some(ResponseCode::TryCreate) => TRY_CREATE,
        _ => "",
    };
    let text = outcome.information.as_deref().unwrap_or("no reason given");
    let text: String = code
        .chars()
        .chain(text.chars())
        .filter(|c| !c.is_control())
        .take(4 * MAX_TEXT)
        .collect();
    text.trim().to_owned()
}

/// How a missing folder shows in a refusal's text (RFC 3501 §7.1).
pub(super) const TRY_CREATE: &str = "[TRYCREATE] ";

/// The wait that the server asks for: Exchange's
/// `Request is throttled. Suggested Backoff Time: N milliseconds`.
fn throttled(text: &str) -> Option<Duration> {
    const BACKOFF: &str = "suggested backoff time:";
    let text = text.to_ascii_lowercase();
    let Some(at) = text.find(BACKOFF) else {
        return text.contains("throttled").then_some(DEFAULT_THROTTLE);
    };
    let rest = text[at + BACKOFF.len()..].trim_start();
    let digits = &rest[..rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len())];
    let wait = digits
        .parse()
        .map_or(DEFAULT_THROTTLE, Duration::from_millis);
    Some(wait.min(MAX_THROTTLE))
}

/// What an answer is to the command that runs.
fn line_of<T>(
    step: &str,
    response: &Response<'_>,
    take: impl FnOnce(&Response<'_>) -> T,
) -> Line<(T, bool)> {
    match response {
        Response::Done {
            tag,
            status,
            outcome,
        } => Line::Tagged {
            tag: tag.0.clone(),
            ok: *status == Status::Ok,
            text: text_of(outcome),
        },
        Response::Data {
            status: Status::Bye,
            outcome,
        } if step != "LOGOUT" => Line::Bye(text_of(outcome)),
        other => Line::Untagged((take(other), is_news(other))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throttling_is_read_from_the_text() {
        for (text, wait) in [
            (
                "Request is throttled. Suggested Backoff Time: 27322 milliseconds",
                Some(27_322),
            ),
            ("request is throttled", Some(60_000)),
            ("Suggested Backoff Time: soon", Some(60_000)),
            (
                "Suggested Backoff Time: 99999999999 milliseconds",
                Some(3_600_000),
            ),
            ("no such folder", None),
        ] {
            assert_eq!(throttled(text), wait.map(Duration::from_millis), "{text}");
        }
    }
}
