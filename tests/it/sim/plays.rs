//! The tests that play lives: each by itself against the rules, and two of the same script against
//! each other. What the log of a life comes to is counted once more by the script for everybody.

use super::dice::Dice;
use super::play::promise::{Promise, Verdict, wrong};
use super::play::{LAST_DAYS, Plan, Play};
use super::tally::Tally;
use crate::recount::raw::Register;
use chrono::{Duration, NaiveDate};
use servicelofte::config::Config;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Lives of a plain test run, and those that are lived twice or counted twice.
const LIVES: u64 = 8;
const TWICE: u64 = 2;

/// How a life is lived.
fn plan(seed: u64) -> Plan {
    let dice = &mut Dice::new(seed ^ 0x91A7);
    let year = |year, day| NaiveDate::from_yo_opt(year, day).expect("a day of the year");
    Plan {
        start: year(
            2025 + i32::try_from(dice.below(12)).unwrap_or(0),
            1 + u32::try_from(dice.below(365)).unwrap_or(0),
        ),
        chapters: 1,
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
        retention: None,
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

/// The same, with everything going wrong that can.
fn troubled(seed: u64) -> Plan {
    let dice = &mut Dice::new(seed ^ 0xFA0);
    Plan {
        between_faults: Some(dice.minutes(120, 1_500)),
        ..plan(seed)
    }
}

/// A life of some chapters, whose town hall may have decided how long mail is kept.
fn long(seed: u64, chapters: u32, days: i64) -> Plan {
    let dice = &mut Dice::new(seed ^ 0xE7A5);
    let months = dice.one(&[None, Some(1), Some(1), Some(2), Some(6)]);
    Plan {
        start: NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default(),
        chapters,
        days,
        between_scenes: dice.minutes(500, 1_500),
        poll: (200, 900),
        retention: months,
        between_faults: Some(Duration::hours(30)),
        ..plan(seed)
    }
}

fn lived(seed: u64, plan: Plan) -> (Play, Verdict, BTreeMap<super::oracle::facts::Key, String>) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .expect("a runtime starts");
    let mut life = Play::new(seed, plan);
    life.whole_story = std::env::var_os("SEED").is_some();
    let lived = std::panic::AssertUnwindSafe(|| runtime.block_on(life.live()));
    let verdict = std::panic::catch_unwind(lived)
        .unwrap_or_else(|_| wrong(Promise::Machine, "a panic, see above"));
    let ends = runtime.block_on(life.outcomes());
    if life.whole_story {
        match &verdict {
            Ok(()) => println!("{}", life.story()),
            Err(why) => runtime.block_on(life.tell_history(&why.what)),
        }
    }
    (life, verdict, ends)
}

/// Lives these, on all processors if they were asked for, and tells what they came to.
fn live_all(seeds: &[u64], test: &str, plan: impl Fn(u64) -> Plan + Sync) -> Tally {
    let (next, tally) = (AtomicUsize::new(0), Mutex::new(Tally::new()));
    let work = || {
        while let Some(seed) = seeds.get(next.fetch_add(1, Ordering::SeqCst)) {
            let (life, verdict, _) = lived(*seed, plan(*seed));
            let days = days_of(&life.plan);
            tally
                .lock()
                .unwrap()
                .take(*seed, &life, days, verdict, test);
        }
    };
    let all = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let workers = if asked("SEEDS") { all } else { 1 };
    std::thread::scope(|scope| (0..workers).for_each(|_| drop(scope.spawn(work))));
    tally.into_inner().unwrap()
}

fn days_of(plan: &Plan) -> i64 {
    (plan.days + LAST_DAYS) * i64::from(plan.chapters)
}

#[test]
fn every_item_ends_as_the_rules_say() {
    let test = "every_item_ends_as_the_rules_say";
    live_all(&seeds(LIVES), test, plan).tell();
}

#[test]
fn whatever_goes_wrong_every_item_ends_as_the_rules_say() {
    let test = "whatever_goes_wrong_every_item_ends_as_the_rules_say";
    live_all(&seeds(LIVES), test, troubled).tell_with_every_fault();
}

/// `docs/recount.py` finds in the log what the report finds in the register, whatever happened.
#[test]
fn the_log_of_every_life_is_counted_alike() {
    let mut seen = BTreeSet::new();
    for seed in seeds(TWICE) {
        let plan = Plan {
            on_disk: true,
            ..troubled(seed)
        };
        let (life, verdict, _) = lived(seed, plan);
        assert!(verdict.is_ok(), "SEED={seed}: see the other tests of lives");
        let folder = life.office.folder().expect("it is on disk");
        let file = folder.join("config.toml");
        let mut settings = life.hall.settings();
        assert!(settings.set("service database = \"register.db\""));
        let text = settings.text();
        std::fs::write(&file, &text).expect("written");
        let config = &Config::parse(&text, folder).expect("it is one");
        let (file, now) = (&file, life.clock());
        let register = Register { config, file, now };
        seen.extend(register.agrees(&format!("SEED={seed}")));
    }
    assert!(seen.len() > 5, "only {seen:?}");
}

/// Ten years a life, fewer if fewer are asked for, or two chapters in a plain test run.
#[test]
fn years_go_by() {
    let (lives, chapters, days) = match number("YEARS") {
        Some(years) => (years.div_ceil(10), 4 * years.min(10), 63),
        None => (1, 2, 15),
    };
    let chapters = u32::try_from(chapters).unwrap_or(40);
    let first = seeds(1).first().copied().unwrap_or(0);
    let lives: Vec<u64> = (first..first + lives).collect();
    live_all(&lives, "years_go_by", |seed| long(seed, chapters, days)).tell();
}

fn asked(name: &str) -> bool {
    std::env::var_os(name).is_some()
}

fn number(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.trim().parse().expect("a number"))
}

/// The seeds that the environment asks for, or the first of them.
fn seeds(count: u64) -> Vec<u64> {
    if let Some(seed) = number("SEED") {
        return vec![seed];
    }
    let Ok(text) = std::env::var("SEEDS") else {
        return (0..count).collect();
    };
    let number = |text: &str| text.trim().parse::<u64>().expect("a number");
    match text.split_once('-') {
        Some((first, last)) => (number(first)..=number(last)).collect(),
        None => (0..number(&text)).collect(),
    }
}

/// Two lives of one script that must come to the same.
fn come_to_the_same(promise: Promise, test: &str, other: impl Fn(&mut Plan)) {
    let mut tally = Tally::new();
    for seed in &seeds(TWICE) {
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
        let days = 2 * days_of(&life.plan);
        tally.take(*seed, &life, days, verdict.and(same), test);
    }
    tally.tell();
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
