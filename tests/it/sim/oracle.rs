//! The oracle: what really happened, and what must therefore stand in the register and may have
//! left the house. Written from the rules of the product and from the simulation's own knowledge,
//! never from the program's core; slow and obvious. What the program tells about itself (which item
//! a mail speaks for, who has an item) is used to ask, not to judge.

pub mod class;
pub mod facts;
pub mod judge;
pub mod mail;
pub mod pointing;
mod tables;
pub mod trust;
pub mod words;

use super::days::{closes, instant, today};
use super::hall::Hall;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use servicelofte::domain::event::Flag;
use servicelofte::domain::item::{Item, ItemId, State};
use servicelofte::domain::outcome::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// What the rules say: for certain, or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Says {
    Yes,
    No,
    /// It depends on what the program could see at a moment that the oracle does not know.
    Any,
}

/// What happened to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// An answer that points at it and reaches the citizen, sent at this time.
    Answered(DateTime<Utc>),
    /// Moved to the done folder.
    Done,
    /// A person said that it is done.
    Closed(DateTime<Utc>),
    /// A person said that it needs no answer.
    Excluded,
    Reopened,
}

/// One notice that left for a citizen.
#[derive(Clone, Debug)]
pub struct Notice {
    pub message_id: String,
    /// By the program's clock.
    pub at: DateTime<Utc>,
    /// The program was not told that it was accepted.
    pub in_doubt: bool,
    pub bounced: bool,
}

/// One message, as it really is.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each named where it is set"
)]
pub struct Truth {
    pub serial: u32,
    pub mailbox: usize,
    pub kind: &'static str,
    pub from: String,
    /// Where an answer goes.
    pub answer_to: String,
    pub id: Option<String>,
    pub subject: String,
    /// Serial number of the conversation's first message.
    pub conversation: u32,
    pub arrived: DateTime<Utc>,
    pub letter: bool,
    pub stamp: Option<NaiveDate>,
    pub needs: Says,
    pub notify: Says,
    /// Signs in the order in which the program could see them; `false`: perhaps it could not.
    pub signs: Vec<(Sign, bool)>,
    pub item: Option<ItemId>,
    /// The conversation as the program has it.
    pub thread: Option<ItemId>,
    pub logged: Option<u64>,
    /// When it was logged, or opened again.
    pub logged_at: DateTime<Utc>,
    /// It was logged with a clock that was behind: its arrival is not the server's.
    pub odd_arrival: bool,
    pub notices: Vec<Notice>,
    pub escalated: u32,
    /// A mail without threading went to its writer, or it bears a mark: no notice is owed.
    pub weak: bool,
    /// A person took it for junk, whatever became of it then.
    pub was_in_junk: bool,
    pub reopened: Option<u64>,
    /// The register of the backup did not know of its notice, and no copy of it lies in Sent.
    pub lost_with_backup: bool,
    pub settled_seen: bool,
    /// It was seen in the done folder.
    pub done_seen: bool,
}

/// An answer that points at a question and reaches its writer.
#[derive(Clone, Debug)]
pub struct Answer {
    pub to: u32,
    pub put: u64,
    pub put_at: DateTime<Utc>,
    /// When a reading that was complete brought it.
    pub seen: Option<u64>,
    /// The server once said that it was not there.
    pub denied: bool,
}

/// A claim that was found wrong.
pub type Verdict = Result<(), String>;

#[derive(Debug, Default)]
pub struct Oracle {
    pub truths: BTreeMap<u32, Truth>,
    pub answers: BTreeMap<u32, Answer>,
    pub items: BTreeMap<ItemId, u32>,
    /// Questions that are not certainly settled.
    pub open: BTreeSet<u32>,
    /// The town hall from each order number on.
    pub halls: Vec<(u64, DateTime<Utc>, Hall)>,
    order: u64,
    /// Messages that a server left out of an answer that it called complete.
    pub withheld: u64,
    /// A server has shown an old state of a folder, or the clock went wrong: what comes later may
    /// seem to be moved in.
    pub misled: bool,
}

impl Truth {
    /// The day that the time runs from.
    pub fn day(&self) -> NaiveDate {
        self.stamp.unwrap_or_else(|| today(self.arrived))
    }

    /// Junk, an automatic reply in no thread, and what answers an answer may be taken for no
    /// question: the played lives say which of them must be.
    fn may_be_no_question(&self) -> bool {
        matches!(self.kind, "junk" | "untied" | "second" | "absence") || self.was_in_junk
    }

