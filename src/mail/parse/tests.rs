//! Small mails, one trouble each; then every cut and every single damaged byte of some of them.

use super::*;

/// Parses a header given with LF line ends.
fn parsed(text: &str) -> Message {
    message(text.replace('\n', "\r\n").as_bytes())
}

fn addrs(list: &[crate::domain::message::Address]) -> Vec<&str> {
    list.iter().map(|a| a.addr.as_str()).collect()
}

#[test]
fn a_header_alone() {
    let m = parsed(
        "From: Karin Ek <Karin.Ek@Example.ORG>\nTo: a@b.se\nSubject: Bygglov\nDate: Tue, 14 May 2024 09:00:00 +0200\n\n",
    );
    assert_eq!(
        (m.from[0].addr.as_str(), m.from[0].name.as_deref()),
        ("karin.ek@example.org", Some("Karin Ek"))
    );
    assert_eq!(
        (m.subject.as_str(), m.content.len(), m.defects.len()),
        ("Bygglov", 1, 0)
    );
    assert_eq!(
        m.date.map(|d| d.to_rfc3339()).as_deref(),
        Some("2024-05-14T07:00:00+00:00")
    );
    assert_eq!(m.content[0].mime, "text/plain");
}

#[test]
fn subjects_are_decoded() {
    let check = |raw: &[u8], expected: &str| {
        let bytes = [b"From: a@b.se\r\nSubject: ", raw, b"\r\n\r\n"].concat();
        assert_eq!(
            message(&bytes).subject,
            expected,
            "{:?}",
            String::from_utf8_lossy(raw)
        );
    };
    check(b"=?utf-8?B?RnLDpWdh?=", "Fråga");
    check(b"=?UTF-8*sv?Q?Fr=C3=A5ga_om?= bygglov", "Fråga om bygglov");
    check(
        b"=?iso-8859-1?q?Fr=E5ga?=\r\n =?iso-8859-1?q?_ett?=",
        "Fråga ett",
    );
    // A letter split over two words, as some programs do.
    check(b"=?utf-8?Q?Fr=C3?= =?utf-8?Q?=A5ga?=", "Fråga");
    check(b"=?utf-8?B?RnLD?=\r\n =?utf-8?B?pWdh?=", "Fråga");
    check(b"=?utf-8?Q?a?= =?iso-8859-1?Q?=E5?=", "aå");
    check(b"=?utf-8?Q?a?= b =?utf-8?Q?c?=", "a b c");
    check(b"RE:=?utf-8?Q?a?=(b)", "RE:a(b)");
    check(b"=?utf-8?Q?Kan ni svara??=", "Kan ni svara?");
    check(b"Fr\xE5ga", "Fråga");
    check(b"Fr\xC3\xA5ga", "Fråga");
    check(b"=?utf-8?Q?Fr=E5ga?=", "Fråga");
    check(b"=?x-unknown?Q?Fr=C3=A5ga?=", "Fråga");
    check(
        b"=?utf-8?X?abc?= =?utf-8?Y?abc",
        "=?utf-8?X?abc?= =?utf-8?Y?abc",
    );
    // The end of the word is cut off.
    check(b"=?utf-8?Q?abc", "abc");
    check(b"=?iso-8859-1?Q?Fr=E5ga_om_bygglov", "Fråga om bygglov");
    check(b"=?utf-8?B?RnLDpWdh and more", "Fråga and more");
    check(b"=?iso-8859-1?Q?Fr=E5ga_om_bygglov?", "Fråga om bygglov");
    check(b"=?iso-8859-1?Q?Fr=E5ga_om_bygglov=", "Fråga om bygglov");
    check(b"=?iso-8859-1?Q?Fr=E5ga_om_bygglov=E", "Fråga om bygglov");
    check(b"=?no-charset?Q?abc", "=?no-charset?Q?abc");
    check(b"=?", "=?");
    check(b"=?=?utf-8?Q?a?=", "=?a");
    check(b"a\0b\x07c\td", "abc d");
    check(b"a\rb", "a b");
    check(b"=?utf-8?Q?a=0D=0ABcc:_x=00?=", "a  Bcc: x");
    check("a\u{202E}b".as_bytes(), "ab");
    check(b"a\r\n b\r\n\tc", "a b c");
    check(b"\x1B$B$\"\x1B(B", "あ");
    check(b"=?utf-7?Q?a+AOU-?=", "aå");
    check(
        b"=?iso-2022-jp?B?GyRCJCIbKEI=?= =?iso-2022-jp?B?GyRCJCIbKEI=?=",
        "ああ",
    );
}

