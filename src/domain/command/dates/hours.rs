//! The time of day behind a date, which says nothing of the day: `kl. 15`, `16:30`, `efter lunch`.

use super::Reading;
use super::words::is_number;

/// Times of the day.
const OF_DAY: [&str; 18] = [
    "fm",
    "em",
    "am",
    "pm",
    "lunch",
    "lunchen",
    "formiddag",
    "formiddagen",
    "eftermiddag",
    "eftermiddagen",
    "kvall",
    "kvallen",
    "morgon",
    "morgonen",
    "noon",
    "morning",
    "afternoon",
    "evening",
];

impl Reading<'_> {
    /// `kl. 15`, `em`: the day is what counts.
    pub(super) fn time_of_day(&self, at: usize) -> usize {
        let (first, second) = (self.key(at), self.key(at + 1));
        match first {
            "kl" | "klockan" | "at" if second.starts_with(|c: char| c.is_ascii_digit()) => 2,
            "vid" | "efter" | "pa" | "at" | "after" | "in" if OF_DAY.contains(&second) => 2,
            _ => usize::from(OF_DAY.contains(&first) || is_time(first)),
        }
    }
}

/// `16:30`, `12.00`.
fn is_time(word: &str) -> bool {
    let parts = word.split_once([':', '.']);
    parts.is_some_and(|(hour, minute)| {
        is_number(hour) && hour.len() <= 2 && is_number(minute) && minute.len() == 2
    })
}
