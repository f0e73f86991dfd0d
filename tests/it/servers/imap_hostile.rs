//! The IMAP adapter against a scripted server that lies, stalls and shouts.

use super::fake_imap::{Fake, Folder, PATIENCE, SILENCE};
use servicelofte::config::Security;
use servicelofte::imap::ImapMailbox;
use servicelofte::ports::{Fetched, Flags, Mailbox, MailboxError};
use std::time::Duration;
use tokio::sync::mpsc;

/// Well above what the guard lets through (some MiB) and well below what the parser would reserve
/// (512 MiB).
const MEMORY_KIB: u64 = 200 << 10;

pub async fn fetch(
    mailbox: &mut ImapMailbox,
    uids: (u32, u32),
) -> Result<Vec<Fetched>, MailboxError> {
    let (batches, mut received) = mpsc::channel(100);
    tokio::time::timeout(PATIENCE, mailbox.fetch(uids, batches))
        .await
        .expect("no hang")?;
    let mut all = Vec::new();
    while let Some(batch) = received.recv().await {
        all.extend(batch);
    }
    Ok(all)
}

/// Peak resident memory of this process, in KiB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("/proc");
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .expect("VmHWM");
    line.split_ascii_whitespace()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .expect("a number")
}

pub fn kind(e: &MailboxError) -> &'static str {
    match e {
        MailboxError::Lost(_) => "lost",
        MailboxError::Throttled(_) => "throttled",
        MailboxError::Expired(_) => "expired",
        MailboxError::Busy(_) => "busy",
        MailboxError::Login(_) => "login",
        MailboxError::Tls(_) => "tls",
        MailboxError::Folder { .. } => "folder",
        MailboxError::Refused(_) => "refused",
    }
}

#[tokio::test]
async fn connecting_to_a_liar_fails_in_the_right_way() {
    for (rules, expected, words) in [
        (
            vec![("GREETING", b"* BYE too many connections\r\nCLOSE".to_vec())],
            "lost",
            "too many connections",
        ),
        (vec![("GREETING", b"CLOSE".to_vec())], "lost", "closed"),
        (
            vec![("GREETING", b"".to_vec())],
            "lost",
            "no answer within 2 s",
        ),
        (
            vec![("GREETING", b"HTTP/1.1 400 Bad Request\r\n".to_vec())],
            "lost",
            "cannot be read",
        ),
        (
            vec![("GREETING", b"* 3 EXISTS\r\n".to_vec())],
            "lost",
            "not an IMAP server",
        ),
        (
            vec![(
                "CAPABILITY",
                b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nTAG OK\r\n".to_vec(),
            )],
            "login",
            "takes no passwords",
        ),
        (
            vec![("LOGIN", b"TAG NO [AUTHENTICATIONFAILED] Nope\r\n".to_vec())],
            "login",
            "AUTHENTICATIONFAILED",
        ),
        // A server that repeats the client's words.
        (
            vec![(
                "LOGIN",
                b"TAG BAD LOGIN \"u\" \"hemligt\" failed\r\n".to_vec(),
            )],
            "login",
            "\"u\"",
        ),
        (
            vec![("LOGIN", b"* BYE LOGIN u hemligt\r\nCLOSE".to_vec())],
            "lost",
            "goodbye",
        ),
        (
            vec![("LOGIN", b"TAG NO [UNAVAILABLE] Backend away\r\n".to_vec())],
            "busy",
            "Backend away",
        ),
        (
            vec![("LOGIN", b"S99 OK in\r\n".to_vec())],
            "lost",
            "not given",
        ),
        (
            vec![(
                "LOGIN",
                b"TAG BAD Request is throttled. Suggested Backoff Time: 9000 milliseconds\r\n"
                    .to_vec(),
            )],
            "throttled",
            "9 s",
        ),
    ] {
        let fake = Fake::start(rules).await;
        let e = fake.connect().await.err().expect("must fail");
        assert!(
            kind(&e) == expected && e.to_string().contains(words),
            "{expected}, {words}: {e:?}"
        );
        assert!(!e.to_string().contains("hemligt"));
    }
}

