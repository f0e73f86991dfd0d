//! The IMAP adapter against a real Dovecot.

use super::dovecot::{Dovecot, DovecotOptions};
use super::pki::Certificate;
use chrono::{DateTime, TimeDelta, Utc};
use servicelofte::config::{Login, Security, Server};
use servicelofte::imap::ImapMailbox;
use servicelofte::ports::{Fetched, Flags, Mailbox, MailboxError, Special};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::sync::mpsc;

/// Longest wait of a test for an answer that must come at once.
const PATIENCE: Duration = Duration::from_mins(1);

fn fields() -> Vec<String> {
    ["From", "To", "Subject", "Message-ID", "Date"]
        .map(str::to_owned)
        .to_vec()
}

fn arrival() -> DateTime<Utc> {
    "2026-11-16T07:30:00Z".parse().expect("an instant")
}

fn mail(n: usize) -> Vec<u8> {
    format!(
        "From: Medborgare {n} <m{n}@example.se>\r\nX-Noise: {n}\r\nSubject: =?utf-8?Q?=C3=84rende_{n}?=\r\n\
         Message-ID: <mail-{n}@example.se>\r\n\r\nHej!\r\n"
    )
    .into_bytes()
}

async fn connect(dovecot: &Dovecot, security: Security) -> ImapMailbox {
    match ImapMailbox::connect(&dovecot.server(security), &fields()).await {
        Ok(mailbox) => mailbox,
        Err(e) => panic!("{e}\n{}", dovecot.log()),
    }
}

async fn fetch_all(
    mailbox: &mut impl Mailbox,
    uids: (u32, u32),
) -> Result<Vec<Fetched>, MailboxError> {
    let (batches, mut received) = mpsc::channel(2);
    let collect = async {
        let mut all = Vec::new();
        while let Some(batch) = received.recv().await {
            all.extend(batch);
        }
        all
    };
    let (done, all) = tokio::join!(mailbox.fetch(uids, batches), collect);
    done.map(|()| all)
}

#[tokio::test]
async fn folders_have_their_names_and_uses_on_every_kind_of_connection() {
    let mut options = DovecotOptions::default();
    options
        .folders
        .extend([("Skräppost", None), ("Skickade objekt", None)]);
    let dovecot = Dovecot::start(&options);
    for name in ["Ärenden/Klara 😀", "Post & \"brev\""] {
        dovecot.make_folder("user1", name);
    }
    for security in [Security::Tls, Security::StartTls, Security::Plaintext] {
        let mut mailbox = connect(&dovecot, security).await;
        let found = mailbox.folders().await.expect("folders");
        let found: BTreeMap<&str, _> = found
            .iter()
            .map(|f| (f.name.as_str(), (f.special, f.selectable)))
            .collect();
        let expected = BTreeMap::from([
            ("INBOX", (None, true)),
            ("Skickat", (Some(Special::Sent), true)),
            ("Junk", (Some(Special::Junk), true)),
            ("Drafts", (Some(Special::Drafts), true)),
            ("Trash", (Some(Special::Trash), true)),
            ("Skräppost", (None, true)),
            ("Skickade objekt", (None, true)),
            ("Ärenden", (None, false)),
            ("Ärenden/Klara 😀", (None, true)),
            ("Post & \"brev\"", (None, true)),
        ]);
        assert_eq!(found, expected, "{security:?}");
        for (name, _) in expected.iter().filter(|(_, (_, selectable))| *selectable) {
            let selected = mailbox
                .examine(name)
                .await
                .expect("opens by the name that was listed");
            assert_eq!((selected.exists, selected.uid_next), (0, 1), "{name}");
        }
        mailbox.noop().await.expect("still there");
        mailbox.logout().await;
    }
}

