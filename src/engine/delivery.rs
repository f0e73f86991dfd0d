//! The outbox's steps: take the next mail if it is still right, count the attempt, write down what
//! became of it.

use super::{Engine, SYSTEM, board_in, covering};
use crate::domain::board::Board;
use crate::domain::effect::Whose;
use crate::domain::event::{Effect, Fact, Failure};
use crate::domain::given::{Given, given};
use crate::domain::item::{Item, ItemId};
use crate::domain::kind::Kind;
use crate::domain::municipality::Municipality;
use crate::domain::notices::MAILS_A_DAY;
use crate::domain::reader::Reader;
use crate::domain::reason::{Undelivered, Withdrawal};
use crate::domain::refusal::Refusals;
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

/// A mail to staff that could not be sent for this long has yesterday's news: it is taken back and
/// decided again.
pub const STALE: Duration = Duration::hours(12);

/// A notice leaves only on a view of the mailbox no older than this.
pub const FRESH: Duration = Duration::minutes(15);

/// A notice whose item is set aside waits this long before it is looked at again.
const ASIDE_WAIT: Duration = Duration::hours(1);

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
}

/// A mail that will never arrive, as far as the server that we hand mails to knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lost {
    /// The first item that it was about; empty for the note of exclusions.
    pub reference: String,
    /// `None` for a citizen, whom no alarm names.
    pub reader: Option<Reader>,
    /// The server's words, without addresses.
    pub why: String,
}

