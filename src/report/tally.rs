//! Counts the arrivals, on two threads: one reads the register and hands the items on in batches,
//! and counts those itself that the other has no time for. So both have work as long as there is
//! any, and one state of the register is read, once.
//!
//! More than half of an item's JSON is how its due date was reached, day by day. No figure asks for
//! it, and it is the same for all that came on one day: it is cut out before anybody reads it.

use super::ground::{LONGEST_BY_DAYS, kept_of};
use crate::domain::figures::sheet::pledge_of;
use crate::domain::figures::{Figure, Ground, Kept, Sheet};
use crate::domain::item::Item;
use crate::domain::period::Period;
use crate::store::{Db, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use memchr::memmem::Finder;
use serde::de::IgnoredAny;
use std::collections::{BTreeMap, HashMap};
use std::sync::mpsc::{Receiver, TrySendError, sync_channel};

/// Items that are handed over at a time.
const BATCH: usize = 512;

/// Batches that wait for the other thread.
const WAITING: usize = 4;

/// What to count, and by which rules.
#[derive(Clone, Copy)]
pub struct Counting<'a> {
    pub ground: &'a Ground<'a>,
    pub kept: &'a HashMap<&'a str, Kept>,
    /// What the report is of: its times, and its arrivals by day, are kept.
    pub period: Period,
    pub slices: &'a [Period],
}

/// The result.
pub struct Tally {
    pub slices: Vec<(Period, Sheet)>,
    /// By mailbox and day.
    pub arrivals: BTreeMap<(String, NaiveDate), u32>,
}

/// The key of the days of a due date. These letters cannot occur inside a text: there a quotation
/// mark is written `\"`.
const DAYS: &str = "\"days\":[";

/// Lists of days that are known again: those of a day's arrivals under a few pledges.
const KNOWN: usize = 8;

/// Takes the days out of items.
struct Cutter {
    key: Finder<'static>,
    /// Whole lists as they are written, the newest first.
    known: Vec<String>,
}

impl Cutter {
    fn new() -> Self {
        Self {
            key: Finder::new(DAYS),
            known: Vec::new(),
        }
    }

    /// The item up to the first of its days, and from behind the last one on.
    fn cut<'a>(&mut self, item: &'a str) -> (&'a str, &'a str) {
        let whole = (item, "");
        let Some(at) = self.key.find(item.as_bytes()) else {
            return whole;
        };
        let (before, list) = item.split_at(at + DAYS.len() - 1);
        if let Some(known) = self
            .known
            .iter()
            .find(|known| list.starts_with(known.as_str()))
        {
            return (&item[..=before.len()], &list[known.len() - 1..]);
        }
        let mut lists = serde_json::Deserializer::from_str(list).into_iter::<IgnoredAny>();
        // If it is not a list, the reader of the item refuses it.
        let Some(Ok(_)) = lists.next() else {
            return whole;
        };
        let length = lists.byte_offset();
        self.known.truncate(KNOWN - 1);
        self.known.insert(0, list[..length].to_owned());
        (&item[..=before.len()], &list[length - 1..])
    }
}

/// Items as the register has them, one after the other, without the days.
#[derive(Default)]
struct Batch {
    text: String,
    ends: Vec<usize>,
}

impl Batch {
    /// What it has; an empty one with room for as much is left.
    fn take(&mut self) -> Self {
        let empty = Self {
            text: String::with_capacity(self.text.len() + self.text.len() / 8),
            ends: Vec::with_capacity(self.ends.len()),
        };
        std::mem::replace(self, empty)
    }

    fn push(&mut self, (begin, end): (&str, &str)) {
        self.text.push_str(begin);
        self.text.push_str(end);
        self.ends.push(self.text.len());
    }

    fn items(&self) -> impl Iterator<Item = &str> {
        let begins = std::iter::once(0).chain(self.ends.iter().copied());
        begins
            .zip(&self.ends)
            .map(|(begin, end)| &self.text[begin..*end])
    }
}