#[tokio::test]
async fn three_thousand_mails_come_as_they_were_delivered_and_nothing_changes() {
    const COUNT: usize = 3000;
    let dovecot = Dovecot::start(&DovecotOptions::default());
    for n in 1..=COUNT {
        let flags = ["", "S", "RS", "T", "D"][n % 5];
        dovecot.deliver(
            "user1",
            "INBOX",
            &mail(n),
            flags,
            arrival() + TimeDelta::minutes(i64::try_from(n).unwrap()),
        );
    }
    let mut mailbox = connect(&dovecot, Security::Tls).await;
    let selected = mailbox.examine("INBOX").await.expect("opens");
    assert_eq!(selected.exists, 3000);
    assert_eq!(selected.uid_next, 3001);
    assert!(selected.highest_modseq.is_some());
    let before = dovecot.snapshot("user1");

    let all = fetch_all(&mut mailbox, (1, u32::MAX))
        .await
        .expect("fetches");
    assert_eq!(all.len(), COUNT);
    for (n, message) in (1..=COUNT).zip(&all) {
        let header = format!(
            "From: Medborgare {n} <m{n}@example.se>\r\nSubject: =?utf-8?Q?=C3=84rende_{n}?=\r\n\
             Message-ID: <mail-{n}@example.se>\r\n\r\n"
        );
        let expected = Fetched {
            uid: u32::try_from(n).unwrap(),
            internal_date: Some(arrival() + TimeDelta::minutes(i64::try_from(n).unwrap())),
            size: u32::try_from(mail(n).len()).unwrap(),
            flags: Flags {
                answered: n % 5 == 2,
                deleted: n % 5 == 3,
                draft: n % 5 == 4,
            },
            header: header.into_bytes(),
        };
        assert_eq!(*message, expected);
    }
    // Ranges hold both ends, and nothing outside.
    let some = fetch_all(&mut mailbox, (17, 19)).await.expect("fetches");
    assert_eq!(some, all[16..19]);
    assert_eq!(
        fetch_all(&mut mailbox, (3001, u32::MAX)).await,
        Ok(Vec::new())
    );
    assert_eq!(fetch_all(&mut mailbox, (9, 3)).await, Ok(Vec::new()));

    let every_third: Vec<u32> = (1..4001).rev().step_by(3).collect();
    let flags = mailbox.flags(&every_third).await.expect("flags");
    assert_eq!(flags.len(), 1000);
    assert_eq!(
        flags[1],
        (
            4,
            Flags {
                draft: true,
                ..Flags::default()
            }
        )
    );

    assert_eq!(mailbox.peek(7, 10).await, Ok(Some(mail(7)[..10].to_vec())));
    assert_eq!(mailbox.peek(7, u32::MAX).await, Ok(Some(mail(7))));
    assert_eq!(mailbox.peek(7, 0).await, Ok(Some(Vec::new())));
    assert_eq!(mailbox.peek(3001, 10).await, Ok(None));
    mailbox.logout().await;
    assert_eq!(dovecot.snapshot("user1"), before);
}

#[tokio::test]
async fn own_mails_are_appended_as_seen_and_found_again() {
    let dovecot = Dovecot::start(&DovecotOptions::default());
    dovecot.deliver("user1", "Skickat", &mail(1), "S", arrival());
    let mut mailbox = connect(&dovecot, Security::Tls).await;
    mailbox.append("Skickat", &mail(2)).await.expect("append");
    let selected = mailbox.examine("Skickat").await.expect("opens");
    assert_eq!((selected.exists, selected.uid_next), (2, 3));
    for (id, from, found) in [
        ("mail-2@example.se", 1, vec![2]),
        ("mail-1@example.se", 1, vec![1]),
        // `n:*` would hold the last message even then.
        ("mail-2@example.se", 3, vec![]),
        ("mail-2@example.se", 0, vec![2]),
        ("mail-3@example.se", 1, vec![]),
        ("od\"d\\@example.se", 1, vec![]),
    ] {
        assert_eq!(mailbox.find(id, from).await, Ok(found), "{id} from {from}");
    }
    for refused in ["å@example.se", "a b@example.se", "a\r\nS9 DELETE INBOX"] {
        assert!(matches!(
            mailbox.find(refused, 1).await,
            Err(MailboxError::Refused(_))
        ));
    }
    let flags: Vec<String> = dovecot.snapshot("user1")["Skickat"]
        .iter()
        .map(|(_, flags, _)| flags.clone())
        .collect();
    assert_eq!(flags, ["S", "S"]);

    let missing = mailbox
        .append("Finns ej", &mail(3))
        .await
        .expect_err("no such folder");
    assert!(
        matches!(&missing, MailboxError::Folder { folder, .. } if folder == "Finns ej"),
        "{missing:?}"
    );
    assert!(matches!(
        mailbox.append("Skickat", b"a\0b").await,
        Err(MailboxError::Refused(_))
    ));
    // None of the refusals cost the connection.
    mailbox.noop().await.expect("still there");
}

