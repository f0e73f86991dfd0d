//! Many rounds of faults from a seed, and a judge that shares no code with the program
//! (`judge.py`). `ROUNDS=100 SEED=7` (`make two-hosts`) says how many, and where the dice begin.
//! Each round has its own fault, its own state of the replica, and clocks that may be wrong. The
//! hosts' day has room for some 180 rounds; then they end and are judged.
//!
//! Where network namespaces can be had, each host and each server has one of its own
//! ([`super::network`]); else all are on one network, with gates between them.

use super::faults::{Dice, FAULTS, Fault, HELD_BY_A_SLOW_LINE, IN_A_NETWORK};
use super::lacking::{Lacking, lacking};
use super::network::{ETCD, SEATS};
use super::{TTL, Time, Town, hook, leads, litestream, stands_by};
use crate::e2e::process::{Daemon, PATIENCE, wait_until};
use crate::e2e::site::Site;
use serde_json::json;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// Rounds without a word about it.
const ROUNDS: u64 = 2;

const JUDGE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/it/e2e/two_hosts/judge.py"
);

/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// The longest until a message is logged after a fault has ended: the lease and half a minute.
const LOGGED_AGAIN: Duration = Duration::from_secs(TTL + 30);

/// How the replica is when the fault comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Replica {
    /// A copy from a moment before.
    Fresh,
    /// A copy from some round before.
    Old,
    /// Litestream writes it.
    Streamed,
    /// It did, and has died: the service begins it again after a while.
    StreamDied,
    /// It did, and stands still: minutes of the hosts' time old.
    StreamStands,
}

/// How far a clock is wrong, in minutes of the hosts' time.
const SKEWS: [i64; 6] = [0, 0, 0, 5, 2, -3];

struct Rounds {
    town: Town,
    hosts: [Option<Daemon>; 2],
    /// Which host said what, and by how many seconds its clock was ahead.
    logs: Vec<(usize, i64, String)>,
    asked: Vec<String>,
    answered: Vec<String>,
    without: BTreeMap<Fault, Vec<Duration>>,
    /// From a fault's end until a message that came then was logged.
    logged: Vec<Duration>,
    /// Litestream is there.
    streams: bool,
    /// What was lacking in the replica, each time that its host was killed.
    lacking: Vec<(Replica, Lacking)>,
    /// Rounds in which a clock was wrong.
    skewed: u64,
    /// Lines to the mail server that held mails: whose, from when until when, and for how long.
    lines: Vec<(usize, f64, f64, f64)>,
}

impl Rounds {
    /// With a clock that is right, or is the one that is wrong.
    fn start(&mut self, host: usize, dice: &mut Dice) {
        let skew = chrono::Duration::minutes(dice.one_of(&SKEWS));
        let [one, other] = if host == 0 {
            [&mut self.town.a, &mut self.town.b]
        } else {
            [&mut self.town.b, &mut self.town.a]
        };
        let right = chrono::Duration::zero();
        one.time.ahead = if other.time.ahead == right {
            skew
        } else {
            right
        };
        self.hosts[host] = Some(self.town.start(host));
    }

    fn ahead(&self, host: usize) -> i64 {
        let host = [&self.town.a, &self.town.b][host];
        host.time.ahead.num_seconds()
    }

    fn daemon(&self, host: usize) -> &Daemon {
        self.hosts[host].as_ref().expect("it runs")
    }

    fn kill(&mut self, host: usize) {
        let daemon = self.hosts[host].take().expect("it runs");
        daemon.signal("KILL");
        let said = daemon.end(Duration::from_secs(10)).err;
        self.logs.push((host, self.ahead(host), said));
    }

    fn end(&mut self, host: usize) {
        let ended = self.hosts[host]
            .take()
            .expect("it runs")
            .stop(Duration::from_secs(30));
        ended.succeeded();
        self.logs.push((host, self.ahead(host), ended.err));
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
        // Longer than a doubt lasts: a quarter of an hour, which begins anew with each host.
        while !so(self) {
            assert!(
                begun.elapsed() < PATIENCE * 2,
                "waited in vain: {what}\n{}",
                self.story()
            );
            self.pass(LOOK);
        }
    }

