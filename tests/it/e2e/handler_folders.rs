//! People give messages away by moving them to a colleague's folder, in any mail program.

use super::site::{Site, at, mail};
use servicelofte::domain::item::ItemId;

const FOLDER: &str = "INBOX/Ärenden/Åke Öberg";

#[tokio::test(flavor = "multi_thread")]
async fn a_message_in_a_colleagues_folder_is_the_colleagues() {
    let site = Site::quick().await;
    site.change(&[("name = \"Bo Exempel\"", "name = \"Åke Öberg\"")]);
    site.dovecot.make_folder("user1", FOLDER);
    let given = mail("olle@example.org", "Bussen", "q1@x", "");
    let name = site.dovecot.deliver(
        "user1",
        "INBOX",
        given.as_bytes(),
        "",
        at("2026-11-17 09:12"),
    );
    site.deliver(
        "INBOX",
        &mail("eva@example.org", "Sopor", "q2@x", ""),
        "2026-11-18 10:00",
    );
    // A rule of the server has put this one there.
    site.deliver(
        FOLDER,
        &mail("nina@example.org", "Simhallen", "q3@x", ""),
        "2026-11-18 11:00",
    );
    site.run_at("@2026-11-19 06:00:00", &["run", "--once"])
        .succeeded();
    let handlers = |site: &Site| {
        ["Bussen", "Sopor", "Simhallen"].map(|subject| {
            let item = site.register().item(subject);
            [&item["handler"], &item["assigned_by"]]
                .map(|value| value.as_str().unwrap_or("-").to_owned())
                .join(" by ")
        })
    };
    assert_eq!(
        handlers(&site),
        [
            "registrator by default",
            "registrator by default",
            "kanslist by folder"
        ]
    );

    site.dovecot.relocate("user1", "INBOX", &name, FOLDER);
    let before = site.dovecot.snapshot("user1")[FOLDER].clone();
    site.once().succeeded();
    assert_eq!(handlers(&site)[0], "kanslist by folder");
    let reminder = site
        .post
        .mails()
        .into_iter()
        .find(|mail| mail.kind().0 == "reminder")
        .expect("a reminder");
    assert_eq!(reminder.to(), "kanslist@example.se");
    let notice = site
        .post
        .mails()
        .into_iter()
        .find(|mail| mail.kind().0 == "notice")
        .expect("a notice");
    assert!(notice.0.contains("kanslist@example.se"), "{notice:?}");

    // A folder with new numbers is not a person's act.
    let number = site.register().item("Bussen")["id"]
        .as_i64()
        .expect("a number");
    let reference = ItemId(number).to_string();
    site.run(&["assign", &reference, "kanslichef"]).succeeded();
    site.dovecot.reset_uidvalidity("user1", FOLDER);
    site.once().succeeded();
    assert_eq!(handlers(&site)[0], "kanslichef by cli");
    assert_eq!(
        site.dovecot.snapshot("user1")[FOLDER].len(),
        before.len(),
        "nothing was moved by the service"
    );

    let checked = site.run(&["check"]);
    let line = format!("inbox folder {FOLDER:?}: 2 message(s), given to kanslist when moved there");
    assert!(checked.out.contains(&line), "{checked:?}");
    assert!(
        checked.out.contains("ok       kf: registrator is there"),
        "{checked:?}"
    );
}