/// Counts the items that came from the first instant until before the second.
pub fn tally(
    db: &Db<'_>,
    counting: &Counting<'_>,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Tally, StoreError> {
    std::thread::scope(|scope| {
        let (hand, given) = sync_channel(WAITING);
        let other = scope.spawn(move || counted(counting, &given));
        let mut tally = counting.none();
        let (mut batch, mut cutter) = (Batch::default(), Cutter::new());
        db.folds_received(from, until, |item| {
            batch.push(cutter.cut(item));
            if batch.ends.len() < BATCH {
                return Ok(());
            }
            match hand.try_send(batch.take()) {
                Ok(()) => Ok(()),
                Err(TrySendError::Full(batch) | TrySendError::Disconnected(batch)) => {
                    tally.count(counting, &batch)
                }
            }
        })?;
        drop(hand);
        tally.count(counting, &batch)?;
        let other = other
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        tally.add_all(other);
        Ok(tally)
    })
}

/// All that is handed over; an item that cannot be read ends it.
fn counted(counting: &Counting<'_>, given: &Receiver<Batch>) -> Result<Tally, StoreError> {
    let mut tally = counting.none();
    for batch in given {
        tally.count(counting, &batch)?;
    }
    Ok(tally)
}

impl Counting<'_> {
    /// Whether the arrivals of this day are kept.
    fn keeps_the_day(&self, date: NaiveDate) -> bool {
        let Period { from, to } = self.period;
        (to - from).num_days() <= LONGEST_BY_DAYS && self.period.holds(date)
    }

    fn none(&self) -> Tally {
        Tally {
            slices: self
                .slices
                .iter()
                .map(|slice| (*slice, Sheet::default()))
                .collect(),
            arrivals: BTreeMap::new(),
        }
    }
}

impl Tally {
    fn count(&mut self, counting: &Counting<'_>, batch: &Batch) -> Result<(), StoreError> {
        let Counting {
            ground,
            kept,
            period,
            ..
        } = counting;
        let calendar = ground.days.calendar();
        let mut key = (String::new(), String::new());
        for item in batch.items() {
            let item: Item = serde_json::from_str(item)?;
            let date = calendar.local_date(item.received_at);
            let (counts, minutes) = ground.counts(&item, kept_of(kept, &item));
            item.mailbox.clone_into(&mut key.0);
            pledge_of(&item).clone_into(&mut key.1);
            let slices = self.slices.iter_mut();
            for (slice, sheet) in slices.filter(|(slice, _)| slice.holds(date)) {
                sheet.count(&key, &item, &counts, minutes.filter(|_| slice == period));
            }
            if counting.keeps_the_day(date) && counts.of(Figure::Arrived) > 0 {
                *self.arrivals.entry((item.mailbox, date)).or_default() += 1;
            }
        }
        Ok(())
    }

