//! What a mail points at, and what belongs together by that.

use super::facts::{Facts, Key, Role, Who};
use super::mail::Mark;
use super::words::{core, findable, reference};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// What a mail points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Another mail of the town, by its id.
    Mail(u32),
    /// A mail of ours, by its id.
    Own(usize),
    /// An item, by our reference or by a Thread-Index.
    Loose(u32),
}

/// What follows from the heads of all mails.
#[derive(Clone, Debug, Default)]
pub struct Links {
    pub targets: BTreeMap<u32, Target>,
    /// The questions that a mail's target stands for.
    pub meant: BTreeMap<u32, BTreeSet<u32>>,
    /// The same, by the question.
    pub followers: BTreeMap<u32, Vec<u32>>,
    /// Each mail's conversation, as the smallest serial of what is joined by pointing.
    pub conversations: BTreeMap<u32, u32>,
    /// The same, with what is joined only by a mail that points at a notice for several and does
    /// not say which it means.
    pub perhaps: BTreeMap<u32, u32>,
    /// Every core that counts for a mail: its own, and of one that points at a mail of ours also
    /// the question's.
    pub cores: BTreeMap<u32, BTreeSet<String>>,
    /// The addresses of a mail's citizens, as an answer to them is found.
    pub citizens: BTreeMap<u32, BTreeSet<String>>,
    /// Everybody a mail goes to, and those in To.
    pub recipients: BTreeMap<u32, BTreeSet<String>>,
    pub to: BTreeMap<u32, BTreeSet<String>>,
    /// The questions of which a mail of ours can say anything at all: it goes to their citizen, or
    /// they are joined with what it points at.
    pub concerned: BTreeMap<u32, BTreeSet<u32>>,
    /// The same, by the question.
    pub tellers: BTreeMap<u32, Vec<u32>>,
}

impl Links {
    pub fn new(facts: &Facts, named: &BTreeMap<String, Key>) -> Self {
        let mut links = Self::default();
        for mail in facts.mails.values() {
            let found =
                |all: &mut dyn Iterator<Item = &String>| all.map(|one| findable(one)).collect();
            links
                .recipients
                .insert(mail.serial, found(&mut mail.recipients()));
            links.to.insert(mail.serial, found(&mut mail.to.iter()));
            links
                .citizens
                .insert(mail.serial, found(&mut facts.citizens(mail.serial).iter()));
        }
        links.point(facts, named);
        for serial in facts.mails.keys() {
            let meant = links.means(facts, named, *serial);
            for question in &meant {
                links.followers.entry(*question).or_default().push(*serial);
            }
            links.meant.insert(*serial, meant);
        }
        links.join(facts);
        for serial in facts.mails.keys() {
            links.take_cores(facts, *serial);
        }
        links.concerned = links.concerns(facts);
        for (teller, questions) in &links.concerned {
            for question in questions {
                links.tellers.entry(*question).or_default().push(*teller);
            }
        }
        links
    }

    fn concerns(&self, facts: &Facts) -> BTreeMap<u32, BTreeSet<u32>> {
        let mut written_by: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (serial, citizens) in &self.citizens {
            for citizen in citizens {
                written_by.entry(citizen).or_default().push(*serial);
            }
        }
        let mut joined: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (serial, conversation) in &self.perhaps {
            joined.entry(*conversation).or_default().push(*serial);
        }
        let ours = facts
            .mails
            .values()
            .filter(|mail| facts.house.is_of_ours(&mail.from));
        let all = ours.map(|mail| {
            let (recipients, meant) = (&self.recipients[&mail.serial], &self.meant[&mail.serial]);
            let reached = recipients
                .iter()
                .filter_map(|to| written_by.get(to.as_str()));
            let pointed = meant.iter().map(|one| &joined[&self.perhaps[one]]);
            let all = reached.chain(pointed).flatten().copied();
            (mail.serial, all.collect())
        });
        all.collect()
    }

