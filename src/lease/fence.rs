//! Until when a lease is valid. Pure: it hears when a renewal was asked for and for how long it was
//! granted.
//!
//! The server counts from when it heard the question, which is later than when it was asked; so
//! whoever counts from the asking never counts too long. A margin is taken off, for clocks that do
//! not run alike and for a member of etcd that has not yet heard that it leads no more.

use std::time::Duration;

/// The margin is a fifth of the lease, and no less than this.
pub const LEAST_MARGIN: Duration = Duration::from_secs(2);

/// What of a lease is not relied on.
#[must_use]
pub fn margin(ttl: Duration) -> Duration {
    (ttl / 5).max(LEAST_MARGIN)
}

/// The validity of one lease, on a clock since some moment ([`super::clock`]). Once it is over it
/// stays over: another host may lead by then, and this process cannot know since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fence {
    until: Duration,
    is_lost: bool,
}

impl Fence {
    /// A lease that was asked for at `asked`, and granted for `ttl`.
    #[must_use]
    pub fn granted(asked: Duration, ttl: Duration) -> Self {
        Self {
            until: asked + ttl.saturating_sub(margin(ttl)),
            is_lost: false,
        }
    }

    /// It was renewed: asked for at `asked`, granted for `ttl`. A renewal asked for after its end
    /// comes too late; an answer that was long on its way changes nothing to the worse.
    pub fn renewed(&mut self, asked: Duration, ttl: Duration) {
        if asked >= self.until {
            self.is_lost = true;
        }
        self.until = self.until.max(Self::granted(asked, ttl).until);
    }

    /// It is another's, or nobody's.
    pub fn lost(&mut self) {
        self.is_lost = true;
    }

    /// Whether the lease is surely held at `now`.
    #[must_use]
    pub fn holds(&self, now: Duration) -> bool {
        !self.is_lost && now < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// The renewals of a lease of 15 s that was asked for at 100 s: (asked, granted); and until
    /// when it holds.
    #[track_caller]
    fn check(renewals: &[(u64, u64)], holds: &[u64], not: &[u64]) {
        let mut fence = Fence::granted(s(100), s(15));
        for (asked, ttl) in renewals {
            fence.renewed(s(*asked), s(*ttl));
        }
        for at in holds {
            assert!(fence.holds(s(*at)), "{renewals:?}: at {at}");
        }
        for at in not {
            assert!(!fence.holds(s(*at)), "{renewals:?}: at {at}");
        }
    }

    #[test]
    fn a_lease_ends_a_margin_before_the_server_ends_it() {
        // Of 15 s a fifth is not relied on.
        check(&[], &[100, 111], &[112, 115, 200, 1_000_000]);
        check(&[(105, 15)], &[111, 112, 116], &[117]);
        check(&[(105, 15), (110, 15)], &[121], &[122]);
        // The server has granted less than was asked for.
        check(&[(105, 8)], &[110, 111], &[112]);
        // An older answer that comes late takes nothing away.
        check(&[(110, 15), (105, 15)], &[121], &[122]);
    }

    #[test]
    fn what_is_over_stays_over() {
        // A process that was stopped for a minute asks again, and is answered.
        check(&[(160, 15)], &[], &[100, 160, 161, 171]);
        check(&[(112, 15)], &[], &[113]);
        check(&[(111, 15)], &[112, 122], &[123]);
        let mut fence = Fence::granted(s(100), s(15));
        fence.lost();
        assert!(!fence.holds(s(101)));
        fence.renewed(s(101), s(15));
        assert!(!fence.holds(s(102)), "another host may lead");
    }

    #[test]
    fn a_short_lease_has_a_margin_too() {
        assert_eq!(margin(s(6)), s(2));
        assert_eq!(margin(s(300)), s(60));
        let fence = Fence::granted(s(0), s(1));
        assert!(!fence.holds(s(0)), "less than its margin is nothing");
    }
}
