//! What fails, since when, and whether the operator knows: pure bookkeeping, asked with the time.

use crate::mail::texts::facts::Trouble;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// The same trouble is reported again after this.
pub const AGAIN: chrono::Duration = chrono::Duration::hours(24);

/// Something works again when it has worked for this long; doubled with each alarm of the day, as
/// the patience before the next alarm is: trouble that comes and goes is a few alarms a day.
pub const CALM: chrono::Duration = chrono::Duration::minutes(15);

/// Most doublings.
const DOUBLINGS: usize = 4;

/// Troubles remembered at a time.
const MAX_TROUBLES: usize = 1_000;

/// What a trouble is about; there is one of each at a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Subject {
    Polling(String),
    /// A mailbox that is read, but with which not all can be done.
    Unfinished(String),
    /// Copies of sent mails are not taken into Sent.
    Copies(String),
    /// A folder differs from the register: its mailbox and its name.
    Coverage(String, String),
    Sending(String),
    Register,
    /// Erasing what the retention time ends.
    Erasing,
    Disk,
    /// The configuration, beside the register.
    Config,
    Clock,
    /// A person has paused mail to citizens.
    Paused,
    /// A text that could not be written.
    Texts(String),
    /// What a mailbox logs in with.
    Credential(String),
    /// One item's matter, by its reference or its mailbox.
    Item(String),
}

/// A note about a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    Works(Subject),
    Fails(Subject, Trouble),
    /// It happened, and is reported without waiting.
    Happened(Subject, Trouble),
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    trouble: Trouble,
    since: DateTime<Utc>,
    /// When it was reported, if it was.
    told: Option<DateTime<Utc>>,
    recovered: Option<DateTime<Utc>>,
    /// Does not wait: it is news, not a state.
    at_once: bool,
}

/// One mail to the operator.
#[derive(Clone, Debug)]
pub struct Telling {
    pub subject: Subject,
    pub trouble: Trouble,
    pub since: DateTime<Utc>,
    pub recovered: Option<DateTime<Utc>>,
}

/// The memory for the next process.
#[derive(Serialize, Deserialize)]
struct Memory {
    known_at: DateTime<Utc>,
    entries: Vec<(Subject, Entry)>,
    alarms: Vec<(Subject, Vec<DateTime<Utc>>)>,
}

#[derive(Debug)]
pub struct Health {
    patience: chrono::Duration,
    entries: BTreeMap<Subject, Entry>,
    /// When each was reported, of late.
    alarms: BTreeMap<Subject, Vec<DateTime<Utc>>>,
}

impl Health {
    /// `patience` is how long something may fail before it is reported.
    #[must_use]
    pub fn new(patience: Duration) -> Self {
        Self {
            patience: chrono::Duration::from_std(patience).unwrap_or(AGAIN),
            entries: BTreeMap::new(),
            alarms: BTreeMap::new(),
        }
    }

    /// Goes on with what an earlier process knew at `known_at`: a service that is started again and
    /// again reports its trouble all the same, and once. Trouble that was not reported yet must
    /// fail again first.
    #[must_use]
    pub fn remembering(patience: Duration, memory: &str) -> Self {
        let mut health = Self::new(patience);
        // A memory that cannot be read lets every trouble be reported once more.
        let Ok(Memory {
            known_at,
            entries,
            alarms,
        }) = serde_json::from_str(memory)
        else {
            return health;
        };
        health.entries = entries.into_iter().collect();
        health.alarms = alarms.into_iter().collect();
        for entry in health
            .entries
            .values_mut()
            .filter(|entry| entry.told.is_none() && !entry.at_once)
        {
            entry.recovered.get_or_insert(known_at);
        }
        health
    }

    /// For the next process; empty when there is nothing to know.
    #[must_use]
    pub fn memory(&self, now: DateTime<Utc>) -> String {
        if self.entries.is_empty() && self.alarms.is_empty() {
            return String::new();
        }
        let entries = self
            .entries
            .iter()
            .map(|(subject, entry)| (subject.clone(), entry.clone()))
            .collect();
        let alarms = self
            .alarms
            .iter()
            .map(|(subject, told)| (subject.clone(), told.clone()))
            .collect();
        serde_json::to_string(&Memory {
            known_at: now,
            entries,
            alarms,
        })
        .unwrap_or_default()
    }

