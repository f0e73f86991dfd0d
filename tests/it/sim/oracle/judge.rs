//! How every item must stand, by all that happened, from the page of rules about people: slow and
//! obvious, over the facts alone. Where the program could not see something for certain, more than
//! one standing is right.

use super::Says;
use super::class::{Class, Needs};
use super::facts::{Facts, Key, Role, Who, Word};
use super::mail::Mark;
use super::pointing::{Links, Target};
use super::trust::{Belief, belief, trust};
use super::words::{address, core};
use chrono::{DateTime, Duration, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// Recipients beyond which a mail is to nobody in particular.
const MANY: usize = 20;

/// New mails without a thread are believed to be answers up to so many recipients.
const FEW: usize = 3;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    Live,
    Probably,
    NoQuestion,
    Answered(DateTime<Utc>),
    Closed(DateTime<Utc>),
    Done,
    Excluded,
    /// No item, or one that the rules leave open.
    Free,
}

/// How much a mail says about an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// It answers, or may, or says nothing: that depends on what the program could see then.
    Doubtful,
    Probably,
    Answered,
}

/// A mail that may settle items, where a reading could find it.
#[derive(Clone, Copy, Debug)]
pub struct Evidence {
    pub serial: u32,
    pub mailbox: usize,
    pub in_sent: bool,
    /// When it was sent: the earlier of Date and INTERNALDATE if they are within ten minutes.
    pub at: DateTime<Utc>,
    pub stamp: DateTime<Utc>,
    pub since: DateTime<Utc>,
    pub put: u64,
    pub shown: Option<u64>,
    pub denied: bool,
}

#[derive(Clone, Debug)]
pub struct Question {
    pub key: Key,
    pub arrived: DateTime<Utc>,
    pub class: Class,
    pub standings: BTreeSet<Standing>,
}

impl Question {
    pub fn is_surely(&self, standing: Standing) -> bool {
        self.standings.len() == 1 && self.standings.contains(&standing)
    }
}

/// The facts, with all that follows from them.
pub struct Judge<'a> {
    pub facts: &'a Facts,
    pub links: Links,
    pub evidence: Vec<Evidence>,
    pub questions: BTreeMap<Key, Question>,
}

/// Every mail that may say something, once for each mailbox and kind of place in which it lay.
fn gathered(facts: &Facts) -> Vec<Evidence> {
    let mut all: BTreeMap<(u32, usize, bool), Evidence> = BTreeMap::new();
    for lie in &facts.lies {
        let in_sent = lie.role() == Role::Sent;
        if !in_sent && !matches!(lie.role(), Role::Watched | Role::Done) || lie.draft {
            continue;
        }
        let mail = facts.mail(lie.serial);
        if !facts.house.is_of_ours(&mail.from) {
            continue;
        }
        let close = mail
            .date
            .filter(|date| (*date - lie.at).abs() <= Duration::minutes(10));
        let evidence = Evidence {
            serial: lie.serial,
            mailbox: lie.mailbox,
            in_sent,
            at: close.map_or(lie.at, |date| date.min(lie.at)),
            stamp: lie.at,
            since: lie.since,
            put: lie.put,
            shown: lie.shown,
            denied: lie.denied,
        };
        let known = all
            .entry((lie.serial, lie.mailbox, in_sent))
            .or_insert(evidence);
        known.shown = match (known.shown, lie.shown) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        known.at = known.at.min(evidence.at);
        known.since = known.since.min(evidence.since);
    }
    all.into_values().collect()
}

impl<'a> Judge<'a> {
    pub fn new(facts: &'a Facts, named: &'a BTreeMap<String, Key>) -> Self {
        let links = Links::new(facts, named);
        let mut judge = Self {
            facts,
            links,
            evidence: gathered(facts),
            questions: BTreeMap::new(),
        };
        judge.play();
        judge
    }

