//! What leaves the house: to citizens, and to staff.

mod held;
mod letters;

use super::Play;
use super::promise::{Promise, Verdict, wrong};
use crate::sim::days::{closes, instant, today};
use crate::sim::hall::Person;
use crate::sim::oracle::Says;
use crate::sim::oracle::class::Needs;
use crate::sim::oracle::facts::{Key, Own, Word};
use crate::sim::oracle::judge::{Judge, Standing, Weight};
use crate::sim::oracle::words::{address, references};
use crate::world::post::{Accepted, Fate, header_field};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A notice leaves only on a view of the mailbox no older than this.
const FRESH: Duration = Duration::minutes(15);

/// Until this hour of the last day a notice waits for the mailbox of a twin.
const WAITED_FOR_UNTIL: u32 = 17;

/// Notices to one address on one local day.
const A_DAY: u32 = 3;

/// What left before.
#[derive(Debug, Default)]
pub struct Leaving {
    noticed: BTreeSet<Key>,
    a_day: BTreeMap<(String, NaiveDate), u32>,
    /// New dates that citizens were told, by item.
    moved: BTreeMap<Key, u32>,
    ids: BTreeMap<String, bool>,
    /// The mails on which each letter to print hung.
    pub made: BTreeMap<Key, Vec<letters::Made>>,
    /// When each reference last stood in a mail to staff.
    pub stood: BTreeMap<String, DateTime<Utc>>,
    /// References that an escalation named.
    pub escalated: BTreeSet<String>,
    pub count: BTreeMap<String, u64>,
    /// Days on which the clock was wrong or a register was put back: what counts days cannot be
    /// held to them.
    pub odd_days: BTreeSet<NaiveDate>,
}

impl Leaving {
    /// What left in an earlier chapter is about citizens of that one.
    pub fn turn_the_page(&mut self) {
        *self = Self {
            ids: std::mem::take(&mut self.ids),
            count: std::mem::take(&mut self.count),
            odd_days: std::mem::take(&mut self.odd_days),
            ..Self::default()
        };
    }

    /// A register of that time was put back that does not know of these, nor does a copy in Sent
    /// tell of them. Of the letters that hung on a mail, no copy tells.
    pub fn forget(&mut self, lost: &[Own], taken: DateTime<Utc>) {
        for made in self.made.values_mut() {
            made.retain(|made| made.written < taken);
        }
        self.made.retain(|_, made| !made.is_empty());
        for own in lost {
            self.ids.insert(own.id.clone(), true);
            self.noticed.retain(|key| !own.about.contains(key));
            self.made.retain(|key, _| !own.letters.contains(key));
        }
        // References may be given anew.
        self.stood.clear();
        self.escalated.clear();
    }
}

impl Play {
    pub(super) fn note_departures(&mut self, mailbox: usize) -> Verdict {
        let accepted =
            self.office.posts[mailbox].state().accepted[self.accepted[mailbox]..].to_vec();
        self.accepted[mailbox] += accepted.len();
        for (at, mail) in accepted.iter().enumerate() {
            // The process ended before it could write down that the last was accepted.
            let unwritten = self.office.is_dead() && at + 1 == accepted.len();
            self.leaves(mailbox, mail, unwritten)?;
        }
        Ok(())
    }

    /// When a mail that leaves was written, by true time.
    fn written(&self, raw: &[u8], leaves: DateTime<Utc>) -> DateTime<Utc> {
        let shown = header_field(raw, "Date").unwrap_or_default();
        let shown = DateTime::parse_from_rfc2822(&shown);
        let shown = shown.map_or(leaves, |at| at.with_timezone(&Utc));
        self.office.wrong_clock.when_it_showed(shown, leaves)
    }

