//! Decide and enqueue: for every item whose time has come, on a fresh view only, the mails that are due, each under its
//! natural key, one digest for each recipient. One transaction.

use super::intake::to_clue;
use super::writing::{StaffLine, Writer};
use super::{Engine, SYSTEM};
use crate::domain::board::Board;
use crate::domain::decide::{Act, Recipient};
use crate::domain::event::{Effect, Fact, Failure, Flag};
use crate::domain::item::{Item, ItemId, State};
use crate::domain::reason::{Reason, Undelivered};
use crate::mail::author::Written;
use crate::store::outbox::NewMail;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Items decided about in one transaction. More wait for the next tick, which follows at once.
pub const MAX_DECIDED: usize = 2_000;

/// When a text could not be written (a municipality's template is broken), it is tried again after this.
const RETRY_TEXT: Duration = Duration::hours(1);

/// When the note of excluded messages goes out on working days, local time.
const NOTE_TIME: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("08:00 is a time");

/// What a round of deciding came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decided {
    pub items: usize,
    pub mails: usize,
    /// Notices held by the limit of an hour.
    pub held: usize,
    /// Texts that could not be written: an operator must act.
    pub problems: Vec<String>,
    /// There may be more to decide at once.
    pub more: bool,
}

impl Engine {
    /// Decides about every item of a mailbox whose time had come when the last complete view began.
    pub fn decide(&mut self, mailbox: &str, now: DateTime<Utc>) -> Result<Decided, StoreError> {
        let Some(view) = self.view_of(mailbox).filter(|_| !self.steadiness.holds()) else {
            return Ok(Decided::default());
        };
        let as_of = view.min(now);
        self.take_back(mailbox, now)?;
        let board = self.board(mailbox)?;
        let texts = Arc::clone(&self.texts);
        let writer = Writer { board: &board, texts: &texts, now: as_of };
        self.step(now, |db| {
            let ids = db.awake(mailbox, as_of, MAX_DECIDED)?;
            let mut round = Round {
                board: &board,
                db,
                writer,
                now: as_of,
                items: BTreeMap::new(),
                retry: BTreeMap::new(),
                to_staff: BTreeMap::new(),
                decided: Decided { items: ids.len(), more: ids.len() == MAX_DECIDED, ..Decided::default() },
            };
            for id in ids {
                round.take(db.item_of(id)?)?;
            }
            round.write_to_staff()?;
            round.note_of_excluded()?;
            round.finish()
        })
    }
}

/// The last note of what was excluded: its day, and the lines of the log that it told of.
struct Noted {
    on: Option<NaiveDate>,
    until: i64,
    since: i64,
}

impl Noted {
    fn of(db: &Db<'_>, mailbox: &str) -> Result<Self, StoreError> {
        let text = db.meta(&format!("excluded-note.{mailbox}"))?.unwrap_or_default();
        let mut words = text.split(' ');
        let on = words.next().and_then(|day| day.parse().ok());
        let mut line = || words.next().and_then(|line| line.parse().ok()).unwrap_or(0);
        Ok(Self { on, until: line(), since: line() })
    }

    fn save(&self, db: &Db<'_>, mailbox: &str) -> Result<(), StoreError> {
        let on = self.on.map_or_else(|| "-".to_owned(), |day| day.to_string());
        db.set_meta(&format!("excluded-note.{mailbox}"), &format!("{on} {} {}", self.until, self.since))
    }
}

/// The last note of what was excluded was taken back: it has told nobody anything.
pub(super) fn note_again(db: &Db<'_>, mailbox: &str) -> Result<(), StoreError> {
    let noted = Noted::of(db, mailbox)?;
    Noted { on: None, until: noted.since, since: noted.since }.save(db, mailbox)
}

struct Round<'a> {
    board: &'a Board,
    db: &'a Db<'a>,
    writer: Writer<'a>,
    now: DateTime<Utc>,
    items: BTreeMap<ItemId, Item>,
    /// Items whose mail had to wait, and until when.
    retry: BTreeMap<ItemId, DateTime<Utc>>,
    to_staff: BTreeMap<Recipient, Vec<(ItemId, Effect)>>,
    decided: Decided,
}

