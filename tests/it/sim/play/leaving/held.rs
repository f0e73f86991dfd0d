//! What a person's word by mail lets leave, and what it holds.

use super::{A_DAY, Play};
use crate::sim::days::{closes, today};
use crate::sim::hall::Person;
use crate::sim::oracle::facts::{Command, Key, Own, Word};
use crate::sim::oracle::judge::Judge;
use crate::sim::oracle::words::address;
use crate::sim::play::promise::{Promise, Verdict, wrong};
use chrono::Duration;

/// New dates that a citizen is told of one question.
const NEW_DATES: u32 = 2;

/// Confirmations of one person in this time are one mail.
const TOGETHER: Duration = Duration::minutes(5);

impl Play {
    /// An address gets so many mails a day.
    pub(super) fn one_of_a_day(&mut self, own: &Own) -> Verdict {
        let day = today(own.at);
        let to = (address(&own.to), day);
        let count = self.leaving.a_day.entry(to).or_default();
        *count += 1;
        if *count > A_DAY && !self.leaving.odd_days.contains(&day) {
            return wrong(
                Promise::Once,
                format!("{} to {} is number {count} on {day}", own.kind, own.to),
            );
        }
        Ok(())
    }

    /// A new date goes to whoever had a notice, twice at most, and never after an answer.
    pub(super) fn new_date(&mut self, own: &Own) -> Verdict {
        self.one_of_a_day(own)?;
        let judge = Judge::new(&self.facts, &self.named);
        for key in &own.about {
            let told = self.leaving.moved.entry(*key).or_default();
            *told += 1;
            if *told > NEW_DATES {
                return wrong(
                    Promise::Once,
                    format!("{key} is told of a new date {told} times"),
                );
            }
            let by_hand = self
                .facts
                .ordered(*key, own.at, |word| matches!(word, Word::ComesBack(_)))
                .next()
                .is_some();
            let noticed = self
                .facts
                .own
                .iter()
                .any(|one| one.kind == "notice" && one.about.contains(key));
            if !noticed && !by_hand {
                return wrong(
                    Promise::MayBeSent,
                    format!("{key} is told of a new date and had no notice"),
                );
            }
            let dated = |word| matches!(word, Word::Promised(_) | Word::ComesBack(_));
            if self.facts.ordered(*key, own.at, dated).next().is_none() {
                return wrong(
                    Promise::MayBeSent,
                    format!("{key} is told of a new date that no person has given"),
                );
            }
            // The mail by which somebody only said who comes back lies there.
            if !by_hand {
                self.no_answer_lay_there(&judge, *key, own)?;
            }
        }
        Ok(())
    }

    /// Staff said that the notice which is held may go.
    pub(super) fn is_released(&self, key: Key, own: &Own) -> bool {
        let junk = self.facts.only_in_junk(key.serial, key.mailbox);
        // By whatever reading: one that was not whole may have shown it too.
        let is_read = |serial: u32, command: &Command| {
            command.shown.is_some() || self.facts.known.keys().any(|known| known.serial == serial)
        };
        let mut commands = self.facts.commands.iter();
        let is_released = commands.any(|(serial, command)| {
            command.about == key
                && command.written <= own.at
                && matches!(command.word, Word::Released | Word::ReleasedElsewhere)
                && is_read(*serial, command)
        });
        !junk && (is_released || self.is_sent_elsewhere(key, own))
    }

    /// Staff gave the other address of its citizen, to which this goes.
    pub(super) fn is_sent_elsewhere(&self, key: Key, own: &Own) -> bool {
        let is_word = |word| word == Word::ReleasedElsewhere;
        let mut given = self.facts.ordered(key, own.at, is_word);
        // No other word tells the program of that address: it was read, by whatever reading.
        address(&own.to) == self.facts.elsewhere(key.serial) && given.next().is_some()
    }

