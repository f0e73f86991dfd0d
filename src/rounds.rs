//! One round of one mailbox, the only one there is: the daemon, `run --once` and the simulation run
//! it. It reads the mailbox, settles doubts, decides, hands over if it has a transport, puts copies
//! into Sent, compares, and erases.
//!
//! Each job has a result of its own. What fails keeps only that from going on which depends on it:
//! without a complete reading nothing is looked for, copied, compared or erased; when the
//! connection ends, the jobs that need it wait for the next round. [`judge`] says what a round
//! means for alarms and for the pause after it.

pub mod health;
pub mod judge;
pub mod pause;

use crate::config;
use crate::domain::coverage::Comparison;
use crate::domain::folders::Watched;
use crate::domain::gate::Gate;
use crate::domain::steadiness::Seen;
use crate::drivers::deliver::{Copies, Handed, save_copies, send_due, settle_doubts};
use crate::drivers::erase::daily;
use crate::drivers::reader::{Progress, Reader};
use crate::drivers::sync::Reported;
use crate::drivers::{Interrupted, cause_of};
use crate::engine::Decided;
use crate::engine::became::Lost;
use crate::engine::handle::Handle;
use crate::engine::purge::Purge;
use crate::ports::{Clock, Mailbox, MailboxError, Transport};
use crate::store::aside::Aside;

/// Decisions in one round, each about a bounded number of items. A round that is not settled by
/// then goes on in the next.
const DECISIONS: usize = 50;

/// Who makes rounds: one mailbox's settings, and everything that stays the same from round to
/// round.
pub struct Rounds<'a, C> {
    pub engine: &'a Handle,
    pub settings: &'a config::Mailbox,
    pub clock: &'a C,
    /// Erases at any time of the day, not only at night.
    pub at_any_time: bool,
    pub progress: &'a (dyn Fn(Progress) + Send + Sync),
    /// Called when it is decided: the outbox may hold something.
    pub decided: &'a (dyn Fn() + Send + Sync),
}

/// `None`: it was not its turn.
pub type Job<T> = Option<Result<T, Interrupted>>;

/// How a round went: each job by itself.
#[derive(Debug)]
pub struct Round {
    pub read: Result<Reported, Interrupted>,
    pub signs: Job<Signs>,
    /// Mails that were given up.
    pub doubts: Job<Vec<Lost>>,
    pub decided: Result<Decisions, Interrupted>,
    pub sent: Job<Handed>,
    pub copies: Job<Copies>,
    pub compared: Job<Vec<Comparison>>,
    pub erased: Job<Option<Purge>>,
}

/// Signs, after a reading, of what an operator should look at.
#[derive(Debug, Default)]
pub struct Signs {
    pub aside: Vec<Aside>,
    /// How many items are marked as answered, when no answer was ever seen in Sent.
    pub sent_seems_empty: Option<u32>,
    /// The border whose word counts has long said nothing of anybody.
    pub border_is_silent: bool,
}

/// What the deciding of a round came to.
#[derive(Debug)]
pub struct Decisions {
    /// Whether the clock can be believed; if not, nothing was decided.
    pub clock: Seen,
    pub mails: usize,
    /// Notices held by the limit of an hour.
    pub held: usize,
    /// Whether mail to citizens may leave; `None`: it was not looked at.
    pub gate: Option<Gate>,
    /// Texts that could not be written.
    pub problems: Vec<String>,
    /// In the end there was nothing more to decide, or to send.
    pub settled: bool,
}

impl Decisions {
    /// Nothing yet, by a clock.
    fn by(clock: Seen) -> Self {
        Self {
            clock,
            mails: 0,
            held: 0,
            gate: None,
            problems: Vec::new(),
            settled: false,
        }
    }

    fn add(&mut self, decided: Decided) {
        self.mails += decided.mails;
        self.held = self.held.max(decided.held);
        self.problems.extend(decided.problems);
        self.gate = decided.gate.or(self.gate.take());
    }
}

