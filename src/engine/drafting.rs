//! A round of deciding, on one state of the register that it only reads: what becomes of each item, and every mail with its
//! final bytes. What it comes to is written down by [`super::deciding`].

use super::deciding::{Decided, MAX_DECIDED, Noted};
use super::intake::to_clue;
use super::writing::{StaffLine, Writer};
use super::SYSTEM;
use crate::domain::board::Board;
use crate::domain::decide::Act;
use crate::domain::event::{Effect, Event, Fact, Failure, Flag};
use crate::domain::item::{Item, ItemId, State};
use crate::domain::reader::Reader;
use crate::domain::reason::{Reason, Undelivered};
use crate::mail::texts::Texts;
use crate::store::outbox::NewMail;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use std::collections::BTreeMap;

/// When a text could not be written (a municipality's template is broken), it is tried again after this.
const RETRY_TEXT: Duration = Duration::hours(1);

/// When the note of excluded messages goes out on working days, local time.
const NOTE_TIME: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("08:00 is a time");

/// All that a round has to write down.
#[derive(Debug)]
pub(super) struct Decisions {
    /// [`Db::writes_of_others`] when it was decided.
    pub based_on: i64,
    /// Every item that was decided about or spoken for, as it was read, and its next waking.
    pub rows: Vec<(Item, Option<DateTime<Utc>>)>,
    pub steps: Vec<Step>,
    /// How far the note of what was excluded has come, if that has changed.
    pub noted: Option<Noted>,
    pub decided: Decided,
}

/// One thing to write down, in order.
#[derive(Debug)]
pub(super) enum Step {
    Mail { mail: NewMail, effects: Vec<(ItemId, Effect)> },
    /// A mail that does nothing about the items it speaks of.
    Note { mail: NewMail, about: Vec<ItemId> },
    Happen { item: ItemId, fact: Fact },
}

pub(super) struct Round<'a> {
    board: &'a Board,
    db: &'a Db<'a>,
    writer: Writer<'a>,
    now: DateTime<Utc>,
    /// As they are after what the round has decided so far.
    items: BTreeMap<ItemId, Item>,
    /// Those to which something happened, as they were read.
    before: BTreeMap<ItemId, Item>,
    /// Items whose mail had to wait, and until when.
    retry: BTreeMap<ItemId, DateTime<Utc>>,
    to_staff: BTreeMap<Reader, Vec<(ItemId, Effect)>>,
    /// Addresses of the mails to citizens that this round has written.
    written_to: Vec<String>,
    steps: Vec<Step>,
    decided: Decided,
}

impl<'a> Round<'a> {
    pub fn new(board: &'a Board, texts: &'a Texts, db: &'a Db<'a>, now: DateTime<Utc>) -> Self {
        Self {
            board,
            db,
            writer: Writer { board, texts, now },
            now,
            items: BTreeMap::new(),
            before: BTreeMap::new(),
            retry: BTreeMap::new(),
            to_staff: BTreeMap::new(),
            written_to: Vec::new(),
            steps: Vec::new(),
            decided: Decided::default(),
        }
    }

    pub fn decide(mut self) -> Result<Decisions, StoreError> {
        let based_on = self.db.writes_of_others()?;
        let ids = self.db.awake(&self.board.name, self.now, MAX_DECIDED)?;
        self.decided = Decided { items: ids.len(), more: ids.len() == MAX_DECIDED, ..Decided::default() };
        for id in ids {
            self.take(self.db.item_of(id)?)?;
        }
        self.write_to_staff()?;
        let noted = self.note_of_excluded()?;
        Ok(self.finish(based_on, noted))
    }

