//! A folder that was numbered anew, as when a mailbox is migrated, and whose messages have new
//! times of arrival too. A message with Message-ID and Date is known by them; another one by
//! its header and by when it came the first time, never by its size alone.

use super::arrived::Arrived;
use super::batch::Intake;
use super::evidence::trace;
use super::renumbered::is_restamped;
use crate::domain::arrival::arrival;
use crate::domain::event::{Arrival, Fact};
use crate::domain::identify::{Identity, Trace, identity, is_strong};
use crate::domain::item::ItemId;
use crate::domain::message::Message;
use crate::domain::subject::normalised_subject;
use crate::store::StoreError;
use crate::store::former::Former;

/// Messages that were alike in everything when they came: their order in the folder is tried so
/// far.
const IN_ORDER: u32 = 16;

fn is_dateless(message: &Message) -> bool {
    message.date.is_none() && message.date_raw.is_none()
}

impl Intake<'_> {
    /// It lay there when the folder was last read from its beginning: it is no news.
    pub(super) fn lay_there(&self, arrived: &Arrived) -> bool {
        self.before
            .is_some_and(|before| arrived.uid < before.first_new_uid)
    }

    /// Whether one of them is known, lay there, and has the time that it had.
    pub(super) fn is_any_as_before(&self, batch: &[Arrived]) -> Result<bool, StoreError> {
        let last_reading = self.before.and_then(|before| before.last_reading);
        for arrived in batch.iter().filter(|arrived| self.lay_there(arrived)) {
            let pledge = self.board.pledge_for(&arrived.message, &self.folder.name);
            let trace =
                Some(trace(arrived)).filter(|_| !is_strong(&arrived.message, pledge.letter));
            let own = identity(&self.board.name, &arrived.message, trace);
            let is_old = arrived
                .internal_date
                .is_some_and(|at| Some(at) <= last_reading);
            if is_old && self.db.known_message(&own)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The item that an unknown message is, with a new time of arrival. From now on it is known by
    /// that one too.
    pub(super) fn restamped(
        &self,
        arrived: &Arrived,
        own: &Identity,
    ) -> Result<Option<ItemId>, StoreError> {
        for former in self.alike_before_it(arrived)? {
            if self.was(&former, arrived)? {
                self.db.take_former(self.folder_id, former.item)?;
                self.db.add_identity(former.item, own)?;
                return Ok(Some(former.item));
            }
        }
        Ok(None)
    }

    /// An unknown message may be one that lay there, and nothing tells whether it is: it has no
    /// Date, or the server's time of the other is not known. A person is asked, and its citizen
    /// gets no automatic mail. Where others have kept their times it is new.
    pub(super) fn may_be_restamped(&self, arrived: &Arrived) -> Result<bool, StoreError> {
        if self.renumbered.keeps_times {
            return Ok(false);
        }
        let is_dateless = is_dateless(&arrived.message);
        for former in self.alike_before_it(arrived)? {
            let history = self.db.history(former.item)?;
            let is_known = history.first().is_some_and(|event| {
                matches!(&event.fact, Fact::Logged(logged) if logged.arrival == Arrival::Internaldate)
            });
            if is_dateless || !is_known {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What lay there with the same header, as far as the register has it.
    fn alike_before_it(&self, arrived: &Arrived) -> Result<Vec<Former>, StoreError> {
        let is_candidate = self.renumbered.has_former
            && self
                .before
                .is_some_and(|before| is_restamped(arrived, before));
        if !is_candidate {
            return Ok(Vec::new());
        }
        let message = &arrived.message;
        let sender = message.from.first().map(|from| from.addr.as_str());
        let mut alike =
            self.db
                .former_like(self.folder_id, message.message_id.as_deref(), sender)?;
        let subject = normalised_subject(&message.subject);
        alike.retain(|former| {
            former.subject.is_empty() || normalised_subject(&former.subject) == subject
        });
        Ok(alike)
    }

    /// Whether a message was that one: with the time at which that came, it is the same in
    /// everything; or a border host stamped it then. Without a Date this says too little, unless
    /// all that lies there has a new time.
    fn was(&self, former: &Former, arrived: &Arrived) -> Result<bool, StoreError> {
        let message = &arrived.message;
        if is_dateless(message) && !self.renumbered.are_all_new {
            return Ok(false);
        }
        for occurrence in 0..IN_ORDER {
            let trace = Trace {
                internal_date: Some(former.received_at),
                size: former.size,
                occurrence,
            };
            let before = identity(&self.board.name, message, Some(trace));
            match self.db.known_message(&before)? {
                Some(item) if item == former.item => return Ok(true),
                Some(_) => {}
                None => break,
            }
        }
        let (at, how) = arrival(
            &message.received,
            &self.board.border_hosts,
            Some(former.received_at),
            self.now,
            self.latest,
        );
        Ok(how == Arrival::Border && at == former.received_at && !former.subject.is_empty())
    }
}
