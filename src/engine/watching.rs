//! How well a mailbox is watched: its last good reading, across restarts, and the periods when it
//! could not be read.

use super::{Engine, SYSTEM};
use crate::domain::blind::{Blind, Cause, Sight, longest_gap};
use crate::domain::coverage::runs_of;
use crate::domain::folders::{Role, Unwatched, Watched};
use crate::store::reports::AlarmRow;
use crate::store::{Db, StoreError};
use chrono::{DateTime, Duration, Utc};
use std::collections::BTreeSet;

/// The last good reading is written down this often. After a crash a blind period begins up to this
/// much too early.
pub const NOTED_EVERY: Duration = Duration::minutes(5);

/// The state of a mailbox's last readings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Reading {
    at: Option<DateTime<Utc>>,
    noted: Option<DateTime<Utc>>,
}

/// For this long a folder that was read before keeps the mailbox from being decided on; then rounds
/// go on without it.
pub const LEFT_OUT_AFTER: Duration = Duration::hours(1);

impl Engine {
    /// The moment of the last complete reading of a mailbox.
    #[must_use]
    pub fn view_of(&self, mailbox: &str) -> Option<DateTime<Utc>> {
        self.views.get(mailbox).copied()
    }

    /// A reading of the future was begun by a clock that was ahead: nothing shows that it is later
    /// than an answer of today.
    pub(super) fn forget_views_after(&mut self, now: DateTime<Utc>) {
        self.views.retain(|_, began| *began <= now);
    }

    /// Every folder of the mailbox has been read completely, beginning at `began`.
    pub fn viewed(&mut self, mailbox: &str, began: DateTime<Utc>) -> Result<(), StoreError> {
        self.sees(mailbox, &Sight::ALL, began)?;
        self.has_been_read(mailbox, began)?;
        if !self.waits(mailbox) {
            self.views.insert(mailbox.to_owned(), began);
        }
        self.moved_in.remove(mailbox);
        self.hand_over(began)?;
        self.store.make_room(false)
    }

    /// These folders were left out; the report names those that may hold questions.
    pub fn leaves_unread(
        &mut self,
        mailbox: &str,
        unwatched: &[Unwatched],
    ) -> Result<(), StoreError> {
        let names: Vec<String> = unwatched
            .iter()
            .filter(|folder| folder.why.may_hold_questions())
            .map(|folder| folder.name.clone())
            .collect();
        if self.db().unread_folders(mailbox)? == names {
            return Ok(());
        }
        self.store
            .write(|db| db.set_unread_folders(mailbox, &names))
    }

    /// Every folder but those of sent mail has been read completely. This view is not good enough
    /// to decide by.
    pub fn viewed_arrivals(
        &mut self,
        mailbox: &str,
        began: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.sees(mailbox, &[Sight::Arrivals], began)
    }

    /// The mailbox could not be read to its end. The first reason since the last good reading
    /// counts.
    pub fn could_not_read(&mut self, mailbox: &str, cause: Cause) -> Result<(), StoreError> {
        if self.db().blind_cause(mailbox)?.is_some() {
            return Ok(());
        }
        self.store
            .write(|db| db.set_blind_cause(mailbox, Some(cause)))
    }

    /// Whether a round goes on without a folder that cannot be read and that people have not named.
    /// One that was never read is known for nothing; another is waited for for an hour, and as long
    /// as something in it waits for an answer.
    pub fn leaves_out(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let key = (mailbox.to_owned(), folder.name.clone());
        if self.left_out.contains(&key) {
            return Ok(true);
        }
        let db = self.db();
        let was_read = db.cursors_of(mailbox)?.contains_key(&folder.name);
        let leaves = !was_read
            || (folder.role == Role::Inbox
                && self.is_long_unread(mailbox, now)?
                && !db.waiting_copies(mailbox)?.contains_key(&folder.name));
        if leaves {
            self.left_out.insert(key);
        }
        Ok(leaves)
    }

    fn is_long_unread(&self, mailbox: &str, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let last = match self.view_of(mailbox) {
            Some(last) => Some(last),
            None => self.db().last_reading(mailbox, Sight::Answers)?,
        };
        Ok(last.is_none_or(|last| now - last >= LEFT_OUT_AFTER))
    }

    /// A folder has been read again.
    pub fn takes_in(&mut self, mailbox: &str, folder: &str) {
        self.left_out
            .remove(&(mailbox.to_owned(), folder.to_owned()));
    }

    /// The folders of a mailbox that rounds go on without.
    #[must_use]
    pub fn left_out(&self, mailbox: &str) -> BTreeSet<String> {
        self.left_out
            .iter()
            .filter(|(of, _)| of == mailbox)
            .map(|(_, folder)| folder.clone())
            .collect()
    }

    /// Writes down that an alarm has left for the operator.
    pub fn alarmed(&mut self, alarm: &AlarmRow) -> Result<(), StoreError> {
        self.store.write(|db| db.add_alarm(alarm))
    }