    fn take(&mut self, item: Item) -> Result<(), StoreError> {
        // Another item's notice may have spoken for it already.
        let item = self.items.remove(&item.id).unwrap_or(item);
        let plan = self.board.plan(&item, self.now);
        let id = item.id;
        self.items.insert(id, item);
        for act in &plan.acts {
            match (&act.to, &act.names) {
                (Reader::Citizen, Some(handler)) => self.write_to_citizen(id, handler, act)?,
                (to, _) if act.effect == Effect::Letter => self.letter(id, to, act.promise)?,
                (to, _) => self.tell(to, id, act.effect),
            }
        }
        // A notice that was held has something to say to the handler at once.
        let again = self.board.plan(self.item(id)?, self.now);
        for act in again.acts.iter().filter(|act| act.effect == Effect::NoticeHeld && !plan.acts.contains(act)) {
            self.tell(&act.to, id, act.effect);
        }
        Ok(())
    }

    fn tell(&mut self, to: &Reader, id: ItemId, effect: Effect) {
        self.to_staff.entry(to.clone()).or_default().push((id, effect));
    }

    fn item(&self, id: ItemId) -> Result<&Item, StoreError> {
        self.items.get(&id).ok_or_else(|| StoreError::Defect(format!("{id} is not in this round")))
    }

    /// One mail to a citizen, within the limits: one an address and day, so many a mailbox and hour.
    fn write_to_citizen(&mut self, id: ItemId, handler: &str, act: &Act) -> Result<(), StoreError> {
        let row = self.db.message_of(id)?;
        let Some(address) = row.answer_address().map(str::to_owned) else { return Ok(()) };
        let calendar = &self.board.calendar;
        let today = calendar.local_date(self.now);
        let spoken_for = act.effect != Effect::Notice && self.owes_notice_today(id, &address, today)?;
        if spoken_for || self.mails_today(&address, today)? > 0 {
            let pledge = self.board.pledge(self.item(id)?.pledge.as_deref());
            let time = pledge.notice.map_or(NOTE_TIME, |moment| moment.time);
            self.retry.insert(id, calendar.instant(calendar.add_working_days(today, 1), time));
            // A new date is held without a word: its reader has an older one.
            if act.effect != Effect::Notice {
                return Ok(());
            }
            return self.happen(id, Fact::Flagged { flag: Flag::NoticeHeldByCap });
        }
        if self.mails_last_hour()? >= self.board.notices_per_hour {
            // The operator is alarmed; the item is not touched, its notice leaves when the hour has room.
            self.decided.held += 1;
            self.retry.insert(id, self.now + Duration::minutes(10));
            return Ok(());
        }
        let queued = |effect, promise| Fact::Queued {
            effect,
            to: vec!["citizen".to_owned()],
            promise,
            names: Some(handler.to_owned()),
        };
        let token = self.db.fresh_token()?;
        match self.writer.citizen_mail(self.item(id)?, &row, &address, handler, act, &token) {
            Ok(written) => {
                let names = Some(handler.to_owned());
                let mail = NewMail { names, ..self.writer.for_outbox(written, Reader::Citizen, &address) };
                let told = self.told_with(id, act.effect, &address)?;
                self.enqueue(mail, told.clone());
                self.written_to.push(address);
                told.into_iter().try_for_each(|(id, effect)| self.happen(id, queued(effect, act.promise)))
            }
            Err(problem) if problem.is_the_address => {
                // Nobody can write to it: that is this item's fate, and its handler hears of it.
                self.happen(id, queued(act.effect, None))?;
                let why = Some(Undelivered::NoAddress);
                self.happen(id, Fact::Failed { effect: act.effect, failure: Failure::Rejected, why })
            }
            Err(problem) => {
                self.decided.problems.push(problem.text);
                self.retry.insert(id, self.now + RETRY_TEXT);
                Ok(())
            }
        }
    }

    /// Mails to an address on that day, over all mailboxes.
    fn mails_today(&self, address: &str, today: NaiveDate) -> Result<u32, StoreError> {
        let midnight = self.board.calendar.instant(today, NaiveTime::MIN);
        let here = self.written_to.iter().filter(|to| to.as_str() == address).count();
        Ok(self.db.notices_to(address, midnight)?.saturating_add(u32::try_from(here).unwrap_or(u32::MAX)))
    }

