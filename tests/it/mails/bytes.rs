//! Our mails as bytes: headers read back by another parser, and hostile strings in every field.

use chrono::{DateTime, TimeZone};
use mail_parser::{HeaderValue, MessageParser};
use servicelofte::domain::classify::OwnMark;
use servicelofte::domain::effect::Kind;
use servicelofte::domain::message::Address;
use servicelofte::mail::compose::{self, ComposeError, Outgoing};

fn mail() -> Outgoing {
    Outgoing {
        kind: Kind::Notice,
        refs: vec!["SL-2026-00042".to_owned()],
        dates: Vec::new(),
        from: Address {
            name: Some("Kommunfullmäktige".to_owned()),
            addr: "kf@example.se".to_owned(),
        },
        to: vec![Address {
            name: Some("Kim Sjöberg".to_owned()),
            addr: "kim@example.net".to_owned(),
        }],
        reply_to: Some(Address {
            name: None,
            addr: "kf@example.se".to_owned(),
        }),
        subject: "Vi behöver mer tid: Trasig lampa på Åvägen [SL-2026-00042]".to_owned(),
        text: "Hej!\n\nRäksmörgås åäö.\n.\nSlut\n".to_owned(),
        html: None,
        message_id: compose::message_id("example.se", "0f3a"),
        date: chrono_tz::Europe::Stockholm
            .with_ymd_and_hms(2026, 11, 23, 13, 0, 0)
            .single()
            .expect("a time"),
        in_reply_to: vec!["abc.1@mail.example.net".to_owned()],
        references: vec![
            "first@mail.example.net".to_owned(),
            "abc.1@mail.example.net".to_owned(),
        ],
    }
}

/// The bytes, after what every mail must hold: CRLF, short lines, ASCII, one header of each name,
/// none that is not ours.
#[track_caller]
fn bytes(mail: &Outgoing) -> Vec<u8> {
    const OURS: &[&str] = &[
        "From",
        "To",
        "Reply-To",
        "Subject",
        "Date",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
        "X-Servicelofte",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    ];
    let bytes = compose::to_bytes(mail).expect("it can be built");
    let text = std::str::from_utf8(&bytes).expect("ASCII");
    assert!(text.is_ascii());
    for line in text.split("\r\n") {
        assert!(
            line.len() < 998 && !line.contains(['\r', '\n', '\0']),
            "{line:?}"
        );
    }
    let (head, _) = text
        .split_once("\r\n\r\n")
        .expect("an empty line after the headers");
    let mut names: Vec<&str> = head
        .split("\r\n")
        .filter(|l| !l.starts_with(' '))
        .filter_map(|l| l.split_once(':'))
        .map(|(n, _)| n)
        .collect();
    assert!(names.iter().all(|name| OURS.contains(name)), "{names:?}");
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "a header stands twice: {names:?}");
    bytes
}

fn raw<'a>(parsed: &'a mail_parser::Message<'_>, name: &'a str) -> Option<&'a str> {
    parsed.header_raw(name).map(str::trim)
}

