//! What `check` says of this machine's clock, by every other clock that it can see: the date of the
//! token endpoint's answer, the date that Exchange and Exim greet with, and stamps of the mail
//! server on mail that is newer than now. IMAP itself has no clock, so without any of these `check`
//! says nothing.

use super::said::Report;
use crate::daemon::SystemClock;
use crate::failure::Failure;
use crate::ports::{Clock, Fetched};
use chrono::{DateTime, TimeDelta, Utc};

/// A clock that differs by more is a warning: a due day is never in doubt by less, and assertions
/// are refused at about five minutes.
pub const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(2);

/// `Fri, 27 Nov 2026 23:20:11 +0000`
const DATE_WORDS: usize = 6;

/// Tells a difference that is worth it. `ahead` is how far this machine's clock is before `whose`.
pub(super) fn compared(
    whose: &str,
    ahead: TimeDelta,
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    if ahead.abs() <= CLOCK_SKEW {
        return Ok(());
    }
    report.warning(&format!(
        "clock: this machine is {} s {} {whose}; let it set its clock by NTP",
        ahead.abs().num_seconds(),
        if ahead > TimeDelta::zero() {
            "ahead of"
        } else {
            "behind"
        }
    ))
}

/// The date in a greeting, whose text is the server's own (RFC 5321 §4.2).
pub(super) fn of_greeting(greeting: &str) -> Option<DateTime<Utc>> {
    let words: Vec<&str> = greeting.split_whitespace().collect();
    let mut dates = words
        .windows(DATE_WORDS)
        .map(|date| DateTime::parse_from_rfc2822(&date.join(" ")));
    dates.find_map(Result::ok).map(|date| date.to_utc())
}

/// Stamps of the newest messages that lie ahead of now: the server knows, since it stamped the mail
/// when it came.
pub(super) fn of_stamps(
    name: &str,
    newest: &[Fetched],
    report: &mut Report<'_>,
) -> Result<(), Failure> {
    let newest = newest
        .iter()
        .filter_map(|message| message.internal_date)
        .max();
    let ahead = newest.map_or(TimeDelta::zero(), |newest| SystemClock.now() - newest);
    if ahead < TimeDelta::zero() {
        compared(
            &format!("{name}'s mail server, by the stamp of its newest message"),
            ahead,
            report,
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_greeting_may_tell_the_time() {
        for (greeting, date) in [
            (
                "mx.example.net Microsoft ESMTP MAIL Service ready at Fri, 27 Nov 2026 23:20:11 +0000 [08DE2C]",
                Some("2026-11-27T23:20:11Z"),
            ),
            (
                "post.example.se Microsoft ESMTP MAIL Service ready at Fri, 27 Nov 2026 23:20:11 +0100",
                Some("2026-11-27T22:20:11Z"),
            ),
            (
                "mx.example.se ESMTP Exim 4.96 Fri, 27 Nov 2026 23:20:11 +0000",
                Some("2026-11-27T23:20:11Z"),
            ),
            ("mx.example.se ESMTP Postfix (Debian/GNU)", None),
            ("Fri, 27 Nov 2026 at night, +0000", None),
            ("", None),
        ] {
            assert_eq!(
                of_greeting(greeting),
                date.map(|date| date.parse().unwrap()),
                "{greeting}"
            );
        }
    }
}
