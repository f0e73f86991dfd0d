//! A network in small: each server and each host in a network namespace of its own, and a switch
//! (`switch.py`) between them that loses, delays and thins out what goes from one to another, each
//! direction by itself, from a seed. It needs root and `/dev/net/tun`; where they are refused it
//! says so, and its user does without.
//!
//! The addresses are those of the loopback network: what may be used on this machine alone, as etcd
//! in plaintext, may be used between them.

use std::io::{BufRead, BufReader, Write};
use std::os::fd::AsFd;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// One direction between two seats, as it is at the moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Link {
    pub cut: bool,
    /// Seconds.
    pub delay: f64,
    /// Of one.
    pub loss: f64,
    /// Bytes a second; 0: as many as there are.
    pub rate: f64,
}

pub struct Net {
    switch: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
    tag: String,
}

impl Net {
    /// With these seats, each with its address. `None`, with a printed word, where it is refused.
    pub fn lay(seed: u64, seats: &[(&str, &str)]) -> Option<Self> {
        static NETS: AtomicU32 = AtomicU32::new(0);
        let number = NETS.fetch_add(1, Ordering::Relaxed);
        let tag = format!("sl{}x{number}", std::process::id());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/servers/switch.py");
        let named = seats
            .iter()
            .map(|(name, address)| format!("{tag}{name}={address}"));
        let mut switch = Command::new("python3")
            .arg(script)
            .arg(seed.to_string())
            .args(named)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("python3");
        let orders = switch.stdin.take().expect("a pipe");
        let mut answers = BufReader::new(switch.stdout.take().expect("a pipe"));
        let mut said = String::new();
        answers.read_line(&mut said).expect("a pipe");
        if said != "ready\n" {
            drop(orders);
            let why = switch.wait_with_output().expect("it ends");
            let why = String::from_utf8_lossy(&why.stderr).into_owned();
            let last = why.lines().last().unwrap_or_default();
            println!("without network namespaces, which are refused here: {last}");
            return None;
        }
        Some(Self {
            switch,
            orders,
            answers,
            tag,
        })
    }

    /// Does it on that seat: what it connects to, listens on and starts is there.
    pub fn within<T: Send>(&self, seat: &str, does: impl FnOnce() -> T + Send) -> T {
        let name = format!("/run/netns/{}{seat}", self.tag);
        std::thread::scope(|scope| {
            let there = scope.spawn(|| {
                let namespace = std::fs::File::open(name).expect("a namespace");
                let kind = rustix::thread::LinkNameSpaceType::Network;
                rustix::thread::move_into_link_name_space(namespace.as_fd(), Some(kind))
                    .expect("root may enter it");
                does()
            });
            there.join().expect("it was done there")
        })
    }

    /// What goes from one seat to another.
    pub fn link(&mut self, from: &str, to: &str, link: Link) {
        let Link {
            cut,
            delay,
            loss,
            rate,
        } = link;
        let tag = &self.tag;
        let order = format!(
            "{tag}{from} {tag}{to} cut={} delay={delay} loss={loss} rate={rate}\n",
            u8::from(cut)
        );
        self.orders.write_all(order.as_bytes()).expect("a pipe");
        let mut said = String::new();
        self.answers.read_line(&mut said).expect("a pipe");
        assert_eq!(said, "ok\n", "{order}");
    }

    pub fn both_ways(&mut self, one: &str, other: &str, link: Link) {
        self.link(one, other, link);
        self.link(other, one, link);
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        // It takes the namespaces with it.
        let term = rustix::process::Signal::TERM;
        if let Some(pid) = rustix::process::Pid::from_raw(self.switch.id().cast_signed()) {
            let _ = rustix::process::kill_process(pid, term);
        }
        let _ = self.switch.wait();
    }
}
