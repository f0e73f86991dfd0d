//! The main job, from mails in a mailbox to mails at their readers; and the mailbox is as it was
//! before.

use super::post::Mail;
use super::site::Site;
use super::story::{self, MAILS, Place};

fn fill(site: &Site) {
    for one in story::mailbox() {
        let folder = match one.place {
            Place::Inbox => "INBOX",
            Place::Sent => "Skickat",
            Place::Junk => "Junk",
            Place::Trash => "Trash",
        };
        site.dovecot
            .deliver("user1", folder, one.mail.as_bytes(), one.flags, one.arrival);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_become_items_and_whoever_must_know_is_told_once() {
    let site = Site::new().await;
    fill(&site);
    let before = site.dovecot.snapshot("user1");
    site.once().succeeded();
    assert_eq!(
        site.register().outbox().len(),
        MAILS.len(),
        "{:?}",
        site.register().outbox()
    );
    let mails = site.post.wait_for(MAILS.len());
    story::check(&mails, &site.register(), "Skickat");
    // Only our own copies were added, to Sent, marked as read.
    let mut after = site.dovecot.snapshot("user1");
    let sent = after.get_mut("Skickat").unwrap();
    let copies: Vec<_> = sent
        .extract_if(.., |one| !before["Skickat"].contains(one))
        .collect();
    assert_eq!(after, before);
    assert_eq!(copies.len(), MAILS.len());
    for (_, flags, bytes) in &copies {
        assert_eq!(flags, "S");
        let copy = Mail(
            String::from_utf8(bytes.clone())
                .unwrap()
                .replace("\r\n", "\n"),
        );
        let id = copy.field("Message-ID");
        assert!(
            mails.iter().any(|mail| mail.field("Message-ID") == id),
            "{copy:?}"
        );
    }
    // Again, and once more a little later: nothing new.
    let (events, outbox) = (site.register().events(), site.register().outbox());
    let settled = site.dovecot.snapshot("user1");
    for clock in ["@2026-11-19 12:31:00", "@2026-11-19 14:00:00"] {
        site.run_at(clock, &["run", "--once"]).succeeded();
        assert_eq!(
            (site.register().events(), site.register().outbox()),
            (events, outbox.clone())
        );
        assert_eq!(site.dovecot.snapshot("user1"), settled);
    }
    assert_eq!(site.post.mails().len(), MAILS.len());
    site.holds_no_secret();
}

/// Where the server itself keeps copies (Exchange Online), not a byte of the mailbox changes.
#[tokio::test(flavor = "multi_thread")]
async fn without_copies_the_mailbox_is_wholly_as_it_was() {
    let site = Site::quick().await;
    site.change(&[("login = false", "login = false\nsave_sent = false")]);
    fill(&site);
    let before = site.dovecot.snapshot("user1");
    site.once().succeeded();
    assert_eq!(site.post.mails().len(), MAILS.len());
    assert_eq!(site.dovecot.snapshot("user1"), before);
}