#[tokio::test]
async fn starttls_is_neither_skipped_nor_injected() {
    for (rules, words) in [
        (
            vec![(
                "CAPABILITY",
                b"* CAPABILITY IMAP4rev1\r\nTAG OK\r\n".to_vec(),
            )],
            "does not offer STARTTLS",
        ),
        (
            vec![
                (
                    "CAPABILITY",
                    b"* CAPABILITY IMAP4rev1 STARTTLS\r\nTAG OK\r\n".to_vec(),
                ),
                (
                    "STARTTLS",
                    b"TAG OK go\r\n* OK I am the true server\r\n".to_vec(),
                ),
            ],
            "before TLS began",
        ),
        (
            vec![
                (
                    "CAPABILITY",
                    b"* CAPABILITY IMAP4rev1 STARTTLS\r\nTAG OK\r\n".to_vec(),
                ),
                ("STARTTLS", b"TAG NO not now\r\n".to_vec()),
            ],
            "does not offer STARTTLS",
        ),
    ] {
        let fake = Fake::start(rules).await;
        let e = ImapMailbox::connect_within(&fake.server(Security::StartTls), &[], SILENCE)
            .await
            .err()
            .expect("fails");
        assert!(
            kind(&e) == "tls" && e.to_string().contains(words),
            "{words}: {e:?}"
        );
        assert_eq!(
            fake.commands("LOGIN"),
            0,
            "nothing secret goes over the wire"
        );
    }
}

#[tokio::test]
async fn cut_off_and_refused_answers_are_errors_never_empty() {
    for (answer, expected) in [
        (&b"CLOSE"[..], "lost"),
        (b"* SEARCH 1\r\nCLOSE", "lost"),
        (b"* SEA", "lost"),
        (b"* SEACLOSE", "lost"),
        (b"", "lost"),
        (b"* BYE shutting down\r\nCLOSE", "lost"),
        (b"S1 OK done\r\n", "lost"),
        (b"* ESEARCH (TAG \"A1\") UID\r\nTAG OK\r\n", "lost"),
        (b"TAG NO [SERVERBUG] oops\r\n", "refused"),
        (b"TAG BAD what\r\n", "refused"),
        (
            b"TAG BAD User is authenticated but not connected.\r\n",
            "lost",
        ),
        (
            b"TAG NO Request is throttled. Suggested Backoff Time: 1 milliseconds\r\n",
            "throttled",
        ),
    ] {
        let fake = Fake::start(vec![("SEARCH", answer.to_vec())]).await;
        let mut mailbox = fake.connect().await.expect("connects");
        mailbox.examine("INBOX").await.expect("opens");
        let searched = tokio::time::timeout(PATIENCE, mailbox.find("a@b", 1))
            .await
            .expect("no hang");
        let e = searched.expect_err("never an empty answer");
        assert_eq!(
            kind(&e),
            expected,
            "{}: {e:?}",
            String::from_utf8_lossy(answer)
        );
        let usable = mailbox.noop().await.is_ok();
        assert_eq!(
            usable,
            matches!(expected, "refused" | "throttled"),
            "{}",
            String::from_utf8_lossy(answer)
        );
    }
    let fake = Fake::start(vec![("EXAMINE", b"* 3 EXISTS\r\nTAG OK\r\n".to_vec())]).await;
    let e = fake
        .connect()
        .await
        .expect("connects")
        .examine("INBOX")
        .await
        .expect_err("no UIDVALIDITY");
    assert!(
        matches!(&e, MailboxError::Folder { why, .. } if why.contains("UIDVALIDITY")),
        "{e:?}"
    );
}

#[tokio::test]
async fn a_missing_uidnext_is_asked_for() {
    let examined =
        b"* 3 EXISTS\r\n* NO [ALERT] quota 99 %\r\n* OK [UIDVALIDITY 7] x\r\nTAG OK\r\n".to_vec();
    for (rule, expected) in [
        (
            (
                "STATUS",
                b"* STATUS INBOX (UIDNEXT 44)\r\nTAG OK\r\n".to_vec(),
            ),
            44,
        ),
        (
            ("FETCH *", b"* 3 FETCH (UID 88)\r\nTAG OK\r\n".to_vec()),
            89,
        ),
    ] {
        let fake = Fake::start(vec![("EXAMINE", examined.clone()), rule]).await;
        let mut mailbox = fake.connect().await.expect("connects");
        let selected = mailbox
            .examine("INBOX")
            .await
            .expect("a warning is not a refusal");
        assert_eq!(
            (selected.uid_validity, selected.uid_next, selected.exists),
            (7, expected, 3)
        );
    }
}

