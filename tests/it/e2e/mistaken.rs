//! Mistakes of a configuration that only a server or a register shows: what `check` says of each,
//! and how to put it right.

use super::post::Post;
use super::process::{self, Ended, NOW};
use super::site::{OWN_DOMAIN, Site, mail, program};
use crate::servers::dovecot::DovecotOptions;
use crate::servers::sink::{Act, Step, at};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// The lines that begin so.
fn lines<'a>(checked: &'a Ended, kind: &str) -> Vec<&'a str> {
    checked
        .out
        .lines()
        .filter(|line| line.starts_with(kind))
        .collect()
}

/// Checks the site's configuration with one text in the place of another.
fn with(site: &Site, changes: &[(&str, &str)], arguments: &[&str]) -> Ended {
    let mut text = fs::read_to_string(site.its_own()).expect("a file");
    for (from, to) in changes {
        assert!(text.contains(from), "{from:?} is not in the configuration");
        text = text.replacen(from, to, 1);
    }
    let file = site.folder.path().join("mistaken.toml");
    fs::write(&file, text).expect("a file");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("permissions set");
    process::finish(process::command(&[], program(), &file, NOW, arguments))
}

/// A relay that is open to the house alone takes every mail of a test, and not the first notice.
/// Each reader is asked about; nothing is sent.
#[tokio::test(flavor = "multi_thread")]
async fn a_relay_for_the_house_alone_is_found_before_the_first_notice() {
    let rules = vec![
        at(Step::Rcpt, Act::Say("550 5.7.1 Relaying denied")).about("@gmail.com"),
        at(Step::Rcpt, Act::Say("550 5.1.1 User unknown")).about("kanslist@"),
    ];
    let site = Site::with(DovecotOptions::default(), Post::that_obeys(rules).await);
    let checked = site.run(&["check"]);
    assert_eq!(checked.code, Some(1), "{checked:?}");
    let faults = lines(&checked, "fault");
    let fault = |reader: &str| {
        let line = faults
            .iter()
            .find(|line| line.contains(&format!("to {reader}: ")));
        *line.unwrap_or_else(|| panic!("nothing of {reader}: {checked:?}"))
    };
    let outside = fault("postmaster@gmail.com");
    assert!(
        outside.contains("550 5.7.1")
            && outside.contains("let this account, or this host, send to other domains")
    );
    let clerk = fault(&format!("kanslist@{OWN_DOMAIN}"));
    assert!(
        clerk.contains("550 5.1.1")
            && clerk.contains("correct the address, or have the server take mail for it")
    );
    // The others are taken, and no one is named for another's sake.
    assert_eq!(faults.len(), 2, "{checked:?}");
    assert!(site.post.mails().is_empty(), "it only asks");
}

/// A server that puts off strangers says nothing about them; and that it takes every address says
/// nothing about what becomes of a mail.
#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_tried_without_sending_is_said() {
    let rules = vec![at(Step::Rcpt, Act::Say("450 4.7.1 Greylisted")).about("@gmail.com")];
    let site = Site::with(DovecotOptions::default(), Post::that_obeys(rules).await);
    let checked = site.run(&["check"]);
    assert_eq!(checked.code, Some(0), "{checked:?}");
    let line =
        "to postmaster@gmail.com is not known: RCPT: 450 4.7.1 Greylisted; try again in an hour";
    let warnings = lines(&checked, "warning");
    assert!(
        warnings.iter().any(|told| told.contains(line)),
        "{checked:?}"
    );
    let site = Site::quick().await;
    let checked = site.run(&["check"]);
    let line = "none was sent, so what becomes of a mail is not known: try one by servicelofte check --send";
    assert!(
        lines(&checked, "ok").iter().any(|told| told.contains(line)),
        "{checked:?}"
    );
    assert!(site.post.mails().is_empty(), "it only asks");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_mailboxes_of_one_account_are_told() {
    let site = Site::quick().await;
    let own = fs::read_to_string(site.its_own()).expect("a file");
    let one = &own[own.find("[[mailbox]]").expect("a mailbox")..];
    let other = one
        .replace("name = \"kf\"", "name = \"bygg\"")
        .replace("\"kf@", "\"bygg@");
    let twice = with(
        &site,
        &[("[[mailbox]]\n", &format!("{other}[[mailbox]]\n"))],
        &["check", "--offline"],
    );
    assert_eq!(twice.code, Some(1), "{twice:?}");
    let faults = lines(&twice, "fault");
    assert!(
        faults
            .iter()
            .any(|line| line.contains("reads the same inbox as")),
        "{twice:?}"
    );
    // Another inbox of the same account is right.
    let apart = other.replace(
        "poll_seconds = 1",
        "poll_seconds = 1\ninbox = [\"INBOX.Bygg\"]",
    );
    let apart = with(
        &site,
        &[("[[mailbox]]\n", &format!("{apart}[[mailbox]]\n"))],
        &["check", "--offline"],
    );
    assert!(!apart.out.contains("reads the same inbox"), "{apart:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_that_saves_by_itself_is_not_helped() {
    let site = Site::quick().await;
    let to = "[mailbox.smtp]\nhost = \"smtp.office365.com\"";
    let told = with(
        &site,
        &[("[mailbox.smtp]\nhost = \"localhost\"", to)],
        &["check", "--offline"],
    );
    let warned = "smtp.office365.com keeps a copy in Sent of what it sends: set save_sent = false";
    assert!(
        lines(&told, "warning")
            .iter()
            .any(|line| line.contains(warned)),
        "{told:?}"
    );
    let to = format!("{to}\nsave_sent = false");
    let told = with(
        &site,
        &[("[mailbox.smtp]\nhost = \"localhost\"", &to)],
        &["check", "--offline"],
    );
    assert!(!told.out.contains("keeps a copy"), "{told:?}");
}

/// The register of another configuration would get this one's mail.
#[tokio::test(flavor = "multi_thread")]
async fn another_configurations_register_is_known() {
    let site = Site::quick().await;
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Simhallen", "q1@x", ""),
        "2026-11-19 12:00",
    );
    site.once().succeeded();
    let told = with(
        &site,
        &[("name = \"kf\"", "name = \"bygg\"")],
        &["check", "--offline"],
    );
    assert_eq!(
        told.code,
        Some(78),
        "a service would not start so: {told:?}"
    );
    let line = "it is the register of other mailboxes (kf), and of none of these; correct service.database";
    assert!(
        lines(&told, "fault").iter().any(|told| told.contains(line)),
        "{told:?}"
    );
}

