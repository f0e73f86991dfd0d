//! When what a client shows the token endpoint ends: a certificate names its own end, for a secret
//! a person has written it down.

use super::assertion::leaf;
use crate::config::{Credential, OAuth2};
use crate::tls;
use chrono::{DateTime, Days, NaiveDate, Utc};

/// The operator is warned this many days ahead: a new secret may have to be ordered from another
/// unit, and summer is long.
pub const WARN_DAYS: i64 = 42;
/// Until this many days are left, the warning is repeated once a week; from then on daily.
pub const DAILY_DAYS: i64 = 7;

/// What ends, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    pub what: What,
    /// The last day on which it is good.
    pub last_day: NaiveDate,
    /// Days from today; negative when it has ended.
    pub days_left: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    Secret,
    Certificate,
}

impl Ending {
    #[must_use]
    pub fn is_near(&self) -> bool {
        self.days_left <= WARN_DAYS
    }

    /// Which telling this would be: a number for each week, then for each day. The same number is
    /// reported once.
    #[must_use]
    pub fn stage(&self) -> i64 {
        // Weeks count from a hundred on, so that no week has a day's number.
        if self.days_left > DAILY_DAYS {
            100 + (self.days_left - 1) / 7
        } else {
            self.days_left
        }
    }
}

/// When the client's credential ends; `Ok(None)` when it is unknown. The error says what to do.
pub fn ending(settings: &OAuth2, now: DateTime<Utc>) -> Result<Option<Ending>, String> {
    let today = now.date_naive();
    let (what, last_day) = match (&settings.credential, settings.secret_expires) {
        (Credential::Secret(_), None) => return Ok(None),
        (Credential::Secret(_), Some(day)) => (What::Secret, day),
        (Credential::Certificate { certificate, .. }, _) => {
            let end = tls::not_after(&leaf(certificate)?);
            let end = end.ok_or_else(|| {
                format!(
                    "certificate {}: its last day cannot be read",
                    certificate.display()
                )
            })?;
            // An end in mid-day leaves the day before as the last whole one.
            let day = end.date_naive().checked_sub_days(Days::new(1));
            (What::Certificate, day.unwrap_or_else(|| end.date_naive()))
        }
    };
    Ok(Some(Ending {
        what,
        last_day,
        days_left: (last_day - today).num_days(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_told_weekly_and_then_daily() {
        let stages = |days: std::ops::RangeInclusive<i64>| {
            let stage = |days_left| {
                Ending {
                    what: What::Secret,
                    last_day: NaiveDate::MAX,
                    days_left,
                }
                .stage()
            };
            let mut seen: Vec<i64> = days.rev().map(stage).collect();
            seen.dedup();
            seen.len()
        };
        assert_eq!(stages(8..=42), 5, "once a week");
        assert_eq!(stages(-3..=7), 11, "once a day");
        let ending = |days_left| Ending {
            what: What::Secret,
            last_day: NaiveDate::MAX,
            days_left,
        };
        assert!(ending(WARN_DAYS).is_near() && !ending(WARN_DAYS + 1).is_near());
    }
}