    pub fn reaches(&self, question: u32, mail: u32) -> bool {
        self.citizens[&question]
            .intersection(&self.recipients[&mail])
            .next()
            .is_some()
    }

    pub fn reaches_in_to(&self, question: u32, mail: u32) -> bool {
        self.citizens[&question]
            .intersection(&self.to[&mail])
            .next()
            .is_some()
    }

    /// The one thing that each mail points at.
    fn point(&mut self, facts: &Facts, named: &BTreeMap<String, Key>) {
        let ids: BTreeMap<&str, u32> = facts
            .mails
            .values()
            .rev()
            .filter_map(|mail| Some((mail.id.as_deref()?, mail.serial)))
            .collect();
        let own: BTreeMap<&str, usize> = facts
            .own
            .iter()
            .enumerate()
            .map(|(at, own)| (own.id.as_str(), at))
            .collect();
        let mut came: BTreeMap<u32, DateTime<Utc>> = BTreeMap::new();
        for lie in facts.lies.iter() {
            let first = came.entry(lie.serial).or_insert(lie.at);
            *first = (*first).min(lie.at);
        }
        for mail in facts.mails.values() {
            let known = |id: &String| {
                if let Some(own) = own.get(id.as_str()) {
                    return Some(Target::Own(*own));
                }
                ids.get(id.as_str())
                    .filter(|other| **other != mail.serial)
                    .map(|other| Target::Mail(*other))
            };
            let target = mail.points().find_map(known).or_else(|| {
                let ours = facts.house.is_of_ours(&mail.from);
                let key = reference(&mail.subject).and_then(|found| named.get(&found));
                key.filter(|key| ours || facts.same_citizen(mail.serial, key.serial))
                    .map(|key| Target::Loose(key.serial))
            });
            let target = target.or_else(|| {
                let index = mail.thread_index?;
                let mut before: Vec<u32> = facts
                    .mails
                    .values()
                    .filter(|other| {
                        other.serial != mail.serial && other.thread_index == Some(index)
                    })
                    .filter(|other| core(&other.subject) == core(&mail.subject))
                    .filter(|other| came.get(&other.serial) < came.get(&mail.serial))
                    .filter(|other| {
                        if facts.house.is_of_ours(&mail.from) {
                            self.reaches(other.serial, mail.serial)
                        } else {
                            facts.same_citizen(mail.serial, other.serial)
                        }
                    })
                    .map(|other| other.serial)
                    .collect();
                before.sort_by_key(|one| came.get(one));
                before.pop().map(Target::Loose)
            });
            if let Some(target) = target {
                self.targets.insert(mail.serial, target);
            }
        }
    }

    /// What a mail points at stands for: of an answer, what it answered; of a notice, what it
    /// named.
    fn means(&self, facts: &Facts, named: &BTreeMap<String, Key>, serial: u32) -> BTreeSet<u32> {
        let subject = &facts.mail(serial).subject;
        let mut at = serial;
        for _ in 0..8 {
            match self.targets.get(&at) {
                None if at == serial => return BTreeSet::new(),
                None => return BTreeSet::from([at]),
                Some(Target::Loose(question)) => return BTreeSet::from([*question]),
                Some(Target::Own(index)) => {
                    let about: BTreeSet<u32> = facts.own[*index]
                        .about
                        .iter()
                        .map(|key| key.serial)
                        .collect();
                    let by_reference = reference(subject).and_then(|found| named.get(&found));
                    if let Some(key) = by_reference.filter(|key| about.contains(&key.serial)) {
                        return BTreeSet::from([key.serial]);
                    }
                    let own = core(subject);
                    let alike = |one: &&u32| core(&facts.mail(**one).subject) == own;
                    let by_core: BTreeSet<u32> = about.iter().filter(alike).copied().collect();
                    return if by_core.is_empty() { about } else { by_core };
                }
                Some(Target::Mail(other)) if facts.speaks_for_us(*other) => at = *other,
                Some(Target::Mail(other)) => return BTreeSet::from([*other]),
            }
        }
        BTreeSet::from([at])
    }

