//! A stretch of the town's life: events in the order of time, the program's rounds between them,
//! and after each round everything that the oracle can say.

mod alarms;
mod citizens;
mod erasing;
mod looks;
mod mishaps;
mod staff;

use super::departures::{Departure, Departures};
use super::dice::Dice;
use super::faults::Fault;
use super::hall::Hall;
use super::mails::{Draft, clock, serial_of};
use super::office::Office;
use super::oracle::{Oracle, Verdict};
use crate::world::post::Letter;
use crate::world::trouble::Strike;
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc};
use servicelofte::domain::classify::Class;
use servicelofte::domain::item::{Item, ItemId};
use servicelofte::drivers::Interrupted;
use servicelofte::ports::Flags;
use servicelofte::rounds::Round;
use servicelofte::store::StoreError;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

/// Folders that the program reads.
pub const WATCHED: [&str; 5] = ["INBOX", "INBOX/Bygglov", "Skräppost", "Klart", "Skickat"];

/// Steps of the story that are told when something is wrong.
const TOLD: usize = 60;

/// How long everything is quiet at the end, before the last look: all that is open is overdue by
/// then.
const LAST_DAYS: i64 = 28;

/// How a run is lived.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    pub start: NaiveDate,
    pub days: i64,
    pub between_mails: Duration,
    pub between_faults: Duration,
    /// Between two readings, in minutes.
    pub poll: (u64, u64),
    pub citizens: u64,
}

/// What happens next.
#[derive(Clone, Debug)]
enum Event {
    Mail,
    /// Somebody of the staff turns to a message.
    Act(u32),
    Registrar,
    Fault,
    Mend(Mend),
    /// A mail that comes back, or a machine's reply.
    Arrives(Box<Arrival>),
    Restore,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mend {
    Server(usize),
    /// The mailbox goes away as the way out comes back.
    Changeover(usize),
    Folder(usize),
    Stale(usize),
    Smtp(usize),
    Copies(usize),
    Disk,
    Clock,
    Wake,
    Start,
}

#[derive(Clone, Debug)]
struct Arrival {
    mailbox: usize,
    kind: &'static str,
    serial: u32,
    draft: Draft,
    /// The notice that came back: its item's message, and its id.
    returned: Option<(u32, String)>,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, each named where it is set"
)]
pub struct Life {
    dice: Dice,
    plan: Plan,
    pub hall: Hall,
    pub office: Office,
    pub oracle: Oracle,
    pub departures: Departures,
    pub faults: BTreeMap<Fault, u64>,
    pub rounds: u64,
    /// Items that were erased at the end.
    pub erased: u64,
    queue: BTreeMap<(DateTime<Utc>, u64), Event>,
    queued: u64,
    last_serial: u32,
    /// How far the register's items and the servers' accepted mails have been looked at.
    known_items: BTreeMap<i32, i64>,
    accepted: Vec<usize>,
    /// When the last trouble ends.
    calm: DateTime<Utc>,
    /// The last round of each mailbox showed all that there is.
    honest: Vec<bool>,
    asleep: bool,
    stopped: bool,
    registrar: bool,
    last_look: NaiveDate,
    /// Since when a mailbox could not be read, as far as one process has seen it.
    unread_since: BTreeMap<usize, DateTime<Utc>>,
    backup: Option<(u64, DateTime<Utc>)>,
    /// What each item is of: an erased one says nothing any more.
    names: BTreeMap<ItemId, u32>,
    story: VecDeque<String>,
    /// The story is told from its beginning: one life is looked at.
    pub whole_story: bool,
    pub ended: bool,
}

