//! The IMAP adapter against servers whose answers are well formed and wrong.

use super::fake_imap::{Fake, PATIENCE};
use super::imap_hostile::{fetch, kind};
use servicelofte::config::Security;
use servicelofte::imap::ImapMailbox;
use servicelofte::ports::Mailbox;

const EXAMINED: &str = "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n";

fn message(uid: u64) -> String {
    format!("* 1 FETCH (UID {uid} RFC822.SIZE 9 BODY[HEADER.FIELDS (SUBJECT)] {{3}}\r\na\r\n)\r\n")
}

/// Numbers from 1 on, each between two texts.
fn numbered(count: u32, before: &str, behind: &str) -> String {
    (1..=count).fold(String::new(), |text, number| {
        text + before + &number.to_string() + behind
    })
}

/// A UIDNEXT that cannot be would make us pass by the messages of the folder.
#[tokio::test]
async fn a_uidnext_that_cannot_be_is_not_believed() {
    let last = || ("FETCH *", b"* 3 FETCH (UID 88)\r\nTAG OK\r\n".to_vec());
    for (said, status, expected) in [
        ("* OK [UIDNEXT 0] x\r\n", "", Ok(89)),
        ("* OK [UIDNEXT 1] x\r\n", "", Ok(89)),
        (
            "* OK [UIDNEXT 3] x\r\n",
            "* STATUS INBOX (UIDNEXT 0)\r\n",
            Ok(89),
        ),
        ("", "* STATUS INBOX (UIDNEXT 2)\r\n", Ok(89)),
        ("", "* STATUS INBOX (UIDNEXT 90)\r\n", Ok(90)),
        ("* OK [UIDNEXT 4294967295] x\r\n", "", Ok(u32::MAX)),
        ("* OK [UIDNEXT 4] x\r\n", "", Ok(4)),
        ("* OK [UIDNEXT 4294967296] x\r\n", "", Ok(89)),
        ("* 4294967296 EXISTS\r\n", "", Err("lost")),
    ] {
        let examined = format!("{EXAMINED}{said}TAG OK\r\n").into_bytes();
        let status = format!("{status}TAG OK\r\n").into_bytes();
        let fake = Fake::start(vec![("EXAMINE", examined), ("STATUS", status), last()]).await;
        let mut mailbox = fake.connect().await.expect("connects");
        let selected = mailbox.examine("INBOX").await;
        match expected {
            Ok(next) => assert_eq!(selected.map(|s| s.uid_next), Ok(next), "{said:?}"),
            Err(expected) => assert_eq!(selected.as_ref().map_err(kind), Err(expected), "{said:?}"),
        }
    }
}

#[tokio::test]
async fn uids_in_any_order_come_once_and_no_others() {
    let order = [9, 3, 0, 5, 5, 4_294_967_295, 1, 3, 12, 4];
    let answer: String = order.iter().map(|uid| message(*uid)).collect();
    let fake = Fake::start(vec![(
        "UID FETCH",
        format!("{answer}TAG OK\r\n").into_bytes(),
    )])
    .await;
    let mut mailbox = fake.connect().await.expect("connects");
    mailbox.examine("INBOX").await.expect("opens");
    let uids: Vec<u32> = fetch(&mut mailbox, (1, 9))
        .await
        .expect("reads")
        .iter()
        .map(|m| m.uid)
        .collect();
    assert_eq!(uids, [9, 3, 5, 1, 4]);
}

/// What a mail holds is not protocol, however much it looks like it.
#[tokio::test]
async fn what_a_header_holds_is_never_an_answer() {
    let header = "Subject: x\r\nX: {99999999}\r\nS4 OK done\r\n* BYE\r\n* 2 FETCH (UID 2 BODY[] {5}\r\n((((((((((((((((((((\
                  (((((((((((((((((((((((((\r\n\r\n";
    let answer = format!(
        "* 1 FETCH (UID 1 RFC822.SIZE 9 BODY[HEADER.FIELDS (SUBJECT)] {{{}}}\r\n{header})\r\n{}TAG OK\r\n",
        header.len(),
        message(3)
    );
    let fake = Fake::start(vec![("UID FETCH", answer.into_bytes())]).await;
    let mut mailbox = fake.connect().await.expect("connects");
    mailbox.examine("INBOX").await.expect("opens");
    let fetched = fetch(&mut mailbox, (1, 9)).await.expect("reads");
    assert_eq!(fetched.iter().map(|m| m.uid).collect::<Vec<_>>(), [1, 3]);
    assert_eq!(String::from_utf8_lossy(&fetched[0].header), header);
}

