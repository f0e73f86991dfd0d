//! How a folder stands that was numbered anew.

use super::arrived::Arrived;
use crate::domain::moved_in::Before;

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Renumbered {
    /// Something lay there before, and has not been found again.
    pub(super) has_former: bool,
    /// Everything that is read with it has a new time: it is no message that came just now.
    pub(super) are_all_new: bool,
    /// Something that is known has its old time: it was numbered anew, and nothing came anew.
    pub(super) keeps_times: bool,
}

impl Renumbered {
    pub fn of(has_former: bool, before: Option<Before>, batch: &[Arrived]) -> Self {
        let are_all_new = batch.len() > 1
            && batch
                .iter()
                .all(|arrived| before.is_some_and(|before| is_restamped(arrived, before)));
        Self {
            has_former,
            are_all_new,
            keeps_times: false,
        }
    }
}

/// It lay there when the folder was numbered anew, and the server says that it came after the last
/// reading: either nobody had seen it, or its time is new.
pub(super) fn is_restamped(arrived: &Arrived, before: Before) -> bool {
    let is_late = arrived.internal_date.zip(before.last_reading);
    arrived.uid < before.first_new_uid && is_late.is_some_and(|(stamp, last)| stamp > last)
}
