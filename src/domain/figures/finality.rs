//! The figures of a report that was handed over, and the changes since: corrections of final
//! figures, and how many pending questions are decided by now.

use super::Figure;
use super::few::SHOWN_FROM;
use super::sheet::Row;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The figures that a later report corrects.
pub const CORRECTED: [Figure; 5] = [
    Figure::Arrived,
    Figure::AnsweredInTime,
    Figure::NoticedInTime,
    Figure::Broken,
    Figure::Pending,
];

/// The kept figures of a report that was handed over. Reports of the first edition hold more, under
/// the same names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported {
    pub version: u32,
    pub from: NaiveDate,
    pub to: NaiveDate,
    pub pledges: Vec<ReportedRow>,
}

/// One pledge of one mailbox, as it was reported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedRow {
    pub mailbox: String,
    pub pledge: String,
    pub arrived: u32,
    pub answered_in_time: u32,
    pub noticed_in_time: u32,
    pub broken: u32,
    pub pending: u32,
    /// It was reported as final. The first edition knew no such thing.
    #[serde(default, rename = "final")]
    pub is_final: bool,
}

impl ReportedRow {
    #[must_use]
    pub fn new(mailbox: &str, pledge: &str, row: &Row, now: DateTime<Utc>) -> Self {
        let [arrived, answered_in_time, noticed_in_time, broken, pending] =
            CORRECTED.map(|figure| row.counts.of(figure));
        Self {
            mailbox: mailbox.to_owned(),
            pledge: pledge.to_owned(),
            arrived,
            answered_in_time,
            noticed_in_time,
            broken,
            pending,
            is_final: row.is_final(now),
        }
    }

    fn counts(&self) -> [u32; 5] {
        [
            self.arrived,
            self.answered_in_time,
            self.noticed_in_time,
            self.broken,
            self.pending,
        ]
    }

    /// So few that a figure of it could point at a person.
    fn is_small(&self) -> bool {
        let decided = self.answered_in_time + self.noticed_in_time + self.broken;
        (1..SHOWN_FROM).contains(&decided)
    }

    fn add(&mut self, other: &Self) {
        self.arrived += other.arrived;
        self.answered_in_time += other.answered_in_time;
        self.noticed_in_time += other.noticed_in_time;
        self.broken += other.broken;
        self.pending += other.pending;
    }
}

/// A figure of an earlier final report that is another one now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The day on which it was reported.
    pub reported: NaiveDate,
    /// `null`: several small ones together.
    pub mailbox: Option<String>,
    pub pledge: String,
    pub figure: Figure,
    pub then: u32,
    pub now: u32,
}

/// Where a report's final figures differ from what the same period's are now, and how many of its
/// pending questions have been decided. Mailboxes that are small, then or now, are put together as
/// in the report itself; what is small even so is not told.
#[must_use]
pub fn since(then: &Reported, reported: NaiveDate, now: &[ReportedRow]) -> (Vec<Correction>, u32) {
    let key = |row: &ReportedRow| (row.mailbox.clone(), row.pledge.clone());
    let now: BTreeMap<_, _> = now.iter().map(|row| (key(row), row.clone())).collect();
    let mut finals = Finals::new();
    let mut decided = 0;
    for row in &then.pledges {
        let present = now.get(&key(row)).cloned().unwrap_or_default();
        if row.is_final {
            put(&mut finals, row, &present);
        } else {
            decided += row.pending.saturating_sub(present.pending);
        }
    }
    let told = finals
        .iter()
        .filter(|((is_small, ..), sums)| !is_small || !sums.iter().any(ReportedRow::is_small));
    let corrections = told.flat_map(|(of, sums)| corrected(then, reported, *of, sums));
    (corrections.collect(), decided)
}

/// The rows as they were reported as final, and as they are.
type Finals<'a> = BTreeMap<Of<'a>, [ReportedRow; 2]>;

/// Whether it is of several small mailboxes together; the mailbox, and the pledge.
type Of<'a> = (bool, Option<&'a str>, &'a str);

fn put<'a>(finals: &mut Finals<'a>, row: &'a ReportedRow, present: &ReportedRow) {
    let is_small = row.is_small() || present.is_small();
    let mailbox = (!is_small).then_some(row.mailbox.as_str());
    let sums = finals.entry((is_small, mailbox, &row.pledge)).or_default();
    sums[0].add(row);
    sums[1].add(present);
}

