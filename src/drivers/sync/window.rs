//! One folder, window by window: fetched, parsed and recorded at the same time.

use super::recording::{Pass, Recorded, Recorder, record};
use super::{add, cursor};
use crate::domain::cursor::{MAX_WINDOW, windows};
use crate::domain::folders::Watched;
use crate::drivers::reader::{Progress, Reader};
use crate::drivers::{Interrupted, parsing};
use crate::engine::{Arrived, Tally};
use crate::ports::{Clock, Fetched, Mailbox, Selected};
use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

/// Batches on their way from the server to the register; each is at most the adapter's batch.
pub(in crate::drivers) const BATCHES_UNDER_WAY: usize = 4;

/// Batches that are parsed or wait to be recorded.
const PARSES_UNDER_WAY: usize = 3;

impl<M: Mailbox, C: Clock> Reader<'_, M, C> {
    /// Reads a folder from a UID on, window by window.
    pub(super) async fn windows(
        &mut self,
        folder: &Watched,
        from: u32,
        selected: &Selected,
        modseq: Option<u64>,
        start: DateTime<Utc>,
    ) -> Result<Tally, Interrupted> {
        let mut tally = Tally::default();
        let total = u64::from(selected.uid_next.saturating_sub(from));
        for (first, last) in windows(from, selected.uid_next, selected.exists, MAX_WINDOW) {
            let part = self
                .window(folder, (first, last), start, Pass::First)
                .await?;
            add(&mut tally, part);
            self.advance(folder, &cursor(selected, last.saturating_add(1), modseq))
                .await?;
            let done = u64::from(last.saturating_sub(from)) + 1;
            (self.progress)(Progress {
                folder: folder.name.clone(),
                done: done.min(total),
                total,
            });
        }
        Ok(tally)
    }

    /// Reads one window: one batch streams in while the one before it is parsed and the one before
    /// that is written; suspects come last.
    pub(in crate::drivers) async fn window(
        &mut self,
        folder: &Watched,
        uids: (u32, u32),
        start: DateTime<Utc>,
        pass: Pass,
    ) -> Result<Tally, Interrupted> {
        let (batches, mut received) = mpsc::channel::<Vec<Fetched>>(BATCHES_UNDER_WAY);
        let (under_way, in_order) = mpsc::channel(PARSES_UNDER_WAY);
        let recorder = &Recorder {
            engine: self.engine,
            clock: self.clock,
            mailbox: &self.settings.name,
            folder,
            start,
            pass,
        };
        let parsing = async move {
            while let Some(batch) = received.recv().await {
                let batch = recorder.changed(batch).await?;
                // The recorder has ended with an error of its own, which is reported.
                if !batch.is_empty() && under_way.send(parsing::begin(batch)).await.is_err() {
                    break;
                }
            }
            Ok::<_, Interrupted>(())
        };
        let recording = recorder.window(in_order);
        let (fetched, parsed, rest) =
            tokio::join!(self.mailbox.fetch(uids, batches), parsing, recording);
        let rest = rest?;
        parsed?;
        fetched?;
        self.second_look(folder, rest, pass).await
    }

    /// Records, one by one, also the messages of which more than the header must be seen.
    async fn second_look(
        &mut self,
        folder: &Watched,
        recorded: Recorded,
        pass: Pass,
    ) -> Result<Tally, Interrupted> {
        let Recorded { mut tally, rest } = recorded;
        for double in rest.doubles {
            self.ask_for_doubles(folder, &double).await?;
            add(&mut tally, self.record(folder, double, pass).await?);
        }
        for suspect in rest.suspects {
            let closer = self.look_closer(suspect).await?;
            add(&mut tally, self.record(folder, closer, pass).await?);
        }
        for form in rest.forms {
            let told = self.ask_for_parts(form).await?;
            add(&mut tally, self.record(folder, told, pass).await?);
        }
        for reply in rest.replies {
            let read = self.read_words(reply).await?;
            add(&mut tally, self.record(folder, read, pass).await?);
        }
        Ok(tally)
    }

    async fn record(
        &self,
        folder: &Watched,
        arrived: Arrived,
        pass: Pass,
    ) -> Result<Tally, Interrupted> {
        let (mailbox, now) = (&self.settings.name, self.clock.now());
        record(self.engine, mailbox, folder, vec![arrived], now, pass).await
    }
}
