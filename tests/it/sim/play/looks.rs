//! The looks at everything: once a day, and at the end.

mod dates;
mod letters;
mod presence;

use super::Play;
use super::promise::{Promise, Verdict, wrong};
use super::register::Row;
use crate::sim::days::{closes, instant, local, today};
use crate::sim::oracle::Says;
use crate::sim::oracle::class::Needs;
use crate::sim::oracle::facts::{Key, Role, Who, Word};
use crate::sim::oracle::judge::{Judge, Standing};
use crate::sim::oracle::pointing::Target;
use crate::sim::oracle::words::address;
use chrono::{DateTime, Duration, NaiveDate, Timelike, Utc};
use servicelofte::engine::Engine;
use servicelofte::store::items::Filter;
use std::collections::BTreeMap;

/// Working days within which everything that is past due stands in a mail to staff.
const STANDS: i64 = 5;

/// Working days after a notice for which it promises an answer or another word.
const PROMISED: i64 = 10;

/// What comes from an address so soon after a notice to it may be a machine's acknowledgement.
const ECHO: Duration = Duration::minutes(15);

impl Play {
    /// In the evening of a working day, when everything has been read.
    pub(super) async fn daily(&mut self) -> Verdict {
        let day = self.day();
        if day == self.last_look
            || local(self.now()).hour() < 17
            || !self.honest.iter().all(|honest| *honest)
        {
            return Ok(());
        }
        self.last_look = day;
        self.who_is_away().await?;
        self.look().await
    }

    async fn look(&mut self) -> Verdict {
        let rows = self.rows().await;
        let mut found = Vec::new();
        {
            let judge = Judge::new(&self.facts, &self.named);
            let mut seen: BTreeMap<Key, &str> = BTreeMap::new();
            for row in &rows {
                let Some(key) = row.key else { continue };
                if let Some(other) = seen.insert(key, &row.reference) {
                    found.push(wrong(
                        Promise::Logged,
                        format!("{key} is logged twice: {other} and {}", row.reference),
                    ));
                }
                found.push(self.standing(&judge, key, row));
                found.push(self.stands(&judge, key, row));
                found.push(self.later(key, row));
                found.push(self.noticed(&judge, key, row));
                found.push(self.no_question_of_staff(key, row));
                found.push(self.letter(&judge, key, row));
                found.push(self.date(&judge, key, row));
                found.push(self.notice_keeps(&judge, key, row));
            }
            found.push(self.commands_are_answered());
        }
        found.into_iter().collect()
    }

    fn standing(&self, judge: &Judge, key: Key, row: &Row) -> Verdict {
        let Some(question) = judge.questions.get(&key) else {
            return Ok(());
        };
        let standings = &question.standings;
        if standings.contains(&Standing::Free)
            || row.is_erased()
            || self.is_withheld(key)
            || self.facts.ahead.contains(&key)
            || self.flagged.contains(&key.serial)
        {
            return Ok(());
        }
        if standings.iter().any(|standing| fits(*standing, row)) {
            return Ok(());
        }
        let mail = self.facts.mail(key.serial);
        wrong(
            Promise::Standing,
            format!(
                "{} ({key}, {}) is {} {}{}{}, must be one of {standings:?}",
                row.reference,
                mail.kind,
                row.state(),
                row.outcome(),
                row.text("answered_at"),
                row.text("closed_at"),
            ),
        )
    }

    /// When a person last opened it again.
    fn opened_again(&self, key: Key) -> DateTime<Utc> {
        let said = self.facts.said.iter();
        let opened = said.filter(|said| said.about == key && said.word == Word::Reopened);
        opened.map(|said| said.at).max().unwrap_or_default()
    }

    /// Every live question past due stands by reference in some mail to staff of the last five
    /// working days.
    fn stands(&self, judge: &Judge, key: Key, row: &Row) -> Verdict {
        let Some(question) = judge.questions.get(&key) else {
            return Ok(());
        };
        if !question.is_surely(Standing::Live) {
            return Ok(());
        }
        let day = self.day();
        let due = row.due().unwrap_or_else(|| {
            self.hall
                .due_of(judge.pledge(key.serial), today(question.arrived))
        });
        let since = self.hall.days.after(day, -STANDS);
        let troubled = today(self.calm) > since;
        let known = self.facts.logged.contains(&key);
        if day <= due || !self.hall.days.is_working(day) || troubled || !known {
            return Ok(());
        }
        let stood = self.leaving.stood.get(&row.reference);
        if stood.is_some_and(|at| today(*at) >= since) {
            return Ok(());
        }
        // Its citizen has been told when there will be an answer: nobody has to do anything before
        // that day.
        let promised = self.promised(judge, key).max(Some(due)).unwrap_or(due);
        if day <= promised {
            return Ok(());
        }
        // What was seen only now, or opened again, begins its ladder the next working day.
        let known = self.facts.first_known.get(&key).copied();
        let begins = self.opened_again(key).max(question.arrived);
        let begins = begins.max(known.unwrap_or_default());
        if today(begins).max(promised) >= self.hall.days.after(day, -1) {
            return Ok(());
        }
        let kind = self.facts.mail(key.serial).kind;
        wrong(
            Promise::Stands,
            format!(
                "{} ({key}, {kind}) was due on {due}, is {}, and stood last in a mail to staff at {stood:?}",
                row.reference,
                row.state()
            ),
        )
    }

