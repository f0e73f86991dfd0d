//! A round of deciding, on one state of the register that it only reads: what becomes of each item,
//! and every mail with its final bytes. What it comes to is written down by [`super::deciding`].

mod briefing;
mod gate;
mod letters;
mod repeats;
mod room;
mod waiting;

pub(super) use waiting::Briefing;

use super::decided::{Decided, MAX_DECIDED};
use super::writing::{Told, Writer};
use crate::domain::board::Board;
use crate::domain::decide::Act;
use crate::domain::event::{Effect, Event, Fact, Failure, Flag, SYSTEM};
use crate::domain::gate::{Gates, LATE_AN_HOUR};
use crate::domain::item::{Item, ItemId, State};
use crate::domain::kept::{MessageRow, to_clue};
use crate::domain::municipality::Municipality;
use crate::domain::notices::{MAILS_A_DAY, NAMED, Question, Waiting, in_turns};
use crate::domain::reader::Reader;
use crate::domain::reason::Undelivered;
use crate::domain::subject::core;
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

/// A mail to a citizen that falls due.
struct ToCitizen {
    id: ItemId,
    act: Act,
    row: MessageRow,
    address: String,
}

/// What keeps a mail to a citizen back.
enum Wait {
    Until(DateTime<Utc>),
    /// A limit, by the flag of which its handler hears.
    Limit(Flag, DateTime<Utc>),
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
        Ok(())
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

    /// The mails to citizens, as far as the limits let them leave.
    fn write_to_citizens(&mut self) -> Result<(), StoreError> {
        let mut waiting = Vec::new();
        for (id, act) in std::mem::take(&mut self.to_citizens) {
            let row = self.db.message_of(id)?;
            let Some(address) = row.answer_address().map(str::to_owned) else {
                continue;
            };
            let late = self
                .item(id)?
                .due
                .as_ref()
                .is_some_and(|due| self.now >= due.closes);
            waiting.push((
                ToCitizen {
                    id,
                    act,
                    row,
                    address,
                },
                late,
            ));
        }
        let order = in_turns(
            &waiting
                .iter()
                .map(|(mail, late)| Waiting {
                    moves: mail.act.effect != Effect::Notice,
                    late: *late,
                    address: &mail.address,
                })
                .collect::<Vec<_>>(),
        );
        for place in order {
            let mail = &waiting[place].0;
            // The notice of another question may have spoken for it by now.
            if !self.item(mail.id)?.done.contains_key(&mail.act.effect) {
                self.write_to_citizen(mail)?;
            }
        }
        Ok(())
    }

    /// One mail to a citizen, within the limits for an address and day, and for a mailbox and hour.
    fn write_to_citizen(&mut self, mail: &ToCitizen) -> Result<(), StoreError> {
        let (id, act) = (mail.id, &mail.act);
        if self.is_stopped(id, act)? {
            return Ok(());
        }
        match self.must_wait_for(mail)? {
            None => self.write_now(mail),
            Some(Wait::Until(again)) => {
                self.retry.insert(id, again);
                Ok(())
            }
            Some(Wait::Limit(flag, again)) => {
                // The operator is alarmed too; its notice leaves when the hour has room.
                self.decided.held += usize::from(flag == Flag::NoticeHeldByHour);
                self.hold(id, act, flag, again)
            }
        }
    }

    fn write_now(&mut self, mail: &ToCitizen) -> Result<(), StoreError> {
        let ToCitizen {
            id, act, address, ..
        } = mail;
        let (told, rest) = self.told_with(mail)?;
        let seal = self.db.fresh_seal()?;
        match self.writer.citizen_mail(&told, rest, address, &seal) {
            Ok(written) => {
                let new = self.writer.for_outbox(written, Reader::Citizen, address);
                let names = act.names.clone();
                self.leaves_for(address, NewMail { names, ..new }, told)
            }
            Err(problem) if problem.is_the_address => self.has_no_address(*id, act),
            Err(problem) => {
                self.decided.problems.push(problem.text);
                self.retry.insert(*id, self.now + RETRY_TEXT);
                Ok(())
            }
        }
    }

