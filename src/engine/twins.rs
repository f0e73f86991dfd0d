//! One message in two watched mailboxes is two items, twins: each with its own pledge, handler and
//! reminders, both from the earlier arrival. A mail to the citizen settles both; other closings
//! settle one. An item that has left one mailbox and lives in the other is handed over.

use super::batch::Intake;
use super::recompute::change_due;
use super::{Engine, SYSTEM, board_in};
use crate::domain::citizen::{Citizen, MAX_ADDRESSES};
use crate::domain::event::{Effect, Evidence, EvidenceKind, Fact, Flag, How};
use crate::domain::identify::mid_key;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::{MessageRow, More, passed_on_clue};
use crate::domain::message::Message;
use crate::domain::municipality::Municipality;
use crate::domain::pointing::named_ids;
use crate::domain::reader::Reader;
use crate::domain::reason::DueChange;
use crate::domain::subject::{self, Prefix, core};
use crate::store::{Db, StoreError};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Items with twins that have left their mailbox, each with when that was seen; they wait for a
/// whole reading of both.
const GONE: &str = "gone-twins";

impl Intake<'_> {
    /// An item was answered by a mail: so was the same message in other mailboxes.
    pub(super) fn settle_twins(&self, item: &Item) -> Result<(), StoreError> {
        let Some(fact) = item.to_twin() else {
            return Ok(());
        };
        for twin in &item.twins {
            let waits = |twin: &Item| twin.state.is_live() || twin.is_filed();
            if let Some(mut twin) = self.db.item(*twin)?.filter(waits)
                && let Some(fact) = twin.on_answer(fact.clone())
            {
                self.settle(&mut twin, fact)?;
            }
        }
        Ok(())
    }

    /// An item is new, and the same message in another mailbox has its answer.
    pub(super) fn settle_as_its_twin(&self, item: &mut Item) -> Result<(), StoreError> {
        for twin in item.twins.clone() {
            let Some(twin) = self.db.item(twin)? else {
                continue;
            };
            if let Some(fact) = twin
                .to_twin()
                .filter(|_| item.state.is_live())
                .and_then(|fact| item.on_answer(fact))
                && self.is_reached(item, &twin)?
            {
                self.settle(item, fact)?;
            }
        }
        Ok(())
    }

    /// Whether the answer to a twin went to the citizen of the item: a message that was passed on
    /// and read first had none.
    fn is_reached(&self, item: &Item, twin: &Item) -> Result<bool, StoreError> {
        let id = twin
            .settled
            .as_ref()
            .and_then(|settled| settled.evidence.message_id.as_deref());
        let Some(id) = id else { return Ok(true) };
        let Some((mail, _)) = self.db.sent_with_id(&twin.mailbox, mid_key(id))? else {
            return Ok(true);
        };
        let row = self.db.message_of(item.id)?;
        let citizen = Citizen {
            addresses: row.citizen_addresses().map(str::to_owned).collect(),
        };
        Ok(citizen.is_reached_by(mail.recipients.iter().map(String::as_str)))
    }

    /// A new item and its twins learn of each other, and count from the earlier arrival.
    pub(super) fn join_twins(
        &self,
        item: &mut Item,
        row: &MessageRow,
        message: &Message,
    ) -> Result<(), StoreError> {
        let mut twins = self.twins(row, &item.mailbox)?;
        if twins.is_empty() {
            twins.extend(self.original(message)?);
        }
        if twins.is_empty() {
            twins = self.forwards(row)?;
        }
        if twins.is_empty() && self.is_forward(message) {
            // Its original may lie in a mailbox that is read after this one.
            let passed_on = named_ids(message).cloned().collect();
            let row = MessageRow {
                more: More {
                    passed_on,
                    ..row.more.clone()
                },
                ..row.clone()
            };
            self.db.set_more(item.id, &row.more)?;
            self.db.add_clues(item.id, &row.clues())?;
        }
        for mut twin in twins {
            let earlier = item.arrived_at().min(twin.arrived_at());
            self.twinned(item, twin.id, earlier)?;
            self.twinned(&mut twin, item.id, earlier)?;
            self.had_gone(&twin)?;
        }
        Ok(())
    }

    /// Its mailbox was read before this one, and it had left it: nothing was known then that may
    /// have it.
    fn had_gone(&self, twin: &Item) -> Result<(), StoreError> {
        if !is_left(twin) {
            return Ok(());
        }
        let history = self.db.history(twin.id)?;
        match history.iter().rfind(|event| event.fact == Fact::Gone) {
            Some(gone) => has_gone(self.db, twin, gone.at),
            None => Ok(()),
        }
    }

    fn twinned(
        &self,
        item: &mut Item,
        with: ItemId,
        arrival: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let arrival = Some(arrival).filter(|arrival| *arrival < item.arrived_at());
        self.db.happen(
            item,
            self.now,
            SYSTEM,
            Fact::Twinned {
                with: with.0,
                arrival,
            },
        )?;
        if arrival.is_some() && item.has_clock() {
            let due = board_in(self.municipality, &item.mailbox)?.own_due(item);
            change_due(self.db, item, due, DueChange::Twin, self.now)?;
        }
        self.db.save_awake(item)
    }

    /// The same message in other watched mailboxes: one Message-ID, writer and subject. Of a writer
    /// who uses one id for everything it is not known which one is meant.
    fn twins(&self, row: &MessageRow, mailbox: &str) -> Result<Vec<Item>, StoreError> {
        let Some(id) = &row.message_id else {
            return Ok(Vec::new());
        };
        let diary = &self.board.organisation.diary;
        let mut twins = Vec::new();
        for other in self.elsewhere(id, mailbox)? {
            let theirs = self.db.message_of(other.id)?;
            let is_same = theirs.sender == row.sender
                && core(&theirs.subject, diary) == core(&row.subject, diary);
            twins.extend(Some(other).filter(|_| is_same));
        }
        let several = |twin: &Item| {
            twins
                .iter()
                .filter(|other| other.mailbox == twin.mailbox)
                .count()
                > 1
        };
        Ok(if twins.iter().any(several) {
            Vec::new()
        } else {
            twins
        })
    }

    /// Where a message was passed on to, in mailboxes that were read before its own: its citizen is
    /// known now.
    fn forwards(&self, row: &MessageRow) -> Result<Vec<Item>, StoreError> {
        let Some(id) = &row.message_id else {
            return Ok(Vec::new());
        };
        let mut forwards = Vec::new();
        let found = self
            .db
            .newest_by_clue_elsewhere(&self.board.name, &passed_on_clue(id))?;
        for (mailbox, id) in found {
            if self.municipality.board(&mailbox).is_none() {
                continue;
            }
            let forward = self.db.item_of(id)?;
            if forward.erased.is_some() || !forward.twins.is_empty() {
                continue;
            }
            let mut theirs = self.db.message_of(forward.id)?;
            theirs.more.writers.extend(self.citizens_of(row));
            self.db.set_more(forward.id, &theirs.more)?;
            self.db.add_clues(forward.id, &theirs.clues())?;
            forwards.push(forward);
        }
        Ok(forwards)
    }

    /// The outside addresses of the person who asked.
    pub(super) fn citizens_of(&self, row: &MessageRow) -> Vec<String> {
        let outside = row
            .citizen_addresses()
            .filter(|address| !self.board.whose(address).is_inside());
        outside.take(MAX_ADDRESSES).map(str::to_owned).collect()
    }

    /// A person of the municipality passes a mail on.
    fn is_forward(&self, message: &Message) -> bool {
        let is_forward = subject::prefix(&message.subject) == Some(Prefix::Forward);
        is_forward && self.board.is_from_inside(message)
    }

    /// The original, in another watched mailbox, of a mail that was passed on into this one.
    pub(super) fn original(&self, message: &Message) -> Result<Option<Item>, StoreError> {
        if !self.is_forward(message) {
            return Ok(None);
        }
        for id in named_ids(message) {
            if let [only] = &self.elsewhere(id, &self.board.name)?[..] {
                return Ok(Some(only.clone()));
            }
        }
        Ok(None)
    }

    /// Items of the other mailboxes that are watched, with that Message-ID.
    fn elsewhere(&self, id: &str, mailbox: &str) -> Result<Vec<Item>, StoreError> {
        let ids = self
            .db
            .elsewhere_with_message_id(mailbox, mid_key(id), id)?;
        let items = ids
            .into_iter()
            .map(|id| self.db.item(id))
            .collect::<Result<Vec<_>, _>>()?;
        let is_watched =
            |item: &Item| item.erased.is_none() && self.municipality.board(&item.mailbox).is_some();
        Ok(items.into_iter().flatten().filter(is_watched).collect())
    }

    /// An item that was handed over lies here again: it is watched here again, with its sent mails.
    pub(super) fn takes_back(&self, item: &mut Item) -> Result<(), StoreError> {
        let pledge = self.board.pledge_of(item).name.clone();
        let due = Box::new(self.board.own_due(item));
        self.db
            .happen(item, self.now, SYSTEM, Fact::Reopened { pledge, due })?;
        self.db.save_awake(item)
    }
}

