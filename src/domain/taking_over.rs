//! What a host that begins to lead may send, and when. Pure.
//!
//! The register that it goes on with may lack the last mails sent: its replica is older than that,
//! or another host has led since this one did. Each of those mails has left a trace in the mailbox,
//! or will soon: the copy that the mail server delivers, or the one in Sent. So:
//! - who goes on with a register that lacks nothing sends at once;
//! - anybody else reads and logs, but decides nothing and sends nothing to anybody before a reading
//!   of the whole mailbox that began when the last trace must have come ([`Wait`]);
//! - an item whose notice was found by then gets no other, also where one waits in the register
//!   ([`crate::domain::reason::Withdrawal::SentBefore`]);
//! - a mail that may have been on its way when this register was written last, and has left no
//!   trace, is never sent to a citizen again: a person hears of it, as after any lost connection.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// A register, as a host finds it that has won the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Of the last host that led with it; 0: none ever did.
    pub generation: i64,
    /// It came from the other host just now, and may lack the last moments.
    pub is_replica: bool,
    /// Its last line says that whoever led with it has ended in order, and sent nothing afterwards.
    pub is_whole: bool,
}

/// What it means to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begins {
    /// It lacks nothing.
    GoesOn,
    /// Mails may have left that it does not know.
    TakesOver,
    /// It is from after this lease: whoever goes on would undo it.
    Never,
}

/// What a register means to a host that leads in generation `ours`, when the last one to lead did
/// so in generation `previous` (0: nobody ever did; negative: it is not known).
#[must_use]
pub fn begins(found: Found, previous: i64, ours: i64) -> Begins {
    let is_newest = found.generation == previous;
    if found.generation > ours {
        Begins::Never
    } else if is_newest && (found.is_whole || !found.is_replica) {
        Begins::GoesOn
    } else {
        Begins::TakesOver
    }
}

/// A mailbox's wait for the traces of the last mails sent. Kept in the register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wait {
    pub since: DateTime<Utc>,
    pub minutes: i64,
}

impl Wait {
    /// The rest of the wait after a reading of the whole mailbox that began at that time.
    #[must_use]
    pub fn after(self, began: DateTime<Utc>) -> Option<Self> {
        if began < self.since {
            // The clock was set back: how much has passed is not known.
            let since = began;
            return Some(Self { since, ..self });
        }
        (began - self.since < Duration::minutes(self.minutes)).then_some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Begins::{GoesOn, Never, TakesOver};
    use super::*;

    #[test]
    fn only_a_register_that_lacks_nothing_goes_on() {
        let own = (false, false);
        let ended = (false, true);
        let replica = (true, false);
        let whole = (true, true);
        for (generation, (is_replica, is_whole), previous, expected) in [
            // Nobody ever led.
            (0, own, 0, GoesOn),
            // This host was the last to lead: killed, or ended in order.
            (4, own, 4, GoesOn),
            (4, ended, 4, GoesOn),
            // Another has led since, with a register that was not brought here.
            (4, own, 6, TakesOver),
            (4, ended, 6, TakesOver),
            (0, own, 6, TakesOver),
            // The other's replica: seconds or minutes old, unless it was the last to lead and has
            // ended in order.
            (6, replica, 6, TakesOver),
            (6, whole, 6, GoesOn),
            (4, replica, 6, TakesOver),
            (4, whole, 6, TakesOver),
            // Who led last is not known.
            (6, own, -1, TakesOver),
            (6, whole, -1, TakesOver),
            (0, own, -1, TakesOver),
            // etcd has forgotten who led.
            (4, own, 0, TakesOver),
            // From after the lease.
            (9, own, 6, Never),
            (9, whole, 9, Never),
            (9, replica, -1, Never),
        ] {
            let found = Found {
                generation,
                is_replica,
                is_whole,
            };
            assert_eq!(
                begins(found, previous, 8),
                expected,
                "{found:?}, {previous}"
            );
        }
    }

    #[test]
    fn a_mailbox_waits_until_a_reading_began_late_enough() {
        let at = |minute: i64| DateTime::UNIX_EPOCH + Duration::minutes(minute);
        let wait = |since: i64, minutes: i64| Wait {
            since: at(since),
            minutes,
        };
        for (waits, began, left) in [
            (wait(60, 15), 60, Some(wait(60, 15))),
            (wait(60, 15), 74, Some(wait(60, 15))),
            (wait(60, 15), 75, None),
            (wait(60, 15), 600, None),
            (wait(60, 1), 61, None),
            // Set back by half an hour: it counts from there, and not for half an hour more.
            (wait(60, 15), 30, Some(wait(30, 15))),
            (wait(30, 15), 45, None),
        ] {
            assert_eq!(waits.after(at(began)), left, "{waits:?} {began}");
        }
    }
}
