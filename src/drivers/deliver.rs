//! Deliver: hands over what the outbox holds, settles doubts by looking for the mail itself, and
//! puts copies into Sent.

use super::Interrupted;
use crate::domain::folders::{Role, Watched};
use crate::domain::refusal::{Proof, Refusals};
use crate::engine::became::Lost;
use crate::engine::delivery::{Found, Job};
use crate::engine::handle::Handle;
use crate::ports::{Clock, Delivered, Mailbox, MailboxError, Transport};
use crate::store::outbox::OutboxRow;
use chrono::Duration;
use std::sync::atomic::{AtomicBool, Ordering};

/// How a round of sending went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Handed {
    pub accepted: usize,
    /// The last reason why a mail had to wait; the server or the way to it is at fault.
    pub deferred: Option<String>,
    /// Why the server takes nothing from us, if so: an operator must act.
    pub barred: Option<String>,
    /// Mails that were given up.
    pub lost: Vec<Lost>,
    /// Mails that may or may not have been accepted.
    pub unknown: usize,
    /// Why the server did not take the copy of a mail that it took, the last time.
    pub copy_refused: Option<String>,
}

impl Handed {
    /// Both, one after the other.
    #[must_use]
    pub fn and(mut self, later: Self) -> Self {
        self.lost.extend(later.lost);
        Self {
            accepted: self.accepted + later.accepted,
            deferred: later.deferred.or(self.deferred),
            barred: later.barred.or(self.barred),
            lost: self.lost,
            unknown: self.unknown + later.unknown,
            copy_refused: later.copy_refused.or(self.copy_refused),
        }
    }
}

/// After this many refusals for our own sake, or delays for no reader's sake, without a mail that
/// was taken: the next mail would fare alike. More than one, since a reader's server may speak of
/// the sender and mean that one reader.
pub const MAX_BARRED: usize = 3;

/// Sends all that is due, as long as `go_on` says so. Stops where the next mail would fare no
/// better. A mail that was put off for its reader's sake holds up no other.
pub async fn send_due<T: Transport, C: Clock>(
    engine: &Handle,
    mailbox: &str,
    transport: &mut T,
    clock: &C,
    go_on: impl Fn() -> bool,
) -> Result<Handed, Interrupted> {
    // This is the only sender of the mailbox: a mail that is still `sending` broke off, and no
    // other sender would take it up.
    let (name, now) = (mailbox.to_owned(), clock.now());
    engine
        .step(move |engine| engine.resume_one(&name, now))
        .await?;
    let mut round = Round::default();
    while go_on() && !round.is_over {
        let Some(job) = next_job(engine, mailbox, transport, clock).await? else {
            break;
        };
        if let Some(outcome) = hand_over(engine, &job, transport, clock).await {
            round.takes(engine, clock, &job, outcome).await?;
        } else {
            let (id, now) = (job.id, clock.now());
            engine.step(move |engine| engine.put_back(id, now)).await?;
        }
    }
    round.end(engine, clock).await
}

/// The next mail, when the transport may take one.
async fn next_job<T: Transport, C: Clock>(
    engine: &Handle,
    mailbox: &str,
    transport: &mut T,
    clock: &C,
) -> Result<Option<Job>, Interrupted> {
    let (name, now) = (mailbox.to_owned(), clock.now());
    let has_job = engine
        .step(move |engine| engine.has_job(&name, now))
        .await?;
    if !has_job || !transport.turn().await {
        return Ok(None);
    }
    let (name, now) = (mailbox.to_owned(), clock.now());
    let job = engine.step(move |engine| engine.next_job(&name, now)).await;
    job.map_err(Interrupted::from)
}

/// A round of sending. Refusals that name their reader are held to its end, when it shows whom they
/// are about; a crash before that leaves their mails in the queue.
#[derive(Default)]
struct Round {
    handed: Handed,
    refusals: Refusals,
    held: Vec<(i64, String, Delivered)>,
    /// Failures in a row that the next mail may share.
    alike: usize,
    is_over: bool,
}

