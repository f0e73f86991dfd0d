//! Trouble that lasts is logged when it begins, when it changes, once an hour, and when it is over;
//! trouble that comes and goes is not news each time.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A trouble that has not changed is logged again after this.
pub const LOGGED_AGAIN: Duration = Duration::from_hours(1);

/// Most ways to say what one matter's trouble is that are logged within that time.
pub const MAX_TEXTS: usize = 6;

/// Most matters remembered; beyond them every line is news.
const MAX_MATTERS: usize = 10_000;

#[derive(Debug, Default)]
struct Logged {
    /// When each text was logged of late; without its numbers, as times and ports change by
    /// themselves.
    texts: BTreeMap<String, Instant>,
    /// Since when it lasts; `None` when it is over.
    since: Option<Instant>,
    /// Whether it was logged since it began.
    told: bool,
    /// How often it came up since it was logged.
    silent: u32,
}

impl Logged {
    fn forget(&mut self, now: Instant) {
        self.texts
            .retain(|_, at| now.saturating_duration_since(*at) < LOGGED_AGAIN);
    }
}

/// The last logged text of each matter.
#[derive(Debug, Default)]
pub(super) struct Repeats(Mutex<BTreeMap<String, Logged>>);

impl Repeats {
    /// Whether a trouble is to be logged: how often it has come up in silence since the last line.
    pub fn tells(&self, matter: &str, text: &str, now: Instant) -> Option<u32> {
        let text: String = text.chars().filter(|c| !c.is_ascii_digit()).collect();
        let mut logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !logged.contains_key(matter) && logged.len() >= MAX_MATTERS {
            logged.values_mut().for_each(|one| one.forget(now));
            logged.retain(|_, one| one.since.is_some() || !one.texts.is_empty());
            if logged.len() >= MAX_MATTERS {
                return Some(0);
            }
        }
        let one = logged.entry(matter.to_owned()).or_default();
        one.since.get_or_insert(now);
        one.forget(now);
        if one.texts.contains_key(&text) || one.texts.len() >= MAX_TEXTS {
            one.silent = one.silent.saturating_add(1);
            return None;
        }
        one.texts.insert(text, now);
        one.told = true;
        Some(std::mem::take(&mut one.silent))
    }

    /// Whether the matter was in trouble, and so its end is to be logged: for how long it lasted.
    pub fn over(&self, matter: &str, now: Instant) -> Option<Duration> {
        let mut logged = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let one = logged.get_mut(matter)?;
        let since = one.since.take()?;
        std::mem::take(&mut one.told).then(|| now.saturating_duration_since(since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_the_same_trouble_is_a_line_an_hour() {
        let (repeats, start) = (Repeats::default(), Instant::now());
        let at = |minutes: u64| start + Duration::from_mins(minutes);
        let lines = (0..24 * 60).filter(|minute| {
            repeats
                .tells("kf", &format!("lost {minute}"), at(*minute))
                .is_some()
        });
        assert_eq!(lines.count(), 24);
        assert!(
            repeats.tells("kf", "refused", at(1440)).is_some(),
            "a change is news"
        );
        assert!(
            repeats.tells("ks", "refused", at(1440)).is_some(),
            "so is another matter"
        );
        assert_eq!(
            repeats.over("kf", at(1441)),
            Some(Duration::from_mins(1441))
        );
        assert_eq!(repeats.over("kf", at(1442)), None);
    }

    /// Ten minutes of trouble, ten without, and two ways to say it, by turns.
    #[test]
    fn what_comes_and_goes_is_a_few_lines_an_hour() {
        let (repeats, start) = (Repeats::default(), Instant::now());
        let (mut begun, mut ended) = (0, 0);
        for minute in 0..24 * 60 {
            let now = start + Duration::from_mins(minute);
            if minute % 20 < 10 {
                let text = if minute % 2 == 0 { "reset" } else { "closed" };
                begun += usize::from(repeats.tells("kf", text, now).is_some());
            } else {
                ended += usize::from(repeats.over("kf", now).is_some());
            }
        }
        assert_eq!((begun, ended), (48, 24));
        // However many words it has, they are few an hour.
        let lines = (0..60).filter(|minute| {
            let text: String = (0..*minute).map(|_| 'x').collect();
            repeats
                .tells("ks", &text, start + Duration::from_mins(*minute))
                .is_some()
        });
        assert_eq!(lines.count(), MAX_TEXTS);
    }
}
