//! How a new message is admitted: what the register and its place say is put before the rules
//! ([`crate::domain::admit`]), and their word is written down.

use super::arrived::Arrived;
use super::batch::Intake;
use super::replies::answers_staff_mail;
use crate::domain::admit::{self, Admission, Arriving, Thread};
use crate::domain::event::Fact;
use crate::domain::item::{Item, ItemId};
use crate::domain::kept::MessageRow;
use crate::domain::reason::Reason;
use crate::store::StoreError;
use crate::store::items::AT_ONCE;
use chrono::{DateTime, Utc};

impl Intake<'_> {
    pub(super) fn admission(
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

    /// Writes down how a message was admitted, and what that says of others.
    pub(super) fn write(
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
}
