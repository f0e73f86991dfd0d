//! A round of deciding, on one state of the register that it only reads: what becomes of each item,
//! and every mail with its final bytes. What it comes to is written down by [`super::deciding`].

mod beside;
mod briefing;
mod citizens;
mod gate;
mod letters;
mod repeats;
mod room;
mod waiting;

pub(super) use waiting::Briefing;

use super::decided::{Decided, MAX_DECIDED};
use super::writing::Writer;
use crate::domain::board::Board;
use crate::domain::decide::Act;
use crate::domain::event::{Effect, Event, Fact, SYSTEM};
use crate::domain::gate::Gates;
use crate::domain::item::{Item, ItemId};
use crate::domain::municipality::Municipality;
use crate::domain::reader::Reader;
use crate::mail::texts::Texts;
use crate::store::log::as_stored;
use crate::store::outbox::NewMail;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// When a text could not be written (a municipality's template is broken), it is tried again after
/// this.
const RETRY_TEXT: Duration = Duration::hours(1);

/// When the note of excluded messages goes out on working days, local time.
pub(super) const NOTE_TIME: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("08:00 is a time");

/// A mail to staff that waits for their other mailboxes is looked at again after this.
const LOOK_AGAIN: Duration = Duration::minutes(1);

/// All that a round has to write down.
#[derive(Debug)]
pub(super) struct Decisions {
    /// [`Db::writes_of_others`] when it was decided.
    pub based_on: i64,
    pub rows: Vec<Row>,
    pub steps: Vec<Step>,
    /// The keys that keep how far the notes of exclusions, or of a pause, have come.
    pub noted: Vec<(String, String)>,
    /// Readers whose mail waits for their other mailboxes, and those who wait no more.
    pub waiting: BTreeMap<Reader, Option<Briefing>>,
    pub decided: Decided,
}

/// An item that was decided about or spoken for.
#[derive(Debug)]
pub(super) struct Row {
    pub id: ItemId,
    /// As it is now, if something happened to it.
    pub changed: Option<Item>,
    pub wake_at: Option<DateTime<Utc>>,
}

/// What an engine knows beside the register when it decides.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub municipality: &'a Municipality,
    pub texts: &'a Texts,
    /// When the last complete reading of each mailbox began.
    pub views: &'a BTreeMap<String, DateTime<Utc>>,
    pub waiting: &'a BTreeMap<Reader, Briefing>,
}

/// One thing to write down, in order.
#[derive(Debug)]
pub(super) enum Step {
    Mail {
        mail: NewMail,
        effects: Vec<(ItemId, Effect)>,
        /// What it speaks of without doing anything about it.
        about: Vec<ItemId>,
    },
    Happen {
        item: ItemId,
        event: Event,
    },
}

pub(super) struct Round<'a> {
    /// Of the other mailboxes: their rules, and when they were last read to their end.
    pub(super) municipality: &'a Municipality,
    pub(super) views: &'a BTreeMap<String, DateTime<Utc>>,
    desk: Desk<'a>,
    pub(super) board: &'a Board,
    pub(super) db: &'a Db<'a>,
    writer: Writer<'a>,
    gates: Gates,
    pub(super) now: DateTime<Utc>,
    /// As they are after what the round has decided so far.
    pub(super) items: BTreeMap<ItemId, Item>,
    /// Those to which something happened.
    changed: BTreeSet<ItemId>,
    /// When those that nothing is due of want to be decided about next, as long as nothing happens
    /// to them.
    sleepers: BTreeMap<ItemId, Option<DateTime<Utc>>>,
    /// Items whose mail had to wait, and until when.
    pub(super) retry: BTreeMap<ItemId, DateTime<Utc>>,
    to_citizens: Vec<(ItemId, Act)>,
    to_staff: BTreeMap<Reader, Vec<(ItemId, Effect)>>,
    /// What the letters to post promise.
    promises: BTreeMap<ItemId, Option<NaiveDate>>,
    noted: Vec<(String, String)>,
    waiting: BTreeMap<Reader, Option<Briefing>>,
    /// Addresses of the mails to citizens that this round has written.
    written_to: Vec<String>,
    steps: Vec<Step>,
    decided: Decided,
}

impl<'a> Round<'a> {
    pub fn new(
        board: &'a Board,
        desk: Desk<'a>,
        db: &'a Db<'a>,
        now: DateTime<Utc>,
        gates: Gates,
    ) -> Self {
        Self {
            municipality: desk.municipality,
            views: desk.views,
            board,
            desk,
            db,
            writer: Writer {
                board,
                texts: desk.texts,
                now,
                gate: gates.citizens.clone(),
            },
            gates,
            now,
            items: BTreeMap::new(),
            changed: BTreeSet::new(),
            sleepers: BTreeMap::new(),
            retry: BTreeMap::new(),
            to_citizens: Vec::new(),
            to_staff: BTreeMap::new(),
            promises: BTreeMap::new(),
            noted: Vec::new(),
            waiting: BTreeMap::new(),
            written_to: Vec::new(),
            steps: Vec::new(),
            decided: Decided::default(),
        }
    }

