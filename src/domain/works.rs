//! On which days of the week a member works.

use chrono::{Datelike, NaiveDate, Weekday};

/// As the configuration writes them, Monday first.
pub const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Days of the week, a bit each, Monday the lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Works(u8);

impl Default for Works {
    /// Monday to Friday.
    fn default() -> Self {
        Self::new([
            Weekday::Mon,
            Weekday::Tue,
            Weekday::Wed,
            Weekday::Thu,
            Weekday::Fri,
        ])
    }
}

impl Works {
    #[must_use]
    pub fn new(days: impl IntoIterator<Item = Weekday>) -> Self {
        Self(days.into_iter().fold(0, |all, day| all | bit(day)))
    }

    /// Whether they work on that day of the week. At the weekend no member does, and none is
    /// missed.
    #[must_use]
    pub fn on(self, day: NaiveDate) -> bool {
        matches!(day.weekday(), Weekday::Sat | Weekday::Sun) || self.0 & bit(day.weekday()) != 0
    }

    /// The next day on which that is otherwise than the day before.
    #[must_use]
    pub fn next_change(self, after: NaiveDate) -> Option<NaiveDate> {
        let days = after.iter_days().zip(after.iter_days().skip(1)).take(7);
        days.map(|(before, day)| (self.on(before), day))
            .find(|(before, day)| *before != self.on(*day))
            .map(|(_, day)| day)
    }
}

fn bit(day: Weekday) -> u8 {
    1 << day.num_days_from_monday()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn part_of_the_week() {
        let day = |n: u32| NaiveDate::from_ymd_opt(2026, 11, n).expect("a date");
        let part = Works::new([Weekday::Mon, Weekday::Tue, Weekday::Wed]);
        // Monday the 23rd to Sunday the 29th.
        let there: Vec<bool> = (23..=29).map(|n| part.on(day(n))).collect();
        assert_eq!(there, [true, true, true, false, false, true, true]);
        assert_eq!(part.next_change(day(23)), Some(day(26)));
        assert_eq!(part.next_change(day(26)), Some(day(28)));
        let whole = Works::default();
        assert!((23..=29).all(|n| whole.on(day(n))));
        assert_eq!(whole.next_change(day(23)), None);
    }
}