#[test]
fn addresses_are_read() {
    let check = |raw: &str, expected: &[&str]| {
        let m = message(format!("To: {raw}\r\n\r\n").as_bytes());
        assert_eq!(addrs(&m.to), expected, "{raw:?}");
    };
    check("a@b.se, B <C@D.se>", &["a@b.se", "c@d.se"]);
    check("Ek, Karin <k@e.se>", &["k@e.se"]);
    check("\"Ek, Karin\" <k@e.se>; x@y.se", &["k@e.se", "x@y.se"]);
    check("=?utf-8?Q?Ek,_Karin?= <k@e.se>", &["k@e.se"]);
    check(
        "Grupp: a@b.se, c@d.se;, e@f.se",
        &["a@b.se", "c@d.se", "e@f.se"],
    );
    check("undisclosed-recipients:;", &[]);
    check("a@b.se (Karin (Ek))", &["a@b.se"]);
    check(
        "\"karin.ek\"@b.se, \"karin ek\"@b.se",
        &["karin.ek@b.se", "\"karin ek\"@b.se"],
    );
    check(
        "a@västervik.se, a@xn--vstervik-0za.se",
        &["a@xn--vstervik-0za.se", "a@xn--vstervik-0za.se"],
    );
    check("a@b.se., a@b.se.\u{2062}", &["a@b.se", "a@b.se"]);
    check("<@route.se,@x.se:a@b.se>", &["a@b.se"]);
    check("mailto:a@b.se", &["a@b.se"]);
    check("a@b.se c@d.se", &["a@b.se"]);
    check("<a@b.se", &["a@b.se"]);
    check("\"Karin <a@b.se>", &["a@b.se"]);
    check("(Karin <a@b.se>", &["a@b.se"]);
    check(
        "root@localhost, a@[192.0.2.1], a@b.se.",
        &["root@localhost", "a@[192.0.2.1]", "a@b.se"],
    );
    check("<>, a, @b.se, a@, a b@c d.se", &["b@c"]);
    check("=?utf-8?Q?Karin_Ek_<a@b.se>?=", &["a@b.se"]);
    check(
        "Pete(A wonderful \\) chap) <pete(his account)@silly.test(his host)>",
        &["pete@silly.test"],
    );
    check(
        "John <jdoe@machine(comment).  example>",
        &["jdoe@machine.example"],
    );
    check("\"k@e.se\"", &["k@e.se"]);
    check("Karin Ek (k@e.se), x@y.se", &["k@e.se", "x@y.se"]);
    let m = parsed(
        "From: =?utf-8?Q?Karin=0D=0AEk?= <a@b.se>\nReply-To: (Kalle) b@c.se\nSender: d@e.se (Kalle Anka)\n\n",
    );
    assert_eq!(m.from[0].name.as_deref(), Some("Karin  Ek"));
    assert_eq!(m.sender.and_then(|a| a.name).as_deref(), Some("Kalle Anka"));
}

#[test]
fn unusable_senders_are_told() {
    let check = |raw: &str, defect: &str| {
        let m = parsed(raw);
        assert!(
            m.from.is_empty() && m.defects.iter().any(|d| d == defect),
            "{raw:?}: {:?}",
            m.defects
        );
    };
    check("Subject: x\n\n", "no From");
    check("From: <>\n\n", "no usable address in From");
    check("From: Karin Ek\n\n", "no usable address in From");
    check("From: a@b@c.se\n\n", "an address in From cannot be used");
    check("", "no From");
}