    fn leaves(&mut self, mailbox: usize, mail: &Accepted, unwritten: bool) -> Verdict {
        let raw = &mail.envelope.mail;
        let field = |name: &str| header_field(raw, name).unwrap_or_default();
        let mark = field("X-Servicelofte");
        let (kind, refs) = mark.split_once(';').unwrap_or((&mark, ""));
        let refs: Vec<String> = refs
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .trim_start_matches("ref=")
            .split(',')
            .map(str::trim)
            .filter(|r| !r.is_empty())
            .map(str::to_owned)
            .collect();
        let id = field("Message-ID").trim_matches(['<', '>']).to_owned();
        let in_doubt = unwritten || matches!(mail.fate, Some(Fate::Lose | Fate::DieAfter));
        let own = Own {
            id: id.clone(),
            kind: kind.to_owned(),
            mailbox,
            to: mail.envelope.to.join(","),
            subject: decoded(&field("Subject")),
            about: refs
                .iter()
                .filter_map(|name| self.named.get(name))
                .copied()
                .collect(),
            letters: self.letters_on(raw),
            at: mail.at,
            written: self.written(raw, mail.at),
            returned: None,
        };
        self.tell(&format!(
            "{kind} to {} about {} «{}»",
            own.to,
            refs.join(" "),
            own.subject
        ));
        *self.leaving.count.entry(kind.to_owned()).or_default() += 1;
        let twice = self.leaving.ids.insert(id.clone(), in_doubt);
        let verdict = match (kind, twice) {
            ("notice", Some(false)) => wrong(Promise::Once, format!("the notice {id} left twice")),
            (_, Some(false)) => wrong(
                Promise::Once,
                format!(
                    "{kind} to {} left twice, the first was not in doubt",
                    own.to
                ),
            ),
            ("notice", _) => self.notice(&own),
            ("new_date", _) => self.new_date(&own),
            _ => Ok(()),
        };
        verdict?;
        if kind != "notice" && kind != "new_date" {
            let text = plain(raw);
            let stand = references(&text);
            let is_known = |name: &&String| self.named.contains_key(*name);
            for name in stand.iter().chain(&refs).filter(is_known) {
                self.leaving.stood.insert(name.clone(), mail.at);
            }
            self.letters_leave(&own, in_doubt)?;
            if kind == "escalation" || kind == "digest" {
                self.says_where_letters_are(&own, raw)?;
                let above = !own.to.starts_with("registrator") && !own.to.starts_with("kanslist@");
                if above {
                    self.leaving.escalated.extend(stand);
                }
                self.leaving
                    .escalated
                    .extend(refs.into_iter().filter(|_| kind == "escalation"));
            }
            self.staff(&own)?;
        }
        self.facts.own.push(own.clone());
        match own.kind.as_str() {
            "notice" => self.is_answered(&own),
            "new_date" => {}
            _ => self.staff_have_mail(),
        }
        Ok(())
    }

    fn notice(&mut self, own: &Own) -> Verdict {
        let wrong = |promise, what: String| {
            wrong(
                promise,
                format!("the notice {} to {} {what}", own.id, own.to),
            )
        };
        if own.about.is_empty() {
            return wrong(Promise::MayBeSent, "is about nothing".to_owned());
        }
        let day = today(own.at);
        self.one_of_a_day(own)?;
        for key in &own.about {
            if !self.leaving.noticed.insert(*key) && !self.is_sent_anew(*key, own) {
                return wrong(Promise::Once, format!("is the second about {key}"));
            }
        }
        let judge = Judge::new(&self.facts, &self.named);
        let mut first: Option<NaiveDate> = None;
        for key in &own.about {
            let Some(question) = judge.questions.get(key) else {
                return wrong(
                    Promise::MayBeSent,
                    format!("is about {key}, which no reading has shown"),
                );
            };
            let mail = self.facts.mail(key.serial);
            let to = self.facts.notice_to(key.serial);
            let is_to_citizen = to.as_deref() == Some(address(&own.to).as_str());
            if !is_to_citizen && !self.is_sent_elsewhere(*key, own) {
                return wrong(
                    Promise::MayBeSent,
                    format!("names {key}, whose citizen is {to:?}"),
                );
            }
            if question.class.notice == Says::No && !self.is_released(*key, own)
                || matches!(question.class.needs, Needs::Nothing | Needs::Internal)
            {
                return wrong(
                    Promise::MayBeSent,
                    format!("must never be sent about {key}: it is {}", mail.kind),
                );
            }
            if question.is_surely(Standing::NoQuestion) {
                return wrong(
                    Promise::MayBeSent,
                    format!("names {key}, which is no question ({})", mail.kind),
                );
            }
            self.no_answer_lay_there(&judge, *key, own)?;
            self.nobody_holds(*key, own)?;
            let due = self
                .hall
                .due_of(judge.pledge(key.serial), today(question.arrived));
            first = Some(first.map_or(due, |first| first.min(due)));
            let last = self.hall.days.after(due, 5);
            if own.at >= closes(last) {
                return wrong(
                    Promise::MayBeSent,
                    format!("names {key}, for which it is too late to be of use"),
                );
            }
        }
        let Some(first) = first else { return Ok(()) };
        let odd = self.leaving.odd_days.contains(&day);
        let moved = odd
            || own.about.iter().any(|key| {
                self.facts.mail(key.serial).kind == "moved in" || self.facts.ahead.contains(key)
            });
        if !moved && own.written < instant(first, 13) {
            return wrong(
                Promise::MayBeSent,
                format!("was written at {}, before its time on {first}", own.written),
            );
        }
        Ok(())
    }

