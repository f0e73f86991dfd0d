//! The mails of a round to citizens, within the limits for an address and day, and for a mailbox
//! and hour.

use super::{NOTE_TIME, RETRY_TEXT, Round};
use crate::domain::decide::Act;
use crate::domain::event::{Effect, Fact, Failure, Flag};
use crate::domain::gate::LATE_AN_HOUR;
use crate::domain::item::{ItemId, State};
use crate::domain::kept::{MessageRow, to_clue};
use crate::domain::notices::{MAILS_A_DAY, Waiting, in_turns};
use crate::domain::reader::Reader;
use crate::domain::reason::Undelivered;
use crate::engine::writing::Told;
use crate::store::StoreError;
use crate::store::outbox::NewMail;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// A mail to a citizen that falls due.
pub(super) struct ToCitizen {
    pub id: ItemId,
    pub act: Act,
    pub row: MessageRow,
    pub address: String,
}

/// What keeps a mail to a citizen back.
enum Wait {
    Until(DateTime<Utc>),
    /// A limit, by the flag of which its handler hears.
    Limit(Flag, DateTime<Utc>),
}

impl Round<'_> {
    /// The mails to citizens, as far as the limits let them leave.
    pub(super) fn write_to_citizens(&mut self) -> Result<(), StoreError> {
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
        let pledge = self.board.pledge_of(self.item(id)?);
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
    pub(super) fn hold(
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
}