    /// The day that a notice which has arrived promised to its citizen, or that of a live question
    /// which covers it.
    fn promised(&self, judge: &Judge, key: Key) -> Option<NaiveDate> {
        let arrived = judge
            .questions
            .get(&key)
            .map(|question| question.arrived)
            .unwrap_or_default();
        let lives = |about: &Key| judge.questions[about].standings.contains(&Standing::Live);
        let covers = |about: &Key| {
            about.mailbox == key.mailbox && judge.is_one_matter(about.serial, key) && lives(about)
        };
        let notices = self.facts.own.iter().filter(|own| {
            let tells =
                own.about.contains(&key) || own.at <= arrived && own.about.iter().any(covers);
            own.kind == "notice" && tells
        });
        let told = notices
            .filter(|own| own.returned.is_none())
            .map(|own| self.hall.days.after(today(own.at), PROMISED))
            .max();
        let said = |word: Word| match word {
            Word::Promised(day) | Word::ComesBack(day) => Some(day),
            _ => None,
        };
        let by_hand = self
            .facts
            .ordered(key, self.now(), |word| said(word).is_some())
            .filter(|command| command.shown.is_some())
            .filter_map(|command| said(command.word))
            .max();
        told.max(by_hand).max(self.promised_on_paper(key))
    }

    fn later(&self, key: Key, row: &Row) -> Verdict {
        let Some(arrived) = self.facts.arrived(key) else {
            return Ok(());
        };
        let at = row
            .instant("answered_at")
            .or_else(|| row.instant("closed_at"));
        // A clock that was behind has given it a time of its own.
        let excused =
            self.facts.said.iter().any(|said| said.about == key) || self.facts.ahead.contains(&key);
        match at {
            Some(at) if at < arrived && row.state() == "answered" && !excused => wrong(
                Promise::LaterThanItself,
                format!("{} ({key}) of {arrived} is settled at {at}", row.reference),
            ),
            _ => Ok(()),
        }
    }

    /// A reply of staff to a mail of ours is a word to the program, and no question.
    fn no_question_of_staff(&self, key: Key, row: &Row) -> Verdict {
        let command = self.facts.commands.get(&key.serial);
        let asked = command.is_some_and(|command| !self.facts.house.left.contains_key(&command.by));
        if !asked || !row.is_live() || !self.facts.restored.is_empty() {
            return Ok(());
        }
        wrong(
            Promise::Staff,
            format!(
                "{} ({key}) is a command, and is {}",
                row.reference,
                row.state()
            ),
        )
    }

    /// What may have a notice and nobody has answered, has one on its day.
    fn noticed(&self, judge: &Judge, key: Key, row: &Row) -> Verdict {
        let Some(question) = judge.questions.get(&key) else {
            return Ok(());
        };
        let pledge = judge.pledge(key.serial);
        let due = self.hall.due_of(pledge, today(question.arrived));
        let mail = self.facts.mail(key.serial);
        let now = self.now();
        let is_held = |word| matches!(word, Word::NoNotice | Word::ComesBack(_));
        let over = now > closes(due) && now < closes(due) + Duration::days(2);
        if !over {
            return Ok(());
        }
        let owed = question.is_surely(Standing::Live)
            && question.class.notice == Says::Yes
            && question.class.needs == Needs::Answer
            && mail.kind != "moved in"
            && !self.facts.ahead.contains(&key)
            && !self.flagged.contains(&key.serial)
            && self.calm < instant(due, 8)
            // A notice names who handles it.
            && self.hall.has_somebody(row.text("handler"), due)
            && !self.was_in_junk(key)
            && !self.was_denied(key)
            // Opened again after its moment, it may have one later.
            && !self.facts.said.iter().any(|said| said.about == key && said.word == Word::Reopened)
            && self.facts.ordered(key, now, is_held).next().is_none()
            && !self.may_be_an_echo(judge, key)
            && !self.may_be_silent(judge, key);
        if !owed || self.has_notice(key) || self.lacks_it_with_an_older(judge, key) {
            return Ok(());
        }
        let day =
            |own: &&crate::sim::oracle::facts::Own| own.kind == "notice" && today(own.at) == due;
        let to = self.facts.notice_to(key.serial);
        if self
            .facts
            .own
            .iter()
            .filter(day)
            .filter(|own| Some(&own.to) == to.as_ref())
            .count()
            >= 3
        {
            return Ok(());
        }
        wrong(
            Promise::Noticed,
            format!(
                "{} ({key}, {}) was due on {due} and had no notice: {} {}",
                row.reference,
                mail.kind,
                row.outcome(),
                row.all["flags"]
            ),
        )
    }

