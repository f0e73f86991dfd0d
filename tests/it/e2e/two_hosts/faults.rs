//! What goes wrong in a round, how it is done, and how it is put right again: by gates before the
//! servers where there is one network, by links where each has its own.

use super::network::{ETCD, SEATS};
use super::{PAST, Town};
use crate::e2e::gate::Way;
use crate::servers::net::Link;
use std::time::Duration;

/// The dice (xorshift*).
pub struct Dice(u64);

impl Dice {
    pub fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32) % sides
    }

    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        let sides = u64::try_from(all.len()).expect("few");
        all[usize::try_from(self.roll(sides)).expect("few")]
    }

    /// Between nothing and so much.
    fn part(&mut self, most: f64) -> f64 {
        f64::from(u32::try_from(self.roll(101)).expect("few")) / 100.0 * most
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    Killed,
    /// For longer than the lease.
    Stopped,
    /// For less than the lease.
    StoppedShortly,
    /// Nothing passes between the host and etcd.
    CutOff,
    /// Nothing comes back from etcd.
    OneWay,
    /// No member of etcd answers, for longer than the lease.
    EtcdAway,
    BothKilled,
    /// In order, as for an upgrade.
    Ended,
    /// Nothing reaches etcd; what it sends comes.
    OtherWay,
    /// The host reaches nothing.
    Alone,
    /// It does not reach the mailbox; the lease stays.
    NoMailbox,
    /// It does not reach the mail server; the lease stays.
    NoWayOut,
    /// Every line of both hosts is long, thin and loses some.
    Slow,
    /// Two of three members of etcd stand still.
    MajorityAway,
    /// One member of etcd, or all of them, do not reach the others.
    MembersApart,
}

use Fault::{
    Alone, BothKilled, CutOff, Ended, EtcdAway, Killed, MajorityAway, MembersApart, NoMailbox,
    NoWayOut, OneWay, OtherWay, Slow, Stopped, StoppedShortly,
};

/// Those that gates can do, and processes.
pub const FAULTS: [Fault; 8] = [
    Killed,
    Stopped,
    StoppedShortly,
    CutOff,
    OneWay,
    EtcdAway,
    BothKilled,
    Ended,
];

/// Those that want a network besides.
pub const IN_A_NETWORK: [Fault; 7] = [
    OtherWay,
    Alone,
    NoMailbox,
    NoWayOut,
    Slow,
    MajorityAway,
    MembersApart,
];

impl Fault {
    /// Whether the other host must lead as long as it lasts.
    pub fn gives_way(self) -> bool {
        matches!(
            self,
            Killed | Stopped | CutOff | OneWay | OtherWay | Alone | Ended
        )
    }

    /// How long a line to the mail server can hold a mail that was let go before, in seconds.
    pub fn holds(self) -> f64 {
        match self {
            Alone | NoWayOut => 60.0,
            Slow => 10.0,
            _ => 0.0,
        }
    }

    /// How long it lasts, where nothing else says so.
    pub fn lasts(self, dice: &mut Dice) -> Duration {
        let longer = Duration::from_millis(dice.roll(5_000));
        match self {
            StoppedShortly => Duration::from_secs(1) + longer.mul_f64(0.6),
            _ => PAST + longer,
        }
    }
}

const CUT: Link = Link {
    cut: true,
    delay: 0.0,
    loss: 0.0,
    rate: 0.0,
};

/// Seconds.
pub const HELD_BY_A_SLOW_LINE: f64 = 3.0;

/// The seats of the hosts.
const HOSTS: [&str; 2] = ["a", "b"];

impl Town {
    /// Begins a fault, so far as lines and etcd have a part in it.
    pub fn breaks(&mut self, fault: Fault, leader: usize, dice: &mut Dice) {
        if fault == EtcdAway {
            self.etcd.signal_all("STOP");
        }
        if fault == MajorityAway {
            self.etcd.signal(0..2, "STOP");
        }
        if self.net.is_some() {
            self.cuts(fault, HOSTS[leader], dice);
            return;
        }
        let gate = [&self.a.etcd, &self.b.etcd][leader];
        match fault {
            CutOff => gate.set(Way::Shut),
            OneWay => gate.set(Way::Slowly(self.etcd.places[0].1, Duration::from_mins(10))),
            _ => {}
        }
    }

    fn cuts(&mut self, fault: Fault, host: &str, dice: &mut Dice) {
        let Some(net) = &mut self.net else { return };
        let seats = SEATS.map(|(seat, _)| seat);
        match fault {
            CutOff => ETCD.iter().for_each(|at| net.both_ways(host, at, CUT)),
            OneWay => ETCD.iter().for_each(|at| net.link(at, host, CUT)),
            OtherWay => ETCD.iter().for_each(|at| net.link(host, at, CUT)),
            Alone => {
                let others = seats.iter().filter(|at| **at != host);
                others.for_each(|at| net.both_ways(host, at, CUT));
            }
            NoMailbox => net.both_ways(host, "m", CUT),
            NoWayOut => net.both_ways(host, "p", CUT),
            Slow => {
                let slow = Link {
                    cut: false,
                    delay: dice.part(0.3),
                    loss: dice.part(0.1),
                    rate: 8_000.0 + dice.part(60_000.0),
                };
                for host in HOSTS {
                    for at in ["m", "p"].iter().chain(&ETCD) {
                        net.both_ways(host, at, slow);
                    }
                }
            }
            MembersApart => {
                net.both_ways("e0", "e1", CUT);
                net.both_ways("e0", "e2", CUT);
                if dice.roll(2) == 0 {
                    net.both_ways("e1", "e2", CUT);
                }
            }
            _ => {}
        }
    }

    /// Every line is as it should be, and every member of etcd there.
    pub fn heals(&mut self) {
        self.etcd.signal_all("CONT");
        let way = Way::To(self.etcd.places[0].1);
        let Some(net) = &mut self.net else {
            self.a.etcd.set(way);
            self.b.etcd.set(way);
            self.smtp.set(Way::To(self.site.post.port));
            return;
        };
        let seats = SEATS.map(|(seat, _)| seat);
        for one in seats {
            for other in seats.into_iter().filter(|other| *other != one) {
                net.link(one, other, Link::default());
            }
        }
    }

    /// The dialogues of a host with the mail server take many seconds; how long such a line holds a
    /// mail is [`HELD_BY_A_SLOW_LINE`].
    pub fn sends_slowly(&mut self, host: usize) {
        let slow = Link {
            delay: 0.2,
            ..Link::default()
        };
        match &mut self.net {
            Some(net) => net.both_ways(HOSTS[host], "p", slow),
            None if host == 0 => {
                let way = Way::Slowly(self.site.post.port, Duration::from_millis(400));
                self.smtp.set(way);
            }
            None => {}
        }
    }
}