/// A mailbox with its open connection, and the readings so far.
struct Session<'a, M> {
    mailbox: &'a mut M,
    folders: Vec<Watched>,
}

impl Round {
    /// What failed, in order.
    pub fn errors(&self) -> impl Iterator<Item = &Interrupted> {
        let jobs = [
            self.read.as_ref().err(),
            failed(self.signs.as_ref()),
            failed(self.doubts.as_ref()),
            self.decided.as_ref().err(),
            failed(self.sent.as_ref()),
            failed(self.copies.as_ref()),
            failed(self.compared.as_ref()),
            failed(self.erased.as_ref()),
        ];
        jobs.into_iter().flatten()
    }
}

fn failed<T>(job: Option<&Result<T, Interrupted>>) -> Option<&Interrupted> {
    job?.as_ref().err()
}

impl<C: Clock> Rounds<'_, C> {
    /// One round. `mailbox` is an error when it has no connection.
    pub async fn round<M: Mailbox, T: Transport>(
        &self,
        mailbox: Result<&mut M, MailboxError>,
        transport: Option<&mut T>,
    ) -> Round {
        let (read, mut session) = self.read(mailbox).await;
        let signs = self.signs(&read).await;
        let doubts = self.doubts(session.as_mut()).await;
        leave_if_over(&mut session, doubts.as_ref());
        let (decided, sent) = self.decide(transport).await;
        let copies = self.copies(session.as_mut()).await;
        leave_if_over(&mut session, copies.as_ref());
        // Last, when all that is urgent is done: it may break off.
        let compared = match &mut session {
            Some(Session { mailbox, folders }) => {
                Some(self.reader(*mailbox).reconcile(folders).await)
            }
            None => None,
        };
        let erased = match &read {
            Ok(_) => Some(daily(self.engine, self.clock, self.at_any_time).await),
            Err(_) => None,
        };
        Round {
            read,
            signs,
            doubts,
            decided,
            sent,
            copies,
            compared,
            erased,
        }
    }

    async fn doubts<M: Mailbox>(&self, session: Option<&mut Session<'_, M>>) -> Job<Vec<Lost>> {
        let Session { mailbox, folders } = session?;
        let name = &self.settings.name;
        Some(settle_doubts(self.engine, name, folders, *mailbox, self.clock).await)
    }

    async fn copies<M: Mailbox>(&self, session: Option<&mut Session<'_, M>>) -> Job<Copies> {
        let Session { mailbox, folders } = session?;
        let name = &self.settings.name;
        Some(save_copies(self.engine, name, folders, *mailbox, self.clock).await)
    }

    /// Reads the mailbox and does nothing else: decisions about another mailbox may need its mail.
    pub async fn read_alone<M: Mailbox>(&self, mailbox: &mut M) -> Result<Reported, Interrupted> {
        let (read, _) = self.read(Ok(mailbox)).await;
        read
    }

    fn reader<'b, M>(&'b self, mailbox: &'b mut M) -> Reader<'b, M, C> {
        Reader {
            engine: self.engine,
            settings: self.settings,
            mailbox,
            clock: self.clock,
            progress: self.progress,
        }
    }

    async fn read<'b, M: Mailbox>(
        &self,
        mailbox: Result<&'b mut M, MailboxError>,
    ) -> (Result<Reported, Interrupted>, Option<Session<'b, M>>) {
        let mailbox = match mailbox {
            Ok(mailbox) => mailbox,
            Err(error) => return (Err(error.into()), None),
        };
        let (now, stopwatch) = (self.clock.now(), self.clock.steady());
        let glance = self.engine.step(move |engine| {
            engine.glance_at_clock(now, stopwatch);
            Ok(())
        });
        if let Err(undone) = glance.await {
            return (Err(undone.into()), None);
        }
        let read = self.reader(mailbox).run().await;
        let session = read.as_ref().ok().map(|read| Session {
            mailbox,
            folders: read.folders.clone(),
        });
        (read, session)
    }

    /// The signs of trouble after a reading. Of a mailbox that was not read, the cause is noted.
    async fn signs(&self, read: &Result<Reported, Interrupted>) -> Job<Signs> {
        let reported = match read {
            Ok(reported) => reported,
            Err(error) => {
                could_not_read(self.engine, &self.settings.name, error).await;
                return None;
            }
        };
        let (name, marked) = (self.settings.name.clone(), reported.tally.marked_answered);
        let signs = self.engine.step(move |engine| {
            let sent_seems_empty = if marked {
                engine.sent_seems_empty(&name)?
            } else {
                None
            };
            let border_is_silent = engine.border_is_silent(&name)?;
            Ok(Signs {
                aside: engine.db().aside()?,
                sent_seems_empty,
                border_is_silent,
            })
        });
        Some(signs.await.map_err(Interrupted::from))
    }

    /// Decides, unless the clock cannot be believed, and hands over the mails that are due, until
    /// both have nothing more to do.
    async fn decide<T: Transport>(
        &self,
        mut transport: Option<&mut T>,
    ) -> (Result<Decisions, Interrupted>, Job<Handed>) {
        let mut decisions = match self.look_at_clock().await {
            Ok(clock) => Decisions::by(clock),
            Err(error) => return (Err(error), None),
        };
        let mut sent = None;
        for _ in 0..DECISIONS {
            let decided = match self.decide_once().await {
                Ok(decided) => decided,
                Err(error) => return (Err(error), sent),
            };
            let (more, mails) = (decided.more, decided.mails);
            decisions.add(decided);
            (self.decided)();
            decisions.settled = !more;
            match self.send(transport.as_deref_mut()).await {
                None => {}
                Some(Ok(handed)) => {
                    decisions.settled &= mails == 0 && handed.accepted == 0;
                    sent = Some(Ok(add(sent, handed)));
                }
                Some(Err(error)) => return (Ok(decisions), Some(Err(error))),
            }
            if decisions.settled {
                break;
            }
        }
        (Ok(decisions), sent)
    }

    async fn decide_once(&self) -> Result<Decided, Interrupted> {
        let (now, name) = (self.clock.now(), self.settings.name.clone());
        let deciding = self.engine.step(move |engine| engine.decide(&name, now));
        deciding.await.map_err(Interrupted::from)
    }

    async fn look_at_clock(&self) -> Result<Seen, Interrupted> {
        let (now, stopwatch) = (self.clock.now(), self.clock.steady());
        let looking = self
            .engine
            .step(move |engine| engine.look_at_clock(now, stopwatch));
        looking.await.map_err(Interrupted::from)
    }

    async fn send<T: Transport>(&self, transport: Option<&mut T>) -> Job<Handed> {
        let (name, transport) = (&self.settings.name, transport?);
        Some(send_due(self.engine, name, transport, self.clock, || true).await)
    }
}