/// How long to wait after that many failed attempts: 1, 2, 4 … minutes, at most [`LONGEST_WAIT`].
#[must_use]
pub fn back_off(attempts: u32) -> Duration {
    let minutes = 1_i64 << attempts.saturating_sub(1).min(10);
    Duration::minutes(minutes).min(LONGEST_WAIT)
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
        Ok(self.db().next_queued(mailbox, now, fresh_view)?.is_some())
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
        if self.steadiness.doubts() {
            return Ok(None);
        }
        let (board, municipality) = (self.board(mailbox)?, Arc::clone(&self.municipality));
        let fresh_view = self.fresh_view(mailbox, now);
        self.step(now, |db| {
            while let Some(row) = db.next_queued(mailbox, now, fresh_view)? {
                let effects = db.effects_of(row.id)?;
                if row.is_for_citizen() && is_any_aside(db, &effects)? {
                    // Whether it was answered meanwhile cannot be known.
                    db.requeue(row.id, now + ASIDE_WAIT, "its item is set aside")?;
                    continue;
                }
                if let Some(why) = has_become_wrong(&municipality, db, &row, &effects, now)? {
                    withdraw(db, &row, &effects, why, now)?;
                    continue;
                }
                let calendar = &board.calendar;
                let midnight = calendar.instant(calendar.local_date(now), chrono::NaiveTime::MIN);
                if row.is_for_citizen()
                    && db.notices_tried(&row.address, midnight, row.id)? >= MAILS_A_DAY
                {
                    // Decided on different days, and kept back until this one: still no more a day.
                    let tomorrow = calendar.closes(calendar.local_date(now));
                    db.requeue(
                        row.id,
                        calendar.staff_mail_at(tomorrow),
                        "the address has had its mails of today",
                    )?;
                    continue;
                }
                let may_leave_at = calendar.staff_mail_at(now);
                if !row.is_for_citizen() && may_leave_at > now {
                    db.requeue(row.id, may_leave_at, "waits for office hours")?;
                    continue;
                }
                db.count_attempt(row.id, now)?;
                let own = &board.address;
                let wants_copy =
                    row.is_for_citizen() && board.own_copy && !board.is_own(&row.address);
                let own_copy = wants_copy.then(|| own.clone()).or(row.copy);
                let envelope = Envelope {
                    from: Some(own.clone()),
                    to: vec![row.address],
                    own_copy,
                    mail: row.mail,
                };
                return Ok(Some(Job {
                    id: row.id,
                    kind: row.kind,
                    envelope,
                }));
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
    fn catch_up(&mut self) -> Result<(), StoreError> {
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
            let next_at = now + back_off(row.attempts);
            match outcome {
                // A mail of ours has one recipient beside the copy: it was taken for that one.
                Delivered::Accepted(text) | Delivered::Partly { text, .. } => {
                    learn(db, board_in(&municipality, &row.mailbox)?, &row, text)?;
                    sent(db, &row, now).map(|()| None)
                }
                Delivered::Deferred(why) | Delivered::Later(why) | Delivered::Barred(why) => {
                    db.requeue(id, next_at, why).map(|()| None)
                }
                Delivered::PutOff(why) if now - row.put_off_at.unwrap_or(now) < PATIENCE => {
                    db.put_off(id, now, next_at, why).map(|()| None)
                }
                Delivered::PutOff(why) => failed(
                    db,
                    &row,
                    Failure::PutOff,
                    &Undelivered::Server(why.clone()),
                    now,
                )
                .map(Some),
                // The notice can be had without its file, and the file may be what is too large.
                Delivered::Rejected(_) if has_letter(db, &row)? => {
                    withdraw(db, &row, &db.effects_of(id)?, Withdrawal::FileRefused, now)
                        .map(|()| None)
                }
                Delivered::NoReader(why) | Delivered::Rejected(why) => failed(
                    db,
                    &row,
                    Failure::Rejected,
                    &Undelivered::Server(why.clone()),
                    now,
                )
                .map(Some),
                // Stays `committing`: only evidence can decide.
                Delivered::Unknown(_) => Ok(None),
            }
        })
    }

    /// Mails that may or may not have been accepted, to be looked for in the mailbox.
    pub fn doubtful(&mut self, mailbox: &str) -> Result<Vec<OutboxRow>, StoreError> {
        self.catch_up()?;
        self.db().interrupted(mailbox, OutboxState::Committing)
    }

    /// Settles a doubt by what a search has found. Not found until the row's deadline: a mail to
    /// staff goes once more; a citizen's notice never does, and a person hears of it. Returns a
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
                db.requeue(id, now, "no copy was found: sent once more")
                    .map(|()| None)
            }
        })
    }

    /// A sent mail's copy lies in Sent.
    pub fn saved(&mut self, id: i64) -> Result<(), StoreError> {
        self.store.write(|db| db.mark_saved(id))
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

/// Why a mail must not leave any more, if so: what it says was settled meanwhile, or it has grown
/// old.
fn has_become_wrong(
    municipality: &Municipality,
    db: &Db<'_>,
    row: &OutboxRow,
    effects: &[(ItemId, Effect)],
    now: DateTime<Utc>,
) -> Result<Option<Withdrawal>, StoreError> {
    let home = board_in(municipality, &row.mailbox)?;
    if let Some(why) = home.is_shut_to(db, row, effects)? {
        return Ok(Some(why));
    }
    for (id, effect) in effects {
        // The mail to staff was right when the item could still be read.
        let Some(item) = db.item(*id)? else { continue };
        // A mail to staff speaks of items of several mailboxes.
        let board = municipality.board(&item.mailbox).unwrap_or(home);
        let is_sent_anyway =
            *effect == Effect::Notice && !item.no_notice && board.holds_no_notice(&item);
        if !item.still_wants(*effect) && !is_sent_anyway {
            return Ok(Some(Withdrawal::Settled));
        }
        if board.is_for_another(&item, row, *effect, now) {
            return Ok(Some(Withdrawal::OtherHandler));
        }
        let promises = item.done.get(effect).and_then(|done| done.promise);
        if promises.is_some() && promises != item.promise {
            return Ok(Some(Withdrawal::Promised));
        }
        let has_passed = |date| now >= board.calendar.closes(date);
        let too_late = match effect {
            Effect::Notice => board.is_too_late(&item, now),
            Effect::NewDate(_) => promises.is_some_and(has_passed),
            _ => false,
        };
        if too_late {
            return Ok(Some(Withdrawal::TooLate));
        }
    }
    // A report is about a period that is over, a confirmation about a deed: they do not grow old. A
    // mail that waits for its reader's sake is given up in its own time.
    let lasting = matches!(row.kind, Kind::Report | Kind::Confirmation) || row.put_off_at.is_some();
    let grows_old = !row.is_for_citizen() && !lasting;
    let stale = grows_old && now - row.created_at > STALE;
    Ok(stale.then_some(Withdrawal::Stale))
}

impl Board {
    /// Whether a mail goes to or names a person who does not have the item any more, or is not
    /// there.
    fn is_for_another(
        &self,
        item: &Item,
        row: &OutboxRow,
        effect: Effect,
        now: DateTime<Utc>,
    ) -> bool {
        let has_it = |id: &str| {
            self.hands(item, now)
                .member
                .is_some_and(|member| member.id == id)
        };
        match effect.row().reader {
            // Of several items each is named with its own handler; the log says which, and of old
            // mails the outbox.
            Whose::Citizen => {
                let named = item
                    .done
                    .get(&effect)
                    .and_then(|done| done.names.as_deref());
                named.or(row.names.as_deref()).is_some_and(|id| !has_it(id))
            }
            Whose::Supervisor | Whose::Anybody => {
                let reader = row.reader.staff().and_then(|id| self.staff.get(id));
                reader.is_some_and(|reader| !reader.is_there(self.calendar.local_date(now)))
            }
            Whose::Hands => !row.reader.staff().is_some_and(has_it),
        }
    }

    fn is_too_late(&self, item: &Item, now: DateTime<Utc>) -> bool {
        let calendar = &self.calendar;
        item.due.as_ref().is_some_and(|due| {
            now >= calendar
                .closes(calendar.add_working_days(due.date, crate::domain::decide::NOTICE_GRACE))
        })
    }
}

/// Whether a letter to print hangs on it.
fn has_letter(db: &Db<'_>, row: &OutboxRow) -> Result<bool, StoreError> {
    let kind = b"Content-Type: application/pdf";
    let has_file = row.mail.windows(kind.len()).any(|window| window == kind);
    Ok(has_file && is_about_letters(row, &db.effects_of(row.id)?))
}

/// Whether it bears letters to post, with or without their files.
pub(super) fn is_about_letters(row: &OutboxRow, effects: &[(ItemId, Effect)]) -> bool {
    let mut effects = effects.iter();
    row.kind == Kind::Letter || effects.any(|(_, effect)| *effect == Effect::Letter)
}

/// What became of a mail, as an event of an item, be that set aside or not.
fn happened(db: &Db<'_>, id: ItemId, at: DateTime<Utc>, fact: Fact) -> Result<(), StoreError> {
    match db.item(id)? {
        Some(mut item) => {
            let is_lost_notice = matches!(
                fact,
                Fact::Failed {
                    effect: Effect::Notice,
                    ..
                }
            );
            db.happen(&mut item, at, SYSTEM, fact)?;
            db.save_awake(&item)?;
            if is_lost_notice {
                covering::uncover(db, id, item.conversation, at)
            } else {
                Ok(())
            }
        }
        None => db.happened_aside(id, at, SYSTEM, fact),
    }
}

fn is_any_aside(db: &Db<'_>, effects: &[(ItemId, Effect)]) -> Result<bool, StoreError> {
    for (id, _) in effects {
        if db.item(*id)?.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn withdraw(
    db: &Db<'_>,
    row: &OutboxRow,
    effects: &[(ItemId, Effect)],
    why: Withdrawal,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // Exclusions that are in it: the next one says it all again.
    let mut noted = db.items_of_mail(row.id)?;
    if noted.is_empty() {
        super::deciding::tell_of_pause_again(db, &row.mailbox)?;
    }
    noted.retain(|id| effects.iter().all(|(other, _)| other != id));
    super::excluded::note_again(db, &noted)?;
    for (id, effect) in effects {
        happened(
            db,
            *id,
            now,
            Fact::Withdrawn {
                effect: *effect,
                why,
            },
        )?;
    }
    db.withdraw(row.id, why.as_str())
}

/// A copy of one of our mails was seen in the mailbox, where it lies since `at`: a mail that was in
/// doubt, had been given up for want of a copy, or waits in a register that was restored from a
/// backup, was accepted.
pub(super) fn seen(db: &Db<'_>, row: &OutboxRow, at: DateTime<Utc>) -> Result<(), StoreError> {
    match db.doubted(row.id)? {
        Some(tried_at) => sent(db, row, tried_at.unwrap_or(at)),
        None => Ok(()),
    }
}

/// The server that took a mail may have said which id it gives it.
fn learn(db: &Db<'_>, board: &Board, row: &OutboxRow, answer: &str) -> Result<(), StoreError> {
    let copy = row.copy.as_deref().unwrap_or(&board.address);
    match given(answer, &[&row.address, copy]) {
        Some(Given::Id(id)) => db.learn(&id, row.id),
        Some(Given::Token(token)) => db.learn_token(&token, &board.relay, row.id),
        None => Ok(()),
    }
}

fn sent(db: &Db<'_>, row: &OutboxRow, at: DateTime<Utc>) -> Result<(), StoreError> {
    db.mark_sent(row.id, at)?;
    for (id, effect) in db.effects_of(row.id)? {
        happened(db, id, at, Fact::Sent { effect, at })?;
    }
    Ok(())
}

fn failed(
    db: &Db<'_>,
    row: &OutboxRow,
    failure: Failure,
    why: &Undelivered,
    now: DateTime<Utc>,
) -> Result<Lost, StoreError> {
    db.mark_failed(row.id, why.as_str())?;
    let effects = db.effects_of(row.id)?;
    let reference = effects
        .first()
        .map(|(id, _)| id.to_string())
        .unwrap_or_default();
    for (id, effect) in effects {
        happened(
            db,
            id,
            now,
            Fact::Failed {
                effect,
                failure,
                why: Some(why.clone()),
            },
        )?;
    }
    let reader = (!row.is_for_citizen()).then(|| row.reader.clone());
    Ok(Lost {
        reference,
        reader,
        why: why.as_str().to_owned(),
    })
}