    pub fn note(&mut self, notes: Vec<Note>, now: DateTime<Utc>) {
        self.nothing_lies_ahead(now);
        for note in notes {
            match note {
                Note::Works(subject) => self.works(&subject, now),
                Note::Fails(subject, trouble) => self.fails(subject, trouble, now),
                Note::Happened(subject, trouble) => self.happened(subject, trouble, now),
            }
        }
    }

    /// A clock that was ahead has been set back: what happened by it happened by now. Else trouble
    /// would be reported late by as much as the clock was wrong.
    fn nothing_lies_ahead(&mut self, now: DateTime<Utc>) {
        let past = |at: &mut DateTime<Utc>| *at = now.min(*at);
        for entry in self.entries.values_mut() {
            past(&mut entry.since);
            entry.told.iter_mut().for_each(past);
            entry.recovered.iter_mut().for_each(past);
        }
        self.alarms.values_mut().flatten().for_each(past);
    }

    /// It fails now.
    pub fn fails(&mut self, subject: Subject, trouble: Trouble, now: DateTime<Utc>) {
        self.enter(subject, trouble, now, false);
    }

    /// It happened, and is reported without waiting.
    pub fn happened(&mut self, subject: Subject, trouble: Trouble, now: DateTime<Utc>) {
        self.enter(subject, trouble, now, true);
    }

    fn enter(&mut self, subject: Subject, trouble: Trouble, now: DateTime<Utc>, at_once: bool) {
        if self.entries.len() >= MAX_TROUBLES && !self.entries.contains_key(&subject) {
            return;
        }
        let fresh = Entry {
            trouble: trouble.clone(),
            since: now,
            told: None,
            recovered: None,
            at_once,
        };
        let entry = self.entries.entry(subject).or_insert(fresh);
        entry.trouble = trouble;
        entry.at_once |= at_once;
        if let Some(recovered) = entry.recovered.take()
            && entry.told.is_none()
            // Trouble that comes and goes, and fails more than it works, has failed all the time.
            && recovered - entry.since <= now - recovered
        {
            entry.since = now;
        }
    }

    /// It works.
    pub fn works(&mut self, subject: &Subject, now: DateTime<Utc>) {
        if let Some(entry) = self.entries.get_mut(subject) {
            entry.recovered.get_or_insert(now);
        }
    }

    /// How often something was reported in the last day.
    fn told_lately(&self, subject: &Subject, now: DateTime<Utc>) -> usize {
        self.alarms.get(subject).map_or(0, |told| {
            told.iter().filter(|told| now - **told < AGAIN).count()
        })
    }

    /// How long it fails before it is reported, after the alarms of the last day.
    fn patience_with(&self, subject: &Subject, now: DateTime<Utc>) -> chrono::Duration {
        self.patience * (1 << self.told_lately(subject, now).min(DOUBLINGS))
    }

    /// How long it works before that is reported, after the alarms of the last day.
    fn calm_of(&self, subject: &Subject, now: DateTime<Utc>) -> chrono::Duration {
        // A person ends a pause, and it does not come and go.
        if *subject == Subject::Paused {
            return chrono::Duration::zero();
        }
        CALM * (1
            << self
                .told_lately(subject, now)
                .saturating_sub(1)
                .min(DOUBLINGS))
    }

    /// The reports that are due now.
    #[must_use]
    pub fn to_tell(&self, now: DateTime<Utc>) -> Vec<Telling> {
        let due = |subject: &Subject, entry: &Entry| match (entry.told, entry.recovered) {
            (Some(_), Some(recovered)) => now - recovered >= self.calm_of(subject, now),
            (Some(told), None) => !entry.at_once && now - told >= AGAIN,
            (None, None) if entry.at_once && self.told_lately(subject, now) == 0 => true,
            (None, None) => now - entry.since >= self.patience_with(subject, now),
            // News stays news, though it is over.
            (None, Some(_)) => entry.at_once && self.told_lately(subject, now) == 0,
        };
        self.entries
            .iter()
            .filter(|(subject, entry)| due(subject, entry))
            .map(|(subject, entry)| Telling {
                subject: subject.clone(),
                trouble: entry.trouble.clone(),
                since: entry.since,
                recovered: entry.recovered.filter(|_| entry.told.is_some()),
            })
            .collect()
    }

