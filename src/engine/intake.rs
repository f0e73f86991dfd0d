//! Record: every message that arrived becomes exactly one item, in any state of the mailbox; what
//! staff sent becomes evidence. Seen before: nothing changes but where it lies.

use super::arrived::{Arrived, Tally};
use super::batch::Intake;
use super::own::Own;
use super::renumbered::Renumbered;
use super::replies::answers_staff_mail;
use super::{Engine, SYSTEM};
use crate::domain::admit::{self, Admission, Arriving, Thread};
use crate::domain::arrival::arrival;
use crate::domain::classify::{Channel, Class, Context, Conversation, Ours, Verdict, classify};
use crate::domain::coverage::runs_of;
use crate::domain::event::{Arrival, Event, Fact};
use crate::domain::folders::{Role, Watched};
use crate::domain::identify::Identity;
use crate::domain::identify::is_strong;
use crate::domain::item::{Item, ItemId, State};
use crate::domain::kept::MessageRow;
use crate::domain::message::Message;
use crate::domain::moved_in::{self, Came, MOST};
use crate::domain::pledge::Pledge;
use crate::domain::reason::Reason;
use crate::store::StoreError;
use crate::store::folders::Cursor;
use crate::store::items::AT_ONCE;
use chrono::{DateTime, Datelike, Duration, Utc};
use std::sync::Arc;

/// Messages alike in everything that can be known; more than this in one folder are taken for the
/// last one.
pub(super) const MAX_ALIKE: u32 = 1_000;

/// A batch of at least this many messages is one of very many: a first reading.
const VERY_MANY: usize = 500;

/// By so much our clock may be behind a server whose times are compared all the same: what is
/// further ahead was stamped wrongly, and no answer would be later than it for long.
const BEHIND: Duration = Duration::days(1);

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

    /// As [`Engine::record`], for messages that were or may have been read before: one that was
    /// logged while its pledge was another (a scanner was configured since) is recognised all the
    /// same.
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
        self.look_who_is_away(now)?;
        let board = self.board(mailbox)?;
        let start = self.start_in(mailbox, folder, batch)?;
        let before = self.before(mailbox, folder, self.start_of(mailbox)?, again)?;
        let moved_in = self.moved_in.get(mailbox).copied().unwrap_or_default();
        let first_sight = self.first_sight(now);
        let (municipality, texts) = (Arc::clone(&self.municipality), Arc::clone(&self.texts));
        let together = self.together.clone();
        if batch.len() >= VERY_MANY {
            self.store.make_room(true)?;
        }
        let tally = self.step(now, |db| {
            let intake = Intake {
                first_sight,
                again,
                before,
                together: together.clone(),
                ..Intake::new(&municipality, &board, db, &texts, folder, start, now)?
            };
            intake.take_all(batch, moved_in)
        })?;
        self.has_taken(mailbox, batch, &tally, now);
        Ok(tally)
    }

    /// Remembers how many were moved in, and what the server's times of new mail say of our clock.
    fn has_taken(&mut self, mailbox: &str, batch: &[Arrived], tally: &Tally, now: DateTime<Utc>) {
        *self.moved_in.entry(mailbox.to_owned()).or_default() += tally.moved_in;
        if tally.new_items + tally.sent > 0 {
            let dates = batch.iter().filter_map(|arrived| arrived.internal_date);
            self.steadiness.arrived(dates.max(), now);
        }
    }

    /// Moves a folder's cursor, once everything before it is recorded.
    pub fn advance(
        &mut self,
        mailbox: &str,
        folder: &str,
        cursor: &Cursor,
    ) -> Result<(), StoreError> {
        self.store
            .write(|db| db.set_cursor(mailbox, folder, cursor))
    }
}

