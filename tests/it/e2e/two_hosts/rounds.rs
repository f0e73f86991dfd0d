//! Many rounds of faults from a seed, and a judge that shares no code with the program
//! (`judge.py`). `ROUNDS=100 SEED=7` (`make two-hosts`) says how many, and where the dice begin;
//! `REPLICAS=litestream` has Litestream replicate, which dies in some of them; `SKEW=5` sets the clock
//! of the second host five minutes ahead.

use super::lacking::{Lacking, lacking};
use super::{PAST, Town, by_copies, by_litestream, leads, stands_by};
use crate::e2e::gate::Way;
use crate::e2e::process::{Daemon, PATIENCE, wait_until};
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// Rounds without a word about it.
const ROUNDS: u64 = 2;

/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// The dice (xorshift*).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32) % sides
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Killed,
    /// For longer than the lease.
    Stopped,
    /// For less than the lease.
    StoppedShortly,
    /// Connections to etcd end.
    CutOff,
    /// Nothing comes back from etcd.
    OneWay,
    /// No member of etcd answers, for longer than the lease.
    EtcdAway,
    BothKilled,
    /// In order, as for an upgrade.
    Ended,
}

const FAULTS: [Fault; 8] = [
    Fault::Killed,
    Fault::Stopped,
    Fault::StoppedShortly,
    Fault::CutOff,
    Fault::OneWay,
    Fault::EtcdAway,
    Fault::BothKilled,
    Fault::Ended,
];

struct Rounds {
    town: Town,
    hosts: [Option<Daemon>; 2],
    /// Which host said what.
    logs: Vec<(usize, String)>,
    asked: Vec<String>,
    answered: Vec<String>,
    without: BTreeMap<Fault, Vec<Duration>>,
    /// Litestream replicates, not the test.
    streams: bool,
    /// What was lacking in the replica, each time that its host was killed.
    lacking: Vec<Lacking>,
}

impl Rounds {
    fn start(&mut self, host: usize) {
        let daemon = [&self.town.a, &self.town.b][host].start();
        self.hosts[host] = Some(daemon);
    }

    fn daemon(&self, host: usize) -> &Daemon {
        self.hosts[host].as_ref().expect("it runs")
    }

    fn kill(&mut self, host: usize) {
        let daemon = self.hosts[host].take().expect("it runs");
        daemon.signal("KILL");
        self.logs
            .push((host, daemon.end(Duration::from_secs(10)).err));
    }

    fn end(&mut self, host: usize) {
        let ended = self.hosts[host]
            .take()
            .expect("it runs")
            .stop(Duration::from_secs(30));
        ended.succeeded();
        self.logs.push((host, ended.err));
    }

    /// Lets the time pass, while the mailbox's own copies arrive in it as they do with a server.
    fn pass(&mut self, time: Duration) {
        let begun = Instant::now();
        while begun.elapsed() < time {
            self.town.carry();
            std::thread::sleep(LOOK);
        }
    }

    /// The same until it is so.
    fn wait(&mut self, what: &str, so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !so(self) {
            assert!(
                begun.elapsed() < PATIENCE,
                "waited in vain: {what}\n{}",
                self.story()
            );
            self.pass(LOOK);
        }
    }

    /// What the replica lacked, each time that its host was killed.
    fn tell_lacking(&self) {
        let lines = self.lacking.iter().map(|lacking| lacking.lines);
        let oldest = self.lacking.iter().map(|lacking| lacking.oldest / 10);
        println!(
            "killed, and another went on: {} times, it lacked {:?} lines of the log, the oldest of them so many milliseconds old: {:?}",
            self.lacking.len(),
            lines.collect::<Vec<_>>(),
            oldest.collect::<Vec<_>>()
        );
    }

    /// What both hosts have said.
    fn story(&self) -> String {
        let ended = self.logs.iter().cloned();
        let running = (0..).zip(&self.hosts);
        let running = running.filter_map(|(host, daemon)| Some((host, daemon.as_ref()?.log())));
        ended
            .chain(running)
            .map(|(host, log)| format!("host {host}:\n{log}"))
            .collect::<Vec<_>>()
            .concat()
    }

    /// The host that leads, once one does and the other stands by.
    fn leader(&mut self) -> usize {
        let is = |rounds: &Self, leader: usize| {
            leads(rounds.daemon(leader)) && stands_by(rounds.daemon(1 - leader))
        };
        self.wait("one leads, and the other stands by", |rounds| {
            is(rounds, 0) || is(rounds, 1)
        });
        usize::from(leads(self.daemon(1)))
    }

    fn asks(&mut self, name: String) {
        self.town.asks(&name);
        self.asked.push(name);
    }

