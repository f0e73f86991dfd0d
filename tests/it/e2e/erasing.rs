//! Erasing on a real server: the messages still lie in the mailbox when the register says nothing
//! of their senders any more, and are recognised all the same.

use super::process::{NOW, wait_until};
use super::site::{Site, mail};
use std::time::Duration;

/// Two months later, by the machine and by the mail server.
const LATER: &str = "@2027-01-20 12:30:00";

const OF_THE_SETTLED: [&str; 6] = [
    "olle@example.org",
    "Bussen",
    "q1@x",
    "nina@example.org",
    "Utan id",
    "ringde Nina",
];

/// Which of these are in the database's files.
fn found<'a>(site: &Site, words: &[&'a str]) -> Vec<&'a str> {
    let folder = site.database().parent().expect("a folder").to_owned();
    let files = std::fs::read_dir(folder).expect("the folder").flatten();
    let bytes: Vec<u8> = files
        .flat_map(|file| std::fs::read(file.path()).expect("a file"))
        .collect();
    let stands = |word: &&&str| {
        bytes
            .windows(word.len())
            .any(|window| window == word.as_bytes())
    };
    words.iter().filter(stands).copied().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_erased_and_lies_there_still_is_recognised_when_the_folder_is_numbered_anew() {
    let site = Site::quick().await;
    site.change(&[(
        "[service]\n",
        "[service]\nretention = { months = 1, decision = \"KS 2026/123\" }\n",
    )]);
    site.deliver(
        "INBOX",
        &mail("olle@example.org", "Bussen", "q1@x", ""),
        "2026-11-17 09:12",
    );
    site.deliver(
        "INBOX",
        "From: nina@example.org\nSubject: Utan id\n\nHej\n",
        "2026-11-19 11:00",
    );
    site.deliver(
        "INBOX",
        &mail("eva@example.org", "Sopor", "q3@x", ""),
        "2026-11-19 11:30",
    );
    site.once().succeeded();
    assert_eq!(
        site.register().outbox(),
        ["notice citizen sent 1", "reminder registrator sent 1"]
    );
    let answer = "From: kf@example.se\nTo: olle@example.org\nSubject: SV: Bussen\nMessage-ID: <s1@kf>\n\
                  In-Reply-To: <q1@x>\nDate: Thu, 19 Nov 2026 12:20:00 +0100\n\nHej\n";
    site.deliver("Skickat", answer, "2026-11-19 12:20");
    site.run(&[
        "close",
        "SL-2026-00002",
        "--how",
        "phone",
        "--note",
        "ringde Nina",
    ])
    .succeeded();
    site.once().succeeded();
    assert_eq!(found(&site, &OF_THE_SETTLED), OF_THE_SETTLED);

    // That the time has passed, the mail server says too: without a mail of that day the clock
    // would not be believed.
    site.run_at(LATER, &["run", "--once"])
        .says(1, &["the clock cannot be believed"]);
    assert_eq!(found(&site, &OF_THE_SETTLED), OF_THE_SETTLED);
    site.deliver(
        "INBOX",
        &mail("eva@example.org", "Gymmet", "q4@x", ""),
        "2027-01-20 12:00",
    );
    site.run_at(LATER, &["run", "--once"]).succeeded();
    assert_eq!(found(&site, &OF_THE_SETTLED), [""; 0]);
    assert_eq!(
        found(&site, &["eva@example.org", "Sopor"]).len(),
        2,
        "the open ones stay"
    );

    let before = (site.register().items(), site.post.mails().len());
    assert_eq!(before.0, 4);
    for folder in ["INBOX", "Skickat"] {
        site.dovecot.reset_uidvalidity("user1", folder);
    }
    for _ in 0..2 {
        site.run_at(LATER, &["run", "--once"]).succeeded();
        assert_eq!((site.register().items(), site.post.mails().len()), before);
    }
    assert_eq!(
        found(&site, &OF_THE_SETTLED),
        [""; 0],
        "what is read again is not written down again"
    );
    assert_eq!(
        site.dovecot.snapshot("user1")["INBOX"].len(),
        4,
        "the mailbox is not touched"
    );
    let rebuilt = site.run_at(LATER, &["rebuild"]);
    assert!(
        rebuilt
            .out
            .contains("Rättade rader: 0 ärenden, 0 söknycklar."),
        "{rebuilt:?}"
    );
}

/// The command works while the daemon does, and the daemon goes on with a file that was written
/// again under it.
#[tokio::test(flavor = "multi_thread")]
async fn the_registrar_erases_beside_the_daemon() {
    let site = Site::quick().await;
    site.change(&[(
        "[service]\n",
        "[service]\nretention = { months = 1, decision = \"KS 2026/123\" }\n",
    )]);
    // History: at rest since it arrived. The daemon leaves it alone, since it is office hours.
    site.deliver(
        "INBOX",
        &mail("olle@example.org", "Bussen", "q1@x", ""),
        "2026-06-17 09:12",
    );
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Gymmet", "q2@x", ""),
        "2026-06-18 09:12",
    );
    let daemon = site.daemon(NOW);
    daemon.wait_told("READY=1");
    wait_until("both in the register", || site.register().items() == 2);
    site.run(&["hold", "SL-2026-00002", "on"]).succeeded();
    let would = site.run(&["purge", "--dry-run"]);
    assert!(
        would.out.contains("Skulle gallras: 1 ärende, 0 mejl"),
        "{would:?}"
    );
    assert!(site.register().knows("Bussen"));
    let erased = site.run(&["purge"]);
    assert!(
        erased.out.contains("Gallrades: 1 ärende, 0 mejl"),
        "{erased:?}"
    );
    erased.succeeded();
    assert_eq!(
        found(&site, &["olle@example.org", "Bussen", "nina@example.org"]),
        ["nina@example.org"]
    );
    site.deliver(
        "INBOX",
        &mail("eva@example.org", "Sopor", "q3@x", ""),
        "2026-11-19 12:00",
    );
    wait_until("the new mail in the register", || {
        site.register().knows("Sopor")
    });
    daemon.stop(Duration::from_secs(10)).succeeded();
    site.once().succeeded();
    assert_eq!(site.register().items(), 3);
}