impl Intake<'_> {
    /// The whole batch. `moved_in`: how many messages of the mailbox were moved in before.
    fn take_all(mut self, batch: &[Arrived], moved_in: u32) -> Result<Tally, StoreError> {
        let has_former = self.before.is_some() && self.db.has_former(self.folder_id)?;
        self.renumbered = Renumbered::of(has_former, self.before, batch);
        self.count_moved_in(batch, moved_in)?;
        let first_sent = if self.again && self.folder.role == Role::Sent {
            self.db.first_sent(&self.board.name)?
        } else {
            None
        };
        let mut tally = Tally::default();
        for arrived in batch {
            self.take(arrived, first_sent, &mut tally)?;
        }
        tally.unreadable = self.unreadable.get();
        tally.moved_in = self.moved_in.get() - moved_in;
        let runs = runs_of(batch.iter().map(|arrived| arrived.uid));
        self.db.add_spans(self.folder_id, &runs)?;
        Ok(tally)
    }

    /// One message, by where it lies. `first_sent`: the oldest mail of Sent that is known.
    fn take(
        &self,
        arrived: &Arrived,
        first_sent: Option<DateTime<Utc>>,
        tally: &mut Tally,
    ) -> Result<(), StoreError> {
        if self.folder.role == Role::Sent && self.is_ours_by_place(&arrived.message) {
            // Mail from before the start was passed over; when the start is earlier now, it is not
            // a loss.
            let was_due =
                !self.again || first_sent.is_some_and(|first| arrived.internal_date >= Some(first));
            tally.sent += u32::from(self.sent(arrived)? && was_due);
            return Ok(());
        }
        match self.own_copy(arrived)? {
            Some(is_new) => tally.sent += u32::from(is_new),
            None if self.is_copy_of_sent(arrived)? => tally.seen_before += 1,
            None if self.arrival(arrived)? => tally.new_items += 1,
            None => tally.seen_before += 1,
        }
        Ok(())
    }

    /// Whether it was new.
    fn arrival(&self, arrived: &Arrived) -> Result<bool, StoreError> {
        let message = &arrived.message;
        let pledge = self.board.pledge_for(message, &self.folder.name);
        let strong = is_strong(message, pledge.letter);
        let identity = match self.recognise(arrived, strong)? {
            Ok(item) => return self.seen_again(item, arrived, strong).map(|()| false),
            Err(identity) => identity,
        };
        let came = self.came_here(arrived, strong)?;
        let (when, is_old) = self.dated(arrived, came);
        if is_old {
            self.history(arrived, &identity, when, pledge, strong)?;
        } else {
            self.live(arrived, &identity, when, pledge, came)?;
        }
        if !is_old && came == Came::InItsTurn {
            self.may_be_double(arrived, &identity, strong)?;
        }
        Ok(true)
    }

    /// When it arrived, how that is known, and whether it is history.
    fn dated(&self, arrived: &Arrived, came: Came) -> ((DateTime<Utc>, Arrival), bool) {
        let when = self.arrival_time(arrived);
        match came {
            Came::MovedIn if self.moved_in.get() <= MOST => {
                ((self.first_sight, Arrival::FirstSeen), false)
            }
            Came::MovedIn | Came::Ancient => (when, true),
            Came::InItsTurn => (when, self.is_from_before(arrived, when.0)),
        }
    }

    /// It came before the start of the service. With a clock that was set back, a message that has
    /// just arrived seems to be older than that; the server knows.
    fn is_from_before(&self, arrived: &Arrived, received_at: DateTime<Utc>) -> bool {
        let server_says_new = arrived.internal_date.is_some_and(|at| at >= self.start);
        received_at < self.start && !server_says_new
    }

    /// How a message that the register does not know came here.
    fn came(&self, arrived: &Arrived) -> Came {
        let Some(before) = self.before else {
            return Came::InItsTurn;
        };
        // A scanner's clock may have stopped.
        let is_letter = self
            .board
            .pledge_for(&arrived.message, &self.folder.name)
            .letter;
        match moved_in::came(
            &arrived.message,
            arrived.uid,
            arrived.internal_date,
            before,
            self.first_sight,
        ) {
            Came::Ancient if is_letter => Came::InItsTurn,
            came => came,
        }
    }

    /// As [`Intake::came`]; what may have been here before, and cannot be told from a new one, is as
    /// what was moved in.
    fn came_here(&self, arrived: &Arrived, strong: bool) -> Result<Came, StoreError> {
        let came = self.came(arrived);
        if came == Came::InItsTurn && !strong && self.may_be_restamped(arrived)? {
            return Ok(Came::MovedIn);
        }
        Ok(came)
    }

    /// Whether it is a mail of ours, and none that may be moved in: after new numbers every copy of
    /// those is read again.
    fn is_copy_of_ours(&self, arrived: &Arrived) -> Result<bool, StoreError> {
        Ok(self.own_to_citizen(&arrived.message)?.is_some() || self.is_copy_of_sent(arrived)?)
    }

    /// Counts what a batch holds that was moved in, before any of it is recorded: very many are
    /// none of them questions.
    fn count_moved_in(&self, batch: &[Arrived], so_far: u32) -> Result<(), StoreError> {
        let mut count = so_far;
        for arrived in batch {
            if self.is_copy_of_ours(arrived)? {
                continue;
            }
            let pledge = self.board.pledge_for(&arrived.message, &self.folder.name);
            let strong = is_strong(&arrived.message, pledge.letter);
            if self.came_here(arrived, strong)? != Came::InItsTurn {
                count += u32::from(self.recognise(arrived, strong)?.is_err());
            }
        }
        self.moved_in.set(count);
        Ok(())
    }

    /// When it arrived, and how that is known.
    pub(super) fn arrival_time(&self, arrived: &Arrived) -> (DateTime<Utc>, Arrival) {
        let hosts = &self.board.border_hosts;
        arrival(
            &arrived.message.received,
            hosts,
            arrived.internal_date,
            self.now,
        )
    }

    fn insert(
        &self,
        arrived: &Arrived,
        identity: &Identity,
        received_at: DateTime<Utc>,
        goes_on_with: &[String],
    ) -> Result<(ItemId, MessageRow), StoreError> {
        let mut row = self.row(arrived, received_at)?;
        row.more.goes_on_with = goes_on_with.to_vec();
        // A message that was passed on from another mailbox is from the citizen of the original.
        if let Some(original) = self.original(&arrived.message)? {
            let theirs = self.db.message_of(original.id)?;
            row.more.writers.extend(self.citizens_of(&theirs));
        }
        let year = self
            .board
            .calendar
            .local_date(received_at)
            .year()
            .clamp(1, 9999);
        Ok((self.db.insert_message(year, identity, &row)?, row))
    }

    /// Older than the start: logged, nothing more. No threading, so that a first start costs little
    /// a message.
    fn history(
        &self,
        arrived: &Arrived,
        identity: &Identity,
        when: (DateTime<Utc>, Arrival),
        pledge: &Pledge,
        strong: bool,
    ) -> Result<(), StoreError> {
        let message = &arrived.message;
        let verdict = self.verdict(message, pledge, Conversation::NotLookedUp)?;
        let (id, row) = self.insert(arrived, identity, when.0, &[])?;
        if !strong {
            self.db.add_copy(self.folder_id, arrived.uid, id)?;
        }
        let arriving = self.arriving(message, when, pledge, &verdict);
        let logged = admit::history(&arriving).logged(id, &arriving, &self.board.name);
        self.db.create_item(
            id,
            self.event(Fact::Logged(Box::new(logged))),
            |_| None,
            &[],
        )?;
        row.message_id.map_or(Ok(()), |id| self.is_followed(&id))
    }

    /// One message on its way into the register.
    pub(super) fn arriving<'m>(
        &'m self,
        message: &'m Message,
        (received_at, arrival): (DateTime<Utc>, Arrival),
        pledge: &'m Pledge,
        verdict: &'m Verdict,
    ) -> Arriving<'m> {
        Arriving {
            message,
            folder: self.folder,
            received_at,
            arrival,
            pledge,
            verdict,
            asked_at: None,
        }
    }

    fn live(
        &self,
        arrived: &Arrived,
        identity: &Identity,
        when: (DateTime<Utc>, Arrival),
        pledge: &Pledge,
        came: Came,
    ) -> Result<(), StoreError> {
        let (message, received_at) = (&arrived.message, when.0);
        let thread = self.thread_of(message, received_at)?;
        let verdict = self.verdict(message, pledge, thread.looked_up())?;
        let (id, row) = self.insert(arrived, identity, received_at, &thread.goes_on_with)?;
        self.db.add_copy(self.folder_id, arrived.uid, id)?;
        self.note_border(message)?;

        let arriving = Arriving {
            asked_at: asked_at(arrived, when, came),
            ..self.arriving(message, when, pledge, &verdict)
        };
        let admission = self.admission(arrived, &arriving, thread, &row)?;
        let (item, row) = self.write(id, &arriving, &admission, row)?;
        if verdict.class == Class::Unreadable && self.folder.role != Role::Junk {
            self.unreadable.set(Some(id));
        }
        let obeyed = admission.is_reply_of_staff().then(|| written_at(&arriving));
        self.go_on(arrived, item, &row, obeyed)
    }

    fn admission(
        &self,
        arrived: &Arrived,
        arriving: &Arriving,
        thread: Thread,
        row: &MessageRow,
    ) -> Result<Admission, StoreError> {
        Ok(match self.settled(arrived, arriving, &thread)? {
            Some(reason) => admit::excluded(arriving, &thread, reason),
            None => admit::open(arriving, &self.known(arriving, thread, row)?, self.board),
        })
    }

    /// Why a new message needs no answer, if the register or its place says so.
    fn settled(
        &self,
        arrived: &Arrived,
        arriving: &Arriving,
        thread: &Thread,
    ) -> Result<Option<Reason>, StoreError> {
        Ok(
            match self.settles_itself(arrived, arriving.verdict, thread)? {
                // A mail that answers ours to staff is for a person to read, even of a colleague who
                // may order nothing here.
                None if admit::is_internal(arriving, self.board)
                    && !answers_staff_mail(self.db, arriving.message)? =>
                {
                    Some(Reason::Internal)
                }
                None if arriving.pledge.without_clock
                    && !answers_staff_mail(self.db, arriving.message)? =>
                {
                    Some(Reason::WithoutClock)
                }
                settled => settled,
            },
        )
    }

    /// A new item meets what the register knows already: its twins, its notice, its answer. `obeyed`:
    /// when a reply of staff was written, whose commands are carried out.
    fn go_on(
        &self,
        arrived: &Arrived,
        mut item: Item,
        row: &MessageRow,
        obeyed: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let (is_open, has_clock) = (item.state == State::Open, item.has_clock());
        if has_clock {
            self.join_twins(&mut item, row, &arrived.message)?;
        }
        if let Some(at) = obeyed {
            self.obey(arrived, at)?;
        }
        if has_clock {
            self.noticed_before(&mut item, row)?;
        }
        self.was_not_the_first(&item)?;
        if let Some(id) = &row.message_id {
            self.is_followed(id)?;
            item = self.db.item_of(item.id)?;
        }
        if has_clock {
            self.settle_with_known_sent(&mut item, row)?;
        }
        if is_open {
            if arrived.flags.answered {
                self.flagged_answered(&mut item)?;
            }
            if self.folder.role == Role::Done {
                self.close_done(&mut item)?;
            }
        }
        Ok(())
    }

    /// Writes down how a message was admitted, and what that says of others.
    fn write(
        &self,
        id: ItemId,
        arriving: &Arriving,
        admission: &Admission,
        row: MessageRow,
    ) -> Result<(Item, MessageRow), StoreError> {
        let row = self.with_what_it_may_follow(id, row, arriving, admission)?;
        for (other, flag) in &admission.others {
            self.flag(self.db.item_of(*other)?, *flag)?;
        }
        let logged = self.event(Fact::Logged(Box::new(admission.logged(
            id,
            arriving,
            &self.board.name,
        ))));
        let item = self
            .db
            .create_item(id, logged, |item| self.first_wake(item), &row.clues())?;
        self.waits_for_what_is_forgotten(id, &row)?;
        Ok((item, row))
    }

    /// When a new item wants to be decided about first: a mailbox that is read for the first time
    /// has very many for which nothing is due today. By the time at which it is seen: a clock that
    /// runs days ahead would put off whatever falls due before it is set right.
    fn first_wake(&self, item: &Item) -> Option<DateTime<Utc>> {
        if !item.may_owe_mail() {
            return None;
        }
        let plan = self.board.plan(item, self.first_sight);
        if plan.acts.is_empty() {
            plan.wake_at
        } else {
            Some(AT_ONCE)
        }
    }

    pub(super) fn verdict(
        &self,
        message: &Message,
        pledge: &Pledge,
        conversation: Conversation,
    ) -> Result<Verdict, StoreError> {
        let ours = match self.own(message)? {
            None => Ours::No,
            Some(Own::Known(_)) => Ours::ById,
            Some(Own::Forgotten(_)) => Ours::ByTag,
        };
        Ok(classify(
            message,
            &Context {
                own: &self.own,
                ours,
                letter: pledge.letter,
                notify_senders: &self.board.notify_senders,
                in_junk: self.folder.role == Role::Junk,
                in_sent: self.is_ours_by_place(message),
                conversation,
                house: self.board.house_of(message),
                never_notify: &self.board.never_notify,
                channel: self.board.channel_of(message).map(|channel| Channel {
                    notice: channel.notice,
                }),
                trust: self.trust_of(message)?,
            },
        ))
    }

    pub(super) fn event(&self, fact: Fact) -> Event {
        Event {
            at: self.now,
            by: SYSTEM.to_owned(),
            fact,
        }
    }
}

/// When a reply of staff was written that came late: when its server had it.
fn written_at(arriving: &Arriving) -> DateTime<Utc> {
    let known = arriving.received_at;
    arriving.asked_at.map_or(known, |at| at.min(known))
}

/// The server's time of a message, where it is not its arrival.
fn asked_at(
    arrived: &Arrived,
    (received_at, arrival): (DateTime<Utc>, Arrival),
    came: Came,
) -> Option<DateTime<Utc>> {
    let server = arrived.internal_date;
    if came == Came::MovedIn {
        return server.or(arrived.message.date);
    }
    let is_behind = |at: &DateTime<Utc>| *at > received_at && *at - received_at <= BEHIND;
    server.filter(|at| arrival == Arrival::FirstSeen && is_behind(at))
}