    /// What happened, in the order in which the program could know of it; within one reading all
    /// that arrived stands before all that answers, and that in the order of its own times.
    fn play(&mut self) {
        enum Step {
            Arrives(Key),
            Tells(Evidence, bool),
            Filed(Key, bool),
            Leaves(Key),
            Says(usize),
            Restored,
        }
        let facts = self.facts;
        let mut steps: Vec<(u64, u8, DateTime<Utc>, Step)> = Vec::new();
        let mut keys: BTreeMap<Key, (u64, DateTime<Utc>)> = BTreeMap::new();
        for lie in &facts.lies {
            if !matches!(lie.role(), Role::Watched | Role::Junk | Role::Done) {
                continue;
            }
            let key = Key {
                serial: lie.serial,
                mailbox: lie.mailbox,
            };
            let known = facts.known.get(&key).copied().or(lie.shown);
            let Some(order) = known else { continue };
            let entry = keys.entry(key).or_insert((order, lie.at));
            *entry = (entry.0.min(order), entry.1.min(lie.at));
            if lie.role() == Role::Done {
                let sure = lie.shown.is_some();
                steps.push((
                    lie.shown.unwrap_or(lie.put),
                    2,
                    lie.at,
                    Step::Filed(key, sure),
                ));
            }
            if let Some(gone) = lie.gone {
                steps.push((gone, 2, lie.at, Step::Leaves(key)));
            }
        }
        steps.extend(
            keys.into_iter()
                .map(|(key, (order, at))| (order, 0, at, Step::Arrives(key))),
        );
        for evidence in self.evidence.clone() {
            let sure = evidence.shown.is_some();
            steps.push((
                evidence.shown.unwrap_or(evidence.put),
                1,
                evidence.at,
                Step::Tells(evidence, sure),
            ));
        }
        steps.extend(
            facts
                .said
                .iter()
                .enumerate()
                .map(|(index, said)| (said.order, 3, DateTime::UNIX_EPOCH, Step::Says(index))),
        );
        steps.extend(
            facts
                .restored
                .iter()
                .map(|order| (*order, 4, DateTime::UNIX_EPOCH, Step::Restored)),
        );
        steps.sort_by_key(|(order, kind, at, _)| (*order, *kind, *at));
        let mut told: Vec<(Evidence, bool)> = Vec::new();
        for (order, _, _, step) in steps {
            match step {
                Step::Arrives(key) => {
                    self.arrives(key);
                    for (evidence, sure) in &told {
                        self.tells(evidence, *sure, Some(key));
                    }
                }
                Step::Tells(evidence, sure) => {
                    self.tells(&evidence, sure, None);
                    told.push((evidence, sure));
                }
                Step::Filed(key, sure) => {
                    self.apply(key, |_| Standing::Done, Standing::is_waiting, sure);
                }
                Step::Leaves(key) => self.leaves(key, order),
                Step::Says(index) => self.says(index, &told),
                Step::Restored => self.restored(order),
            }
        }
        self.handed_over();
    }

    /// From now on the other mailbox may have it, if it lies there: what answers it there settles
    /// this no more.
    fn leaves(&mut self, key: Key, order: u64) {
        let lies =
            |lie: &super::facts::Lie| lie.put <= order && lie.gone.is_none_or(|gone| gone > order);
        let mut there = self
            .facts
            .lies_of(key.serial)
            .filter(|lie| lies(lie))
            .map(|lie| lie.mailbox);
        if there.any(|mailbox| mailbox != key.mailbox) {
            self.apply(key, |_| Standing::Done, Standing::is_waiting, false);
        }
    }

    /// Gone from one mailbox and live in the other: the other has it, as soon as the program knows
    /// that it is gone.
    fn handed_over(&mut self) {
        let facts = self.facts;
        let lives = |key: &Key| {
            facts
                .lies_of(key.serial)
                .any(|lie| lie.mailbox == key.mailbox && lie.gone.is_none())
        };
        let keys: Vec<Key> = self.questions.keys().copied().collect();
        for key in &keys {
            let other = keys
                .iter()
                .any(|other| other.serial == key.serial && other != key && lives(other));
            if other && !lives(key) {
                self.apply(*key, |_| Standing::Done, Standing::is_waiting, false);
            }
        }
    }