#[tokio::test]
async fn talk_without_end_is_ended_and_errors_do_not_quote_mail() {
    const SHORT: Duration = Duration::from_secs(2);
    let fake = Fake::start(vec![("NOOP", b"* OK still here\r\nREPEAT".to_vec())]).await;
    let server = fake.server(Security::Plaintext);
    let mut mailbox = ImapMailbox::connect_within(&server, &[], SHORT)
        .await
        .expect("connects");
    let talked = tokio::time::timeout(PATIENCE, mailbox.noop())
        .await
        .expect("no hang");
    let e = talked.expect_err("it never ends");
    assert!(
        kind(&e) == "lost" && e.to_string().contains("without coming to an end"),
        "{e:?}"
    );

    let quoted = b"* 2 FETCH (UID 2 BODY[] {9}\r\nHemligt x FLAGS Hemligt)\r\nTAG OK\r\n".to_vec();
    let fake = Fake::start(vec![("UID FETCH", quoted.clone()), ("UID FETCH", quoted)]).await;
    let mut mailbox = fake.connect().await.expect("connects");
    mailbox.examine("INBOX").await.expect("opens");
    let e = mailbox.flags(&[2]).await.expect_err("cannot be read");
    assert!(
        kind(&e) == "lost" && !format!("{e:?}").contains("Hemligt"),
        "{e:?}"
    );
}

/// A bulk fetch whose second message spoils the connection; afterwards the server behaves.
async fn spoilt(poison: &[u8]) -> (Fake, Result<Vec<Fetched>, MailboxError>) {
    let good = |uid: u32| {
        format!(
            "* {uid} FETCH (UID {uid} RFC822.SIZE 9 FLAGS (\\answered) BODY[HEADER.FIELDS (SUBJECT)] {{3}}\r\na\r\n)\r\n"
        )
    };
    let bulk = [good(1).as_bytes(), poison].concat();
    let listed =
        b"* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\n* 3 FETCH (UID 3)\r\nTAG OK\r\n".to_vec();
    let fake = Fake::start(vec![
        ("FETCH 1:3 (UID FLAGS", bulk),
        ("FETCH 1:3 (UID)", listed),
        ("FETCH 3:3 (UID FLAGS", format!("{}TAG OK\r\n", good(3)).into_bytes()),
        ("FETCH 3 (UID FLAGS", format!("{}TAG OK\r\n", good(3)).into_bytes()),
        // The second message alone: twice as bad, then without its header.
        ("FETCH 2 (UID FLAGS INTERNALDATE RFC822.SIZE BODY", poison.to_vec()),
        ("FETCH 2 (UID FLAGS RFC822.SIZE BODY", poison.to_vec()),
        (
            "FETCH 2 (UID FLAGS INTERNALDATE RFC822.SIZE)",
            b"* 2 FETCH (UID 2 FLAGS () INTERNALDATE \"16-Nov-2026 08:30:00 +0100\" RFC822.SIZE 7)\r\nTAG OK\r\n"
                .to_vec(),
        ),
    ])
    .await;
    let mut mailbox = fake.connect().await.expect("connects");
    mailbox.examine("INBOX").await.expect("opens");
    let fetched = fetch(&mut mailbox, (1, 3)).await;
    (fake, fetched)
}

#[tokio::test]
async fn one_poisonous_message_does_not_keep_the_others() {
    let endless = [
        b"* 2 FETCH (UID 2 ENVELOPE (\"".as_slice(),
        &vec![b'x'; 2 << 20],
    ]
    .concat();
    let nested = [
        b"* 2 FETCH (UID 2 BODYSTRUCTURE ".as_slice(),
        &vec![b'('; 5000],
    ]
    .concat();
    for (poison, connections) in [
        (&b"* 2 FETCH (UID 2 INTERNALDATE NIL RFC822.SIZE 7)\r\n"[..], 4),
        (b"* 2 FETCH (UID 2 BODY[HEADER.FIELDS (SUBJECT)] {2147483648}\r\nabc", 4),
        (b"* 2 FETCH (UID 2 BODY[HEADER.FIELDS (SUBJECT)] {536000000}\r\nabc", 4),
        (b"* 2 FETCH (UID 2 FLAGS ()) x\r\n", 4),
        (&endless, 4),
        (&nested, 4),
        // Exchange refuses the whole command for one message that it cannot convert: no new
        // connection is needed.
        (b"TAG NO The requested message could not be converted to an RFC-822 compatible format.\r\n", 1),
    ] {
        let name = String::from_utf8_lossy(&poison[..poison.len().min(70)]).into_owned();
        let before = peak_memory();
        let (fake, fetched) = spoilt(poison).await;
        let mut fetched = fetched.unwrap_or_else(|e| panic!("{name}: {e:?}"));
        fetched.sort_by_key(|message| message.uid);
        assert_eq!(fetched.iter().map(|m| m.uid).collect::<Vec<_>>(), [1, 2, 3], "{name}");
        assert_eq!(fetched[0].header, b"a\r\n");
        assert!(fetched[0].flags.answered);
        let unreadable = Fetched {
            uid: 2,
            internal_date: Some("2026-11-16T07:30:00Z".parse().expect("an instant")),
            size: 7,
            flags: Flags::default(),
            header: Vec::new(),
        };
        assert_eq!(fetched[1], unreadable, "{name}");
        assert_eq!(fake.commands("LOGIN"), connections, "{name}");
        assert!(peak_memory() - before < MEMORY_KIB, "{name}: the announcement was believed");
    }
}

