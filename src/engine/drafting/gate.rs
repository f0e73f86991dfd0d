//! What shadow and a pause do to the mails of a round.

use super::Round;
use crate::domain::decide::Act;
use crate::domain::event::{Effect, Fact, Flag};
use crate::domain::gate::{Gate, Pause};
use crate::domain::item::ItemId;
use crate::domain::reader::Reader;
use crate::engine::deciding::told_of_pause_key;
use crate::engine::gate::held_by_pause;
use crate::mail::texts::facts::PauseFacts;
use crate::store::StoreError;
use chrono::{DateTime, Duration, Utc};
use std::collections::BTreeSet;

/// A mail that a pause holds is looked at again after this; the end of the pause wakes it at once.
const PAUSE_LOOK: Duration = Duration::hours(1);

impl Round<'_> {
    /// Whether a mail to a citizen, or one to print and post, may not leave now; its fate is noted.
    pub(super) fn is_stopped(&mut self, id: ItemId, act: &Act) -> Result<bool, StoreError> {
        match &self.gates.citizens {
            Gate::Open => return Ok(false),
            Gate::Shadow => self.withhold(&act.to, &[(id, act.effect)])?,
            Gate::Paused(_) => {
                self.hold(id, act, Flag::NoticeHeldByPause, self.now + PAUSE_LOOK)?;
            }
        }
        Ok(true)
    }

    /// Notes that these would have been sent.
    pub(super) fn withhold(
        &mut self,
        to: &Reader,
        effects: &[(ItemId, Effect)],
    ) -> Result<(), StoreError> {
        for (id, effect) in effects {
            self.happen(
                *id,
                Fact::Withheld {
                    effect: *effect,
                    to: vec![to.to_string()],
                },
            )?;
        }
        Ok(())
    }

    /// Whether a notice became late while no mail left: an hour has room for few of those.
    pub(super) fn is_late_after_pause(&self, id: ItemId, act: &Act) -> Result<bool, StoreError> {
        let item = self.item(id)?;
        let opened_at = self
            .gates
            .opened_at
            .filter(|_| act.effect == Effect::Notice);
        let (Some(opened_at), Some(due)) = (opened_at, &item.due) else {
            return Ok(false);
        };
        let fell_due = self
            .board
            .notice(item, self.now)
            .is_some_and(|notice| notice.at < opened_at);
        Ok(fell_due && self.now >= due.closes)
    }

    /// Tells the handlers of the mailbox of a pause and of its end, in office hours, and notes
    /// which pause they know of then.
    pub(super) fn note_of_pause(&mut self) -> Result<(), StoreError> {
        let key = told_of_pause_key(&self.board.name);
        let told = self.db.meta(&key)?.unwrap_or_default();
        let pause = match &self.gates.citizens {
            Gate::Paused(pause) => Some(pause.clone()),
            Gate::Open | Gate::Shadow => None,
        };
        let current = pause
            .as_ref()
            .map(|pause| pause.since.to_rfc3339())
            .unwrap_or_default();
        if current == told || self.board.calendar.staff_mail_at(self.now) != self.now {
            return Ok(());
        }
        if self.gates.staff_in_shadow || self.write_of_pause(pause, &told)? {
            self.noted.push((key, current));
        }
        Ok(())
    }

    /// One mail to each handler. Whether all could be written.
    fn write_of_pause(&mut self, pause: Option<Pause>, told: &str) -> Result<bool, StoreError> {
        let facts = self.pause_facts(pause, told)?;
        for reader in self.handlers()? {
            let seal = self.db.fresh_seal()?;
            match self.writer.pause(&reader, &facts, &seal) {
                Ok(written) => {
                    let mail = self.writer.for_staff(written, reader);
                    self.enqueue(mail, Vec::new(), Vec::new());
                }
                Err(problem) => {
                    self.decided.problems.push(problem.text);
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }

    /// Of a pause, or of the end of the one that was told of.
    fn pause_facts(&self, pause: Option<Pause>, told: &str) -> Result<PauseFacts, StoreError> {
        let since = pause
            .as_ref()
            .map(|pause| pause.since)
            .or_else(|| told.parse().ok());
        let local = |at: DateTime<Utc>| self.board.calendar.local(at);
        Ok(PauseFacts {
            sender: self.writer.sender(),
            recipient: String::new(),
            mailbox: self.board.address.clone(),
            reason: pause.map(|pause| pause.reason),
            since: since.map(local),
            until: self.gates.opened_at.map(local),
            held: u32::try_from(held_by_pause(self.db)?.len()).unwrap_or(u32::MAX),
        })
    }

    /// Who has items of the mailbox, or would be given one today.
    fn handlers(&self) -> Result<BTreeSet<Reader>, StoreError> {
        let today = self.board.calendar.local_date(self.now);
        let configured = self
            .board
            .handler
            .iter()
            .chain(self.board.assign.iter().map(|rule| &rule.handler));
        let mut ids: BTreeSet<String> = configured.cloned().collect();
        for id in self.db.live_items_of(&self.board.name)? {
            ids.extend(self.db.item(id)?.and_then(|item| item.handler));
        }
        let there = ids.iter().filter_map(|id| {
            self.board
                .deputies(id)
                .find(|member| member.is_there(today))
        });
        Ok(there
            .map(|member| Reader::Staff(member.id.clone()))
            .collect())
    }
}
