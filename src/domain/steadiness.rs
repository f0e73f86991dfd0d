//! Whether the machine's clock can be believed just now. Pure: it is given the wall clock, a
//! stopwatch, and the mail server's stamps.
//!
//! A clock that jumps must neither cause a burst of mail nor a notice before its time (NTP, a
//! restored snapshot, a dead battery), and after a true outage or a suspended week the work must go
//! on soon. So:
//! - a small jump, or one back, is waited out for [`SETTLING`]: time enough for NTP to set it right
//!   and for the operator to see the alarm;
//! - a jump forward over more than [`BELIEVED_JUMP`] working day against the stopwatch is doubted,
//!   and so is a start more than [`BELIEVED_OUTAGE`] working days after the last instant of the
//!   register. In doubt nothing is decided and nothing leaves, the operator is alarmed, and
//!   everything is read as ever;
//! - the mail server's clock settles the doubt: a message that it stamped as arrived (INTERNALDATE)
//!   at most [`BELIEVED_JUMP`] working day before the doubted now shows that the time has really
//!   passed. A clock that is set right settles it too;
//! - where no mail at all arrives, silence for [`LONGEST_DOUBT`] settles it: a mailbox may be as
//!   quiet as that. Mail that arrives with other stamps does not.
//!
//! Rejected: to ask a time server of our own (one more thing that can be wrong), and to believe any
//! jump after a quarter of an hour (a wrong year would write to every citizen at once).

use super::calendar::Calendar;
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// A wall clock that differs from the time that has really passed by more than this has jumped.
pub const JUMP: Duration = Duration::minutes(10);

/// After a jump nothing is decided for this long.
pub const SETTLING: Duration = Duration::minutes(15);

/// Working days that a running process believes to have missed.
pub const BELIEVED_JUMP: i32 = 1;

/// Working days that a process believes, when it starts, to have been away: beyond that nearly
/// every notice would come too late, and the rest is a burst.
pub const BELIEVED_OUTAGE: i32 = 10;

/// After this long without any mail, a doubted clock is believed.
pub const LONGEST_DOUBT: Duration = Duration::hours(72);

/// A stamp of the server so near to the wall clock shows that the clock is right, as far as mail is
/// timed by it.
pub const CONFIRMED: Duration = Duration::hours(1);

/// A stamp of the server further ahead than this says nothing of the present.
const SLACK: Duration = Duration::minutes(5);

/// What a look at the clocks says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    Steady,
    /// Just jumped, by these minutes; positive is forward.
    Jumped {
        minutes: i64,
    },
    /// Jumped a while ago: wait.
    Settling,
    /// So far ahead of all known times that it is not believed without a sign from outside.
    Doubted {
        minutes: i64,
        /// This look is the first of this process that doubts.
        begins: bool,
    },
}

/// A doubt about the clock, or the wait after a jump, as the register keeps it across restarts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiting {
    /// By the doubted clock, when it began.
    pub since: DateTime<Utc>,
    /// The time that it must be.
    pub expected: DateTime<Utc>,
    /// Seconds left to wait after a jump.
    pub settling: i64,
    /// Seconds that a doubt has lasted without any mail.
    pub doubt: Option<i64>,
}

/// A jump forward that was waited out, or time that passed while no process looked, and since which
/// no stamp of the mail server has confirmed the clock: readings since then may really be this much
/// earlier, even when the clock has been set back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leap {
    pub since: DateTime<Utc>,
    pub minutes: i64,
}

/// A clock that is behind what was known.
#[derive(Clone, Copy, Debug)]
struct Slow {
    /// The time that it must be, by what was known before.
    expected: DateTime<Utc>,
    /// It was so when the process began: more time may have passed than the register knows.
    since_start: bool,
}

