//! What the handler reads of a notice that leaves later than at its moment: after an outage, and
//! after a pause.

use super::site::{Site, mail};
use mail_parser::MessageParser;
use std::borrow::Cow;

/// A question that was read on the day on which it came, and is due on Thursday.
async fn asked() -> Site {
    let site = Site::quick().await;
    let question = mail("olle@example.org", "Bussen", "bussen@x", "");
    site.deliver("INBOX", &question, "2026-11-17 09:12");
    site.run_at("@2026-11-17 10:00:00", &["run", "--once"])
        .succeeded();
    site
}

/// The last words to the handler, their lines joined.
fn told(site: &Site) -> String {
    let mails = site.post.mails();
    let of_handler = mails
        .iter()
        .filter(|mail| mail.to() == "registrator@example.se");
    let mut texts = of_handler.map(|mail| {
        let parsed = MessageParser::default().parse(mail.0.as_bytes());
        let text = parsed.and_then(|parsed| parsed.body_text(0).map(Cow::into_owned));
        text.expect("a text")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    });
    texts.next_back().expect("a mail to the handler")
}

fn notices(site: &Site) -> usize {
    let mails = site.post.mails();
    let kinds = mails.iter().filter_map(|mail| mail.field("X-Servicelofte"));
    kinds.filter(|kind| kind.starts_with("notice;")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_an_outage_made_late_is_announced_to_whom_it_names() {
    let site = asked().await;
    site.run_at("@2026-11-20 09:00:00", &["run", "--once"])
        .succeeded();
    assert_eq!(notices(&site), 1);
    let told = told(&site);
    assert!(
        told.contains("Så snart det går får avsändaren besked")
            || told.contains("avsändaren fått besked"),
        "{told}"
    );
    assert!(!told.contains("skickas inget besked"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_a_pause_holds_is_said_to_wait_also_on_the_day_after() {
    let site = asked().await;
    site.run_at("@2026-11-19 08:00:00", &["pause", "fel"])
        .succeeded();
    site.run_at("@2026-11-20 09:00:00", &["run", "--once"])
        .succeeded();
    let told = told(&site);
    assert!(
        told.contains("Här väntar beskedet, eftersom mejl till medborgare är pausade."),
        "{told}"
    );
    site.run_at("@2026-11-20 09:10:00", &["resume"]).succeeded();
    site.run_at("@2026-11-20 09:20:00", &["run", "--once"])
        .succeeded();
    assert_eq!(notices(&site), 1);
}
