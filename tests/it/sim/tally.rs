//! What some lives came to: how many, how long, what happened in them, and which went wrong.

use super::faults::Fault;
use super::play::Play;
use super::play::promise::Verdict;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

/// Lives from which on every kind of fault must have occurred.
const MANY: usize = 100;

pub struct Tally {
    began: Instant,
    lives: usize,
    days: i64,
    rounds: u64,
    processor: f64,
    mails: usize,
    erased: u64,
    counts: BTreeMap<String, u64>,
    faults: BTreeMap<Fault, u64>,
    wrong: Vec<String>,
    /// The story of the first that went wrong.
    story: Option<String>,
}

impl Tally {
    pub fn new() -> Self {
        Self {
            began: Instant::now(),
            lives: 0,
            days: 0,
            rounds: 0,
            processor: 0.0,
            mails: 0,
            erased: 0,
            counts: BTreeMap::new(),
            faults: BTreeMap::new(),
            wrong: Vec::new(),
            story: None,
        }
    }

    /// `days`: how long it lasted. `test`: how to live it again.
    pub fn take(&mut self, seed: u64, play: &Play, days: i64, verdict: Verdict, test: &str) {
        (self.lives, self.days) = (self.lives + 1, self.days + days);
        self.rounds += play.rounds;
        self.processor += play.stopwatch.seconds();
        self.erased += play.erased;
        self.mails += play.written;
        let scenes = play.scenes.iter().map(|scene| (scene.name.to_owned(), 1));
        let left = play.leaving.count.clone();
        let alarms = play.office.operator.told.iter();
        let alarms =
            alarms.map(|(_, telling)| (format!("alarm: {}", telling.trouble.matter().0), 1));
        for (name, count) in scenes.chain(left).chain(alarms) {
            *self.counts.entry(name).or_default() += count;
        }
        for (fault, count) in &play.faults {
            *self.faults.entry(*fault).or_default() += count;
        }
        let Err(why) = verdict else { return };
        self.story.get_or_insert_with(|| play.story());
        let again = format!("SEED={seed} cargo test --test it sim::plays::{test} -- --nocapture");
        self.wrong
            .push(format!("{again}\n  {}: {}", why.promise, why.what));
    }

    fn text(&self) -> String {
        let seconds = self.began.elapsed().as_secs_f64();
        #[expect(clippy::cast_precision_loss, reason = "days of a simulation are few")]
        let years = self.days as f64 / 365.25;
        let mut text = format!(
            "{} lives, {years:.1} years in {seconds:.1} s, {:.1} s of processor time ({:.2} s a year), {} mails, {} rounds, {} items erased\n",
            self.lives,
            self.processor,
            self.processor / years.max(f64::MIN_POSITIVE),
            self.mails,
            self.rounds,
            self.erased
        );
        let faults = self.faults.iter();
        let faults = faults.map(|(fault, count)| (format!("{fault:?}"), *count));
        for (name, count) in self.counts.clone().into_iter().chain(faults) {
            let _ = writeln!(text, "  {name:<32}{count:>9}");
        }
        text
    }

    /// Prints all, and fails if a life went wrong.
    pub fn tell(self) {
        println!("{}", self.text());
        if let Some(story) = &self.story {
            println!("{story}");
        }
        println!("{}", self.wrong.join("\n"));
        assert!(
            self.wrong.is_empty(),
            "{} of {} lives went wrong",
            self.wrong.len(),
            self.lives
        );
    }

    /// The same, of lives in which everything must have gone wrong that can.
    pub fn tell_with_every_fault(self) {
        let is_met = |fault: &Fault| self.faults.contains_key(fault);
        let missing: Vec<Fault> = Fault::ALL.into_iter().filter(|one| !is_met(one)).collect();
        let lives = self.lives;
        self.tell();
        assert!(
            lives < MANY || missing.is_empty(),
            "these never happened: {missing:?}"
        );
    }
}
