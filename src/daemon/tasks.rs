//! The tasks of one life, which run at the same time, and their end.

use super::shared::Shared;
use super::signals::Signals;
use super::{alarm, metrics, reporter, sender, standby, watcher};
use crate::config::Config;
use crate::failure::Failure;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

/// How long a stop waits for a mail that is on its way.
pub const STOP_WAIT: Duration = Duration::from_secs(25);

/// What runs at the same time.
pub(super) struct Tasks {
    tasks: JoinSet<()>,
    /// Waited for first: a mail on its way must not break off.
    senders: JoinSet<()>,
}

impl Tasks {
    pub fn begin(shared: &Arc<Shared>) -> Self {
        let mut tasks = JoinSet::new();
        let mut senders = JoinSet::new();
        for index in 0..shared.config.mailboxes.len() {
            tasks.spawn(watcher::run(Arc::clone(shared), index));
            senders.spawn(sender::run(Arc::clone(shared), index));
        }
        tasks.spawn(alarm::run(Arc::clone(shared)));
        tasks.spawn(reporter::run(Arc::clone(shared)));
        if let Some(address) = shared.config.service.metrics {
            tasks.spawn(metrics::run(Arc::clone(shared), address));
        }
        Self { tasks, senders }
    }

    /// Waits until they cannot go on: the configuration of the next life, or what failed.
    pub async fn end(&mut self, shared: &Shared) -> Result<Option<Config>, Failure> {
        tokio::select! {
            () = shared.lost.notified() => Err(shared.place.holds().err().map_or_else(
                || Failure::Failed("the register was away for a moment".to_owned()),
                Failure::from,
            )),
            over = standby::over(shared) => over.map(|why| {
                tracing::error!(%why, "this host leads no more: nothing leaves, and it waits for its next turn");
                Some((*shared.config).clone())
            }),
            // No task ends before the stop unless it cannot go on.
            ended = self.tasks.join_next() => Err(why_ended(ended)),
            ended = self.senders.join_next() => Err(why_ended(ended)),
        }
    }

    /// Lets them come to their end, but not for ever.
    pub async fn stop(mut self, signals: &mut Signals) {
        let finish = async {
            while self.senders.join_next().await.is_some() {}
            while self.tasks.join_next().await.is_some() {}
        };
        tokio::select! {
            () = finish => {}
            () = tokio::time::sleep(STOP_WAIT) => tracing::warn!("a mail was still on its way; it is settled at the next start"),
            () = signals.stop() => tracing::warn!("stopped at once"),
        }
        self.senders.shutdown().await;
        self.tasks.shutdown().await;
    }
}

fn why_ended(ended: Option<Result<(), tokio::task::JoinError>>) -> Failure {
    match ended {
        Some(Err(error)) if error.is_panic() => Failure::Failed(
            "a task failed: see the lines above, and report them as a defect".to_owned(),
        ),
        _ => Failure::Failed("a task ended before its time".to_owned()),
    }
}
