//! A handler's own mail program, neomutt, on the shared mailbox: it answers and forwards as
//! programs do, and the service sees it.

use super::post::Mail;
use super::process::{self, Ended, NOW, PASSWORD, faked, wait_until};
use super::site::{Site, mail};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_from_a_mail_program_settles_the_item() {
    let site = Site::new().await;
    site.deliver(
        "INBOX",
        &mail("Olle <olle@example.org>", "Bussen", "q1@x", ""),
        "2026-11-17 09:12",
    );
    neomutt(&site, "<first-entry><reply><send-message><quit>");
    assert_eq!(
        site.post.wait_for(1)[0].to(),
        "olle@example.org",
        "the program has sent it"
    );
    site.once().succeeded();
    let item = site.register().item("Bussen");
    assert_eq!(item["state"], "answered", "{item}");
    let evidence = &item["settled"]["evidence"];
    assert_eq!(
        (&evidence["kind"], &evidence["folder"]),
        (&"sent".into(), &"Skickat".into()),
        "{item}"
    );
    assert_eq!(evidence["matched_by"], "in_reply_to", "{item}");
    let sent = site.dovecot.snapshot("user1")["Skickat"].clone();
    let answer = String::from_utf8_lossy(&sent[0].2).into_owned();
    assert!(
        answer.contains(evidence["message_id"].as_str().unwrap()),
        "{item}"
    );
    assert_eq!(site.register().mails(), 0, "nobody needs to be told of it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forward_to_a_colleague_gives_the_item_to_that_colleague() {
    let site = Site::new().await;
    site.deliver(
        "INBOX",
        &mail("Olle <olle@example.org>", "Bussen", "q1@x", ""),
        "2026-11-19 12:00",
    );
    neomutt(
        &site,
        "<first-entry><forward-message>kanslist@example.se<enter><send-message><quit>",
    );
    site.post.wait_for(1);
    site.once().succeeded();
    let item = site.register().item("Bussen");
    assert_eq!(
        (&item["state"], &item["handler"], &item["assigned_by"]),
        (&"open".into(), &"kanslist".into(), &"forward".into())
    );
}

/// The handler answers the reminder in a mailbox of their own, which is a folder here, and the
/// reply comes to the shared one.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_from_a_mail_program_closes_the_item() {
    let site = Site::new().await;
    site.change(&[(
        "handler = \"registrator\"",
        "handler = \"registrator\"\nignore = [\"Registrator\"]",
    )]);
    let reminder = reminder(&site);
    site.dovecot.make_folder("user1", "Registrator");
    site.deliver("Registrator", &reminder.0, "2026-11-19 13:30");
    let editor = site.folder.path().join("editor");
    fs::write(
        &editor,
        "#!/bin/sh\n{ printf 'Klar telefon i g\\303\\245r.\\n\\n'; cat \"$1\"; } >\"$1.new\" && mv \"$1.new\" \"$1\"\n",
    )
    .expect("an editor");
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).expect("it can run");
    let editor = editor.display().to_string();
    let program = Program {
        folder: "Registrator",
        from: "registrator@example.se",
        editor: &editor,
        include: "yes",
    };
    program.run(&site, "<first-entry><reply><send-message><quit>");
    is_closed_by_telephone(&site);
}

/// A question that is due today, and the reminder of it that the handler got.
pub fn reminder(site: &Site) -> Mail {
    site.deliver(
        "INBOX",
        &mail("Olle <olle@example.org>", "Bussen", "q1@x", ""),
        "2026-11-17 09:12",
    );
    site.once().succeeded();
    let mails = site.post.wait_for(2);
    mails
        .into_iter()
        .find(|mail| mail.to() == "registrator@example.se")
        .expect("the handler was reminded")
}

