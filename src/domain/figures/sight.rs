//! When mailboxes could not be read: by mailbox, as the union of their blind times, and of all
//! mailboxes together.

use super::days::WorkingDays;
use crate::domain::blind::Blind;
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// From, and until before.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// Blind times of each mailbox: ascending, apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Blindness(BTreeMap<String, Vec<Span>>);

impl Blindness {
    #[must_use]
    pub fn new(periods: &[Blind]) -> Self {
        let mut of: BTreeMap<String, Vec<Span>> = BTreeMap::new();
        for blind in periods {
            of.entry(blind.mailbox.clone())
                .or_default()
                .push((blind.from, blind.until));
        }
        Self(
            of.into_iter()
                .map(|(mailbox, spans)| (mailbox, union(spans)))
                .collect(),
        )
    }

    /// Whether office hours of a time were blind.
    #[must_use]
    pub fn reaches_into(
        &self,
        mailbox: &str,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
        days: &WorkingDays<'_>,
    ) -> bool {
        let Some(spans) = self.0.get(mailbox) else {
            return false;
        };
        let first = spans.partition_point(|span| span.1 <= from);
        let near = spans[first..].iter().take_while(|span| span.0 < until);
        near.into_iter()
            .any(|span| days.office_minutes(span.0.max(from), span.1.min(until)) > 0)
    }

    /// Office minutes of a time in which any mailbox was blind; what two miss at once counts once.
    #[must_use]
    pub fn office_minutes(&self, within: Span, days: &WorkingDays<'_>) -> u32 {
        let all = union(self.0.values().flatten().copied().collect());
        let cut = all
            .iter()
            .map(|span| (span.0.max(within.0), span.1.min(within.1)));
        cut.filter(|span| span.0 < span.1)
            .map(|span| days.office_minutes(span.0, span.1))
            .sum()
    }

    /// Whether any mailbox was blind in office hours of that time.
    #[must_use]
    pub fn touches(&self, within: Span, days: &WorkingDays<'_>) -> bool {
        self.0
            .keys()
            .any(|mailbox| self.reaches_into(mailbox, within.0, within.1, days))
    }
}

/// The spans as they cover time: ascending, apart.
#[must_use]
pub fn union(mut spans: Vec<Span>) -> Vec<Span> {
    spans.retain(|span| span.0 < span.1);
    spans.sort_unstable();
    let mut apart: Vec<Span> = Vec::new();
    for span in spans {
        match apart.last_mut() {
            Some(last) if span.0 <= last.1 => last.1 = last.1.max(span.1),
            _ => apart.push(span),
        }
    }
    apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::blind::{Cause, Sight};
    use crate::domain::calendar::tests::{date, sweden, utc};

    fn blind(mailbox: &str, from: &str, until: &str) -> Blind {
        Blind {
            mailbox: mailbox.to_owned(),
            sight: Sight::Arrivals,
            from: utc(from),
            until: utc(until),
            cause: Cause::Tls,
            late: 0,
        }
    }

    #[test]
    fn what_two_mailboxes_miss_at_once_counts_once() {
        let calendar = sweden();
        let days = WorkingDays::new(&calendar, date("2026-11-01"), date("2026-11-30"));
        // Thursday 19 November: 9 to 11, 10 to 12, and 15 to the next day at 9.
        let blindness = Blindness::new(&[
            blind("kf", "2026-11-19T08:00:00Z", "2026-11-19T10:00:00Z"),
            blind("bygg", "2026-11-19T09:00:00Z", "2026-11-19T11:00:00Z"),
            blind("kf", "2026-11-19T14:00:00Z", "2026-11-20T08:00:00Z"),
        ]);
        let all = (utc("2026-11-01T00:00:00Z"), utc("2026-11-30T00:00:00Z"));
        assert_eq!(blindness.office_minutes(all, &days), (3 + 2 + 1) * 60);
        let day = (utc("2026-11-19T23:00:00Z"), utc("2026-11-20T23:00:00Z"));
        assert_eq!(blindness.office_minutes(day, &days), 60);
        let reaches =
            |mailbox, from, until| blindness.reaches_into(mailbox, utc(from), utc(until), &days);
        assert!(reaches(
            "kf",
            "2026-11-18T08:00:00Z",
            "2026-11-19T09:00:00Z"
        ));
        assert!(!reaches(
            "kf",
            "2026-11-19T10:00:00Z",
            "2026-11-19T13:00:00Z"
        ));
        assert!(
            !reaches("kf", "2026-11-19T17:00:00Z", "2026-11-20T06:00:00Z"),
            "nobody works at night"
        );
        assert!(!reaches(
            "other",
            "2026-11-18T08:00:00Z",
            "2026-11-20T09:00:00Z"
        ));
        assert!(blindness.touches(day, &days));
    }
}
