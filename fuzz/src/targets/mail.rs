//! Any bytes to a message, and of that message a notice to its sender: no string of a stranger may
//! become more than text in what we send.

use chrono::{DateTime, NaiveDate};
use chrono_tz::Europe::Stockholm;
use servicelofte::config::Language;
use servicelofte::domain::effect::Kind;
use servicelofte::domain::message::{Address, MAX_REFERENCES, Message};
use servicelofte::domain::pledge::{NoticeText, Span};
use servicelofte::mail::compose::{self, Outgoing};
use servicelofte::mail::parse;
use servicelofte::mail::texts::Texts;
use servicelofte::mail::texts::facts::{Contact, NoticeFacts, Sender};
use servicelofte::mail::texts::foreign::is_invisible;
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> =
    LazyLock::new(|| Texts::new(Language::Swedish, None).expect("the built-in texts"));

/// The headers of a mail of ours, each once at most.
const OURS: [&str; 14] = [
    "from",
    "to",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "in-reply-to",
    "references",
    "auto-submitted",
    "x-auto-response-suppress",
    "x-servicelofte",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];

const REFERENCE: &str = "SL-2026-00042";

pub fn check(bytes: &[u8]) {
    let message = parse::message(bytes);
    is_clean(&message);
    assert!(
        parse::message(bytes) == message,
        "the same bytes gave two messages"
    );
    if let Some(from) = message.from.first() {
        notice(&message, from);
    }
}

/// What every message promises, see `domain::message`.
pub fn is_clean(message: &Message) {
    let people = message
        .from
        .iter()
        .chain(&message.sender)
        .chain(&message.reply_to)
        .chain(message.recipients());
    for person in people {
        assert!(
            person.addr.chars().count() <= parse::MAX_ADDRESS,
            "an address is too long"
        );
        let (local, domain) = person.addr.rsplit_once('@').expect("an address has an @");
        assert!(
            !local.is_empty() && !domain.is_empty() && !local.contains('@'),
            "{:?}",
            person.addr
        );
        assert!(
            !person.addr.contains(['<', '>', '\r', '\n', '\0']),
            "{:?}",
            person.addr
        );
        assert!(!person.addr.contains(char::is_control), "{:?}", person.addr);
        let again = parse::normal_address(&person.addr);
        assert_eq!(
            again.as_ref(),
            Some(&person.addr),
            "an address is not its own normal form"
        );
        if let Some(name) = &person.name {
            assert!(
                !name.is_empty() && !name.contains(char::is_control),
                "{name:?}"
            );
        }
    }
    assert!(message.from.len() <= parse::MAX_ADDRESSES && message.to.len() <= parse::MAX_ADDRESSES);
    assert!(
        message.references.len() <= MAX_REFERENCES && message.in_reply_to.len() <= MAX_REFERENCES
    );
    for id in message
        .message_id
        .iter()
        .chain(&message.references)
        .chain(&message.in_reply_to)
    {
        assert!(
            !id.is_empty() && id.len() <= parse::MAX_ID,
            "an id of {} bytes",
            id.len()
        );
        assert!(
            !id.contains(char::is_control) && !id.contains(char::is_whitespace),
            "{id:?}"
        );
    }
    assert!(
        !message.subject.contains(char::is_control),
        "{:?}",
        message.subject
    );
    assert!(
        message.headers.len() <= parse::MAX_FIELDS && message.content.len() <= parse::MAX_PARTS + 1
    );
    for (name, value) in &message.headers {
        assert!(
            !value.contains(char::is_control) && value.chars().count() <= parse::MAX_VALUE,
            "{name}: {value:?}"
        );
    }
}