impl Life {
    pub fn new(seed: u64, plan: Plan) -> Self {
        let mut dice = Dice::new(seed);
        let start = super::days::instant(plan.start, 8);
        let saves_sent = dice.percent(50);
        let mut hall = Hall::new(if dice.percent(20) { 2 } else { 1 }, !saves_sent);
        hall.email_days = 2;
        // By dice of their own, so that each seed lives as it did before.
        let dice_of_erasing = &mut Dice::new(seed ^ 0xE7A5);
        if dice_of_erasing.percent(40) {
            hall.retention = Some(if plan.days > 100 {
                dice_of_erasing.one(&[1, 1, 2, 6, 24])
            } else {
                1
            });
        }
        let on_disk = dice.percent(15);
        let condstore = dice.percent(60);
        let office = Office::new(&hall, start, on_disk, saves_sent, condstore);
        let mut oracle = Oracle::default();
        oracle.halls.push((0, start, hall.clone()));
        let mailboxes = hall.mailboxes;
        let mut life = Self {
            dice,
            plan,
            hall,
            office,
            oracle,
            departures: Departures::default(),
            faults: BTreeMap::new(),
            rounds: 0,
            erased: 0,
            queue: BTreeMap::new(),
            queued: 0,
            last_serial: 0,
            known_items: BTreeMap::new(),
            accepted: vec![0; mailboxes],
            calm: start,
            honest: vec![false; mailboxes],
            asleep: false,
            stopped: false,
            registrar: false,
            last_look: plan.start,
            unread_since: BTreeMap::new(),
            backup: None,
            names: BTreeMap::new(),
            story: VecDeque::new(),
            whole_story: false,
            ended: false,
        };
        for (event, mean) in [
            (Event::Mail, plan.between_mails),
            (Event::Registrar, plan.between_mails * 3),
            (Event::Fault, plan.between_faults),
        ] {
            let at = start + life.dice.about(mean);
            life.schedule(at, event);
        }
        life
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.office.now()
    }

    pub fn mails(&self) -> usize {
        self.oracle.truths.len()
    }

    pub fn story(&self) -> String {
        self.story
            .iter()
            .fold(String::new(), |text, line| text + "  " + line + "\n")
    }

    /// The log of every item that a verdict names.
    pub async fn histories(&self, verdict: &str) -> String {
        let words = verdict.split([' ', ',', ':', '(', ')', '"', '[', ']']);
        let named: std::collections::BTreeSet<ItemId> = words.filter_map(ItemId::parse).collect();
        let mut text = String::new();
        for id in named {
            let history = self
                .office
                .ask(move |engine| engine.db().history(id).unwrap_or_default())
                .await;
            for event in history {
                let _ = writeln!(
                    text,
                    "  {id} {} {}: {:?}",
                    clock(event.at),
                    event.by,
                    event.fact
                );
            }
        }
        text
    }

    fn tell(&mut self, what: &str) {
        if self.story.len() >= TOLD && !self.whole_story {
            self.story.pop_front();
        }
        self.story
            .push_back(format!("{} {what}", clock(self.now())));
    }

    fn schedule(&mut self, at: DateTime<Utc>, event: Event) {
        self.queued += 1;
        self.queue.insert((at, self.queued), event);
    }

    fn serial(&mut self) -> u32 {
        self.last_serial += 1;
        self.last_serial
    }

    fn a_mailbox(&mut self) -> usize {
        self.dice.index(self.hall.mailboxes)
    }

    fn met(&mut self, fault: Fault) {
        *self.faults.entry(fault).or_default() += 1;
    }

    /// Puts a mail of the simulation's into a folder.
    fn put(&mut self, mailbox: usize, folder: &str, serial: u32, draft: &Draft, flags: Flags) {
        // A server's times have no fractions.
        let now = self.now();
        let letter = Letter::new(draft.bytes(now), now, flags, serial);
        self.office.posts[mailbox]
            .state()
            .put_letter(folder, letter);
    }

    /// Lives the plan, then quietly on until all must have come to rest.
    pub async fn live(&mut self) -> Verdict {
        let end = self.now() + Duration::days(self.plan.days);
        while self.now() < end {
            self.step(end).await?;
        }
        self.queue.clear();
        self.calm_down();
        let end = self.now() + Duration::days(LAST_DAYS);
        self.plan.poll = (300, 600);
        while self.now() < end {
            self.step(end).await?;
        }
        self.ended = true;
        self.last_look().await?;
        self.erased_and_read_anew().await
    }

