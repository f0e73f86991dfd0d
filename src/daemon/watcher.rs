//! One watcher for each mailbox: a round ([`crate::rounds`]), again when the server says that mail
//! has come, after the poll time, or after a pause when something failed (`rest`).

use super::connect::{Bar, connect, wait};
use super::rest::{Idling, answered};
use super::shared::Shared;
use super::{lines, sender};
use crate::config;
use crate::drivers::Interrupted;
use crate::imap::ImapMailbox;
use crate::ports::{Clock, Transport};
use crate::rounds::judge::{Judgement, Pause, faults, judge, unread};
use crate::rounds::{Round, Rounds, could_not_read};
use crate::smtp::pace::Paced;
use std::sync::Arc;

pub(super) async fn run(shared: Arc<Shared>, index: usize) {
    let mut watcher = Watcher {
        settings: shared.config.mailboxes[index].clone(),
        shared: &shared,
        index,
        connection: None,
        failures: 0,
        idling: Idling::default(),
    };
    while !shared.is_stopping() && watcher.goes_on().await {}
    if let Some(connection) = watcher.connection {
        connection.logout().await;
    }
}

/// A mailbox that is watched.
struct Watcher<'a> {
    shared: &'a Shared,
    index: usize,
    settings: config::Mailbox,
    connection: Option<ImapMailbox>,
    /// Rounds since the last that succeeded.
    failures: u32,
    idling: Idling,
}

impl Watcher<'_> {
    /// A round, and the rest after it; whether another is to follow.
    async fn goes_on(&mut self) -> bool {
        let (shared, index) = (self.shared, self.index);
        let Some(round) = self.round().await else {
            return false;
        };
        let judgement = judge(&round, &self.settings, self.failures);
        let mut pause = judgement.pause;
        lines::round(shared, &self.settings, &round);
        note(shared, judgement);
        lines::status(shared, &self.settings, &round);
        if pause == Pause::News {
            self.failures = 0;
            match self.rest(round).await {
                Ok(goes_on) => return goes_on,
                Err(error) => pause = ended(shared, &self.settings, &error).await,
            }
        }
        self.failures = self.failures.saturating_add(1);
        self.connection = None;
        match pause.rest() {
            Some(rest) => wait(shared, index, &self.settings, rest).await,
            // Without the engine nothing more can be done: the process ends, and systemd starts it
            // again.
            None => false,
        }
    }

    /// `None`: the service stops.
    async fn round(&mut self) -> Option<Round> {
        let (shared, index) = (self.shared, self.index);
        let mut stop = shared.stop.clone();
        let look = look(
            shared,
            index,
            &self.settings,
            &mut self.connection,
            None::<&mut Paced>,
        );
        tokio::select! {
            // Boxed, so that its room is free while the mailbox rests: there may be hundreds.
            round = Box::pin(look) => Some(round),
            _ = stop.wait_for(|stop| *stop) => None,
        }
    }

    /// Until there is news.
    async fn rest(&mut self, round: Round) -> Result<bool, Interrupted> {
        let inbox = round.read.ok().and_then(|reported| reported.inbox);
        let open = self.connection.as_mut().zip(inbox);
        let poll = self.settings.imap.poll;
        self.idling.rest(self.shared, self.index, poll, open).await
    }
}

/// Reads a mailbox before anything is decided, for `run --once`: twins, and a mail to one who has
/// several mailboxes, need all of them. What goes wrong is told by the round that follows.
pub(super) async fn read_first(shared: &Shared, index: usize) {
    let settings = &shared.config.mailboxes[index];
    let Ok(mut connection) = connect(shared, index, settings).await else {
        return;
    };
    let rounds = Rounds {
        engine: &shared.engine,
        settings,
        clock: &shared.clock,
        at_any_time: false,
        progress: &|_| shared.pulse.beat(index),
        decided: &|| {},
    };
    if let Ok(reported) = rounds.read_alone(&mut connection).await {
        lines::read(&settings.name, &reported);
    }
    connection.logout().await;
}

/// Everything once, for `run --once`; returns what went wrong, in words.
pub(super) async fn once(shared: &Arc<Shared>, index: usize) -> Vec<String> {
    let settings = shared.config.mailboxes[index].clone();
    let (mut transport, mut wrong) = match sender::open(shared, &settings) {
        Ok(transport) => (Some(transport), Vec::new()),
        Err(why) => (None, vec![why]),
    };
    let mut connection = None;
    let mut round = look(
        shared,
        index,
        &settings,
        &mut connection,
        transport.as_mut(),
    )
    .await;
    if judge(&round, &settings, 0).pause == Pause::AtOnce {
        connection = None;
        round = look(
            shared,
            index,
            &settings,
            &mut connection,
            transport.as_mut(),
        )
        .await;
    }
    lines::round(shared, &settings, &round);
    if let Some(mut transport) = transport {
        transport.close().await;
    }
    if let Some(connection) = connection {
        connection.logout().await;
    }
    wrong.extend(faults(&round));
    wrong
        .into_iter()
        .map(|why| format!("mailbox {}: {why}", settings.name))
        .collect()
}

/// Connects, if it must, and makes a round.
async fn look(
    shared: &Shared,
    index: usize,
    settings: &config::Mailbox,
    connection: &mut Option<ImapMailbox>,
    transport: Option<&mut impl Transport>,
) -> Round {
    let bar = Bar::hidden();
    let rounds = Rounds {
        engine: &shared.engine,
        settings,
        clock: &shared.clock,
        at_any_time: shared.once,
        progress: &|progress| {
            shared.pulse.beat(index);
            bar.show(&progress);
        },
        decided: &|| shared.outbox[index].notify_one(),
    };
    let open = match connection {
        Some(open) => Ok(open),
        None => match connect(shared, index, settings).await {
            Ok(new) => Ok(connection.insert(new)),
            Err(error) => Err(error),
        },
    };
    answered(shared, index, Box::pin(rounds.round(open, transport))).await
}

fn note(shared: &Shared, judgement: Judgement) {
    shared.health().note(judgement.notes, shared.clock.now());
}

/// The session ended while the mailbox rested.
async fn ended(shared: &Shared, settings: &config::Mailbox, error: &Interrupted) -> Pause {
    let judgement = unread(error, settings, 0);
    let pause = judgement.pause;
    if pause != Pause::AtOnce {
        lines::unread(shared, settings, error);
        note(shared, judgement);
        could_not_read(&shared.engine, &settings.name, error).await;
    }
    pause
}
