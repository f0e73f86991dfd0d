//! The proof of coverage, as pure comparison: which of the messages that a server lists in a folder
//! the register has read, which ones to read again, and when a folder is to be compared.
//!
//! The UIDs that were read are kept as runs, written in the same transaction as the items, so that
//! a message that the server left out of an answer, or that a cursor jumped over, is in no run.
//! Messages that people delete stay in the runs; nothing can be said about them any more, and
//! nothing need be.

use super::calendar::Calendar;
use super::cursor::WINDOW;
use chrono::{DateTime, Duration, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

/// When folders are compared every day, local time: offices are closed, and backups have usually
/// run.
pub const QUIET: NaiveTime = NaiveTime::from_hms_opt(3, 0, 0).expect("03:00 is a time");

/// A comparison that broke off, or after which something was still missing, is made again after
/// this.
pub const COMPARE_AGAIN: Duration = Duration::hours(1);

/// Headers of a folder that are read again at each comparison, at least; every one of them is known
/// by its identity then, not by its number.
pub const SAMPLE: u32 = 500;

/// In this many comparisons every header of a folder has been read again once, however large it is.
pub const SAMPLE_ROUNDS: u32 = 30;

/// Most ranges that are read again one by one; where more are missing, everything between the first
/// and the last is.
pub const MAX_REPAIRS: usize = 100;

/// Consecutive UIDs, first and last, both included.
pub type Run = (u32, u32);

/// How a folder was compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// It did not come to an end: the connection or the process ended.
    Interrupted,
    /// As at the last comparison: the same UIDVALIDITY and UIDNEXT, and as many messages. UIDs are
    /// never given twice (RFC 3501 §2.3.1.1), so they are the same messages.
    Unchanged,
    /// UID by UID.
    Uids,
    /// By their number only: the server does not list all the UIDs that it counts.
    Counts,
    /// The server refused to say.
    Refused,
}

impl Method {
    pub const ALL: [Self; 5] = [
        Self::Interrupted,
        Self::Unchanged,
        Self::Uids,
        Self::Counts,
        Self::Refused,
    ];

    /// As it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Interrupted => "interrupted",
            Self::Unchanged => "unchanged",
            Self::Uids => "uids",
            Self::Counts => "counts",
            Self::Refused => "refused",
        }
    }

    /// Reads what [`Method::as_str`] writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == text)
    }

    /// Whether it says anything about the messages.
    #[must_use]
    pub fn tells(self) -> bool {
        matches!(self, Self::Unchanged | Self::Uids | Self::Counts)
    }
}

/// One comparison of one folder with the register: a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    pub mailbox: String,
    pub folder: String,
    pub at: DateTime<Utc>,
    pub method: Method,
    pub uid_validity: u32,
    /// Messages with lower UIDs were compared.
    pub uid_next: u32,
    /// Messages that the server has there.
    pub on_server: u32,
    /// Messages that the register had not read before; they were read now.
    pub unread: u32,
    /// Messages of those, or of the sample, that were in no item: a loss that was found and
    /// repaired.
    pub found: u32,
    /// Messages that are not in the register even after the repair.
    pub missing: u32,
    /// Headers that were read again although they had been read before.
    pub sampled: u32,
    /// The last UID of that sample; the next one begins after it.
    pub sampled_to: u32,
}

/// The UIDs that were read in a folder: runs, ascending, apart from each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spans(pub Vec<Run>);

impl Spans {
    /// Whether this UID was read.
    #[must_use]
    pub fn has(&self, uid: u32) -> bool {
        let after = self.0.partition_point(|run| run.0 <= uid);
        after > 0 && self.0[after - 1].1 >= uid
    }

    /// How many UIDs below `below` were read.
    #[must_use]
    pub fn count(&self, below: u32) -> u64 {
        let runs = self.0.iter().take_while(|run| run.0 < below);
        runs.map(|run| u64::from(run.1.min(below - 1) - run.0) + 1)
            .sum()
    }

    /// Of these UIDs, ascending, those that were not read.
    #[must_use]
    pub fn unread(&self, listed: &[u32]) -> Vec<u32> {
        listed
            .iter()
            .copied()
            .filter(|uid| !self.has(*uid))
            .collect()
    }

