//! The outbox's steps: take the next mail if it is still right, count the attempt, write down what
//! became of it.

use super::became::{Lost, failed, has_letter, learn, sent, withdraw};
use super::saying::saying;
use super::still_right::{has_become_wrong, is_any_aside};
use super::{Engine, board_in};
use crate::domain::board::Board;
use crate::domain::effect::Kind;
use crate::domain::event::{Effect, Failure};
use crate::domain::item::ItemId;
use crate::domain::notices::MAILS_A_DAY;
use crate::domain::reason::{Undelivered, Withdrawal};
use crate::domain::refusal::Refusals;
use crate::domain::saying::Saying;
use crate::ports::{Delivered, Envelope};
use crate::store::outbox::{OutboxRow, OutboxState};
use crate::store::{Db, StoreError};
use chrono::{DateTime, Duration, Utc};
use std::sync::Arc;

/// How long after the go-ahead a mail that may or may not have been accepted is looked for, before
/// it is given up (to a citizen) or sent once more (to staff). Longer than any answer to the final
/// dot may take.
pub const DOUBT: Duration = Duration::minutes(15);

/// A server that will not search leaves a doubt open for this long after that. Then it is taken for
/// lasting: nothing is concluded about the mail, but a person hears of it instead of waiting for
/// ever.
pub const UNSEARCHABLE: Duration = Duration::hours(24);

/// A notice leaves only on a view of the mailbox no older than this.
pub const FRESH: Duration = Duration::minutes(15);

/// A notice whose item is set aside waits this long before it is looked at again.
const ASIDE_WAIT: Duration = Duration::hours(1);

/// A notice whose item waits again, and was not looked for since, is looked at again after this: by
/// then the mailbox has been read, as a rule.
const READ_WAIT: Duration = Duration::minutes(1);

/// The longest wait between two attempts.
pub const LONGEST_WAIT: Duration = Duration::minutes(30);

/// A mail that the server puts off for its reader's sake (a full mailbox) is given up after a day:
/// the next step of the ladder hears of it, and of a notice its handler, while a telephone call
/// still helps. Greylisting is over sooner (RFC 6647 §4.4 waits minutes to hours).
pub const PATIENCE: Duration = Duration::hours(24);

/// Refusals up to this age still show whether one that names the reader is about us.
pub const REMEMBERED: Duration = Duration::hours(24);

/// One mail to hand over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub id: i64,
    pub kind: Kind,
    pub envelope: Envelope,
    /// What other hosts must know of it.
    pub saying: Saying,
}

/// How long to wait after that many failed attempts: 1, 2, 4 … minutes, at most [`LONGEST_WAIT`].
#[must_use]
pub fn back_off(attempts: u32) -> Duration {
    let minutes = 1_i64 << attempts.saturating_sub(1).min(10);
    Duration::minutes(minutes).min(LONGEST_WAIT)
}

/// The longest wait before a mail to staff that no copy proves goes again: by then a person has
/// had some of it, or the way out is broken.
const LONGEST_DOUBT: Duration = Duration::hours(4);

/// How long a mail to staff that no copy proves waits after that many attempts: the second follows
/// at once, the next after 15, 30, 60 … minutes, at most [`LONGEST_DOUBT`]. A server that takes each
/// mail and loses each answer would fill its reader's mailbox else.
fn goes_again_after(attempts: u32) -> Duration {
    match attempts.checked_sub(2) {
        None => Duration::zero(),
        Some(more) => (DOUBT * (1 << more.min(10))).min(LONGEST_DOUBT),
    }
}

impl Engine {
    /// After a start: a mail that was `sending` was surely not accepted, it goes again.
    pub fn resume(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let municipality = Arc::clone(&self.municipality);
        municipality
            .boards
            .iter()
            .try_for_each(|mailbox| self.resume_one(&mailbox.name, now))
    }

