//! Servers that are slow, and get there in the end (P94): the watchdog hears of each step, so that
//! the service is never killed while it works. All clocks of the program run many times as quickly.

use super::gate::{Gate, Way};
use super::post::Post;
use super::process::{Daemon, PATIENCE, UNIT_WATCHDOG};
use super::site::{Site, mail, program};
use crate::servers::dovecot::DovecotOptions;
use std::time::{Duration, Instant};

/// So many times as quickly.
const RATE: u32 = 40;
/// Where an answer comes shortly before the service gives up on it: what the machine of the test
/// loses between the two is to be nothing beside that.
const RATE_NEAR_THE_LIMIT: u32 = 20;

const STOP: Duration = Duration::from_mins(1);

/// The first reading of a mailbox whose server gives each answer so much later, and so long until
/// all of this is done. How long systemd heard nothing at most, in the program's time.
async fn longest_silence(
    site: &Site,
    (later, rate): (Duration, u32),
    mut done: impl FnMut(&Site, &Daemon) -> bool,
) -> Duration {
    let gate = Gate::before(site.dovecot.tls_port).await;
    gate.set(Way::Slowly(site.dovecot.tls_port, later / rate));
    let port = format!("port = {}", site.dovecot.tls_port);
    site.change(&[(&port, &format!("port = {}", gate.port))]);
    let daemon = Daemon::hurried(
        program(),
        &site.config(),
        &format!("@2026-11-19 12:30:00 x{rate}"),
    );
    daemon.wait_told("READY=1");
    let beats = || {
        let told = daemon.told();
        told.iter().filter(|line| *line == "WATCHDOG=1").count()
    };
    let (begun, mut heard, mut count, mut longest) =
        (Instant::now(), Instant::now(), beats(), Duration::ZERO);
    while !done(site, &daemon) {
        assert!(begun.elapsed() < PATIENCE * 2, "{}", daemon.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
        longest = longest.max(heard.elapsed());
        let now = beats();
        if now > count {
            (heard, count) = (Instant::now(), now);
        }
    }
    let took = begun.elapsed() * rate;
    let ended = daemon.stop(STOP);
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert_eq!(
        gate.tried(),
        1,
        "it was borne in one session: {}",
        ended.err
    );
    println!(
        "each answer {later:?} later: {:.0} min of work, {count} times heard, at most {:.0} s of silence",
        took.as_secs_f64() / 60.0,
        (longest * rate).as_secs_f64()
    );
    longest * rate
}

fn has_read(_: &Site, daemon: &Daemon) -> bool {
    let told = daemon.told();
    told.iter()
        .any(|line| line.starts_with("STATUS=kf read at"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_seconds_a_step_are_work() {
    let site = Site::quick().await;
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Simhallen", "q1@x", ""),
        "2026-11-19 12:00",
    );
    let pace = (Duration::from_secs(100), RATE_NEAR_THE_LIMIT);
    let silence = longest_silence(&site, pace, has_read).await;
    assert!(silence < UNIT_WATCHDOG, "{silence:?}");
    assert!(site.register().knows("Simhallen"));
}

/// Each folder is asked for by itself, as by servers without LIST-STATUS.
#[tokio::test(flavor = "multi_thread")]
async fn four_hundred_folders_of_a_second_each_are_work() {
    let site = Site::with(
        DovecotOptions {
            extra: "imap_capability = IMAP4rev1 SASL-IR ID ENABLE IDLE UIDPLUS\n".to_owned(),
            ..DovecotOptions::default()
        },
        Post::quick().await,
    );
    for number in 0..400 {
        let folder = format!("Mapp {number}");
        site.dovecot.make_folder("user1", &folder);
    }
    site.deliver(
        "Mapp 399",
        &mail("nina@example.org", "Simhallen", "q1@x", ""),
        "2026-11-19 12:00",
    );
    let silence = longest_silence(&site, (Duration::from_secs(1), RATE), has_read).await;
    assert!(silence < UNIT_WATCHDOG, "{silence:?}");
    assert!(
        site.register().knows("Simhallen"),
        "the last folder was read"
    );
}

/// Each copy in Sent is looked for before it is stored.
#[tokio::test(flavor = "multi_thread")]
async fn twenty_seconds_a_search_for_each_of_many_copies_are_work() {
    const QUESTIONS: usize = 20;
    let site = Site::quick().await;
    for number in 0..QUESTIONS {
        let subject = format!("Bussen {number}");
        site.deliver(
            "INBOX",
            &mail(
                &format!("olle{number}@example.org"),
                &subject,
                &format!("q{number}@x"),
                "",
            ),
            "2026-11-17 09:12",
        );
    }
    let copies = |site: &Site, _: &Daemon| {
        let seen = site.dovecot.snapshot("user1");
        let sent = seen.get("Skickat").map_or(0, Vec::len);
        sent > 0 && sent >= site.post.mails().len() && sent >= QUESTIONS
    };
    let silence = longest_silence(&site, (Duration::from_secs(20), RATE), copies).await;
    assert!(silence < UNIT_WATCHDOG, "{silence:?}");
}