#[test]
fn headers_of_a_notice_and_of_staff_mail() {
    let mut mail = mail();
    let built = bytes(&mail);
    let parsed = MessageParser::default().parse(&built).expect("a mail");
    assert_eq!(parsed.subject(), Some(mail.subject.as_str()));
    let from = parsed.from().and_then(|a| a.first()).expect("From");
    assert_eq!(
        (from.name(), from.address()),
        (Some("Kommunfullmäktige"), Some("kf@example.se"))
    );
    let to = parsed.to().and_then(|a| a.first()).expect("To");
    assert_eq!(
        (to.name(), to.address()),
        (Some("Kim Sjöberg"), Some("kim@example.net"))
    );
    assert_eq!(
        parsed
            .reply_to()
            .and_then(|a| a.first())
            .and_then(|a| a.address()),
        Some("kf@example.se")
    );
    assert_eq!(
        raw(&parsed, "Date"),
        Some("Mon, 23 Nov 2026 13:00:00 +0100")
    );
    assert_eq!(parsed.message_id(), Some("servicelofte-0f3a@example.se"));
    assert_eq!(
        raw(&parsed, "In-Reply-To"),
        Some("<abc.1@mail.example.net>")
    );
    assert_eq!(
        raw(&parsed, "References"),
        Some(
            "<servicelofte-0f3a@example.se> <first@mail.example.net>\r\n <abc.1@mail.example.net>"
        )
    );
    assert_eq!(raw(&parsed, "Auto-Submitted"), Some("auto-replied"));
    assert_eq!(
        raw(&parsed, "X-Auto-Response-Suppress"),
        Some("OOF, AutoReply")
    );
    assert_eq!(
        raw(&parsed, "X-Servicelofte"),
        Some("notice; ref=SL-2026-00042")
    );
    assert_eq!(
        raw(&parsed, "Content-Type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(
        raw(&parsed, "Content-Transfer-Encoding"),
        Some("quoted-printable")
    );
    assert_eq!(raw(&parsed, "MIME-Version"), Some("1.0"));
    assert_eq!(
        parsed.body_text(0).as_deref().map(str::trim_end),
        Some("Hej!\r\n\r\nRäksmörgås åäö.\r\n.\r\nSlut")
    );
    assert_eq!(built, bytes(&mail), "the same mail gives the same bytes");

    for (kind, name) in [
        (Kind::Reminder, "reminder"),
        (Kind::Escalation, "escalation"),
        (Kind::Digest, "digest"),
        (Kind::Confirmation, "confirmation"),
        (Kind::Alarm, "alarm"),
        (Kind::Report, "report"),
        (Kind::Letter, "letter"),
    ] {
        mail.kind = kind;
        mail.refs.clear();
        let built = bytes(&mail);
        let parsed = MessageParser::default().parse(&built).expect("a mail");
        assert_eq!(
            raw(&parsed, "Auto-Submitted"),
            Some("auto-generated"),
            "{name}"
        );
        assert_eq!(raw(&parsed, "X-Servicelofte"), Some(name));
        assert_eq!(serde_json::to_value(kind).expect("JSON"), name);
    }
}

#[test]
fn the_date_shows_the_local_offset_in_summer_too() {
    let mut mail = mail();
    mail.date = chrono_tz::Europe::Stockholm
        .with_ymd_and_hms(2026, 7, 1, 8, 0, 0)
        .single()
        .expect("a time");
    let built = bytes(&mail);
    let parsed = MessageParser::default().parse(&built).expect("a mail");
    assert_eq!(
        raw(&parsed, "Date"),
        Some("Wed, 01 Jul 2026 08:00:00 +0200")
    );
    let date =
        DateTime::from_timestamp(parsed.date().expect("Date").to_timestamp(), 0).expect("a time");
    assert_eq!(date, mail.date);
}

#[test]
fn no_string_can_add_a_header_or_break_one() {
    let long = "x".repeat(5000);
    let hostile = [
        "a\r\nBcc: evil@example.net",
        "a\nBcc: evil@example.net\n\nbody",
        "a\rBcc: evil@example.net",
        "a\0b",
        "\u{85}\u{2028}\u{2029}Bcc: evil@example.net",
        "\"quoted\" \\ <evil@example.net>, (comment) ;:@",
        "=?utf-8?Q?a=0D=0ABcc:_evil@example.net?=",
        "åäö ÅÄÖ é 漢字 🎉",
        "",
        "   ",
        "\u{202e}tac",
        long.as_str(),
    ];
    for text in hostile {
        let mut mail = mail();
        mail.subject = text.to_owned();
        mail.from.name = Some(text.to_owned());
        mail.to[0].name = Some(text.to_owned());
        mail.refs = vec![text.to_owned(), "SL-2026-00001".to_owned()];
        mail.in_reply_to = vec![text.to_owned()];
        mail.references = vec![
            text.to_owned(),
            format!("{text}@x"),
            "good@example.net".to_owned(),
        ];
        mail.text = text.to_owned();
        mail.message_id = compose::message_id(text, text);
        let built = bytes(&mail);
        let parsed = MessageParser::default().parse(&built).expect("a mail");
        let to = parsed.to().and_then(|a| a.first()).expect("To");
        assert_eq!(to.address(), Some("kim@example.net"), "{text:?}");
        assert_eq!(parsed.from().map(|a| a.iter().count()), Some(1), "{text:?}");
        assert_eq!(raw(&parsed, "In-Reply-To"), None, "{text:?}");
        let subject = parsed.subject().unwrap_or_default();
        assert!(!subject.contains(char::is_control), "{subject:?}");
    }
}

#[test]
fn letters_and_signs_come_back_from_every_header() {
    for name in [
        "Åsa Ärlig Öberg",
        "Kommunfullmäktige, Västerviks kommun",
        "O\"Brien \\ Söner",
        "Plain Name",
        "Registrator (Västervik)",
        &"Ö".repeat(compose::MAX_NAME),
    ] {
        let mut mail = mail();
        mail.subject = format!("Ärende: {name} – åäö ”citat” 😀");
        mail.from.name = Some(name.to_owned());
        mail.to[0].name = Some(name.to_owned());
        mail.reply_to = Some(Address {
            name: Some(name.to_owned()),
            addr: "kf@example.se".to_owned(),
        });
        let built = bytes(&mail);
        let parsed = MessageParser::default().parse(&built).expect("a mail");
        for header in [parsed.from(), parsed.to(), parsed.reply_to()] {
            assert_eq!(
                header.and_then(|a| a.first()).and_then(|a| a.name()),
                Some(name)
            );
        }
        assert_eq!(parsed.subject(), Some(mail.subject.as_str()));
    }
}

#[test]
fn ids_that_are_none_are_left_out() {
    let long = format!("{}@x", "a".repeat(compose::MAX_ID));
    for (id, good) in [
        ("abc@example.net", true),
        ("AM0PR04MB1234.eurprd04+x=y/z@prod.example", true),
        ("a:b[1]@[127.0.0.1]", true),
        ("", false),
        ("abc", false),
        ("@x", false),
        ("x@", false),
        ("a@b@c", false),
        ("a b@c", false),
        ("<a@b>", false),
        ("a@b> <c@d", false),
        ("å@b", false),
        ("a(b@c", false),
        ("\"a\"@b", false),
        ("a\\@b", false),
        ("a@b\r\nBcc: x", false),
        (long.as_str(), false),
        (&long[2..], true),
    ] {
        assert_eq!(compose::is_message_id(id), good, "{id:?}");
        let mut mail = mail();
        mail.in_reply_to = vec![id.to_owned()];
        mail.references = vec![id.to_owned()];
        let built = bytes(&mail);
        let parsed = MessageParser::default().parse(&built).expect("a mail");
        let expected = good.then(|| format!("<{id}>"));
        assert_eq!(raw(&parsed, "In-Reply-To"), expected.as_deref());
        let own = format!("<{}>", mail.message_id);
        let references = expected.map_or_else(|| own.clone(), |id| format!("{own} {id}"));
        // A long line is folded.
        let unfolded = raw(&parsed, "References").map(|value| value.replace("\r\n", ""));
        assert_eq!(unfolded.as_deref(), Some(references.as_str()));
    }
}

#[test]
fn the_dates_that_it_promises_stand_in_our_mark() {
    let day = |day| chrono::NaiveDate::from_ymd_opt(2026, 12, day).expect("a date");
    let check = |dates: &[chrono::NaiveDate], expected: &str| {
        let mut mail = mail();
        mail.refs = vec!["SL-2026-00042".to_owned(), "SL-2026-00043".to_owned()];
        mail.dates = dates.to_vec();
        let built = bytes(&mail);
        let parsed = MessageParser::default().parse(&built).expect("a mail");
        let mark = raw(&parsed, "X-Servicelofte").map(|value| value.replace("\r\n", ""));
        assert_eq!(mark.as_deref(), Some(expected));
        let read = OwnMark::of(&servicelofte::mail::parse::message(&built)).expect("a mark");
        assert_eq!((read.refs, read.dates), (mail.refs, mail.dates));
    };
    let refs = "notice; ref=SL-2026-00042,SL-2026-00043";
    check(&[], refs);
    check(&[day(4), day(4)], &format!("{refs}; date=2026-12-04"));
    check(
        &[day(4), day(9)],
        &format!("{refs}; date=2026-12-04, 2026-12-09"),
    );
}

#[test]
fn many_references_are_folded_and_bounded() {
    let mut mail = mail();
    mail.kind = Kind::Digest;
    mail.refs = (0..500).map(|n| format!("SL-2026-{n:05}")).collect();
    mail.references = (0..200)
        .map(|n| format!("{}{n}@example.net", "a".repeat(200)))
        .collect();
    let built = bytes(&mail);
    let parsed = MessageParser::default().parse(&built).expect("a mail");
    let mark: String = raw(&parsed, "X-Servicelofte")
        .expect("the mark")
        .split_whitespace()
        .collect();
    assert_eq!(mark, format!("digest;ref={}", mail.refs.join(",")));
    let HeaderValue::TextList(ids) = parsed.references() else {
        panic!("a list of ids")
    };
    assert_eq!(ids.len(), 50);
    assert_eq!(
        (ids[0].as_ref(), ids[1].as_ref()),
        (mail.message_id.as_str(), mail.references[0].as_str())
    );
    assert_eq!(
        (ids[2].as_ref(), ids[49].as_ref()),
        (mail.references[152].as_str(), mail.references[199].as_str())
    );
}

#[test]
fn own_ids() {
    for (domain, unique, id) in [
        ("example.se", "0f-3a_b", "servicelofte-0f-3a_b@example.se"),
        ("example.se", "a\r\n b<>@å.", "servicelofte-ab@example.se"),
        ("västervik.se", "1", "servicelofte-1@servicelofte.invalid"),
        ("", "1", "servicelofte-1@servicelofte.invalid"),
        ("a..b", "1", "servicelofte-1@servicelofte.invalid"),
    ] {
        assert_eq!(compose::message_id(domain, unique), id);
        assert!(compose::is_message_id(id));
    }
}

#[test]
fn what_cannot_be_sent_is_refused_without_naming_the_address() {
    let mut no_one = mail();
    no_one.to.clear();
    assert_eq!(compose::to_bytes(&no_one), Err(ComposeError::NoRecipient));
    let mut bad_id = mail();
    bad_id.message_id = "a b@c".to_owned();
    assert_eq!(compose::to_bytes(&bad_id), Err(ComposeError::MessageId));
    for addr in [
        "kim",
        "a@b\r\nBcc: x@example.net",
        "a b@c",
        "",
        "@",
        &format!("a@{}", "b".repeat(400)),
    ] {
        let mut bad = mail();
        bad.to.push(Address {
            name: None,
            addr: addr.to_owned(),
        });
        let error = compose::to_bytes(&bad).expect_err(addr);
        assert_eq!(
            error.to_string(),
            "the address in To cannot be used in a mail"
        );
    }
}
