//! Numbers of references that people have read in mails of ours before a backup was restored, read
//! before any message gets one.

use super::Interrupted;
use super::reader::Reader;
use super::sync::numbers;
use super::sync::window::BATCHES_UNDER_WAY;
use crate::domain::cursor::reconcile;
use crate::domain::folders::Watched;
use crate::mail::parse;
use crate::ports::{Clock, Fetched, Mailbox, MailboxError};
use crate::store::folders::Cursor;
use tokio::sync::mpsc;

/// How many UIDs of Sent are looked through for numbers that people have read; the newest have the
/// highest.
const NUMBERS_LOOKED_FOR: u32 = 2_000;

impl<M: Mailbox, C: Clock> Reader<'_, M, C> {
    /// Looks at the mails sent since the register last saw Sent, for numbers that people have read:
    /// a restored backup must not give them to other messages. It is read in its turn all the same,
    /// after what it answers.
    pub(super) async fn numbers_told(
        &mut self,
        folder: &Watched,
        known: Option<Cursor>,
    ) -> Result<(), Interrupted> {
        let selected = match self.mailbox.examine(&folder.name).await {
            Err(MailboxError::Folder { .. } | MailboxError::Refused(_)) => return Ok(()),
            other => other?,
        };
        let newest = selected.uid_next.saturating_sub(NUMBERS_LOOKED_FOR);
        let first = reconcile(known.map(numbers), &selected).first();
        match first.map(|first| first.max(newest)) {
            Some(first) if selected.exists > 0 && first < selected.uid_next => {
                self.note_numbers((first, selected.uid_next - 1)).await
            }
            _ => Ok(()),
        }
    }

    async fn note_numbers(&mut self, uids: (u32, u32)) -> Result<(), Interrupted> {
        let (batches, mut received) = mpsc::channel::<Vec<Fetched>>(BATCHES_UNDER_WAY);
        let (engine, clock, mailbox) = (self.engine, self.clock, &self.settings.name);
        let noting = async move {
            while let Some(batch) = received.recv().await {
                let mails: Vec<_> = batch
                    .iter()
                    .map(|fetched| parse::message(&fetched.header))
                    .collect();
                let (mailbox, now) = (mailbox.clone(), clock.now());
                engine
                    .step(move |engine| engine.numbers_told(&mailbox, &mails, now))
                    .await?;
            }
            Ok::<_, Interrupted>(())
        };
        let (fetched, noted) = tokio::join!(self.mailbox.fetch(uids, batches), noting);
        noted?;
        Ok(fetched?)
    }
}
