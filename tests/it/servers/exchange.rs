//! The adapter and Exchange's words for «later».

use super::fake_imap::{Fake, PATIENCE};
use servicelofte::ports::{Mailbox, MailboxError};
use std::time::Duration;

#[tokio::test]
async fn throttling_is_obeyed_however_it_is_said() {
    for (answer, seconds) in [
        (
            "TAG NO Request is throttled. Suggested Backoff Time: 27000 milliseconds\r\n",
            27,
        ),
        (
            "TAG BAD Request is throttled. Suggested Backoff Time: 4000 milliseconds\r\n",
            4,
        ),
        (
            "* BYE Request is throttled. Suggested Backoff Time: 90000 milliseconds\r\nCLOSE",
            90,
        ),
        // Then it hangs up; its earlier words count.
        (
            "TAG BAD Request is throttled. Suggested Backoff Time: 1000 milliseconds\r\n* BYE closing\r\nCLOSE",
            1,
        ),
        (
            "TAG NO Request is throttled. Suggested Backoff Time: 999999999999 milliseconds\r\n",
            3600,
        ),
    ] {
        for word in ["LIST", "EXAMINE", "LOGIN"] {
            let fake = Fake::start(vec![(word, answer.as_bytes().to_vec())]).await;
            let heard = async {
                let mut mailbox = fake.connect().await?;
                mailbox.folders().await?;
                mailbox.examine("INBOX").await
            };
            let expected = MailboxError::Throttled(Duration::from_secs(seconds));
            assert_eq!(heard.await, Err(expected), "{word}: {answer}");
        }
    }
}

#[tokio::test]
async fn a_mailbox_server_that_is_away_is_no_refused_login() {
    for word in ["LOGIN", "LIST", "EXAMINE"] {
        let answer = b"TAG BAD User is authenticated but not connected.\r\n".to_vec();
        let fake = Fake::start(vec![(word, answer)]).await;
        let heard = async {
            let mut mailbox = fake.connect().await?;
            mailbox.folders().await?;
            mailbox.examine("INBOX").await
        };
        let heard = heard.await;
        assert!(
            matches!(heard, Err(MailboxError::Lost(_) | MailboxError::Busy(_))),
            "{word}: {heard:?}"
        );
    }
}

#[tokio::test]
async fn idle_that_is_refused_is_not_tried_again_and_one_that_is_lost_is_told() {
    let offers = || {
        (
            "CAPABILITY",
            b"* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK done\r\n".to_vec(),
        )
    };
    let wait = Duration::from_millis(100);
    for (answer, heard, pushes) in [
        ("TAG BAD not here\r\n", Ok(true), false),
        ("TAG NO not now\r\n", Ok(true), false),
        ("+ idling\r\n* OK Still here\r\n", Ok(false), true),
        ("+ idling\r\n* 4 EXISTS\r\n", Ok(true), true),
        ("* 4 EXISTS\r\n+ idling\r\n", Ok(true), true),
        (
            "+ idling\r\n* 2 FETCH (FLAGS (\\Answered))\r\n",
            Ok(true),
            true,
        ),
        ("+ idling\r\n* 2 EXPUNGE\r\n", Ok(true), true),
        ("+ idling\r\nTAG OK IDLE completed\r\n", Ok(true), true),
        (
            "+ idling\r\nCLOSE",
            Err("the server closed the connection"),
            true,
        ),
        (
            "+ idling\r\n* BYE Connection closed\r\nCLOSE",
            Err("the server said goodbye"),
            true,
        ),
        (
            "+ idling\r\n* BYE Session invalidated - AccessTokenExpired\r\nCLOSE",
            Err("the session ended with its token"),
            true,
        ),
        ("\r\n", Err("cannot be read"), true),
    ] {
        let fake = Fake::start(vec![
            offers(),
            offers(),
            ("IDLE", answer.as_bytes().to_vec()),
        ])
        .await;
        let mut mailbox = fake.connect().await.expect("connects");
        let read = mailbox.examine("INBOX").await.expect("opens");
        let idle = mailbox.idle("INBOX", &read, wait, std::future::pending());
        match (idle.await, heard) {
            (Ok(news), Ok(expected)) => {
                assert_eq!((news, mailbox.pushes()), (expected, pushes), "{answer}");
                mailbox.noop().await.expect("the connection still stands");
            }
            (Err(error), Err(expected)) => {
                assert!(error.to_string().contains(expected), "{answer}: {error}");
            }
            (heard, _) => panic!("{answer}: {heard:?}"),
        }
    }
}

/// Dovecot hears of nothing that is put straight into `cur` in the moment between EXAMINE and IDLE.
#[tokio::test]
async fn what_a_server_overlooks_at_first_is_seen_at_the_second_look() {
    let offers = || {
        (
            "CAPABILITY",
            b"* CAPABILITY IMAP4rev1 IDLE\r\nTAG OK done\r\n".to_vec(),
        )
    };
    let (deaf, hears) = ("+ idling\r\n", "+ idling\r\n* 4 EXISTS\r\n");
    let idles = [deaf, hears].map(|answer| ("IDLE", answer.as_bytes().to_vec()));
    let fake = Fake::start([offers(), offers()].into_iter().chain(idles).collect()).await;
    let mut mailbox = fake.connect().await.expect("connects");
    let read = mailbox.examine("INBOX").await.expect("opens");
    let idle = mailbox.idle("INBOX", &read, PATIENCE, std::future::pending());
    assert_eq!(tokio::time::timeout(PATIENCE, idle).await, Ok(Ok(true)));
    let commands: Vec<String> = fake.seen.lock().expect("no panic").clone();
    let words: Vec<&str> = commands
        .iter()
        .skip(3)
        .filter_map(|line| line.split(' ').next_back())
        .collect();
    assert_eq!(
        words,
        ["\"INBOX\"", "IDLE", "DONE", "IDLE", "DONE", "NOOP"],
        "{commands:?}"
    );
}