impl Round {
    async fn takes<C: Clock>(
        &mut self,
        engine: &Handle,
        clock: &C,
        job: &Job,
        outcome: Delivered,
    ) -> Result<(), Interrupted> {
        let to = job.envelope.to.first().cloned().unwrap_or_default();
        match &outcome {
            Delivered::NoReader(why) | Delivered::PutOff(why) => {
                self.refusals
                    .refused(job.envelope.from.as_deref(), &to, why);
                self.is_over = self.refusals.is_hopeless();
                self.held.push((job.id, to, outcome));
                return Ok(());
            }
            Delivered::Accepted(_) | Delivered::Partly { .. } => {
                self.refusals.taken(job.envelope.from.as_deref(), &to);
                self.alike = 0;
            }
            Delivered::Barred(_) | Delivered::Later(_) => self.alike += 1,
            Delivered::Deferred(_) => self.is_over = true,
            Delivered::Rejected(_) | Delivered::Unknown(_) => {}
        }
        self.is_over |= self.alike >= MAX_BARRED;
        self.note(engine, clock, job.id, outcome).await
    }

    /// Writes down how an attempt ended.
    async fn note<C: Clock>(
        &mut self,
        engine: &Handle,
        clock: &C,
        id: i64,
        outcome: Delivered,
    ) -> Result<(), Interrupted> {
        let (now, told) = (clock.now(), outcome.clone());
        let handed = &mut self.handed;
        handed.lost.extend(
            engine
                .step(move |engine| engine.delivered(id, &told, now))
                .await?,
        );
        match outcome {
            Delivered::Accepted(_) => handed.accepted += 1,
            Delivered::Partly { refused, .. } => {
                handed.accepted += 1;
                handed.copy_refused = refused.into_iter().next_back().map(|refused| refused.why);
            }
            Delivered::PutOff(_) | Delivered::NoReader(_) | Delivered::Rejected(_) => {}
            Delivered::Unknown(_) => handed.unknown += 1,
            Delivered::Barred(why) => handed.barred = Some(why),
            Delivered::Deferred(why) | Delivered::Later(why) => handed.deferred = Some(why),
        }
        Ok(())
    }

    async fn end<C: Clock>(mut self, engine: &Handle, clock: &C) -> Result<Handed, Interrupted> {
        if !self.held.is_empty() {
            let now = clock.now();
            let earlier = engine.step(move |engine| engine.refusals(now)).await?;
            self.refusals.join(earlier);
        }
        for (id, to, outcome) in std::mem::take(&mut self.held) {
            let outcome = believed(outcome, &to, &self.refusals);
            self.note(engine, clock, id, outcome).await?;
        }
        Ok(self.handed)
    }
}

/// What a refusal that names its reader comes to, beside all others.
fn believed(outcome: Delivered, to: &str, refusals: &Refusals) -> Delivered {
    let (Delivered::NoReader(why) | Delivered::PutOff(why)) = &outcome else {
        return outcome;
    };
    match (refusals.proof(to, why), outcome) {
        (Proof::Us, Delivered::NoReader(why)) => Delivered::Barred(format!(
            "{why} (readers of several domains are refused alike, so this is about us)"
        )),
        (Proof::Us, Delivered::PutOff(why)) => Delivered::Later(why),
        (Proof::Unclear, Delivered::NoReader(why) | Delivered::PutOff(why)) => {
            Delivered::PutOff(why)
        }
        (_, outcome) => outcome,
    }
}

/// `None`: it had become wrong by the time of the server's go-ahead, and did not leave.
async fn hand_over<T: Transport, C: Clock>(
    engine: &Handle,
    job: &Job,
    transport: &mut T,
    clock: &C,
) -> Option<Delivered> {
    let id = job.id;
    let wrong = AtomicBool::new(false);
    let noting = async {
        let now = clock.now();
        match engine.step(move |engine| engine.committing(id, now)).await {
            Ok(true) => Ok(()),
            Ok(false) => {
                wrong.store(true, Ordering::Relaxed);
                Err("it has become wrong".to_owned())
            }
            Err(undone) => Err(undone.to_string()),
        }
    };
    transport.says(&job.saying);
    let outcome = transport.send(&job.envelope, noting).await;
    if wrong.load(Ordering::Relaxed) {
        None
    } else {
        Some(outcome)
    }
}