    /// What a mail to a citizen must wait for, if so.
    fn must_wait_for(&self, mail: &ToCitizen) -> Result<Option<Wait>, StoreError> {
        let ToCitizen {
            id, act, address, ..
        } = mail;
        let today = self.board.calendar.local_date(self.now);
        let sent = self.mails_today(address, today)?;
        // The last one of the day is kept for a notice, which keeps a pledge: a new date gives way.
        let kept = act.effect != Effect::Notice
            && sent + 1 >= MAILS_A_DAY
            && self.owes_notice_today(*id, address, today)?;
        if act.effect == Effect::Notice
            && let Some(again) = self.waits_for_twin(*id)?
        {
            return Ok(Some(Wait::Until(again)));
        }
        if kept || sent >= MAILS_A_DAY {
            let again = self.tomorrow(*id, today)?;
            return Ok(Some(Wait::Limit(Flag::NoticeHeldByCap, again)));
        }
        if let Some(again) = self.room_at(self.board.notices_per_hour)? {
            return Ok(Some(Wait::Limit(Flag::NoticeHeldByHour, again)));
        }
        if self.is_late_after_pause(*id, act)? {
            return Ok(self.room_at(LATE_AN_HOUR)?.map(Wait::Until));
        }
        Ok(None)
    }

    /// The next working day, at the time of its notice.
    fn tomorrow(&self, id: ItemId, today: NaiveDate) -> Result<DateTime<Utc>, StoreError> {
        let calendar = &self.board.calendar;
        let pledge = self.board.pledge(self.item(id)?.pledge.as_deref());
        let time = pledge.notice.map_or(NOTE_TIME, |moment| moment.time);
        Ok(calendar.instant(calendar.add_working_days(today, 1), time))
    }

    /// The mail is written, and speaks for all that it has told of.
    fn leaves_for(
        &mut self,
        address: &str,
        mail: NewMail,
        told: Vec<Told>,
    ) -> Result<(), StoreError> {
        let effects = told.iter().map(|told| (told.item.id, told.effect));
        self.enqueue(mail, effects.collect(), Vec::new());
        self.written_to.push(address.to_owned());
        for told in told {
            let board = self.board_of(&told.item);
            let (id, queued) = (told.item.id, told.queued(board));
            self.items.entry(id).or_insert(told.item);
            self.happen(id, queued)?;
        }
        Ok(())
    }

    /// The address cannot be written to: that is this item's fate, and its handler hears of it.
    fn has_no_address(&mut self, id: ItemId, act: &Act) -> Result<(), StoreError> {
        let effect = act.effect;
        let queued = Fact::Queued {
            effect,
            to: vec![Reader::Citizen.to_string()],
            promise: None,
            names: act.names.clone(),
            as_function: false,
        };
        self.happen(id, queued)?;
        let failed = Fact::Failed {
            effect,
            failure: Failure::Rejected,
            why: Some(Undelivered::NoAddress),
        };
        self.happen(id, failed)
    }

    /// A mail that a limit holds. Its handler hears of a notice at once, while a call still helps;
    /// a new date is held without a word, since its reader has an older one.
    fn hold(
        &mut self,
        id: ItemId,
        act: &Act,
        by: Flag,
        again: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.retry.insert(id, again);
        if !matches!(act.effect, Effect::Notice | Effect::Letter) {
            return Ok(());
        }
        let before = self.board.plan(self.item(id)?, self.now).acts;
        self.happen(id, Fact::Flagged { flag: by })?;
        let after = self.board.plan(self.item(id)?, self.now).acts;
        for act in after
            .iter()
            .filter(|act| act.effect == Effect::NoticeHeld && !before.contains(act))
        {
            self.tell(&act.to, id, act.effect);
        }
        Ok(())
    }

