//! Record: every message that arrived becomes exactly one item, whatever its state in the mailbox; what staff sent
//! becomes evidence. Seen before: nothing changes but where it lies.

use super::thread::Thread;
use super::{Engine, SYSTEM};
use crate::domain::arrival::arrival;
use crate::domain::board::Board;
use crate::domain::classify::{Channel, Class, Context, Conversation, Mark, Verdict, classify};
use crate::domain::coverage::runs_of;
use crate::domain::event::{Arrival, AssignedBy, Event, Fact, Flag, Logged, Standing};
use crate::domain::folders::{Role, Watched};
use crate::domain::identify::Identity;
use crate::domain::identify::{is_strong, mid_key};
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::{MessageRow, More};
pub(super) use crate::domain::kept::{thread_index_clue, to_clue};
use crate::domain::message::Message;
use crate::domain::pledge::{Due, Pledge};
use crate::domain::reason::Reason;
use crate::domain::stamp::{Stamp, stamp_day};
use crate::domain::tongue::{self, Tongue};
use crate::mail::texts::Texts;
use crate::ports::Flags;
use crate::store::folders::Cursor;
use crate::store::items::AT_ONCE;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use std::cell::Cell;
use std::sync::Arc;

/// One message as the mailbox's driver hands it over.
#[derive(Clone, Debug)]
pub struct Arrived {
    pub uid: u32,
    pub internal_date: Option<DateTime<Utc>>,
    pub size: u32,
    pub flags: Flags,
    pub message: Message,
    /// The own words of a reply of staff to one of our mails; of nothing else any words are read.
    pub words: Option<String>,
}

/// What a batch brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub new_items: u32,
    pub seen_before: u32,
    pub sent: u32,
    /// Messages that the server gave.
    pub given: u32,
    /// Live items bear `\Answered`.
    pub marked_answered: bool,
    /// One that could not be read by the program (outside the junk folder): an item all the same, and the operator is
    /// told.
    pub unreadable: Option<ItemId>,
}

/// Thread ids of a message that are kept for the headers of our notice.
const KEPT_REFERENCES: usize = 20;

/// Messages alike in everything that can be known; more than this in one folder are taken for the last one.
pub(super) const MAX_ALIKE: u32 = 1_000;

/// A batch of at least so many messages is one of very many: a first reading.
const VERY_MANY: usize = 500;

impl Engine {
    /// Logs a batch of one folder. One transaction: all of it, or nothing.
    pub fn record(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        batch: &[Arrived],
        now: DateTime<Utc>,
    ) -> Result<Tally, StoreError> {
        self.take_in(mailbox, folder, batch, now, false)
    }

    /// As [`Engine::record`], for messages that were or may have been read before: one that was logged while its pledge
    /// was another (a scanner was configured since) is recognised all the same.
    pub fn record_again(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        batch: &[Arrived],
        now: DateTime<Utc>,
    ) -> Result<Tally, StoreError> {
        self.take_in(mailbox, folder, batch, now, true)
    }

    fn take_in(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        batch: &[Arrived],
        now: DateTime<Utc>,
        again: bool,
    ) -> Result<Tally, StoreError> {
        let board = self.board(mailbox)?;
        let start = self.start_of(mailbox)?;
        let texts = Arc::clone(&self.texts);
        if batch.len() >= VERY_MANY {
            self.store.make_room(true)?;
        }
        let tally = self.step(now, |db| {
            let intake = Intake { again, ..Intake::new(&board, db, &texts, folder, start, now)? };
            let first_sent = if again { db.first_sent(mailbox)? } else { None };
            let mut tally = Tally::default();
            for arrived in batch {
                match folder.role {
                    Role::Sent => {
                        // Mail from before the start was passed over; when the start is earlier now, it is no loss.
                        let was_due = !again || first_sent.is_some_and(|first| arrived.internal_date >= Some(first));
                        tally.sent += u32::from(intake.sent(arrived)? && was_due);
                    }
                    Role::Inbox | Role::Junk | Role::Done => match intake.own_copy(arrived)? {
                        Some(is_new) => tally.sent += u32::from(is_new),
                        None if intake.arrival(arrived)? => tally.new_items += 1,
                        None => tally.seen_before += 1,
                    },
                }
            }
            tally.unreadable = intake.unreadable.get();
            db.add_spans(intake.folder_id, &runs_of(batch.iter().map(|arrived| arrived.uid)))?;
            Ok(tally)
        })?;
        if tally.new_items + tally.sent > 0 {
            self.steadiness.arrived(batch.iter().filter_map(|arrived| arrived.internal_date).max(), now);
        }
        Ok(tally)
    }

    /// Moves a folder's cursor, once everything before it is recorded.
    pub fn advance(&mut self, mailbox: &str, folder: &str, cursor: &Cursor) -> Result<(), StoreError> {
        self.store.write(|db| db.set_cursor(mailbox, folder, cursor))
    }
}