    fn mails_last_hour(&self) -> Result<u32, StoreError> {
        let here = u32::try_from(self.written_to.len()).unwrap_or(u32::MAX);
        Ok(self.db.notices_last_hour(&self.board.name, self.now)?.saturating_add(here))
    }

    fn enqueue(&mut self, mail: NewMail, effects: Vec<(ItemId, Effect)>) {
        self.decided.mails += 1;
        self.steps.push(Step::Mail { mail, effects });
    }

    /// Whether the one mail of the day to an address is needed for a notice, which keeps a pledge: a new date gives way.
    fn owes_notice_today(&self, id: ItemId, address: &str, today: NaiveDate) -> Result<bool, StoreError> {
        let others = self.db.live_by_clue(&to_clue(address))?;
        Ok(others.into_iter().any(|other| {
            let is_due = other.due.as_ref().is_some_and(|due| due.date == today) && other.leader.is_none();
            let may = other.may_notify && other.state == State::Open && other.mailbox == self.board.name;
            other.id != id && is_due && may && !other.done.contains_key(&Effect::Notice)
        }))
    }

    /// The items that a mail to a citizen speaks for: its own, and the same citizen's questions that wait behind it.
    fn told_with(&mut self, id: ItemId, effect: Effect, address: &str) -> Result<Vec<(ItemId, Effect)>, StoreError> {
        let mut told = vec![(id, effect)];
        for other in self.db.live_in_conversation(self.item(id)?.conversation)? {
            let waits = other.leader == Some(id) && other.state == State::Open;
            let theirs = match effect {
                Effect::NewDate(_) => other.untold().map(|(number, _)| Effect::NewDate(number)),
                effect => Some(effect),
            };
            let Some(theirs) = theirs.filter(|effect| waits && !other.done.contains_key(effect)) else { continue };
            {
                let row = self.db.message_of(other.id)?;
                if row.answer_address() == Some(address) {
                    told.push((other.id, theirs));
                    self.items.entry(other.id).or_insert(other);
                }
            }
        }
        Ok(told)
    }

    /// A notice to print and post: a mail of its own, since it is printed. One mail for both its readers, so that the
    /// letter is there once, and both see that the other has it.
    fn letter(&mut self, id: ItemId, to: &Reader, promise: Option<NaiveDate>) -> Result<(), StoreError> {
        let row = self.db.message_of(id)?;
        let token = self.db.fresh_token()?;
        let registrar = self.writer.registrar(to);
        match self.writer.letter(self.item(id)?, &row, to, registrar, promise, &token) {
            Ok(written) => {
                let copy = registrar.map(|member| member.email.clone());
                let mail = self.writer.for_outbox(written, to.clone(), self.writer.address_of(to));
                let to = [to.to_string()].into_iter().chain(registrar.map(|member| member.id.clone())).collect();
                self.enqueue(NewMail { copy, ..mail }, vec![(id, Effect::Letter)]);
                self.happen(id, Fact::Queued { effect: Effect::Letter, to, promise, names: None })
            }
            Err(problem) => {
                self.decided.problems.push(problem.text);
                self.retry.insert(id, self.now + RETRY_TEXT);
                Ok(())
            }
        }
    }

    /// One mail for each recipient about all of their items.
    fn write_to_staff(&mut self) -> Result<(), StoreError> {
        for (reader, effects) in std::mem::take(&mut self.to_staff) {
            let mut lines: BTreeMap<ItemId, StaffLine> = BTreeMap::new();
            for (id, effect) in &effects {
                let line = match lines.remove(id) {
                    Some(line) => line,
                    None => {
                        StaffLine { item: self.item(*id)?.clone(), row: self.db.message_of(*id)?, effects: Vec::new() }
                    }
                };
                lines.insert(*id, StaffLine { effects: [line.effects, vec![*effect]].concat(), ..line });
            }
            let token = self.db.fresh_token()?;
            let lines: Vec<StaffLine> = lines.into_values().collect();
            match self.writer.staff_mail(&reader, &lines, &token) {
                Ok(written) => {
                    let to = vec![reader.to_string()];
                    let address = self.writer.address_of(&reader).to_owned();
                    self.enqueue(self.writer.for_outbox(written, reader, &address), effects.clone());
                    for (id, effect) in effects {
                        self.happen(id, Fact::Queued { effect, to: to.clone(), promise: None, names: None })?;
                    }
                }
                Err(problem) => {
                    self.decided.problems.push(problem.text);
                    for (id, _) in effects {
                        self.retry.insert(id, self.now + RETRY_TEXT);
                    }
                }
            }
        }
        Ok(())
    }