    fn arrives(&mut self, key: Key) {
        let facts = self.facts;
        let mail = facts.mail(key.serial);
        let target = self.links.targets.get(&key.serial).cloned();
        let class = facts.class(key.serial, key.mailbox, target.is_some());
        let answers = self.is_of_ours(key, target.as_ref());
        let mut standings = match class.needs {
            _ if answers => BTreeSet::from([Standing::Free]),
            Needs::Answer => BTreeSet::from([Standing::Live]),
            Needs::NoQuestion => BTreeSet::from([Standing::NoQuestion]),
            Needs::Nothing => BTreeSet::from([Standing::Excluded]),
            Needs::Internal | Needs::Open => BTreeSet::from([Standing::Free]),
        };
        if class.needs == Needs::Answer && !answers && mail.has(Mark::List) && self.is_twice(key) {
            standings.insert(Standing::Live);
        }
        if class.needs == Needs::Answer && !answers {
            match self.thanks(key, target.as_ref()) {
                Says::Yes => standings = BTreeSet::from([Standing::NoQuestion]),
                Says::Any => drop(standings.insert(Standing::NoQuestion)),
                Says::No => {}
            }
        }
        let arrived = facts.arrived(key).unwrap_or_default();
        self.questions.insert(
            key,
            Question {
                key,
                arrived,
                class,
                standings,
            },
        );
    }

    fn is_twice(&self, key: Key) -> bool {
        self.facts.lies_of(key.serial).count() > 1
    }

    /// A mail of staff or of the mailbox that points at an item and goes to its citizen says
    /// something about that item, and is none itself where the mailbox is not in To.
    fn is_of_ours(&self, key: Key, target: Option<&Target>) -> bool {
        let mail = self.facts.mail(key.serial);
        let ours = self.facts.house.is_of_ours(&mail.from);
        let to_us = mail
            .to
            .iter()
            .any(|to| self.facts.house.who(to) == Who::Own(key.mailbox));
        let in_sent = self
            .facts
            .lies_of(key.serial)
            .any(|lie| lie.role() == Role::Sent);
        ours && (in_sent && !to_us
            || target.is_some() && (!to_us || self.facts.house.who(&mail.from) == Who::Staff))
    }

    /// What a mail says about one item, without regard to how that stands; `None`: nothing.
    pub fn weigh(&self, evidence: &Evidence, key: Key) -> Option<Weight> {
        if !self.links.concerned[&evidence.serial].contains(&key.serial) {
            return None;
        }
        let weight = self.weigh_as_of_now(evidence, key)?;
        // Who has left is a colleague, and a colleague's copy is probable.
        let has_left = self
            .facts
            .house
            .left
            .contains(&address(&self.facts.mail(evidence.serial).from));
        Some(if has_left && !evidence.in_sent {
            Weight::Doubtful
        } else {
            weight
        })
    }