/// Every message comes once, the bad ones without their headers, wherever they are and however
/// many.
#[tokio::test]
async fn bad_messages_are_set_apart_one_by_one() {
    const COUNT: u32 = 60;
    for poison in [
        "* 9 FETCH (UID 9 FLAGS ()) x\r\n",
        "TAG NO [SERVERBUG] cannot convert\r\n",
    ] {
        for bad in [
            vec![],
            vec![1],
            vec![COUNT],
            vec![30, 31, 32],
            (1..=COUNT).step_by(7).collect(),
            (1..=COUNT).collect(),
        ] {
            let folder = Folder {
                count: COUNT,
                bad: bad.clone(),
                poison,
            };
            let fake = Fake::start_with(Vec::new(), Some(folder)).await;
            let mut mailbox = fake.connect().await.expect("connects");
            mailbox.examine("INBOX").await.expect("opens");
            let mut fetched = fetch(&mut mailbox, (1, u32::MAX))
                .await
                .unwrap_or_else(|e| panic!("{bad:?}: {e:?}"));
            fetched.sort_by_key(|message| message.uid);
            let found: Vec<(u32, bool)> = fetched
                .iter()
                .map(|m| (m.uid, m.header.is_empty()))
                .collect();
            let expected: Vec<(u32, bool)> =
                (1..=COUNT).map(|uid| (uid, bad.contains(&uid))).collect();
            assert_eq!(found, expected, "{poison}");
            mailbox.noop().await.expect("usable afterwards");
        }
    }
}

/// The parser takes a value that it cannot read for an extension: a message whose values are all so
/// is still there, and its readable parts are asked for bit by bit.
#[tokio::test]
async fn a_message_of_values_that_cannot_be_read_does_not_vanish() {
    let good = "* 1 FETCH (UID 1 RFC822.SIZE 9 BODY[HEADER.FIELDS (SUBJECT)] {3}\r\na\r\n)\r\n";
    let date = "* 2 FETCH (UID 2 FLAGS () INTERNALDATE \"16-Nov-2026 08:30:00 +0100\" RFC822.SIZE 7)\r\nTAG OK\r\n";
    for values in [
        "FLAGS x",
        "RFC822.SIZE x",
        "RFC822.SIZE 99999999999 FLAGS NIL",
        "MODSEQ 9",
    ] {
        let alone = format!("* 2 FETCH (UID 2 {values})\r\nTAG OK\r\n");
        let fake = Fake::start(vec![
            (
                "FETCH 1:3 (UID FLAGS",
                format!("{good}{alone}").into_bytes(),
            ),
            (
                "FETCH 2 (UID FLAGS INTERNALDATE RFC822.SIZE BODY",
                alone.clone().into_bytes(),
            ),
            (
                "FETCH 2 (UID FLAGS RFC822.SIZE BODY",
                alone.clone().into_bytes(),
            ),
            (
                "FETCH 2 (UID FLAGS INTERNALDATE RFC822.SIZE)",
                date.as_bytes().to_vec(),
            ),
        ])
        .await;
        let mut mailbox = fake.connect().await.expect("connects");
        mailbox.examine("INBOX").await.expect("opens");
        let fetched = fetch(&mut mailbox, (1, 3)).await.expect("fetches");
        let found: Vec<_> = fetched
            .iter()
            .map(|message| (message.uid, message.size, message.header.is_empty()))
            .collect();
        assert_eq!(found, [(1, 9, false), (2, 7, true)], "{values}");
        assert!(fetched[1].internal_date.is_some(), "{values}");
        assert_eq!(fake.commands("LOGIN"), 1, "{values}");
    }
}

