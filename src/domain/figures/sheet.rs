//! Figures by mailbox and pledge, and their totals.

use super::Figure;
use super::days::{mean, percentile};
use super::place::{Ground, Kept};
use crate::domain::item::Item;
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A number for every figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts([u32; Figure::COUNT]);

impl Default for Counts {
    fn default() -> Self {
        Self([0; Figure::COUNT])
    }
}

impl Counts {
    #[must_use]
    pub fn of(&self, figure: Figure) -> u32 {
        self.0[figure.index()]
    }

    pub fn add(&mut self, figure: Figure, count: u32) {
        self.0[figure.index()] += count;
    }

    pub fn add_all(&mut self, other: &Self) {
        self.0
            .iter_mut()
            .zip(other.0)
            .for_each(|(sum, count)| *sum += count);
    }

    /// Decided questions: what the shares are of.
    #[must_use]
    pub fn decided(&self) -> u32 {
        Figure::SHARES.iter().map(|share| self.of(*share)).sum()
    }

    /// Open items.
    #[must_use]
    pub fn waiting(&self) -> u32 {
        Figure::WAITS.iter().map(|age| self.of(*age)).sum()
    }
}

/// One pledge of one mailbox, or of several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    pub counts: Counts,
    /// Office minutes to each answer.
    pub minutes: Vec<u32>,
    /// When the last of them is due; none before an item came.
    pub last_closes: Option<DateTime<Utc>>,
    /// Who has the broken ones.
    pub handlers: BTreeSet<String>,
    /// The day on which the oldest came that waits.
    pub oldest: Option<NaiveDate>,
}

impl Row {
    fn count(&mut self, item: &Item, counts: &Counts, minutes: Option<u32>) {
        self.counts.add_all(counts);
        self.minutes.extend(minutes);
        if counts.of(Figure::Arrived) > 0 {
            self.last_closes = self
                .last_closes
                .max(item.due.as_ref().map(|due| due.closes));
        }
        let handler = item
            .handler
            .as_ref()
            .filter(|_| counts.of(Figure::Broken) > 0);
        if let Some(handler) = handler.filter(|handler| !self.handlers.contains(*handler)) {
            self.handlers.insert(handler.clone());
        }
    }

    /// Takes in what another row counts.
    pub fn add_all(&mut self, other: &Self) {
        self.counts.add_all(&other.counts);
        self.minutes.extend_from_slice(&other.minutes);
        self.last_closes = self.last_closes.max(other.last_closes);
        self.handlers.extend(other.handlers.iter().cloned());
        self.oldest = [self.oldest, other.oldest].into_iter().flatten().min();
    }

    /// Whether the last of its items is due: nothing is pending any more.
    #[must_use]
    pub fn is_final(&self, now: DateTime<Utc>) -> bool {
        self.last_closes.is_none_or(|closes| closes <= now)
    }

    /// Mean, median and nine of ten, in office minutes.
    #[must_use]
    pub fn times(&self) -> [Option<u32>; 3] {
        let mut sorted = self.minutes.clone();
        sorted.sort_unstable();
        [
            mean(&sorted),
            percentile(&sorted, 50),
            percentile(&sorted, 90),
        ]
    }
}

/// The counts of one period. A message under no pledge is counted under the pledge `""`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sheet(pub BTreeMap<(String, String), Row>);

impl Sheet {
    pub fn row(&mut self, mailbox: &str, pledge: &str) -> &mut Row {
        self.0
            .entry((mailbox.to_owned(), pledge.to_owned()))
            .or_default()
    }

    /// Counts an item that came in the period. `key` is its row: most rows are there already, and a
    /// name is made for a new one alone.
    pub fn count(
        &mut self,
        key: &(String, String),
        item: &Item,
        counts: &Counts,
        minutes: Option<u32>,
    ) {
        if let Some(row) = self.0.get_mut(key) {
            row.count(item, counts, minutes);
        } else {
            self.row(&key.0, &key.1).count(item, counts, minutes);
        }
    }

    /// Takes in what another sheet counts.
    pub fn add_all(&mut self, other: &Self) {
        for ((mailbox, pledge), row) in &other.0 {
            self.row(mailbox, pledge).add_all(row);
        }
    }

    /// Counts an item that waits now, whenever it came.
    pub fn wait(&mut self, ground: &Ground<'_>, item: &Item) {
        let mut counts = Counts::default();
        ground.waiting(item, |figure| counts.add(figure, 1));
        if counts.waiting() > 0 {
            let row = self.row(&item.mailbox, pledge_of(item));
            row.counts.add_all(&counts);
            let came = ground.days.calendar().local_date(item.received_at);
            row.oldest = Some(row.oldest.map_or(came, |oldest| oldest.min(came)));
        }
    }

    /// The rows of a pledge by mailbox.
    pub fn of_pledge<'a>(&'a self, pledge: &'a str) -> impl Iterator<Item = (&'a str, &'a Row)> {
        self.0
            .iter()
            .filter(move |((_, of), _)| of == pledge)
            .map(|((mailbox, _), row)| (mailbox.as_str(), row))
    }

    /// The sum of rows.
    #[must_use]
    pub fn sum<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Row {
        rows.into_iter().fold(Row::default(), |mut sum, row| {
            sum.add_all(row);
            sum
        })
    }

    /// The pledges of which anything came.
    #[must_use]
    pub fn pledges(&self) -> BTreeSet<&str> {
        self.0
            .keys()
            .map(|(_, pledge)| pledge.as_str())
            .filter(|pledge| !pledge.is_empty())
            .collect()
    }
}

/// The pledge that an item is counted under.
#[must_use]
pub fn pledge_of(item: &Item) -> &str {
    item.pledge.as_deref().unwrap_or_default()
}

/// The references behind a figure: the items that belong to it.
#[must_use]
pub fn stands_in(ground: &Ground<'_>, item: &Item, kept: Kept, figure: Figure) -> bool {
    let mut stands = false;
    let mut look = |found| stands |= found == figure;
    ground.each(item, kept, &mut look);
    ground.waiting(item, look);
    stands
}