    /// These messages of a known folder have been read once more.
    pub(super) fn were_read(
        &mut self,
        mailbox: &str,
        folder: &str,
        uids: &[u32],
    ) -> Result<(), StoreError> {
        let known = self.db().spans(mailbox, folder)?;
        if uids.iter().all(|uid| known.has(*uid)) {
            return Ok(());
        }
        self.store.write(|db| {
            let folder = db.folder_id(mailbox, folder)?;
            db.add_spans(folder, &runs_of(uids.iter().copied()))
        })
    }

    fn sees(
        &mut self,
        mailbox: &str,
        sights: &[Sight],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let board = self.municipality.board(mailbox);
        let gap = longest_gap(board.map(|board| board.poll).unwrap_or_default());
        let look = |sight: &Sight| self.sighting(mailbox, *sight, gap, now);
        let looks: Vec<Look> = sights.iter().map(look).collect::<Result<_, _>>()?;
        if looks.iter().any(|look| look.is_to_note) {
            self.store.write(|db| note(db, mailbox, &looks, now))?;
        }
        for look in looks {
            let key = (mailbox.to_owned(), look.sight);
            self.readings
                .entry(key)
                .or_default()
                .is_of(now, look.is_to_note);
        }
        Ok(())
    }

    /// `longest`: of a time without a look that is no gap.
    fn sighting(
        &self,
        mailbox: &str,
        sight: Sight,
        longest: Duration,
        now: DateTime<Utc>,
    ) -> Result<Look, StoreError> {
        let (reading, ran) = self.reading(mailbox, sight)?;
        let from = reading.last().filter(|from| now - *from > longest);
        let gap = from.map(|from| Gap { from, ran });
        Ok(Look {
            sight,
            is_to_note: reading.is_old(now) || gap.is_some(),
            gap,
        })
    }

    /// The last reading, and whether it was of this process.
    fn reading(&self, mailbox: &str, sight: Sight) -> Result<(Reading, bool), StoreError> {
        let known = self.readings.get(&(mailbox.to_owned(), sight)).copied();
        if let Some(reading) = known {
            return Ok((reading, true));
        }
        let noted = self.db().last_reading(mailbox, sight)?;
        Ok((Reading { at: None, noted }, false))
    }
}

fn note_blind(
    db: &Db<'_>,
    mailbox: &str,
    sight: Sight,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    ran: bool,
) -> Result<(), StoreError> {
    let unseen = if ran {
        Cause::Asleep
    } else {
        Cause::NotRunning
    };
    let cause = db.blind_cause(mailbox)?.unwrap_or(unseen);
    let late = db.wakings(mailbox, from, until)?;
    let what = match sight {
        Sight::Arrivals => "was not read",
        Sight::Answers => "was read without its sent mail",
    };
    let text = format!(
        "mailbox {mailbox} {what} from {} to {} ({}); {late} items had to wait for a decision",
        from.to_rfc3339(),
        until.to_rfc3339(),
        cause.as_str()
    );
    db.note(until, SYSTEM, &text)?;
    db.add_blind(&Blind {
        mailbox: mailbox.to_owned(),
        sight,
        from,
        until,
        cause,
        late,
    })
}

/// A mailbox is seen again.
struct Look {
    sight: Sight,
    /// The time in which it was not, that is over.
    gap: Option<Gap>,
    /// It is written down.
    is_to_note: bool,
}

#[derive(Clone, Copy)]
struct Gap {
    from: DateTime<Utc>,
    /// The process ran all the time.
    ran: bool,
}

fn note(db: &Db<'_>, mailbox: &str, looks: &[Look], now: DateTime<Utc>) -> Result<(), StoreError> {
    note_gaps(db, mailbox, looks, now)?;
    for look in looks.iter().filter(|look| look.is_to_note) {
        db.set_last_reading(mailbox, look.sight, now)?;
    }
    let sees_again = looks.iter().any(|look| look.sight == Sight::Answers);
    if sees_again && db.blind_cause(mailbox)?.is_some() {
        db.set_blind_cause(mailbox, None)?;
    }
    Ok(())
}

fn note_gaps(
    db: &Db<'_>,
    mailbox: &str,
    looks: &[Look],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let gap = |look: &Look| Some((look.sight, look.gap?));
    let gaps: Vec<_> = looks.iter().filter_map(gap).collect();
    // Where nothing at all was seen, that answers were not seen goes without saying.
    let all = gaps
        .first()
        .filter(|(sight, _)| *sight == Sight::Arrivals)
        .map(|(_, gap)| gap.from);
    for (sight, gap) in gaps {
        if sight == Sight::Arrivals || all.is_none_or(|all| gap.from < all) {
            note_blind(db, mailbox, sight, (gap.from, now), gap.ran)?;
        }
    }
    Ok(())
}

impl Reading {
    fn is_of(&mut self, now: DateTime<Utc>, is_noted: bool) {
        self.at = Some(now);
        if is_noted {
            self.noted = Some(now);
        }
    }

    fn last(&self) -> Option<DateTime<Utc>> {
        self.at.or(self.noted)
    }

    /// It is to be noted once more.
    fn is_old(&self, now: DateTime<Utc>) -> bool {
        self.noted
            .is_none_or(|noted| now - noted >= NOTED_EVERY || noted > now)
    }
}
