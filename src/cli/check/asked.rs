//! Asking a server while a person waits.

use crate::failure::Failure;
use crate::imap::ImapMailbox;
use crate::ports::{Fetched, Mailbox, MailboxError, Selected};
use std::time::Duration;
use tokio::sync::mpsc;

/// The longest that one server may take to answer; `check` is for people who wait.
const PATIENCE: Duration = Duration::from_secs(30);

/// The last UIDs of an inbox that are looked at: some of them may be gone.
const LOOKED_AT: u32 = 20;

/// Why the look at a mailbox broke off.
pub(super) enum Broken {
    Server(MailboxError),
    /// The lines can no longer be written.
    Report(Failure),
}

impl From<MailboxError> for Broken {
    fn from(error: MailboxError) -> Self {
        Self::Server(error)
    }
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self::Report(failure)
    }
}

/// What the server answers, if it does so in time.
pub(super) async fn within<T>(
    work: impl Future<Output = Result<T, MailboxError>>,
) -> Result<T, MailboxError> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(ended) => ended,
        Err(_) => Err(MailboxError::Lost(format!(
            "no answer within {} s; look at the server",
            PATIENCE.as_secs()
        ))),
    }
}

/// The newest messages of the open inbox.
pub(super) async fn newest(
    inbox: &Selected,
    connection: &mut ImapMailbox,
) -> Result<Vec<Fetched>, MailboxError> {
    let last = inbox.uid_next.saturating_sub(1);
    if inbox.exists == 0 || last == 0 {
        return Ok(Vec::new());
    }
    let (batches, mut received) = mpsc::channel::<Vec<Fetched>>(1);
    let all = async {
        let mut all = Vec::new();
        while let Some(batch) = received.recv().await {
            all.extend(batch);
        }
        all
    };
    let uids = (last.saturating_sub(LOOKED_AT - 1).max(1), last);
    let (fetched, all) = tokio::join!(within(connection.fetch(uids, batches)), all);
    fetched.map(|()| all)
}
