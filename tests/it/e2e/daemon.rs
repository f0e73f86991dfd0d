//! The daemon as a process: what systemd hears, how it stops, and how it lives through servers that
//! go away.

use super::post::Door;
use super::process::{NOW, TEN_TIMES, wait_until};
use super::site::{Site, mail};
use std::time::Duration;

/// Longest ordered stop when nothing is on its way.
const STOP: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn it_is_ready_reads_beats_and_stops_in_order() {
    let site = Site::quick().await;
    let daemon = site.daemon(NOW);
    daemon.wait_told("READY=1");
    daemon.wait_told("STATUS=kf read at 13:3");
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Simhallen", "q1@x", ""),
        "2026-11-19 12:00",
    );
    wait_until("the new mail in the register", || {
        site.register().knows("Simhallen")
    });
    daemon.wait_told("WATCHDOG=1");
    // A second one on the same database says so and ends; the first goes on.
    site.run(&["run"]).says(
        1,
        &[
            "another servicelofte runs on this database",
            "stop it first",
        ],
    );
    site.run(&["run", "--once"])
        .says(1, &["another servicelofte runs on this database"]);
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Gymmet", "q2@x", ""),
        "2026-11-19 12:05",
    );
    wait_until("the next mail in the register", || {
        site.register().knows("Gymmet")
    });
    let told = daemon.told();
    let ended = daemon.stop(STOP);
    ended.succeeded();
    assert_eq!(
        told.iter().filter(|line| *line == "READY=1").count(),
        1,
        "{told:?}"
    );
    // The lock goes with the process.
    site.once().succeeded();
    assert_eq!(site.register().items(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn sighup_takes_a_new_configuration_that_holds_and_no_other() {
    let site = Site::quick().await;
    let daemon = site.daemon(NOW);
    let lives = || {
        daemon
            .told()
            .iter()
            .filter(|line| *line == "READY=1")
            .count()
    };
    daemon.wait_told("STATUS=kf read at");
    // These mean nothing to it; unheard they would end it.
    daemon.signal("USR1");
    daemon.signal("USR2");
    site.change(&[("handler = \"registrator\"", "handler = \"nobody\"")]);
    daemon.signal("HUP");
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Simhallen", "q1@x", ""),
        "2026-11-19 12:00",
    );
    wait_until("the first mail in the register", || {
        site.register().knows("Simhallen")
    });
    assert_eq!(
        (lives(), &site.register().item("Simhallen")["handler"]),
        (1, &"registrator".into())
    );
    site.change(&[("handler = \"nobody\"", "handler = \"kanslist\"")]);
    daemon.signal("HUP");
    wait_until("a second life", || lives() == 2);
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Gymmet", "q2@x", ""),
        "2026-11-19 12:05",
    );
    wait_until("the next mail in the register", || {
        site.register().knows("Gymmet")
    });
    assert_eq!(site.register().item("Gymmet")["handler"], "kanslist");
    let told = daemon.told();
    let ended = daemon.stop(STOP);
    ended.succeeded();
    assert!(
        ended.err.contains("the configuration stays as it was") && ended.err.contains("nobody"),
        "{}",
        ended.err
    );
    assert!(!told.iter().any(|line| line == "STOPPING=1"), "{told:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_is_told_even_while_no_server_answers() {
    let site = Site::quick().await;
    let door = Door::shut(site.post.port);
    site.change(&[(
        &format!("port = {}", site.dovecot.tls_port),
        &format!("port = {}", door.port),
    )]);
    let daemon = site.daemon(NOW);
    daemon.wait_told("READY=1");
    daemon.wait_told("STATUS=failed: kf: localhost");
    let listener = daemon.ears();
    daemon.stop(STOP).succeeded();
    wait_until("STOPPING=1", || {
        listener
            .lock()
            .unwrap()
            .iter()
            .any(|line| line == "STOPPING=1")
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn it_lives_through_a_mailbox_that_dies_and_comes_back() {
    let mut site = Site::quick().await;
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Simhallen", "q1@x", ""),
        "2026-11-19 12:00",
    );
    let daemon = site.daemon(NOW);
    daemon.wait_told("READY=1");
    wait_until("the first mail in the register", || {
        site.register().knows("Simhallen")
    });
    site.dovecot.kill();
    daemon.wait_told("STATUS=failed: kf: localhost");
    site.dovecot.start_again();
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Gymmet", "q2@x", ""),
        "2026-11-19 12:05",
    );
    wait_until("the mail that came meanwhile", || {
        site.register().knows("Gymmet")
    });
    daemon.stop(STOP).succeeded();
    assert_eq!(site.register().items(), 2);
}

/// The first attempt fails, the next is a minute later by the clock: ten times as fast here.
#[tokio::test(flavor = "multi_thread")]
async fn mail_waits_for_a_way_out_and_leaves_once() {
    let site = Site::new().await;
    let mut door = Door::shut(site.post.port);
    site.change(&[(
        &format!("port = {}", site.post.port),
        &format!("port = {}", door.port),
    )]);
    site.deliver(
        "INBOX",
        &mail("olle@example.org", "Bussen", "q1@x", ""),
        "2026-11-17 09:12",
    );
    let refused = site.once();
    refused.says(1, &["mailbox kf", "the connection was refused"]);
    assert_eq!(
        site.register().outbox(),
        ["notice citizen queued 0", "reminder registrator queued 0"]
    );
    let daemon = site.daemon(TEN_TIMES);
    daemon.wait_told("STATUS=kf read at");
    door.open().await;
    wait_until("both mails sent", || {
        site.register().outbox() == ["notice citizen sent 1", "reminder registrator sent 1"]
    });
    site.post.wait_for(2);
    // Some more rounds, which find nothing to do.
    let rounds = daemon.told().len();
    wait_until("more rounds", || daemon.told().len() > rounds + 3);
    daemon.stop(STOP).succeeded();
    let to: Vec<String> = site
        .post
        .mails()
        .iter()
        .map(super::post::Mail::to)
        .collect();
    assert_eq!(to, ["olle@example.org", "registrator@example.se"]);
    assert_eq!(
        site.dovecot.snapshot("user1")["Skickat"].len(),
        2,
        "a copy of each"
    );
}
