//! The tests that play lives: each by itself against the rules, and two of the same script against
//! each other.

use super::dice::Dice;
use super::faults::Fault;
use super::play::promise::{Promise, Verdict, wrong};
use super::play::{Plan, Play};
use super::seeds;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Lives of a plain test run, and those that are lived twice.
const LIVES: usize = 6;
const TWICE: usize = 2;

/// How a life is lived.
fn plan(seed: u64) -> Plan {
    let dice = &mut Dice::new(seed ^ 0x91A7);
    let year = |year, day| NaiveDate::from_yo_opt(year, day).expect("a day of the year");
    Plan {
        start: year(
            2025 + i32::try_from(dice.below(12)).unwrap_or(0),
            1 + u32::try_from(dice.below(365)).unwrap_or(0),
        ),
        days: 6 + i64::try_from(dice.below(14)).unwrap_or(0),
        between_scenes: dice.minutes(120, 480),
        poll: dice.one(&[(20, 200), (60, 400), (200, 700)]),
        citizens: dice.one(&[3, 8, 20]),
        mailboxes: if dice.percent(40) { 2 } else { 1 },
        between_faults: None,
        on_disk: dice.percent(15),
        border: dice.one(&[None, Some("mx.example.se"), Some("exchange")]),
        condstore: dice.percent(60),
        saves_sent: dice.percent(50),
        backwards: false,
        by_the_hour: false,
        honest: false,
        only: scenes_asked_for(),
    }
}

/// `SCENES=3,17` plays only these of a seed.
fn scenes_asked_for() -> Option<BTreeSet<u32>> {
    let text = std::env::var("SCENES").ok()?;
    Some(
        text.split(',')
            .map(|number| number.trim().parse().expect("a number"))
            .collect(),
    )
}

#[derive(Debug, Default)]
struct Tally {
    days: i64,
    rounds: u64,
    mails: usize,
    scenes: BTreeMap<&'static str, u64>,
    left: BTreeMap<String, u64>,
    faults: BTreeMap<Fault, u64>,
    wrong: Vec<String>,
}

impl Tally {
    fn take(&mut self, seed: u64, play: &Play, verdict: Verdict, test: &str) {
        self.days += play.plan.days;
        self.rounds += play.rounds;
        self.mails += play.facts.mails.len();
        for scene in &play.scenes {
            *self.scenes.entry(scene.name).or_default() += 1;
        }
        for (fault, count) in &play.faults {
            *self.faults.entry(*fault).or_default() += count;
        }
        for (kind, count) in &play.leaving.count {
            *self.left.entry(kind.clone()).or_default() += count;
        }
        let Err(why) = verdict else { return };
        if self.wrong.is_empty() {
            println!("{}", play.story());
        }
        let again = format!("SEED={seed} cargo test --test it sim::plays::{test} -- --nocapture");
        self.wrong
            .push(format!("{again}\n  {}: {}", why.promise, why.what));
    }

    fn tell(self, lives: usize) {
        #[expect(clippy::cast_precision_loss, reason = "days of a simulation are few")]
        let years = self.days as f64 / 365.25;
        println!(
            "{lives} lives, {years:.1} years, {} mails, {} rounds",
            self.mails, self.rounds
        );
        for (name, count) in self
            .scenes
            .iter()
            .map(|(name, count)| ((*name).to_owned(), count))
            .chain(self.left.iter().map(|(name, count)| (name.clone(), count)))
        {
            println!("  {name:<32}{count:>9}");
        }
        for (fault, count) in &self.faults {
            println!("  {:<32}{count:>9}", format!("{fault:?}"));
        }
        println!("{}", self.wrong.join("\n"));
        assert!(
            self.wrong.is_empty(),
            "{} of {lives} lives went wrong",
            self.wrong.len()
        );
    }
}

fn lived(seed: u64, plan: Plan) -> (Play, Verdict, BTreeMap<super::oracle::facts::Key, String>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime starts");
    let mut life = Play::new(seed, plan);
    life.whole_story = std::env::var_os("SEED").is_some();
    let verdict = runtime.block_on(life.live());
    let ends = runtime.block_on(life.outcomes());
    if life.whole_story {
        match &verdict {
            Ok(()) => println!("{}", life.story()),
            Err(why) => runtime.block_on(life.tell_history(&why.what)),
        }
    }
    (life, verdict, ends)
}

#[test]
fn every_item_ends_as_the_rules_say() {
    let mut tally = Tally::default();
    let seeds = first(LIVES);
    for seed in &seeds {
        let (life, verdict, _) = lived(*seed, plan(*seed));
        tally.take(*seed, &life, verdict, "every_item_ends_as_the_rules_say");
    }
    tally.tell(seeds.len());
}

/// The same, with everything going wrong that can.
#[test]
fn whatever_goes_wrong_every_item_ends_as_the_rules_say() {
    let mut tally = Tally::default();
    let seeds = first(LIVES);
    for seed in &seeds {
        let mut plan = plan(*seed);
        plan.between_faults = Some(Dice::new(seed ^ 0xFA0).minutes(120, 1_500));
        let (life, verdict, _) = lived(*seed, plan);
        tally.take(
            *seed,
            &life,
            verdict,
            "whatever_goes_wrong_every_item_ends_as_the_rules_say",
        );
    }
    tally.tell(seeds.len());
}

/// The seeds that the environment asks for, or the first of them.
fn first(count: usize) -> Vec<u64> {
    let asked = std::env::var_os("SEEDS").is_some();
    seeds()
        .into_iter()
        .filter(|seed| *seed < super::LONG_FROM)
        .take(if asked { usize::MAX } else { count })
        .collect()
}

/// Two lives of one script that must come to the same.
fn come_to_the_same(promise: Promise, test: &str, other: impl Fn(&mut Plan)) {
    let mut tally = Tally::default();
    let seeds = first(TWICE);
    for seed in &seeds {
        let mut plan = plan(*seed);
        (plan.by_the_hour, plan.days) = (true, plan.days.min(9));
        let mut changed = plan.clone();
        other(&mut changed);
        let (life, verdict, ends) = lived(*seed, plan);
        let (_, _, others) = lived(*seed, changed);
        // Where a border speaks, what it does not vouch for may make an answer probable, and no
        // more.
        let probably = promise == Promise::Forged && life.plan.border.is_some();
        let told = |end: &String| {
            if probably {
                end.replace("probably_answered", "open")
            } else {
                end.clone()
            }
        };
        let differs = ends
            .iter()
            .find(|(key, end)| others.get(key).map(told) != Some(told(end)));
        let same = match differs {
            Some((key, end)) => {
                let kind = life.facts.mail(key.serial).kind;
                wrong(
                    promise,
                    format!(
                        "{key} ({kind}) ends as {end}, and otherwise as {:?}",
                        others.get(key)
                    ),
                )
            }
            None => Ok(()),
        };
        tally.take(*seed, &life, verdict.and(same), test);
    }
    tally.tell(seeds.len());
}

#[test]
fn the_order_of_reading_changes_nothing() {
    come_to_the_same(
        Promise::Order,
        "the_order_of_reading_changes_nothing",
        |plan| plan.backwards = true,
    );
}

#[test]
fn forgeries_change_nothing() {
    come_to_the_same(Promise::Forged, "forgeries_change_nothing", |plan| {
        plan.honest = true;
    });
}