    /// How it may stand, by all that happened: live, settled (by an answer or a person, when),
    /// excluded.
    fn standings(&self) -> Vec<Standing> {
        let mut all = vec![match self.needs {
            Says::Yes | Says::Any => Standing::Live,
            Says::No => Standing::Excluded,
        }];
        if self.needs != Says::No && self.may_be_no_question() {
            all.push(Standing::NoQuestion);
        }
        if self.needs == Says::Any {
            all.push(Standing::Excluded);
        }
        for (sign, sure) in &self.signs {
            let after: Vec<Standing> = all.iter().map(|standing| standing.after(*sign)).collect();
            if *sure {
                all = after;
            } else {
                all.extend(after);
            }
            // For junk its place decides, also of what a person had made a question of.
            if self.was_in_junk && all.contains(&Standing::Live) {
                all.push(Standing::NoQuestion);
            }
            all.sort();
            all.dedup();
        }
        all
    }

    pub fn is_surely_live(&self) -> bool {
        self.standings() == [Standing::Live]
    }

    pub fn may_be_live(&self) -> bool {
        self.standings().contains(&Standing::Live)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Live,
    Answered(DateTime<Utc>),
    Closed(DateTime<Utc>),
    /// In the done folder: when that was seen, the program knows.
    Done,
    /// Most likely none; an answer changes nothing, and it closes by itself.
    NoQuestion,
    Excluded,
}

impl Standing {
    fn after(self, sign: Sign) -> Self {
        match (self, sign) {
            (Standing::Live, Sign::Answered(at)) => Standing::Answered(at),
            (Standing::Live, Sign::Done) => Standing::Done,
            (_, Sign::Closed(at)) => Standing::Closed(at),
            (_, Sign::Excluded) => Standing::Excluded,
            (_, Sign::Reopened) => Standing::Live,
            (other, _) => other,
        }
    }

    fn fits(self, item: &Item) -> bool {
        let at = item.settled.as_ref().map(|settled| settled.at);
        match self {
            Standing::Live => item.state.is_live(),
            Standing::Answered(when) => item.state == State::Answered && at == Some(when),
            Standing::Closed(when) => item.state == State::Closed && at == Some(when),
            Standing::Done => item.state == State::Closed,
            Standing::NoQuestion => item.no_question.is_some(),
            Standing::Excluded => item.state == State::Excluded,
        }
    }
}

impl Oracle {
    /// The next moment of the story.
    pub fn tick(&mut self) -> u64 {
        self.order += 1;
        self.order
    }

    pub fn hall(&self) -> &Hall {
        &self.halls.last().expect("there is a town hall").2
    }

    pub fn truth(&mut self, serial: u32) -> &mut Truth {
        self.truths
            .get_mut(&serial)
            .expect("a mail of the simulation")
    }

    pub fn sign(&mut self, serial: u32, sign: Sign, sure: bool) {
        let order = self.tick();
        let truth = self.truth(serial);
        // Which of the two is read first, nobody knows.
        if let (Sign::Answered(_), Some((Sign::Done, certain))) = (sign, truth.signs.last_mut())
            && !truth.done_seen
        {
            *certain = false;
        }
        truth.done_seen &= sign != Sign::Done && sign != Sign::Reopened;
        truth.signs.push((sign, sure));
        if sign == Sign::Reopened {
            truth.reopened = Some(order);
        }
        let live = truth.may_be_live();
        if live {
            self.open.insert(serial);
        }
    }

    /// The server left this mail out of an answer that it called complete: nobody can say whether
    /// it was seen.
    pub fn withhold(&mut self, serial: u32) {
        self.withheld += 1;
        let Some(answer) = self.answers.get(&serial) else {
            return;
        };
        let sign = Sign::Answered(answer.put_at);
        for truth in self.truths.values_mut() {
            truth
                .signs
                .iter_mut()
                .filter(|(known, _)| *known == sign)
                .for_each(|(_, sure)| *sure = false);
        }
    }

    /// A complete reading of a folder has shown this mail; if it is an answer, it may prove it
    /// there.
    pub fn shown(&mut self, serial: u32, proves: bool) -> Verdict {
        let order = self.tick();
        if let Some(answer) = self.answers.get_mut(&serial).filter(|_| proves) {
            answer.seen.get_or_insert(order);
        }
        if let Some(truth) = self.truths.get_mut(&serial) {
            truth.done_seen |= matches!(truth.signs.last(), Some((Sign::Done, _)));
        }
        match self.truths.get(&serial) {
            Some(truth) if truth.item.is_none() => Err(format!(
                "m{serial} ({}) could be seen in a complete reading and is not logged",
                truth.kind
            )),
            _ => Ok(()),
        }
    }