#[test]
fn ids_are_found() {
    let check = |raw: &str, expected: &[&str]| {
        let m = message(format!("From: a@b.se\r\nIn-Reply-To: {raw}\r\n\r\n").as_bytes());
        assert_eq!(m.in_reply_to, expected, "{raw:?}");
    };
    check("<a@b> <c@d>", &["a@b", "c@d"]);
    check("<a@b>,<c@d>", &["a@b", "c@d"]);
    check("Your message of \"Tue\" <a@b>", &["a@b"]);
    check("a@b", &["a@b"]);
    check("odd", &["odd"]);
    check("sv på mail", &[]);
    check("<a@b", &["a@b"]);
    check("<a\r\n @b>", &["a@b"]);
    check("<>", &[]);
    let m = parsed("Message-ID: <A@b> <c@d>\nMessage-ID: <e@f>\n\n");
    assert_eq!(m.message_id.as_deref(), Some("A@b"));
    assert!(m.defects.iter().any(|d| d == "several Message-IDs"));
}

#[test]
fn a_long_thread_keeps_its_ends() {
    use std::fmt::Write as _;
    let mut raw = String::from("From: a@b.se\r\nReferences:");
    for n in 0..5_000 {
        write!(raw, "\r\n <id.{n}@example.org>").expect("a String takes it");
    }
    let m = message(raw.as_bytes());
    assert_eq!(m.references.len(), crate::domain::message::MAX_REFERENCES);
    assert_eq!(
        (m.references[0].as_str(), m.references[49].as_str()),
        ("id.0@example.org", "id.4999@example.org")
    );
    assert!(
        m.references
            .iter()
            .all(|id| id.starts_with("id.") && id.ends_with("@example.org"))
    );
}

#[test]
fn thread_index_gives_the_conversation() {
    let index = |value: &str| parsed(&format!("Thread-Index: {value}\n\n")).thread_index;
    let expected = Some("0102030405060708090a0b0c0d0e0f10".to_owned());
    assert_eq!(index("AQHaAAAAAQIDBAUGBwgJCgsMDQ4PEA=="), expected);
    assert_eq!(
        index("AQHaAAAAAQIDBAUGBwgJCgsMDQ4PEAAAAAAB"),
        expected,
        "an answer lengthens it"
    );
    assert_eq!(index("AQHa"), None);
    assert_eq!(index("?"), None);
}

#[test]
fn dates_must_be_real() {
    let check = |raw: &str, expected: Option<&str>| {
        let m = parsed(&format!("Date: {raw}\n\n"));
        assert_eq!(
            m.date
                .map(|d| d.format("%Y-%m-%dT%H:%M:%SZ").to_string())
                .as_deref(),
            expected,
            "{raw:?}"
        );
        assert_eq!(m.date_raw.as_deref(), Some(raw));
    };
    check(
        "Tue, 14 May 2024 09:00:00 +0200",
        Some("2024-05-14T07:00:00Z"),
    );
    check("14 May 24 09:00 GMT", Some("2024-05-14T09:00:00Z"));
    check("Tue, 32 Nov 2022 25:61:00 +0200", None);
    check("Tue, 14 May 2024 09:00:00", Some("2024-05-14T09:00:00Z"));
    check("i går", None);
}

#[test]
fn trace_lines() {
    let m = parsed(
        "Received: from x (y [192.0.2.1])\n\tby MX.Example.se (Postfix) with ESMTPS id 1;\n\tTue, 14 May 2024 09:16:00 +0200 (CEST)\n\
         Received: by a.example.se; Tue, 14 May 2024 09:15:00 +0200\nReceived: broken\n\n",
    );
    let found: Vec<_> = m
        .received
        .iter()
        .map(|r| (r.by.as_deref(), r.at.timestamp()))
        .collect();
    assert_eq!(
        found,
        [
            (Some("mx.example.se"), 1_715_670_960),
            (Some("a.example.se"), 1_715_670_900)
        ]
    );
}