#[tokio::test]
async fn moved_deleted_and_renumbered_messages_are_seen() {
    let dovecot = Dovecot::start(&DovecotOptions::default());
    let names: Vec<String> = (1..=3)
        .map(|n| dovecot.deliver("user1", "INBOX", &mail(n), "", arrival()))
        .collect();
    let mut mailbox = connect(&dovecot, Security::Tls).await;
    let first = mailbox.examine("INBOX").await.expect("opens");
    dovecot.remove("user1", "INBOX", &names[0]);
    dovecot.relocate("user1", "INBOX", &names[1], "Ärenden/Klara");
    let left = mailbox.examine("INBOX").await.expect("opens");
    assert_eq!(
        (left.uid_validity, left.exists, left.uid_next),
        (first.uid_validity, 1, 4)
    );
    assert_eq!(
        mailbox.flags(&[1, 2, 3]).await,
        Ok(vec![(3, Flags::default())])
    );
    let moved = mailbox.examine("Ärenden/Klara").await.expect("opens");
    assert_eq!((moved.exists, moved.uid_next), (1, 2));
    let all = fetch_all(&mut mailbox, (1, 1)).await.expect("fetches");
    assert!(all[0].header.starts_with(b"From: Medborgare 2"));

    dovecot.reset_uidvalidity("user1", "INBOX");
    let mut mailbox = connect(&dovecot, Security::Tls).await;
    let renumbered = mailbox.examine("INBOX").await.expect("opens");
    assert_ne!(renumbered.uid_validity, first.uid_validity);
    assert_eq!((renumbered.exists, renumbered.uid_next), (1, 2));
}

#[tokio::test]
async fn passwords_may_hold_anything_that_people_type() {
    for password in ["lösenord åäö 😀", "a \"b\" \\c {5}"] {
        let dovecot = Dovecot::start(&DovecotOptions {
            password,
            ..DovecotOptions::default()
        });
        connect(&dovecot, Security::Tls).await.logout().await;
    }
}