    /// An item that the register did not have before.
    pub fn logged(&mut self, item: &Item, serial: Option<u32>, clock: DateTime<Utc>) -> Verdict {
        let order = self.tick();
        let erases = self.hall().retention;
        let serial = serial.ok_or(format!("{} is no mail of anybody's", item.id))?;
        let truth = self
            .truths
            .get_mut(&serial)
            .ok_or(format!("{} is m{serial}, which nobody wrote", item.id))?;
        if let Some(before) = truth.item {
            return Err(format!(
                "m{serial} ({}) is logged twice: {before} and {}",
                truth.kind, item.id
            ));
        }
        (truth.item, truth.thread) = (Some(item.id), Some(item.conversation));
        truth.logged.get_or_insert(order);
        truth.logged_at = clock;
        let known_odd =
            std::mem::replace(&mut truth.odd_arrival, item.received_at != truth.arrived);
        let excused =
            self.misled && (item.flags.contains(&Flag::MovedIn) || item.state == State::Excluded);
        if truth.odd_arrival
            && !known_odd
            && !excused
            && (truth.arrived - clock) <= Duration::minutes(4)
        {
            return Err(format!(
                "{} arrived at {}, not at {}",
                item.id, truth.arrived, item.received_at
            ));
        }
        // Its answer may have been erased by its age, before a server let the question be seen.
        if let Some(months) = erases {
            let kept = clock - Duration::days(28 * i64::try_from(months).unwrap_or(0));
            let old = |sign: &Sign| matches!(sign, Sign::Answered(at) if *at < kept);
            truth
                .signs
                .iter_mut()
                .filter(|(sign, _)| old(sign))
                .for_each(|(_, sure)| *sure = false);
        }
        self.items.insert(item.id, serial);
        if truth.odd_arrival {
            // By a clock that was behind, what had been said before may be later.
            let (since, conversation) = (item.received_at, truth.conversation);
            let of_it = |answer: &&Answer| {
                answer.put_at >= since
                    && self
                        .truths
                        .get(&answer.to)
                        .is_some_and(|to| to.conversation == conversation)
            };
            let perhaps: Vec<DateTime<Utc>> = self
                .answers
                .values()
                .filter(of_it)
                .map(|answer| answer.put_at)
                .collect();
            self.truth(serial)
                .signs
                .extend(perhaps.into_iter().map(|at| (Sign::Answered(at), false)));
        }
        if self.truths[&serial].may_be_live() {
            self.open.insert(serial);
        }
        self.check_due(item)
    }

    /// Due dates that the rules give, by the town halls that there were since the message was
    /// logged.
    fn dues(&self, truth: &Truth, since: u64) -> BTreeSet<NaiveDate> {
        let ruled = self.halls.iter().enumerate().filter(|(index, _)| {
            self.halls
                .get(index + 1)
                .is_none_or(|(next, _, _)| *next >= since)
        });
        ruled
            .map(|(_, (_, _, hall))| hall.due(truth.day(), truth.letter))
            .collect()
    }

    /// The due date of a live item, under the settings of now.
    pub fn check_due(&self, item: &Item) -> Verdict {
        let Some(truth) = self
            .items
            .get(&item.id)
            .and_then(|serial| self.truths.get(serial))
        else {
            return Ok(());
        };
        let Some(due) = item
            .due
            .as_ref()
            .filter(|_| item.state.is_live() && !truth.odd_arrival)
        else {
            return Ok(());
        };
        let own = self.hall().due(truth.day(), truth.letter);
        if due.date != own {
            return Err(format!(
                "{} (m{}) is due on {}, must be {own}",
                item.id, truth.serial, due.date
            ));
        }
        if due.closes != closes(due.date) {
            return Err(format!(
                "{} closes at {}, must be {}",
                item.id,
                due.closes,
                closes(due.date)
            ));
        }
        Ok(())
    }

    /// What a notice covers is younger than its question, which is live, of the same conversation,
    /// and covered by nothing.
    pub fn check_covered(&self, live: &BTreeMap<ItemId, Item>) -> Verdict {
        for item in live.values() {
            let Some(by) = item.covered_by else { continue };
            let wrong = |what: &str| Err(format!("{} is covered by {by}, {what}", item.id));
            let Some(told) = live.get(&by) else {
                return wrong("which is not live");
            };
            if told.covered_by.is_some() {
                return wrong("which is covered itself");
            }
            if told.noticed_at().is_none_or(|at| at > item.received_at) {
                return wrong("whose notice did not stand when it came");
            }
            let conversation = |id: &ItemId| {
                self.items
                    .get(id)
                    .and_then(|s| self.truths.get(s))
                    .map(|t| t.conversation)
            };
            if conversation(&item.id) != conversation(&by) {
                return wrong("which is about something else");
            }
        }
        Ok(())
    }