#[test]
fn odd_line_ends_and_beginnings() {
    let check = |bytes: &[u8]| {
        let m = message(bytes);
        assert_eq!(
            (addrs(&m.from), m.subject.as_str()),
            (vec!["a@b.se"], "å x"),
            "{:?}",
            String::from_utf8_lossy(bytes)
        );
    };
    check("From: a@b.se\nSubject: å\n x\n\nText".as_bytes());
    check("From: a@b.se\rSubject: å\r x\r\rText".as_bytes());
    check("From: a@b.se\rSubject: å x\r\n\r\nText".as_bytes());
    check("\u{FEFF}From: a@b.se\r\nSubject: å x\r\n\r\nText".as_bytes());
    check("From a@c.se Tue May 14\r\nFrom: a@b.se\r\nSubject: å x\r\n\r\n".as_bytes());
    check("\r\n\r\nFrom: a@b.se\r\nSubject: å x\r\n\r\n".as_bytes());
    check("From : a@b.se\r\nnonsense\r\nSubject : å x\r\nText without a blank line".as_bytes());
    check("From: a@b.se\r\nSubject: å x".as_bytes());
    check("X-Trace: abc\r\ndef\r\nghi=\r\nFrom: a@b.se\r\nSubject: å x\r\n\r\nText".as_bytes());
    let utf16: Vec<u8> = "From: a@b.se\r\nSubject: å x\r\n\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    check(&utf16);
    check(&[&[0xFF, 0xFE], utf16.as_slice()].concat());
}

const REPORT: &str = "From: Mail Delivery System <mailer-daemon@example.org>
Subject: Olevererbart: Ert meddelande
Content-Type: multipart/report; report-type=delivery-status; boundary=\"b 1\"

--b 1
Content-Type: text/plain

Meddelandet kunde inte levereras.
--b 1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; Karin@Example.org
Action: Failed
--b 1
Content-Type: message/rfc822

Message-ID: <note.1@example.se>
Content-Type: multipart/mixed; boundary=inner

--inner
Content-Type: text/calendar; method=REPLY

--b 1--
";

#[test]
fn a_report_tells_what_came_back() {
    let m = parsed(REPORT);
    let types: Vec<&str> = m.content.iter().map(|c| c.mime.as_str()).collect();
    assert_eq!(
        types,
        [
            "multipart/report",
            "text/plain",
            "message/delivery-status",
            "message/rfc822"
        ]
    );
    let returned = m.returned.expect("a report");
    assert_eq!(returned.message_id.as_deref(), Some("note.1@example.se"));
    assert_eq!(
        (returned.failed, returned.action.as_deref()),
        (vec!["karin@example.org".to_owned()], Some("failed"))
    );
}

#[test]
fn a_report_tells_of_each_recipient() {
    let check = |blocks: &str, failed: &[&str], action: Option<&str>| {
        let (head, rest) = REPORT.split_once("Final-Recipient").unwrap();
        let (_, tail) = rest.split_once("\n--").unwrap();
        let returned = parsed(&format!("{head}{blocks}\n--{tail}"))
            .returned
            .expect("a report");
        let found: Vec<&str> = returned.failed.iter().map(String::as_str).collect();
        assert_eq!(
            (&found[..], returned.action.as_deref()),
            (failed, action),
            "{blocks}"
        );
    };
    let one = |to: &str, action: &str| {
        format!("Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: 5.1.1")
    };
    let (kf, karin, bo) = ("kf@example.se", "karin@example.org", "bo@example.net");
    let both = |a: &str, b: &str| format!("{}\n\n{}", one(kf, a), one(karin, b));
    check(&both("delivered", "failed"), &[karin], Some("failed"));
    check(&both("failed", "relayed"), &[kf], Some("failed"));
    check(&both("expanded", "failed"), &[karin], Some("failed"));
    check(&both("delayed", "delayed"), &[], Some("delayed"));
    check(
        &format!("{}\n\n{}", both("delivered", "failed"), one(bo, "failed")),
        &[karin, bo],
        Some("failed"),
    );
    check(
        &one(karin, "failed (unknown user)"),
        &[karin],
        Some("failed"),
    );
    check(
        &format!("Final-Recipient: rfc822; {karin}\nStatus: 5.1.1"),
        &[karin],
        None,
    );
}