    /// What the replica lacked, each time that its host was killed and another went on.
    fn tell_lacking(&self) {
        let mut by_kind: BTreeMap<Replica, Vec<&Lacking>> = BTreeMap::new();
        for (replica, lacking) in &self.lacking {
            by_kind.entry(*replica).or_default().push(lacking);
        }
        for (replica, all) in by_kind {
            let lines = all.iter().map(|lacking| lacking.lines).max();
            let oldest = all.iter().map(|lacking| lacking.oldest / 10).max();
            println!(
                "{replica:?}: {} times killed and taken over, at most {} lines of the log lacked, the oldest of them {} ms old",
                all.len(),
                lines.unwrap_or_default(),
                oldest.unwrap_or_default()
            );
        }
    }

    /// Of all that is left of it, and of the register of the host that led last.
    fn judged(&self, leader: usize) -> Output {
        let town = &self.town;
        let host = [&town.a, &town.b][leader];
        let addresses = [SEATS[0].1, SEATS[1].1];
        let (etcd, port) = &town.etcd.places[0];
        let story = json!({
            "maildir": town.site.post.maildir(),
            "postfix": town.site.post.log_of_postfix(),
            "register": host.office.database(),
            "asked": self.asked,
            "answered": self.answered,
            "logs": self.logs,
            "etcd": format!("http://{etcd}:{port}"),
            "addresses": if town.net.is_some() { &addresses[..] } else { &[] },
            "begun": Time::seconds(town.time.at),
            "lines": self.lines,
        });
        let file = town.site.folder.path().join("story.json");
        fs::write(&file, story.to_string()).expect("the story");
        let mut judge = Command::new("python3");
        judge.arg(JUDGE).arg(&file);
        let mut judges = move || judge.output().expect("python3");
        match &town.net {
            Some(net) => net.within(ETCD[0], judges),
            None => judges(),
        }
    }

    /// What both hosts have said.
    fn story(&self) -> String {
        let ended = self.logs.iter().cloned();
        let running = (0..).zip(&self.hosts);
        let running = running
            .filter_map(|(host, daemon)| Some((host, self.ahead(host), daemon.as_ref()?.log())));
        ended
            .chain(running)
            .map(|(host, _, log)| format!("host {host}:\n{log}"))
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
        let mut faults = FAULTS.to_vec();
        if self.town.net.is_some() {
            faults.extend(IN_A_NETWORK);
        }
        let (leader, fault) = (self.leader(), dice.one_of(&faults));
        let other = 1 - leader;
        // Now and then the standby's clock is set.
        if dice.roll(3) == 0 {
            self.end(other);
            self.start(other, dice);
            self.wait("it stands by again", |rounds| {
                stands_by(rounds.daemon(other))
            });
        }
        let wrong = [0, 1].map(|host| self.ahead(host));
        self.skewed += u64::from(wrong != [0, 0]);
        let (replica, stopped) = self.has_replica(leader, dice);
        println!(
            "round {round}: host {leader} leads, {fault:?}, {replica:?}, clocks ahead by {wrong:?} s"
        );
        // A dialogue of many seconds, in which the fault falls somewhere.
        let (broken, mut held) = (Time::of_this_machine(), fault.holds());
        if dice.roll(2) == 0 {
            self.town.sends_slowly(leader);
            held = held.max(HELD_BY_A_SLOW_LINE);
        }
        self.asks(format!("r{round}a"));
        self.pass(Duration::from_millis(dice.roll(5_000)));
        let (begun, now) = (Instant::now(), self.town.time.instant());
        match fault {
            Fault::Killed => self.kill(leader),
            Fault::Stopped | Fault::StoppedShortly => self.daemon(leader).signal("STOP"),
            Fault::BothKilled => {
                self.kill(leader);
                self.kill(other);
            }
            Fault::Ended => self.end(leader),
            _ => self.town.breaks(fault, leader, dice),
        }
        let answered = format!("r{round}c");
        self.town.is_answered(&answered);
        self.answered.push(answered);
        self.asks(format!("r{round}b"));
        if fault.gives_way() {
            self.wait("the other leads", |rounds| leads(rounds.daemon(other)));
            self.without.entry(fault).or_default().push(begun.elapsed());
        } else if fault != Fault::BothKilled {
            let time = fault.lasts(dice);
            self.pass(time);
        }
        self.is_over(fault, leader, &stopped, dice);
        let times = [broken, Time::of_this_machine()].map(Time::seconds);
        let both = if fault == Fault::Slow {
            &[0, 1][..]
        } else {
            &[leader][..]
        };
        let lines = both.iter().map(|host| (*host, times[0], times[1], held));
        self.lines.extend(lines.filter(|_| held > 0.0));
        let (healed, last) = (Instant::now(), format!("r{round}d"));
        self.asks(last.clone());
        self.wait("it is logged again", |rounds| rounds.is_logged(&last));
        self.logged.push(healed.elapsed());
        let (before, leader) = (leader, self.leader());
        if fault == Fault::Killed && leader != before {
            let registers = [&self.town.a, &self.town.b].map(|host| host.office.database());
            let lacking = lacking(&registers[before], &registers[leader], now);
            self.lacking.push((replica, lacking));
        }
        for name in ["a", "b", "d"].map(|part| format!("r{round}{part}")) {
            self.wait("the citizen hears, or a person", |rounds| {
                rounds.town.notices_to(&name) > 0 || rounds.is_unsure(&name)
            });
        }
    }

