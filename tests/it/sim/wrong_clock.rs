//! How wrong the clock on the wall has been, and when. A mail bears the time that the clock showed
//! as it was written, and it may have been set since.

use chrono::{DateTime, Duration, Utc};

/// Since when it is wrong, and by how much; the newest last.
#[derive(Debug, Default)]
pub struct WrongClock(Vec<(DateTime<Utc>, Duration)>);

impl WrongClock {
    /// It is wrong by so much from a true time on.
    pub fn set(&mut self, at: DateTime<Utc>, by: Duration) {
        self.0.push((at, by));
    }

    /// By how much it is wrong now.
    pub fn by(&self) -> Duration {
        self.0.last().map_or(Duration::zero(), |(_, by)| *by)
    }

    /// By how much it was wrong at a true time.
    pub fn at(&self, at: DateTime<Utc>) -> Duration {
        let mut set = self.0.iter().rev();
        let set = set.find(|(since, _)| *since <= at);
        set.map_or(Duration::zero(), |(_, by)| *by)
    }

    /// The latest true time at which it showed this, of those until a moment.
    pub fn when_it_showed(&self, shown: DateTime<Utc>, until: DateTime<Utc>) -> DateTime<Utc> {
        let all = self.0.iter().map(|(_, by)| shown - *by).chain([shown]);
        let showed = |at: &DateTime<Utc>| *at <= until && *at + self.at(*at) == shown;
        all.filter(showed).max().unwrap_or(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_as_old_as_the_clock_of_its_time_says() {
        let at = |hour| DateTime::UNIX_EPOCH + Duration::hours(hour);
        let mut clock = WrongClock::default();
        assert_eq!(clock.when_it_showed(at(8), at(9)), at(8));
        clock.set(at(17), Duration::hours(-7));
        clock.set(at(30), Duration::zero());
        clock.set(at(40), Duration::hours(10));
        clock.set(at(42), Duration::zero());
        for (shown, until, expected) in [
            // Written before it went wrong, and left since.
            (8, 18, 8),
            (10, 18, 17),
            (12, 40, 19),
            (35, 40, 35),
            (51, 45, 41),
            // It has shown this twice.
            (51, 60, 51),
            (11, 17, 11),
            (11, 20, 18),
        ] {
            let found = clock.when_it_showed(at(shown), at(until));
            assert_eq!(found, at(expected), "{shown} until {until}");
        }
        assert_eq!(
            [8, 17, 35, 41, 50].map(|hour| clock.at(at(hour)).num_hours()),
            [0, -7, 0, 10, 0]
        );
    }
}