/// One wrong thing at a time: the variant, and the words that say what to do.
#[tokio::test]
#[expect(clippy::too_many_lines, reason = "one case after the other")]
async fn each_fault_says_what_to_do() {
    let dovecot = Dovecot::start(&DovecotOptions::default());
    let good = dovecot.server(Security::Tls);
    let login = |user: &str, password: &str| Some(Login::with_password(user, password));
    let refusing = std::net::TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("address")
        .port();
    let mut cases = vec![
        (
            Server {
                login: login("user1", "fel-ord"),
                ..good.clone()
            },
            "login",
            "check `user` and the password",
        ),
        (
            Server {
                login: login("user1", "lösenord"),
                ..good.clone()
            },
            "login",
            "check `user` and the password",
        ),
        (
            Server {
                login: login("user1\r\nX", "p"),
                ..good.clone()
            },
            "login",
            "line break",
        ),
        (
            Server {
                login: None,
                ..good.clone()
            },
            "login",
            "no `user`",
        ),
        (
            Server {
                host: "finns-ej.invalid".into(),
                ..good.clone()
            },
            "lost",
            "host name is unknown",
        ),
        (
            Server {
                port: refusing,
                ..good.clone()
            },
            "lost",
            "check `port`",
        ),
        (
            Server {
                ca_file: None,
                ..good.clone()
            },
            "tls",
            "set `ca_file`",
        ),
        (
            Server {
                ca_file: Some("/finns/ej.pem".into()),
                ..good.clone()
            },
            "tls",
            "give a PEM file",
        ),
        (
            Server {
                port: dovecot.port,
                ..good.clone()
            },
            "tls",
            "check `port` and `security`",
        ),
        (
            Server {
                host: "192.0.2.1".into(),
                ..dovecot.server(Security::Plaintext)
            },
            "tls",
            "set `security`",
        ),
    ];
    let servers: Vec<(Dovecot, &str)> = [
        (Certificate::Expired, "has expired"),
        (
            Certificate::WrongName,
            "is for other.example, not for this name",
        ),
        (Certificate::ForeignAuthority, "set `ca_file`"),
    ]
    .map(|(certificate, words)| {
        (
            Dovecot::start(&DovecotOptions {
                certificate,
                ..DovecotOptions::default()
            }),
            words,
        )
    })
    .into();
    for (dovecot, words) in &servers {
        cases.push((dovecot.server(Security::Tls), "tls", words));
        cases.push((dovecot.server(Security::StartTls), "tls", words));
    }
    let bare = Dovecot::start(&DovecotOptions {
        tls: false,
        ..DovecotOptions::default()
    });
    cases.push((
        bare.server(Security::StartTls),
        "tls",
        "does not offer STARTTLS",
    ));

    for (server, kind, words) in cases {
        let e = ImapMailbox::connect(&server, &fields())
            .await
            .err()
            .expect("must fail");
        let found = match &e {
            MailboxError::Login(_) => "login",
            MailboxError::Lost(_) => "lost",
            MailboxError::Tls(_) => "tls",
            other => panic!("{other:?}"),
        };
        let text = e.to_string();
        assert!(
            found == kind && text.contains(words) && !text.contains('\n'),
            "{kind}, {words}: {e:?}"
        );
        assert!(
            !text.contains("fel-ord") && !text.contains("lösenord"),
            "no secret in {text}"
        );
    }

    let mut mailbox = connect(&dovecot, Security::Tls).await;
    assert!(
        matches!(mailbox.peek(1, 1).await, Err(MailboxError::Refused(_))),
        "no folder is open"
    );
    let missing = mailbox.examine("Finns ej").await.expect_err("must fail");
    assert!(
        matches!(&missing, MailboxError::Folder { folder, why } if folder == "Finns ej" && why.contains("check"))
    );
    mailbox
        .examine("INBOX")
        .await
        .expect("a refused folder costs nothing");
}

#[tokio::test]
async fn a_server_killed_in_mid_fetch_is_lost_and_never_hangs() {
    let mut dovecot = Dovecot::start(&DovecotOptions::default());
    // Two batches wait to be taken; the rest is more than the sockets' buffers hold.
    let noise = format!("Subject: {}\r\n\r\n", "x".repeat(15_000));
    for _ in 0..4000 {
        dovecot.deliver("user1", "INBOX", noise.as_bytes(), "", arrival());
    }
    let mut mailbox = connect(&dovecot, Security::Plaintext).await;
    mailbox.examine("INBOX").await.expect("opens");
    let (batches, mut received) = mpsc::channel(1);
    let fetching = tokio::spawn(async move {
        let done = mailbox.fetch((1, u32::MAX), batches).await;
        (done, mailbox.noop().await)
    });
    let first = received.recv().await.expect("it began");
    dovecot.kill();
    let drain = async {
        let mut came = first.len();
        while let Some(batch) = received.recv().await {
            came += batch.len();
        }
        assert!(came < 4000);
    };
    let (done, ()) = tokio::join!(tokio::time::timeout(PATIENCE, fetching), drain);
    let (fetched, after) = done.expect("no hang").expect("no panic");
    assert!(matches!(fetched, Err(MailboxError::Lost(_))), "{fetched:?}");
    assert!(matches!(after, Err(MailboxError::Lost(_))), "{after:?}");
}