    /// One fault, and what comes of it.
    fn round(&mut self, round: u64, dice: &mut Dice) {
        let (leader, fault) = (
            self.leader(),
            FAULTS[usize::try_from(dice.roll(8)).expect("few")],
        );
        let other = 1 - leader;
        println!("round {round}: host {leader} leads, {fault:?}");
        // The replica is of now, or as old as it was.
        let is_fresh = dice.roll(2) == 0;
        match (is_fresh, self.streams) {
            (true, false) => {
                let host = [&self.town.a, &self.town.b][leader];
                self.town.replicate(host);
            }
            (false, true) => self.kill_replication(leader),
            _ => {}
        }
        // A dialogue of many seconds, in which the fault falls somewhere.
        let slowly = leader == 0 && dice.roll(2) == 0;
        if slowly {
            let way = Way::Slowly(self.town.site.post.port, Duration::from_millis(400));
            self.town.smtp.set(way);
        }
        self.asks(format!("r{round}a"));
        self.pass(Duration::from_millis(dice.roll(5_000)));
        let (begun, now) = (Instant::now(), self.town.time.instant());
        let way = Way::To(self.town.etcd.ports[0]);
        let gates = [&self.town.a.etcd, &self.town.b.etcd];
        match fault {
            Fault::Killed => self.kill(leader),
            Fault::Stopped | Fault::StoppedShortly => self.daemon(leader).signal("STOP"),
            Fault::CutOff => gates[leader].set(Way::Shut),
            Fault::OneWay => gates[leader].set(Way::Slowly(
                self.town.etcd.ports[0],
                Duration::from_mins(10),
            )),
            Fault::EtcdAway => self.town.etcd.signal_all("STOP"),
            Fault::BothKilled => {
                self.kill(leader);
                self.kill(other);
            }
            Fault::Ended => self.end(leader),
        }
        let answered = format!("r{round}c");
        self.town.is_answered(&answered);
        self.answered.push(answered);
        self.asks(format!("r{round}b"));
        match fault {
            Fault::StoppedShortly => self.pass(Duration::from_millis(1_000 + dice.roll(3_000))),
            Fault::EtcdAway => self.pass(PAST),
            Fault::BothKilled => {
                self.start(other);
                self.start(leader);
            }
            _ => self.wait("the other leads", |rounds| leads(rounds.daemon(other))),
        }
        match fault {
            Fault::Killed | Fault::Ended => self.start(leader),
            Fault::Stopped | Fault::StoppedShortly => self.daemon(leader).signal("CONT"),
            Fault::CutOff | Fault::OneWay => {
                [&self.town.a.etcd, &self.town.b.etcd][leader].set(way);
            }
            Fault::EtcdAway => self.town.etcd.signal_all("CONT"),
            Fault::BothKilled => {}
        }
        let (before, leader) = (leader, self.leader());
        if fault == Fault::Killed && leader != before {
            let registers = [&self.town.a, &self.town.b].map(|host| host.office.database());
            let lacking = lacking(&registers[before], &registers[leader], now);
            self.lacking.push(lacking);
        }
        if fault != Fault::StoppedShortly {
            self.without.entry(fault).or_default().push(begun.elapsed());
        }
        self.town.smtp.set(Way::To(self.town.site.post.port));
        for name in [format!("r{round}a"), format!("r{round}b")] {
            self.wait("the citizen hears, or a person", |rounds| {
                rounds.town.notices_to(&name) > 0 || rounds.is_unsure(leader, &name)
            });
        }
    }

    /// Litestream dies; the service begins it again after a while.
    fn kill_replication(&self, leader: usize) {
        let pid = self.daemon(leader).pid().to_string();
        // There is none just now, if it has died before.
        let _ = Command::new("pkill").args(["-KILL", "-P", &pid]).status();
    }

    /// Whether its notice may or may not have left: then it is not sent again, and a person hears of
    /// it.
    fn is_unsure(&self, leader: usize, name: &str) -> bool {
        let host = [&self.town.a, &self.town.b][leader];
        let history = host.office.register().history(name);
        history.contains(&"failed notice".to_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rounds_of_faults_leave_one_promise() {
    let number = |name: &str| {
        std::env::var(name)
            .ok()
            .and_then(|text| text.parse::<u64>().ok())
    };
    let (count, seed) = (
        number("ROUNDS").unwrap_or(ROUNDS),
        number("SEED").unwrap_or(1),
    );
    let streams = std::env::var("REPLICAS").is_ok_and(|engine| engine == "litestream");
    let skew = chrono::Duration::minutes(number("SKEW").map_or(0, u64::cast_signed));
    let town = Town::with(|site, replica| {
        if streams {
            by_litestream(site, replica)
        } else {
            Some(by_copies(site, replica))
        }
    });
    let Some(mut town) = town.await else {
        return;
    };
    town.b.time.ahead = skew;
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut rounds = Rounds {
        town,
        hosts: [None, None],
        logs: Vec::new(),
        asked: Vec::new(),
        answered: Vec::new(),
        without: BTreeMap::new(),
        streams,
        lacking: Vec::new(),
    };
    rounds.start(0);
    wait_until("the first leads", || leads(rounds.daemon(0)));
    if !streams {
        rounds.town.replicate(&rounds.town.a);
    }
    rounds.start(1);
    for round in 0..count {
        rounds.round(round, &mut dice);
    }
    // What would come late comes now.
    rounds.pass(PAST + Duration::from_secs(2));
    let leader = rounds.leader();
    rounds.end(1 - leader);
    rounds.end(leader);
    rounds.tell_lacking();
    let host = [&rounds.town.a, &rounds.town.b][leader];
    let story = json!({
        "maildir": rounds.town.site.post.maildir(),
        "register": host.office.database(),
        "asked": rounds.asked,
        "answered": rounds.answered,
        "logs": rounds.logs,
    });
    let file = rounds.town.site.folder.path().join("story.json");
    fs::write(&file, story.to_string()).expect("the story");
    let judge = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/it/e2e/two_hosts/judge.py"
    );
    let judged = Command::new("python3")
        .arg(judge)
        .arg(&file)
        .output()
        .expect("python3");
    let said = String::from_utf8_lossy(&judged.stdout);
    println!("seed {seed}, {count} rounds: {said}");
    for (fault, times) in &rounds.without {
        let longest = times.iter().max().copied().unwrap_or_default();
        let longest = longest.as_secs_f64();
        println!(
            "{fault:?}: {} times, longest until one led and one stood by {longest:.1} s",
            times.len()
        );
    }
    assert!(
        judged.status.success(),
        "seed {seed}: {said}{}\n{}",
        String::from_utf8_lossy(&judged.stderr),
        rounds.story()
    );
}
