//! The way of one message into the register: recognised, or logged as history, or admitted as new,
//! which then meets what the register knows already.

use super::SYSTEM;
use super::arrived::Arrived;
use super::batch::Intake;
use super::came::asked_at;
use crate::domain::admit::{self, Arriving};
use crate::domain::classify::{Class, Conversation, Verdict};
use crate::domain::event::{Arrival, Event, Fact};
use crate::domain::folders::Role;
use crate::domain::identify::{Identity, is_strong};
use crate::domain::item::{Item, State};
use crate::domain::kept::MessageRow;
use crate::domain::message::Message;
use crate::domain::moved_in::Came;
use crate::domain::pledge::Pledge;
use crate::store::StoreError;
use chrono::{DateTime, Utc};

impl Intake<'_> {
    /// Whether it was new.
    pub(super) fn arrival(&self, arrived: &Arrived) -> Result<bool, StoreError> {
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
