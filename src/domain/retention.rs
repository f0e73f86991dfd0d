//! How long personal data is kept: until an item has been at rest for the months of a decision on
//! gallring (erasing).
//!
//! Erased are the sender, the subject and the people's own words; the item stays with its dates,
//! class and states, so that every figure stays. What the whole conversation still needs is kept:
//! an item goes when all of its conversation is at rest and none of it is on hold
//! ([`crate::store::retention`] asks).
//!
//! Deliberately absent: a default. To erase public records (gallring: arkivlagen 1990:782, 10 §)
//! takes a decision, so nothing is erased as long as none is named.

use crate::domain::calendar::Calendar;
use crate::domain::event::{Event, Fact, Flag, of_other_topics};
use crate::domain::item::{Item, State};
use crate::domain::pledge::{Due, Span};
use crate::domain::record::Erased;
use chrono::{DateTime, Duration, Months, NaiveTime, Utc};

/// When erasing could not be done outside office hours for this long, it is done in them.
pub const PATIENCE: Duration = Duration::days(3);

/// What the municipality has decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    pub months: u16,
    /// The decision's number, such as `KS 2026/123`.
    pub decision: String,
}

impl Retention {
    /// An item that came to rest before this may be erased: the beginning of the local day, the
    /// retention months ago.
    #[must_use]
    pub fn cutoff(&self, now: DateTime<Utc>, calendar: &Calendar) -> DateTime<Utc> {
        let today = calendar.local_date(now);
        let day = today
            .checked_sub_months(Months::new(u32::from(self.months)))
            .unwrap_or(today);
        calendar.instant(day, NaiveTime::MIN)
    }

    /// Whether what arrives at `now` under a pledge could be erased before the pledge's time has
    /// passed.
    #[must_use]
    pub fn is_shorter_than(&self, time: Span, now: DateTime<Utc>, calendar: &Calendar) -> bool {
        let today = calendar.local_date(now);
        let until = today
            .checked_add_months(Months::new(u32::from(self.months)))
            .unwrap_or(today);
        Due::of_arrival(now, today, time, calendar).date > until
    }
}

/// Whether erasing is due: once a day, outside office hours. A machine that runs only in them gets
/// its turn too.
#[must_use]
pub fn is_due(last: Option<DateTime<Utc>>, now: DateTime<Utc>, calendar: &Calendar) -> bool {
    let today = calendar.local_date(now);
    if last.is_some_and(|last| calendar.local_date(last) >= today) {
        return false;
    }
    let (opens, closes) = calendar.office_hours;
    let time = calendar.local(now).time();
    let at_work = calendar.is_working_day(today) && (opens..closes).contains(&time);
    !at_work || last.is_some_and(|last| now - last > PATIENCE)
}

impl Item {
    /// Since when it needs no more work. `None`: it still does, it is on hold, or it was erased.
    ///
    /// An item older than the service came to rest at an unknown time: its arrival counts.
    #[must_use]
    pub fn at_rest_since(&self) -> Option<DateTime<Utc>> {
        if self.state.is_live() || self.erased.is_some() || self.flags.contains(&Flag::OnHold) {
            return None;
        }
        Some(if self.state == State::History {
            self.received_at
        } else {
            self.since
        })
    }