    /// The same for one mailbox, of which nothing is under way: after a disk that was full, the end
    /// of an attempt may not have been written down.
    pub fn resume_one(&mut self, mailbox: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.catch_up()?;
        if self
            .db()
            .interrupted(mailbox, OutboxState::Sending)?
            .is_empty()
        {
            return Ok(());
        }
        self.step(now, |db| {
            for row in db.interrupted(mailbox, OutboxState::Sending)? {
                db.requeue(row.id, now, "interrupted before anything was handed over")?;
            }
            Ok(())
        })
    }

    /// Puts one mail back that was not handed over, since it had become wrong: in the queue it is
    /// taken back like any other.
    pub fn put_back(&mut self, id: i64, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.step(now, |db| match db.unfinished(id)? {
            Some(_) => db.requeue(id, now, "it has become wrong"),
            None => Ok(()),
        })
    }

    /// The recent refusals, and the mails that were taken since: beside the refusals of a round
    /// they show whether one that names its reader is about us.
    pub fn refusals(&self, now: DateTime<Utc>) -> Result<Refusals, StoreError> {
        let mut refusals = Refusals::default();
        for (to, why) in self.db().tried_since(now - REMEMBERED)? {
            match why {
                Some(why) => refusals.refused(None, &to, &why),
                None if refusals.any() => refusals.taken(None, &to),
                None => {}
            }
        }
        Ok(refusals)
    }

    /// Whether a mail waits that could be handed over, if it is still right.
    pub fn has_job(&self, mailbox: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let fresh_view = self.fresh_view(mailbox, now);
        self.db().has_queued(mailbox, now, fresh_view)
    }

    /// When the mailbox was last read, if that is no longer ago than [`FRESH`].
    fn fresh_view(&self, mailbox: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.view_of(mailbox).filter(|view| now - *view <= FRESH)
    }

    /// Takes back the mails to staff that wait and have become wrong. Before deciding, so that
    /// their news is in the one mail of that moment.
    pub(super) fn take_back(
        &mut self,
        mailbox: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if self.db().queued_to_staff(mailbox)?.is_empty() {
            return Ok(());
        }
        let municipality = Arc::clone(&self.municipality);
        self.step(now, |db| {
            for row in db.queued_to_staff(mailbox)? {
                let effects = db.effects_of(row.id)?;
                if let Some(why) = has_become_wrong(&municipality, db, &row, &effects, now)? {
                    withdraw(db, &row, &effects, why, now)?;
                }
            }
            Ok(())
        })
    }

