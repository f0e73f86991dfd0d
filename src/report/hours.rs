//! The report's clock: only office hours of working days count, by the municipality's calendar.

use crate::domain::calendar::Calendar;
use chrono::{DateTime, Days, Utc};

/// The longest time that is measured, in days; what took longer counts as so much.
pub const LONGEST: usize = 3_660;

/// Minutes of office hours on working days between two instants; 0 when `until` is not after `from`.
#[must_use]
pub fn office_minutes(calendar: &Calendar, from: DateTime<Utc>, until: DateTime<Utc>) -> u32 {
    let (opens, closes) = calendar.office_hours;
    let last = calendar.local_date(until);
    let mut date = calendar.local_date(from);
    let mut minutes = 0;
    for _ in 0..LONGEST {
        if date > last {
            break;
        }
        if calendar.is_working_day(date) {
            let begin = calendar.instant(date, opens).max(from);
            let end = calendar.instant(date, closes).min(until);
            minutes += (end - begin).num_minutes().max(0);
        }
        let Some(next) = date.checked_add_days(Days::new(1)) else { break };
        date = next;
    }
    u32::try_from(minutes).unwrap_or(u32::MAX)
}

/// The value below or at which `percent` of 100 of the values lie (nearest rank); `None` without values.
#[must_use]
pub fn percentile(sorted: &[u32], percent: usize) -> Option<u32> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Counting;
    use chrono::NaiveTime;

    #[test]
    fn only_office_hours_of_working_days_count() {
        let time = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("a time");
        let calendar = Calendar {
            zone: chrono_tz::Europe::Stockholm,
            counting: Counting::ArrivalDate,
            closed_days: [("2026-05-15".parse().expect("a date"), "KS 1".to_owned())].into(),
            office_hours: (time(8), time(17)),
        };
        for (from, until, minutes) in [
            // Within a day; before it opens; after it closes.
            ("2026-11-19T09:00:00+01:00", "2026-11-19T10:30:00+01:00", 90),
            ("2026-11-19T06:00:00+01:00", "2026-11-19T08:01:00+01:00", 1),
            ("2026-11-19T17:00:00+01:00", "2026-11-19T23:00:00+01:00", 0),
            // Over a night, and over a weekend.
            ("2026-11-19T16:00:00+01:00", "2026-11-20T09:00:00+01:00", 120),
            ("2026-11-20T16:00:00+01:00", "2026-11-23T09:00:00+01:00", 120),
            // Ascension Day, then a day closed by decision, then a weekend.
            ("2026-05-13T16:30:00+02:00", "2026-05-18T08:30:00+02:00", 60),
            // The clock changes in the night to Sunday.
            ("2026-10-23T16:00:00+02:00", "2026-10-26T09:00:00+01:00", 120),
            ("2026-11-19T10:00:00+01:00", "2026-11-19T09:00:00+01:00", 0),
        ] {
            let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
            assert_eq!(office_minutes(&calendar, at(from), at(until)), minutes, "{from} {until}");
        }
    }

    #[test]
    fn percentiles_are_values_that_occurred() {
        for (values, median, ninetieth) in [
            (vec![], None, None),
            (vec![7], Some(7), Some(7)),
            (vec![1, 9], Some(1), Some(9)),
            (vec![1, 2, 3, 4, 5, 6, 7, 8, 9, 10], Some(5), Some(9)),
        ] {
            assert_eq!((percentile(&values, 50), percentile(&values, 90)), (median, ninetieth), "{values:?}");
        }
    }
}