    /// The range that holds the next `count` UIDs after `after` that were read; from the beginning
    /// again at the end.
    #[must_use]
    pub fn sample(&self, after: u32, count: u32) -> Option<(Run, u32)> {
        let mut first = None;
        let mut last = 0;
        let mut left = count;
        for run in self.0.iter().filter(|run| run.1 > after) {
            let from = run.0.max(after.saturating_add(1));
            first.get_or_insert(from);
            let to = run.1.min(from.saturating_add(left - 1));
            left -= to - from + 1;
            last = to;
            if left == 0 {
                break;
            }
        }
        match first {
            Some(first) if left < count => Some(((first, last), count - left)),
            _ if after > 0 => self.sample(0, count),
            _ => None,
        }
    }
}

/// UIDs, ascending, as runs.
#[must_use]
pub fn runs(uids: &[u32]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for uid in uids {
        match runs.last_mut() {
            Some(run) if run.1.checked_add(1) == Some(*uid) => run.1 = *uid,
            Some(run) if run.1 == *uid => {}
            _ => runs.push((*uid, *uid)),
        }
    }
    runs
}

/// The UIDs of a batch, in any order, as runs.
pub fn runs_of(uids: impl Iterator<Item = u32>) -> Vec<Run> {
    let mut uids: Vec<u32> = uids.collect();
    uids.sort_unstable();
    runs(&uids)
}

/// What to read again, in few commands that are each within a window.
#[must_use]
pub fn repairs(unread: &[u32]) -> Vec<Run> {
    let mut wanted = runs(unread);
    if wanted.len() > MAX_REPAIRS
        && let (Some(first), Some(last)) = (unread.first(), unread.last())
    {
        wanted = vec![(*first, *last)];
    }
    wanted.into_iter().flat_map(within_windows).collect()
}

/// A range in parts of at most [`WINDOW`] UIDs.
fn within_windows((first, last): Run) -> impl Iterator<Item = Run> {
    let parts = (last - first) / WINDOW + 1;
    (0..parts).map(move |part| {
        let from = first + part * WINDOW;
        (from, from.saturating_add(WINDOW - 1).min(last))
    })
}

/// How many headers are read again in a folder of that many messages.
#[must_use]
pub fn sample_size(messages: u64) -> u32 {
    u32::try_from(messages.div_ceil(SAMPLE_ROUNDS.into()))
        .unwrap_or(u32::MAX)
        .max(SAMPLE)
}

/// Whether a folder is to be compared now: for the first time, after its UIDs changed their
/// meaning, once after [`QUIET`] each day, and again after [`COMPARE_AGAIN`] when the last time
/// proved nothing or found a difference.
#[must_use]
pub fn is_due(
    last: Option<&Comparison>,
    uid_validity: u32,
    now: DateTime<Utc>,
    calendar: &Calendar,
) -> bool {
    let Some(last) = last else { return true };
    let before = |wait| last.at + wait <= now || last.at > now;
    if last.method == Method::Interrupted || last.missing > 0 {
        return before(COMPARE_AGAIN);
    }
    if last.uid_validity != uid_validity {
        return true;
    }
    let today = calendar.instant(calendar.local_date(now), QUIET);
    let quiet = if today <= now {
        today
    } else {
        today - Duration::days(1)
    };
    last.at < quiet || last.at > now
}