    async fn step(&mut self, end: DateTime<Utc>) -> Verdict {
        let mut next = self.now() + self.dice.minutes(self.plan.poll.0, self.plan.poll.1);
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
            // What waits for a reading is not tried every minute while none succeeds.
            let pause = Duration::minutes(if self.honest.iter().all(|honest| *honest) {
                1
            } else {
                25
            });
            let wake = wakes.map(|wake| (wake - self.office.skew).max(self.now() + pause));
            next = wake.map_or(next, |wake| next.min(wake));
        }
        next = next.min(end);
        if let Some(((at, _), _)) = self.queue.first_key_value() {
            next = next.min((*at).max(self.now()));
        }
        // Whole seconds, as servers have them.
        let next = DateTime::from_timestamp(next.timestamp(), 0)
            .unwrap_or(next)
            .max(self.now());
        self.office.set_time(next, self.asleep);
        while let Some(entry) = self.queue.first_entry() {
            if entry.key().0 > next {
                break;
            }
            let event = entry.remove();
            self.perform(event).await?;
        }
        if self.asleep || self.stopped {
            return Ok(());
        }
        if !self.office.runs && !self.restart().await? {
            return Ok(());
        }
        for mailbox in 0..self.hall.mailboxes {
            self.round(mailbox).await?;
            if self.office.is_dead() {
                self.after_death().await?;
                return Ok(());
            }
        }
        if std::mem::take(&mut self.registrar) && self.honest.iter().all(|honest| *honest) {
            self.by_hand().await?;
        }
        self.daily().await
    }

    async fn perform(&mut self, event: Event) -> Verdict {
        match event {
            Event::Mail => self.somebody_writes(),
            Event::Act(serial) => self.somebody_acts(serial),
            Event::Registrar => self.registrar_comes(),
            Event::Fault => self.mishap().await?,
            Event::Mend(mend) => self.mend(mend),
            Event::Arrives(arrival) => self.arrives(*arrival),
            Event::Restore => self.restore().await?,
        }
        Ok(())
    }

    /// A new process. Whether it came up.
    async fn restart(&mut self) -> Result<bool, String> {
        let up = self.office.restart(&self.hall, None).await;
        self.tell(if up {
            "the process starts"
        } else {
            "the process cannot start"
        });
        self.honest.fill(false);
        self.unread_since.clear();
        if up {
            self.note_news().await?;
            self.check_live().await?;
        }
        Ok(up)
    }

    /// Settings are only read at a start.
    async fn new_settings(&mut self) -> Verdict {
        let order = self.oracle.tick();
        self.oracle
            .halls
            .push((order, self.now() + self.office.skew, self.hall.clone()));
        self.restart().await.map(|_| ())
    }

    async fn after_death(&mut self) -> Verdict {
        self.tell("the process has ended");
        self.note_news().await?;
        for mailbox in 0..self.hall.mailboxes {
            self.note_departures(mailbox).await?;
        }
        if self.dice.percent(60) {
            self.restart().await?;
        } else {
            self.office.runs = false;
            self.stopped = true;
            let back = self.now() + self.dice.minutes(1, 300);
            self.troubled_until(back);
            self.schedule(back, Event::Mend(Mend::Start));
        }
        Ok(())
    }

    async fn round(&mut self, mailbox: usize) -> Verdict {
        self.rounds += 1;
        let planned = self.office.posts[mailbox].state().troubles.planned.clone();
        let round = self.office.round(mailbox).await;
        let struck = planned.filter(|_| {
            self.office.posts[mailbox]
                .state()
                .troubles
                .planned
                .is_none()
        });
        if let Some((_, strike)) = &struck {
            self.tell(&format!("{strike:?} in mailbox {mailbox}"));
        }
        let partial = matches!(struck, Some((_, Strike::Partial)));
        self.note_news().await?;
        self.honest[mailbox] =
            round.errors().next().is_none() && !partial && !self.is_stale(mailbox);
        if round.read.is_ok() || partial {
            self.confirm(mailbox, partial)?;
        }
        self.note_departures(mailbox).await?;
        self.judge(mailbox, &round, struck.is_some())
    }

    fn is_stale(&self, mailbox: usize) -> bool {
        self.office.posts[mailbox]
            .state()
            .drawers
            .values()
            .any(|drawer| drawer.stale.is_some())
    }

    /// A round fails only where something was made to fail.
    fn judge(&mut self, mailbox: usize, round: &Round, struck: bool) -> Verdict {
        if let Ok(decisions) = &round.decided {
            if let Some(problem) = decisions.problems.first() {
                return Err(format!("a text could not be written: {problem}"));
            }
            if round.errors().next().is_none() && !decisions.settled {
                return Err("decided over and over".to_owned());
            }
        }
        let calm = self.now() > self.calm && !struck && !self.office.is_dead();
        for trouble in round.errors() {
            let excused = match trouble {
                Interrupted::Mailbox(_)
                | Interrupted::Store(StoreError::Full | StoreError::Io(_)) => !calm,
                _ => false,
            };
            if !excused {
                return Err(format!("a round failed: {trouble}"));
            }
        }
        self.check_alarms(mailbox, round, calm && round.errors().next().is_none())
    }

    /// Items that the register did not have at the last look.
    async fn note_news(&mut self) -> Verdict {
        let year = self.now().year();
        let known: Vec<(i32, i64)> = (year - 1..=year + 1)
            .map(|year| (year, self.known_items.get(&year).copied().unwrap_or(0)))
            .collect();
        let news = self.office.ask(move |engine| news(engine, &known)).await;
        let clock = self.now() + self.office.skew;
        for (item, name) in news {
            let (year, number) = (item.id.0 / 10_000_000, item.id.0 % 10_000_000);
            self.known_items
                .insert(i32::try_from(year).unwrap_or(0), number);
            let serial = match item.erased {
                Some(_) => self.names.get(&item.id).copied(),
                None => name.as_deref().and_then(serial_of),
            };
            self.names.extend(serial.map(|serial| (item.id, serial)));
            // The own copy of a notice that the register does not know any more, after a backup was
            // restored.
            if serial.is_none() && item.class == Class::Own && self.backup.is_some() {
                continue;
            }
            self.tell(&format!(
                "{} is m{}: {:?}",
                item.id,
                serial.unwrap_or(0),
                item.state
            ));
            self.oracle.logged(&item, serial, clock)?;
        }
        Ok(())
    }

    /// After a complete reading: what it must have shown. In the junk folder nothing is proof of an
    /// answer.
    fn confirm(&mut self, mailbox: usize, partial: bool) -> Verdict {
        let mut shown = Vec::new();
        {
            let mut state = self.office.posts[mailbox].state();
            let pending = std::mem::take(&mut state.moved);
            for (serial, folder) in pending {
                if !WATCHED.contains(&folder.as_str()) {
                    continue;
                }
                // A subfolder that may not be opened is left out, and the rest is read.
                let is_closed = state.forbidden.as_ref() == Some(&folder);
                let drawer = state.drawer(&folder);
                if partial
                    || is_closed
                    || !drawer
                        .shown()
                        .0
                        .iter()
                        .rev()
                        .any(|letter| letter.serial == serial)
                {
                    if let Some(answer) = self.oracle.answers.get_mut(&serial) {
                        answer.denied = true;
                    }
                    // What the server left out of its answer, the program cannot miss.
                    let truth = self.oracle.truths.get(&serial);
                    if partial && truth.is_none_or(|truth| truth.item.is_none()) {
                        self.oracle.withhold(serial);
                    } else {
                        state.moved.push((serial, folder));
                    }
                } else {
                    shown.push((serial, folder != "Skräppost"));
                }
            }
        }
        shown
            .into_iter()
            .try_for_each(|(serial, proves)| self.oracle.shown(serial, proves))
    }

    async fn note_departures(&mut self, mailbox: usize) -> Verdict {
        let (accepted, fated_at) = {
            let state = self.office.posts[mailbox].state();
            (
                state.accepted[self.accepted[mailbox]..].to_vec(),
                state.fated_at,
            )
        };
        self.accepted[mailbox] += accepted.len();
        for mail in accepted {
            let mut departure =
                Departure::new(mailbox, &mail, self.office.skew, mail.at <= self.calm);
            // What was refused between the decision and now caused more to be told.
            let decided = departure.decided - self.office.skew;
            departure.troubled |=
                fated_at.is_some_and(|fated| decided <= fated && fated <= mail.at);
            let id = departure.message_id.clone();
            let effects = self
                .office
                .ask(move |engine| match engine.db().own_mail(&id).unwrap() {
                    Some(row) => engine.db().effects_of(row.id).unwrap(),
                    None => Vec::new(),
                });
            departure.effects = effects
                .await
                .into_iter()
                .map(|(id, effect)| (id, effect.to_string()))
                .collect();
            self.tell(&format!(
                "{} to {} about {:?}",
                departure.kind, departure.to, departure.effects
            ));
            self.departures.check(&mut self.oracle, &departure)?;
            self.perhaps_comes_back(&departure);
        }
        Ok(())
    }
}

/// Items of some years after the numbers that are known, with the names of their writers.
fn news(
    engine: &servicelofte::engine::Engine,
    known: &[(i32, i64)],
) -> Vec<(Item, Option<String>)> {
    let mut news = Vec::new();
    for (year, number) in known {
        // A restored register passes by the numbers that people have been told.
        let told = engine
            .db()
            .told_number(i64::from(*year))
            .expect("the register can be read");
        let mut next = ItemId::new(*year, number + 1);
        for first in [next, ItemId::new(*year, told + 1)] {
            next = next.max(first);
            while let Some(row) = engine.db().message(next).expect("the register can be read") {
                news.push((
                    engine.db().item_of(next).expect("a message has its item"),
                    row.name,
                ));
                next = ItemId(next.0 + 1);
            }
        }
    }
    news
}
