//! Mail that means ill, and mail that a server cannot give, among good mail on a real Dovecot: all
//! of it is logged, the good mail is served, nothing of a stranger's becomes more than text in our
//! mails or on a terminal.

use super::process::wait_until;
use super::site::{Site, at, mail};
use std::fmt::Write as _;
use std::fs;

/// More than any provider lets through.
const LARGE: usize = 90 << 20;

/// Each a header, with `evil@example.net` only where it must not get.
fn hostile() -> Vec<(&'static str, String)> {
    let one = |number: usize, field: &str| {
        format!(
            "From: h{number}@example.org\nTo: kf@example.se\nMessage-ID: <h{number}@x>\nSubject: Hostile {number}\n{field}\n"
        )
    };
    let many = |count: usize, each: &dyn Fn(usize) -> String| {
        (0..count).fold(String::new(), |mut text, number| {
            write!(text, "{}", each(number)).expect("text");
            text
        })
    };
    let subject = |number: usize, text: &str| {
        format!(
            "From: h{number}@example.org\nTo: kf@example.se\nMessage-ID: <h{number}@x>\nSubject: {text}\n"
        )
    };
    let name = |number: usize, text: &str| {
        format!(
            "From: {text} <h{number}@example.org>\nTo: kf@example.se\nMessage-ID: <h{number}@x>\nSubject: Namn {number}\n"
        )
    };
    vec![
        ("5 000 references", one(1, &format!("References: {}", many(5_000, &|n| format!("<r{n}@x>\n "))))),
        ("10 MB of headers", one(2, &many(10_000, &|n| format!("X-{n}: {}\n", "x".repeat(1_000))))),
        ("a Message-ID of 1 MB", format!("From: h3@example.org\nMessage-ID: <{}@x>\nSubject: Langt id\n", "i".repeat(1 << 20))),
        ("100 000 recipients", one(4, &format!("Cc: {}", many(100_000, &|n| format!("p{n}@example.org,\n "))))),
        ("1 000 Reply-To", one(5, &format!("Reply-To: {}", many(1_000, &|n| format!("p{n}@example.org,\n "))))),
        ("Reply-To the mailbox", one(6, "Reply-To: kf@example.se")),
        ("Reply-To a stranger", one(7, "Reply-To: evil@example.net")),
        ("several authors", "From: a8@example.org, evil@example.net\nSender: h8@example.org\nMessage-ID: <h8@x>\nSubject: Flera\n".to_owned()),
        ("a group", "From: Folk: h9@example.org, b9@example.org;\nMessage-ID: <h9@x>\nSubject: Grupp\n".to_owned()),
        ("injection in the subject", subject(10, "=?utf-8?Q?a=0D=0ABcc:_evil@example.net=0D=0A=0D=0Abody?=")),
        ("injection in the name", name(11, "=?utf-8?Q?a=0D=0ABcc:_evil@example.net?=")),
        ("an encoded word in a word", subject(12, "=?utf-8?Q?=3D=3Futf-8=3FQ=3Fa=3D0D=3D0ABcc=3A_evil=40example.net=3F=3D?=")),
        ("a bomb of encoded words", subject(13, &many(20_000, &|_| "=?utf-8?B?8J+Yg/CfmIM=?=\n ".to_owned()))),
        ("a bomb of a charset", subject(14, "=?utf-7?Q?+AGEAYg-?= =?x-nothing?B?////?= =?iso-2022-jp?B?GyRCGyRCGyRC?= =?utf-16?B?//79?=")),
        ("year 0", one(15, "Date: Fri, 01 Jan 0000 00:00:00 -9999")),
        ("year 9999", one(16, "Date: Fri, 31 Dec 9999 23:59:59 -1200")),
        ("a template", subject(17, "{{ range(3) }} {% for x in range(9) %}{{ handler.email }}{% endfor %} {# #}")),
        ("HTML", subject(18, "<script>alert(1)</script><img src=x onerror=alert(1)>")),
        ("our reference", subject(19, "SV: [SL-2026-00001] [SL-2026-99999] Hej")),
        ("reading direction", subject(20, "\u{202e}gnirts\u{202c}\u{200b}\u{200f}\u{2066}x\u{2069}\u{feff} fakt\u{fe0f}ura")),
        ("escape sequences", subject(21, "\u{1b}[2J\u{1b}]0;titel\u{7}\u{9b}31mrod \u{8}\u{8}\u{8} =?utf-8?Q?=1B[31m=C2=9B31m?=")),
        ("escape sequences in the name", name(22, "\"\u{1b}[31mRoda\u{1b}[0m \u{202e}namnet\"")),
        ("an address that breaks quoting", "From: \"a\\\" <evil@example.net>, \\\"b\" <\"h 23\\\"@example.net\"@example.org>\nMessage-ID: <h23@x>\nSubject: Citat\n".to_owned()),
        ("200 nested parts", one(24, &format!("Content-Type: multipart/mixed; boundary=b0\n\n{}", many(200, &|n| format!("--b{n}\nContent-Type: multipart/report; report-type=delivery-status; boundary=b{}\n\n", n + 1))))),
        ("a NUL", subject(25, "Noll\0Bcc: evil@example.net\0")),
    ]
}