/// An item has left its mailbox: when both its own and a twin's have been read to their end since,
/// the twin may have it.
pub(super) fn has_gone(db: &Db<'_>, item: &Item, now: DateTime<Utc>) -> Result<(), StoreError> {
    if item.twins.is_empty() {
        return Ok(());
    }
    let mut gone = gone(db)?;
    gone.push((item.id, now));
    save(db, &gone)
}

fn gone(db: &Db<'_>) -> Result<Vec<(ItemId, DateTime<Utc>)>, StoreError> {
    Ok(db
        .meta(GONE)?
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

fn save(db: &Db<'_>, gone: &[(ItemId, DateTime<Utc>)]) -> Result<(), StoreError> {
    db.set_meta(GONE, &serde_json::to_string(gone)?)
}

impl Engine {
    /// A mailbox has been read to its end: items that have left one mailbox and live in another are
    /// handed over.
    pub(super) fn hand_over(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        if gone(&self.db())?.is_empty() {
            return Ok(());
        }
        let (municipality, views) = (Arc::clone(&self.municipality), self.views.clone());
        self.store.write(|db| {
            let mut waiting = Vec::new();
            for (id, since) in gone(db)? {
                let Some(mut item) = db.item(id)?.filter(is_left) else {
                    continue;
                };
                match heir(db, &item, &views, since)? {
                    Some(mut heir) => hand(db, &municipality, &mut item, &mut heir, now)?,
                    None => waiting.push((id, since)),
                }
            }
            save(db, &waiting)
        })
    }
}

fn is_left(item: &Item) -> bool {
    item.has_clock() && item.flags.contains(&Flag::Gone)
}

fn lives(twin: &Item) -> bool {
    twin.state.is_live() && !twin.flags.contains(&Flag::Gone) && !twin.flags.contains(&Flag::InJunk)
}

/// The heir keeps the sent mails; nothing goes to the citizen twice.
fn hand(
    db: &Db<'_>,
    municipality: &Municipality,
    item: &mut Item,
    heir: &mut Item,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let notice = item
        .done
        .get(&Effect::Notice)
        .filter(|notice| notice.failed.is_none());
    if let Some(notice) = notice.filter(|_| !heir.done.contains_key(&Effect::Notice)) {
        let effect = Effect::Notice;
        let queued = Fact::Queued {
            effect,
            to: vec![Reader::Citizen.to_string()],
            promise: notice.promise,
            names: notice.names.clone(),
            as_function: notice.as_function,
        };
        db.happen(heir, now, SYSTEM, queued)?;
        if let Some(at) = notice.sent_at {
            db.happen(heir, now, SYSTEM, Fact::sent(effect, at))?;
        }
        db.save_awake(heir)?;
    }
    let evidence = Evidence::without_mail(EvidenceKind::Twin, None);
    let fact = Fact::Closed {
        at: now,
        how: How::HandedOver,
        note: None,
        evidence,
        self_reported: false,
    };
    board_in(municipality, &item.mailbox)?.settle(db, item, now, SYSTEM, fact)
}

/// The twin that lives on, once both mailboxes have been read since the item left.
fn heir(
    db: &Db<'_>,
    item: &Item,
    views: &BTreeMap<String, DateTime<Utc>>,
    since: DateTime<Utc>,
) -> Result<Option<Item>, StoreError> {
    let is_fresh = |mailbox: &str| views.get(mailbox).is_some_and(|at| *at >= since);
    let twins = item
        .twins
        .iter()
        .map(|twin| db.item(*twin))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(twins
        .into_iter()
        .flatten()
        .find(|twin| lives(twin) && is_fresh(&item.mailbox) && is_fresh(&twin.mailbox)))
}