/// Dovecot's answer about a message that is removed while it is asked for (SEED=129 of the
/// torture): of the year 1970, and empty. It is gone, or it is there after all; only one that stays
/// empty is reported as unreadable, and as new.
#[tokio::test]
async fn a_message_that_is_just_removed_is_none() {
    const HOLLOW: &str = "* 2 FETCH (UID 2 FLAGS () INTERNALDATE \"01-Jan-1970 00:00:00 +0000\" RFC822.SIZE 0 \
                          BODY[HEADER.FIELDS (SUBJECT)] {0}\r\n)\r\n";
    const WHOLE: &str = "* 2 FETCH (UID 2 FLAGS () INTERNALDATE \"01-Nov-2026 00:00:00 +0000\" RFC822.SIZE 9 \
                         BODY[HEADER.FIELDS (SUBJECT)] {2}\r\n\r\n)\r\n";
    for (again, found) in [("", None), (WHOLE, Some(true)), (HOLLOW, Some(false))] {
        let first =
            WHOLE.replace("* 2 FETCH (UID 2", "* 1 FETCH (UID 1") + HOLLOW + "TAG OK done\r\n";
        let then = format!("{again}TAG OK done\r\n");
        let fake = Fake::start(vec![
            ("UID FETCH", first.into_bytes()),
            ("UID FETCH", then.into_bytes()),
        ])
        .await;
        let mut mailbox = fake.connect().await.expect("connects");
        mailbox.examine("INBOX").await.expect("opens");
        let fetched = fetch(&mut mailbox, (1, 9)).await.expect("fetched");
        let second = fetched
            .iter()
            .find(|message| message.uid == 2)
            .map(|message| message.internal_date.is_some());
        assert_eq!(
            (fetched.len(), second),
            (1 + usize::from(found.is_some()), found),
            "{again}"
        );
    }
}

#[tokio::test]
async fn a_connection_lost_in_mid_fetch_is_lost() {
    for poison in [
        &b"CLOSE"[..],
        b"* 2 FETCH (UID 2 FLAGS (CLOSE",
        b"* BYE going\r\nCLOSE",
        b"",
    ] {
        let (fake, fetched) = spoilt(poison).await;
        let e = fetched.expect_err("not complete");
        assert_eq!(
            kind(&e),
            "lost",
            "{}: {e:?}",
            String::from_utf8_lossy(poison)
        );
        assert_eq!(fake.commands("LOGIN"), 1, "reconnecting is the caller's");
    }
}

#[tokio::test]
async fn news_of_others_is_not_taken_for_messages() {
    let bulk = b"* 9 EXISTS\r\n* 3 FETCH (FLAGS (\\Seen))\r\n* 3 FETCH (UID 3 FLAGS (\\Seen) MODSEQ (9))\r\n\
        * 1 EXPUNGE\r\n* OK [ALERT] hello\r\n* 1 FETCH (UID 1 RFC822.SIZE 9)\r\n* 8 FETCH (UID 8 RFC822.SIZE 9)\r\n\
        * 2 FETCH (UID 2 RFC822.SIZE 9 BODY[HEADER.FIELDS (SUBJECT)] NIL)\r\nTAG OK\r\n";
    let fake = Fake::start(vec![("UID FETCH", bulk.to_vec())]).await;
    let mut mailbox = fake.connect().await.expect("connects");
    mailbox.examine("INBOX").await.expect("opens");
    let fetched = fetch(&mut mailbox, (1, 4)).await.expect("fetches");
    // No header came for these: they are unreadable, but not lost.
    assert_eq!(
        fetched
            .iter()
            .map(|m| (m.uid, m.header.len()))
            .collect::<Vec<_>>(),
        [(1, 0), (2, 0)]
    );
}

