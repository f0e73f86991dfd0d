//! The IMAP adapter against servers that never come to an end: floods, drips, silence, a hang-up,
//! at every step.

use super::fake_imap::{Fake, PATIENCE};
use super::imap_hostile::{fetch, kind};
use servicelofte::config::Security;
use servicelofte::imap::ImapMailbox;
use servicelofte::mail::parse::MAX_HEADER;
use servicelofte::ports::{Mailbox, MailboxError};
use std::time::{Duration, Instant};

/// The longest silence here; the program's own is two minutes, and everything below is in
/// proportion.
const SILENCE: Duration = Duration::from_millis(500);
/// The same where an answer must not be late, however busy the machine is.
const LONG_SILENCE: Duration = Duration::from_secs(1);

/// Every command that the program gives, by a word of its line.
const STEPS: [&str; 8] = [
    "GREETING",
    "CAPABILITY",
    "LOGIN",
    "LIST",
    "EXAMINE",
    "UID FETCH",
    "UID SEARCH",
    "APPEND",
];

/// A whole visit; the first error ends it.
async fn visit(fake: &Fake, security: Security, silence: Duration) -> Result<(), MailboxError> {
    let fields = ["Subject".to_owned()];
    let mut mailbox = ImapMailbox::connect_within(&fake.server(security), &fields, silence).await?;
    mailbox.folders().await?;
    mailbox.examine("INBOX").await?;
    fetch(&mut mailbox, (1, 9)).await?;
    mailbox.find("a@b", 1).await?;
    mailbox.append("Skickat", b"Subject: x\r\n\r\n").await
}

/// Ends in time, as a lost connection (or a refusal of too much), in words without any of the
/// mail's.
async fn check(step: &'static str, answer: Vec<u8>, security: Security) {
    let shown = format!(
        "{step}: {}",
        String::from_utf8_lossy(&answer[..answer.len().min(60)])
    );
    let fake = Fake::start(vec![(step, answer)]).await;
    let begun = Instant::now();
    let visited = tokio::time::timeout(PATIENCE, visit(&fake, security, SILENCE)).await;
    let e = match visited.unwrap_or_else(|_| panic!("{shown}: it hung")) {
        // An answer that cannot be read is worked around message by message, and then the server
        // behaves.
        Ok(()) if step == "UID FETCH" && fake.commands("LOGIN") > 1 => return,
        Ok(()) => panic!("{shown}: it was believed"),
        Err(e) => e,
    };
    let expected = matches!(kind(&e), "lost" | "refused" | "tls");
    assert!(
        expected && !e.to_string().contains("Hemlig"),
        "{shown}: {e:?}"
    );
    println!("{shown:?}: {} ms, {e}", begun.elapsed().as_millis());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_step_comes_to_an_end() {
    let endless_line = [b"* OK Hemligt ".as_slice(), &[b'x'; 3_000], b"DRIP"].concat();
    let line = vec![b'x'; 1 << 16];
    let mut all = tokio::task::JoinSet::new();
    for step in STEPS {
        for answer in [
            b"CLOSE".to_vec(),
            b"* BYE go away\r\nCLOSE".to_vec(),
            b"".to_vec(),
            // A byte now and then does not make an answer.
            endless_line.clone(),
            [line.as_slice(), b"FLOOD"].concat(),
        ] {
            all.spawn(check(step, answer, Security::Plaintext));
        }
        if step != "GREETING" {
            // Whole answers now and then, of no use to anybody.
            for talk in [
                &b"* OK Hemligt\r\nREPEAT"[..],
                b"* 99 EXISTS\r\nREPEAT",
                b"* 1 EXPUNGE\r\nREPEAT",
                b"* 7 FETCH (UID 4000000000 FLAGS (Hemlig))\r\nREPEAT",
                b"* 7 FETCH (UID 3 RFC822.SIZE 9)\r\nREPEAT",
                b"* SEARCH 1\r\nREPEAT",
                b"* CAPABILITY IMAP4rev1 HEMLIG\r\nREPEAT",
            ] {
                all.spawn(check(step, talk.to_vec(), Security::Plaintext));
            }
        }
    }
    all.join_all().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dialogue_before_tls_comes_to_an_end_too() {
    let mut all = tokio::task::JoinSet::new();
    for step in ["GREETING", "CAPABILITY", "STARTTLS"] {
        for answer in [
            &b"CLOSE"[..],
            b"",
            b"* OK xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxDRIP",
            b"xxxxxxxxFLOOD",
            b"* PREAUTH welcome\r\n",
        ] {
            all.spawn(check(step, answer.to_vec(), Security::StartTls));
        }
        if step != "GREETING" {
            all.spawn(check(
                step,
                b"* OK still here\r\nREPEAT".to_vec(),
                Security::StartTls,
            ));
            all.spawn(check(
                step,
                b"* OK still here\r\nFLOOD".to_vec(),
                Security::StartTls,
            ));
        }
    }
    all.join_all().await;
}

/// A slow answer is an answer, as long as it gets somewhere.
#[tokio::test]
async fn slowness_with_progress_is_borne() {
    let refusal = [
        b"* OK wait\r\n".repeat(50).as_slice(),
        b"TAG NO [AUTHENTICATIONFAILED] no\r\nTRICKLE",
    ]
    .concat();
    let fake = Fake::start(vec![("LOGIN", refusal)]).await;
    let e = visit(&fake, Security::Plaintext, LONG_SILENCE)
        .await
        .expect_err("refused");
    assert_eq!(kind(&e), "login", "{e:?}");

    // 1 000 messages, each a moment after the last: in sum far longer than talk without progress
    // may go on.
    let mut slow = Vec::new();
    for uid in 1..=1_000 {
        slow.extend_from_slice(format!("* {uid} FETCH (UID {uid} RFC822.SIZE 9)\r\n").as_bytes());
    }
    slow.extend_from_slice(b"TAG OK\r\nTRICKLE");
    let fake = Fake::start(vec![("UID FETCH", slow)]).await;
    let mut mailbox =
        ImapMailbox::connect_within(&fake.server(Security::Plaintext), &[], LONG_SILENCE)
            .await
            .expect("connects");
    mailbox.examine("INBOX").await.expect("opens");
    let begun = Instant::now();
    assert_eq!(
        fetch(&mut mailbox, (1, 1_000))
            .await
            .expect("it comes")
            .len(),
        1_000
    );
    assert!(
        begun.elapsed() > LONG_SILENCE * servicelofte::imap::conn::SILENCES,
        "the server was not slow enough to tell"
    );
}

/// Batches of long headers are under way several at once: each holds no more than is read of it.
#[tokio::test]
async fn no_more_of_a_long_header_is_kept_than_is_read() {
    let length = MAX_HEADER + 100;
    let mut answer =
        format!("* 1 FETCH (UID 1 RFC822.SIZE 9 FLAGS () BODY[HEADER.FIELDS (SUBJECT)] {{{length}}}\r\nSubject: a")
            .into_bytes();
    answer.resize(answer.len() + length - "Subject: a".len(), b'x');
    answer.extend_from_slice(b")\r\nTAG OK\r\n");
    let fake = Fake::start(vec![("UID FETCH", answer)]).await;
    let mut mailbox = fake.connect().await.expect("connects");
    mailbox.examine("INBOX").await.expect("opens");
    let fetched = fetch(&mut mailbox, (1, 1)).await.expect("a message");
    let lengths: Vec<usize> = fetched.iter().map(|message| message.header.len()).collect();
    assert_eq!(lengths, [MAX_HEADER]);
}