/// Characters that act on a terminal or hide a text.
fn acts(c: char) -> bool {
    let hides = matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    (c.is_control() && c != '\n') || hides || c == '\u{feff}'
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_that_means_ill_is_logged_and_stays_text() {
    let site = Site::quick().await;
    site.change(&[(
        "handler = \"registrator\"\n",
        "handler = \"registrator\"\nnotices_per_hour = 1000\n",
    )]);
    let hostile = hostile();
    for (number, (_, head)) in hostile.iter().enumerate() {
        let date = if head.contains("\nDate:") {
            ""
        } else {
            "Date: Tue, 17 Nov 2026 09:12:00 +0100\n"
        };
        let bytes = format!("{date}{head}\nHej!\n");
        let arrival =
            at("2026-11-17 09:12") + chrono::Duration::seconds(i64::try_from(number).expect("few"));
        site.dovecot
            .deliver("user1", "INBOX", bytes.as_bytes(), "", arrival);
    }
    site.deliver(
        "INBOX",
        &mail("olle@example.org", "Bussen", "q1@x", ""),
        "2026-11-17 10:00",
    );
    let once = site.once();
    assert_eq!(once.code, Some(0), "{once:?}");
    assert!(!once.err.contains(acts_in_log), "{:?}", once.err);
    assert!(!once.err.contains("evil"), "{}", once.err);
    assert_eq!(site.register().items(), hostile.len() + 1);

    let mails = site.post.mails();
    assert!(
        mails.iter().any(|mail| mail.to() == "olle@example.org"),
        "the good mail got its notice"
    );
    for mail in &mails {
        // A stranger who is only named is not written to, and nothing was added to a header.
        assert!(!mail.to().contains("evil"), "{}", mail.0);
        let (head, body) = mail.0.split_once("\n\n").expect("a header");
        assert!(
            !head
                .lines()
                .any(|line| line.to_ascii_lowercase().starts_with("bcc")),
            "{head}"
        );
        assert!(!head.contains('\u{1b}') && !mail.0.contains('\0'), "{head}");
        assert!(!body.contains("\nBcc:"), "{body}");
    }
    let of = |citizen: &str| {
        mails
            .iter()
            .find(|mail| mail.to() == citizen)
            .map(|mail| mail.0.clone())
    };
    let template = of("h17@example.org").expect("a notice");
    // Letters, brackets and blanks, which neither a time nor the chance in an id of ours can bring.
    assert!(
        template.contains("{{ range(3) }}") && !template.contains("[0, 1, 2]"),
        "{template}"
    );
    assert!(
        of("h7@example.org").is_none(),
        "replies go elsewhere: nobody is written to"
    );

    for words in [&["list"][..], &["list", "--state", "excluded"]] {
        let shown = site.run(words);
        assert_eq!(shown.code, Some(0), "{shown:?}");
        let found: Vec<char> = shown.out.chars().filter(|c| acts(*c)).collect();
        assert!(found.is_empty(), "{found:?} in {:?}", shown.out);
    }
    let json = site.run(&["list", "--json"]);
    assert!(
        !json.out.contains(|c: char| c.is_control() && c != '\n'),
        "a control in JSON"
    );
    for number in 1..=hostile.len() + 1 {
        let shown = site.run(&["show", &format!("SL-2026-{number:05}")]);
        assert_eq!(shown.code, Some(0), "{shown:?}");
        let found: Vec<char> = shown.out.chars().filter(|c| acts(*c)).collect();
        assert!(found.is_empty(), "{found:?} in {:?}", shown.out);
    }
}

fn acts_in_log(c: char) -> bool {
    c != '\t' && acts(c)
}

/// Case 28: one malformed, one of 90 MB, one that the server puts in place of what it cannot give,
/// amid good mail.
#[tokio::test(flavor = "multi_thread")]
async fn case_28_what_cannot_be_read_does_not_keep_the_rest() {
    let site = Site::quick().await;
    let day = "2026-11-19";
    site.deliver(
        "INBOX",
        &mail("olle@example.org", "Fore", "q1@x", ""),
        &format!("{day} 09:00"),
    );
    site.deliver(
        "INBOX",
        "\0\u{1}\u{2} this is no mail\n\n\0\n",
        &format!("{day} 09:01"),
    );
    site.deliver(
        "INBOX",
        &mail("nina@example.org", "Mellan", "q2@x", ""),
        &format!("{day} 09:02"),
    );
    let mut large = mail("bo@example.org", "Stora bilder", "large@x", "").into_bytes();
    let line = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9\n";
    large.extend(line.iter().copied().cycle().take(LARGE - large.len()));
    site.dovecot
        .deliver("user1", "INBOX", &large, "", at(&format!("{day} 09:03")));
    drop(large);
    let stub = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/data/eml/retrieval-failed.eml"
    ));
    site.deliver("INBOX", &stub.expect("a mail"), &format!("{day} 09:04"));
    site.deliver(
        "INBOX",
        &mail("eva@example.org", "Efter", "q3@x", ""),
        &format!("{day} 09:05"),
    );

    let daemon = site.daemon(super::process::TEN_TIMES);
    daemon.wait_told("READY=1");
    wait_until("all six", || site.register().items() == 6);
    // The operator hears of the unreadable message.
    wait_until("the alarm", || {
        site.post.mails().iter().any(|mail| {
            mail.field("X-Servicelofte")
                .is_some_and(|mark| mark.starts_with("alarm"))
        })
    });
    let peak = daemon.peak_memory();
    println!("peak memory with a mail of 90 MB: {peak} KiB");
    assert!(peak < 100_000, "{peak} KiB");
    daemon.stop(std::time::Duration::from_mins(1));

    let list = site.run(&["list", "--json"]);
    let items: serde_json::Value = serde_json::from_str(&list.out).expect("JSON");
    let mut found: Vec<(String, String, bool)> = items
        .as_array()
        .expect("items")
        .iter()
        .map(|item| {
            let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
            (
                text("received_at")[11..16].to_owned(),
                text("class"),
                text("due_date") == "2026-11-23",
            )
        })
        .collect();
    found.sort();
    let expected = [
        "correspondence",
        "unreadable",
        "correspondence",
        "correspondence",
        "unreadable",
        "correspondence",
    ];
    let expected: Vec<_> = expected
        .iter()
        .enumerate()
        .map(|(at, class)| (format!("09:0{at}"), (*class).to_owned(), true))
        .collect();
    assert_eq!(found, expected);
}