    /// The fault ends.
    fn is_over(&mut self, fault: Fault, leader: usize, stopped: &[String], dice: &mut Dice) {
        self.town.heals();
        match fault {
            Fault::BothKilled => {
                self.start(1 - leader, dice);
                self.start(leader, dice);
            }
            Fault::Killed | Fault::Ended => self.start(leader, dice),
            Fault::Stopped | Fault::StoppedShortly => self.daemon(leader).signal("CONT"),
            _ => {}
        }
        // It ends, if its host was killed.
        for pid in stopped {
            let _ = Command::new("kill").args(["-CONT", pid]).status();
        }
    }

    /// How the replica is in this round; the processes of Litestream that stand still.
    fn has_replica(&mut self, leader: usize, dice: &mut Dice) -> (Replica, Vec<String>) {
        let all = [
            Replica::Fresh,
            Replica::Old,
            Replica::Streamed,
            Replica::StreamDied,
            Replica::StreamStands,
        ];
        let replica = dice.one_of(if self.streams { &all[..] } else { &all[..2] });
        let by = match replica {
            Replica::Fresh | Replica::Old => "copy",
            _ => "litestream",
        };
        fs::write(self.town.site.folder.path().join("by"), by).expect("a word");
        let below = self.daemon(leader).pid().to_string();
        let signal = |name: &str| {
            // There is none just now, if it has died before.
            let _ = Command::new("pkill").args([name, "-P", &below]).status();
        };
        match replica {
            Replica::Fresh => {
                let host = [&self.town.a, &self.town.b][leader];
                self.town.replicate(host);
            }
            Replica::StreamDied => signal("-KILL"),
            Replica::StreamStands => {
                signal("-STOP");
                let found = Command::new("pgrep").args(["-P", &below]).output();
                let found = String::from_utf8(found.expect("pgrep").stdout).expect("numbers");
                return (replica, found.lines().map(str::to_owned).collect());
            }
            Replica::Old | Replica::Streamed => {}
        }
        (replica, Vec::new())
    }

    /// Whether a host that leads knows it.
    fn is_logged(&self, name: &str) -> bool {
        let hosts = (0..).zip([&self.town.a, &self.town.b]);
        let mut leading = hosts.filter(|(host, _)| leads(self.daemon(*host)));
        leading.any(|(_, host)| host.office.register().knows(name))
    }