    fn weigh_as_of_now(&self, evidence: &Evidence, key: Key) -> Option<Weight> {
        let facts = self.facts;
        let (mail, house) = (facts.mail(evidence.serial), &facts.house);
        let question = self.questions.get(&key)?;
        let silent = [
            Mark::List,
            Mark::AutoReplied,
            Mark::AutoGenerated,
            Mark::Reaction,
            Mark::Report,
            Mark::Newsletter,
        ];
        // A mark of ours that the register did not write proves nothing.
        let marked = mail.forged && mail.more.starts_with("X-Servicelofte");
        if evidence.stamp <= question.arrived
            || marked
            || silent.iter().any(|mark| mail.has(*mark))
            || mail.recipients().count() > MANY
            || key.serial == evidence.serial
        {
            return None;
        }
        let trusted = trust(mail.auth, mail.defect);
        let belief = if evidence.in_sent || self.seen_in_sent(evidence.serial) {
            Belief::Full
        } else {
            belief(trusted, house.border.is_some())
        };
        if belief == Belief::Nothing {
            return None;
        }
        let target = self.links.targets.get(&evidence.serial);
        let by_id = matches!(target, Some(Target::Mail(_) | Target::Own(_)));
        let pointed = &self.links.meant[&evidence.serial];
        if facts.is_forwarded_in(key.serial) {
            return self.answers_outside(mail, evidence, pointed.contains(&key.serial));
        }
        let reached = self.links.reaches(key.serial, evidence.serial);
        let full = match house.who(&mail.from) {
            Who::Own(_) | Who::Staff => true,
            Who::Colleague if evidence.in_sent => true,
            Who::Colleague => {
                let copied = mail
                    .recipients()
                    .any(|to| matches!(house.who(to), Who::Own(_)));
                return (reached && copied && pointed.contains(&key.serial))
                    .then_some(Weight::Probably);
            }
            _ => return None,
        };
        let to_house = mail
            .to
            .iter()
            .any(|to| matches!(house.who(to), Who::Staff | Who::Colleague));
        let strongly = |one: u32| {
            let in_to = self.links.reaches_in_to(one, evidence.serial);
            full && belief == Belief::Full && (in_to || !to_house)
        };
        let strong = strongly(key.serial);
        if reached
            && pointed
                .iter()
                .any(|one| *one == key.serial || self.is_forward_of(*one, key.serial))
        {
            return if strong {
                Some(Weight::Answered)
            } else {
                (belief == Belief::Full || by_id).then_some(Weight::Probably)
            };
        }
        if belief != Belief::Full {
            return None;
        }
        let answered = |one: &&u32| self.links.reaches(**one, evidence.serial) && strongly(**one);
        for one in pointed.iter().filter(answered) {
            if self.is_one_matter(*one, key) {
                return Some(Weight::Answered);
            }
            if self.may_be_one_matter(*one, key) {
                return Some(Weight::Doubtful);
            }
        }
        if !pointed.is_empty() || target.is_some() || !reached {
            return None;
        }
        // Without a thread, in Sent.
        let about = core(&mail.subject) == core(&facts.mail(key.serial).subject);
        let few = mail.recipients().count() <= FEW && self.oldest_open(evidence, key);
        (evidence.in_sent && evidence.mailbox == key.mailbox && (about || few))
            .then_some(Weight::Probably)
    }

    /// The citizen of what a colleague passed on is not known: an answer to one address outside is
    /// to that one.
    fn answers_outside(
        &self,
        mail: &super::mail::Mail,
        evidence: &Evidence,
        pointed: bool,
    ) -> Option<Weight> {
        let house = &self.facts.house;
        let outside = |of: &String| matches!(house.who(of), Who::Outside);
        let believed = evidence.in_sent || self.seen_in_sent(evidence.serial);
        if !pointed || !believed || !mail.recipients().any(outside) {
            return None;
        }
        let one = mail.to.iter().filter(|to| outside(to)).count() == 1;
        Some(if one {
            Weight::Answered
        } else {
            Weight::Probably
        })
    }

    fn seen_in_sent(&self, serial: u32) -> bool {
        self.facts
            .lies_of(serial)
            .any(|lie| lie.role() == Role::Sent && lie.shown.is_some())
    }

    fn is_forward_of(&self, one: u32, other: u32) -> bool {
        self.facts.forwarded(one) == Some(other) || self.facts.forwarded(other) == Some(one)
    }

    /// Items of one conversation with the same mailbox, pledge, citizen and core.
    pub fn is_one_matter(&self, one: u32, other: Key) -> bool {
        self.links.conversations[&one] == self.links.conversations[&other.serial]
            && self.is_alike(one, other)
    }

    /// The same, if what nobody can tell is so.
    fn may_be_one_matter(&self, one: u32, other: Key) -> bool {
        self.links.perhaps[&one] == self.links.perhaps[&other.serial] && self.is_alike(one, other)
    }

    fn is_alike(&self, one: u32, other: Key) -> bool {
        let facts = self.facts;
        let here = Key {
            serial: one,
            mailbox: other.mailbox,
        };
        if !self.questions.contains_key(&here) {
            return false;
        }
        let (a, b) = (&self.links.cores[&one], &self.links.cores[&other.serial]);
        self.pledge(one) == self.pledge(other.serial)
            && facts.same_citizen(one, other.serial)
            && a.intersection(b).next().is_some()
    }