impl Round<'_> {
    fn take(&mut self, item: Item) -> Result<(), StoreError> {
        // Another item's notice may have spoken for it already.
        let item = self.items.remove(&item.id).unwrap_or(item);
        let plan = self.board.plan(&item, self.now);
        let id = item.id;
        self.items.insert(id, item);
        for act in &plan.acts {
            match &act.to {
                Recipient::Citizen { handler } => self.write_to_citizen(id, handler, act)?,
                to if act.effect == Effect::Letter => self.letter(id, to, act.promise)?,
                to => self.tell(to, id, act.effect),
            }
        }
        // A notice that was held has something to say to the handler at once.
        let again = self.board.plan(self.item(id)?, self.now);
        for act in again.acts.iter().filter(|act| act.effect == Effect::NoticeHeld && !plan.acts.contains(act)) {
            self.tell(&act.to, id, act.effect);
        }
        Ok(())
    }

    fn tell(&mut self, to: &Recipient, id: ItemId, effect: Effect) {
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
        if spoken_for || self.db.notices_to(&address, calendar.instant(today, NaiveTime::MIN))? > 0 {
            let pledge = self.board.pledge(self.item(id)?.pledge.as_deref());
            let time = pledge.notice.map_or(NOTE_TIME, |moment| moment.time);
            self.retry.insert(id, calendar.instant(calendar.add_working_days(today, 1), time));
            // A new date is held without a word: its reader has an older one.
            if act.effect != Effect::Notice {
                return Ok(());
            }
            return self.happen(id, Fact::Flagged { flag: Flag::NoticeHeldByCap });
        }
        if self.db.notices_last_hour(&self.board.name, self.now)? >= self.board.notices_per_hour {
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
                let mail = NewMail { names, ..self.new_mail(written, "citizen", &address) };
                let told = self.told_with(id, act.effect, &address)?;
                self.db.enqueue(&mail, &told)?;
                self.decided.mails += 1;
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
    fn letter(&mut self, id: ItemId, to: &Recipient, promise: Option<NaiveDate>) -> Result<(), StoreError> {
        let row = self.db.message_of(id)?;
        let token = self.db.fresh_token()?;
        let registrar = self.writer.registrar(to);
        match self.writer.letter(self.item(id)?, &row, to, registrar, promise, &token) {
            Ok(written) => {
                let (name, address) = self.writer.reader(to);
                let copy = registrar.map(|member| member.email.clone());
                let mail = NewMail { copy, ..self.new_mail(written, &name, &address) };
                self.db.enqueue(&mail, &[(id, Effect::Letter)])?;
                self.decided.mails += 1;
                let to = [name].into_iter().chain(registrar.map(|member| member.id.clone())).collect();
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
        for (recipient, effects) in std::mem::take(&mut self.to_staff) {
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
            match self.writer.staff_mail(&recipient, &lines, &token) {
                Ok(written) => {
                    let (name, address) = self.writer.reader(&recipient);
                    let mail = self.new_mail(written, &name, &address);
                    self.db.enqueue(&mail, &effects)?;
                    self.decided.mails += 1;
                    for (id, effect) in effects {
                        self.happen(id, Fact::Queued { effect, to: vec![name.clone()], promise: None, names: None })?;
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
    fn note_of_excluded(&mut self) -> Result<(), StoreError> {
        let calendar = &self.board.calendar;
        let today = calendar.local_date(self.now);
        let due = calendar.staff_mail_at(calendar.instant(today, NOTE_TIME));
        let noted = Noted::of(self.db, &self.board.name)?;
        let noted_on = noted.on;
        if self.now < due || calendar.staff_mail_at(self.now) != self.now || noted_on == Some(today) {
            return Ok(());
        }
        // Where the last note ended in the log, not when: what is read while a note is decided stands in the next one.
        let since = noted.until;
        if self.db.note_waits(&self.board.name)? {
            // It leaves first, or grows stale and is written anew: never two of them at once.
            return Ok(());
        }
        let until = self.db.end_of_log()?;
        let Some(reader) = self.writer.note_reader() else { return Ok(()) };
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
                    let (name, address) = self.writer.reader(&reader);
                    let about: Vec<ItemId> = excluded.iter().map(|(item, _)| item.id).collect();
                    self.db.enqueue_about(&self.new_mail(written, &name, &address), &about, None)?;
                    self.decided.mails += 1;
                }
                Err(problem) => {
                    self.decided.problems.push(problem.text);
                    return Ok(());
                }
            }
        }
        Noted { on: Some(today), until, since }.save(self.db, &self.board.name)
    }

    /// Writes every item back with its next waking.
    fn finish(self) -> Result<Decided, StoreError> {
        for (id, item) in &self.items {
            let plan = self.board.plan(item, self.now);
            let again = if plan.acts.is_empty() { None } else { Some(self.now + Duration::minutes(1)) };
            let retry = self.retry.get(id).copied().or(again);
            let wake_at = match (retry, plan.wake_at) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
            self.db.save_item(item, wake_at)?;
        }
        Ok(self.decided)
    }

    fn happen(&mut self, id: ItemId, fact: Fact) -> Result<(), StoreError> {
        let item = self.items.get_mut(&id).ok_or_else(|| StoreError::Defect(format!("{id} is not in this round")))?;
        // A flag that stands already is no news.
        if matches!(&fact, Fact::Flagged { flag } if item.flags.contains(flag)) {
            return Ok(());
        }
        self.db.happen(item, self.now, SYSTEM, fact)
    }

    fn new_mail(&self, written: Written, recipient: &str, address: &str) -> NewMail {
        self.writer.for_outbox(written, recipient, address)
    }
}
