//! The main job on every IMAP server and every SMTP server that can be had: one story, one outcome,
//! with all names of folders and all abilities of servers. The table in docs/measured.md is what
//! these tests print.

use super::post::Post;
use super::process::PASSWORD;
use super::site::{Office, at, mail};
use super::story::{self, MAILS, Place};
use crate::servers::courier::Courier;
use crate::servers::cyrus::Cyrus;
use crate::servers::dovecot::{Dovecot, DovecotOptions};
use crate::servers::imap_client::Client;

/// A running IMAP server, and what it calls the folders.
struct Imap {
    name: &'static str,
    port: u16,
    tls_port: u16,
    folders: [&'static str; 4],
    _server: Box<dyn Send>,
}

impl Imap {
    fn folder(&self, place: Place) -> &'static str {
        self.folders[place as usize]
    }

    fn client(&self) -> Client {
        Client::login(self.port, "user1", PASSWORD)
    }
}

const FLAT: [&str; 4] = ["INBOX", "Skickat", "Junk", "Trash"];
const BELOW_INBOX: [&str; 4] = ["INBOX", "INBOX.Sent", "INBOX.Junk", "INBOX.Trash"];

fn dovecot() -> Imap {
    let server = Dovecot::start(&DovecotOptions {
        password: PASSWORD,
        ..DovecotOptions::default()
    });
    let (port, tls_port) = (server.port, server.tls_port);
    Imap {
        name: "Dovecot",
        port,
        tls_port,
        folders: FLAT,
        _server: Box::new(server),
    }
}

fn cyrus() -> Option<Imap> {
    let server = Cyrus::start(PASSWORD)?;
    let (port, tls_port) = (server.port, server.tls_port);
    Some(Imap {
        name: "Cyrus",
        port,
        tls_port,
        folders: FLAT,
        _server: Box::new(server),
    })
}

fn courier() -> Option<Imap> {
    let server = Courier::start(PASSWORD)?;
    let (port, tls_port) = (server.port, server.tls_port);
    let imap = Imap {
        name: "Courier",
        port,
        tls_port,
        folders: BELOW_INBOX,
        _server: Box::new(server),
    };
    for folder in &BELOW_INBOX[1..] {
        imap.client().command(&format!("CREATE {folder}"));
    }
    Some(imap)
}

/// Maildir's letters as IMAP's words.
fn flags(letters: &str) -> String {
    let word = |letter| match letter {
        'S' => "\\Seen",
        'R' => "\\Answered",
        'T' => "\\Deleted",
        other => panic!("no flag {other}"),
    };
    letters.chars().map(word).collect::<Vec<_>>().join(" ")
}

fn check(imap: Option<Imap>, post: Option<Post>, smtp: &str) {
    let (Some(imap), Some(post)) = (imap, post) else {
        return;
    };
    let office = Office::new(imap.tls_port, post.port);
    let mut client = imap.client();
    for one in story::mailbox() {
        client.append(
            imap.folder(one.place),
            &flags(one.flags),
            one.arrival,
            &one.mail,
        );
    }
    let before = client.snapshot(&imap.folders);
    let checked = office.run(&["check"]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    // Exim gives the time when it greets, and the program's clock is a simulated one here.
    assert_eq!(
        checked.out.contains("SMTP, by its greeting"),
        smtp.starts_with("Exim"),
        "{checked:?}"
    );
    office.once().succeeded();
    let sent = imap.folder(Place::Sent);
    story::check(&post.wait_for(MAILS.len()), &office.register(), sent);
    // Only our own copies were added, to Sent, marked as read.
    let mut after = imap.client().snapshot(&imap.folders);
    let copies = after
        .get_mut(sent)
        .expect("the folder")
        .split_off(before[sent].len());
    assert_eq!(after, before);
    assert_eq!(copies.len(), MAILS.len());
    assert!(
        copies
            .iter()
            .all(|copy| copy.contains("FLAGS (\\Seen)") && copy.contains("X-Servicelofte:")),
        "{copies:?}"
    );
    // Again, and once more a little later: nothing new.
    let (events, outbox) = (office.register().events(), office.register().outbox());
    for clock in ["@2026-11-19 12:31:00", "@2026-11-19 14:00:00"] {
        office.run_at(clock, &["run", "--once"]).succeeded();
        assert_eq!(
            (office.register().events(), office.register().outbox()),
            (events, outbox.clone())
        );
    }
    // A colleague moves a message out of the junk folder, and another comes: one new item.
    let items = office.register().items();
    for command in [
        format!("SELECT \"{}\"", imap.folder(Place::Junk)),
        "UID COPY 1:* \"INBOX\"".to_owned(),
        "UID STORE 1:* +FLAGS.SILENT (\\Deleted)".to_owned(),
        "EXPUNGE".to_owned(),
    ] {
        client.command(&command);
    }
    let late = mail("Siv <siv@example.org>", "Lekplatsen", "q8@x", "");
    client.append("INBOX", "", at("2026-11-19 13:00"), &late);
    office
        .run_at("@2026-11-19 14:05:00", &["run", "--once"])
        .succeeded();
    assert!(office.register().knows("Lekplatsen"));
    assert_eq!(office.register().items(), items + 1);
    assert_eq!(post.mails().len(), MAILS.len());
    office.holds_no_secret();
    let capabilities = client.capabilities();
    let can = |word: &str| {
        if capabilities.contains(word) {
            "yes"
        } else {
            "no"
        }
    };
    eprintln!(
        "matrix: {} with {smtp}: passed; special-use {}, IDLE {}, CONDSTORE {}",
        imap.name,
        can("SPECIAL-USE"),
        can("IDLE"),
        can("CONDSTORE")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn dovecot_and_exim() {
    check(Some(dovecot()), Post::exim(), "Exim");
}

#[tokio::test(flavor = "multi_thread")]
async fn cyrus_and_postfix() {
    check(cyrus(), Some(Post::start().await), "Postfix");
}

#[tokio::test(flavor = "multi_thread")]
async fn cyrus_and_exim() {
    check(cyrus(), Post::exim(), "Exim");
}

#[tokio::test(flavor = "multi_thread")]
async fn courier_and_postfix() {
    check(courier(), Some(Post::start().await), "Postfix");
}

#[tokio::test(flavor = "multi_thread")]
async fn courier_and_exim() {
    check(courier(), Post::exim(), "Exim");
}