    /// Folds in how long it is kept.
    pub(super) fn keep(&mut self, event: &Event) {
        match &event.fact {
            Fact::Held { .. } => {
                self.flags.insert(Flag::OnHold);
            }
            Fact::Released => {
                self.flags.remove(&Flag::OnHold);
            }
            Fact::Erased { decision } => {
                self.flags.insert(Flag::Erased);
                self.erased = Some(Erased {
                    at: event.at,
                    decision: decision.clone(),
                });
            }
            of_other_topics!(Keeping) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Counting;
    use crate::domain::event::{Evidence, EvidenceKind, How, Standing};
    use crate::domain::item::{self, ItemId};
    use std::collections::BTreeMap;

    fn at(text: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(text).expect("a time").to_utc()
    }

    fn sweden() -> Calendar {
        let office_hours = (
            NaiveTime::from_hms_opt(8, 0, 0),
            NaiveTime::from_hms_opt(17, 0, 0),
        );
        Calendar {
            country: &crate::domain::calendar::holidays::SWEDEN,
            zone: chrono_tz::Europe::Stockholm,
            counting: Counting::default(),
            closed_days: BTreeMap::new(),
            office_hours: office_hours.0.zip(office_hours.1).expect("times"),
        }
    }

    fn retention(months: u16) -> Retention {
        Retention {
            months,
            decision: "KS 2026/123".to_owned(),
        }
    }

    #[test]
    fn whole_months_pass_before_anything_may_go() {
        let calendar = sweden();
        for (months, now, cutoff) in [
            (24, "2028-11-28T03:00:00Z", "2026-11-27T23:00:00Z"),
            (1, "2026-03-31T12:00:00Z", "2026-02-27T23:00:00Z"),
            (1, "2026-04-28T12:00:00Z", "2026-03-27T23:00:00Z"),
            // Summer time begins on 29 March.
            (1, "2026-04-30T12:00:00Z", "2026-03-29T22:00:00Z"),
            (600, "2026-11-28T00:00:00Z", "1976-11-27T23:00:00Z"),
        ] {
            assert_eq!(
                retention(months).cutoff(at(now), &calendar),
                at(cutoff),
                "{months} months before {now}"
            );
        }
    }

    #[test]
    fn it_is_done_once_a_day_and_not_while_people_work() {
        let calendar = sweden();
        // A Friday in winter.
        for (last, now, due) in [
            (None, "2026-11-27T03:00:00Z", true),
            (None, "2026-11-27T09:00:00Z", false),
            (None, "2026-11-27T16:00:00Z", true),
            (None, "2026-11-28T09:00:00Z", true),
            (Some("2026-11-26T20:00:00Z"), "2026-11-26T22:30:00Z", false),
            (Some("2026-11-26T20:00:00Z"), "2026-11-26T23:30:00Z", true),
            (Some("2026-11-26T20:00:00Z"), "2026-11-27T09:00:00Z", false),
            (Some("2026-11-22T09:00:00Z"), "2026-11-27T09:00:00Z", true),
            // The clock was set back: not again until the day has passed.
            (Some("2026-12-24T03:00:00Z"), "2026-11-27T03:00:00Z", false),
        ] {
            assert_eq!(
                is_due(last.map(at), at(now), &calendar),
                due,
                "{last:?} {now}"
            );
        }
    }

    #[test]
    fn it_outlasts_every_pledge() {
        let (calendar, now) = (sweden(), at("2026-11-27T09:00:00Z"));
        assert!(!retention(1).is_shorter_than(Span::WorkingDays(2), now, &calendar));
        assert!(!retention(6).is_shorter_than(Span::Months(6), now, &calendar));
        assert!(retention(5).is_shorter_than(Span::Months(6), now, &calendar));
        assert!(retention(1).is_shorter_than(Span::WorkingDays(25), now, &calendar));
    }

    fn happened(minute: i64, fact: Fact) -> Event {
        Event {
            at: at("2026-11-19T08:00:00Z") + Duration::minutes(minute),
            by: "cli:tove".to_owned(),
            fact,
        }
    }

    fn logged(standing: Standing) -> Event {
        let first = item::tests::logged(at("2024-01-01T08:00:00Z"), standing);
        happened(0, Fact::Logged(Box::new(first)))
    }

    fn closed() -> Fact {
        let evidence = Evidence::without_mail(EvidenceKind::Cli, None);
        let (at, note) = (at("2026-11-19T08:05:00Z"), Some("ringde".to_owned()));
        Fact::Closed {
            at,
            how: How::Phone,
            note,
            evidence,
            self_reported: false,
        }
    }

    fn reopened() -> Fact {
        let due = Due::of_arrival(
            at("2024-01-01T08:00:00Z"),
            "2024-01-01".parse().expect("a date"),
            Span::WorkingDays(2),
            &sweden(),
        );
        Fact::Reopened {
            pledge: "email".to_owned(),
            due: Box::new(due),
        }
    }

    #[test]
    fn rest_begins_when_it_is_settled_and_a_hold_or_a_new_life_ends_it() {
        let mut item = Item::born(ItemId(1), &logged(Standing::History)).expect("an item");
        assert_eq!(
            item.at_rest_since(),
            Some(at("2024-01-01T08:00:00Z")),
            "history rests since its arrival"
        );
        let mut happen = |minute, fact, since: Option<&str>| {
            item.apply(&happened(minute, fact)).expect("legal");
            assert_eq!(item.at_rest_since(), since.map(at), "minute {minute}");
        };
        happen(5, closed(), Some("2026-11-19T08:05:00Z"));
        happen(6, Fact::Held { note: None }, None);
        happen(
            7,
            Fact::Moved {
                folder: "Klart".to_owned(),
            },
            None,
        );
        happen(8, Fact::Released, Some("2026-11-19T08:05:00Z"));
        happen(9, reopened(), None);
        happen(10, Fact::Held { note: None }, None);
        happen(11, closed(), None);
        happen(12, Fact::Released, Some("2026-11-19T08:11:00Z"));
        happen(
            13,
            Fact::Erased {
                decision: "KS 2026/123".to_owned(),
            },
            None,
        );
        assert_eq!(
            item.erased.as_ref().map(|erased| erased.decision.as_str()),
            Some("KS 2026/123")
        );
    }

    #[test]
    fn what_is_erased_stays_so_and_what_is_live_or_on_hold_is_not_erased() {
        let erased = || Fact::Erased {
            decision: "KS 2026/123".to_owned(),
        };
        let item_after = |facts: Vec<Fact>| {
            let mut item = Item::born(ItemId(1), &logged(Standing::History)).expect("an item");
            for (minute, fact) in (1..).zip(facts) {
                item.apply(&happened(minute, fact)).expect("legal");
            }
            item
        };
        for (before, after, legal) in [
            (vec![reopened()], erased(), false),
            (vec![closed(), Fact::Held { note: None }], erased(), false),
            (vec![erased()], erased(), false),
            (vec![erased()], reopened(), false),
            (vec![erased()], closed(), false),
            (vec![erased()], Fact::Held { note: None }, false),
            (vec![erased()], Fact::Gone, true),
            (
                vec![erased()],
                Fact::Moved {
                    folder: "Klart".to_owned(),
                },
                true,
            ),
            (vec![], Fact::Released, false),
            (
                vec![Fact::Held { note: None }],
                Fact::Held { note: None },
                false,
            ),
            (
                vec![Fact::Held { note: None }],
                Fact::Held {
                    note: Some("mål 77-26".to_owned()),
                },
                true,
            ),
            (
                vec![],
                Fact::Purged {
                    items: 1,
                    sent: 0,
                    months: 1,
                    decision: "x".to_owned(),
                },
                false,
            ),
        ] {
            let told = format!("{before:?} then {after:?}");
            assert_eq!(
                item_after(before).apply(&happened(30, after)).is_ok(),
                legal,
                "{told}"
            );
        }
        let mut item = item_after(vec![closed()]);
        item.flags.insert(Flag::NoteMissing);
        assert!(item.may_owe_mail());
        item.apply(&happened(9, erased())).expect("legal");
        assert!(!item.may_owe_mail(), "nobody is asked about it any more");
    }
}