/// Remembers why a mailbox is not read, for the blind period that this may become.
pub async fn could_not_read(engine: &Handle, mailbox: &str, error: &Interrupted) {
    let (name, Some(cause)) = (mailbox.to_owned(), cause_of(error)) else {
        return;
    };
    // When the register cannot be written either, the period is written down all the same once it
    // can.
    let noted = engine.step(move |engine| engine.could_not_read(&name, cause));
    if let Err(error) = noted.await {
        tracing::debug!(%error, "the cause could not be written down");
    }
}

fn add(sent: Job<Handed>, more: Handed) -> Handed {
    match sent {
        Some(Ok(sent)) => sent.and(more),
        _ => more,
    }
}

/// The other jobs need an open connection.
fn leave_if_over<M, T>(session: &mut Option<Session<'_, M>>, job: Option<&Result<T, Interrupted>>) {
    if failed(job).is_some_and(|error| !stands(error)) {
        *session = None;
    }
}

/// Whether the session goes on after this: the server refused one thing.
fn stands(error: &Interrupted) -> bool {
    match error {
        Interrupted::Mailbox(error) => matches!(
            error,
            MailboxError::Refused(_) | MailboxError::Folder { .. }
        ),
        Interrupted::Store(_) | Interrupted::Stopped(_) => true,
    }
}
