//! A stretch of the town's life, played from a script that is drawn from the seed before it begins:
//! scenes of citizens and staff ([`scenes`]), and what goes wrong beside them. After every round
//! the promises are asked ([`promise`]).

mod alarms;
mod answering;
mod chapters;
mod erasing;
pub mod leaving;
pub mod looks;
pub mod mishaps;
pub mod promise;
pub mod register;
pub mod scenes;
pub mod script;
pub mod stage;

use super::days::{instant, today};
use super::dice::Dice;
use super::faults::Fault;
use super::hall::Hall;
use super::mails::clock;
use super::office::Office;
use super::oracle::facts::{Facts, House, Key, Lie, Role, Said, Word};
use super::stopwatch::Stopwatch;
use crate::world::trouble::Strike;
pub use chapters::LAST_DAYS;
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use promise::{Promise, Verdict, wrong};
use script::Scene;
use servicelofte::domain::item_id::ItemId;
use servicelofte::drivers::Interrupted;
use servicelofte::ports::MailboxError;
use servicelofte::rounds::Round;
use servicelofte::store::StoreError;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Steps of the story that are told when something is wrong.
const TOLD: usize = 80;

/// What happens beside the scenes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    Comes,
    Mended(mishaps::Mend),
}

/// How a life is lived.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent settings, each named where it is set"
)]
pub struct Plan {
    pub start: NaiveDate,
    /// Stretches of so many days, each with a quiet time behind it.
    pub chapters: u32,
    pub days: i64,
    pub between_scenes: Duration,
    pub poll: (u64, u64),
    pub citizens: u64,
    pub mailboxes: usize,
    /// Between two things that go wrong, if any does.
    pub between_faults: Option<Duration>,
    /// The register lies in a file, which can be copied.
    pub on_disk: bool,
    pub border: Option<&'static str>,
    pub condstore: bool,
    pub saves_sent: bool,
    /// Mailboxes and folders are read the other way round.
    pub backwards: bool,
    /// The program looks every hour and never between, so that two lives are read at the same
    /// times.
    pub by_the_hour: bool,
    /// What is forged is left out.
    pub honest: bool,
    /// Months after which what is settled is erased, if at all.
    pub retention: Option<u64>,
    /// Only these scenes.
    pub only: Option<BTreeSet<u32>>,
}

/// A backup of the register: when it was taken, and the mails of its items. One that is erased as
/// soon as the backup is back says nothing of its mail any more.
struct Saved {
    at: DateTime<Utc>,
    named: BTreeMap<String, Key>,
}

pub struct Play {
    pub plan: Plan,
    pub hall: Hall,
    pub office: Office,
    pub facts: Facts,
    pub scenes: Vec<Scene>,
    /// Which mail has which of our references.
    pub named: BTreeMap<String, Key>,
    /// What earlier chapters came to.
    past: BTreeMap<String, chapters::End>,
    queue: BTreeSet<(DateTime<Utc>, usize, usize)>,
    /// The highest number of each year that has been looked at.
    numbers: BTreeMap<i32, i64>,
    /// The same, at the beginning of this chapter.
    numbers_before: BTreeMap<i32, i64>,
    seed: u64,
    dice: Dice,
    /// Lies that no complete reading has shown, by mailbox.
    unshown: Vec<Vec<usize>>,
    accepted: Vec<usize>,
    words: Vec<(Key, Word)>,
    /// The steps that wait for a mail of ours to answer, by scene and step, and how long each that
    /// has waited does so.
    waiting: BTreeSet<(usize, usize)>,
    patience: BTreeMap<(usize, usize), DateTime<Utc>>,
    pub flagged: BTreeSet<u32>,
    pub leaving: leaving::Leaving,
    pub rounds: u64,
    pub stopwatch: Stopwatch,
    /// Mails that were written.
    pub written: usize,
    pub faults: BTreeMap<Fault, u64>,
    /// Items that were erased.
    pub erased: u64,
    /// Since when a mailbox could not be read, as far as one process has seen it.
    unread_since: BTreeMap<usize, DateTime<Utc>>,
    /// What goes wrong and is mended, and its own dice.
    troubles: BTreeSet<(DateTime<Utc>, Trouble)>,
    chance: Dice,
    /// What comes back from the next citizen who gets a notice.
    reader: Option<Fault>,
    asleep: bool,
    /// When the machine last went to sleep, and when it woke.
    slept: Option<(DateTime<Utc>, DateTime<Utc>)>,
    stopped: bool,
    /// The program polls by then, whatever people do meanwhile.
    looks_by: Option<DateTime<Utc>>,
    backup: Option<Saved>,
    calm: DateTime<Utc>,
    honest: Vec<bool>,
    last_look: NaiveDate,
    /// When it last could write to staff.
    last_office_round: DateTime<Utc>,
    story: VecDeque<String>,
    pub whole_story: bool,
}