/// The corrections of one pledge in a mailbox, or in several small ones together.
fn corrected(
    then: &Reported,
    reported: NaiveDate,
    (_, mailbox, pledge): Of<'_>,
    [was, is]: &[ReportedRow; 2],
) -> Vec<Correction> {
    let of_figure = |(figure, (was, is))| Correction {
        from: then.from,
        to: then.to,
        reported,
        mailbox: mailbox.map(str::to_owned),
        pledge: pledge.to_owned(),
        figure,
        then: was,
        now: is,
    };
    differing(was, is).map(of_figure).collect()
}

/// The figures that differ: as they were, and as they are.
fn differing(was: &ReportedRow, is: &ReportedRow) -> impl Iterator<Item = (Figure, (u32, u32))> {
    CORRECTED
        .into_iter()
        .zip(was.counts().into_iter().zip(is.counts()))
        .filter(|(_, (was, is))| was != is)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::tests::date;

    fn row(pledge: &str, counts: [u32; 5], is_final: bool) -> ReportedRow {
        let [arrived, answered_in_time, noticed_in_time, broken, pending] = counts;
        let (mailbox, pledge) = ("kf".to_owned(), pledge.to_owned());
        ReportedRow {
            mailbox,
            pledge,
            arrived,
            answered_in_time,
            noticed_in_time,
            broken,
            pending,
            is_final,
        }
    }

    #[test]
    fn only_what_was_final_is_corrected() {
        let then = Reported {
            version: 2,
            from: date("2026-10-01"),
            to: date("2026-10-31"),
            pledges: vec![
                row("email", [20, 15, 3, 2, 0], true),
                row("letter", [9, 4, 0, 0, 5], false),
                row("gone", [6, 6, 0, 0, 0], true),
            ],
        };
        let now = [
            row("email", [20, 16, 3, 1, 0], true),
            row("letter", [9, 8, 0, 0, 1], false),
        ];
        let (corrections, decided) = since(&then, date("2026-11-03"), &now);
        let told: Vec<_> = corrections
            .iter()
            .map(|c| (c.pledge.as_str(), c.figure.code(), c.then, c.now))
            .collect();
        assert_eq!(
            told,
            [
                ("email", "answered_in_time", 15, 16),
                ("email", "broken", 2, 1),
                ("gone", "arrived", 6, 0),
                ("gone", "answered_in_time", 6, 0),
            ]
        );
        assert_eq!(decided, 4);
    }

    /// No figure of fewer than five is told, nor one that the rest of the pledge leaves over.
    #[test]
    fn what_is_corrected_in_small_mailboxes_is_put_together() {
        let of = |mailbox: &str, answered, broken| ReportedRow {
            mailbox: mailbox.to_owned(),
            ..row("email", [answered + broken, answered, 0, broken, 0], true)
        };
        for (then, now, expected) in [
            (
                vec![of("kf", 20, 2), of("val", 2, 1)],
                vec![of("kf", 21, 1), of("val", 3, 0)],
                vec![
                    (Some("kf"), "answered_in_time", 20, 21),
                    (Some("kf"), "broken", 2, 1),
                ],
            ),
            (
                vec![of("bygg", 3, 1), of("val", 2, 1)],
                vec![of("bygg", 4, 0), of("val", 2, 1)],
                vec![(None, "answered_in_time", 5, 6), (None, "broken", 2, 1)],
            ),
            (vec![of("val", 4, 1)], vec![of("val", 4, 0)], Vec::new()),
        ] {
            let then = Reported {
                version: 2,
                from: date("2026-10-01"),
                to: date("2026-10-31"),
                pledges: then,
            };
            let (corrections, _) = since(&then, date("2026-11-03"), &now);
            let told: Vec<_> = corrections
                .iter()
                .map(|c| (c.mailbox.as_deref(), c.figure.code(), c.then, c.now))
                .collect();
            assert_eq!(told, expected);
        }
    }

    /// As the first edition wrote it.
    #[test]
    fn a_report_of_the_first_edition_is_read() {
        let old = r#"{"version":1,"organisation":"X","from":"2026-10-01","to":"2026-10-31","made_at":"2026-11-02T08:00:00+01:00",
            "office_hours":"08:00-17:00","pledges":[{"mailbox":"kf","pledge":"email","arrived":3,"answered_in_time":1,
            "noticed_in_time":1,"broken":0,"pending":1,"answered":1,"median_minutes":null}],"mailboxes":[],"alarms":[]}"#;
        let read: Reported = serde_json::from_str(old).expect("it is read");
        assert_eq!(read.pledges, [row("email", [3, 1, 1, 0, 1], false)]);
    }
}
