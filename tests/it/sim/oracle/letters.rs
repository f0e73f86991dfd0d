//! Scanned letters: from which day one counts.

use super::facts::{Facts, Key, Word};
use crate::sim::days::today;
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::collections::BTreeSet;

/// A stamp is believed that lies so many days back.
const OLDEST: Days = Days::new(60);

impl Facts {
    /// The day from which a letter counts: that of its stamp, if it can be right, else that of its
    /// scan; and what staff have told of the stamp. Of several days it depends on what the program
    /// has read and done.
    pub fn counted_from(&self, key: Key, until: DateTime<Utc>) -> BTreeSet<NaiveDate> {
        let Some(scanned) = self.arrived(key).map(today) else {
            return BTreeSet::new();
        };
        let can_be_right = |stamp: &NaiveDate| *stamp <= scanned && *stamp >= scanned - OLDEST;
        let stamp = self.mail(key.serial).stamp.filter(can_be_right);
        let first = stamp.unwrap_or(scanned);
        let about = |word| matches!(word, Word::Stamped(_) | Word::TakenBack);
        let mut commands: Vec<_> = self.ordered(key, until, about).collect();
        commands.sort_by_key(|command| command.written);
        let (mut days, mut before) = (BTreeSet::from([first]), first);
        for command in commands {
            let is_done = self.confirmed(command).is_some() && self.restored.is_empty();
            match command.word {
                Word::Stamped(day) if is_done => {
                    before = days
                        .first()
                        .copied()
                        .filter(|_| days.len() == 1)
                        .unwrap_or(first);
                    days = BTreeSet::from([day]);
                }
                Word::Stamped(day) => drop(days.insert(day)),
                _ if is_done && days.len() == 1 => days = BTreeSet::from([before]),
                _ => days.extend([first, before]),
            }
        }
        days
    }
}