impl Play {
    pub fn new(seed: u64, plan: Plan) -> Self {
        let start = instant(plan.start, 8);
        let mut hall = Hall::new(plan.mailboxes, !plan.saves_sent);
        hall.border = plan.border;
        hall.complaints = true;
        hall.retention = plan.retention;
        let office = Office::new(&hall, start, plan.on_disk, plan.saves_sent, plan.condstore);
        for post in &office.posts {
            post.state().lists_backwards = plan.backwards;
            post.state().add_folders(&[
                "Skickat/2026",
                "Arkiv/Ärenden",
                "Delade mappar/Annan nämnd",
            ]);
        }
        let house = House {
            mailboxes: (0..plan.mailboxes).map(own_addresses).collect(),
            staff: hall
                .people
                .iter()
                .map(super::hall::Person::address)
                .collect(),
            domains: vec!["example.se".to_owned()],
            // No setting names the form.
            channels: ["skanner@example.se", "webbformular@example.se"]
                .map(str::to_owned)
                .to_vec(),
            border: plan.border,
            // The shortest months.
            erases: plan
                .retention
                .and_then(|months| i64::try_from(28 * months).ok()),
            ..House::default()
        };
        let facts = Facts {
            house,
            ..Facts::default()
        };
        let mut life = Self {
            hall,
            office,
            facts,
            scenes: Vec::new(),
            named: BTreeMap::new(),
            past: BTreeMap::new(),
            queue: BTreeSet::new(),
            numbers: BTreeMap::new(),
            numbers_before: BTreeMap::new(),
            seed,
            dice: Dice::new(seed ^ 0x0DD5),
            unshown: vec![Vec::new(); plan.mailboxes],
            accepted: vec![0; plan.mailboxes],
            words: Vec::new(),
            waiting: BTreeSet::new(),
            patience: BTreeMap::new(),
            flagged: BTreeSet::new(),
            leaving: leaving::Leaving::default(),
            rounds: 0,
            stopwatch: Stopwatch::start(),
            written: 0,
            faults: BTreeMap::new(),
            erased: 0,
            unread_since: BTreeMap::new(),
            troubles: BTreeSet::new(),
            chance: Dice::new(seed ^ 0xFA17),
            reader: None,
            asleep: false,
            slept: None,
            looks_by: None,
            stopped: false,
            backup: None,
            calm: start,
            honest: vec![false; plan.mailboxes],
            last_look: plan.start,
            last_office_round: DateTime::UNIX_EPOCH,
            story: VecDeque::new(),
            whole_story: false,
            plan,
        };
        life.draw(0);
        if let Some(mean) = life.plan.between_faults {
            let first = start + life.chance.about(mean);
            life.troubles.insert((first, Trouble::Comes));
        }
        life
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.office.now()
    }

    /// What the program's clock shows.
    pub fn clock(&self) -> DateTime<Utc> {
        self.office.now() + self.office.wrong_clock.by()
    }

    pub fn tell(&mut self, what: &str) {
        if self.story.len() >= TOLD && !self.whole_story {
            self.story.pop_front();
        }
        self.story
            .push_back(format!("{} {what}", clock(self.now())));
    }

    pub fn story(&self) -> String {
        self.story
            .iter()
            .fold(String::new(), |text, line| text + "  " + line + "\n")
    }

    /// Up to the next whole hour: people act when they act, the program looks at the end.
    async fn hour(&mut self) -> Verdict {
        let now = self.now();
        let next = now + Duration::seconds(3_600 - now.timestamp().rem_euclid(3_600));
        while let Some((at, scene, step)) =
            self.queue.first().copied().filter(|(at, _, _)| *at <= next)
        {
            self.queue.pop_first();
            self.office.set_time(at.max(self.now()), false);
            self.perform(scene, step);
        }
        self.office.set_time(next, false);
        self.look_and_speak().await?;
        // A mail to one person waits for all mailboxes of that person. It leaves before anybody
        // acts, whichever of them was read first.
        if self.hall.mailboxes > 1 && self.hall.days.is_office_time(next) {
            self.office.set_time(next + Duration::minutes(1), false);
            self.look_and_speak().await?;
        }
        Ok(())
    }