    /// Mails to an address on that day, over all mailboxes.
    fn mails_today(&self, address: &str, today: NaiveDate) -> Result<u32, StoreError> {
        let midnight = self.board.calendar.instant(today, NaiveTime::MIN);
        let here = self
            .written_to
            .iter()
            .filter(|to| to.as_str() == address)
            .count();
        Ok(self
            .db
            .notices_to(address, midnight)?
            .saturating_add(u32::try_from(here).unwrap_or(u32::MAX)))
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

    /// Whether the one mail of the day to an address is needed for a notice, which keeps a pledge:
    /// a new date gives way.
    fn owes_notice_today(
        &self,
        id: ItemId,
        address: &str,
        today: NaiveDate,
    ) -> Result<bool, StoreError> {
        let others = self.db.live_by_clue(&to_clue(address))?;
        Ok(others.into_iter().any(|other| {
            let is_due = other.due.as_ref().is_some_and(|due| due.date == today);
            let may = other.may_be_noticed()
                && other.state == State::Open
                && other.mailbox == self.board.name;
            other.id != id && is_due && may && !other.done.contains_key(&Effect::Notice)
        }))
    }

    /// The items that a mail to a citizen names, its own first, and how many more it speaks for.
    fn told_with(&self, mail: &ToCitizen) -> Result<(Vec<Told>, usize), StoreError> {
        let ToCitizen {
            id,
            act,
            row,
            address,
        } = mail;
        let item = self.item(*id)?;
        let mut told = vec![Told {
            item: item.clone(),
            row: row.clone(),
            effect: act.effect,
            names: act.names.clone(),
            promise: act.promise,
        }];
        if act.effect == Effect::Notice {
            self.noticed_with(item, row, address, &mut told)?;
        }
        let rest = told.len().saturating_sub(NAMED);
        Ok((told, rest))
    }

    /// One notice for several: see [`crate::domain::notices`].
    fn noticed_with(
        &self,
        item: &Item,
        row: &MessageRow,
        address: &str,
        told: &mut Vec<Told>,
    ) -> Result<(), StoreError> {
        let text = self.board.pledge(item.pledge.as_deref()).text;
        // A text of the municipality's own that has no place for others would keep quiet about
        // them.
        if !self.writer.names_others(item, text) {
            return Ok(());
        }
        let cores = self.cores_of(row);
        let question = Question {
            item,
            address,
            text,
            cores: &cores,
            falls_due: true,
        };
        for other in self.db.live_by_clue(&to_clue(address))? {
            let other = self.items.get(&other.id).cloned().unwrap_or(other);
            told.extend(self.noticed_beside(&question, other)?);
        }
        self.twins_with(told)
    }

    /// Another item of which the notice about a question speaks.
    fn noticed_beside(
        &self,
        question: &Question<'_>,
        item: Item,
    ) -> Result<Option<Told>, StoreError> {
        let row = self.db.message_of(item.id)?;
        let notice = self.board.notice(&item, self.now);
        let Some(notice) = notice.filter(|notice| notice.effect == Effect::Notice) else {
            return Ok(None);
        };
        let cores = self.cores_of(&row);
        let is_named = question.speaks_for(&Question {
            item: &item,
            address: row.answer_address().unwrap_or_default(),
            text: self.board.pledge(item.pledge.as_deref()).text,
            cores: &cores,
            falls_due: notice.at <= self.now,
        });
        Ok(is_named.then_some(Told {
            item,
            row,
            effect: Effect::Notice,
            names: Some(notice.names),
            promise: Some(notice.promise),
        }))
    }

    fn cores_of(&self, row: &MessageRow) -> Vec<String> {
        let diary = &self.board.organisation.diary;
        row.subjects().map(|subject| core(subject, diary)).collect()
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
