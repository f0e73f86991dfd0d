//! Many mailboxes in one process, each on its own connection in IDLE; those that fail touch no
//! others.

use super::post::Post;
use super::process::{Daemon, NOW, PASSWORD, wait_until};
use super::register::Register;
use super::site::{Site, at, mail, program};
use crate::servers::dovecot::{Dovecot, DovecotOptions};
use crate::servers::pki;
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

const MAILBOXES: usize = 12;
/// Longest ordered stop when nothing is on its way.
const STOP: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread")]
async fn twelve_mailboxes_hear_at_once_and_two_that_fail_harm_nobody() {
    let dovecot = Dovecot::start(&DovecotOptions {
        users: MAILBOXES,
        ..DovecotOptions::default()
    });
    let post = Post::quick().await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("ca.pem"), pki::ca_pem()).expect("a file");
    // An hour between polls: everything seen in this test was announced by the server.
    let mut text = format!(
        "[service]\ndatabase = \"many.db\"\noperator = \"drift@example.se\"\n[organisation]\nname = \"K\"\n\
         [[pledge]]\nname = \"email\"\ntime = {{ working_days = 2 }}\n[[staff]]\nid = \"r\"\nname = \"R\"\n\
         email = \"r@example.se\"\nreports_to = \"k\"\n[[staff]]\nid = \"k\"\nname = \"K\"\nemail = \"k@example.se\"\n\
         [imap]\nhost = \"localhost\"\nport = {}\nca_file = \"ca.pem\"\npassword = \"secret\"\npoll_seconds = 3600\n\
         [smtp]\nhost = \"localhost\"\nport = {}\nca_file = \"ca.pem\"\nlogin = false\n",
        dovecot.tls_port, post.port
    );
    for user in 1..=MAILBOXES {
        // One has a wrong password; one lies on a server that does not answer.
        let wrong = match user {
            5 => "password = \"fel\"\n",
            7 => "host = \"127.0.0.1\"\nport = 9\nsecurity = \"plaintext\"\npassword = \"x\"\n",
            _ => "",
        };
        write!(
            text,
            "[[mailbox]]\nname = \"m{user}\"\naddress = \"m{user}@example.se\"\nhandler = \"r\"\n\
             start = \"2026-11-01T00:00:00+01:00\"\n[mailbox.imap]\nuser = \"user{user}\"\n{wrong}"
        )
        .expect("text");
    }
    let config = folder.path().join("config.toml");
    fs::write(&config, text).expect("configuration written");
    fs::set_permissions(&config, fs::Permissions::from_mode(0o600)).expect("permissions set");

    let daemon = Daemon::start(program(), &config, NOW);
    daemon.wait_told("READY=1");
    let healthy = || (1..=MAILBOXES).filter(|user| !matches!(user, 5 | 7));
    for user in healthy() {
        daemon.wait_told(&format!("STATUS=m{user} read at"));
    }
    for round in 0..3 {
        for user in healthy() {
            let subject = format!("Fråga {round} till {user}");
            let question = mail(
                "nina@example.org",
                &subject,
                &format!("q{round}.{user}@x"),
                "",
            );
            dovecot.deliver(
                &format!("user{user}"),
                "INBOX",
                question.as_bytes(),
                "",
                at("2026-11-19 12:00"),
            );
        }
        let register = || Register::open(&folder.path().join("many.db"));
        wait_until("every healthy mailbox's mail in the register", || {
            register().items() == (round + 1) * 10
        });
    }
    let told = daemon.told();
    assert!(
        told.iter()
            .any(|line| line.starts_with("STATUS=failed: m5: login refused")),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|line| line.starts_with("STATUS=failed: m7: 127.0.0.1")),
        "{told:?}"
    );
    daemon.wait_told("WATCHDOG=1");
    daemon.stop(STOP).succeeded();
}

/// A person who has two mailboxes has one mail, on a view of both, also in a single run.
#[tokio::test(flavor = "multi_thread")]
async fn a_single_run_writes_the_mail_that_waits_for_both_mailboxes() {
    let options = DovecotOptions {
        users: 2,
        ..DovecotOptions::default()
    };
    let site = Site::with(options, Post::quick().await);
    site.change(&[(
        "[[mailbox]]",
        "[[mailbox]]\nname = \"mn\"\naddress = \"mn@example.se\"\nhandler = \"registrator\"\n\
         start = \"2026-11-01T00:00:00+01:00\"\n[mailbox.imap]\nhost = \"localhost\"\nport = IMAP\n\
         ca_file = \"ca.pem\"\nuser = \"user2\"\npassword = \"WORD\"\n[mailbox.smtp]\n\
         host = \"localhost\"\nport = SMTP\nca_file = \"ca.pem\"\nlogin = false\n[[mailbox]]",
    )]);
    site.change(&[
        (
            "port = IMAP\n",
            &format!("port = {}\n", site.dovecot.tls_port),
        ),
        ("port = SMTP\n", &format!("port = {}\n", site.post.port)),
        ("\"WORD\"", &format!("\"{PASSWORD}\"")),
    ]);
    for (user, subject) in [("user1", "Bussen"), ("user2", "Soptunnan")] {
        let question = mail("nina@example.org", subject, &format!("{user}@x"), "");
        let came = at("2026-11-17 09:12");
        site.dovecot
            .deliver(user, "INBOX", question.as_bytes(), "", came);
    }
    site.run_at("@2026-11-19 08:00:00", &["run", "--once"])
        .succeeded();
    let mails = site.post.mails();
    assert_eq!(mails.len(), 1, "one mail to the one person");
    assert_eq!(mails[0].to(), "registrator@example.se");
}