    /// How an item stands, and what became of its pledge.
    pub fn check_item(&self, item: &Item, now: DateTime<Utc>) -> Verdict {
        let Some(truth) = self
            .items
            .get(&item.id)
            .and_then(|serial| self.truths.get(serial))
        else {
            return Ok(());
        };
        let standings = truth.standings();
        let fitting: Vec<Standing> = standings
            .iter()
            .copied()
            .filter(|standing| standing.fits(item))
            .collect();
        if fitting.is_empty() {
            return Err(format!(
                "{} (m{}, {}) is {:?}{:?}, must be one of {standings:?}; signs: {:?}",
                item.id,
                truth.serial,
                truth.kind,
                item.state,
                item.settled.as_ref().map(|settled| settled.at),
                truth.signs
            ));
        }
        self.check_outcome(item, truth, now)
    }

    fn check_outcome(&self, item: &Item, truth: &Truth, now: DateTime<Utc>) -> Verdict {
        let Some(due) = &item.due else { return Ok(()) };
        let dues = self.dues(truth, truth.logged.unwrap_or(0));
        if !truth.odd_arrival
            && !dues.contains(&due.date)
            && !self.is_of_the_conversation(truth, due.date)
        {
            return Err(format!(
                "{} was due on {}, never one of {dues:?}",
                item.id, due.date
            ));
        }
        let too_late = closes(due.date);
        let expected: Vec<Outcome> = if item.state == State::Excluded {
            vec![Outcome::Excluded]
        } else if item.no_question.is_some() && truth.may_be_no_question() {
            vec![Outcome::NoQuestion]
        } else if item.covered_by.is_some() {
            vec![Outcome::Covered]
        } else {
            let settled = item
                .settled
                .as_ref()
                .filter(|_| !item.state.is_live())
                .map(|settled| settled.at);
            let without = if settled.is_some() || now >= too_late {
                Outcome::Broken
            } else {
                Outcome::Pending
            };
            let in_time = |notice: &&Notice| notice.at < too_late;
            let by_notice = truth.notices.iter().find(in_time);
            let company = self
                .conversation(truth)
                .any(|other| !other.notices.is_empty());
            if settled.is_some_and(|at| at < too_late) {
                vec![Outcome::AnsweredInTime]
            } else {
                match by_notice {
                    Some(notice) if notice.in_doubt || notice.bounced => {
                        vec![Outcome::NoticedInTime, without]
                    }
                    Some(_) => vec![Outcome::NoticedInTime],
                    // Another question of the same conversation may have had the notice for both.
                    None if company => vec![Outcome::NoticedInTime, without],
                    None => vec![without],
                }
            }
        };
        let outcome = item.outcome(now);
        if !expected.contains(&outcome) && !truth.lost_with_backup {
            return Err(format!(
                "{} (m{}) came to {outcome:?}, must be {expected:?}: due {}, {:?}, notices {:?}",
                item.id, truth.serial, due.date, item.settled, truth.notices
            ));
        }
        Ok(())
    }

    fn conversation<'a>(&'a self, truth: &'a Truth) -> impl Iterator<Item = &'a Truth> {
        self.truths
            .range(truth.conversation..)
            .map(|(_, other)| other)
            .filter(move |other| {
                other.conversation == truth.conversation && other.serial != truth.serial
            })
    }

    fn is_of_the_conversation(&self, truth: &Truth, due: NaiveDate) -> bool {
        self.conversation(truth)
            .any(|other| other.odd_arrival || self.dues(other, 0).contains(&due))
    }

    /// Everything that is overdue has reached a supervisor, some working days after the trouble had
    /// ended.
    pub fn check_escalated(
        &self,
        live: &BTreeMap<ItemId, Item>,
        now: DateTime<Utc>,
        calm: DateTime<Utc>,
    ) -> Verdict {
        let hall = self.hall();
        for serial in &self.open {
            let truth = &self.truths[serial];
            let Some(item) = truth.item.and_then(|id| live.get(&id)) else {
                continue;
            };
            if item.covered_by.is_some() || truth.odd_arrival || truth.escalated > 0 {
                continue;
            }
            let due = hall.due(truth.day(), truth.letter);
            let told = hall
                .days
                .after(due, 1)
                .max(today(calm))
                .max(today(truth.logged_at));
            if now > instant(hall.days.after(told, 5), 17) {
                return Err(format!(
                    "{} (m{serial}) was due on {due}, and no supervisor has heard of it",
                    item.id
                ));
            }
        }
        Ok(())
    }
}

/// The pledges of the town, by what they match.
pub fn pledge(mail: &mail::Mail) -> &'static str {
    if mail.from == "skanner@example.se" {
        "letter"
    } else if mail.subject.to_lowercase().contains("klagomål") {
        "complaint"
    } else {
        "email"
    }
}

/// What such a pledge covers is never presumed anything.
pub fn has_match(pledge: &str) -> bool {
    pledge != "email"
}
