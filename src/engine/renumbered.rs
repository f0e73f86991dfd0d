//! How a folder stands that was numbered anew.

use super::arrived::Arrived;
use super::batch::Intake;
use crate::domain::moved_in::Before;
use crate::store::StoreError;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Renumbered {
    /// Something lay there before, and has not been found again.
    pub(super) has_former: bool,
    /// Everything that is read with it has a new time: it is no message that came just now.
    pub(super) are_all_new: bool,
    /// Something that is known has its old time: it was numbered anew, and nothing came anew.
    pub(super) keeps_times: bool,
}

/// What has been read of a folder since it was numbered anew tells of the server's times; the
/// register keeps it, because some messages are recorded alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Times {
    Unknown,
    Kept,
    New,
}

impl Times {
    const ALL: [Self; 3] = [Self::Unknown, Self::Kept, Self::New];

    fn of(noted: &str) -> Self {
        let noted_so = |times: &Self| times.name() == noted;
        Self::ALL
            .into_iter()
            .find(noted_so)
            .unwrap_or(Self::Unknown)
    }

    fn name(self) -> &'static str {
        match self {
            Self::Unknown => "",
            Self::Kept => "kept",
            Self::New => "new",
        }
    }
}

impl Intake<'_> {
    /// How the folder stands with this batch.
    pub(super) fn renumbered_with(&self, batch: &[Arrived]) -> Result<Renumbered, StoreError> {
        let Some(before) = self.before else {
            return Ok(Renumbered::default());
        };
        if !self.db.has_former(self.folder_id)? {
            return Ok(Renumbered::default());
        }
        let key = times_key(&self.board.name, &self.folder.name);
        let noted = Times::of(&self.db.meta(&key)?.unwrap_or_default());
        let are_new = batch.iter().all(|arrived| is_restamped(arrived, before));
        let times = if noted == Times::Kept || self.is_any_as_before(batch)? {
            Times::Kept
        } else if are_new && batch.len() > 1 {
            Times::New
        } else {
            noted
        };
        if times != noted {
            self.db.set_meta(&key, times.name())?;
        }
        Ok(Renumbered {
            has_former: true,
            are_all_new: are_new && times == Times::New,
            keeps_times: times == Times::Kept,
        })
    }
}

/// Where it is noted, until the folder is read from its beginning again, what its times are.
pub(super) fn times_key(mailbox: &str, folder: &str) -> String {
    format!("times.{mailbox}.{folder}")
}

/// It lay there when the folder was numbered anew, and the server says that it came after the last
/// reading: either nobody had seen it, or its time is new.
pub(super) fn is_restamped(arrived: &Arrived, before: Before) -> bool {
    let is_late = arrived.internal_date.zip(before.last_reading);
    arrived.uid < before.first_new_uid && is_late.is_some_and(|(stamp, last)| stamp > last)
}