/// The knowledge of the time.
#[derive(Clone, Debug, Default)]
pub struct Steadiness {
    /// The time that it must be, from the last believed instant and the stopwatch.
    believed: Option<DateTime<Utc>>,
    /// Wall clock and stopwatch at the last look.
    looked: Option<(DateTime<Utc>, Option<Duration>)>,
    /// The newest stamp of the mail server.
    sign: Option<DateTime<Utc>>,
    /// The rest of the wait after a jump.
    settling: Duration,
    /// How long a doubt has lasted without any mail.
    doubt: Option<Duration>,
    /// As long as a process goes by a clock that is behind: until that is set right, or a stamp
    /// confirms it.
    slow: Option<Slow>,
    leap: Option<Leap>,
    /// The time that it must be, where a glance before a reading has shown another on the wall
    /// clock.
    astray: Option<DateTime<Utc>>,
    /// The time that it must be by now, as a glance knew it.
    must_be: Option<DateTime<Utc>>,
    /// A stamp has confirmed the clock: the leap ends with the reading that brought it.
    is_confirmed: bool,
}

impl Steadiness {
    /// Goes on from the last instant that an earlier process believed.
    #[must_use]
    pub fn since(believed: Option<DateTime<Utc>>) -> Self {
        Self {
            believed,
            ..Self::default()
        }
    }

    /// Goes on with a doubt or a wait that an earlier process was in.
    #[must_use]
    pub fn resumed(waiting: &Waiting) -> Self {
        let Waiting {
            expected,
            settling,
            doubt,
            ..
        } = *waiting;
        let (settling, doubt) = (Duration::seconds(settling), doubt.map(Duration::seconds));
        Self {
            believed: Some(expected),
            settling,
            doubt,
            ..Self::default()
        }
    }

    /// The doubt or the wait that the clock is in, for the next process; `None` when it is
    /// believed.
    #[must_use]
    pub fn waiting(&self, since: DateTime<Utc>) -> Option<Waiting> {
        let expected = self.believed.filter(|_| self.holds())?;
        let (settling, doubt) = (
            self.settling.num_seconds(),
            self.doubt.map(|doubt| doubt.num_seconds()),
        );
        Some(Waiting {
            since,
            expected,
            settling,
            doubt,
        })
    }

    /// The last instant that was believed.
    #[must_use]
    pub fn believed(&self) -> Option<DateTime<Utc>> {
        self.believed
    }

    /// The clock is not believed: not even a mail that was decided before may leave. After a small
    /// jump it may, since it was right when it was decided; two mails to one reader would come of
    /// keeping it.
    #[must_use]
    pub fn doubts(&self) -> bool {
        self.doubt.is_some()
    }