    async fn look_and_speak(&mut self) -> Verdict {
        if self.asleep || self.stopped {
            return Ok(());
        }
        if !self.office.runs && !self.restart().await? {
            return Ok(());
        }
        self.rounds_of_all().await?;
        if self.office.is_dead() {
            return self.after_death().await;
        }
        if self.honest.iter().all(|honest| *honest) && !self.words.is_empty() {
            self.say_words().await?;
            self.note_news(self.facts.order).await?;
        }
        self.daily().await
    }

    async fn step(&mut self, end: DateTime<Utc>) -> Verdict {
        if self.plan.by_the_hour {
            return self.hour().await;
        }
        let looks_by = match self.looks_by.filter(|by| *by > self.now()) {
            Some(by) => by,
            None => self.now() + self.dice.minutes(self.plan.poll.0, self.plan.poll.1),
        };
        self.looks_by = Some(looks_by);
        let mut next = looks_by;
        if self.office.runs && !self.asleep && !self.stopped {
            let names: Vec<&str> = (0..self.hall.mailboxes).map(Hall::name).collect();
            let wakes = self
                .office
                .ask(move |engine| {
                    names
                        .iter()
                        .filter_map(|name| engine.db().next_wake(name).unwrap())
                        .min()
                })
                .await;
            let pause = Duration::minutes(if self.honest.iter().all(|honest| *honest) {
                1
            } else {
                25
            });
            let wake =
                wakes.map(|wake| (wake - self.office.wrong_clock.by()).max(self.now() + pause));
            next = wake.map_or(next, |wake| next.min(wake));
        }
        next = next.min(end);
        if let Some((at, _)) = self.troubles.first() {
            next = next.min((*at).max(self.now()));
        }
        if let Some((at, _, _)) = self.queue.first() {
            next = next.min((*at).max(self.now()));
        }
        let next = DateTime::from_timestamp(next.timestamp(), 0)
            .unwrap_or(next)
            .max(self.now());
        self.office.set_time(next, self.asleep);
        let mut acted = false;
        while self.queue.first().is_some_and(|(at, _, _)| *at <= next) {
            if let Some((_, scene, step)) = self.queue.pop_first() {
                self.perform(scene, step);
                acted = true;
            }
        }
        while let Some((at, trouble)) = self.troubles.first().copied().filter(|(at, _)| *at <= next)
        {
            self.troubles.remove(&(at, trouble));
            match trouble {
                Trouble::Comes => self.mishap().await?,
                Trouble::Mended(mend) => self.mend(mend).await?,
            }
        }
        // People act many times between two looks of the program, which polls all the same.
        if acted && next < looks_by && self.dice.percent(70) {
            return Ok(());
        }
        self.looks_by = None;
        self.look_and_speak().await
    }

    async fn rounds_of_all(&mut self) -> Verdict {
        let mut order: Vec<usize> = (0..self.hall.mailboxes).collect();
        if self.plan.backwards {
            order.reverse();
        }
        let shown = self.facts.tick();
        for mailbox in order {
            self.rounds += 1;
            let planned = self.office.posts[mailbox].state().troubles.planned.clone();
            let fates = self.office.posts[mailbox].state().fates.len();
            let told = self.office.operator.told.len();
            let round = self.office.round(mailbox).await;
            let told = self.office.operator.told[told..].iter();
            let heard = told.map(|(at, telling)| {
                let over = telling.recovered.map_or("", |_| " no more");
                format!(
                    "the operator hears at {at}: {}{over} {:?}",
                    telling.subject, telling.trouble
                )
            });
            for line in heard.collect::<Vec<_>>() {
                self.tell(&line);
            }
            // What was to happen to the next mails waited for them, perhaps for days.
            if self.office.posts[mailbox].state().fates.len() < fates {
                self.troubled_until(self.now() + Duration::hours(1));
            }
            let struck = planned.filter(|_| {
                self.office.posts[mailbox]
                    .state()
                    .troubles
                    .planned
                    .is_none()
            });
            let partial = matches!(struck, Some((_, Strike::Partial)));
            // A subfolder whose command was refused is left out, and the rest is read.
            let refused = matches!(struck, Some((_, Strike::Before(MailboxError::Refused(_)))));
            let stale = self.office.posts[mailbox]
                .state()
                .drawers
                .values()
                .any(|drawer| drawer.stale.is_some());
            self.note_news(shown).await?;
            let read = round.read.is_ok() && !refused;
            self.honest[mailbox] = read && round.errors().next().is_none() && !partial && !stale;
            if partial {
                // What the server left out of its answer, the program cannot miss.
                for index in std::mem::take(&mut self.unshown[mailbox]) {
                    self.facts.lies[index].denied = true;
                    self.says_by_mail(index, false);
                }
            } else if read {
                self.confirm(mailbox, shown)?;
            }
            self.note_departures(mailbox)?;
            self.judge_round(mailbox, &round, struck.is_some())?;
            if self.office.is_dead() {
                return Ok(());
            }
        }
        if self.hall.days.is_office_time(self.clock()) {
            self.last_office_round = self.now();
        }
        Ok(())
    }