    fn join(&mut self, facts: &Facts) {
        self.conversations = self.joined(facts, |meant| meant < 2);
        self.perhaps = self.joined(facts, |_| true);
    }

    /// What is joined by mails that stand for so many questions.
    fn joined(&self, facts: &Facts, counts: impl Fn(usize) -> bool) -> BTreeMap<u32, u32> {
        let mut of: BTreeMap<u32, u32> = facts
            .mails
            .keys()
            .map(|serial| (*serial, *serial))
            .collect();
        for serial in facts.mails.keys() {
            let pointed = match self.targets.get(serial) {
                Some(Target::Mail(other)) => Some(*other),
                // What answers a mail to staff is a word to us, and no item.
                Some(Target::Own(index)) if facts.own[*index].kind != "notice" => continue,
                _ => None,
            };
            let meant = self.meant[serial]
                .iter()
                .copied()
                .filter(|_| counts(self.meant[serial].len()));
            for other in pointed.into_iter().chain(meant) {
                let (a, b) = (root(&of, *serial), root(&of, other));
                of.insert(a.max(b), a.min(b));
            }
        }
        of.keys()
            .map(|serial| (*serial, root(&of, *serial)))
            .collect()
    }

    /// A question that answers a mail of ours has its core from another question itself: those
    /// first.
    fn take_cores(&mut self, facts: &Facts, serial: u32) {
        if self.cores.contains_key(&serial) {
            return;
        }
        let own = core(&facts.mail(serial).subject);
        self.cores.insert(serial, BTreeSet::from([own]));
        for question in self.meant[&serial].clone() {
            self.take_cores(facts, question);
        }
        let cores = self.cores_of(facts, serial);
        self.cores.insert(serial, cores);
    }

    fn cores_of(&self, facts: &Facts, serial: u32) -> BTreeSet<String> {
        let mail = facts.mail(serial);
        let own = core(&mail.subject);
        let meant = &self.meant[&serial];
        let cores = |of: &BTreeSet<u32>| -> BTreeSet<String> {
            let each = of.iter().map(|question| &self.cores[question]);
            each.flatten().cloned().collect()
        };
        // What has our reference alone for a subject is about what that names.
        if own.is_empty() && !meant.is_empty() {
            return cores(meant);
        }
        let through = match self.targets.get(&serial) {
            Some(Target::Own(index)) => Some(&facts.own[*index].subject),
            Some(Target::Mail(other)) if facts.speaks_for_us(*other) => {
                Some(&facts.mail(*other).subject)
            }
            _ => None,
        };
        let asked = through.map(|_| cores(meant)).unwrap_or_default();
        if through.is_some_and(|through| own == core(through))
            && !asked.contains(&own)
            && !asked.is_empty()
        {
            return asked;
        }
        mail.edited
            .iter()
            .map(|subject| core(subject))
            .chain([own])
            .collect()
    }
}

/// The first of those that are joined.
fn root(of: &BTreeMap<u32, u32>, mut one: u32) -> u32 {
    while let Some(up) = of.get(&one).filter(|up| **up != one) {
        one = *up;
    }
    one
}

impl Facts {
    /// Written by the mailbox or its people, and no item of its own.
    pub fn speaks_for_us(&self, serial: u32) -> bool {
        let Some(mail) = self.mails.get(&serial) else {
            return false;
        };
        let ours = self.house.is_of_ours(&mail.from) && !mail.forged;
        let forward = mail.subject.starts_with("VB:") || mail.has(Mark::Attached);
        let forwarded_in = forward && self.lies_of(serial).all(|lie| lie.role() != Role::Sent);
        ours && !forwarded_in && self.house.who(&mail.from) != Who::Channel
    }
}
