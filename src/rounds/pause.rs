//! How long to wait after trouble: a pure function of the failure and how often it came in a row.

use crate::drivers::Interrupted;
use crate::ports::MailboxError;
use std::time::Duration;

/// After the first lost connection; doubled each time.
pub const SHORTEST: Duration = Duration::from_secs(5);
/// The longest wait for a server that is away.
pub const LONGEST: Duration = Duration::from_mins(5);
/// After a refused login: seldom enough not to lock the account.
pub const AFTER_LOGIN: Duration = Duration::from_mins(5);
/// The longest wait after refused logins.
pub const LONGEST_LOGIN: Duration = Duration::from_mins(30);

/// After a server's first word that it lets no client in now; doubled each time.
pub const AFTER_BUSY: Duration = Duration::from_mins(1);
/// The longest wait after such words.
pub const LONGEST_BUSY: Duration = Duration::from_mins(15);

/// Up to this part of a wait is added, for each mailbox another: those that lost the same server do
/// not all come back at the same moment.
pub const JITTER: u32 = 4;

/// The wait of a mailbox after its `failures`th failure in a row (from 1).
#[must_use]
pub fn pause(error: &Interrupted, failures: u32, mailbox: &str) -> Duration {
    let wait = pause_of(error, failures);
    // FNV-1a: the same in every run, so that a log can be read again.
    let hash = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let part = mailbox.bytes().fold(0x811c_9dc5 ^ failures, hash) % 1000;
    wait + wait / JITTER * part / 1000
}

fn pause_of(error: &Interrupted, failures: u32) -> Duration {
    let doubled = |first: Duration, longest: Duration| {
        first
            .saturating_mul(1 << failures.saturating_sub(1).min(16))
            .min(longest)
    };
    match error {
        Interrupted::Mailbox(MailboxError::Throttled(time)) => (*time).max(SHORTEST),
        Interrupted::Mailbox(MailboxError::Busy(_)) => doubled(AFTER_BUSY, LONGEST_BUSY),
        Interrupted::Mailbox(MailboxError::Login(_) | MailboxError::Tls(_)) => {
            doubled(AFTER_LOGIN, LONGEST_LOGIN)
        }
        Interrupted::Mailbox(_) | Interrupted::Store(_) | Interrupted::Stopped(_) => {
            doubled(SHORTEST, LONGEST)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::health::{Health, Subject};
    use super::*;
    use crate::imap::SILENCE;
    use crate::mail::texts::facts::Trouble;
    use chrono::{DateTime, Utc};

    /// Case 29: the secret has expired, or the login is taken and SELECT hangs. Told within the
    /// hour, with few attempts.
    #[test]
    fn every_trouble_is_told_within_the_hour() {
        let lost = Interrupted::Mailbox(MailboxError::Lost("INBOX: no answer".to_owned()));
        let login = Interrupted::Mailbox(MailboxError::Login("secret has expired".to_owned()));
        for (error, hangs, most_attempts) in [(lost, SILENCE, 20), (login, Duration::ZERO, 5)] {
            let start: DateTime<Utc> = DateTime::UNIX_EPOCH;
            // The default of alarm_after_minutes.
            let mut health = Health::new(Duration::from_mins(30));
            let (mut passed, mut failures) = (Duration::ZERO, 0);
            let subject = Subject::Polling("kf".to_owned());
            while passed < Duration::from_hours(1) {
                passed += hangs;
                failures += 1;
                let trouble = Trouble::Polling {
                    mailbox: "kf".to_owned(),
                    error: error.to_string(),
                };
                health.fails(subject.clone(), trouble, start + passed);
                passed += pause(&error, failures, "kf");
            }
            assert!(
                failures <= most_attempts,
                "{error}: {failures} attempts in an hour"
            );
            assert!(
                !health
                    .to_tell(start + chrono::Duration::hours(1))
                    .is_empty(),
                "{error}: nobody was told"
            );
        }
    }

    #[test]
    fn each_kind_of_trouble_has_its_own_patience() {
        let lost = || Interrupted::Mailbox(MailboxError::Lost("x".to_owned()));
        let login = || Interrupted::Mailbox(MailboxError::Login("x".to_owned()));
        let throttled = Interrupted::Mailbox(MailboxError::Throttled(Duration::from_secs(90)));
        for (error, failures, seconds) in [
            (lost(), 1, 5),
            (lost(), 2, 10),
            (lost(), 4, 40),
            (lost(), 7, 300),
            (lost(), u32::MAX, 300),
            (login(), 1, 300),
            (login(), 3, 1_200),
            (login(), 9, 1_800),
            (throttled, 5, 90),
            (
                Interrupted::Mailbox(MailboxError::Busy("x".to_owned())),
                1,
                60,
            ),
            (
                Interrupted::Mailbox(MailboxError::Busy("x".to_owned())),
                6,
                900,
            ),
        ] {
            assert_eq!(
                pause_of(&error, failures),
                Duration::from_secs(seconds),
                "{error} {failures}"
            );
        }
    }

    #[test]
    fn mailboxes_of_one_server_come_back_at_different_times() {
        let lost = Interrupted::Mailbox(MailboxError::Lost("x".to_owned()));
        let waits: std::collections::BTreeSet<Duration> = (0..290)
            .map(|number| pause(&lost, 7, &format!("kommun{number}")))
            .collect();
        assert!(waits.len() > 150, "{}", waits.len());
        let (least, most) = (waits.first().copied(), waits.last().copied());
        assert!(
            least >= Some(LONGEST) && most <= Some(LONGEST + LONGEST / JITTER),
            "{least:?} {most:?}"
        );
        assert_eq!(pause(&lost, 7, "kf"), pause(&lost, 7, "kf"));
    }
}