    fn has_notice(&self, key: Key) -> bool {
        let mut notices = self.facts.own.iter().filter(|own| own.kind == "notice");
        notices.any(|own| own.about.contains(&key))
    }

    /// An older question of its matter waits without a notice too, or fell due in troubled times. One
    /// notice had spoken for both; one in doubt is never sent again.
    fn lacks_it_with_an_older(&self, judge: &Judge, key: Key) -> bool {
        let arrived = self.facts.arrived(key);
        let is_older = |other: &Key| *other != key && self.facts.arrived(*other) < arrived;
        let waits = |other: &Key| {
            let question = &judge.questions[other];
            let pledge = judge.pledge(other.serial);
            let due = self.hall.due_of(pledge, today(question.arrived));
            question.is_surely(Standing::Live) || self.calm >= instant(due, 8)
        };
        let mut others = judge.questions.keys().filter(|other| is_older(other));
        others.any(|other| {
            judge.is_one_matter(other.serial, key) && waits(other) && !self.has_notice(*other)
        })
    }

    /// It lies where the server has not shown it yet, though it called its answers complete.
    fn is_withheld(&self, key: Key) -> bool {
        let mut lies = self.facts.lies_of(key.serial);
        lies.any(|lie| {
            lie.mailbox == key.mailbox && lie.denied && lie.shown.is_none() && lie.gone.is_none()
        })
    }

    /// It was left out of an answer once, and counts as moved in when it is shown.
    fn was_denied(&self, key: Key) -> bool {
        let mut lies = self.facts.lies_of(key.serial);
        lies.any(|lie| lie.mailbox == key.mailbox && lie.denied)
    }

    /// It lay there at first, so that its moment may have come before it was a question.
    fn was_in_junk(&self, key: Key) -> bool {
        self.facts
            .lies_of(key.serial)
            .any(|lie| lie.mailbox == key.mailbox && lie.role() == Role::Junk)
    }

    /// It came a moment after a notice to its writer, and names no mail of the town.
    fn may_be_an_echo(&self, judge: &Judge, key: Key) -> bool {
        let arrived = judge
            .questions
            .get(&key)
            .map(|question| question.arrived)
            .unwrap_or_default();
        let from = address(&self.facts.mail(key.serial).from);
        let follows = self.facts.own.iter().any(|own| {
            let before = arrived - own.at;
            own.kind == "notice"
                && address(&own.to) == from
                && before >= Duration::zero()
                && before <= ECHO
        });
        follows && !matches!(judge.links.targets.get(&key.serial), Some(Target::Mail(_)))
    }

    /// It may be covered by a notice in its matter, spoken for by its twin, or held by a mail that
    /// may be an answer.
    pub(super) fn may_be_silent(&self, judge: &Judge, key: Key) -> bool {
        let arrived = judge
            .questions
            .get(&key)
            .map(|question| question.arrived)
            .unwrap_or_default();
        let covered = self
            .facts
            .own
            .iter()
            .filter(|own| own.kind == "notice" && own.at <= arrived)
            .any(|own| {
                own.about.iter().any(|about| {
                    about.mailbox == key.mailbox && judge.is_one_matter(about.serial, key)
                })
            });
        let twin = self
            .facts
            .lies_of(key.serial)
            .any(|lie| lie.mailbox != key.mailbox)
            || self
                .facts
                .mails
                .values()
                .any(|mail| self.facts.forwarded(mail.serial) == Some(key.serial))
            || self.facts.forwarded(key.serial).is_some();
        let held = judge.evidence.iter().any(|evidence| {
            judge.weigh(evidence, key).is_some()
                || judge.links.reaches(key.serial, evidence.serial)
                    && !judge.links.targets.contains_key(&evidence.serial)
        });
        covered || twin || held
    }

