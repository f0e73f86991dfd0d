//! The built program with many mailboxes, all of whose servers but one mean it ill: its memory
//! stays small, and the good mailbox is served as ever.

use super::process::{NOW, wait_until};
use super::site::{Site, mail};
use crate::servers::fake_imap::{Fake, Rule};
use std::fmt::Write as _;
use std::time::Duration;

/// The bound of the product, for all mailboxes together.
const MEMORY_KIB: u64 = 100_000;

const LIST: &[u8] = b"* LIST () \"/\" INBOX\r\n* LIST (\\Sent) \"/\" Sent\r\nTAG OK\r\n";

/// What each server does at which command, again and again.
fn attacks() -> Vec<(&'static str, Vec<u8>)> {
    let words = "k1234567 ".repeat(2_500);
    let name = "a".repeat(60_000);
    let literal = [
        b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (X)] {4194304}\r\n".as_slice(),
        &vec![b'x'; 4 << 20],
    ]
    .concat();
    let mut headers = Vec::new();
    for uid in 1..=30 {
        let start = format!(
            "* {uid} FETCH (UID {uid} BODY[HEADER.FIELDS (SUBJECT)] {{3000000}}\r\nSubject: "
        );
        headers.extend_from_slice(start.as_bytes());
        headers.resize(headers.len() + 3_000_000 - 9, b'x');
        headers.extend_from_slice(b")\r\n");
    }
    headers.extend_from_slice(b"TAG OK\r\n");
    vec![
        ("GREETING", b"* BYE not today\r\nCLOSE".to_vec()),
        ("GREETING", b"".to_vec()),
        ("GREETING", b"xxxxxxxxFLOOD".to_vec()),
        (
            "CAPABILITY",
            format!("* CAPABILITY IMAP4rev1 {words}\r\nFLOOD").into_bytes(),
        ),
        ("LOGIN", b"S99 OK in\r\n".to_vec()),
        (
            "LIST",
            format!("* LIST () \"/\" {name}\r\nFLOOD").into_bytes(),
        ),
        ("LIST", b"* LIST () \"/\" f\r\nFLOOD".to_vec()),
        (
            "EXAMINE",
            format!("* FLAGS ({words})\r\nFLOOD").into_bytes(),
        ),
        ("EXAMINE", b"* 9 EXISTS\r\nFLOOD".to_vec()),
        ("EXAMINE", b"".to_vec()),
        (
            "UID FETCH",
            b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (X)] {2147483648}\r\nabc".to_vec(),
        ),
        (
            "UID FETCH",
            b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (X)] {536000000}\r\nabc".to_vec(),
        ),
        (
            "UID FETCH",
            [
                b"* 1 FETCH (UID 1 BODYSTRUCTURE ".as_slice(),
                &[b'('; 5_000],
            ]
            .concat(),
        ),
        (
            "UID FETCH",
            b"* 1 FETCH (UID 1 INTERNALDATE NIL RFC822.SIZE 7)\r\n".to_vec(),
        ),
        (
            "UID FETCH",
            b"* 7 FETCH (UID 4000000000 FLAGS (\\Seen))\r\nFLOOD".to_vec(),
        ),
        ("UID FETCH", b"* 7 EXPUNGE\r\nFLOOD".to_vec()),
        ("UID FETCH", [literal.as_slice(), b")\r\nFLOOD"].concat()),
        ("UID FETCH", headers),
    ]
}

fn rules(word: &'static str, answer: Vec<u8>) -> Vec<Rule> {
    let examined =
        b"* 30 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 31] x\r\nTAG OK\r\n".to_vec();
    vec![
        (word, answer),
        ("LIST", LIST.to_vec()),
        ("EXAMINE", examined),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn servers_that_mean_ill_take_neither_memory_nor_the_good_mailbox() {
    let site = Site::quick().await;
    site.deliver(
        "INBOX",
        &mail("olle@example.org", "Bussen", "q1@x", ""),
        "2026-11-19 09:12",
    );
    let mut fakes = Vec::new();
    let mut sections = "login = false\n".to_owned();
    for (number, (word, answer)) in attacks().into_iter().enumerate() {
        let fake = Fake::stubborn(rules(word, answer)).await;
        write!(
            sections,
            "[[mailbox]]\nname = \"h{number}\"\naddress = \"h{number}@example.se\"\nhandler = \"registrator\"\n\
             [mailbox.imap]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"plaintext\"\nuser = \"u\"\n\
             password = \"x\"\npoll_seconds = 1\n[mailbox.smtp]\nhost = \"localhost\"\nport = {}\n\
             security = \"starttls\"\nca_file = \"ca.pem\"\nlogin = false\n",
            fake.port, site.post.port
        )
        .expect("text");
        fakes.push(fake);
    }
    site.change(&[("login = false\n", &sections)]);
    let daemon = site.daemon(NOW);
    daemon.wait_told("READY=1");
    wait_until("every server has done its worst", || {
        fakes.iter().all(|fake| fake.done() > 0)
    });
    // Meanwhile, and afterwards, the good mailbox is read.
    wait_until("the first mail", || site.register().knows("Bussen"));
    site.deliver(
        "INBOX",
        &mail("eva@example.org", "Sopor", "q2@x", ""),
        "2026-11-19 10:00",
    );
    wait_until("the second mail", || site.register().knows("Sopor"));
    let peak = daemon.peak_memory();
    println!(
        "peak memory under {} hostile servers: {peak} KiB",
        fakes.len()
    );
    assert!(peak < MEMORY_KIB, "{peak} KiB");
    let ended = daemon.stop(Duration::from_mins(1));
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert!(!ended.err.contains("panicked at src/"), "{}", ended.err);
}