    /// A round fails only where something was made to fail.
    fn judge_round(&mut self, mailbox: usize, round: &Round, struck: bool) -> Verdict {
        let wrong = |what: String| wrong(Promise::Machine, what);
        let failed = round.errors().next().is_some();
        if let Ok(decisions) = &round.decided {
            if let Some(problem) = decisions.problems.first() {
                return wrong(format!("a text could not be written: {problem}"));
            }
            if !failed && !decisions.settled {
                return wrong("decided over and over".to_owned());
            }
        }
        let calm = self.now() > self.calm && !struck && !self.office.is_dead();
        for trouble in round.errors() {
            let excused = matches!(
                trouble,
                Interrupted::Mailbox(_) | Interrupted::Store(StoreError::Full | StoreError::Io(_))
            );
            if !excused || calm {
                return wrong(format!("a round failed: {trouble}"));
            }
        }
        self.check_alarms(mailbox, round, calm && !failed)
    }

    /// After a complete reading: what it must have shown.
    fn confirm(&mut self, mailbox: usize, order: u64) -> Verdict {
        let mut missing = Ok(());
        let mut still = Vec::new();
        for index in std::mem::take(&mut self.unshown[mailbox]) {
            let lie = self.facts.lies[index].clone();
            if lie.gone.is_some() || matches!(lie.role(), Role::Unread | Role::Trash) {
                continue;
            }
            let seen = {
                let mut state = self.office.posts[mailbox].state();
                // A subfolder that may not be opened is left out, and the rest is read.
                let is_open = state.forbidden.as_deref() != Some(&*lie.folder);
                let drawer = state.drawer(&lie.folder);
                is_open
                    && drawer
                        .shown()
                        .0
                        .iter()
                        .rev()
                        .any(|letter| letter.serial == lie.serial)
            };
            if !seen {
                self.facts.lies[index].denied = true;
                still.push(index);
                continue;
            }
            self.facts.lies[index].shown.get_or_insert(order);
            self.says_by_mail(index, true);
            missing = missing.and(self.logged_if_it_must(&lie));
        }
        self.unshown[mailbox] = still;
        missing
    }

    /// A mail with a command has been read; or the server left it out, and it may have been.
    fn says_by_mail(&mut self, index: usize, shown: bool) {
        let serial = self.facts.lies[index].serial;
        let (now, order) = (self.now(), self.facts.tick());
        let today = today(self.clock());
        let forged = self.facts.mail(serial).forged;
        let Some(command) = self.facts.commands.get_mut(&serial).filter(|_| !forged) else {
            return;
        };
        if shown {
            command.shown.get_or_insert(now);
            command.read_on.get_or_insert(today);
        }
        let (about, word) = (command.about, command.word);
        self.facts.said.push(Said {
            about,
            word,
            at: now,
            order,
            sure: false,
        });
    }

    fn logged_if_it_must(&self, lie: &Lie) -> Verdict {
        let key = Key {
            serial: lie.serial,
            mailbox: lie.mailbox,
        };
        let mail = self.facts.mail(lie.serial);
        let ours = self.facts.house.is_of_ours(&mail.from);
        if ours || lie.role() == Role::Sent || self.facts.logged.contains(&key) {
            return Ok(());
        }
        wrong(
            Promise::Logged,
            format!(
                "{key} ({}) lay in {} in a complete reading and is not logged",
                mail.kind, lie.folder
            ),
        )
    }