/// Looks for doubtful mails by their Message-ID in every watched folder, from where it ended before
/// the mail was handed over. A search that breaks off settles nothing. Returns those that were
/// given up.
pub async fn settle_doubts<M: Mailbox, C: Clock>(
    engine: &Handle,
    mailbox: &str,
    folders: &[Watched],
    reader: &mut M,
    clock: &C,
) -> Result<Vec<Lost>, Interrupted> {
    let name = mailbox.to_owned();
    let doubtful = engine.step(move |engine| engine.doubtful(&name)).await?;
    let mut open: Vec<(OutboxRow, Found)> =
        doubtful.into_iter().map(|row| (row, Found::No)).collect();
    for folder in folders.iter().rev() {
        if open.iter().any(|(_, found)| *found != Found::Yes) {
            look_for(&mut open, folder, reader).await?;
        }
    }
    let now = clock.now();
    let mut lost = Vec::new();
    for (row, found) in open {
        let settling = engine.step(move |engine| engine.settle_doubt(row.id, found, now));
        lost.extend(settling.await?);
    }
    Ok(lost)
}

/// Looks in one folder for the mails that were not found yet.
async fn look_for<M: Mailbox>(
    open: &mut [(OutboxRow, Found)],
    folder: &Watched,
    reader: &mut M,
) -> Result<(), Interrupted> {
    let selected = reader.examine(&folder.name).await?;
    for (row, found) in open.iter_mut().filter(|(_, found)| *found != Found::Yes) {
        let known = row
            .seek
            .get(&folder.name)
            .filter(|(validity, _)| *validity == selected.uid_validity);
        let from = known.map_or(1, |(_, from)| *from);
        match reader.find(&row.message_id, from).await {
            Ok(uids) if uids.is_empty() => {}
            Ok(_) => *found = Found::Yes,
            Err(MailboxError::Refused(_)) => *found = Found::Refused,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// How the copies of sent mails came into Sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Copies {
    pub saved: usize,
    /// Why the server did not take one that still waits, the last time: quota, rights. The others
    /// were tried all the same.
    pub refused: Option<String>,
}

/// A copy that the server refuses is not worth more, from the hour in which its mail left: who
/// looks for it in Sent looks the same day.
const WORTH: Duration = Duration::days(1);

/// Puts copies of sent mails into the first Sent folder, unless they are there already.
pub async fn save_copies<M: Mailbox, C: Clock>(
    engine: &Handle,
    mailbox: &str,
    folders: &[Watched],
    reader: &mut M,
    clock: &C,
) -> Result<Copies, Interrupted> {
    let mut copies = Copies::default();
    let Some(sent) = folders.iter().find(|folder| folder.role == Role::Sent) else {
        return Ok(copies);
    };
    let name = mailbox.to_owned();
    let rows = engine.step(move |engine| engine.db().unsaved(&name));
    let mut refused = Vec::new();
    for row in rows.await? {
        match save_copy(&sent.name, &row, reader).await {
            Ok(()) => {
                copies.saved += 1;
                engine.step(move |engine| engine.saved(row.id)).await?;
            }
            Err(MailboxError::Refused(why) | MailboxError::Folder { why, .. }) => {
                copies.refused = Some(why);
                refused.push(row);
            }
            Err(error) => return Err(error.into()),
        }
    }
    if give_up(engine, refused, copies.saved > 0, clock).await? == 0 {
        copies.refused = None;
    }
    Ok(copies)
}

/// Gives up the old ones of the copies that the server `refused`, and says how many wait on. While
/// it takes none, the youngest is tried for ever: only that shows when it takes them again.
async fn give_up(
    engine: &Handle,
    mut refused: Vec<OutboxRow>,
    takes_others: bool,
    clock: &impl Clock,
) -> Result<usize, Interrupted> {
    // By a clock that is not believed none is old.
    if engine.step(|engine| Ok(engine.is_clock_held())).await? {
        return Ok(refused.len());
    }
    let youngest = refused.pop_if(|_| !takes_others);
    let mut waiting = usize::from(youngest.is_some());
    for row in refused {
        if clock.now() - row.tried_at.unwrap_or(row.created_at) <= WORTH {
            waiting += 1;
        } else {
            engine.step(move |engine| engine.saved(row.id)).await?;
        }
    }
    Ok(waiting)
}

async fn save_copy(
    sent: &str,
    row: &OutboxRow,
    reader: &mut impl Mailbox,
) -> Result<(), MailboxError> {
    reader.examine(sent).await?;
    if reader.find(&row.message_id, 1).await?.is_empty() {
        reader.append(sent, &row.mail).await
    } else {
        Ok(())
    }
}