/// One batch's recording.
pub(super) struct Intake<'a> {
    pub board: &'a Board,
    pub db: &'a Db<'a>,
    pub texts: &'a Texts,
    pub folder: &'a Watched,
    pub folder_id: i64,
    pub start: DateTime<Utc>,
    pub now: DateTime<Utc>,
    /// The mailbox's own addresses.
    own: Vec<String>,
    unreadable: Cell<Option<ItemId>>,
    /// What comes may have been read before under other settings.
    pub again: bool,
}

impl<'a> Intake<'a> {
    pub fn new(
        board: &'a Board,
        db: &'a Db<'a>,
        texts: &'a Texts,
        folder: &'a Watched,
        start: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<Self, StoreError> {
        let folder_id = db.folder_id(&board.name, &folder.name)?;
        let (own, unreadable) = (board.own_addresses(), Cell::new(None));
        Ok(Self { board, db, texts, folder, folder_id, start, now, own, unreadable, again: false })
    }
}

impl Intake<'_> {
    /// Whether it was new.
    fn arrival(&self, arrived: &Arrived) -> Result<bool, StoreError> {
        let message = &arrived.message;
        let pledge = self.board.pledge_for(message, &self.folder.name);
        let strong = is_strong(message, pledge.letter);
        let identity = match self.recognise(arrived, strong)? {
            Ok(item) => {
                self.seen_again(item, arrived, strong)?;
                return Ok(false);
            }
            Err(identity) => identity,
        };
        let (received_at, arrival) = self.arrival_time(arrived);
        // With a clock that was set back, what has just arrived seems to be older than the start; the server knows.
        let server_says_new = arrived.internal_date.is_some_and(|at| at >= self.start);
        if received_at < self.start && !server_says_new {
            self.history(arrived, &identity, received_at, arrival, pledge, strong)?;
        } else {
            self.live(arrived, &identity, received_at, arrival, pledge)?;
        }
        Ok(true)
    }

    /// When it arrived, and how that is known.
    pub(super) fn arrival_time(&self, arrived: &Arrived) -> (DateTime<Utc>, Arrival) {
        let hosts = &self.board.border_hosts;
        arrival(&arrived.message.received, hosts, arrived.internal_date, self.now)
    }

    fn row(&self, arrived: &Arrived, received_at: DateTime<Utc>) -> MessageRow {
        let message = &arrived.message;
        let from = message.from.first();
        let reply_to: Vec<String> = message
            .reply_to
            .iter()
            .map(|address| address.addr.clone())
            .filter(|address| from.is_none_or(|from| from.addr != *address) && !self.board.is_own(address))
            .take(5)
            .collect();
        // RFC 5322 §3.6.4: without References, In-Reply-To stands for them.
        let references = if message.references.is_empty() { &message.in_reply_to } else { &message.references };
        MessageRow {
            received_at,
            size: arrived.size,
            message_id: message.message_id.clone(),
            sender: from.map(|from| from.addr.clone()),
            name: from.and_then(|from| from.name.clone()),
            subject: message.subject.clone(),
            more: More {
                reply_to,
                references: references.iter().rev().take(KEPT_REFERENCES).rev().cloned().collect(),
                thread_index: message.thread_index.clone(),
            },
        }
    }

    fn insert(
        &self,
        arrived: &Arrived,
        identity: &Identity,
        received_at: DateTime<Utc>,
    ) -> Result<(ItemId, MessageRow), StoreError> {
        let row = self.row(arrived, received_at);
        let year = self.board.calendar.local_date(received_at).year().clamp(1, 9999);
        Ok((self.db.insert_message(year, identity, &row)?, row))
    }

    /// Older than the start: logged, nothing more. No threading, so that a first start costs little a message.
    fn history(
        &self,
        arrived: &Arrived,
        identity: &Identity,
        received_at: DateTime<Utc>,
        arrival: Arrival,
        pledge: &Pledge,
        strong: bool,
    ) -> Result<(), StoreError> {
        let verdict = self.verdict(&arrived.message, pledge, Conversation::NotLookedUp)?;
        let (id, _) = self.insert(arrived, identity, received_at)?;
        if !strong {
            self.db.add_copy(self.folder_id, arrived.uid, id)?;
        }
        let logged = self.logged(id, &verdict, received_at, arrival, Standing::History, Vec::new(), None);
        self.db.create_item(id, self.event(Fact::Logged(Box::new(logged))), |_| None, &[])?;
        Ok(())
    }