    /// Once a working day: what was excluded since the last note, and why, so that a person can catch a wrong one.
    fn note_of_excluded(&mut self) -> Result<Option<Noted>, StoreError> {
        let calendar = &self.board.calendar;
        let today = calendar.local_date(self.now);
        let due = calendar.staff_mail_at(calendar.instant(today, NOTE_TIME));
        let noted = Noted::of(self.db, &self.board.name)?;
        let noted_on = noted.on;
        if self.now < due || calendar.staff_mail_at(self.now) != self.now || noted_on == Some(today) {
            return Ok(None);
        }
        // Where the last note ended in the log, not when: what is read while a note is decided stands in the next one.
        let since = noted.until;
        if self.db.note_waits(&self.board.name)? {
            // It leaves first, or grows stale and is written anew: never two of them at once.
            return Ok(None);
        }
        let until = self.db.end_of_log()?;
        let Some(reader) = self.writer.note_reader() else { return Ok(None) };
        let mut excluded = Vec::new();
        for item in self.db.excluded_since(&self.board.name, since)? {
            // Whoever gave a command has been told what came of it.
            if item.excluded_reason == Some(Reason::StaffCommand) {
                continue;
            }
            let row = self.db.message_of(item.id)?;
            excluded.push((item, row));
        }
        if !excluded.is_empty() {
            let token = self.db.fresh_token()?;
            match self.writer.excluded(&reader, &excluded, &token) {
                Ok(written) => {
                    let address = self.writer.address_of(&reader).to_owned();
                    let mail = self.writer.for_outbox(written, reader, &address);
                    let about = excluded.iter().map(|(item, _)| item.id).collect();
                    self.steps.push(Step::Note { mail, about });
                    self.decided.mails += 1;
                }
                Err(problem) => {
                    self.decided.problems.push(problem.text);
                    return Ok(None);
                }
            }
        }
        Ok(Some(Noted { on: Some(today), until, since }))
    }

    /// Every item with its next waking.
    fn finish(mut self, based_on: i64, noted: Option<Noted>) -> Decisions {
        let mut rows = Vec::with_capacity(self.items.len());
        for (id, item) in self.items {
            let plan = self.board.plan(&item, self.now);
            let again = if plan.acts.is_empty() { None } else { Some(self.now + Duration::minutes(1)) };
            let retry = self.retry.get(&id).copied().or(again);
            let wake_at = match (retry, plan.wake_at) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
            rows.push((self.before.remove(&id).unwrap_or(item), wake_at));
        }
        Decisions { based_on, rows, steps: self.steps, noted, decided: self.decided }
    }

    fn happen(&mut self, id: ItemId, fact: Fact) -> Result<(), StoreError> {
        let item = self.items.get_mut(&id).ok_or_else(|| StoreError::Defect(format!("{id} is not in this round")))?;
        // A flag that stands already is no news.
        if matches!(&fact, Fact::Flagged { flag } if item.flags.contains(flag)) {
            return Ok(());
        }
        self.before.entry(id).or_insert_with(|| item.clone());
        item.apply(&Event { at: self.now, by: SYSTEM.to_owned(), fact: fact.clone() })?;
        self.steps.push(Step::Happen { item: id, fact });
        Ok(())
    }
}
