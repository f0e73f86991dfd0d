//! Recording a batch: its certain messages at once, the others after a second look
//! ([`crate::engine::looks`]).

use super::add;
use crate::domain::folders::Watched;
use crate::drivers::parsing::Parsing;
use crate::drivers::{Interrupted, parsing};
use crate::engine::handle::Handle;
use crate::engine::looks::Look;
use crate::engine::{Arrived, Engine, Tally};
use crate::ports::{Clock, Fetched};
use crate::store::StoreError;
use chrono::{DateTime, Utc};
use tokio::sync::mpsc;

/// Whether messages are read in their turn, or once more to prove that nothing is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::drivers) enum Pass {
    First,
    Again,
}

impl Pass {
    fn record(
        self,
        engine: &mut Engine,
        mailbox: &str,
        folder: &Watched,
        batch: &[Arrived],
        now: DateTime<Utc>,
    ) -> Result<Tally, StoreError> {
        match self {
            Self::First => engine.record(mailbox, folder, batch, now),
            Self::Again => engine.record_again(mailbox, folder, batch, now),
        }
    }
}

/// What of a batch must be looked at again before it is recorded.
#[derive(Default)]
pub(super) struct Rest {
    pub(super) suspects: Vec<Arrived>,
    pub(super) doubles: Vec<Arrived>,
    pub(super) replies: Vec<Arrived>,
    pub(super) forms: Vec<Arrived>,
}

impl Rest {
    /// Where a message is kept for its second look.
    fn of(&mut self, look: Look) -> &mut Vec<Arrived> {
        match look {
            Look::Bytes => &mut self.suspects,
            Look::Double => &mut self.doubles,
            Look::Words => &mut self.replies,
            Look::Form => &mut self.forms,
        }
    }

    fn add(&mut self, more: Self) {
        self.suspects.extend(more.suspects);
        self.doubles.extend(more.doubles);
        self.replies.extend(more.replies);
        self.forms.extend(more.forms);
    }
}

/// What the messages of a folder are recorded with.
#[derive(Clone, Copy)]
pub(super) struct Recorder<'a, C> {
    pub engine: &'a Handle,
    pub clock: &'a C,
    pub mailbox: &'a str,
    pub folder: &'a Watched,
    pub start: DateTime<Utc>,
    pub pass: Pass,
}

/// What a window brought.
#[derive(Default)]
pub(super) struct Recorded {
    pub tally: Tally,
    pub rest: Rest,
}

impl<C: Clock> Recorder<'_, C> {
    /// Records the batches of a window as they are parsed.
    pub(super) async fn window(
        &self,
        mut in_order: mpsc::Receiver<Parsing>,
    ) -> Result<Recorded, Interrupted> {
        let mut recorded = Recorded::default();
        let mut waiting = None;
        while let Some(batch) = parsing::next(&mut in_order, &mut waiting).await? {
            recorded.tally.given += u32::try_from(batch.len()).unwrap_or(0);
            let batch = self.unsettled(batch).await?;
            let (part, rest) = self.certain(batch).await?;
            recorded.rest.add(rest);
            add(&mut recorded.tally, part);
        }
        Ok(recorded)
    }

    /// What of a batch is to be parsed: at a second reading little.
    pub(super) async fn changed(&self, batch: Vec<Fetched>) -> Result<Vec<Fetched>, Interrupted> {
        if self.pass == Pass::First {
            return Ok(batch);
        }
        let (mailbox, folder) = (self.mailbox.to_owned(), self.folder.clone());
        let now = self.clock.now();
        let step = move |engine: &mut Engine| engine.changed(&mailbox, &folder, batch, now);
        Ok(self.engine.step(step).await?)
    }

    /// What of it is to be looked at.
    async fn unsettled(&self, batch: Vec<Arrived>) -> Result<Vec<Arrived>, Interrupted> {
        if self.pass == Pass::First {
            return Ok(batch);
        }
        let (mailbox, folder) = (self.mailbox.to_owned(), self.folder.clone());
        let now = self.clock.now();
        let step = move |engine: &mut Engine| engine.unsettled(&mailbox, &folder, batch, now);
        Ok(self.engine.step(step).await?)
    }

    /// Records a batch and gives back the messages that must be looked at again.
    async fn certain(&self, batch: Vec<Arrived>) -> Result<(Tally, Rest), Interrupted> {
        if batch.is_empty() {
            return Ok((Tally::default(), Rest::default()));
        }
        let (mailbox, folder) = (self.mailbox.to_owned(), self.folder.clone());
        let (start, now, pass) = (self.start, self.clock.now(), self.pass);
        let step = move |engine: &mut Engine| {
            let (mut rest, mut certain) = (Rest::default(), Vec::new());
            for arrived in batch {
                match engine.second_look(&mailbox, &folder, &arrived, start, now)? {
                    Some(look) => rest.of(look).push(arrived),
                    None => certain.push(arrived),
                }
            }
            let tally = pass.record(engine, &mailbox, &folder, &certain, now)?;
            Ok::<_, StoreError>((tally, rest, certain))
        };
        // The recorded batch comes back to be dropped here: the engine has more to do.
        let (tally, rest, _) = self.engine.step(step).await?;
        Ok((tally, rest))
    }
}

pub(super) async fn record(
    engine: &Handle,
    mailbox: &str,
    folder: &Watched,
    batch: Vec<Arrived>,
    now: DateTime<Utc>,
    pass: Pass,
) -> Result<Tally, Interrupted> {
    if batch.is_empty() {
        return Ok(Tally::default());
    }
    let (mailbox, folder) = (mailbox.to_owned(), folder.clone());
    Ok(engine
        .step(move |engine| pass.record(engine, &mailbox, &folder, &batch, now))
        .await?)
}
