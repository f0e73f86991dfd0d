//! The oracle's own calendar: Swedish working days and Swedish time from first principles, day by
//! day, with nothing of the program's. Slow and obvious.

use chrono::{DateTime, Datelike, Days as Step, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};
use std::collections::BTreeSet;
use std::sync::LazyLock;

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("the date exists")
}

/// Sundays of Easter, as the Church of Sweden's table has them; the simulation lives in these
/// years.
const EASTER: [(i32, u32, u32); 17] = [
    (2024, 3, 31),
    (2025, 4, 20),
    (2026, 4, 5),
    (2027, 3, 28),
    (2028, 4, 16),
    (2029, 4, 1),
    (2030, 4, 21),
    (2031, 4, 13),
    (2032, 3, 28),
    (2033, 4, 17),
    (2034, 4, 9),
    (2035, 3, 25),
    (2036, 4, 13),
    (2037, 4, 5),
    (2038, 4, 25),
    (2039, 4, 10),
    (2040, 4, 1),
];

/// Every weekday that nobody works, of all years of the table.
fn days_off() -> BTreeSet<NaiveDate> {
    let mut off = BTreeSet::new();
    for (year, month, day) in EASTER {
        let easter = date(year, month, day);
        // Good Friday, Easter Monday, Ascension Day (a Thursday).
        off.extend([
            easter - Step::new(2),
            easter + Step::new(1),
            easter + Step::new(39),
        ]);
        for (month, day) in [
            (1, 1),
            (1, 6),
            (5, 1),
            (6, 6),
            (12, 24),
            (12, 25),
            (12, 26),
            (12, 31),
        ] {
            off.insert(date(year, month, day));
        }
        // Midsummer's eve: the Friday before the Saturday that lies between 20 and 26 June.
        let eve = (19..=25)
            .map(|day| date(year, 6, day))
            .find(|day| day.weekday() == Weekday::Fri);
        off.extend(eve);
    }
    off
}

/// The working days of a municipality.
#[derive(Clone, Debug)]
pub struct Days {
    off: BTreeSet<NaiveDate>,
}

impl Days {
    pub fn new() -> Self {
        static OFF: LazyLock<BTreeSet<NaiveDate>> = LazyLock::new(days_off);
        Self { off: OFF.clone() }
    }

    /// The municipality closes a day by decision.
    pub fn close(&mut self, day: NaiveDate) {
        self.off.insert(day);
    }

    pub fn is_working(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.off.contains(&day)
    }

    /// The `n`th working day after a day, or before it.
    pub fn after(&self, day: NaiveDate, n: i64) -> NaiveDate {
        let (mut day, mut left) = (day, n.abs());
        while left > 0 {
            day = if n > 0 {
                day + Step::new(1)
            } else {
                day - Step::new(1)
            };
            left -= i64::from(self.is_working(day));
        }
        day
    }

    /// Whether staff may get mail: on a working day, from eight to five.
    pub fn is_office_time(&self, at: DateTime<Utc>) -> bool {
        let local = local(at);
        self.is_working(local.date()) && (8..17).contains(&chrono::Timelike::hour(&local))
    }
}

/// The last Sunday of March or October at 01:00 UTC, when clocks change in the European Union.
fn change(year: i32, month: u32) -> NaiveDateTime {
    let last = (25..=31)
        .map(|day| date(year, month, day))
        .find(|day| day.weekday() == Weekday::Sun);
    last.and_then(|day| day.and_hms_opt(1, 0, 0))
        .expect("every week has a Sunday")
}

/// Swedish time of an instant.
pub fn local(at: DateTime<Utc>) -> NaiveDateTime {
    let utc = at.naive_utc();
    let summer = (change(utc.year(), 3)..change(utc.year(), 10)).contains(&utc);
    utc + TimeDelta::hours(if summer { 2 } else { 1 })
}

pub fn today(at: DateTime<Utc>) -> NaiveDate {
    local(at).date()
}

/// The instant of a Swedish date and hour. The hour that a clock change leaves out or has twice is
/// never asked for.
pub fn instant(day: NaiveDate, hour: u32) -> DateTime<Utc> {
    let wall = day.and_hms_opt(hour, 0, 0).expect("an hour of the day");
    let guesses = [2, 1].map(|ahead| (wall - TimeDelta::hours(ahead)).and_utc());
    guesses
        .into_iter()
        .find(|guess| local(*guess) == wall)
        .expect("the hour exists")
}

/// The first instant of the day after: too late.
pub fn closes(due: NaiveDate) -> DateTime<Utc> {
    instant(due + Step::new(1), 0)
}
