//! The machine's clock, and whether it can be trusted just now.

use crate::ports::Clock;
use chrono::{DateTime, Utc};
use std::time::{Duration, Instant};

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the edge at which the clock is read")]
    fn now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

/// A wall clock that differs from the time that has really passed by more than this has jumped.
pub const JUMP: Duration = Duration::from_mins(10);

/// After a jump nothing is decided for so long: time enough for NTP to set it right, and for the operator to see the
/// alarm. Reading goes on.
pub const SETTLING: Duration = Duration::from_mins(15);

/// Compares the wall clock with the monotonic one. A suspended machine looks like a jump forward; waiting a little
/// after waking harms nobody.
#[derive(Debug, Default)]
pub struct Steadiness {
    last: Option<(DateTime<Utc>, Instant)>,
    jumped_at: Option<Instant>,
}

/// What a look at the clocks says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    Steady,
    /// Just jumped, by so many minutes; positive is forward.
    Jumped {
        minutes: i64,
    },
    /// Jumped a while ago: wait.
    Settling,
}

impl Steadiness {
    /// Takes a look.
    pub fn look(&mut self, wall: DateTime<Utc>, steady: Instant) -> Seen {
        let before = self.last.replace((wall, steady));
        if let Some((wall_before, steady_before)) = before {
            let passed =
                chrono::Duration::from_std(steady.saturating_duration_since(steady_before)).unwrap_or_default();
            let off = (wall - wall_before) - passed;
            if off.abs().to_std().is_ok_and(|off| off > JUMP) {
                self.jumped_at = Some(steady);
                return Seen::Jumped { minutes: off.num_minutes() };
            }
        }
        match self.jumped_at {
            Some(at) if steady.saturating_duration_since(at) < SETTLING => Seen::Settling,
            _ => {
                self.jumped_at = None;
                Seen::Steady
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_either_way_holds_decisions_until_the_clock_has_settled() {
        let (wall, steady) = (SystemClock.now(), Instant::now());
        let at = |wall_minutes: i64, steady_minutes: u64| {
            (wall + chrono::Duration::minutes(wall_minutes), steady + Duration::from_mins(steady_minutes))
        };
        let mut clock = Steadiness::default();
        for ((wall, steady), expected) in [
            (at(0, 0), Seen::Steady),
            (at(1, 1), Seen::Steady),
            (at(6, 2), Seen::Steady),
            (at(67, 3), Seen::Jumped { minutes: 60 }),
            (at(68, 4), Seen::Settling),
            (at(81, 17), Seen::Settling),
            (at(83, 19), Seen::Steady),
            (at(-1000, 20), Seen::Jumped { minutes: -1084 }),
            (at(-990, 30), Seen::Settling),
            (at(-980, 40), Seen::Steady),
        ] {
            assert_eq!(clock.look(wall, steady), expected, "{wall}");
        }
    }
}