/// A real server cannot show this: behind EXAMINE even a careless command would change nothing.
#[tokio::test]
async fn no_command_but_append_can_change_anything() {
    let fake = Fake::start(Vec::new()).await;
    let mut mailbox = fake.connect().await.expect("connects");
    mailbox.folders().await.expect("lists");
    mailbox.examine("INBOX").await.expect("opens");
    assert_eq!(fetch(&mut mailbox, (1, 9)).await, Ok(Vec::new()));
    assert_eq!(mailbox.flags(&[1]).await, Ok(Vec::new()));
    assert_eq!(mailbox.peek(1, 9).await, Ok(None));
    assert_eq!(mailbox.find("a@b", 1).await, Ok(Vec::new()));
    mailbox
        .append("Skickat", b"Subject: x\r\n\r\n")
        .await
        .expect("appends");
    mailbox.noop().await.expect("still there");
    mailbox.logout().await;
    let seen = fake.seen.lock().expect("no panic");
    // CLOSE removes nothing of a folder that was opened by EXAMINE, and SELECT is never sent.
    let harmless = [
        "CAPABILITY",
        "LOGIN",
        "LIST",
        "EXAMINE",
        "UID FETCH",
        "UID SEARCH",
        "CLOSE",
        "APPEND",
        "NOOP",
        "LOGOUT",
    ];
    for line in seen.iter() {
        let (_, command) = line.split_once(' ').unwrap_or_default();
        assert!(
            harmless.iter().any(|verb| command.starts_with(verb)),
            "{command}"
        );
        assert_eq!(
            command.contains("BODY"),
            command.contains("BODY.PEEK["),
            "{command}"
        );
    }
    assert!(
        harmless
            .iter()
            .all(|verb| seen.iter().any(|line| line.contains(verb)))
    );
}

#[tokio::test]
async fn an_append_tells_the_servers_reason() {
    for (rule, expected, words) in [
        (
            (
                "APPEND",
                b"* 4 EXISTS\r\nTAG NO [OVERQUOTA] full\r\n".to_vec(),
            ),
            "refused",
            "OVERQUOTA",
        ),
        (
            ("APPEND", b"TAG NO [TRYCREATE] no such\r\n".to_vec()),
            "folder",
            "TRYCREATE",
        ),
        (("APPEND", b"* BYE no\r\nCLOSE".to_vec()), "lost", "goodbye"),
    ] {
        let fake = Fake::start(vec![rule]).await;
        let mut mailbox = fake.connect().await.expect("connects");
        let e = mailbox
            .append("Skickat", b"Subject: x\r\n\r\n")
            .await
            .expect_err("refused");
        assert!(
            kind(&e) == expected && e.to_string().contains(words),
            "{expected}, {words}: {e:?}"
        );
    }
    let fake = Fake::start(Vec::new()).await;
    fake.connect()
        .await
        .expect("connects")
        .append("Skräppost", b"Subject: x\r\n\r\n")
        .await
        .expect("appends");
    assert_eq!(fake.commands("APPEND \"Skr&AOQ-ppost\" (\\Seen) {14}"), 1);
}

#[tokio::test]
async fn listing_survives_a_server_that_only_half_knows_special_use() {
    let plain = b"* LIST (\\HasNoChildren \\sent) \"/\" \"Skickade objekt\"\r\n* LIST (\\NonExistent) NIL a&b\r\n\
        * LIST () \"\\\\\" \"x\\\\y\"\r\nTAG OK\r\n";
    for extended in [
        &b"TAG BAD what\r\n"[..],
        b"* LIST () \"/\" \"foo\" (\"CHILDINFO\" (\"SUBSCRIBED\"))\r\nTAG OK\r\n",
    ] {
        let offered = b"* CAPABILITY IMAP4rev1 SPECIAL-USE LIST-EXTENDED\r\nTAG OK\r\n".to_vec();
        let fake = Fake::start(vec![
            ("CAPABILITY", offered.clone()),
            ("CAPABILITY", offered),
            ("RETURN (SPECIAL-USE)", extended.to_vec()),
            ("LIST", plain.to_vec()),
            (
                "EXAMINE \"a&b\"",
                b"* 1 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\n* OK [UIDNEXT 2] x\r\nTAG OK\r\n"
                    .to_vec(),
            ),
        ])
        .await;
        let mut mailbox = fake.connect().await.expect("connects");
        let folders = mailbox.folders().await.expect("lists");
        let found: Vec<_> = folders
            .iter()
            .map(|f| {
                (
                    f.name.as_str(),
                    f.separator,
                    f.special.is_some(),
                    f.selectable,
                )
            })
            .collect();
        let expected = [
            ("Skickade objekt", Some('/'), true, true),
            ("a&b", None, false, false),
            ("x\\y", Some('\\'), false, true),
        ];
        assert_eq!(found, expected);
        // A name that is not modified UTF-7 goes back as it came.
        assert_eq!(mailbox.examine("a&b").await.expect("opens").uid_validity, 8);
    }
}
