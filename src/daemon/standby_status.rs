//! The state of a host that waits, as its metrics page tells it.

use std::sync::{Mutex, PoisonError};

/// A line about it, and whether it is well.
#[derive(Debug, Default)]
pub(super) struct StandbyStatus(Mutex<(String, bool)>);

impl StandbyStatus {
    pub fn set(&self, text: &str, is_well: bool) {
        let mut status = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *status = (text.to_owned(), is_well);
    }

    /// In a line, and whether it is well.
    pub fn now(&self) -> (String, bool) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