    fn live(
        &self,
        arrived: &Arrived,
        identity: &Identity,
        received_at: DateTime<Utc>,
        arrival: Arrival,
        pledge: &Pledge,
    ) -> Result<(), StoreError> {
        let message = &arrived.message;
        let thread = self.thread_of(message, received_at)?;
        let conversation = if thread.conversation.is_some() { Conversation::Known } else { Conversation::Unknown };
        let verdict = self.verdict(message, pledge, conversation)?;
        let (id, row) = self.insert(arrived, identity, received_at)?;
        self.db.add_copy(self.folder_id, arrived.uid, id)?;
        let mut flags: Vec<Flag> = verdict.marks.iter().filter_map(|mark| flag_of(*mark)).collect();

        let excluded = self.settles_itself(arrived, &verdict, &thread)?;
        let is_staff_reply = matches!(excluded, Some(Reason::StaffReply | Reason::StaffCommand));
        if excluded.is_none() && self.board.answers_staff_mail(self.db, message)? {
            flags.push(Flag::StrangersReply);
        }
        let (standing, arrival) = match excluded {
            Some(reason) => (Standing::Excluded { reason }, arrival),
            None => self.open(message, &verdict, pledge, received_at, arrival, &thread, &mut flags)?,
        };
        let is_open = matches!(standing, Standing::Open { .. });
        if !is_open {
            flags.retain(|flag| *flag != Flag::UntiedAutoReply);
        }
        if is_open && self.flag_duplicates(&row)? {
            flags.push(Flag::PossibleDuplicate);
        }
        let clues = row.clues();
        let language = if is_open { self.language_of(message, pledge, &thread) } else { None };
        let conversation = thread.conversation.unwrap_or(id);
        let logged = self.logged(conversation, &verdict, received_at, arrival, standing, flags, language);
        let event = self.event(Fact::Logged(Box::new(logged)));
        let mut item = self.db.create_item(id, event, |item| self.first_wake(item), &clues)?;
        if verdict.class == Class::Unreadable && self.folder.role != Role::Junk {
            self.unreadable.set(Some(id));
        }
        if is_staff_reply {
            self.obey(arrived, received_at)?;
        }
        if is_open {
            self.told_before(&mut item, &row, &thread)?;
            self.settle_with_known_sent(&mut item, &row)?;
            if arrived.flags.answered {
                self.flagged_answered(&mut item)?;
            }
            if self.folder.role == Role::Done {
                self.close_done(&mut item)?;
            }
        }
        Ok(())
    }

    /// When a new item wants to be decided about first: a mailbox that is read for the first time has very many for
    /// which nothing is due today.
    fn first_wake(&self, item: &Item) -> Option<DateTime<Utc>> {
        if !item.state.is_live() {
            return None;
        }
        let plan = self.board.plan(item, self.now);
        if plan.acts.is_empty() { plan.wake_at } else { Some(AT_ONCE) }
    }

    pub(super) fn verdict(
        &self,
        message: &Message,
        pledge: &Pledge,
        conversation: Conversation,
    ) -> Result<Verdict, StoreError> {
        let is_own_id = match &message.message_id {
            Some(id) => self.db.own_mail(id)?.is_some(),
            None => false,
        };
        Ok(classify(
            message,
            &Context {
                own: &self.own,
                is_own_id,
                letter: pledge.letter,
                notify_senders: &self.board.notify_senders,
                in_junk: self.folder.role == Role::Junk,
                in_sent: self.folder.role == Role::Sent,
                conversation,
                channel: self.board.channel_of(message).map(|channel| Channel { notice: channel.notice }),
                trust: self.board.trust_in(message),
                ..Context::default()
            },
        ))
    }

    /// Due date, handler and clock of a message that needs an answer.
    #[expect(clippy::too_many_arguments, reason = "each is one independent fact of the new item")]
    fn open(
        &self,
        message: &Message,
        verdict: &Verdict,
        pledge: &Pledge,
        received_at: DateTime<Utc>,
        arrival: Arrival,
        thread: &Thread,
        flags: &mut Vec<Flag>,
    ) -> Result<(Standing, Arrival), StoreError> {
        let calendar = &self.board.calendar;
        let received_on = calendar.local_date(received_at);
        let (arrival_date, arrival) = match stamped(message, pledge, received_on, flags) {
            Some(stamped) => (stamped, Arrival::Stamp),
            None => (received_on, arrival),
        };
        let mut due = Due::of_arrival(received_at, arrival_date, pledge.time, calendar);
        // A further question before the answer keeps the oldest clock.
        let leader = thread.open_items.first();
        if let Some(first) = leader.and_then(|leader| leader.due.as_ref())
            && first.date <= due.date
        {
            due = first.clone();
        }
        let (handler, assigned_by) = self.handler_for(message, pledge, thread);
        let held = self.held_in_context(message, received_at, thread)?;
        flags.extend(held);
        Ok((
            Standing::Open {
                pledge: pledge.name.clone(),
                due: Box::new(due),
                may_notify: verdict.may_notify
                    && !message.from.is_empty()
                    && held.is_none()
                    && !flags.contains(&Flag::StrangersReply),
                handler,
                assigned_by,
                leader: leader.map(|leader| leader.id.0),
            },
            arrival,
        ))
    }

