//! Every figure of a register, before small ones are hidden, beside the figures that
//! `docs/recount.py` finds in its exported log.

use super::{NOT_IN_THE_LOG, recount};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use servicelofte::config::Config;
use servicelofte::domain::figures::sight::Blindness;
use servicelofte::domain::figures::{Counts, Figure, Ground, Kept, Row, WorkingDays};
use servicelofte::domain::item::Item;
use servicelofte::report::ground::rfc3339;
use servicelofte::store::{Access, Store, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A register with its configuration, in a folder of its own.
pub struct Register<'a> {
    pub config: &'a Config,
    pub file: &'a Path,
    pub now: DateTime<Utc>,
}

type Rows = BTreeMap<String, Row>;

impl Register<'_> {
    /// Compares every month; panics at the first figure that differs. Gives the figures that
    /// something was counted under.
    pub fn agrees(&self, told: &str) -> BTreeSet<Figure> {
        let items = self.items();
        let calendar = self.config.calendar.as_ref();
        let day = |item: &Item| calendar.local_date(item.received_at);
        let Some(first) = items.iter().map(day).min() else {
            return BTreeSet::new();
        };
        let (log, calendars) = self.export(first);
        let calendars: Vec<&Path> = calendars.iter().map(PathBuf::as_path).collect();
        let months: BTreeSet<String> = items
            .iter()
            .map(|item| day(item).format("%Y-%m").to_string())
            .collect();
        let mut seen = BTreeSet::new();
        for month in &months {
            let found = recount(month, &log, &calendars, &rfc3339(self.now, calendar));
            for (name, mut row) in self.counted(&items, first, month) {
                row.minutes.sort_unstable();
                let found = &found[&name];
                for figure in Figure::ALL {
                    if NOT_IN_THE_LOG.contains(figure) {
                        continue;
                    }
                    let count = u64::from(row.counts.of(*figure));
                    let other = found.get(figure.code()).and_then(serde_json::Value::as_u64);
                    assert_eq!(
                        other.unwrap_or(0),
                        count,
                        "{told}, {month}, {name}: {figure}"
                    );
                    seen.extend((count > 0).then_some(*figure));
                }
                let minutes: Vec<u32> =
                    serde_json::from_value(found["minutes"].clone()).expect("minutes");
                assert_eq!(minutes, row.minutes, "{told}, {month}, {name}: minutes");
            }
        }
        seen
    }

    fn items(&self) -> Vec<Item> {
        let database = &self.config.service.database;
        let mut store = Store::open(database, Access::Reader).expect("it opens");
        let mut items = Vec::new();
        let read = store.read(|db| {
            db.each_item(|item, _| {
                items.push(item.clone());
                Ok::<(), StoreError>(())
            })
        });
        let defective = read.expect("it is read");
        assert!(defective.is_empty(), "defective items: {defective:?}");
        items
    }

    /// The report's own rule, item by item. Who waits now is told in every month.
    fn counted(&self, items: &[Item], first: NaiveDate, month: &str) -> Rows {
        let calendar = self.config.calendar.as_ref();
        let last = calendar.local_date(self.now) + Days::new(400);
        let ground = Ground {
            days: WorkingDays::new(calendar, first - Days::new(400), last),
            now: self.now,
            blind: Blindness::new(&[]),
        };
        let mut rows = Rows::new();
        for item in items {
            let pledge = item.pledge.as_deref().unwrap_or_default();
            let promised = self.config.pledges.iter().find(|one| one.name == pledge);
            let kept = promised.map(Kept::of).unwrap_or_default();
            let row = rows
                .entry(format!("{}/{pledge}", item.mailbox))
                .or_default();
            let mut waits = Counts::default();
            ground.waiting(item, |figure| waits.add(figure, 1));
            row.counts.add_all(&waits);
            let came = calendar.local_date(item.received_at);
            if came.format("%Y-%m").to_string() == month {
                let (counts, minutes) = ground.counts(item, kept);
                row.counts.add_all(&counts);
                row.minutes.extend(minutes);
            }
        }
        rows
    }

    fn export(&self, first: NaiveDate) -> (PathBuf, Vec<PathBuf>) {
        let folder = self.file.parent().expect("a folder");
        let log = folder.join("log.jsonl");
        self.say(&["export", "--format", "jsonl"], &log);
        let last = self.now.year() + 1;
        let years = (first.year()..=last).map(|year| {
            let file = folder.join(format!("{year}.json"));
            self.say(&["calendar", &year.to_string(), "--json"], &file);
            file
        });
        (log, years.collect())
    }

    fn say(&self, arguments: &[&str], file: &Path) {
        let mut program = Command::new(env!("CARGO_BIN_EXE_servicelofte"));
        let said = program
            .args(arguments)
            .env("SERVICELOFTE_CONFIG", self.file)
            .output()
            .expect("the program runs");
        let told = String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success(), "{arguments:?}: {told}");
        std::fs::write(file, said.stdout).expect("it is written");
    }
}