    /// The mail about it has left.
    pub fn told(&mut self, telling: &Telling, now: DateTime<Utc>) {
        let Some(entry) = self.entries.get_mut(&telling.subject) else {
            return;
        };
        if entry.recovered.is_some() && telling.recovered.is_some() {
            self.entries.remove(&telling.subject);
        } else {
            entry.told = Some(now);
            self.alarms
                .entry(telling.subject.clone())
                .or_default()
                .push(now);
        }
    }

    /// News that was reported long ago is forgotten, so that it can be news again.
    pub fn forget(&mut self, now: DateTime<Utc>) {
        let is_old_news =
            |entry: &Entry| entry.at_once && entry.told.is_some_and(|told| now - told >= AGAIN);
        let was_nothing = |entry: &Entry| match (entry.told, entry.recovered) {
            (None, Some(recovered)) => !entry.at_once && now - recovered >= self.patience,
            _ => false,
        };
        self.entries
            .retain(|_, entry| !is_old_news(entry) && !was_nothing(entry));
        self.alarms.retain(|_, told| {
            told.retain(|told| now - *told < AGAIN);
            !told.is_empty()
        });
    }

    /// What fails now, the longest first: its kind, and since when.
    #[must_use]
    pub fn failing(&self) -> Vec<(&Subject, DateTime<Utc>)> {
        let lasting = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.recovered.is_none() && !entry.at_once);
        let mut failing: Vec<_> = lasting
            .map(|(subject, entry)| (subject, entry.since))
            .collect();
        failing.sort_by_key(|(_, since)| *since);
        failing
    }
}

