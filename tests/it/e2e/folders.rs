//! Every folder of the mailbox is watched, and none of another's: on a real Dovecot with a rule
//! that files beside the inbox, years below Sent and Junk, a shared namespace, and another user's
//! tree.

use super::post::Post;
use super::site::{Site, at, mail};
use crate::servers::dovecot::DovecotOptions;
use std::fs;
use std::os::unix::fs::PermissionsExt;

const NAMESPACES: &str = "namespace other {
  type = public
  prefix = user/user2/
  separator = /
  location = maildir:%h/../user2/Maildir
  subscriptions = no
  list = yes
}
namespace boards {
  type = public
  prefix = Delade mappar/
  separator = /
  location = maildir:%h/../user2/boards
  subscriptions = no
  list = yes
}
";

/// A mail of the mailbox's own to a citizen.
fn answer(to: &str, id: &str, question: &str) -> String {
    format!(
        "From: kf@example.se\nTo: {to}\nSubject: SV: Hej\nMessage-ID: <{id}>\nIn-Reply-To: <{question}>\n\
         Date: Wed, 18 Nov 2026 10:00:00 +0100\nMIME-Version: 1.0\nContent-Type: text/plain\n\nSvar.\n"
    )
}

async fn site() -> Site {
    let options = DovecotOptions {
        extra: NAMESPACES.to_owned(),
        ..DovecotOptions::default()
    };
    let site = Site::with(options, Post::quick().await);
    for folder in ["INBOX", "Sent"] {
        site.dovecot.make_folder("user2", folder);
    }
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_the_own_tree_is_watched_and_nothing_of_others() {
    let site = site().await;
    site.deliver(
        "INBOX",
        &mail("olle@example.org", "Bussen", "q1@x", ""),
        "2026-11-17 09:12",
    );
    site.deliver(
        "Skickat/2026",
        &answer("olle@example.org", "a1@x", "q1@x"),
        "2026-11-18 10:00",
    );
    site.deliver(
        "Bygglov",
        &mail("eva@example.org", "Altan", "q2@x", ""),
        "2026-11-17 09:12",
    );
    site.deliver(
        "Junk/x",
        &mail("spam@example.net", "Pengar", "q3@x", ""),
        "2026-11-17 09:12",
    );
    site.deliver(
        "Trash",
        &mail("nina@example.org", "Kastat", "q4@x", ""),
        "2026-11-17 09:12",
    );
    let deliver = |folder: &str, text: String| {
        site.dovecot
            .deliver("user2", folder, text.as_bytes(), "", at("2026-11-18 10:00"));
    };
    deliver("INBOX", mail("bo@example.org", "Privat", "q5@x", ""));
    deliver("Sent", answer("eva@example.org", "a2@x", "q2@x"));
    let closed = site.dovecot.make_folder("user1", "Stängd");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("closed");
    let before = site.dovecot.snapshot("user2");

    site.once().succeeded();
    let register = site.register();
    assert_eq!(
        register.items(),
        3,
        "neither deleted mail nor another user's"
    );
    assert_eq!(
        register.item("Bussen")["state"],
        "answered",
        "the answer lies below Sent"
    );
    assert_eq!(
        register.item("Altan")["state"],
        "open",
        "another user's Sent is no evidence"
    );
    assert!(
        register.item("Pengar")["flags"]
            .to_string()
            .contains("in_junk"),
        "{}",
        register.item("Pengar")
    );
    let notices: Vec<String> = site
        .post
        .mails()
        .iter()
        .filter(|mail| mail.kind().0 == "notice")
        .map(crate::e2e::post::Mail::to)
        .collect();
    assert_eq!(
        notices,
        ["eva@example.org"],
        "what a rule filed beside the inbox is watched"
    );
    assert_eq!(
        site.dovecot.snapshot("user2"),
        before,
        "nothing of another part was touched"
    );

    let checked = site.run(&["check"]);
    for line in [
        "ok       kf: inbox folder \"Bygglov\": 1 message(s)",
        "ok       kf: sent folder \"Skickat/2026\": 1 message(s)",
        "ok       kf: junk folder \"Junk/x\": 1 message(s)",
        "ok       kf: not watched: \"Trash\": 1 message(s): deleted mail",
        "of other mailboxes are not touched",
        "warning  kf: left out: folder Stängd",
    ] {
        assert!(checked.out.contains(line), "{line:?} is not in {checked:?}");
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).expect("open again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_mailbox_under_another_login_is_read_below_its_root() {
    let site = site().await;
    site.change(&[(
        "poll_seconds = 1",
        "poll_seconds = 1\ninbox = [\"user/user2\"]",
    )]);
    let deliver = |user: &str, folder: &str, text: String| {
        site.dovecot
            .deliver(user, folder, text.as_bytes(), "", at("2026-11-18 10:00"));
    };
    deliver(
        "user2",
        "INBOX",
        mail("olle@example.org", "Bussen", "q1@x", ""),
    );
    deliver(
        "user2",
        "INBOX",
        mail("eva@example.org", "Altan", "q2@x", ""),
    );
    deliver("user2", "Sent", answer("olle@example.org", "a1@x", "q1@x"));
    deliver(
        "user1",
        "Skickat",
        answer("eva@example.org", "a2@x", "q2@x"),
    );
    deliver(
        "user1",
        "INBOX",
        mail("bo@example.org", "Privat", "q3@x", ""),
    );
    site.once().succeeded();
    let register = site.register();
    assert_eq!(register.items(), 2, "the person's own inbox is not read");
    assert_eq!(register.item("Bussen")["state"], "answered");
    assert_eq!(
        register.item("Altan")["state"],
        "open",
        "the person's own Sent is no evidence"
    );

    site.change(&[(
        "inbox = [\"user/user2\"]",
        "inbox = [\"user/user2\", \"INBOX\"]",
    )]);
    let checked = site.run(&["check"]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    assert!(
        checked
            .out
            .contains("this inbox lies in another part of the tree"),
        "{checked:?}"
    );
    site.once()
        .says(1, &["this inbox lies in another part of the tree"]);
    assert_eq!(site.register().items(), 2, "and nothing is read");
}