/// Without its own border the arrival is the stamp of the last server in the house.
#[tokio::test(flavor = "multi_thread")]
async fn a_border_that_no_message_has_passed_is_told() {
    let site = Site::quick().await;
    let received = "Received: from mx.example.org by mx2.kommunen.test with ESMTPS; Tue, 17 Nov 2026 09:12:01 +0100\n";
    let text = format!(
        "{received}{}",
        mail("nina@example.org", "Simhallen", "q1@x", "")
    );
    site.deliver("INBOX", &text, "2026-11-17 09:12");
    for (host, kind, says) in [
        (
            "mx1.kommunen.test",
            "warning",
            "border_hosts: none of them stands in the newest 1 messages",
        ),
        (
            "mx2.kommunen.test",
            "ok",
            "border_hosts: seen in the newest messages",
        ),
    ] {
        let hosts = format!("handler = \"registrator\"\nborder_hosts = [\"{host}\"]");
        let told = with(&site, &[("handler = \"registrator\"", &hosts)], &["check"]);
        let said = lines(&told, kind);
        let line = said
            .iter()
            .find(|line| line.contains(says))
            .unwrap_or_else(|| panic!("{says}: {told:?}"));
        assert!(
            kind == "ok" || line.contains("seen at the top: mx2.kommunen.test"),
            "{line}"
        );
    }
}

/// "It is not there" and "it may not be read" have different cures; without the right to read the
/// password all that needs none is checked.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_told_from_what_may_not_be_read() {
    let site = Site::quick().await;
    let folder = site.folder.path();
    let closed = folder.join("closed");
    fs::create_dir(&closed).expect("a folder");
    fs::write(closed.join("password"), "x").expect("a file");
    let secret = format!("password = \"{}\"", process::PASSWORD);
    for (path, says) in [("gone", "No such file"), ("closed", "directory")] {
        let file = format!("password_file = \"{path}\"");
        let told = with(&site, &[(&secret, &file)], &["check"]);
        assert_ne!(told.code, Some(0), "{told:?}");
        let said = format!("{}{}", told.out, told.err);
        let line = said
            .lines()
            .find(|line| line.contains("password_file"))
            .unwrap_or_else(|| panic!("{said}"));
        assert!(line.to_lowercase().contains(&says.to_lowercase()), "{line}");
        let offline = with(&site, &[(&secret, &file)], &["check", "--offline"]);
        assert_eq!(offline.code, Some(0), "{offline:?}");
    }
}

/// A mailbox without any folder of answers would never see one.
#[tokio::test(flavor = "multi_thread")]
async fn without_any_sent_folder_no_answer_can_be_seen() {
    let site = Site::quick().await;
    let told = with(
        &site,
        &[("poll_seconds = 1", "poll_seconds = 1\nsent = []")],
        &["check"],
    );
    assert_ne!(told.code, Some(0), "{told:?}");
    let line = "no Sent folder was found, so answers cannot be seen; name it in mailbox.imap.sent";
    assert!(
        lines(&told, "fault").iter().any(|told| told.contains(line)),
        "{told:?}"
    );
}
