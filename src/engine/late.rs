//! Folders that are first read later than their mailbox: new or renamed ones, and those that are
//! watched since a change of the configuration or of the program. The unknown messages in them are
//! not a flood of late questions: it is open with its true arrival if that was in the last
//! [`LATELY`] working days, and history if it was before.

use super::renumbered::times_key;
use super::{Engine, SYSTEM};
use crate::domain::blind::Sight;
use crate::domain::folders::{Role, Watched};
use crate::domain::moved_in::Before;
use crate::store::StoreError;
use chrono::{DateTime, NaiveTime, Utc};

/// Working days before a folder is first read whose messages are questions still.
pub const LATELY: i32 = 5;

/// Stands behind the UID up to which a folder is read from its beginning, when it had other numbers
/// before.
const NUMBERED_ANEW: &str = " numbered anew";

impl Engine {
    /// A folder is about to be read for the first time, up to this UID.
    pub fn meets(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        uid_next: u32,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        // Of sent mail nothing opens an item.
        if folder.role == Role::Sent || self.db().last_reading(mailbox, Sight::Arrivals)?.is_none()
        {
            return Ok(());
        }
        let calendar = self.calendar();
        let day = calendar.add_working_days(calendar.local_date(now), -LATELY);
        let from = calendar.instant(day, NaiveTime::MIN);
        let key = late_key(mailbox, &folder.name);
        self.store.write(|db| {
            db.set_meta(&key, &format!("{uid_next} {}", from.to_rfc3339()))?;
            let text = format!(
                "mailbox {mailbox}, folder {}: read from now on; what came before {day} is history",
                folder.name
            );
            db.note(now, SYSTEM, &text)
        })
    }

    /// A folder is about to be read from its beginning, up to this UID: the messages there did not
    /// come just now. `numbered_anew`: it was read before, under other numbers.
    pub fn begins_anew(
        &mut self,
        mailbox: &str,
        folder: &Watched,
        uid_next: u32,
        numbered_anew: bool,
    ) -> Result<(), StoreError> {
        let how = if numbered_anew { NUMBERED_ANEW } else { "" };
        let key = anew_key(mailbox, &folder.name);
        let times = times_key(mailbox, &folder.name);
        self.store.write(|db| {
            db.set_meta(&times, "")?;
            db.set_meta(&key, &format!("{uid_next}{how}"))
        })
    }

    /// A folder's state before a batch of it is recorded; `None`: nothing in it can have been moved
    /// in.
    pub(super) fn before(
        &self,
        mailbox: &str,
        folder: &Watched,
        start: DateTime<Utc>,
        again: bool,
    ) -> Result<Option<Before>, StoreError> {
        // A message found by a second reading was missed, and a folder that was closed to us fills
        // unseen.
        let is_closed = folder.role == Role::Sent || self.left_out(mailbox).contains(&folder.name);
        if again || is_closed {
            return Ok(None);
        }
        let noted = self.db().meta(&anew_key(mailbox, &folder.name))?;
        let noted = noted.unwrap_or_default();
        let below = noted.strip_suffix(NUMBERED_ANEW);
        let first_new_uid = below.unwrap_or(&noted).parse().unwrap_or(0);
        let last_reading = match self.view_of(mailbox) {
            Some(last) => Some(last),
            None => self.db().last_reading(mailbox, Sight::Arrivals)?,
        };
        // By a clock that is doubted nothing came late; what the server stamped before the start
        // did not come just now.
        let is_sure = !self.steadiness.doubts();
        let has_been_read = last_reading.is_some();
        let last_reading = last_reading
            .filter(|_| is_sure)
            .map(|last| self.steadiness.at_earliest(last));
        Ok(Some(Before {
            first_new_uid,
            // Of a mailbox that was never read to its end, more is unknown than what was moved in.
            numbered_anew: below.is_some() && has_been_read,
            start,
            last_reading,
        }))
    }

    /// When something is first seen.
    pub(super) fn first_sight(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.steadiness.first_sight(now)
    }
}

fn anew_key(mailbox: &str, folder: &str) -> String {
    format!("anew.{mailbox}.{folder}")
}

pub(super) fn late_key(mailbox: &str, folder: &str) -> String {
    format!("late.{mailbox}.{folder}")
}
