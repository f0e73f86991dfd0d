//! Torture: the built daemon against a real Dovecot and a real Postfix, through lines that break at
//! any byte, killed at any moment; afterwards mailbox, register, outbox and delivered mail must
//! agree.
//!
//! A round is one kill or one burst of faults. `make torture ROUNDS=5000 SEED=7` plays more of
//! them; a town that fails keeps its folder and prints the command that repeats it. The draws
//! repeat with the seed; what the machine's own timing adds does not.

mod judge;
mod liar;
mod proxy;
mod town;

use judge::{Figures, Judge};
use liar::Lie;
use proxy::Fault;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use town::{Channel, Town};

/// Rounds of each channel in a test run.
const ROUNDS: u64 = 70;

/// Rounds of one town; then the next begins with an empty register.
const TOWN: u64 = 35;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// All towns of one channel, as one row.
#[derive(Default)]
struct Row {
    rounds: u64,
    kills: u64,
    doubts: usize,
    struck: BTreeMap<Fault, u64>,
    lies: BTreeMap<Lie, u64>,
    others: BTreeMap<&'static str, u64>,
    figures: Figures,
}

impl Row {
    fn add(&mut self, town: &Town, figures: Figures) {
        self.rounds += town.count.rounds;
        self.kills += town.count.kills;
        self.doubts += town.count.doubts.len();
        for (fault, count) in town.imap.struck().into_iter().chain(town.smtp.struck()) {
            *self.struck.entry(fault).or_default() += count;
        }
        for (lie, count) in town.liar.iter().flat_map(liar::Liar::told) {
            *self.lies.entry(lie).or_default() += count;
        }
        for (what, count) in &town.count.others {
            *self.others.entry(what).or_default() += count;
        }
        let all = &mut self.figures;
        all.notices += figures.notices;
        all.delivered += figures.delivered;
        all.duplicates += figures.duplicates;
        all.losses += figures.losses;
        all.left_to_a_person += figures.left_to_a_person;
        all.arrived_all_the_same += figures.arrived_all_the_same;
        all.staff_mails += figures.staff_mails;
        all.staff_twice += figures.staff_twice;
    }

    fn print(&self, channel: Channel) {
        let f = &self.figures;
        let mut line = format!(
            "torture | {:17} | rounds {} | kills {} | in doubt {} | notices {} | delivered {} | duplicates {} | losses {} \
             | left to a person {} (of which arrived {}) | staff mails {} (twice {})",
            channel.name(),
            self.rounds,
            self.kills,
            self.doubts,
            f.notices,
            f.delivered,
            f.duplicates,
            f.losses,
            f.left_to_a_person,
            f.arrived_all_the_same,
            f.staff_mails,
            f.staff_twice
        );
        for (fault, count) in &self.struck {
            let _ = write!(line, " | {fault:?} {count}");
        }
        for (lie, count) in &self.lies {
            let _ = write!(line, " | {lie:?} {count}");
        }
        for (what, count) in &self.others {
            let _ = write!(line, " | {what} {count}");
        }
        println!("{line}");
    }
}

fn torture(channel: Channel) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    let first = number("SEED").unwrap_or(1);
    let mut left = number("ROUNDS").unwrap_or(ROUNDS);
    let mut row = Row::default();
    for seed in first.. {
        let rounds = left.min(TOWN);
        let Some(mut town) = Town::new(&runtime, channel, seed) else {
            return;
        };
        (0..rounds).for_each(|_| town.round());
        let last = town.settle();
        let mut judge = Judge::of(&town);
        if last.code != Some(0) {
            judge.wrong.push(format!("the last run: {last:?}"));
        }
        let (figures, wrong) = (judge.figures, std::mem::take(&mut judge.wrong));
        drop(judge);
        row.add(&town, figures);
        if !wrong.is_empty() {
            row.print(channel);
            town.folder.disable_cleanup(true);
            let kept = town.folder.path().display().to_string();
            let wrong: Vec<String> = wrong.into_iter().take(20).collect();
            panic!(
                "{}: repeat with make torture SEED={seed} ROUNDS={rounds}; kept: {kept}\n{}",
                channel.name(),
                wrong.join("\n")
            );
        }
        left -= rounds;
        if left == 0 {
            break;
        }
    }
    row.print(channel);
}

#[test]
fn with_an_own_copy_nothing_is_lost_and_nothing_comes_twice() {
    torture(Channel::OwnCopy);
}

#[test]
fn where_the_server_saves_sent_nothing_is_lost_and_nothing_comes_twice() {
    torture(Channel::ServerSavesSent);
}

#[test]
fn without_evidence_nothing_comes_twice_and_a_person_is_told() {
    torture(Channel::Nothing);
}

#[test]
fn behind_a_relay_that_lies_nothing_is_lost_and_nothing_comes_twice() {
    torture(Channel::LyingRelay);
}
