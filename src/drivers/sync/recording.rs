//! Recording a batch: its certain messages at once, the others after a second look.

use super::add;
use crate::domain::classify::{may_be_meeting, may_wrap_receipt};
use crate::domain::folders::{Role, Watched};
use crate::domain::sent::may_be_reaction;
use crate::drivers::parsing::{Parsed, Parsing};
use crate::drivers::{Interrupted, parsing};
use crate::engine::handle::Handle;
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
    /// May be known under another UID.
    pub(super) doubles: Vec<Arrived>,
    /// Staff answer a mail of ours: their words are to be read.
    pub(super) replies: Vec<Arrived>,
    /// In Sent, and perhaps no answer; from inside, and perhaps a forward; from a scanner, and
    /// perhaps several letters: which parts they have is to be asked.
    pub(super) forms: Vec<Arrived>,
}

impl Rest {
    /// Where a message is kept for its second look; `None`: it needs none.
    fn sort(&mut self, look: Look) -> Option<&mut Vec<Arrived>> {
        match look {
            Look::None => None,
            Look::Double => Some(&mut self.doubles),
            Look::Words => Some(&mut self.replies),
            Look::Form => Some(&mut self.forms),
        }
    }

    fn add(&mut self, more: Self) {
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
    /// Of which more than the header must be seen.
    pub suspects: Vec<Arrived>,
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
        while let Some((late, ready)) = parsing::next(&mut in_order, &mut waiting).await? {
            recorded.tally.given += u32::try_from(late.len() + ready.len()).unwrap_or(0);
            let (late, ready) = self.unsettled((late, ready)).await?;
            recorded.suspects.extend(late);
            let (part, rest) = self.certain(ready).await?;
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
    async fn unsettled(&self, (late, ready): Parsed) -> Result<Parsed, Interrupted> {
        if self.pass == Pass::First {
            return Ok((late, ready));
        }
        let (mailbox, folder) = (self.mailbox.to_owned(), self.folder.clone());
        let now = self.clock.now();
        let step = move |engine: &mut Engine| {
            let late = engine.unsettled(&mailbox, &folder, late, now)?;
            let ready = engine.unsettled(&mailbox, &folder, ready, now)?;
            Ok::<_, StoreError>((late, ready))
        };
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
                let look = look(engine, (&mailbox, &folder), &arrived, start, now)?;
                rest.sort(look).unwrap_or(&mut certain).push(arrived);
            }
            let tally = pass.record(engine, &mailbox, &folder, &certain, now)?;
            Ok::<_, StoreError>((tally, rest, certain))
        };
        // The recorded batch comes back to be dropped here: the engine has more to do.
        let (tally, rest, _) = self.engine.step(step).await?;
        Ok((tally, rest))
    }
}

/// Which second look a message needs.
#[derive(Clone, Copy)]
enum Look {
    None,
    Double,
    Words,
    Form,
}

fn look(
    engine: &Engine,
    (mailbox, folder): (&str, &Watched),
    arrived: &Arrived,
    start: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Look, StoreError> {
    let message = &arrived.message;
    let is_young = arrived.internal_date.is_none_or(|at| at >= start);
    if is_young && engine.wants_words(mailbox, folder, arrived, now)? {
        return Ok(Look::Words);
    }
    if is_young
        && (has_form(folder.role, arrived)
            || engine.may_hold_a_forward(mailbox, folder, message)?)
    {
        return Ok(Look::Form);
    }
    if !engine.alike_before(mailbox, folder, arrived)?.is_empty() {
        return Ok(Look::Double);
    }
    // A scan is known by where it lies: one that may be known is a double first.
    Ok(
        if is_young && engine.may_hold_letters(mailbox, folder, message)? {
            Look::Form
        } else {
            Look::None
        },
    )
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

/// Whether the kinds of its parts say what it is: a reaction of ours in Sent, a receipt below a
/// server's footer, or a calendar's mail.
fn has_form(role: Role, arrived: &Arrived) -> bool {
    match role {
        Role::Sent => may_be_reaction(&arrived.message, arrived.size),
        _ => may_wrap_receipt(&arrived.message) || may_be_meeting(&arrived.message),
    }
}
