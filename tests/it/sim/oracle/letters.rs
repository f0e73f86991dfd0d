//! Scanned letters: from which day one counts.

use super::facts::{Facts, Key, Lie, Word};
use super::mail::Mail;
use crate::sim::days::today;
use chrono::{DateTime, Days, NaiveDate, Utc};
use std::collections::BTreeSet;

/// A stamp is believed that lies so many days back.
const OLDEST: Days = Days::new(60);

fn is_stamp(word: Option<Word>) -> bool {
    matches!(word, Some(Word::Stamped(_)))
}

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
        // Who is away is no matter of a letter.
        let mut commands: Vec<_> = self
            .ordered(key, until, |_| true)
            .filter(|command| !command.is_of_people())
            .collect();
        commands.sort_by_key(|command| command.written);
        let (mut days, mut before) = (BTreeSet::from([first]), first);
        // The newest word is taken back, and it may have been another one.
        let mut last = None;
        for command in commands {
            let is_done = self.confirmed(command).is_some() && self.restored.is_empty();
            match command.word {
                // It is refused, whatever is confirmed of the letter besides.
                Word::Stamped(day) if !can_be_right(&day) => {}
                Word::Stamped(day) if is_done => {
                    before = days
                        .first()
                        .copied()
                        .filter(|_| days.len() == 1)
                        .unwrap_or(first);
                    days = BTreeSet::from([day]);
                }
                Word::Stamped(day) => drop(days.insert(day)),
                Word::TakenBack if is_done && days.len() == 1 && is_stamp(last) => {
                    days = BTreeSet::from([before]);
                }
                Word::TakenBack => days.extend([first, before]),
                _ => {}
            }
            last = Some(command.word);
        }
        days
    }

    /// The other letters of a mail.
    pub fn parts_of(&self, whole: Key) -> impl Iterator<Item = Key> {
        let parts = self
            .parts
            .iter()
            .filter(move |(_, of)| **of == whole.serial);
        parts.map(move |(serial, _)| Key {
            serial: *serial,
            mailbox: whole.mailbox,
        })
    }

    /// A letter of a mail that holds several is seen for the first time.
    pub fn is_part(&mut self, serial: u32, whole: u32, since: DateTime<Utc>) {
        if self.parts.insert(serial, whole).is_some() {
            return;
        }
        let mail = Mail {
            serial,
            ..self.mail(whole).clone()
        };
        self.mails.insert(serial, mail);
        let lies: Vec<Lie> = self.lies_of(whole).cloned().collect();
        for lie in lies {
            self.lies.push(Lie {
                serial,
                since,
                ..lie
            });
        }
    }
}
