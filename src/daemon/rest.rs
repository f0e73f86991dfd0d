//! Between two readings: in IDLE where the server offers it, else asleep; and the turn to log in.
//!
//! One connection a mailbox, which reads and then idles in the inbox: servers allow few (Dovecot
//! ten a user and address, Exchange throttles by account). The Sent folder has no IDLE of its own:
//! an answer that is seen some seconds later does no harm, since nothing is decided before every
//! folder has been read again.

use super::shared::Shared;
use crate::config::Server;
use crate::drivers::Interrupted;
use crate::imap::ImapMailbox;
use crate::imap::conn::ANSWERS;
use crate::ports::{MailboxError, Selected};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::OwnedSemaphorePermit;

/// After news, before it is read: a burst of messages is read together.
pub const BREATH: Duration = Duration::from_millis(100);

/// An IDLE that is lost sooner than this says that the server, or a firewall, does not tolerate it.
pub const SHORT_IDLE: Duration = Duration::from_mins(1);

/// After this many such losses in a row the mailbox is polled until the process ends.
pub const MOST_SHORT_IDLES: u32 = 3;

/// Waits for the turn to log in, alive all the while. `None` only for a server that is not in the
/// configuration.
pub(super) async fn turn(
    shared: &Shared,
    index: usize,
    server: &Server,
) -> Option<OwnedSemaphorePermit> {
    let door = shared.doors.at(server)?;
    alive(shared, index, door.acquire_owned()).await.ok()
}

/// Awaits something with a sign of life now and then.
async fn alive<T>(shared: &Shared, index: usize, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        shared.pulse.beat(index);
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(shared.pulse.longest_wait()) => {}
        }
    }
}

/// Awaits a round, alive as long as the server answers: slow is not hung.
pub(super) async fn answered<T>(shared: &Shared, index: usize, work: impl Future<Output = T>) -> T {
    let answers = Arc::new(AtomicU64::new(0));
    let mut seen = 0;
    let mut work = std::pin::pin!(ANSWERS.scope(Arc::clone(&answers), work));
    loop {
        tokio::select! {
            done = &mut work => return done,
            () = tokio::time::sleep(shared.pulse.longest_wait()) => {
                let now = answers.load(Ordering::Relaxed);
                if std::mem::replace(&mut seen, now) != now {
                    shared.pulse.beat(index);
                }
            }
        }
    }
}

/// Awaits a connection with a sign of life now and then: each of its steps has its own end.
pub(super) async fn connecting<T>(
    shared: &Shared,
    index: usize,
    work: impl Future<Output = T>,
) -> T {
    alive(shared, index, work).await
}

/// Sleeps, alive all the while. Says whether to go on.
pub(super) async fn doze(shared: &Shared, index: usize, time: Duration) -> bool {
    alive(shared, index, shared.sleep(time)).await
}

/// How IDLE has gone with one mailbox.
#[derive(Debug, Default)]
pub(super) struct Idling {
    short: u32,
}

impl Idling {
    /// Waits until `inbox` is another than it was read, at most `time`. Says whether to go on.
    pub async fn rest(
        &mut self,
        shared: &Shared,
        index: usize,
        time: Duration,
        inbox: Option<(&mut ImapMailbox, (String, Selected))>,
    ) -> Result<bool, Interrupted> {
        let end = Instant::now() + time;
        let Some((open, (folder, read))) = inbox else {
            return Ok(doze(shared, index, time).await);
        };
        while open.pushes() && self.short < MOST_SHORT_IDLES && Instant::now() < end {
            let news = self
                .idle(shared, index, open, (&folder, &read), end)
                .await?;
            self.short = 0;
            if shared.is_stopping() {
                return Ok(false);
            }
            if news {
                return Ok(doze(shared, index, BREATH).await);
            }
        }
        Ok(doze(shared, index, end.saturating_duration_since(Instant::now())).await)
    }

    /// Idles until there is news, or the end. An idling that breaks off at once is counted.
    async fn idle(
        &mut self,
        shared: &Shared,
        index: usize,
        open: &mut ImapMailbox,
        (folder, read): (&str, &Selected),
        end: Instant,
    ) -> Result<bool, MailboxError> {
        let begun = Instant::now();
        let mut stop = shared.stop.clone();
        let until = async move { drop(stop.wait_for(|stop| *stop).await) };
        let idle = open.idle(folder, read, end.saturating_duration_since(begun), until);
        let news = alive(shared, index, idle).await;
        let is_short = begun.elapsed() < SHORT_IDLE;
        if matches!(news, Err(MailboxError::Lost(_))) && is_short {
            self.short += 1;
        }
        news
    }
}