/// Whether the folder is provably what it was when it was last found to agree.
#[must_use]
pub fn is_unchanged(
    last: Option<&Comparison>,
    uid_validity: u32,
    uid_next: u32,
    exists: u32,
) -> bool {
    last.is_some_and(|last| {
        matches!(last.method, Method::Uids | Method::Unchanged)
            && last.missing == 0
            && (last.uid_validity, last.uid_next, last.on_server)
                == (uid_validity, uid_next, exists)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Counting;

    #[test]
    fn what_was_not_read_is_told_apart() {
        let spans = Spans(vec![(1, 3), (5, 5), (8, 20)]);
        for (listed, unread) in [
            (vec![], vec![]),
            (vec![1, 2, 3, 5, 8, 20], vec![]),
            (vec![1, 4, 5, 6, 7, 8], vec![4, 6, 7]),
            (vec![21, u32::MAX], vec![21, u32::MAX]),
        ] {
            assert_eq!(spans.unread(&listed), unread, "{listed:?}");
        }
        for (below, count) in [(1, 0), (2, 1), (4, 3), (6, 4), (9, 5), (100, 17)] {
            assert_eq!(spans.count(below), count, "below {below}");
        }
        assert_eq!(Spans::default().unread(&[7]), [7]);
    }

    #[test]
    fn samples_go_round_the_folder() {
        let spans = Spans(vec![(1, 3), (5, 5), (8, 20)]);
        for (after, count, expected) in [
            (0, 4, Some(((1, 5), 4))),
            (5, 4, Some(((8, 11), 4))),
            (11, 100, Some(((12, 20), 9))),
            (20, 2, Some(((1, 2), 2))),
            (u32::MAX, 2, Some(((1, 2), 2))),
        ] {
            assert_eq!(spans.sample(after, count), expected, "after {after}");
        }
        assert_eq!(Spans::default().sample(0, 5), None);
        assert_eq!((sample_size(3), sample_size(100_000)), (SAMPLE, 3334));
    }

    #[test]
    fn repairs_are_few_and_cover_everything() {
        assert_eq!(repairs(&[4, 5, 6, 9]), [(4, 6), (9, 9)]);
        let every_second: Vec<u32> = (1..=1000).map(|n| n * 2).collect();
        assert_eq!(repairs(&every_second), [(2, 2000)]);
        let many: Vec<u32> = (1..=25_000).collect();
        assert_eq!(
            repairs(&many),
            [(1, 10_000), (10_001, 20_000), (20_001, 25_000)]
        );
        assert_eq!(repairs(&[u32::MAX]), [(u32::MAX, u32::MAX)]);
        assert_eq!(repairs(&[]), []);
    }

    #[test]
    fn a_folder_is_compared_once_a_day_and_again_when_it_differs() {
        let calendar = Calendar {
            country: &crate::domain::calendar::holidays::SWEDEN,
            zone: chrono_tz::Europe::Stockholm,
            counting: Counting::ArrivalDate,
            closed_days: std::collections::BTreeMap::default(),
            office_hours: (NaiveTime::MIN, NaiveTime::MIN),
        };
        let at = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let last = |method, missing| Comparison {
            mailbox: String::new(),
            folder: String::new(),
            at: at("2026-11-19T02:05:00Z"),
            method,
            uid_validity: 1,
            uid_next: 9,
            on_server: 3,
            unread: 0,
            found: 0,
            missing,
            sampled: 0,
            sampled_to: 0,
        };
        for (method, missing, now, validity, due) in [
            (Method::Uids, 0, "2026-11-19T20:00:00Z", 1, false),
            (Method::Uids, 0, "2026-11-20T01:59:00Z", 1, false),
            (Method::Uids, 0, "2026-11-20T02:00:00Z", 1, true),
            (Method::Uids, 0, "2026-11-19T02:06:00Z", 2, true),
            (Method::Uids, 1, "2026-11-19T03:04:00Z", 1, false),
            (Method::Uids, 1, "2026-11-19T03:05:00Z", 1, true),
            (Method::Interrupted, 0, "2026-11-19T02:30:00Z", 2, false),
            (Method::Interrupted, 0, "2026-11-19T03:30:00Z", 1, true),
            (Method::Refused, 0, "2026-11-19T12:00:00Z", 1, false),
            // The clock was set back.
            (Method::Uids, 0, "2026-11-18T12:00:00Z", 1, true),
        ] {
            let last = last(method, missing);
            assert_eq!(
                is_due(Some(&last), validity, at(now), &calendar),
                due,
                "{method:?} {missing} {now}"
            );
        }
        assert!(is_due(None, 1, at("2026-11-19T12:00:00Z"), &calendar));
        let agreed = last(Method::Uids, 0);
        assert!(is_unchanged(Some(&agreed), 1, 9, 3));
        assert!(!is_unchanged(Some(&agreed), 1, 9, 2) && !is_unchanged(Some(&agreed), 1, 10, 3));
        assert!(!is_unchanged(Some(&last(Method::Counts, 0)), 1, 9, 3));
        assert!(
            !is_unchanged(Some(&last(Method::Uids, 1)), 1, 9, 3) && !is_unchanged(None, 1, 9, 3)
        );
    }
}
