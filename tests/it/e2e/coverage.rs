//! The proof of coverage on a real server: a message behind the cursor's back is found, logged and
//! reported.

use super::process::{TEN_TIMES, wait_until};
use super::site::{Site, mail};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn messages_behind_the_cursors_back_are_found_logged_and_told() {
    let site = Site::quick().await;
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Simhallen", "q1@x", ""),
        "2026-11-19 12:00",
    );
    site.once().succeeded();
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Gymmet", "q2@x", ""),
        "2026-11-19 12:05",
    );
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Bussen", "q3@x", ""),
        "2026-11-19 12:10",
    );
    let file = rusqlite::Connection::open(site.database()).expect("the register");
    let jumped = "UPDATE folder SET uid_next = uid_next + 2, present = 3, modseq = NULL WHERE name = 'INBOX';";
    file.execute_batch(jumped).expect("the cursor jumps");
    assert_eq!(site.register().items(), 1);
    file.execute_batch("DELETE FROM comparison")
        .expect("another day");
    drop(file);
    let daemon = site.daemon(TEN_TIMES);
    wait_until("both in the register", || {
        site.register().knows("Gymmet") && site.register().knows("Bussen")
    });
    wait_until("the operator's alarm", || {
        site.post
            .mails()
            .iter()
            .any(|mail| mail.field("X-Servicelofte").as_deref() == Some("alarm"))
    });
    daemon.stop(Duration::from_secs(10)).succeeded();
    assert_eq!(site.register().items(), 3);
    let checked = site.run(&["check", "--offline"]);
    assert!(
        checked
            .out
            .contains("coverage: kf: \"INBOX\": 3 message(s), none missing"),
        "{}",
        checked.out
    );
    assert!(
        checked
            .out
            .contains("2 message(s) had been missed and were logged afterwards"),
        "{}",
        checked.out
    );
}