    /// The folder that it lies in before rules, the mailbox's before the pledge's, before the conversation's handler before
    /// the mailbox's default.
    fn handler_for(&self, message: &Message, pledge: &Pledge, thread: &Thread) -> (Option<String>, Option<AssignedBy>) {
        if let Some(owner) = self.board.owner_of(self.folder) {
            (Some(owner.id.clone()), Some(AssignedBy::Folder))
        } else if let Some(rule) = self.board.assign.iter().find(|rule| rule.matches.fits(message, &self.folder.name)) {
            (Some(rule.handler.clone()), Some(AssignedBy::Rule))
        } else if let Some(handler) = &pledge.handler {
            (Some(handler.clone()), Some(AssignedBy::Rule))
        } else if let Some(handler) = thread.handler.as_ref().filter(|handler| self.board.still_works(handler)) {
            (Some(handler.clone()), Some(AssignedBy::Conversation))
        } else {
            (self.board.handler.clone(), self.board.handler.as_ref().map(|_| AssignedBy::Default))
        }
    }

    /// The same sender, subject and size as another live item: both are told to people, never merged. The item at hand
    /// cannot be found by its clues yet.
    fn flag_duplicates(&self, row: &MessageRow) -> Result<bool, StoreError> {
        let Some(sender) = &row.sender else { return Ok(false) };
        let twins = self.db.live_twins(&self.board.name, &to_clue(sender), row)?;
        for twin in &twins {
            self.flag(self.db.item_of(*twin)?, Flag::PossibleDuplicate)?;
        }
        Ok(!twins.is_empty())
    }

    pub(super) fn event(&self, fact: Fact) -> Event {
        Event { at: self.now, by: SYSTEM.to_owned(), fact }
    }

    /// The language that the citizen is written to in, if it is not the service's. A scan's header is the scanner's.
    fn language_of(&self, message: &Message, pledge: &Pledge, thread: &Thread) -> Option<Tongue> {
        if pledge.letter {
            return None;
        }
        let before = thread.open_items.first().and_then(|item| item.language);
        let service = self.board.tongue;
        tongue::of(message).or(before).filter(|language| *language != service)
    }

    #[expect(clippy::too_many_arguments, reason = "each is one independent fact of the new item")]
    fn logged(
        &self,
        conversation: ItemId,
        verdict: &Verdict,
        received_at: DateTime<Utc>,
        arrival: Arrival,
        standing: Standing,
        flags: Vec<Flag>,
        language: Option<Tongue>,
    ) -> Logged {
        Logged {
            mailbox: self.board.name.clone(),
            folder: self.folder.name.clone(),
            class: verdict.class,
            reasons: verdict.reasons.clone(),
            received_at,
            arrival,
            conversation: conversation.0,
            standing,
            flags,
            language,
        }
    }
}

pub(super) fn id_clue(message_id: &str) -> String {
    format!("id:{:016x}", mid_key(message_id))
}

/// The stamp day of a letter; one that is not believed is flagged, and a person is asked.
fn stamped(message: &Message, pledge: &Pledge, received_on: NaiveDate, flags: &mut Vec<Flag>) -> Option<NaiveDate> {
    match stamp_day(&message.subject, pledge.stamp.as_ref()?, received_on) {
        Stamp::None => None,
        Stamp::Believed(day) => Some(day),
        Stamp::Future(_) => {
            flags.push(Flag::StampInFuture);
            None
        }
        Stamp::TooOld(_) => {
            flags.push(Flag::StampTooOld);
            None
        }
    }
}

/// The flag that people see for a mark of the classification; the others only stand among the reasons.
fn flag_of(mark: Mark) -> Option<Flag> {
    match mark {
        Mark::InJunk => Some(Flag::InJunk),
        Mark::DmarcFailed => Some(Flag::DmarcFailed),
        Mark::RoleAddress => Some(Flag::RoleAddress),
        Mark::ForeignReplyTo => Some(Flag::ForeignReplyTo),
        Mark::NullReturnPath => Some(Flag::NullReturnPath),
        Mark::FromOurselves => Some(Flag::FromOurselves),
        Mark::WithoutConversation => Some(Flag::UntiedAutoReply),
        Mark::ForgedMark => Some(Flag::ForgedMark),
        Mark::BulkSign
        | Mark::SubjectOnly
        | Mark::SpamFlag
        | Mark::AbsenceWords
        | Mark::BareAddress
        | Mark::NeverNotify
        | Mark::NotVerified
        | Mark::ForwardedIn
        | Mark::Internal => None,
    }
}
