//! The looks that are taken at everything: once a day, after a start, and at the end.

use super::{Life, WATCHED};
use crate::sim::days::today;
use crate::sim::hall::Hall;
use crate::sim::oracle::Verdict;
use servicelofte::domain::item::{Item, ItemId, State};
use servicelofte::store::items::Filter;
use std::collections::BTreeMap;

impl Life {
    /// What is looked at once a day.
    pub(super) async fn daily(&mut self) -> Verdict {
        let day = today(self.now());
        if day == self.last_look || !self.honest.iter().all(|honest| *honest) {
            return Ok(());
        }
        self.last_look = day;
        let live = self.check_live().await?;
        for id in live.keys() {
            let truth = self
                .oracle
                .items
                .get(id)
                .and_then(|serial| self.oracle.truths.get(serial));
            if let Some(truth) = truth.filter(|truth| !truth.may_be_live()) {
                return Err(format!(
                    "{id} (m{}) is still open, though {:?}",
                    truth.serial, truth.signs
                ));
            }
        }
        let settled: Vec<u32> = self
            .oracle
            .open
            .iter()
            .copied()
            .filter(|serial| !self.oracle.truths[serial].may_be_live())
            .collect();
        for serial in settled {
            self.oracle.open.remove(&serial);
        }
        for serial in &self.oracle.open {
            let truth = &self.oracle.truths[serial];
            if let Some(id) = truth
                .item
                .filter(|id| truth.is_surely_live() && !live.contains_key(id))
            {
                return Err(format!(
                    "{id} (m{serial}, {}) is settled, though {:?}",
                    truth.kind, truth.signs
                ));
            }
        }
        let now = self.now();
        if now > self.calm {
            self.oracle.check_escalated(&live, now, self.calm)?;
        }
        Ok(())
    }

    /// Dates and order of everything that is live.
    pub(super) async fn check_live(&mut self) -> Result<BTreeMap<ItemId, Item>, String> {
        let states = vec![State::Open, State::ProbablyAnswered];
        let filter = Filter {
            states,
            ..Filter::default()
        };
        let live = self
            .office
            .ask(move |engine| engine.db().list(&filter).unwrap())
            .await;
        let live: BTreeMap<ItemId, Item> = live.into_iter().map(|item| (item.id, item)).collect();
        live.values()
            .try_for_each(|item| self.oracle.check_due(item))?;
        self.oracle.check_covered(&live)?;
        Ok(live)
    }

    /// When all has come to rest: every item as it must be, nothing left to send, the log in order.
    pub(super) async fn last_look(&mut self) -> Verdict {
        for mailbox in 0..self.hall.mailboxes {
            let (name, clock) = (Hall::name(mailbox), self.now());
            let (waiting, view) = self
                .office
                .ask(move |engine| (engine.db().waiting(name).unwrap(), engine.view_of(name)))
                .await;
            if waiting.0 > 0 {
                return Err(format!("{} mails still wait at the end", waiting.0));
            }
            if view != Some(clock) {
                return Err(format!("the view is of {view:?} at the end, {clock}"));
            }
            let unseen = self.office.posts[mailbox].state().moved.clone();
            let watched = unseen
                .iter()
                .find(|(_, folder)| WATCHED.contains(&folder.as_str()));
            if let Some((serial, folder)) = watched {
                return Err(format!("m{serial} lies in {folder} and was never shown"));
            }
        }
        let items = self
            .office
            .ask(|engine| engine.db().list(&Filter::default()).unwrap())
            .await;
        let now = self.now();
        items
            .iter()
            .try_for_each(|item| self.oracle.check_item(item, now))?;
        self.check_erased(&items).await?;
        self.erased = items.iter().filter(|item| item.erased.is_some()).count() as u64;
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the method is not general enough over its lifetime"
        )]
        let rebuilt = self
            .office
            .ask(|engine| engine.store().write(|db| db.rebuild_items()).unwrap())
            .await;
        if rebuilt > 0 {
            return Err(format!("{rebuilt} items are not the fold of their log"));
        }
        Ok(())
    }
}
