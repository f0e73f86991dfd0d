//! Mailboxes as they are: renumbered by a migration, large, full of odd mail.

use super::site::{Site, at, mail};
use std::fmt::Write as _;

/// Size of the largest mail: people send photographs.
const LARGE: usize = 20 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_renumbered_mailbox_brings_no_new_items_and_no_mail() {
    let site = Site::quick().await;
    site.deliver(
        "INBOX",
        &mail("olle@example.org", "Bussen", "q1@x", ""),
        "2026-11-17 09:12",
    );
    site.deliver(
        "INBOX",
        &mail("eva@example.org", "Sopor", "q2@x", ""),
        "2026-11-19 10:00",
    );
    site.deliver(
        "INBOX",
        "From: nina@example.org\nSubject: Utan id\n\nHej\n",
        "2026-11-19 11:00",
    );
    site.once().succeeded();
    let before = (
        site.register().items(),
        site.register().mails(),
        site.post.mails().len(),
    );
    assert_eq!(before, (3, 2, 2));
    for folder in ["INBOX", "Skickat"] {
        site.dovecot.reset_uidvalidity("user1", folder);
    }
    site.once().succeeded();
    site.once().succeeded();
    assert_eq!(
        (
            site.register().items(),
            site.register().mails(),
            site.post.mails().len()
        ),
        before
    );
    // And later messages are seen.
    site.deliver(
        "INBOX",
        &mail("eva@example.org", "Gymmet", "q4@x", ""),
        "2026-11-19 12:00",
    );
    site.once().succeeded();
    assert_eq!((site.register().items(), site.register().mails()), (4, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_mails_odd_and_large_ones_too_are_all_logged() {
    let site = Site::quick().await;
    for number in 0..300 {
        let bytes = odd(number);
        site.dovecot.deliver(
            "user1",
            "INBOX",
            &bytes,
            "",
            at("2026-11-19 09:00") + chrono::Duration::seconds(number),
        );
    }
    let mut large = mail("olle@example.org", "Foton", "large@x", "").into_bytes();
    while large.len() < LARGE {
        large.extend_from_slice(
            b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9\n",
        );
    }
    site.dovecot
        .deliver("user1", "INBOX", &large, "", at("2026-11-19 10:00"));
    let before = site.dovecot.snapshot("user1");
    site.once().succeeded();
    assert_eq!(site.register().items(), 301);
    // The handler hears of the reports among them, which need no answer: one copy in Sent.
    let after = site.dovecot.snapshot("user1");
    assert!(after["INBOX"] == before["INBOX"], "the inbox has changed");
    assert_eq!(after["Skickat"].len(), 1);
    site.once().succeeded();
    assert_eq!(site.register().items(), 301);
}

/// The `number`th mail, each of ten kinds wrong in its own way.
fn odd(number: i64) -> Vec<u8> {
    let id = format!("Message-ID: <odd{number}@x>\n");
    let good = mail(
        "olle@example.org",
        &format!("Fraga {number}"),
        &format!("q{number}@x"),
        "",
    );
    match number % 10 {
        // No From.
        0 => format!("Subject: Utan avsandare {number}\n{id}\nHej\n").into_bytes(),
        // No header at all.
        1 => format!("\nBara text {number}\n").into_bytes(),
        // Raw Latin-1 and a NUL.
        2 => [b"From: \xc5sa <asa@example.org>\nSubject: V\xe4g \x00 ", id.as_bytes(), b"\nHej\n"].concat(),
        // A header field of 200 kB.
        3 => format!("From: a@example.org\n{id}X-Long: {}\nSubject: Lang {number}\n\nHej\n", "x".repeat(200_000))
            .into_bytes(),
        // Thousands of recipients.
        4 => {
            let to = (0..3_000).fold(String::new(), |mut to, n| {
                write!(to, "p{n}@example.org,\n ").expect("text");
                to
            });
            format!("From: b@example.org\nTo: {to}kf@example.se\n{id}Subject: Manga {number}\n\nHej\n").into_bytes()
        }
        // A multipart without end, without boundary, nested in itself.
        5 => format!(
            "From: c@example.org\n{id}Subject: Delar {number}\nContent-Type: multipart/report; boundary=\"b\"\n\n--b\n\
             Content-Type: multipart/mixed; boundary=\"b\"\n\n--b\nContent-Type: message/delivery-status\n"
        )
        .into_bytes(),
        // Encoded words that are none, a date in 2036, an address that is none.
        6 => format!(
            "From: =?utf-8?Q?=C3?= <d@>\n{id}Subject: =?x-unknown?B?///?= {number}\nDate: Mon, 99 Foo 2036\n\nHej\n"
        )
        .into_bytes(),
        // A line that is not a header field among the fields, CR alone as line end.
        7 => format!("From: e@example.org\nthis is no field\n{id}Subject: Rad\r{number}\n\nHej\n").into_bytes(),
        _ => good.into_bytes(),
    }
}