    pub(super) async fn last_looks(&mut self) -> Verdict {
        self.rounds_of_all().await?;
        self.look().await?;
        let rows = self.rows().await;
        let mut found = Vec::new();
        {
            let judge = Judge::new(&self.facts, &self.named);
            for row in &rows {
                if let Some(key) = row.key {
                    found.push(self.ends(&judge, key, row));
                }
            }
        }
        found.into_iter().collect::<Verdict>()?;
        self.at_rest().await
    }

    /// Every question from outside is answered, noticed in time, covered, escalated, or closed by a
    /// person.
    fn ends(&self, judge: &Judge, key: Key, row: &Row) -> Verdict {
        let Some(question) = judge.questions.get(&key) else {
            return Ok(());
        };
        let mail = self.facts.mail(key.serial);
        let outside = matches!(
            self.facts.house.who(&mail.from),
            Who::Outside | Who::Channel
        );
        if !outside || question.class.needs != Needs::Answer || !question.is_surely(Standing::Live)
        {
            return Ok(());
        }
        let ended = matches!(
            row.outcome(),
            "answered_in_time" | "noticed_in_time" | "covered"
        ) || self.leaving.escalated.contains(&row.reference)
            || matches!(row.state(), "answered" | "closed");
        if ended {
            return Ok(());
        }
        wrong(
            Promise::Ends,
            format!(
                "{} ({key}, {}) ends as {} {}",
                row.reference,
                mail.kind,
                row.state(),
                row.outcome()
            ),
        )
    }

    async fn at_rest(&mut self) -> Verdict {
        for mailbox in 0..self.hall.mailboxes {
            let name = crate::sim::hall::Hall::name(mailbox);
            let waiting = self
                .office
                .ask(move |engine| engine.db().waiting(name).unwrap())
                .await;
            if waiting.0 > 0 {
                return wrong(
                    Promise::Machine,
                    format!("{} mails still wait at the end", waiting.0),
                );
            }
            let state = self.office.posts[mailbox].state();
            let foreign = state
                .opened
                .iter()
                .find(|folder| folder.starts_with("Delade"));
            if let Some(foreign) = foreign {
                return wrong(Promise::Elsewhere, format!("{foreign} was opened"));
            }
        }
        Ok(())
    }

    /// No item is set aside, and every one is the fold of its log: made again from it, it is the
    /// same. Asked each year and at the end, of all that a life has had so far.
    pub(super) async fn folds_of_the_log(&self) -> Verdict {
        #[expect(
            clippy::redundant_closure_for_method_calls,
            reason = "the method is not general enough over its lifetime"
        )]
        let rebuilt = self.office.ask(|engine| {
            let items = |engine: &mut Engine| {
                let items = engine.db().list(&Filter::default()).unwrap();
                let items = items.into_iter().map(|item| (item.id, item));
                items.collect::<BTreeMap<_, _>>()
            };
            let (before, aside) = (items(engine), engine.db().aside().unwrap());
            let differ = engine.store().write(|db| db.rebuild_items()).unwrap();
            let mut changed = items(engine);
            changed.retain(|id, item| before.get(id) != Some(item));
            let first = changed.pop_first();
            let first = first.map(|(id, item)| format!("{item:#?}\nwas {:#?}", before.get(&id)));
            (aside, differ, first)
        });
        let (aside, differ, first) = rebuilt.await;
        if let Some(aside) = aside.first() {
            return wrong(
                Promise::Machine,
                format!("{} is set aside: {aside:?}", aside.item),
            );
        }
        if differ > 0 {
            let first = first.unwrap_or_default();
            let what =
                format!("{differ} items are not the fold of their log, the first is {first}");
            return wrong(Promise::Machine, what);
        }
        Ok(())
    }
}

/// Whether an item stands as the rules say.
fn fits(standing: Standing, row: &Row) -> bool {
    let how = row.text("closed_how");
    match standing {
        Standing::Live => row.is_live() && row.state() == "open",
        Standing::Probably => row.state() == "probably_answered",
        Standing::NoQuestion => {
            row.state() == "no_question" || row.state() == "closed" && how == "no_question"
        }
        Standing::Answered(at) => {
            row.state() == "answered" && row.instant("answered_at") == Some(at)
        }
        Standing::Closed(at) => {
            row.state() == "closed"
                && row
                    .instant("closed_at")
                    .is_some_and(|closed| (closed - at).abs() < Duration::seconds(2))
        }
        Standing::Filed | Standing::Done => row.state() == "closed",
        Standing::Excluded => row.state() == "excluded",
        Standing::Free => true,
    }
}