/// The handler's reply comes to the mailbox, is obeyed and confirmed.
pub fn is_closed_by_telephone(site: &Site) {
    wait_until("the reply", || !site.post.to_the_mailbox().is_empty());
    let reply = site.post.to_the_mailbox().remove(0);
    assert!(
        reply.0.contains("> "),
        "it quotes the reminder: {}",
        reply.0
    );
    site.deliver("INBOX", &reply.0, "2026-11-19 13:31");
    site.run_at("@2026-11-19 12:40:00", &["run", "--once"])
        .succeeded();
    let item = site.register().item("Bussen");
    let settled = &item["settled"];
    let told = (
        &item["state"],
        &settled["how"],
        &settled["by"],
        &settled["evidence"]["kind"],
    );
    assert_eq!(
        told,
        (
            &"closed".into(),
            &"phone".into(),
            &"registrator".into(),
            &"command".into()
        ),
        "{item}"
    );
    // What else is told in these five minutes is in the same mail.
    site.run_at("@2026-11-19 12:46:00", &["run", "--once"])
        .succeeded();
    let confirmation = site
        .post
        .wait_for(3)
        .into_iter()
        .find(|mail| mail.kind().0 == "confirmation");
    let confirmation = confirmation.expect("it was confirmed");
    assert_eq!(confirmation.to(), "registrator@example.se");
    assert_eq!(confirmation.field("In-Reply-To"), reply.field("Message-ID"));
}

/// The program on the shared inbox, writing as the mailbox.
fn neomutt(site: &Site, keys: &str) -> Ended {
    Program {
        folder: "INBOX",
        from: "kf@example.se",
        editor: "/bin/true",
        include: "no",
    }
    .run(site, keys)
}

struct Program<'a> {
    folder: &'a str,
    from: &'a str,
    editor: &'a str,
    /// Whether a reply quotes what it answers.
    include: &'a str,
}

impl Program<'_> {
    /// Opens the folder over IMAP and presses these keys. Sent lies on the server, as `record`.
    fn run(&self, site: &Site, keys: &str) -> Ended {
        let Self {
            folder: opened,
            from,
            editor,
            include,
        } = self;
        let home = tempfile::tempdir().expect("a temporary folder");
        let (imap, smtp, folder) = (
            site.dovecot.tls_port,
            site.post.port,
            site.folder.path().display(),
        );
        let settings = format!(
            "set imap_user=user1\nset imap_pass=\"{PASSWORD}\"\nset ssl_ca_certificates_file=\"{folder}/ca.pem\"\n\
         set certificate_file=\"{folder}/ca.pem\"\nset folder=\"imaps://localhost:{imap}/\"\n\
         set spoolfile=\"imaps://localhost:{imap}/{opened}\"\nset record=\"imaps://localhost:{imap}/Skickat\"\n\
         set from=\"{from}\"\nset realname=\"Kommunfullmaktige\"\nset use_from=yes\n\
         set smtp_url=\"smtp://localhost:{smtp}/\"\nset ssl_starttls=yes\nset ssl_force_tls=yes\n\
         set editor=\"{editor}\"\nset fast_reply=yes\nset include={include}\nset abort_unmodified=no\n\
         set mime_forward=no\nset forward_edit=no\nset forward_references=yes\nset move=no\nset quit=yes\n\
         set sleep_time=0\nset wait_key=no\nset hostname=\"kansli.example.se\"\npush \"{keys}\"\n"
        );
        let rc = home.path().join("neomuttrc");
        fs::write(&rc, settings).expect("settings written");
        // It wants a terminal.
        let mut command = Command::new("script");
        command.args([
            "-qec",
            &format!(
                "LD_PRELOAD=\"$FAKETIME_LIBRARY\" exec neomutt -n -F {}",
                rc.display()
            ),
            "/dev/null",
        ]);
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", home.path())
            .env("TERM", "xterm")
            .env("TZ", "UTC");
        command.envs(faked(NOW)).stdin(std::process::Stdio::null());
        let ended = process::finish(command);
        assert_eq!(
            ended.code,
            Some(0),
            "neomutt (apt-get install neomutt): {ended:?}"
        );
        ended
    }
}