    /// Whether its notice may or may not have left: then it is not sent again, and a person hears of
    /// it. That is known to the host that leads now: on a busy machine the lease may have gone over
    /// once more since the fault.
    fn is_unsure(&self, name: &str) -> bool {
        let hosts = (0..).zip([&self.town.a, &self.town.b]);
        let mut leading = hosts.filter(|(host, _)| leads(self.daemon(*host)));
        leading.any(|(_, host)| {
            let history = host.office.register().history(name);
            history.contains(&"failed notice".to_owned())
        })
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
    let table = |site: &Site, replica: &Path| Some(replicas(site, replica));
    let town = match Town::in_a_network(seed, table).await {
        Some(town) => Some(town),
        None => Town::with(table).await,
    };
    let Some(town) = town else {
        return;
    };
    let mut dice = Dice::of(seed);
    let streams = town.site.folder.path().join("replica").is_dir();
    let mut rounds = Rounds {
        town,
        hosts: [None, None],
        logs: Vec::new(),
        asked: Vec::new(),
        answered: Vec::new(),
        without: BTreeMap::new(),
        logged: Vec::new(),
        streams,
        lacking: Vec::new(),
        skewed: 0,
        lines: Vec::new(),
    };
    rounds.start(0, &mut dice);
    wait_until("the first leads", || leads(rounds.daemon(0)));
    rounds.town.replicate(&rounds.town.a);
    let replica = rounds.town.replica.clone();
    wait_until("Litestream has a first replica", || {
        !streams || has_snapshot(&replica)
    });
    rounds.start(1, &mut dice);
    let mut played = 0;
    while played < count && !rounds.town.time.is_late() {
        rounds.round(played, &mut dice);
        played += 1;
    }
    // What would come late comes now.
    rounds.pass(super::PAST + Duration::from_secs(2));
    let leader = rounds.leader();
    rounds.end(1 - leader);
    rounds.end(leader);
    rounds.tell_lacking();
    let judged = rounds.judged(leader);
    let said = String::from_utf8_lossy(&judged.stdout);
    println!("seed {seed}, {played} rounds: {said}");
    for (fault, times) in &rounds.without {
        let longest = times.iter().max().copied().unwrap_or_default();
        println!(
            "{fault:?}: {} times, longest until the other led {:.1} s",
            times.len(),
            longest.as_secs_f64()
        );
    }
    let longest = rounds.logged.iter().max().copied().unwrap_or_default();
    println!(
        "longest until a message was logged after a fault's end {:.1} s; a clock was wrong in {} rounds",
        longest.as_secs_f64(),
        rounds.skewed
    );
    assert!(
        judged.status.success(),
        "seed {seed}: {said}{}\n{}",
        String::from_utf8_lossy(&judged.stderr),
        rounds.story()
    );
    assert!(longest < LOGGED_AGAIN, "seed {seed}");
}

/// Whether Litestream has written a whole register there: without any replica no other host may
/// lead, so nothing may go wrong before.
fn has_snapshot(replica: &Path) -> bool {
    let generations = fs::read_dir(replica).expect("the folder of the replica");
    let mut snapshots = generations.flatten().map(|one| one.path().join("ltx/9"));
    snapshots.any(|level| fs::read_dir(level).is_ok_and(|mut files| files.next().is_some()))
}

/// The table for both ways to a replica: whichever the file `by` names is brought.
fn replicas(site: &Site, replica: &Path) -> String {
    let copy = site.folder.path().join("copy");
    let by = site.folder.path().join("by");
    fs::write(&by, "copy").expect("a word");
    let Some(streams) = litestream(site, replica) else {
        return super::by_copies(site, replica);
    };
    let (by, copy, place) = (by.display(), copy.display(), replica.display());
    let lines = format!(
        "if [ \"$(cat {by})\" = litestream ]; then exec {streams} restore {place}; fi\n\
         if [ -e {copy} ]; then cp {copy} \"$SERVICELOFTE_RESTORE_TO\"; fi"
    );
    let restore = hook(site, "restore", &lines);
    format!(
        "[service.replica]\n{}restore = [\"{restore}\"]\nreplicate = [\"{streams}\", \"replicate\", \"{place}\"]\n",
        super::WAIT
    )
}