/// Writes a notice with all that a stranger chose in it, and reads it back.
fn notice(message: &Message, citizen: &Address) {
    let at = |text: &str| {
        text.parse::<DateTime<chrono::Utc>>()
            .expect("an instant")
            .with_timezone(&Stockholm)
    };
    let text = TEXTS
        .notice(&NoticeFacts {
            sender: Sender {
                name: "Kommunen".to_owned(),
                unit: None,
                complaints: None,
                privacy_url: None,
                postal_address: None,
                phone: None,
                web: None,
            },
            reference: REFERENCE.to_owned(),
            subject: message.subject.clone(),
            received: at("2026-11-19T09:12:00Z"),
            handler: Contact {
                name: "Anna Exempel".to_owned(),
                title: None,
                phone: None,
                email: None,
                function: false,
            },
            promise: NaiveDate::from_ymd_opt(2026, 12, 7).expect("a day"),
            given: false,
            reason: None,
            late: false,
            time: Span::WorkingDays(2),
            others: Vec::new(),
            rest: 0,
            before: None,
            kind: Kind::Notice,
            text: NoticeText::Usual,
            tongue: servicelofte::domain::tongue::of(message),
        })
        .expect("a notice can always be written");
    assert!(
        text.subject.ends_with(&format!("[{REFERENCE}]")),
        "the reference is gone from {:?}",
        text.subject
    );
    let ours = "kf@example.se".to_owned();
    let composed = compose::to_bytes(&Outgoing {
        kind: Kind::Notice,
        refs: vec![REFERENCE.to_owned()],
        dates: Vec::new(),
        from: Address {
            name: Some("Kommunfullmäktige".to_owned()),
            addr: ours.clone(),
        },
        to: vec![citizen.clone()],
        reply_to: None,
        subject: text.subject.clone(),
        text: text.body,
        html: Some(text.html),
        message_id: compose::message_id("example.se", "0f3a"),
        date: at("2026-11-23T12:00:00Z"),
        in_reply_to: message.message_id.iter().cloned().collect(),
        references: message.references.clone(),
    });
    // An address that no mail can go to is refused; a person hears of it.
    let Ok(bytes) = composed else { return };
    // RFC 6532: an address beyond ASCII is kept as it is; it leaves only where the server knows
    // SMTPUTF8.
    assert!(bytes.is_ascii() || !citizen.addr.is_ascii());
    is_well_made(&bytes);
    let read = parse::message(&bytes);
    is_clean(&read);
    let addresses = |list: &[Address]| {
        list.iter()
            .map(|person| person.addr.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(addresses(&read.from), [ours]);
    assert_eq!(
        addresses(&read.to),
        [parse::normal_address(&citizen.addr).expect("it is one")]
    );
    assert!(read.cc.is_empty() && read.bcc.is_empty() && read.reply_to.is_empty());
    assert_eq!(read.header("auto-submitted"), Some("auto-replied"));
    assert_eq!(
        read.header("x-servicelofte"),
        Some("notice; ref=SL-2026-00042")
    );
    assert_eq!(
        read.subject.split_whitespace().collect::<String>(),
        visible(&text.subject),
        "the subject changed"
    );
    assert!(read.defects.is_empty(), "{:?}", read.defects);
}

/// A subject without blanks, as the reader's parser leaves it.
fn visible(subject: &str) -> String {
    // Composing breaks what looks like an encoded word, by a blank.
    subject
        .chars()
        .filter(|c| !c.is_whitespace() && !is_invisible(*c) && !c.is_control())
        .collect()
}

/// CRLF only, short lines, our headers and each once.
fn is_well_made(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    for line in text.split("\r\n") {
        assert!(
            line.len() <= 998 && !line.contains(['\r', '\n', '\0']),
            "{line:?}"
        );
    }
    let (head, _) = text
        .split_once("\r\n\r\n")
        .expect("an empty line after the headers");
    let mut seen = Vec::new();
    for line in head
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
    {
        let name = line
            .split(':')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        assert!(
            OURS.contains(&name.as_str()) && !seen.contains(&name),
            "{line:?}"
        );
        seen.push(name);
    }
}
