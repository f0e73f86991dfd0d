//! Trouble that lasts is logged when it begins, when it changes, once an hour, and when it is over.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A trouble that has not changed is logged again after this.
pub const LOGGED_AGAIN: Duration = Duration::from_hours(1);

/// Most matters remembered; beyond them every line is news.
const MAX_MATTERS: usize = 10_000;

#[derive(Debug)]
struct Logged {
    /// Without its numbers: times and ports change by themselves.
    text: String,
    at: Instant,
    since: Instant,
    /// How often it came up since it was logged.
    silent: u32,
}

/// What was logged last of each matter.
#[derive(Debug, Default)]
pub(super) struct Repeats(Mutex<BTreeMap<String, Logged>>);

impl Repeats {
    /// Whether a trouble is to be logged: how often it has come up in silence since the last line.
    pub fn tells(&self, matter: &str, text: &str, now: Instant) -> Option<u32> {
        let text: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
        let mut logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(before) = logged.get_mut(matter) {
            if before.text == text && now.saturating_duration_since(before.at) < LOGGED_AGAIN {
                before.silent = before.silent.saturating_add(1);
                return None;
            }
            let silent = std::mem::take(&mut before.silent);
            (before.text, before.at) = (text, now);
            return Some(silent);
        }
        if logged.len() < MAX_MATTERS {
            logged.insert(matter.to_owned(), Logged { text, at: now, since: now, silent: 0 });
        }
        Some(0)
    }

    /// Whether the matter was in trouble, and so its end is to be logged: for how long it lasted.
    pub fn over(&self, matter: &str, now: Instant) -> Option<Duration> {
        let mut logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logged.remove(matter).map(|logged| now.saturating_duration_since(logged.since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_the_same_trouble_is_a_line_an_hour() {
        let (repeats, start) = (Repeats::default(), Instant::now());
        let at = |minutes: u64| start + Duration::from_mins(minutes);
        let lines = (0..24 * 60).filter(|minute| repeats.tells("kf", &format!("lost {minute}"), at(*minute)).is_some());
        assert_eq!(lines.count(), 24);
        assert!(repeats.tells("kf", "refused", at(1440)).is_some(), "a change is news");
        assert!(repeats.tells("ks", "refused", at(1440)).is_some(), "so is another matter");
        assert_eq!(repeats.over("kf", at(1441)), Some(Duration::from_mins(1441)));
        assert_eq!(repeats.over("kf", at(1442)), None);
    }
}