#[test]
fn an_attached_mail_is_no_report() {
    let text = REPORT
        .replace("mailer-daemon@", "karin@")
        .replace("Mail Delivery System", "Karin")
        .replace("multipart/report", "multipart/mixed");
    let text = text
        .replace("Olevererbart", "Fråga")
        .replace("message/delivery-status", "text/plain");
    assert_eq!(parsed(&text).returned, None);
}

#[test]
fn a_calendar_part_may_hide_its_method() {
    let m = parsed(
        "From: a@b.se\nContent-Type: multipart/alternative; boundary=x\n\n--x\nContent-Type: text/plain\n\na\n--x\nContent-Type: text/calendar; charset=utf-8\nContent-Transfer-Encoding: base64\n\nQkVHSU46VkNBTEVOREFSCk1FVEhPRDpSRVBMWQo=\n--x--\n",
    );
    assert_eq!(
        m.content[2].params.last(),
        Some(&("method".to_owned(), "REPLY".to_owned()))
    );
}

#[test]
fn everything_is_bounded() {
    let many = "To: a@b.se, c@d.se\r\n".repeat(5_000);
    let m = message(format!("From: a@b.se\r\n{many}\r\n").as_bytes());
    assert!(m.headers.len() <= MAX_FIELDS && m.to.len() <= MAX_ADDRESSES);
    assert!(
        m.defects
            .iter()
            .any(|d| d == "the header is longer than what is read")
    );
    let m = message(format!("{}From: a@b.se\r\n\r\n", "X-Y: z\r\n".repeat(5_000)).as_bytes());
    assert_eq!(
        (addrs(&m.from), m.headers.len()),
        (vec!["a@b.se"], MAX_FIELDS - 99)
    );
    let m = message(format!("From: a@b.se\r\nSubject: {}\r\n\r\n", "å".repeat(300_000)).as_bytes());
    assert_eq!(m.subject.chars().count(), MAX_VALUE);
    let parts = "--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n".repeat(10_000);
    let m = message(format!("Content-Type: multipart/mixed; boundary=x\r\n\r\n{parts}").as_bytes());
    assert!(m.content.len() <= MAX_PARTS + 1);
    for hostile in [
        "=?a?q? ",
        "<",
        "\"",
        "(",
        "=?utf-8?Q?=C3?= ",
        ",",
        ":",
        "a@b.se <",
        "\r",
    ] {
        let m = message(
            format!(
                "From: {}\r\nReferences: {}",
                hostile.repeat(20_000),
                hostile.repeat(20_000)
            )
            .as_bytes(),
        );
        assert!(m.from.len() <= MAX_ADDRESSES);
    }
}

#[test]
fn every_cut_and_every_damaged_byte() {
    let whole = REPORT.replace('\n', "\r\n");
    let whole = whole.as_bytes();
    for end in 0..=whole.len() {
        let _ = message(&whole[..end]);
    }
    let mut bytes = whole.to_vec();
    for at in 0..bytes.len() {
        for byte in [0, b'\r', b'\n', b'"', b'<', b'=', 0xFF] {
            bytes[at] = byte;
            let m = message(&bytes);
            assert!(m.headers.len() <= MAX_FIELDS);
        }
        bytes[at] = whole[at];
    }
}

#[test]
fn ids_are_read_in_encoded_words() {
    let check = |field: &str, expected: &[&str]| {
        let message =
            message(format!("In-Reply-To: {field}\r\nReferences: {field}\r\n\r\n").as_bytes());
        assert_eq!(message.in_reply_to, expected);
        assert_eq!(message.references, expected);
    };
    check("=?utf-8?q?=3Ca=40b=2Ese=3E?=", &["a@b.se"]);
    check("=?utf-8?q?=3Ca=40?=\r\n =?utf-8?q?b=2Ese=3E?=", &["a@b.se"]);
    check(
        "=?us-ascii?B?PGFAYi5zZT4gPGNAZC5zZT4=?=",
        &["a@b.se", "c@d.se"],
    );
    check(
        "<x@y.se>\r\n =?utf-8?q?=3Ca=40b=2Ese=3E?=",
        &["x@y.se", "a@b.se"],
    );
    check("<=?odd@b.se>", &["=?odd@b.se"]);
}