    pub fn decide(mut self) -> Result<Decisions, StoreError> {
        let based_on = self.db.writes_of_others()?;
        let ids = self.db.awake(&self.board.name, self.now, MAX_DECIDED)?;
        let gate = Some(self.gates.citizens.clone());
        self.decided = Decided {
            items: ids.len(),
            more: ids.len() == MAX_DECIDED,
            gate,
            ..Decided::default()
        };
        for id in ids {
            self.take(self.db.item_of(id)?)?;
        }
        self.write_to_citizens()?;
        self.write_to_staff()?;
        self.note_of_pause()?;
        Ok(self.finish(based_on))
    }

    fn take(&mut self, item: Item) -> Result<(), StoreError> {
        let plan = self.board_of(&item).plan(&item, self.now);
        let id = item.id;
        self.items.insert(id, item);
        if plan.lapses {
            self.happen(id, Fact::Lapsed)?;
        } else if plan.acts.is_empty() {
            self.sleepers.insert(id, plan.wake_at);
        }
        for act in &plan.acts {
            match &act.to {
                Reader::Citizen => self.to_citizens.push((id, act.clone())),
                _ if act.effect == Effect::Letter && self.is_stopped(id, act)? => {}
                to => {
                    if act.effect == Effect::Letter {
                        self.promises.insert(id, act.promise);
                    }
                    self.tell(to, id, act.effect);
                }
            }
        }
        self.forget_the_date_before(id);
        Ok(())
    }

    /// A letter that is printed now gives its reader another date than the one that a person had
    /// promised: of that one nothing is said any more. In one mail, the letter would make the
    /// reminder wrong, and that the mail, which was taken back and written again in each round.
    fn forget_the_date_before(&mut self, id: ItemId) {
        let Some(date) = self.promises.get(&id).copied().flatten() else {
            return;
        };
        let is_before =
            |effect: &Effect| matches!(effect, Effect::PromiseReminder(of) if *of != date);
        for told in self.to_staff.values_mut() {
            told.retain(|(of, effect)| *of != id || !is_before(effect));
        }
    }

    /// Once, however many reasons there are for it.
    fn tell(&mut self, to: &Reader, id: ItemId, effect: Effect) {
        let told = self.to_staff.entry(to.clone()).or_default();
        if !told.contains(&(id, effect)) {
            told.push((id, effect));
        }
    }

    pub(super) fn item(&self, id: ItemId) -> Result<&Item, StoreError> {
        self.items
            .get(&id)
            .ok_or_else(|| StoreError::Defect(format!("{id} is not in this round")))
    }

    fn enqueue(&mut self, mail: NewMail, effects: Vec<(ItemId, Effect)>, about: Vec<ItemId>) {
        self.decided.mails += 1;
        self.steps.push(Step::Mail {
            mail,
            effects,
            about,
        });
    }

    /// The writer of the mails of an item's own mailbox.
    fn writer_of(&self, item: &Item) -> Writer<'_> {
        Writer {
            board: self.board_of(item),
            ..self.writer.clone()
        }
    }

    /// Every item with its next waking.
    fn finish(mut self, based_on: i64) -> Decisions {
        let mut rows = Vec::with_capacity(self.items.len());
        for (id, item) in std::mem::take(&mut self.items) {
            let has_changed = self.changed.contains(&id);
            let wake_at = self.next_waking(&item, has_changed);
            rows.push(Row {
                id,
                changed: has_changed.then_some(item),
                wake_at,
            });
        }
        let Self {
            steps,
            noted,
            waiting,
            decided,
            ..
        } = self;
        Decisions {
            based_on,
            rows,
            steps,
            noted,
            waiting,
            decided,
        }
    }

    /// When an item wants to be decided about next.
    fn next_waking(&self, item: &Item, has_changed: bool) -> Option<DateTime<Utc>> {
        let retry = self.retry.get(&item.id).copied();
        if let Some(wake_at) = self.sleepers.get(&item.id)
            && !has_changed
            && retry.is_none()
        {
            return *wake_at;
        }
        let plan = self.board_of(item).plan(item, self.now);
        let again = (!plan.acts.is_empty()).then(|| self.now + LOOK_AGAIN);
        let wakings = [retry.or(again), plan.wake_at];
        wakings.into_iter().flatten().min()
    }

    fn happen(&mut self, id: ItemId, fact: Fact) -> Result<(), StoreError> {
        let item = self
            .items
            .get_mut(&id)
            .ok_or_else(|| StoreError::Defect(format!("{id} is not in this round")))?;
        // A flag that is set already is not news.
        if matches!(&fact, Fact::Flagged { flag } if item.flags.contains(flag)) {
            return Ok(());
        }
        let event = as_stored(Event {
            at: self.now,
            by: SYSTEM.to_owned(),
            fact,
        });
        item.apply(&event)?;
        self.changed.insert(id);
        self.steps.push(Step::Happen { item: id, event });
        Ok(())
    }
}
