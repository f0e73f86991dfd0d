//! Messages that leave their folder while nobody waits for them, on a server that tells only
//! changes: opened again, a question is asked about where it lies.

use super::site::{Site, at, mail};
use servicelofte::domain::item::ItemId;

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_moved_while_it_was_closed_gets_no_notice_when_it_is_opened_again() {
    let site = Site::quick().await;
    let asked = [
        ("olle@example.org", "Bussen"),
        ("eva@example.org", "Sopor"),
        ("nina@example.org", "Simhallen"),
    ];
    let names = asked.map(|(from, subject)| {
        let message = mail(from, subject, &format!("{subject}@x"), "");
        let came = at("2026-11-18 09:12");
        let (dovecot, bytes) = (&site.dovecot, message.as_bytes());
        dovecot.deliver("user1", "INBOX", bytes, "", came)
    });
    site.run_at("@2026-11-18 10:00:00", &["run", "--once"])
        .succeeded();
    let reference = |subject: &str| {
        let number = site.register().item(subject)["id"].as_i64();
        ItemId(number.expect("a number")).to_string()
    };
    let references = asked.map(|(_, subject)| reference(subject));
    for reference in &references {
        site.run_at(
            "@2026-11-18 10:10:00",
            &["close", reference, "--how", "phone"],
        )
        .succeeded();
    }
    for (name, folder) in names.iter().zip(["Trash", "Junk"]) {
        site.dovecot.relocate("user1", "INBOX", name, folder);
    }
    // It is read meanwhile, and what is closed is not looked for.
    site.run_at("@2026-11-18 11:00:00", &["run", "--once"])
        .succeeded();
    for reference in &references {
        site.run_at("@2026-11-18 11:10:00", &["reopen", reference])
            .succeeded();
    }
    // The last day, after the hour of the notice.
    site.run_at("@2026-11-20 14:00:00", &["run", "--once"])
        .succeeded();
    let mails = site.post.mails();
    let notices = mails.iter().filter(|mail| mail.kind().0 == "notice");
    let readers: Vec<String> = notices.map(|mail| mail.to().clone()).collect();
    assert_eq!(readers, ["nina@example.org"]);
}
