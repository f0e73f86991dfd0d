//! `check` against real servers: a line for each thing, and the remedy for what fails.

use super::post::Post;
use super::site::{Site, at, mail};
use crate::servers::dovecot::DovecotOptions;

#[tokio::test(flavor = "multi_thread")]
async fn a_good_site_is_all_ok() {
    let site = Site::new().await;
    site.deliver(
        "Skickat",
        &mail("kf@example.se", "SV: Bussen", "a1@x", ""),
        "2026-11-17 09:12",
    );
    let before = site.dovecot.snapshot("user1");
    for made in [false, true] {
        let checked = site.run(&["check"]);
        assert_eq!(
            (checked.code, checked.last_words()),
            (Some(0), Vec::new()),
            "{checked:?}"
        );
        let (imap, smtp) = (site.dovecot.tls_port, site.post.port);
        let database = if made {
            "can be written"
        } else {
            "will be made by the first `servicelofte run`"
        };
        for line in [
            "ok       configuration: 1 mailbox(es), 2 pledge(s)",
            "ok       calendar 2026: 1 day(s) closed by decision",
            "ok       texts: Swedish",
            database,
            &format!("ok       kf: IMAP localhost:{imap}: logged in"),
            "ok       kf: inbox folder \"INBOX\": 0 message(s)",
            "ok       kf: sent folder \"Skickat\": 1 message(s)",
            "ok       kf: junk folder \"Junk\": 0 message(s)",
            &format!("ok       kf: SMTP localhost:{smtp}: no login, encrypted"),
            "warning  alarms: they go the same way",
            "0 fault(s), 1 warning(s)",
        ] {
            assert!(checked.out.contains(line), "{line:?} is not in {checked:?}");
        }
        assert_eq!(site.database().exists(), made, "check makes no database");
        site.once().succeeded();
    }
    assert_eq!(site.dovecot.snapshot("user1"), before);
    assert!(site.post.mails().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_has_its_line() {
    let site = Site::quick().await;
    site.change(&[(
        "poll_seconds = 1",
        "poll_seconds = 1\ninbox = [\"INBOX\", \"Vaxeln\"]\nsent = [\"Skickade\"]",
    )]);
    let folders = site.run(&["check"]);
    folders.says(1, &["2 fault(s)"]);
    for (missing, listed) in [("Vaxeln", "Skickat"), ("Skickade", "INBOX")] {
        let line = folders
            .out
            .lines()
            .find(|line| line.contains(&format!("{missing:?}")))
            .expect("a line");
        assert!(
            line.starts_with("fault") && line.contains("the server has:") && line.contains(listed),
            "{line}"
        );
    }
    let imap = format!("port = {}", site.dovecot.tls_port);
    let smtp = format!("port = {}", site.post.port);
    // Nothing listens on port 1.
    site.change(&[(&imap, "port = 1"), (&smtp, "port = 1")]);
    let away = site.run(&["check"]);
    away.says(1, &["2 fault(s)"]);
    // The address behind the name that was tried last is named.
    for way in [
        "fault    kf: IMAP: localhost:1 (",
        "fault    kf: SMTP: localhost:1 (",
    ] {
        let mut faults = away.out.lines().filter(|line| line.starts_with(way));
        assert!(
            faults.any(|line| line.contains("): the connection was refused")),
            "{away:?}"
        );
    }
    let offline = site.run(&["check", "--offline"]);
    assert_eq!(offline.code, Some(0), "{offline:?}");
    assert!(!offline.out.contains("IMAP"), "{offline:?}");
    assert!(!site.database().exists());
}

/// Marks of answers while Sent shows none: people's answers are stored somewhere else.
#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_stored_elsewhere_are_told() {
    let site = Site::quick().await;
    for number in 0..5 {
        let text = mail(
            "nina@example.org",
            &format!("Simhallen {number}"),
            &format!("q{number}@x"),
            "",
        );
        site.dovecot.deliver(
            "user1",
            "INBOX",
            text.as_bytes(),
            "RS",
            at("2026-11-19 12:00"),
        );
    }
    site.once().succeeded();
    let checked = site.run(&["check"]);
    let line = "warning  kf: 5 message(s) are marked as answered, but no answer was ever seen in a Sent folder";
    assert!(checked.out.contains(line), "{checked:?}");
    assert!(
        checked
            .out
            .contains("warning  kf: the Sent folder is empty"),
        "{checked:?}"
    );
}

/// A server that takes no mail from the mailbox's address is found before the first notice is.
#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_the_server_refuses_is_told() {
    let site = Site::with(
        DovecotOptions::default(),
        Post::that_refuses("550 5.7.60 SMTP; no permission").await,
    );
    let checked = site.run(&["check"]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    let line = "takes no mail from kf@kommunen.test to drift@kommunen.test: MAIL: 550 5.7.60";
    assert!(
        checked
            .out
            .lines()
            .any(|told| told.starts_with("fault    kf: SMTP") && told.contains(line)),
        "{checked:?}"
    );
    assert!(site.post.mails().is_empty());
}

/// A clock that is wrong makes wrong due days: every clock of the servers that can be seen is
/// compared with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_differs_from_the_servers_is_told() {
    let greeting =
        b"220 mx.example.net Microsoft ESMTP MAIL Service ready at Thu, 19 Nov 2026 11:20:00 +0000 [08DE]\r\n";
    let site = Site::with(DovecotOptions::default(), Post::that_greets(greeting).await);
    // The program's clock shows half past one.
    for (stamp, told) in [("2026-11-19 13:29", 0), ("2026-11-19 14:00", 1)] {
        site.deliver(
            "INBOX",
            &mail("olle@example.org", "Bussen", &format!("{told}@x"), ""),
            stamp,
        );
        let checked = site.run(&["check"]);
        assert_eq!(checked.code, Some(0), "{checked:?}");
        let lines: Vec<&str> = checked
            .out
            .lines()
            .filter(|line| line.starts_with("warning  clock:"))
            .collect();
        let (stamped, greeted): (Vec<&str>, Vec<&str>) =
            lines.iter().partition(|line| line.contains("stamp"));
        assert_eq!((stamped.len(), greeted.len()), (told, 1), "{checked:?}");
        let whose = "s behind kf's mail server, by the stamp of its newest message; let it set its clock by NTP";
        assert!(
            stamped.iter().all(|line| line.contains(whose)),
            "{checked:?}"
        );
        assert!(
            greeted[0]
                .contains("s ahead of kf: SMTP, by its greeting; let it set its clock by NTP"),
            "{checked:?}"
        );
    }
}