    /// The pledges of the town, by what they match.
    pub fn pledge(&self, serial: u32) -> &'static str {
        super::pledge(self.facts.mail(serial))
    }

    /// Whether no older item that this mail reaches is surely live in the mailbox: one that was
    /// filed as done before the mail was read may be settled by then.
    fn oldest_open(&self, evidence: &Evidence, key: Key) -> bool {
        if !self.questions.contains_key(&key) {
            return false;
        }
        let own = self.facts.counts_from(key);
        let is_filed = |other: Key| {
            self.facts.lies_of(other.serial).any(|lie| {
                lie.mailbox == other.mailbox
                    && lie.role() == Role::Done
                    && evidence.shown.is_none_or(|shown| lie.put < shown)
            })
        };
        !self.questions.values().any(|other| {
            other.key.mailbox == key.mailbox
                && other.key != key
                && self.facts.counts_from(other.key) < own
                && other.is_surely(Standing::Live)
                && self.links.reaches(other.key.serial, evidence.serial)
                && !is_filed(other.key)
        })
    }

    fn tells(&mut self, evidence: &Evidence, sure: bool, only: Option<Key>) {
        let keys: Vec<Key> =
            only.map_or_else(|| self.questions.keys().copied().collect(), |key| vec![key]);
        let said: Vec<(Key, Weight)> = keys
            .into_iter()
            .filter_map(|key| Some((key, self.weigh(evidence, key)?)))
            .collect();
        for (key, weight) in said {
            let at = evidence.at;
            match weight {
                Weight::Doubtful => {
                    self.apply(key, |_| Standing::Answered(at), Standing::is_waiting, false);
                    self.apply(
                        key,
                        |_| Standing::Probably,
                        |standing| standing == Standing::Live,
                        false,
                    );
                }
                Weight::Answered => {
                    self.apply(key, |_| Standing::Answered(at), Standing::is_waiting, sure);
                }
                // Which of several a mail without a thread is for, depends on what else was open.
                Weight::Probably => {
                    let pointed = self.links.targets.contains_key(&evidence.serial);
                    self.apply(
                        key,
                        |_| Standing::Probably,
                        |standing| standing == Standing::Live,
                        sure && pointed,
                    );
                }
            }
        }
    }

    fn apply(
        &mut self,
        key: Key,
        to: impl Fn(Standing) -> Standing,
        from: impl Fn(Standing) -> bool,
        sure: bool,
    ) {
        let Some(question) = self.questions.get_mut(&key) else {
            return;
        };
        let after: BTreeSet<Standing> = question
            .standings
            .iter()
            .map(|standing| {
                if from(*standing) {
                    to(*standing)
                } else {
                    *standing
                }
            })
            .collect();
        if sure {
            question.standings = after;
        } else {
            question.standings.extend(after);
        }
    }

    fn says(&mut self, index: usize, told: &[(Evidence, bool)]) {
        let said = &self.facts.said[index];
        let any = |standing: Standing| standing != Standing::Free;
        match said.word {
            Word::Closed(at) => self.apply(said.about, |_| Standing::Closed(at), any, said.sure),
            Word::NoAnswer => self.apply(said.about, |_| Standing::Excluded, any, said.sure),
            Word::Reopened => self.apply(said.about, |_| Standing::Live, any, said.sure),
            Word::ClosedByMail => self.apply(said.about, |_| Standing::Done, any, said.sure),
            // The answer that it had is none, nor for what it answered besides.
            Word::ComesBack(_) => {
                let keys: Vec<Key> = self.questions.keys().copied().collect();
                for key in keys {
                    if key == said.about || self.may_be_one_matter(said.about.serial, key) {
                        self.apply(key, |_| Standing::Live, Standing::is_by_mail, false);
                        // A later one is, and may have been read before the word.
                        for (evidence, _) in told {
                            self.tells(evidence, false, Some(key));
                        }
                    }
                }
            }
            Word::TakenBack => self.apply(said.about, |_| Standing::Live, any, false),
            Word::Promised(_)
            | Word::NoNotice
            | Word::Released
            | Word::Away(_)
            | Word::Back
            | Word::Handed
            | Word::Kept => {}
        }
    }

    /// An older register is back: what was known later may be known again, or not.
    fn restored(&mut self, _order: u64) {
        for question in self
            .questions
            .values_mut()
            .filter(|question| !question.is_surely(Standing::Free))
        {
            if matches!(
                question.class.needs,
                Needs::Answer | Needs::NoQuestion | Needs::Open
            ) {
                question.standings.insert(Standing::Live);
            }
            if question.class.needs == Needs::NoQuestion {
                question.standings.insert(Standing::NoQuestion);
            }
        }
    }

    /// A word of thanks to the answer itself.
    fn thanks(&self, key: Key, target: Option<&Target>) -> Says {
        let facts = self.facts;
        let mail = facts.mail(key.serial);
        let Some(Target::Mail(answer)) = target else {
            return Says::No;
        };
        if !facts.speaks_for_us(*answer) || super::has_match(self.pledge(key.serial)) {
            return Says::No;
        }
        let asks =
            mail.subject.contains('?') || mail.has(Mark::Attachment) || mail.has(Mark::Important);
        let arrived = facts.arrived(key).unwrap_or_default();
        let answers: Vec<&Evidence> = self
            .evidence
            .iter()
            .filter(|one| one.serial == *answer)
            .collect();
        let thanked: Vec<Key> = self.links.meant[&key.serial]
            .iter()
            .map(|serial| Key {
                serial: *serial,
                mailbox: key.mailbox,
            })
            .filter(|other| {
                self.questions.contains_key(other) && facts.same_citizen(key.serial, other.serial)
            })
            .collect();
        let of_the_answer = |other: &Key| {
            self.links.cores[&other.serial]
                .intersection(&self.links.cores[&key.serial])
                .next()
                .is_some()
        };
        if asks || !thanked.iter().any(of_the_answer) {
            return Says::No;
        }
        let weights = answers
            .iter()
            .flat_map(|answer| thanked.iter().map(move |other| self.weigh(answer, *other)));
        let mut says = Says::No;
        for weight in weights {
            if weight == Some(Weight::Answered) {
                says = Says::Yes;
            }
        }
        let Some(sent) = answers.iter().map(|answer| answer.at).min() else {
            return Says::No;
        };
        let mut days = super::super::days::Days::new();
        facts.house.closed.iter().for_each(|day| days.close(*day));
        let last = days.after(super::super::days::today(sent), 10);
        let today = super::super::days::today(arrived);
        if says == Says::No || today > last {
            return Says::No;
        }
        // Staff may have said that the answer is none, or that there will be one.
        let promised = facts.commands.values().any(|command| {
            matches!(
                command.word,
                Word::ComesBack(_) | Word::Promised(_) | Word::TakenBack
            ) && thanked.contains(&command.about)
        });
        let seen = answers.iter().any(|answer| answer.shown.is_some()) && !promised;
        let earlier = self.questions.values().any(|other| {
            other.key != key
                && other.key.mailbox == key.mailbox
                && other.arrived > sent
                && other.arrived <= arrived
                && thanked.iter().any(|thanked| {
                    other.key == *thanked || self.is_one_matter(thanked.serial, other.key)
                })
        });
        match (earlier, seen && facts.restored.is_empty()) {
            (true, _) => Says::No,
            (false, true) => Says::Yes,
            (false, false) => Says::Any,
        }
    }
}

impl Standing {
    /// A mail has settled it, or may have.
    fn is_by_mail(self) -> bool {
        matches!(self, Standing::Answered(_) | Standing::Probably)
    }

    /// An answer settles it.
    pub fn is_waiting(self) -> bool {
        matches!(self, Standing::Live | Standing::Probably)
    }
}
