//! What must hold of scanned letters: from which day they count, that their notice is printed in
//! time, and that only a person's word that it was posted keeps the pledge.

use super::PROMISED;
use crate::sim::days::{closes, instant, today};
use crate::sim::oracle::facts::{Command, Key, Said, Word};
use crate::sim::oracle::judge::{Judge, Standing};
use crate::sim::oracle::mail::Mark;
use crate::sim::play::Play;
use crate::sim::play::promise::{Promise, Verdict, wrong};
use crate::sim::play::register::Row;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use std::collections::BTreeSet;

/// So long without any mail ends a doubt about the clock.
const SILENCE: Duration = Duration::hours(72);

impl Play {
    pub(super) fn letter(&self, judge: &Judge, key: Key, row: &Row) -> Verdict {
        let is_odd = self.was_denied(key) || self.facts.ahead.contains(&key) || row.is_erased();
        if judge.pledge(key.serial) != "letter" || is_odd {
            return Ok(());
        }
        self.mail_is_split(key, row)?;
        self.mail_is_flagged(key, row)?;
        self.letter_is_dated(key, row)?;
        self.letter_is_made(judge, key, row)?;
        self.letter_is_kept(key, row)
    }

    /// A mail is as many letters as a person has said, and one again when they take that back.
    fn mail_is_split(&self, key: Key, row: &Row) -> Verdict {
        if !self.facts.restored.is_empty() || self.facts.parts.contains_key(&key.serial) {
            return Ok(());
        }
        let parts = self.facts.parts_of(key).count();
        let count = |word: Word| match word {
            Word::Letters(count) => usize::try_from(count).ok(),
            _ => None,
        };
        let commands = self
            .facts
            .ordered(key, self.now(), |word| count(word).is_some());
        let heard = commands.filter(|command| self.facts.confirmed(command).is_some());
        let said = self
            .facts
            .said
            .iter()
            .filter(|said| said.about == key && said.sure);
        let told: BTreeSet<usize> = heard
            .filter_map(|command| count(command.word))
            .chain(said.filter_map(|said| count(said.word)))
            .collect();
        let wanted = told.first().copied();
        if wanted.is_some_and(|wanted| wanted != parts + 1) {
            return wrong(
                Promise::Standing,
                format!(
                    "{} ({key}) is {} letters, must be {wanted:?}",
                    row.reference,
                    parts + 1
                ),
            );
        }
        Ok(())
    }

    /// A mail with several documents may be several letters, until a person has said how many.
    fn mail_is_flagged(&self, key: Key, row: &Row) -> Verdict {
        let is_count = |word| matches!(word, Word::Letters(_));
        let mut said = self.facts.said.iter();
        if self.facts.parts.contains_key(&key.serial)
            || said.any(|said| said.about == key && is_count(said.word))
            || self
                .facts
                .ordered(key, self.now(), is_count)
                .next()
                .is_some()
        {
            return Ok(());
        }
        let flags = row.all["flags"].as_array().into_iter().flatten();
        let is_flagged = flags.into_iter().any(|flag| flag == "several");
        if is_flagged == self.facts.mail(key.serial).has(Mark::Documents) {
            return Ok(());
        }
        wrong(
            Promise::Standing,
            format!(
                "{} ({key}) is flagged as several letters: {is_flagged}",
                row.reference
            ),
        )
    }

    /// Its last day is reckoned from its stamp.
    fn letter_is_dated(&self, key: Key, row: &Row) -> Verdict {
        let days = self.facts.counted_from(key, self.now());
        let due: BTreeSet<NaiveDate> = days
            .iter()
            .map(|day| self.hall.due_of("letter", *day))
            .collect();
        let calm = self.calm < self.now() && row.is_live();
        match row.due() {
            Some(at) if calm && !due.contains(&at) => wrong(
                Promise::Standing,
                format!("{} ({key}) is due on {at}, must be {due:?}", row.reference),
            ),
            _ => Ok(()),
        }
    }

