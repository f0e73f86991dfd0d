//! The file of staff that another system writes: when it has changed, the configuration is read
//! again.

use crate::config::{StaffFile, Version, version_of};
use std::time::Duration;

/// How often the file is looked at. One that changes between two looks is still being written.
pub const STAFF_LOOK: Duration = Duration::from_secs(30);

/// The known state of the file.
pub(super) struct Watched<'a> {
    file: Option<&'a StaffFile>,
    known: Option<Version>,
    before: Option<Version>,
}

impl<'a> Watched<'a> {
    pub fn new(file: Option<&'a StaffFile>) -> Self {
        let known = file.and_then(|file| file.version);
        Self {
            file,
            known,
            before: known,
        }
    }

    /// Waits until the file is another one, and stays so for a while; for ever where there is none.
    pub async fn changed(&mut self) {
        let Some(file) = self.file else {
            return std::future::pending().await;
        };
        loop {
            tokio::time::sleep(STAFF_LOOK).await;
            if self.is_new(version_of(&file.path)) {
                return;
            }
        }
    }

    /// Whether the file now is another than the known one, and a whole one. A missing file is not a
    /// change: a program that writes it again may remove it first.
    fn is_new(&mut self, now: Option<Version>) -> bool {
        let is_new = now.is_some() && now != self.known && now == self.before;
        self.before = now;
        if is_new {
            self.known = now;
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_counts_once_when_it_has_been_written() {
        let mut watched = Watched {
            file: None,
            known: Some((None, 1)),
            before: Some((None, 1)),
        };
        for (size, is_new) in [
            (Some(1), false),
            (Some(2), false),
            (Some(3), false),
            (Some(3), true),
            (Some(3), false),
            (None, false),
            (None, false),
            (Some(3), false),
            (Some(4), false),
            (Some(4), true),
        ] {
            assert_eq!(
                watched.is_new(size.map(|size| (None, size))),
                is_new,
                "{size:?}"
            );
        }
    }
}
