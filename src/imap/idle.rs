//! IDLE (RFC 2177): the server says at once that the open folder has changed.
//!
//! Driven command by command, since a closed connection, a refusal and «Still here» must each be
//! kept apart from news. One IDLE is never longer than [`RENEWAL`]; a longer wait begins another.

use super::ImapMailbox;
use super::command::Command;
use super::conn::{Conn, Event, Fault, is_news};
use crate::ports::{Mailbox, MailboxError, Selected};
use async_imap::imap_proto::Response;
use futures_util::FutureExt;
use futures_util::future::FusedFuture;
use std::pin::pin;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// Longest IDLE. RFC 2177 asks for less than 29 minutes, on-premises Exchange cuts at 30, and
/// home-made firewalls forget a silent connection after some minutes; a line every five minutes
/// costs nothing.
pub const RENEWAL: Duration = Duration::from_mins(5);

/// How long the end of an IDLE may take when a stop waits for it; else a server may be as slow as
/// with any command.
pub const ENDING: Duration = Duration::from_secs(15);

/// After this time the first IDLE of an opened folder is begun once more. A message that comes
/// within a millisecond of the opening may be news to no IDLE: Dovecot 2.3 does not hear of a file
/// that is put straight into a Maildir's `cur` just then (a tool that restores or moves mail does
/// that; who delivers uses `new`). It sees it when it looks again two seconds later.
pub const SECOND_LOOK: Duration = Duration::from_secs(3);

impl ImapMailbox {
    /// Whether the server can say by itself that something is new.
    #[must_use]
    pub fn pushes(&self) -> bool {
        self.offered.has("IDLE") && !self.refuses.idle
    }

    /// Waits until a folder may be another than it was `read`, `time` (at most [`RENEWAL`]) is
    /// over, or `until` comes true. Says whether it may be another.
    pub async fn idle(
        &mut self,
        folder: &str,
        read: &Selected,
        time: Duration,
        until: impl Future<Output = ()> + Send,
    ) -> Result<bool, MailboxError> {
        // IDLE announces messages from now on; those that came since the reading are seen here,
        // even if the folder was opened again meanwhile.
        let now = match &self.open {
            Some((_, now)) if !self.is_stirred(folder) => *now,
            _ => self.examine(folder).await?,
        };
        if now != *read {
            return Ok(true);
        }
        if !self.wait_for_news(time.min(RENEWAL), until).await? {
            return Ok(false);
        }
        // Exchange shows what EXISTS announced only to a client that asks once more.
        self.noop().await?;
        Ok(true)
    }

    /// Idles; whether the server has told of anything, or will tell nothing.
    async fn wait_for_news(
        &mut self,
        time: Duration,
        until: impl Future<Output = ()> + Send,
    ) -> Result<bool, MailboxError> {
        let mut until = pin!(until.fuse());
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let second_look = self.opened_at + SECOND_LOOK;
            let is_first = Instant::now() < second_look;
            let part = if is_first {
                left.min(second_look.saturating_duration_since(Instant::now()))
            } else {
                left
            };
            match idle(&mut self.conn, part, until.as_mut()).await {
                Ok(true) => return Ok(true),
                Ok(false) if is_first && !until.is_terminated() && Instant::now() < end => {}
                Ok(false) => return Ok(false),
                Err(Fault::Refused(_)) => {
                    self.refuses.idle = true;
                    return Ok(true);
                }
                Err(fault) => return Err(fault.into()),
            }
        }
    }
}

/// Waits until the server has news, `time` is over, or `until` comes true. Says whether there was
/// news. `Refused` means that this server will not; the connection is still good.
async fn idle(
    conn: &mut Conn,
    time: Duration,
    until: impl Future<Output = ()>,
) -> Result<bool, Fault> {
    conn.begin(Command::new("IDLE", "IDLE")).await?;
    conn.extend(time);
    let mut stops = false;
    let Some(mut news) = begun(conn).await? else {
        return Ok(true);
    };
    if !news {
        match listen(conn, time, until).await? {
            Heard::Nothing => {}
            Heard::Stop => stops = true,
            Heard::News => news = true,
            Heard::End => return Ok(true),
        }
    }
    let ending = async {
        conn.say("DONE").await?;
        while let Event::Untagged(told) = conn.next(is_news).await? {
            news |= told;
        }
        Ok(news)
    };
    if !stops {
        return ending.await;
    }
    match timeout(ENDING, ending).await {
        Ok(ended) => ended,
        Err(_) => Err(conn.give_up(&format!("no answer to DONE within {} s", ENDING.as_secs()))),
    }
}

/// Waits until the server idles; whether it had news by then. `None`: it was over before it began.
async fn begun(conn: &mut Conn) -> Result<Option<bool>, Fault> {
    let mut news = false;
    loop {
        match conn
            .next(|response| (matches!(response, Response::Continue(_)), is_news(response)))
            .await?
        {
            Event::Untagged((true, _)) => return Ok(Some(news)),
            Event::Untagged((false, told)) => news |= told,
            Event::Done => return Ok(None),
        }
    }
}

/// What the server let us hear.
enum Heard {
    Nothing,
    /// The other thing that was waited for happened.
    Stop,
    News,
    /// It ended the command by itself.
    End,
}

async fn listen(
    conn: &mut Conn,
    time: Duration,
    until: impl Future<Output = ()>,
) -> Result<Heard, Fault> {
    let heard = pin!(async {
        loop {
            match conn.hear(is_news).await? {
                Event::Untagged(false) => {}
                Event::Untagged(true) => return Ok(Heard::News),
                Event::Done => return Ok(Heard::End),
            }
        }
    });
    let until = pin!(until);
    tokio::select! {
        biased;
        heard = heard => heard,
        () = until => Ok(Heard::Stop),
        () = tokio::time::sleep(time) => Ok(Heard::Nothing),
    }
}