    /// The notice before has come back, and this one goes to another address.
    pub(super) fn is_sent_anew(&self, key: Key, own: &Own) -> bool {
        let mut before = self.facts.own.iter();
        let before = before.rfind(|own| own.kind == "notice" && own.about.contains(&key));
        before.is_some_and(|before| before.returned.is_some() && before.to != own.to)
            && self.is_sent_elsewhere(key, own)
    }

    /// No notice about what a person said should have none, or that they come back to it
    /// themselves, once the program has said that it understood.
    pub(super) fn nobody_holds(&self, key: Key, own: &Own) -> Verdict {
        if !self.facts.restored.is_empty() {
            return Ok(());
        }
        let held = |word| matches!(word, Word::NoNotice | Word::ComesBack(_));
        let mut said = self.facts.said.iter();
        let is_no = |word| word == Word::NoNotice;
        let is_barred = said.any(|said| {
            said.about == key && said.sure && is_no(said.word) && said.at < own.written
        });
        let frees = |word| matches!(word, Word::Released | Word::ReleasedElsewhere);
        if is_barred && self.facts.ordered(key, own.at, frees).next().is_none() {
            let what = format!("{} about {key} left though there was to be none", own.id);
            return wrong(Promise::MayBeSent, what);
        }
        for command in self.facts.ordered(key, own.at, held) {
            let lets_go = |word| {
                matches!(
                    word,
                    Word::Released | Word::ReleasedElsewhere | Word::TakenBack
                )
            };
            let mut later = self.facts.ordered(key, own.at, lets_go);
            let understood = self.facts.confirmed(command);
            if later.all(|other| other.written < command.written)
                && understood.is_some_and(|at| at < own.written)
            {
                return wrong(
                    Promise::MayBeSent,
                    format!(
                        "the notice {} about {key} left though {} said {:?} at {}",
                        own.id, command.by, command.word, command.written
                    ),
                );
            }
        }
        Ok(())
    }

    /// Whether a reader told by mail that they are away on that day, and nothing else since.
    pub(super) fn has_told_away(&self, reader: &Person, own: &Own) -> bool {
        let (day, written) = (today(own.at), today(own.written));
        let theirs = |command: &&Command| command.by == reader.address();
        let is_away = |command: &Command| {
            let Word::Away(until) = command.word else {
                return false;
            };
            let since = self.facts.confirmed(command).map(today);
            let revoked = self.facts.commands.values().filter(theirs).any(|other| {
                let corrects = other.written > command.written
                    && matches!(other.word, Word::Away(_))
                    && self.facts.confirmed(other).is_some();
                let takes_back = other.written >= command.written
                    && matches!(
                        other.word,
                        Word::Back | Word::TakenBack | Word::AbsenceTakenBack(_)
                    );
                corrects || takes_back
            });
            !revoked && since.is_some_and(|since| since < written) && day <= until
        };
        self.facts.restored.is_empty() && self.facts.commands.values().filter(theirs).any(is_away)
    }

    /// Every command gets a mail that says what came of it, within a working day.
    pub(in crate::sim::play) fn commands_are_answered(&self) -> Verdict {
        for (serial, command) in &self.facts.commands {
            let Some(shown) = command.shown else { continue };
            let told =
                self.facts.own.iter().any(|own| {
                    own.kind == "confirmation" && own.to == command.by && own.at >= shown
                });
            // What confirms it waits for others to be in the same mail, and for office hours.
            let has_left = self.last_office_round > shown + TOGETHER;
            let over = has_left && self.now() > closes(self.hall.days.after(today(shown), 1));
            let troubled = self.calm > shown
                || !self.facts.restored.is_empty()
                || self.facts.house.left.contains_key(&command.by);
            if over && !told && !troubled {
                return wrong(
                    Promise::Staff,
                    format!(
                        "m{serial}, in which {} says {:?}, was read at {shown} and not answered at {}",
                        command.by,
                        command.word,
                        self.now()
                    ),
                );
            }
        }
        Ok(())
    }
}