    /// Items that the register did not have at the last look. `order`: when what they are of was
    /// read.
    async fn note_news(&mut self, order: u64) -> Verdict {
        let year = self.now().year();
        let known: Vec<(i32, i64)> = (year - 1..=year + 1)
            .map(|year| (year, self.numbers.get(&year).copied().unwrap_or(0)))
            .collect();
        let has_gaps = !self.facts.restored.is_empty();
        let news = self
            .office
            .ask(move |engine| register::news(engine, &known, has_gaps))
            .await;
        for new in news {
            let register::News {
                reference,
                mailbox,
                name,
                id,
                part,
            } = new;
            let (year, number) = reference
                .trim_start_matches("SL-")
                .split_once('-')
                .unwrap_or_default();
            self.numbers
                .insert(year.parse().unwrap_or(0), number.parse().unwrap_or(0));
            let key = register::key_of(&self.facts, &mailbox, &name, &id)
                .or_else(|| self.backup.as_ref()?.named.get(&reference).copied());
            let Some(mut key) = key else {
                return wrong(
                    Promise::Logged,
                    format!("{reference} is no mail of anybody's: {name} {id}"),
                );
            };
            if part > 1 {
                let whole = key.serial;
                key.serial += part - 1;
                let of = Key {
                    serial: whole,
                    ..key
                };
                if self.facts.ahead.contains(&of) {
                    self.facts.ahead.insert(key);
                }
                self.facts.is_part(key.serial, whole, self.office.now());
            }
            self.tell(&format!("{reference} is {key}"));
            self.named.insert(reference, key);
            self.facts.known.entry(key).or_insert(order);
            let now = self.office.now();
            self.facts.first_known.entry(key).or_insert(now);
            let slack = Duration::minutes(5);
            if self.facts.arrived(key) > Some(self.clock() + slack) {
                self.facts.ahead.insert(key);
            }
            self.facts.logged.insert(key);
        }
        Ok(())
    }

    /// How everything that is not forged has ended, by the mails and not by the numbers that they
    /// got.
    pub async fn outcomes(&mut self) -> BTreeMap<Key, String> {
        let mut ends = BTreeMap::new();
        for row in self.rows().await {
            let Some(key) = row.key.filter(|key| !self.facts.mail(key.serial).forged) else {
                continue;
            };
            let notices = self
                .facts
                .own
                .iter()
                .filter(|own| own.kind == "notice" && own.about.contains(&key))
                .count();
            ends.insert(
                key,
                format!("{} {} {notices} notices", row.state(), row.outcome()),
            );
        }
        ends
    }

    /// What the register has of the first item that a text names.
    pub async fn tell_history(&mut self, text: &str) {
        let named = crate::sim::oracle::words::reference(text);
        let Some(id) = named.as_deref().and_then(ItemId::parse) else {
            return;
        };
        let history = self
            .office
            .ask(move |engine| engine.db().history(id).unwrap_or_default())
            .await;
        for event in history {
            self.tell(&format!(
                "{id} {} {}: {:?}",
                clock(event.at),
                event.by,
                event.fact
            ));
        }
    }

    /// The items of this chapter.
    pub(super) async fn rows(&mut self) -> Vec<register::Row> {
        let names: Vec<String> = self.named.keys().cloned().collect();
        self.rows_of(&names).await
    }

    pub(super) async fn rows_of(&mut self, names: &[String]) -> Vec<register::Row> {
        let at = self.clock();
        let ids: Vec<ItemId> = names
            .iter()
            .filter_map(|name| ItemId::parse(name))
            .collect();
        let mut documents = std::mem::take(&mut self.office.documents);
        let (documents, all) = self
            .office
            .ask(move |engine| {
                let all = documents.of(engine, &ids, at);
                (documents, all)
            })
            .await;
        self.office.documents = documents;
        register::rows(all, &self.facts, &mut self.named)
    }

    pub fn day(&self) -> NaiveDate {
        today(self.now())
    }
}

fn own_addresses(mailbox: usize) -> Vec<String> {
    let address = Hall::address(mailbox).to_owned();
    if mailbox == 0 {
        vec![address, "kf@example.se".to_owned()]
    } else {
        vec![address]
    }
}