    /// From the working day before its last on, its notice lies with whoever posts it.
    fn letter_is_made(&self, judge: &Judge, key: Key, row: &Row) -> Verdict {
        let (Some(due), day) = (row.due(), self.day()) else {
            return Ok(());
        };
        let live = judge.questions.get(&key);
        let live = live.is_some_and(|question| question.is_surely(Standing::Live));
        let since = self.facts.lies_of(key.serial).map(|lie| lie.since).max();
        // Where it lay unread until the evening, it is printed the next morning.
        let since = since.max(self.facts.first_known.get(&key).copied());
        let in_time = since.is_some_and(|since| since < instant(day, 7));
        let owed = day >= self.hall.days.after(due, -1) && day <= self.hall.days.after(due, 5);
        let is_held = |word| matches!(word, Word::NoNotice);
        let mut said = self.facts.said.iter();
        if !live
            || !owed
            || !in_time
            || !self.hall.days.is_working(day)
            || self.calm > instant(day, 7)
            // No round of the day's office hours has come to its end yet.
            || self.last_office_round < instant(day, 8)
            || self.may_doubt_its_clock(instant(day, 7))
            || !self.facts.restored.is_empty()
            || !self.hall.has_somebody(row.text("handler"), day)
            || self.opened_again(key) > DateTime::UNIX_EPOCH
            || self
                .facts
                .ordered(key, self.now(), is_held)
                .next()
                .is_some()
            || self.leaving.made.contains_key(&key)
            // The mail on which it hung was refused, and the next above has heard.
            || self.leaving.escalated.contains(&row.reference)
            || said.any(|said| said.about == key && is_held(said.word))
        {
            return Ok(());
        }
        wrong(
            Promise::Noticed,
            format!(
                "{} ({key}) is due on {due}, and is not printed",
                row.reference
            ),
        )
    }

    /// The machine slept over more than a working day: nothing leaves before new mail shows that the
    /// time has passed, or three days without any.
    fn may_doubt_its_clock(&self, at: DateTime<Utc>) -> bool {
        let Some((slept, woke)) = self.slept else {
            return false;
        };
        let lies = self.facts.lies.iter();
        let signs = lies.filter(|lie| lie.since.max(lie.at) <= at);
        let known = signs.map(|lie| lie.at).max().max(Some(slept));
        let is_beyond = |known| today(at) >= self.hall.days.after(today(known), 2);
        at < woke + SILENCE && known.is_some_and(is_beyond)
    }

    /// The days that may count as the one of posting, by a person's words that were surely heard;
    /// empty when none was.
    fn posted_on(&self, key: Key) -> BTreeSet<NaiveDate> {
        let posted = |word: Word| match word {
            Word::Posted(day) => Some(day),
            _ => None,
        };
        let said = self
            .facts
            .said
            .iter()
            .filter(|said| said.about == key && said.sure);
        let heard = self
            .facts
            .ordered(key, self.now(), |word| posted(word).is_some())
            .filter(|command| self.facts.confirmed(command).is_some());
        let by_mail = heard.filter_map(|command: &Command| posted(command.word));
        // Of a clock that is wrong, the day that it shows is today.
        let by_clock = |command: &Command| {
            let shown = command.shown.map(today);
            command.read_on.filter(|_| command.read_on != shown)
        };
        let by_clock: Vec<NaiveDate> = self
            .facts
            .ordered(key, self.now(), |word| posted(word).is_some())
            .filter_map(by_clock)
            .collect();
        let mut days: BTreeSet<NaiveDate> = said
            .filter_map(|said: &Said| posted(said.word))
            .chain(by_mail)
            .collect();
        // A day before the letter was made is refused.
        let made = self.leaving.made.get(&key).and_then(|made| made.first());
        let made_on = made.map(|made| today(made.written));
        days.retain(|day| made_on.is_none_or(|made_on| made_on <= *day));
        if !days.is_empty() {
            // What closed it as answered by letter may have been the notice, of that day.
            let letters = self
                .facts
                .ordered(key, self.now(), |word| word == Word::ClosedByLetter);
            days.extend(letters.map(|command| today(command.written)));
            // No letter was posted before the program knows it to be made.
            let is_before = |on: &NaiveDate| by_clock.iter().any(|day| day < on);
            let on = made.map(|made| made.on);
            days.extend(on.filter(|on| made_on != Some(*on) || is_before(on)));
            days.extend(by_clock);
        }
        days
    }

    /// When something else was said of it after it was posted.
    fn is_said_since(&self, key: Key) -> bool {
        let is_posted = |word| matches!(word, Word::Posted(_));
        let commands = self.facts.ordered(key, self.now(), |_| true);
        let commands = commands.map(|command| (command.written, is_posted(command.word)));
        let said = self
            .facts
            .said
            .iter()
            .filter(|said| said.about == key && said.sure);
        let said = said.map(|said| (said.at, is_posted(said.word)));
        let all: BTreeSet<(DateTime<Utc>, bool)> = commands.chain(said).collect();
        all.last().is_some_and(|(_, posted)| !posted)
    }