    fn add_all(&mut self, other: Self) {
        for ((_, sheet), (_, more)) in self.slices.iter_mut().zip(&other.slices) {
            sheet.add_all(more);
        }
        for (key, count) in other.arrivals {
            *self.arrivals.entry(key).or_default() += count;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::calendar::Calendar;
    use crate::domain::calendar::tests::{date, sweden, utc};
    use crate::domain::figures::WorkingDays;
    use crate::domain::figures::sight::Blindness;
    use crate::domain::item::{ByHand, ItemId, State};
    use crate::domain::orders::tests::item;
    use crate::domain::pledge::{Due, Span};
    use chrono::{Days, Duration};

    /// Only the days are cut out, with any text around them and in them.
    #[test]
    fn only_the_days_are_cut_out() {
        let calendar = Calendar {
            closed_days: BTreeMap::from([(
                date("2026-11-20"),
                "KS ]} \"days\":[ 12 \\".to_owned(),
            )]),
            ..sweden()
        };
        let mut cutter = Cutter::new();
        let mut cuts = 0;
        for n in 0..300_u32 {
            let arrival = date("2026-11-10") + Days::new(u64::from(n / 20));
            let mut item = item(State::Open);
            let span = Span::WorkingDays(u16::try_from(n % 5).expect("few"));
            item.due = (n % 7 > 0).then(|| Due::reckon(arrival, span, &calendar));
            item.handler = Some(format!("\"days\":[{n}"));
            item.folder = "In\\\"days\":[".to_owned();
            item.by_hand = vec![ByHand {
                at: item.received_at,
                date: arrival,
                reason: Some("\"days\":[1]".to_owned()),
            }];
            let json = serde_json::to_string(&item).expect("JSON");
            let (begin, end) = cutter.cut(&json);
            cuts += usize::from(begin.len() + end.len() < json.len());
            let read: Item = serde_json::from_str(&format!("{begin}{end}")).expect("an item");
            item.due = item.due.map(|due| Due {
                days: Vec::new(),
                ..due
            });
            assert_eq!(read, item, "{json}");
        }
        assert!(cuts > 200 && cutter.known.len() == KNOWN, "{cuts}");
        for json in [
            "",
            "{}",
            "\"days\":[",
            "{\"days\":[1",
            "{\"due\":{\"days\":[}}",
        ] {
            let (begin, end) = cutter.cut(json);
            assert_eq!(format!("{begin}{end}"), json, "what is damaged stays so");
        }
    }

    /// However the items come to be spread over two tallies, their sum is that of one alone.
    #[test]
    fn two_count_as_one_does() {
        let calendar = sweden();
        let ground = Ground {
            days: WorkingDays::new(&calendar, date("2026-11-01"), date("2026-12-31")),
            now: utc("2026-12-24T12:00:00Z"),
            blind: Blindness::default(),
        };
        let period = Period::month("2026-11").expect("a month");
        let slices = [period, Period::month("2026-12").expect("a month")];
        let counting = Counting {
            ground: &ground,
            kept: &HashMap::new(),
            period,
            slices: &slices,
        };
        let items: Vec<String> = (0..200_i64)
            .map(|n| {
                let mut item = item(if n % 3 == 0 {
                    State::Open
                } else {
                    State::Excluded
                });
                item.id = ItemId(n);
                item.mailbox = if n % 5 == 0 { "bygglov" } else { "kf" }.to_owned();
                item.received_at += Duration::hours(n * 4);
                serde_json::to_string(&item).expect("JSON")
            })
            .collect();
        let batch = |items: &mut dyn Iterator<Item = &String>| {
            let mut batch = Batch::default();
            items.for_each(|item| batch.push((item, "")));
            batch
        };
        let mut alone = counting.none();
        alone
            .count(&counting, &batch(&mut items.iter()))
            .expect("counted");
        for every in [1, 2, 7, 200] {
            let (mut one, mut two) = (counting.none(), counting.none());
            let is_ones = |(n, _): &(usize, &String)| n % every == 0;
            one.count(
                &counting,
                &batch(
                    &mut items
                        .iter()
                        .enumerate()
                        .filter(is_ones)
                        .map(|(_, item)| item),
                ),
            )
            .expect("counted");
            two.count(
                &counting,
                &batch(
                    &mut items
                        .iter()
                        .enumerate()
                        .filter(|it| !is_ones(it))
                        .map(|(_, item)| item),
                ),
            )
            .expect("counted");
            one.add_all(two);
            assert_eq!(
                (&one.slices, &one.arrivals),
                (&alone.slices, &alone.arrivals),
                "every {every}th"
            );
        }
        assert!(alone.slices.iter().all(|(_, sheet)| sheet.0.len() > 1));
        let mut damaged = Batch::default();
        damaged.push(("{}", ""));
        assert!(
            counting.none().count(&counting, &damaged).is_err(),
            "what cannot be read is told"
        );
    }
}