    /// No mail that says something about the question lay where a fresh reading finds it, and
    /// nobody has closed it.
    fn no_answer_lay_there(&self, judge: &Judge, key: Key, own: &Own) -> Verdict {
        let opened = self.facts.said.iter().filter(|said| said.about == key);
        let opened = opened.filter(|said| said.word == Word::Reopened);
        let opened = opened.map(|said| said.order).max().unwrap_or(0);
        let restored = self.facts.restored.iter().max().copied().unwrap_or(0);
        for said in self
            .facts
            .said
            .iter()
            .filter(|said| said.about == key && said.order > opened && said.sure)
        {
            let closes = matches!(said.word, Word::Closed(_) | Word::NoAnswer);
            if closes && said.order > restored {
                return wrong(
                    Promise::NotAfterAnswer,
                    format!(
                        "the notice {} about {key} left after a person closed it",
                        own.id
                    ),
                );
            }
        }
        for evidence in &judge.evidence {
            if evidence.put < opened {
                continue;
            }
            let Some(weight) = judge.weigh(evidence, key) else {
                continue;
            };
            // Which of several a mail without a thread is for, depends on what else is open.
            if weight == Weight::Doubtful
                || weight == Weight::Probably && !judge.links.targets.contains_key(&evidence.serial)
            {
                continue;
            }
            // What is only claimed to be ours holds a notice no longer than the last day.
            let doubtful = !evidence.in_sent
                && self.facts.house.border.is_some()
                && weight == Weight::Probably;
            let there = if evidence.shown.is_some_and(|shown| shown > restored) {
                true
            } else {
                !evidence.denied
                    && own.at - evidence.since > FRESH
                    && !(evidence.mailbox != own.mailbox && self.waits_no_longer(judge, key, own))
            };
            if there && !doubtful {
                return wrong(
                    Promise::NotAfterAnswer,
                    format!(
                        "the notice {} about {key} left at {}, though m{} lay there since {} ({weight:?})",
                        own.id, own.at, evidence.serial, evidence.since
                    ),
                );
            }
        }
        Ok(())
    }

    /// On the last day of a question, no notice waits for a mailbox that cannot be read beyond this
    /// hour.
    fn waits_no_longer(&self, judge: &Judge, key: Key, own: &Own) -> bool {
        let due = |arrived| self.hall.due_of(judge.pledge(key.serial), today(arrived));
        let question = judge.questions.get(&key);
        question.is_some_and(|question| {
            let due = due(question.arrived);
            today(own.at) == due && own.at >= instant(due, WAITED_FOR_UNTIL)
        })
    }

    fn staff(&self, own: &Own) -> Verdict {
        if own.kind == "alarm" || own.kind == "check" {
            return Ok(());
        }
        let answers = own.kind == "confirmation";
        let at = own.at + self.office.wrong_clock.by();
        if !self.hall.days.is_office_time(at)
            && !answers
            && !self.leaving.odd_days.contains(&today(own.at))
        {
            return wrong(
                Promise::Staff,
                format!(
                    "{} to {} left at {}, outside office hours",
                    own.kind, own.to, own.at
                ),
            );
        }
        let day = today(own.at);
        // Whoever is away and tells the program something hears what came of it.
        if self.leaving.odd_days.contains(&day) || answers {
            return Ok(());
        }
        let reader = self
            .hall
            .people
            .iter()
            .find(|person| person.address() == own.to);
        let is_away = |reader: &Person| {
            !reader.is_there(day) && !reader.is_there(today(own.written)) && !reader.is_back(day)
        };
        if reader.is_some_and(|reader| is_away(reader) || self.has_told_away(reader, own)) {
            return wrong(
                Promise::Staff,
                format!("{} goes to {}, who is not there", own.kind, own.to),
            );
        }
        Ok(())
    }
}

/// The text of a mail as its reader sees it: quoted-printable and its soft line ends taken away.
pub fn plain(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).replace("=\r\n", "")
}

/// A subject as its reader sees it.
pub fn decoded(subject: &str) -> String {
    let raw = format!("Subject: {subject}\r\n\r\n");
    servicelofte::mail::parse::message(raw.as_bytes()).subject
}