    /// POSTAT is obeyed, where nothing else was said than that it was answered by letter, which
    /// POSTAT takes back.
    fn posting_is_heard(&self, key: Key, row: &Row) -> Verdict {
        let is_letter = |word| matches!(word, Word::Posted(_) | Word::ClosedByLetter);
        let other = self
            .facts
            .ordered(key, self.now(), |word| !is_letter(word))
            .next();
        let said = self
            .facts
            .said
            .iter()
            .any(|said| said.about == key && !is_letter(said.word));
        let filed = self.facts.lies_of(key.serial).count() > 1;
        if other.is_some() || said || filed || !self.facts.restored.is_empty() {
            return Ok(());
        }
        let posted = self
            .facts
            .ordered(key, self.now(), |word| matches!(word, Word::Posted(_)));
        for command in posted {
            let (Some(shown), Word::Posted(day)) = (command.shown, command.word) else {
                continue;
            };
            let made = self.leaving.made.get(&key).and_then(|made| made.first());
            let can_be = made.is_some_and(|made| today(made.written) <= day);
            let over = self.now() > closes(self.hall.days.after(today(shown), 1));
            let stays = self.facts.house.left.contains_key(&command.by);
            if over && can_be && !stays && self.calm < shown && row.text("posted_at").is_empty() {
                return wrong(
                    Promise::Standing,
                    format!(
                        "{} ({key}) was posted on {day}, and that was not heard",
                        row.reference
                    ),
                );
            }
        }
        Ok(())
    }

    fn letter_is_kept(&self, key: Key, row: &Row) -> Verdict {
        let at: Option<NaiveDate> = row.text("posted_at").parse().ok();
        let days = self.posted_on(key);
        let says = |what: String| {
            wrong(
                Promise::Standing,
                format!(
                    "{} ({key}) is {} {}, {what}",
                    row.reference,
                    row.state(),
                    row.outcome()
                ),
            )
        };
        let is_posted = |word| matches!(word, Word::Posted(_));
        let nothing_said = self
            .facts
            .ordered(key, self.now(), is_posted)
            .next()
            .is_none()
            && !self.has_said_posted(key);
        if nothing_said && (at.is_some() || row.outcome() == "noticed_in_time") {
            return says(format!("posted {at:?}, and no person has said so"));
        }
        self.posting_is_heard(key, row)?;
        if days.is_empty() || !self.facts.restored.is_empty() || self.is_said_since(key) {
            return Ok(());
        }
        let Some(at) = at.filter(|at| days.contains(at)) else {
            return says(format!("posted {at:?}, must be one of {days:?}"));
        };
        // By a clock that is behind its last day is to come.
        let outcome = match row.due() {
            Some(due) if at <= due => "noticed_in_time",
            Some(due) if today(self.clock()) <= due => "pending",
            _ => "broken",
        };
        if row.is_live() && row.outcome() != outcome {
            return says(format!(
                "due {:?}, posted {at}: must be {outcome}",
                row.due()
            ));
        }
        self.printed_promise_runs(key, row)
    }

    /// The date that stands in the printed notice is the one that its reader waits for.
    fn printed_promise_runs(&self, key: Key, row: &Row) -> Verdict {
        let Some(made) = self.leaving.made.get(&key).and_then(|made| made.first()) else {
            return Ok(());
        };
        let made_on = today(made.written);
        let by_hand = |word| matches!(word, Word::Promised(_) | Word::ComesBack(_));
        let moved = self.hall.closed.iter().any(|day| *day > made_on)
            || self.leaving.odd_days.contains(&made_on)
            || self
                .facts
                .ordered(key, self.now(), by_hand)
                .next()
                .is_some();
        let printed = self.hall.days.after(made_on, PROMISED);
        // A second paper promises what one before may have, for all that the program knows.
        let lost = self.lost_papers(key).into_iter();
        let mut lost = lost.map(|written| self.hall.days.after(today(written), PROMISED));
        let stands: Option<NaiveDate> = row.text("promise_date").parse().ok();
        if moved || !row.is_live() || stands == Some(printed) || lost.any(|day| stands == Some(day))
        {
            return Ok(());
        }
        wrong(
            Promise::Standing,
            format!(
                "{} ({key}) was printed on {made_on} for {printed}, and promises {stands:?}",
                row.reference
            ),
        )
    }

    /// The date that its citizen has on paper.
    pub(super) fn promised_on_paper(&self, key: Key) -> Option<NaiveDate> {
        let is_posted = |word| matches!(word, Word::Posted(_));
        let mut heard = self.facts.ordered(key, self.now(), is_posted);
        let heard = heard.any(|command| command.shown.is_some()) || self.has_said_posted(key);
        let made = self.leaving.made.get(&key).filter(|_| heard)?.last()?;
        Some(self.hall.days.after(today(made.written), PROMISED))
    }
}
