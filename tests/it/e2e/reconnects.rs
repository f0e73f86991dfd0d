//! Connections that are cut again and again, wherever they are: what a daemon has open and in
//! memory stays what it was. `RECONNECTS=10000` for the whole length.

use super::gate::{Gate, Way};
use super::process::{Daemon, PATIENCE};
use super::site::{Site, mail, program};
use std::time::{Duration, Instant};

const RECONNECTS: usize = 60;

/// Before the first look: all that is made once has been made by then.
const WARM: usize = 30;

/// Pauses of minutes are parts of a second, and so are the limits of each step: what fails for that
/// is one more way to lose a connection.
const CLOCK: &str = "@2026-11-19 12:30:00 x1000";

/// Sockets that are on their way out, and the one that alarms go by.
const DESCRIPTORS: usize = 4;

/// What an allocator may keep for itself, in KiB.
const MEMORY: u64 = 6_000;

const STOP: Duration = Duration::from_secs(20);

fn reconnects() -> usize {
    std::env::var("RECONNECTS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(RECONNECTS)
}

/// The most descriptors and the least memory of some looks: a connection is being made or left in
/// some of them.
fn look(daemon: &Daemon) -> (usize, u64) {
    let looks = (0..20).map(|_| {
        std::thread::sleep(Duration::from_millis(20));
        (daemon.descriptors(), daemon.memory())
    });
    looks
        .reduce(|one, other| (one.0.max(other.0), one.1.min(other.1)))
        .expect("some looks")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_open_and_in_memory_stays_the_same_over_reconnects() {
    let site = Site::quick().await;
    let gate = Gate::before(site.dovecot.tls_port).await;
    let port = format!("port = {}", site.dovecot.tls_port);
    site.change(&[(&port, &format!("port = {}", gate.port))]);
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Simhallen", "q1@x", ""),
        "2026-11-17 09:12",
    );
    let daemon = Daemon::hurried(program(), &site.config(), CLOCK);
    daemon.wait_told("STATUS=kf read at");
    let cut_until = |count: usize| {
        while gate.let_in() < count {
            let (before, begun) = (gate.let_in(), Instant::now());
            // Before, in, and after a reading: each count of milliseconds comes up.
            std::thread::sleep(Duration::from_millis(
                u64::try_from(before % 40).expect("few"),
            ));
            gate.set(Way::To(site.dovecot.tls_port));
            while gate.let_in() == before {
                assert!(begun.elapsed() < PATIENCE, "no further connection came");
                std::thread::sleep(Duration::from_millis(2));
            }
        }
    };
    cut_until(WARM);
    let first = look(&daemon);
    cut_until(WARM + reconnects());
    let last = look(&daemon);
    println!(
        "{} reconnects: descriptors {} and then {}, memory {} KiB and then {} KiB",
        reconnects(),
        first.0,
        last.0,
        first.1,
        last.1
    );
    assert!(last.0 <= first.0 + DESCRIPTORS, "{first:?} {last:?}");
    assert!(last.1 <= first.1 + MEMORY, "{first:?} {last:?}");
    let ended = daemon.stop(STOP);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
}