    /// The next mail to hand over; its attempt is counted. Mails that have become wrong are taken
    /// back on the way.
    pub fn next_job(
        &mut self,
        mailbox: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Job>, StoreError> {
        if !self.may_send(mailbox) {
            return Ok(None);
        }
        let (board, municipality) = (self.board(mailbox)?, Arc::clone(&self.municipality));
        let fresh_view = self.fresh_view(mailbox, now);
        self.step(now, |db| {
            while let Some(row) = db.next_queued(mailbox, now, fresh_view)? {
                let effects = db.effects_of(row.id)?;
                if waits_unseen(db, &row, &effects, now)? {
                    continue;
                }
                if let Some(why) = has_become_wrong(&municipality, db, &row, &effects, now)? {
                    withdraw(db, &row, &effects, why, now)?;
                    continue;
                }
                match must_wait(db, &board, &row, now)? {
                    Some((until, why)) => db.requeue(row.id, until, why)?,
                    None => return Ok(Some(taken_up(db, &board, row, &effects, now)?)),
                }
            }
            Ok(None)
        })
    }

    /// The server has said 354: from here on the mail may have been accepted. [`DOUBT`] is counted
    /// from here, since all that went before (a slow greeting, a tarpit) may have taken longer. For
    /// the same reason the last look is taken here: false, when the mail has become wrong meanwhile
    /// and must not leave.
    pub fn committing(&mut self, id: i64, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let municipality = Arc::clone(&self.municipality);
        self.step(now, |db| {
            let Some(row) = db.unfinished(id)? else {
                return Ok(false);
            };
            if has_become_wrong(&municipality, db, &row, &db.effects_of(id)?, now)?.is_some() {
                return Ok(false);
            }
            db.mark_committing(id, now, now + DOUBT, &db.cursors(&row.mailbox)?)?;
            Ok(true)
        })
    }

    /// Writes down how an attempt ended. Returns a mail that was given up. What cannot be written
    /// now (the disk is full) is kept until it can: it would seem to be in doubt for ever though it
    /// is known.
    pub fn delivered(
        &mut self,
        id: i64,
        outcome: &Delivered,
        now: DateTime<Utc>,
    ) -> Result<Option<Lost>, StoreError> {
        let written = self.note_delivered(id, outcome, now);
        if written.is_err() {
            self.unwritten.push((id, outcome.clone(), now));
        }
        written
    }

    /// Writes down what could not be written when it happened.
    pub(super) fn catch_up(&mut self) -> Result<(), StoreError> {
        while let Some((id, outcome, at)) = self.unwritten.pop() {
            if let Err(error) = self.note_delivered(id, &outcome, at) {
                self.unwritten.push((id, outcome, at));
                return Err(error);
            }
        }
        Ok(())
    }

    fn note_delivered(
        &mut self,
        id: i64,
        outcome: &Delivered,
        now: DateTime<Utc>,
    ) -> Result<Option<Lost>, StoreError> {
        let municipality = Arc::clone(&self.municipality);
        self.step(now, |db| {
            let Some(row) = db.unfinished(id)? else {
                return Ok(None);
            };
            match outcome {
                // A mail of ours has one recipient beside the copy: it was taken for that one.
                Delivered::Accepted(text) | Delivered::Partly { text, .. } => {
                    learn(db, board_in(&municipality, &row.mailbox)?, &row, text)?;
                    sent(db, &row, now)?;
                }
                Delivered::Deferred(why) | Delivered::Later(why) | Delivered::Barred(why) => {
                    db.requeue(id, now + back_off(row.attempts), why)?;
                }
                Delivered::PutOff(why) => return put_off(db, &row, why, now),
                Delivered::Rejected(why) => return rejected(db, &row, why, now),
                Delivered::NoReader(why) => return lost(db, &row, Failure::Rejected, why, now),
                // Stays `committing`: only evidence can decide.
                Delivered::Unknown(_) => {}
            }
            Ok(None)
        })
    }

    /// Mails that may or may not have been accepted, to be looked for in the mailbox.
    pub fn doubtful(&mut self, mailbox: &str) -> Result<Vec<OutboxRow>, StoreError> {
        self.catch_up()?;
        self.db().interrupted(mailbox, OutboxState::Committing)
    }

    /// Settles a doubt by what a search has found. Not found until the row's deadline: a mail to
    /// staff goes again, each time later; a citizen's notice never does, and a person hears of it. Returns a
    /// mail that was given up.
    pub fn settle_doubt(
        &mut self,
        id: i64,
        found: Found,
        now: DateTime<Utc>,
    ) -> Result<Option<Lost>, StoreError> {
        self.step(now, |db| {
            let Some(row) = db.unfinished(id)? else {
                return Ok(None);
            };
            let tried_at = row.tried_at.unwrap_or(row.created_at);
            let until = row.doubt_until.unwrap_or(tried_at + DOUBT);
            if found == Found::Yes {
                // It left when it was tried; that is what the pledge is measured by.
                sent(db, &row, tried_at).map(|()| None)
            } else if now
                < if found == Found::No {
                    until
                } else {
                    until + UNSEARCHABLE
                }
            {
                Ok(None)
            } else if row.is_for_citizen() {
                failed(db, &row, Failure::Unknown, &Undelivered::NoCopy, now).map(Some)
            } else {
                let at = now + goes_again_after(row.attempts);
                db.requeue(id, at, "no copy was found: sent once more")
                    .map(|()| None)
            }
        })
    }

    /// A sent mail's copy lies in Sent.
    pub fn saved(&mut self, id: i64) -> Result<(), StoreError> {
        self.store.write(|db| db.mark_saved(id))
    }
}

fn envelope(board: &Board, row: OutboxRow) -> Envelope {
    let own = &board.address;
    let wants_copy = row.is_for_citizen() && board.own_copy && !board.is_own(&row.address);
    let own_copy = wants_copy.then(|| own.clone()).or(row.copy);
    Envelope {
        from: Some(own.clone()),
        to: vec![row.address],
        own_copy,
        mail: row.mail,
    }
}

/// What a search for a mail in doubt came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Yes,
    /// Every folder where it could lie was searched to its end.
    No,
    /// The server would not search. Never the same as [`Found::No`].
    Refused,
}