    /// Nothing may be decided by this clock.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.doubt.is_some() || self.settling > Duration::zero()
    }

    /// Goes on with a leap that an earlier process has not seen confirmed.
    #[must_use]
    pub fn after(self, leap: Option<Leap>) -> Self {
        Self { leap, ..self }
    }

    /// The leap that nothing has confirmed yet.
    #[must_use]
    pub fn leap(&self) -> Option<Leap> {
        self.leap
    }

    /// The earliest instant that a reading can have been at which the wall clock said `at`.
    #[must_use]
    pub fn at_earliest(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        self.leap
            .filter(|leap| at >= leap.since)
            .map_or(at, |leap| at - Duration::minutes(leap.minutes))
    }

    /// The wall clock is ahead of the time that is known to have passed, and is believed.
    fn leaps(&mut self, off: Duration, now: DateTime<Utc>) {
        let known = self.leap.unwrap_or(Leap {
            since: now,
            minutes: 0,
        });
        self.leap = Some(Leap {
            since: known.since.min(now),
            minutes: known.minutes + off.num_minutes(),
        });
    }

    /// Mail has arrived; `stamp` is when, by the server's clock.
    pub fn arrived(&mut self, stamp: Option<DateTime<Utc>>, now: DateTime<Utc>) {
        self.is_confirmed |= stamp.is_some_and(|stamp| (now - stamp).abs() <= CONFIRMED);
        self.sign = self.sign.max(stamp.filter(|stamp| *stamp <= now + SLACK));
        if let Some(quiet) = &mut self.doubt {
            *quiet = Duration::zero();
        }
    }

    /// Glances at the clocks before a reading: mail first seen by a clock that has leapt forward
    /// since the last look is not dated by it. (One that was set back makes nothing late, but what
    /// has just come seems to lie ahead: see [`Steadiness::latest`].) The look
    /// after the reading decides what the leap means, as it knows the stamps of the mail that has
    /// arrived.
    pub fn glance(&mut self, now: DateTime<Utc>, stopwatch: Option<Duration>, calendar: &Calendar) {
        let passed = self.passed(now, stopwatch);
        let expected = self.believed.map(|believed| believed + passed);
        self.must_be = expected.max(self.slow.map(|slow| slow.expected + passed));
        let is_wrong = |expected: DateTime<Utc>| match self.looked {
            Some(_) => !self.is_set_right(now, calendar),
            None => is_beyond(now, expected, BELIEVED_OUTAGE, calendar),
        };
        self.astray = expected.filter(|expected| now - *expected > JUMP && is_wrong(*expected));
    }

    /// When something is first seen: by a clock that is astray or doubted, when that must be.
    #[must_use]
    pub fn first_sight(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let doubted = self.believed.filter(|_| self.doubts());
        self.astray.or(doubted).unwrap_or(now)
    }

    /// The latest time that it may be: by a clock that was set back, what has just come seems to be
    /// of the future.
    #[must_use]
    pub fn latest(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.must_be.map_or(now, |must_be| must_be.max(now))
    }

    /// The time that has passed since the last look.
    fn passed(&self, now: DateTime<Utc>, stopwatch: Option<Duration>) -> Duration {
        let passed = match (self.looked, stopwatch) {
            (Some((_, Some(before))), Some(stopwatch)) => stopwatch - before,
            // Without a stopwatch the wall clock is all there is.
            (Some((wall, _)), _) => now - wall,
            (None, _) => Duration::zero(),
        };
        passed.max(Duration::zero())
    }

    /// Takes a look. `stopwatch` is the time since the process began, on a clock that is never set.
    pub fn look(
        &mut self,
        now: DateTime<Utc>,
        stopwatch: Option<Duration>,
        calendar: &Calendar,
    ) -> Seen {
        if self.is_confirmed {
            (self.leap, self.slow) = (None, None);
        }
        let seen = self.compare(now, stopwatch, calendar);
        self.is_confirmed = false;
        seen
    }

    /// Compares the wall clock with the time that it must be.
    fn compare(
        &mut self,
        now: DateTime<Utc>,
        stopwatch: Option<Duration>,
        calendar: &Calendar,
    ) -> Seen {
        let passed = self.passed(now, stopwatch);
        let is_first = self.looked.replace((now, stopwatch)).is_none();
        self.astray = None;
        let Some(believed) = self.believed else {
            self.believed = Some(now);
            return Seen::Steady;
        };
        let expected = believed + passed;
        if let Some(slow) = &mut self.slow {
            slow.expected += passed;
        }
        self.settling = (self.settling - passed).max(Duration::zero());
        let off = now - expected;
        if off.abs() <= JUMP {
            return self.believe(now);
        }
        if off > JUMP {
            if let Some(seen) = self.runs_ahead(now, expected, passed, is_first, calendar) {
                return seen;
            }
        } else if !self.is_confirmed {
            self.slow.get_or_insert(Slow {
                expected,
                since_start: is_first,
            });
        }
        self.jumped(off, now)
    }

    /// The wall clock is ahead of the time that it must be: it is doubted, or believed at once;
    /// `None`: it has jumped while this process looked.
    fn runs_ahead(
        &mut self,
        now: DateTime<Utc>,
        expected: DateTime<Utc>,
        passed: Duration,
        is_first: bool,
        calendar: &Calendar,
    ) -> Option<Seen> {
        if self.is_set_right(now, calendar) {
            (self.slow, self.settling) = (None, Duration::zero());
            return Some(self.believe(now));
        }
        let was_doubted = self.doubt.is_some();
        let known = self.sign.map_or(expected, |sign| sign.max(expected));
        // A doubt outlives the process that came upon it: a restart does not count as a sign from
        // outside.
        let missed = if is_first && !was_doubted {
            BELIEVED_OUTAGE
        } else {
            BELIEVED_JUMP
        };
        let quiet = self.doubt.map_or(Duration::zero(), |quiet| quiet + passed);
        if is_beyond(now, known, missed, calendar) && quiet < LONGEST_DOUBT {
            self.believed = Some(expected);
            self.doubt = Some(quiet);
            return Some(Seen::Doubted {
                minutes: (now - expected).num_minutes(),
                begins: is_first || !was_doubted,
            });
        }
        if !self.is_confirmed {
            self.leaps(now - expected, now);
        }
        // A process that was away has seen no jump, and a doubt was waiting enough.
        (is_first || was_doubted).then(|| self.believe(now))
    }

    /// A clock that was set back is where it would be without that; or the machine booted with a
    /// slow one, and now it fits the last instant of the register as a start would.
    fn is_set_right(&self, now: DateTime<Utc>, calendar: &Calendar) -> bool {
        self.slow.is_some_and(|slow| {
            let fits = if slow.since_start {
                !is_beyond(now, slow.expected, BELIEVED_OUTAGE, calendar)
            } else {
                now <= slow.expected + JUMP
            };
            now >= slow.expected - JUMP && fits
        })
    }

    /// It jumped while this process looked, or was slow when it began: that is waited out.
    fn jumped(&mut self, off: Duration, now: DateTime<Utc>) -> Seen {
        self.doubt = None;
        self.believed = Some(now);
        self.settling = SETTLING;
        Seen::Jumped {
            minutes: off.num_minutes(),
        }
    }

    fn believe(&mut self, now: DateTime<Utc>) -> Seen {
        self.believed = Some(now);
        self.doubt = None;
        if self.settling > Duration::zero() {
            Seen::Settling
        } else {
            Seen::Steady
        }
    }
}

