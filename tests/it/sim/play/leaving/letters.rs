//! The letters to print that hang on mails to staff, and what supervisors read of them.

use super::{Play, plain};
use crate::sim::days::{instant, today};
use crate::sim::oracle::facts::{Key, Own, Word};
use crate::sim::oracle::judge::Judge;
use crate::sim::oracle::words::reference;
use crate::sim::play::promise::{Promise, Verdict, wrong};
use chrono::{DateTime, NaiveDate, Utc};

/// A mail on which a letter to print hung.
#[derive(Clone, Debug)]
pub struct Made {
    pub to: String,
    pub written: DateTime<Utc>,
    /// The program's day then, by which it knows when the letter was made.
    pub on: NaiveDate,
    /// It is not sure that the mail arrived.
    in_doubt: bool,
}

impl Play {
    /// The letters that hang on a mail, by the names of their files.
    pub(super) fn letters_on(&self, raw: &[u8]) -> Vec<Key> {
        let text = plain(raw);
        let files = text.lines().filter(|line| line.contains("filename="));
        let mut keys: Vec<Key> = files
            .filter_map(reference)
            .filter_map(|name| self.named.get(&name).copied())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// A letter is printed once, in its time, and not when a person has closed it or holds its
    /// notice.
    pub(super) fn letters_leave(&mut self, own: &Own, in_doubt: bool) -> Verdict {
        if own.letters.is_empty() {
            return Ok(());
        }
        let judge = Judge::new(&self.facts, &self.named);
        let odd = self.leaving.odd_days.contains(&today(own.at)) || own.written < self.calm;
        for key in &own.letters {
            if judge.pledge(key.serial) != "letter" {
                return wrong(
                    Promise::MayBeSent,
                    format!("{key} is printed, and no letter"),
                );
            }
            self.no_answer_lay_there(&judge, *key, own)?;
            self.nobody_holds(*key, own)?;
            let days = self.facts.counted_from(*key, own.written);
            let due = days
                .iter()
                .map(|day| self.hall.due_of("letter", *day))
                .min();
            let due = due.filter(|_| !odd && !self.facts.ahead.contains(key));
            if due.is_some_and(|due| own.written < instant(self.hall.days.after(due, -1), 8)) {
                return wrong(
                    Promise::MayBeSent,
                    format!(
                        "{key} is printed at {}, before its time: {due:?}",
                        own.written
                    ),
                );
            }
        }
        let wrong_by = self.office.wrong_clock.at(own.written);
        for key in &own.letters {
            let made = self.leaving.made.entry(*key).or_default();
            let before = made.iter().any(|made| made.to == own.to && !made.in_doubt);
            made.push(Made {
                to: own.to.clone(),
                written: own.written,
                on: today(own.written + wrong_by),
                in_doubt,
            });
            if before && self.facts.restored.is_empty() {
                let to = &own.to;
                return wrong(Promise::Once, format!("{key} is printed by {to} twice"));
            }
        }
        *self
            .leaving
            .count
            .entry("letters printed".to_owned())
            .or_default() += own.letters.len() as u64;
        Ok(())
    }

    /// When a letter was written whose mail was lost after the go-ahead.
    pub(in crate::sim::play) fn lost_papers(&self, key: Key) -> Vec<DateTime<Utc>> {
        let states = self.office.posts.iter().map(|post| post.state());
        let lost: Vec<_> = states.flat_map(|state| state.lost.clone()).collect();
        let of_this = lost
            .iter()
            .filter(|(_, raw)| self.letters_on(raw).contains(&key));
        of_this.map(|(at, raw)| self.written(raw, *at)).collect()
    }

    /// Supervisors read where a letter's notice is: at the one who is to post it, or nowhere yet.
    pub(super) fn says_where_letters_are(&self, own: &Own, raw: &[u8]) -> Verdict {
        let text = plain(raw);
        let words: Vec<&str> = text
            .split("<html")
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        for (at, word) in words.iter().enumerate() {
            let key = reference(word).and_then(|name| self.named.get(&name).copied());
            let Some(key) = key.filter(|key| self.facts.mail(key.serial).kind == "scan") else {
                continue;
            };
            // The line of a supervisor's table: its last day, and its notice.
            let line: Vec<&str> = words[at + 1..].iter().copied().take(12).collect();
            let ends = line.iter().position(|word| reference(word).is_some());
            let line = line[..ends.unwrap_or(line.len())].join(" ");
            if !line.starts_with("sista dag") && !line.starts_with("utlovat till") {
                continue;
            }
            let is_made = self.leaving.made.get(&key).is_some_and(|made| {
                made.iter()
                    .any(|made| !made.in_doubt && made.written < own.written)
            });
            let posted = self
                .facts
                .ordered(key, own.at, |word| matches!(word, Word::Posted(_)));
            let is_posted = posted.count() > 0 || self.has_said_posted(key);
            if is_made && !is_posted && !line.contains("besked att posta sedan") {
                return wrong(
                    Promise::Staff,
                    format!("{} to {} says of {key}: {line}", own.kind, own.to),
                );
            }
        }
        Ok(())
    }

    pub(in crate::sim::play) fn has_said_posted(&self, key: Key) -> bool {
        let mut said = self.facts.said.iter();
        said.any(|said| said.about == key && matches!(said.word, Word::Posted(_)))
    }
}
