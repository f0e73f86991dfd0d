//! A handler in the webmail, Roundcube in a browser: the service sees answers and forwards in the
//! shared mailbox, and does what a reply to a reminder orders.

use super::client;
use super::post::Mail;
use super::process::PASSWORD;
use super::site::{Site, at, mail};
use crate::servers::browser::Browser;
use crate::servers::roundcube::Roundcube;

/// Keys, as the browser gets them: with Ctrl held, Home.
const TO_THE_TOP: &str = "\u{e009}\u{e011}\u{e000}";

/// A mailbox, open in a browser.
struct Webmail {
    browser: Browser,
    roundcube: Roundcube,
}

impl Webmail {
    /// `None`, with a printed word, where it cannot run.
    async fn open(site: &Site, user: &str) -> Option<Self> {
        let roundcube = Roundcube::start(site.dovecot.tls_port, site.post.port)?;
        let webmail = Self {
            browser: Browser::start().await,
            roundcube,
        };
        webmail.go("").await;
        webmail.browser.write("#rcmloginuser", user).await;
        webmail.browser.write("#rcmloginpwd", PASSWORD).await;
        webmail.browser.press("#rcmloginsubmit").await;
        webmail.browser.see("#messagelist tbody tr").await;
        Some(webmail)
    }

    async fn go(&self, query: &str) {
        self.browser
            .open(&format!("http://127.0.0.1:{}/{query}", self.roundcube.port))
            .await;
    }

    /// Opens a message of the inbox.
    async fn read(&self, uid: u32) {
        self.go(&format!("?_task=mail&_mbox=INBOX&_uid={uid}&_action=show"))
            .await;
    }

    /// Answers it above the quoted text, as the program proposes.
    async fn answer(&self, uid: u32, text: &str) {
        self.read(uid).await;
        self.browser.press("a.reply[data-content-button]").await;
        self.browser
            .write("#composebody", &format!("{TO_THE_TOP}{text}\n\n"))
            .await;
        self.send().await;
    }

    async fn forward(&self, uid: u32, to: &str) {
        self.read(uid).await;
        self.browser.press(".dropbutton > a.forward").await;
        self.browser
            .write("#compose_to input", &format!("{to},"))
            .await;
        self.send().await;
    }

    /// Ends when the program is back at the list: then it has sent the mail and put it into Sent.
    async fn send(&self) {
        self.browser.press("button.send").await;
        self.browser.see("#messagelist tbody tr").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_handler_does_in_roundcube_is_seen() {
    let site = Site::quick().await;
    site.deliver(
        "INBOX",
        &mail("Olle <olle@example.org>", "Bussen", "q1@x", ""),
        "2026-11-17 09:12",
    );
    site.deliver(
        "INBOX",
        &mail("Nina <nina@example.org>", "Simhallen", "q2@x", ""),
        "2026-11-19 12:00",
    );
    let Some(webmail) = Webmail::open(&site, "user1").await else {
        return;
    };
    webmail.answer(1, "Hej! Den går som vanligt.").await;
    webmail.forward(2, "kanslist@example.se").await;
    let sent: Vec<String> = site.post.wait_for(2).iter().map(Mail::to).collect();
    assert_eq!(
        sent,
        ["kanslist@example.se", "olle@example.org"],
        "{}",
        webmail.roundcube.log()
    );
    // The servers live in real time, the service in that of the test.
    site.dovecot
        .dated("user1", "Skickat", at("2026-11-19 13:20"));
    site.once().succeeded();

    let answered = site.register().item("Bussen");
    assert_eq!(answered["state"], "answered", "{answered}");
    let evidence = &answered["settled"]["evidence"];
    assert_eq!(
        (
            &evidence["kind"],
            &evidence["folder"],
            &evidence["matched_by"]
        ),
        (&"sent".into(), &"Skickat".into(), &"in_reply_to".into()),
        "{answered}"
    );
    let forwarded = site.register().item("Simhallen");
    assert_eq!(
        (
            &forwarded["state"],
            &forwarded["handler"],
            &forwarded["assigned_by"]
        ),
        (&"open".into(), &"kanslist".into(), &"forward".into()),
        "{forwarded}"
    );
}

/// The handler answers the reminder in a mailbox of their own, above what it quotes.
#[tokio::test(flavor = "multi_thread")]
async fn a_command_from_roundcube_closes_the_item() {
    let site = Site::quick().await;
    let reminder = client::reminder(&site);
    site.dovecot.deliver(
        "user2",
        "INBOX",
        reminder.0.as_bytes(),
        "",
        at("2026-11-19 13:30"),
    );
    let Some(webmail) = Webmail::open(&site, "user2").await else {
        return;
    };
    webmail.answer(1, "KLAR TELEFON").await;
    client::is_closed_by_telephone(&site);
}