impl fmt::Display for Subject {
    /// In a few words, for systemd's status line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Polling(mailbox) => write!(f, "{mailbox} cannot be read"),
            Self::Unfinished(mailbox) => {
                write!(f, "{mailbox} can be read, but not all can be done")
            }
            Self::Copies(mailbox) => write!(f, "{mailbox}: copies are not taken into Sent"),
            Self::Coverage(mailbox, folder) => write!(
                f,
                "{mailbox}: not every message of {folder} is in the register"
            ),
            Self::Sending(mailbox) => write!(f, "{mailbox} cannot send"),
            Self::Register => f.write_str("the register cannot be written"),
            Self::Erasing => f.write_str("personal data could not be erased"),
            Self::Config => f.write_str("the configuration does not know what live items use"),
            Self::Disk => f.write_str("the disk is nearly full"),
            Self::Paused => f.write_str("mail to citizens is paused"),
            Self::Clock => f.write_str("the clock jumped"),
            Self::Texts(mailbox) => write!(f, "{mailbox}: a mail cannot be written"),
            Self::Credential(mailbox) => write!(f, "{mailbox}: what it logs in with ends"),
            Self::Item(matter) => f.write_str(matter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polling() -> (Subject, Trouble) {
        let trouble = Trouble::Polling {
            mailbox: "m".to_owned(),
            error: "gone".to_owned(),
        };
        (Subject::Polling("m".to_owned()), trouble)
    }

    #[test]
    fn lasting_trouble_is_told_once_a_day_and_its_end_once() {
        let start = DateTime::UNIX_EPOCH;
        let at = |minutes| start + chrono::Duration::minutes(minutes);
        let mut health = Health::new(Duration::from_mins(30));
        let (subject, trouble) = polling();
        health.fails(subject.clone(), trouble.clone(), at(0));
        assert!(
            health.to_tell(at(29)).is_empty(),
            "a short trouble is nobody's concern"
        );
        health.fails(subject.clone(), trouble.clone(), at(30));
        let telling = health
            .to_tell(at(30))
            .pop()
            .expect("told after half an hour");
        assert_eq!((telling.since, telling.recovered), (at(0), None));
        health.told(&telling, at(30));
        health.fails(subject.clone(), trouble, at(60));
        assert!(
            health.to_tell(at(60)).is_empty(),
            "not told again the same day"
        );
        assert_eq!(
            health.to_tell(at(30 + 24 * 60)).len(),
            1,
            "told again after a day"
        );
        health.works(&subject, at(90));
        assert!(
            health.to_tell(at(91)).is_empty(),
            "it may fail again at once"
        );
        let telling = health.to_tell(at(105)).pop().expect("the end is told");
        assert_eq!(telling.recovered, Some(at(90)));
        health.told(&telling, at(105));
        assert!(health.to_tell(at(3000)).is_empty());
    }

    /// It began while the clock was five hours ahead: the alarm is not five hours late.
    #[test]
    fn a_clock_that_is_set_back_delays_no_alarm() {
        let at = |minutes| DateTime::UNIX_EPOCH + chrono::Duration::minutes(minutes);
        let mut health = Health::new(Duration::from_mins(30));
        let (subject, trouble) = polling();
        let fails = || vec![Note::Fails(subject.clone(), trouble.clone())];
        health.note(fails(), at(300));
        health.note(fails(), at(10));
        health.note(fails(), at(40));
        let telling = health.to_tell(at(40)).pop().expect("half an hour by now");
        assert_eq!(telling.since, at(10));
        // Nor is a day's silence after an alarm longer than a day.
        health.told(&telling, at(300));
        health.note(fails(), at(41));
        health.note(fails(), at(41 + 24 * 60));
        assert_eq!(health.to_tell(at(41 + 24 * 60)).len(), 1);
    }

    /// A day in which the server is away for `down` minutes and there for `up`, by turns: alarms
    /// and words of the end.
    fn day(down: i64, up: i64) -> (usize, usize) {
        let (subject, trouble) = polling();
        let mut health = Health::new(Duration::from_mins(30));
        let (mut alarms, mut ends) = (0, 0);
        for minute in 0..24 * 60 {
            let now = DateTime::UNIX_EPOCH + chrono::Duration::minutes(minute);
            if minute % (down + up) < down {
                health.fails(subject.clone(), trouble.clone(), now);
            } else {
                health.works(&subject, now);
            }
            health.forget(now);
            for telling in health.to_tell(now) {
                *(if telling.recovered.is_some() {
                    &mut ends
                } else {
                    &mut alarms
                }) += 1;
                health.told(&telling, now);
            }
        }
        println!("{down} min down, {up} min up: {alarms} alarms, {ends} ends");
        (alarms, ends)
    }

    #[test]
    fn what_comes_and_goes_is_a_few_alarms_a_day() {
        assert_eq!(
            day(1, 9),
            (0, 0),
            "a short trouble now and then is nobody's concern"
        );
        assert_eq!(day(2000, 1), (1, 0));
        for (down, up) in [
            (20, 5),
            (40, 10),
            (40, 20),
            (40, 40),
            (60, 60),
            (120, 60),
            (10, 4),
        ] {
            let (alarms, ends) = day(down, up);
            assert!(
                (1..=5).contains(&alarms) && ends <= alarms,
                "{down} {up}: {alarms} {ends}"
            );
        }
    }

    /// A watchdog, or a crash, starts the process again every ten minutes.
    #[test]
    fn trouble_outlives_the_process_and_is_told_once() {
        let (patience, (subject, trouble)) = (Duration::from_mins(30), polling());
        let mut health = Health::new(patience);
        let mut told = Vec::new();
        for minute in 0..300 {
            let now = DateTime::UNIX_EPOCH + chrono::Duration::minutes(minute);
            if minute % 10 == 9 {
                health = Health::remembering(patience, &health.memory(now));
            } else if minute < 200 {
                health.fails(subject.clone(), trouble.clone(), now);
            } else {
                health.works(&subject, now);
            }
            for telling in health.to_tell(now) {
                health.told(&telling, now);
                told.push((minute, telling.recovered.is_some()));
            }
        }
        assert_eq!(told, [(30, false), (215, true)]);
        let long_after = DateTime::UNIX_EPOCH + chrono::Duration::days(3);
        let mut health = Health::new(patience);
        health.fails(subject.clone(), trouble, DateTime::UNIX_EPOCH);
        let health = Health::remembering(patience, &health.memory(DateTime::UNIX_EPOCH));
        assert!(
            health.to_tell(long_after).is_empty(),
            "whether it still fails is not known"
        );
        assert!(
            Health::remembering(patience, "?")
                .to_tell(long_after)
                .is_empty()
        );
    }

    #[test]
    fn trouble_that_ends_before_it_was_told_is_forgotten() {
        let mut health = Health::new(Duration::from_mins(30));
        let (subject, trouble) = polling();
        health.fails(subject.clone(), trouble, DateTime::UNIX_EPOCH);
        assert_eq!(health.failing(), [(&subject, DateTime::UNIX_EPOCH)]);
        health.works(&subject, DateTime::UNIX_EPOCH);
        assert_eq!(health.failing(), []);
    }
}