#[tokio::test]
async fn too_much_of_anything_is_an_error_and_never_a_part() {
    let keywords = numbered(100_000, "$k", " ");
    let uids = numbered(1_000_000, " ", "");
    let folders = numbered(30_000, "* LIST () \"/\" f", "\r\n");
    let long_names = format!("* LIST () \"/\" \"{}\"\r\n", "a".repeat(200_000)).repeat(20);
    for (word, answer, expected) in [
        (
            "EXAMINE",
            format!("* FLAGS ({keywords})\r\n{EXAMINED}TAG OK\r\n"),
            "lost",
        ),
        (
            "EXAMINE",
            format!("{EXAMINED}* OK [PERMANENTFLAGS ({keywords})] x\r\nTAG OK\r\n"),
            "lost",
        ),
        (
            "UID SEARCH",
            format!("* SEARCH{uids}\r\nTAG OK\r\n"),
            "lost",
        ),
        ("LIST", format!("{folders}TAG OK\r\n"), "refused"),
        ("LIST", format!("{long_names}TAG OK\r\n"), "refused"),
    ] {
        let fake = Fake::start(vec![(word, answer.into_bytes())]).await;
        // These lines take a while on a busy machine.
        let server = fake.server(Security::Plaintext);
        let mut mailbox = ImapMailbox::connect_within(&server, &[], PATIENCE)
            .await
            .expect("connects");
        let result = async {
            mailbox.folders().await?;
            mailbox.examine("INBOX").await?;
            mailbox.find("a@b", 1).await.map(drop)
        };
        let e = result.await.expect_err(word);
        assert_eq!(kind(&e), expected, "{word}: {e:?}");
    }
    // As much as fits is taken: a folder may have many keywords, and a server many capabilities.
    let many = numbered(20_000, "k", " ");
    let fake = Fake::start(vec![
        (
            "CAPABILITY",
            format!("* CAPABILITY IMAP4rev1 {many}\r\nTAG OK\r\n").into_bytes(),
        ),
        (
            "EXAMINE",
            format!("* FLAGS ({many})\r\n{EXAMINED}* OK [UIDNEXT 4] x\r\nTAG OK\r\n").into_bytes(),
        ),
    ])
    .await;
    let mut mailbox = fake.connect().await.expect("connects");
    assert_eq!(mailbox.examine("INBOX").await.map(|s| s.uid_next), Ok(4));
}

/// Where LIST can return the state of all folders (RFC 5819), what it leaves out, refuses or says in
/// unreadable words is asked for folder by folder; each state is given out once.
#[tokio::test]
async fn the_state_of_all_folders_is_believed_once_and_else_asked_for() {
    const ALL: &str = "* LIST () \"/\" INBOX\r\n\
        * STATUS inbox (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 7)\r\n\
        * STATUS \"Sent \\\"x\\\"\" (MESSAGES 1 UIDNEXT 2 UIDVALIDITY 8)\r\n\
        * STATUS Other (MESSAGES 9 UIDNEXT 10 UIDVALIDITY 9)\r\n";
    let folders = ["INBOX".to_owned(), "Sent \"x\"".to_owned()];
    for (listed, alone, lists) in [
        (format!("{ALL}TAG OK\r\n"), 0, 2),
        // Half of it, and none of it.
        (
            "* STATUS INBOX (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 7)\r\nTAG OK\r\n".to_owned(),
            1,
            2,
        ),
        ("* STATUS INBOX (MESSAGES 3)\r\nTAG OK\r\n".to_owned(), 2, 2),
        ("TAG OK\r\n".to_owned(), 2, 2),
        ("TAG BAD what\r\n".to_owned(), 2, 1),
        ("* STATUS ((((\r\nTAG OK\r\n".to_owned(), 2, 1),
    ] {
        let fake = Fake::stubborn(vec![
            (
                "CAPABILITY",
                b"* CAPABILITY IMAP4rev1 LIST-EXTENDED LIST-STATUS\r\nTAG OK\r\n".to_vec(),
            ),
            ("RETURN (STATUS", listed.clone().into_bytes()),
            (
                "STATUS \"INBOX\"",
                b"* STATUS INBOX (MESSAGES 5 UIDNEXT 6 UIDVALIDITY 7)\r\nTAG OK\r\n".to_vec(),
            ),
            (
                "STATUS \"Sent",
                b"* STATUS \"Sent \\\"x\\\"\" (MESSAGES 5 UIDNEXT 6 UIDVALIDITY 8)\r\nTAG OK\r\n"
                    .to_vec(),
            ),
        ])
        .await;
        let mut mailbox = fake.connect().await.expect("connects");
        for _ in 0..2 {
            mailbox.foresee(&folders).await.expect("no harm");
            let asked = fake.commands("STATUS \"");
            for folder in &folders {
                assert!(mailbox.glance(folder).await.expect("told").is_some());
            }
            assert_eq!(fake.commands("STATUS \"") - asked, alone, "{listed}");
            let again = mailbox.glance("INBOX").await.expect("told").expect("all");
            assert_eq!(again.exists, 5, "asked again, it is asked for anew");
        }
        assert_eq!(fake.commands("RETURN (STATUS"), lists, "{listed}");
    }
}