/// Whether more working days have been missed since a known time than are believed.
fn is_beyond(now: DateTime<Utc>, known: DateTime<Utc>, believed: i32, calendar: &Calendar) -> bool {
    let horizon = calendar.add_working_days(calendar.local_date(known), believed + 1);
    calendar.local_date(now) >= horizon
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::sweden;

    #[test]
    fn what_is_read_after_a_leap_is_not_dated_by_it() {
        let calendar = sweden();
        let seen = |walls: &[(&str, i64)], glance: (&str, i64)| {
            let mut clock = Steadiness::since(Some(at("11-16 08:00")));
            for (wall, minutes) in walls {
                let _ = clock.look(at(wall), Some(Duration::minutes(*minutes)), &calendar);
            }
            let (wall, minutes) = (at(glance.0), Some(Duration::minutes(glance.1)));
            clock.glance(wall, minutes, &calendar);
            let before = clock.first_sight(wall);
            let looked = clock.look(wall, minutes, &calendar);
            (before, clock.first_sight(wall), looked)
        };
        let first = [("11-16 08:00", 0)];
        for (name, walls, glance, before, after) in [
            (
                "steady",
                &first[..],
                ("11-16 08:10", 10),
                "11-16 08:10",
                "11-16 08:10",
            ),
            (
                "a small leap",
                &first,
                ("11-16 12:10", 10),
                "11-16 08:10",
                "11-16 12:10",
            ),
            (
                "a year",
                &first,
                ("12-16 08:10", 10),
                "11-16 08:10",
                "11-16 08:10",
            ),
            (
                "back",
                &first,
                ("11-10 08:10", 10),
                "11-10 08:10",
                "11-10 08:10",
            ),
            (
                "started after a day",
                &[],
                ("11-17 08:00", 0),
                "11-17 08:00",
                "11-17 08:00",
            ),
            (
                "started after a month",
                &[],
                ("12-16 08:00", 0),
                "11-16 08:00",
                "11-16 08:00",
            ),
            (
                "slow at boot",
                &[("11-02 08:00", 0)],
                ("11-16 08:20", 10),
                "11-16 08:20",
                "11-16 08:20",
            ),
        ] {
            let (sight, then, looked) = seen(walls, glance);
            assert_eq!(sight, at(before), "{name}: before the look");
            assert_eq!(then, at(after), "{name}: after it, {looked:?}");
        }
    }

    #[test]
    fn a_clock_that_was_set_back_hides_nothing_that_has_just_come() {
        let calendar = sweden();
        // Looks as wall clock, minutes of the stopwatch and stamps; then a glance, and the latest
        // time that it may be.
        let check = |looks: &[(&str, i64, Option<&str>)], glance: (&str, i64), expected: &str| {
            let mut clock = Steadiness::since(Some(at("11-19 09:00")));
            for (wall, minutes, stamp) in looks {
                if stamp.is_some() {
                    clock.arrived(stamp.map(at), at(wall));
                }
                let _ = clock.look(at(wall), Some(Duration::minutes(*minutes)), &calendar);
            }
            let wall = at(glance.0);
            clock.glance(wall, Some(Duration::minutes(glance.1)), &calendar);
            assert_eq!(clock.latest(wall), at(expected), "{looks:?} {glance:?}");
        };
        let right = ("11-19 09:00", 0, None);
        let back = ("11-14 09:10", 10, None);
        check(&[right], ("11-19 09:10", 10), "11-19 09:10");
        check(&[right], ("11-14 09:10", 10), "11-19 09:10");
        // When the process begins, and as long as nothing sets it right.
        check(&[], ("11-14 09:00", 0), "11-19 09:00");
        check(&[right, back], ("11-14 09:30", 30), "11-19 09:30");
        check(&[right, back], ("11-19 09:31", 30), "11-19 09:31");
        // Ahead it hides nothing; and a stamp shows that it is right where it was set.
        check(&[right], ("11-24 09:10", 10), "11-24 09:10");
        let told = ("11-14 09:20", 20, Some("11-14 09:18"));
        check(&[right, back, told], ("11-14 09:30", 30), "11-14 09:30");
    }

    #[test]
    fn a_leap_counts_until_a_stamp_confirms_the_clock() {
        let calendar = sweden();
        let looked = |walls: &[(&str, i64)]| {
            let mut clock = Steadiness::since(Some(at("11-16 08:00")));
            for (wall, minutes) in walls {
                let _ = clock.look(at(wall), Some(Duration::minutes(*minutes)), &calendar);
            }
            clock
        };
        let mut clock = looked(&[("11-16 08:00", 0), ("11-16 12:10", 10)]);
        assert_eq!(clock.at_earliest(at("11-16 12:15")), at("11-16 08:15"));
        assert_eq!(
            clock.at_earliest(at("11-16 08:00")),
            at("11-16 08:00"),
            "read before it"
        );
        clock.arrived(Some(at("11-16 08:20")), at("11-16 12:20"));
        assert!(clock.leap().is_some(), "a stamp of the time before");
        clock.arrived(Some(at("11-16 12:25")), at("11-16 12:25"));
        assert!(clock.leap().is_some(), "the reading has not ended");
        let _ = clock.look(at("11-16 12:25"), Some(Duration::minutes(25)), &calendar);
        assert_eq!(clock.leap(), None);
        // A reading before the clock went back is still as wrong.
        let back = looked(&[("11-16 08:00", 0), ("11-16 12:10", 10), ("11-16 08:20", 20)]);
        assert_eq!(back.at_earliest(at("11-16 12:15")), at("11-16 08:15"));
        assert_eq!(
            looked(&[("11-16 08:00", 0), ("11-16 08:05", 10)]).leap(),
            None
        );
        // A process that was away cannot tell a true outage from a clock that is ahead.
        let away = looked(&[("11-16 14:00", 0), ("11-16 14:05", 5)]);
        assert_eq!(away.at_earliest(at("11-16 14:05")), at("11-16 08:05"));
        let mut told = Steadiness::since(Some(at("11-16 08:00")));
        told.arrived(Some(at("11-16 13:50")), at("11-16 14:00"));
        let _ = told.look(at("11-16 14:00"), Some(Duration::zero()), &calendar);
        assert_eq!(told.leap(), None, "the first reading brought mail of now");
    }

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-{}:00Z", text.replace(' ', "T"))
            .parse()
            .expect("a time")
    }

    /// Looks given as wall clock and hours of the stopwatch; `+TIME` is mail with that stamp,
    /// `mail` mail without one.
    fn check(since: Option<&str>, steps: &[(&str, i64, Option<&str>, &str)]) {
        let calendar = sweden();
        let mut clock = Steadiness::since(since.map(at));
        for (wall, minutes, mail, expected) in steps {
            let now = at(wall);
            if let Some(stamp) = mail {
                clock.arrived(Some(at(stamp)), now);
            }
            let seen = clock.look(now, Some(Duration::minutes(*minutes)), &calendar);
            let word = match seen {
                Seen::Steady => "steady",
                Seen::Jumped { .. } => "jumped",
                Seen::Settling => "settling",
                Seen::Doubted { .. } => "doubted",
            };
            assert_eq!(word, *expected, "{wall} {steps:?}");
            assert_eq!(clock.holds(), word != "steady", "{wall} {steps:?}");
        }
    }

    #[test]
    fn a_small_jump_either_way_is_waited_out() {
        check(
            None,
            &[
                ("11-19 09:00", 0, None, "steady"),
                ("11-19 09:06", 2, None, "steady"),
                ("11-19 09:26", 12, None, "steady"),
                ("11-19 10:07", 13, None, "jumped"),
                ("11-19 10:08", 14, None, "settling"),
                ("11-19 10:23", 29, None, "steady"),
                ("11-18 10:24", 30, None, "jumped"),
                ("11-18 10:34", 40, None, "settling"),
                ("11-18 10:44", 50, None, "steady"),
            ],
        );
    }

    #[test]
    fn a_suspended_week_goes_on_with_the_first_mail_that_shows_it() {
        check(
            None,
            &[
                ("11-19 09:00", 0, None, "steady"),
                ("11-24 09:00", 1, Some("11-24 08:00"), "jumped"),
            ],
        );
        check(
            None,
            &[
                ("11-19 09:00", 0, None, "steady"),
                ("11-24 09:00", 1, None, "doubted"),
                ("11-24 10:00", 61, Some("11-20 08:00"), "doubted"),
                ("11-24 11:00", 121, Some("11-24 10:59"), "steady"),
            ],
        );
        // Over a weekend only one working day is missed.
        check(
            None,
            &[
                ("11-20 15:00", 0, None, "steady"),
                ("11-23 09:00", 1, None, "jumped"),
            ],
        );
    }

    #[test]
    fn a_wrong_clock_is_never_believed_while_mail_shows_another_time() {
        check(
            None,
            &[
                ("11-19 09:00", 0, None, "steady"),
                ("12-19 09:00", 1, None, "doubted"),
                ("12-21 09:00", 2_881, Some("11-21 09:00"), "doubted"),
                ("12-23 09:00", 5_761, Some("11-23 09:00"), "doubted"),
                ("12-25 09:00", 8_641, Some("11-25 09:00"), "doubted"),
                // Set right: it goes on at once.
                ("11-25 09:10", 8_650, None, "steady"),
            ],
        );
    }

    #[test]
    fn silence_for_days_settles_a_doubt() {
        check(
            None,
            &[
                ("11-19 09:00", 0, None, "steady"),
                ("12-19 09:00", 1, None, "doubted"),
                ("12-22 08:00", 4_261, None, "doubted"),
                ("12-22 09:01", 4_322, None, "steady"),
            ],
        );
    }

    #[test]
    fn a_doubt_and_a_wait_outlive_the_process() {
        let calendar = sweden();
        let mut clock = Steadiness::since(Some(at("11-19 09:00")));
        clock.look(at("11-19 09:00"), Some(Duration::zero()), &calendar);
        clock.look(at("11-24 09:00"), Some(Duration::minutes(1)), &calendar);
        let waiting = clock.waiting(at("11-24 09:00")).expect("it is doubted");
        assert_eq!(
            (waiting.expected, waiting.doubt),
            (at("11-19 09:01"), Some(0))
        );
        // Started again two seconds later; then set right, and believed.
        let mut next = Steadiness::resumed(&waiting);
        let again = next.look(at("11-24 09:00"), Some(Duration::zero()), &calendar);
        assert!(matches!(again, Seen::Doubted { .. }), "{again:?}");
        assert!(next.holds());
        assert_eq!(
            next.look(at("11-19 09:05"), Some(Duration::minutes(4)), &calendar),
            Seen::Steady
        );
        assert_eq!(next.waiting(at("11-19 09:05")), None);

        let mut clock = Steadiness::since(Some(at("11-19 09:00")));
        clock.look(at("11-19 09:00"), Some(Duration::zero()), &calendar);
        clock.look(at("11-19 10:00"), Some(Duration::zero()), &calendar);
        let waiting = clock.waiting(at("11-19 10:00")).expect("it waits");
        let mut next = Steadiness::resumed(&waiting);
        assert_eq!(
            next.look(at("11-19 10:00"), Some(Duration::zero()), &calendar),
            Seen::Settling
        );
        assert_eq!(
            next.look(at("11-19 10:15"), Some(Duration::minutes(15)), &calendar),
            Seen::Steady
        );
    }

    /// The clock of the machine was days slow at boot, and NTP sets it right a minute later.
    #[test]
    fn a_clock_that_was_slow_at_boot_is_believed_when_it_is_set_right() {
        check(
            Some("11-19 09:00"),
            &[
                ("11-09 03:00", 0, None, "jumped"),
                ("11-09 03:01", 1, None, "settling"),
                ("11-19 09:05", 2, None, "steady"),
            ],
        );
        // Beyond what the register knows it is doubted as ever.
        check(
            Some("11-19 09:00"),
            &[
                ("11-09 03:00", 0, None, "jumped"),
                ("12-19 09:05", 2, None, "doubted"),
            ],
        );
        // It stays slow: being set in the middle proves nothing.
        check(
            Some("11-19 09:00"),
            &[
                ("11-09 03:00", 0, None, "jumped"),
                ("11-16 09:05", 2, None, "doubted"),
            ],
        );
        // The register was ahead, as a stamp shows: what leaps then is not set right.
        let (stamp, leap) = (Some("11-16 09:20"), ("11-16 16:30", 40, None, "jumped"));
        check(
            Some("11-16 13:00"),
            &[
                ("11-16 09:00", 0, None, "jumped"),
                ("11-16 09:20", 20, stamp, "steady"),
                leap,
            ],
        );
        check(
            Some("11-16 13:00"),
            &[
                ("11-16 09:00", 0, Some("11-16 08:50"), "jumped"),
                ("11-16 09:20", 20, None, "steady"),
                leap,
            ],
        );
    }

    #[test]
    fn a_clock_that_was_set_back_for_a_while_is_believed_when_it_is_right_again() {
        let back = |then: (&'static str, i64, Option<&'static str>, &'static str)| {
            check(
                None,
                &[
                    ("11-19 09:00", 0, None, "steady"),
                    ("11-16 16:39", 10, None, "jumped"),
                    ("11-16 16:49", 20, None, "settling"),
                    then,
                ],
            );
        };
        back(("11-19 09:30", 30, None, "steady"));
        back(("11-19 09:41", 30, None, "doubted"));
        back(("11-19 09:19", 30, None, "doubted"));
        // A stamp shows that it is right where it was set.
        check(
            None,
            &[
                ("11-19 09:00", 0, None, "steady"),
                ("11-16 16:39", 10, Some("11-16 16:30"), "jumped"),
                ("11-19 09:30", 30, None, "doubted"),
            ],
        );
    }

    #[test]
    fn a_start_after_an_outage_believes_two_weeks_and_no_more() {
        check(Some("11-09 09:00"), &[("11-23 09:00", 0, None, "steady")]);
        check(Some("11-09 09:00"), &[("11-24 09:00", 0, None, "doubted")]);
        check(
            Some("11-09 09:00"),
            &[("12-24 09:00", 0, Some("12-22 09:00"), "steady")],
        );
        check(
            Some("11-23 09:00"),
            &[
                ("11-20 09:00", 0, None, "jumped"),
                ("11-20 09:15", 15, None, "steady"),
            ],
        );
    }
}
