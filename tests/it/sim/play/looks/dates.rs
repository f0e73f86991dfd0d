//! What must hold of the dates that citizens wait for, and of notices that came back: a date is of
//! one item, and a notice that did not arrive keeps nothing.

use super::PROMISED;
use crate::sim::days::{closes, instant, today};
use crate::sim::oracle::facts::{Command, Key, Own, Word};
use crate::sim::oracle::judge::{Judge, Standing};
use crate::sim::play::Play;
use crate::sim::play::promise::{Promise, Verdict, wrong};
use crate::sim::play::register::Row;
use chrono::NaiveDate;
use std::collections::BTreeSet;

impl Play {
    fn notices_of(&self, key: Key) -> impl Iterator<Item = &Own> {
        let own = self.facts.own.iter();
        own.filter(move |own| own.kind == "notice" && own.about.contains(&key))
    }

    /// It came a moment ago, and no reading has shown it yet.
    fn a_bounce_is_unread(&self) -> bool {
        let mut unshown = self.unshown.iter().flatten();
        unshown.any(|lie| self.facts.mail(self.facts.lies[*lie].serial).kind == "bounce")
    }

    /// Nothing else than the notices and the words about this one item decides.
    fn is_plain(&self, judge: &Judge, key: Key, row: &Row) -> bool {
        row.is_live()
            && judge.pledge(key.serial) != "letter"
            && self.facts.restored.is_empty()
            && self.calm < self.now()
            && !self.facts.ahead.contains(&key)
    }

    /// The date that its citizen waits for is one that a person gave for it, or a notice about it;
    /// what is promised for its twin in the other mailbox is not.
    pub(super) fn date(&self, judge: &Judge, key: Key, row: &Row) -> Verdict {
        if !self.is_plain(judge, key, row) {
            return Ok(());
        }
        let stands: Option<NaiveDate> = row.text("promise_date").parse().ok();
        let written = |own: &Own| {
            (
                today(own.written),
                self.hall.days.after(today(own.written), PROMISED),
            )
        };
        let notices: Vec<(NaiveDate, NaiveDate)> = self.notices_of(key).map(written).collect();
        let is_moved = |day: &NaiveDate| {
            notices
                .iter()
                .any(|(from, until)| from < day && day <= until)
        };
        if self.hall.closed.iter().any(is_moved) {
            return Ok(());
        }
        // A notice whose fate is unknown gives a date too.
        if self.calm > instant(self.plan.start, 8) {
            return Ok(());
        }
        let day_of = |word: Word| match word {
            Word::Promised(day) | Word::ComesBack(day) => Some(day),
            _ => None,
        };
        let dated = |word: Word| day_of(word).is_some() || word == Word::TakenBack;
        let mut given: Vec<&Command> = self.facts.ordered(key, self.now(), dated).collect();
        given.sort_by_key(|command| command.written);
        let by_notice = notices.iter().map(|(_, date)| Some(*date));
        let mut may: BTreeSet<Option<NaiveDate>> = by_notice.chain([None]).collect();
        for command in given {
            match command.word {
                Word::Promised(day) if self.facts.confirmed(command).is_some() => {
                    // A notice of that day or later gives one of its own.
                    let later = notices.iter().filter(|(from, _)| *from >= day);
                    may = later
                        .map(|(_, date)| Some(*date))
                        .chain([Some(day)])
                        .collect();
                }
                // The date of a notice stands, and what no person has taken back.
                Word::TakenBack => {
                    let taken_back = self.facts.confirmed(command).is_some();
                    may.retain(|_| !taken_back);
                    may.insert(None);
                    may.extend(notices.iter().map(|(_, date)| Some(*date)));
                }
                word => may.extend([day_of(word)]),
            }
        }
        if may.contains(&stands) {
            return Ok(());
        }
        wrong(
            Promise::Standing,
            format!(
                "{} ({key}) is promised by {stands:?}, must be one of {may:?}",
                row.reference
            ),
        )
    }

    /// A notice that came back keeps nothing, until it has left to another address; which it does
    /// as soon as a person has given one.
    pub(super) fn notice_keeps(&self, judge: &Judge, key: Key, row: &Row) -> Verdict {
        let Some(question) = judge
            .questions
            .get(&key)
            .filter(|_| self.is_plain(judge, key, row))
        else {
            return Ok(());
        };
        let is_lost = self.notices_of(key).next().is_some()
            && self.notices_of(key).all(|own| own.returned.is_some())
            && !self.a_bounce_is_unread();
        if !is_lost || !question.is_surely(Standing::Live) || self.was_denied(key) {
            return Ok(());
        }
        let by_hand = |word| matches!(word, Word::ComesBack(_));
        if row.outcome() == "noticed_in_time"
            && self
                .facts
                .ordered(key, self.now(), by_hand)
                .next()
                .is_none()
        {
            let what = format!(
                "{} ({key}) is noticed_in_time by what came back",
                row.reference
            );
            return wrong(Promise::Standing, what);
        }
        let due = self
            .hall
            .due_of(judge.pledge(key.serial), today(question.arrived));
        let last = closes(self.hall.days.after(due, 5));
        for command in self
            .facts
            .ordered(key, self.now(), |word| word == Word::ReleasedElsewhere)
        {
            let (Some(read), Some(at)) = (command.shown, self.facts.confirmed(command)) else {
                continue;
            };
            let after = closes(self.hall.days.after(today(at), 1));
            let others = self
                .facts
                .ordered(key, self.now(), |word| word != Word::ReleasedElsewhere);
            let came_back = self.notices_of(key).all(|own| own.at < command.written);
            if self.now() > after
                && after < last
                // It leaves as soon as the word is read; one in doubt is not sent again.
                && self.calm < read
                && came_back
                && others.count() == 0
                && !self.may_be_silent(judge, key)
                && self.hall.has_somebody(row.text("handler"), today(at))
            {
                return wrong(
                    Promise::Noticed,
                    format!(
                        "{} ({key}) did not leave to the address given at {}",
                        row.reference, command.written
                    ),
                );
            }
        }
        Ok(())
    }
}
