//! Erasing after the retention time, in the share of lives whose town hall has decided on one: what
//! must be gone is gone, what must stay stays, and nothing that still lies in the mailbox is logged
//! or answered twice for it.

use super::{Life, WATCHED};
use crate::sim::oracle::Verdict;
use chrono::Duration;
use servicelofte::domain::event::Flag;
use servicelofte::domain::item::{Item, ItemId};
use servicelofte::domain::orders::Refusal;
use servicelofte::engine::people::Undone;
use servicelofte::ports::Clock;

/// How long more what is settled must be at rest to be erased in every short life that erases.
const UNTIL_ERASED: i64 = 40;

impl Life {
    /// Time goes on until all that is settled is erased; then every folder is read anew, and
    /// nothing is logged twice.
    pub(super) async fn erased_and_read_anew(&mut self) -> Verdict {
        if self.hall.retention.is_none() {
            return Ok(());
        }
        if self.hall.retention == Some(1) {
            let end = self.now() + Duration::days(UNTIL_ERASED);
            while self.now() < end {
                self.step(end).await?;
            }
        }
        self.last_look().await?;
        for post in &self.office.posts {
            for folder in WATCHED {
                post.state().renumber(folder);
            }
        }
        let end = self.now() + Duration::hours(30);
        while self.now() < end {
            self.step(end).await?;
        }
        self.last_look().await
    }

    /// Nothing is erased that is live, and of what is erased nothing is left. At the end of a life
    /// that erases after a month, nothing settled is older than that: a day more, since it is done
    /// once a day.
    pub(super) async fn check_erased(&self, items: &[Item]) -> Verdict {
        let oldest = self.now() - Duration::days(33);
        for item in items {
            let id = item.id;
            if item.erased.is_none() {
                let conversation = items
                    .iter()
                    .filter(|other| other.conversation == item.conversation);
                let is_over = conversation
                    .clone()
                    .all(|other| !other.state.is_live() && other.since < oldest)
                    && conversation
                        .clone()
                        .all(|other| !other.flags.contains(&Flag::OnHold));
                if self.hall.retention == Some(1) && self.now() > self.calm && is_over {
                    return Err(format!(
                        "{id} is settled since {} and not erased",
                        item.since
                    ));
                }
                continue;
            }
            let row = self
                .office
                .ask(move |engine| engine.db().message_of(id).unwrap())
                .await;
            let kept = item.flags.contains(&Flag::OnHold);
            if self.hall.retention.is_none() || item.state.is_live() || kept || !row.is_empty() {
                return Err(format!(
                    "{id} is erased, {:?}, and holds {row:?}",
                    item.state
                ));
            }
        }
        Ok(())
    }

    /// Somebody wants it kept, or no longer.
    pub(super) async fn hold(&mut self, id: ItemId) -> Verdict {
        let (on, now) = (self.dice.percent(60), self.office.clock.now());
        self.tell(&format!("{id} is kept: {on}"));
        match self
            .office
            .ask(move |engine| engine.hold(id, on, None, "cli:registrator", now))
            .await
        {
            Ok((item, _)) if item.flags.contains(&Flag::OnHold) == on => Ok(()),
            Err(Undone::Refused(Refusal::Erased { .. }) | Undone::Store(_)) => Ok(()),
            other => Err(format!("{id} was to be kept: {on}, and is {other:?}")),
        }
    }
}