#[test]
fn a_from_that_can_be_read_twice_is_noted() {
    use crate::domain::message::FromFault::{
        self, BareReturn, Blank, Encoded, Malformed, Mapped, Twice,
    };
    let check = |header: &str, expected: &[FromFault]| {
        let parsed = message(format!("{header}\r\nSubject: x\r\n\r\n").as_bytes());
        assert_eq!(
            parsed.from_faults, expected,
            "{header:?}: {:?}",
            parsed.from
        );
    };
    for sound in [
        "From: asa@kommun.se",
        "From: <asa@kommun.se>",
        "From: =?utf-8?q?=C3=85sa_=C3=96berg?= <asa@kommun.se>",
        "From: \"Öberg, Åsa\" <asa@kommun.se>",
        "From: \"asa@kommun.se\" <asa@kommun.se>",
        "From: asa@kommun.se <ASA@kommun.se>",
        "From: asa@kommun.se (Åsa, chef@kommun.se)",
        "From: Åsa <åsa@växjö.se>",
        "From: Åsa\r\n <asa@kommun.se>",
        "From: Gruppen: asa@kommun.se, bo@kommun.se;",
    ] {
        check(sound, &[]);
    }
    check("From: asa@kommun.se\r\nFrom: eva@evil.org", &[Twice]);
    check("From:\r\nFrom: asa@kommun.se", &[Malformed, Twice]);
    check("From : asa@kommun.se", &[Blank]);
    check("From\t: asa@kommun.se", &[Blank]);
    check(
        "From: asa@kommun.se\rFrom: eva@evil.org",
        &[Twice, BareReturn],
    );
    check("From: asa@kommun.se\rX", &[BareReturn]);
    check("From: =?utf-8?q?asa=40kommun=2Ese?=", &[Encoded]);
    check("From: =?utf-8?q?=3Casa=40kommun=2Ese=3E?=", &[Encoded]);
    check("From: asa@\u{212a}ommun.se", &[Mapped]);
    check("From: \u{212a}im@kommun.se", &[Mapped]);
    check("From: asa@ｋommun.se", &[Mapped]);
    check("From: asa@kom\u{ad}mun.se", &[Mapped]);
    check("From: asa@kommun。se", &[Mapped]);
    check("From: chef@kommun.se <eva@evil.org>", &[Malformed]);
    check("From: <asa@kommun.se", &[Malformed]);
    check("From: Åsa", &[Malformed]);
    check("From: asa@kommun.se, nonsense <@>", &[Malformed]);
}

#[test]
fn a_trace_line_tells_who_handed_the_mail_over() {
    let check = |from: &str, expected: Option<&str>| {
        let parsed = message(
            format!("Received: {from} by mx1.kommun.se with ESMTP; Fri, 20 Nov 2026 10:00:00 +0100\r\n\r\n").as_bytes(),
        );
        assert_eq!(parsed.received[0].from.as_deref(), expected, "{from}");
    };
    check("from mail.Evil.org", Some("mail.evil.org"));
    check(
        "from mx1.kommun.se (mail.evil.org [192.0.2.1])",
        Some("mail.evil.org"),
    );
    check("from mx1.kommun.se (unknown [192.0.2.1])", Some("unknown"));
    check("from mail.evil.org ([192.0.2.1])", Some("mail.evil.org"));
    check("from mail.evil.org (192.0.2.1)", Some("mail.evil.org"));
    check(
        "from mail.evil.org (HELO mx1.kommun.se) (192.0.2.1)",
        Some("mail.evil.org"),
    );
    check("(qmail 1 invoked by uid 1)", None);
}

/// Without the trace lines, mail of another year that a person copies in looks like mail whose
/// writer's clock is wrong.
#[test]
fn the_trace_lines_are_asked_for() {
    assert!(FIELDS.contains(&"Received"));
}
