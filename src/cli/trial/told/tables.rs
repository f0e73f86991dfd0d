//! The picture of a trial and its tables.

use super::{LEAST_FOR_SHARE, Told, percent};
use crate::cli::trial::outcome::{Month, Seen};
use crate::domain::effect::Kind;
use crate::report::document::{Cell, Picture, Table};
use crate::report::phrases;
use crate::report::pictures::{Bar, bars};
use std::collections::BTreeMap;

impl Told<'_> {
    /// The months as bars.
    pub(super) fn picture(&self) -> Picture {
        let months = self.outcome.months.iter().map(|(day, month)| {
            let decided = month.decided();
            let part = |seen| {
                (
                    month.of(seen),
                    (decided >= LEAST_FOR_SHARE).then(|| percent(month.of(seen), decided)),
                )
            };
            Bar {
                name: phrases::month_and_year(self.language, *day),
                short: phrases::month(self.language, *day)
                    .chars()
                    .take(3)
                    .collect(),
                parts: match month.marks.first() {
                    Some(mark) => Err(self.mark(*mark)),
                    None => Ok(Seen::ENDED.map(part)),
                },
            }
        });
        let title = self.say().months_title;
        let months: Vec<Bar> = months.collect();
        let picture = bars(
            title,
            Seen::ENDED.map(|seen| self.seen(seen)),
            &months,
            self.language,
        );
        Picture {
            table: self.months(),
            ..picture
        }
    }

    /// Every month, and the sum of those that are believed.
    pub(super) fn months(&self) -> Table {
        let months = self.outcome.months.iter();
        let mut rows: Vec<_> = months
            .map(|(day, month)| self.month(phrases::month_and_year(self.language, *day), month))
            .collect();
        rows.push(self.month(
            self.say().months_counted.to_owned(),
            &self.outcome.believed(),
        ));
        let head = [self.say().month]
            .into_iter()
            .chain(Seen::ENDED.map(|seen| self.seen(seen)))
            .chain([
                self.say().notice_in_time,
                self.seen(Seen::NotYet),
                self.say().remark,
            ]);
        Table {
            caption: self.say().by_month.to_owned(),
            keys: 1,
            head: head.map(str::to_owned).collect(),
            rows,
            has_total: true,
        }
    }

    /// A month's row: shares of the decided items, if they are enough and believed.
    fn month(&self, name: String, month: &Month) -> Vec<Cell> {
        let shares = (month.marks.is_empty() && month.decided() >= LEAST_FOR_SHARE)
            .then_some(month.decided());
        let share = |seen| {
            let count = month.of(seen);
            Cell::Share(count, shares.map(|decided| percent(count, decided)))
        };
        let mut cells = vec![Cell::Text(name)];
        cells.extend(Seen::ENDED.map(share));
        cells.extend([
            Cell::Count(month.notices),
            Cell::Count(month.of(Seen::NotYet)),
        ]);
        let marks: Vec<&str> = month.marks.iter().map(|mark| self.mark(*mark)).collect();
        cells.push(Cell::Text(if marks.is_empty() {
            "–".to_owned()
        } else {
            marks.join(", ")
        }));
        cells
    }

    pub(super) fn readers(&self) -> Table {
        let heads = self.say().readers_head;
        let row = |(reader, mails, days): (String, u32, usize)| {
            vec![
                Cell::Text(reader),
                Cell::Count(mails),
                Cell::Count(u32::try_from(days).unwrap_or(u32::MAX)),
            ]
        };
        Table {
            caption: self.say().by_reader.to_owned(),
            keys: 1,
            head: heads.map(str::to_owned).to_vec(),
            rows: self.a_day().into_iter().map(row).collect(),
            has_total: false,
        }
    }

    pub(super) fn kinds(&self) -> Table {
        let mut kinds: BTreeMap<Kind, u32> = BTreeMap::new();
        for entry in self.entries {
            *kinds.entry(entry.kind).or_default() += 1;
        }
        let row = |(kind, mails)| vec![Cell::Text(self.kind(kind).to_owned()), Cell::Count(mails)];
        Table {
            caption: self.say().by_reason.to_owned(),
            keys: 1,
            head: self.say().reasons_head.map(str::to_owned).to_vec(),
            rows: kinds.into_iter().map(row).collect(),
            has_total: false,
        }
    }
}