fn effects_wait_again(db: &Db<'_>, effects: &[(ItemId, Effect)]) -> Result<bool, StoreError> {
    let again = db.all_waiting_again()?;
    Ok(effects.iter().any(|(id, _)| again.contains(id)))
}

/// Lets a notice wait of which it cannot be known whether it is right: its item is set aside, and
/// may have been answered meanwhile; or the item waits again, and has not been looked for since.
fn waits_unseen(
    db: &Db<'_>,
    row: &OutboxRow,
    effects: &[(ItemId, Effect)],
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    if !row.is_for_citizen() {
        return Ok(false);
    }
    let is_aside = is_any_aside(db, effects)?;
    if is_aside {
        db.requeue(row.id, now + ASIDE_WAIT, "its item is set aside")?;
    } else if effects_wait_again(db, effects)? {
        db.requeue(row.id, now + READ_WAIT, "the mailbox is read first")?;
    } else {
        return Ok(false);
    }
    Ok(true)
}

/// Until when a mail that is right must wait all the same, and why.
fn must_wait(
    db: &Db<'_>,
    board: &Board,
    row: &OutboxRow,
    now: DateTime<Utc>,
) -> Result<Option<(DateTime<Utc>, &'static str)>, StoreError> {
    let calendar = &board.calendar;
    let today = calendar.local_date(now);
    if !row.is_for_citizen() {
        let may_leave_at = calendar.staff_mail_at(now);
        return Ok((may_leave_at > now).then_some((may_leave_at, "waits for office hours")));
    }
    let midnight = calendar.instant(today, chrono::NaiveTime::MIN);
    let tried = db.notices_tried(&row.address, midnight, row.id)?;
    // Decided on different days, and kept back until this one: still no more a day.
    Ok((tried >= MAILS_A_DAY).then(|| {
        let tomorrow = calendar.staff_mail_at(calendar.closes(today));
        (tomorrow, "the address has had its mails of today")
    }))
}

/// The attempt is counted before it is made.
fn taken_up(
    db: &Db<'_>,
    board: &Board,
    row: OutboxRow,
    effects: &[(ItemId, Effect)],
    now: DateTime<Utc>,
) -> Result<Job, StoreError> {
    db.count_attempt(row.id, now)?;
    let saying = saying(db, &row, effects)?;
    Ok(Job {
        id: row.id,
        kind: row.kind,
        saying,
        envelope: envelope(board, row),
    })
}

/// Its reader is to be tried again, for as long as we are patient.
fn put_off(
    db: &Db<'_>,
    row: &OutboxRow,
    why: &str,
    now: DateTime<Utc>,
) -> Result<Option<Lost>, StoreError> {
    if now - row.put_off_at.unwrap_or(now) >= PATIENCE {
        return lost(db, row, Failure::PutOff, why, now);
    }
    db.put_off(row.id, now, now + back_off(row.attempts), why)?;
    Ok(None)
}

fn rejected(
    db: &Db<'_>,
    row: &OutboxRow,
    why: &str,
    now: DateTime<Utc>,
) -> Result<Option<Lost>, StoreError> {
    if !has_letter(db, row)? {
        return lost(db, row, Failure::Rejected, why, now);
    }
    // The notice can be had without its file, and the file may be the part that is too large.
    let effects = db.effects_of(row.id)?;
    withdraw(db, row, &effects, Withdrawal::FileRefused, now)?;
    Ok(None)
}

fn lost(
    db: &Db<'_>,
    row: &OutboxRow,
    failure: Failure,
    why: &str,
    now: DateTime<Utc>,
) -> Result<Option<Lost>, StoreError> {
    let why = Undelivered::Server(why.to_owned());
    failed(db, row, failure, &why, now).map(Some)
}
