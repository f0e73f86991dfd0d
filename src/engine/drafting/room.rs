//! How many mails to citizens an hour of a mailbox has room for, and when the next one may leave.

use super::{LOOK_AGAIN, Round};
use crate::store::StoreError;
use chrono::{DateTime, Duration, Utc};

/// The time that the limit is for.
const HOUR: Duration = Duration::hours(1);

impl Round<'_> {
    /// When the hour has room again for one that it has none for now; `None`: it has. Not before:
    /// very many that wait would be decided about for nothing.
    pub(super) fn room_at(&self, most: u32) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (mailbox, since) = (&self.board.name, self.now - HOUR);
        let before = self.db.notices_since(mailbox, since)?;
        let here = u32::try_from(self.written_to.len()).unwrap_or(u32::MAX);
        let Some(over) = before.saturating_add(here).checked_sub(most) else {
            return Ok(None);
        };
        let leaves = self.db.notice_since(mailbox, since, over)?;
        let again = leaves.unwrap_or(self.now) + HOUR;
        Ok(Some(again.max(self.now + LOOK_AGAIN)))
    }
}
